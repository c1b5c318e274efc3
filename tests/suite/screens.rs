//! Whole screens, drawn from recordings after some keys.

use kubewalk::api::endpoint::Options;
use kubewalk::theme::Role;

use crate::support::golden;
use crate::support::walker::Walker;

const SMALL: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 36);
const TINY: (u16, u16) = (40, 10);

/// Compares the screen and the cursor row with the file of that name.
fn assert_drawn(walker: &Walker, name: &str) {
    let text = format!("{}\ncursor: {}\n", walker.screen(), walker.selected());
    golden::is_current(&format!("tests/fixtures/screens/{name}.txt"), &text);
}

/// Presses keys in the demo and waits for a text on the screen.
async fn walk(size: (u16, u16), keys: &str, text: &str) -> Walker {
    let mut walker = Walker::demo(size).await;
    walker.walk(keys).await;
    walker.wait_unwatched(text).await;
    walker
}

#[tokio::test]
async fn the_first_screen_shows_the_root_and_the_groups() {
    for (size, name) in [(SMALL, "start-80"), (WIDE, "start-120"), (TINY, "start-40")] {
        assert_drawn(&walk(size, "", "apis").await, name);
    }
}

#[tokio::test]
async fn an_open_resource_shows_namespaces() {
    assert_drawn(&walk(SMALL, ":cronjobs enter", "all namespaces").await, "resource-80");
}

#[tokio::test]
async fn an_open_collection_shows_the_columns_of_its_table() {
    let keys = ":po space -n space shop enter";
    for (size, name) in [
        ((60, 20), "collection-60"),
        (SMALL, "collection-80"),
        ((100, 30), "collection-100"),
        (WIDE, "collection-120"),
        ((200, 50), "collection-200"),
        (TINY, "collection-40"),
    ] {
        assert_drawn(&walk(size, keys, "db-1").await, name);
    }
}

/// The sizes at which most screens are compared, and their names.
const SIZES: [((u16, u16), &str); 5] =
    [((60, 20), "60"), (SMALL, "80"), ((100, 30), "100"), (WIDE, "120"), ((200, 50), "200")];

#[tokio::test]
async fn the_first_screen_is_readable_at_every_size() {
    for (size, name) in SIZES {
        assert_drawn(&walk(size, "", "apis").await, &format!("sizes/start-{name}"));
    }
}

#[tokio::test]
async fn a_broken_pod_is_readable_at_every_size() {
    for (size, name) in SIZES {
        let keys = ":po/broken-config space -n space team-a enter";
        assert_drawn(&walk(size, keys, "kind: Pod").await, &format!("sizes/broken-pod-{name}"));
    }
}

#[tokio::test]
async fn the_container_view_is_readable_at_every_size() {
    for (size, name) in SIZES {
        let mut walker = Walker::demo(size).await;
        walker.walk(":po/downward-env space -n space default enter").await;
        walker.walk("d shift-tab").await;
        walker.wait_unwatched("POD_NAME").await;
        assert_drawn(&walker, &format!("sizes/containers-{name}"));
    }
}

#[tokio::test]
async fn an_object_is_shown_as_yaml_and_json() {
    let keys = ":po/db-0 space -n space shop enter";
    assert_drawn(&walk(WIDE, keys, " recorded").await, "pod-yaml-120");
    assert_drawn(
        &walk(SMALL, &format!("{keys} tab y f"), "\"kind\": \"Pod\"").await,
        "pod-json-80",
    );
}

#[tokio::test]
async fn a_secret_is_masked_until_x() {
    let keys = ":secret space -n space shop enter j enter";
    let mut walker = walk(WIDE, keys, " recorded").await;
    assert_drawn(&walker, "secret-masked-120");
    walker.walk("x").await;
    assert_drawn(&walker, "secret-shown-120");
}

#[tokio::test]
async fn a_group_that_is_down_is_marked() {
    assert_drawn(&walk(SMALL, ":metrics.k8s.io enter j enter", "503").await, "dead-group-80");
}

#[tokio::test]
async fn a_search_marks_its_matches() {
    let keys = ":po/db-0 space -n space shop enter tab / image";
    assert_drawn(&walk(SMALL, keys, "/image").await, "search-80");
}

#[tokio::test]
async fn a_filter_leaves_matching_rows() {
    assert_drawn(&walk(SMALL, ":po space -n space shop enter / db", "/db").await, "filter-80");
}

#[tokio::test]
async fn the_help_lists_the_keys() {
    assert_drawn(&walk(SMALL, "?", "Keys").await, "help-80");
}

#[tokio::test]
async fn the_copy_menu_lists_its_keys() {
    assert_drawn(&walk(SMALL, "c", "Copy").await, "copy-80");
}

#[tokio::test]
async fn a_log_opens_on_enter() {
    let keys = ":/api/v1/namespaces/team-a/pods/crashy/log enter j enter";
    assert_drawn(&walk(SMALL, keys, "failing on purpose").await, "log-80");
}

#[tokio::test]
async fn a_viewer_of_one_namespace_sees_what_is_allowed() {
    let mut walker = Walker::recording("restricted-viewer", SMALL).await;
    assert_drawn(&walker, "restricted-start-80");
    walker.walk(":po enter").await;
    walker.wait_for("another namespace").await;
    assert_drawn(&walker, "restricted-namespaces-80");
    let mut walker = Walker::recording("restricted-viewer", WIDE).await;
    walker.walk(":v1 enter").await;
    assert_drawn(&walker, "restricted-resources-120");
}

#[tokio::test]
async fn the_start_screen_lists_every_attempt() {
    let mut walker = Walker::start(Options::default(), SMALL);
    walker.wait_for("enter the URL").await;
    assert_drawn(&walker, "no-server-80");
}

#[tokio::test]
async fn every_text_has_the_style_of_its_role() {
    let mut walker = walk(WIDE, ":po/db-0 space -n space shop enter", " recorded").await;
    for (text, role) in [
        ("kubewalk", Role::Title),
        ("kind", Role::MapKey),
        ("Pod\n", Role::String),
        ("1/357", Role::Dim),
        ("200", Role::Good),
        ("?", Role::Key),
        ("┌ API", Role::Focus),
        ("┌ GET", Role::Border),
    ] {
        assert!(walker.is_styled(text.trim_end_matches('\n'), role), "{text:?} is no {role:?}");
    }
    walker.walk("tab").await;
    assert!(walker.is_styled("┌ API", Role::Border) && walker.is_styled("┌ GET", Role::Focus));
    walker.walk("/ namespace enter j").await;
    assert!(walker.is_styled("namespace: shop", Role::Match), "{}", walker.screen());

    walker.walk("esc esc :metrics.k8s.io/v1beta1 enter").await;
    assert!(walker.is_styled("✗ 503", Role::Error));
    walker.walk(":secret/db-credentials space -n space shop enter").await;
    assert!(walker.is_styled("•••••", Role::Masked), "{}", walker.screen());
}

#[tokio::test]
async fn rows_without_a_recorded_answer_are_dim_before_they_are_opened() {
    let walker = walk(WIDE, ":events space -n space default enter", "debug.18ea9767").await;
    assert!(walker.is_styled("debug.18ea9767", Role::Dim), "{}", walker.screen());
    let walker = walk(WIDE, ":po space -n space shop enter", "db-1").await;
    assert!(walker.is_styled("db-1", Role::Text), "{}", walker.screen());
}
