//! The escapes that stand for one literal: `{d ..}`, `{t ..}`, `{ts ..}`, `{guid ..}`, `{interval ..}`, `{escape ..}`.
//!
//! Sources: ODBC reference, "Date, time, and timestamp escape sequences", "GUID escape sequences", "LIKE escape
//! sequence", "Interval literals"; the SQLSTATEs from `SQLNativeSql` and `SQLExecDirect`. Fields may have fewer digits
//! than the grammar asks for, as other drivers allow, but must name a moment that exists.

use super::translate::syntax_error;
use crate::diag::sqlstate::{
    S22007_INVALID_DATETIME_FORMAT, S22015_INTERVAL_FIELD_OVERFLOW, S22018_INVALID_CHARACTER_VALUE,
};
use crate::diag::{Diagnostic, Result};

/// The literal escapes by their keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LiteralEscape {
    Date,
    Time,
    Timestamp,
    Guid,
    Interval,
    Like,
}

/// Translates one. `text` begins after the keyword; answers with the SQL and how many bytes of `text` were read, the
/// closing brace included.
pub(super) fn translate(escape: LiteralEscape, text: &str, standard_strings: bool) -> Result<(String, usize)> {
    let (negative, quoted) = match text.trim_start().as_bytes().first() {
        Some(b'-') => (true, text.trim_start()[1..].trim_start()),
        Some(b'+') => (false, text.trim_start()[1..].trim_start()),
        _ => (false, text.trim_start()),
    };
    let unclosed = || syntax_error("an escape sequence has no closing '}' after its literal; write {d '1999-12-31'}");
    let value = quoted.strip_prefix('\'').ok_or_else(unclosed)?;
    let (value, rest) = match value.strip_prefix("'''") {
        // {escape ''''}: the only quote that a literal may hold
        Some(rest) if escape == LiteralEscape::Like => ("'", rest),
        _ => value.split_once('\'').ok_or_else(unclosed)?,
    };
    let (qualifier, rest) = rest.split_once('}').ok_or_else(unclosed)?;
    let (value, qualifier) = (value.trim_matches(is_padding(escape)), qualifier.trim());
    if escape != LiteralEscape::Interval && !qualifier.is_empty() {
        return Err(syntax_error(format!(
            "in an escape sequence, {qualifier:?} follows the literal where '}}' should"
        )));
    }
    let sql = match escape {
        LiteralEscape::Date => date(value).then(|| format!("date '{value}'")),
        LiteralEscape::Time => time(value).then(|| format!("time '{value}'")),
        LiteralEscape::Timestamp => timestamp(value).then(|| format!("timestamp '{value}'")),
        LiteralEscape::Guid => return Ok((guid(value)?, text.len() - rest.len())),
        LiteralEscape::Interval => return Ok((interval(negative, value, qualifier)?, text.len() - rest.len())),
        LiteralEscape::Like => return Ok((like(value, standard_strings)?, text.len() - rest.len())),
    };
    let sql = sql.ok_or_else(|| {
        let form = match escape {
            LiteralEscape::Date => "{d 'yyyy-mm-dd'}",
            LiteralEscape::Time => "{t 'hh:mm:ss'}",
            _ => "{ts 'yyyy-mm-dd hh:mm:ss.ffffff'}",
        };
        let text = format!("{value:?} in an escape sequence is no valid value; the form is {form}");
        Diagnostic::new(S22007_INVALID_DATETIME_FORMAT, text)
    })?;
    Ok((sql, text.len() - rest.len()))
}

/// Blanks around a value mean nothing, except where the value is the character itself.
pub(super) fn is_padding(escape: LiteralEscape) -> impl Fn(char) -> bool {
    move |character| escape != LiteralEscape::Like && character == ' '
}

/// A field of digits, of `digits` at most.
fn field(text: &str, digits: usize) -> Option<u32> {
    let well_formed = !text.is_empty() && text.len() <= digits && text.bytes().all(|byte| byte.is_ascii_digit());
    well_formed.then(|| text.parse().ok()).flatten()
}

fn date(text: &str) -> bool {
    let mut fields = text.split('-');
    let (Some(year), Some(month), Some(day), None) = (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (field(year, 6), field(month, 2), field(day, 2)) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return false,
    };
    year > 0 && (1..=days).contains(&day)
}

fn time(text: &str) -> bool {
    let mut fields = text.split(':');
    let (Some(hour), Some(minute), second, None) = (fields.next(), fields.next(), fields.next(), fields.next()) else {
        return false;
    };
    let (second, fraction) = second.unwrap_or("0").split_once('.').unwrap_or((second.unwrap_or("0"), "0"));
    field(hour, 2).is_some_and(|hour| hour < 24)
        && field(minute, 2).is_some_and(|minute| minute < 60)
        && field(second, 2).is_some_and(|second| second < 60)
        && fraction.len() <= 32
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

fn timestamp(text: &str) -> bool {
    match text.split_once([' ', 'T']) {
        Some((day, moment)) => date(day) && time(moment.trim_start()),
        None => date(text),
    }
}

fn guid(text: &str) -> Result<String> {
    let groups = text.split('-').map(str::len);
    let hexadecimal = text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    if hexadecimal && groups.eq([8, 4, 4, 4, 12]) {
        return Ok(format!("uuid '{text}'"));
    }
    let text = format!("{text:?} is no GUID; the form is {{guid 'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'}}");
    Err(Diagnostic::new(S22018_INVALID_CHARACTER_VALUE, text))
}

fn like(text: &str, standard_strings: bool) -> Result<String> {
    match text {
        "'" => Ok("ESCAPE ''''".to_owned()),
        "\\" if !standard_strings => Ok("ESCAPE '\\\\'".to_owned()),
        _ if text.chars().count() <= 1 => Ok(format!("ESCAPE '{text}'")),
        _ => Err(syntax_error(format!("{text:?} in {{escape '..'}} is more than one character"))),
    }
}

/// The fields of an interval from the greatest to the smallest; what a field holds at most where it does not lead; what
/// stands before it in the literal.
const INTERVAL_FIELDS: &[(&str, u32, char)] = &[
    ("YEAR", 0, ' '),
    ("MONTH", 11, '-'),
    ("DAY", 0, ' '),
    ("HOUR", 23, ' '),
    ("MINUTE", 59, ':'),
    ("SECOND", 59, ':'),
];
const MONTH: usize = 1;
const SECOND: usize = 5;
/// "Interval data type precision": the leading field has two digits and the second six decimals unless it says more.
const DEFAULT_LEADING_PRECISION: usize = 2;
const DEFAULT_SECONDS_PRECISION: usize = 6;
/// The server keeps millionths of a second.
const SERVER_SECONDS_PRECISION: usize = 6;

/// One side of the qualifier: `DAY(3)`, `SECOND(3,2)`.
fn qualifier_field(text: &str) -> Option<(usize, Vec<usize>)> {
    let (name, precisions) = match text.split_once('(') {
        Some((name, rest)) => (name.trim(), rest.trim_end().strip_suffix(')')?),
        None => (text.trim(), ""),
    };
    let index = INTERVAL_FIELDS.iter().position(|field| field.0.eq_ignore_ascii_case(name))?;
    let precisions = precisions.split(',').map(str::trim).filter(|precision| !precision.is_empty());
    let precisions = precisions.map(|precision| field(precision, 2).map(|n| n as usize)).collect::<Option<Vec<_>>>()?;
    Some((index, precisions))
}

/// `INTERVAL -'16 23:39:56.23' DAY TO SECOND`. The server has no leading precision and, in its usual style, applies a
/// sign inside the quotes to the first field only: the first is checked here, the second is put outside. Each field is
/// written with its name; the server would refuse 163 minutes in `'163:59' MINUTE TO SECOND`.
fn interval(negative: bool, value: &str, qualifier: &str) -> Result<String> {
    let malformed = || {
        let text = format!(
            "{value:?} {qualifier} is no interval literal; the form is {{interval '163 12:39' day(3) to minute}}"
        );
        Diagnostic::new(S22007_INVALID_DATETIME_FORMAT, text)
    };
    let upper = qualifier.to_ascii_uppercase();
    let sides = upper.split_once(" TO ");
    let (first, leading) = qualifier_field(sides.map_or(upper.as_str(), |sides| sides.0)).ok_or_else(malformed)?;
    let (last, trailing) = match sides {
        Some(sides) => qualifier_field(sides.1).ok_or_else(malformed)?,
        None => (first, Vec::new()),
    };
    let same_class = (first <= MONTH) == (last <= MONTH);
    let ordered = if sides.is_some() { first < last } else { true };
    if !same_class || !ordered || leading.len() > 1 + usize::from(first == SECOND) || trailing.len() > 1 {
        return Err(malformed());
    }
    let leading_precision = leading.first().copied().unwrap_or(DEFAULT_LEADING_PRECISION);
    let seconds_precision = if first == SECOND { leading.get(1) } else { trailing.first() };
    let seconds_precision = seconds_precision.copied().unwrap_or(DEFAULT_SECONDS_PRECISION);

    let (negative, digits) = match value.strip_prefix('-') {
        Some(digits) => (!negative, digits),
        None => (negative, value),
    };
    let mut rest = digits;
    let mut written = Vec::new();
    for (index, (name, maximum, _)) in INTERVAL_FIELDS.iter().enumerate().take(last + 1).skip(first) {
        let separator = INTERVAL_FIELDS.get(index + 1).filter(|_| index < last).map(|next| next.2);
        let text = match separator {
            Some(separator) => {
                let (text, after) = rest.split_once(separator).ok_or_else(malformed)?;
                rest = after;
                text
            }
            None => rest,
        };
        let (whole, fraction) = if index == SECOND { text.split_once('.').unwrap_or((text, "")) } else { (text, "") };
        let number = field(whole, 9).ok_or_else(malformed)?;
        if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(malformed());
        }
        written.push(match fraction {
            "" => format!("{whole} {}", name.to_ascii_lowercase()),
            _ => format!("{whole}.{fraction} {}", name.to_ascii_lowercase()),
        });
        let fits = if index == first { whole.len() <= leading_precision } else { number <= *maximum };
        if !fits || fraction.len() > seconds_precision.min(SERVER_SECONDS_PRECISION) {
            let text = format!(
                "in the interval literal {value:?} {qualifier}, the {} field does not fit; the leading field has \
                 {leading_precision} digits here and the seconds {seconds_precision} decimals",
                name.to_ascii_lowercase()
            );
            return Err(Diagnostic::new(S22015_INTERVAL_FIELD_OVERFLOW, text));
        }
    }
    let literal = format!("interval '{}'", written.join(" "));
    Ok(if negative { format!("(- {literal})") } else { literal })
}
