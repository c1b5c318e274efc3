//! The environment as predicted and as it is.

use std::collections::BTreeMap;

use super::why;
use super::{Compared, Verdict, marked};
use crate::downward::content::Content;
use crate::downward::inside::{Environment, Found};
use crate::downward::view::{ContainerView, EnvRow, State};

pub(super) fn compare(container: &ContainerView, found: &Found<Environment>) -> Vec<Compared> {
    let mut rows = match found {
        Found::Unreadable(reason) => {
            container.env.iter().map(|row| unreadable(row, reason)).collect()
        }
        Found::There(environment) => Both { container, environment }.rows(),
    };
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}

struct Both<'a> {
    container: &'a ContainerView,
    environment: &'a Environment,
}

impl Both<'_> {
    fn rows(&self) -> Vec<Compared> {
        let mut rows: BTreeMap<&str, Compared> = BTreeMap::new();
        for row in &self.container.env {
            let compared = self.row(row);
            // Of two rows of one name, the one with a value is what the container should have.
            if row.content.is_some() || !rows.contains_key(row.name.as_str()) {
                rows.insert(&row.name, compared);
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
        rows.into_values().collect()
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
                let why = "its source did not exist when it was read, but at the container's start";
                (Verdict::OnlyActual, Some(why.to_owned()))
            }
            (None, _, Some(_)) => (Verdict::OnlyActual, row.origin.note.clone()),
            (None, _, None) => (Verdict::OnlyPredicted, row.origin.note.clone()),
        };
        let is_secret = row.origin.secret || self.may_use_secret(row);
        Compared {
            name: row.name.clone(),
            verdict,
            predicted: row.content.clone(),
            actual: actual.map(|bytes| marked(bytes, row.content.as_ref(), is_secret)),
            modes: (None, None),
            why,
            origin: Some(row.origin.clone()),
        }
    }

    /// A text whose value is not known may have a Secret put into it that is not known either.
    fn may_use_secret(&self, row: &EnvRow) -> bool {
        let is_hidden = |other: &EnvRow| {
            other.content.is_none()
                && (other.origin.secret || other.origin.from.starts_with("secret "))
        };
        row.content.is_none()
            && row.origin.state == State::Unknown
            && row.origin.from == "value"
            && self.container.env.iter().any(is_hidden)
    }

    fn unpredicted(&self, name: &str, value: &[u8]) -> Compared {
        let unknown: Vec<&EnvRow> = self
            .container
            .env
            .iter()
            .filter(|row| row.origin.state == State::Unknown)
            .filter(|row| row.name.strip_suffix('*').is_some_and(|prefix| name.starts_with(prefix)))
            .filter(|row| row.origin.from != "services" || why::is_of_service(name))
            .collect();
        let is_of_secret = |row: &&&EnvRow| row.origin.from.starts_with("secret ");
        let from_secret = unknown.iter().find(is_of_secret);
        let is_secret = from_secret.is_some() && !why::is_of_runtime(name);
        Compared {
            name: name.to_owned(),
            verdict: Verdict::OnlyActual,
            predicted: None,
            actual: Some(if is_secret {
                Content::secret(value.to_vec())
            } else {
                Content { bytes: value.to_vec(), secret: Vec::new() }
            }),
            modes: (None, None),
            why: Some(why::unpredicted(name, from_secret.or(unknown.first()).copied())),
            origin: None,
        }
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
