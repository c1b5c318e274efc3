//! The copy menu, and copying from the catalogue.

use kubewalk::app::effect::Effect;
use kubewalk::app::message::Timer;
use kubewalk::app::state::overlay::Overlay;

use super::{POD, after, reading};
use crate::support::app::App;
use crate::support::walker::selected;

#[test]
pub(super) fn c_opens_the_copy_menu() {
    assert!(matches!(after("c").model.overlay, Overlay::Copy));
}

/// What a key of the copy menu copies on the line of the pod's name.
fn copied(key: &str) -> String {
    let mut app = reading();
    app.press("j j j c");
    let effects = app.press(key);
    let [Effect::Copy(bytes), Effect::After(Timer::Notice, _)] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert!(matches!(app.model.overlay, Overlay::None));
    String::from_utf8(bytes.clone()).unwrap()
}

#[test]
pub(super) fn v_copies_the_value_of_the_line() {
    assert_eq!(copied("v"), "db-0");
}

#[test]
pub(super) fn p_copies_the_path_of_the_line() {
    assert_eq!(copied("p"), ".metadata.name");
}

#[test]
pub(super) fn o_copies_the_whole_document() {
    let document = copied("o");
    assert!(document.starts_with("kind: Pod\n"), "{document}");
    assert!(document.contains("nodeName: node1"), "{document}");
}

#[test]
pub(super) fn a_copies_the_api_path() {
    assert_eq!(copied("a"), POD);
}

#[test]
pub(super) fn k_copies_a_kubectl_command() {
    assert_eq!(copied("k"), format!("kubectl get --raw {POD}"));
}

#[test]
pub(super) fn u_copies_a_curl_command() {
    let command = format!("curl -sS -H 'Accept: application/json' http://127.0.0.1:8001{POD}");
    assert_eq!(copied("u"), command);
}

#[test]
pub(super) fn a_line_of_the_catalogue_is_copied_as_yaml() {
    let mut app = after(":po/downward-env space -n space default enter d tab tab h");
    for (key, beginning) in [("c", "name: "), ("C", "path: ")] {
        let effects = app.press(key);
        let Some(Effect::Copy(bytes)) = effects.first() else { panic!("{effects:?}") };
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(text.contains("fieldPath: metadata.name"), "{text}");
        assert!(text.contains(beginning), "{text}");
    }
}

/// The Secret of the demo, with the cursor on its password.
fn on_the_password() -> App {
    let mut app = after(":secrets/db-credentials space -n space shop enter tab");
    app.press("/ password: enter");
    app
}

#[test]
pub(super) fn a_masked_value_is_not_copied() {
    let mut app = on_the_password();
    let effects = app.press("c v");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Copy(_))), "{effects:?}");
}

#[test]
pub(super) fn an_unmasked_value_of_a_secret_is_copied_decoded() {
    let mut app = on_the_password();
    app.press("x");
    assert_eq!(selected(&app.model), "password: s3cr3t-p@ss");
    let effects = app.press("c v");
    let Some(Effect::Copy(bytes)) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(bytes, b"s3cr3t-p@ss");
    let notice = app.model.notice.as_ref().unwrap();
    assert!(notice.text.starts_with("The decoded value was sent"), "{}", notice.text);
    app.press("x");
    assert_eq!(selected(&app.model), "password: ••••• 11 bytes");
}
