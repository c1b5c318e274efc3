//! The prompt: a location, a filter, a column, a search, a namespace, an address.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use crate::app::effect::Choice;
use crate::app::flows::{arrange, connect, context, locate, open, select, this_pod};
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::app::state::prompt::{Prompt, PromptKind};
use crate::k8s::location;
use crate::k8s::names::Namespace;
use crate::k8s::selector::Selector;
use crate::tree::Tree;

/// The number of candidates shown, other than columns.
const CANDIDATES: usize = 8;

/// The address that the prompt for a server starts with.
const URL: &str = "http://127.0.0.1:8001";

/// Opens a prompt with the completions of its text.
fn show(model: &mut Model, kind: PromptKind, text: &str) {
    let mut prompt = Prompt::new(kind, text);
    complete(model, &mut prompt);
    model.overlay = Overlay::Prompt(prompt);
}

/// Opens the prompt for a location.
pub(in crate::app) fn go_to(model: &mut Model) {
    show(model, PromptKind::GoTo, "");
}

/// Opens the prompt for the address of a server.
pub(in crate::app) fn url(model: &mut Model) {
    show(model, PromptKind::Url, URL);
}

/// Opens the prompt for a search in the document.
pub(in crate::app) fn search(model: &mut Model) {
    show(model, PromptKind::Search, "");
}

/// Opens the prompt for the column to sort by.
pub(in crate::app) fn sort(model: &mut Model) {
    if let Some(id) = arrange::collection_at_cursor(model) {
        show(model, PromptKind::Sort(id), "");
    }
}

/// Opens the prompt to filter the node at the cursor, or the one around it.
pub(in crate::app) fn filter(model: &mut Model) {
    let cursor = model.tree.cursor();
    let on = Tree::node_of(cursor);
    let is_open = model.tree.get(on).is_some_and(|node| node.open && node.can_open());
    let id = if is_open { Some(on) } else { model.tree.parent(cursor) };
    let Some(id) = id else {
        model.notify("Nothing to filter around the root; move into what is below it");
        return;
    };
    let line = select::line(model, id);
    model.overlay = Overlay::Prompt(Prompt::new(PromptKind::Filter(id), &line));
}

/// A key while a line is typed.
pub(in crate::app) fn key(model: &mut Model, key: KeyEvent) {
    let Overlay::Prompt(mut prompt) = std::mem::take(&mut model.overlay) else { return };
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Esc => cancel(model, &prompt),
        KeyCode::Char('c') if ctrl => cancel(model, &prompt),
        KeyCode::Enter => submit(model, &prompt),
        KeyCode::Tab | KeyCode::Down => choose(model, prompt, 1),
        KeyCode::BackTab | KeyCode::Up => choose(model, prompt, -1),
        _ => {
            prompt.input.handle_event(&Event::Key(key));
            typed(model, prompt);
        }
    }
}

/// Text was pasted into the line; only its first line counts.
pub(in crate::app) fn paste(model: &mut Model, text: &str) {
    if !matches!(model.overlay, Overlay::Prompt(_)) {
        return;
    }
    let Overlay::Prompt(mut prompt) = std::mem::take(&mut model.overlay) else { return };
    let line = text.lines().next().unwrap_or_default();
    let value = format!("{}{}", prompt.input.value(), line.replace(char::is_control, ""));
    prompt.input = Input::new(value);
    typed(model, prompt);
}

fn typed(model: &mut Model, mut prompt: Prompt) {
    prompt.selected = None;
    match prompt.kind {
        // What is no filter leaves the rows as they are, and says why.
        PromptKind::Filter(id) => match select::parse(prompt.input.value()) {
            Ok((_, filter)) => model.tree.set_filter(id, filter),
            // A selector goes to the server once it is whole.
            Err(_) if Selector::begins(prompt.input.value()) => {}
            Err(sentence) => model.notify(sentence),
        },
        PromptKind::Search => model.reading.pane.search(prompt.input.value()),
        _ => complete(model, &mut prompt),
    }
    model.overlay = Overlay::Prompt(prompt);
}

fn complete(model: &Model, prompt: &mut Prompt) {
    let text = prompt.input.value();
    let namespaces: Vec<Namespace> = model.namespaces.names.iter().cloned().collect();
    prompt.candidates = match prompt.kind {
        PromptKind::GoTo if context::named(text).is_some() => context::candidates(model, text),
        PromptKind::GoTo if !text.is_empty() => {
            let names = loaded_names(model);
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            location::complete(text, &model.discovery, &namespaces, &names)
        }
        PromptKind::Namespace(_) | PromptKind::ThisPod => {
            let known = namespaces.iter().map(Namespace::as_str);
            known.filter(|name| name.starts_with(text)).map(str::to_owned).collect()
        }
        PromptKind::Sort(id) => arrange::columns(model, id, text),
        _ => Vec::new(),
    };
    if !matches!(prompt.kind, PromptKind::Sort(_)) {
        prompt.candidates.truncate(CANDIDATES);
    }
}

/// The names in the collection under the cursor.
fn loaded_names(model: &Model) -> Vec<String> {
    let id = model.tree.collection_at(model.tree.cursor());
    let collection = id.and_then(|id| model.tree.get(id)?.collection.as_ref());
    collection
        .map(|c| c.rows().iter().take(10_000).map(|row| row.name().to_owned()).collect())
        .unwrap_or_default()
}

fn choose(model: &mut Model, mut prompt: Prompt, by: isize) {
    let count = prompt.candidates.len();
    if count > 0 {
        let next = match prompt.selected {
            None if by > 0 => 0,
            None => count - 1,
            Some(at) => (at + count).saturating_add_signed(by) % count,
        };
        prompt.selected = Some(next);
        prompt.input = Input::new(prompt.candidates[next].clone());
    }
    model.overlay = Overlay::Prompt(prompt);
}

fn cancel(model: &mut Model, prompt: &Prompt) {
    match prompt.kind {
        PromptKind::Filter(id) => model.tree.set_filter(id, None),
        PromptKind::Search => model.reading.pane.search(""),
        _ => {}
    }
}

fn submit(model: &mut Model, prompt: &Prompt) {
    let text = prompt.input.value().trim().to_owned();
    match prompt.kind {
        PromptKind::Filter(id) => match select::parse(&text) {
            Ok((selector, filter)) => {
                model.tree.set_filter(id, filter);
                select::choose(model, id, selector);
                select::search_rest(model, id);
            }
            Err(sentence) => model.warn(sentence),
        },
        PromptKind::Search => {}
        PromptKind::Sort(id) => arrange::sort(model, id, &text),
        _ if text.is_empty() => {}
        PromptKind::GoTo => match context::named(&text) {
            Some("") if context::has_any(model) => show(model, PromptKind::GoTo, "ctx "),
            Some(name) => context::choose(model, name),
            None => locate::go_to(model, &text),
        },
        PromptKind::Namespace(id) => open::named_namespace(model, id, &text),
        PromptKind::ThisPod => this_pod::set_namespace(model, &text),
        PromptKind::Url => connect::connect(model, Choice::Url(text)),
    }
}
