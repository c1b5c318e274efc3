//! The frame of a pane, its title, and what stands in it when there is nothing to read.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block, BorderType, Borders, Paragraph, Widget, Wrap};

use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::reading::{Paused, ReadState, Shown};
use crate::k8s::failure::Failure;
use crate::keymap::{Action, Mode};
use crate::text::{columns, fit, format_bytes, visible, visible_within, wrapped};
use crate::theme::Role;
use crate::tree::Tree;
use crate::tree::node::{Load, NodeKind};

use super::{Appearance, ViewCache, waiting};

/// So many columns of a path are kept before the size and the time of its answer.
const LEAST_PATH: usize = 12;
/// So many warnings of a server are shown at the most.
const MOST_WARNINGS: usize = 3;
/// And of each, so many lines.
const MOST_LINES: u16 = 4;

/// Draws the border and the title of a pane.
pub(super) fn frame(model: &Model, pane: Pane, look: Appearance, area: Rect, buffer: &mut Buffer) {
    let theme = look.theme;
    let role = if model.focus == pane { Role::Focus } else { Role::Border };
    let title = match pane {
        Pane::Tree => tree_title(model, look),
        Pane::Document => document_title(model, look, usize::from(area.width.saturating_sub(2))),
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
        .title_top(shorten(title, area.width.saturating_sub(2)));
    if pane == Pane::Document && area.height > 4 && shows_subject(model) {
        let status = format!(" {} ", model.reading.pane.status());
        block = block.title_bottom(Line::styled(status, theme.style(Role::Dim)).right_aligned());
    }
    if look.ascii {
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

/// Cuts the spans of a title so that it ends within the pane.
fn shorten(title: Line<'static>, width: u16) -> Line<'static> {
    let mut left = usize::from(width);
    let mut spans = Vec::new();
    for span in title.spans {
        let text = fit(&span.content, left).into_owned();
        let used = columns(&text);
        spans.push(Span::styled(text, span.style));
        left = left.saturating_sub(used);
        if left == 0 {
            break;
        }
    }
    Line::from(spans)
}

fn tree_title(model: &Model, look: Appearance) -> Line<'static> {
    let theme = look.theme;
    let mut spans = vec![Span::styled(" API ", theme.style(Role::Title))];
    if let Some(namespace) = model.namespace() {
        let text = format!("namespace {} ", visible(namespace.as_str()));
        spans.push(Span::styled(text, theme.style(Role::Dim)));
    }
    Line::from(spans)
}

/// `GET path  200 · 6.1 KiB · 4 ms`.
fn document_title(model: &Model, look: Appearance, width: usize) -> Line<'static> {
    let theme = look.theme;
    let reading = &model.reading;
    let loading = matches!(reading.state, ReadState::Loading(_) | ReadState::Opening);
    let shown = reading.shown.as_ref().filter(|_| reading.state == ReadState::Ready || loading);
    let asked = reading.subject.as_ref().map(|subject| &subject.request);
    let Some(request) = asked.or(shown.map(|shown| &shown.request)) else {
        return Line::from(Span::styled(" Answer ", theme.style(Role::Title)));
    };
    let asked = visible(&request.path_and_query()).into_owned();
    let live = live(model, look);
    let around = request.method().len() + 3 + live.as_ref().map_or(0, Span::width);
    let least = around + asked.chars().count().min(LEAST_PATH);
    let mut spans = Vec::new();
    match (&reading.state, shown) {
        (ReadState::Loading(ticket), _) => {
            let text = format!("{} ", waiting::asked(model, *ticket));
            spans.push(Span::styled(text, theme.style(Role::Warning)));
        }
        (ReadState::Opening, _) => {
            spans.push(Span::styled("… ", theme.style(Role::Warning)));
        }
        (ReadState::Ready, Some(shown)) => {
            spans.extend(outcome(shown, look, width.saturating_sub(least)));
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
    let room = width.saturating_sub(taken + request.method().len() + 3);
    let path = format!(" {} {} ", request.method(), keep_end(&asked, room.max(LEAST_PATH)));
    spans.insert(0, Span::styled(path, theme.style(Role::Title)));
    Line::from(spans)
}

/// How live the answer is.
fn live(model: &Model, look: Appearance) -> Option<Span<'static>> {
    let reading = &model.reading;
    let old = reading.old && shows_subject(model);
    let (text, role) = match waiting::live(model, look, model.live_document(), old) {
        _ if reading.gone => ("gone ".to_owned(), Role::Error),
        _ if reading.paused.is_some() => (paused(reading.paused.as_ref()?), Role::Warning),
        _ if reading.log.as_ref().is_some_and(|log| log.ended) => ("ended ".to_owned(), Role::Dim),
        Some((text, role)) => {
            let text = if text == "◉" { "◉ live" } else { &text };
            (format!("{text} "), role)
        }
        None => return None,
    };
    Some(Span::styled(text, look.theme.style(role)))
}

/// `paused, 3 wait`.
fn paused(paused: &Paused) -> String {
    match paused.waiting {
        0 => "paused ".to_owned(),
        1 => "paused, 1 waits ".to_owned(),
        waiting => format!("paused, {waiting} wait "),
    }
}

/// The end of a path says most: what does not fit is left out at the beginning.
pub(super) fn keep_end(path: &str, width: usize) -> String {
    let count = path.chars().count();
    if count <= width {
        return path.to_owned();
    }
    let end: String = path.chars().skip(count + 1 - width).collect();
    format!("…{end}")
}

/// The status, and of the size and the time what there is room for.
fn outcome(shown: &Shown, look: Appearance, room: usize) -> Vec<Span<'static>> {
    let role = if shown.status < 300 { Role::Good } else { Role::Error };
    let status = Span::styled(format!(" {}", shown.status), look.theme.style(role));
    let size = format_bytes(shown.bytes);
    let all = format!(" · {size} · {} ms ", shown.elapsed.as_millis());
    let mut rest = [all, format!(" · {size} ")].into_iter().map(Span::raw);
    let fits = rest.find(|rest| status.width() + rest.width() <= room);
    let rest = fits.unwrap_or_else(|| Span::raw(" "));
    vec![status, rest.style(look.theme.style(Role::Dim))]
}

/// Draws the document, or the sentence that stands for it.
pub(super) fn document(
    model: &Model,
    cache: &mut ViewCache,
    look: Appearance,
    area: Rect,
    buffer: &mut Buffer,
) {
    let reading = &model.reading;
    match &reading.state {
        ReadState::Nothing if reading.subject.is_none() => {
            if let Some(text) = nothing(model) {
                sentence(&look.words(&text), Role::Dim, look, area, buffer);
            }
        }
        ReadState::ByEnter => {
            if let Some(failure) = failure_of_row(model) {
                failed(failure, look, area, buffer);
                return;
            }
            let reason = reading.subject.as_ref().and_then(|subject| subject.by_enter);
            let key = model.keymap.key(Mode::Tree, Action::Open);
            let reason = reason.unwrap_or("this is not loaded automatically");
            let text = format!("Press {key} to load: {reason}");
            sentence(&look.words(&text), Role::Dim, look, area, buffer);
        }
        ReadState::Failed(failure) if !shows_subject(model) => failed(failure, look, area, buffer),
        ReadState::Loading(_) | ReadState::Opening if !shows_subject(model) => {
            sentence(&awaited(model), Role::Dim, look, area, buffer);
        }
        ReadState::Ready if reading.shown.as_ref().is_some_and(|shown| shown.bytes == 0) => {
            sentence("The answer is empty.", Role::Dim, look, area, buffer);
        }
        _ => {
            let focused = model.focus == Pane::Document;
            let area = said_above(model, look, area, buffer);
            super::document::draw(
                &reading.pane,
                &mut cache.highlight,
                super::document::PaneStyle { theme: look.theme, focused },
                area,
                buffer,
            );
        }
    }
}

fn shows_subject(model: &Model) -> bool {
    let asked = model.reading.subject.as_ref().map(|subject| &subject.request);
    model.reading.shown.as_ref().map(|shown| &shown.request) == asked
}

/// How long an answer has been awaited.
fn awaited(model: &Model) -> String {
    let waited = match model.reading.state {
        ReadState::Loading(ticket) => model.waited(ticket),
        _ => None,
    };
    match waited {
        Some(seconds) => format!("asked {} ago, no answer yet …", waiting::time(seconds)),
        None => "asked, no answer yet …".to_owned(),
    }
}

/// Above an answer: why it could not be read again, what it fails of where its body does not say so,
/// what to try then, why what is below its row is not there though it is, and what the server warns of.
/// Returns what is left of the area.
fn said_above(model: &Model, look: Appearance, area: Rect, buffer: &mut Buffer) -> Rect {
    let Some(shown) = &model.reading.shown else { return area };
    let again = match &model.reading.state {
        ReadState::Failed(failure) => Some(failure.to_string()),
        _ => None,
    };
    let failure = shown.failure.as_ref().filter(|_| again.is_none());
    let is_good = failure.is_none() && again.is_none() && shows_subject(model);
    let below = failure_of_row(model).filter(|_| is_good).map(ToString::to_string);
    let failure = failure.into_iter();
    let message = failure.clone().filter(|_| !shown.is_explained).map(|f| f.message.clone());
    let hint = failure.map(|failure| failure.hint.clone()).filter(|hint| !hint.is_empty());
    let warnings = shown.warnings.iter().take(MOST_WARNINGS);
    let warnings = warnings.map(|warning| format!("Warning: {warning}"));
    let mut left = area;
    let behind = model.reading.behind.iter().cloned();
    for said in
        again.into_iter().chain(behind).chain(below).chain(message).chain(hint).chain(warnings)
    {
        if left.height <= 3 {
            break;
        }
        let width = usize::from(area.width);
        let said_here = visible_within(&said, width * usize::from(MOST_LINES)).into_owned();
        let lines = wrapped(&[(said_here, ())], width, 0).len();
        let lines = u16::try_from(lines).unwrap_or(MOST_LINES).min(MOST_LINES).min(left.height - 2);
        sentence(&said, Role::Warning, look, Rect { height: lines, ..left }, buffer);
        left = Rect { y: left.y + lines, height: left.height - lines, ..left };
    }
    left
}

/// Why what is below the row under the cursor is not there.
fn failure_of_row(model: &Model) -> Option<&Failure> {
    match &model.tree.get(Tree::node_of(model.tree.cursor()))?.load {
        Load::Failed(failure) => Some(failure),
        _ => None,
    }
}

fn nothing(model: &Model) -> Option<String> {
    if let Some(failure) = failure_of_row(model) {
        return Some(failure.to_string());
    }
    let node = model.tree.get(Tree::node_of(model.tree.cursor()))?;
    let key = model.keymap.key(Mode::Tree, Action::Open);
    Some(match &node.kind {
        NodeKind::OtherNamespaces(_) => format!("{key} opens the other namespaces."),
        NodeKind::TypeNamespace(_) => {
            format!("The namespaces cannot be listed here. {key} lets you type the name of one.")
        }
        NodeKind::ThisPod(_) => {
            format!("Nothing here tells the namespace of this pod. {key} lets you type it.")
        }
        NodeKind::Subresource { is_pod_log: true, .. } => {
            format!("{key} opens the containers of the pod, and then the log of one.")
        }
        NodeKind::NonResource { .. } => "This groups the paths below it.".to_owned(),
        _ => return None,
    })
}

fn failed(failure: &Failure, look: Appearance, area: Rect, buffer: &mut Buffer) {
    let theme = look.theme;
    let text = Text::from(vec![
        Line::styled(visible(&failure.message).into_owned(), theme.style(Role::Error)),
        Line::default(),
        Line::styled(visible(&failure.hint).into_owned(), theme.style(Role::Text)),
    ]);
    Paragraph::new(text).wrap(Wrap { trim: true }).render(area, buffer);
}

fn sentence(text: &str, role: Role, look: Appearance, area: Rect, buffer: &mut Buffer) {
    let room = usize::from(area.width) * usize::from(area.height);
    Paragraph::new(visible_within(text, room).into_owned())
        .style(look.theme.style(role))
        .wrap(Wrap { trim: true })
        .render(area, buffer);
}
