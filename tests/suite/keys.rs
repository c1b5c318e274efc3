//! Keys: each action of the key table does what it says.

mod actions;
mod copying;
mod events;
mod filter;
mod folds;
pub(crate) mod health;
mod logs;
mod movement;
mod overlays;
mod panes;
mod pod_logs;
mod search;

use crate::support::app::App;

const POD: &str = "/api/v1/namespaces/shop/pods/db-0";
const PODS: &str = "/api/v1/namespaces/shop/pods";

/// The demo after some keys.
fn after(keys: &str) -> App {
    let mut app = App::demo();
    app.walk(keys);
    app
}

/// The document of a pod, which has the focus.
fn reading() -> App {
    after(":po/db-0 space -n space shop enter tab")
}

/// The 0-based index of the cursor row.
fn position(app: &App) -> usize {
    app.model.tree.position(app.model.tree.cursor())
}
