//! What one reference resolves to, before it becomes a row.

use super::content::Content;
use super::view::{Origin, OriginKind, SourceObject, State};

/// A value with its source, or why there is no value.
#[derive(Clone, Debug)]
pub(super) struct Resolved {
    pub(super) content: Option<Content>,
    pub(super) state: State,
    pub(super) kind: OriginKind,
    pub(super) object: Option<SourceObject>,
    pub(super) from: String,
    pub(super) note: Option<String>,
    pub(super) secret: bool,
    pub(super) source: Option<String>,
    pub(super) uses: Vec<String>,
    pub(super) template: Option<String>,
    pub(super) may_be_old: bool,
    pub(super) explanation: String,
}

/// The kubelet's refusal to resolve a reference.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// The kubelet's message.
    pub(super) message: String,
    /// What must have happened if a container has started nevertheless, such as `its ConfigMap x
    /// was deleted`.
    pub(super) cause: Option<String>,
    /// What is missing and what exists instead, such as `ConfigMap x has no key b; it has a`.
    pub(super) instead: Option<String>,
}

/// A value, or the kubelet's refusal.
pub(super) type Resolution = Result<Resolved, Refusal>;

impl From<String> for Refusal {
    fn from(message: String) -> Self {
        Self { message, cause: None, instead: None }
    }
}

impl Refusal {
    /// Returns what is missing, if that is known, and the kubelet's message.
    pub(super) fn text(&self) -> String {
        match &self.instead {
            Some(instead) => format!("{instead} (kubelet: {})", self.message),
            None => self.message.clone(),
        }
    }

    /// Returns the note on a value of a container that has started nevertheless.
    pub(super) fn after_start(&self) -> String {
        let cause = self.cause.as_deref().unwrap_or("what it needs has changed");
        format!("{cause} after the container started; a restart would be refused: {}", self.text())
    }
}

impl Resolved {
    pub(super) fn known(
        kind: OriginKind,
        from: impl Into<String>,
        content: impl Into<Content>,
    ) -> Self {
        let content = content.into();
        Self {
            secret: !content.secret.is_empty(),
            content: Some(content),
            state: State::Known,
            kind,
            object: None,
            from: from.into(),
            note: None,
            source: None,
            uses: Vec::new(),
            template: None,
            may_be_old: false,
            explanation: String::new(),
        }
    }

    /// Returns a source without a value; `note` says why.
    pub(super) fn without(
        state: State,
        kind: OriginKind,
        from: impl Into<String>,
        note: impl Into<String>,
    ) -> Self {
        let note = note.into();
        Self {
            content: None,
            state,
            kind,
            object: None,
            from: from.into(),
            explanation: note.clone(),
            note: Some(note),
            secret: kind == OriginKind::Secret,
            source: None,
            uses: Vec::new(),
            template: None,
            may_be_old: false,
        }
    }

    pub(super) fn explained(self, explanation: impl Into<String>) -> Self {
        Self { explanation: explanation.into(), ..self }
    }

    /// Puts a note before the present one.
    pub(super) fn noted(self, note: impl Into<String>) -> Self {
        let note = note.into();
        let note = match self.note {
            Some(other) => format!("{note}; {other}"),
            None => note,
        };
        Self { note: Some(note), ..self }
    }

    pub(super) fn at(self, source: impl Into<String>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    pub(super) fn of_object(self, object: SourceObject) -> Self {
        Self { object: Some(object), ..self }
    }

    pub(super) fn of_secret(self) -> Self {
        Self { secret: true, ..self }
    }

    /// Marks a frozen value whose source was written since.
    pub(super) fn old(self, note: impl Into<String>) -> Self {
        Self { may_be_old: true, ..self.noted(note) }
    }

    /// Returns the same source without its value, which is unknown for that reason.
    pub(super) fn unknown(self, note: impl Into<String>) -> Self {
        let note = note.into();
        Self {
            content: None,
            state: State::Unknown,
            explanation: note.clone(),
            note: Some(note),
            ..self
        }
    }

    /// Returns the value with its origin, declared at `path`.
    pub(super) fn declared(self, path: String, live: bool) -> (Option<Content>, Origin) {
        let origin = Origin {
            kind: self.kind,
            object: self.object,
            from: self.from,
            state: self.state,
            note: self.note,
            live,
            secret: self.secret,
            path,
            source: self.source,
            uses: self.uses,
            may_be_old: self.may_be_old,
            template: self.template,
            kept: false,
            explanation: self.explanation,
        };
        (self.content, origin)
    }
}
