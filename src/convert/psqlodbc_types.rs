//! Compatibility=psqlodbc: types that psqlODBC reports otherwise, with the same values in them.
//!
//! Source: psqlODBC's answers, with which `tests/driver/psqlodbc_peer.rs` compares. What would lose something, or contradict
//! the reference, is not here (docs/keywords.md).

use super::server_type::{Class, ServerType, server_type};
use crate::odbc::types::*;

/// A type that psqlODBC knows.
const fn known(name: &'static str, oid: u32, class: Class, sql_type: i16, size: u64) -> ServerType {
    ServerType { oid, name, class, sql_type, size, wants_binary: false }
}

/// A type that it does not know: UnknownsAsLongVarchar and MaxVarcharSize decide on its size.
const fn unknown(name: &'static str, oid: u32) -> ServerType {
    known(name, oid, Class::Text, SQL_LONGVARCHAR, 0)
}

const PSQLODBC_TYPES: &[ServerType] = &[
    unknown("regproc", 24),
    unknown("tid", 27),
    unknown("cid", 29),
    unknown("point", 600),
    unknown("lseg", 601),
    unknown("box", 603),
    unknown("line", 628),
    known("cidr", 650, Class::Text, SQL_VARCHAR, 50),
    // Digits, where the reference has bits.
    known("float4", 700, Class::Float4, SQL_REAL, 9),
    known("float8", 701, Class::Float8, SQL_FLOAT, 17),
    unknown("circle", 718),
    unknown("macaddr8", 774),
    known("inet", 869, Class::Text, SQL_VARCHAR, 50),
    unknown("timetz", 1266),
    known("refcursor", 1790, Class::Text, SQL_VARCHAR, 63),
    unknown("regclass", 2205),
    unknown("regtype", 2206),
    unknown("void", 2278),
    unknown("pg_lsn", 3220),
    unknown("int4range", 3904),
    unknown("tsrange", 3908),
    unknown("tstzrange", 3910),
    unknown("daterange", 3912),
    unknown("int8range", 3926),
    unknown("regnamespace", 4089),
    unknown("regrole", 4096),
    unknown("xid8", 5069),
];

/// The type of an OID as psqlODBC has it.
pub(super) fn psqlodbc_type(oid: u32) -> &'static ServerType {
    match PSQLODBC_TYPES.binary_search_by_key(&oid, |row| row.oid) {
        Ok(index) => &PSQLODBC_TYPES[index],
        Err(_) => server_type(oid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_names_types_as_the_server_does() {
        assert!(PSQLODBC_TYPES.windows(2).all(|pair| pair[0].oid < pair[1].oid));
        for row in PSQLODBC_TYPES {
            assert_eq!(server_type(row.oid).name, row.name);
        }
    }
}
