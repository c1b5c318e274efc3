//! The state of the application, and lookups on it.

mod clock;
mod failure;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::answer::Reply;
use crate::app::effect::{Choice, Effect};
use crate::app::layout::Pane;
use crate::app::message::Timer;
use crate::app::question::{Purpose, Question};
use crate::app::state::allocation::Allocation;
use crate::app::state::comparison::{ComparedSide, Comparison};
use crate::app::state::connection::{Connection, Namespaces, Standing};
use crate::app::state::containers::Containers;
use crate::app::state::contents::Contents;
use crate::app::state::events::Events;
use crate::app::state::explain::{Explain, SchemaCache};
use crate::app::state::find::FoundObjects;
use crate::app::state::health::ObjectHealth;
use crate::app::state::links::ObjectLinks;
use crate::app::state::names::Names;
use crate::app::state::navigation::{History, Jump, Visits};
use crate::app::state::object_history::Histories;
use crate::app::state::overlay::{Notice, Overlay, SlowPlugin};
use crate::app::state::owner::Owners;
use crate::app::state::problems::Problems;
use crate::app::state::reading::Reading;
use crate::app::state::rights::Rights;
use crate::app::state::several::SeveralLists;
use crate::app::state::subject::Attention;
use crate::app::state::tour::Tour;
use crate::app::state::trace::Trace;
use crate::app::state::watch::{Live, Target, Watches};
use crate::downward::inside::Here;
use crate::k8s::discovery::Discovery;
use crate::k8s::endpoint::{Attempt, EndpointKind, NoEndpoint, Way};
use crate::k8s::failure::Failure;
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::ObjectPath;
use crate::k8s::request::Ticket;
use crate::k8s::reviews::Impersonated;
use crate::k8s::table::Page;
use crate::keymap::{Action, Keymap};
use crate::tree::{NodeId, RowRef, Tree};

/// The application state. Owned by the event loop.
#[expect(clippy::struct_excessive_bools, reason = "they are independent switches")]
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// The key bindings.
    pub keymap: Keymap,
    /// True if the mouse is enabled in the settings.
    pub mouse: bool,
    /// True if everything is written to a recording.
    pub is_recording: bool,
    /// Columns and lines of the terminal.
    pub size: (u16, u16),
    /// The time; of the recording, if one is replayed.
    pub now: Timestamp,
    /// The namespace given on the command line.
    pub chosen_at_start: Option<Namespace>,
    /// The state of the connection.
    pub standing: Standing,
    /// Why the server that was found is not usable as an API server.
    pub(in crate::app) unusable: Option<Failure>,
    /// The 0-based index of the selected context on the start screen.
    pub selected_context: usize,
    /// The 0-based index of the first visible line of the start screen.
    pub(in crate::app) start_line: usize,
    /// True if only this pod's own container is shown, without a server.
    pub alone: bool,
    /// The choice of the server that the last search was for.
    pub choice: Choice,
    /// What is known of the pod that this process runs in; `None` outside of a pod.
    pub here: Option<Here>,
    /// True if the user typed the namespace of that pod.
    pub(in crate::app) typed_namespace: bool,
    /// The revision of the answer that was last checked to be of that pod.
    pub(in crate::app) checked: u64,
    /// The groups, versions and resources known so far.
    pub discovery: Discovery,
    /// True if discovery is to be fetched again.
    pub(in crate::app) discovery_wanted: bool,
    /// The namespaces of the cluster, as far as they are known.
    pub namespaces: Namespaces,
    /// What the user may read, as far as the server's rules are known.
    pub rights: Rights,
    /// The resources whose objects are not counted, because the server is slow or fails.
    pub(in crate::app) uncounted: BTreeSet<Gvr>,
    /// The tree and its cursor.
    pub tree: Tree,
    /// The collections that are listed again: the pages that have arrived, and how many rows are
    /// wanted.
    pub(in crate::app) reloads: HashMap<NodeId, Reload>,
    /// The nodes that failed and are retried at a time.
    pub(in crate::app) retries: BTreeMap<NodeId, Timestamp>,
    /// The collections with marked rows, and when their marks are next updated.
    pub(in crate::app) marked: BTreeMap<NodeId, Timestamp>,
    /// The document.
    pub reading: Reading,
    /// The health of the object that is shown.
    pub health: ObjectHealth,
    /// The references out of the object that is shown.
    pub links: ObjectLinks,
    /// The owners of the object that is shown.
    pub owners: Owners,
    /// What the opened namespaces contain, by their nodes.
    pub contents: HashMap<NodeId, Contents>,
    /// The lists that were read together, by their rows.
    pub several: HashMap<NodeId, SeveralLists>,
    /// For each kind of owner, the kinds of owned objects that were found in this session.
    pub(in crate::app) owned_kinds: BTreeMap<Gvr, BTreeSet<Gvr>>,
    /// The list of problems.
    pub problems: Problems,
    /// The list of objects that were found by name.
    pub find: FoundObjects,
    /// What is allocated on the open node, and what an open node or pod uses.
    pub allocation: Allocation,
    /// The list of events.
    pub events: Events,
    /// What a field means, while it is shown.
    pub explain: Option<Explain>,
    /// The schemas that were read last.
    pub(in crate::app) schemas: SchemaCache,
    /// What happened to the open object and to those before it.
    pub histories: Histories,
    /// The object that is marked for a comparison, as it was then.
    pub mark: Option<Arc<ComparedSide>>,
    /// The comparison that is shown.
    pub comparison: Option<Comparison>,
    /// The focused pane.
    pub focus: Pane,
    /// True if the managers of the document's lines are shown beside them.
    pub shows_managers: bool,
    /// The width of the tree in percent of the screen, if the user chose one.
    pub tree_width: Option<u16>,
    /// True while the border beside the tree is dragged.
    pub(in crate::app) drags_border: bool,
    /// True if that pane fills the screen.
    pub full_screen: bool,
    /// True if the container's view is shown.
    pub container_view: bool,
    /// The container's view.
    pub containers: Containers,
    /// What covers the panes.
    pub overlay: Overlay,
    /// The latest exchanges with the server.
    pub trace: Trace,
    /// The credential plugin that takes long, while it runs.
    pub plugin: Option<SlowPlugin>,
    /// The tour through the demo, while it is taken.
    pub tour: Option<Tour>,
    /// True if the tour was left, and is not offered again.
    pub(in crate::app) left_tour: bool,
    /// A sentence that is shown for a moment.
    pub notice: Option<Notice>,
    /// True if `[` in the document returns to the container's view.
    pub(in crate::app) returns_to_containers: bool,
    /// Whom to walk as once the own identity is connected.
    pub(in crate::app) wanted_identity: Option<Impersonated>,
    /// The typed location that is not resolved yet.
    pub(in crate::app) words: Option<String>,
    /// The lines entered in the prompt for a location during this run, the latest last.
    pub(in crate::app) typed_lines: Vec<String>,
    /// Names for completion, of collections that are not loaded in the tree.
    pub(in crate::app) names: Names,
    /// The pending jump.
    pub(in crate::app) jump: Option<Jump>,
    /// The pod whose log is opened once its containers are known, and what to do with the log.
    pub(in crate::app) wanted_log: Option<(ObjectPath, Action)>,
    /// The object whose users are shown once they are known.
    pub(in crate::app) wanted_use: Option<ObjectPath>,
    /// The visited locations.
    pub(in crate::app) history: History,
    /// The last location in each context.
    pub(in crate::app) visits: Visits,
    /// The requests without an answer so far.
    pub(in crate::app) pending: HashMap<Ticket, Pending>,
    next_ticket: u64,
    /// How often in a row the server was retried.
    pub(in crate::app) server_retries: u32,
    /// When the server is retried.
    pub(in crate::app) server_retry_at: Option<Timestamp>,
    /// True if the server answers again, and what was missed is to be fetched.
    pub(in crate::app) returned: bool,
    /// The answer of the root that was fetched for the tree, until the cursor rests.
    pub(in crate::app) root: Option<Reply>,
    /// When the cursor has rested.
    pub(in crate::app) rests_at: Option<Timestamp>,
    /// What was at the cursor when it was last attended to.
    pub(in crate::app) attended: Option<Attention>,
    /// The collection whose changes are wanted.
    pub(in crate::app) watched: Option<NodeId>,
    /// The watches and log streams.
    pub(in crate::app) watches: Watches,
    /// The timers that run, and when they are due.
    pub(in crate::app) timers: HashMap<Timer, Timestamp>,
    pub(in crate::app) effects: Vec<Effect>,
}

/// A request without an answer so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) struct Pending {
    pub(in crate::app) purpose: Purpose,
    /// When it was sent.
    pub(in crate::app) since: Timestamp,
}

/// A collection that is listed again.
#[derive(Clone, Debug)]
pub(in crate::app) struct Reload {
    /// The pages that have arrived, as one.
    pub(in crate::app) gathered: Option<Page>,
    /// How many rows are wanted.
    pub(in crate::app) wanted: usize,
}

impl Model {
    /// A model for a terminal of that many columns and lines.
    #[must_use]
    pub fn new(width: u16, height: u16) -> Self {
        Self { size: (width, height), ..Self::default() }
    }

    /// Opens a location once a server is connected.
    #[must_use]
    pub fn opening_at(mut self, words: Option<String>) -> Self {
        self.words = words;
        self
    }

    /// Returns the connection, if there is one.
    #[must_use]
    pub fn connection(&self) -> Option<&Connection> {
        match &self.standing {
            Standing::Connected(connection) => Some(connection),
            _ => None,
        }
    }

    /// True if a recording is replayed.
    #[must_use]
    pub fn is_replay(&self) -> bool {
        self.connection().is_some_and(|connection| connection.endpoint.kind.is_recorded())
    }

    /// True if the demo is walked.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.connection().is_some_and(|connection| connection.endpoint.kind == EndpointKind::Demo)
    }

    /// True if the tour is offered: in the demo, unless it was started with `--still` or the tour was left.
    #[must_use]
    pub fn offers_tour(&self) -> bool {
        let plays = self.connection().is_some_and(|connection| connection.endpoint.plays);
        plays && self.is_demo() && !self.left_tour
    }

    /// Returns what the start screen shows, while it is shown: no server was found, or the one that
    /// was found is not usable.
    #[must_use]
    pub fn start_screen(&self) -> Option<NoEndpoint> {
        match (&self.standing, &self.unusable) {
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

    /// True if the start screen is shown because the server that was found is not usable.
    #[must_use]
    pub fn is_unusable(&self) -> bool {
        self.unusable.is_some()
    }

    /// Returns the chosen namespace.
    #[must_use]
    pub fn namespace(&self) -> Option<&Namespace> {
        self.connection()?.namespace.as_ref()
    }

    /// Notes a namespace that is known without being listed.
    pub(in crate::app) fn know_namespace(&mut self, namespace: Namespace) {
        self.rights.want(namespace.clone());
        self.namespaces.names.insert(namespace);
    }

    /// Adds a line to the history of the prompt for a location.
    pub(in crate::app) fn remember_line(&mut self, line: String) {
        self.typed_lines.retain(|known| *known != line);
        self.typed_lines.push(line);
    }

    /// Returns the collection whose table has the focus.
    #[must_use]
    pub fn table(&self) -> Option<NodeId> {
        self.reading.rows().filter(|_| self.focus == Pane::Document)
    }

    /// Returns the collection whose rows the keys are for: that of the focused table, or else the one
    /// around the cursor of the tree.
    #[must_use]
    pub fn collection(&self) -> Option<NodeId> {
        self.table().or_else(|| self.tree.collection_at(self.tree.cursor()))
    }

    /// Returns the position of the selected row of a collection's table.
    #[must_use]
    pub fn table_position(&self, id: NodeId) -> Option<usize> {
        let collection = self.tree.get(id)?.collection.as_ref()?;
        Some(self.reading.table.position(id, collection))
    }

    /// Returns the selected row of a collection's table.
    pub(in crate::app) fn table_row(&self, id: NodeId) -> Option<RowRef> {
        let collection = self.tree.get(id)?.collection.as_ref()?;
        Some(RowRef::Row(id, collection.index_at(self.table_position(id)?)?))
    }

    /// Returns the number of open watches and log streams.
    #[must_use]
    pub fn watches(&self) -> usize {
        self.watches.iter().filter(|watch| matches!(watch.live, Live::Watching(_))).count()
    }

    /// Returns how watching the rows of a node's collection is doing.
    #[must_use]
    pub fn live_rows(&self, node: NodeId) -> &Live {
        self.watches.live(|target| matches!(target, Target::Rows(id, _) if id == node))
    }

    /// Returns how watching the open object or following the log is doing.
    #[must_use]
    pub fn live_document(&self) -> &Live {
        self.watches.live(|target| matches!(target, Target::Object(_) | Target::Log(_)))
    }

    /// Returns how watching the listed events is doing.
    #[must_use]
    pub fn live_events(&self) -> &Live {
        self.watches.live(|target| matches!(target, Target::Events(_)))
    }

    pub(in crate::app) fn ticket(&mut self) -> Ticket {
        self.next_ticket += 1;
        Ticket(self.next_ticket)
    }

    /// Sends a request. Its answer is delivered by its purpose.
    pub(in crate::app) fn send(&mut self, question: Question) -> Ticket {
        let ticket = self.expect(question.purpose.clone());
        self.effects.push(Effect::Ask { ticket, question });
        ticket
    }

    /// Returns a ticket for an answer that will arrive for a purpose.
    pub(in crate::app) fn expect(&mut self, purpose: Purpose) -> Ticket {
        let ticket = self.ticket();
        self.pending.insert(ticket, Pending { purpose, since: self.now });
        ticket
    }

    /// True if a request for such a purpose has no answer yet.
    pub(in crate::app) fn is_pending(&self, is_it: impl Fn(&Purpose) -> bool) -> bool {
        self.pending.values().any(|pending| is_it(&pending.purpose))
    }

    /// True if the request of a ticket has no answer yet.
    pub(in crate::app) fn awaits(&self, ticket: Ticket) -> bool {
        self.pending.contains_key(&ticket)
    }

    /// Cancels the request of a ticket.
    pub(in crate::app) fn cancel(&mut self, ticket: Ticket) {
        self.pending.remove(&ticket);
        self.effects.push(Effect::Cancel(ticket));
    }
}
