//! Drawing the model, which is only read: one widget per file.

pub mod document;
pub mod highlight;
pub mod svg;

mod allocation;
mod appearance;
mod ascii;
mod bottom;
mod comparison;
mod container_view;
mod cut;
mod events;
mod exec;
mod explain;
mod find;
mod footer;
mod grid;
mod header;
mod help;
mod history;
mod level;
mod managers;
mod pane;
mod plugin;
mod problems;
mod prompt;
mod related;
mod report;
mod row;
mod search;
mod several;
mod start;
mod strip;
mod table;
mod tour;
mod trace;
mod tree;
mod waiting;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::layout::{Pane, body, inside, panes};
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::text::{is_safe, visible};
pub use appearance::Appearance;
use highlight::{Coloured, HighlightCache, Plain};

/// What drawing keeps between frames. Everything in it can be computed from the model.
#[derive(Default)]
pub struct ViewCache {
    highlight: HighlightCache,
}

impl ViewCache {
    /// Returns the texts that the last frame drew without colours. Each is returned once.
    #[must_use]
    pub fn plain(&mut self) -> Option<Plain> {
        self.highlight.plain()
    }

    /// Adds colours for the next frame.
    pub fn take(&mut self, coloured: Coloured) {
        self.highlight.take(coloured);
    }
}

/// Draws one frame.
pub fn draw(model: &Model, cache: &mut ViewCache, appearance: Appearance, buffer: &mut Buffer) {
    let panes = panes(model);
    header::draw(model, appearance, panes.header, buffer);
    if model.alone || model.connection().is_some() && model.start_screen().is_none() {
        let framed = |pane: Pane, area: Option<Rect>, buffer: &mut Buffer| {
            let area = area?;
            pane::frame(model, pane, appearance, area, buffer);
            // Very small terminals have room for the frame only.
            Some(inside(area)).filter(|inside| !inside.is_empty())
        };
        if let Some(area) = framed(Pane::Tree, panes.tree, buffer) {
            tree::draw(model, appearance, area, buffer);
        }
        if let Some(area) = framed(Pane::Document, panes.document, buffer) {
            pane::document(model, cache, appearance, area, buffer);
        }
        if let Some(area) = framed(Pane::Container, panes.container, buffer) {
            container_view::draw(model, appearance, area, buffer);
        }
        if !model.alone {
            explain::draw(model, appearance, buffer);
        }
    } else {
        start::draw(model, appearance, body(model), buffer);
    }
    tour::draw(model, appearance, panes.tour, buffer);
    footer::draw(model, appearance, panes.footer, buffer);
    match &model.overlay {
        Overlay::Help(help) => help::draw(model, help, appearance, buffer),
        Overlay::Copy => help::copy(model, appearance, buffer),
        Overlay::Trace(cursor) => trace::draw(model, *cursor, appearance, body(model), buffer),
        Overlay::Events => events::draw(model, appearance, body(model), buffer),
        Overlay::Find => find::draw(model, appearance, body(model), buffer),
        Overlay::History(timeline) => {
            history::draw(model, timeline, appearance, body(model), buffer);
        }
        Overlay::Comparison => comparison::draw(model, appearance, body(model), buffer),
        Overlay::Problems => problems::draw(model, appearance, body(model), buffer),
        Overlay::Exec(proposal) => exec::draw(model, proposal, appearance, buffer),
        Overlay::Report(report) => report::draw(model, report, appearance, buffer),
        Overlay::Prompt(prompt) => prompt::candidates(prompt, appearance, panes.footer, buffer),
        Overlay::None | Overlay::Refused | Overlay::Explain => {
            if let Some(slow) = &model.plugin {
                plugin::draw(slow, appearance, buffer);
            }
        }
    }
    if appearance.ascii {
        ascii::replace(buffer);
    }
    guard(buffer);
}

/// Replaces cells that hold control characters. Widgets make their text visible; this is the last
/// check before the terminal. A joiner at the end of a cell stays where it joins the next cell.
fn guard(buffer: &mut Buffer) {
    let width = usize::from(buffer.area.width);
    for at in 0..buffer.content.len() {
        let symbol = buffer.content[at].symbol();
        if symbol.is_ascii() || is_safe(symbol) {
            continue;
        }
        let next = if (at + 1) % width == 0 { "" } else { buffer.content[at + 1].symbol() };
        if visible(&format!("{symbol}{next}")).starts_with(symbol) {
            continue;
        }
        let bare = symbol.trim_end_matches(['\u{200c}', '\u{200d}']).to_owned();
        let is_joined = bare.len() < symbol.len() && is_safe(&bare);
        let shown = if is_joined { &bare } else { "\u{fffd}" };
        buffer.content[at].set_symbol(shown);
    }
}

/// Returns the column and the row of the terminal's cursor while a line is typed, both 0-based.
#[must_use]
pub fn cursor(model: &Model) -> Option<(u16, u16)> {
    match &model.overlay {
        Overlay::Prompt(prompt) => Some(prompt::cursor(prompt, panes(model).footer)),
        _ => None,
    }
}
