//! Finds objects by their names in all kinds of a namespace or of a cluster.
//!
//! A [`Find`] is a [`Search`]: pure, and driven by whoever sends its requests. Each kind that can be listed
//! is read in pages of rows without objects (about 200 bytes a row): one further page at a time beside
//! the first pages of all kinds. Rows without objects have no namespace: of a collection over all
//! namespaces a page with hits is read again with metadata. A search in labels reads metadata only.
//!
//! Where a kind may not be listed over all namespaces, the known namespaces are tried. Kinds that change
//! all the time and name other objects (events, leases, endpoints, metrics) are left out unless requested.

mod found;
pub mod kinds;
mod labels;
mod rights;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

pub use self::found::{Found, Hit};
use super::health::Skipped;
use super::search::page::{Kind, List, PageForm, PageOf};
use super::search::{Next, Search, SearchScope};
use crate::k8s::answer;
use crate::k8s::discovery::Discovery;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::filter::Filter;
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::paging::PageSize;
use crate::k8s::request::{Exchange, Request};
use crate::k8s::table::{Column, Page, Row};

/// How many requests are sent at a time.
const IN_FLIGHT: usize = 8;
/// How many hits are kept; the others are counted.
const MOST_HITS: usize = 1_000;
/// How often the search waits because the server is overloaded (429).
const PAUSES: u8 = 10;

/// What to find, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Which names pass: a part of the name, `/regex/`, or either behind `!`.
    pub filter: Filter,
    /// Where to look.
    pub scope: SearchScope,
    /// Only these kinds, by their plural, singular, short or kind names; empty for all.
    pub kinds: Vec<String>,
    /// True to look also into the kinds that are left out otherwise.
    pub is_of_all_kinds: bool,
    /// True to look also into labels and annotations, as `key=value`.
    pub is_in_labels: bool,
}

/// A page to be read.
#[derive(Clone, Debug, PartialEq)]
struct Task {
    /// The place of its kind in the order of kinds.
    kind: usize,
    page: PageOf,
    /// Of a page that is read again for its namespaces: how many rows of it are left.
    left: Option<usize>,
}

/// A search for objects by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Find {
    wanted: Wanted,
    kinds: Vec<Arc<Kind>>,
    /// How many pages of each kind are queued or sent.
    pages: Vec<usize>,
    queue: VecDeque<Task>,
    /// The next pages of kinds whose pages before were read.
    further: VecDeque<Task>,
    open: Vec<(Request, Task)>,
    in_flight: usize,
    pause: Option<Duration>,
    pauses: u8,
    /// In the order of their arrival.
    hits: Vec<Hit>,
    more: u64,
    read: u64,
    /// Kinds of which a list was refused, by their place.
    forbidden: BTreeSet<usize>,
    /// Kinds of which a list was read, by their place.
    allowed: BTreeSet<usize>,
    skipped: Vec<Skipped>,
    is_incomplete: bool,
}

impl Find {
    /// Prepares a search that has sent nothing yet.
    ///
    /// # Errors
    ///
    /// A requested kind that the server does not have, or no kind is known.
    pub fn new(wanted: Wanted, discovery: &Discovery) -> Result<Self, Failure> {
        let plan = kinds::plan(&wanted, discovery)?;
        let mut find = Self {
            pages: vec![0; plan.kinds.len()],
            kinds: plan.kinds,
            is_incomplete: !plan.skipped.is_empty(),
            skipped: plan.skipped,
            wanted,
            queue: VecDeque::new(),
            further: VecDeque::new(),
            open: Vec::new(),
            in_flight: IN_FLIGHT,
            pause: None,
            pauses: 0,
            hits: Vec::new(),
            more: 0,
            read: 0,
            forbidden: BTreeSet::new(),
            allowed: BTreeSet::new(),
        };
        let left_out = plan.left_out.iter().map(Gvr::title).chain(plan.silent);
        let why = "only where requested";
        find.skipped.extend(left_out.map(|what| Skipped { what, why: why.to_owned() }));
        let namespace = match &find.wanted.scope {
            SearchScope::Namespace(namespace) => Some(namespace.clone()),
            SearchScope::All { .. } => None,
        };
        for kind in 0..find.kinds.len() {
            find.begin(kind, namespace.clone());
        }
        Ok(find)
    }

    /// The hits in the order of their arrival.
    #[must_use]
    pub fn hits(&self) -> &[Hit] {
        &self.hits
    }

    /// Returns what was found so far.
    #[must_use]
    pub fn found(&self) -> Found {
        let mut hits = self.hits.clone();
        hits.sort_by(|a, b| {
            let order = |hit: &Hit| (hit.kind, hit.path.namespace.clone());
            order(a).cmp(&order(b)).then_with(|| a.path.name.cmp(&b.path.name))
        });
        let forbidden = self.forbidden.difference(&self.allowed);
        let forbidden = forbidden.map(|kind| self.kinds[*kind].title());
        let forbidden = forbidden.map(|what| Skipped { what, why: "forbidden".to_owned() });
        Found {
            hits,
            more: self.more,
            done: self.pages.iter().filter(|left| **left == 0).count(),
            kinds: self.kinds.len(),
            read: self.read,
            skipped: self.skipped.iter().cloned().chain(forbidden).collect(),
            is_incomplete: self.is_incomplete
                || self.allowed.is_empty() && !self.forbidden.is_empty(),
        }
    }

    /// Says in a few words how far it is, such as `41 of 57 kinds, 10 found, reading pods`.
    #[must_use]
    pub fn state(&self) -> String {
        let done = self.pages.iter().filter(|left| **left == 0).count();
        let (kinds, hits) = (self.kinds.len(), self.hits.len());
        let reading = self.open.last().map(|(_, task)| task.page.list.title());
        let reading = reading.map(|what| format!(", reading {what}")).unwrap_or_default();
        format!("{done} of {kinds} kinds, {hits} found{reading}")
    }

    /// Sends nothing more: whatever is not read yet is left out, for example because the time is up.
    pub fn stop(&mut self, why: &str) {
        let open = std::mem::take(&mut self.open).into_iter().map(|(_, task)| task);
        let queued = std::mem::take(&mut self.queue).into_iter().chain(self.further.drain(..));
        let rest: Vec<Task> = open.chain(queued).collect();
        for task in rest {
            self.fail(&task, why.to_owned());
        }
    }

    fn begin(&mut self, kind: usize, namespace: Option<Namespace>) {
        let form = if self.wanted.is_in_labels { PageForm::Described } else { PageForm::Bare };
        let list = List { kind: self.kinds[kind].clone(), namespace };
        self.queue.push_back(Task { kind, page: PageOf::first(list, form), left: None });
        self.pages[kind] += 1;
    }

    /// Takes the answer to a task. The rows of a kind are read in their order.
    fn take(&mut self, task: &Task, result: Result<&Exchange, Failure>, now: Timestamp) {
        let content = result.and_then(|exchange| match task.page.form {
            PageForm::Described => labels::read(exchange).map(Content::Described),
            _ => answer::page(exchange, now).map(Content::Rows),
        });
        match content {
            Ok(Content::Rows(rows)) => match task.left {
                Some(left) => self.take_located(task, left, &rows),
                None => self.take_rows(task, &rows),
            },
            Ok(Content::Described(page)) => self.take_described(task, page),
            Err(failure) => self.take_failure(task, failure),
        }
    }

    fn take_rows(&mut self, task: &Task, rows: &Page) {
        self.allowed.insert(task.kind);
        self.read += rows.rows.len() as u64;
        let (last, hits) = self.matching(task, &rows.rows, &rows.columns);
        let is_located = hits.iter().all(|hit| hit.path.namespace.is_some());
        if is_located || !task.page.list.is_over_all() || self.hits.len() >= MOST_HITS {
            self.add(hits);
        } else {
            let version = Some(rows.resource_version.clone());
            let version = version.filter(|it| task.page.token.is_none() && !it.is_empty());
            let form = PageForm::Metadata(version);
            let page = PageOf { form, size: PageSize::FIRST, tries: 0, ..task.page.clone() };
            self.push(Task { page, left: Some(last + 1), ..*task });
        }
        self.take_token(task, rows.next_size, rows.continue_token.clone());
    }

    /// Takes rows with namespaces, of a page that has hits.
    fn take_located(&mut self, task: &Task, left: usize, rows: &Page) {
        let of_page = rows.rows.get(..left).unwrap_or(&rows.rows);
        let (_, hits) = self.matching(task, of_page, &rows.columns);
        self.add(hits);
        let left = left - of_page.len();
        let token = rows.continue_token.clone().filter(|_| left > 0 && !of_page.is_empty());
        if let Some(token) = token {
            let form = PageForm::Metadata(None);
            let page = PageOf { form, ..task.page.next(token, PageSize::FIRST) };
            self.push(Task { page, left: Some(left), ..*task });
        }
        self.pages[task.kind] -= 1;
    }

    /// Returns the index of the last row whose name matches, and all those that do.
    fn matching(&self, task: &Task, rows: &[Row], columns: &[Column]) -> (usize, Vec<Hit>) {
        let passes = |row: &Row| {
            !row.facts.is_unnamed && self.wanted.filter.passes_any([row.name()].into_iter())
        };
        let hits = rows.iter().filter(|row| passes(row)).map(|row| Hit {
            path: task.page.list.object(row.namespace.clone(), row.name()),
            row: row.line(columns),
            label: None,
            kind: task.kind,
        });
        (rows.iter().rposition(passes).unwrap_or_default(), hits.collect())
    }

    fn take_described(&mut self, task: &Task, page: labels::Page) {
        self.allowed.insert(task.kind);
        self.read += page.objects.len() as u64;
        let mut hits = Vec::new();
        for object in page.objects {
            if let Some(label) = object.matching(&self.wanted.filter) {
                let path = task.page.list.object(object.namespace, &object.name);
                hits.push(Hit { path, row: String::new(), label, kind: task.kind });
            }
        }
        self.add(hits);
        let size = task.page.size;
        self.take_token(task, size, page.token);
    }

    /// Keeps hits as long as there is room.
    fn add(&mut self, hits: Vec<Hit>) {
        for hit in hits {
            if self.hits.len() < MOST_HITS {
                self.hits.push(hit);
            } else {
                self.more += 1;
            }
        }
    }

    fn push(&mut self, task: Task) {
        self.pages[task.kind] += 1;
        self.queue.push_front(task);
    }

    /// Ends a page, and queues the next one.
    fn take_token(&mut self, task: &Task, size: PageSize, token: Option<String>) {
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            self.pages[task.kind] -= 1;
            return;
        };
        if task.page.token.as_ref() == Some(&token) {
            self.fail(task, "the server returns the same page repeatedly".to_owned());
            return;
        }
        let page = task.page.next(token, size);
        self.further.push_back(Task { page, ..*task });
    }

    /// Takes the next page to request. One page at a time is a further one, so that a long list does not
    /// begin when all others have ended; the first pages of all kinds come before more of those.
    fn next_task(&mut self) -> Option<Task> {
        let is_reading_on = self.open.iter().any(|(_, task)| task.page.token.is_some());
        if is_reading_on {
            self.queue.pop_front().or_else(|| self.further.pop_front())
        } else {
            self.further.pop_front().or_else(|| self.queue.pop_front())
        }
    }

    fn take_failure(&mut self, task: &Task, failure: Failure) {
        if let Some(page) = task.page.again(&failure) {
            self.queue.push_front(Task { page, ..*task });
            return;
        }
        match failure.kind {
            FailureKind::Forbidden => self.forbid(task),
            // A kind that is gone by now, or whose server does not support lists.
            FailureKind::NotFound | FailureKind::Status(405) => self.pages[task.kind] -= 1,
            _ => self.fail(task, failure.message),
        }
    }

    /// Leaves out a list that may not be read. In place of one of all namespaces, those of the known namespaces
    /// are read.
    fn forbid(&mut self, task: &Task) {
        self.forbidden.insert(task.kind);
        self.pages[task.kind] -= 1;
        if let (SearchScope::All { known }, true) =
            (self.wanted.scope.clone(), task.page.list.is_over_all())
        {
            for namespace in known {
                self.begin(task.kind, Some(namespace));
            }
        }
    }

    /// Leaves out the rest of a kind.
    fn fail(&mut self, task: &Task, why: String) {
        self.pages[task.kind] -= 1;
        self.is_incomplete = true;
        let skipped = Skipped { what: task.page.list.title(), why };
        if !self.skipped.contains(&skipped) {
            self.skipped.push(skipped);
        }
    }
}

/// The content of a page.
enum Content {
    Rows(Page),
    Described(labels::Page),
}

impl Search for Find {
    fn next(&mut self) -> Next {
        if let Some(pause) = self.pause.take() {
            return Next::Pause(pause);
        }
        if self.open.len() < self.in_flight
            && let Some(task) = self.next_task()
        {
            let request = task.page.request();
            self.open.push((request.clone(), task));
            return Next::Send(request);
        }
        if self.open.is_empty() { Next::Done } else { Next::Wait }
    }

    fn answer(&mut self, request: &Request, result: Result<&Exchange, Failure>, now: Timestamp) {
        let Some(at) = self.open.iter().position(|(open, _)| open == request) else { return };
        let (_, mut task) = self.open.swap_remove(at);
        match result {
            Err(failure) if failure.kind == FailureKind::Throttled && self.pauses < PAUSES => {
                self.pauses += 1;
                self.in_flight = (self.in_flight / 2).max(1);
                self.pause = Some(failure.wait.unwrap_or(Duration::from_secs(1)));
                task.page.size = task.page.size.after_failure(&failure);
                self.queue.push_front(task);
            }
            result => self.take(&task, result, now),
        }
    }
}
