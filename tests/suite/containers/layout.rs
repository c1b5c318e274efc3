//! What the rows of the container's view show, and the keys that move between its sections.

use kubewalk::app::message::Message;
use kubewalk::app::state::containers::{Item, ViewRow};
use kubewalk::downward::inside::{Clue, Here, ThisPod};

use crate::support::app::App;
use crate::support::walker::screen;

/// Opens the container's view of a pod of the demo, with the focus on it.
fn view(pod: &str, namespace: &str, size: (u16, u16)) -> App {
    let mut app = App::demo();
    app.model.size = size;
    app.walk(&format!(":po/{pod} space -n space {namespace} enter"));
    app.walk("d shift-tab");
    app
}

fn line(app: &App, text: &str) -> String {
    let shown = screen(&app.model);
    let found = shown.lines().find(|line| line.contains(text)).map(str::to_owned);
    found.unwrap_or_else(|| panic!("no {text}\n{shown}"))
}

/// Moves the cursor to the row that folds the variables of Services.
fn to_services(app: &mut App) {
    let is_it = |item: &Item| matches!(item, Item::Row(ViewRow::Services));
    let at = app.model.containers.items().iter().position(is_it).unwrap();
    while app.model.containers.cursor < at {
        app.press("j");
    }
}

#[test]
pub(crate) fn variables_of_services_are_one_row_until_it_is_opened() {
    let mut app = view("db-0", "shop", (120, 40));
    assert!(!screen(&app.model).contains("KUBERNETES_SERVICE_PORT"), "{}", screen(&app.model));
    assert!(line(&app, "from services").contains("▸"), "{}", screen(&app.model));
    to_services(&mut app);
    app.press("enter");
    assert!(line(&app, "from services").contains("▾"));
    assert!(screen(&app.model).contains("KUBERNETES_SERVICE_PORT"), "{}", screen(&app.model));
    app.press("enter");
    assert!(!screen(&app.model).contains("KUBERNETES_SERVICE_PORT"));
}

#[test]
fn a_value_is_whole_before_its_source_has_room() {
    let mut app = view("db-0", "shop", (80, 24));
    to_services(&mut app);
    app.press("enter");
    assert!(line(&app, "FRONTEND_PORT ").contains("  tcp://10.0.36.38:80 │"));
    let wide = view("db-0", "shop", (200, 50));
    assert!(screen(&wide.model).contains("field metadata."), "{}", screen(&wide.model));
}

#[test]
fn below_140_columns_the_view_takes_the_place_of_the_document_and_tab_reaches_it() {
    let mut app = view("db-0", "shop", (139, 40));
    assert!(!screen(&app.model).contains("GET /api/v1/namespaces/shop/pods/db-0"));
    app.press("shift-tab");
    let shown = screen(&app.model);
    assert!(shown.contains("pods/db-0") && !shown.contains("What the containers see"), "{shown}");
    app.model.size = (140, 40);
    app.press("tab");
    let shown = screen(&app.model);
    assert!(shown.contains("pods/db-0") && shown.contains("What the containers see"), "{shown}");
}

#[test]
pub(crate) fn n_moves_to_the_next_section_and_shift_n_back() {
    let mut app = view("downward-env", "default", (120, 40));
    let section = |app: &App| {
        let items = app.model.containers.items();
        items[..app.model.containers.cursor].iter().rev().find_map(|item| match item {
            Item::Heading(text, _) => Some(text.clone()),
            _ => None,
        })
    };
    let first = section(&app);
    app.press("n");
    let second = section(&app);
    assert_ne!(first, second);
    app.press("N");
    assert_eq!(section(&app), first);
    for _ in 0..20 {
        app.press("n");
    }
    let last = app.model.containers.cursor;
    app.press("n");
    assert_eq!(app.model.containers.cursor, last, "there is no next section");
}

#[test]
fn our_own_container_is_the_first_tab() {
    let mut app = App::demo();
    let clue = |value: &str| Clue { value: value.to_owned(), from: "a test".to_owned() };
    let pod = ThisPod {
        is_certain: true,
        namespace: Some(clue("default")),
        names: vec![clue("curl-with-ambassador")],
        container: Some(clue("ambassador")),
        ..ThisPod::default()
    };
    app.message(Message::Here(Box::new(Here { pod, ..Here::default() })));
    app.walk(":po/curl-with-ambassador space -n space default enter");
    app.walk("d shift-tab");
    assert_eq!(app.model.containers.tabs()[0], "ambassador", "{}", screen(&app.model));
    // In another pod, the order is that of the pod.
    app.walk(":po/debug space -n space default enter");
    assert_ne!(app.model.containers.tabs()[0], "ambassador");
}
