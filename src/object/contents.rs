//! How many objects of each kind a namespace has.

use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::paging::PageSize;
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};
use crate::k8s::table::Page;

/// How many objects of a kind there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contained {
    /// Not answered yet.
    Unanswered,
    /// This number, or at least this number.
    Number {
        /// The number.
        number: u64,
        /// True if the server does not say how many more there are.
        is_least: bool,
    },
    /// The kind may not be listed.
    Forbidden,
    /// The list failed.
    Failed,
    /// Not requested: the kind has many short-lived objects, or copies of others.
    LeftOut,
}

impl Contained {
    /// Returns what an answer to the [`request`] says.
    #[must_use]
    pub fn of(result: &Result<Page, Failure>) -> Self {
        match result {
            Ok(page) => Self::Number {
                number: page.rows.len() as u64 + page.remaining.unwrap_or_default(),
                is_least: page.continue_token.is_some() && page.remaining.is_none(),
            },
            Err(failure) if failure.kind == FailureKind::Forbidden => Self::Forbidden,
            // A kind that is gone by now.
            Err(failure) if failure.kind == FailureKind::NotFound => {
                Self::Number { number: 0, is_least: false }
            }
            Err(_) => Self::Failed,
        }
    }

    /// True if there are some.
    #[must_use]
    pub fn has_objects(self) -> bool {
        matches!(self, Self::Number { number: 1.., .. })
    }
}

/// Returns the request for the number of objects of a kind in a namespace: one of them, and how many more
/// there are. A recording has whole pages only.
#[must_use]
pub fn request(gvr: &Gvr, namespace: &Namespace, is_recorded: bool) -> Request {
    let path = ApiPath::Collection { gvr: gvr.clone(), namespace: Some(namespace.clone()) };
    let list = Request::get(path, Form::Table).with("includeObject", "None");
    if is_recorded { PageSize::FIRST.page(list, None) } else { list.with("limit", "1") }
}

/// Says how many kinds are not among those that have objects: `15 empty, 1 forbidden, 3 not counted`.
#[must_use]
pub fn others(kinds: &[(Gvr, Contained)]) -> String {
    let number = |is_it: &dyn Fn(Contained) -> bool| {
        kinds.iter().filter(|(_, contained)| is_it(*contained)).count()
    };
    let empty = number(&|it| matches!(it, Contained::Number { .. }) && !it.has_objects());
    let parts = [
        (empty, "empty"),
        (number(&|it| it == Contained::Forbidden), "forbidden"),
        (number(&|it| it == Contained::Failed), "failed"),
        (number(&|it| it == Contained::LeftOut), "not counted"),
    ];
    let parts = parts.into_iter().filter(|(number, _)| *number > 0);
    parts.map(|(number, what)| format!("{number} {what}")).collect::<Vec<_>>().join(", ")
}
