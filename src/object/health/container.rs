//! The containers of a pod: what the spec says of each, joined by name with its status.

use jiff::Timestamp;
use serde_json::Value;

use crate::object::path;

/// What a container is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Runs to its end before the others start.
    Init,
    /// An init container with `restartPolicy: Always`.
    Sidecar,
    App,
}

/// A container that has a status.
#[derive(Clone, Copy, Debug)]
pub(super) struct Container<'a> {
    pub(super) name: &'a str,
    pub(super) role: Role,
    /// The 0-based index of its status.
    status_index: usize,
    /// The 0-based index in the spec; `None` if the spec does not name it.
    pub(super) spec_index: Option<usize>,
    pub(super) spec: &'a Value,
    pub(super) status: &'a Value,
    /// `Always`, `OnFailure` or `Never`: its own policy, else the pod's.
    pub(super) policy: &'a str,
}

/// The end of an instance of a container.
#[derive(Clone, Copy, Debug)]
pub(super) struct Termination<'a> {
    /// `.state.terminated` or `.lastState.terminated`.
    pub(super) at: &'static str,
    pub(super) exit_code: i64,
    pub(super) signal: i64,
    pub(super) reason: &'a str,
    pub(super) message: &'a str,
    pub(super) finished: Option<Timestamp>,
}

impl<'a> Container<'a> {
    /// Reads all containers of a pod that have a status: init containers first.
    pub(super) fn all(pod: &'a Value) -> Vec<Self> {
        let init = read(pod, ".spec.initContainers", ".status.initContainerStatuses", true);
        let app = read(pod, ".spec.containers", ".status.containerStatuses", false);
        init.chain(app).collect()
    }

    /// The JSON path of something in its status, such as `.state.waiting.reason`.
    pub(super) fn at(&self, below: &str) -> String {
        let list =
            if self.role == Role::App { "containerStatuses" } else { "initContainerStatuses" };
        format!(".status.{list}[{}]{below}", self.status_index)
    }

    /// The JSON path of something in its spec, such as `.image`.
    pub(super) fn spec_at(&self, below: &str) -> String {
        let list = if self.role == Role::App { "containers" } else { "initContainers" };
        self.spec_index.map_or_else(String::new, |index| format!(".spec.{list}[{index}]{below}"))
    }

    /// What a sentence begins with: `Container web`, `Init container setup`, `Sidecar proxy`.
    pub(super) fn title(&self) -> String {
        let role = match self.role {
            Role::Init => "Init container",
            Role::Sidecar => "Sidecar",
            Role::App => "Container",
        };
        format!("{role} {}", self.name)
    }

    /// The reason for which it waits, if it waits; `""` if it does without a reason.
    pub(super) fn waiting(&self) -> Option<&'a str> {
        let waiting = path::find(self.status, ".state.waiting").filter(|state| state.is_object());
        waiting.map(|state| path::text(state, ".reason"))
    }

    pub(super) fn waiting_message(&self) -> &'a str {
        path::text(self.status, ".state.waiting.message")
    }

    pub(super) fn is_running(&self) -> bool {
        path::at(self.status, ".state.running").is_object()
    }

    pub(super) fn running_since(&self) -> Option<Timestamp> {
        path::time(self.status, ".state.running.startedAt")
    }

    pub(super) fn is_ready(&self) -> bool {
        path::at(self.status, ".ready").as_bool() == Some(true)
    }

    pub(super) fn restarts(&self) -> i64 {
        path::int(self.status, ".restartCount").unwrap_or(0)
    }

    /// How its current instance ended, if it did.
    pub(super) fn terminated(&self) -> Option<Termination<'a>> {
        termination(self.status, ".state.terminated")
    }

    /// How its newest instance that ended did.
    pub(super) fn last_end(&self) -> Option<Termination<'a>> {
        self.terminated().or_else(|| termination(self.status, ".lastState.terminated"))
    }

    /// The image that the spec names.
    pub(super) fn image(&self) -> &'a str {
        let image = path::text(self.spec, ".image");
        if image.is_empty() { path::text(self.status, ".image") } else { image }
    }
}

fn read<'a>(
    pod: &'a Value,
    specs: &'static str,
    statuses: &'static str,
    is_init: bool,
) -> impl Iterator<Item = Container<'a>> {
    let specs = path::list(pod, specs);
    path::list(pod, statuses).iter().enumerate().map(move |(status_index, status)| {
        let name = path::text(status, ".name");
        let spec_index = specs.iter().position(|spec| path::text(spec, ".name") == name);
        let spec = spec_index.map_or(&Value::Null, |index| &specs[index]);
        let own = path::text(spec, ".restartPolicy");
        let role = match (is_init, own) {
            (false, _) => Role::App,
            (true, "Always") => Role::Sidecar,
            (true, _) => Role::Init,
        };
        let pods = path::text(pod, ".spec.restartPolicy");
        let policy = [own, pods, "Always"].into_iter().find(|policy| !policy.is_empty());
        let policy = policy.unwrap_or_default();
        Container { name, role, status_index, spec_index, spec, status, policy }
    })
}

fn termination<'a>(status: &'a Value, at: &'static str) -> Option<Termination<'a>> {
    let state = path::find(status, at).filter(|state| state.is_object())?;
    Some(Termination {
        at,
        exit_code: path::int(state, ".exitCode").unwrap_or(0),
        signal: path::int(state, ".signal").unwrap_or(0),
        reason: path::text(state, ".reason"),
        message: path::text(state, ".message"),
        finished: path::time(state, ".finishedAt"),
    })
}
