//! Routes one message, then settles what it changed.

use crate::app::effect::Effect;
use crate::app::flows::{
    self, connect, containers, health, history, list, marks, open, read, report, search, server,
    this_pod, tour, watch,
};
use crate::app::input::{keys, mouse, prompt, trace};
use crate::app::message::{Message, Timer};
use crate::app::model::Model;
use crate::app::state::log::Containers;
use crate::app::state::overlay::SlowPlugin;
use crate::app::subscriptions;
use crate::k8s::plugin::PluginReport;

/// Handles what happened. Returns what is to be done, in order.
#[must_use]
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    let is_input = matches!(message, Message::Key(_) | Message::Mouse(_));
    match message {
        Message::Key(key) => keys::press(model, key),
        Message::Paste(text) => prompt::paste(model, &text),
        Message::Mouse(event) => mouse::act(model, event),
        Message::Resize { width, height } => model.size = (width, height),
        Message::Connected(endpoint, tried) => connect::connected(model, *endpoint, tried),
        Message::NotConnected(tried) => connect::not_connected(model, *tried),
        Message::Answered { ticket, result } => flows::deliver(model, ticket, result),
        Message::Beginning { ticket, page } => list::arriving(model, ticket, page),
        Message::Deltas { ticket, deltas, version } => watch::rows(model, ticket, deltas, version),
        Message::Object { ticket, change } => watch::object(model, ticket, change),
        Message::Changed { ticket, version, differs } => {
            watch::changed(model, ticket, version, differs);
        }
        Message::Events { ticket, changes, version } => {
            watch::events(model, ticket, changes, version);
        }
        Message::Noted { ticket, noted } => history::noted(model, ticket, *noted),
        Message::Report { ticket, result } => report::prepared(model, ticket, result),
        Message::Written(result) => report::written(model, result),
        Message::Log { ticket, text } => watch::lines(model, ticket, &text),
        Message::Reading { ticket, containers, left_out } => {
            watch::reading(model, ticket, Containers { read: containers, left_out });
        }
        Message::WatchOpened { ticket } => watch::opened(model, ticket),
        Message::WatchEnded { ticket, failure } => watch::ended(model, ticket, failure),
        Message::Problems { ticket, found, is_over } => {
            search::found(&mut model.problems, ticket, *found, is_over);
        }
        Message::Found { ticket, found, is_over } => {
            search::found(&mut model.find, ticket, *found, is_over);
        }
        Message::Here(here) => this_pod::found(model, *here),
        Message::Observed(observed, strangers) => {
            containers::inside::observed(model, observed, strangers);
        }
        Message::Plugin(report) => model.plugin = plugin(report),
        Message::OnWire(exchanges) => trace::record(model, exchanges),
        Message::Timer(timer) => due(model, timer),
    }
    flows::settle(model);
    prompt::settle(model);
    tour::settle(model);
    model.fit();
    read::settle(model, is_input);
    subscriptions::reconcile(model);
    std::mem::take(&mut model.effects)
}

/// Returns what is shown of a credential plugin.
fn plugin(report: PluginReport) -> Option<SlowPlugin> {
    match report {
        PluginReport::Running { name, seconds, stderr } => {
            Some(SlowPlugin { name, seconds, stderr })
        }
        PluginReport::Ended => None,
    }
}

/// Handles a timer that is due.
fn due(model: &mut Model, timer: Timer) {
    model.timers.remove(&timer);
    match timer {
        Timer::Rest => read::rested(model),
        Timer::Health => health::due(model),
        Timer::Notice => model.notice = None,
        Timer::Marks(id) => marks::turn(model, id),
        Timer::Node(id) => open::retry_node(model, id),
        Timer::Watch(target) => watch::retry(model, target),
        Timer::Server => {
            if server::retry(model) {
                connect::fetch_all(model);
            }
        }
        // The next frame shows other times.
        Timer::Age | Timer::Second => {}
    }
}
