//! The peers of a `NetworkPolicy`: one list for each selector of a rule.

use serde_json::Value;

use super::Rows;
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};
use crate::k8s::selector::Selector;
use crate::object::links::{of_labels, selector_text};
use crate::object::path::list;
use crate::object::related::{After, Keep, Related};

/// The label that every namespace has, with its name (`LabelMetadataName` of core/v1).
const NAME: &str = "kubernetes.io/metadata.name=";

impl Rows<'_> {
    /// The pods and the namespaces that a policy allows traffic from and to.
    pub(super) fn peers(&mut self) {
        for (rules, peers, word) in
            [(".spec.ingress", ".from", "from"), (".spec.egress", ".to", "to")]
        {
            for peer in list(self.context.object, rules).iter().flat_map(|rule| list(rule, peers)) {
                self.peer(peer, word);
            }
        }
        // Several rules may have the same peer.
        let mut lists: Vec<Related> = Vec::new();
        for list in self.found.drain(..) {
            if !lists.contains(&list) {
                lists.push(list);
            }
        }
        self.found = lists;
    }

    /// A selector of pods without one of namespaces is for the pods of the policy's own namespace, one of
    /// namespaces alone for all their pods (`NetworkPolicyPeer`).
    fn peer(&mut self, peer: &Value, word: &str) {
        let selector = |field: &str| selector_text(peer.get(field)?);
        let (pods, namespaces) = (selector("podSelector"), selector("namespaceSelector"));
        let Some(resource) = self.context.resource("", "namespaces") else { return };
        let (label, keep) = (format!("{word} pods"), Keep::All);
        match (pods.map(of_labels), namespaces) {
            (Some(pods), None) => self.pods(&label, self.context.namespace, pods, None),
            (Some(pods), Some(all)) if all.is_empty() => self.pods(&label, None, pods, None),
            (Some(pods), Some(some)) => {
                let one = some.strip_prefix(NAME).filter(|name| !name.contains([',', ' ']));
                let path = ApiPath::Collection { gvr: resource.gvr.clone(), namespace: None };
                let request = Request::get(path, Form::Metadata);
                let request = of_labels(some.clone()).of(request);
                let after = one.is_none().then_some(After::Namespaces(request));
                self.pods(&label, one, pods, after);
            }
            (None, Some(some)) => {
                self.push(&format!("{word} namespaces"), resource, None, of_labels(some), keep);
            }
            (None, None) => {}
        }
    }

    /// A list of pods.
    pub(super) fn pods(
        &mut self,
        label: &str,
        namespace: Option<&str>,
        selector: Selector,
        after: Option<After>,
    ) {
        let Some(resource) = self.context.resource("", "pods") else { return };
        if !resource.can("list") {
            return;
        }
        self.push(label, resource, namespace, selector, Keep::All);
        if let Some(pods) = self.found.last_mut() {
            pods.after = after;
        }
    }
}
