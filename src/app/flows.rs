//! The flows: one file per story, each changing the model as messages and keys require.
//!
//! A flow changes what is wanted and sends requests. It never starts or stops a watch or a timer:
//! [`crate::app::subscriptions`] does, from the state that the flows leave behind.

pub(in crate::app) mod allocation;
pub(in crate::app) mod api_service;
pub(in crate::app) mod arrange;
pub(in crate::app) mod check;
pub(in crate::app) mod compare;
pub(in crate::app) mod connect;
pub(in crate::app) mod containers;
pub(in crate::app) mod contents;
pub(in crate::app) mod context;
pub(in crate::app) mod copy;
pub(in crate::app) mod counts;
pub(in crate::app) mod discover;
pub(in crate::app) mod events;
pub(in crate::app) mod explain;
pub(in crate::app) mod find;
pub(in crate::app) mod follow;
pub(in crate::app) mod health;
pub(in crate::app) mod history;
pub(in crate::app) mod identity;
pub(in crate::app) mod jump;
pub(in crate::app) mod links;
pub(in crate::app) mod list;
pub(in crate::app) mod locate;
pub(in crate::app) mod log;
pub(in crate::app) mod marks;
pub(in crate::app) mod names;
pub(in crate::app) mod namespaces;
pub(in crate::app) mod open;
pub(in crate::app) mod owner;
pub(in crate::app) mod places;
pub(in crate::app) mod pod_log;
pub(in crate::app) mod problems;
pub(in crate::app) mod read;
pub(in crate::app) mod related;
pub(in crate::app) mod report;
pub(in crate::app) mod results;
pub(in crate::app) mod retry;
pub(in crate::app) mod rights;
pub(in crate::app) mod search;
pub(in crate::app) mod select;
pub(in crate::app) mod server;
pub(in crate::app) mod several;
pub(in crate::app) mod this_pod;
pub(in crate::app) mod this_pod_row;
pub mod timeline;
pub(in crate::app) mod tour;
pub(in crate::app) mod watch;

use crate::app::answer::Answer;
use crate::app::model::{Model, Pending};
use crate::app::question::Purpose;
use crate::k8s::discovery::DiscoveryPart;
use crate::k8s::failure::Failure;
use crate::k8s::request::Ticket;

/// Hands the answer of a ticket to the flow that handles its purpose. The answers of cancelled tickets
/// are dropped.
pub(in crate::app) fn deliver(model: &mut Model, ticket: Ticket, result: Result<Answer, Failure>) {
    let Some(Pending { purpose, since }) = model.pending.remove(&ticket) else { return };
    let failure = match &result {
        Ok(Answer::Document(reply)) => reply.failure.clone(),
        Ok(Answer::Paths(paths, _)) => paths.as_ref().err().cloned(),
        result => result.as_ref().err().cloned(),
    };
    server::note(model, &purpose, since, failure.as_ref());
    match purpose {
        Purpose::Discovery(part) => {
            discover::received(model, &part, result.and_then(Answer::discovery));
        }
        Purpose::Paths => discover::paths_received(model, result.and_then(Answer::paths)),
        Purpose::Version => connect::version_received(model, result.and_then(Answer::text)),
        Purpose::User => connect::user_received(model, result.and_then(Answer::text)),
        Purpose::Names(path) => names::received(model, path, result.and_then(Answer::page)),
        Purpose::Namespaces => namespaces::received(model, result.and_then(Answer::page)),
        Purpose::Page { node, .. } => {
            list::page_received(model, node, result.and_then(Answer::page));
        }
        Purpose::Reload(id) => list::reload_received(model, id, result.and_then(Answer::page)),
        Purpose::Count(id) => counts::received(model, id, since, result.and_then(Answer::page)),
        Purpose::Contents { node, gvr } => {
            contents::received(model, node, &gvr, &result.and_then(Answer::page));
        }
        Purpose::Row(id) => list::row_received(model, id, result.and_then(Answer::page)),
        Purpose::ThisPod(namespace) => {
            this_pod::listed(model, &namespace, result.and_then(Answer::value));
        }
        Purpose::LogContainers(id) => {
            open::log_containers_received(model, id, result.and_then(Answer::value));
        }
        Purpose::Document => read::received(model, result.and_then(Answer::document)),
        Purpose::Link => links::received(model, result.and_then(Answer::document)),
        Purpose::Completion(id) => {
            related::completed(model, id, result.and_then(Answer::value));
        }
        Purpose::Several(id) => {
            several::received(model, id, ticket, result.and_then(Answer::owned));
        }
        Purpose::Check => check::received(model, ticket, &result.and_then(Answer::value)),
        Purpose::Owner => owner::received(model, result.and_then(Answer::value)),
        Purpose::ApiService(path) => {
            api_service::received(model, &path, result.and_then(Answer::value));
        }
        Purpose::Rules(namespace) => {
            rights::received(model, namespace, result.and_then(Answer::rules));
        }
        Purpose::Impersonate(who) => {
            identity::received(model, &who, result.and_then(Answer::allowed));
        }
        Purpose::Source(key) => {
            containers::needs::received(model, &key, result.and_then(Answer::source));
        }
        Purpose::NodePods => allocation::pods_received(model, result.and_then(Answer::pods)),
        Purpose::Usage => allocation::usage_received(model, result.and_then(Answer::value)),
        Purpose::Events => events::received(model, result.and_then(Answer::events)),
        Purpose::Owned(list) => {
            events::owned::received(model, ticket, list, result.and_then(Answer::owned));
        }
        Purpose::Related(request) => {
            health::received(model, &request, result.and_then(Answer::related));
        }
        Purpose::Side { path, marks } => {
            compare::received(model, path, marks, result.and_then(Answer::document));
        }
        Purpose::Schemas(version) => {
            explain::received(model, &version, result.and_then(Answer::schemas));
        }
        Purpose::Compare => compare::computed(model, result.and_then(Answer::diff)),
        Purpose::Exec => containers::exec::received(model, result.and_then(Answer::inside)),
    }
}

/// Continues what waited for the message that was just handled.
pub(in crate::app) fn settle(model: &mut Model) {
    if std::mem::take(&mut model.returned) {
        returned(model);
    }
    discover::settle(model);
    rights::settle(model);
    namespaces::settle(model);
    locate::settle(model);
    jump::settle(model);
    pod_log::settle(model);
    this_pod::check(model);
    containers::settle(model);
    health::settle(model);
    history::settle(model);
    explain::settle(model);
    allocation::settle(model);
    links::settle(model);
    owner::settle(model);
    watch::settle(model);
}

/// The server answers again: what could not be fetched meanwhile is fetched now.
fn returned(model: &mut Model) {
    if !model.discovery.groups.is_empty() {
        model.notify("The server answers again");
        if !model
            .is_pending(|purpose| matches!(purpose, Purpose::Discovery(DiscoveryPart::NamedGroups)))
        {
            connect::fetch_all(model);
        }
    }
    watch::reconnect(model);
    open::catch_up(model);
    read::catch_up(model);
}
