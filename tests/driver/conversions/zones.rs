//! timestamptz in sessions of other time zones: local time and offset are what the server's AT TIME ZONE says.

use super::*;

/// Zones of whole hours and not, behind UTC and before it, with seconds in old times, by a rule and by an interval.
const ZONES: &[&str] = &[
    "'UTC'",
    "'Asia/Kolkata'",
    "'America/St_Johns'",
    "'Asia/Kathmandu'",
    "'Africa/Monrovia'",
    "'Pacific/Apia'",
    "'Antarctica/Troll'",
    "'Etc/GMT+12'",
    "'<+0545>-05:45'",
    "'XYZ5:30'",
    "interval '-03:30' hour to minute",
    "interval '13:45' hour to minute",
];

/// Old and new ones, both sides of changes of clocks, the years 1 and 9999, and beyond what a structure holds.
const INSTANTS: &[&str] = &[
    "2024-02-29 23:59:59.999999+00",
    "2024-03-10 06:59:59+00",
    "2024-03-10 07:00:00+00",
    "2024-11-03 05:30:00+00",
    "2024-11-03 06:30:00.5+00",
    "2011-12-30 12:00:00+00",
    "1971-12-31 23:59:59.000001+00",
    "1900-01-01 00:00:00+00",
    "1800-06-15 12:34:56+00",
    "0001-01-02 12:00:00+00",
    "9999-12-30 12:00:00+00",
    "10000-01-03 00:00:00+00",
    "0044-03-15 12:00:00+00 BC",
    "294276-12-30 00:00:00+00",
    "infinity",
    "-infinity",
];

/// What the server says of an instant in a zone: the local time's fields with microseconds, whether it is before Christ,
/// and the offset in seconds.
struct Local {
    fields: [i64; 7],
    is_before_christ: bool,
    offset: i64,
}

impl Local {
    fn of(connection: &Connection, instant: &str, zone: &str) -> Option<Local> {
        let local = format!("(timestamptz '{instant}' at time zone {zone})");
        let sql = format!(
            "select case when isfinite({local}) then to_char({local}, 'YYYY MM DD HH24 MI SS US BC ') || extract(epoch from \
             {local} - (timestamptz '{instant}' at time zone 'UTC'))::int8 end"
        );
        let text = connection.value(&sql)?;
        let words: Vec<&str> = text.split_whitespace().collect();
        let number = |word: &str| word.parse::<i64>().unwrap();
        let fields = std::array::from_fn(|at| number(words[at]));
        Some(Local { fields, is_before_christ: words[7] == "BC", offset: number(words[8]) })
    }

    /// As PostgreSQL prints it (documentation, "Date/Time Output": ISO, the offset with minutes and seconds if there are).
    fn text(&self) -> String {
        let [year, month, day, hour, minute, second, microsecond] = self.fields;
        let mut text = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
        if microsecond > 0 {
            text.push_str(format!(".{microsecond:06}").trim_end_matches('0'));
        }
        let (sign, offset) = (if self.offset < 0 { '-' } else { '+' }, self.offset.abs());
        text.push_str(&format!("{sign}{:02}", offset / 3600));
        if offset % 3600 > 0 {
            text.push_str(&format!(":{:02}", offset / 60 % 60));
        }
        if offset % 60 > 0 {
            text.push_str(&format!(":{:02}", offset % 60));
        }
        text + if self.is_before_christ { " BC" } else { "" }
    }

    fn is_in_range(&self) -> bool {
        !self.is_before_christ && self.fields[0] <= 9999
    }

    /// The structures by "SQL to C: Timestamp"; SQL_C_SS_TIMESTAMPOFFSET has hours and minutes of the offset.
    fn structure(&self, c_type: i16) -> Answer {
        let words = |words: &[i64]| words.iter().flat_map(|word| (*word as u16).to_ne_bytes()).collect::<Vec<u8>>();
        let nanoseconds = self.fields[6] as u32 * 1000;
        let date = || words(&self.fields[..3]);
        let stamp = || [words(&self.fields[..6]), nanoseconds.to_ne_bytes().to_vec()].concat();
        let cut = |is_cut: bool| is_cut.then(|| "01S07".to_owned());
        match c_type {
            SQL_C_TYPE_TIME => Answer::Value(words(&self.fields[3..6]), cut(nanoseconds > 0)),
            _ if !self.is_in_range() => Answer::Error("22008".to_owned()),
            SQL_C_TYPE_DATE => Answer::Value(date(), cut(self.fields[3..] != [0; 4])),
            TIMESTAMP_OFFSET => {
                let offset = words(&[self.offset / 3600, self.offset / 60 % 60]);
                Answer::Value([stamp(), offset].concat(), cut(self.offset % 60 != 0))
            }
            _ => Answer::Value(stamp(), None),
        }
    }
}

#[test]
fn instants_in_every_zone() {
    let width = api().manager.wide_width();
    for format in ["text", "binary"] {
        let connection = connect(&format!("{}ResultFormat={format};", server().connection_string()));
        for zone in ZONES {
            connection.run(&format!("set time zone {zone}"));
            for instant in INSTANTS {
                let local = Local::of(&connection, instant, zone);
                let text = local.as_ref().map_or((*instant).to_owned(), Local::text);
                let context = format!("{instant} in {zone}, {format}");
                let statement = connection.statement();
                statement
                    .execute_direct(&format!("select timestamptz '{instant}' from generate_series(1, 7)"))
                    .success();
                for c_type in
                    [SQL_C_CHAR, SQL_C_WCHAR, SQL_C_TYPE_DATE, SQL_C_TYPE_TIME, SQL_C_TYPE_TIMESTAMP, TIMESTAMP_OFFSET]
                {
                    statement.fetch().success();
                    let mut buffer = vec![UNTOUCHED; 200];
                    let (outcome, indicator) = statement.get_data(1, c_type, &mut buffer);
                    let seen = answer(&outcome, indicator, &buffer, c_type);
                    let expected = match (c_type, &local) {
                        (SQL_C_CHAR, _) => Answer::Value(text.clone().into_bytes(), None),
                        (SQL_C_WCHAR, _) => Answer::Value(encode(&text, width), None),
                        (_, Some(local)) => local.structure(c_type),
                        (_, None) => Answer::Error("22007".to_owned()),
                    };
                    assert!(seen == expected || is_the_managers(c_type, &seen), "{context}: {seen:?}, {expected:?}");
                }
            }
        }
    }
}
