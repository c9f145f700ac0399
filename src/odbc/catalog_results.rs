//! The result sets of the catalog functions and `SQLGetTypeInfo`: which columns, under which names, of which types.
//!
//! Source: ODBC reference, the page of each function. Applications bind by column number, so the order is part of it.

/// One column of a catalog function's result set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatalogColumn {
    pub name: &'static str,
    /// The name for an application that declared ODBC 2.
    pub odbc2_name: &'static str,
    /// The server type whose text form the values have, and through which they are described and converted.
    pub oid: u32,
    /// That type's modifier (PostgreSQL's `atttypmod`), -1 for none.
    pub modifier: i32,
    pub nullable: bool,
}

impl CatalogColumn {
    /// The column's name for an application of that ODBC version.
    pub fn name_for(&self, odbc2: bool) -> &'static str {
        if odbc2 { self.odbc2_name } else { self.name }
    }

    const fn or_null(self) -> CatalogColumn {
        CatalogColumn { nullable: true, ..self }
    }

    const fn once(self, odbc2_name: &'static str) -> CatalogColumn {
        CatalogColumn { odbc2_name, ..self }
    }
}

/// Values of one row, in the columns' order, in the text form of each column's type.
pub type CatalogRow = Vec<Option<String>>;

/// One value of a row that is being made of what the server sent. What stays as it came is not copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogValue<'a> {
    Null,
    /// In the text form of the column's type.
    Text(&'a [u8]),
    Number(i64),
}

impl<'a> CatalogValue<'a> {
    /// A value as it came; None is NULL.
    pub fn of(value: Option<&'a [u8]>) -> CatalogValue<'a> {
        value.map_or(CatalogValue::Null, CatalogValue::Text)
    }
}

/// How rows are ordered that the server sends as it finds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowOrder {
    /// Numbers of two columns whose texts count, by their bytes, the first most.
    pub texts: [usize; 2],
    pub within: Within,
}

/// How rows are ordered whose texts are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// By the bytes of this column.
    Text(usize),
    Number(Numbered),
}

/// The order of rows with the same texts: by a number. Some are there only because they count: they leave, and those that
/// follow are numbered down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// The column with the number.
    pub number: usize,
    /// The column that is NULL in a row that is to leave.
    pub present: usize,
}

/// A whole result set that came about without a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogResult {
    pub columns: &'static [CatalogColumn],
    pub rows: Vec<CatalogRow>,
}

const BPCHAR: u32 = 1042;
const VARCHAR: u32 = 1043;
const INT2: u32 = 21;
const INT4: u32 = 23;

const fn column(name: &'static str, oid: u32, modifier: i32) -> CatalogColumn {
    CatalogColumn { name, odbc2_name: name, oid, modifier, nullable: false }
}

/// A varchar of as many characters as `length` says, which is what it is described as: longer values come whole. A
/// varchar's modifier counts four bytes more.
const fn varchar(name: &'static str, length: i32) -> CatalogColumn {
    column(name, VARCHAR, length + 4)
}

/// A character string of fixed length.
const fn character(name: &'static str, length: i32) -> CatalogColumn {
    column(name, BPCHAR, length + 4)
}

/// An identifier. PostgreSQL's have at most 63 bytes; other servers', up to the 128 characters of SQL-92, fit as well.
const fn identifier(name: &'static str) -> CatalogColumn {
    varchar(name, 128)
}

const fn smallint(name: &'static str) -> CatalogColumn {
    column(name, INT2, -1)
}

const fn integer(name: &'static str) -> CatalogColumn {
    column(name, INT4, -1)
}

/// Result columns of `SQLTables`.
pub const TABLES: &[CatalogColumn] = &[
    identifier("TABLE_CAT").or_null().once("TABLE_QUALIFIER"),
    identifier("TABLE_SCHEM").or_null().once("TABLE_OWNER"),
    identifier("TABLE_NAME").or_null(),
    varchar("TABLE_TYPE", 32).or_null(),
    varchar("REMARKS", 4000).or_null(),
];

/// Result columns of `SQLColumns`.
pub const COLUMNS: &[CatalogColumn] = &[
    identifier("TABLE_CAT").or_null().once("TABLE_QUALIFIER"),
    identifier("TABLE_SCHEM").or_null().once("TABLE_OWNER"),
    identifier("TABLE_NAME"),
    identifier("COLUMN_NAME"),
    smallint("DATA_TYPE"),
    identifier("TYPE_NAME"),
    integer("COLUMN_SIZE").or_null().once("PRECISION"),
    integer("BUFFER_LENGTH").or_null().once("LENGTH"),
    smallint("DECIMAL_DIGITS").or_null().once("SCALE"),
    smallint("NUM_PREC_RADIX").or_null().once("RADIX"),
    smallint("NULLABLE"),
    varchar("REMARKS", 4000).or_null(),
    varchar("COLUMN_DEF", 4000).or_null(),
    smallint("SQL_DATA_TYPE"),
    smallint("SQL_DATETIME_SUB").or_null(),
    integer("CHAR_OCTET_LENGTH").or_null(),
    integer("ORDINAL_POSITION"),
    varchar("IS_NULLABLE", 3).or_null(),
];

/// Result columns of `SQLPrimaryKeys`.
pub const PRIMARY_KEYS: &[CatalogColumn] = &[
    identifier("TABLE_CAT").or_null().once("TABLE_QUALIFIER"),
    identifier("TABLE_SCHEM").or_null().once("TABLE_OWNER"),
    identifier("TABLE_NAME"),
    identifier("COLUMN_NAME"),
    smallint("KEY_SEQ"),
    identifier("PK_NAME").or_null(),
];

/// Result columns of `SQLForeignKeys`.
pub const FOREIGN_KEYS: &[CatalogColumn] = &[
    identifier("PKTABLE_CAT").or_null().once("PKTABLE_QUALIFIER"),
    identifier("PKTABLE_SCHEM").or_null().once("PKTABLE_OWNER"),
    identifier("PKTABLE_NAME"),
    identifier("PKCOLUMN_NAME"),
    identifier("FKTABLE_CAT").or_null().once("FKTABLE_QUALIFIER"),
    identifier("FKTABLE_SCHEM").or_null().once("FKTABLE_OWNER"),
    identifier("FKTABLE_NAME"),
    identifier("FKCOLUMN_NAME"),
    smallint("KEY_SEQ"),
    smallint("UPDATE_RULE").or_null(),
    smallint("DELETE_RULE").or_null(),
    identifier("FK_NAME").or_null(),
    identifier("PK_NAME").or_null(),
    smallint("DEFERRABILITY").or_null(),
];

/// Result columns of `SQLStatistics`.
pub const STATISTICS: &[CatalogColumn] = &[
    identifier("TABLE_CAT").or_null().once("TABLE_QUALIFIER"),
    identifier("TABLE_SCHEM").or_null().once("TABLE_OWNER"),
    identifier("TABLE_NAME"),
    smallint("NON_UNIQUE").or_null(),
    identifier("INDEX_QUALIFIER").or_null(),
    identifier("INDEX_NAME").or_null(),
    smallint("TYPE"),
    smallint("ORDINAL_POSITION").or_null().once("SEQ_IN_INDEX"),
    varchar("COLUMN_NAME", 4000).or_null(),
    character("ASC_OR_DESC", 1).or_null().once("COLLATION"),
    integer("CARDINALITY").or_null(),
    integer("PAGES").or_null(),
    varchar("FILTER_CONDITION", 4000).or_null(),
];

/// Result columns of `SQLSpecialColumns`.
pub const SPECIAL_COLUMNS: &[CatalogColumn] = &[
    smallint("SCOPE").or_null(),
    identifier("COLUMN_NAME"),
    smallint("DATA_TYPE"),
    identifier("TYPE_NAME"),
    integer("COLUMN_SIZE").or_null().once("PRECISION"),
    integer("BUFFER_LENGTH").or_null().once("LENGTH"),
    smallint("DECIMAL_DIGITS").or_null().once("SCALE"),
    smallint("PSEUDO_COLUMN").or_null(),
];

/// Result columns of `SQLProcedures`.
pub const PROCEDURES: &[CatalogColumn] = &[
    identifier("PROCEDURE_CAT").or_null().once("PROCEDURE_QUALIFIER"),
    identifier("PROCEDURE_SCHEM").or_null().once("PROCEDURE_OWNER"),
    identifier("PROCEDURE_NAME"),
    integer("NUM_INPUT_PARAMS").or_null(),
    integer("NUM_OUTPUT_PARAMS").or_null(),
    integer("NUM_RESULT_SETS").or_null(),
    varchar("REMARKS", 4000).or_null(),
    smallint("PROCEDURE_TYPE").or_null(),
];

/// Result columns of `SQLProcedureColumns`.
pub const PROCEDURE_COLUMNS: &[CatalogColumn] = &[
    identifier("PROCEDURE_CAT").or_null().once("PROCEDURE_QUALIFIER"),
    identifier("PROCEDURE_SCHEM").or_null().once("PROCEDURE_OWNER"),
    identifier("PROCEDURE_NAME"),
    identifier("COLUMN_NAME"),
    smallint("COLUMN_TYPE"),
    smallint("DATA_TYPE"),
    identifier("TYPE_NAME"),
    integer("COLUMN_SIZE").or_null().once("PRECISION"),
    integer("BUFFER_LENGTH").or_null().once("LENGTH"),
    smallint("DECIMAL_DIGITS").or_null().once("SCALE"),
    smallint("NUM_PREC_RADIX").or_null().once("RADIX"),
    smallint("NULLABLE"),
    varchar("REMARKS", 4000).or_null(),
    varchar("COLUMN_DEF", 4000).or_null(),
    smallint("SQL_DATA_TYPE"),
    smallint("SQL_DATETIME_SUB").or_null(),
    integer("CHAR_OCTET_LENGTH").or_null(),
    integer("ORDINAL_POSITION"),
    varchar("IS_NULLABLE", 254).or_null(),
];

/// Result columns of `SQLTablePrivileges`.
pub const TABLE_PRIVILEGES: &[CatalogColumn] = &[
    identifier("TABLE_CAT").or_null().once("TABLE_QUALIFIER"),
    identifier("TABLE_SCHEM").or_null().once("TABLE_OWNER"),
    identifier("TABLE_NAME"),
    identifier("GRANTOR").or_null(),
    identifier("GRANTEE"),
    varchar("PRIVILEGE", 128),
    varchar("IS_GRANTABLE", 3).or_null(),
];

/// Result columns of `SQLColumnPrivileges`.
pub const COLUMN_PRIVILEGES: &[CatalogColumn] = &[
    identifier("TABLE_CAT").or_null().once("TABLE_QUALIFIER"),
    identifier("TABLE_SCHEM").or_null().once("TABLE_OWNER"),
    identifier("TABLE_NAME"),
    identifier("COLUMN_NAME"),
    identifier("GRANTOR").or_null(),
    identifier("GRANTEE"),
    varchar("PRIVILEGE", 128),
    varchar("IS_GRANTABLE", 3).or_null(),
];

/// Result columns of `SQLGetTypeInfo`.
pub const TYPE_INFO: &[CatalogColumn] = &[
    identifier("TYPE_NAME"),
    smallint("DATA_TYPE"),
    integer("COLUMN_SIZE").or_null().once("PRECISION"),
    varchar("LITERAL_PREFIX", 32).or_null(),
    varchar("LITERAL_SUFFIX", 32).or_null(),
    varchar("CREATE_PARAMS", 32).or_null(),
    smallint("NULLABLE"),
    smallint("CASE_SENSITIVE"),
    smallint("SEARCHABLE"),
    smallint("UNSIGNED_ATTRIBUTE").or_null(),
    smallint("FIXED_PREC_SCALE").once("MONEY"),
    smallint("AUTO_UNIQUE_VALUE").or_null().once("AUTO_INCREMENT"),
    identifier("LOCAL_TYPE_NAME").or_null(),
    smallint("MINIMUM_SCALE").or_null(),
    smallint("MAXIMUM_SCALE").or_null(),
    smallint("SQL_DATA_TYPE"),
    smallint("SQL_DATETIME_SUB").or_null(),
    integer("NUM_PREC_RADIX").or_null(),
    smallint("INTERVAL_PRECISION").or_null(),
];
