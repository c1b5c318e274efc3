//! Decides what a message changes, and what is to be done about it.

use crossterm::event::KeyEvent;

use crate::app::effect::Effect;
use crate::app::layout::Pane;
use crate::app::message::{Answer, Message, Timer};
use crate::app::model::{Model, Overlay, Pending, Purpose, Standing};
use crate::app::prompt::Prompt;
use crate::app::{
    ages, api_service, arrange, connect, container_view, copy, goto, load, logs, marks, mouse,
    prompt, reading, retry, rights, select, start, this_pod, trace, waiting, watches,
};
use crate::k8s::failure::Failure;
use crate::k8s::names::Scope;
use crate::k8s::request::Ticket;
use crate::k8s::selector::Selector;
use crate::keymap::{self, Action, Mode};
use crate::tree::node::NodeKind;
use crate::tree::{ROOT, RowRef};

/// Takes in what happened. Returns what is to be done, in order.
#[must_use]
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    let is_key = matches!(message, Message::Key(_) | Message::Mouse(_));
    match message {
        Message::Key(key) => on_key(model, key),
        Message::Paste(text) => prompt::paste(model, &text),
        Message::Mouse(event) => mouse::act(model, event),
        Message::Resize { width, height } => model.size = (width, height),
        Message::Connected(endpoint, tried) => connect::connected(model, *endpoint, tried),
        Message::NotConnected(tried) => connect::not_connected(model, *tried),
        Message::Answered { ticket, result } => answered(model, ticket, result),
        Message::Deltas { ticket, deltas, version } => {
            watches::deltas(model, ticket, deltas, version);
        }
        Message::Object { ticket, change } => watches::object(model, ticket, change),
        Message::WatchOpened { ticket } => watches::opened(model, ticket),
        Message::Log { ticket, text } => logs::lines(model, ticket, &text),
        Message::WatchEnded { ticket, failure } => watches::ended(model, ticket, failure),
        Message::Here(here) => this_pod::found(model, *here),
        Message::Observed(observed, strangers) => {
            container_view::observed(model, observed, strangers);
        }
        Message::OnWire(told) => trace::heard(model, told),
        Message::Timer(Timer::Rest) => reading::rested(model),
        Message::Timer(Timer::Notice) => model.notice = None,
        Message::Timer(Timer::Age) => model.counts_ages = false,
        Message::Timer(Timer::Server) => retry::again(model),
        Message::Timer(Timer::Node(id)) => load::again(model, id),
        Message::Timer(Timer::Marks(id)) => marks::turn(model, id),
        Message::Timer(Timer::Second) => model.counts_seconds = false,
        Message::Timer(Timer::Watch(of)) => watches::again(model, of),
    }
    connect::resolve_words(model);
    goto::advance(model);
    this_pod::check(model);
    container_view::follow(model);
    model.fit();
    let attended = reading::attention(model);
    if model.attended.as_ref() != Some(&attended) && model.connection().is_some() {
        model.attended = Some(attended);
        if is_key || !reading::stays(model) {
            reading::moved(model);
        }
    }
    ages::count(model);
    waiting::count(model);
    std::mem::take(&mut model.effects)
}

/// The mode whose keys count at the moment.
#[must_use]
pub fn mode(model: &Model) -> Mode {
    match (&model.overlay, &model.standing) {
        (Overlay::Help(_), _) => Mode::Help,
        (Overlay::Copy, _) => Mode::Copy,
        (Overlay::Exec(_), _) => Mode::Exec,
        (Overlay::Trace(_), _) => Mode::Trace,
        _ if model.alone => Mode::Container,
        (_, Standing::Nowhere(_) | Standing::Connecting) => Mode::Start,
        _ if model.silence.is_some() => Mode::Start,
        _ => match model.focus {
            Pane::Tree => Mode::Tree,
            Pane::Document => Mode::Document,
            Pane::Container => Mode::Container,
        },
    }
}

fn on_key(model: &mut Model, key: KeyEvent) {
    if model.keymap.action(Mode::Anywhere, key) == Some(Action::Suspend) {
        model.effects.push(Effect::Suspend);
    } else if let Overlay::Prompt(_) = model.overlay {
        prompt::key(model, key);
    } else if let Some(action) = model.keymap.action(mode(model), key) {
        match mode(model) {
            Mode::Start => start::act(model, action),
            _ if model.alone => container_view::alone::act(model, action),
            Mode::Help => help_action(model, action),
            Mode::Copy => {
                model.overlay = Overlay::None;
                copy::copy(model, action);
            }
            Mode::Trace => trace::act(model, action),
            Mode::Exec => container_view::exec_answered(model, action),
            _ => anywhere(model, action),
        }
    } else if let Overlay::Exec(_) = model.overlay {
        container_view::exec_answered(model, Action::Escape);
    } else if let Overlay::Copy = model.overlay {
        model.overlay = Overlay::None;
    }
}

fn help_action(model: &mut Model, action: Action) {
    let Overlay::Help(at) = model.overlay else { return };
    let page = model.size.1.saturating_sub(2);
    let last = keymap::help_lines().saturating_sub(page);
    let to = |by: i32| {
        let line = (i32::from(at) + by).clamp(0, i32::from(last));
        Overlay::Help(u16::try_from(line).unwrap_or(last))
    };
    model.overlay = match action {
        Action::Down => to(1),
        Action::Up => to(-1),
        Action::PageDown => to(i32::from(page)),
        Action::PageUp => to(-i32::from(page)),
        _ => Overlay::None,
    };
}

/// What means the same in every pane, and else what the pane makes of it.
fn anywhere(model: &mut Model, action: Action) {
    match action {
        Action::Quit => model.effects.push(Effect::Quit),
        Action::Help => model.overlay = Overlay::Help(0),
        Action::Copy if container_view::copy_entry(model) => {}
        Action::Copy => model.overlay = Overlay::Copy,
        Action::GoTo => prompt::go_to(model),
        Action::Back if returns(model) => model.focus = Pane::Container,
        Action::Back if model.focus == Pane::Container && container_view::close_file(model) => {}
        Action::Back => goto::travel(model, -1),
        Action::Forward => goto::travel(model, 1),
        Action::Refresh => refresh(model),
        Action::ThisPod => this_pod::open(model),
        Action::Trace => trace::open(model),
        Action::FullScreen => model.full_screen = !model.full_screen,
        Action::NextPane => turn(model, 1),
        Action::PreviousPane => turn(model, -1),
        Action::ContainerView => toggle_container_view(model),
        Action::Compare => container_view::propose_exec(model),
        Action::Previous | Action::Follow | Action::Timestamps => logs::look(model, action),
        Action::Pause => reading::toggle_pause(model),
        Action::Format => model.reading.pane.next_format(),
        Action::Unmask => unmask(model),
        Action::Escape => escape(model),
        _ => match model.focus {
            Pane::Tree => in_tree(model, action),
            Pane::Document => in_document(model, action),
            Pane::Container => container_view::act(model, action),
        },
    }
}

/// Whether `[` leads from the document back to the row of the container's view.
fn returns(model: &mut Model) -> bool {
    let was_sent = std::mem::take(&mut model.returns_to_containers);
    was_sent && model.focus == Pane::Document && model.container_view
}

fn turn(model: &mut Model, by: isize) {
    let panes = model.focusable();
    let at = panes.iter().position(|pane| *pane == model.focus).unwrap_or(0);
    model.focus = panes[(at + panes.len()).saturating_add_signed(by) % panes.len()];
}

fn toggle_container_view(model: &mut Model) {
    model.container_view = !model.container_view;
    if !model.container_view && model.focus == Pane::Container {
        model.focus = Pane::Tree;
    }
    container_view::ask(model);
}

fn unmask(model: &mut Model) {
    model.reading.pane.toggle_mask();
    container_view::toggle_secrets(model);
}

fn escape(model: &mut Model) {
    if model.going.take().is_some() {
        model.notify("Not going there any more");
        return;
    }
    if model.focus == Pane::Container && container_view::close_file(model) {
        return;
    }
    if model.focus == Pane::Document && !model.reading.pane.words().is_empty() {
        model.reading.pane.search("");
        return;
    }
    if model.focus == Pane::Tree && load::stop(model) {
        return;
    }
    let mut at = Some(crate::tree::Tree::node_of(model.tree.cursor()));
    while let Some(id) = at {
        let Some(node) = model.tree.get(id) else { break };
        if node.filter.is_some() {
            model.tree.set_filter(id, None);
            return;
        }
        if !node.selector.is_everything() {
            select::choose(model, id, Selector::default());
            return;
        }
        at = node.parent;
    }
    if model.full_screen {
        model.full_screen = false;
    } else {
        model.focus = Pane::Tree;
    }
}

/// Asks again for what the cursor is on, and for the document.
fn refresh(model: &mut Model) {
    let cursor = model.tree.cursor();
    let id = crate::tree::Tree::node_of(cursor);
    let kind = model.tree.get(id).map(|node| node.kind.clone());
    match kind {
        Some(NodeKind::Root | NodeKind::Api | NodeKind::Apis) => connect::ask_all(model),
        Some(NodeKind::Group { .. } | NodeKind::Version { .. }) => {
            connect::discover(model);
            load::load(model, id);
        }
        Some(NodeKind::Resource { chosen: None, resource })
            if resource.scope == Scope::Namespaced =>
        {
            load::refresh_namespaces(model, id);
        }
        Some(NodeKind::OtherNamespaces(_)) => load::refresh_namespaces(model, id),
        _ => match model.tree.collection_at(cursor) {
            Some(collection) => load::reload(model, collection),
            None => load::load(model, id),
        },
    }
    reading::refresh(model);
    container_view::ask_again(model);
}

fn in_tree(model: &mut Model, action: Action) {
    // Who moves the cursor does not want to be carried off any more.
    model.going = None;
    let page = isize::try_from(model.tree.height()).unwrap_or(isize::MAX);
    let cursor = model.tree.cursor();
    match action {
        Action::Down => model.tree.move_by(1),
        Action::Up => model.tree.move_by(-1),
        Action::HalfDown => model.tree.move_by(page / 2),
        Action::HalfUp => model.tree.move_by(-page / 2),
        Action::PageDown => model.tree.move_by(page),
        Action::PageUp => model.tree.move_by(-page),
        Action::Top => model.tree.select(RowRef::Node(ROOT)),
        Action::Bottom => model.tree.move_by(isize::MAX),
        Action::Open => open(model, cursor),
        Action::Toggle | Action::Collapse if is_open(model, cursor) => close(model, cursor),
        Action::Expand if is_open(model, cursor) => model.tree.move_by(1),
        Action::Toggle | Action::Expand => unfold(model, cursor),
        Action::Collapse => model.tree.go_up(),
        Action::Filter => prompt::filter(model),
        Action::Sort => arrange::ask(model),
        Action::Reverse => arrange::reverse(model),
        Action::Wide => arrange::toggle_wide(model),
        Action::LoadAll => load::load_all(model),
        _ => {}
    }
}

fn is_open(model: &Model, place: RowRef) -> bool {
    match place {
        RowRef::Node(id) => model.tree.get(id).is_some_and(|node| node.open && node.can_open()),
        _ => false,
    }
}

fn close(model: &mut Model, place: RowRef) {
    if let RowRef::Node(id) = place {
        load::close(model, id);
    }
}

/// Shows what is below a row.
fn unfold(model: &mut Model, place: RowRef) {
    if let RowRef::More(id) = place {
        load::more(model, id);
    } else if let Some(id) = load::node_at(model, place) {
        load::open(model, id);
    }
}

/// ⏎: what is below, the answer, and for an object its changes. On what is open and shown already
/// it closes.
fn open(model: &mut Model, place: RowRef) {
    if let Some(path) = model.tree.path(place) {
        goto::remember(model, &path);
    }
    if is_open(model, place) && !reading::awaits_enter(model, place) {
        close(model, place);
        return;
    }
    unfold(model, place);
    reading::enter(model, model.tree.cursor());
}

fn in_document(model: &mut Model, action: Action) {
    let pane = &mut model.reading.pane;
    match action {
        Action::Down => pane.move_by(1),
        Action::Up => pane.move_by(-1),
        Action::HalfDown => pane.move_half_pages(1),
        Action::HalfUp => pane.move_half_pages(-1),
        Action::PageDown => pane.move_pages(1),
        Action::PageUp => pane.move_pages(-1),
        Action::Top => pane.move_to_top(),
        Action::Bottom => pane.move_to_bottom(),
        Action::Toggle => pane.toggle_fold(),
        Action::Expand => pane.unfold(),
        Action::Collapse => pane.fold(),
        Action::ExpandAll => pane.unfold_all(),
        Action::CollapseAll => pane.fold_all(),
        Action::Wrap => pane.toggle_wrap(),
        Action::ScrollLeft => pane.scroll_columns(-8),
        Action::ScrollRight => pane.scroll_columns(8),
        Action::NextMatch => pane.next_match(),
        Action::PreviousMatch => pane.previous_match(),
        Action::Search => model.overlay = Overlay::Prompt(Prompt::search()),
        _ => {}
    }
}

fn answered(model: &mut Model, ticket: Ticket, result: Result<Answer, Failure>) {
    let Some(Pending { purpose, .. }) = model.pending.remove(&ticket) else { return };
    let failure = match &result {
        Ok(Answer::Document(reply)) => reply.failure.clone(),
        result => result.as_ref().err().cloned(),
    };
    retry::note(model, &purpose, failure.as_ref());
    match purpose {
        Purpose::CoreGroup => connect::groups(model, true, result.and_then(Answer::groups)),
        Purpose::Groups => connect::groups(model, false, result.and_then(Answer::groups)),
        Purpose::Paths => connect::paths(model, result.and_then(Answer::paths)),
        Purpose::Version | Purpose::User => {
            connect::told(model, &purpose, result.and_then(Answer::text));
        }
        Purpose::Resources(id) => load::resources(model, id, result.and_then(Answer::resources)),
        Purpose::ReadVersion(version) => {
            connect::version_read(model, &version, result.and_then(Answer::resources));
        }
        Purpose::Namespaces => load::namespaces(model, result.and_then(Answer::page)),
        Purpose::Page(id) => load::page(model, id, result.and_then(Answer::page)),
        Purpose::Reload(id, gathered, wanted) => {
            load::reloaded(model, (id, gathered, wanted), result.and_then(Answer::page));
        }
        Purpose::ThisPod(namespace) => {
            this_pod::listed(model, &namespace, result.and_then(Answer::value));
        }
        Purpose::Count(id, asked) => {
            load::counted(model, (id, asked), result.and_then(Answer::page));
        }
        Purpose::Row(id) => load::row(model, id, result.and_then(Answer::page)),
        Purpose::Containers(id) => load::containers(model, id, result.and_then(Answer::value)),
        Purpose::Rights(namespace) => {
            rights::told(model, namespace, result.and_then(Answer::rules));
        }
        Purpose::Surrounding(key) => {
            container_view::answered(model, &key, result.and_then(Answer::value));
        }
        Purpose::Inside => container_view::exec_found(model, result.and_then(Answer::inside)),
        Purpose::ApiService(path) => {
            api_service::told(model, &path, result.and_then(Answer::value));
        }
        Purpose::Document => reading::answered(model, result.and_then(Answer::document)),
    }
}
