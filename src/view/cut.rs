//! Cutting styled text to a width.

use ratatui::text::{Line, Span};

use crate::text::fit;

/// Cuts spans to `width` columns. A cut line ends with `…`.
pub(super) fn cut(spans: Vec<Span<'static>>, width: usize) -> Line<'static> {
    let is_short = spans.iter().map(Span::width).sum::<usize>() <= width;
    // One column is for the ellipsis.
    let mut left = if is_short { width } else { width.saturating_sub(1) };
    let mut line = Line::default();
    for span in spans {
        if span.width() > left {
            let text = fit(&format!("{}…", span.content), (left + 1).min(width)).into_owned();
            line.push_span(Span::styled(text, span.style));
            break;
        }
        left -= span.width();
        line.push_span(span);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_line_ends_with_an_ellipsis_within_its_width() {
        let cut = |width| cut(vec![Span::raw("pods "), Span::raw("漢字"), Span::raw("x")], width);
        assert_eq!(cut(10).to_string(), "pods 漢字x");
        assert_eq!(cut(9).to_string(), "pods 漢…");
        assert_eq!(cut(8).to_string(), "pods 漢…");
        assert_eq!(cut(5).to_string(), "pods…");
        assert_eq!(cut(1).to_string(), "…");
        assert_eq!(cut(0).to_string(), "");
    }
}
