//! Compatibility=psqlodbc beside psqlODBC itself (Debian's), on the same server: what an application sees of either.
//!
//! Through unixODBC, which takes the file of a driver for its name; in a process of its own, because psqlODBC brings libpq and
//! OpenSSL with it.

use crate::common::api::Manager;
use crate::common::{Connection, api, server, unique};

#[test]
fn errors_and_types_are_psqlodbcs() {
    assert_eq!(
        api().manager,
        Manager::UnixOdbc,
        "only unixODBC takes the file of a driver: run with --skip psqlodbc_peer::"
    );
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "psqlodbc_peer::beside_psqlodbc", "--ignored", "--nocapture", "--test-threads=1"])
        .output()
        .unwrap();
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("1 passed"), "{text}\n{errors}");
}

/// psqlODBC, and this driver as it.
fn both(keywords: &str) -> [Connection; 2] {
    let peer = std::fs::read_dir("/usr/lib").unwrap().find_map(|entry| {
        let file = entry.ok()?.path().join("odbc/psqlodbcw.so");
        file.exists().then(|| file.display().to_string())
    });
    let peer = peer.expect("psqlODBC is not installed; run tests/tools/install");
    let server = server();
    let place = |driver: &str| {
        format!(
            "DRIVER={{{driver}}};Servername={};Port={};Database={};UID={};PWD={};",
            server.host, server.port, server.database, server.user, server.password
        )
    };
    [
        Connection::open(&(place(&peer) + keywords)),
        Connection::open(&(place(&server.driver_name) + "Compatibility=psqlodbc;" + keywords)),
    ]
}

/// SQLSTATE, native code and text of the error of a statement.
fn error(connection: &Connection, sql: &str) -> Vec<(String, i32, String)> {
    let outcome = connection.statement().execute_direct(sql);
    assert!(outcome.code < 0, "{sql}: {outcome:?}");
    outcome.records.into_iter().map(|record| (record.sqlstate, record.native, record.message)).collect()
}

/// Values of one column each whose type and size are the same, and those where they are not, for which docs/keywords.md has the
/// reason.
const SAME: &[&str] = &[
    "true",
    "1::int2",
    "2",
    "3::int8",
    "1.5::float4",
    "1.5::float8",
    "1.5::float4 > 1",
    "1.5::numeric(10,3)",
    "'a'::text",
    "'b'::varchar",
    "'b'::bpchar",
    "'c'::varchar(20)",
    "'c'::varchar(300)",
    "'d'::char(5)",
    "'n'::name",
    "'{}'::json",
    "'{}'::jsonb",
    "'<a/>'::xml",
    "date '2020-01-01'",
    "timetz '10:00'",
    "timestamp '2020-01-01'",
    "timestamp(2) '2020-01-01'",
    "timestamptz '2020-01-01'",
    "'1.2.3.4'::inet",
    "'1.2.3.4'::cidr",
    "'08:00:2b:01:02:03'::macaddr",
    "'08:00:2b:01:02:03:04:05'::macaddr8",
    "'1'::cid",
    "'(0,1)'::tid",
    "'x'",
    "null",
    "row(1, 2)",
    "point(1, 2)",
    "box '(1,1),(2,2)'",
    "int4range(1, 2)",
    "'a'::refcursor",
    "'a b'::tsvector",
    "'pg_class'::regclass",
    "'0/0'::pg_lsn",
    "'1'::xid8",
];
const DIFFERENT: &[&str] = &[
    "1::oid",
    "'1'::xid",
    "1.5::numeric",
    "1::money",
    "'e'::\"char\"",
    "''::bytea",
    "time '10:00'",
    "interval '1 day'",
    "'00000000-0000-0000-0000-000000000000'::uuid",
    "array[1, 2]",
    "b'101'",
    "b'101'::varbit(10)",
];

/// Keywords that say how types are told, and what is not the same with them, for which docs/types.md has the reason.
const KEYWORDS: &[(&str, &[&str])] = &[
    ("UnknownSizes=1;", &["null"]),
    ("UnknownSizes=2;", &["'c'::varchar(20)", "'c'::varchar(300)"]),
    ("MaxVarcharSize=100;MaxLongVarcharSize=200;", &[]),
    ("MaxVarcharSize=-4;MaxLongVarcharSize=-4;", &[]),
    ("MaxVarcharSize=0;", &[]),
    ("TextAsLongVarchar=0;UnknownsAsLongVarchar=1;", &[]),
    ("BoolsAsChar=0;ByteaAsLongVarBinary=0;", &[]),
    ("BI=2;", &[]),
    ("BI=4;", &[]),
    ("BI=8;", &["3::int8"]),
    ("BI=12;", &["3::int8"]),
    ("LFConversion=1;TrueIsMinus1=1;", &[]),
];

/// Type and size of a value.
fn reported(connection: &Connection, value: &str) -> (i16, usize) {
    let statement = connection.statement();
    statement.execute_direct(&format!("select {value} as c")).succeeded();
    let column = statement.describe(1);
    (column.data_type, column.column_size)
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn beside_psqlodbc() {
    let [theirs, ours] = both("");
    let table = unique("peer");
    theirs.run(&format!(
        "create table {table} (a int primary key check (a < 100), b varchar(3), c int not null default 0, d date)"
    ));
    theirs.run(&format!("insert into {table} values (1)"));
    for sql in [
        "select * from none_such",
        "select none_such",
        "select 1/0",
        "select 'x'::int",
        "selec 1",
        "insert into TABLE values (1)",
        "insert into TABLE values (200)",
        "insert into TABLE (a, b) values (2, 'toolong')",
        "insert into TABLE (a, c) values (3, null)",
        "insert into TABLE (a, d) values (4, '2020-13-01')",
        "select 99999999999::int",
        "select no_function(1)",
        "set nonsense to 1",
        "select 1 from pg_class, pg_class",
        "create table TABLE (a int)",
        "select 1 +",
        "do $$ begin raise exception 'x' using detail = 'the detail', hint = 'the hint'; end $$",
        "select lo_get(1)",
        "select 'a' || chr(0)",
    ] {
        let sql = sql.replace("TABLE", &table);
        assert_eq!(error(&ours, &sql), error(&theirs, &sql), "{sql}");
    }
    theirs.run(&format!("drop table {table}"));
    for value in SAME {
        assert_eq!(reported(&ours, value), reported(&theirs, value), "{value}");
    }
    for value in DIFFERENT {
        assert_ne!(
            reported(&ours, value),
            reported(&theirs, value),
            "{value} is the same now: it belongs to the others"
        );
    }
    for (keywords, different) in KEYWORDS {
        let [theirs, ours] = both(keywords);
        for value in SAME {
            let same = reported(&ours, value) == reported(&theirs, value);
            assert_eq!(same, !different.contains(value), "{keywords} {value}");
        }
    }
    // The type alone: of numeric without precision psqlODBC tells what it has seen of the result.
    for (keywords, data_type) in [("NumericAs=8;", 8), ("NumericAs=12;", 12), ("NumericAs=-1;", -1)] {
        for connection in both(keywords) {
            assert_eq!(reported(&connection, "1.5::numeric").0, data_type, "{keywords}");
        }
    }
    for connection in both("ByteaAsLongVarBinary=0;") {
        assert_eq!(reported(&connection, "''::bytea"), (-3, 255));
    }
    // What the keywords make of values. (Of the bytes of a text psqlODBC loses the last.)
    let [theirs, ours] = both("LFConversion=1;TrueIsMinus1=1;");
    for (value, c_type) in [("E'a\\nb'", 1), ("'\\x610a62'::bytea", -2), ("true", 1), ("true", 4), ("false", 1)] {
        assert_eq!(read(&ours, value, c_type), read(&theirs, value, c_type), "{value} as {c_type}");
    }
}

/// The bytes of a value as a C type.
fn read(connection: &Connection, value: &str, c_type: i16) -> Vec<u8> {
    let statement = connection.statement();
    statement.execute_direct(&format!("select {value}")).succeeded();
    statement.fetch().succeeded();
    let mut buffer = [0; 20];
    let (outcome, length) = statement.get_data(1, c_type, &mut buffer);
    outcome.succeeded();
    buffer[..length as usize].to_vec()
}
