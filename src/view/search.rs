//! A list that a search fills: a line for each object, and below it all about the selected one.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph, Widget, Wrap};

use crate::app::model::Model;
use crate::k8s::names::Namespace;
use crate::k8s::path::ObjectPath;
use crate::object::health::Skipped;
use crate::text::{visible, visible_within};
use crate::theme::Role;

use super::appearance::Appearance;
use super::help;

/// The widest namespace, in columns.
const WIDEST: usize = 16;
/// The least number of lines about the selected object.
const DETAIL: usize = 5;
/// How many names are listed of what is affected, or skipped for one reason.
const NAMED: usize = 4;

/// The lines of a list.
pub(super) struct Rows<'a, F> {
    /// The 0-based index of the selected line.
    pub(super) at: usize,
    /// How many lines there are.
    pub(super) number: usize,
    /// The lines about the selected object.
    pub(super) detail: Vec<Line<'a>>,
    /// Returns the line of an index, and the role whose colour it keeps while it is selected.
    pub(super) line: F,
}

/// Draws the border with the title. Returns the place inside it, unless there is no object: then `nothing`
/// is shown there.
pub(super) fn frame(
    area: Rect,
    buffer: &mut Buffer,
    appearance: Appearance,
    title: String,
    nothing: Option<Vec<String>>,
) -> Option<Rect> {
    Clear.render(area, buffer);
    let block = help::frame(title, appearance);
    let inner = block.inner(area);
    block.render(area, buffer);
    let Some(nothing) = nothing else { return Some(inner) };
    let text: Vec<Line> = nothing.into_iter().map(Line::from).collect();
    let text = Paragraph::new(text).style(appearance.theme.style(Role::Dim));
    text.wrap(Wrap { trim: true }).render(inner, buffer);
    None
}

/// Draws the lines and the detail.
pub(super) fn draw<'a>(
    area: Rect,
    buffer: &mut Buffer,
    appearance: Appearance,
    rows: Rows<'a, impl Fn(usize) -> (Line<'a>, Option<Role>)>,
) {
    let Rows { at, number, detail, line } = rows;
    // The list does not move with each step.
    let lines = u16::try_from(detail.len().max(DETAIL)).unwrap_or(u16::MAX);
    let lines = lines.min(area.height / 2);
    let [above, divider, below] = area.layout(&Layout::vertical([
        Constraint::Fill(1),
        Constraint::Length(1),
        Constraint::Length(lines),
    ]));
    let first = (at + 1).saturating_sub(usize::from(above.height));
    for (y, index) in (above.y..above.bottom()).zip(first..number) {
        let place = Rect { y, height: 1, ..above };
        let (text, role) = line(index);
        if index == at {
            let colour = role.and_then(|role| appearance.theme.style(role).fg);
            let style = appearance.theme.style(Role::Selection);
            let style = colour.map_or(style, |colour| style.fg(colour));
            text.patch_style(style).render(place, buffer);
            buffer.set_style(place, style);
        } else {
            text.render(place, buffer);
        }
    }
    let dim = appearance.theme.style(Role::Border);
    Line::styled("─".repeat(usize::from(area.width)), dim).render(divider, buffer);
    Paragraph::new(detail).render(below, buffer);
}

/// Returns a line for each reason why something was not looked at.
pub(super) fn skipped(skipped: &[Skipped]) -> Vec<String> {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for Skipped { what, why } in skipped {
        match reasons.iter_mut().find(|(known, _)| known == why) {
            Some((_, all)) => all.push(what),
            None => reasons.push((why, vec![what])),
        }
    }
    let line = |(why, all): (&str, Vec<&str>)| {
        format!("Not looked at ({}): {}", visible(why), visible(&named(&all)))
    };
    reasons.into_iter().map(line).collect()
}

/// Returns the first of some names, and the number of the others.
pub(super) fn named(names: &[&str]) -> String {
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Returns the namespace of an object; `-` for one of the cluster.
pub(super) fn namespace(path: &ObjectPath) -> String {
    let name = path.namespace.as_ref().map_or("-", Namespace::as_str);
    visible_within(name, WIDEST).into_owned()
}

/// Returns the short name of an object: `po/audit`, `hpa/gateway`.
pub(super) fn object(model: &Model, path: &ObjectPath) -> String {
    let resource = model.discovery.resource(&path.gvr);
    let short = resource.and_then(|resource| resource.short_names.first());
    let kind = short.map_or_else(|| path.gvr.resource.to_string(), ToString::to_string);
    visible(&format!("{kind}/{}", path.name)).into_owned()
}
