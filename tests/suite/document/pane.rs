//! The document pane on the screen.

use std::sync::Arc;

use kubewalk::app::state::links::ObjectLinks;
use kubewalk::document::{Document, DocumentPane};
use kubewalk::theme::{Role, Theme};
use kubewalk::view::document as view;
use kubewalk::view::highlight::HighlightCache;
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use super::pane;

fn buffer(pane: &DocumentPane, width: u16, height: u16) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    let look = view::PaneStyle { theme: Theme::default(), focused: true, ascii: false };
    let mut cache = HighlightCache::default();
    view::draw(pane, &ObjectLinks::default(), &mut cache, look, area, &mut buf);
    if let Some(plain) = cache.plain() {
        // The next frame has the colours.
        cache.take(plain.colour());
        buf.reset();
        view::draw(pane, &ObjectLinks::default(), &mut cache, look, area, &mut buf);
    }
    buf
}

pub(super) fn draw(pane: &DocumentPane, width: u16, height: u16) -> String {
    let buf = buffer(pane, width, height);
    buf.content.iter().map(ratatui::buffer::Cell::symbol).collect()
}

fn lines(pane: &DocumentPane, width: u16, height: u16) -> Vec<String> {
    let buf = buffer(pane, width, height);
    let row =
        |y| (0..width).map(|x| buf[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect()
}

#[test]
fn fold_marks_are_drawn_beside_foldable_lines() {
    let mut pane = pane(r#"{"metadata":{"managedFields":[1],"name":"漢\u001bx"},"l":[{"a":1}]}"#);
    assert_eq!(
        lines(&pane, 60, 5),
        ["  metadata:", "  ▸ managedFields: (1)", "    name: \"漢 \\u001bx\"", "  l:", "  - a: 1"]
    );
    pane.fold_all();
    assert_eq!(lines(&pane, 60, 2), ["▸ metadata: (2)", "▸ l: (1)"]);
    pane.unfold_all();
    pane.go_to_path(".metadata.name");
    pane.set_size(20, 3);
    pane.scroll_columns(3);
    assert_eq!(lines(&pane, 20, 3)[2], "  …me: \"漢 \\u001bx\"");
}

#[test]
fn an_emoji_sequence_takes_one_cell_and_the_column_behind_it() {
    let pane = pane(r#"{"a":"👩‍💻x","b":"❤️x","c":"می‌x","d":"漢x"}"#);
    let buf = buffer(&pane, 60, 4);
    let symbols = |y, x: std::ops::Range<u16>| x.map(|x| buf[(x, y)].symbol()).collect::<Vec<_>>();
    assert_eq!(symbols(0, 5..8), ["👩\u{200d}💻", " ", "x"]);
    assert_eq!(symbols(1, 5..8), ["❤\u{fe0f}", " ", "x"]);
    assert_eq!(lines(&pane, 60, 4)[2], "  c: \"می\\u200cx\"");
    assert_eq!(symbols(3, 5..8), ["漢", " ", "x"]);
}

#[test]
fn a_log_is_drawn_in_its_own_colours() {
    let log = "\u{1b}[31mfailed\u{1b}[0m at \u{1b}[1mboot\u{1b}[m\n\u{1b}[2Jok";
    let document = Document::read(log.into(), false, false).as_log();
    let mut pane = DocumentPane::default();
    pane.set_size(60, 10);
    pane.show("/log", &Arc::new(document));
    assert_eq!(lines(&pane, 60, 2), ["  failed at boot", "  \\x1b[2Jok"]);
    pane.move_to_bottom();
    let buf = buffer(&pane, 60, 2);
    let style = |x: u16| (buf[(x, 0)].fg, buf[(x, 0)].modifier);
    assert_eq!(style(2), (Color::Red, Modifier::empty()));
    assert_eq!(style(9), (Color::Reset, Modifier::empty()));
    assert_eq!(style(12), (Color::Reset, Modifier::BOLD));
}

#[test]
fn keys_and_values_are_coloured_by_their_type() {
    let mut pane = pane(r#"{"kind":"Secret","m":1,"data":{"k":"c2VjcmV0"},"z":"find me"}"#);
    pane.search("me");
    let buf = buffer(&pane, 60, 6);
    let theme = Theme::default();
    let style = |x: u16, y: u16| buf[(x, y)].style();
    let is = |x, y, role| {
        let (got, wanted) = (style(x, y), theme.style(role));
        wanted.fg.is_none_or(|fg| got.fg == Some(fg))
            && got.add_modifier.contains(wanted.add_modifier)
    };
    assert!(is(2, 0, Role::MapKey) && is(8, 0, Role::String) && is(5, 1, Role::Number));
    assert!(is(7, 3, Role::Masked) && is(18, 3, Role::Masked), "{:?}", style(7, 3));
    assert!(is(30, 4, Role::Selection) && !is(30, 3, Role::Selection));
    pane.move_to_top();
    let buf = buffer(&pane, 60, 6);
    let reversed = |x: u16| buf[(x, 4)].style().add_modifier.contains(Modifier::REVERSED);
    assert!(reversed(10) && reversed(11) && !reversed(9) && !reversed(12));
}

proptest! {
    #[test]
    fn no_control_character_of_a_document_is_drawn(
        text in any::<String>(),
        floods in "[a\u{300}\u{1b}\u{200d}\u{202e}\u{1100}\u{1161}\t漢]{0,40}",
        size in (0_u16..40, 0_u16..12),
        left in 0_i64..20,
        wrap in any::<bool>(),
    ) {
        let json = serde_json::json!({ &text: [&floods], "b": text }).to_string();
        for body in [json, floods] {
            let mut pane = pane(&body);
            pane.set_size(size.0, size.1);
            pane.scroll_columns(left);
            if wrap {
                pane.toggle_wrap();
            }
            for cell in &buffer(&pane, size.0, size.1).content {
                prop_assert!(kubewalk::text::is_safe(cell.symbol()));
                prop_assert!(cell.symbol().chars().count() <= 8);
            }
        }
    }
}
