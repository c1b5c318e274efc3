//! What a rule sees: the object, the time, the answers to other requests, and what was found so far.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::condition::{self, Condition};
use super::container::Container;
use super::events::{self, Event};
use super::reason::Reason;
use super::related::{Answer, Related, Want};
use super::requests;
use crate::k8s::path::ObjectPath;
use crate::k8s::request::Request;
use crate::k8s::table::Page;
use crate::object::path;

/// No judgement looks at more answers than this, its events included.
const MOST_REQUESTS: usize = 4;

/// The state of one judgement. Rules read the object and the answers, and record what they would need.
pub(super) struct Context<'a> {
    pub(super) object: &'a Value,
    pub(super) now: Timestamp,
    pub(super) related: &'a Related,
    /// The containers that have a status, if the object is a pod.
    pub(super) containers: Vec<Container<'a>>,
    /// What the rules before found.
    pub(super) found: Vec<Reason>,
    pub(super) wants: Vec<Want>,
    /// The earliest moment at which a time limit ends.
    pub(super) next: Option<Timestamp>,
    /// The requests that were looked at.
    consulted: Vec<Request>,
}

/// What is known of another object.
#[derive(Clone, Copy)]
pub(super) enum Other<'a> {
    /// It is there.
    Present(&'a Value),
    /// It does not exist.
    Absent,
    /// It was not fetched, or the server did not say.
    Unknown,
}

impl<'a> Context<'a> {
    pub(super) fn new(object: &'a Value, now: Timestamp, related: &'a Related) -> Self {
        let is_pod = path::text(object, ".kind") == "Pod";
        let containers = if is_pod { Container::all(object) } else { Vec::new() };
        Self {
            object,
            now,
            related,
            containers,
            found: Vec::new(),
            wants: Vec::new(),
            next: None,
            consulted: Vec::new(),
        }
    }

    pub(super) fn at(&self, path: &str) -> &'a Value {
        path::at(self.object, path)
    }

    pub(super) fn text(&self, path: &str) -> &'a str {
        path::text(self.object, path)
    }

    pub(super) fn int(&self, path: &str) -> Option<i64> {
        path::int(self.object, path)
    }

    pub(super) fn list(&self, path: &str) -> &'a [Value] {
        path::list(self.object, path)
    }

    pub(super) fn time(&self, path: &str) -> Option<Timestamp> {
        path::time(self.object, path)
    }

    pub(super) fn is_true(&self, path: &str) -> bool {
        self.at(path).as_bool() == Some(true)
    }

    pub(super) fn name(&self) -> &'a str {
        self.text(".metadata.name")
    }

    pub(super) fn namespace(&self) -> &'a str {
        self.text(".metadata.namespace")
    }

    pub(super) fn created(&self) -> Option<Timestamp> {
        self.time(".metadata.creationTimestamp")
    }

    /// Returns the condition of that type.
    pub(super) fn condition(&self, kind: &str) -> Option<Condition<'a>> {
        condition::find(self.object, ".status.conditions", kind)
    }

    /// Returns the condition of that type if its status is `status`.
    pub(super) fn condition_is(&self, kind: &str, status: &str) -> Option<Condition<'a>> {
        self.condition(kind).filter(|condition| condition.status == status)
    }

    /// Returns the seconds since a time, 0 for a time in the future.
    pub(super) fn age(&self, time: Option<Timestamp>) -> Option<i64> {
        time.map(|time| (self.now.as_second() - time.as_second()).max(0))
    }

    /// True while fewer than `grace` seconds have passed since a time, or since the object's creation if
    /// the time is missing. Without either the grace has passed.
    pub(super) fn within(&mut self, time: Option<Timestamp>, grace: i64) -> bool {
        let Some(start) = time.or(self.created()) else { return false };
        // Clocks differ: what begins in the future begins now.
        let end = start.min(self.now).checked_add(SignedDuration::from_secs(grace));
        let Some(end) = end.ok().filter(|end| *end > self.now) else { return false };
        self.next = Some(self.next.map_or(end, |next| next.min(end)));
        true
    }

    /// Returns the answer to a request, or records that it is wanted.
    pub(super) fn answer_to(
        &mut self,
        request: Request,
        why: &'static str,
        is_essential: bool,
    ) -> Option<&'a Answer> {
        if !self.consulted.contains(&request) {
            if self.consulted.len() >= MOST_REQUESTS {
                return None;
            }
            self.consulted.push(request.clone());
        }
        let related: &'a Related = self.related;
        let answer = related.get(&request);
        match self.wants.iter_mut().find(|want| want.request == request) {
            Some(want) => want.is_essential |= is_essential,
            None if answer.is_none() => self.wants.push(Want { request, why, is_essential }),
            None => {}
        }
        answer
    }

    /// Returns another object, which is wanted if it is not known yet.
    pub(super) fn other(&mut self, object: &ObjectPath, why: &'static str) -> Other<'a> {
        match self.answer_to(requests::get(object), why, true) {
            Some(Answer::Object(value)) => Other::Present(value),
            Some(Answer::Absent) => Other::Absent,
            _ => Other::Unknown,
        }
    }

    /// Returns the objects of a list, which is wanted if it is not known yet.
    pub(super) fn objects(&mut self, request: Request, why: &'static str) -> Option<&'a [Value]> {
        match self.answer_to(request, why, true)? {
            Answer::Objects(objects) => Some(objects),
            _ => None,
        }
    }

    /// Returns the rows of a list, which is wanted if it is not known yet.
    pub(super) fn rows(&mut self, request: Request, why: &'static str) -> Option<&'a Page> {
        match self.answer_to(request, why, true)? {
            Answer::Rows(page) => Some(page),
            _ => None,
        }
    }

    /// Returns the object's events, newest first, if they are known.
    pub(super) fn known_events(&self) -> Option<Vec<Event<'a>>> {
        let related: &'a Related = self.related;
        match related.get(&events::request(self.object)?)? {
            Answer::Objects(list) => Some(events::read(list, self.object)),
            _ => None,
        }
    }

    /// Returns the object's events, newest first; they are wanted if they are not known yet.
    pub(super) fn events(&mut self) -> Option<Vec<Event<'a>>> {
        let request = events::request(self.object)?;
        self.answer_to(request, "events of the object", true)?;
        self.known_events()
    }

    /// Judges another object with the same answers, and takes over what that judgement wants.
    pub(super) fn judge_other(&mut self, object: &'a Value) -> Vec<Reason> {
        let mut context = Context::new(object, self.now, self.related);
        context.consulted.clone_from(&self.consulted);
        super::run(&mut context);
        for want in context.wants {
            if !self.wants.contains(&want) {
                self.wants.push(want);
            }
        }
        self.consulted = context.consulted;
        context.found
    }

    /// Judges a pod of the object, without further answers.
    pub(super) fn judge_pod(&self, pod: &'a Value) -> Vec<Reason> {
        let nothing = Related::default();
        let mut context = Context::new(pod, self.now, &nothing);
        context.containers = Container::all(pod);
        super::evaluate_pod(&mut context);
        context.found
    }
}
