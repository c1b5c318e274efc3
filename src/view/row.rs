//! The text of one row of the tree.

use ratatui::text::{Line, Span};

use crate::app::model::Model;
use crate::app::state::rights::{self, Mark};
use crate::k8s::discovery::Resource;
use crate::k8s::path::ApiPath;
use crate::k8s::rules::May;
use crate::k8s::table::{Column, Row};
use crate::keymap::{Action, Mode};
use crate::text::{columns, grouped, visible, visible_within};
use crate::theme::Role;
use crate::tree::collection::{Collection, WIDEST_CELL};
use crate::tree::node::{Count, Load, Node, NodeKind};
use crate::tree::{NodeId, ROOT, RowRef};

use super::appearance::Appearance;
use super::{level, problems, waiting};

/// The widest name, in columns. Longer ones are cut so that the cells stay in view.
const MAX_NAME: usize = 48;

/// The word on a row that the user may not read.
const FORBIDDEN: &str = "forbidden";

/// The most siblings whose descriptions are aligned with each other.
const MAX_ALIGNED: usize = 100;

/// True if the rows of a collection can be opened.
pub(super) fn can_open_rows(model: &Model, id: NodeId) -> bool {
    let resource = model.tree.get(id).and_then(|node| node.kind.resource());
    resource.is_some_and(|resource| resource.readable().next().is_some())
}

/// Returns the text of a row, made visible.
pub(super) fn line(model: &Model, appearance: Appearance, place: RowRef) -> Line<'static> {
    match place {
        RowRef::Row(id, at) => object_row(model, appearance, id, at).unwrap_or_default(),
        RowRef::More(id) => more_row(model, appearance, id),
        RowRef::Node(id) => {
            let Some(node) = model.tree.get(id) else { return Line::default() };
            let as_row = node.parent.and_then(|parent| {
                let of = model.tree.get(parent)?;
                let at = of.opened.iter().find(|(_, child)| *child == id)?.0;
                object_row(model, appearance, parent, at)
            });
            let warned = node.kind.path().and_then(|path| warned(model, &path));
            match (as_row, warned) {
                (Some(row), Some(word)) => {
                    row + Span::styled(format!("  {word}"), appearance.theme.style(Role::Warning))
                }
                (Some(row), None) => row,
                (None, warned) => node_row(model, appearance, id, node, warned),
            }
        }
    }
}

fn node_row(
    model: &Model,
    appearance: Appearance,
    id: NodeId,
    node: &Node,
    warned: Option<&'static str>,
) -> Line<'static> {
    let theme = appearance.theme;
    let mark = expected(model, node);
    let role = if mark == Some(Mark::Forbidden) { Role::Dim } else { label_role(node) };
    let mut spans = vec![Span::styled(node.kind.label(), theme.style(role))];
    let mut add = |text: String, role: Role| {
        spans.push(Span::raw(" "));
        spans.push(Span::styled(text, theme.style(role)));
    };
    match &node.kind {
        NodeKind::Version { preferred: true, .. } => {
            add(if appearance.ascii { "*" } else { "★" }.to_owned(), Role::Dim);
        }
        NodeKind::ContainerLog { state, .. } => {
            let options = [(node.log.previous, "previous"), (node.log.follow, "following")];
            options
                .into_iter()
                .filter(|(is_set, _)| *is_set)
                .for_each(|(_, word)| add(word.into(), Role::Key));
            add(short(state), Role::Dim);
        }
        NodeKind::Object { .. } if node.parent == Some(ROOT) => {
            add("this pod".to_owned(), Role::Good);
        }
        NodeKind::Problems => problems::add_counts(model, &mut add),
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
    if let Some(rights) = &rights {
        add(rights.clone(), Role::Dim);
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
    if let Some(word) = warned {
        add(word.to_owned(), Role::Warning);
    }
    if let Some(collection) = &node.collection {
        add(count(collection), Role::Text);
        if node.mixed {
            add("may be inconsistent".to_owned(), Role::Warning);
        }
        if let Some((text, role)) = waiting::live(model, appearance, model.live_rows(id), node.old)
        {
            add(text, role);
        }
        add_selection(node, &mut add);
        if let Some(order) = order(collection) {
            add(order, Role::Key);
        }
        for (text, role) in level::counts(collection.needing()) {
            add(text, role);
        }
        headings(&mut spans, collection, appearance);
    } else {
        if let Count::Known(count) = node.count {
            add(grouped(count), Role::Dim);
        }
        let below = level::counts(level::below(&model.tree, node));
        let counted: usize = below.iter().map(|(text, _)| columns(text) + 1).sum();
        for (text, role) in below {
            add(text, role);
        }
        add_selection(node, &mut add);
        if let NodeKind::Resource { resource, .. } = &node.kind {
            let rights = rights.map_or(0, |rights| columns(&rights) + 1);
            let used = columns(&node.kind.label()) + rights + counted;
            let fill = label_width(model, node).saturating_sub(used);
            add(format!("{}{}", " ".repeat(fill), describe(resource)), Role::Dim);
        }
    }
    Line::from(spans)
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
    let is_loaded = node.collection.is_some() || matches!(node.load, Load::Failed(_));
    if is_loaded { None } else { model.rights.mark(&node.kind) }
}

fn word(mark: &Mark) -> String {
    match mark {
        Mark::Forbidden => FORBIDDEN.to_owned(),
        Mark::OnlyIn(of) => format!("only in {}", visible(&rights::names(of, "namespaces"))),
        Mark::Only(of) => format!("only {}", visible(&rights::names(of, "objects"))),
    }
}

/// Returns the width of the widest label among a node and its siblings, to align what follows.
fn label_width(model: &Model, node: &Node) -> usize {
    let siblings = node.parent.and_then(|parent| model.tree.get(parent)).map(|p| &p.children);
    let Some(siblings) = siblings.filter(|siblings| siblings.len() <= MAX_ALIGNED) else {
        return 0;
    };
    let labels = siblings.iter().filter_map(|id| Some(columns(&model.tree.get(*id)?.kind.label())));
    labels.max().unwrap_or(0)
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
        | NodeKind::NonResource { listed: false, .. } => Role::Dim,
        NodeKind::Resource { resource, .. } if !resource.can("list") => Role::Dim,
        _ => Role::Text,
    }
}

/// Describes a resource: `Pod · namespaced · po · get list watch`.
fn describe(resource: &Resource) -> String {
    let mut parts = vec![resource.kind.to_string(), resource.scope.to_string()];
    if !resource.short_names.is_empty() {
        parts.push(resource.short_names.join(","));
    }
    if !resource.can("list") {
        parts.push("cannot be listed".to_owned());
    }
    parts.push(resource.verbs.join(" "));
    visible_within(&parts.join(" · "), WIDEST_CELL).into_owned()
}

/// Counts the rows of a collection: `5`, `500 of 5,000`, `500 and more`, or with a filter
/// `3 shown, 500 of 5,000`.
fn count(collection: &Collection) -> String {
    let loaded = collection.rows().len() as u64;
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

fn more_row(model: &Model, appearance: Appearance, id: NodeId) -> Line<'static> {
    let Some(node) = model.tree.get(id) else { return Line::default() };
    let Some(collection) = &node.collection else { return Line::default() };
    let rest = collection.remaining.map(grouped);
    let open = model.keymap.key(Mode::Tree, Action::Open);
    let text = if let Load::Loading(ticket) = node.load {
        let waited = model.waited(ticket).map(|seconds| format!(", {}", waiting::time(seconds)));
        let loaded = grouped(collection.rows().len() as u64);
        let waited = waited.unwrap_or_default();
        if node.loads_all {
            let key = model.keymap.key(Mode::Anywhere, Action::Escape);
            format!("… {loaded} so far{waited} · {key} stops")
        } else {
            format!("… loading{waited}, {loaded} so far")
        }
    } else if collection.shows_needing() && collection.filter().is_none() {
        level::needing(collection, &model.keymap)
    } else if collection.filter().is_some() {
        let searched = grouped(collection.rows().len() as u64);
        let rest = rest.unwrap_or_else(|| "more".to_owned());
        let shown = grouped(collection.shown() as u64);
        format!("{shown} of {searched} loaded, {rest} not searched · {open} searches all")
    } else {
        format!("… {} more · {open} loads", rest.unwrap_or_default()).replace("  ", " ")
    };
    Line::from(Span::styled(
        appearance.words(&text).into_owned(),
        appearance.theme.style(Role::Warning),
    ))
}

/// Appends the selector and the filter of a node.
fn add_selection(node: &Node, add: &mut impl FnMut(String, Role)) {
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
fn order(collection: &Collection) -> Option<String> {
    let sort = collection.sort()?;
    let column = collection.columns.get(sort.column)?;
    Some(format!("{}{}", if sort.descending { '↓' } else { '↑' }, short(&column.name)))
}

/// Returns the columns shown after the name, with their indices.
fn shown_columns(collection: &Collection) -> impl Iterator<Item = (usize, &Column)> {
    let is_shown = |column: &Column| column.priority == 0 || collection.wide;
    let columns = collection.columns.iter().enumerate();
    columns.filter(move |(_, column)| !column.is_name && is_shown(column))
}

fn name_width(collection: &Collection) -> usize {
    let namespace = match collection.namespace_width().min(MAX_NAME) {
        0 => 0,
        width => width + 2,
    };
    namespace + collection.name_width().min(MAX_NAME)
}

fn column_width(collection: &Collection, index: usize, column: &Column) -> usize {
    collection.cell_width(index).max(columns(&short(&column.name)))
}

/// Appends headings above the cells of the rows below, if the row's own text leaves room.
fn headings(spans: &mut Vec<Span<'static>>, collection: &Collection, appearance: Appearance) {
    if collection.shown() == 0 {
        return;
    }
    let used: usize = spans.iter().map(Span::width).sum();
    let mut text = String::new();
    // The rows below are indented by two more columns.
    let mut at = 2 + name_width(collection) + 3;
    for (index, column) in shown_columns(collection) {
        let end = used + columns(&text);
        if at > end {
            text.push_str(&" ".repeat(at - end));
            text.push_str(&short(&column.name.to_uppercase()));
        }
        at += column_width(collection, index, column) + 2;
    }
    spans.push(Span::styled(text, appearance.theme.style(Role::Dim)));
}

/// Makes a text visible and cuts it to the width of a cell.
fn short(text: &str) -> String {
    visible_within(text, WIDEST_CELL).into_owned()
}

fn padded(text: &str, width: usize) -> String {
    let fill = width.saturating_sub(columns(text));
    format!("{text}{}", " ".repeat(fill))
}

fn object_row(
    model: &Model,
    appearance: Appearance,
    id: NodeId,
    at: usize,
) -> Option<Line<'static>> {
    let node = model.tree.get(id)?;
    let collection = node.collection.as_ref()?;
    let row = collection.rows().get(at)?;
    let theme = appearance.theme;
    let mut spans = Vec::new();
    if let (Some(namespace), width @ 1..) = (&row.namespace, collection.namespace_width()) {
        let width = width.min(MAX_NAME);
        let text = padded(&visible_within(namespace.as_str(), width), width + 2);
        spans.push(Span::styled(text, theme.style(Role::Dim)));
    }
    let width = collection.name_width().min(MAX_NAME);
    let name = padded(&visible_within(row.name(), width), width);
    let path = model.tree.path(RowRef::Row(id, at));
    let is_forbidden = path.is_some_and(|path| model.rights.may_read(&path) == May::No);
    let otherwise = if is_forbidden { Role::Dim } else { Role::Text };
    spans.extend(level::name(name, collection.level(at), node.marks.of(row), otherwise, theme));
    for (text, role) in cells(model, collection, row) {
        spans.push(Span::styled(text, theme.style(role)));
    }
    if is_forbidden {
        spans.push(Span::styled(FORBIDDEN, theme.style(Role::Dim)));
    }
    Some(Line::from(spans))
}

fn cells(model: &Model, collection: &Collection, row: &Row) -> Vec<(String, Role)> {
    shown_columns(collection)
        .filter_map(|(index, column)| {
            let text = short(&collection.cell_text(row, index, model.now)?);
            let role = cell_role(&column.name, &text);
            Some((padded(&text, column_width(collection, index, column) + 2), role))
        })
        .collect()
}

/// Returns the role of a cell: states have one of their own.
fn cell_role(column: &str, text: &str) -> Role {
    if !matches!(column, "Status" | "Phase") {
        return Role::Dim;
    }
    match text {
        "Running" | "Active" | "Ready" | "Bound" | "Completed" | "Succeeded" | "Complete" => {
            Role::Good
        }
        "Pending" | "Terminating" | "ContainerCreating" | "PodInitializing" => Role::Warning,
        _ if ["Err", "BackOff", "Fail", "Unknown", "NotReady", "Evicted", "Lost"]
            .iter()
            .any(|bad| text.contains(bad)) =>
        {
            Role::Error
        }
        _ => Role::Dim,
    }
}
