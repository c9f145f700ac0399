//! ODBC's numbers, from the files that the driver itself uses; tests/structure.rs compares them with the C headers.
#![allow(dead_code)]

#[path = "../../src/odbc/attributes.rs"]
pub mod attributes;
#[path = "../../src/odbc/catalog_values.rs"]
pub mod catalog_values;
#[path = "../../src/odbc/descriptor_fields.rs"]
pub mod descriptor_fields;
#[path = "../../src/odbc/diagnostic_fields.rs"]
pub mod diagnostic_fields;
#[path = "../../src/odbc/functions.rs"]
pub mod functions;
#[path = "../../src/odbc/info_sql.rs"]
pub mod info_sql;
#[path = "../../src/odbc/info_types.rs"]
pub mod info_types;
#[path = "../../src/odbc/types.rs"]
pub mod types;
#[path = "../../src/odbc/values.rs"]
pub mod values;
