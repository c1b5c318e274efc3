//! Names that a mistyped one may have meant.

use crate::text::distance::distance;

/// Returns the one candidate that is near a name: at most two letters and a third of the longer name away.
///
/// A candidate that differs in case only is the nearest. `None` for names of fewer than three letters, and
/// where two candidates are equally near.
pub(crate) fn meant<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let length = name.chars().count();
    if length < 3 {
        return None;
    }
    let mut best: Option<(usize, &'a str)> = None;
    let mut is_unique = true;
    for candidate in candidates.into_iter().filter(|candidate| *candidate != name) {
        let longer = length.max(candidate.chars().count());
        let away = if candidate.eq_ignore_ascii_case(name) { 0 } else { distance(name, candidate) };
        if away > 2 || away > longer / 3 {
            continue;
        }
        match best {
            Some((least, known)) if away == least && known != candidate => is_unique = false,
            Some((least, _)) if away >= least => {}
            _ => (best, is_unique) = (Some((away, candidate)), true),
        }
    }
    best.filter(|_| is_unique).map(|(_, candidate)| candidate)
}

/// Returns `, did you mean region?`, or nothing if no candidate is near.
pub(super) fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> String {
    meant(name, candidates).map_or_else(String::new, |meant| format!(", did you mean {meant}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_meant() {
        for (name, candidates, expected) in [
            ("regoin", &["LOG_LEVEL", "region"][..], Some("region")),
            ("ledgers", &["gateway", "ledger"], Some("ledger")),
            ("ledgr", &["ledger"], Some("ledger")),
            ("Region", &["region", "regions"], Some("region")),
            ("abcd", &["abce", "abcf"], None),
            ("ab", &["ac"], None),
            ("abc", &["xyz"], None),
            ("config", &["config"], None),
        ] {
            assert_eq!(meant(name, candidates.iter().copied()), expected, "{name}");
        }
    }
}
