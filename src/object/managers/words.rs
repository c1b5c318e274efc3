//! Who set a field, in words.

use jiff::Timestamp;

use super::{Manager, Owner, Ownership};
use crate::k8s::age::human_duration;

/// Returns who set a field in one sentence: `set by kubectl (Update), 24m ago or before`. A time is an upper
/// bound: it is that of the manager's last change of any of its fields. `changed` is when the field itself
/// changed, if that is known: `set by kubectl (Update), changed 12s ago`.
#[must_use]
pub fn sentence(ownership: &Ownership<'_>, now: Timestamp, changed: Option<Timestamp>) -> String {
    match ownership {
        Ownership::Owned(owners) => {
            let Some(first) = owners.first() else { return String::new() };
            let more = match owners.len() - 1 {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            format!("{}, {}{more}", subject(first), when(first.manager, now, changed))
        }
        Ownership::Holds(1) => "contains fields of 1 manager".to_owned(),
        Ownership::Holds(managers) => format!("contains fields of {managers} managers"),
        Ownership::NotTracked => "not tracked: the server writes it".to_owned(),
        Ownership::Unknown => {
            let changed = changed.map(|time| format!(", changed {} ago", age(time, now)));
            format!("no manager recorded{}", changed.unwrap_or_default())
        }
        Ownership::OtherVersion(version) => {
            format!("recorded for {}, this is {}", version.recorded, version.own)
        }
        Ownership::NoManagers => "no managedFields".to_owned(),
    }
}

/// Returns who set a field, where there is little room: `kubectl, 24m ago or before`.
#[must_use]
pub fn brief(ownership: &Ownership<'_>, now: Timestamp, changed: Option<Timestamp>) -> String {
    match ownership {
        Ownership::Owned(owners) => owners.first().map_or_else(String::new, |first| {
            format!("{}, {}", first.manager.name, when(first.manager, now, changed))
        }),
        other => sentence(other, now, changed),
    }
}

fn subject(owner: &Owner<'_>) -> String {
    let Owner { manager, whole } = owner;
    let Manager { name, operation, subresource, .. } = manager;
    let is_apply = *operation == "Apply";
    let how = match (is_apply, *subresource) {
        (true, "") => String::new(),
        (true, subresource) => format!(" ({subresource})"),
        (false, "") => format!(" ({operation})"),
        (false, subresource) => format!(" ({operation}, {subresource})"),
    };
    match (whole, is_apply) {
        (Some(what), true) => format!("within {what} applied as a whole by {name}{how}"),
        (Some(what), false) => format!("within {what} set as a whole by {name}{how}"),
        (None, true) => format!("applied by {name}{how}"),
        (None, false) => format!("set by {name}{how}"),
    }
}

fn when(manager: Manager<'_>, now: Timestamp, changed: Option<Timestamp>) -> String {
    match (changed, manager.time) {
        (Some(time), _) => format!("changed {} ago", age(time, now)),
        (None, Some(time)) => format!("{} ago or before", age(time, now)),
        (None, None) => "no time recorded".to_owned(),
    }
}

/// Returns how long ago a time was, as in `24m`.
pub(super) fn age(time: Timestamp, now: Timestamp) -> String {
    human_duration((now.as_second() - time.as_second()).max(0))
}

impl Manager<'_> {
    /// Returns how long ago it last changed any of its fields: `24m`, or `-` without a time.
    #[must_use]
    pub fn age(&self, now: Timestamp) -> String {
        self.time.map_or_else(|| "-".to_owned(), |time| age(time, now))
    }

    /// Returns the name with its subresource, as in `kubelet (status)`.
    #[must_use]
    pub fn title(&self) -> String {
        match self.subresource {
            "" => self.name.to_owned(),
            subresource => format!("{} ({subresource})", self.name),
        }
    }
}

/// Returns the name of a manager without what most names begin with.
#[must_use]
pub fn short_name(name: &str) -> &str {
    name.strip_prefix("kubectl-").filter(|rest| !rest.is_empty()).unwrap_or(name)
}
