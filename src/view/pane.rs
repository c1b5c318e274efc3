//! The frames and titles of the panes, and the document pane with its notices.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, BorderType, Borders, Paragraph, Widget, Wrap};

use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::log::Containers;
use crate::app::state::reading::{Paused, ReadState, Shown};
use crate::app::state::watch::Live;
use crate::k8s::failure::Failure;
use crate::keymap::{Action, Mode};
use crate::text::{clusters, columns, format_bytes, visible, visible_within, wrapped};
use crate::theme::Role;
use crate::tree::Tree;
use crate::tree::node::NodeKind;

use super::appearance::Appearance;
use super::cut::cut;
use super::{ViewCache, allocation, bottom, managers, several, strip, table, waiting};

/// The columns of a path that are kept rather than the size and the time of its answer.
const MIN_PATH: usize = 12;
/// The most warnings of a server that are shown.
const MAX_WARNINGS: usize = 3;
/// The most lines of a notice above a document.
const MAX_LINES: u16 = 4;

/// Draws the border and the title of a pane.
pub(super) fn frame(
    model: &Model,
    pane: Pane,
    appearance: Appearance,
    area: Rect,
    buffer: &mut Buffer,
) {
    let theme = appearance.theme;
    let role = if model.focus == pane { Role::Focus } else { Role::Border };
    let title = match pane {
        Pane::Tree => tree_title(model, appearance),
        Pane::Document => {
            document_title(model, appearance, usize::from(area.width.saturating_sub(2)))
        }
        Pane::Container => {
            let is_alone = model.containers.is_alone;
            let text = if is_alone { " What is here " } else { " What the containers see " };
            Line::from(Span::styled(text, theme.style(Role::Title)))
        }
    };
    let mut block = Block::new()
        .borders(if area.height > 4 { Borders::ALL } else { Borders::TOP })
        .border_type(BorderType::Plain)
        .border_style(theme.style(role))
        .title_top(cut(title.spans, usize::from(area.width.saturating_sub(2))));
    let status = match model.reading.rows() {
        Some(id) => Some(table::status(model, id)),
        None => shows_subject(model).then(|| model.reading.pane.status()),
    };
    if let Some(status) = status.filter(|_| pane == Pane::Document && area.height > 4) {
        let width = usize::from(area.width.saturating_sub(2));
        for title in bottom::titles(model, appearance, &status, width) {
            block = block.title_bottom(title);
        }
    }
    if appearance.ascii {
        block = block.border_set(ASCII);
    }
    block.render(area, buffer);
}

pub(super) const ASCII: ratatui::symbols::border::Set = ratatui::symbols::border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

fn tree_title(model: &Model, appearance: Appearance) -> Line<'static> {
    let theme = appearance.theme;
    let mut spans = vec![Span::styled(" API ", theme.style(Role::Title))];
    if let Some(namespace) = model.namespace() {
        let text = format!("namespace {} ", visible(namespace.as_str()));
        spans.push(Span::styled(text, theme.style(Role::Dim)));
    }
    Line::from(spans)
}

/// Returns the title of the document: `GET path  200 · 6.1 KiB · 4 ms`.
fn document_title(model: &Model, appearance: Appearance, width: usize) -> Line<'static> {
    let theme = appearance.theme;
    let reading = &model.reading;
    let loading = matches!(reading.state, ReadState::Loading(_) | ReadState::Opening);
    let shown = reading.shown.as_ref().filter(|_| reading.state == ReadState::Ready || loading);
    let requested = reading.subject.as_ref().map(|subject| &subject.request);
    let Some(request) = requested.or(shown.map(|shown| &shown.request)) else {
        return Line::from(Span::styled(" Answer ", theme.style(Role::Title)));
    };
    let path = match reading.rows() {
        Some(_) => request.path.to_string(),
        None => request.path_and_query(),
    };
    let logs = reading.subject.as_ref().and_then(|subject| subject.logs.as_deref());
    let (method, path) = match logs {
        Some(logs) => ("Logs", format!("{}/{}", logs.of.gvr.resource, logs.of.name)),
        None => (request.method(), path),
    };
    let path = visible(&path).into_owned();
    let live = match reading.rows() {
        Some(id) => table::live(model, appearance, id),
        None => live(model, appearance),
    };
    let around = method.len() + 3 + live.as_ref().map_or(0, Span::width);
    let least = around + columns(&path).min(MIN_PATH);
    let mut spans = Vec::new();
    match (&reading.state, shown) {
        (ReadState::Loading(ticket), _) => {
            let text = format!("{} ", waiting::loading(model, *ticket));
            spans.push(Span::styled(text, theme.style(Role::Warning)));
        }
        (ReadState::Opening, _) => {
            spans.push(Span::styled("… ", theme.style(Role::Warning)));
        }
        (ReadState::Ready, Some(_)) if logs.is_some() => {
            let containers = containers(model, appearance);
            spans.extend(containers.filter(|span| span.width() + least <= width));
        }
        (ReadState::Ready, Some(shown)) => {
            spans.extend(outcome(shown, appearance, width.saturating_sub(least)));
        }
        (ReadState::Failed(failure), _) => {
            let retry_at = reading.retry_at.or(model.live_document().retry_at());
            let text = format!("{} ", waiting::failed(model, failure, retry_at));
            spans.push(Span::styled(text, theme.style(Role::Error)));
        }
        _ => {}
    }
    spans.extend(live);
    let taken: usize = spans.iter().map(Span::width).sum();
    let room = width.saturating_sub(taken + method.len() + 3);
    let path = format!(" {method} {} ", keep_end(&path, room.max(MIN_PATH)));
    spans.insert(0, Span::styled(path, theme.style(Role::Title)));
    Line::from(spans)
}

/// Returns how many containers the merged logs are of: `3 containers`, `32 of 45 containers, L for more`.
fn containers(model: &Model, appearance: Appearance) -> Option<Span<'static>> {
    let Containers { read, left_out } = model.reading.log.as_ref()?.containers?;
    let text = match (read, left_out) {
        (1, 0) => "1 container ".to_owned(),
        (read, 0) => format!("{read} containers "),
        (read, left_out) => {
            let key = model.keymap.key(Mode::Document, Action::LoadAll);
            format!("{read} of {} containers, {key} for more ", read + left_out)
        }
    };
    Some(Span::styled(text, appearance.theme.style(Role::Dim)))
}

/// Returns the state of the document's watch.
fn live(model: &Model, appearance: Appearance) -> Option<Span<'static>> {
    let reading = &model.reading;
    let old = reading.old && shows_subject(model);
    let (text, role) = match waiting::live(model, appearance, model.live_document(), old) {
        _ if reading.past.is_some() => {
            (format!("{} ", reading.past.as_ref()?.label), Role::Warning)
        }
        _ if reading.gone => ("gone ".to_owned(), Role::Error),
        _ if reading.paused.is_some() => (paused(reading.paused.as_ref()?), Role::Warning),
        _ if reading.log.as_ref().is_some_and(|log| log.ended) => ("ended ".to_owned(), Role::Dim),
        Some((text, role)) => {
            let is_sign = matches!(model.live_document(), Live::Watching(_)) && !appearance.ascii;
            (format!("{text} {}", if is_sign { "live " } else { "" }), role)
        }
        None => return None,
    };
    Some(Span::styled(text, appearance.theme.style(role)))
}

/// Returns how many changes arrived while updates were paused: `paused, 3 changes`.
fn paused(paused: &Paused) -> String {
    match paused.waiting {
        0 => "paused ".to_owned(),
        1 => "paused, 1 change ".to_owned(),
        waiting => format!("paused, {waiting} changes "),
    }
}

/// Cuts a path to `width` columns. Its end is kept, because it says most.
pub(super) fn keep_end(path: &str, width: usize) -> String {
    let mut surplus = columns(path).saturating_sub(width);
    if surplus == 0 {
        return path.to_owned();
    }
    // The ellipsis takes a column too.
    surplus += 1;
    let mut start = 0;
    for (cluster, columns) in clusters(path) {
        if surplus == 0 {
            break;
        }
        surplus = surplus.saturating_sub(columns);
        start += cluster.len();
    }
    format!("…{}", &path[start..])
}

/// Returns the status of an answer, and its size and time if there is room.
fn outcome(shown: &Shown, appearance: Appearance, room: usize) -> Vec<Span<'static>> {
    let role = if shown.status < 300 { Role::Good } else { Role::Error };
    let status = Span::styled(format!(" {}", shown.status), appearance.theme.style(role));
    let size = format_bytes(shown.bytes);
    let all = format!(" · {size} · {} ms ", shown.elapsed.as_millis());
    let mut rest = [all, format!(" · {size} ")].into_iter().map(Span::raw);
    let fits = rest.find(|rest| status.width() + rest.width() <= room);
    let rest = fits.unwrap_or_else(|| Span::raw(" "));
    vec![status, rest.style(appearance.theme.style(Role::Dim))]
}

/// Draws the document, or a sentence if there is none.
pub(super) fn document(
    model: &Model,
    cache: &mut ViewCache,
    appearance: Appearance,
    area: Rect,
    buffer: &mut Buffer,
) {
    let reading = &model.reading;
    match &reading.state {
        ReadState::Nothing if reading.subject.is_none() => {
            if let Some(text) = nothing(model) {
                sentence(&appearance.words(&text), Role::Dim, appearance, area, buffer);
            }
        }
        ReadState::ByEnter => {
            if let Some(failure) = model.failure_of_row() {
                failed(failure, appearance, area, buffer);
                return;
            }
            let reason = reading.subject.as_ref().and_then(|subject| subject.by_enter);
            let key = model.keymap.key(Mode::Tree, Action::Open);
            let reason = reason.unwrap_or("this is not loaded automatically");
            let text = format!("Press {key} to load: {reason}");
            sentence(&appearance.words(&text), Role::Dim, appearance, area, buffer);
        }
        ReadState::Rows(id) => table::draw(model, appearance, *id, area, buffer),
        ReadState::Failed(failure) if !shows_subject(model) => {
            failed(failure, appearance, area, buffer);
        }
        ReadState::Loading(_) | ReadState::Opening if !shows_subject(model) => {
            let text = match reading.state {
                ReadState::Loading(ticket) => waiting::requested(model, ticket),
                _ => waiting::REQUESTED.to_owned(),
            };
            sentence(&text, Role::Dim, appearance, area, buffer);
        }
        ReadState::Ready if reading.shown.as_ref().is_some_and(|shown| shown.bytes == 0) => {
            let text = match &reading.log {
                Some(_) => {
                    let key = model.keymap.key(Mode::Anywhere, Action::Previous);
                    let other = "switches between it and the one before the last restart";
                    format!("The log has no lines so far. {key} {other}")
                }
                None => "The answer is empty".to_owned(),
            };
            sentence(&appearance.words(&text), Role::Dim, appearance, area, buffer);
        }
        _ => {
            // While a reason is selected, the line is not.
            let focused = model.focus == Pane::Document && model.health.selected.is_none();
            let area = strip::draw(model, appearance, area, buffer);
            let area = allocation::draw(model, appearance, area, buffer);
            let area = notices(model, appearance, area, buffer);
            let area = managers::draw(model, appearance, area, buffer);
            super::document::draw(
                &reading.pane,
                &model.links,
                &mut cache.highlight,
                super::document::PaneStyle {
                    theme: appearance.theme,
                    focused,
                    ascii: appearance.ascii,
                },
                area,
                buffer,
            );
        }
    }
}

/// True if the document shown is that of the selected row.
pub(super) fn shows_subject(model: &Model) -> bool {
    let subject = model.reading.subject.as_ref().map(|subject| &subject.request);
    model.reading.shown.as_ref().map(|shown| &shown.request) == subject
}

/// Returns notices of a server's warnings.
pub(super) fn warnings(warnings: &[String]) -> impl Iterator<Item = String> {
    warnings.iter().take(MAX_WARNINGS).map(|warning| format!("Warning: {warning}"))
}

/// Draws notices above a document: why it could not be refreshed, its failure if the body does not
/// explain it, a hint, why the rows below its row could not be loaded, and the server's warnings.
/// Returns the rest of the area.
fn notices(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) -> Rect {
    let Some(shown) = &model.reading.shown else { return area };
    let refresh = match &model.reading.state {
        ReadState::Failed(failure) => Some(failure.to_string()),
        _ => None,
    };
    let failure = shown.failure.as_ref().filter(|_| refresh.is_none());
    let is_good = failure.is_none() && refresh.is_none() && shows_subject(model);
    let below = model.failure_of_row().filter(|_| is_good).map(ToString::to_string);
    let failure = failure.into_iter();
    let message = failure.clone().filter(|_| !shown.is_explained).map(|f| f.message.clone());
    let hint = failure.map(|failure| failure.hint.clone()).filter(|hint| !hint.is_empty());
    let warnings = warnings(&shown.warnings);
    let behind = model.reading.behind.iter().cloned();
    let notices = refresh.into_iter().chain(behind).chain(below).chain(message).chain(hint);
    above(notices.chain(warnings), appearance, area, buffer)
}

/// Draws notices at the top of an area. Returns the rest of it.
pub(super) fn above(
    notices: impl Iterator<Item = String>,
    appearance: Appearance,
    area: Rect,
    buffer: &mut Buffer,
) -> Rect {
    let mut left = area;
    for notice in notices {
        if left.height <= 3 {
            break;
        }
        let width = usize::from(area.width);
        let shown = visible_within(&notice, width * usize::from(MAX_LINES)).into_owned();
        let lines = wrapped(&[(shown, ())], width, 0).len();
        let lines = u16::try_from(lines).unwrap_or(MAX_LINES).min(MAX_LINES).min(left.height - 2);
        sentence(&notice, Role::Warning, appearance, Rect { height: lines, ..left }, buffer);
        left = Rect { y: left.y + lines, height: left.height - lines, ..left };
    }
    left
}

/// Returns what to show for a selected row that has no document.
fn nothing(model: &Model) -> Option<String> {
    if let Some(failure) = model.failure_of_row() {
        return Some(failure.to_string());
    }
    let node = model.tree.get(Tree::node_of(model.tree.cursor()))?;
    let key = model.keymap.key(Mode::Tree, Action::Open);
    Some(match &node.kind {
        NodeKind::Several(of) => several::sentence(model, Tree::node_of(model.tree.cursor()), of),
        NodeKind::Problems => format!("Press {key} to search for what needs attention, and why"),
        NodeKind::OtherNamespaces(_) => format!("Press {key} to list the other namespaces"),
        NodeKind::TypeNamespace(_) => {
            format!("Namespaces cannot be listed here. Press {key} to enter the name of one.")
        }
        NodeKind::ThisPod(_) => {
            format!("The namespace of this pod is unknown. Press {key} to enter it.")
        }
        NodeKind::Subresource { is_pod_log: true, .. } => {
            format!("Press {key} to list the containers of the pod, then to open the log of one")
        }
        NodeKind::NonResource { .. } => "The common beginning of the paths below".to_owned(),
        _ => return None,
    })
}

/// Draws why something could not be loaded, and what to do.
pub(super) fn failed(failure: &Failure, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    let theme = appearance.theme;
    let text = Text::from(vec![
        Line::styled(visible(&failure.message).into_owned(), theme.style(Role::Error)),
        Line::default(),
        Line::styled(visible(&failure.hint).into_owned(), theme.style(Role::Text)),
    ]);
    Paragraph::new(text).wrap(Wrap { trim: true }).render(area, buffer);
}

/// Draws a sentence, wrapped.
pub(super) fn sentence(
    text: &str,
    role: Role,
    appearance: Appearance,
    area: Rect,
    buffer: &mut Buffer,
) {
    let room = usize::from(area.width) * usize::from(area.height);
    Paragraph::new(visible_within(text, room).into_owned())
        .style(appearance.theme.style(role))
        .wrap(Wrap { trim: true })
        .render(area, buffer);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_path_is_kept_within_the_width() {
        assert_eq!(keep_end("/api/v1/pods", 20), "/api/v1/pods");
        assert_eq!(keep_end("/api/v1/pods", 6), "…/pods");
        assert_eq!(keep_end("/漢字漢字", 6), "…漢字");
        assert_eq!(columns(&keep_end("/漢字漢字x", 5)), 4, "a wide character is not cut in two");
    }
}
