//! ODBC's vocabulary as data: functions, attributes, descriptor and diagnostic fields, information types, C and SQL
//! types. Open to all rooms; knows none of them. Names are the reference's own, so that a reader can look them up.

pub mod attributes;
pub mod catalog_results;
pub mod catalog_values;
pub mod descriptor_fields;
pub mod diagnostic_fields;
pub mod functions;
pub mod info_sql;
pub mod info_types;
pub mod info_values;
pub mod types;
pub mod values;
