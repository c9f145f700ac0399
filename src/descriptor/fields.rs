//! The fields of descriptors: where each one lives, what it is, and who may read or write it.
//!
//! Source: ODBC reference, `SQLSetDescField`, "Initialization of Descriptor Fields" (types and R/W by role).

use super::Address;
use crate::odbc::descriptor_fields::*;

/// A descriptor's role. ARD and APD have the same fields and access, and an explicit descriptor may be either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Application,
    ImplementationRow,
    ImplementationParameter,
}

/// How a value travels in the value pointer of `SQLGetDescField` and `SQLSetDescField`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// SQLSMALLINT
    Small,
    /// SQLINTEGER
    Integer,
    /// SQLLEN or SQLULEN
    Length,
    Pointer,
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Not a field of such a descriptor: its value is undefined, and it cannot be set.
    Unused,
    Read,
    ReadWrite,
}

/// A field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    Number(isize),
    Pointer(Address),
    Text(String),
}

impl FieldValue {
    /// The number; a pointer's is its address, a text's is 0.
    pub fn number(&self) -> isize {
        match self {
            FieldValue::Number(number) => *number,
            FieldValue::Pointer(address) => address.as_usize() as isize,
            FieldValue::Text(_) => 0,
        }
    }

    /// The address; a number's is the address of that number.
    pub fn address(&self) -> Address {
        Address::from(self.number() as usize)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub id: i16,
    pub name: &'static str,
    /// One for the whole descriptor; else one for each record.
    pub is_header: bool,
    pub kind: FieldKind,
    application: Access,
    implementation_row: Access,
    implementation_parameter: Access,
}

impl Field {
    /// The field with that number, if ODBC has one.
    pub fn find(id: i16) -> Option<&'static Field> {
        FIELDS.iter().find(|field| field.id == id)
    }

    pub fn access(&self, role: Role) -> Access {
        match role {
            Role::Application => self.application,
            Role::ImplementationRow => self.implementation_row,
            Role::ImplementationParameter => self.implementation_parameter,
        }
    }
}

macro_rules! fields {
    ($($place:ident $id:ident $kind:ident $application:ident $row:ident $parameter:ident;)*) => {
        /// All fields that ODBC defines.
        pub const FIELDS: &[Field] = &[$(Field {
            id: $id,
            name: stringify!($id),
            is_header: fields!(@ $place),
            kind: FieldKind::$kind,
            application: fields!(@ $application),
            implementation_row: fields!(@ $row),
            implementation_parameter: fields!(@ $parameter),
        },)*];
    };
    (@ header) => { true };
    (@ record) => { false };
    (@ RW) => { Access::ReadWrite };
    (@ R) => { Access::Read };
    (@ no) => { Access::Unused };
}

#[rustfmt::skip]
fields! {
    // place  field                             kind    ARD,APD IRD IPD
    header SQL_DESC_ALLOC_TYPE                  Small   R  R  R;
    header SQL_DESC_ARRAY_SIZE                  Length  RW no no;
    header SQL_DESC_ARRAY_STATUS_PTR            Pointer RW RW RW;
    header SQL_DESC_BIND_OFFSET_PTR             Pointer RW no no;
    header SQL_DESC_BIND_TYPE                   Integer RW no no;
    header SQL_DESC_COUNT                       Small   RW R  RW;
    header SQL_DESC_ROWS_PROCESSED_PTR          Pointer no RW RW;
    record SQL_DESC_AUTO_UNIQUE_VALUE           Integer no R  no;
    record SQL_DESC_BASE_COLUMN_NAME            Text    no R  no;
    record SQL_DESC_BASE_TABLE_NAME             Text    no R  no;
    record SQL_DESC_CASE_SENSITIVE              Integer no R  R;
    record SQL_DESC_CATALOG_NAME                Text    no R  no;
    record SQL_DESC_CONCISE_TYPE                Small   RW R  RW;
    record SQL_DESC_DATA_PTR                    Pointer RW no no;
    record SQL_DESC_DATETIME_INTERVAL_CODE      Small   RW R  RW;
    record SQL_DESC_DATETIME_INTERVAL_PRECISION Integer RW R  RW;
    record SQL_DESC_DISPLAY_SIZE                Length  no R  no;
    record SQL_DESC_FIXED_PREC_SCALE            Small   no R  R;
    record SQL_DESC_INDICATOR_PTR               Pointer RW no no;
    record SQL_DESC_LABEL                       Text    no R  no;
    record SQL_DESC_LENGTH                      Length  RW R  RW;
    record SQL_DESC_LITERAL_PREFIX              Text    no R  no;
    record SQL_DESC_LITERAL_SUFFIX              Text    no R  no;
    record SQL_DESC_LOCAL_TYPE_NAME             Text    no R  R;
    record SQL_DESC_NAME                        Text    no R  RW;
    record SQL_DESC_NULLABLE                    Small   no R  R;
    record SQL_DESC_NUM_PREC_RADIX              Integer RW R  RW;
    record SQL_DESC_OCTET_LENGTH                Length  RW R  RW;
    record SQL_DESC_OCTET_LENGTH_PTR            Pointer RW no no;
    record SQL_DESC_PARAMETER_TYPE              Small   no no RW;
    record SQL_DESC_PRECISION                   Small   RW R  RW;
    record SQL_DESC_ROWVER                      Small   no R  R;
    record SQL_DESC_SCALE                       Small   RW R  RW;
    record SQL_DESC_SCHEMA_NAME                 Text    no R  no;
    record SQL_DESC_SEARCHABLE                  Small   no R  no;
    record SQL_DESC_TABLE_NAME                  Text    no R  no;
    record SQL_DESC_TYPE                        Small   RW R  RW;
    record SQL_DESC_TYPE_NAME                   Text    no R  R;
    record SQL_DESC_UNNAMED                     Small   no R  RW;
    record SQL_DESC_UNSIGNED                    Small   no R  R;
    record SQL_DESC_UPDATABLE                   Small   no R  no;
}
