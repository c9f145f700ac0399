//! Arguments of catalog functions and the conditions that they become.
//!
//! Source: ODBC reference, "Arguments in Catalog Functions" with its pages on pattern value, ordinary and identifier
//! arguments. What an application gives is always sent as a parameter's value, never written into the query.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::CatalogOptions;
use crate::diag::{Diagnostic, Result, sqlstate};
use crate::wire::ServerFamily;

/// SQL_SEARCH_PATTERN_ESCAPE, and what PostgreSQL's LIKE escapes with if it is not told otherwise.
const ESCAPE: char = '\\';

/// What the catalog's argument is called.
const CATALOG: &str = "catalog";

/// The catalog that the server shows.
const DATABASE: &str = "pg_catalog.current_database()";

/// The same as a column: found once a query, where the function would be called once a row.
pub const THE_CATALOG: &str = "(SELECT pg_catalog.current_database())";

/// Arguments for catalog, schema and the name in it, as they were given; None for a null pointer.
pub type Names<'a> = [Option<&'a str>; 3];

/// What an argument restricts a name to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restriction {
    None,
    Equal(String),
    /// A pattern as PostgreSQL's LIKE reads it.
    Like(String),
}

/// Reads arguments by the rules that the statement's options set.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    pub options: &'a CatalogOptions,
}

impl Reader<'_> {
    /// A pattern value argument. Errors: HY009, HY090.
    pub fn pattern(&self, name: &str, value: Option<&str>) -> Result<Restriction> {
        if self.options.metadata_id {
            return self.identifier(name, value);
        }
        let Some(value) = value else { return Ok(Restriction::None) };
        let restriction = read_pattern(&self.in_case(name, value));
        let literal_length = match &restriction {
            Restriction::Equal(text) => text.len(),
            Restriction::Like(text) => like_minimum_length(text),
            Restriction::None => 0,
        };
        self.check_length(name, literal_length)?;
        Ok(restriction)
    }

    /// An ordinary argument: taken literally. Errors: HY009, HY090.
    pub fn ordinary(&self, name: &str, value: Option<&str>) -> Result<Restriction> {
        if self.options.metadata_id {
            return self.identifier(name, value);
        }
        let Some(value) = value else { return Ok(Restriction::None) };
        self.check_length(name, value.len())?;
        Ok(Restriction::Equal(self.in_case(name, value).into_owned()))
    }

    /// An ordinary argument that has to be given. Errors: HY009, HY090.
    pub fn required(&self, name: &str, value: Option<&str>) -> Result<Restriction> {
        if value.is_none() {
            return Err(Diagnostic::new(
                sqlstate::HY009_INVALID_NULL_POINTER,
                format!("the {name} name is a null pointer; this function needs one"),
            ));
        }
        self.ordinary(name, value)
    }

    /// The catalog's name where it may be a pattern: not for an application that declared ODBC 2.
    pub fn catalog_pattern(&self, value: Option<&str>) -> Result<Restriction> {
        if self.options.odbc2 { self.ordinary(CATALOG, value) } else { self.pattern(CATALOG, value) }
    }

    /// An identifier as SQL reads it: without its quotes, or else in the server's case.
    fn identifier(&self, name: &str, value: Option<&str>) -> Result<Restriction> {
        let value = value.ok_or_else(|| {
            Diagnostic::new(
                sqlstate::HY009_INVALID_NULL_POINTER,
                format!("the {name} name is a null pointer: with SQL_ATTR_METADATA_ID on, every name has to be given"),
            )
        })?;
        let trimmed = value.trim_matches(' ');
        let quoted = trimmed.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let identifier = match quoted {
            Some(quoted) => quoted.replace("\"\"", "\""),
            None => value.trim_end_matches(' ').to_ascii_lowercase(),
        };
        self.check_length(name, identifier.len())?;
        Ok(Restriction::Equal(identifier))
    }

    /// The name as it is looked for: a catalog's always as it was given.
    fn in_case<'v>(&self, name: &str, value: &'v str) -> Cow<'v, str> {
        match self.options.settings.lower_case && name != CATALOG {
            true => Cow::Owned(value.to_ascii_lowercase()),
            false => Cow::Borrowed(value),
        }
    }

    /// The one table of a function that asks about one, by names taken literally: `n` is its schema, `c` itself. Other
    /// sessions' temporary tables are none.
    ///
    /// Errors: HY009 without a table, HY090.
    pub fn one_table(&self, conditions: &mut Conditions, [catalog, schema, table]: Names<'_>) -> Result<String> {
        let mut named = conditions.and(DATABASE, self.ordinary(CATALOG, catalog)?);
        named += &conditions.and("n.nspname", self.ordinary("schema", schema)?);
        named += &conditions.and("c.relname", self.required("table", table)?);
        named += "\n   AND NOT pg_catalog.pg_is_other_temp_schema(n.oid)";
        Ok(named)
    }

    /// The tables of a search: `n` is their schema, `c` themselves. Errors: HY009, HY090.
    pub fn tables(&self, conditions: &mut Conditions, names: Names<'_>) -> Result<String> {
        self.matching(conditions, "table", "c.relname", names)
    }

    /// The procedures of a search: `n` is their schema, `p` themselves. Errors: HY009, HY090.
    pub fn procedures(&self, conditions: &mut Conditions, names: Names<'_>) -> Result<String> {
        self.matching(conditions, "procedure", "p.proname", names)
    }

    /// What a search is for: the catalog taken literally, schema and name as patterns.
    fn matching(
        &self,
        conditions: &mut Conditions,
        kind: &str,
        column: &str,
        [catalog, schema, name]: Names<'_>,
    ) -> Result<String> {
        let mut named = conditions.and(DATABASE, self.ordinary(CATALOG, catalog)?);
        named += &self.schemas(conditions, "n.nspname", schema)?;
        named += &self.names(conditions, column, self.pattern(kind, name)?);
        Ok(named)
    }

    /// Which schemas to look at where `column` is the schema's name: those of the argument, or, if it says nothing, those
    /// that the connection's settings show.
    pub fn schemas(&self, conditions: &mut Conditions, column: &str, argument: Option<&str>) -> Result<String> {
        let restriction = self.pattern("schema", argument)?;
        if restriction != Restriction::None {
            return Ok(self.names(conditions, column, restriction));
        }
        Ok(self.shown_schemas(conditions, column))
    }

    /// The condition on a column of type name that the catalog has an index of.
    ///
    /// The server keeps one plan for all patterns, and LIKE uses an index only where the plan is made for the pattern: its
    /// beginning is said as a range, too. Names are ordered by their bytes since PostgreSQL 12 and their indexes with them,
    /// before it by the database's collation.
    pub fn names(&self, conditions: &mut Conditions, column: &str, restriction: Restriction) -> String {
        let range = match &restriction {
            Restriction::Like(pattern) if self.options.family == ServerFamily::PostgreSql => prefix_range(pattern),
            _ => None,
        };
        let mut condition = conditions.and(column, restriction);
        if let Some((first, end)) = range {
            let (first, end) = (conditions.parameter(first), conditions.parameter(end));
            let _ = write!(condition, "\n   AND {column} >= {first} COLLATE \"C\" AND {column} < {end} COLLATE \"C\"");
        }
        condition
    }

    /// Those that the connection's settings show.
    pub fn shown_schemas(&self, conditions: &mut Conditions, column: &str) -> String {
        let settings = &self.options.settings;
        let mut shown = String::new();
        if !settings.browsable_schemas.is_empty() {
            shown += &conditions.and_in(column, settings.browsable_schemas.clone());
        }
        for schema in &settings.ignored_schemas {
            let parameter = conditions.parameter(schema.clone());
            let _ = write!(shown, "\n   AND {column} <> {parameter}");
        }
        shown
    }

    fn check_length(&self, name: &str, length: usize) -> Result<()> {
        let limit = usize::from(self.options.max_identifier_length);
        if limit == 0 || length <= limit {
            return Ok(());
        }
        Err(Diagnostic::new(
            sqlstate::HY090_INVALID_STRING_OR_BUFFER_LENGTH,
            format!("the {name} name has {length} bytes or more; the server's names have at most {limit}"),
        ))
    }
}

/// Translates a search pattern. ODBC's escape character escapes `%`, `_` and itself, and is a character like any other
/// before others; LIKE's always escapes what follows, and must not be the last.
fn read_pattern(pattern: &str) -> Restriction {
    if pattern == "%" {
        return Restriction::None;
    }
    let (mut like, mut literal, mut wildcards) = (String::new(), String::new(), false);
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        let character = match character {
            '%' | '_' => {
                wildcards = true;
                like.push(character);
                continue;
            }
            ESCAPE => characters.next_if(|next| matches!(*next, '%' | '_' | ESCAPE)).unwrap_or(ESCAPE),
            other => other,
        };
        if matches!(character, '%' | '_' | ESCAPE) {
            like.push(ESCAPE);
        }
        like.push(character);
        literal.push(character);
    }
    if wildcards { Restriction::Like(like) } else { Restriction::Equal(literal) }
}

/// Bytes of the shortest name that a translated pattern matches.
fn like_minimum_length(pattern: &str) -> usize {
    let mut characters = pattern.chars();
    let mut length = 0;
    while let Some(character) = characters.next() {
        length += match character {
            '%' => 0,
            ESCAPE => characters.next().map_or(0, char::len_utf8),
            other => other.len_utf8(),
        };
    }
    length
}

/// Where the names lie that a translated pattern can match, ordered by their bytes: from the first, before the second. None
/// for a pattern that does not begin with what every server encoding has in common.
fn prefix_range(pattern: &str) -> Option<(String, String)> {
    let mut characters = pattern.chars();
    let mut prefix = String::new();
    while let Some(character) = characters.next() {
        let literal = match character {
            '%' | '_' => break,
            ESCAPE => characters.next()?,
            other => other,
        };
        // Beyond, the order of bytes is that of the server's encoding. The last one of ASCII has no next.
        if literal >= '\u{7f}' {
            break;
        }
        prefix.push(literal);
    }
    let mut end = prefix.clone();
    let last = end.pop()?;
    end.push(char::from(u8::try_from(last).ok()? + 1));
    Some((prefix, end))
}

/// Elements of a value list argument: separated by commas, each bare or in single quotes, in upper case.
pub fn value_list(list: &str) -> Vec<String> {
    let (mut values, mut value, mut quoted) = (Vec::new(), String::new(), false);
    for character in list.chars() {
        match character {
            '\'' => quoted = !quoted,
            ',' if !quoted => values.push(std::mem::take(&mut value)),
            other => value.push(other),
        }
    }
    values.push(value);
    values.iter().map(|value| value.trim().to_uppercase()).filter(|value| !value.is_empty()).collect()
}

/// The conditions of a query and the parameters that they refer to.
#[derive(Debug, Default)]
pub struct Conditions {
    parameters: Vec<String>,
}

impl Conditions {
    /// ` AND <column> ..` for a restriction, nothing for none.
    pub fn and(&mut self, column: &str, restriction: Restriction) -> String {
        let (operator, value) = match restriction {
            Restriction::None => return String::new(),
            Restriction::Equal(value) => ("=", value),
            Restriction::Like(value) => ("LIKE", value),
        };
        let parameter = self.parameter(value);
        format!("\n   AND {column} {operator} {parameter}")
    }

    /// ` AND <column> IN (..)`.
    pub fn and_in(&mut self, column: &str, values: Vec<String>) -> String {
        let mut condition = format!("\n   AND {column} IN (");
        for (index, value) in values.into_iter().enumerate() {
            let parameter = self.parameter(value);
            let separator = if index == 0 { "" } else { ", " };
            let _ = write!(condition, "{separator}{parameter}");
        }
        condition.push(')');
        condition
    }

    /// Declared as text: a name would be cut to the server's length, and match what it should not.
    pub fn parameter(&mut self, value: String) -> String {
        self.parameters.push(value);
        format!("${}::text", self.parameters.len())
    }

    pub fn into_parameters(self) -> Vec<String> {
        self.parameters
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::tests::OPTIONS;
    use super::*;

    fn pattern(value: &str) -> Restriction {
        Reader { options: &OPTIONS }.pattern("table", Some(value)).unwrap()
    }

    fn equal(value: &str) -> Restriction {
        Restriction::Equal(value.to_owned())
    }

    fn like(value: &str) -> Restriction {
        Restriction::Like(value.to_owned())
    }

    // Source: "Pattern Value Arguments", with its table of examples.
    #[test]
    fn patterns_of_the_reference() {
        assert_eq!(pattern("%A%"), like("%A%"));
        assert_eq!(pattern("ABC_"), like("ABC_"));
        assert_eq!(pattern(r"ABC\_"), equal("ABC_"));
        assert_eq!(pattern(r"\\%"), like(r"\\%"));
        assert_eq!(pattern("%"), Restriction::None);
        assert_eq!(pattern(""), equal(""));
        assert_eq!(Reader { options: &OPTIONS }.pattern("table", None).unwrap(), Restriction::None);
        // "\a" would be treated as two characters
        assert_eq!(pattern(r"\a"), equal(r"\a"));
        assert_eq!(pattern(r"\a%"), like(r"\\a%"));
        assert_eq!(pattern(r"a%\"), like(r"a%\\"));
        assert_eq!(pattern(r"100\%_"), like(r"100\%_"));
        assert_eq!(pattern("O'Hara\"; DROP"), equal("O'Hara\"; DROP"));
    }

    // Source: PostgreSQL documentation, LIKE; names are compared by their bytes.
    #[test]
    fn what_a_pattern_matches_is_in_its_range() {
        let of = |pattern: &str| prefix_range(pattern).map(|(first, end)| first + " .. " + &end);
        for (pattern, range) in [
            ("table_7", Some("table .. tablf")),
            ("a%", Some("a .. b")),
            (r"a\_b\%c\\d%", Some(r"a_b%c\d .. a_b%c\e")),
            ("az_", Some("az .. a{")),
            ("Stra\u{df}e_", Some("Stra .. Strb")),
            ("a~_", Some("a~ .. a\u{7f}")),
            ("a\u{7f}_", Some("a .. b")),
            ("%a", None),
            ("_", None),
            ("\u{fc}_", None),
            ("\u{7f}%", None),
            ("", None),
        ] {
            assert_eq!(of(pattern).as_deref(), range, "{pattern}");
        }
        // Every name of two characters that begins with the pattern's, in two encodings, is between its bounds.
        for begin in (1..0x7f_u8).filter(|byte| !b"%_\\".contains(byte)).map(char::from) {
            let (first, end) = prefix_range(&format!("{begin}%")).unwrap();
            for next in ["", "\u{1}", "%", "\u{7f}", "\u{e9}", "\u{10ffff}"] {
                let name = format!("{begin}{next}");
                assert!(first <= name && name < end, "{name:?}");
            }
            let latin = [u8::try_from(begin).unwrap(), 0xff];
            assert!(first.as_bytes() <= &latin[..] && &latin[..] < end.as_bytes());
        }
    }

    #[test]
    fn a_pattern_of_names_is_a_range_too() {
        let names = |options: &CatalogOptions, restriction| {
            let mut conditions = Conditions::default();
            let condition = Reader { options }.names(&mut conditions, "c.relname", restriction);
            (condition.trim().replace("\n  ", ""), conditions.into_parameters())
        };
        let (condition, parameters) = names(&OPTIONS, like(r"a\_b_"));
        let range = r#"c.relname >= $2::text COLLATE "C" AND c.relname < $3::text COLLATE "C""#;
        assert_eq!(condition, format!("AND c.relname LIKE $1::text AND {range}"));
        assert_eq!(parameters, [r"a\_b_", "a_b", "a_c"]);
        assert_eq!(names(&OPTIONS, like("%b")).0, "AND c.relname LIKE $1::text");
        assert_eq!(names(&OPTIONS, equal("a_b")).0, "AND c.relname = $1::text");
        // Another family may have another order of names.
        let other = CatalogOptions { family: ServerFamily::Other, ..OPTIONS };
        assert_eq!(names(&other, like("a_b")).0, "AND c.relname LIKE $1::text");
    }

    // Source: "Identifier Arguments"; PostgreSQL folds to lower case.
    #[test]
    fn identifiers_are_read_as_sql_reads_them() {
        let options = CatalogOptions { metadata_id: true, ..OPTIONS };
        let reader = Reader { options: &options };
        for (given, expected) in [
            ("Orders  ", "orders"),
            ("\"Orders\"", "Orders"),
            (" \" Or\"\"ders\" ", " Or\"ders"),
            ("a_b%", "a_b%"),
            ("", ""),
        ] {
            assert_eq!(reader.pattern("table", Some(given)).unwrap(), equal(expected), "{given}");
            assert_eq!(reader.ordinary("table", Some(given)).unwrap(), equal(expected), "{given}");
        }
        let error = reader.pattern("table", None).unwrap_err();
        assert_eq!(error.sqlstate, sqlstate::HY009_INVALID_NULL_POINTER);
    }

    #[test]
    fn names_too_long_for_the_server_are_errors() {
        let reader = Reader { options: &OPTIONS };
        let longest = "é".repeat(31) + "x";
        assert_eq!(longest.len(), 63);
        assert!(reader.ordinary("table", Some(&longest)).is_ok());
        // Escapes and percent signs take no room in a name.
        assert!(reader.pattern("table", Some(&r"\_".repeat(63))).is_ok());
        assert!(reader.pattern("table", Some(&"%".repeat(100))).is_ok());
        for too_long in ["x".repeat(64), "é".repeat(32), "_".repeat(64), "%".to_owned() + &r"\%".repeat(64)] {
            let error = reader.pattern("table", Some(&too_long)).unwrap_err();
            assert_eq!(error.sqlstate, sqlstate::HY090_INVALID_STRING_OR_BUFFER_LENGTH, "{too_long}");
        }
        let unlimited = CatalogOptions { max_identifier_length: 0, ..OPTIONS };
        assert!(Reader { options: &unlimited }.pattern("table", Some(&"x".repeat(1000))).is_ok());
    }

    #[test]
    fn what_is_required_has_to_be_given() {
        let reader = Reader { options: &OPTIONS };
        assert_eq!(reader.required("table", Some("a%")).unwrap(), equal("a%"));
        assert_eq!(reader.required("table", Some("")).unwrap(), equal(""));
        assert_eq!(reader.required("table", None).unwrap_err().sqlstate, sqlstate::HY009_INVALID_NULL_POINTER);
    }

    #[test]
    fn an_odbc2_catalog_is_no_pattern() {
        let options = CatalogOptions { odbc2: true, ..OPTIONS };
        assert_eq!(Reader { options: &options }.catalog_pattern(Some("a%")).unwrap(), equal("a%"));
        assert_eq!(Reader { options: &OPTIONS }.catalog_pattern(Some("a%")).unwrap(), like("a%"));
    }

    // Source: SQLTables, TableType.
    #[test]
    fn value_lists() {
        assert_eq!(value_list("'TABLE', 'VIEW'"), ["TABLE", "VIEW"]);
        assert_eq!(value_list("TABLE, view"), ["TABLE", "VIEW"]);
        assert_eq!(value_list("'SYSTEM TABLE','A,B'"), ["SYSTEM TABLE", "A,B"]);
        assert!(value_list(" , ").is_empty());
    }

    #[test]
    fn conditions_refer_to_their_parameters() {
        let mut conditions = Conditions::default();
        assert_eq!(conditions.and("a", Restriction::None), "");
        assert_eq!(conditions.and("a", equal("x")).trim(), "AND a = $1::text");
        assert_eq!(conditions.and("b", like("y%")).trim(), "AND b LIKE $2::text");
        assert_eq!(conditions.and_in("c", vec!["p".into(), "q".into()]).trim(), "AND c IN ($3::text, $4::text)");
        assert_eq!(conditions.into_parameters(), ["x", "y%", "p", "q"]);
    }
}
