//! The objects outside of a pod that its view needs, loaded from the server.

use crate::downward::sources::{SourceBody, Sources};
use crate::downward::{PodObject, Surroundings, needs};
use crate::headless::Access;

/// Loads what the view of a pod or workload needs. What cannot be read is no error: its rows will be
/// unknown.
pub(super) async fn load(access: &Access, object: &PodObject) -> Surroundings {
    let mut sources = Sources::new(&needs(object));
    while let Some((key, request)) = sources.next_request() {
        let exchange = access.fetch(&request).await;
        let answer = exchange.and_then(|exchange| SourceBody::decode(&key, &exchange.body));
        sources.answered(&key, answer);
    }
    sources.into_surroundings()
}
