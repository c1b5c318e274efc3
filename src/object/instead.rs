//! What is missing, and what exists instead, in a few words: the same for the health of an object and
//! for what its containers see.

use std::borrow::Cow;

use crate::text::distance::distance;

/// How many names are listed instead of the missing one.
const MOST: usize = 8;

/// Returns `ConfigMap settings has no key regoin`.
#[must_use]
pub fn no_key(kind: &str, name: &str, key: &str) -> String {
    format!("{kind} {name} has no key {key}")
}

/// Returns `Secret passwords does not exist`.
#[must_use]
pub fn no_object(kind: &str, name: &str) -> String {
    format!("{kind} {name} does not exist")
}

/// Returns what exists instead of the missing name: `it has LOG_LEVEL and region`, or `it has no keys`.
///
/// Up to eight names are listed in the given order. Of more, the eight nearest to the missing one are
/// listed, and the others are counted with `more`, the number of names that are not given.
#[must_use]
pub fn it_has(missing: &str, names: &[&str], more: u64, noun: &str) -> String {
    if names.is_empty() && more == 0 {
        return format!("it has no {noun}");
    }
    let mut listed: Vec<Cow<'_, str>> = names.iter().map(|name| Cow::Borrowed(*name)).collect();
    let others = u64::try_from(names.len().saturating_sub(MOST)).unwrap_or(u64::MAX);
    if others > 0 || more > 0 {
        let away = |name: &Cow<'_, str>| away(missing, name);
        listed.sort_by_cached_key(away);
        listed.truncate(MOST);
        listed.push(format!("{} more", others.saturating_add(more)).into());
    }
    format!("it has {}", all(&listed))
}

/// Returns how far a name is from the missing one: letters that differ, then by how much of the beginning
/// is not the same.
fn away(missing: &str, name: &str) -> (usize, usize) {
    if name.eq_ignore_ascii_case(missing) {
        return (0, 0);
    }
    let same = missing.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
    (distance(missing, name), missing.chars().count().saturating_sub(same))
}

/// Returns `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn all<S: AsRef<str>>(words: &[S]) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_names_are_all_listed_in_their_order() {
        assert_eq!(
            it_has("regoin", &["LOG_LEVEL", "region"], 0, "keys"),
            "it has LOG_LEVEL and region"
        );
        assert_eq!(it_has("regoin", &[], 0, "keys"), "it has no keys");
    }

    #[test]
    fn of_many_names_the_nearest_are_listed_first_and_the_others_counted() {
        let names = ["a", "b", "exporter-key", "c", "d", "e", "f", "exporter", "ledger-db", "z"];
        assert_eq!(
            it_has("exporter-keys", &names, 10, "Secrets"),
            "it has exporter-key, exporter, e, a, b, c, d, f and 12 more"
        );
    }

    #[test]
    fn a_name_that_differs_in_case_is_the_nearest() {
        let names = ["regoin1", "a", "b", "c", "d", "e", "f", "g", "REGOIN"];
        assert!(it_has("regoin", &names, 0, "keys").starts_with("it has REGOIN, regoin1, "));
    }
}
