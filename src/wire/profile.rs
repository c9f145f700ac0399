//! What a server is and what it allows, by what it says of itself while logging in.

use super::parameters::Parameters;

/// Whose server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerFamily {
    PostgreSql,
    CrateDb,
    /// Speaks the protocol and does not say who it is.
    Other,
}

/// What differs between servers, as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerProfile {
    pub family: ServerFamily,
    /// The product's name, for SQL_DBMS_NAME.
    pub name: &'static str,
    /// Major, minor and patch; zeros where the server does not say.
    pub version: (u32, u32, u32),
    /// The version as the server wrote it.
    pub version_text: String,
    /// Whether BEGIN, COMMIT and ROLLBACK do something.
    pub transactions: bool,
    pub savepoints: bool,
    /// Whether named portals and cursors WITH HOLD can be declared by SQL.
    pub sql_cursors: bool,
    pub copy: bool,
    /// Whether DISCARD ALL gives up everything that a session holds and all that it has set.
    pub discards_session: bool,
    /// Whether ReadyForQuery's transaction status can be believed.
    pub transaction_status: bool,
    /// Whether parameters may be declared with any type's OID; else only OID 0 is safe.
    pub declares_any_type: bool,
    /// Whether different statements may share one Sync.
    pub mixed_pipeline: bool,
    /// Most parameters of one statement.
    pub parameter_limit: u16,
    /// The longest identifier, in bytes.
    pub max_identifier_length: u16,
    /// Texts and codes by which it reports a cancelled statement.
    pub(super) cancelled: &'static [&'static str],
}

/// A row of the table of families.
struct Known {
    /// The ParameterStatus whose presence tells the family, and whose value is its version.
    parameter: &'static str,
    family: ServerFamily,
    name: &'static str,
    transactions: bool,
    savepoints: bool,
    sql_cursors: bool,
    copy: bool,
    discards_session: bool,
    transaction_status: bool,
    declares_any_type: bool,
    mixed_pipeline: bool,
    parameter_limit: u16,
    max_identifier_length: u16,
    cancelled: &'static [&'static str],
}

/// The first row whose parameter is reported counts; CrateDB reports a server_version of the PostgreSQL it emulates, so it
/// comes first.
const FAMILIES: &[Known] = &[
    Known {
        parameter: "crate_version",
        family: ServerFamily::CrateDb,
        name: "CrateDB",
        transactions: false,
        savepoints: false,
        sql_cursors: true,
        copy: false,
        // Prepared statements only (CrateDB reference, "DISCARD").
        discards_session: false,
        transaction_status: false,
        declares_any_type: false,
        mixed_pipeline: false,
        parameter_limit: i16::MAX as u16,
        max_identifier_length: 255,
        cancelled: &["57014", "Job killed"],
    },
    Known {
        parameter: "server_version",
        family: ServerFamily::PostgreSql,
        name: "PostgreSQL",
        transactions: true,
        savepoints: true,
        sql_cursors: true,
        copy: true,
        discards_session: true,
        transaction_status: true,
        declares_any_type: true,
        mixed_pipeline: true,
        parameter_limit: u16::MAX,
        // NAMEDATALEN less its zero.
        max_identifier_length: 63,
        cancelled: &["57014"],
    },
];

const UNKNOWN_NAME: &str = "PostgreSQL protocol server";

impl ServerProfile {
    pub(super) fn of(parameters: &Parameters) -> ServerProfile {
        let found = FAMILIES.iter().find_map(|known| Some((known.family, parameters.get(known.parameter)?)));
        match found {
            // Builds without the parameter still say so in the version's text.
            Some((_, text)) if text.to_ascii_lowercase().contains("crate") => {
                ServerProfile::new(ServerFamily::CrateDb, text)
            }
            Some((family, text)) => ServerProfile::new(family, text),
            None => ServerProfile::new(ServerFamily::Other, ""),
        }
    }

    /// The profile of a family's server of this version.
    pub fn new(family: ServerFamily, version_text: &str) -> ServerProfile {
        match FAMILIES.iter().find(|known| known.family == family) {
            Some(known) => ServerProfile::from(known, version_text),
            // A server that says nothing of itself is taken for one like PostgreSQL: what it does not know it will refuse.
            None => {
                let like = ServerProfile::from(&FAMILIES[FAMILIES.len() - 1], version_text);
                ServerProfile { family, name: UNKNOWN_NAME, ..like }
            }
        }
    }

    fn from(known: &Known, text: &str) -> ServerProfile {
        ServerProfile {
            family: known.family,
            name: known.name,
            version: version(text),
            version_text: text.to_owned(),
            transactions: known.transactions,
            savepoints: known.savepoints,
            sql_cursors: known.sql_cursors,
            copy: known.copy,
            discards_session: known.discards_session,
            transaction_status: known.transaction_status,
            declares_any_type: known.declares_any_type,
            mixed_pipeline: known.mixed_pipeline,
            parameter_limit: known.parameter_limit,
            max_identifier_length: known.max_identifier_length,
            cancelled: known.cancelled,
        }
    }
}

/// The first number with its points: `15.7 (Debian 15.7-0+deb12u1)`, `18beta1`, `CrateDB 5.9.1`.
fn version(text: &str) -> (u32, u32, u32) {
    let start = text.find(|character: char| character.is_ascii_digit()).unwrap_or(text.len());
    let end = text[start..]
        .find(|character: char| !character.is_ascii_digit() && character != '.')
        .map_or(text.len(), |length| start + length);
    let mut parts = text[start..end].split('.').map(|part| part.parse().unwrap_or(0));
    let mut part = || parts.next().unwrap_or(0);
    (part(), part(), part())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(parameters: &[(&str, &str)]) -> ServerProfile {
        let mut reported = Parameters::default();
        for (name, value) in parameters {
            assert!(reported.take(format!("{name}\0{value}\0").as_bytes()).is_some());
        }
        ServerProfile::of(&reported)
    }

    #[test]
    fn postgresql_is_told_by_its_version() {
        let found = profile(&[("server_version", "15.7 (Debian 15.7-0+deb12u1)")]);
        assert_eq!((found.family, found.version), (ServerFamily::PostgreSql, (15, 7, 0)));
        assert!(found.transactions && found.savepoints && found.copy && found.discards_session);
        assert_eq!(profile(&[("server_version", "18beta1")]).version, (18, 0, 0));
    }

    #[test]
    fn cratedb_is_told_by_its_own_parameter_or_by_the_text() {
        let found = profile(&[("crate_version", "6.4.3"), ("server_version", "14.0")]);
        assert_eq!((found.family, found.version), (ServerFamily::CrateDb, (6, 4, 3)));
        assert!(!found.transactions && !found.savepoints && !found.transaction_status);
        // Its DISCARD leaves what has been set.
        assert!(!found.discards_session);
        let found = profile(&[("server_version", "14.0 (CrateDB 5.9)")]);
        assert_eq!(found.family, ServerFamily::CrateDb);
    }

    #[test]
    fn a_silent_server_is_another() {
        let found = profile(&[]);
        assert_eq!((found.family, found.version), (ServerFamily::Other, (0, 0, 0)));
    }
}
