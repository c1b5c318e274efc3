//! Prints comparisons for programs.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::text::{guess, of_file, shown, unknown};
use super::{Checked, Outcome};
use crate::downward::Content;
use crate::downward::alone::may_be_secret;
use crate::downward::compare::{Compared, LimitRow};
use crate::downward::inside::{ActualFile, Clue, Found, Guess, Here, Neighbour, Variable, Volume};
use crate::downward::render::{Display, Output};

/// Prints a document as JSON, or as YAML.
pub(super) fn print(document: &Value, form: Output, out: &mut impl Write) -> io::Result<()> {
    if form == Output::Yaml {
        let yaml = serde_saphyr::to_string(document).map_err(io::Error::other)?;
        return out.write_all(yaml.as_bytes());
    }
    serde_json::to_writer_pretty(&mut *out, document)?;
    writeln!(out)
}

/// Returns all comparisons as a document.
pub(super) fn outcome(outcome: &Outcome, here: Option<&Here>, display: &Display) -> Value {
    let strangers: Vec<Value> = outcome
        .strangers
        .iter()
        .map(|stranger| {
            json!({"pid": stranger.pid, "command": stranger.command, "why": stranger.why})
        })
        .collect();
    json!({
        "pod": outcome.view.pod,
        "clues": here.map(clues),
        "notes": outcome.view.notes,
        "differences": outcome.containers.iter().map(Checked::failures).sum::<usize>(),
        "containers": outcome.containers.iter().map(|it| container(it, display)).collect::<Vec<_>>(),
        "strangers": strangers,
    })
}

fn container(checked: &Checked, display: &Display) -> Value {
    let comparison = &checked.comparison;
    let rows = |rows: &[Compared]| rows.iter().map(|it| row(it, display)).collect::<Vec<_>>();
    json!({
        "name": comparison.container,
        "process": checked.process.map(|(pid, _)| pid.to_string()),
        "knownBy": checked.process.map(|(_, by)| by),
        "unseen": checked.unseen,
        "refused": comparison.refused,
        "differences": checked.failures(),
        "env": rows(&comparison.env),
        "files": rows(&comparison.files),
        "limits": checked.limits.iter().map(limit).collect::<Vec<_>>(),
        "processProperties": rows(&comparison.process),
    })
}

fn row(row: &Compared, display: &Display) -> Value {
    let text = |content: &Option<Content>| content.as_ref().map(|it| shown(it, display));
    let mut document = json!({
        "name": row.name,
        "verdict": row.verdict,
        "predicted": text(&row.predicted),
        "actual": text(&row.actual),
        "why": row.why,
        "from": row.origin.as_ref().map(|origin| &origin.from),
    });
    if row.modes != (None, None) {
        let mode = |mode: Option<u32>| mode.map(|mode| format!("{mode:04o}"));
        document["predictedMode"] = json!(mode(row.modes.0));
        document["actualMode"] = json!(mode(row.modes.1));
    }
    document
}

fn limit(row: &LimitRow) -> Value {
    json!({
        "resource": row.resource,
        "verdict": row.verdict,
        "limit": row.limit,
        "file": row.file,
        "enforced": row.enforced,
        "why": row.why,
    })
}

/// Returns what was found, without predictions.
pub(super) fn here(here: &Here, display: &Display) -> Value {
    let variable = |variable: &Variable| {
        let value = unknown(&variable.value, may_be_secret(here, variable));
        json!({"name": variable.name, "actual": shown(&value, display)})
    };
    let volume = |volume: &Volume| {
        let file = |file: &ActualFile| {
            let content = of_file(file, volume.guess == Guess::DownwardApi);
            json!({
                "path": file.path,
                "actualMode": file.mode.map(|mode| format!("{mode:04o}")),
                "actual": content.as_ref().ok().map(|content| shown(content, display)),
                "why": content.err(),
            })
        };
        let files: Vec<Value> = volume.files.iter().map(file).collect();
        json!({"path": volume.point, "guess": guess(volume.guess), "files": files})
    };
    let container = |other: &Neighbour| {
        let (environment, why) = match &other.environment {
            Found::There(found) => (found.variables.as_slice(), None),
            Found::Unreadable(why) => (&[][..], Some(why)),
        };
        json!({
            "name": other.container,
            "process": other.pid,
            "why": why,
            "env": environment.iter().map(variable).collect::<Vec<_>>(),
            "volumes": other.volumes.iter().map(volume).collect::<Vec<_>>(),
        })
    };
    json!({
        "clues": clues(here),
        "env": here.environment.variables.iter().map(variable).collect::<Vec<_>>(),
        "volumes": here.volumes.iter().map(volume).collect::<Vec<_>>(),
        "containers": here.neighbours.iter().map(container).collect::<Vec<_>>(),
    })
}

fn clues(here: &Here) -> Value {
    let clue =
        |clue: Option<&Clue>| clue.map(|clue| json!({"value": clue.value, "from": clue.from}));
    json!({
        "name": clue(here.pod.names.first()),
        "namespace": clue(here.pod.namespace.as_ref()),
        "uid": clue(here.pod.uid.as_ref()),
        "container": clue(here.pod.container.as_ref()),
    })
}
