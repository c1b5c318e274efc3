//! `kubewalk links`: what an object refers to, a line for each reference, and whether it exists.

use std::cmp::Ordering;
use std::io::{self, Write};

use futures::{StreamExt as _, stream};
use serde::Serialize;
use serde_json::Value;

use super::{Access, OutputForm, Stop};
use crate::document::write_json;
use crate::k8s::answer;
use crate::k8s::discovery::{Discovery, DiscoveryPart};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{AT_ONCE, Form, Request};
use crate::object::links::{Checked, Link, Links, Target, requests};

/// What `links` is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// True to look whether each object exists.
    pub checks: bool,
    /// The form to print them in; each is a line.
    pub form: OutputForm,
}

/// A reference as it is printed.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    /// The path of the field.
    at: &'a str,
    /// The API path with the query, or the line of the same object.
    target: String,
    /// The part of the target that is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// `sure` or `may-be`; `optional` if the target may be missing; `nowhere` with the reason as target.
    certainty: &'static str,
    /// Whether the target exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
}

/// Prints the references out of an object: the path of the field, the target, and `sure`, `may-be` or
/// `optional`, separated by tabs. If it is wanted, also whether the target exists: `found`, `not-found`,
/// `no-key`, `other-object`, `forbidden` or `failed`. That takes the metadata of each object, and the
/// data of a `ConfigMap` of which a key is named; the values of Secrets are never fetched.
///
/// # Errors
///
/// A location that names no object, an object or discovery that cannot be read, an output that cannot be
/// written, and [`Stop::Missing`] if a reference that is sure and not optional does not exist.
pub async fn run(
    access: &Access,
    words: &str,
    wanted: Wanted,
    out: &mut impl Write,
) -> Result<(), Stop> {
    let mut discovery = Discovery::default();
    let located = access.find_in(&mut discovery, words).await?;
    let ApiPath::Object(of) = located.path else {
        let text = format!("{} is not one object", located.path);
        let hint = "Name an object, such as po/db-0 or /api/v1/namespaces/shop/pods/db-0";
        return Err(Failure::new(FailureKind::Input, text, hint).into());
    };
    access.complete(&mut discovery).await;
    if let Some(failure) = discovery.failure(&DiscoveryPart::CoreGroup) {
        return Err(failure.clone().into());
    }
    let object = object(access, &of, &discovery).await?;
    let links = Links::find(&object, &discovery);
    let mut sorted: Vec<(&str, &Link)> = links.iter().collect();
    sorted.sort_by(|(a, _), (b, _)| compare(a, b));
    let states = if wanted.checks { check(access, &sorted).await } else { Vec::new() };
    let mut missing = 0;
    for (index, (at, link)) in sorted.iter().enumerate() {
        let state = states.get(index).copied().flatten();
        let is_missing = matches!(state, Some(Checked::NotFound | Checked::NoPlace));
        missing += usize::from(is_missing && link.is_sure && !link.is_optional);
        print(&printed(at, link, state), wanted.form, access.is_terminal, out)?;
    }
    out.flush()?;
    if missing > 0 { Err(Stop::Missing(missing)) } else { Ok(()) }
}

/// Fetches the object; of a Secret, its metadata.
async fn object(
    access: &Access,
    path: &ObjectPath,
    discovery: &Discovery,
) -> Result<Value, Failure> {
    let is_secret = path.gvr.is_core("secrets");
    let form = if is_secret { Form::ObjectMetadata } else { Form::Json };
    let request = Request::get(ApiPath::Object(path.clone()), form);
    let mut object = answer::json(&access.fetch_named(&request).await?)?;
    if let (true, Some(resource), Some(fields)) =
        (is_secret, discovery.resource(&path.gvr), object.as_object_mut())
    {
        // The metadata of an object has a kind of its own.
        fields.insert("apiVersion".to_owned(), path.gvr.group_version.to_string().into());
        fields.insert("kind".to_owned(), (&*resource.kind).into());
    }
    Ok(object)
}

/// Returns what is known of each target, in the order of the links; `None` for targets that are no object.
async fn check(access: &Access, links: &[(&str, &Link)]) -> Vec<Option<Checked>> {
    let answers = stream::iter(requests(links.iter().map(|(_, link)| *link)).into_iter().map(
        |request| async move {
            let answer = access.fetch(&request).await;
            let answer = answer.and_then(|exchange| answer::json(&exchange));
            (request, answer)
        },
    ));
    let answers: Vec<(Request, Result<Value, Failure>)> = answers.buffered(AT_ONCE).collect().await;
    let state = |(_, link): &(&str, &Link)| {
        let request = link.target.request()?;
        let (_, answer) = answers.iter().find(|(sent, _)| sent.path == request.path)?;
        Some(link.target.checked(answer.as_ref()))
    };
    links.iter().map(state).collect()
}

fn printed<'a>(at: &'a str, link: &Link, state: Option<Checked>) -> Printed<'a> {
    let certainty = match link {
        Link { target: Target::Nowhere(_), .. } => "nowhere",
        Link { is_optional: true, .. } => "optional",
        Link { is_sure: true, .. } => "sure",
        _ => "may-be",
    };
    let place = match &link.target {
        Target::Object { place: Some(place), .. } => Some(place.to_string()),
        _ => None,
    };
    let state = state.map(Checked::word);
    Printed { at, target: link.target.to_string(), place, certainty, state }
}

fn print(
    printed: &Printed<'_>,
    form: OutputForm,
    is_terminal: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    if form == OutputForm::Json {
        let mut line = serde_json::to_vec(printed)?;
        if is_terminal {
            return write_json(&line, true, out);
        }
        line.push(b'\n');
        return out.write_all(&line);
    }
    let mut target = printed.target.clone();
    if let Some(place) = &printed.place {
        target = format!("{target} {place}");
    }
    let state = printed.state.map(|state| format!("\t{state}")).unwrap_or_default();
    writeln!(out, "{}\t{target}\t{}{state}", printed.at, printed.certainty)
}

/// Compares two paths; the items of a list are in their order.
fn compare(a: &str, b: &str) -> Ordering {
    let parts = |path: &'_ str| -> Vec<(u32, String)> {
        let parts = path.split_inclusive(['.', '[', ']']);
        parts
            .map(|part| {
                let index = part.strip_suffix(']').and_then(|index| index.parse().ok());
                (index.unwrap_or_default(), part.to_owned())
            })
            .collect()
    };
    parts(a).cmp(&parts(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_items_of_a_list_are_in_their_order() {
        let mut paths = [".a[10].b", ".a[2].c", ".a", ".a[2].b", ".b['x']"];
        paths.sort_by(|a, b| compare(a, b));
        assert_eq!(paths, [".a", ".a[2].b", ".a[2].c", ".a[10].b", ".b['x']"]);
    }
}
