//! The commands of probes and of lifecycle hooks.

use std::collections::BTreeMap;

use super::{ProcessField, ProcessRow, text};
use crate::downward::content::Content;
use crate::downward::expansion::{self, Piece};
use crate::downward::kubelet::Placed;
use crate::downward::place;
use crate::downward::pod::{Exec, Handler};
use crate::downward::resolved::Resolved;
use crate::downward::view::OriginKind;

/// Returns the elements of the commands of all probes and hooks of a container.
pub(super) fn of_container(placed: Placed<'_>) -> Vec<ProcessRow> {
    let container = placed.container;
    let exec = |handler: &Option<Handler>| handler.as_ref().and_then(|it| it.exec.clone());
    let mut rows = Vec::new();
    for (name, handler) in [
        ("livenessProbe", &container.liveness_probe),
        ("readinessProbe", &container.readiness_probe),
        ("startupProbe", &container.startup_probe),
    ] {
        if let Some(Exec { command }) = exec(handler) {
            let path = format!("{}.{name}.exec.command", placed.place());
            let elements = command.iter().enumerate();
            rows.extend(elements.map(|(at, element)| {
                let field = ProcessField::Handler(name, at);
                text(field, of_probe(placed, element), place::index(&path, at))
            }));
        }
    }
    for (name, handler) in
        [("postStart", &container.lifecycle.post_start), ("preStop", &container.lifecycle.pre_stop)]
    {
        if let Some(Exec { command }) = exec(handler) {
            let path = format!("{}.lifecycle.{name}.exec.command", placed.place());
            let elements = command.iter().enumerate();
            rows.extend(elements.map(|(at, element)| {
                let resolved = Resolved::known(OriginKind::Text, name, element.as_str())
                    .explained("the text as it is written: hooks are not expanded");
                text(ProcessField::Handler(name, at), resolved, place::index(&path, at))
            }));
        }
    }
    rows
}

/// Expands an element of a probe's command (`ExpandContainerCommandOnlyStatic`): only with the
/// texts of `env` as they are written.
fn of_probe(placed: Placed<'_>, element: &str) -> Resolved {
    let variables: BTreeMap<&str, Content> = placed
        .container
        .env
        .iter()
        .map(|variable| (variable.name.as_str(), variable.value.as_str().into()))
        .collect();
    let has_reference =
        expansion::pieces(element).iter().any(|piece| matches!(piece, Piece::Reference(_)));
    let content = expansion::expand(element, |name| variables.get(name));
    Resolved::known(OriginKind::Text, "probe", content).explained(if has_reference {
        "probes are expanded with the texts of `env` as they are written, and with nothing else"
    } else {
        "the text as it is written"
    })
}
