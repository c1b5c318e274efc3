//! Idle: the program does nothing while nothing happens.

use std::time::Duration;

use axum::body::Bytes;

use super::report::{Samples, Target};
use super::{Bench, PODS, process};

/// The bookmark that servers send about once a minute.
const BOOKMARK: &str = r#"{"type":"BOOKMARK","object":{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"5000"},"columnDefinitions":null,"rows":[]}}
"#;

/// Measures with two watches, of a collection and of an object, which only send bookmarks.
pub(crate) fn idle(bench: &mut Bench<'_>) {
    let mut terminal = bench.open("load");
    terminal.cursor_key("j");
    terminal.send("\r");
    terminal.until(|screen| screen.contents().contains("kind: Pod"));
    let object = format!("{PODS}/{}", super::cluster::name(0));
    bench.until_watched(&mut terminal, &[PODS, &object]);
    terminal.rest(Duration::from_secs(1));
    let process = terminal.process();
    let before = process::computed(process);
    let half = bench.plan.idle / 2;
    let mut bytes = terminal.listen(half);
    bench.server.tell(PODS, &Bytes::from_static(BOOKMARK.as_bytes()));
    let bookmark = BOOKMARK.replace(r#""kind":"Table""#, r#""kind":"Pod""#);
    bench.server.tell(&object, &bookmark.into());
    bytes += terminal.listen(half);
    let computed = process::computed_since(process, &before);
    let what = format!("idle for {} s, two watches: computing", bench.plan.idle.as_secs());
    bench.median(&what, Samples::times([computed]), None, Target::AtMost(10.0));
    let bytes = f64::from(u32::try_from(bytes).unwrap());
    bench.median(
        "… bytes to the terminal",
        Samples::new("bytes", [bytes]),
        None,
        Target::AtMost(0.0),
    );
}
