//! The list of objects that were found by name.

use crate::app::effect::Effect;
use crate::app::flows::search;
use crate::app::model::Model;
use crate::app::state::find::FoundObjects;
use crate::app::state::overlay::Overlay;
use crate::k8s::filter::Filter;
use crate::k8s::names::Namespace;
use crate::k8s::rules::May;
use crate::object::find::{Find, Wanted};
use crate::object::search::SearchScope;

/// The word that starts a search in the prompt for a location.
const WORD: &str = "find";

/// What may follow the word.
const USAGE: &str = "find takes a TEXT, -n NAMESPACE or -A, -k KINDS, --all and --labels";

/// Returns the list of what was found.
pub(in crate::app) fn list(model: &mut Model) -> &mut FoundObjects {
    &mut model.find
}

/// Searches if a typed line asks for it: `find TEXT [-n NAMESPACE | -A] [-k KINDS] [--all] [--labels]`.
/// Without a text, shows the last search. Returns false for any other line.
pub(in crate::app) fn typed(model: &mut Model, line: &str) -> bool {
    let mut words = line.split_whitespace();
    if words.next() != Some(WORD) {
        return false;
    }
    match parse(model, words) {
        Ok(Some(wanted)) => start(model, wanted),
        Ok(None) if model.find.wanted.is_some() => model.overlay = Overlay::Find,
        Ok(None) => model.warn(USAGE),
        Err(why) => model.warn(why),
    }
    true
}

/// Parses what is typed after `find`; `None` if it names no text to find.
fn parse<'a>(
    model: &Model,
    mut words: impl Iterator<Item = &'a str>,
) -> Result<Option<Wanted>, String> {
    let (mut text, mut scope, mut kinds) = (Vec::new(), search::scope(model), Vec::new());
    let (mut is_of_all_kinds, mut is_in_labels) = (false, false);
    while let Some(word) = words.next() {
        match word {
            "-A" | "--all-namespaces" => scope = search::everywhere(model),
            "-n" | "--namespace" => {
                let namespace = words.next().ok_or(USAGE)?;
                scope = SearchScope::Namespace(Namespace::new(namespace));
            }
            "-k" | "--kind" => {
                kinds.extend(words.next().ok_or(USAGE)?.split(',').map(str::to_owned));
            }
            "--all" => is_of_all_kinds = true,
            "--labels" => is_in_labels = true,
            word => text.push(word),
        }
    }
    let filter = Filter::parse(&text.join(" "))?;
    Ok(filter.map(|filter| Wanted { filter, scope, kinds, is_of_all_kinds, is_in_labels }))
}

fn start(model: &mut Model, wanted: Wanted) {
    match Find::new(wanted.clone(), &model.discovery) {
        Ok(find) => {
            let find = find.without(|path| model.rights.may_read(path) == May::No);
            let ticket = search::begin(model, list, wanted);
            model.find.found = find.found();
            model.overlay = Overlay::Find;
            model.effects.push(Effect::Find { ticket, find: Box::new(find) });
        }
        Err(failure) => model.report(&failure),
    }
}

/// Searches again.
pub(in crate::app) fn refresh(model: &mut Model) {
    if let Some(wanted) = model.find.wanted.clone() {
        start(model, wanted);
    }
}
