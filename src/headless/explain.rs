//! `kubewalk explain`: what a kind or one of its fields means, after the server's `OpenAPI` documents.

use std::io::{self, Write};

use serde::Serialize;

use super::{Access, OutputForm, Stop};
use crate::api::openapi::schemas;
use crate::document::write_json;
use crate::k8s::discovery::{Discovery, DiscoveryPart};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Gvr;
use crate::k8s::path::ApiPath;
use crate::object::path::steps;
use crate::object::schema::{Explanation, Field, GroupVersionKind, Schemas, Unexplained};
use crate::runtime::log;
use crate::text::{columns, padded, wrapped};

/// The columns of text.
const WIDTH: usize = 100;
/// The columns of the names of what holds for a field.
const NAMES: usize = 18;

/// What to explain.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// A location and the path of a field.
    pub words: String,
    /// The form to print it in.
    pub form: OutputForm,
    /// How many levels of fields below it are printed.
    pub depth: usize,
}

/// Prints what a field means. Of the words, the longest beginning that is a location is taken; the rest is the
/// path of the field.
///
/// # Errors
///
/// No such resource or field, and a failed request.
pub async fn run(access: &Access, wanted: &Wanted, out: &mut impl Write) -> Result<(), Stop> {
    let mut discovery = Discovery::default();
    let Located { gvr, kind, rest } = located(access, &mut discovery, &wanted.words).await?;
    let version = gvr.group_version.clone();
    let plural = Some(&*gvr.resource);
    let schemas = schemas(&access.connection.client, &version, plural, log::stream).await?;
    let path = field(&schemas, &kind, &rest);
    let steps = steps(&path).ok_or_else(|| {
        input(&format!("`{path}` is not a path"), "A path is as in .spec.containers[0].image")
    })?;
    let found = schemas.explain_to(&kind, &steps, wanted.depth);
    let found = found.map_err(|why| unexplained(&kind, &why))?;
    match wanted.form {
        OutputForm::Text => write_text(&kind, &found, out)?,
        OutputForm::Json => {
            let record = Record::new(&kind, &found);
            let body = serde_json::to_vec(&record).map_err(io::Error::from)?;
            write_json(&body, access.is_terminal, out)?;
        }
    }
    Ok(out.flush()?)
}

/// A resource, its kind, and what follows its location.
struct Located {
    gvr: Gvr,
    kind: GroupVersionKind,
    rest: String,
}

/// Returns the resource of the longest beginning of the words that is a location, and what follows. A field may
/// be behind the name of an object, which may contain dots: only the schema tells where it begins.
async fn located(
    access: &Access,
    discovery: &mut Discovery,
    words: &str,
) -> Result<Located, Failure> {
    let whole = words.trim();
    if let Some((resource, name)) = whole.split_once('/').filter(|(word, _)| !word.is_empty()) {
        let located = access.find_in(discovery, resource).await?;
        let gvr = located.path.gvr().cloned().ok_or_else(|| no_resource(resource))?;
        let kind = kind(access, discovery, &gvr).await?;
        return Ok(Located { gvr, kind, rest: behind_name(name) });
    }
    let dots = whole.char_indices().rev().filter(|(_, c)| matches!(c, '.' | '['));
    let ends: Vec<usize> = std::iter::once(whole.len()).chain(dots.map(|(at, _)| at)).collect();
    let mut first = None;
    for end in ends {
        let path = match access.find_in(discovery, &whole[..end]).await {
            Ok(located) => located.path,
            Err(failure) if failure.kind == FailureKind::Input => {
                first = Some(failure);
                continue;
            }
            Err(failure) => return Err(failure),
        };
        let Some(gvr) = path.gvr().cloned() else { continue };
        let Ok(kind) = kind(access, discovery, &gvr).await else { continue };
        let rest = match &path {
            ApiPath::Object(object) => behind_name(&object.name),
            _ => whole[end..].to_owned(),
        };
        return Ok(Located { gvr, kind, rest });
    }
    Err(first.unwrap_or_else(|| no_resource(whole)))
}

/// Returns what follows the first dot of a name.
fn behind_name(name: &str) -> String {
    name.find('.').map_or("", |at| &name[at..]).to_owned()
}

/// Returns the kind of a resource.
async fn kind(
    access: &Access,
    discovery: &mut Discovery,
    gvr: &Gvr,
) -> Result<GroupVersionKind, Failure> {
    if discovery.resource(gvr).is_none() {
        access.load_all(discovery, DiscoveryPart::GROUPS).await;
    }
    // A version whose resources are known does not have it.
    if discovery.resources(&gvr.group_version).is_none() {
        access.load_all(discovery, [DiscoveryPart::Resources(gvr.group_version.clone())]).await;
    }
    let resource = discovery.resource(gvr).ok_or_else(|| no_resource(&gvr.resource))?;
    Ok(GroupVersionKind::new(&gvr.group_version, &resource.kind))
}

/// Returns the path of the field: behind the name of an object, from the first field of its kind.
fn field(schemas: &Schemas, kind: &GroupVersionKind, rest: &str) -> String {
    let dots = rest.match_indices('.').map(|(at, _)| at);
    let is_field = |at: &usize| {
        let name = rest[at + 1..].split(['.', '[']).next().unwrap_or_default();
        schemas.has_field(kind, name)
    };
    let found = dots.clone().find(is_field);
    found.or_else(|| dots.clone().next()).map_or(String::new(), |at| rest[at..].to_owned())
}

fn unexplained(kind: &GroupVersionKind, why: &Unexplained) -> Failure {
    let kind = &kind.kind;
    match why {
        Unexplained::NoKind => not_found(
            &format!("the server has no documentation of {kind}"),
            "It may have no schema",
        ),
        Unexplained::AnyContent { path } => not_found(
            &format!("{path} of {kind} may have any content, which is not described"),
            "Explain what contains it",
        ),
        Unexplained::NotAField { path, near } => {
            let hint = match &near[..] {
                [] => "Without its last part it lists the fields there".to_owned(),
                near => format!("Did you mean {}?", near.join(", ")),
            };
            not_found(&format!("{kind} has no field {path}"), &hint)
        }
    }
}

fn not_found(message: &str, hint: &str) -> Failure {
    Failure::new(FailureKind::NotFound, message, hint)
}

fn no_resource(word: &str) -> Failure {
    input(&format!("`{word}` names no resource"), "Name a resource, as in `po.spec.containers`")
}

fn input(message: &str, hint: &str) -> Failure {
    Failure::new(FailureKind::Input, message, hint)
}

fn write_text(
    kind: &GroupVersionKind,
    found: &Explanation,
    out: &mut impl Write,
) -> io::Result<()> {
    let path = if found.path.is_empty() { "." } else { &found.path };
    let version = match kind.group.as_str() {
        "" => kind.version.clone(),
        group => format!("{group}/{}", kind.version),
    };
    let source = if found.is_from_crd { " from the CRD" } else { "" };
    writeln!(out, "{path}  {}  {} {version}{source}", found.type_name, kind.kind)?;
    for label in &found.labels {
        if label.lines.is_empty() {
            writeln!(out, "{}", label.name)?;
        }
        for (at, line) in label.lines.iter().enumerate() {
            let name = if at == 0 { label.name } else { "" };
            writeln!(out, "{}{line}", padded(name, NAMES))?;
        }
    }
    if !found.description.is_empty() {
        writeln!(out)?;
        paragraph(&found.description, out)?;
    }
    if let Some(text) = &found.type_description {
        writeln!(out)?;
        paragraph(&format!("Type: {text}"), out)?;
    }
    if !found.fields.is_empty() {
        writeln!(out)?;
    }
    write_fields(&found.fields, 2, out)
}

/// Prints fields and those below them, indented.
fn write_fields(fields: &[Field], indent: usize, out: &mut impl Write) -> io::Result<()> {
    let name =
        |field: &Field| format!("{}{}", field.name, if field.is_required { "*" } else { "" });
    let width = fields.iter().map(|field| columns(&name(field))).max().unwrap_or(0);
    for field in fields {
        let deprecated = if field.is_deprecated { "  (deprecated)" } else { "" };
        let (blank, name) = (" ".repeat(indent), padded(&name(field), width));
        writeln!(out, "{blank}{name}  {}{deprecated}", field.type_name)?;
        write_fields(&field.fields, indent + 2, out)?;
    }
    Ok(())
}

fn paragraph(text: &str, out: &mut impl Write) -> io::Result<()> {
    for part in text.lines() {
        for line in wrapped(&[(part.to_owned(), ())], WIDTH, 0) {
            let line: String = line.into_iter().map(|(text, ())| text).collect();
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    group: &'a str,
    version: &'a str,
    kind: &'a str,
    path: &'a str,
    r#type: &'a str,
    labels: Vec<LabelRecord<'a>>,
    description: &'a str,
    fields: Vec<FieldRecord<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    from_crd: bool,
}

#[derive(Serialize)]
struct LabelRecord<'a> {
    name: &'a str,
    values: &'a [String],
}

#[derive(Serialize)]
struct FieldRecord<'a> {
    name: &'a str,
    r#type: &'a str,
    required: bool,
    deprecated: bool,
    description: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldRecord<'a>>,
}

impl<'a> FieldRecord<'a> {
    fn new(field: &'a Field) -> Self {
        Self {
            name: &field.name,
            r#type: &field.type_name,
            required: field.is_required,
            deprecated: field.is_deprecated,
            description: &field.description,
            fields: field.fields.iter().map(Self::new).collect(),
        }
    }
}

impl<'a> Record<'a> {
    fn new(of: &'a GroupVersionKind, found: &'a Explanation) -> Self {
        let label = |label: &'a crate::object::schema::Label| LabelRecord {
            name: label.name,
            values: &label.lines,
        };
        Self {
            group: &of.group,
            version: &of.version,
            kind: &of.kind,
            path: &found.path,
            r#type: &found.type_name,
            labels: found.labels.iter().map(label).collect(),
            description: &found.description,
            from_crd: found.is_from_crd,
            fields: found.fields.iter().map(FieldRecord::new).collect(),
        }
    }
}
