//! The edit distance of two words, for suggestions.

/// Returns how many letters must be inserted, deleted, replaced or swapped with their neighbour to make
/// one word of the other (Damerau-Levenshtein); `usize::MAX` if the lengths differ by more than 3.
#[must_use]
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // Words may be of any length, and only near ones matter.
    if a.len().abs_diff(b.len()) > 3 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let replaced = above[j] + usize::from(a[i] != b[j]);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_is_one_change() {
        assert_eq!(distance("pdos", "pods"), 1);
        assert_eq!(distance("pod", "pods"), 1);
        assert_eq!(distance("jobs", "jobs"), 0);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("a", "abcdefgh"), usize::MAX);
    }
}
