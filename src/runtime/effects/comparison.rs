//! Compares two objects, or what their containers see.

use tokio::task::spawn_blocking;

use crate::api::client::Client;
use crate::api::surroundings;
use crate::app::state::comparison::Sides;
use crate::app::state::comparison::containers::{compare as compare_containers, object};
use crate::downward::{PodObject, Surroundings};
use crate::k8s::answer;
use crate::k8s::failure::Failure;
use crate::object::diff::Diff;
use crate::runtime::log;

/// Compares both sides off the event loop. What containers see is computed from the sources of each side,
/// which are loaded first. `None` if there is no server, or the program ends.
pub(super) async fn compare(client: Option<Client>, sides: Sides) -> Option<Result<Diff, Failure>> {
    if !sides.of_containers {
        return spawn_blocking(move || sides.compare()).await.ok();
    }
    let client = client?;
    let (left, right) = match (object(&sides.left), object(&sides.right)) {
        (Ok(left), Ok(right)) => (left, right),
        (Err(failure), _) | (_, Err(failure)) => return Some(Err(failure)),
    };
    let (left, right) = (loaded(&client, left).await, loaded(&client, right).await);
    let compare = move || compare_containers([&left, &right], sides.shows_secrets, &sides.masker);
    spawn_blocking(compare).await.ok().map(Ok)
}

async fn loaded(client: &Client, object: PodObject) -> (PodObject, Surroundings) {
    let fetch = |request| async move {
        let answer = client.send(&request).await;
        log::exchange(&request, &answer);
        let exchange = answer?;
        answer::whole(&exchange)?;
        Ok(exchange)
    };
    let around = surroundings::load(&object, fetch).await;
    (object, around)
}
