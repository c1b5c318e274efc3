//! Parsers of input from outside, each as a function that accepts any bytes and must not panic. A fuzzer
//! calls them with its own bytes, and the suite with those of `corpus`.

use bytes::Bytes;
use kubewalk::api::endpoint::{Environment, Options, contexts};
use kubewalk::api::har::Recording;
use kubewalk::document::{Document, Format, LineOptions, Splices, shown};
use kubewalk::k8s::discovery::{parse_groups, parse_non_resource_paths, parse_resources};
use kubewalk::k8s::location;
use kubewalk::k8s::names::GroupVersion;
use kubewalk::k8s::path::ApiPath;
use kubewalk::k8s::quantity::Quantity;
use kubewalk::k8s::table::{next_token, parse_delta, parse_page};
use kubewalk::keymap::Chord;
use kubewalk::object::diff::{Options as DiffOptions, diff};
use kubewalk::object::managers::{Managers, sentence};
use kubewalk::object::path::steps;
use kubewalk::object::schema::{GroupVersionKind, SchemaReader};
use kubewalk::text::{is_safe, visible};
use serde_json::Value;

/// The name, which is that of the directory in `corpus`, and the function.
pub(crate) type Target = (&'static str, fn(&[u8]));

pub(crate) const TARGETS: [Target; 12] = [
    ("discovery", discovery),
    ("table", table),
    ("watch", watch),
    ("har", har),
    ("kubeconfig", kubeconfig),
    ("path", path),
    ("quantity", quantity),
    ("document", document),
    ("keys", keys),
    ("schema", schema),
    ("managers", managers),
    ("versions", versions),
];

const PODS: &[u8] = include_bytes!("../fixtures/k8s/pods-table.json");

fn discovery(data: &[u8]) {
    if let Ok(groups) = parse_groups(&Bytes::copy_from_slice(data)) {
        // Parsed at their first use.
        let versions = groups.iter().flat_map(|group| &group.versions);
        _ = versions
            .filter_map(|version| version.resources.as_deref())
            .map(<[_]>::len)
            .sum::<usize>();
    }
    _ = parse_resources(&GroupVersion::new("batch", "v1"), data);
    _ = parse_non_resource_paths(data);
}

fn table(data: &[u8]) {
    _ = next_token(data);
    if let Ok(page) = parse_page(data, jiff::Timestamp::UNIX_EPOCH) {
        for row in &page.rows {
            let cells: usize = row.cells().map(str::len).sum();
            assert!(row.name().len() + cells <= 64 * data.len().max(64));
        }
    }
}

fn watch(data: &[u8]) {
    let columns = parse_page(PODS, jiff::Timestamp::UNIX_EPOCH).unwrap().columns;
    _ = parse_delta(data, &columns, jiff::Timestamp::UNIX_EPOCH);
}

fn har(data: &[u8]) {
    if let Err(failure) = Recording::read(data, "it") {
        assert!(!failure.message.is_empty());
    }
}

/// Parses it only: programs are not run and servers are not contacted.
fn kubeconfig(data: &[u8]) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), data).unwrap();
    let options = Options { kubeconfig: Some(file.path().to_owned()), ..Options::default() };
    _ = contexts(&options, &Environment::empty());
}

fn path(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    _ = location::parse(&text);
    let path = ApiPath::parse(&text);
    assert_eq!(ApiPath::parse(&path.to_string()), path, "{text:?}");
}

fn quantity(data: &[u8]) {
    if let Ok(quantity) = Quantity::parse(&String::from_utf8_lossy(data)) {
        let written = quantity.to_string();
        assert_eq!(Quantity::parse(&written).unwrap().to_string(), written);
    }
}

/// Writes every line in every format, and checks that none has control characters.
fn document(data: &[u8]) {
    for (is_json, of_secrets) in [(true, false), (true, true), (false, false)] {
        let body = Bytes::copy_from_slice(data);
        for document in [
            Document::read(body.clone(), is_json, of_secrets),
            Document::read_beginning(body, is_json, of_secrets),
        ] {
            for format in [Format::Yaml, Format::Json, Format::Raw] {
                lines(&document, format);
            }
        }
    }
}

fn lines(document: &Document, format: Format) {
    if format != Format::Raw && !document.is_json() {
        return;
    }
    let mut text = String::new();
    for line in 0..document.line_count(format) {
        text.clear();
        document.write_line(format, line, LineOptions::default(), &mut text);
        assert!(is_safe(&shown::display(&text)), "{text:?}");
        _ = document.path(format, line);
    }
}

fn keys(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    assert!(is_safe(&visible(&text)));
    if let Ok(chord) = text.parse::<Chord>() {
        assert_eq!(chord.name().parse::<Chord>().as_ref(), Ok(&chord), "{text:?}");
    }
}

/// Reads the schemas of a document, and explains a field of them.
fn schema(data: &[u8]) {
    let mut reader = SchemaReader::new(1 << 20);
    data.chunks(7).for_each(|chunk| reader.push(chunk));
    let Ok(schemas) = reader.finish() else { return };
    let (group, version) = ("apps".to_owned(), "v1".to_owned());
    let kind = GroupVersionKind { group, version, kind: "Deployment".to_owned() };
    for path in [".", ".spec", ".spec.list", ".spec.list[0].self.self", ".spec.map['x']"] {
        _ = schemas.explain(&kind, &steps(path).unwrap());
    }
}

/// Names the managers of every line.
fn managers(data: &[u8]) {
    let Ok(object) = serde_json::from_slice::<Value>(data) else { return };
    let document = Document::read(Bytes::copy_from_slice(data), true, false);
    let managers = Managers::of(&object);
    for line in 0..document.line_count(Format::Json) {
        let path = document.path(Format::Json, line).unwrap_or_default();
        assert!(!sentence(&managers.owners(&path), jiff::Timestamp::UNIX_EPOCH, None).is_empty());
    }
}

/// Compares the two lines as versions of an object, and rebuilds the first from the second.
fn versions(data: &[u8]) {
    let at = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let [older, newer] = [&data[..at], data.get(at + 1..).unwrap_or_default()];
    let read = |bytes: &[u8]| Document::read(Bytes::copy_from_slice(bytes), true, false);
    let splices = Splices::between(&read(older), &read(newer));
    assert_eq!(splices.apply(newer).as_deref(), Some(older));
    let values = (serde_json::from_slice::<Value>(older), serde_json::from_slice::<Value>(newer));
    if let (Ok(older), Ok(newer)) = values {
        let found = diff(&older, &newer, &DiffOptions::default());
        assert!(found.rows.is_empty() || older != newer);
    }
}
