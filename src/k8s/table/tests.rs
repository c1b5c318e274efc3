//! Tables, lists and watches from the answers of a real server.

use super::*;

const PODS: &[u8] = include_bytes!("../../../tests/fixtures/k8s/pods-table.json");
const EVENTS: &[u8] = include_bytes!("../../../tests/fixtures/k8s/events-table.json");
const METADATA: &[u8] = include_bytes!("../../../tests/fixtures/k8s/configmaps-metadata.json");
const PLAIN: &[u8] = include_bytes!("../../../tests/fixtures/k8s/configmaps.json");
const WATCH_TABLE: &str = include_str!("../../../tests/fixtures/k8s/watch-table.jsonl");
const WATCH_METADATA: &str = include_str!("../../../tests/fixtures/k8s/watch-metadata.jsonl");
const WATCH_PLAIN: &str = include_str!("../../../tests/fixtures/k8s/watch.jsonl");

fn arrival() -> Timestamp {
    "2026-11-23T06:10:30Z".parse().unwrap()
}

fn cells(row: &Row) -> Vec<&str> {
    row.cells().collect()
}

#[test]
fn a_table_has_columns_and_rows() {
    let page = parse_page(PODS, arrival()).unwrap();
    let headings: Vec<&str> = page.columns.iter().map(|column| &*column.name).collect();
    assert_eq!(headings[..5], ["Name", "Ready", "Status", "Restarts", "Age"]);
    assert!(page.columns[0].is_name && page.columns[4].is_age && page.columns[5].priority == 1);
    let row = &page.rows[0];
    assert_eq!(row.name(), "curl-with-ambassador");
    assert_eq!(row.namespace.as_ref().unwrap().as_str(), "default");
    assert_eq!(cells(row)[1..5], ["2/2", "Running", "2 (75s ago)", "5m30s"]);
    assert_eq!(cells(row).len(), page.columns.len());
    assert_eq!((page.continue_token, page.remaining), (None, None));
    assert_eq!(page.resource_version, "1084");
}

#[test]
fn the_name_is_the_cell_of_the_name_column() {
    let page = parse_page(EVENTS, arrival()).unwrap();
    let at = page.columns.iter().position(|column| column.is_name).unwrap();
    assert!(at > 0);
    for row in &page.rows {
        assert_eq!(row.name(), cells(row)[at]);
        assert_eq!(row.namespace.as_ref().unwrap().as_str(), "team-a");
    }
}

#[test]
fn without_a_name_column_the_name_is_that_of_the_object() {
    let body = br#"{"kind":"Table","columnDefinitions":[{"name":"Phase"}],
        "rows":[{"cells":["Ready"],"object":{"metadata":{"name":"x"}}},{"cells":null}]}"#;
    let page = parse_page(body, arrival()).unwrap();
    assert_eq!((page.rows[0].name(), cells(&page.rows[0])), ("x", vec!["Ready"]));
    assert_eq!(page.rows[1].name(), "<rows[1] has no name>");
}

#[test]
fn an_empty_table_may_have_a_next_page() {
    let body = br#"{"kind":"Table","metadata":{"resourceVersion":"5","continue":"abc",
        "remainingItemCount":4500},"columnDefinitions":[{"name":"Name","format":"name"}],
        "rows":null}"#;
    let page = parse_page(body, arrival()).unwrap();
    assert!(page.rows.is_empty());
    assert_eq!(page.continue_token.as_deref(), Some("abc"));
    assert_eq!(page.remaining, Some(4500));
}

#[test]
fn plain_and_metadata_lists_have_the_same_rows() {
    let plain = parse_page(PLAIN, arrival()).unwrap();
    let metadata = parse_page(METADATA, arrival()).unwrap();
    assert_eq!(plain, metadata);
    let headings: Vec<&str> = plain.columns.iter().map(|column| &*column.name).collect();
    assert_eq!(headings, ["Name", "Age"]);
    assert_eq!(cells(&plain.rows[0])[0], plain.rows[0].name());
    assert!(cells(&plain.rows[0])[1].ends_with(['s', 'm']), "{:?}", plain.rows[0]);
}

#[test]
fn a_list_within_an_object_may_have_any_other_form() {
    for other in ["\"x\"", "7", "{\"a\":[1]}", "true", "null", "1.5", "[null]"] {
        let items = format!(
            r#"{{"items":[{{"metadata":{{"name":"a","ownerReferences":{other},"finalizers":{other}}}}},
                {{"metadata":{{"name":"b"}}}}]}}"#
        );
        let page = parse_page(items.as_bytes(), arrival()).unwrap();
        let names: Vec<&str> = page.rows.iter().map(Row::name).collect();
        assert_eq!(names, ["a", "b"], "{other}");
        let table = format!(
            r#"{{"kind":"Table","columnDefinitions":[{{"name":"Name","format":"name"}}],"rows":[
                {{"cells":{other},"conditions":{other},"object":{{"metadata":{{"name":"a"}}}}}},
                {{"cells":["b"]}}]}}"#
        );
        let page = parse_page(table.as_bytes(), arrival()).unwrap();
        assert_eq!(page.rows[1].name(), "b", "{other}");
    }
}

#[test]
fn the_items_of_an_empty_list_may_be_null() {
    let page =
        parse_page(br#"{"kind":"JobList","metadata":null,"items":null}"#, arrival()).unwrap();
    assert!(page.rows.is_empty() && page.columns.len() == 2);
}

#[test]
fn a_list_may_have_no_items() {
    let page = parse_page(br#"{"kind":"JobList","metadata":{"resourceVersion":"5"}}"#, arrival());
    let page = page.unwrap();
    assert_eq!((page.rows.len(), &*page.resource_version), (0, "5"));
    let of_kind_list = br#"{"kind":"AllowList","metadata":{"name":"x"}}"#;
    assert!(parse_page(of_kind_list, arrival()).is_err(), "an object whose kind ends like a list");
}

/// The rows of a list with one valid item before these.
fn rows_of(items: &str) -> Vec<Row> {
    let body = format!(r#"{{"kind":"XList","items":[{{"metadata":{{"name":"a"}}}},{items}]}}"#);
    let rows = parse_page(body.as_bytes(), arrival()).unwrap().rows;
    assert_eq!((rows[0].name(), rows[0].facts.is_unnamed), ("a", false));
    rows
}

#[test]
fn an_item_that_is_no_object_is_a_row_that_says_so() {
    for (item, name) in [
        ("null", "<items[1] is null>"),
        ("7", "<items[1] is the number 7>"),
        ("-1.5", "<items[1] is the number -1.5>"),
        ("true", "<items[1] is true>"),
        ("\"pod\"", "<items[1] is text>"),
        ("[[{}]]", "<items[1] is a list>"),
        ("{}", "<items[1] has no name>"),
        (r#"{"metadata":null}"#, "<items[1] has no name>"),
        (r#"{"metadata":"x"}"#, "<items[1] has no name>"),
        (r#"{"metadata":{"name":null}}"#, "<items[1] has no name>"),
        (r#"{"metadata":{"name":""}}"#, "<items[1] has no name>"),
        (r#"{"metadata":{"name":42}}"#, "<items[1] has the number 42 for a name>"),
        (r#"{"metadata":{"name":{"a":1}}}"#, "<items[1] has an object for a name>"),
    ] {
        let rows = rows_of(item);
        assert_eq!((rows[1].name(), rows[1].facts.is_unnamed), (name, true), "{item}");
        assert_eq!(cells(&rows[1])[0], name);
    }
}

#[test]
fn odd_metadata_beside_a_name_is_left_out() {
    let rows = rows_of(
        r#"{"metadata":{"name":"b","namespace":3,"creationTimestamp":0,"resourceVersion":9,
            "deletionTimestamp":false,"ownerReferences":[null,{"controller":"yes"}]}}"#,
    );
    assert_eq!((rows[1].name(), &rows[1].namespace), ("b", &None));
    assert_eq!(rows[1].facts.is_controlled, Some(false));
    assert_eq!(cells(&rows[1]), ["b", "<unknown>"]);
}

#[test]
fn the_metadata_of_a_list_may_have_other_forms() {
    for metadata in ["null", "7", r#"{"resourceVersion":7,"continue":0,"remainingItemCount":-1}"#] {
        let body = format!(r#"{{"kind":"XList","metadata":{metadata},"items":[]}}"#);
        let page = parse_page(body.as_bytes(), arrival()).unwrap();
        assert_eq!((&*page.resource_version, page.continue_token), ("", None), "{metadata}");
    }
}

#[test]
fn a_row_of_a_table_that_is_no_object_says_so() {
    let body =
        br#"{"kind":"Table","columnDefinitions":[{"name":"Phase"},{"name":"Name","format":"name"}],
        "rows":[{"cells":["Up","a"],"object":7},null,{"cells":["Down"]},
            {"cells":["Up",null],"object":{"metadata":{"name":5}}}]}"#;
    let rows = parse_page(body, arrival()).unwrap().rows;
    assert_eq!((rows[0].name(), rows[0].facts.is_unnamed), ("a", false));
    assert_eq!(cells(&rows[1]), ["", "<rows[1] is null>"]);
    assert_eq!((rows[2].name(), cells(&rows[2])), ("<rows[2] has no name>", vec!["Down"]));
    assert_eq!(cells(&rows[3]), ["Up", "<rows[3] has the number 5 for a name>"]);
    assert!(rows[1..].iter().all(|row| row.facts.is_unnamed));
}

#[test]
fn other_answers_are_not_lists() {
    let failure = parse_page(br#"{"kind":"Pod","metadata":{"name":"x"}}"#, arrival()).unwrap_err();
    assert_eq!(failure.message, "the answer is Pod, not a list");
    for body in [&b""[..], b"<html>", b"[1]", b"{}", b"{\"items\":3}", b"\xff"] {
        assert_eq!(parse_page(body, arrival()).unwrap_err().kind, FailureKind::Malformed);
    }
}

#[test]
fn a_separator_inside_a_cell_does_not_split_it() {
    let body = br#"{"kind":"Table","columnDefinitions":[{"name":"Name","format":"name"}],
        "rows":[{"cells":["a\u001fb"]}]}"#;
    let page = parse_page(body, arrival()).unwrap();
    assert_eq!((page.rows[0].name(), cells(&page.rows[0])), ("a b", vec!["a b"]));
}

#[test]
fn a_watch_of_tables_changes_rows_and_ends_with_its_failure() {
    let columns = parse_page(PODS, arrival()).unwrap().columns;
    let deltas: Vec<(Delta, String)> = WATCH_TABLE
        .lines()
        .map(|line| parse_delta(line.as_bytes(), &columns, arrival()).unwrap())
        .collect();
    let [(Delta::Applied(first), v1), (Delta::Applied(second), _), gone, bookmark, failed] =
        &deltas[..]
    else {
        panic!("{deltas:?}");
    };
    assert_eq!((first.name(), &**v1), ("downward", "2405"));
    assert_eq!(cells(second)[..3], ["shortlived", "0/1", "Pending"]);
    assert_eq!(second.namespace, Some(Namespace::new("default")));
    let expected =
        Delta::Deleted { namespace: Some(Namespace::new("default")), name: "shortlived".into() };
    assert_eq!(gone.0, expected);
    assert_eq!(*bookmark, (Delta::Bookmark, "2431".to_owned()));
    let (Delta::Failed(failure), _) = failed else { panic!("{failed:?}") };
    assert_eq!(failure.kind, FailureKind::Gone);
}

#[test]
fn a_watch_without_tables_fills_name_and_age() {
    let columns = plain_columns();
    for lines in [WATCH_METADATA, WATCH_PLAIN] {
        let deltas: Vec<(Delta, String)> = lines
            .lines()
            .map(|line| parse_delta(line.as_bytes(), &columns, arrival()).unwrap())
            .collect();
        let (Delta::Applied(row), version) = &deltas[0] else { panic!("{deltas:?}") };
        assert_eq!((cells(row), &**version), (vec!["shortlived", "16s"], "2411"));
        assert!(matches!(&deltas[1].0, Delta::Deleted { name, .. } if &**name == "shortlived"));
        assert_eq!(deltas[2], (Delta::Bookmark, "2431".to_owned()));
    }
}

#[test]
fn other_lines_are_not_watch_events() {
    for line in [
        "",
        "{}",
        r#"{"type":"ADDED","object":{"kind":"Table","rows":null}}"#,
        r#"{"type":"LOST","object":{"metadata":{"name":"x"}}}"#,
        r#"{"type":"ADDED","object":{"metadata":{}}}"#,
        r#"{"type":"ADDED","object":7}"#,
    ] {
        let failure = parse_delta(line.as_bytes(), &plain_columns(), arrival()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Malformed, "{line}");
    }
}

#[test]
fn the_continue_token_is_in_the_first_bytes() {
    let list = |metadata: &str| format!(r#"{{"kind":"Table","metadata":{metadata},"rows":[{{"#);
    let more = list(r#"{"resourceVersion":"7","continue":"a\u002fb","remainingItemCount":3}"#);
    assert_eq!(next_token(more.as_bytes()).as_deref(), Some("a/b"));
    for last in [list(r#"{"continue":""}"#), list("{}"), list("null"), list("{"), String::new()] {
        assert_eq!(next_token(last.as_bytes()), None, "{last}");
    }
    assert_eq!(next_token(&[0xff; 9000]), None);
}

#[test]
fn a_row_carries_how_its_object_ended_and_whether_it_is_being_deleted() {
    let body = br#"{"kind":"Table","metadata":{},"columnDefinitions":[{"name":"Name","format":"name"}],"rows":[
        {"cells":["a"],"conditions":[{"type":"Completed","status":"True","reason":"Succeeded"}],"object":null},
        {"cells":["b"],"conditions":[{"type":"Completed","status":"True","reason":"Failed"}],
         "object":{"metadata":{"name":"b","ownerReferences":[{"uid":"1"},{"uid":"2","controller":true}]}}},
        {"cells":["c"],"object":{"metadata":{"name":"c","deletionTimestamp":"1970-01-01T00:01:00Z","finalizers":["x"]}}}]}"#;
    let page = parse_page(body, arrival()).unwrap();
    let facts: Vec<Facts> = page.rows.iter().map(|row| row.facts).collect();
    assert_eq!(facts[0], Facts { finished: Some(Finished::Succeeded), ..Facts::default() });
    let failed = Some(Finished::Failed);
    let owned = Facts { finished: failed, is_controlled: Some(true), ..Facts::default() };
    assert_eq!(facts[1], owned);
    assert_eq!((facts[2].deleted, facts[2].is_held), (Some(60), true));
    assert_eq!(facts[2].is_controlled, Some(false));
}
