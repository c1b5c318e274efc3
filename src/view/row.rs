//! The text of one row of the tree.

use std::collections::HashMap;

use ratatui::text::{Line, Span};

use crate::app::model::Model;
use crate::app::state::rights::{self, Mark};
use crate::k8s::age::human_duration;
use crate::k8s::discovery::Resource;
use crate::k8s::path::ApiPath;
use crate::keymap::{Action, Mode};
use crate::text::{columns, grouped, visible, visible_within};
use crate::theme::Role;
use crate::tree::collection::Collection;
use crate::tree::node::{Count, Load, Node, NodeKind};
use crate::tree::{NodeId, ROOT, RowRef};

use super::appearance::Appearance;
use super::cut::cut;
use super::grid::{FORBIDDEN, Grid, Heading, WIDEST_CELL, short};
use super::{level, problems, related, several, waiting};

/// True if the rows of a collection can be opened.
pub(super) fn can_open_rows(model: &Model, id: NodeId) -> bool {
    let resource = model.tree.get(id).and_then(|node| node.kind.resource());
    resource.is_some_and(|resource| resource.has_rows_below())
}

/// The columns of the collections in view.
pub(super) type Grids = HashMap<NodeId, Grid>;

/// Returns the text of a row, made visible and cut to `width` columns.
pub(super) fn line(
    model: &Model,
    appearance: Appearance,
    row: RowRef,
    grids: &Grids,
    width: usize,
) -> Line<'static> {
    let spans = match row {
        RowRef::Row(id, at) => object_row(model, appearance, id, at, grids),
        RowRef::More(id) => Some(more_row(model, appearance, id)),
        RowRef::Node(id) => {
            let spans = node_row(model, appearance, id, grids);
            spans.map(|spans| related::shortened(model, id, spans, width))
        }
    };
    cut(spans.unwrap_or_default(), width)
}

fn object_row(
    model: &Model,
    appearance: Appearance,
    id: NodeId,
    at: usize,
    grids: &Grids,
) -> Option<Vec<Span<'static>>> {
    grids.get(&id)?.line(model, appearance, id, at)
}

/// Returns the text of a node: an opened row of a collection keeps its cells.
fn node_row(
    model: &Model,
    appearance: Appearance,
    id: NodeId,
    grids: &Grids,
) -> Option<Vec<Span<'static>>> {
    let node = model.tree.get(id)?;
    let opened = node.parent.and_then(|parent| {
        let (at, _) = model.tree.get(parent)?.opened.iter().find(|(_, child)| *child == id)?;
        object_row(model, appearance, parent, *at, grids)
    });
    if let Some(mut spans) = opened {
        let warned = node.kind.path().and_then(|path| warned(model, &path));
        spans.extend(
            warned.map(|word| {
                Span::styled(format!("  {word}"), appearance.theme.style(Role::Warning))
            }),
        );
        return Some(spans);
    }
    let label = label(model, appearance, id, node);
    Some(match (grids.get(&id), &node.collection) {
        (Some(grid), Some(collection)) => with_headings(label, grid, collection, appearance),
        _ => label,
    })
}

/// Returns the width of the text of a row in a pane of `width` columns.
pub(super) fn room(model: &Model, row: RowRef, width: u16) -> usize {
    // The arrow takes two columns, and each level of indentation two more.
    usize::from(width).saturating_sub(2 * model.tree.depth(row) + 2)
}

/// Returns the columns that the text of a collection takes beside its headings, without the two by
/// which the rows below it are indented.
pub(super) fn label_width(model: &Model, appearance: Appearance, id: NodeId) -> usize {
    let Some(node) = model.tree.get(id) else { return 0 };
    let label = label(model, appearance, id, node);
    label.iter().map(Span::width).sum::<usize>().saturating_sub(2)
}

/// Returns the text of a node that is no row of a collection, without headings.
fn label(model: &Model, appearance: Appearance, id: NodeId, node: &Node) -> Vec<Span<'static>> {
    let theme = appearance.theme;
    let mark = expected(model, node);
    let is_closed = mark == Some(Mark::Forbidden) || is_unrecorded(model, node);
    let role = if is_closed { Role::Dim } else { label_role(node) };
    let mut spans = vec![Span::styled(node.kind.label(), theme.style(role))];
    let mut add = |text: String, role: Role| {
        spans.push(Span::raw(" "));
        spans.push(Span::styled(text, theme.style(role)));
    };
    match &node.kind {
        NodeKind::Version { preferred: true, .. } => {
            add(if appearance.ascii { "*" } else { "★" }.to_owned(), Role::Dim);
        }
        NodeKind::ContainerLog { .. } | NodeKind::Logs { .. } => add_log(node, &mut add),
        NodeKind::Object { .. } if node.parent == Some(ROOT) => {
            add("this pod".to_owned(), Role::Good);
        }
        NodeKind::Problems => problems::add_counts(model, &mut add),
        NodeKind::Contents(_) => add_contents(model, id, &mut add),
        NodeKind::Object { path, .. } if path.gvr.is_core("namespaces") => {
            add_contents(model, id, &mut add);
        }
        NodeKind::Related(list) => related::describe(model, node, list, &mut add),
        NodeKind::Several(of) => add(several::row(model, id, of), Role::Dim),
        NodeKind::ThisPod(_) => {
            add("this pod".to_owned(), Role::Good);
            add("in which namespace?".to_owned(), Role::Warning);
        }
        NodeKind::Resource { chosen: Some(namespace), .. } if node.collection.is_some() => {
            add(short(namespace.as_str()), Role::Dim);
        }
        _ => {}
    }
    let rights = mark.as_ref().map(word);
    if let Some(rights) = rights {
        add(rights, Role::Dim);
    }
    let is_stale = matches!(
        node.kind,
        NodeKind::Group { stale: true, .. } | NodeKind::Version { stale: true, .. }
    );
    match &node.load {
        Load::Failed(failure) => add(waiting::failed(model, failure, node.retry_at), Role::Error),
        Load::Loading(ticket) => add(waiting::loading(model, *ticket), Role::Warning),
        _ => match failed_version(model, node) {
            Some(failed) => add(format!("✗ {failed}"), Role::Error),
            None if is_stale => add("stale".to_owned(), Role::Warning),
            None => {}
        },
    }
    if let Some(word) = node.kind.path().and_then(|path| warned(model, &path)) {
        add(word.to_owned(), Role::Warning);
    }
    if let Some(collection) = &node.collection {
        add(count(collection), Role::Text);
        if node.mixed {
            add("may be inconsistent".to_owned(), Role::Warning);
        }
        // The header says that a recording is replayed.
        let live = waiting::live(model, appearance, model.live_rows(id), node.old);
        if let Some((text, role)) = live.filter(|(_, role)| *role != Role::Dim) {
            add(text, role);
        }
        add_selection(node, &mut add);
        if let Some(order) = order(collection) {
            add(order, Role::Key);
        }
        for (text, role) in level::counts(collection.needing()) {
            add(text, role);
        }
    } else {
        if let Count::Known(count) = node.count {
            add(grouped(count), Role::Dim);
        }
        if let NodeKind::Content { resource, .. } = &node.kind {
            add(resource.gvr.group_version.group.as_str().to_owned(), Role::Dim);
        }
        let below = level::counts(level::below(&model.tree, node));
        for (text, role) in below {
            add(text, role);
        }
        add_selection(node, &mut add);
        if let NodeKind::Resource { resource, .. } = &node.kind
            && model.tree.cursor() == RowRef::Node(id)
        {
            add(describe(model, node, resource), Role::Dim);
        }
    }
    spans
}

/// Returns the label of a collection and the headings of the cells below it, which are indented by two more
/// columns. A heading for which the label leaves no room is left out.
fn with_headings(
    label: Vec<Span<'static>>,
    grid: &Grid,
    collection: &Collection,
    appearance: Appearance,
) -> Vec<Span<'static>> {
    let mut spans = label;
    let mut end: usize = spans.iter().map(Span::width).sum();
    let style = appearance.theme.style(Role::Dim);
    for Heading { at, text } in grid.headings(collection) {
        let at = at + 2;
        if at > end {
            let heading = format!("{}{text}", " ".repeat(at - end));
            end = at + columns(&text);
            spans.push(Span::styled(heading, style));
        }
    }
    spans
}

/// Returns a word about the server's warnings for a path. The document has their text.
fn warned(model: &Model, path: &ApiPath) -> Option<&'static str> {
    let warnings = model.trace.warnings(path);
    let is_deprecated = warnings.iter().any(|warning| warning.contains("deprecated"));
    let word = if is_deprecated { "! deprecated" } else { "! warning" };
    (!warnings.is_empty()).then_some(word)
}

/// Returns what the user's rights say about a node that was not loaded yet.
fn expected(model: &Model, node: &Node) -> Option<Mark> {
    if is_loaded(node) { None } else { model.rights.mark(&node.kind) }
}

/// True if a recording has no answer for a node that was not loaded yet.
fn is_unrecorded(model: &Model, node: &Node) -> bool {
    !is_loaded(node) && model.connection().is_some_and(|connection| connection.lacks(&node.kind))
}

fn is_loaded(node: &Node) -> bool {
    node.collection.is_some() || matches!(node.load, Load::Failed(_))
}

fn word(mark: &Mark) -> String {
    match mark {
        Mark::Forbidden => FORBIDDEN.to_owned(),
        Mark::OnlyIn(of) => format!("only in {}", visible(&rights::names(of, "namespaces"))),
        Mark::Only(of) => format!("only {}", visible(&rights::names(of, "objects"))),
    }
}

/// Adds the options of a log and the state of its container, or for the merged log of several containers
/// which they are: `following its containers`.
fn add_log(node: &Node, add: &mut impl FnMut(String, Role)) {
    let NodeKind::Logs { with_init, .. } = &node.kind else {
        let options = [(node.log.previous, "previous"), (node.log.follow, "following")];
        for (_, word) in options.into_iter().filter(|(is_set, _)| *is_set) {
            add(word.to_owned(), Role::Key);
        }
        if let NodeKind::ContainerLog { state, .. } = &node.kind {
            add(short(state), Role::Dim);
        }
        return;
    };
    let (verb, role) = if node.log.follow { ("following", Role::Key) } else { ("of", Role::Dim) };
    add(verb.to_owned(), role);
    add(if *with_init { "all" } else { "its" }.to_owned(), Role::Dim);
    if node.log.previous {
        add("previous".to_owned(), Role::Key);
    }
    add("containers".to_owned(), Role::Dim);
}

/// Adds how far a namespace is counted, or when it was.
fn add_contents(model: &Model, id: NodeId, add: &mut impl FnMut(String, Role)) {
    let Some(contents) = model.contents.get(&id) else { return };
    match (contents.unanswered(), contents.at) {
        (0, Some(at)) => {
            let age = human_duration(model.now.duration_since(at).as_secs());
            add(format!("counted {age} ago"), Role::Dim);
        }
        (0, None) => {}
        (left, _) => {
            let all = contents.kinds.len();
            add(format!("counting {} of {all}", all - left), Role::Warning);
        }
    }
}

/// Returns the failure of a group's version, which its group shows too.
fn failed_version(model: &Model, node: &Node) -> Option<String> {
    let NodeKind::Group { .. } = node.kind else { return None };
    node.children.iter().find_map(|child| match &model.tree.get(*child)?.load {
        Load::Failed(failure) => Some(failure.kind.short()),
        _ => None,
    })
}

fn label_role(node: &Node) -> Role {
    match &node.kind {
        NodeKind::AllNamespaces(_)
        | NodeKind::OtherNamespaces(_)
        | NodeKind::TypeNamespace(_)
        | NodeKind::EmptyKinds { .. }
        | NodeKind::NonResource { listed: false, .. } => Role::Dim,
        NodeKind::Resource { resource, .. } if !resource.can("list") => Role::Dim,
        _ => Role::Text,
    }
}

/// Describes a resource: `Pod · namespaced · po · get list watch`, and which of these verbs the user may
/// use, unless it is all of them.
fn describe(model: &Model, node: &Node, resource: &Resource) -> String {
    let mut parts = vec![resource.kind.to_string(), resource.scope.to_string()];
    if !resource.short_names.is_empty() {
        parts.push(resource.short_names.join(","));
    }
    if !resource.can("list") {
        parts.push("cannot be listed".to_owned());
    }
    parts.push(resource.verbs.join(" "));
    let path = node.kind.path();
    let namespace = match &path {
        Some(ApiPath::Collection { namespace, .. }) => namespace.as_ref(),
        _ => None,
    };
    let may = model.rights.verbs(resource, namespace);
    if let Some(may) = may.filter(|may| may.len() < resource.verbs.len()) {
        let may = if may.is_empty() { "nothing".to_owned() } else { may.join(" ") };
        parts.insert(0, format!("you may {may}"));
    }
    visible_within(&parts.join(" · "), WIDEST_CELL).into_owned()
}

/// Counts the rows of a collection: `5`, `500 of 5,000`, `500 and more`, or with a filter
/// `3 shown, 500 of 5,000`.
pub(super) fn count(collection: &Collection) -> String {
    let loaded = collection.rows().len() as u64;
    if let Some(read) = collection.read {
        return format!("{} of {} read", grouped(loaded), grouped(read.max(loaded)));
    }
    let all = match collection.total() {
        Some(total) if total == loaded => grouped(loaded),
        Some(total) => format!("{} of {}", grouped(loaded), grouped(total)),
        None => format!("{} and more", grouped(loaded)),
    };
    if collection.is_reduced() {
        format!("{} shown, {all}", grouped(collection.shown() as u64))
    } else {
        all
    }
}

fn more_row(model: &Model, appearance: Appearance, id: NodeId) -> Vec<Span<'static>> {
    let Some(node) = model.tree.get(id) else { return Vec::new() };
    let Some(collection) = &node.collection else { return Vec::new() };
    let rest = collection.remaining.map(grouped);
    let open = model.keymap.key(Mode::Tree, Action::Open);
    let text = if let Load::Loading(ticket) = node.load {
        let waited = model.waited(ticket).map(|seconds| format!(", {}", waiting::time(seconds)));
        let loaded = grouped(collection.read.unwrap_or(collection.rows().len() as u64));
        let waited = waited.unwrap_or_default();
        if node.loads_all {
            let key = model.keymap.key(Mode::Anywhere, Action::Escape);
            format!("… {loaded} so far{waited} · {key} stops")
        } else {
            format!("… loading{waited}, {loaded} so far")
        }
    } else if let (Some(read), None) = (collection.read, collection.filter()) {
        let key = model.keymap.key(Mode::Tree, Action::LoadAll);
        format!("… {} read · {key} reads on", grouped(read))
    } else if collection.shows_needing() && collection.filter().is_none() {
        level::needing(collection, &model.keymap)
    } else if collection.filter().is_some() {
        format!("… {} more · {open} searches", rest.unwrap_or_default()).replace("  ", " ")
    } else {
        format!("… {} more · {open} loads", rest.unwrap_or_default()).replace("  ", " ")
    };
    let style = appearance.theme.style(Role::Warning);
    vec![Span::styled(appearance.words(&text).into_owned(), style)]
}

/// Appends the selector and the filter of a node.
pub(super) fn add_selection(node: &Node, add: &mut impl FnMut(String, Role)) {
    if !node.selector.is_everything() {
        add(short(&node.selector.to_string()), Role::Key);
    }
    if node.collection.as_ref().is_some_and(Collection::shows_needing) {
        add("!".to_owned(), Role::Key);
    }
    if let Some(filter) = &node.filter {
        add(format!("/{}", visible(filter.text())), Role::Key);
    }
}

/// Returns the column by which the rows are sorted, and the direction.
pub(super) fn order(collection: &Collection) -> Option<String> {
    let sort = collection.sort()?;
    let column = collection.columns.get(sort.column)?;
    Some(format!("{}{}", if sort.descending { '↓' } else { '↑' }, short(&column.name)))
}
