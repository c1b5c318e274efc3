//! Rules for pods. The first table ends a judgement: the pod is being deleted, or is over.

mod crash;
mod ended;
mod pull;
mod running;
mod scheduling;
mod starting;
mod waiting;

use super::rule::{Rule, container, gate, many, one};

pub(super) const ENDED: &[Rule] = &[
    gate("pod.node-lost", ended::node_lost),
    gate("pod.stopping", ended::stopping),
    gate("pod.held", ended::held),
    gate("pod.stop-overdue", ended::stop_overdue),
    gate("pod.succeeded", ended::succeeded),
    gate("pod.evicted", ended::evicted),
    gate("pod.preempted", ended::preempted),
    gate("pod.rejected", ended::rejected),
    gate("pod.deadline", ended::deadline),
    gate("pod.shutdown", ended::shutdown),
    gate("pod.disrupted", ended::disrupted),
    gate("pod.failed", ended::failed),
    gate("pod.unseen", ended::unseen),
];

pub(super) const RULES: &[Rule] = &[
    one("pod.gated", scheduling::gated),
    one("pod.nominated", scheduling::nominated),
    many("pod.unschedulable", scheduling::unschedulable),
    one("pod.scheduler-error", scheduling::scheduler_error),
    one("pod.no-scheduler", scheduling::no_scheduler),
    one("pod.not-accepted", starting::not_accepted),
    one("pod.volume", starting::volume),
    one("pod.sandbox", starting::sandbox),
    container("pod.pull", pull::pull),
    container("pod.config-key", waiting::config_key),
    container("pod.config-object", waiting::config_object),
    container("pod.config", waiting::config),
    container("pod.create", waiting::create),
    container("pod.poststart", waiting::post_start),
    container("pod.waiting-other", waiting::other),
    one("pod.creating", starting::creating),
    one("pod.pulling", starting::pulling),
    container("pod.init-running", starting::init_running),
    container("pod.oom", crash::out_of_memory),
    container("pod.failed-once", crash::failed_once),
    container("pod.crash", crash::crash),
    container("pod.init-failed", crash::init_failed),
    container("pod.probe", running::probe),
    container("pod.starting", running::starting),
    one("pod.gate", running::gate),
    one("pod.unreachable", running::unreachable),
    one("pod.half-done", running::half_done),
    one("pod.resize-impossible", running::resize_impossible),
    one("pod.resize-wait", running::resize_wait),
    one("pod.target", running::target),
    container("pod.restarted", crash::restarted),
    container("pod.restarts-old", crash::restarts_old),
    many("pod.next-start", running::next_start),
    many("pod.event", running::event),
];
