//! Containers that fail, once or again and again, and those that did.

use crate::object::health::container::{Container, Role, Termination};
use crate::object::health::context::Context;
use crate::object::health::exit;
use crate::object::health::reason::{Hint, Reason};
use crate::object::health::time::RESTART_NEW;
use crate::object::health::words::{ago, between, count, quote, span, times};
use crate::object::path;

/// Restarts of a container that is not ready, from which on it counts as a loop.
const LOOP: i64 = 3;

/// True if the container fails again and again.
///
/// A crash loop shows `Running`, `Error` and `CrashLoopBackOff` in turn: all three count.
fn is_looping(context: &mut Context<'_>, container: &Container<'_>) -> bool {
    let last = container.last_end();
    let is_backing_off = container.waiting() == Some("CrashLoopBackOff");
    let restarts = container.restarts();
    let ended_again = restarts >= 1
        && container.terminated().is_some_and(|end| match container.policy {
            "Always" => container.role != Role::Init || end.exit_code != 0,
            "OnFailure" => end.exit_code != 0,
            _ => false,
        });
    let is_unstable = restarts >= LOOP
        && container.is_running()
        && !container.is_ready()
        && last.is_some_and(|end| context.within(end.finished, RESTART_NEW));
    is_backing_off || ended_again || is_unstable
}

fn evidence(container: &Container<'_>, last: Option<&Termination<'_>>, field: &str) -> String {
    match last {
        Some(end) => container.at(&format!("{}{field}", end.at)),
        None => container.at(".state.waiting.reason"),
    }
}

fn previous_log(container: &Container<'_>) -> Hint {
    Hint::PreviousLog { container: container.name.to_owned() }
}

pub(super) fn out_of_memory(
    context: &mut Context<'_>,
    container: &Container<'_>,
) -> Option<Reason> {
    let last = container.last_end().filter(|end| end.reason == "OOMKilled")?;
    if container.role == Role::Init || !is_looping(context, container) {
        return None;
    }
    let restarts = count(container.restarts(), "restart");
    let limit = path::text(container.spec, ".resources.limits.memory");
    let node = context.text(".spec.nodeName");
    let cause = match limit {
        "" => format!(" because node {node} has too little memory"),
        limit => format!(": it uses more memory than its limit of {limit}"),
    };
    let text = format!("{} is killed again and again{cause} ({restarts})", container.title());
    let reason = Reason::broken(text).at(evidence(container, Some(&last), ".reason"));
    Some(reason.since(last.finished).hint(previous_log(container)))
}

pub(super) fn failed_once(context: &mut Context<'_>, container: &Container<'_>) -> Option<Reason> {
    let end = container.terminated().filter(|end| end.exit_code != 0)?;
    let is_retried = container.policy != "Never" && context.text(".status.phase") != "Failed";
    if container.restarts() > 0 || !is_retried {
        return None;
    }
    let why = exit::text(container, &end);
    let text = format!("{} failed and is started again: {why}", container.title());
    let hint = Hint::Log { container: container.name.to_owned() };
    Some(Reason::warning(text).at(container.at(end.at)).since(end.finished).hint(hint))
}

pub(super) fn crash(context: &mut Context<'_>, container: &Container<'_>) -> Option<Reason> {
    if container.role == Role::Init || !is_looping(context, container) {
        return None;
    }
    let last = container.last_end();
    let text = format!("{} fails again and again{}", container.title(), cause(context, container));
    let reason = Reason::broken(text).at(evidence(container, last.as_ref(), ""));
    Some(reason.since(last.and_then(|end| end.finished)).hint(previous_log(container)))
}

/// An init container that fails keeps the pod from starting, whatever its policy.
pub(super) fn init_failed(context: &mut Context<'_>, container: &Container<'_>) -> Option<Reason> {
    if container.role != Role::Init {
        return None;
    }
    let is_final =
        container.policy == "Never" && container.terminated().is_some_and(|end| end.exit_code != 0);
    if !is_final && !is_looping(context, container) {
        return None;
    }
    let last = container.last_end();
    let cause = cause(context, container);
    let text = format!("{} fails, so the pod cannot start{cause}", container.title());
    let reason = Reason::broken(text).at(evidence(container, last.as_ref(), ""));
    Some(reason.since(last.and_then(|end| end.finished)).hint(previous_log(container)))
}

/// `: exit code 3 (11 restarts, next try in about 2m)`.
fn cause(context: &Context<'_>, container: &Container<'_>) -> String {
    let last = container.last_end();
    let liveness = liveness(context, container);
    let exit = liveness.or_else(|| last.map(|end| exit::text(container, &end)));
    let exit = exit.map_or_else(String::new, |exit| format!(": {exit}"));
    let mut facts = Vec::new();
    if container.restarts() > 0 {
        facts.push(count(container.restarts(), "restart"));
    }
    facts.extend(next_try(context, container).map(|left| format!("next try in about {left}")));
    if facts.is_empty() { exit } else { format!("{exit} ({})", facts.join(", ")) }
}

/// Returns the output of the liveness probe that makes the kubelet restart the container.
fn liveness(context: &Context<'_>, container: &Container<'_>) -> Option<String> {
    let is_killed = container.last_end().is_some_and(|end| matches!(end.exit_code, 137 | 143));
    let has_probe = path::at(container.spec, ".livenessProbe").is_object();
    if !is_killed || !has_probe {
        return None;
    }
    let events = context.known_events()?;
    let output = events.iter().find_map(|event| {
        let is_own = event.reason == "Unhealthy" && event.is_of(container.name);
        event.message.strip_prefix("Liveness probe failed: ").filter(|_| is_own)
    })?;
    Some(format!("its liveness probe fails: {}", quote(output)))
}

/// The pause of a back-off is counted from the last end.
fn next_try(context: &Context<'_>, container: &Container<'_>) -> Option<String> {
    let pause = go_duration(between(container.waiting_message(), "back-off ", " ")?)?;
    let passed = context.age(container.last_end()?.finished)?;
    (pause > passed).then(|| span(pause - passed))
}

/// Reads a duration of Go in whole seconds, such as `2m40s`.
fn go_duration(text: &str) -> Option<i64> {
    let mut seconds = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let unit = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: i64 = rest[..unit].parse().ok()?;
        let size = match &rest[unit..=unit] {
            "h" => 3600,
            "m" => 60,
            "s" => 1,
            _ => return None,
        };
        seconds += number.checked_mul(size)?;
        rest = &rest[unit + 1..];
    }
    Some(seconds)
}

pub(super) fn restarted(context: &mut Context<'_>, container: &Container<'_>) -> Option<Reason> {
    let end = container.last_end()?;
    let is_over =
        container.role == Role::Init || !container.is_ready() || container.restarts() == 0;
    if is_over || !context.within(end.finished, RESTART_NEW) {
        return None;
    }
    let text = restarts(context, container);
    let reason = Reason::warning(text).at(container.at(end.at)).since(end.finished);
    Some(reason.hint(previous_log(container)))
}

pub(super) fn restarts_old(context: &mut Context<'_>, container: &Container<'_>) -> Option<Reason> {
    if container.restarts() == 0 {
        return None;
    }
    let text = restarts(context, container);
    let at = container.at(".restartCount");
    let since = container.last_end().and_then(|end| end.finished);
    Some(Reason::note(text).at(at).since(since).hint(previous_log(container)))
}

/// `Container web restarted 3 times, last 2m ago: exit code 1 (…)`.
fn restarts(context: &Context<'_>, container: &Container<'_>) -> String {
    let number = container.restarts();
    let text = format!("{} restarted {}", container.title(), times(number));
    let Some(end) = container.last_end() else { return text };
    let last = if number == 1 { "" } else { " last" };
    let ago = match context.age(end.finished) {
        None => String::new(),
        age => format!(",{last}{}", ago(age)),
    };
    format!("{text}{ago}: {}", exit::text(container, &end))
}
