//! What somebody meant to write.

/// The candidate that is nearest to `name`, where one is near enough to be meant.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance: how many characters are to be put in, taken out or replaced.
pub fn distance(from: &str, to: &str) -> usize {
    // Nobody mistypes a name into one that is much longer.
    let from: Vec<char> = from.chars().take(100).collect();
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (number, a) in from.iter().enumerate() {
        let mut left = number + 1;
        let mut diagonal = number;
        for (b, above) in to.iter().zip(1..) {
            let Some(cell) = row.get_mut(above) else { break };
            let value = (diagonal + usize::from(a != b)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = value;
            left = value;
        }
        if let Some(first) = row.first_mut() {
            *first = number + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_found_and_nothing_far_away() {
        let names = ["dropped-table", "dropped-column", "levels"];
        assert_eq!(nearest("droped-table", names), Some("dropped-table"));
        assert_eq!(nearest("dropped-colunm", names), Some("dropped-column"));
        assert_eq!(nearest("level", names), Some("levels"));
        assert_eq!(nearest("frobnicate", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest(&"dropped-table".repeat(10_000), names), None);
    }
}
