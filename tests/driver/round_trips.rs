//! Random values of each type go to the server and come back the same, in text and in binary format.
//!
//! They are the same at every run, so that no run fails by chance; `PGODBC_TEST_SEED` (a number) makes others, and a
//! failure tells its seed.

use crate::common::buffers::Timestamp;
use crate::common::statement::Parameter;
use crate::common::text::encode;
use crate::common::{Connection, Statement, api, connect_with};
use crate::odbc::types::*;
use std::fmt::Write;

/// Numbers that look random and are the same at every run (SplitMix64, Steele and others 2014).
pub struct Random(u64);

impl Random {
    /// A test's own numbers.
    pub fn new(test: u64) -> Random {
        let seed = std::env::var("PGODBC_TEST_SEED").map_or(0, |seed| seed.parse().expect("a number"));
        // Shown where the test fails.
        println!("PGODBC_TEST_SEED={seed}");
        let mut random = Random(seed);
        Random(random.next() ^ test)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// A whole number of any length in bits, so that small ones come as well.
    pub fn number(&mut self) -> i64 {
        let shift = self.below(64);
        (self.next() as i64) >> shift
    }
}

const FORMATS: [&str; 2] = ["text", "binary"];

fn connections() -> impl Iterator<Item = Connection> {
    FORMATS.into_iter().map(|format| {
        let connection = connect_with(&format!("ResultFormat={format};"));
        connection.run("set TimeZone to 'America/St_Johns'");
        connection
    })
}

const fn parameter(c_type: i16, sql_type: i16) -> Parameter {
    Parameter { c_type, sql_type, column_size: 0, decimal_digits: 6 }
}

/// Sends bytes as a parameter and reads the first column into as many of another C type.
#[track_caller]
pub fn back(statement: &Statement<'_>, described: Parameter, data: &[u8], c_type: i16, capacity: usize) -> Vec<u8> {
    let mut length = data.len() as isize;
    // SAFETY: the data outlives the execution, and is only read.
    unsafe {
        let address = data.as_ptr().cast_mut().cast();
        statement.bind_parameter(1, described, address, data.len() as isize, &raw mut length)
    }
    .success();
    statement.execute().success();
    statement.fetch().success();
    let mut buffer = vec![0; capacity];
    let (outcome, indicator) = statement.get_data(1, c_type, &mut buffer);
    outcome.success();
    buffer.truncate(indicator as usize);
    statement.close_cursor().success();
    buffer
}

#[track_caller]
fn fixed(sql: &str, c_type: i16, sql_type: i16, count: usize, mut value: impl FnMut(&mut Random) -> Vec<u8>) {
    for connection in connections() {
        let (statement, mut random) = (connection.statement(), Random::new(c_type as u64));
        statement.prepare(sql).success();
        for _ in 0..count {
            let sent = value(&mut random);
            let received = back(&statement, parameter(c_type, sql_type), &sent, c_type, sent.len());
            assert_eq!(received, sent, "{sql}");
        }
    }
}

#[test]
fn whole_numbers() {
    fixed("select ?::int8", SQL_C_SBIGINT, SQL_BIGINT, 1000, |random| random.number().to_ne_bytes().to_vec());
    fixed("select ?::int4", SQL_C_SLONG, SQL_INTEGER, 500, |random| (random.number() as i32).to_ne_bytes().to_vec());
    fixed("select ?::int2", SQL_C_SSHORT, SQL_SMALLINT, 500, |random| (random.number() as i16).to_ne_bytes().to_vec());
    fixed("select ?::int8", SQL_C_ULONG, SQL_BIGINT, 500, |random| (random.number() as u32).to_ne_bytes().to_vec());
    fixed("select ?::numeric", SQL_C_UBIGINT, SQL_NUMERIC, 500, |random| {
        (random.number() as u64).to_ne_bytes().to_vec()
    });
    fixed("select ?::int2", SQL_C_STINYINT, SQL_TINYINT, 300, |random| vec![random.next() as u8]);
    fixed("select ?::bool", SQL_C_BIT, SQL_BIT, 10, |random| vec![random.below(2) as u8]);
}

#[test]
fn floats_of_any_bits() {
    let not_nan = |bits: u64| if f64::from_bits(bits).is_nan() { 0 } else { bits };
    fixed("select ?::float8", SQL_C_DOUBLE, SQL_DOUBLE, 1000, |random| not_nan(random.next()).to_ne_bytes().to_vec());
    let not_nan = |bits: u32| if f32::from_bits(bits).is_nan() { 0 } else { bits };
    fixed("select ?::float4", SQL_C_FLOAT, SQL_REAL, 1000, |random| {
        not_nan(random.next() as u32).to_ne_bytes().to_vec()
    });
}

#[test]
fn bytes_and_identifiers() {
    fixed("select ?::bytea", SQL_C_BINARY, SQL_LONGVARBINARY, 300, |random| {
        let length = random.below(3000);
        (0..length).map(|_| random.next() as u8).collect()
    });
    fixed("select ?::uuid", SQL_C_GUID, SQL_GUID, 300, |random| {
        [random.next().to_ne_bytes(), random.next().to_ne_bytes()].concat()
    });
}

fn moment(random: &mut Random) -> [u16; 6] {
    let day = 1 + random.below(28);
    [1 + random.below(9999), 1 + random.below(12), day, random.below(24), random.below(60), random.below(60)]
        .map(|field| field as u16)
}

#[test]
fn dates_and_times() {
    let words = |words: &[u16]| words.iter().flat_map(|word| word.to_ne_bytes()).collect::<Vec<u8>>();
    fixed("select ?::date", SQL_C_TYPE_DATE, SQL_TYPE_DATE, 500, |random| words(&moment(random)[..3]));
    fixed("select ?::time", SQL_C_TYPE_TIME, SQL_TYPE_TIME, 500, |random| words(&moment(random)[3..]));
    fixed("select ?::timestamp", SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, 1000, |random| {
        let fraction = random.below(1_000_000) as u32 * 1000;
        [words(&moment(random)), fraction.to_ne_bytes().to_vec()].concat()
    });
}

#[test]
fn intervals() {
    let interval = |code: i16, fields: [u32; 5], random: &mut Random| {
        let sign = if fields == [0; 5] { 0 } else { random.below(2) as i16 };
        let head = [i32::from(code - 100).to_ne_bytes().to_vec(), sign.to_ne_bytes().to_vec(), vec![0, 0]].concat();
        [head, fields.iter().flat_map(|field| field.to_ne_bytes()).collect()].concat()
    };
    fixed("select ?::interval", SQL_C_INTERVAL_DAY_TO_SECOND, SQL_INTERVAL_DAY_TO_SECOND, 500, |random| {
        let fields = [10_000, 24, 60, 60, 1_000_000].map(|limit| random.below(limit) as u32);
        interval(SQL_C_INTERVAL_DAY_TO_SECOND, fields, random)
    });
    fixed("select ?::interval", SQL_C_INTERVAL_YEAR_TO_MONTH, SQL_INTERVAL_YEAR_TO_MONTH, 500, |random| {
        let fields = [random.below(100_000) as u32, random.below(12) as u32, 0, 0, 0];
        interval(SQL_C_INTERVAL_YEAR_TO_MONTH, fields, random)
    });
    // Of one field and of two: the first field has no limit but the structure's nine digits.
    for (code, places) in [
        (SQL_C_INTERVAL_YEAR, 0..=0),
        (SQL_C_INTERVAL_MONTH, 1..=1),
        (SQL_C_INTERVAL_DAY, 0..=0),
        (SQL_C_INTERVAL_HOUR, 1..=1),
        (SQL_C_INTERVAL_MINUTE, 2..=2),
        (SQL_C_INTERVAL_SECOND, 3..=4),
        (SQL_C_INTERVAL_DAY_TO_HOUR, 0..=1),
        (SQL_C_INTERVAL_DAY_TO_MINUTE, 0..=2),
        (SQL_C_INTERVAL_HOUR_TO_MINUTE, 1..=2),
        (SQL_C_INTERVAL_HOUR_TO_SECOND, 1..=4),
        (SQL_C_INTERVAL_MINUTE_TO_SECOND, 2..=4),
    ] {
        fixed("select ?::interval", code, code, 100, |random| {
            let mut fields = [0; 5];
            for place in places.clone() {
                let limit = if place == *places.start() { 100_000_000 } else { [0, 24, 60, 60, 1_000_000][place] };
                fields[place] = random.below(limit) as u32;
            }
            interval(code, fields, random)
        });
    }
}

/// A numeric literal as the server prints it: no needless zeros in front, all those behind the point.
pub fn digits(random: &mut Random, whole: u64, fraction: u64) -> String {
    let mut text = String::new();
    let count = random.below(whole + 1);
    if random.below(2) == 1 {
        text.push('-');
    }
    if count == 0 {
        text.push('0');
    }
    for place in 0..count {
        write!(text, "{}", if place == 0 { 1 + random.below(9) } else { random.below(10) }).unwrap();
    }
    let scale = random.below(fraction + 1);
    if scale > 0 {
        text.push('.');
    }
    for _ in 0..scale {
        write!(text, "{}", random.below(10)).unwrap();
    }
    // There is no negative zero.
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|byte| b"0.".contains(&byte)) => rest.to_owned(),
        _ => text,
    }
}

#[test]
fn numerics_of_a_thousand_digits() {
    for connection in connections() {
        let (statement, mut random) = (connection.statement(), Random::new(1));
        statement.prepare("select ?::numeric").success();
        for round in 0..300 {
            let sent = digits(&mut random, 1000, if round % 2 == 0 { 1000 } else { 5 });
            for c_type in [SQL_C_CHAR, SQL_C_BINARY] {
                let described = parameter(SQL_C_CHAR, SQL_NUMERIC);
                let received = back(&statement, described, sent.as_bytes(), c_type, 2100);
                assert_eq!(String::from_utf8(received).unwrap(), sent);
            }
        }
    }
}

#[test]
fn numeric_structures() {
    for connection in connections() {
        let (statement, mut random) = (connection.statement(), Random::new(2));
        statement.prepare("select ?::numeric").success();
        for _ in 0..500 {
            let scale = random.below(38) as u8;
            let magnitude = (u128::from(random.next()) << 64 | u128::from(random.next())) >> random.below(128);
            let magnitude = magnitude % 10_u128.pow(38);
            let mut sent = vec![38, scale, u8::from(magnitude == 0 || random.below(2) == 1)];
            sent.extend(magnitude.to_le_bytes());
            let received = back(&statement, parameter(SQL_C_NUMERIC, SQL_NUMERIC), &sent, SQL_C_CHAR, 100);
            let digits = format!("{magnitude:0>width$}", width = usize::from(scale) + 1);
            let (whole, fraction) = digits.split_at(digits.len() - usize::from(scale));
            let point = if scale > 0 { "." } else { "" };
            let expected = format!("{}{whole}{point}{fraction}", if sent[2] == 0 { "-" } else { "" });
            assert_eq!(String::from_utf8(received).unwrap(), expected);
        }
    }
}

#[test]
fn texts() {
    let width = api().manager.wide_width();
    for connection in connections() {
        let (statement, mut random) = (connection.statement(), Random::new(3));
        statement.prepare("select ?::text").success();
        for _ in 0..300 {
            let length = random.below(500);
            let character = |random: &mut Random| {
                let limit = [0x80, 0x800, 0x1_0000, 0x11_0000][random.below(4) as usize];
                char::from_u32(1 + random.below(limit - 1) as u32).unwrap_or('\u{fffd}')
            };
            let text: String = (0..length).map(|_| character(&mut random)).collect();
            let received = back(&statement, parameter(SQL_C_CHAR, SQL_VARCHAR), text.as_bytes(), SQL_C_CHAR, 2100);
            assert_eq!(received, text.as_bytes());
            let wide = encode(&text, width);
            assert_eq!(back(&statement, parameter(SQL_C_WCHAR, SQL_WVARCHAR), &wide, SQL_C_WCHAR, 4200), wide);
        }
    }
}

/// Dates in all of the server's range (4713 BC to 294276 AD, days to 5874897 AD): what the driver makes of the binary
/// form is what the server prints, and a structure holds what the server takes apart.
#[test]
fn dates_to_the_ends_of_the_servers_range() {
    const FIRST_DAY: i64 = -2_451_545; // 4714-11-24 BC, of days since 2000-01-01
    const LAST_DAY: i64 = 2_145_031_948;
    const FIRST: i64 = -211_813_488_000_000_000;
    const LAST: i64 = 9_223_371_331_199_999_999;
    for connection in connections() {
        let (statement, mut random) = (connection.statement(), Random::new(4));
        for round in 0..300 {
            let (day, microsecond) = match round {
                0 => (FIRST_DAY, FIRST),
                1 => (LAST_DAY, LAST),
                _ => (
                    FIRST_DAY + random.below((LAST_DAY - FIRST_DAY) as u64) as i64,
                    (FIRST as i128 + i128::from(random.next()) % (LAST as i128 - FIRST as i128)) as i64,
                ),
            };
            let stamp = format!(
                "(timestamp '2000-01-01' + make_interval(days => {}) + {} * interval '1 us')",
                microsecond.div_euclid(86_400_000_000),
                microsecond.rem_euclid(86_400_000_000)
            );
            let day = format!("(date '2000-01-01' + {day})");
            let zoned = format!("({stamp} at time zone 'UTC')");
            for (kind, sql_type, value) in [
                ("date", SQL_TYPE_DATE, &day),
                ("timestamp", SQL_TYPE_TIMESTAMP, &stamp),
                ("timestamptz", SQL_TYPE_TIMESTAMP, &zoned),
            ] {
                let text = connection.value(&format!("select {value}::text")).unwrap();
                let sent = connection.statement();
                sent.prepare(&format!("select ?::{kind}::text")).success();
                let received = back(&sent, parameter(SQL_C_CHAR, sql_type), text.as_bytes(), SQL_C_CHAR, 100);
                assert_eq!(String::from_utf8(received).unwrap(), text, "{kind}");
            }
            let sql = format!(
                "select {day}, {day}::text, {stamp}, {stamp}::text, {zoned}, {zoned}::text, \
                 concat_ws(',', extract(year from {stamp}), extract(month from {stamp}), extract(day from {stamp}), \
                 extract(hour from {stamp}), extract(minute from {stamp}), floor(extract(second from {stamp})), \
                 extract(microseconds from {stamp})::int8 % 1000000 * 1000)"
            );
            statement.execute_direct(&sql).success();
            statement.fetch().success();
            for column in [1, 3, 5] {
                assert_eq!(statement.get_text(column), statement.get_text(column + 1), "{sql}");
            }
            let parts: Vec<i64> = statement.get_text(7).unwrap().split(',').map(|part| part.parse().unwrap()).collect();
            statement.close_cursor().success();
            statement.execute_direct(&sql).success();
            statement.fetch().success();
            let (outcome, value) = statement.try_get::<Timestamp>(3);
            if (1..=9999).contains(&parts[0]) {
                outcome.success();
                let Timestamp { year, month, day, hour, minute, second, fraction } = value.unwrap();
                let seen = [
                    i64::from(year),
                    month.into(),
                    day.into(),
                    hour.into(),
                    minute.into(),
                    second.into(),
                    fraction.into(),
                ];
                assert_eq!(seen[..], parts[..], "{sql}");
            } else {
                outcome.error("22008");
            }
            statement.close_cursor().success();
        }
    }
}

/// Members of an array or an object: so many of them, joined.
pub fn list(random: &mut Random, member: impl Fn(&mut Random) -> String) -> String {
    let count = random.below(6);
    (0..count).map(|_| member(random)).collect::<Vec<_>>().join(",")
}

/// A text in the double quotes of arrays, composites and JSON, with what must be escaped.
pub fn quoted(random: &mut Random) -> String {
    let length = random.below(8);
    let characters = ["a", " ", ",", "{", "}", "(", ")", "'", "é", "😀", "\\\\", "\\\"", "NULL", "日"];
    let text: String = (0..length).map(|_| characters[random.below(characters.len() as u64) as usize]).collect();
    format!("\"{text}\"")
}

fn clock(random: &mut Random) -> String {
    let [hour, minute, second] = [24, 60, 60].map(|limit| random.below(limit));
    format!("{hour:02}:{minute:02}:{second:02}.{:06}", random.below(1_000_000))
}

pub fn date_and_clock(random: &mut Random) -> String {
    let [year, month, day, ..] = moment(random);
    format!("{year:04}-{month:02}-{day:02} {}", clock(random))
}

fn bits(random: &mut Random) -> String {
    let length = random.below(200);
    (0..length).map(|_| if random.below(2) == 0 { '0' } else { '1' }).collect()
}

fn address(random: &mut Random) -> String {
    match random.below(2) {
        0 => format!("{}.{}.{}.{}", random.below(256), random.below(256), random.below(256), random.below(256)),
        _ => groups(random),
    }
}

/// An address of IPv6.
fn groups(random: &mut Random) -> String {
    (0..8).map(|_| format!("{:x}", random.below(0x1_0000))).collect::<Vec<_>>().join(":")
}

fn hardware(random: &mut Random, count: usize) -> String {
    (0..count).map(|_| format!("{:02x}", random.below(256))).collect::<Vec<_>>().join(":")
}

/// Two bounds in order, as a range: of any kind of brackets.
pub fn range<T: Ord + ToString>(random: &mut Random, bound: impl Fn(&mut Random) -> T) -> String {
    let mut bounds = [bound(random), bound(random)];
    bounds.sort();
    let (open, close) = (["[", "("][random.below(2) as usize], ["]", ")"][random.below(2) as usize]);
    let [low, high] = bounds.map(|bound| if random.below(8) == 0 { String::new() } else { bound.to_string() });
    format!("{open}{low},{high}{close}")
}

pub fn float(random: &mut Random) -> String {
    let number = f64::from_bits(random.next());
    if number.is_nan() { "NaN".to_owned() } else { format!("{number:e}").replace("inf", "Infinity") }
}

/// Makes a literal of a type.
pub type Literal = fn(&mut Random) -> String;

/// What has no C structure, or more than one can hold, goes as text and comes back as the server prints it: narrow, wide
/// and as bytes.
const LITERALS: &[(&str, Literal)] = &[
    ("money", |random| format!("{}.{:02}", random.number() / 1000, random.below(100))),
    ("time", clock),
    ("timetz", |random| format!("{}{:+03}:{:02}", clock(random), random.below(31) as i64 - 15, random.below(60))),
    ("timestamp", date_and_clock),
    ("timestamptz", |random| format!("{}{:+03}", date_and_clock(random), random.below(31) as i64 - 15)),
    ("interval", |random| {
        let number = |random: &mut Random| random.number() as i32;
        let (months, days) = (number(random), number(random));
        // PostgreSQL 13 takes fields of 32 bits.
        format!("{months} mons {days} days {}.{:06} secs", number(random), random.below(1_000_000))
    }),
    ("varbit", bits),
    ("inet", |random| format!("{}/{}", address(random), random.below(33))),
    ("cidr", |random| format!("{}/128", groups(random))),
    ("macaddr", |random| hardware(random, 6)),
    ("macaddr8", |random| hardware(random, 8)),
    ("int4range", |random| range(random, |random| random.number() as i32 / 2)),
    ("int8range", |random| range(random, |random| random.number() / 2)),
    ("numrange", |random| range(random, |random| random.number())),
    ("daterange", |random| range(random, |random| date_and_clock(random)[..10].to_owned())),
    ("tsrange", |random| range(random, date_and_clock)),
    ("tstzrange", |random| range(random, date_and_clock)),
    ("int8[]", |random| format!("{{{}}}", list(random, |random| random.number().to_string()))),
    ("text[]", |random| format!("{{{}}}", list(random, quoted))),
    ("float8[]", |random| format!("{{{}}}", list(random, float))),
    ("numeric[]", |random| format!("{{{}}}", list(random, |random| digits(random, 50, 20)))),
    ("int4[]", |random| {
        let row = |random: &mut Random| format!("{{{},{}}}", random.number() as i32, random.number() as i32);
        format!("{{{},{}}}", row(random), row(random))
    }),
    ("jsonb", |random| format!("[{}]", list(random, quoted))),
    ("json", |random| format!("{{\"a\": [{}]}}", list(random, quoted))),
    ("point", |random| format!("({},{})", float(random), float(random))),
    ("uuid", |random| format!("{:016x}{:016x}", random.next(), random.next())),
    ("xid8", |random| random.next().to_string()),
    ("pg_lsn", |random| format!("{:X}/{:X}", random.next() as u32, random.next() as u32)),
];

/// Random literals of each type: sent as text, they come back as the server prints them, narrow, wide and as bytes.
pub fn compare_literals(connection: &Connection, random: &mut Random, literals: &[(&str, Literal)], count: usize) {
    let width = api().manager.wide_width();
    let statement = connection.statement();
    for (kind, literal) in literals {
        // concat() prints by the output function; a cast of inet has a form of its own.
        statement
            .prepare(&format!("select v, concat(v), octet_length(concat(v)) from (select ?::{kind} v) v"))
            .success();
        for _ in 0..count {
            let sent = literal(random);
            let mut length = sent.len() as isize;
            // SAFETY: the literal outlives the execution, and is only read.
            unsafe {
                let address = sent.as_ptr().cast_mut().cast();
                statement.bind_parameter(1, parameter(SQL_C_CHAR, SQL_VARCHAR), address, length, &raw mut length)
            }
            .success();
            statement.execute().success();
            statement.fetch().success();
            let printed = statement.get_text(2).unwrap();
            let expected = [
                (SQL_C_CHAR, printed.clone().into_bytes()),
                (SQL_C_BINARY, printed.clone().into_bytes()),
                (SQL_C_WCHAR, encode(&printed, width)),
            ];
            for (c_type, expected) in expected {
                // A date and a time are structures as bytes, and a number is not text either.
                if c_type == SQL_C_BINARY && IN_BINARY.contains(kind) {
                    continue;
                }
                let mut buffer = [0; 16000];
                let (outcome, indicator) = statement.get_data(1, c_type, &mut buffer);
                outcome.success();
                assert_eq!(buffer[..indicator as usize], expected, "{sent}::{kind} as {c_type}");
            }
            assert_eq!(statement.get::<i32>(3), Some(printed.len() as i32), "{sent}::{kind}");
            statement.close_cursor().success();
        }
    }
}

/// Types that are no text to ODBC: SQL_C_BINARY is their default C type.
const IN_BINARY: &[&str] = &["time", "timetz", "timestamp", "timestamptz", "uuid", "pg_temp.conversions_domain"];

#[test]
fn literals_of_types_that_are_text_to_odbc() {
    for style in ["postgres", "postgres_verbose", "sql_standard", "iso_8601"] {
        for connection in connections() {
            connection.run(&format!("set IntervalStyle to {style}"));
            // The styles are intervals' only.
            let interval = LITERALS.iter().position(|(kind, _)| *kind == "interval").unwrap();
            let literals = if style == "postgres" { LITERALS } else { &LITERALS[interval..=interval] };
            compare_literals(&connection, &mut Random::new(5), literals, 40);
        }
    }
}
