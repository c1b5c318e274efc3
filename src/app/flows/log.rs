//! The log of a container: of which instance, with which lines, and whether it is followed.

use std::time::Duration;

use jiff::Timestamp;

use crate::app::answer::Reply;
use crate::app::effect::StreamKind;
use crate::app::flows::{list, read};
use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::log::{Containers, Log, Tail};
use crate::app::state::reading::ReadState;
use crate::app::state::subject::AllLogs;
use crate::app::state::watch::Next;
use crate::document::Document;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::log::LogOptions;
use crate::k8s::request::Request;
use crate::keymap::Action;
use crate::object::logs::MOST;
use crate::tree::node::NodeKind;
use crate::tree::{NodeId, RowRef};

/// Changes the options of the log at the cursor, and shows it. Returns false if the cursor is not on
/// the log of a container.
pub(in crate::app) fn change(model: &mut Model, action: Action) -> bool {
    let row = model.tree.cursor();
    let Some((id, mut options)) = container(model) else { return false };
    match action {
        Action::Previous => {
            options.previous = !options.previous;
            options.follow = false;
        }
        Action::Follow => {
            options.follow = !options.follow;
            options.previous = false;
        }
        _ => options.timestamps = !options.timestamps,
    }
    model.tree.change(id, |node| node.log = options);
    if action == Action::Timestamps && options.follow && model.reading.log.is_some() {
        // The lines that arrived have their timestamps.
        show(model);
    } else {
        read::enter(model, row);
    }
    true
}

/// Reads the logs of more containers, if some are left out. Returns false if none are.
pub(in crate::app) fn read_more(model: &mut Model) -> bool {
    let containers = model.reading.log.as_ref().and_then(|log| log.containers);
    let (Some((id, _)), Some(Containers { left_out: 1.., .. })) = (container(model), containers)
    else {
        return false;
    };
    model.tree.change(id, |node| {
        if let NodeKind::Logs { most, .. } = &mut node.kind {
            *most += MOST;
        }
    });
    read::enter(model, RowRef::Node(id));
    true
}

/// Reads init and ephemeral containers too, or no longer. Returns false if the cursor is not on the logs of
/// several containers.
pub(in crate::app) fn toggle_init(model: &mut Model) -> bool {
    let Some((id, _)) = container(model) else { return false };
    let mut is_of_several = false;
    model.tree.change(id, |node| {
        if let NodeKind::Logs { with_init, .. } = &mut node.kind {
            *with_init = !*with_init;
            is_of_several = true;
        }
    });
    if is_of_several {
        read::enter(model, RowRef::Node(id));
    }
    is_of_several
}

/// Returns the node of the log at the cursor, and its options.
fn container(model: &Model) -> Option<(NodeId, LogOptions)> {
    let RowRef::Node(id) = model.tree.cursor() else { return None };
    let node = model.tree.get(id)?;
    let is_log = matches!(node.kind, NodeKind::ContainerLog { .. } | NodeKind::Logs { .. });
    is_log.then_some((id, node.log))
}

/// Follows the log that is the subject, from its last lines on.
pub(in crate::app) fn begin(model: &mut Model) {
    model.reading.visit += 1;
    model.reading.follows = true;
    model.reading.log = Some(Box::new(Log { began: model.now, ..Log::default() }));
    let shows_lines = shows_lines(model);
    model.reading.state = if shows_lines { ReadState::Ready } else { ReadState::Opening };
}

/// Returns the stream of the followed log: from its last lines, or after the last line that arrived. The
/// logs of all containers of an object begin again: what they lost is not known.
pub(in crate::app) fn source(model: &mut Model) -> Option<StreamKind> {
    // What is recorded does not grow.
    let is_recorded = model.is_replay();
    let subject = model.reading.subject.as_ref()?;
    let log = model.reading.log.as_mut()?;
    if let Some(logs) = &subject.logs {
        log.tail = Tail::default();
        let AllLogs { of, mut wanted } = (**logs).clone();
        wanted.options.follow &= !is_recorded;
        return Some(StreamKind::Logs { of, wanted });
    }
    let mut request = subject.request.clone();
    if let Some(last) = log.tail.resume() {
        request.query.retain(|(name, _)| name != "tailLines");
        // The server reads whole seconds; lines that arrive twice are left out.
        let since = Timestamp::from_second(last.as_second()).unwrap_or(last);
        request = request.with("sinceTime", since.to_string());
    }
    Some(StreamKind::Log(request))
}

/// Handles that the log is open.
pub(in crate::app) fn opened(model: &mut Model) {
    model.reading.old = false;
    if model.reading.paused.is_none() {
        model.reading.state = ReadState::Ready;
        if !shows_lines(model) {
            show(model);
        }
        started(model);
    }
}

/// True if lines of the same container are shown already. They stay until new ones arrive.
fn shows_lines(model: &Model) -> bool {
    let container = |request: &Request| -> Vec<(String, String)> {
        let kept = ["container", "previous"];
        request.query.iter().filter(|(name, _)| kept.contains(&&**name)).cloned().collect()
    };
    let (Some(subject), Some(shown)) = (&model.reading.subject, &model.reading.shown) else {
        return false;
    };
    let (wanted, present) = (&subject.request, &shown.request);
    let is_same = wanted.path == present.path && container(wanted) == container(present);
    is_same && shown.bytes > 0 && shown.failure.is_none()
}

/// Handles new lines.
pub(in crate::app) fn lines(model: &mut Model, text: &[u8]) {
    let Some(log) = &mut model.reading.log else { return };
    let (new, dropped) = log.tail.push(text);
    log.dropped += dropped;
    if let Some(paused) = &mut model.reading.paused {
        paused.waiting += new;
    } else if new > 0 {
        show(model);
    }
}

/// Shows the lines that arrived.
pub(in crate::app) fn show(model: &mut Model) {
    let timestamps = container(model).is_some_and(|(_, options)| options.timestamps);
    let shown = model.reading.shown_subject();
    let was_empty = shown.is_none_or(|shown| shown.bytes == 0);
    let known = shown.map(|shown| shown.elapsed);
    let Some(log) = &mut model.reading.log else { return };
    model.reading.pane.drop_lines(std::mem::take(&mut log.dropped));
    let text = log.tail.text(timestamps);
    let elapsed = Duration::try_from(model.now.duration_since(log.began)).unwrap_or_default();
    let bytes = text.len();
    let mut document = Document::read(text.into(), false, false).as_log();
    if log.tail.is_cut() {
        document = document.noted("older lines are left out");
    }
    let reply = Reply {
        document: document.into(),
        object: None,
        judged: None,
        status: 200,
        bytes,
        elapsed: known.unwrap_or(elapsed),
        failure: None,
        warnings: Vec::new(),
        version: String::new(),
    };
    read::show(model, reply);
    if was_empty {
        model.reading.pane.move_to_bottom();
    }
}

/// Handles that the container ended its log.
pub(in crate::app) fn ended(model: &mut Model) {
    if let Some(log) = &mut model.reading.log {
        log.ended = true;
    }
}

/// Handles a failure of the stream, after a number of failures in a row. Decides what follows.
pub(in crate::app) fn failed(model: &mut Model, failure: &Failure, failures: u32) -> Next {
    let waits = waits_to_start(model, failure);
    let is_final = matches!(
        failure.kind,
        FailureKind::Forbidden
            | FailureKind::NotFound
            | FailureKind::NotRecorded
            | FailureKind::Status(400..=499)
    );
    let has_lines = model.reading.state == ReadState::Ready;
    if has_lines {
        model.reading.old = true;
    } else {
        model.reading.state = ReadState::Failed(failure.clone());
    }
    if is_final && !waits {
        if has_lines {
            model.report(failure);
        }
        return Next::Never(failure.message.clone());
    }
    Next::Retry(failure.wait.unwrap_or(Duration::from_secs(1 << failures.min(4))))
}

/// Shows the state of a container whose log was refused because it waits to start. Returns true if
/// it does.
pub(in crate::app) fn waits_to_start(model: &mut Model, failure: &Failure) -> bool {
    let Some((id, _)) = container(model).filter(|_| failure.kind == FailureKind::Status(400))
    else {
        return false;
    };
    let Some((_, why)) = failure.message.split_once("is waiting to start") else { return false };
    let now = format!("waiting to start{why}");
    model.tree.change(id, |node| {
        if let NodeKind::ContainerLog { state, waits, .. } = &mut node.kind {
            *state = now.into();
            *waits = true;
        }
    });
    true
}

/// Fetches the states of the containers again if the one whose log arrived was waiting to start.
pub(in crate::app) fn started(model: &mut Model) {
    let Some((id, _)) = container(model) else { return };
    let Some(node) = model.tree.get(id) else { return };
    let NodeKind::ContainerLog { pod, waits, .. } = &node.kind else { return };
    if let Some(parent) = node.parent.filter(|_| *waits) {
        let question = Question::log_containers(parent, pod.clone());
        list::fetch(model, parent, question);
    }
}
