//! How references look: golden screens, and their marks without colours.

use kubewalk::theme::Theme;
use kubewalk::view::{Appearance, ViewCache, draw};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::support::golden;
use crate::support::walker::Walker;

/// Opens an object, focuses its document and searches for a text.
async fn document(size: (u16, u16), words: &str, text: &str) -> Walker {
    let mut walker = Walker::recording("trouble", size).await;
    walker.walk(&format!(":{} enter", words.replace(' ', " space "))).await;
    walker.wait_unwatched("apiVersion").await;
    walker.walk("tab").await;
    walker.walk(&format!("/{text} enter esc")).await;
    walker
}

fn compare(walker: &Walker, name: &str) {
    let file = format!("tests/fixtures/screens/links/{name}.txt");
    golden::is_current(&file, &format!("{}\n", walker.screen()));
}

#[tokio::test]
async fn the_link_of_a_line_is_shown_below_the_document() {
    for (size, name) in [((80, 24), "selector-80"), ((120, 40), "selector-120")] {
        let walker = document(size, "svc/ledger -n payments", "ledgr").await;
        assert!(walker.screen().contains("→ pods -l app=ledgr"), "{}", walker.screen());
        compare(&walker, name);
    }
}

#[tokio::test]
async fn a_reference_that_leads_nowhere_is_shown_below_the_document() {
    for (size, name) in [((80, 24), "missing-80"), ((120, 40), "missing-120")] {
        let mut walker = document(size, "po/exporter -n payments", "secretName").await;
        walker.walk("o").await;
        walker.model.notice = None;
        let text = "Secret exporter-keys does not exist in payments";
        assert!(walker.screen().contains(text), "{}", walker.screen());
        compare(&walker, name);
    }
}

#[tokio::test]
async fn references_are_underlined_and_uncertain_ones_have_a_mark() {
    let walker = document((120, 40), "lease/node1 -n kube-node-lease", "holderIdentity").await;
    let underlined = underlined(&walker.in_colour());
    for text in ["node1", "kube-node-lease", "coordination.k8s.io/v1"] {
        assert!(underlined.iter().any(|it| it == text), "{underlined:?}");
    }
    assert!(!underlined.iter().any(|text| text.contains("uid")), "{underlined:?}");
    let (uncertain, sure) =
        (walker.line("holderIdentity: node1"), walker.line("namespace: kube-n"));
    assert!(uncertain.contains('?') && !sure.contains('?'), "{uncertain}\n{sure}");
}

#[tokio::test]
async fn with_ascii_only_every_reference_has_a_mark() {
    let walker = document((120, 40), "lease/node1 -n kube-node-lease", "holderIdentity").await;
    let appearance = Appearance { theme: Theme::default().plain(), ascii: true };
    let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
    draw(&walker.model, &mut ViewCache::default(), appearance, &mut buffer);
    let line = |text: &str| {
        let rows = (0..40).map(|y| (0..120).map(|x| buffer[(x, y)].symbol()).collect::<String>());
        { rows }.find(|row| row.contains(text)).unwrap()
    };
    assert!(line("namespace: kube-node-lease").contains("|>"), "{}", line("namespace: kube-n"));
    assert!(line("holderIdentity: node1").contains("|?"), "{}", line("holderIdentity"));
    assert!(line("uid: ").contains("| "), "{}", line("uid: "));
}

/// The underlined texts of a screen.
fn underlined(buffer: &Buffer) -> Vec<String> {
    let mut texts = Vec::new();
    for y in 0..buffer.area.height {
        let mut text = String::new();
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            if cell.modifier.contains(Modifier::UNDERLINED) {
                text.push_str(cell.symbol());
            } else if !text.is_empty() {
                texts.push(std::mem::take(&mut text));
            }
        }
    }
    texts
}
