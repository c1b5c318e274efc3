//! `kubewalk downward A --against B`: compares what the containers of two pods see.

use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{ViewForm, Wanted, unusable, view_of, view_of_files};
use crate::downward::View;
use crate::downward::compare::{ContainerPair, Pair, PairState, Side, compare_views};
use crate::downward::render::{Display, Output};
use crate::headless::{Access, Stop};
use crate::k8s::failure::Failure;
use crate::text::{columns, fit, one_line};

/// The largest width of a value in a line, in columns.
const WIDEST: usize = 40;

/// Where a side is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The words of a location on the server.
    Server(String),
    /// Files or directories.
    Files {
        /// Their paths.
        files: Vec<PathBuf>,
        /// The name of the pod or workload, as `deploy/web`, if there are several.
        name: Option<String>,
    },
}

impl Place {
    /// Reads an argument: a file if it begins with `./` or `../`, or ends as a manifest and exists. `#` and
    /// a name may follow.
    #[must_use]
    pub fn read(argument: &str) -> Self {
        let (file, name) = match argument.split_once('#') {
            Some((file, name)) => (file, Some(name.to_owned())),
            None => (argument, None),
        };
        let path = PathBuf::from(file);
        let extension = path.extension().and_then(|extension| extension.to_str());
        let is_manifest = matches!(extension, Some("json" | "yaml" | "yml"));
        let is_relative = argument.starts_with("./") || argument.starts_with("../");
        if is_relative || is_manifest && path.exists() {
            Self::Files { files: vec![path], name }
        } else {
            Self::Server(argument.to_owned())
        }
    }
}

/// Compares two pods or workloads, and prints the rows that are not equal.
///
/// # Errors
///
/// A side cannot be read, the containers see different things, or the output cannot be written.
pub async fn run(
    access: Option<&Access>,
    (left, right): (&Place, &Place),
    wanted: &Wanted,
    out: &mut impl Write,
) -> Result<(), Stop> {
    let ViewForm::Printed(form @ (Output::Text | Output::Json)) = wanted.form else {
        return Err(unusable("a comparison is printed as text or json", "Use -o json").into());
    };
    let a = side(access, left, wanted).await.map_err(|stop| named("left", stop))?;
    let b = side(access, right, wanted).await.map_err(|stop| named("right", stop))?;
    let mut pairs = compare_views(&a, &b);
    let is_wanted = |name: &Option<String>| name.as_deref().is_some_and(|name| wanted.wants(name));
    pairs.retain(|pair| is_wanted(&pair.left) || is_wanted(&pair.right));
    let printed = if form == Output::Json {
        let document = document((&a, &b), &pairs, &wanted.display);
        serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
    } else {
        text((&a, &b), &pairs, &wanted.display)
    };
    out.write_all(printed.as_bytes())?;
    out.flush()?;
    match pairs.iter().map(ContainerPair::differences).sum() {
        0 => Ok(()),
        differences => Err(Stop::Unlike(differences)),
    }
}

async fn side(access: Option<&Access>, place: &Place, wanted: &Wanted) -> Result<View, Stop> {
    match (place, access) {
        (Place::Files { files, name }, _) => {
            let wanted = Wanted { name: name.clone(), ..wanted.clone() };
            Ok(view_of_files(files, &wanted)?)
        }
        (Place::Server(words), Some(access)) => {
            view_of(access, &Wanted { name: Some(words.clone()), ..wanted.clone() }).await
        }
        (Place::Server(words), None) => {
            Err(unusable(&format!("no server was opened for {words}"), "").into())
        }
    }
}

/// Returns a failure with the side that cannot be read.
fn named(side: &str, stop: Stop) -> Stop {
    match stop {
        Stop::Failed(failure) => {
            let message = format!("cannot read the {side} side: {}", failure.message);
            Stop::Failed(Failure { message, ..failure })
        }
        stop => stop,
    }
}

#[derive(Default)]
struct Counts {
    equal: usize,
    unknown: usize,
    per_pod: usize,
}

fn counts(pair: &ContainerPair) -> Counts {
    let mut counts = Counts::default();
    for row in &pair.rows {
        match row.state {
            _ if row.is_per_pod => counts.per_pod += 1,
            PairState::Equal => counts.equal += 1,
            PairState::Unknown => counts.unknown += 1,
            _ => {}
        }
    }
    counts
}

fn text((a, b): (&View, &View), pairs: &[ContainerPair], display: &Display) -> String {
    let title = |view: &View| {
        let name = if view.pod.name.is_empty() { "(without a name)" } else { &view.pod.name };
        one_line(&format!("{}/{name}", view.pod.namespace)).into_owned()
    };
    let mut out = format!("{} and {}\n", title(a), title(b));
    for pair in pairs {
        let name = match (&pair.left, &pair.right) {
            (Some(left), Some(right)) if left == right => left.clone(),
            (Some(left), Some(right)) => format!("{left} and {right}"),
            (Some(left), None) => format!("{left}, only of the left"),
            (None, right) => format!("{}, only of the right", right.as_deref().unwrap_or_default()),
        };
        // Writing to a String cannot fail.
        _ = writeln!(out, "\ncontainer {}", one_line(&name));
        let is_shown = |row: &&Pair| {
            !row.is_per_pod && row.state != PairState::Equal && !row.is_unknown_on_both_sides()
        };
        let shown: Vec<&Pair> = pair.rows.iter().filter(is_shown).collect();
        let wide = shown.iter().map(|row| columns(&row.name)).max().unwrap_or(0).min(WIDEST);
        for row in shown {
            line(&mut out, row, wide, display);
        }
        let Counts { equal, unknown, per_pod } = counts(pair);
        let differ = pair.differences();
        _ = writeln!(out, "  {equal} equal, {differ} differ, {unknown} unknown, {per_pod} per pod");
    }
    out
}

fn line(out: &mut String, row: &Pair, wide: usize, display: &Display) {
    let state = match row.state {
        PairState::Equal => "equal",
        PairState::Different => "different",
        PairState::OnlyLeft => "only left",
        PairState::OnlyRight => "only right",
        PairState::Unknown => "unknown",
    };
    let value = |side: &Option<Side>| {
        let side = side.as_ref()?;
        Some(match &side.content {
            None => format!("({})", side.origin.note.as_deref().unwrap_or("unknown")),
            Some(content) => {
                let text = display.text(content);
                let mode = side.mode.map(|mode| format!(" {mode:04o}")).unwrap_or_default();
                match text.trim_end_matches('\n').matches('\n').count() {
                    0 => format!("{}{mode}", fit(&one_line(&text), WIDEST)),
                    lines => format!("{} lines{mode}", lines + 1),
                }
            }
        })
    };
    let values: Vec<String> = [value(&row.left), value(&row.right)].into_iter().flatten().collect();
    let name = one_line(&row.name);
    let pad = " ".repeat(wide.saturating_sub(columns(&name)));
    let origin = row.left.as_ref().or(row.right.as_ref()).map(|side| side.origin.from.as_str());
    let from = one_line(origin.unwrap_or_default());
    _ = writeln!(out, "  {state:10}  {name}{pad}  {}  {from}", one_line(&values.join(" | ")));
}

fn document((a, b): (&View, &View), pairs: &[ContainerPair], display: &Display) -> Value {
    let side = |side: &Option<Side>| {
        side.as_ref().map(|side| {
            json!({
                "value": side.content.as_ref().map(|content| display.text(content)),
                "masked": side.content.as_ref().is_some_and(|it| !it.secret.is_empty()) && !display.show_secrets,
                "mode": side.mode.map(|mode| format!("{mode:04o}")),
                "from": side.origin.from,
                "note": side.origin.note,
            })
        })
    };
    let row = |row: &Pair| {
        json!({
            "section": row.section,
            "name": row.name,
            "state": row.state,
            "perPod": row.is_per_pod,
            "left": side(&row.left),
            "right": side(&row.right),
        })
    };
    let container = |pair: &ContainerPair| {
        json!({
            "left": pair.left,
            "right": pair.right,
            "differences": pair.differences(),
            "rows": pair.rows.iter().map(row).collect::<Vec<_>>(),
        })
    };
    json!({
        "equal": pairs.iter().all(|pair| pair.differences() == 0),
        "left": a.pod,
        "right": b.pod,
        "containers": pairs.iter().map(container).collect::<Vec<_>>(),
    })
}
