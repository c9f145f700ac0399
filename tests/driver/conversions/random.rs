//! Random values of types that are made of others, and of those that extensions have, come back as the server prints them.

use super::*;
use crate::round_trips::{Literal, Random, compare_literals, date_and_clock, digits, float, list, quoted, range};

/// One of a list.
fn one<'a>(random: &mut Random, of: &[&'a str]) -> &'a str {
    of[random.below(of.len() as u64) as usize]
}

/// Characters that mean something to one of the types, without those that end a quoted text.
fn word(random: &mut Random) -> String {
    let length = 1 + random.below(8);
    (0..length)
        .map(|_| one(random, &["a", "Z", " ", ",", "{", ")", ":", "&", "=>", "é", "ß", "😀", "日", "7", "_"]))
        .collect()
}

/// A number that no arithmetic of the type's turns into an infinity.
fn finite(random: &mut Random) -> String {
    let number = float(random);
    if number.contains("Inf") || number == "NaN" { "0".to_owned() } else { number }
}

fn point(random: &mut Random) -> String {
    format!("({},{})", finite(random), finite(random))
}

fn points(random: &mut Random) -> String {
    let count = 1 + random.below(5);
    (0..count).map(|_| point(random)).collect::<Vec<_>>().join(",")
}

fn small(random: &mut Random) -> String {
    (random.below(2_000_001) as i64 - 1_000_000).to_string()
}

fn label(random: &mut Random) -> String {
    let length = 1 + random.below(10);
    (0..length).map(|_| one(random, &["a", "B", "7", "_", "z"])).collect()
}

/// A field of a composite or a member of an array, in double quotes.
fn escaped(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn pair(random: &mut Random) -> String {
    match random.below(5) {
        0 => "(,)".to_owned(),
        1 => format!("({},)", small(random)),
        _ => format!("({},{})", small(random), quoted(random)),
    }
}

fn lexeme(random: &mut Random) -> String {
    let places = random.below(3);
    let mut text = format!("'{}'", word(random));
    for place in 0..places {
        let separator = if place == 0 { ':' } else { ',' };
        text.push_str(&format!("{separator}{}{}", 1 + random.below(16_382), one(random, &["", "A", "B", "D"])));
    }
    text
}

const LITERALS: &[(&str, Literal)] = &[
    ("pg_temp.conversions_mood", |random| one(random, &["sad", "ok", "grün"]).to_owned()),
    ("pg_temp.conversions_mood[]", |random| {
        format!("{{{}}}", list(random, |it| one(it, &["sad", "NULL", "grün"]).to_owned()))
    }),
    ("pg_temp.conversions_domain", |random| (1 + random.below(2_147_483_647)).to_string()),
    ("pg_temp.conversions_text_domain", word),
    ("pg_temp.conversions_pair", pair),
    ("pg_temp.conversions_pair[]", |random| format!("{{{}}}", list(random, |it| escaped(&pair(it))))),
    ("pg_temp.conversions_odd", word),
    ("pg_temp.conversions_span", |random| {
        let high = random.below(1 << 50) as f64 / 1024.0;
        format!("[{},{high}{}", high - 0.125, one(random, &["]", ")"]))
    }),
    ("conversions.hstore", |random| {
        list(random, |it| match it.below(4) {
            0 => format!("{}=>NULL", escaped(&word(it))),
            _ => format!("{}=>{}", escaped(&word(it)), quoted(it)),
        })
    }),
    ("conversions.citext", word),
    ("conversions.ltree", |random| list(random, label).replace(',', ".")),
    ("conversions.cube", |random| {
        format!("({},{}),({},{})", finite(random), small(random), finite(random), small(random))
    }),
    ("xml", |random| {
        let text = word(random).replace('&', "&amp;");
        format!("<{0} b=\"{text}\">{text}<!-- c --></{0}>", one(random, &["a", "élément", "n:b"]))
    }),
    ("tsvector", |random| {
        let count = random.below(6);
        (0..count).map(|_| lexeme(random)).collect::<Vec<_>>().join(" ")
    }),
    ("tsquery", |random| {
        let operand = |it: &mut Random| format!("{}'{}'{}", one(it, &["", "!"]), word(it), one(it, &["", ":*", ":AB"]));
        format!("({} {} {})", operand(random), one(random, &["&", "|", "<->", "<3>"]), operand(random))
    }),
    ("jsonpath", |random| {
        format!(
            "$.a{}[{} to last].\"{}\" ? (@ > {})",
            label(random),
            random.below(9),
            word(random),
            digits(random, 9, 5)
        )
    }),
    ("jsonb", |random| format!("{{{}}}", list(random, |it| format!("{}: {}", quoted(it), digits(it, 30, 10))))),
    ("line", |random| format!("{{{},{},{}}}", finite(random), 1 + random.below(99), finite(random))),
    ("lseg", |random| format!("[{},{}]", point(random), point(random))),
    ("box", |random| format!("{},{}", point(random), point(random))),
    ("path", |random| {
        let points = points(random);
        if random.below(2) == 0 { format!("[{points}]") } else { format!("({points})") }
    }),
    ("polygon", |random| format!("({})", points(random))),
    ("circle", |random| format!("<{},{}>", point(random), finite(random).trim_start_matches('-'))),
    ("tid", |random| format!("({},{})", random.below(1 << 32), random.below(1 << 16))),
    ("name", |random| label(random).repeat(1 + random.below(6) as usize)),
    ("bpchar(20)", label),
    ("varchar(20)", word),
    ("oidvector", |random| list(random, |it| it.below(1 << 32).to_string()).replace(',', " ")),
    ("pg_snapshot", |random| {
        let first = 1 + random.below(1 << 40);
        format!("{first}:{}:{first},{}", first + 20, first + 7)
    }),
    ("bytea[]", |random| format!("{{{}}}", list(random, |it| format!("\"\\\\x{:016x}\"", it.below(u64::MAX))))),
    ("bool[]", |random| format!("{{{}}}", list(random, |it| one(it, &["t", "f", "NULL"]).to_owned()))),
    ("timestamptz[]", |random| format!("{{{}}}", list(random, |it| format!("\"{}+00\"", date_and_clock(it))))),
    ("interval[]", |random| {
        format!("{{{}}}", list(random, |it| format!("\"{} mons {} secs\"", small(it), digits(it, 6, 6))))
    }),
    ("uuid[]", |random| format!("{{{}}}", list(random, |it| format!("{:032x}", it.below(u64::MAX))))),
    ("tstzrange[]", |random| {
        format!("{{{}}}", list(random, |it| escaped(&range(it, |it| format!("{}+00", date_and_clock(it))))))
    }),
];

/// Since PostgreSQL 14.
const MULTIRANGES: &[(&str, Literal)] = &[
    ("int4multirange", |random| format!("{{{}}}", list(random, |it| range(it, |it| it.below(1_000_000))))),
    ("nummultirange", |random| format!("{{{}}}", list(random, |it| range(it, |it| it.below(1 << 60))))),
    ("datemultirange", |random| {
        format!("{{{}}}", list(random, |it| range(it, |it| date_and_clock(it)[..10].to_owned())))
    }),
    ("tsmultirange", |random| format!("{{{}}}", list(random, |it| range(it, date_and_clock)))),
    ("tstzmultirange", |random| {
        format!("{{{}}}", list(random, |it| range(it, |it| format!("{}-03:30", date_and_clock(it)))))
    }),
];

#[test]
fn literals_of_types_made_of_others() {
    for format in ["text", "binary"] {
        let fixture = Fixture::new(&format!("ResultFormat={format};"));
        let mut random = Random::new(8);
        compare_literals(&fixture.0, &mut random, LITERALS, 30);
        if server().version >= 14 {
            compare_literals(&fixture.0, &mut random, MULTIRANGES, 30);
        }
    }
}
