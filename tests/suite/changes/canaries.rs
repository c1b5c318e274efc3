//! No value of a Secret is in a history, its versions, their comparison, or what is copied of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kubewalk::app::effect::Effect;
use kubewalk::app::layout::Pane;
use serde_json::Value;

use super::history::arrive;
use crate::support::app::App;
use crate::support::walker::screen;

const CANARIES: [&str; 2] = ["canary-of-a-version-4711", "canary-of-the-next-4712"];

/// The Secret `db-credentials` after it changed twice while it was open.
fn changed() -> App {
    let mut app = App::demo();
    app.walk(":secrets/db-credentials space -n space shop enter");
    let mut secret: Value =
        serde_json::from_slice(app.model.reading.pane.document().unwrap().body()).unwrap();
    for (canary, version) in CANARIES.into_iter().zip(["990001", "990002"]) {
        secret["data"]["password"] = STANDARD.encode(canary).into();
        secret["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] =
            format!(r#"{{"stringData":{{"password":"{canary}"}}}}"#).into();
        secret["metadata"]["resourceVersion"] = version.into();
        app.model.now += jiff::SignedDuration::from_secs(5);
        arrive(&mut app, &secret.to_string());
    }
    app
}

fn has_canary(text: &str) -> bool {
    CANARIES.iter().any(|canary| {
        let encoded = STANDARD.encode(canary);
        text.contains(canary) || text.contains(&encoded[..16])
    })
}

/// Presses keys, and fails if a screen or a copied text has a value of the Secret.
fn press_clean(app: &mut App, keys: &str) {
    let effects = app.press(keys);
    app.answer_all();
    let shown = screen(&app.model);
    assert!(!has_canary(&shown), "{keys}: {shown}");
    for effect in &effects {
        if let Effect::Copy(text) = effect {
            let text = String::from_utf8_lossy(text);
            assert!(!has_canary(&text), "{keys}: {text}");
        }
    }
}

#[test]
fn no_value_of_a_secret_is_in_its_history_or_in_what_is_copied_of_it() {
    let mut app = changed();
    press_clean(&mut app, "H");
    assert!(screen(&app.model).contains(".data.password"), "{}", screen(&app.model));
    for keys in ["l", "c", "j", "l", "c", "/ c a n a r y", "enter", "esc"] {
        press_clean(&mut app, keys);
    }
}

#[test]
fn words_do_not_find_the_value_of_a_secret_in_its_history() {
    let mut app = changed();
    press_clean(&mut app, "H / 4 7 1 1 enter");
    assert!(screen(&app.model).contains("No change or event matches"), "{}", screen(&app.model));
}

#[test]
fn an_older_version_of_a_secret_is_masked_until_x() {
    let mut app = changed();
    press_clean(&mut app, "H g enter");
    assert!(screen(&app.model).contains("· not now"), "{}", screen(&app.model));
    app.model.focus = Pane::Document;
    press_clean(&mut app, "E");
    app.press("x");
    assert!(has_canary(&screen(&app.model)), "{}", screen(&app.model));
}

#[test]
fn versions_of_a_secret_are_compared_by_their_tags() {
    let mut app = changed();
    press_clean(&mut app, "H j");
    press_clean(&mut app, "=");
    let shown = screen(&app.model);
    assert!(shown.contains("password"), "{shown}");
    assert!(shown.contains("‹24 bytes #") && shown.contains("‹23 bytes #"), "{shown}");
    for keys in ["l", "i", "X"] {
        press_clean(&mut app, keys);
    }
    app.press("x");
    assert!(has_canary(&screen(&app.model)), "{}", screen(&app.model));
}

#[test]
fn the_differences_of_secrets_without_a_request_have_no_value_even_in_memory() {
    let mut app = changed();
    press_clean(&mut app, "H j =");
    let found = app.model.comparison.as_ref().unwrap().found().unwrap();
    assert!(!has_canary(&format!("{found:?}")));
    let history = app.model.histories.open().unwrap();
    let fields = history.entries.iter().map(|entry| format!("{:?}{}", entry.fields, entry.text()));
    assert!(fields.clone().count() > 1 && fields.into_iter().all(|text| !has_canary(&text)));
}
