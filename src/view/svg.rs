//! A frame as a picture: what a terminal with a dark background shows, as SVG.
//!
//! Beside the theme this is the only file that knows colours: it gives the named ones of a terminal
//! a value.

use std::fmt::Write as _;

use ratatui::buffer::CellWidth as _;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

const BACKGROUND: &str = "#0d1117";
const FOREGROUND: &str = "#d0d7de";

/// The size of a cell and of the margin around all of them, in pixels.
const WIDTH: f32 = 8.4;
const HEIGHT: f32 = 18.0;
const MARGIN: f32 = 12.0;

/// How far below the top of its cell a letter stands.
const BASELINE: f32 = 13.5;

/// The picture of a buffer. Letters keep to their cells whatever font there is, and borders are
/// drawn as lines, so that they have no gaps.
#[must_use]
pub fn svg(buffer: &Buffer) -> String {
    let area = buffer.area;
    let (width, height) = (x(area.width) + MARGIN, y(area.height) + MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" \
         width=\"{width:.1}\" height=\"{height:.1}\">\n\
         <style>text{{font:14px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;\
         white-space:pre}}.b{{font-weight:bold}}.i{{font-style:italic}}\
         .u{{text-decoration:underline}}</style>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    for row in 0..area.height {
        for run in runs(buffer, row) {
            run.write(row, &mut out);
        }
    }
    out.push_str("</svg>\n");
    out
}

/// Cells of one row that look alike.
struct Run {
    start: u16,
    end: u16,
    look: Look,
    text: String,
}

#[derive(Clone, PartialEq)]
struct Look {
    letters: String,
    behind: Option<String>,
    modifier: Modifier,
    is_border: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let (fg, bg) = (value(cell.fg), value(cell.bg));
        let is_border = lines(cell.symbol()).is_some();
        let modifier = cell.modifier;
        if modifier.contains(Modifier::REVERSED) {
            let letters = bg.unwrap_or_else(|| BACKGROUND.to_owned());
            let behind = fg.or_else(|| Some(FOREGROUND.to_owned()));
            return Self { letters, behind, modifier, is_border };
        }
        let letters = fg.unwrap_or_else(|| FOREGROUND.to_owned());
        Self { letters, behind: bg, modifier, is_border }
    }

    /// The classes of the style sheet that its letters have.
    fn classes(&self) -> String {
        let known = [("b", Modifier::BOLD), ("i", Modifier::ITALIC), ("u", Modifier::UNDERLINED)];
        let mine = known.iter().filter(|(_, modifier)| self.modifier.contains(*modifier));
        mine.map(|(class, _)| *class).collect::<Vec<_>>().join(" ")
    }
}

fn runs(buffer: &Buffer, row: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut column = 0;
    while column < buffer.area.width {
        let cell = &buffer[(buffer.area.x + column, buffer.area.y + row)];
        // The cell behind a wide letter holds nothing.
        let width = cell.cell_width().max(1);
        let look = Look::of(cell);
        match runs.last_mut() {
            Some(run) if run.look == look => {
                run.text.push_str(cell.symbol());
                run.end = column + width;
            }
            _ => runs.push(Run {
                start: column,
                end: column + width,
                look,
                text: cell.symbol().to_owned(),
            }),
        }
        column += width;
    }
    runs
}

impl Run {
    fn write(&self, row: u16, out: &mut String) {
        let length = f32::from(self.end - self.start) * WIDTH;
        if let Some(behind) = &self.look.behind {
            put(
                out,
                format_args!(
                    "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{length:.1}\" height=\"{HEIGHT}\" \
                     fill=\"{behind}\"/>",
                    x(self.start),
                    y(row)
                ),
            );
        }
        if self.look.is_border {
            self.write_border(row, out);
        } else if !self.text.trim().is_empty() {
            self.write_text(row, out);
        }
    }

    fn write_text(&self, row: u16, out: &mut String) {
        let underlined = self.look.modifier.contains(Modifier::UNDERLINED);
        let text = if underlined { self.text.as_str() } else { self.text.trim_end() };
        let before = if underlined { 0 } else { text.len() - text.trim_start().len() };
        let text = &text[before..];
        let start = x(self.start) + columns(before);
        let length = columns(crate::text::columns(text));
        let classes = self.look.classes();
        let class =
            if classes.is_empty() { String::new() } else { format!(" class=\"{classes}\"") };
        put(
            out,
            format_args!(
                "<text{class} x=\"{start:.1}\" y=\"{:.1}\" textLength=\"{length:.1}\" \
                 xml:space=\"preserve\" fill=\"{}\">{}</text>",
                y(row) + BASELINE,
                self.look.letters,
                escape(text)
            ),
        );
    }

    fn write_border(&self, row: u16, out: &mut String) {
        let (middle, mut path) = (y(row) + HEIGHT / 2.0, String::new());
        for (column, c) in (self.start..).zip(self.text.chars()) {
            let [up, down, left, right] = lines(c.encode_utf8(&mut [0; 4])).unwrap_or_default();
            let centre = x(column) + WIDTH / 2.0;
            let ends = [
                (left, -WIDTH / 2.0, 0.0),
                (right, WIDTH / 2.0, 0.0),
                (up, 0.0, -HEIGHT / 2.0),
                (down, 0.0, HEIGHT / 2.0),
            ];
            for (_, dx, dy) in ends.into_iter().filter(|(has, ..)| *has) {
                // Writing to a string cannot fail.
                _ = write!(path, "M{centre:.1} {middle:.1}l{dx:.1} {dy:.1}");
            }
        }
        put(out, format_args!("<path d=\"{path}\" stroke=\"{}\"/>", self.look.letters));
    }
}

fn put(out: &mut String, element: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    _ = writeln!(out, "{element}");
}

/// The left edge of a column.
fn x(column: u16) -> f32 {
    MARGIN + f32::from(column) * WIDTH
}

/// The upper edge of a row.
fn y(row: u16) -> f32 {
    MARGIN + f32::from(row) * HEIGHT
}

/// The width of so many columns.
fn columns(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX)) * WIDTH
}

/// Whether a letter of a border leads up, down, left and right from the middle of its cell.
fn lines(symbol: &str) -> Option<[bool; 4]> {
    let (up, down, left, right) = (true, true, true, true);
    Some(match symbol {
        "─" => [false, false, left, right],
        "│" => [up, down, false, false],
        "┌" => [false, down, false, right],
        "┐" => [false, down, left, false],
        "└" => [up, false, false, right],
        "┘" => [up, false, left, false],
        "├" => [up, down, false, right],
        "┤" => [up, down, left, false],
        "┬" => [false, down, left, right],
        "┴" => [up, false, left, right],
        "┼" => [up, down, left, right],
        _ => return None,
    })
}

/// The value of a colour; `None` is the terminal's own.
fn value(color: Color) -> Option<String> {
    let named = match color {
        Color::Reset | Color::Indexed(_) => return None,
        Color::Rgb(r, g, b) => return Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Black => "#484f58",
        Color::Red | Color::LightRed => "#ff7b72",
        Color::Green | Color::LightGreen => "#7ee787",
        Color::Yellow | Color::LightYellow => "#e3b341",
        Color::Blue | Color::LightBlue => "#79c0ff",
        Color::Magenta | Color::LightMagenta => "#d2a8ff",
        Color::Cyan | Color::LightCyan => "#56d4dd",
        Color::Gray => "#b1bac4",
        Color::DarkGray => "#7d8590",
        Color::White => "#f0f6fc",
    };
    Some(named.to_owned())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn picture(text: &str, style: Style) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(0, 0, text, style);
        svg(&buffer)
    }

    #[test]
    fn letters_that_mark_up_are_escaped() {
        assert!(picture("<a & b>", Style::new()).contains(">&lt;a &amp; b&gt;</text>"));
    }

    #[test]
    fn a_run_starts_at_its_column_and_is_as_long_as_its_cells() {
        let picture = picture("  ä漢 x", Style::new().fg(Color::Cyan));
        let text = "x=\"28.8\" y=\"25.5\" textLength=\"42.0\"";
        assert!(picture.contains(text) && picture.contains(">ä漢 x</text>"), "{picture}");
        assert!(picture.contains("#56d4dd"));
    }

    #[test]
    fn what_is_reversed_changes_places() {
        let picture = picture("row", Style::new().add_modifier(Modifier::REVERSED));
        assert!(picture.contains("width=\"25.2\" height=\"18\" fill=\"#d0d7de\""), "{picture}");
        assert!(picture.contains("fill=\"#0d1117\">row</text>"), "{picture}");
    }

    #[test]
    fn borders_are_lines() {
        let picture = picture("┌─", Style::new());
        assert!(picture.contains("<path d=\"M16.2 21.0l4.2 0.0M16.2 21.0l0.0 9.0"), "{picture}");
        assert!(!picture.contains("┌"));
    }
}
