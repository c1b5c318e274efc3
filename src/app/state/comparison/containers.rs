//! What the containers of two pods see, as differences: a row each, with what is left out counted in a note.

use serde_json::Value;

use crate::app::state::comparison::ComparedSide;
use crate::downward::compare::{ContainerPair, Pair, PairState, Section, Side, compare_views};
use crate::downward::{Masker, Options, PodObject, Surroundings, compute_with};
use crate::k8s::failure::{Failure, FailureKind};
use crate::object::diff::{Diff, Difference, Group, Op};

/// Reads the pod or the workload of a side.
///
/// # Errors
///
/// It has no containers.
pub fn object(side: &ComparedSide) -> Result<PodObject, Failure> {
    let failure = |why: &str| {
        let message = format!("{} has no containers to compare: {why}", side.name);
        Failure::new(FailureKind::Input, message, "Mark a pod or a workload")
    };
    let value = serde_json::from_slice(&side.body).map_err(|error| failure(&error.to_string()))?;
    PodObject::new(value).map_err(|error| failure(&error.to_string()))
}

/// Compares what the containers of two objects see. Equal rows, those that are another pod's by nature, and
/// those that neither side knows are left out.
#[must_use]
pub fn compare(
    [left, right]: [&(PodObject, Surroundings); 2],
    shows_secrets: bool,
    masker: &Masker,
) -> Diff {
    let view = |(object, around): &(PodObject, Surroundings)| {
        compute_with(object, around, Options::default(), |_| true)
    };
    let pairs = compare_views(&view(left), &view(right));
    let text = |side: &Side| match &side.content {
        None => format!("({})", side.origin.note.as_deref().unwrap_or("unknown")),
        Some(content) if shows_secrets => String::from_utf8_lossy(&content.bytes).into_owned(),
        Some(content) => content.masked(masker),
    };
    let value = |side: &Option<Side>, shows_mode: bool| {
        let side = side.as_ref()?;
        let mode = side.mode.filter(|_| shows_mode);
        let mode = mode.map(|mode| format!("mode {mode:04o} ")).unwrap_or_default();
        Some(Value::String(mode + &text(side)))
    };
    let mut found = Diff::default();
    for pair in &pairs {
        found.notes.push(note(pair));
        for row in &pair.rows {
            let modes = [&row.left, &row.right].map(|side| side.as_ref().and_then(|it| it.mode));
            let shows_mode = modes[0] != modes[1] && row.left.is_some() && row.right.is_some();
            let section = match row.section {
                Section::Environment => "environment",
                Section::Files => "files",
                Section::Process => "process",
            };
            let mut path = format!("{} {section}", name(pair));
            let step = path.len();
            path.push_str(&row.name);
            let is_secret = |side: &Option<Side>| {
                let content = side.as_ref().and_then(|side| side.content.as_ref());
                content.is_some_and(|content| !content.secret.is_empty())
            };
            found.rows.push(Difference {
                op: match row.state {
                    PairState::OnlyLeft => Op::Remove,
                    PairState::OnlyRight => Op::Add,
                    _ => Op::Change,
                },
                place: path.clone(),
                path,
                step,
                left: value(&row.left, shows_mode),
                right: value(&row.right, shows_mode),
                is_masked: !shows_secrets && (is_secret(&row.left) || is_secret(&row.right)),
                group: group(row),
            });
        }
    }
    found
}

/// Returns why a row is left out; `None` if it counts.
fn group(row: &Pair) -> Option<Group> {
    match row.state {
        _ if row.is_per_pod => Some(Group::PerPod),
        PairState::Equal => Some(Group::Equal),
        _ if row.is_unknown_on_both_sides() => Some(Group::Unknown),
        _ => None,
    }
}

/// Returns the names of a pair of containers.
fn name(pair: &ContainerPair) -> String {
    match (&pair.left, &pair.right) {
        (Some(left), Some(right)) if left != right => format!("{left} and {right}"),
        (Some(name), _) | (None, Some(name)) => name.clone(),
        (None, None) => String::new(),
    }
}

/// Returns how many rows of a container are equal or left out.
fn note(pair: &ContainerPair) -> String {
    let count = |of| pair.rows.iter().filter(|row| group(row) == Some(of)).count();
    let [equal, per_pod, unknown] = [Group::Equal, Group::PerPod, Group::Unknown].map(count);
    let side = match (&pair.left, &pair.right) {
        (Some(_), None) => ", only of the left",
        (None, Some(_)) => ", only of the right",
        _ => "",
    };
    format!("{}{side}: {equal} equal, {per_pod} per pod, {unknown} unknown", name(pair))
}
