//! Conversion between the server's types and the application's C types, both ways.
//!
//! * [`describe`]: what ODBC says of a server type (one table for result metadata, `SQLGetTypeInfo` and the catalog).
//! * [`converter()`]: server to C. Chosen once per column; then one function pointer per value, without allocation.
//! * [`encoder`]: C to server. Chosen once per parameter and execution.
//!
//! Which server type goes to which C type is data: [`plan`]. The rules are those of the ODBC reference, appendix D
//! ("Converting data from SQL to C data types", "Converting data from C to SQL data types"). Only [`buffer`] touches
//! the application's memory.

mod buffer;
mod c_type;
mod check;
mod converter;
mod datetime;
mod decimal;
mod fault;
mod float;
mod from_c;
mod interval;
mod interval_text;
mod numeric;
mod options;
mod plan;
mod psqlodbc_types;
mod server_type;
mod sql_type;
mod to_c;

#[cfg(test)]
mod tests;

pub use buffer::{Destination, Source};
pub use c_type::{C_TYPES, CType, default_c_type};
pub use check::check_c_type;
pub use converter::{Converted, Converter, Scratch, Warning, converter};
pub use from_c::{Encoder, ParameterBinding, Pieces, depends_on_value, encoder, is_text_of_moment, takes_offset};
pub use options::{ColumnType, ConvertOptions, Format, IntervalTarget, Longest, NumericTarget, TypeOptions, WideUnit};
pub use server_type::{Class, SERVER_TYPES, ServerType, server_type, wants_binary};
pub use sql_type::{SqlType, describe, describe_large_object, describe_longest};
