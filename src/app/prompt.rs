//! A line to type: a place to go to, a filter, a column, a search, a namespace, an address.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use tui_input::Input;
use tui_input::backend::crossterm::EventHandler;

use crate::app::effect::Choice;
use crate::app::model::{Model, Overlay};
use crate::app::{arrange, connect, context, goto, load, reading, select, this_pod};
use crate::k8s::location;
use crate::k8s::names::Namespace;
use crate::k8s::selector::Selector;
use crate::tree::NodeId;

/// How many candidates are shown, but of columns.
const CANDIDATES: usize = 8;

/// A line that is being typed.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What it is for.
    pub kind: PromptKind,
    /// The text and the cursor in it.
    pub input: Input,
    /// What the text can become.
    pub candidates: Vec<String>,
    /// The candidate that was taken last.
    pub chosen: Option<usize>,
}

/// What a line is typed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptKind {
    /// To go somewhere.
    GoTo,
    /// To filter what is below a node.
    Filter(NodeId),
    /// To sort the collection of a node.
    Sort(NodeId),
    /// To search in the document.
    Search,
    /// To name a namespace of the resource of a node.
    Namespace(NodeId),
    /// To name the namespace of the pod that we run in.
    ThisPod,
    /// To connect to a server.
    Url,
}

impl Prompt {
    fn new(kind: PromptKind, text: &str) -> Self {
        Self { kind, input: Input::new(text.to_owned()), candidates: Vec::new(), chosen: None }
    }

    /// To name a namespace.
    #[must_use]
    pub fn namespace(id: NodeId) -> Self {
        Self::new(PromptKind::Namespace(id), "")
    }

    /// To name the namespace of the pod that we run in.
    #[must_use]
    pub fn this_pod() -> Self {
        Self::new(PromptKind::ThisPod, "")
    }

    /// To choose a context.
    pub(super) fn context(model: &Model) -> Self {
        let mut prompt = Self::new(PromptKind::GoTo, "ctx ");
        complete(model, &mut prompt);
        prompt
    }

    /// To sort a collection.
    pub(super) fn sort(model: &Model, id: NodeId) -> Self {
        let mut prompt = Self::new(PromptKind::Sort(id), "");
        complete(model, &mut prompt);
        prompt
    }

    /// To connect to a server.
    #[must_use]
    pub fn url() -> Self {
        Self::new(PromptKind::Url, "http://127.0.0.1:8001")
    }

    /// To search.
    #[must_use]
    pub fn search() -> Self {
        Self::new(PromptKind::Search, "")
    }

    /// What stands before the text.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self.kind {
            PromptKind::GoTo => ":",
            PromptKind::Filter(_) | PromptKind::Search => "/",
            PromptKind::Sort(_) => "sort by: ",
            PromptKind::Namespace(_) => "namespace: ",
            PromptKind::ThisPod => "namespace of this pod: ",
            PromptKind::Url => "server: ",
        }
    }
}

/// Opens the line to go somewhere.
pub(super) fn go_to(model: &mut Model) {
    let mut prompt = Prompt::new(PromptKind::GoTo, "");
    complete(model, &mut prompt);
    model.overlay = Overlay::Prompt(prompt);
}

/// Opens the line to filter the node that the cursor is on or in.
pub(super) fn filter(model: &mut Model) {
    let cursor = model.tree.cursor();
    let on = crate::tree::Tree::node_of(cursor);
    let is_open = model.tree.get(on).is_some_and(|node| node.open && node.can_open());
    let id = if is_open { Some(on) } else { model.tree.parent(cursor) };
    let Some(id) = id else {
        model.notify("There is nothing to filter around the root; go into what is below it");
        return;
    };
    let line = select::line(model, id);
    model.overlay = Overlay::Prompt(Prompt::new(PromptKind::Filter(id), &line));
}

/// A key while a line is typed.
pub(super) fn key(model: &mut Model, key: KeyEvent) {
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
pub(super) fn paste(model: &mut Model, text: &str) {
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
    prompt.chosen = None;
    match prompt.kind {
        // What is no filter leaves the rows as they are, and says why.
        PromptKind::Filter(id) => match select::read(prompt.input.value()) {
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
        let next = match prompt.chosen {
            None if by > 0 => 0,
            None => count - 1,
            Some(at) => (at + count).saturating_add_signed(by) % count,
        };
        prompt.chosen = Some(next);
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
        PromptKind::Filter(id) => match select::read(&text) {
            Ok((selector, filter)) => {
                model.tree.set_filter(id, filter);
                select::choose(model, id, selector);
                load::search_rest(model, id);
            }
            Err(sentence) => model.notify_trouble(sentence),
        },
        PromptKind::Search => {}
        PromptKind::Sort(id) => arrange::sort(model, id, &text),
        _ if text.is_empty() => {}
        PromptKind::GoTo => match context::named(&text) {
            Some(name) => context::choose(model, name),
            None => connect::go_to_words(model, &text),
        },
        PromptKind::Namespace(id) => named_namespace(model, id, &text),
        PromptKind::ThisPod => this_pod::is_in(model, &text),
        PromptKind::Url => connect::connect(model, Choice::Url(text)),
    }
}

/// The namespace typed for a resource is added beside the row that asked, and opened.
fn named_namespace(model: &mut Model, id: NodeId, text: &str) {
    let Some(parent) = model.tree.get(id).and_then(|node| node.parent) else { return };
    let namespace = Namespace::new(text);
    goto::add_namespace(model, parent, namespace.clone());
    if let Some(child) = model.tree.namespace_child(parent, &namespace) {
        let place = crate::tree::RowRef::Node(child);
        model.tree.select(place);
        load::open(model, child);
        reading::enter(model, place);
    }
}
