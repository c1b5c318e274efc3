//! Loads the objects outside of a pod that its view needs.

use crate::downward::sources::{SourceBody, Sources};
use crate::downward::{PodObject, Surroundings, needs};
use crate::headless::Access;

/// Loads the objects that the view of a pod or workload needs. Those that cannot be read leave
/// their rows unknown.
pub(super) async fn load(access: &Access, object: &PodObject) -> Surroundings {
    let mut sources = Sources::new(&needs(object).with_node(object));
    while let Some((key, request)) = sources.next_request() {
        let exchange = access.fetch(&request).await;
        let answer = exchange.and_then(|exchange| SourceBody::decode(&key, &exchange.body));
        sources.answered(&key, answer);
    }
    sources.into_surroundings()
}
