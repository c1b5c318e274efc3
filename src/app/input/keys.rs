//! Keys: which mode they are for, and what means the same in every pane.

use crossterm::event::KeyEvent;

use crate::app::effect::Effect;
use crate::app::flows::{
    arrange, compare, connect, containers as view, copy, discover, events, health, identity, jump,
    links, list, log, namespaces, open, owner, pod_log, problems, read, related, results, select,
    several, this_pod, timeline, tour,
};
use crate::app::flows::{explain, find, report as reports};
use crate::app::input::{
    comparison, containers, document, exec, explain as explanation, help, history, list as rows,
    prompt, report, start, table, trace, tree,
};
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::connection::Standing;
use crate::app::state::overlay::{Help, Overlay};
use crate::k8s::names::Scope;
use crate::k8s::selector::Selector;
use crate::keymap::{Action, Mode};
use crate::tree::Tree;
use crate::tree::collection::Collection;
use crate::tree::node::NodeKind;

/// How much a key widens the tree, in percent of the screen.
const STEP: i16 = 5;

/// Returns the mode that keys are for at the moment.
#[must_use]
pub fn mode(model: &Model) -> Mode {
    match (&model.overlay, &model.standing) {
        (Overlay::Help(_), _) => Mode::Help,
        (Overlay::Copy, _) => Mode::Copy,
        (Overlay::Exec(_), _) => Mode::Exec,
        (Overlay::Trace(_), _) => Mode::Trace,
        (Overlay::Report(_), _) => Mode::Report,
        (Overlay::Problems | Overlay::Events | Overlay::Find, _) => Mode::List,
        (Overlay::History(_), _) => Mode::History,
        (Overlay::Explain, _) => Mode::Explain,
        (Overlay::Comparison, _) => Mode::Comparison,
        _ if model.alone => Mode::Container,
        (_, Standing::Nowhere(_) | Standing::Connecting) => Mode::Start,
        _ if model.is_unusable() => Mode::Start,
        _ if health::has_focus(model) => Mode::Reasons,
        _ => match model.focus {
            Pane::Tree => Mode::Tree,
            // The rows of a table have the keys of the rows in the tree.
            Pane::Document if model.table().is_some() => Mode::Tree,
            Pane::Document => Mode::Document,
            Pane::Container => Mode::Container,
        },
    }
}

/// Handles the keys of the tour. Returns false for other keys.
fn tour(model: &mut Model, key: KeyEvent) -> bool {
    match model.keymap.action(Mode::Anywhere, key) {
        Some(Action::NextStep) => tour::next(model),
        Some(Action::LeaveTour) => tour::leave(model),
        _ => return false,
    }
    true
}

/// Handles a key.
pub(in crate::app) fn press(model: &mut Model, key: KeyEvent) {
    if model.keymap.action(Mode::Anywhere, key) == Some(Action::Suspend) {
        model.effects.push(Effect::Suspend);
    } else if model.tour.is_some() && tour(model, key) {
        // The tour covers nothing: its keys are for it wherever the focus is.
    } else if let Overlay::Prompt(_) = model.overlay {
        prompt::key(model, key);
    } else if is_typing(model) {
        typed(model, key);
    } else if let Overlay::Refused = model.overlay {
        prompt::ignore(model, key);
    } else if let Some(action) = model.keymap.action(mode(model), key) {
        match mode(model) {
            Mode::Start => start::act(model, action),
            _ if model.alone => containers::act_alone(model, action),
            Mode::Help => help::act(model, action),
            Mode::Copy => {
                model.overlay = Overlay::None;
                copy::copy(model, action);
            }
            Mode::History => history::act(model, action),
            Mode::Explain => explanation::act(model, action),
            Mode::Comparison => comparison::act(model, action),
            Mode::List => rows::act(model, action),
            Mode::Trace => trace::act(model, action),
            Mode::Exec => exec::act(model, action),
            Mode::Report => report::act(model, action),
            Mode::Reasons if reasons(model, action) => {}
            _ => anywhere(model, action),
        }
    } else if let Overlay::Exec(_) = model.overlay {
        exec::act(model, Action::Escape);
    } else if let Overlay::Copy = model.overlay {
        model.overlay = Overlay::None;
    }
}

/// True while a text is typed that restricts what covers the panes.
fn is_typing(model: &Model) -> bool {
    match &model.overlay {
        Overlay::Help(help) => help.words.is_typing,
        Overlay::History(timeline) => timeline.words.is_typing,
        Overlay::Explain => model.explain.as_ref().is_some_and(|it| it.words.is_typing),
        _ => false,
    }
}

/// Handles a key of that text.
fn typed(model: &mut Model, key: KeyEvent) {
    match &mut model.overlay {
        Overlay::History(timeline) => timeline.words.typed(key),
        Overlay::Explain => {
            if let Some(explain) = &mut model.explain {
                explain.words.typed(key);
            }
        }
        _ => help::typed(model, key),
    }
}

/// Handles a key while the strip has the focus. Returns false for those that mean the same in every
/// pane.
fn reasons(model: &mut Model, action: Action) -> bool {
    match action {
        Action::Down => health::move_by(model, 1),
        Action::Up => health::move_by(model, -1),
        Action::Top => health::move_by(model, isize::MIN),
        Action::Bottom => health::move_by(model, isize::MAX),
        Action::Open => health::follow(model),
        Action::Escape => health::leave(model),
        _ => return false,
    }
    true
}

/// Handles an action that means the same in every pane, or else hands it to the focused pane.
fn anywhere(model: &mut Model, action: Action) {
    match action {
        Action::Quit => model.effects.push(Effect::Quit),
        Action::Help => model.overlay = Overlay::Help(Help::of(mode(model))),
        Action::Copy if containers::copy_entry(model) => {}
        Action::Copy => model.overlay = Overlay::Copy,
        Action::GoTo => prompt::go_to(model),
        Action::Back if returns(model) => model.focus = Pane::Container,
        Action::Back if model.focus == Pane::Container && containers::close_file(model) => {}
        Action::Back if links::back(model) => {}
        Action::Back if results::back(model, problems::list, Overlay::Problems) => {}
        Action::Back if results::back(model, find::list, Overlay::Find) => {}
        Action::Back => jump::travel(model, -1),
        Action::Forward => jump::travel(model, 1),
        Action::Refresh => refresh(model),
        Action::NextStep => tour::next(model),
        Action::LeaveTour => tour::leave(model),
        Action::ThisPod => this_pod::open(model),
        Action::Trace => trace::open(model),
        Action::Report => reports::prepare(model),
        Action::FullScreen => model.full_screen = !model.full_screen,
        Action::NarrowTree => model.widen_tree(-STEP),
        Action::WidenTree => model.widen_tree(STEP),
        Action::NextPane if explain::focus(model) => {}
        Action::NextPane => turn(model, 1),
        Action::PreviousPane => turn(model, -1),
        Action::ContainerView => toggle_container_view(model),
        Action::Explain => explain::toggle(model),
        Action::History => timeline::open(model),
        Action::Mark => compare::mark(model),
        Action::Diff => compare::compare(model),
        Action::Events => events::open(model),
        Action::WalkAs => identity::of_cursor(model),
        Action::Attention => arrange::toggle_needing(model),
        Action::Reasons if log::toggle_init(model) => {}
        Action::Reasons => health::focus(model),
        Action::Owner => owner::go(model),
        Action::UsedBy => related::used_by(model),
        Action::Compare => view::exec::propose(model),
        Action::Previous | Action::Follow | Action::Timestamps => {
            pod_log::change(model, action);
        }
        Action::Pause => read::toggle_pause(model),
        Action::Format => read::next_format(model),
        Action::Unmask => {
            model.reading.pane.toggle_mask();
            view::toggle_secrets(model);
        }
        Action::Escape => escape(model),
        _ => match model.focus {
            Pane::Tree => tree::act(model, action),
            Pane::Document => match model.table() {
                Some(id) => table::act(model, id, action),
                None => document::act(model, action),
            },
            Pane::Container => containers::act(model, action),
        },
    }
}

/// True if `[` leads from the document back to the row of the container's view.
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
    view::toggled(model);
}

/// Cancels, closes or leaves the innermost activity.
fn escape(model: &mut Model) {
    if model.jump.take().is_some() {
        model.notify("Jump cancelled");
        return;
    }
    if links::cancel(model) || several::stop_at_cursor(model) {
        return;
    }
    if model.focus == Pane::Container && containers::close_file(model) {
        return;
    }
    if explain::close(model) {
        return;
    }
    if model.focus == Pane::Document && timeline::return_to_now(model) {
        return;
    }
    let searches = model.focus == Pane::Document && model.table().is_none();
    if searches && !model.reading.pane.words().is_empty() {
        model.reading.pane.search("");
        return;
    }
    if (model.focus == Pane::Tree || model.table().is_some()) && list::stop(model) {
        return;
    }
    let mut at = model.table().or_else(|| Some(Tree::node_of(model.tree.cursor())));
    while let Some(id) = at {
        let Some(node) = model.tree.get(id) else { break };
        if node.filter.is_some() {
            model.tree.set_filter(id, None);
            return;
        }
        if node.collection.as_ref().is_some_and(Collection::shows_needing) {
            model.tree.show_needing(id, false);
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

/// Fetches the row at the cursor and the document again.
fn refresh(model: &mut Model) {
    let cursor = model.tree.cursor();
    let id = Tree::node_of(cursor);
    let kind = model.tree.get(id).map(|node| node.kind.clone());
    match kind {
        Some(NodeKind::Root | NodeKind::Api | NodeKind::Apis) => connect::fetch_all(model),
        Some(NodeKind::Group { .. } | NodeKind::Version { .. }) => {
            discover::groups(model);
            open::load(model, id);
        }
        Some(NodeKind::Resource { chosen: None, resource })
            if resource.scope == Scope::Namespaced =>
        {
            namespaces::refresh(model, id);
        }
        Some(NodeKind::OtherNamespaces(_)) => namespaces::refresh(model, id),
        _ => match model.tree.collection_at(cursor) {
            Some(collection) => list::reload(model, collection),
            None => open::load(model, id),
        },
    }
    read::refresh(model);
    view::refresh(model);
    health::refresh(model);
    links::refresh(model);
    owner::refresh(model);
}
