//! Loads the objects outside of a pod that its view needs, one after the other.

use crate::downward::sources::{SourceBody, Sources};
use crate::downward::{PodObject, Surroundings, needs};
use crate::k8s::failure::Failure;
use crate::k8s::request::{Exchange, Request};

/// Loads what the view of a pod or workload needs; `fetch` sends a request. Objects that cannot be read leave
/// their rows unknown.
pub async fn load<F>(object: &PodObject, fetch: impl Fn(Request) -> F) -> Surroundings
where
    F: Future<Output = Result<Exchange, Failure>>,
{
    let mut sources = Sources::new(&needs(object).with_node(object));
    while let Some((key, request)) = sources.next_request() {
        let exchange = fetch(request).await;
        let answer = exchange.and_then(|exchange| SourceBody::decode(&key, &exchange.body));
        sources.answered(&key, answer);
    }
    sources.into_surroundings()
}
