//! Descriptors: what an application has bound (ARD, APD) and what the driver knows of columns and parameters (IRD, IPD).
//!
//! Source: ODBC reference, "Descriptors", `SQLSetDescField`.

mod application;
mod implementation;
mod pointer;

pub use application::{ApplicationDescriptor, ApplicationRecord};
pub use implementation::{
    Column, Columns, ImplementationParameterDescriptor, ImplementationRowDescriptor, ParameterRecord,
};
pub use pointer::Address;
