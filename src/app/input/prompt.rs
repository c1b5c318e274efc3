//! Keys in the prompt for a location, filter, column, search, namespace or server.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use crate::app::effect::{Choice, Effect};
use crate::app::flows::{
    arrange, connect, context, locate, names, open, problems, select, this_pod, tour,
};
use crate::app::flows::{check, find, identity};
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::app::state::prompt::{Prompt, PromptKind};
use crate::k8s::location;
use crate::k8s::names::Namespace;
use crate::k8s::selector::Selector;
use crate::tree::Tree;

/// The largest number of candidates shown, except columns.
const MAX_CANDIDATES: usize = 8;

/// The initial text of the prompt for a server.
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

/// Opens the prompt for the URL of a server.
pub(in crate::app) fn url(model: &mut Model) {
    show(model, PromptKind::Url, URL);
}

/// Opens the prompt for a search in the document.
pub(in crate::app) fn search(model: &mut Model) {
    show(model, PromptKind::Search, "");
}

/// Opens the prompt for the column to sort by.
pub(in crate::app) fn sort(model: &mut Model) {
    match arrange::collection_at_cursor(model) {
        Some(id) => show(model, PromptKind::Sort(id), ""),
        None => model.overlay = Overlay::Refused,
    }
}

/// Opens the prompt to filter the rows below the open node at the cursor, or else those of its parent.
pub(in crate::app) fn filter(model: &mut Model) {
    let cursor = model.tree.cursor();
    let on = Tree::node_of(cursor);
    let is_open = model.tree.get(on).is_some_and(|node| node.open && node.can_open())
        || model.reading.rows() == Some(on);
    let around = if is_open { Some(on) } else { model.tree.parent(cursor) };
    let id = model.table().or(around);
    let Some(id) = id else {
        model.overlay = Overlay::Refused;
        model.notify("No rows to filter here: select a row below the root");
        return;
    };
    let line = select::line(model, id);
    model.overlay = Overlay::Prompt(Prompt::new(PromptKind::Filter(id), &line));
}

/// Handles a key while the prompt is open.
pub(in crate::app) fn key(model: &mut Model, key: KeyEvent) {
    let Overlay::Prompt(mut prompt) = std::mem::take(&mut model.overlay) else { return };
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Esc => cancel(model, &prompt),
        KeyCode::Char('c') if ctrl => cancel(model, &prompt),
        KeyCode::Enter => submit(model, &prompt),
        KeyCode::Up if prompt.kind == PromptKind::GoTo => recall(model, prompt, 1),
        KeyCode::Down if prompt.kind == PromptKind::GoTo => recall(model, prompt, -1),
        KeyCode::Tab | KeyCode::Down => select_candidate(model, prompt, 1),
        KeyCode::BackTab | KeyCode::Up => select_candidate(model, prompt, -1),
        _ => {
            prompt.input.handle_event(&Event::Key(key));
            typed(model, prompt);
        }
    }
}

/// Appends the first line of a pasted text, without control characters.
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

/// Ignores a key that was meant for a refused prompt.
pub(in crate::app) fn ignore(model: &mut Model, key: KeyEvent) {
    let is_cancel = key.code == KeyCode::Char('c') && key.modifiers == KeyModifiers::CONTROL;
    if is_cancel || matches!(key.code, KeyCode::Enter | KeyCode::Esc) {
        model.overlay = Overlay::None;
    }
}

/// Completes the open prompt again, because names or namespaces arrived.
pub(in crate::app) fn settle(model: &mut Model) {
    if !std::mem::take(&mut model.names.arrived) || !matches!(model.overlay, Overlay::Prompt(_)) {
        return;
    }
    let Overlay::Prompt(mut prompt) = std::mem::take(&mut model.overlay) else { return };
    if prompt.selected.is_none() {
        complete(model, &mut prompt);
    }
    model.overlay = Overlay::Prompt(prompt);
}

/// Replaces the text with an earlier line (1) or a later one (−1).
fn recall(model: &mut Model, mut prompt: Prompt, by: isize) {
    let lines = &model.typed_lines;
    let at = prompt.recalled.map_or(-1, |at| isize::try_from(at).unwrap_or(isize::MAX)) + by;
    let at = at.clamp(-1, isize::try_from(lines.len()).unwrap_or(isize::MAX) - 1);
    prompt.recalled = usize::try_from(at).ok();
    let line = prompt.recalled.and_then(|at| lines.iter().rev().nth(at));
    prompt.input = Input::new(line.cloned().unwrap_or_default());
    prompt.selected = None;
    complete(model, &mut prompt);
    model.overlay = Overlay::Prompt(prompt);
}

/// Applies a changed text: filters and searches at once, and completes anything else.
fn typed(model: &mut Model, mut prompt: Prompt) {
    prompt.selected = None;
    prompt.recalled = None;
    match prompt.kind {
        // An invalid filter leaves the rows as they are.
        PromptKind::Filter(id) => match select::parse(prompt.input.value()) {
            Ok((_, filter)) => model.tree.set_filter(id, filter),
            // A selector is sent to the server by ⏎, once it is complete.
            Err(_) if Selector::begins(prompt.input.value()) => {}
            Err(sentence) => model.notify(sentence),
        },
        PromptKind::Search => model.reading.pane.search(prompt.input.value()),
        _ => complete(model, &mut prompt),
    }
    model.overlay = Overlay::Prompt(prompt);
}

/// Updates the candidates for the text.
fn complete(model: &mut Model, prompt: &mut Prompt) {
    let text = prompt.input.value();
    let namespaces: Vec<Namespace> = model.namespaces.names.iter().cloned().collect();
    prompt.candidates = match prompt.kind {
        PromptKind::GoTo if context::named(text).is_some() => context::candidates(model, text),
        PromptKind::GoTo if !text.is_empty() => {
            let names = names::of_line(model, text);
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
        prompt.candidates.truncate(MAX_CANDIDATES);
    }
}

/// Selects the next (1) or previous (−1) candidate, and puts it into the text.
fn select_candidate(model: &mut Model, mut prompt: Prompt, by: isize) {
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

/// Removes the filter or the search of a prompt that was closed without ⏎.
fn cancel(model: &mut Model, prompt: &Prompt) {
    match prompt.kind {
        PromptKind::Filter(id) => model.tree.set_filter(id, None),
        PromptKind::Search => model.reading.pane.search(""),
        _ => {}
    }
}

fn submit(model: &mut Model, prompt: &Prompt) {
    let text = prompt.input.value().trim().to_owned();
    if prompt.kind == PromptKind::GoTo && !text.is_empty() {
        model.remember_line(text.clone());
    }
    match prompt.kind {
        PromptKind::Filter(id) => match select::parse(&text) {
            Ok((selector, filter)) => {
                model.tree.set_filter(id, filter);
                select::choose(model, id, selector);
                select::search_rest(model, id);
            }
            Err(sentence) => model.warn(sentence),
        },
        // Another document may have been shown while the text was typed.
        PromptKind::Search if model.reading.pane.words() != prompt.input.value() => {
            model.reading.pane.search(prompt.input.value());
        }
        PromptKind::Search => {}
        PromptKind::Sort(id) => arrange::sort(model, id, &text),
        _ if text.is_empty() => {}
        PromptKind::GoTo if matches!(text.as_str(), "q" | "q!" | "quit") => {
            model.effects.push(Effect::Quit);
        }
        PromptKind::GoTo if text.starts_with("http://") || text.starts_with("https://") => {
            connect::connect(model, Choice::Url(text));
        }
        PromptKind::GoTo
            if problems::typed(model, &text)
                || find::typed(model, &text)
                || tour::typed(model, &text)
                || check::typed(model, &text)
                || identity::typed(model, &text) => {}
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
