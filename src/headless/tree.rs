//! `kubewalk tree`: a path and the nodes below it, a line each, printed as the answers arrive.

use std::io::Write;

use super::walk::{Step, Walk};
use super::{Access, Stop, note};
use crate::k8s::discovery::{Discovery, DiscoveryPart};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::location::Located;
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};

/// Prints the location and `depth` levels below it: the path, a tab, the row. The failure of a node is
/// printed on stderr, and the walk continues.
///
/// Below a version are its resources, below a resource its namespaces or objects, and below an object its
/// readable subresources, and if `with_related` the lists of what belongs to it: the path with its query,
/// and how many there are; below a namespace, how many objects of each kind it has. Collections are listed
/// completely, page by page.
///
/// # Errors
///
/// A location that cannot be resolved, an output that cannot be written, and `Incomplete` if a node
/// failed.
pub async fn run(
    access: &Access,
    words: &str,
    depth: usize,
    with_related: bool,
    out: &mut impl Write,
) -> Result<(), Stop> {
    let mut discovery = Discovery::default();
    let located = match words {
        "" => Located::at(ApiPath::Root),
        words => access.find_in(&mut discovery, words).await?,
    };
    let path = located.path.clone();
    access.load_all(&mut discovery, DiscoveryPart::GROUPS).await;
    let failures = DiscoveryPart::GROUPS
        .map(|part| Some((part.path().to_string(), discovery.failure(&part)?.clone())));
    let failures: Vec<(String, Failure)> = failures.into_iter().flatten().collect();
    let mut failed = !failures.is_empty();
    match &failures[..] {
        [] => {}
        [(path, failure)] => note(&failure.clone().of(path).to_string()),
        // A collection can be listed without discovery.
        [(_, failure), ..] if is_below_version(&path) && is_withheld(failure) => failed = false,
        [(_, failure), ..] => return Err(failure.clone().into()),
    }
    let selector = located.selector();
    let walk = Walk::new(access, discovery, selector).of_all(located.is_of_all);
    let mut walk = walk.with_related(with_related);
    let row = match walk.row(&path).await {
        Ok(row) => row,
        Err(failure) => return Err(access.hinted(failure, &path).await.into()),
    };
    let mut steps = vec![Step::Node { path, row, level: 0 }];
    while let Some(step) = steps.pop() {
        let (path, below) = match step {
            Step::Node { path, row, level } => {
                out.write_all(format!("{path}\t{row}\n").as_bytes())?;
                if level >= depth {
                    continue;
                }
                let below = walk.below(&path, level + 1).await;
                (path, below)
            }
            Step::Entry { above, row } => {
                writeln!(out, "{above}\t{row}")?;
                continue;
            }
            Step::Failed { path, failure } => (path, Err(failure)),
            Step::Related { related, level } => {
                let path = related.path();
                let listed = match walk.completed(*related).await {
                    Ok(related) => walk.related(&related, level + 1).await.map(|it| (related, it)),
                    Err(failure) => Err(failure),
                };
                match listed {
                    Ok((related, (row, below))) => {
                        let request = related.selector.of(Request::get(path.clone(), Form::Table));
                        writeln!(out, "{}\t{row}", request.path_and_query())?;
                        (path, Ok(if level < depth { below } else { Vec::new() }))
                    }
                    Err(failure) => (path, Err(failure)),
                }
            }
            Step::Page { path, size, token, level } => {
                let below = walk.page(&path, (size, token), level).await;
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

/// True if the server answered and only withholds discovery.
pub(super) fn is_withheld(failure: &Failure) -> bool {
    use FailureKind::{Forbidden, NotFound, NotRecorded};
    matches!(failure.kind, Forbidden | NotFound | NotRecorded)
}
