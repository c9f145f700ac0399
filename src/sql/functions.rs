//! ODBC's scalar functions and what they are in PostgreSQL.
//!
//! Source: ODBC reference, appendix E; bits from `sqlext.h`; PostgreSQL documentation, chapter 9. Each row has been run
//! on a server (see the tests). An argument stands in its expression exactly once and in the order in which it was
//! written: it may have side effects, and may be or hold a parameter marker. A cast stands where the server could not
//! infer the type of a bare parameter marker, or where ODBC lets the argument be text.

/// The bit mask of `SQLGetInfo` that a function is reported in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionGroup {
    /// SQL_STRING_FUNCTIONS
    String,
    /// SQL_NUMERIC_FUNCTIONS
    Numeric,
    /// SQL_TIMEDATE_FUNCTIONS
    TimeDate,
    /// SQL_SYSTEM_FUNCTIONS
    System,
    /// SQL_CONVERT_FUNCTIONS
    Convert,
}

/// How a function is translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Translation {
    /// An expression where `%1`, `%2` .. are the arguments.
    Expression(&'static str),
    TimestampAdd,
    TimestampDiff,
    Convert,
    /// The server has no such function: what to say of it.
    Missing(&'static str),
}

/// One function with one number of arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScalarFunction {
    pub name: &'static str,
    pub arguments: usize,
    pub group: FunctionGroup,
    /// The function's bit in the mask of its group.
    pub bit: u32,
    pub translation: Translation,
}

use FunctionGroup::{Convert, Numeric, String, System, TimeDate};

const fn row(
    group: FunctionGroup,
    bit: u32,
    name: &'static str,
    arguments: usize,
    expression: &'static str,
) -> ScalarFunction {
    ScalarFunction { name, arguments, group, bit, translation: Translation::Expression(expression) }
}

const fn special(
    group: FunctionGroup,
    bit: u32,
    name: &'static str,
    arguments: usize,
    translation: Translation,
) -> ScalarFunction {
    ScalarFunction { name, arguments, group, bit, translation }
}

const NEEDS_FUZZYSTRMATCH: &str =
    "PostgreSQL has it only in its extension fuzzystrmatch; where that is installed, call it without {fn ..}";

/// Every scalar function of appendix E.
pub const SCALAR_FUNCTIONS: &[ScalarFunction] = &[
    row(String, 0x0000_2000, "ASCII", 1, "ascii(%1)"),
    row(String, 0x0008_0000, "BIT_LENGTH", 1, "bit_length(%1)"),
    row(String, 0x0000_4000, "CHAR", 1, "chr((%1)::integer)"),
    row(String, 0x0010_0000, "CHAR_LENGTH", 1, "length(%1)"),
    row(String, 0x0020_0000, "CHARACTER_LENGTH", 1, "length(%1)"),
    row(String, 0x0000_0001, "CONCAT", 2, "((%1) || (%2))"),
    special(String, 0x0000_8000, "DIFFERENCE", 2, Translation::Missing(NEEDS_FUZZYSTRMATCH)),
    // The sub-select keeps the arguments in their order: overlay() wants the last one second.
    row(
        String,
        0x0000_0002,
        "INSERT",
        4,
        "(SELECT overlay(a placing d from b for c) FROM (SELECT (%1)::text AS a, (%2)::integer AS b, \
         (%3)::integer AS c, (%4)::text AS d) AS i)",
    ),
    row(String, 0x0000_0040, "LCASE", 1, "lower(%1)"),
    row(String, 0x0000_0004, "LEFT", 2, "left((%1)::text, (%2)::integer)"),
    // "excluding trailing blanks", and of the text of whatever it is given
    row(String, 0x0000_0010, "LENGTH", 1, "length(rtrim((%1)::text))"),
    row(String, 0x0001_0000, "LOCATE", 2, "position((%1)::text in (%2)::text)"),
    row(
        String,
        0x0000_0020,
        "LOCATE",
        3,
        "(SELECT coalesce(nullif(position(a in substr(b, c)), 0) + c - 1, 0) FROM (SELECT (%1)::text AS a, \
         (%2)::text AS b, greatest((%3)::integer, 1) AS c) AS l)",
    ),
    row(String, 0x0000_0008, "LTRIM", 1, "ltrim(%1)"),
    row(String, 0x0040_0000, "OCTET_LENGTH", 1, "octet_length(%1)"),
    // POSITION(a IN b): one argument as far as commas go
    row(String, 0x0080_0000, "POSITION", 1, "position(%1)"),
    row(String, 0x0000_0080, "REPEAT", 2, "repeat((%1)::text, (%2)::integer)"),
    row(String, 0x0000_0100, "REPLACE", 3, "replace((%1)::text, (%2)::text, (%3)::text)"),
    row(String, 0x0000_0200, "RIGHT", 2, "right((%1)::text, (%2)::integer)"),
    row(String, 0x0000_0400, "RTRIM", 1, "rtrim(%1)"),
    special(String, 0x0002_0000, "SOUNDEX", 1, Translation::Missing(NEEDS_FUZZYSTRMATCH)),
    row(String, 0x0004_0000, "SPACE", 1, "repeat(' ', (%1)::integer)"),
    // SQL-92's SUBSTRING(a FROM b FOR c)
    row(String, 0x0000_0800, "SUBSTRING", 1, "substring(%1)"),
    row(String, 0x0000_0800, "SUBSTRING", 2, "substr(%1, (%2)::integer)"),
    row(String, 0x0000_0800, "SUBSTRING", 3, "substr(%1, (%2)::integer, (%3)::integer)"),
    row(String, 0x0000_1000, "UCASE", 1, "upper(%1)"),
    // "All numeric functions return values of data type SQL_FLOAT except for ABS, ROUND, TRUNCATE, SIGN, FLOOR, and
    // CEILING"; MOD of integers stays an integer, as it does everywhere.
    row(Numeric, 0x0000_0001, "ABS", 1, "abs(%1)"),
    row(Numeric, 0x0000_0002, "ACOS", 1, "acos(%1)"),
    row(Numeric, 0x0000_0004, "ASIN", 1, "asin(%1)"),
    row(Numeric, 0x0000_0008, "ATAN", 1, "atan(%1)"),
    row(Numeric, 0x0000_0010, "ATAN2", 2, "atan2(%1, %2)"),
    row(Numeric, 0x0000_0020, "CEILING", 1, "ceiling(%1)"),
    row(Numeric, 0x0000_0040, "COS", 1, "cos(%1)"),
    row(Numeric, 0x0000_0080, "COT", 1, "cot(%1)"),
    row(Numeric, 0x0004_0000, "DEGREES", 1, "degrees(%1)"),
    row(Numeric, 0x0000_0100, "EXP", 1, "exp((%1)::double precision)"),
    row(Numeric, 0x0000_0200, "FLOOR", 1, "floor(%1)"),
    row(Numeric, 0x0000_0400, "LOG", 1, "ln((%1)::double precision)"),
    row(Numeric, 0x0008_0000, "LOG10", 1, "log((%1)::double precision)"),
    // no cast, which would round 5.5 or make an integer something else: two bare markers need declared types
    row(Numeric, 0x0000_0800, "MOD", 2, "mod(%1, %2)"),
    row(Numeric, 0x0001_0000, "PI", 0, "pi()"),
    row(Numeric, 0x0010_0000, "POWER", 2, "power((%1)::double precision, (%2)::double precision)"),
    row(Numeric, 0x0020_0000, "RADIANS", 1, "radians(%1)"),
    row(Numeric, 0x0002_0000, "RAND", 0, "random()"),
    // setseed() takes -1 to 1 and answers nothing; OFFSET 0 keeps the planner from leaving it out.
    row(
        Numeric,
        0x0002_0000,
        "RAND",
        1,
        "(SELECT random() FROM (SELECT setseed(sin((%1)::double precision)) OFFSET 0) AS r)",
    ),
    row(Numeric, 0x0040_0000, "ROUND", 2, "round((%1)::numeric, (%2)::integer)"),
    row(Numeric, 0x0000_1000, "SIGN", 1, "sign(%1)"),
    row(Numeric, 0x0000_2000, "SIN", 1, "sin(%1)"),
    row(Numeric, 0x0000_4000, "SQRT", 1, "sqrt((%1)::double precision)"),
    row(Numeric, 0x0000_8000, "TAN", 1, "tan(%1)"),
    row(Numeric, 0x0080_0000, "TRUNCATE", 2, "trunc((%1)::numeric, (%2)::integer)"),
    // Dates and times are local and without a zone, as ODBC's types are.
    row(TimeDate, 0x0002_0000, "CURRENT_DATE", 0, "current_date"),
    row(TimeDate, 0x0004_0000, "CURRENT_TIME", 0, "localtime"),
    row(TimeDate, 0x0004_0000, "CURRENT_TIME", 1, "localtime(%1)"),
    row(TimeDate, 0x0008_0000, "CURRENT_TIMESTAMP", 0, "localtimestamp"),
    row(TimeDate, 0x0008_0000, "CURRENT_TIMESTAMP", 1, "localtimestamp(%1)"),
    row(TimeDate, 0x0000_0002, "CURDATE", 0, "current_date"),
    row(TimeDate, 0x0000_0200, "CURTIME", 0, "localtime"),
    row(TimeDate, 0x0000_8000, "DAYNAME", 1, "to_char((%1)::timestamp, 'FMDay')"),
    row(TimeDate, 0x0000_0004, "DAYOFMONTH", 1, "extract(day from (%1)::date)::integer"),
    row(TimeDate, 0x0000_0008, "DAYOFWEEK", 1, "(extract(dow from (%1)::date)::integer + 1)"),
    row(TimeDate, 0x0000_0010, "DAYOFYEAR", 1, "extract(doy from (%1)::date)::integer"),
    row(TimeDate, 0x0010_0000, "EXTRACT", 1, "extract(%1)"),
    row(TimeDate, 0x0000_0400, "HOUR", 1, "extract(hour from (%1)::time)::integer"),
    row(TimeDate, 0x0000_0800, "MINUTE", 1, "extract(minute from (%1)::time)::integer"),
    row(TimeDate, 0x0000_0020, "MONTH", 1, "extract(month from (%1)::date)::integer"),
    row(TimeDate, 0x0001_0000, "MONTHNAME", 1, "to_char((%1)::timestamp, 'FMMonth')"),
    row(TimeDate, 0x0000_0001, "NOW", 0, "localtimestamp"),
    row(TimeDate, 0x0000_0040, "QUARTER", 1, "extract(quarter from (%1)::date)::integer"),
    // without its fraction: a cast alone would round 59.9 up to 60
    row(TimeDate, 0x0000_1000, "SECOND", 1, "trunc(extract(second from (%1)::time))::integer"),
    special(TimeDate, 0x0000_2000, "TIMESTAMPADD", 3, Translation::TimestampAdd),
    special(TimeDate, 0x0000_4000, "TIMESTAMPDIFF", 3, Translation::TimestampDiff),
    row(TimeDate, 0x0000_0080, "WEEK", 1, "extract(week from (%1)::date)::integer"),
    row(TimeDate, 0x0000_0100, "YEAR", 1, "extract(year from (%1)::date)::integer"),
    row(System, 0x0000_0002, "DATABASE", 0, "current_database()"),
    row(System, 0x0000_0004, "IFNULL", 2, "coalesce(%1, %2)"),
    row(System, 0x0000_0001, "USER", 0, "current_user"),
    special(Convert, 0x0000_0001, "CONVERT", 2, Translation::Convert),
    row(Convert, 0x0000_0002, "CAST", 1, "cast(%1)"),
];

/// What `SQLGetInfo` answers for a group: the bits of its functions that work.
pub fn function_mask(group: FunctionGroup) -> u32 {
    let functions = SCALAR_FUNCTIONS.iter().filter(|function| function.group == group);
    let working = functions.filter(|function| !matches!(function.translation, Translation::Missing(_)));
    working.fold(0, |mask, function| mask | function.bit)
}
