//! Every action of the table of keys does what it says.

use kubewalk::app::effect::{Choice, Effect};
use kubewalk::app::layout::{Pane, panes};
use kubewalk::app::message::{Message, Timer};
use kubewalk::app::model::{Model, Overlay, Standing};
use kubewalk::downward::inside::{Clue, Here, ThisPod};
use kubewalk::k8s::endpoint::{EndpointKind, NoEndpoint};
use kubewalk::keymap::{Action, BINDINGS};

use crate::support::hand::{Hand, requests};
use crate::support::recordings;
use crate::support::walker::{screen, selected};

#[test]
fn every_action_that_is_bound_does_what_it_says() {
    let mut proved = Vec::new();
    for binding in BINDINGS {
        if !proved.contains(&binding.action) {
            println!("{:?}: {}", binding.action, binding.help);
            prove(binding.action);
            proved.push(binding.action);
        }
    }
}

/// One proof for each action: a new one does not compile without.
fn prove(action: Action) {
    match action {
        Action::Down | Action::Up => one_row(),
        Action::HalfDown | Action::HalfUp => by_half_pages(),
        Action::PageDown | Action::PageUp => by_pages(),
        Action::Top | Action::Bottom => to_the_ends(),
        Action::Open => open(),
        Action::Expand | Action::Collapse => into_and_out(),
        Action::Toggle => toggle(),
        Action::ExpandAll | Action::CollapseAll => all_folds(),
        Action::NextPane | Action::PreviousPane => turn(),
        Action::FullScreen => full_screen(),
        Action::Format => format(),
        Action::Previous | Action::Follow | Action::Timestamps => crate::watching::changes::log(),
        Action::Pause => crate::watching::changes::pause(),
        Action::Wrap => wrap(),
        Action::ScrollLeft | Action::ScrollRight => scroll(),
        Action::Filter => filter(),
        Action::Sort | Action::Reverse => crate::collections::sorting::sort(),
        Action::Wide => crate::collections::sorting::wide(),
        Action::Search | Action::NextMatch | Action::PreviousMatch => search(),
        Action::GoTo | Action::Back | Action::Forward => go_and_come_back(),
        Action::ThisPod => this_pod(),
        Action::Trace => assert!(matches!(after("T").model.overlay, Overlay::Trace(_))),
        Action::Refresh => refresh(),
        Action::LoadAll => load_all(),
        Action::Unmask => unmask(),
        Action::ContainerView => container_view(),
        Action::Compare | Action::Run => compare(),
        Action::Copy => assert!(matches!(after("c").model.overlay, Overlay::Copy)),
        Action::CopyItem => copies_of_the_catalogue(),
        Action::CopyValue => copies("v", "db-0"),
        Action::CopyLinePath => copies("p", ".metadata.name"),
        Action::CopyWhole => copies("o", "kind: Pod\n"),
        Action::CopyApiPath => copies("a", POD),
        Action::CopyKubectl => copies("k", &format!("kubectl get --raw {POD}")),
        Action::CopyCurl => copies(
            "u",
            &format!("curl -sS -H 'Accept: application/json' http://127.0.0.1:8001{POD}"),
        ),
        Action::Help => help(),
        Action::Escape => escape(),
        Action::Quit => assert_eq!(after("").press("q"), [Effect::Quit]),
        Action::Suspend => suspend(),
        Action::Demo => starts("d", &Choice::Demo),
        Action::TypeUrl => starts("u enter", &Choice::Url("http://127.0.0.1:8001".to_owned())),
        Action::BorrowToken => crate::start::screen::borrow_token(),
        Action::Reconnect => starts("r", &Choice::AsStarted),
    }
}

/// What is run is shown first, and only a yes runs it.
fn compare() {
    let mut hand = reading();
    hand.walk("d");
    let kind = |hand: &mut Hand, kind: EndpointKind| {
        let Standing::Connected(connection) = &mut hand.model.standing else { panic!() };
        connection.endpoint.kind = kind;
    };
    kind(&mut hand, EndpointKind::Demo);
    hand.press("V");
    assert!(screen(&hand.model).contains("A recording has no containers"));
    kind(&mut hand, EndpointKind::Url);
    assert_eq!(hand.press("V"), []);
    assert!(screen(&hand.model).contains("cat /proc/self/environ"), "{}", screen(&hand.model));
    assert!(!hand.press("x").iter().any(|effect| matches!(effect, Effect::Exec { .. })));
    hand.press("V");
    let effects = hand.press("y");
    let [Effect::Exec { plan, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(plan.pod.name.as_ref(), "db-0");
    assert!(matches!(hand.model.overlay, Overlay::None));
}

/// A pod that tells its name and namespace, though nothing may be listed.
fn this_pod() {
    let clue = |value: &str| Clue { value: value.to_owned(), from: "POD_NAME".to_owned() };
    let pod = ThisPod {
        namespace: Some(clue("team-a")),
        names: vec![clue("nolimits")],
        uid: Some(clue("u")),
        ..ThisPod::default()
    };
    let mut hand = Hand::over(&[recordings::named("restricted-viewer")]);
    assert!(!screen(&hand.model).contains("this pod"));
    hand.walk(".");
    assert!(hand.model.notice.is_some(), "outside of a pod there is none");
    hand.message(Message::Here(Box::new(Here { pod, ..Here::default() })));
    assert!(screen(&hand.model).lines().nth(3).unwrap().contains("nolimits this pod"));
    hand.walk(".");
    assert_eq!(hand.at(), "/api/v1/namespaces/team-a/pods/nolimits");
    assert!(screen(&hand.model).contains("kind: Pod"), "{}", screen(&hand.model));
    hand.walk("r");
    assert!(screen(&hand.model).contains("nolimits this pod"), "it stays");
}

fn suspend() {
    for keys in ["", "?", ":", "c"] {
        assert_eq!(after(keys).press("ctrl-z"), [Effect::Suspend], "{keys}");
    }
}

const POD: &str = "/api/v1/namespaces/shop/pods/db-0";

fn after(keys: &str) -> Hand {
    let mut hand = Hand::demo();
    hand.walk(keys);
    hand
}

/// The document of a pod, which has the focus.
fn reading() -> Hand {
    after(":po/db-0 space -n space shop enter tab")
}

fn position(hand: &Hand) -> usize {
    hand.model.tree.position(hand.model.tree.cursor())
}

fn one_row() {
    let mut hand = after("");
    hand.press("j j down");
    assert_eq!(position(&hand), 3);
    hand.press("k up");
    assert_eq!(position(&hand), 1);
    hand.press("k k k k");
    assert_eq!(position(&hand), 0);

    let mut hand = reading();
    assert_eq!(selected(&hand.model), "kind: Pod");
    hand.press("j j");
    assert_eq!(selected(&hand.model), "metadata:");
    hand.press("k");
    assert_eq!(selected(&hand.model), "apiVersion: v1");
}

fn by_half_pages() {
    let mut hand = after("");
    let height = hand.model.tree.height();
    hand.press("ctrl-d");
    assert_eq!(position(&hand), height / 2);
    hand.press("ctrl-u");
    assert_eq!(position(&hand), 0);
}

fn by_pages() {
    let mut hand = after(":/api/v1 enter g");
    let height = hand.model.tree.height();
    hand.press("ctrl-f");
    assert_eq!(position(&hand), height);
    hand.press("pageup");
    assert_eq!(position(&hand), 0);
    let mut hand = reading();
    let before = selected(&hand.model);
    hand.press("ctrl-f");
    assert_ne!(selected(&hand.model), before);
    hand.press("ctrl-b");
    assert_eq!(selected(&hand.model), before);
}

fn to_the_ends() {
    let mut hand = after("G");
    assert_eq!(position(&hand), hand.model.tree.len() - 1);
    hand.press("g");
    assert_eq!(position(&hand), 0);
    let mut hand = reading();
    hand.press("G");
    assert!(hand.model.reading.pane.status().starts_with("357/357"));
    hand.press("g");
    assert!(hand.model.reading.pane.status().starts_with("1/357"));
}

fn open() {
    let mut hand = after("j j");
    hand.press("enter");
    hand.answer();
    assert!(hand.below("/api/v1").contains(&"pods".to_owned()));
    // On what is open and shown it closes.
    hand.press("enter");
    assert_eq!(hand.below("/api/v1"), [""; 0]);
}

fn into_and_out() {
    let mut hand = after("j j");
    hand.walk("l");
    assert_eq!((hand.at().as_str(), position(&hand)), ("/api/v1", 2));
    hand.walk("right");
    assert_eq!((hand.at().as_str(), position(&hand)), ("/api/v1/bindings", 3));
    hand.walk("left");
    assert_eq!(hand.at(), "/api/v1");
    hand.walk("h");
    assert_eq!(hand.below("/api/v1"), [""; 0]);
    hand.walk("h");
    assert_eq!(hand.at(), "/api");

    let mut hand = reading();
    hand.press("j j h");
    assert!(selected(&hand.model).contains("metadata: ("), "{}", selected(&hand.model));
    hand.press("l");
    assert_eq!(selected(&hand.model), "metadata:");
}

fn toggle() {
    let mut hand = after("j j");
    hand.walk("space");
    assert!(!hand.below("/api/v1").is_empty());
    hand.walk("space");
    assert_eq!(hand.below("/api/v1"), [""; 0]);
    let mut hand = reading();
    hand.press("j j space");
    assert!(selected(&hand.model).contains("metadata: ("));
    hand.press("space");
    assert_eq!(selected(&hand.model), "metadata:");
}

fn all_folds() {
    let mut hand = reading();
    assert!(screen(&hand.model).contains("managedFields: ("));
    hand.press("C");
    assert!(screen(&hand.model).contains("metadata: ("), "{}", screen(&hand.model));
    hand.press("E");
    hand.press("/ f:metadata enter");
    assert!(selected(&hand.model).contains("f:metadata:"), "{}", selected(&hand.model));
}

fn turn() {
    let mut hand = after("");
    assert_eq!(hand.model.focus, Pane::Tree);
    hand.press("tab");
    assert_eq!(hand.model.focus, Pane::Document);
    hand.press("tab");
    assert_eq!(hand.model.focus, Pane::Tree);
    hand.press("d");
    hand.press("shift-tab");
    assert_eq!(hand.model.focus, Pane::Container);
    hand.press("shift-tab shift-tab");
    assert_eq!(hand.model.focus, Pane::Tree);
}

fn full_screen() {
    let mut hand = after("f");
    let all = panes(&hand.model);
    assert_eq!((all.tree.unwrap().width, all.document), (120, None));
    hand.press("tab");
    let all = panes(&hand.model);
    assert_eq!((all.tree, all.document.unwrap().width), (None, 120));
    hand.press("f");
    assert!(panes(&hand.model).tree.is_some());
}

fn format() {
    let mut hand = reading();
    hand.press("y");
    assert!(screen(&hand.model).contains("\"kind\": \"Pod\","));
    hand.press("y");
    assert!(screen(&hand.model).contains("{\"kind\":\"Pod\",\"apiVersion\":\"v1\""));
    hand.press("y");
    assert!(screen(&hand.model).contains("apiVersion: v1"));
}

fn wrap() {
    let mut hand = reading();
    hand.press("y y");
    let text = r#""namespace":"shop""#;
    assert!(!screen(&hand.model).contains(text));
    hand.press("w");
    assert!(hand.model.reading.pane.wraps());
    assert!(screen(&hand.model).contains(text), "{}", screen(&hand.model));
}

fn scroll() {
    let mut hand = reading();
    hand.press("y y > >");
    assert_eq!(hand.model.reading.pane.left(), 16);
    hand.press("<");
    assert_eq!(hand.model.reading.pane.left(), 8);
}

fn filter() {
    let mut hand = after(":po space -n space shop enter");
    hand.press("/ FRONT");
    assert_eq!(hand.below("/api/v1/namespaces/shop/pods").len(), 3);
    hand.press("enter");
    assert_eq!(hand.below("/api/v1/namespaces/shop/pods").len(), 3, "⏎ keeps it");
    hand.press("esc");
    assert_eq!(hand.below("/api/v1/namespaces/shop/pods").len(), 6);
    // Any cell counts, and short names of resources do.
    hand.press("/ completed");
    assert_eq!(hand.below("/api/v1/namespaces/shop/pods"), ["report-29923565-xw6lf"]);
    hand.press("esc / !front enter");
    assert_eq!(hand.below("/api/v1/namespaces/shop/pods").len(), 3);
    assert!(screen(&hand.model).contains("/!front"));
    hand.press("esc / /^DB-\\d$/ enter");
    assert_eq!(hand.below("/api/v1/namespaces/shop/pods"), ["db-0", "db-1"]);
    hand.press("esc / /db(/");
    assert!(hand.model.notice.as_ref().unwrap().text.contains("unclosed group"));
    assert_eq!(hand.below("/api/v1/namespaces/shop/pods").len(), 0, "a text until it is a regex");
    let mut hand = after(":/api/v1 enter");
    hand.press("/ cm");
    assert_eq!(hand.below("/api/v1"), ["configmaps"]);
}

fn search() {
    let mut hand = reading();
    hand.press("/ nodeName");
    assert_eq!(hand.model.reading.pane.match_count(), 1);
    hand.press("enter");
    assert_eq!(selected(&hand.model), "nodeName: node1");
    hand.press("g / db-0 enter");
    let first = hand.model.reading.pane.status();
    hand.press("n");
    let second = hand.model.reading.pane.status();
    assert_ne!(first, second);
    hand.press("N");
    assert_eq!(hand.model.reading.pane.status(), first);
}

fn go_and_come_back() {
    let mut hand = after(":po/db-0 space -n space shop enter");
    assert_eq!(hand.at(), POD);
    hand.walk(":deploy.apps space -n space shop enter");
    assert_eq!(hand.at(), "/apis/apps/v1/namespaces/shop/deployments");
    hand.walk("[");
    assert_eq!(hand.at(), POD);
    hand.walk("[");
    assert_eq!(hand.at(), "/");
    hand.walk("[");
    assert!(hand.model.notice.is_some());
    hand.walk("] ]");
    assert_eq!(hand.at(), "/apis/apps/v1/namespaces/shop/deployments");
}

fn refresh() {
    let mut hand = after(":po/db-0 space -n space shop enter");
    let asked = requests(&hand.press("r"));
    assert!(asked.contains(&POD.to_owned()), "{asked:?}");
    let mut hand = after("j");
    let asked = requests(&hand.press("r"));
    assert!(asked.contains(&"/apis".to_owned()), "{asked:?}");
}

fn load_all() {
    let mut hand = Hand::over(&[recordings::named("paging"), recordings::cluster()]);
    hand.walk(":cm space -n space bulk enter L");
    assert_eq!(hand.below("/api/v1/namespaces/bulk/configmaps").len(), 1202);
}

fn unmask() {
    let mut hand = after(":secret/db-credentials space -n space shop enter");
    assert!(screen(&hand.model).contains("username: ••••• 4 bytes"), "{}", screen(&hand.model));
    hand.press("x");
    assert!(screen(&hand.model).contains("username: c2hvcA=="));
    hand.press("x");
    assert!(!screen(&hand.model).contains("c2hvcA=="));
}

fn container_view() {
    let mut hand = after(":po/downward-env space -n space default enter");
    hand.press("d");
    hand.answer();
    let shown = screen(&hand.model);
    assert!(shown.contains("‹main› catalogue") && shown.contains("POD_NAMESPACE"), "{shown}");
    assert!(panes(&hand.model).container.is_some());
    hand.press("d");
    assert!(panes(&hand.model).container.is_none());
}

/// In the copy menu, on the line of the pod's name.
fn copies(key: &str, text: &str) {
    let mut hand = reading();
    hand.press("j j j c");
    let effects = hand.press(key);
    let [Effect::Copy(copied), Effect::After(Timer::Notice, _)] = &effects[..] else {
        panic!("{effects:?}")
    };
    let copied = std::str::from_utf8(copied).unwrap();
    assert!(copied == text || key == "o" && copied.starts_with(text), "{copied}");
    assert!(matches!(hand.model.overlay, Overlay::None));
}

/// Where the catalogue of what a pod can expose is shown, each line is copied as YAML.
fn copies_of_the_catalogue() {
    let mut hand = after(":po/downward-env space -n space default enter d tab tab h");
    for (key, beginning) in [("c", "name: "), ("C", "path: ")] {
        let effects = hand.press(key);
        let Some(Effect::Copy(bytes)) = effects.first() else { panic!("{effects:?}") };
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(text.contains("fieldPath: metadata.name"), "{text}");
        assert!(text.contains(beginning), "{text}");
    }
}

fn help() {
    let mut hand = after("?");
    assert!(screen(&hand.model).contains("Keys"));
    let first = screen(&hand.model);
    hand.press("j");
    assert_ne!(screen(&hand.model), first);
    hand.press("q");
    assert!(matches!(hand.model.overlay, Overlay::None));
}

fn escape() {
    let mut hand = after(":po space -n space shop enter / db enter f");
    assert!(hand.model.full_screen);
    hand.press("esc");
    assert_eq!(hand.below("/api/v1/namespaces/shop/pods").len(), 6, "the filter first");
    hand.press("esc");
    assert!(!hand.model.full_screen);
    hand.press("tab esc");
    assert_eq!(hand.model.focus, Pane::Tree);
    let mut hand = reading();
    hand.press("/ name enter esc");
    assert_eq!(hand.model.reading.pane.match_count(), 0);
    assert_eq!(hand.model.focus, Pane::Document, "one thing at a time");
}

/// On the start screen.
fn starts(keys: &str, choice: &Choice) {
    let mut hand = Hand::unconnected(&[]);
    hand.model = Model::new(80, 24);
    hand.message(Message::NotConnected(Box::default()));
    let effects = hand.press(keys);
    assert!(effects.contains(&Effect::Connect(choice.clone())), "{effects:?}");
}

#[test]
fn the_start_screen_connects_to_the_chosen_context() {
    let mut hand = Hand::unconnected(&[]);
    let contexts = ["dev", "staging", "prod"].map(str::to_owned).to_vec();
    hand.message(Message::NotConnected(Box::new(NoEndpoint { tried: Vec::new(), contexts })));
    let effects = hand.press("j j j k enter");
    assert_eq!(effects, [Effect::Connect(Choice::Context("staging".to_owned()))]);
}

#[test]
fn what_is_typed_is_no_key() {
    let mut hand = Hand::demo();
    hand.press(": q d x");
    let Overlay::Prompt(prompt) = &hand.model.overlay else { panic!() };
    assert_eq!(prompt.input.value(), "qdx");
    hand.press("ctrl-c");
    assert!(matches!(hand.model.overlay, Overlay::None));
}

#[test]
fn what_is_pasted_is_typed_up_to_its_first_line_and_is_no_key_elsewhere() {
    let mut hand = Hand::demo();
    hand.message(Message::Paste("q".to_owned()));
    assert_eq!(hand.taken(), []);
    hand.press(":");
    hand.message(Message::Paste("po/db-0\u{1b}\tx\nq\n".to_owned()));
    let Overlay::Prompt(prompt) = &hand.model.overlay else { panic!() };
    assert_eq!(prompt.input.value(), "po/db-0x");
}

#[test]
fn no_size_of_the_terminal_is_too_small_to_draw() {
    let mut hand = after(":po/db-0 space -n space shop enter");
    for keys in ["", "tab", "f", "d", "tab", "?", "esc", "c", "esc", ": p", "esc", "/ x"] {
        hand.press(keys);
        for (width, height) in [(1, 1), (2, 3), (10, 2), (5, 40), (30, 5), (59, 9), (300, 4)] {
            hand.message(Message::Resize { width, height });
            screen(&hand.model);
        }
    }
}
