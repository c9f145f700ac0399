//! ParameterStatus: what the server reports of its settings.

use super::frame::Reader;

/// A server reports about fifteen; past this number new names are not kept.
const MOST_PARAMETERS: usize = 200;

/// The settings reported so far. Names are compared without regard to case: CrateDB says `datestyle`.
#[derive(Clone, Debug, Default)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Takes the body of a ParameterStatus; `None` if it is broken.
    pub(super) fn take(&mut self, body: &[u8]) -> Option<()> {
        let mut reader = Reader(body);
        let name = String::from_utf8_lossy(reader.text()?).into_owned();
        let value = String::from_utf8_lossy(reader.text()?).into_owned();
        match self.0.iter().position(|(known, _)| known.eq_ignore_ascii_case(&name)) {
            Some(known) => self.0[known].1 = value,
            None if self.0.len() < MOST_PARAMETERS => self.0.push((name, value)),
            None => {}
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_counts_whatever_the_case_of_the_name() {
        let mut parameters = Parameters::default();
        assert_eq!(parameters.take(b"DateStyle\0ISO, MDY\0"), Some(()));
        assert_eq!(parameters.take(b"datestyle\0ISO, DMY\0"), Some(()));
        assert_eq!(parameters.get("DATESTYLE"), Some("ISO, DMY"));
        assert_eq!(parameters.get("TimeZone"), None);
        assert_eq!(parameters.take(b"DateStyle\0ISO"), None, "no zero byte");
    }
}
