//! Tests of the room as a whole. Expected values: ODBC reference, appendix C and E; PostgreSQL documentation.
#![allow(clippy::unwrap_used)]

use super::*;

const STANDARD: ScanOptions = ScanOptions { standard_conforming_strings: true, noscan: false };

fn texts(text: &str) -> Vec<String> {
    translate(text, &STANDARD).unwrap().statements.into_iter().map(|statement| statement.text).collect()
}

fn one(text: &str) -> Statement {
    let mut statements = translate(text, &STANDARD).unwrap().statements;
    assert_eq!(statements.len(), 1, "{text}");
    statements.remove(0)
}

#[test]
fn markers_are_numbered_and_never_run_into_a_neighbour() {
    let statement = one("select ?, 'a?', \"b?\", $$?$$ /* ? */ from t where a=? -- ?\n");
    assert_eq!(statement.text, "select $1, 'a?', \"b?\", $$?$$ /* ? */ from t where a=$2 -- ?\n");
    assert_eq!(statement.parameter_count, 2);
    assert_eq!(one("select ?1").text, "select $1 1");
    assert_eq!(one("select 1 limit?offset?").text, "select 1 limit $1 offset $2");
    assert_eq!(one("select a ??| ? , b @?? ?").text, "select a ?| $1 , b @? $2");
}

#[test]
fn a_text_is_split_where_statements_end() {
    assert_eq!(texts("select 1; select 2;"), ["select 1", " select 2"]);
    assert_eq!(texts("select ?; select ?, ?"), ["select $1", " select $1, $2"]);
    assert_eq!(texts(" ; -- nothing\n; /* ; */"), Vec::<String>::new());
    assert_eq!(texts("select ';' || \";\" || $a$;$a$ -- ;\n;"), ["select ';' || \";\" || $a$;$a$ -- ;\n"]);
    // CREATE RULE: a list in parentheses
    let rule = "create rule r as on insert to t do also (insert into u values (1); delete from v)";
    assert_eq!(texts(&format!("{rule};select 1")), [rule, "select 1"]);
    // CREATE FUNCTION, sql_body
    let function =
        "create or replace function f(a int) returns int begin atomic select case when a = 1 then 2 end; select 3; end";
    assert_eq!(texts(&format!("{function};select 1")), [function, "select 1"]);
    // BEGIN by itself opens nothing
    assert_eq!(texts("begin; select 1; end"), ["begin", " select 1", " end"]);
    // an identifier is not ATOMIC's BEGIN
    assert_eq!(texts("create function \"begin\" () returns int as 'x'; atomic").len(), 2);
}

#[test]
fn kinds_are_seen_from_the_leading_words() {
    use StatementKind::*;
    for (text, kind) in [
        ("-- c\n /* d */ select 1", Select),
        ("((select 1) union (select 2))", Select),
        ("table t", Select),
        ("values (1)", Values),
        ("with a as (insert into t values (1) returning *) select * from a", Select),
        ("with recursive a(x, y) as (select 1), b as not materialized (select 2) insert into t select 1", Insert),
        ("with \"select\" as (select 1) update t set a = 1", Update),
        ("with insert as (select 1) select * from insert", Select),
        ("with a as (select 1) merge into t using a on true when matched then delete", Merge),
        ("delete from t", Delete),
        ("explain (analyze) delete from t", Explain),
        ("start transaction", Begin),
        ("end", Commit),
        ("rollback work to savepoint a", RollbackToSavepoint),
        ("rollback to a", RollbackToSavepoint),
        ("abort", Rollback),
        ("release a", ReleaseSavepoint),
        ("prepare transaction 'a'", PrepareTransaction),
        ("prepare a as select 1", Other),
        ("create or replace temp view v as select 1", CreateView),
        ("create unique index i on t (a)", CreateIndex),
        ("create materialized view v as select 1", CreateView),
        ("create unlogged table t (a int)", CreateTable),
        ("create function f() returns int as 'x'", Other),
        ("drop table if exists t", DropTable),
        ("copy t from stdin", Copy),
        ("call p()", Call),
        ("{call p()}", Call),
        ("set a = 1", Set),
        ("garbage", Other),
        ("?", Other),
    ] {
        assert_eq!(one(text).kind, kind, "{text}");
    }
    assert_eq!(Select.dynamic_function(), ("SELECT CURSOR", 85));
    assert_eq!(Update.dynamic_function(), ("UPDATE WHERE", 82));
    assert_eq!(Other.dynamic_function(), ("", 0));
}

#[test]
fn returning_counts_only_where_it_belongs_to_the_statement() {
    assert!(one("insert into t values (1) returning a").has_returning);
    assert!(one("with a as (select 1) delete from t returning *").has_returning);
    assert!(!one("with a as (insert into t values (1) returning *) update t set a = 1").has_returning);
    assert!(!one("insert into t values ('returning')").has_returning);
    assert!(!one("select 1 as \"returning\"").has_returning);
}

#[test]
fn statements_that_stand_no_transaction_are_known() {
    use InTransactionBlock::{Allowed, MayBeRefused, Refused};
    for (text, expected) in [
        ("vacuum t", Refused),
        ("create database a", Refused),
        ("create index concurrently i on t (a)", Refused),
        ("reindex index concurrently i", Refused),
        ("alter table t detach partition p concurrently", Refused),
        ("reindex table t", MayBeRefused),
        ("cluster", MayBeRefused),
        ("alter database a set tablespace b", MayBeRefused),
        ("create index i on t (a)", Allowed),
        ("alter table t add b int", Allowed),
        ("create table database (a int)", Allowed),
        ("select 1", Allowed),
        ("call p()", Allowed),
        ("do 'reindex table t'", Allowed),
    ] {
        assert_eq!(one(text).in_transaction_block, expected, "{text}");
    }
}

#[test]
fn only_a_brace_with_its_keyword_is_an_escape() {
    // CrateDB's object literals, jsonpath and arrays in text
    for text in [
        "select {d = 1, t = 'x'}",
        "select {}",
        "select {fn = 1}",
        "select {call = 1}",
        "insert into t values ({a = {ts = 'x'}})",
        "}{",
    ] {
        assert_eq!(one(text).text, text);
    }
    let noscan = ScanOptions { noscan: true, ..STANDARD };
    let statements = translate("select {d '1999-01-01'}, ?", &noscan).unwrap().statements;
    assert_eq!(statements[0].text, "select {d '1999-01-01'}, $1");
}

#[test]
fn literal_escapes_become_literals_of_the_server() {
    for (escape, sql) in [
        ("{d '1995-01-15'}", "date '1995-01-15'"),
        ("{ D '2000-2-29' }", "date '2000-2-29'"),
        ("{t'10:12:13.5'}", "time '10:12:13.5'"),
        ("{ts '1995-01-15 10:12:13.123456'}", "timestamp '1995-01-15 10:12:13.123456'"),
        ("{guid '01234567-89ab-cdef-0123-456789ABCDEF'}", "uuid '01234567-89ab-cdef-0123-456789ABCDEF'"),
        // the reference's own examples of interval literals
        ("{INTERVAL '326' YEAR(4)}", "interval '326 year'"),
        ("{INTERVAL '223.16' SECOND(3,2)}", "interval '223.16 second'"),
        ("{INTERVAL '163-11' YEAR(3) TO MONTH}", "interval '163 year 11 month'"),
        ("{INTERVAL '163 12' DAY(3) TO HOUR}", "interval '163 day 12 hour'"),
        ("{INTERVAL '163 12:39:59.163' DAY(3) TO SECOND(3)}", "interval '163 day 12 hour 39 minute 59.163 second'"),
        ("{INTERVAL '163:59.163' MINUTE(3) TO SECOND(5)}", "interval '163 minute 59.163 second'"),
        ("{INTERVAL -'16 23:39:56.23' DAY TO SECOND}", "(- interval '16 day 23 hour 39 minute 56.23 second')"),
        ("{escape '\\'}", "ESCAPE '\\'"),
        ("{escape ''''}", "ESCAPE ''''"),
    ] {
        assert_eq!(one(&format!("x {escape} y")).text, format!("x {sql} y"));
    }
    let off = ScanOptions { standard_conforming_strings: false, noscan: false };
    assert_eq!(native_sql("a like ? {escape '\\'} and b", &off).unwrap(), "a like ? ESCAPE '\\\\' and b");
}

#[test]
fn literals_that_name_nothing_have_the_sqlstates_of_the_reference() {
    for (escape, sqlstate) in [
        ("{d '1999-02-29'}", "22007"),
        ("{d '1999-13-01'}", "22007"),
        ("{d 'x'}", "22007"),
        ("{d ''}", "22007"),
        ("{t '24:00:00'}", "22007"),
        ("{t '10:00:00:00'}", "22007"),
        ("{ts '1999-01-01 10:60'}", "22007"),
        ("{ts '1999-01-01; drop table t'}", "22007"),
        ("{guid '0123'}", "22018"),
        // "examples of invalid interval literals"
        ("{INTERVAL '163' HOUR(2)}", "22015"),
        ("{INTERVAL '223.16' SECOND(2,2)}", "22015"),
        ("{INTERVAL '223.16' SECOND(3,1)}", "22015"),
        ("{INTERVAL '223.16' SECOND}", "22015"),
        ("{INTERVAL '223' YEAR}", "22015"),
        ("{INTERVAL '22.1234567' SECOND}", "22015"),
        ("{INTERVAL '163-13' YEAR(3) TO MONTH}", "22015"),
        ("{INTERVAL '163 65' DAY(3) TO HOUR}", "22015"),
        ("{INTERVAL '163:567:234.163' HOUR(3) TO SECOND(4)}", "22015"),
        ("{INTERVAL '163:591.163' MINUTE(3) TO SECOND(5)}", "22015"),
        ("{INTERVAL '1' DAY TO MONTH}", "22007"),
        ("{INTERVAL '1' FORTNIGHT}", "22007"),
        ("{d '1999-01-01'", "42000"),
        ("{d '1999-01-01' x}", "42000"),
        ("{escape 'ab'}", "42000"),
    ] {
        let error = translate(&format!("select {escape}"), &STANDARD).unwrap_err();
        assert_eq!(error.sqlstate.as_str(), sqlstate, "{escape}: {}", error.message);
    }
}

#[test]
fn functions_nest_and_keep_their_markers_in_order() {
    let statement = one("select {fn ucase({fn left(a, ?)})} from t where {fn insert(?, ?, 1, b)} = {fn now()}");
    assert_eq!(statement.parameter_count, 3);
    let places: Vec<_> = ["$1", "$2", "$3"].map(|marker| statement.text.find(marker)).to_vec();
    assert!(places.is_sorted() && places[0].is_some(), "{}", statement.text);
    assert!(statement.text.starts_with("select upper(left((a)::text, ($1)::integer)) from"), "{}", statement.text);
    assert_eq!(one("select {fn lcase('a,b)' /* , ) */)}").text, "select lower('a,b)' /* , ) */)");
    // comments around the name and behind the arguments
    assert_eq!(one("select {fn /* a */ lcase -- b\n ('A') /* c */}").text, "select lower('A')");
    assert_eq!(one("select {fn/* /* nested */ */now()}").text, one("select {fn now()}").text);
    assert_eq!(one("select {fn /* ? */ s.f /* { */ (?)}").parameter_count, 1);
    assert_eq!(one("select{fn pi()}from t").text, "select pi()from t");
    assert_eq!(one("select {fn user()}as a").text, "select current_user as a");
    // a comment to the end of its line does not take the rest with it
    assert_eq!(one("select {fn left(a -- x\n, 2)}").text, "select left((a -- x\n)::text, (2)::integer)");
    // the reference's own example (SQLNativeSql)
    let text = "SELECT { fn CONVERT (empid, SQL_SMALLINT) } FROM employee";
    assert_eq!(one(text).text, "SELECT cast(empid AS smallint) FROM employee");
    // a function of the server's own passes
    assert_eq!(one("select {fn s.f(?, {d '1999-01-01'})}").text, "select s.f($1, date '1999-01-01')");
    assert_eq!(one("select {fn concat(a, {b = 1, c = 2})}").text, "select ((a) || ({b = 1, c = 2}))");
}

#[test]
fn joins_and_calls() {
    assert_eq!(
        one("select * from {oj a left outer join b on a.x = b.x} where ? = 1").text,
        "select * from  a left outer join b on a.x = b.x where $1 = 1"
    );
    let call = one(" {call s.\"P x\"(?, {fn pi()}, ?, )} ");
    assert_eq!(call.text, " SELECT * FROM s.\"P x\"($1, pi(), $2) ");
    assert_eq!(call.parameter_count, 2);
    let escape = call.call.unwrap();
    assert_eq!(escape.name, "s.\"P x\"");
    assert_eq!([0, 1, 2, 3].map(|index| escape.marker(index)), [Some(1), None, Some(2), None]);
    assert_eq!(one("{call f(1, , 2)}").call.unwrap().arguments, ["1", "", " 2"]);
    let call = one("{ ? = CALL f(?) }");
    assert_eq!((call.text.as_str(), call.parameter_count), ("SELECT * FROM f($2)", 2));
    assert!(call.call.unwrap().returns_value);
    assert_eq!(one("{call f}").text, "SELECT * FROM f()");
    assert_eq!(texts("{call a()};{call b}"), ["SELECT * FROM a()", "SELECT * FROM b()"]);
}

#[test]
fn what_is_no_escape_that_can_be_translated_is_a_clear_error() {
    for (text, part) in [
        ("select {fn lcase('a')", "no closing"),
        ("select {fn lcase('a', 'b')}", "takes 1 argument(s), not 2"),
        ("select {fn lcase()}", "takes 1 argument(s), not 0"),
        ("select {fn concat('a', )}", "is empty"),
        ("select {fn soundex('a')}", "fuzzystrmatch"),
        ("select {fn lcase('a'}", "parentheses"),
        ("select {fn lcase('a') b}", "text after its arguments"),
        ("select {fn convert(a, SQL_NONSENSE)}", "SQL_BIGINT"),
        ("select {fn timestampadd(SQL_TSI_FORTNIGHT, 1, a)}", "SQL_TSI_WEEK"),
        ("select {call f()}", "whole statement"),
        ("{call f()} where 1 = 1", "whole statement"),
    ] {
        let error = translate(text, &STANDARD).unwrap_err();
        assert_eq!(error.sqlstate.as_str(), "42000");
        assert!(error.message.contains(part), "{text}: {}", error.message);
    }
}

#[test]
fn native_sql_leaves_markers_and_semicolons() {
    let text = "select {fn lcase(?)} ?? 1; {call f(?)}; ";
    assert_eq!(native_sql(text, &STANDARD).unwrap(), "select lower(?) ? 1; SELECT * FROM f(?); ");
    assert!(native_sql("{call f(1, , 2)}", &STANDARD).unwrap_err().message.contains("left out"));
}

#[test]
fn masks_hold_every_bit_but_those_of_missing_functions() {
    // sqlext.h: 24 string functions, 24 numeric, 21 of time and date, 3 of the system
    assert_eq!(function_mask(FunctionGroup::String), 0x00ff_ffff & !(0x8000 | 0x2_0000));
    assert_eq!(function_mask(FunctionGroup::Numeric), 0x00ff_ffff);
    assert_eq!(function_mask(FunctionGroup::TimeDate), 0x001f_ffff);
    assert_eq!(function_mask(FunctionGroup::System), 0x7);
    assert_eq!(function_mask(FunctionGroup::Convert), 0x3);
    assert_eq!(timestamp_interval_mask(), 0x1ff);
}

/// A small generator of its own (SplitMix64), so that a failure can be repeated from its seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn text(&mut self, pieces: &[&str], longest: u64) -> String {
        (0..self.next() % longest).map(|_| pieces[(self.next() % pieces.len() as u64) as usize]).collect()
    }
}

#[test]
fn any_text_is_translated_or_refused_and_none_panics() {
    let pieces = [
        "{",
        "}",
        "{fn ",
        "{d '",
        "{ts'",
        "{call ",
        "{?=call ",
        "{oj ",
        "{escape '",
        "{interval ",
        "(",
        ")",
        ",",
        ";",
        "'",
        "\"",
        "$$",
        "$a$",
        "$",
        "--",
        "\n",
        "/*",
        "*/",
        "?",
        "??",
        "\\",
        "E'",
        "U&'",
        "n'",
        " ",
        "a",
        "é",
        "𝄞",
        "1",
        "lcase",
        "left",
        "convert",
        "SQL_CHAR",
        "begin atomic",
        "create function",
        "case",
        "end",
        "with",
        "as",
        "select",
        "returning",
        "1999-01-01",
        "\0",
        "\u{a0}",
        ".",
        "=",
        "second(",
        "to",
    ];
    for seed in 0..20_000 {
        let text = Random(seed).text(&pieces, 40);
        for standard_conforming_strings in [true, false] {
            for noscan in [true, false] {
                let options = ScanOptions { standard_conforming_strings, noscan };
                let _ = translate(&text, &options);
                let _ = native_sql(&text, &options);
            }
        }
        // The lexer loses nothing.
        let joined: String = lexer::Lexer::new(&text, true).map(|token| token.text).collect();
        assert_eq!(joined, text);
    }
}

#[test]
fn a_text_without_markers_and_escapes_comes_back_byte_for_byte() {
    let pieces = [
        "{", "}", "(", ")", ",", "'", "\"", "$$", "$a$", "$", "--", "\n", "/*", "*/", "\\", "E'", " ", "a", "é", "𝄞",
        "1", "select", "{a = 1}", "\0", "\u{a0}", "[", ":",
    ];
    for seed in 0..20_000 {
        let text = format!("select{}", Random(seed).text(&pieces, 40));
        assert_eq!(one(&text).text, text);
        assert_eq!(native_sql(&text, &STANDARD).unwrap(), text);
    }
}

#[test]
fn megabytes_and_deep_nesting_take_linear_time() {
    const SIZE: usize = 2_000_000;
    let started = std::time::Instant::now();
    for piece in
        ["(", "{", "'a' ", "$a", "$a$", "{ {d=", "/*", "E'a'\n ", "x;", "{oj ", "{fn left(", "-", "\"", "{?", "{call "]
    {
        let text = piece.repeat(SIZE / piece.len());
        let _ = translate(&text, &STANDARD);
    }
    let markers = "?,".repeat(70_000);
    assert!(translate(&markers, &STANDARD).unwrap_err().message.contains("65535"));
    let deep = format!("select {}1{}", "{fn abs(".repeat(64), ")}".repeat(64));
    assert!(one(&deep).text.starts_with("select abs(abs("));
    let deeper = format!("select {}1{}", "{fn abs(".repeat(65), ")}".repeat(65));
    assert!(translate(&deeper, &STANDARD).unwrap_err().message.contains("nested"));
    let wide = format!("select {}'{}'{}", "{fn ucase(".repeat(64), "a".repeat(SIZE), ")}".repeat(64));
    assert!(one(&wide).text.len() > SIZE);
    // Generous for a debug build on a busy machine; a quadratic step would take hours.
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

/// Escapes and what they are worth on a server, as text: `examples.tsv` beside this file. The values come from the
/// reference's definitions; the integration tests ask each server.
const EXAMPLES: &str = include_str!("examples.tsv");

#[test]
fn every_function_that_is_claimed_has_an_example_that_translates() {
    let mut covered = Vec::new();
    for line in EXAMPLES.lines().filter(|line| !line.starts_with('#')) {
        let (escape, _) = line.split_once('\t').unwrap();
        let text = one(&format!("select {escape}")).text;
        assert!(!text.contains('{'), "{text}");
        for function in SCALAR_FUNCTIONS {
            if escape.to_uppercase().contains(&format!("{{FN {}", function.name)) {
                covered.push(function.name);
            }
        }
    }
    for function in SCALAR_FUNCTIONS.iter().filter(|row| !matches!(row.translation, Translation::Missing(_))) {
        assert!(covered.contains(&function.name), "{}", function.name);
    }
    for interval in TIMESTAMP_INTERVALS {
        assert_eq!(EXAMPLES.matches(&format!("DIFF({}", interval.name)).count().min(1), 1, "{}", interval.name);
        assert_eq!(EXAMPLES.matches(&format!("ADD({}", interval.name)).count().min(1), 1, "{}", interval.name);
    }
    for row in CONVERT_TYPES {
        assert!(EXAMPLES.contains(&format!("SQL_{})", row.name)), "{}", row.name);
    }
}
