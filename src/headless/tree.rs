//! `kubewalk tree`: a path and what lies below it, a line each, printed as the answers arrive.

use std::io::Write;

use super::walk::{Step, Walk};
use super::{Access, Stop, note};
use crate::k8s::discovery::Discovery;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::location;
use crate::k8s::path::ApiPath;
use crate::k8s::selector::Selector;

/// Prints the location and `depth` levels below it: the path, a tab, the row. A node that fails is
/// told on stderr, and the walk goes on.
///
/// Below a version come its resources, below those their namespaces or objects, below objects the
/// subresources that can be read. A collection is read page by page, all of it.
///
/// # Errors
///
/// A location that leads nowhere, an output that cannot be written, and `Incomplete` where any node
/// failed.
pub async fn run(
    access: &Access,
    words: &str,
    depth: usize,
    out: &mut impl Write,
) -> Result<(), Stop> {
    let (path, query, known) = match words {
        "" => (ApiPath::Root, Vec::new(), None),
        words => access.locate(words).await?,
    };
    let asked = match known {
        Some(known) => Ok(known),
        None => access.discover().await,
    };
    let (discovery, failure) = match asked {
        // A collection can be listed by those who may not see what else there is.
        Err(failure) if is_below_version(&path) && is_withheld(&failure) => {
            (Discovery::default(), None)
        }
        other => other?,
    };
    let mut failed = failure.is_some();
    if let Some(failure) = failure {
        note(&failure.to_string());
    }
    let location = Selector::take(words).and_then(|(_, words)| location::parse(&words));
    let mut walk = Walk::new(access, discovery, Selector::of_query(query))
        .of_all(location.is_ok_and(|location| location.is_of_all()));
    let row = walk.row(&path).await?;
    let mut steps = vec![Step::Node { path, row, level: 0 }];
    while let Some(step) = steps.pop() {
        let (path, below) = match step {
            Step::Node { path, row, level } => {
                writeln!(out, "{path}\t{row}")?;
                if level >= depth {
                    continue;
                }
                let below = walk.below(&path, level + 1).await;
                (path, below)
            }
            Step::Page { path, token, level } => {
                let below = walk.page(&path, token, level).await;
                (path, below)
            }
        };
        match below {
            Ok(below) => steps.extend(below.into_iter().rev()),
            Err(failure) => {
                out.flush()?;
                failed = true;
                note(&format!("{path}: {failure}"));
            }
        }
        if matches!(steps.last(), Some(Step::Page { .. })) {
            out.flush()?;
        }
    }
    out.flush()?;
    if failed { Err(Stop::Incomplete) } else { Ok(()) }
}

fn is_below_version(path: &ApiPath) -> bool {
    matches!(path, ApiPath::Collection { .. } | ApiPath::Object(_) | ApiPath::Subresource { .. })
}

/// Whether the server is there and only does not say this.
fn is_withheld(failure: &Failure) -> bool {
    use FailureKind::{Forbidden, NotFound, NotRecorded};
    matches!(failure.kind, Forbidden | NotFound | NotRecorded)
}
