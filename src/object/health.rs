//! Is this object healthy, and if not, why: in one sentence, with the line that shows it.
//!
//! [`judge`] reads one object and the answers to further requests, if there are any; it returns the
//! requests that would make the judgement more exact as [`Want`]s. [`RowJudge`] reads the cells of a
//! Table, for whole collections. [`fold()`] turns judged objects into problems, one entry per cause. All
//! of it is pure: the time is an argument, and nothing is fetched here.
//!
//! Rules are data: tables of `RULES`, each rule with an id, its level, a sentence, evidence and a
//! hint. The facts about Kubernetes are those of 1.36: `pkg/printers/internalversion/printers.go`,
//! `pkg/kubelet/images/types.go`, `pkg/kubelet/container/sync_result.go`, `pkg/controller`, and kstatus of
//! cli-utils for conditions of kinds that nobody knows.
//!
//! # Decisions
//!
//! * The evidence is always a line of the judged object, also if the sentence was read from an event or from
//!   another object: [`Source`] says which, and `related` names the objects.
//! * A hint is data ([`Hint`]): the screen shows a key, a command prints a command.
//! * A judgement uses at most four answers, its events included. Chains of wants are followed by judging
//!   again. Only objects that are warning, broken, or in progress for longer than usual want answers, except
//!   Services, Ingresses and webhooks: no field of these objects shows that nothing serves them. No Secret
//!   and no list of Secrets is ever wanted. [`Want::is_essential`] is false for requests that only add notes.
//! * The request for events is the same for every use of an object's events ([`events_request`]).
//! * The object that is missing is compared with what is there: [`Reason::sentence`] names one near name, or
//!   up to four keys of a `ConfigMap` that has no near one.
//! * A Service without ready endpoints is ok until it is known which pods have its labels. If the pods are
//!   forbidden, it is a warning.
//! * `svc.empty` looks at the labels of pods first, and at Deployments that are scaled to 0 last: this answers
//!   with one request in the usual case.
//! * `deploy.down` is left out if `deploy.refused` explains it, and `deploy.reduced` for a minute after a
//!   change of the Deployment, which is then a rollout.
//! * A pod with a nominated node is not unschedulable.
//! * A volume claim that blocks a pod is the second reason of `pod.unschedulable`.
//! * `pod.unseen` is for a pod without a phase, and `generic.family` for what known families of custom
//!   resources add to their conditions; both have no row in the original tables.
//! * Between the tries of a crash loop the level stays. A container without a readiness probe is ready in
//!   between, and is `pod.restarted` for ten minutes.
//! * A write through the subresource `scale` has no time in `managedFields`; `generation.lag` then counts from
//!   the newest write of all.
//! * `gone` has no evidence: the object is not there ([`judge_gone`]).
//! * A row that only the object can confirm has [`RowHealth::is_certain`] false, and may be one level off.
//! * A root of [`fold()`] has the worst level of its effects, also if it is a warning itself. Pods are folded
//!   under their owner, or under a node that does not answer. Other effects stay listed, with their cause.
//! * The Deployment of a pod is known from the name of its `ReplicaSet`; the owner of a row without metadata is
//!   guessed from the names that controllers generate.

mod cluster;
mod condition;
mod container;
mod context;
mod events;
mod exit;
mod fold;
mod gates;
mod generic;
mod ingress;
mod jobs;
mod level;
mod namespace;
mod node;
mod pod;
mod reason;
mod related;
mod requests;
mod row;
mod rule;
mod scaling;
mod service;
pub(crate) mod similar;
mod storage;
mod time;
mod words;
mod workload;

use jiff::Timestamp;
use serde_json::Value;

use self::context::Context;
use self::rule::Rule;
use super::path;

pub use self::events::request as events_request;
pub use self::fold::{Judged, Owner, Problem, Record, Ref, Report, Skipped, fold};
pub use self::level::Level;
pub use self::reason::{Hint, Reason, Source};
pub use self::related::{Answer, Related, SecretKeys, Unresolved, Want, take_items};
pub use self::row::{RowHealth, RowJudge, judge_row};
pub(in crate::object) use requests::selector;

/// How healthy an object is, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// The worst level of the reasons; `Ok` without any.
    pub level: Level,
    /// Why, worst first; reasons of level `Ok` are notes.
    pub reasons: Vec<Reason>,
    /// Requests whose answers would make this more exact.
    pub wants: Vec<Want>,
    /// The earliest moment at which time alone may change the level.
    pub next: Option<Timestamp>,
}

impl Health {
    /// The first reason that is no note.
    #[must_use]
    pub fn first(&self) -> Option<&Reason> {
        self.reasons.iter().find(|reason| reason.level != Level::Ok)
    }
}

/// Judges an object as it was at `now`, the server's time.
///
/// The object must have its `apiVersion` and `kind`, which lists leave out (see [`take_items`]).
#[must_use]
pub fn judge(object: &Value, now: Timestamp, related: &Related) -> Health {
    let mut context = Context::new(object, now, related);
    run(&mut context);
    let Context { found, wants, next, .. } = context;
    let level = found.iter().map(|reason| reason.level).max().unwrap_or_default();
    Health { level, reasons: found, wants, next }
}

/// Judges an object that a watch reported as deleted.
#[must_use]
pub fn judge_gone() -> Health {
    let reason = Reason { rule: "gone", ..Reason::new(Level::Unknown, "Deleted") };
    Health { level: Level::Unknown, reasons: vec![reason], ..Health::default() }
}

/// The ids of all rules for objects, in the order of their ranks.
pub fn rule_ids() -> impl Iterator<Item = &'static str> {
    let tables = ALL.iter().copied().flatten().map(|rule| rule.id);
    std::iter::once("gone").chain(tables)
}

fn run(context: &mut Context<'_>) {
    let (group, _) = path::text(context.object, ".apiVersion").rsplit_once('/').unwrap_or_default();
    let kind = path::text(context.object, ".kind");
    let tables = tables(group, kind);
    rule::evaluate(&tables, context);
    let needs_attention = context.found.iter().any(|reason| reason.level.needs_attention());
    let has_events = needs_attention && kind != "Event";
    if let Some(events) = events::request(context.object).filter(|_| has_events) {
        _ = context.answer_to(events, "events of the object", false);
    }
}

/// Evaluates the rules for pods, also for an object of a list that does not say its kind.
fn evaluate_pod(context: &mut Context<'_>) {
    rule::evaluate(&POD, context);
}

const POD: [&[Rule]; 3] = [pod::ENDED, gates::GENERATION, pod::RULES];

/// The rules for a kind.
fn tables(group: &str, kind: &str) -> Vec<&'static [Rule]> {
    let own: &[Rule] = match (group, kind) {
        ("", "Pod") => return POD.to_vec(),
        ("", "Namespace") => return vec![namespace::RULES],
        ("" | "events.k8s.io", "Event") => return vec![cluster::EVENT],
        ("apps", "Deployment") => workload::DEPLOYMENT,
        ("apps", "ReplicaSet") | ("", "ReplicationController") => workload::REPLICAS,
        ("apps", "StatefulSet") => workload::STATEFUL,
        ("apps", "DaemonSet") => workload::DAEMON,
        ("batch", "Job") => jobs::JOB,
        ("batch", "CronJob") => jobs::CRON,
        ("autoscaling", "HorizontalPodAutoscaler") => scaling::AUTOSCALER,
        ("policy", "PodDisruptionBudget") => scaling::BUDGET,
        ("", "PersistentVolumeClaim") => storage::CLAIM,
        ("", "PersistentVolume") => storage::VOLUME,
        ("storage.k8s.io", "VolumeAttachment") => storage::ATTACHMENT,
        ("", "Service") => service::RULES,
        ("discovery.k8s.io", "EndpointSlice") => service::SLICE,
        ("networking.k8s.io", "Ingress") => ingress::RULES,
        ("", "Node") => node::RULES,
        ("apiregistration.k8s.io", "APIService") => cluster::API_SERVICE,
        ("apiextensions.k8s.io", "CustomResourceDefinition") => cluster::DEFINITION,
        ("certificates.k8s.io", "CertificateSigningRequest") => cluster::SIGNING,
        ("coordination.k8s.io", "Lease") => cluster::LEASE,
        ("", "ResourceQuota") => cluster::QUOTA,
        (
            "admissionregistration.k8s.io",
            "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration",
        ) => cluster::WEBHOOK,
        ("storagemigration.k8s.io", "StorageVersionMigration") => cluster::MIGRATION,
        _ if is_configuration(group, kind) => &[],
        _ => {
            let first = gates::GENERATION_FIRST;
            return vec![gates::DELETION, generic::SUSPENDED, first, generic::RULES];
        }
    };
    vec![gates::DELETION, gates::GENERATION, own]
}

/// True for built-in kinds that do nothing themselves, so that nothing about them can be broken.
fn is_configuration(group: &str, kind: &str) -> bool {
    match group {
        "" => matches!(
            kind,
            "ConfigMap" | "Secret" | "ServiceAccount" | "LimitRange" | "PodTemplate" | "Endpoints"
        ),
        "apps" => kind == "ControllerRevision",
        "rbac.authorization.k8s.io"
        | "scheduling.k8s.io"
        | "node.k8s.io"
        | "admissionregistration.k8s.io" => true,
        "storage.k8s.io" | "networking.k8s.io" => {
            kind.ends_with("Class") || kind.starts_with("CSI")
        }
        _ => false,
    }
}

/// All tables, in the order of the ranks.
const ALL: &[&[Rule]] = &[
    gates::DELETION,
    gates::GENERATION,
    pod::ENDED,
    pod::RULES,
    workload::DEPLOYMENT,
    workload::REPLICAS,
    workload::STATEFUL,
    workload::DAEMON,
    jobs::JOB,
    jobs::CRON,
    scaling::AUTOSCALER,
    scaling::BUDGET,
    storage::CLAIM,
    storage::VOLUME,
    storage::ATTACHMENT,
    service::RULES,
    service::SLICE,
    ingress::RULES,
    node::RULES,
    namespace::RULES,
    cluster::API_SERVICE,
    cluster::DEFINITION,
    cluster::SIGNING,
    cluster::LEASE,
    cluster::EVENT,
    cluster::QUOTA,
    cluster::WEBHOOK,
    cluster::MIGRATION,
    generic::SUSPENDED,
    generic::RULES,
];
