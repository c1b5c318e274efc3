//! Typed locations of objects that do not exist.

use crate::keys::health::trouble;
use crate::support::walker::screen;

#[test]
fn a_name_with_a_typing_mistake_is_answered_with_the_one_that_is_near() {
    let app = trouble(":po/audt space -n space payments enter");
    let shown = screen(&app.model);
    let text = "audt is not in /api/v1/namespaces/payments/pods. Did you mean audit?";
    assert!(shown.contains(text), "{shown}");
}

#[test]
fn a_name_that_resembles_none_is_to_be_checked() {
    let app = trouble(":po/nope space -n space payments enter");
    let shown = screen(&app.model);
    assert!(shown.contains("payments/pods. Check the name and the namespace"), "{shown}");
}
