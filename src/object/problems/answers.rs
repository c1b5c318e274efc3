//! What follows from each answer.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::tasks::{Candidate, Task};
use super::{Scan, Why};
use crate::k8s::answer;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Namespace;
use crate::k8s::paging::PageSize;
use crate::k8s::request::{Exchange, Request};
use crate::k8s::table::{Page, Row};
use crate::object::health::{Answer, Level, RowHealth, RowJudge, take_items};
use crate::object::path::{int, text};
use crate::object::search::SearchScope;
use crate::object::search::page::{Kind, PageForm, PageOf};

/// How often the scan waits because the server is overloaded (429).
const PAUSES: u8 = 10;

impl Scan {
    /// Takes the answer to a task.
    pub(super) fn take(
        &mut self,
        request: &Request,
        mut task: Task,
        result: Result<&Exchange, Failure>,
        now: Timestamp,
    ) {
        if let Err(failure) = &result
            && failure.kind == FailureKind::Throttled
            && self.pauses < PAUSES
        {
            self.pauses += 1;
            self.limits.in_flight = (self.limits.in_flight / 2).max(1);
            self.pause = Some(failure.wait.unwrap_or(Duration::from_secs(1)));
            if let Task::Page(page) = &mut task {
                page.size = page.size.after_failure(failure);
            }
            self.queue.push_front(task);
            return;
        }
        match task {
            Task::Page(page) => {
                match result.and_then(|exchange| Content::read(exchange, &page, now)) {
                    Ok(Content::Rows(rows)) => self.take_rows(&page, rows, now),
                    Ok(Content::Objects(list)) => self.take_objects(&page, list, now),
                    Err(failure) => self.take_failure(page, failure),
                }
            }
            Task::Object(candidate) => match result.and_then(answer::json) {
                Ok(object) => {
                    if !candidate.path.gvr.is_core("pods") {
                        self.explain(request, Answer::Object(object.clone()), now);
                    }
                    self.consider(candidate.path, object, now);
                }
                // It is gone by now.
                Err(failure) if failure.kind == FailureKind::NotFound => {
                    self.explain(request, Answer::Absent, now);
                }
                Err(_) => {
                    self.explain(request, Answer::Withheld, now);
                    self.keep_rows(&[candidate]);
                }
            },
            Task::Want(_) => {
                let found = match result {
                    Ok(exchange) => Answer::read(exchange, now),
                    Err(failure) if failure.kind == FailureKind::NotFound => Answer::Absent,
                    Err(_) => Answer::Withheld,
                };
                self.explain(request, found, now);
            }
        }
    }

    fn take_failure(&mut self, page: PageOf, failure: Failure) {
        let is_pods = page.list.kind == self.plan.pods;
        if let Some(again) = page.again(&failure) {
            self.queue.push_front(Task::Page(again));
            return;
        }
        match failure.kind {
            FailureKind::Forbidden if is_pods && page.list.is_over_all() => self.restrict(),
            FailureKind::Forbidden if is_pods && self.lists.is_restricted => {
                self.lists.forbidden += 1;
            }
            // A kind that this server does not have.
            FailureKind::NotFound => self.end_objects(&page, false),
            kind => {
                if is_namespaces(&page.list.kind) {
                    self.use_known_namespaces();
                }
                self.end_objects(&page, false);
                let is_forbidden = kind == FailureKind::Forbidden;
                let why = if is_forbidden { Why::Forbidden } else { Why::Failed(failure.message) };
                self.skip(Task::Page(page).title(), why);
            }
        }
    }

    fn take_rows(&mut self, page: &PageOf, rows: Page, now: Timestamp) {
        let (is_bare, is_first) = (page.form == PageForm::Bare, page.token.is_none());
        let is_over_all = page.list.is_over_all();
        self.lists.note_read();
        if is_bare && is_first {
            if page.list.kind == self.plan.pods {
                match (self.scope.clone(), &page.list.namespace) {
                    (SearchScope::All { .. }, None) => self.queue_over_all(),
                    (SearchScope::All { .. }, Some(namespace)) if self.lists.is_restricted => {
                        self.queue_namespace(&namespace.clone());
                    }
                    _ => {}
                }
            }
            if is_over_all && self.is_large(&rows) {
                self.spread(&page.list.kind);
                return;
            }
        }
        let judge = RowJudge::new(&page.list.kind.gvr, &rows.columns);
        if page.list.kind.is_custom && judge.is_blind() {
            self.skip(page.list.kind.title(), Why::Blind);
            return;
        }
        if is_bare {
            self.read += rows.rows.len() as u64;
        }
        let mut has_findings = false;
        for row in rows.rows.iter().filter(|row| !row.facts.is_unnamed) {
            if is_namespaces(&page.list.kind) {
                self.add_namespace(Namespace::new(row.name()));
            }
            let health = self.judge_row(&judge, page, row, now);
            if !Candidate::is_worth_reading(&health) {
                continue;
            }
            has_findings = true;
            if is_over_all && is_bare {
                continue;
            }
            if health.level.needs_attention() {
                self.found += 1;
            }
            if self.candidates.len() < self.limits.rows {
                let path = page.list.object(row.namespace.clone(), row.name());
                self.candidates.push(Candidate { path, health });
            }
        }
        if has_findings && is_over_all && is_bare {
            let version = is_first.then(|| rows.resource_version.clone());
            let form = PageForm::Metadata(version.filter(|version| !version.is_empty()));
            self.queue.push_back(Task::Page(PageOf { form, tries: 0, ..page.clone() }));
        }
        if is_bare {
            // Pages over all namespaces may be read again with metadata, which are much longer.
            let size = if is_over_all { PageSize::FIRST } else { rows.next_size };
            self.take_token(page, size, rows.continue_token.clone());
            if is_first && rows.continue_token.is_none() && page.list.namespace.is_some() {
                self.explained.remember_rows(page, rows);
            }
        }
    }

    /// The level of a row; of a definition also whether its kind is served.
    fn judge_row(&self, judge: &RowJudge, page: &PageOf, row: &Row, now: Timestamp) -> RowHealth {
        let is_definition = *page.list.kind.gvr.resource == *"customresourcedefinitions";
        if is_definition && self.plan.is_missing(row.name()) {
            let level = Level::Warning;
            return RowHealth { level, reason: "not served".into(), is_certain: false };
        }
        judge.judge(row, now)
    }

    /// True if a collection over all namespaces is too large to be read again with metadata. One that does
    /// not say how many objects are left may be.
    fn is_large(&self, rows: &Page) -> bool {
        let left = rows.remaining.unwrap_or(self.limits.small);
        rows.continue_token.is_some() && left + rows.rows.len() as u64 > self.limits.small
    }

    /// Queues the next page, if there is one.
    fn take_token(&mut self, page: &PageOf, size: PageSize, token: Option<String>) {
        let Some(token) = token.filter(|token| !token.is_empty()) else { return };
        if page.token.as_ref() == Some(&token) {
            let why = "the server returns the same page repeatedly".to_owned();
            self.skip(Task::Page(page.clone()).title(), Why::Failed(why));
            return;
        }
        self.queue.push_front(Task::Page(page.next(token, size)));
    }

    fn take_objects(&mut self, page: &PageOf, mut list: Value, now: Timestamp) {
        self.lists.note_read();
        let token = text(&list, ".metadata.continue").to_owned();
        let left = int(&list, ".metadata.remainingItemCount").unwrap_or(0);
        let items = take_items(&mut list);
        let all = items.len() as u64 + u64::try_from(left).unwrap_or(0);
        if page.list.is_over_all() && page.token.is_none() && all > self.limits.small {
            let why = format!("more than {} objects over all namespaces", self.limits.small);
            self.skip(page.list.kind.title(), Why::Limit(why));
            self.end_objects(page, false);
            return;
        }
        self.read += items.len() as u64;
        for object in items {
            match &*page.list.kind.gvr.resource {
                "endpointslices" => self.explained.remember_slice(&object),
                resource => {
                    if resource == "services" {
                        self.explained.remember_service(&object);
                    }
                    let namespace = text(&object, ".metadata.namespace");
                    let namespace = (!namespace.is_empty()).then(|| Namespace::new(namespace));
                    let path = page.list.object(namespace, text(&object, ".metadata.name"));
                    self.consider(path, object, now);
                }
            }
        }
        if token.is_empty() {
            self.end_objects(page, true);
        } else {
            self.take_token(page, page.size, Some(token));
        }
    }

    /// The objects of a kind were read, or could not be: those of the next kind follow.
    fn end_objects(&mut self, page: &PageOf, is_known: bool) {
        if page.form == PageForm::Objects {
            self.explained.set_known(&page.list, is_known);
            self.queue_next_objects(&page.list);
        }
    }
}

fn is_namespaces(kind: &Kind) -> bool {
    kind.gvr.is_core("namespaces")
}

/// The content of a page.
enum Content {
    Rows(Page),
    Objects(Value),
}

impl Content {
    fn read(exchange: &Exchange, page: &PageOf, now: Timestamp) -> Result<Self, Failure> {
        match page.form {
            PageForm::Objects | PageForm::Described => answer::json(exchange).map(Self::Objects),
            PageForm::Bare | PageForm::Metadata(_) => answer::page(exchange, now).map(Self::Rows),
        }
    }
}
