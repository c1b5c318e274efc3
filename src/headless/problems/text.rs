//! Problems as lines, and their hints as commands.

use std::borrow::Cow;

use crate::k8s::names::Namespace;
use crate::k8s::path::{ApiPath, ObjectPath, encode_query_value};
use crate::object::health::{Hint, Problem, Reason};
use crate::text::{columns, one_line, padded};

/// Returns a line for each problem: mark, namespace, object, sentence, causes, effects, and what to type
/// next. The columns are as wide as their widest cell.
pub(super) fn lines(problems: &[Problem]) -> Vec<String> {
    let namespace = |problem: &Problem| match &problem.path.namespace {
        Some(namespace) => one_line(namespace.as_str()).into_owned(),
        None => "-".to_owned(),
    };
    let object = |problem: &Problem| one_line(&title(&problem.path)).into_owned();
    let widest = |cell: &dyn Fn(&Problem) -> String| {
        problems.iter().map(|problem| columns(&cell(problem))).max().unwrap_or(0)
    };
    let (of_namespace, of_object) = (widest(&namespace), widest(&object));
    let line = |problem: &Problem| {
        let mark = problem.level.mark();
        let place = padded(&namespace(problem), of_namespace);
        let name = padded(&object(problem), of_object);
        let mut line = format!("{mark} {place}  {name}  {}", sentence(problem));
        let hint = hint(problem);
        if !hint.is_empty() {
            line = format!("{line}  → {hint}");
        }
        one_line(&line).into_owned()
    };
    problems.iter().map(line).collect()
}

fn title(path: &ObjectPath) -> String {
    format!("{}/{}", path.gvr.resource, path.name)
}

/// The first sentence, the causes and the number of effects.
fn sentence(problem: &Problem) -> String {
    let first = problem.reasons.first().map_or("", |reason| &reason.sentence);
    let mut notes: Vec<String> = Vec::new();
    if !problem.causes.is_empty() {
        let causes: Vec<String> = problem.causes.iter().map(title).collect();
        notes.push(format!("because of {}", causes.join(", ")));
    }
    match problem.effects.len() {
        0 => {}
        1 => notes.push("1 object is affected".to_owned()),
        number => notes.push(format!("{number} objects are affected")),
    }
    if notes.is_empty() { first.to_owned() } else { format!("{first} ({})", notes.join("; ")) }
}

/// Returns the hint of a problem as a command, or as an instruction that is no command.
pub(super) fn hint(problem: &Problem) -> String {
    let path = &problem.path;
    let place = path
        .namespace
        .as_ref()
        .map_or_else(String::new, |namespace| format!(" -n {}", quoted(namespace.as_str())));
    let log = |container: &str, previous: &str| {
        let log = path.subresource("log").to_string();
        let container = encode_query_value(container);
        format!("kubewalk get {} -o raw", quoted(&format!("{log}?container={container}{previous}")))
    };
    match problem.reasons.first().map(|Reason { hint, .. }| hint) {
        Some(hint @ Hint::Go(_)) => {
            let namespace = path.namespace.as_ref().map(Namespace::as_str);
            let words = hint.location(namespace).unwrap_or_default();
            format!("kubewalk get {}", words_quoted(&words))
        }
        Some(Hint::Containers) => format!("kubewalk downward {}{place}", quoted(&path.name)),
        Some(Hint::Log { container }) => log(container, ""),
        Some(Hint::PreviousLog { container }) => log(container, "&previous=true"),
        Some(Hint::Events) => {
            let of = format!("involvedObject.name={}", path.name);
            format!("kubewalk get events -f {}{place}", quoted(&of))
        }
        Some(Hint::Say(text)) => text.to_string(),
        Some(Hint::Refresh | Hint::None) | None => {
            format!("kubewalk get {}", quoted(&ApiPath::Object(path.clone()).to_string()))
        }
    }
}

/// Quotes each word of a location that a shell would read otherwise.
fn words_quoted(words: &str) -> String {
    words.split(' ').map(quoted).collect::<Vec<_>>().join(" ")
}

/// The text as one word of a shell. Names come from the server, and may be anything.
fn quoted(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::names::Gvr;
    use crate::object::health::{Level, Source};

    fn problem(hint: Hint) -> Problem {
        let reason = Reason {
            rule: "test",
            level: Level::Broken,
            sentence: "It fails".to_owned(),
            evidence: String::new(),
            source: Source::Object,
            related: Vec::new(),
            hint,
            since: None,
        };
        let path = ObjectPath {
            gvr: Gvr::new("", "v1", "pods"),
            namespace: Some(Namespace::new("shop")),
            name: "web".into(),
        };
        let effects = vec![path.clone(), path.clone()];
        Problem { path, level: Level::Broken, reasons: vec![reason], causes: Vec::new(), effects }
    }

    #[test]
    fn hints_are_commands_that_can_be_pasted() {
        for (of, command) in [
            (Hint::Go("pods -l app=web".into()), "kubewalk get pods -l app=web -n shop"),
            (Hint::Go("svc/a -n other".into()), "kubewalk get svc/a -n other"),
            (Hint::Go("nodes -l a=b".into()), "kubewalk get nodes -l a=b"),
            (Hint::Go("pvc/$(x)".into()), "kubewalk get 'pvc/$(x)' -n shop"),
            (Hint::Containers, "kubewalk downward web -n shop"),
            (
                Hint::PreviousLog { container: "a&b".into() },
                "kubewalk get '/api/v1/namespaces/shop/pods/web/log?container=a%26b&previous=true' -o raw",
            ),
            (Hint::Events, "kubewalk get events -f involvedObject.name=web -n shop"),
            (Hint::Say("Look there".into()), "Look there"),
            (Hint::None, "kubewalk get /api/v1/namespaces/shop/pods/web"),
        ] {
            assert_eq!(hint(&problem(of)), command);
        }
    }

    #[test]
    fn a_problem_is_one_line() {
        let lines = lines(&[problem(Hint::Say("Look\nthere".into()))]);
        assert_eq!(lines, ["✗ shop  pods/web  It fails (2 objects are affected)  → Look\\nthere"]);
    }
}
