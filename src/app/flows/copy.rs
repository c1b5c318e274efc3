//! Copying: values, paths and commands for the terminal's clipboard.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::state::subject::AllLogs;
use crate::k8s::endpoint::EndpointKind;
use crate::k8s::log::LogOptions;
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};
use crate::keymap::{Action, Mode};

/// Copies what an action names to the terminal's clipboard.
pub(in crate::app) fn copy(model: &mut Model, action: Action) {
    let pane = &model.reading.pane;
    let shown = model.reading.shown.as_ref().map(|shown| &shown.request);
    let selected = model.reading.subject.as_ref().map(|subject| &subject.request);
    let row = model.table().and_then(|id| model.tree.path(model.table_row(id)?));
    let row = row.map(|path| Request::get(path, Form::Json));
    let request = row.as_ref().or(selected).or(shown);
    let logs = model.reading.subject.as_ref().and_then(|subject| subject.logs.as_deref());
    let shows_text = model.reading.rows().is_none() && model.reading.shown_subject().is_some();
    let (what, copied) = match action {
        Action::CopyValue if row.is_some() => {
            ("name", row.as_ref().map(|row| row.path.last_segment().into_bytes()))
        }
        Action::CopyValue | Action::CopyLinePath | Action::CopyWhole if !shows_text => {
            ("text", None)
        }
        Action::CopyValue if pane.is_decoded() => ("decoded value", pane.line_value()),
        Action::CopyValue => ("value", pane.line_value()),
        Action::CopyLinePath => ("path of the line", pane.line_path().map(String::into_bytes)),
        Action::CopyWhole => ("answer", Some(pane.whole())),
        Action::CopyKubectl if logs.is_some() => {
            ("kubectl command", logs.map(|logs| kubectl_logs(logs).into_bytes()))
        }
        Action::CopyCurl if logs.is_some() => ("one request", None),
        Action::CopyApiPath if logs.is_some() => {
            let of = logs.map(|logs| ApiPath::Object(logs.of.clone()).to_string());
            ("API path", of.map(String::into_bytes))
        }
        Action::CopyApiPath => ("API path", request.map(|of| of.path.to_string().into_bytes())),
        Action::CopyKubectl => ("kubectl command", request.map(|of| kubectl(of).into_bytes())),
        Action::CopyCurl => {
            let command = request.and_then(|request| curl(model, request, request.form.accept()));
            ("curl command", command.map(String::into_bytes))
        }
        _ => return,
    };
    match copied.filter(|copied| !copied.is_empty()) {
        Some(copied) => {
            let size = copied.len();
            model.effects.push(Effect::Copy(copied));
            model.notify(format!("The {what} was sent to the terminal's clipboard ({size} bytes)"));
        }
        None if action == Action::CopyValue && is_masked(model) => {
            let key = model.keymap.key(Mode::Anywhere, Action::Unmask);
            model.notify(format!("The value is masked; {key} shows it, then it can be copied"));
        }
        None => model.notify(format!("No {what} to copy here")),
    }
}

fn is_masked(model: &Model) -> bool {
    let has_secrets = model.reading.pane.document().is_some_and(|d| d.has_secrets());
    has_secrets && !model.reading.pane.is_unmasked()
}

/// Returns the request as a `kubectl` command, which uses its own credentials.
fn kubectl(request: &Request) -> String {
    format!("kubectl get --raw {}", quote(&request.path_and_query()))
}

/// Returns the logs of all containers of an object as a `kubectl` command.
fn kubectl_logs(logs: &AllLogs) -> String {
    let AllLogs { of, wanted } = logs;
    let group = of.gvr.group_version.group.as_str();
    let resource = if group.is_empty() { String::new() } else { format!(".{group}") };
    let object = format!("{}{resource}/{}", of.gvr.resource, of.name);
    let mut words = vec!["kubectl logs".to_owned(), quote(&object)];
    words.extend(of.namespace.iter().map(|namespace| format!("-n {}", quote(namespace.as_str()))));
    if !of.gvr.is_core("pods") {
        words.push("--all-pods".to_owned());
    }
    words.push("--all-containers --prefix".to_owned());
    let LogOptions { previous, timestamps, follow } = wanted.options;
    let flags = [(previous, "--previous"), (timestamps, "--timestamps"), (follow, "--follow")];
    words.extend(flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| (*flag).to_owned()));
    words.join(" ")
}

/// Returns the request as a `curl` command; `None` without a connection. It contains `$TOKEN`, never the
/// token itself.
pub(in crate::app) fn curl(model: &Model, request: &Request, accept: &str) -> Option<String> {
    let endpoint = &model.connection()?.endpoint;
    let authenticates_for_us = endpoint.kind.is_recorded()
        || matches!(endpoint.kind, EndpointKind::Ambassador | EndpointKind::Proxy);
    let url = format!("{}{}", endpoint.address.trim_end_matches('/'), request.path_and_query());
    let mut words = vec!["curl".to_owned(), "-sS".to_owned()];
    if endpoint.insecure {
        words.push("--insecure".to_owned());
    }
    words.push(format!("-H {}", quote(&format!("Accept: {accept}"))));
    if !authenticates_for_us {
        words.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
    }
    if let Some(review) = &request.review {
        words.push(format!("-H {} -d {}", quote("Content-Type: application/json"), quote(review)));
    }
    words.push(quote(&url));
    Some(words.join(" "))
}

/// Quotes a word for a POSIX shell, if necessary.
fn quote(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:=%@+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_with_a_meaning_for_the_shell_are_quoted() {
        assert_eq!(quote("/api/v1/pods"), "/api/v1/pods");
        assert_eq!(quote("/api/v1/pods?limit=20&x=$(y)"), "'/api/v1/pods?limit=20&x=$(y)'");
        assert_eq!(quote("it's"), r"'it'\''s'");
    }
}
