//! All that the program knows.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use crate::app::container_view::{Containers, Proposal};
use crate::app::context::Visits;
use crate::app::effect::{Choice, Effect};
use crate::app::goto::Going;
use crate::app::layout::Pane;
use crate::app::message::Question;
use crate::app::prompt::Prompt;
use crate::app::reading::{Attention, Reading};
use crate::app::rights::Rights;
use crate::app::trace::{Looking, Trace};
use crate::downward::inside::Here;
use crate::downward::sources::SourceKey;
use crate::k8s::discovery::Discovery;
use crate::k8s::endpoint::{Attempt, Endpoint, NoEndpoint, Way};
use crate::k8s::failure::Failure;
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::request::Ticket;
use crate::k8s::table::Page;
use crate::keymap::Keymap;
use crate::tree::{NodeId, Tree};

/// All that the program knows. Only the loop owns one.
#[expect(clippy::struct_excessive_bools, reason = "they are switches apart from each other")]
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The keys in force.
    pub keymap: Keymap,
    /// Whether the mouse may be used.
    pub mouse: bool,
    /// Columns and lines of the terminal.
    pub size: (u16, u16),
    /// The time; of the recording, where one is replayed.
    pub now: Timestamp,
    /// The namespace that was chosen with a flag.
    pub chosen_at_start: Option<Namespace>,
    /// Where we are connected.
    pub standing: Standing,
    /// Why the server that was found never answered as an API server does.
    pub(super) silence: Option<Failure>,
    /// The chosen context on the start screen.
    pub chosen_context: usize,
    /// The first line of the start screen that is in view.
    pub(super) start_line: usize,
    /// Whether only what is here of the pod that we run in is shown.
    pub alone: bool,
    /// The server that was last looked for.
    pub(super) choice: Choice,
    /// What is known of the pod that we run in; nothing outside of one.
    pub here: Option<Here>,
    /// The answer that was looked at last for whether it is of that pod.
    pub(super) checked: u64,
    /// The groups, versions and resources known so far.
    pub discovery: Discovery,
    /// The namespaces of the cluster, as far as they are known.
    pub namespaces: Namespaces,
    /// What the user may read, as far as the server told.
    pub rights: Rights,
    /// The resources whose objects are not counted any more: the server is slow, or fails.
    pub(super) uncounted: BTreeSet<Gvr>,
    /// The tree and its cursor.
    pub tree: Tree,
    /// The document and what it is of.
    pub reading: Reading,
    /// Which pane has the keys.
    pub focus: Pane,
    /// Whether that pane fills the screen.
    pub full_screen: bool,
    /// Whether the container's view is wanted beside the document.
    pub container_view: bool,
    /// That view.
    pub containers: Containers,
    /// What covers the panes.
    pub overlay: Overlay,
    /// The last exchanges with the server.
    pub trace: Trace,
    /// A sentence that shows for a moment.
    pub notice: Option<Notice>,
    /// Whether `[` in the document leads back to the container's view.
    pub(super) returns_to_containers: bool,
    /// Whether the ages in view are counted on.
    pub(super) counts_ages: bool,
    /// The words of a place that is not known yet.
    pub(super) words: Option<String>,
    /// Where the cursor is on its way to.
    pub(super) going: Option<Going>,
    /// The places that were gone to, and which of them is the present one.
    pub(super) history: History,
    /// Where one was in the contexts that were left.
    pub(super) places: Visits,
    pub(super) pending: HashMap<Ticket, Pending>,
    pub(super) next_ticket: u64,
    /// How many times in a row the server was asked again for want of an answer.
    pub(super) silences: u32,
    /// Whether it will be asked again.
    pub(super) asks_again: bool,
    /// Whether the seconds of what waits are counted.
    pub(super) counts_seconds: bool,
    /// Until when something waits to be asked again.
    pub(super) waits_until: Timestamp,
    /// What the cursor was on when that was last attended to.
    pub(super) attended: Option<Attention>,
    /// The collection that is watched.
    pub(super) watched: Option<NodeId>,
    /// The ticket of its watch, while one is open.
    pub(super) watch: Option<Ticket>,
    pub(super) effects: Vec<Effect>,
}

/// Where we are connected.
#[derive(Clone, Debug, Default)]
pub enum Standing {
    /// A way is being looked for.
    #[default]
    Connecting,
    /// A way was found.
    Connected(Box<Connection>),
    /// There is none.
    Nowhere(Box<NoEndpoint>),
}

/// The connection and what the server told of itself.
#[derive(Clone, Debug)]
pub struct Connection {
    /// How we are connected, and why that way.
    pub endpoint: Endpoint,
    /// The ways that were tried before it.
    pub tried: Vec<Attempt>,
    /// The server's version.
    pub version: ServerText,
    /// As whom we are known.
    pub user: ServerText,
    /// The chosen namespace.
    pub namespace: Option<Namespace>,
    /// The server answered before, and does not now.
    pub away: Option<Away>,
}

/// A server that cannot be heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    /// Why.
    pub failure: Failure,
    /// Since when.
    pub since: Timestamp,
}

/// Something that the server tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ServerText {
    /// It was asked.
    #[default]
    Loading,
    /// It told.
    Known(String),
    /// It did not tell, with the failure's word.
    Unknown(Failure),
}

/// The namespaces of the cluster.
#[derive(Clone, Debug, Default)]
pub struct Namespaces {
    /// Those known by any means.
    pub names: BTreeSet<Namespace>,
    /// How asking for all of them stands.
    pub load: crate::tree::node::Load,
}

/// What covers the panes.
#[derive(Clone, Debug, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The keys, scrolled by some lines.
    Help(u16),
    /// What may be copied.
    Copy,
    /// The question whether something is to be run in a pod's containers.
    Exec(Box<Proposal>),
    /// What went over the wire.
    Trace(Looking),
    /// A line to type.
    Prompt(Prompt),
}

/// A sentence that shows for a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// Whether it tells of trouble.
    pub is_trouble: bool,
}

/// The places that were gone to.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    pub(super) paths: Vec<crate::k8s::path::ApiPath>,
    pub(super) at: usize,
}

/// A question that is not answered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pending {
    pub(super) purpose: Purpose,
    /// When it was asked.
    pub(super) since: Timestamp,
}

/// What an answer is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The core group's versions.
    CoreGroup,
    /// All other groups.
    Groups,
    /// The paths of `/`.
    Paths,
    /// The server's version.
    Version,
    /// Who we are.
    User,
    /// The resources of a version's node.
    Resources(NodeId),
    /// The resources of a version that a word is looked for in.
    ReadVersion(crate::k8s::names::GroupVersion),
    /// A page of the cluster's namespaces.
    Namespaces,
    /// A page of a node's collection; a later one joins those before.
    Page(NodeId),
    /// A page of a node's collection that is read again, and how many rows are wanted.
    Reload(NodeId, Option<Page>, usize),
    /// The first object of a namespace's node, to know how many there are; and when it was asked.
    Count(NodeId, Timestamp),
    /// The row of one object that is gone to.
    Row(NodeId),
    /// The pods of a namespace, one of which we run in.
    ThisPod(Namespace),
    /// The pod whose containers have logs.
    Containers(NodeId),
    /// The document.
    Document,
    /// What the aggregator knows of a version that is in trouble.
    ApiService(crate::k8s::path::ObjectPath),
    /// What the user may do in a namespace.
    Rights(Namespace),
    /// Something around the pod of the container's view.
    Surrounding(SourceKey),
    /// What is inside of that pod's containers.
    Inside,
}

impl Model {
    /// A model for a terminal of that size.
    #[must_use]
    pub fn new(width: u16, height: u16) -> Self {
        Self { size: (width, height), ..Self::default() }
    }

    /// Opens at this location once there is a server.
    #[must_use]
    pub fn opening_at(mut self, words: Option<String>) -> Self {
        self.words = words;
        self
    }

    /// The connection, if there is one.
    #[must_use]
    pub fn connection(&self) -> Option<&Connection> {
        match &self.standing {
            Standing::Connected(connection) => Some(connection),
            _ => None,
        }
    }

    /// What the start screen tells, where it is shown: no way was found, or nothing that is an API
    /// server answers on the one that was.
    #[must_use]
    pub fn start_screen(&self) -> Option<NoEndpoint> {
        match (&self.standing, &self.silence) {
            (Standing::Nowhere(tried), _) => Some((**tried).clone()),
            (Standing::Connected(connection), Some(failure)) => {
                let endpoint = &connection.endpoint;
                let mut tried = connection.tried.clone();
                tried.retain(|attempt| !attempt.hint.is_empty());
                tried.push(Attempt {
                    way: Way::Connected {
                        kind: endpoint.kind.clone(),
                        reason: endpoint.reason.clone(),
                    },
                    outcome: failure.message.clone(),
                    hint: failure.hint.clone(),
                });
                Some(NoEndpoint { tried, contexts: endpoint.contexts.clone() })
            }
            _ => None,
        }
    }

    /// The chosen namespace.
    #[must_use]
    pub fn namespace(&self) -> Option<&Namespace> {
        self.connection()?.namespace.as_ref()
    }

    /// How many watches are open.
    #[must_use]
    pub fn watches(&self) -> usize {
        use crate::tree::node::Live;
        let watched = self.watched.and_then(|id| self.tree.get(id));
        usize::from(watched.is_some_and(|node| matches!(node.live, Live::Watching(_))))
            + usize::from(matches!(self.reading.live, Live::Watching(_)))
    }

    pub(super) fn ticket(&mut self) -> Ticket {
        self.next_ticket += 1;
        Ticket(self.next_ticket)
    }

    /// Asks something; its answer comes back for that purpose.
    pub(super) fn ask(&mut self, purpose: Purpose, question: Question) -> Ticket {
        let ticket = self.promise(purpose);
        self.effects.push(Effect::Ask { ticket, question });
        ticket
    }

    /// A ticket for an answer that will come for that purpose.
    pub(super) fn promise(&mut self, purpose: Purpose) -> Ticket {
        let ticket = self.ticket();
        self.pending.insert(ticket, Pending { purpose, since: self.now });
        ticket
    }

    /// Whether something is asked for that purpose.
    pub(super) fn is_asking(&self, is_it: impl Fn(&Purpose) -> bool) -> bool {
        self.pending.values().any(|pending| is_it(&pending.purpose))
    }

    /// Whether the answer to a ticket is still on the way.
    pub(super) fn awaits(&self, ticket: Ticket) -> bool {
        self.pending.contains_key(&ticket)
    }

    /// Stops what goes on under a ticket.
    pub(super) fn cancel(&mut self, ticket: Ticket) {
        self.pending.remove(&ticket);
        self.effects.push(Effect::Cancel(ticket));
    }

    /// Shows a sentence for a moment.
    pub(super) fn notify(&mut self, text: impl Into<String>) {
        self.show_notice(Notice { text: text.into(), is_trouble: false });
    }

    /// Shows a failure for a moment.
    pub(super) fn trouble(&mut self, failure: &Failure) {
        self.notify_trouble(failure.to_string());
    }

    /// Shows what went wrong for a moment.
    pub(super) fn notify_trouble(&mut self, text: impl Into<String>) {
        self.show_notice(Notice { text: text.into(), is_trouble: true });
    }

    fn show_notice(&mut self, notice: Notice) {
        let long = if notice.is_trouble { 8 } else { 4 };
        self.notice = Some(notice);
        self.effects.push(Effect::After(
            crate::app::message::Timer::Notice,
            std::time::Duration::from_secs(long),
        ));
    }
}
