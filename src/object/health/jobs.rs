//! Rules for Jobs, and for the kind that starts them on a schedule.

use super::condition::{self, Condition};
use super::container::Container;
use super::context::{Context, Other};
use super::exit;
use super::level::Level;
use super::reason::{Reason, Source};
use super::requests;
use super::rule::{Rule, gate, one};
use super::time::{CREATE_MAX, HOUR, MINUTE, TEN_MINUTES};
use super::words::{ago, because, count, quote};
use super::workload::{number, pods, pods_reason, to_pods};
use crate::object::path;

pub(super) const JOB: &[Rule] = &[
    gate("job.failed", failed),
    gate("job.failing", failing),
    gate("job.complete", complete),
    gate("job.suspended", suspended),
    one("job.retry", retry),
    one("job.idle", idle),
    one("job.unseen", unseen),
    one("job.running", running),
];

pub(super) const CRON: &[Rule] = &[
    one("cron.last-failed", last_failed),
    one("cron.never", never),
    one("cron.schedule", schedule),
    one("cron.suspended", cron_suspended),
];

fn failed(context: &mut Context<'_>) -> Option<Reason> {
    let failed = context.condition_is("Failed", "True")?;
    let why = why(context, &failed);
    let level = if succeeded_later(context, &failed) { Level::Ok } else { Level::Broken };
    let after = if level == Level::Ok { "; a later run succeeded" } else { "" };
    let text = match failed.reason {
        "BackoffLimitExceeded" => format!("Failed: {why}{after}"),
        "DeadlineExceeded" => format!("{why}{after}"),
        _ => format!("Failed{}{after}", because(&why)),
    };
    let reason = Reason::new(level, text).at(failed.evidence()).since(failed.since);
    Some(reason.go(to_pods(context)))
}

fn failing(context: &mut Context<'_>) -> Option<Reason> {
    let target = context.condition_is("FailureTarget", "True")?;
    let why = why(context, &target);
    let text = format!("Failing: its pods are being stopped; {why}");
    Some(Reason::broken(text).at(target.evidence()).since(target.since).go(to_pods(context)))
}

fn why(context: &mut Context<'_>, condition: &Condition<'_>) -> String {
    match condition.reason {
        "BackoffLimitExceeded" => {
            let attempts = count(number(context, ".status.failed"), "attempt");
            let limit = context.int(".spec.backoffLimit").unwrap_or(6);
            let last =
                last_exit(context).map_or_else(String::new, |exit| format!("; last: {exit}"));
            format!("{attempts}, backoffLimit is {limit}{last}")
        }
        "DeadlineExceeded" => match context.int(".spec.activeDeadlineSeconds") {
            Some(limit) => format!("Ran longer than {limit} s"),
            None => "Ran longer than it was allowed to".to_owned(),
        },
        _ => quote(condition.words()),
    }
}

/// How the newest pod of the Job ended.
fn last_exit(context: &mut Context<'_>) -> Option<String> {
    let pods = pods(context)?;
    let ends = pods.iter().flat_map(|pod| {
        let containers = Container::all(pod).into_iter();
        containers.filter_map(|container| Some((container, container.terminated()?)))
    });
    let failed = ends.filter(|(_, end)| end.exit_code != 0);
    let (container, end) = failed.max_by_key(|(_, end)| end.finished)?;
    Some(exit::text(&container, &end))
}

/// True if the Job is a run of a CronJob that succeeded after it failed.
fn succeeded_later(context: &mut Context<'_>, failed: &Condition<'_>) -> bool {
    let mut owners = context.list(".metadata.ownerReferences").iter();
    let Some(owner) = owners.find(|owner| path::text(owner, ".kind") == "CronJob") else {
        return false;
    };
    let cron = requests::object("CronJob", context.namespace(), path::text(owner, ".name"));
    match context.other(&cron, "the CronJob that the Job is a run of") {
        Other::Present(cron) => path::time(cron, ".status.lastSuccessfulTime") > failed.since,
        Other::Absent | Other::Unknown => false,
    }
}

fn complete(context: &mut Context<'_>) -> Option<Reason> {
    let complete = context.condition_is("Complete", "True")?;
    let text = format!("Completed{}", ago(context.age(complete.since)));
    Some(Reason::note(text).at(complete.path).since(complete.since))
}

fn suspended(context: &mut Context<'_>) -> Option<Reason> {
    const SUSPEND: &str = ".spec.suspend";
    let condition = context.condition_is("Suspended", "True");
    let at = match condition {
        _ if context.is_true(SUSPEND) => SUSPEND.to_owned(),
        Some(condition) => condition.path,
        None => return None,
    };
    Some(Reason::note("Suspended").at(at))
}

fn retry(context: &mut Context<'_>) -> Option<Reason> {
    const FAILED: &str = ".status.failed";
    let failed = context.int(FAILED).filter(|failed| *failed > 0)?;
    let limit = context.int(".spec.backoffLimit").unwrap_or(6);
    let text = format!("{} failed, tries again (backoffLimit {limit})", count(failed, "attempt"));
    Some(Reason::warning(text).at(FAILED).go(to_pods(context)))
}

fn idle(context: &mut Context<'_>) -> Option<Reason> {
    let started = context.time(".status.startTime")?;
    let (active, ready) = (number(context, ".status.active"), number(context, ".status.ready"));
    if active == 0 || ready > 0 || context.within(Some(started), CREATE_MAX) {
        return None;
    }
    let ago = ago(context.age(Some(started)));
    let why = pods_reason(context);
    let text = format!("Started{ago}, but no pod runs{why}");
    Some(Reason::warning(text).at(".status.startTime").since(Some(started)).go(to_pods(context)))
}

fn unseen(context: &mut Context<'_>) -> Option<Reason> {
    let is_started = context.time(".status.startTime").is_some();
    if is_started || context.within(None, MINUTE) {
        return None;
    }
    let created = context.created();
    let at = if created.is_some() { ".metadata.creationTimestamp" } else { "" };
    Some(Reason::warning("The job controller has not started it").at(at).since(created))
}

fn running(context: &mut Context<'_>) -> Option<Reason> {
    const ACTIVE: &str = ".status.active";
    let active = context.int(ACTIVE).filter(|active| *active > 0)?;
    let done = number(context, ".status.succeeded");
    let verb = if active == 1 { "runs" } else { "run" };
    let of = context.int(".spec.completions").map_or_else(String::new, |all| format!(" of {all}"));
    let text = format!("{} {verb}, {done}{of} done", count(active, "pod"));
    Some(Reason::note(text).at(ACTIVE))
}

const SCHEDULED: &str = ".status.lastScheduleTime";
const SUCCESSFUL: &str = ".status.lastSuccessfulTime";

fn is_active(context: &Context<'_>) -> bool {
    !context.list(".status.active").is_empty()
}

fn last_failed(context: &mut Context<'_>) -> Option<Reason> {
    let (run, success) = (context.time(SCHEDULED)?, context.time(SUCCESSFUL)?);
    // The controller notices the end of a run a moment after its pods are gone.
    if run <= success || is_active(context) || context.within(Some(run), MINUTE) {
        return None;
    }
    let (last, before) = (ago(context.age(Some(run))), ago(context.age(Some(success))));
    let text = format!("The last run ({}) did not succeed; last success{before}", last.trim());
    Some(Reason::warning(text).at(SUCCESSFUL).since(Some(run)).go("jobs"))
}

fn never(context: &mut Context<'_>) -> Option<Reason> {
    let run = context.time(SCHEDULED)?;
    let has_succeeded = context.time(SUCCESSFUL).is_some();
    if has_succeeded || is_active(context) || context.within(Some(run), TEN_MINUTES) {
        return None;
    }
    Some(Reason::warning("Has run but never succeeded").at(SCHEDULED).since(Some(run)).go("jobs"))
}

/// Only events report a schedule that cannot be used. They are requested if there was no run yet.
fn schedule(context: &mut Context<'_>) -> Option<Reason> {
    const REASONS: [&str; 5] = [
        "UnparseableSchedule",
        "InvalidSchedule",
        "UnknownTimeZone",
        "FailedCreate",
        "MissSchedule",
    ];
    let has_run = context.time(SCHEDULED).is_some();
    let is_quiet = has_run || context.is_true(".spec.suspend") || context.within(None, MINUTE);
    let events = if is_quiet { context.known_events() } else { context.events() };
    let events = events.unwrap_or_default();
    let is_new = |age: Option<i64>| age.is_some_and(|age| age < HOUR);
    let event = events
        .iter()
        .find(|event| REASONS.contains(&event.reason) && is_new(context.age(event.last)))?;
    let level = if event.reason == "MissSchedule" { Level::Warning } else { Level::Broken };
    let text = format!("No Job is created: {}", quote(event.message));
    let reason = Reason::new(level, text).at(".spec.schedule").from(Source::Event);
    Some(reason.since(event.last).see(event.path()))
}

fn cron_suspended(context: &mut Context<'_>) -> Option<Reason> {
    let is_suspended = context.is_true(".spec.suspend");
    is_suspended.then(|| Reason::note("Suspended").at(".spec.suspend"))
}

/// True if a Job completed, whatever else its status says.
pub(super) fn is_complete(job: &serde_json::Value) -> bool {
    let complete = condition::find(job, ".status.conditions", "Complete");
    complete.is_some_and(|complete| complete.status == "True")
}
