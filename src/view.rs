//! Draws the model: only reads it, one widget a file.

pub mod document;
pub mod highlight;
pub mod svg;

mod ascii;
mod container_view;
mod exec;
mod footer;
mod header;
mod help;
mod pane;
mod prompt;
mod row;
mod start;
mod trace;
mod tree;
mod waiting;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::layout::{Pane, body, inside, panes};
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::text::is_safe;
use crate::theme::Theme;
use highlight::{Coloured, HighlightCache, Plain};

/// What drawing keeps from frame to frame; it holds nothing that the model does not imply.
#[derive(Default)]
pub struct ViewCache {
    highlight: HighlightCache,
}

impl ViewCache {
    /// The texts that the last frame showed without their colours, where there are any. They are told
    /// once, until other colours come.
    #[must_use]
    pub fn plain(&mut self) -> Option<Plain> {
        self.highlight.plain()
    }

    /// Takes colours in; the next frame has them.
    pub fn take(&mut self, coloured: Coloured) {
        self.highlight.take(coloured);
    }
}

/// How things are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appearance {
    /// The styles.
    pub theme: Theme,
    /// Whether only ASCII signs are drawn.
    pub ascii: bool,
}

impl Appearance {
    /// A text that names keys by their signs, or by their words where only ASCII is drawn.
    pub(crate) fn words(self, text: &str) -> std::borrow::Cow<'_, str> {
        if self.ascii { ascii::words(text) } else { text.into() }
    }
}

/// Draws one frame.
pub fn draw(model: &Model, cache: &mut ViewCache, look: Appearance, buffer: &mut Buffer) {
    let panes = panes(model);
    header::draw(model, look, panes.header, buffer);
    if model.alone || model.connection().is_some() && model.start_screen().is_none() {
        let framed = |pane: Pane, area: Option<Rect>, buffer: &mut Buffer| {
            let area = area?;
            pane::frame(model, pane, look, area, buffer);
            // The smallest terminals have room for the frame alone.
            Some(inside(area)).filter(|inside| !inside.is_empty())
        };
        if let Some(area) = framed(Pane::Tree, panes.tree, buffer) {
            tree::draw(model, look, area, buffer);
        }
        if let Some(area) = framed(Pane::Document, panes.document, buffer) {
            pane::document(model, cache, look, area, buffer);
        }
        if let Some(area) = framed(Pane::Container, panes.container, buffer) {
            container_view::draw(model, look, area, buffer);
        }
    } else {
        start::draw(model, look, body(model), buffer);
    }
    footer::draw(model, look, panes.footer, buffer);
    match &model.overlay {
        Overlay::Help(at) => help::draw(model, look, *at, buffer),
        Overlay::Copy => help::copy(model, look, buffer),
        Overlay::Trace(looking) => trace::draw(model, *looking, look, body(model), buffer),
        Overlay::Exec(proposal) => exec::draw(model, proposal, look, buffer),
        Overlay::Prompt(prompt) => prompt::candidates(prompt, look, panes.footer, buffer),
        Overlay::None | Overlay::Refused => {}
    }
    if look.ascii {
        ascii::replace(buffer);
    }
    guard(buffer);
}

/// Replaces cells that hold control characters. Widgets make their text visible; this is the last
/// check before the terminal.
fn guard(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let symbol = cell.symbol();
        if !symbol.is_ascii() && !is_safe(symbol) {
            cell.set_char(char::REPLACEMENT_CHARACTER);
        }
    }
}

/// Where the cursor of the terminal stands while a line is typed.
#[must_use]
pub fn cursor(model: &Model) -> Option<(u16, u16)> {
    match &model.overlay {
        Overlay::Prompt(prompt) => Some(prompt::cursor(prompt, panes(model).footer)),
        _ => None,
    }
}
