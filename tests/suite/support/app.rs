//! The application alone: model, update and draw, without a task, a socket or a clock. Requests are
//! answered from recordings when a test says so.

use std::collections::VecDeque;
use std::sync::Arc;

use futures::FutureExt as _;
use http::header::ACCEPT;
use http_body_util::BodyExt as _;
use kubewalk::api::har::Recording;
use kubewalk::api::openapi;
use kubewalk::api::replay::Replay;
use kubewalk::app::answer::{Answer, Reply};
use kubewalk::app::effect::{Effect, StreamKind};
use kubewalk::app::message::{Message, Timer};
use kubewalk::app::model::Model;
use kubewalk::app::question::Question;
use kubewalk::app::state::comparison::Sides;
use kubewalk::app::state::object_history::Noting;
use kubewalk::app::state::problems::Findings;
use kubewalk::app::state::watch::Target;
use kubewalk::app::update::update;
use kubewalk::document::Document;
use kubewalk::k8s::endpoint::{Endpoint, EndpointKind};
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::k8s::names::{GroupVersion, Namespace};
use kubewalk::k8s::request::Ticket;
use kubewalk::k8s::request::{Exchange, Request};
use kubewalk::object::find::Find;
use kubewalk::object::problems::{Limits, Scan};
use kubewalk::object::schema::SchemaReader;
use kubewalk::object::search::{Next, Search};
use kubewalk::tree::RowRef;

use super::keys::keys;
use super::recordings;

/// A model and its unanswered requests.
pub(crate) struct App {
    pub(crate) model: Model,
    replays: Vec<Replay>,
    /// The requests that are neither answered nor cancelled, oldest first.
    pub(crate) waiting: Vec<(Ticket, Question)>,
    /// The searches for problems that were not run yet.
    pub(crate) scans: Vec<(Ticket, Scan)>,
    /// The searches for objects that did not run yet.
    pub(crate) finds: Vec<(Ticket, Find)>,
    /// The documents of schemas that were not fetched yet.
    explanations: Vec<(Ticket, GroupVersion)>,
    /// How many of them were fetched.
    pub(crate) explained: usize,
    /// Why they cannot be fetched.
    pub(crate) fails_to_explain: Option<Failure>,
    /// The comparisons that were not computed yet.
    comparisons: Vec<(Ticket, Sides)>,
    /// The versions of the open object that were not noted yet.
    notings: Vec<(Ticket, Noting)>,
    /// The effects since `take_effects` was last called.
    effects: Vec<Effect>,
    /// True if every watch opens at once.
    pub(crate) opens_watches: bool,
    /// The streams that were paused, the latest last.
    paused: Vec<Target>,
}

impl App {
    /// Connected to the demo, with discovery loaded and the cursor at rest on the root.
    pub(crate) fn demo() -> Self {
        Self::over(&[recordings::cluster()])
    }

    /// Connected to a server that answers from these recordings, the first that has an answer wins.
    pub(crate) fn over(recordings: &[Arc<Recording>]) -> Self {
        let mut app = Self::unconnected(recordings);
        app.connect(None);
        app.rest();
        app.take_effects();
        app
    }

    /// Not connected yet.
    pub(crate) fn unconnected(recordings: &[Arc<Recording>]) -> Self {
        let replays = recordings.iter().cloned().map(Replay::new).collect();
        let model = Model::new(120, 36);
        Self {
            model,
            replays,
            waiting: Vec::new(),
            scans: Vec::new(),
            finds: Vec::new(),
            explanations: Vec::new(),
            explained: 0,
            fails_to_explain: None,
            comparisons: Vec::new(),
            notings: Vec::new(),
            effects: Vec::new(),
            opens_watches: true,
            paused: Vec::new(),
        }
    }

    /// Connects, and answers every request.
    pub(crate) fn connect(&mut self, namespace: Option<&str>) {
        self.connect_unanswered(namespace);
        self.answer_all();
    }

    /// Connects, and answers nothing yet.
    pub(crate) fn connect_unanswered(&mut self, namespace: Option<&str>) {
        self.model.chosen_at_start = namespace.map(Namespace::new);
        self.message(Message::Connected(Box::new(endpoint(namespace)), Vec::new()));
    }

    /// A server was found by a context with a namespace; everything is answered.
    pub(crate) fn connect_by_context_of(&mut self, namespace: &str) {
        self.message(Message::Connected(Box::new(endpoint(Some(namespace))), Vec::new()));
        self.answer_all();
    }

    /// The pause of the collection's watch is over.
    pub(crate) fn retry_rows(&mut self) {
        self.retry(|target| matches!(target, Target::Rows(..)));
    }

    /// The pause of the object's watch is over.
    pub(crate) fn retry_object(&mut self) {
        self.retry(|target| matches!(target, Target::Object(_)));
    }

    fn retry(&mut self, is_it: impl Fn(&Target) -> bool) {
        let at = self.paused.iter().rposition(is_it).unwrap();
        let target = self.paused.remove(at);
        self.message(Message::Timer(Timer::Watch(target)));
    }

    /// Handles a message.
    pub(crate) fn message(&mut self, message: Message) {
        let effects = update(&mut self.model, message);
        let mut opened = Vec::new();
        for effect in &effects {
            match effect {
                Effect::Stream {
                    ticket,
                    source: StreamKind::Rows { .. } | StreamKind::Object { .. },
                } => {
                    opened.extend(self.opens_watches.then_some(*ticket));
                }
                Effect::After(Timer::Watch(target), _) => self.paused.push(*target),
                Effect::Ask { ticket, question } => self.waiting.push((*ticket, question.clone())),
                Effect::Scan { ticket, scope, discovery } => {
                    let scan = Scan::new(scope.clone(), discovery, Limits::default());
                    self.scans.push((*ticket, scan));
                }
                Effect::Find { ticket, find } => self.finds.push((*ticket, (**find).clone())),
                Effect::Explain { ticket, version, .. } => {
                    self.explanations.push((*ticket, version.clone()));
                }
                Effect::Compare { ticket, sides } => {
                    self.comparisons.push((*ticket, sides.clone()));
                }
                Effect::Note { ticket, noting } => {
                    self.notings.push((*ticket, (**noting).clone()));
                }
                Effect::Cancel(gone) => {
                    self.waiting.retain(|(ticket, _)| ticket != gone);
                    self.scans.retain(|(ticket, _)| ticket != gone);
                    self.finds.retain(|(ticket, _)| ticket != gone);
                }
                _ => {}
            }
        }
        self.effects.extend(effects);
        for (ticket, version) in std::mem::take(&mut self.explanations) {
            let result = self.schemas(&version);
            self.message(Message::Answered { ticket, result });
        }
        for (ticket, sides) in std::mem::take(&mut self.comparisons) {
            let result = sides.compare().map(Answer::Diff);
            self.message(Message::Answered { ticket, result });
        }
        for (ticket, noting) in std::mem::take(&mut self.notings) {
            let noted = Box::new(noting.run());
            self.message(Message::Noted { ticket, noted });
        }
        for ticket in opened {
            self.message(Message::WatchOpened { ticket });
        }
    }

    /// Reads the schemas of a group and version from the recordings.
    fn schemas(&mut self, version: &GroupVersion) -> Result<Answer, Failure> {
        self.explained += 1;
        if let Some(failure) = self.fails_to_explain.clone() {
            return Err(failure);
        }
        let exchange = self.exchange(&openapi::request(version));
        let mut reader = SchemaReader::new(8 << 20);
        reader.push(&exchange.good()?.body);
        Ok(Answer::Schemas(Arc::new(reader.finish().unwrap())))
    }

    /// Presses keys. Returns their effects; nothing is answered.
    pub(crate) fn press(&mut self, text: &str) -> Vec<Effect> {
        self.effects.clear();
        for key in keys(text) {
            self.message(Message::Key(key));
        }
        self.take_effects()
    }

    /// Presses keys as a user does: all requests are answered after each `enter`, and at the end the
    /// cursor rests.
    pub(crate) fn walk(&mut self, text: &str) {
        for part in text.split_inclusive("enter") {
            self.press(part);
            self.answer_all();
        }
        self.rest();
    }

    /// Lets the cursor rest, and answers the requests of that.
    pub(crate) fn rest(&mut self) {
        self.message(Message::Timer(Timer::Rest));
        self.answer_all();
    }

    /// Lets seconds pass in which nothing else happens.
    pub(crate) fn advance(&mut self, seconds: i64) {
        for _ in 0..seconds {
            self.model.now += jiff::SignedDuration::from_secs(1);
            self.message(Message::Timer(Timer::Second));
        }
    }

    /// The effects since `take_effects` was last called.
    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Answers from the recordings until no request is left, and runs the searches for problems.
    pub(crate) fn answer_all(&mut self) {
        for (ticket, mut scan) in std::mem::take(&mut self.scans) {
            self.run(&mut scan);
            let found = Box::new(Findings::of(scan.finish()));
            self.message(Message::Problems { ticket, found, is_over: true });
        }
        for (ticket, mut find) in std::mem::take(&mut self.finds) {
            self.run(&mut find);
            let found = Box::new(find.found());
            self.message(Message::Found { ticket, found, is_over: true });
        }
        while !self.waiting.is_empty() {
            self.answer_first();
        }
    }

    /// Answers the requests of a search from the recordings, until nothing is left to do.
    fn run(&mut self, search: &mut impl Search) {
        let mut sent = VecDeque::new();
        loop {
            match search.next() {
                Next::Send(request) => sent.push_back(request),
                Next::Wait => {
                    let request = sent.pop_front().unwrap();
                    let exchange = self.exchange(&request);
                    let whole = exchange.good().map(|_| &exchange);
                    search.answer(&request, whole, self.model.now);
                }
                Next::Pause(_) => {}
                Next::Done => break,
            }
        }
    }

    /// Answers the oldest request.
    pub(crate) fn answer_first(&mut self) {
        let (ticket, question) = self.waiting.remove(0);
        let exchange = self.exchange(&question.request);
        let result = question.decode(exchange, self.model.now);
        self.message(Message::Answered { ticket, result });
    }

    /// Fails the oldest request.
    pub(crate) fn fail_first(&mut self, failure: Failure) {
        let (ticket, _) = self.waiting.remove(0);
        self.message(Message::Answered { ticket, result: Err(failure) });
    }

    /// Answers the only request with this result.
    pub(crate) fn answer_with(&mut self, result: Result<Answer, Failure>) {
        assert_eq!(self.waiting.len(), 1, "{:?}", self.pending());
        let (ticket, _) = self.waiting.remove(0);
        self.message(Message::Answered { ticket, result });
    }

    /// Returns the unanswered requests as paths with queries.
    pub(crate) fn pending(&self) -> Vec<String> {
        self.waiting.iter().map(|(_, question)| question.request.path_and_query()).collect()
    }

    pub(crate) fn exchange(&mut self, request: &Request) -> Exchange {
        let mut last = None;
        for replay in &self.replays {
            let exchange = ask(replay, request);
            let failure = exchange.good().err();
            if failure.is_none_or(|failure| failure.kind != FailureKind::NotRecorded) {
                return exchange;
            }
            last = Some(exchange);
        }
        last.unwrap()
    }

    /// Returns the API path of the cursor row, or an empty text if it has none.
    pub(crate) fn location(&self) -> String {
        let path = self.model.tree.path(self.model.tree.cursor());
        path.map(|path| path.to_string()).unwrap_or_default()
    }

    /// Returns the children of the open node with that API path: labels of nodes and names of rows.
    pub(crate) fn children(&self, path: &str) -> Vec<String> {
        let tree = &self.model.tree;
        let places: Vec<RowRef> = (0..tree.len()).map_while(|at| tree.row_at(at)).collect();
        let is_it = |place: &&RowRef| tree.path(**place).is_some_and(|at| at.to_string() == path);
        let node = places.iter().find(is_it).unwrap_or_else(|| panic!("no row of {path}"));
        let parent = kubewalk::tree::Tree::node_of(*node);
        let below = places.iter().filter(|place| tree.parent(**place) == Some(parent));
        below.map(|place| self.label(*place)).collect()
    }

    /// Returns the label of a node or the name of a row.
    pub(crate) fn label(&self, place: RowRef) -> String {
        let tree = &self.model.tree;
        match place {
            RowRef::Node(id) => tree.get(id).unwrap().kind.label(),
            RowRef::Row(..) => tree.row_key(place).unwrap().name.to_string(),
            RowRef::More(_) => "…".to_owned(),
        }
    }
}

fn endpoint(namespace: Option<&str>) -> Endpoint {
    Endpoint {
        kind: EndpointKind::Proxy,
        address: "http://127.0.0.1:8001".to_owned(),
        reason: "it answers".to_owned(),
        default_namespace: namespace.map(Namespace::new),
        known_namespaces: namespace.into_iter().map(Namespace::new).collect(),
        recorded_at: None,
        plays: false,
        coverage: None,
        insecure: false,
        withholds_credentials: false,
        contexts: Vec::new(),
    }
}

fn ask(replay: &Replay, request: &Request) -> Exchange {
    let http = http::Request::builder()
        .method(request.method())
        .uri(request.path_and_query())
        .header(ACCEPT, request.form.accept())
        .body(())
        .unwrap();
    let body = request.review.clone().unwrap_or_default();
    let response = replay.answer(&http.into_parts().0, body.as_bytes());
    let (head, body) = response.into_parts();
    let content_type = head.headers.get(http::header::CONTENT_TYPE);
    Exchange {
        request: request.clone(),
        status: head.status.as_u16(),
        content_type: content_type.map_or("", |v| v.to_str().unwrap()).to_owned(),
        warnings: Vec::new(),
        audited: false,
        location: None,
        cut_at: None,
        retry_after: None,
        body: body.collect().now_or_never().unwrap().unwrap().to_bytes(),
        elapsed: std::time::Duration::ZERO,
    }
}

/// A successful answer with a JSON object of that resource version.
pub(crate) fn reply(body: &str, version: &str) -> Reply {
    Reply {
        document: Arc::new(Document::read(body.to_owned().into(), true, false)),
        object: None,
        judged: None,
        status: 200,
        bytes: body.len(),
        elapsed: std::time::Duration::ZERO,
        failure: None,
        warnings: Vec::new(),
        version: version.to_owned(),
    }
}

/// Returns the requests and watches among effects, as paths with queries.
pub(crate) fn requests(effects: &[Effect]) -> Vec<String> {
    let request = |effect: &Effect| match effect {
        Effect::Ask { question, .. } => Some(question.request.path_and_query()),
        Effect::Stream { source, .. } => Some(match source {
            StreamKind::Rows { request, .. }
            | StreamKind::Log(request)
            | StreamKind::Events(request) => request.path_and_query(),
            StreamKind::Object { path, from, shown } => {
                format!("watch {} from {from:?} shown {shown}", path.name)
            }
            StreamKind::Logs { of, wanted } => {
                format!("logs of {}, at most {}", of.name, wanted.most)
            }
            StreamKind::Changes { list, from, shown } => {
                let list = list.path_and_query();
                format!("changes of {list} from {from:?} shown {shown:?}")
            }
        }),
        _ => None,
    };
    effects.iter().filter_map(request).collect()
}
