//! What a namespace has, printed below it.

use futures::stream::{self, StreamExt as _};

use super::{Step, Walk};
use crate::k8s::answer;
use crate::k8s::failure::Failure;
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{AT_ONCE, Request};
use crate::k8s::table::Page;
use crate::object::contents::{self, Contained};
use crate::object::find::kinds::in_namespaces;

impl Walk<'_> {
    /// Counts the objects of each kind in a namespace. Returns a line for each kind that has some, one line
    /// for the other kinds, and the failures.
    pub(super) async fn contents(&mut self, namespace: &ObjectPath, level: usize) -> Vec<Step> {
        let path = ApiPath::Object(namespace.clone());
        let namespace = Namespace::new(&namespace.name);
        self.access.complete(&mut self.discovery).await;
        let plan = in_namespaces(&self.discovery);
        let is_recorded = self.access.connection.endpoint.kind.is_recorded();
        let (walk, namespace) = (&*self, &namespace);
        let count = |gvr: Gvr| async move {
            let request = contents::request(&gvr, namespace, is_recorded);
            let page = walk.counted(&request).await;
            (gvr, request.path, page)
        };
        let mut answers = stream::iter(plan.kinds).map(count).buffered(AT_ONCE);
        let (mut steps, mut failed, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
        while let Some((gvr, path, page)) = answers.next().await {
            let contained = Contained::of(&page);
            match (contained, page) {
                (Contained::Number { number: number @ 1.., is_least }, _) => {
                    let least = if is_least { " and more" } else { "" };
                    let row = format!("{}  {number}{least}", gvr.title());
                    steps.push(Step::Node { path, row, level });
                }
                (Contained::Failed, Err(failure)) => failed.push(Step::Failed { path, failure }),
                _ => {}
            }
            kinds.push((gvr, contained));
        }
        kinds.extend(plan.left_out.into_iter().map(|gvr| (gvr, Contained::LeftOut)));
        let others = Some(contents::others(&kinds)).filter(|others| !others.is_empty());
        steps.extend(others.map(|row| Step::Entry { above: path, row }));
        steps.extend(failed);
        steps
    }

    async fn counted(&self, request: &Request) -> Result<Page, Failure> {
        answer::page(&self.access.fetch(request).await?, self.arrived())
    }
}
