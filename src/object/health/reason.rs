//! Why an object has its level: one sentence, the line that shows it, and what to do next.

use std::borrow::Cow;

use jiff::Timestamp;

use super::level::Level;
use crate::k8s::path::ObjectPath;

/// One reason for an object's level. The sentences of Secrets name keys, never values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The id of the rule, such as `pod.oom`. Ids are stable, sentences are not.
    pub rule: &'static str,
    /// The level that this reason alone would give the object.
    pub level: Level,
    /// One sentence without a full stop, safe to show on a terminal.
    pub sentence: String,
    /// The JSON path in the judged object that shows it, such as `.status.phase`. It exists there; it is
    /// empty if the object has no such line.
    pub evidence: String,
    /// What the sentence was read from.
    pub source: Source,
    /// Other objects that explain it, the one to open first; they need not exist.
    pub related: Vec<ObjectPath>,
    /// What to press or type next.
    pub hint: Hint,
    /// Since when it is so, if known.
    pub since: Option<Timestamp>,
}

/// What a sentence was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The judged object itself.
    Object,
    /// An event of the object.
    Event,
    /// Another object.
    Related,
}

/// What to do next, without a key or a command: the screen and the commands have their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Hint {
    /// Nothing in particular.
    #[default]
    None,
    /// Go to a location in the object's namespace, in the words of the prompt: `pvc/archive`,
    /// `pods -l app=ledger`.
    Go(String),
    /// Look at what the containers see.
    Containers,
    /// Read the log of a container.
    Log {
        /// Its name.
        container: String,
    },
    /// Read the log of the previous instance of a container.
    PreviousLog {
        /// Its name.
        container: String,
    },
    /// Read the events of the object.
    Events,
    /// Refresh.
    Refresh,
    /// A short instruction.
    Say(Cow<'static, str>),
}

impl Hint {
    /// Returns the words of the location that it leads to, with the namespace of the object if they need
    /// one; `None` if it is no location.
    #[must_use]
    pub fn location(&self, namespace: Option<&str>) -> Option<String> {
        let Self::Go(words) = self else { return None };
        let kind = words.split(['/', ' ']).next().unwrap_or_default();
        let is_placed = CLUSTER_WORDS.contains(&kind)
            || words.split(' ').any(|word| word == "-n" || word == "-A");
        Some(match namespace.filter(|_| !is_placed) {
            Some(namespace) => format!("{words} -n {namespace}"),
            None => words.clone(),
        })
    }
}

/// The words for kinds of the cluster that hints use.
const CLUSTER_WORDS: [&str; 7] =
    ["node", "nodes", "pv", "sc", "apiservices", "ingressclasses", "namespaces"];

impl Reason {
    /// A reason whose rule is filled in by the runner of rules.
    pub(super) fn new(level: Level, sentence: impl Into<String>) -> Self {
        Self {
            rule: "",
            level,
            sentence: sentence.into(),
            evidence: String::new(),
            source: Source::Object,
            related: Vec::new(),
            hint: Hint::None,
            since: None,
        }
    }

    pub(super) fn broken(sentence: impl Into<String>) -> Self {
        Self::new(Level::Broken, sentence)
    }

    pub(super) fn warning(sentence: impl Into<String>) -> Self {
        Self::new(Level::Warning, sentence)
    }

    pub(super) fn progressing(sentence: impl Into<String>) -> Self {
        Self::new(Level::Progressing, sentence)
    }

    pub(super) fn note(sentence: impl Into<String>) -> Self {
        Self::new(Level::Ok, sentence)
    }

    pub(super) fn at(self, evidence: impl Into<String>) -> Self {
        Self { evidence: evidence.into(), ..self }
    }

    pub(super) fn since(self, since: Option<Timestamp>) -> Self {
        Self { since, ..self }
    }

    pub(super) fn hint(self, hint: Hint) -> Self {
        Self { hint, ..self }
    }

    /// Adds a hint that opens a location.
    pub(super) fn go(self, words: impl Into<String>) -> Self {
        self.hint(Hint::Go(words.into()))
    }

    /// Adds a hint that is an instruction.
    pub(super) fn say(self, text: impl Into<Cow<'static, str>>) -> Self {
        self.hint(Hint::Say(text.into()))
    }

    pub(super) fn from(self, source: Source) -> Self {
        Self { source, ..self }
    }

    /// Adds an object that explains it.
    pub(super) fn see(mut self, object: ObjectPath) -> Self {
        self.related.push(object);
        self
    }
}
