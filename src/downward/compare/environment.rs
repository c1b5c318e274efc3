//! Compares the environment with its prediction.

use std::collections::BTreeMap;

use super::why;
use super::{Compared, Verdict};
use crate::downward::content::Content;
use crate::downward::inside::{Environment, Found};
use crate::downward::view::{ContainerView, EnvRow, OriginKind, State, View};

pub(super) fn compare(
    view: &View,
    container: &ContainerView,
    found: &Found<Environment>,
) -> Vec<Compared> {
    let mut rows = match found {
        Found::Unreadable(reason) => {
            container.env.iter().map(|row| unreadable(row, reason)).collect()
        }
        Found::There(environment) => Both { view, container, environment }.rows(),
    };
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}

struct Both<'a> {
    view: &'a View,
    container: &'a ContainerView,
    environment: &'a Environment,
}

impl Both<'_> {
    fn rows(&self) -> Vec<Compared> {
        let mut rows: BTreeMap<&str, Compared> = BTreeMap::new();
        let mut any = Vec::new();
        for row in &self.container.env {
            if row.is_any {
                any.push(any_of(row));
            } else {
                rows.insert(&row.name, self.row(row));
            }
        }
        let different: Vec<String> =
            rows.values().filter(|row| row.fails()).map(|row| row.name.clone()).collect();
        for row in rows.values_mut().filter(|row| row.verdict == Verdict::Different) {
            why::of_fixed(row, &different);
        }
        for variable in &self.environment.variables {
            rows.entry(&variable.name)
                .or_insert_with(|| self.unpredicted(&variable.name, &variable.value));
        }
        rows.into_values().chain(any).collect()
    }

    fn row(&self, row: &EnvRow) -> Compared {
        let actual = self.environment.get(&row.name);
        let (verdict, why) = match (&row.content, row.origin.state, actual) {
            (Some(predicted), _, Some(actual)) if predicted.bytes == actual => {
                (Verdict::Equal, None)
            }
            (Some(_), _, Some(_)) => (Verdict::Different, why::differs_in_env(row)),
            (_, State::Skipped, None) => (Verdict::Equal, row.origin.note.clone()),
            (_, _, None) if self.environment.is_overwritten => {
                (Verdict::Unreadable, Some(why::OVERWRITTEN.to_owned()))
            }
            (Some(_), _, None) => (Verdict::OnlyPredicted, why::absent_in_env(row)),
            (None, State::Skipped, Some(_)) => {
                let why = if row.origin.kind == OriginKind::Service {
                    "its Service was made anew after the container started"
                } else {
                    "its source does not exist, but did when the container started"
                };
                (Verdict::OnlyActual, Some(why.to_owned()))
            }
            (None, _, Some(_)) => (Verdict::OnlyActual, row.origin.note.clone()),
            (None, _, None) => (Verdict::OnlyPredicted, row.origin.note.clone()),
        };
        Compared {
            name: row.name.clone(),
            verdict,
            predicted: row.content.clone(),
            actual: actual.map(|bytes| self.marked(&row.name, bytes, Some(row))),
            modes: (None, None),
            why,
            origin: Some(row.origin.clone()),
        }
    }

    /// Returns a value that was found, marked as secret unless it is proven not to come from a
    /// Secret.
    fn marked(&self, name: &str, value: &[u8], row: Option<&EnvRow>) -> Content {
        let predicted = row.and_then(|row| row.content.as_ref());
        if let Some(predicted) = predicted.filter(|predicted| predicted.bytes == value) {
            return predicted.clone();
        }
        let names = &self.container.secret_names;
        let by_name = names.has(name)
            && !(names.has_by_empty_prefix(name)
                && why::is_certainly_plain(name, value, &self.view.pod.name));
        let is_secret =
            by_name || row.is_some_and(|row| row.origin.secret) || self.view.secrets.are_in(value);
        if is_secret {
            Content::secret(value.to_vec())
        } else {
            Content { bytes: value.to_vec(), secret: Vec::new() }
        }
    }

    fn unpredicted(&self, name: &str, value: &[u8]) -> Compared {
        let unknown: Vec<&EnvRow> = self
            .container
            .env
            .iter()
            .filter(|row| row.is_any && row.origin.state == State::Unknown)
            .filter(|row| row.name.strip_suffix('*').is_some_and(|prefix| name.starts_with(prefix)))
            .filter(|row| row.origin.kind != OriginKind::Service || why::is_of_service(name, value))
            .collect();
        let of_secret = unknown.iter().find(|row| row.origin.kind == OriginKind::Secret);
        let actual = self.marked(name, value, None);
        let source = of_secret.or(unknown.first()).copied();
        Compared {
            name: name.to_owned(),
            verdict: Verdict::OnlyActual,
            predicted: None,
            why: Some(why::unpredicted(name, value, source, !actual.secret.is_empty())),
            actual: Some(actual),
            modes: (None, None),
            origin: None,
        }
    }
}

/// Returns the row for names that are not known or skipped: the variables that were found have rows
/// of their own.
fn any_of(row: &EnvRow) -> Compared {
    let verdict =
        if row.origin.state == State::Skipped { Verdict::Equal } else { Verdict::OnlyPredicted };
    Compared {
        name: row.name.clone(),
        verdict,
        predicted: None,
        actual: None,
        modes: (None, None),
        why: row.origin.note.clone(),
        origin: Some(row.origin.clone()),
    }
}

fn unreadable(row: &EnvRow, reason: &str) -> Compared {
    Compared {
        name: row.name.clone(),
        verdict: Verdict::Unreadable,
        predicted: row.content.clone(),
        actual: None,
        modes: (None, None),
        why: Some(reason.to_owned()),
        origin: Some(row.origin.clone()),
    }
}
