//! A column's or parameter's type in catalog results: the same for every function that tells of types.
//!
//! A domain is reported as its base type under its own name, as the server describes it in results. The base type and its
//! modifier are found through domains over domains, three deep: a recursive query would find all, but the planner takes
//! it for so costly that it spends a second on compiling it (jit_above_cost).

use crate::convert::{SqlType, describe, describe_large_object};
use crate::odbc::catalog_results::CatalogValue;
use crate::odbc::types::*;

use super::CatalogOptions;
use super::result_columns::{LARGE_OBJECT, OID};

/// Joins of the domains' base types to `pg_type t`. No other type has a base type, and no type the OID 0: there is nothing
/// else to be checked, so that the server may remember what it has found (Memoize).
macro_rules! domains {
    () => {
        "LEFT JOIN pg_catalog.pg_type t1 ON t1.oid = t.typbasetype
  LEFT JOIN pg_catalog.pg_type t2 ON t2.oid = t1.typbasetype"
    };
}
pub const DOMAINS: &str = domains!();

/// The OID of the base type of `t`.
pub const BASE_TYPE: &str =
    "coalesce(nullif(t2.typbasetype, 0), nullif(t1.typbasetype, 0), nullif(t.typbasetype, 0), t.oid)";

/// Its modifier where `t` is a domain, NULL where it is none.
pub const DOMAIN_MODIFIER: &str =
    "CASE 'd' WHEN t2.typtype THEN t2.typtypmod WHEN t1.typtype THEN t1.typtypmod WHEN t.typtype THEN t.typtypmod END";

/// Whether the type itself excludes NULL.
macro_rules! type_not_null {
    () => {
        "(t.typnotnull OR coalesce(t1.typnotnull, false) OR coalesce(t2.typnotnull, false))"
    };
}
pub const TYPE_NOT_NULL: &str = type_not_null!();

pub(super) use {domains, type_not_null};

/// What the result sets say of one type.
#[derive(Clone, Debug)]
pub struct DataType {
    described: SqlType,
    odbc2: bool,
}

impl DataType {
    /// Described by the same table as result metadata. `name` is the type's own, a domain's.
    pub fn new(oid: u32, modifier: i32, name: &CatalogValue<'_>, options: &CatalogOptions) -> DataType {
        let is_object = oid == OID && *name == CatalogValue::Text(LARGE_OBJECT.as_bytes());
        let described =
            if is_object { describe_large_object(&options.types) } else { describe(oid, modifier, &options.types) };
        DataType { described, odbc2: options.odbc2 }
    }

    /// The same of a table's column: with OidAsLongVarBinary, oid columns of the user's tables are large objects too.
    pub fn of_column(
        oid: u32,
        modifier: i32,
        name: &CatalogValue<'_>,
        of_user: bool,
        options: &CatalogOptions,
    ) -> DataType {
        match oid == OID && of_user && options.types.settings.oid_as_long {
            true => DataType { described: describe_large_object(&options.types), odbc2: options.odbc2 },
            false => DataType::new(oid, modifier, name, options),
        }
    }

    pub fn data_type(&self) -> CatalogValue<'static> {
        number(concise_type_for(self.described.concise_type, self.odbc2))
    }

    pub fn column_size(&self) -> CatalogValue<'static> {
        size(self.described.column_size)
    }

    pub fn buffer_length(&self) -> CatalogValue<'static> {
        size(self.described.octet_length)
    }

    /// DECIMAL_DIGITS applies to exact numbers and to times.
    pub fn decimal_digits(&self) -> CatalogValue<'static> {
        let described = &self.described;
        let applies = described.radix == 10 || matches!(described.concise_type, SQL_TYPE_TIME | SQL_TYPE_TIMESTAMP);
        if applies { number(described.decimal_digits) } else { CatalogValue::Null }
    }

    pub fn radix(&self) -> CatalogValue<'static> {
        unless_zero(self.described.radix)
    }

    pub fn sql_data_type(&self) -> CatalogValue<'static> {
        number(self.described.verbose_type)
    }

    pub fn datetime_sub(&self) -> CatalogValue<'static> {
        unless_zero(self.described.interval_code)
    }

    pub fn char_octet_length(&self) -> CatalogValue<'static> {
        let applies = matches!(
            self.described.concise_type,
            SQL_CHAR
                | SQL_VARCHAR
                | SQL_LONGVARCHAR
                | SQL_WCHAR
                | SQL_WVARCHAR
                | SQL_WLONGVARCHAR
                | SQL_BINARY
                | SQL_VARBINARY
                | SQL_LONGVARBINARY
        );
        if applies { size(self.described.octet_length) } else { CatalogValue::Null }
    }
}

/// What SQLColumns and SQLProcedureColumns say alike of a column or parameter.
pub struct TypedColumn<'a> {
    pub data_type: DataType,
    pub type_name: CatalogValue<'a>,
    pub not_null: bool,
    pub remarks: CatalogValue<'a>,
    pub default: CatalogValue<'a>,
    pub ordinal: CatalogValue<'a>,
}

impl<'a> TypedColumn<'a> {
    /// DATA_TYPE to IS_NULLABLE, in the order of both result sets.
    pub fn into_values(self) -> [CatalogValue<'a>; 14] {
        let TypedColumn { data_type, type_name, not_null, remarks, default, ordinal } = self;
        [
            data_type.data_type(),
            type_name,
            data_type.column_size(),
            data_type.buffer_length(),
            data_type.decimal_digits(),
            data_type.radix(),
            number(if not_null { SQL_NO_NULLS } else { SQL_NULLABLE }),
            remarks,
            default_of(default),
            data_type.sql_data_type(),
            data_type.datetime_sub(),
            data_type.char_octet_length(),
            ordinal,
            yes_or_no(!not_null),
        ]
    }
}

/// COLUMN_DEF: "If NULL was specified as the default value, this column is the word NULL". The server writes its type behind
/// it; an expression that only begins so is in parentheses.
fn default_of(text: CatalogValue<'_>) -> CatalogValue<'_> {
    match text {
        CatalogValue::Text(text) if text.starts_with(b"NULL::") => CatalogValue::Text(b"NULL"),
        other => other,
    }
}

pub fn number(value: impl Into<i64>) -> CatalogValue<'static> {
    CatalogValue::Number(value.into())
}

fn unless_zero(value: impl Into<i64>) -> CatalogValue<'static> {
    match value.into() {
        0 => CatalogValue::Null,
        value => CatalogValue::Number(value),
    }
}

/// An SQLINTEGER; NULL for what is unknown. What is larger than an SQLINTEGER holds is said to be as large as that.
pub fn size(value: impl TryInto<i64>) -> CatalogValue<'static> {
    let value = value.try_into().unwrap_or(i64::MAX).min(i64::from(i32::MAX));
    if value > 0 { CatalogValue::Number(value) } else { CatalogValue::Null }
}

/// IS_NULLABLE and its like.
pub fn yes_or_no(yes: bool) -> CatalogValue<'static> {
    CatalogValue::Text(if yes { b"YES" } else { b"NO" })
}
