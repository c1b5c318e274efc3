//! Times for large documents.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use kubewalk::app::state::links::ObjectLinks;
use kubewalk::document::{Document, DocumentPane, Format};
use kubewalk::theme::Theme;
use kubewalk::view::document as view;
use kubewalk::view::highlight::HighlightCache;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// `cargo test --release large -- --ignored --nocapture` prints the times.
#[test]
#[ignore = "prints times, which mean something in a release build only"]
fn large_documents_are_timed() {
    let entry =
        |n: usize| format!(r#"{{"name":"item-{n}","ready":true,"size":{n},"tag":"x/y:{n}"}}"#);
    let entries: Vec<_> = (0..27_000).map(entry).collect();
    let many = format!(r#"{{"kind":"Big","items":[{}]}}"#, entries.join(","));
    let line = format!(r#"{{"kind":"Big","data":{{"a":"{}","b":1}}}}"#, "x y".repeat(350_000));
    let block = format!(r#"{{"kind":"Big","data":{{"a":"{}"}}}}"#, "some text\\n".repeat(140_000));
    for (name, json) in [("many lines", many), ("one line", line), ("one block", block)] {
        let body = Bytes::from(json);
        println!("{name}: {} bytes", body.len());
        let start = Instant::now();
        let document = Arc::new(Document::read(body, true, false));
        println!("  read                {:>8.2?}", start.elapsed());
        let mut pane = DocumentPane::default();
        pane.set_size(120, 40);
        let (mut cache, look) = (
            HighlightCache::default(),
            view::PaneStyle { theme: Theme::default(), focused: true, ascii: false },
        );
        let area = Rect::new(0, 0, 120, 40);
        let mut frame = |pane: &DocumentPane, what: &str| {
            let start = Instant::now();
            let mut buf = Buffer::empty(area);
            view::draw(pane, &ObjectLinks::default(), &mut cache, look, area, &mut buf);
            println!("  {what:<20}{:>8.2?}", start.elapsed());
        };
        pane.show("/x", &document);
        frame(&pane, "first frame");
        frame(&pane, "same frame");
        let mut timed = |what: &str, change: fn(&mut DocumentPane)| {
            let start = Instant::now();
            change(&mut pane);
            println!("  {what:<20}{:>8.2?}", start.elapsed());
            frame(&pane, "  frame");
        };
        timed("search", |pane| pane.search("y"));
        timed("search nothing", |pane| pane.search("nothing like it"));
        timed("move", |pane| pane.move_by(1));
        timed("bottom", DocumentPane::move_to_bottom);
        timed("wrap", DocumentPane::toggle_wrap);
        timed("wrapped move", |pane| pane.move_by(-1));
        timed("fold all", DocumentPane::fold_all);
        timed("json", |pane| pane.set_format(Format::Json));
        timed("raw", |pane| pane.set_format(Format::Raw));
        let start = Instant::now();
        pane.show("/x", &document);
        println!("  show again          {:>8.2?}", start.elapsed());
    }
}
