//! Deep, long, many and odd values are shown or refused in a sentence, quickly.

use std::time::{Duration, Instant};

use crate::support::fault::{Fault, FaultyProxy};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::Walker;

const PODS: &str = "/api/v1/namespaces/shop/pods";
const SIZE: (u16, u16) = (140, 50);

/// The time limit for each step, in an unoptimized build.
const LIMIT: Duration = Duration::from_secs(10);

/// Hostile values.
struct Values {
    deep: String,
    million: String,
    long: String,
    too_long: String,
}

impl Values {
    fn new() -> Self {
        let many: Vec<_> = (0..1_000_000).map(|n| format!("\"key-{n}\":\"\"")).collect();
        Self {
            deep: format!("{}1{}", "{\"a\":[".repeat(5000), "]}".repeat(5000)),
            million: format!("{{{}}}", many.join(",")),
            long: format!("\"{}\"", "x".repeat(3 << 19)),
            too_long: format!("\"{}\"", "x".repeat(10 << 20)),
        }
    }
}

const ODD: [&[u8]; 5] = [
    b"[123456789012345678901234567890,1e999999,-0,0.10]",
    b"123456789012345678901234567890",
    b"-1e999999",
    b"{\"a\":1,\"a\":2}",
    b"\"x\xff\xfey\"",
];

/// A table with one row that has this cell.
fn table(cell: &[u8]) -> Vec<u8> {
    let columns = br#"{"name":"Name","type":"string","format":"name"},{"name":"Odd"}"#;
    let metadata = br#"{"name":"odd-0","namespace":"shop","resourceVersion":"1085"}"#;
    [
        br#"{"kind":"Table","metadata":{"resourceVersion":"1084"},"columnDefinitions":["#,
        &columns[..],
        br#"],"rows":[{"cells":["odd-0","#,
        cell,
        br#"],"object":{"metadata":"#,
        metadata,
        b"}}]}",
    ]
    .concat()
}

fn pod(value: &[u8]) -> Vec<u8> {
    let parts = [
        &br#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"db-0","annotations":{"odd":"#[..],
        br#"}},"spec":{"containers":[{"name":"main","env":[{"name":"ODD","value":"#,
        b"}]}]}}",
    ];
    parts.join(value)
}

/// Opens a location. It must not take longer than the limit.
async fn walked(proxy: &FaultyProxy, keys: &str) -> Walker {
    let mut walker = Walker::server(&proxy.url(), SIZE).await;
    let start = Instant::now();
    walker.walk(keys).await;
    assert!(start.elapsed() < LIMIT, "{keys}: {:?}", start.elapsed());
    walker
}

#[tokio::test]
async fn a_table_cell_of_any_shape_is_shown_or_its_list_refused() {
    let server = Server::over(recordings::cluster());
    let values = Values::new();
    let proxy = FaultyProxy::to(&server);
    for (value, shown) in [
        (ODD[0], "odd-0   [123456789012345678901234567890,1e999999,-0,"),
        (ODD[1], "odd-0   1.2345678901234568e+29"),
        (ODD[2], "odd-0   -1e999999"),
        (ODD[3], "odd-0   map[a:2]"),
        (ODD[4], "the list cannot be read: invalid unicode code point"),
        (values.deep.as_bytes(), "odd-0   {\"a\":[{\"a\":[{"),
        (values.long.as_bytes(), "odd-0   xxxxxxxx"),
        (values.million.as_bytes(), "is longer than 8.0 MiB"),
        (values.too_long.as_bytes(), "is longer than 8.0 MiB"),
    ] {
        proxy.clear_faults();
        proxy.inject(&format!("{PODS}?limit=500"), Fault::json(table(value)));
        let walker = walked(&proxy, ":po space -n space shop enter").await;
        assert!(walker.screen().contains(shown), "{shown} on {}", walker.screen());
    }
}

#[tokio::test]
async fn a_document_of_any_shape_is_shown_with_its_container_view_or_a_reason() {
    let server = Server::over(recordings::cluster());
    let values = Values::new();
    let proxy = FaultyProxy::to(&server);
    let unreadable = "This answer cannot be read as an object: ";
    for (value, text, containers) in [
        (ODD[0], "- 123456789012345678901234567890", format!("{unreadable}number out of range")),
        (ODD[1], "value: 123456789012345678901234567890", "this Pod cannot be read: ".to_owned()),
        (ODD[2], "value: -1e999999", format!("{unreadable}number out of range")),
        (ODD[3], "a: 1", "this Pod cannot be read: ".to_owned()),
        (ODD[4], "odd: x\u{fffd}\u{fffd}y", format!("{unreadable}invalid unicode code point")),
        (values.deep.as_bytes(), "- a:", format!("{unreadable}recursion limit exceeded")),
        (values.long.as_bytes(), "odd: xxxxx", "too large for any process".to_owned()),
        (values.million.as_bytes(), "only the first 8.0 MiB", format!("{unreadable}EOF while")),
        (values.too_long.as_bytes(), "only the first 8.0 MiB", format!("{unreadable}EOF while")),
    ] {
        proxy.clear_faults();
        proxy.inject(&format!("{PODS}/db-0"), Fault::json(pod(value)));
        let walker = walked(&proxy, ":po/db-0 space -n space shop enter d").await;
        // A long line is wrapped.
        let screen = walker.screen();
        let right: Vec<_> = screen.lines().filter_map(|line| line.rsplit("││").next()).collect();
        let right = right.join(" ").replace('│', " ");
        let right = right.split_whitespace().collect::<Vec<_>>().join(" ");
        let containers = containers.trim().replace("  ", " ");
        assert!(screen.contains(text), "{text} in {screen}");
        assert!(right.contains(&containers), "{containers} in {right}\n{screen}");
    }
}

#[tokio::test]
async fn invalid_discovery_of_one_group_leaves_the_others() {
    let server = Server::over(recordings::cluster());
    let values = Values::new();
    let proxy = FaultyProxy::to(&server);
    for (value, mark) in [
        (ODD[0], "unreadable"),
        (values.deep.as_bytes(), "unreadable"),
        (values.million.as_bytes(), "too long"),
    ] {
        let head = br#"{"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"#;
        proxy.clear_faults();
        proxy.inject("/apis", Fault::json([&head[..], value, b"}}]}"].concat()));
        let walker = walked(&proxy, ":po space -n space shop enter").await;
        assert!(walker.screen().contains(&format!("apis ✗ {mark}")), "{}", walker.screen());
        assert!(walker.screen().contains("shop 6"), "{}", walker.screen());
    }
}

#[tokio::test]
async fn a_watch_accepts_odd_values_and_lists_again_after_invalid_ones() {
    let server = Server::over(recordings::cluster());
    let script = server.watch(PODS);
    let values = Values::new();
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":po space -n space shop enter").await;
    walker.meanwhile(script.until_open(1)).await;
    let event = |value: &str| {
        let row = String::from_utf8(table(value.as_bytes())).unwrap();
        format!(r#"{{"type":"ADDED","object":{row}}}"#)
    };
    let start = Instant::now();
    for (value, shown) in [
        ("-1e999999", " -1e999999"),
        (values.deep.as_str(), " {\"a\":[{\"a\":[{"),
        (values.long.as_str(), " xxxxxxxx"),
    ] {
        script.line(&event(value));
        walker.wait_for(shown).await;
    }
    // The same version would send the same line again, so the watch does not continue from it.
    let lists = server.count(PODS) - script.queries().len();
    script.line("{\"type\":\"MODIFIED\",\"object\":[[[");
    walker.wait_for_no("odd-0").await;
    walker.wait_for("shop 6 ◉").await;
    assert_eq!(server.count(PODS) - script.queries().len(), lists + 1);
    assert_eq!(script.queries().len(), 2);
    // A line without an end is read up to a limit.
    let piece = "x".repeat(1 << 20);
    (0..17).for_each(|_| script.bytes(&piece));
    walker.wait_for("Not live: a line of the watch is longer than 16 MiB").await;
    assert!(walker.screen().contains("shop 6 not live"), "{}", walker.screen());
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_log_line_of_any_length_is_shown() {
    let server = Server::over(recordings::cluster());
    let log = "/api/v1/namespaces/team-a/pods/crashy/log";
    let script = server.watch(&format!("{log}?follow=true"));
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(&format!(":{log} enter j")).await;
    walker.press("F");
    walker.meanwhile(script.until_open(1)).await;
    let start = Instant::now();
    script.line(&format!("2026-11-23T06:05:00Z {}", "long ".repeat(300_000)));
    walker.wait_for("long long long").await;
    // One without an end is cut where there is no room for it.
    let piece = "endless ".repeat(1 << 17);
    (0..4).for_each(|_| script.bytes(&piece));
    walker.wait_for("endless endless").await;
    script.line("\n2026-11-23T06:05:01Z and it goes on");
    walker.wait_for("and it goes on").await;
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());
}
