//! The shortest edits between two sequences (Myers 1986, `An O(ND) Difference Algorithm`).

use std::ops::Range;

/// Sequences that need more edits than this are different as a whole, apart from their equal ends.
const MAX_EDITS: usize = 512;

/// A part of both sequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
    pub(super) is_equal: bool,
}

/// Returns the equal and the different parts of two sequences, in order.
pub(super) fn edits<T: PartialEq>(olds: &[T], news: &[T]) -> Vec<Edit> {
    let first = olds.iter().zip(news).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (&olds[first..], &news[first..]);
    let last = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(old, new)| old == new)
        .count();
    let middle = matches(&old_rest[..old_rest.len() - last], &new_rest[..new_rest.len() - last]);
    let pairs = (0..first)
        .map(|at| (at, at))
        .chain(middle.into_iter().map(|(old, new)| (old + first, new + first)))
        .chain((0..last).map(|at| (olds.len() - last + at, news.len() - last + at)));
    let mut edits: Vec<Edit> = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    let mut add = |old: Range<usize>, new: Range<usize>, is_equal: bool| {
        if old.is_empty() && new.is_empty() {
            return;
        }
        match edits.last_mut().filter(|last| last.is_equal && is_equal) {
            Some(last) => (last.old.end, last.new.end) = (old.end, new.end),
            None => edits.push(Edit { old, new, is_equal }),
        }
    };
    for (old, new) in pairs {
        add(old_at..old, new_at..new, false);
        add(old..old + 1, new..new + 1, true);
        (old_at, new_at) = (old + 1, new + 1);
    }
    add(old_at..olds.len(), new_at..news.len(), false);
    edits
}

/// Returns the indices of the equal elements of the shortest edit; none if it is too long.
fn matches<T: PartialEq>(olds: &[T], news: &[T]) -> Vec<(usize, usize)> {
    let (n, m) = (olds.len(), news.len());
    let most = (n + m).min(MAX_EDITS);
    // How far each diagonal is reached; diagonal `k` has the index `k + most + 1`.
    let mut reached = vec![0_usize; 2 * most + 3];
    let mut trace = Vec::new();
    for edits in 0..=most {
        trace.push(reached.clone());
        for index in (most + 1 - edits..=most + 1 + edits).step_by(2) {
            let mut x = from(&reached, index, most + 1, edits);
            // `y` is `x - k`.
            let Some(mut y) = (x + most + 1).checked_sub(index) else { continue };
            while x < n && y < m && olds[x] == news[y] {
                (x, y) = (x + 1, y + 1);
            }
            reached[index] = x;
            if x >= n && y >= m {
                return backtrack(&trace, n, m, most + 1);
            }
        }
    }
    Vec::new()
}

/// Returns how far a diagonal is reached by one more edit: down from the one above, or right.
fn from(reached: &[usize], index: usize, middle: usize, edits: usize) -> usize {
    if is_down(reached, index, middle, edits) { reached[index + 1] } else { reached[index - 1] + 1 }
}

fn is_down(reached: &[usize], index: usize, middle: usize, edits: usize) -> bool {
    index == middle - edits || index != middle + edits && reached[index - 1] < reached[index + 1]
}

fn backtrack(trace: &[Vec<usize>], n: usize, m: usize, middle: usize) -> Vec<(usize, usize)> {
    let (mut x, mut y) = (n, m);
    let mut found = Vec::new();
    for (edits, reached) in trace.iter().enumerate().rev() {
        let index = x + middle - y;
        let before = if is_down(reached, index, middle, edits) { index + 1 } else { index - 1 };
        let (before_x, before_y) = match edits {
            0 => (0, 0),
            _ => (reached[before], (reached[before] + middle).saturating_sub(before)),
        };
        while x > before_x && y > before_y {
            (x, y) = (x - 1, y - 1);
            found.push((x, y));
        }
        (x, y) = (before_x, before_y);
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The length of the longest common subsequence, by the textbook.
    fn longest(olds: &[u8], news: &[u8]) -> usize {
        let mut row = vec![0; news.len() + 1];
        for old in olds {
            let mut diagonal = 0;
            for (at, new) in news.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if old == new { diagonal + 1 } else { above.max(row[at]) };
                diagonal = above;
            }
        }
        row[news.len()]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn edits_cover_both_sequences_and_keep_as_much_as_possible(
            olds in proptest::collection::vec(0..4_u8, 0..24),
            news in proptest::collection::vec(0..4_u8, 0..24),
        ) {
            let edits = edits(&olds, &news);
            let (mut old_at, mut new_at, mut kept) = (0, 0, 0);
            for edit in edits {
                prop_assert_eq!((edit.old.start, edit.new.start), (old_at, new_at));
                if edit.is_equal {
                    prop_assert_eq!(&olds[edit.old.clone()], &news[edit.new.clone()]);
                    kept += edit.old.len();
                }
                (old_at, new_at) = (edit.old.end, edit.new.end);
            }
            prop_assert_eq!((old_at, new_at), (olds.len(), news.len()));
            prop_assert_eq!(kept, longest(&olds, &news));
        }
    }

    #[test]
    fn long_sequences_without_common_elements_are_one_edit() {
        let olds: Vec<u32> = (0..3_000).collect();
        let news: Vec<u32> = (5_000..9_000).collect();
        let expected = [Edit { old: 0..3_000, new: 0..4_000, is_equal: false }];
        assert_eq!(edits(&olds, &news), expected);
    }
}
