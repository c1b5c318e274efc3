//! Rules for Ingresses: whether what they name is there.

use serde_json::Value;

use super::context::{Context, Other};
use super::reason::{Reason, Source};
use super::related::Answer;
use super::requests;
use super::rule::{Rule, many, one};
use super::service::{Endpoints, service_of, slices_request};
use super::similar::did_you_mean;
use super::time::LB;
use super::words::{all, lasting};
use crate::k8s::table::{Page, Row};
use crate::object::path;

pub(super) const RULES: &[Rule] = &[
    many("ing.backend", backend),
    many("ing.port", port),
    many("ing.tls", tls),
    many("ing.down", down),
    one("ing.address", address),
];

/// A Service that an Ingress routes to.
struct Backend<'a> {
    /// The JSON path of the Service in the Ingress.
    at: String,
    /// `Path /ledger`, or `The default backend`.
    title: String,
    service: &'a str,
    port: &'a Value,
}

fn backends<'a>(context: &Context<'a>) -> Vec<Backend<'a>> {
    let mut found = Vec::new();
    let mut push = |title: String, at: String| {
        let service = path::at(context.object, &at);
        let name = path::text(service, ".name");
        if !name.is_empty() {
            found.push(Backend { at, title, service: name, port: path::at(service, ".port") });
        }
    };
    push("The default backend".to_owned(), ".spec.defaultBackend.service".to_owned());
    for (rule_index, rule) in context.list(".spec.rules").iter().enumerate() {
        for (index, http) in path::list(rule, ".http.paths").iter().enumerate() {
            let shown = [path::text(http, ".path"), "/"].into_iter().find(|path| !path.is_empty());
            let title = format!("Path {}", shown.unwrap_or_default());
            let at = format!(".spec.rules[{rule_index}].http.paths[{index}].backend.service");
            push(title, at);
        }
    }
    found
}

/// The Services of the namespace, as rows without objects.
fn services<'a>(context: &mut Context<'a>) -> Option<&'a Page> {
    let request = requests::names("Service", context.namespace());
    let page = context.rows(request, "the names of the Services")?;
    // A name may be on a page that was not read.
    page.continue_token.is_none().then_some(page)
}

fn row<'a>(page: &'a Page, name: &str) -> Option<&'a Row> {
    page.rows.iter().find(|row| row.name() == name)
}

fn backend(context: &mut Context<'_>) -> Vec<Reason> {
    let backends = backends(context);
    if backends.is_empty() {
        return Vec::new();
    }
    let Some(page) = services(context) else { return Vec::new() };
    let missing = backends.into_iter().filter(|backend| row(page, backend.service).is_none());
    let reasons = missing.map(|Backend { at, title, service, .. }| {
        let names = || page.rows.iter().map(Row::name);
        let instead = did_you_mean(service, names());
        let text = format!("{title} uses Service {service}, which does not exist{instead}");
        let meant = super::similar::meant(service, names()).unwrap_or(service);
        let reason = Reason::broken(text).at(format!("{at}.name")).from(Source::Related);
        let object = requests::object("Service", context.namespace(), service);
        reason.see(object).go(format!("svc/{meant}"))
    });
    reasons.collect()
}

/// A port by its number is read from the Service's row; only one by its name needs the Service.
fn port(context: &mut Context<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for Backend { at, service, port, .. } in backends(context) {
        let Some(page) = services(context) else { return reasons };
        let Some(row) = row(page, service) else { continue };
        let object = requests::object("Service", context.namespace(), service);
        let number = path::int(port, ".number");
        let (wanted, known) = match (number, path::at(port, ".name").as_str()) {
            (Some(number), _) => (number.to_string(), numbers(page, row)),
            (None, Some(name)) => match context.other(&object, "the ports of the Service") {
                Other::Present(service) => (name.to_owned(), names(service)),
                Other::Absent | Other::Unknown => continue,
            },
            (None, None) => continue,
        };
        if known.is_empty() || known.contains(&wanted) {
            continue;
        }
        let has = all(&known);
        let text = format!("Service {service} has no port {wanted}; it has {has}");
        let reason = Reason::broken(text).at(format!("{at}.port")).from(Source::Related);
        reasons.push(reason.see(object).go(format!("svc/{service}")));
    }
    reasons
}

/// The port numbers in a Service's cell, such as `80:30080/TCP,443/TCP`.
fn numbers(page: &Page, row: &Row) -> Vec<String> {
    let column = page.columns.iter().position(|column| *column.name == *"Port(s)");
    let cell = column.and_then(|at| row.cells().nth(at)).unwrap_or_default();
    let number = |port: &str| port.split([':', '/']).next().unwrap_or_default().to_owned();
    cell.split(',').filter(|port| port.contains('/')).map(number).collect()
}

fn names(service: &Value) -> Vec<String> {
    let names = path::list(service, ".spec.ports").iter().map(|port| path::text(port, ".name"));
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The names of the Secrets are used where they are known anyway, and never wanted.
fn tls(context: &mut Context<'_>) -> Vec<Reason> {
    let request = requests::names("Secret", context.namespace());
    let Some(Answer::Rows(page)) = context.related.get(&request) else { return Vec::new() };
    let secrets = context.list(".spec.tls").iter().enumerate();
    let missing = secrets.filter_map(|(index, tls)| {
        let name = Some(path::text(tls, ".secretName")).filter(|name| !name.is_empty())?;
        if row(page, name).is_some() || page.continue_token.is_some() {
            return None;
        }
        let reason = Reason::warning(format!("TLS Secret {name} does not exist"));
        let reason = reason.at(format!(".spec.tls[{index}].secretName")).from(Source::Related);
        Some(reason.see(requests::object("Secret", context.namespace(), name)))
    });
    missing.collect()
}

/// Backends that are there and have no ready endpoint.
fn down(context: &mut Context<'_>) -> Vec<Reason> {
    let backends = backends(context);
    let mut names: Vec<&str> = backends.iter().map(|backend| backend.service).collect();
    names.sort_unstable();
    names.dedup();
    let Some(page) = services(context) else { return Vec::new() };
    names.retain(|name| row(page, name).is_some());
    if names.is_empty() {
        return Vec::new();
    }
    let request = slices_request(context.namespace(), &names);
    let Some(slices) = context.objects(request, "the endpoints of the Services") else {
        return Vec::new();
    };
    let namespace = context.namespace();
    let of_known = backends.into_iter().filter(|backend| names.contains(&backend.service));
    let reasons = of_known.filter_map(|Backend { at, title, service, .. }| {
        let own: Vec<&Value> = slices.iter().filter(|slice| service_of(slice) == service).collect();
        let is_known = !own.is_empty();
        let endpoints = Endpoints::count(own);
        if !is_known || endpoints.ready > 0 {
            return None;
        }
        let text = match endpoints.unready {
            0 => format!("{title}: Service {service} has no endpoints"),
            1 => format!("{title}: the only pod of Service {service} is not ready"),
            pods => format!("{title}: none of the {pods} pods of Service {service} is ready"),
        };
        let reason = Reason::warning(text).at(format!("{at}.name")).from(Source::Related);
        let object = requests::object("Service", namespace, service);
        Some(reason.see(object).go(format!("svc/{service}")))
    });
    reasons.collect()
}

fn address(context: &mut Context<'_>) -> Option<Reason> {
    const CLASS: &str = ".spec.ingressClassName";
    if !context.list(".status.loadBalancer.ingress").is_empty() || context.within(None, LB) {
        return None;
    }
    let is_there = |at: &str| path::find(context.object, at).is_some();
    let status = if is_there(".status.loadBalancer") { ".status.loadBalancer" } else { "" };
    let class = context.text(CLASS);
    let legacy = context.text(".metadata.annotations['kubernetes.io/ingress.class']");
    if class.is_empty() && legacy.is_empty() {
        let request = requests::sample_all("IngressClass");
        let classes = context.objects(request, "the IngressClasses");
        let is_default = |class: &Value| {
            let annotation = ".metadata.annotations['ingressclass.kubernetes.io/is-default-class']";
            path::text(class, annotation) == "true"
        };
        // Without a default the class is set when the Ingress is created, or never.
        if classes?.iter().any(is_default) {
            return None;
        }
        let note = Reason::note("No IngressClass: nobody serves it").at(status);
        return Some(note.from(Source::Related).go("ingressclasses"));
    }
    let since = context.created();
    let text = format!("No address{}", lasting(context.age(since)));
    let class = if class.is_empty() { legacy } else { class };
    let object = requests::object("IngressClass", "", class);
    Some(Reason::warning(text).at(status).since(since).see(object).go("ingressclasses"))
}
