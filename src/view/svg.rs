//! Draws a frame as an SVG picture of a terminal with a dark background.
//!
//! Besides the theme, this is the only file that knows colours: it gives the named ones values.

use std::fmt::Write as _;

use ratatui::buffer::CellWidth as _;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

const BACKGROUND: &str = "#0d1117";
const FOREGROUND: &str = "#d0d7de";

/// The size of a cell and the margin around the picture, in pixels.
const WIDTH: f32 = 8.4;
const HEIGHT: f32 = 18.0;
const MARGIN: f32 = 12.0;

/// The distance from the top of a cell to the baseline of its text, in pixels.
const BASELINE: f32 = 13.5;

/// Returns the picture of a buffer. Text keeps to its cells whatever the font, and borders are drawn as
/// lines, so that they have no gaps.
#[must_use]
pub fn svg(buffer: &Buffer) -> String {
    let mut out = begin(buffer, "");
    write(buffer, &mut out);
    out.push_str("</svg>\n");
    out
}

/// Returns a picture that shows buffers of one size one after the other, each for some seconds, again and
/// again. Where nothing is animated, it shows the first one.
#[must_use]
pub fn animated(buffers: &[Buffer], seconds: usize) -> String {
    let Some(first) = buffers.first() else { return String::new() };
    let all = buffers.len() * seconds;
    let share = 100.0 / f32::from(u16::try_from(buffers.len()).unwrap_or(u16::MAX));
    let styles = format!(
        ".f{{visibility:hidden;animation:f {all}s step-end infinite}}.f0{{visibility:visible}}\
         @keyframes f{{0%{{visibility:visible}}{share:.2}%,100%{{visibility:hidden}}}}"
    );
    let mut out = begin(first, &styles);
    for (number, buffer) in buffers.iter().enumerate() {
        let delay = number * seconds;
        let class = if number == 0 { "f f0" } else { "f" };
        put(&mut out, format_args!("<g class=\"{class}\" style=\"animation-delay:{delay}s\">"));
        write(buffer, &mut out);
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

/// Returns a picture up to its content: the size, the style sheet, and the background.
fn begin(buffer: &Buffer, styles: &str) -> String {
    let area = buffer.area;
    let (width, height) = (x(area.width) + MARGIN, y(area.height) + MARGIN);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.1} {height:.1}\" \
         width=\"{width:.1}\" height=\"{height:.1}\">\n\
         <style>text{{font:14px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;\
         white-space:pre}}.b{{font-weight:bold}}.i{{font-style:italic}}\
         .u{{text-decoration:underline}}{styles}</style>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    )
}

/// Writes the cells of a buffer.
fn write(buffer: &Buffer, out: &mut String) {
    for row in 0..buffer.area.height {
        for run in runs(buffer, row) {
            run.write(row, out);
        }
    }
}

/// Adjacent cells of a row with the same style.
struct Run {
    start: u16,
    end: u16,
    style: CellStyle,
    text: String,
}

#[derive(Clone, PartialEq)]
struct CellStyle {
    /// The colour of the text, as an SVG value.
    foreground: String,
    background: Option<String>,
    modifier: Modifier,
    is_border: bool,
}

impl CellStyle {
    fn of(cell: &Cell) -> Self {
        let (fg, bg) = (value(cell.fg), value(cell.bg));
        let is_border = lines(cell.symbol()).is_some();
        let modifier = cell.modifier;
        if modifier.contains(Modifier::REVERSED) {
            let foreground = bg.unwrap_or_else(|| BACKGROUND.to_owned());
            let background = fg.or_else(|| Some(FOREGROUND.to_owned()));
            return Self { foreground, background, modifier, is_border };
        }
        let foreground = fg.unwrap_or_else(|| FOREGROUND.to_owned());
        Self { foreground, background: bg, modifier, is_border }
    }

    /// Returns the classes of the style sheet for the text.
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
        // The cell after a wide character is empty.
        let width = cell.cell_width().max(1);
        let style = CellStyle::of(cell);
        match runs.last_mut() {
            Some(run) if run.style == style => {
                run.text.push_str(cell.symbol());
                run.end = column + width;
            }
            _ => runs.push(Run {
                start: column,
                end: column + width,
                style,
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
        if let Some(background) = &self.style.background {
            put(
                out,
                format_args!(
                    "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{length:.1}\" height=\"{HEIGHT}\" \
                     fill=\"{background}\"/>",
                    x(self.start),
                    y(row)
                ),
            );
        }
        if self.style.is_border {
            self.write_border(row, out);
        } else if !self.text.trim().is_empty() {
            self.write_text(row, out);
        }
    }

    fn write_text(&self, row: u16, out: &mut String) {
        let underlined = self.style.modifier.contains(Modifier::UNDERLINED);
        let text = if underlined { self.text.as_str() } else { self.text.trim_end() };
        let before = if underlined { 0 } else { text.len() - text.trim_start().len() };
        let text = &text[before..];
        let start = x(self.start) + columns(before);
        let length = columns(crate::text::columns(text));
        let classes = self.style.classes();
        let class =
            if classes.is_empty() { String::new() } else { format!(" class=\"{classes}\"") };
        put(
            out,
            format_args!(
                "<text{class} x=\"{start:.1}\" y=\"{:.1}\" textLength=\"{length:.1}\" \
                 xml:space=\"preserve\" fill=\"{}\">{}</text>",
                y(row) + BASELINE,
                self.style.foreground,
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
        put(out, format_args!("<path d=\"{path}\" stroke=\"{}\"/>", self.style.foreground));
    }
}

fn put(out: &mut String, element: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    _ = writeln!(out, "{element}");
}

/// Returns the left edge of a column, in pixels.
fn x(column: u16) -> f32 {
    MARGIN + f32::from(column) * WIDTH
}

/// Returns the upper edge of a row, in pixels.
fn y(row: u16) -> f32 {
    MARGIN + f32::from(row) * HEIGHT
}

/// Returns the width of a number of columns, in pixels.
fn columns(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX)) * WIDTH
}

/// Returns the lines of a border's character, from the middle of its cell: up, down, left and right.
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

/// Returns the SVG value of a colour; `None` is the terminal's own.
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
    fn characters_of_markup_are_escaped() {
        assert!(picture("<a & b>", Style::new()).contains(">&lt;a &amp; b&gt;</text>"));
    }

    #[test]
    fn a_run_starts_at_its_column_and_has_the_length_of_its_cells() {
        let picture = picture("  ä漢 x", Style::new().fg(Color::Cyan));
        let text = "x=\"28.8\" y=\"25.5\" textLength=\"42.0\"";
        assert!(picture.contains(text) && picture.contains(">ä漢 x</text>"), "{picture}");
        assert!(picture.contains("#56d4dd"));
    }

    #[test]
    fn reversed_text_swaps_its_colours() {
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
