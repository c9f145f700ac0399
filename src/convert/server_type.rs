//! The server's types: one table.
//!
//! Source: PostgreSQL's catalog `pg_type` (OIDs below 10000 are fixed in `pg_type.dat`). Types that are not here (enums,
//! domains' own OIDs never arrive, extension types) are text to the driver.

use crate::odbc::types::*;

/// How a type's values are written on the wire, and so which decoder reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    Bool,
    Int2,
    Int4,
    Int8,
    /// Unsigned 32 bits.
    Oid,
    Float4,
    Float8,
    Numeric,
    /// An amount as the server's lc_monetary writes it.
    Money,
    /// Characters, and everything that is delivered as the server prints it.
    Text,
    Bytea,
    Date,
    Time,
    TimeTz,
    Timestamp,
    TimestampTz,
    Interval,
    Uuid,
    /// bit and varbit: digits 0 and 1.
    Bit,
}

/// One server type.
#[derive(Clone, Copy, Debug)]
pub struct ServerType {
    pub oid: u32,
    /// Name as the catalog has it (`pg_type.typname`; arrays begin with `_`).
    pub name: &'static str,
    pub class: Class,
    /// ODBC's SQL type in its narrow form; for characters without a declared length SQL_LONGVARCHAR.
    pub sql_type: i16,
    /// Column size where no type modifier says more (of a float in bits); 0: unbounded.
    pub size: u64,
    /// Ask for the binary format where the type is known beforehand.
    pub wants_binary: bool,
}

macro_rules! server_types {
    ($($oid:literal $name:literal $class:ident $sql_type:ident $size:literal $wants_binary:ident;)*) => {
        /// The types that the driver knows by OID, in order of OID.
        pub const SERVER_TYPES: &[ServerType] = &[$(ServerType {
            oid: $oid, name: $name, class: Class::$class, sql_type: $sql_type, size: $size,
            wants_binary: server_types!(@$wants_binary),
        },)*];
    };
    (@binary) => { true };
    (@text) => { false };
}

// A name of an object is that of its schema and its own, each in quotes with all of its 63 characters doubled; a type's has
// `[]` behind it.
//
// An interval is longest as IntervalStyle postgres_verbose writes it: `@ 178956969 years 11 mons -2147483648 days -2562047788
// hours -59 mins -59.999999 secs ago`.
//
// `text` at numeric: its usual C type is characters, which text format has ready. At timestamptz and timetz: binary
// carries UTC only, and the zone to show is the session's, which the server knows best. At interval and bit: text is
// what applications ask for.
server_types! {
    16 "bool" Bool SQL_BIT 1 binary;
    17 "bytea" Bytea SQL_LONGVARBINARY 0 binary;
    // One byte, which is printed as \ooo where it is no ASCII.
    18 "char" Text SQL_CHAR 4 text;
    19 "name" Text SQL_VARCHAR 63 text;
    20 "int8" Int8 SQL_BIGINT 19 binary;
    21 "int2" Int2 SQL_SMALLINT 5 binary;
    22 "int2vector" Text SQL_LONGVARCHAR 0 text;
    23 "int4" Int4 SQL_INTEGER 10 binary;
    24 "regproc" Text SQL_VARCHAR 257 text;
    25 "text" Text SQL_LONGVARCHAR 0 text;
    26 "oid" Oid SQL_BIGINT 19 binary;
    27 "tid" Text SQL_VARCHAR 20 text;
    28 "xid" Oid SQL_BIGINT 19 binary;
    29 "cid" Oid SQL_BIGINT 19 binary;
    30 "oidvector" Text SQL_LONGVARCHAR 0 text;
    114 "json" Text SQL_LONGVARCHAR 0 text;
    142 "xml" Text SQL_LONGVARCHAR 0 text;
    194 "pg_node_tree" Text SQL_LONGVARCHAR 0 text;
    600 "point" Text SQL_VARCHAR 64 text;
    601 "lseg" Text SQL_VARCHAR 128 text;
    602 "path" Text SQL_LONGVARCHAR 0 text;
    603 "box" Text SQL_VARCHAR 128 text;
    604 "polygon" Text SQL_LONGVARCHAR 0 text;
    628 "line" Text SQL_VARCHAR 96 text;
    650 "cidr" Text SQL_VARCHAR 43 text;
    700 "float4" Float4 SQL_REAL 24 binary;
    701 "float8" Float8 SQL_DOUBLE 53 binary;
    705 "unknown" Text SQL_LONGVARCHAR 0 text;
    718 "circle" Text SQL_VARCHAR 96 text;
    774 "macaddr8" Text SQL_VARCHAR 23 text;
    790 "money" Money SQL_VARCHAR 40 text;
    829 "macaddr" Text SQL_VARCHAR 17 text;
    869 "inet" Text SQL_VARCHAR 43 text;
    1000 "_bool" Text SQL_LONGVARCHAR 0 text;
    1001 "_bytea" Text SQL_LONGVARCHAR 0 text;
    1002 "_char" Text SQL_LONGVARCHAR 0 text;
    1003 "_name" Text SQL_LONGVARCHAR 0 text;
    1005 "_int2" Text SQL_LONGVARCHAR 0 text;
    1007 "_int4" Text SQL_LONGVARCHAR 0 text;
    1009 "_text" Text SQL_LONGVARCHAR 0 text;
    1014 "_bpchar" Text SQL_LONGVARCHAR 0 text;
    1015 "_varchar" Text SQL_LONGVARCHAR 0 text;
    1016 "_int8" Text SQL_LONGVARCHAR 0 text;
    1021 "_float4" Text SQL_LONGVARCHAR 0 text;
    1022 "_float8" Text SQL_LONGVARCHAR 0 text;
    1028 "_oid" Text SQL_LONGVARCHAR 0 text;
    1033 "aclitem" Text SQL_LONGVARCHAR 0 text;
    1034 "_aclitem" Text SQL_LONGVARCHAR 0 text;
    1042 "bpchar" Text SQL_CHAR 0 text;
    1043 "varchar" Text SQL_VARCHAR 0 text;
    1082 "date" Date SQL_TYPE_DATE 10 binary;
    1083 "time" Time SQL_TYPE_TIME 15 binary;
    1114 "timestamp" Timestamp SQL_TYPE_TIMESTAMP 26 binary;
    1115 "_timestamp" Text SQL_LONGVARCHAR 0 text;
    1182 "_date" Text SQL_LONGVARCHAR 0 text;
    1183 "_time" Text SQL_LONGVARCHAR 0 text;
    1184 "timestamptz" TimestampTz SQL_TYPE_TIMESTAMP 26 text;
    1185 "_timestamptz" Text SQL_LONGVARCHAR 0 text;
    1186 "interval" Interval SQL_VARCHAR 89 text;
    1187 "_interval" Text SQL_LONGVARCHAR 0 text;
    1231 "_numeric" Text SQL_LONGVARCHAR 0 text;
    1266 "timetz" TimeTz SQL_VARCHAR 24 text;
    1270 "_timetz" Text SQL_LONGVARCHAR 0 text;
    1560 "bit" Bit SQL_CHAR 0 text;
    1562 "varbit" Bit SQL_VARCHAR 0 text;
    1700 "numeric" Numeric SQL_NUMERIC 0 text;
    1790 "refcursor" Text SQL_LONGVARCHAR 0 text;
    2202 "regprocedure" Text SQL_LONGVARCHAR 0 text;
    2205 "regclass" Text SQL_VARCHAR 257 text;
    2206 "regtype" Text SQL_VARCHAR 259 text;
    2249 "record" Text SQL_LONGVARCHAR 0 text;
    2275 "cstring" Text SQL_LONGVARCHAR 0 text;
    2278 "void" Text SQL_VARCHAR 1 text;
    2950 "uuid" Uuid SQL_GUID 36 binary;
    2951 "_uuid" Text SQL_LONGVARCHAR 0 text;
    2970 "txid_snapshot" Text SQL_LONGVARCHAR 0 text;
    3220 "pg_lsn" Text SQL_VARCHAR 17 text;
    3614 "tsvector" Text SQL_LONGVARCHAR 0 text;
    3615 "tsquery" Text SQL_LONGVARCHAR 0 text;
    3802 "jsonb" Text SQL_LONGVARCHAR 0 text;
    3807 "_jsonb" Text SQL_LONGVARCHAR 0 text;
    3904 "int4range" Text SQL_VARCHAR 25 text;
    3906 "numrange" Text SQL_LONGVARCHAR 0 text;
    3908 "tsrange" Text SQL_VARCHAR 80 text;
    3910 "tstzrange" Text SQL_VARCHAR 100 text;
    3912 "daterange" Text SQL_VARCHAR 40 text;
    3926 "int8range" Text SQL_VARCHAR 43 text;
    4072 "jsonpath" Text SQL_LONGVARCHAR 0 text;
    4089 "regnamespace" Text SQL_VARCHAR 128 text;
    4096 "regrole" Text SQL_VARCHAR 128 text;
    4451 "int4multirange" Text SQL_LONGVARCHAR 0 text;
    4532 "nummultirange" Text SQL_LONGVARCHAR 0 text;
    4533 "tsmultirange" Text SQL_LONGVARCHAR 0 text;
    4534 "tstzmultirange" Text SQL_LONGVARCHAR 0 text;
    4535 "datemultirange" Text SQL_LONGVARCHAR 0 text;
    4536 "int8multirange" Text SQL_LONGVARCHAR 0 text;
    5038 "pg_snapshot" Text SQL_LONGVARCHAR 0 text;
    5069 "xid8" Text SQL_VARCHAR 20 text;
}

/// What an OID that is not in the table is treated as: text of unknown length.
const OTHER: ServerType =
    ServerType { oid: 0, name: "", class: Class::Text, sql_type: SQL_LONGVARCHAR, size: 0, wants_binary: false };

/// The type of an OID; unknown ones are long text with an empty name.
pub fn server_type(oid: u32) -> &'static ServerType {
    SERVER_TYPES.binary_search_by_key(&oid, |row| row.oid).map_or(&OTHER, |index| &SERVER_TYPES[index])
}

/// Whether to ask for values of this type in binary format where it is known before the statement runs.
pub fn wants_binary(oid: u32) -> bool {
    server_type(oid).wants_binary
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_of_oid() {
        assert!(SERVER_TYPES.windows(2).all(|pair| pair[0].oid < pair[1].oid));
    }

    #[test]
    fn unknown_types_are_text() {
        let unknown = server_type(4_000_000_000);
        assert_eq!(
            (unknown.class, unknown.sql_type, wants_binary(4_000_000_000)),
            (Class::Text, SQL_LONGVARCHAR, false)
        );
    }
}
