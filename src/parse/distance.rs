//! How much two words differ.

/// Number of characters to add, remove or replace (Levenshtein).
pub fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (at, a) in one.chars().enumerate() {
        let mut corner = at;
        let mut left = at + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(other.chars()) {
            let here = (corner + usize::from(a != b)).min(left + 1).min(*cell + 1);
            corner = *cell;
            *cell = here;
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// Up to five of the names `known` that are similar to `word`, the most similar first.
pub fn near<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let word: String = word.to_lowercase().chars().take(MAX_COMPARED).collect();
    let far = |known: &str| {
        let shares = |part: &str| part.len() > 3 && known.split('-').any(|other| other == part);
        let distance = distance(&word, known);
        if distance <= 1 + word.chars().count() / 4 {
            Some(distance)
        } else if !word.is_empty() && (known.contains(&word) || word.split('-').any(shares)) {
            Some(MAX_COMPARED + distance)
        } else {
            None
        }
    };
    let mut found: Vec<_> = known.filter_map(|name| Some((far(name)?, name))).collect();
    found.sort();
    found.truncate(5);
    found.into_iter().map(|(_, name)| name).collect()
}

/// Most characters of a word that are compared. No name is longer.
const MAX_COMPARED: usize = 64;

#[cfg(test)]
mod tests {
    use super::{distance, near};

    #[test]
    fn distances() {
        for (one, other, expected) in [("", "abc", 3), ("kitten", "sitting", 3), ("a", "a", 0)] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn near_names() {
        let near = |word| near(word, ["expired", "cert-missing", "ca-old-hash-only"].into_iter());
        assert_eq!(near("expird"), ["expired"]);
        assert_eq!(near("cert-missin"), ["cert-missing"]);
        assert_eq!(near("hash"), ["ca-old-hash-only"]);
        assert!(near("xyzzy").is_empty() && near("").is_empty());
    }
}
