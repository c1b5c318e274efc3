//! Rules for Services and `EndpointSlices`. What serves a Service is known from other objects only.

mod selection;

use serde_json::Value;

use self::selection::{Selection, selection};
use super::context::Context;
use super::level::Level;
use super::reason::{Hint, Reason, Source};
use super::requests;
use super::rule::{Rule, one};
use super::similar::did_you_mean;
use super::time::{LB, MINUTE};
use super::words::{count, lasting, quote};
use crate::k8s::path::ObjectPath;
use crate::k8s::request::Request;
use crate::object::path;

pub(super) const RULES: &[Rule] = &[
    one("svc.zero", zero),
    one("svc.port", port),
    one("svc.empty", empty),
    one("svc.unready", unready),
    one("svc.partial", partial),
    one("svc.lb", load_balancer),
    one("svc.manual", manual),
];

pub(super) const SLICE: &[Rule] = &[one("eps.unready", slice_unready)];

const SELECTOR: &str = ".spec.selector";
const SERVICE_LABEL: &str = "kubernetes.io/service-name";

/// The endpoints of a Service, over all its slices.
#[derive(Clone, Debug, Default)]
pub(super) struct Endpoints {
    pub(super) ready: usize,
    pub(super) unready: usize,
    /// True if there is a slice.
    has_slice: bool,
    /// True if no slice with endpoints has a port.
    is_without_ports: bool,
    /// The pods behind the endpoints that are not ready.
    pub(super) pods: Vec<ObjectPath>,
}

impl Endpoints {
    /// Counts the endpoints of slices. One that does not say whether it is ready is.
    pub(super) fn count<'a>(slices: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut endpoints = Self { is_without_ports: true, ..Self::default() };
        for slice in slices {
            endpoints.has_slice = true;
            let list = path::list(slice, ".endpoints");
            let has_ports = !path::list(slice, ".ports").is_empty();
            endpoints.is_without_ports &= list.is_empty() || !has_ports;
            for endpoint in list {
                if path::at(endpoint, ".conditions.ready") == false {
                    endpoints.unready += 1;
                    endpoints.pods.extend(pod(endpoint));
                } else {
                    endpoints.ready += 1;
                }
            }
        }
        endpoints.is_without_ports &= endpoints.ready + endpoints.unready > 0;
        endpoints
    }
}

fn pod(endpoint: &Value) -> Option<ObjectPath> {
    let text = |at| path::text(endpoint, at);
    (text(".targetRef.kind") == "Pod")
        .then(|| requests::object("Pod", text(".targetRef.namespace"), text(".targetRef.name")))
}

/// Returns the request for the slices of a Service, or of several.
pub(super) fn slices_request(namespace: &str, services: &[&str]) -> Request {
    let selector = match services {
        [one] => format!("{SERVICE_LABEL}={one}"),
        all => format!("{SERVICE_LABEL} in ({})", all.join(",")),
    };
    requests::sample("EndpointSlice", namespace, selector)
}

/// Returns the name of the Service that a slice is of.
pub(super) fn service_of(slice: &Value) -> &str {
    path::text(slice, &format!(".metadata.labels['{SERVICE_LABEL}']"))
}

fn is_external(context: &Context<'_>) -> bool {
    context.text(".spec.type") == "ExternalName"
}

fn has_selector(context: &Context<'_>) -> bool {
    context.at(SELECTOR).as_object().is_some_and(|labels| !labels.is_empty())
}

/// The endpoints of the Service, if they are known.
fn endpoints(context: &mut Context<'_>) -> Option<Endpoints> {
    if is_external(context) {
        return None;
    }
    let request = slices_request(context.namespace(), &[context.name()]);
    let slices = context.objects(request, "the endpoints of the Service")?;
    Some(Endpoints::count(slices))
}

/// The endpoints of a Service with a selector, if they are known and none is there.
fn no_endpoints(context: &mut Context<'_>) -> Option<Selection> {
    if !has_selector(context) {
        return None;
    }
    let endpoints = endpoints(context)?;
    let is_empty = endpoints.ready + endpoints.unready == 0;
    is_empty.then(|| selection(context)).flatten()
}

fn zero(context: &mut Context<'_>) -> Option<Reason> {
    let Selection::Zero { deployment } = no_endpoints(context)? else { return None };
    let text = format!("Its pods come from Deployment {deployment}, which is scaled to 0");
    let reason = Reason::note(text).at(SELECTOR).from(Source::Related);
    let object = requests::object("Deployment", context.namespace(), &deployment);
    Some(reason.go(format!("deploy/{deployment}")).see(object))
}

/// A port that no container has leaves endpoints without ports.
fn port(context: &mut Context<'_>) -> Option<Reason> {
    if !has_selector(context) || !endpoints(context)?.is_without_ports {
        return None;
    }
    let ports = context.list(".spec.ports").iter().enumerate();
    let named =
        ports.filter_map(|(index, port)| Some((index, path::at(port, ".targetPort").as_str()?)));
    let named: Vec<(usize, &str)> = named.collect();
    let selector = requests::selector(context.at(SELECTOR))?;
    let request = requests::sample("Pod", context.namespace(), selector.clone());
    let pods = context.objects(request, "the ports of the pods");
    let containers =
        pods.unwrap_or_default().iter().flat_map(|pod| path::list(pod, ".spec.containers"));
    let ports = containers.flat_map(|container| path::list(container, ".ports"));
    let known: Vec<&str> = ports.map(|port| path::text(port, ".name")).collect();
    let (index, name) = named.into_iter().find(|(_, name)| !known.contains(name))?;
    let text = format!("No container has a port named {name}{}", did_you_mean(name, known));
    let reason = Reason::broken(text).at(format!(".spec.ports[{index}].targetPort"));
    Some(reason.from(Source::Related).go(format!("pods -l {selector}")))
}

fn empty(context: &mut Context<'_>) -> Option<Reason> {
    let selection = no_endpoints(context)?;
    let selector = requests::selector(context.at(SELECTOR))?;
    let (level, text, words) = match selection {
        Selection::Nothing { near: Some(near) } => {
            let has = if near.pods == 1 { "has" } else { "have" };
            let pods = count(near.pods, "pod");
            let text =
                format!("Selects {}, which no pod has; {pods} {has} {}", near.wanted, near.instead);
            (Level::Broken, text, near.instead)
        }
        Selection::Nothing { near: None } => {
            (Level::Broken, format!("Selects {selector}, which no pod has"), selector)
        }
        Selection::Withheld => {
            (Level::Warning, format!("Has no endpoints: no pod seems to have {selector}"), selector)
        }
        Selection::Pods(_) | Selection::Zero { .. } => return None,
    };
    let reason = Reason::new(level, text).at(SELECTOR).from(Source::Related);
    Some(reason.go(format!("pods -l {}", quote(&words))))
}

fn unready(context: &mut Context<'_>) -> Option<Reason> {
    if !has_selector(context) {
        return None;
    }
    let endpoints = endpoints(context)?;
    if endpoints.ready > 0 || endpoints.is_without_ports {
        return None;
    }
    // A pod without an address is in no slice.
    let (number, pods) = match endpoints.unready {
        0 => match selection(context)? {
            Selection::Pods(pods) => (pods.len(), pods),
            _ => return None,
        },
        unready => (unready, endpoints.pods),
    };
    let selector = requests::selector(context.at(SELECTOR))?;
    let text = match number {
        1 => "Its only pod is not ready".to_owned(),
        number => format!("None of its {number} pods is ready"),
    };
    let reason = Reason::broken(text).at(SELECTOR).from(Source::Related);
    Some(pods.into_iter().fold(reason, Reason::see).go(format!("pods -l {selector}")))
}

fn partial(context: &mut Context<'_>) -> Option<Reason> {
    let Endpoints { ready, unready, .. } = endpoints(context)?;
    if ready == 0 || unready == 0 {
        return None;
    }
    let text = format!("{ready} of {} endpoints are ready", ready + unready);
    let at = if has_selector(context) { SELECTOR } else { "" };
    Some(Reason::note(text).at(at).from(Source::Related))
}

fn load_balancer(context: &mut Context<'_>) -> Option<Reason> {
    const STATUS: &str = ".status.loadBalancer";
    let has_address = !context.list(".status.loadBalancer.ingress").is_empty();
    if context.text(".spec.type") != "LoadBalancer" || has_address {
        return None;
    }
    let at = if path::find(context.object, STATUS).is_some() { STATUS } else { ".spec.type" };
    let created = context.created();
    if context.within(None, LB) {
        let text = "Waits for an address from the load balancer";
        return Some(Reason::progressing(text).at(at).since(created));
    }
    let events = context.events().unwrap_or_default();
    if let Some(event) = events.iter().find(|event| event.reason == "SyncLoadBalancerFailed") {
        let text = format!("No address from the load balancer: {}", quote(event.message));
        let reason = Reason::broken(text).at(at).since(created).from(Source::Event);
        return Some(reason.see(event.path()).hint(Hint::Events));
    }
    let text = format!("No address from the load balancer{}", lasting(context.age(created)));
    Some(Reason::warning(text).at(at).since(created).hint(Hint::Events))
}

fn manual(context: &mut Context<'_>) -> Option<Reason> {
    if has_selector(context) || is_external(context) || context.within(None, MINUTE) {
        return None;
    }
    let has_slice = endpoints(context)?.has_slice;
    (!has_slice).then(|| Reason::note("Has no selector and no endpoints").from(Source::Related))
}

fn slice_unready(context: &mut Context<'_>) -> Option<Reason> {
    let endpoints = Endpoints::count([context.object]);
    if endpoints.ready > 0 || endpoints.unready == 0 {
        return None;
    }
    let text = match endpoints.unready {
        1 => "Its only endpoint is not ready".to_owned(),
        all => format!("None of {all} endpoints is ready"),
    };
    let reason = Reason::warning(text).at(".endpoints");
    Some(endpoints.pods.into_iter().fold(reason, Reason::see))
}
