//! Completion of a command line with names from the live server.

use std::collections::HashSet;

use jiff::Timestamp;

use super::Access;
use crate::k8s::answer;
use crate::k8s::location::{self, Located};
use crate::k8s::names::{GroupVersion, Gvr, Namespace};
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};

/// The maximum number of names of a collection that are offered: one page.
const MOST_NAMES: usize = 500;

/// Returns the namespaces that the user may list, and those that are known without the server.
pub async fn namespaces(access: &Access) -> Vec<String> {
    let gvr = Gvr { group_version: GroupVersion::new("", "v1"), resource: "namespaces".into() };
    let mut found = names(access, &ApiPath::Collection { gvr, namespace: None }).await;
    let known = access.connection.endpoint.known_namespaces.iter();
    found.extend(known.map(|namespace| namespace.as_str().to_owned()));
    found.sort_unstable();
    found.dedup();
    found.retain(|name| is_harmless(name));
    found
}

/// Returns the completions of the last word of a location; `before` are the words before it.
pub async fn locations(access: &Access, before: &[String], last: &str) -> Vec<String> {
    let mut discovery = access.discover().await;
    let prefix = [before, &[last.to_owned()]].concat().join(" ");
    let wants_namespace = last.contains("/namespaces/") || before == ["ns"];
    let spaces = if wants_namespace { namespaces(access).await } else { Vec::new() };
    let spaces: Vec<Namespace> = spaces.iter().map(|name| Namespace::new(name)).collect();
    // The collection of the object names: the path or word before the slash, or the word before.
    let words = match (before, last.rsplit_once('/')) {
        ([], Some((collection, _))) if !collection.is_empty() => collection.to_owned(),
        ([word], _) => word.clone(),
        _ => String::new(),
    };
    let names = match access.find_in(&mut discovery, &words).await {
        Ok(Located { path: path @ ApiPath::Collection { .. }, .. }) => names(access, &path).await,
        _ => Vec::new(),
    };
    let mut found: Vec<String> = if last.starts_with('/') {
        names.iter().map(|name| format!("{words}/{name}")).collect()
    } else {
        Vec::new()
    };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let whole = location::complete(&prefix, &discovery, &spaces, &names);
    let words = whole.iter().filter_map(|text| text.rsplit(' ').next());
    found.extend(words.map(str::to_owned));
    let mut seen = HashSet::new();
    found.retain(|word| word.starts_with(last) && is_harmless(word) && seen.insert(word.clone()));
    found
}

/// Returns the names on the first page of a collection; none if it cannot be listed.
async fn names(access: &Access, path: &ApiPath) -> Vec<String> {
    let request = Request::get(path.clone(), Form::Table)
        .with("includeObject", "None")
        .with("limit", MOST_NAMES.to_string());
    let answer = access.fetch(&request).await;
    let page = answer.and_then(|answer| answer::page(&answer, Timestamp::UNIX_EPOCH));
    let rows = page.map(|page| page.rows).unwrap_or_default();
    let named = rows.iter().filter(|row| !row.facts.is_unnamed);
    named.map(|row| row.name().to_owned()).collect()
}

/// True if a word has no meaning for a shell. Completions become part of a command line, and anybody may
/// have chosen the names.
fn is_harmless(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphanumeric() || "-._:/".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_a_meaning_for_a_shell_are_not_offered() {
        assert!(is_harmless("/api/v1/namespaces/shop/pods/db-0") && is_harmless("system:node"));
        for word in ["$(id)", "a b", "a;b", "`id`", "a'b", "\u{1b}[31m", "*", "~x"] {
            assert!(!is_harmless(word), "{word:?}");
        }
    }
}
