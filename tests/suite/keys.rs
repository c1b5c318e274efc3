//! Keys: each action of the key table does what it says.

mod actions;
mod copying;
mod filter;
mod folds;
mod logs;
mod movement;
mod overlays;
mod panes;
mod search;

use crate::support::hand::Hand;

const POD: &str = "/api/v1/namespaces/shop/pods/db-0";
const PODS: &str = "/api/v1/namespaces/shop/pods";

/// The demo after some keys.
fn after(keys: &str) -> Hand {
    let mut hand = Hand::demo();
    hand.walk(keys);
    hand
}

/// The document of a pod, which has the focus.
fn reading() -> Hand {
    after(":po/db-0 space -n space shop enter tab")
}

/// The 0-based index of the cursor row.
fn position(hand: &Hand) -> usize {
    hand.model.tree.position(hand.model.tree.cursor())
}
