//! "Did you mean": the known name that is nearest to one that is unknown.

/// The nearest name, if it is near enough to be meant: at most a third of the letters wrong.
pub(super) fn nearest<'n>(unknown: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let unknown: Vec<char> = unknown.to_lowercase().chars().collect();
    // No known name is longer than this; comparing costs the product of the lengths.
    if unknown.len() > 40 {
        return None;
    }
    let distances = names.map(|name| (distance(&unknown, &name.to_lowercase().chars().collect::<Vec<_>>()), name));
    distances.min_by_key(|found| found.0).filter(|found| found.0 * 3 <= unknown.len().max(3)).map(|found| found.1)
}

/// Insertions, deletions and substitutions that lead from one to the other (Levenshtein).
fn distance(from: &[char], to: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.iter().enumerate() {
        let mut diagonal = index;
        let mut left = index + 1;
        for (other, cell) in to.iter().zip(row.iter_mut().skip(1)) {
            let best = (diagonal + usize::from(letter != other)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = best;
            left = best;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let names = ["Server", "Port", "Database"];
        assert_eq!(nearest("Serverr", names.into_iter()), Some("Server"));
        assert_eq!(nearest("databse", names.into_iter()), Some("Database"));
        assert_eq!(nearest("colour", names.into_iter()), None);
    }

    #[test]
    fn distances_are_levenshteins() {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(distance(&letters("kitten"), &letters("sitting")), 3);
        assert_eq!(distance(&letters(""), &letters("abc")), 3);
        assert_eq!(distance(&letters("abc"), &letters("abc")), 0);
    }
}
