//! Descriptors: what an application has bound (ARD, APD) and what the driver knows of columns and parameters (IRD, IPD).
//!
//! Source: ODBC reference, "Descriptors", `SQLSetDescField`.

mod access;
mod application;
mod data_type;
mod fields;
mod implementation;
mod pointer;

pub use access::cannot_modify_ird;
pub use application::{ApplicationDescriptor, ApplicationRecord};
pub use data_type::{DataType, is_sql_type};
pub use fields::{Access, Field, FieldKind, FieldValue, Role};
pub use implementation::{
    Column, Columns, ImplementationParameterDescriptor, ImplementationRowDescriptor, ParameterRecord,
};
pub use pointer::Address;
