//! Names for the completion of a typed location: those of the kind that is being typed.

use crate::app::flows::namespaces;
use crate::app::model::Model;
use crate::app::question::Question;
use crate::k8s::failure::Failure;
use crate::k8s::location::{Locator, NamespaceDefaults, Resolution};
use crate::k8s::path::ApiPath;
use crate::k8s::table::Page;
use crate::tree::node::{Load, Node};

/// The largest number of loaded names that are searched.
const MAX_NAMES: usize = 10_000;

/// Returns the names in the collection that a line names, as far as they are known. What is not
/// loaded is fetched: one page.
pub(in crate::app) fn of_line(model: &mut Model, line: &str) -> Vec<String> {
    fetch_namespaces(model, line);
    let Some(path) = collection(model, line) else { return Vec::new() };
    if let Some(names) = names_in_tree(model, &path) {
        return names;
    }
    if let Some(names) = model.names.of.get(&path) {
        return names.clone();
    }
    if model.connection().is_some() {
        model.names.of.insert(path.clone(), Vec::new());
        model.send(Question::names(path));
    }
    Vec::new()
}

fn names_in_tree(model: &Model, path: &ApiPath) -> Option<Vec<String>> {
    let nodes = model.tree.ids().filter_map(|id| model.tree.get(id));
    let mut nodes = nodes.filter(|node| {
        node.kind.related().is_none() && node.kind.opens_collection().as_ref() == Some(path)
    });
    nodes.find_map(loaded_names)
}

fn loaded_names(node: &Node) -> Option<Vec<String>> {
    let rows = node.collection.as_ref()?.rows().iter();
    Some(rows.take(MAX_NAMES).map(|row| row.name().to_owned()).collect())
}

/// Fetches the namespaces if the next word is one.
fn fetch_namespaces(model: &mut Model, line: &str) {
    let is_new = model.namespaces.load == Load::NotLoaded && model.connection().is_some();
    if names_namespace(line) && is_new {
        namespaces::fetch(model);
    }
}

/// True if the last word of a line is a namespace, as in `ns sh` and `po -n sh`.
fn names_namespace(line: &str) -> bool {
    let before = line.rsplit_once(' ').map_or("", |(before, _)| before);
    let before = before.rsplit(' ').next().unwrap_or_default();
    matches!(before, "-n" | "--namespace" | "ns" | "namespace" | "namespaces")
}

/// Returns the collection whose objects the last word of a line names, as in `po/pay` and `po pay`.
fn collection(model: &Model, line: &str) -> Option<ApiPath> {
    if names_namespace(line) {
        return None;
    }
    let (before, last) = line.rsplit_once(' ').unwrap_or(("", line));
    let words = match (before.trim(), last.rsplit_once('/')) {
        ("", Some((collection, _))) if !collection.is_empty() => collection,
        ("", _) => return None,
        (before, _) if !before.contains('/') => before,
        _ => return None,
    };
    let connection = model.connection()?;
    let defaults = NamespaceDefaults {
        chosen: connection.namespace.as_ref(),
        fallback: connection.endpoint.default_namespace.as_ref(),
    };
    match Locator::parse(words).ok()?.resolve(&model.discovery, defaults).ok()? {
        Resolution::Found(located) => {
            Some(located.path).filter(|path| matches!(path, ApiPath::Collection { .. }))
        }
        _ => None,
    }
}

/// Handles a page of names.
pub(in crate::app) fn received(model: &mut Model, path: ApiPath, result: Result<Page, Failure>) {
    let names = result.map(|page| page.rows.iter().map(|row| row.name().to_owned()).collect());
    model.names.of.insert(path, names.unwrap_or_default());
    model.names.arrived = true;
}
