//! What the type of a condition says: which status of it is bad. Also of the words of a phase.

use crate::object::health::level::Level;

/// Which status of a condition is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::object::health) enum Polarity {
    /// False is bad.
    Good,
    /// True is bad.
    Bad,
    /// True is progress.
    Busy,
    /// Neither says anything.
    Neutral,
}

const GOOD: &str = " Ready Available Healthy Established Synced Accepted Programmed ResolvedRefs \
    Reconciled Succeeded Complete Completed Initialized Provisioned Bound Issued Online Launched \
    Registered LastAsyncOperation ArtifactInStorage ";
const BAD: &str = " Stalled Degraded Failed Failure Conflicted Unhealthy Unavailable Blocked Expired \
    Stuck Dangling NonStructuralSchema FailureTarget ErrorOccurred InvalidSpec Fallback ";
const BUSY: &str = " Reconciling Progressing Issuing Updating Upgrading Scaling Rolling Creating \
    Deploying Provisioning Deleting Terminating Pending Waiting Resizing Outdated ";
const NEUTRAL: &str = " Running Paused Suspended Unused Upgradeable ScalingLimited Disrupting \
    TestSuccess Drifted Consolidatable SuccessCriteriaMet ";
const GOOD_ENDS: &str = " Ready Available Healthy Succeeded Successful Success Synced Valid Accepted \
    Admitted Compliant Resolved Established Provisioned Installed Deployed Reachable Released Connected \
    Initialized ";
const BAD_ENDS: &str = " Pressure Failed Failure Error Errors Unavailable Degraded Stalled Conflict \
    Exceeded Problem Invalid Violations Missing Denied Deadlock Unreachable Unhealthy ";

const SUMMARIES: &str =
    " Ready Available Healthy Succeeded Accepted Programmed Established Synced ";

/// Reasons that say that a condition is on its way.
const PROGRESS: &str = " Progressing Pending Reconciling Creating Provisioning Issuing Installing \
    Initializing DependencyNotReady ";

const OK_WORDS: &str = " active available bound complete completed deployed established finished green \
    healthy online ready running succeeded success synced valid ";
const BUSY_WORDS: &str = " creating deploying deleting inprogress initializing installing new pending \
    progressing provisioning reconciling scaling starting terminating updating upgrading waiting yellow ";
const BROKEN_WORDS: &str = " crashed dead degraded denied error errored failed failing failure invalid \
    lost notready offline red rejected stalled unavailable unhealthy unreachable ";

fn has(list: &str, word: &str) -> bool {
    !word.is_empty()
        && !word.contains(' ')
        && list
            .match_indices(word)
            .any(|(at, _)| list[..at].ends_with(' ') && list[at + word.len()..].starts_with(' '))
}

/// Returns the polarity of a condition type: exact names first, then the last word of the name.
pub(in crate::object::health) fn polarity(kind: &str) -> Polarity {
    use Polarity::{Bad, Busy, Good, Neutral};
    let exact = [(NEUTRAL, Neutral), (BAD, Bad), (GOOD, Good), (BUSY, Busy)];
    if let Some((_, polarity)) = exact.into_iter().find(|(list, _)| has(list, kind)) {
        return polarity;
    }
    let words = split(kind);
    let Some((last, before)) = words.split_last() else { return Neutral };
    let is_negated = before.last().is_some_and(|word| matches!(*word, "Not" | "No" | "Non"));
    let ends = [(BAD_ENDS, Bad), (GOOD_ENDS, Good), (BUSY, Busy)];
    match ends.into_iter().find(|(list, _)| has(list, last)) {
        Some((_, Good)) if is_negated => Bad,
        Some((_, Bad)) if is_negated => Good,
        Some((_, polarity)) => polarity,
        None => Neutral,
    }
}

/// Splits a name at its capital letters.
fn split(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    for (at, c) in name.char_indices().skip(1) {
        if c.is_uppercase() {
            words.push(&name[start..at]);
            start = at;
        }
    }
    words.push(&name[start..]);
    words
}

/// True for conditions that sum up an object.
pub(in crate::object::health) fn is_summary(kind: &str) -> bool {
    has(SUMMARIES, kind)
}

/// True if a reason says that the condition is on its way.
pub(in crate::object::health) fn is_progress(reason: &str) -> bool {
    has(PROGRESS, reason) || reason.starts_with("Waiting") || reason.ends_with("InProgress")
}

/// Returns the level of a word such as a phase; `None` for a word that says nothing.
pub(in crate::object::health) fn word(word: &str) -> Option<Level> {
    let folded: String = word
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .flat_map(char::to_lowercase)
        .collect();
    let lists =
        [(OK_WORDS, Level::Ok), (BUSY_WORDS, Level::Progressing), (BROKEN_WORDS, Level::Broken)];
    lists.into_iter().find(|(list, _)| has(list, &folded)).map(|(_, level)| level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_polarity_of_a_type_is_that_of_its_name_or_last_word() {
        use Polarity::{Bad, Busy, Good, Neutral};
        for (kind, expected) in [
            ("Ready", Good),
            ("RoutesReady", Good),
            ("NotReady", Bad),
            ("MemoryPressure", Bad),
            ("NoConflict", Good),
            ("KernelDeadlock", Bad),
            ("Issuing", Busy),
            ("ImageUpdating", Busy),
            ("Paused", Neutral),
            ("ScalingLimited", Neutral),
            ("Orphan", Neutral),
            ("ResourcesApplied", Neutral),
            ("NonStructuralSchema", Bad),
            ("", Neutral),
        ] {
            assert_eq!(polarity(kind), expected, "{kind}");
        }
    }

    #[test]
    fn words_are_folded_before_they_are_looked_up() {
        assert_eq!(word("In-Progress"), Some(Level::Progressing));
        assert_eq!(word("NOT_READY"), Some(Level::Broken));
        assert_eq!(word("Running"), Some(Level::Ok));
        assert_eq!((word("Blue"), word(""), word("a b")), (None, None, None));
    }
}
