//! The paths of the API. URL paths are parsed and formatted here only.

use std::fmt;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::names::{Group, GroupVersion, Gvr, Namespace};

/// A parsed path of an API server.
///
/// `Display` formats it as a URL path, with percent-encoded segments:
/// `ApiPath::parse(&path.to_string())` is `path` again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ApiPath {
    /// `/`: the list of all paths.
    Root,
    /// `/api`: the versions of the core group.
    Api,
    /// `/apis`: all other groups.
    Apis,
    /// `/apis/GROUP`.
    Group(Group),
    /// `/api/VERSION` or `/apis/GROUP/VERSION`.
    Version(GroupVersion),
    /// All objects of a resource, in one namespace or in the whole cluster.
    Collection {
        /// The resource.
        gvr: Gvr,
        /// The namespace; `None` for the whole cluster.
        namespace: Option<Namespace>,
    },
    /// One object.
    Object(ObjectPath),
    /// A subresource of an object: `status`, `scale`, `log`, or a longer path.
    Subresource {
        /// The object.
        object: ObjectPath,
        /// The rest of the path, without a leading slash.
        subresource: Arc<str>,
    },
    /// A path outside the API, such as `/livez/ping`, with its leading slash.
    NonResource(Arc<str>),
}

/// The path of one object.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectPath {
    /// Its resource.
    pub gvr: Gvr,
    /// Its namespace, if the resource is namespaced.
    pub namespace: Option<Namespace>,
    /// Its name.
    pub name: Arc<str>,
}

impl ObjectPath {
    /// The collection that the object belongs to.
    #[must_use]
    pub fn collection(&self) -> ApiPath {
        ApiPath::Collection { gvr: self.gvr.clone(), namespace: self.namespace.clone() }
    }

    /// A subresource of the object.
    #[must_use]
    pub fn subresource(&self, subresource: &str) -> ApiPath {
        ApiPath::Subresource { object: self.clone(), subresource: subresource.into() }
    }
}

impl ApiPath {
    /// Parses a path without its query, with or without a trailing slash. All paths outside `/api` and
    /// `/apis` are non-resource paths.
    ///
    /// `/api/v1/namespaces/x/status` and `…/finalize` are subresources of the namespace (apiserver
    /// `RequestInfoFactory.NewRequestInfo`).
    #[must_use]
    pub fn parse(path: &str) -> Self {
        let decoded: Vec<String> =
            path.split('/').filter(|s| !s.is_empty()).map(decode_segment).collect();
        let segments: Vec<&str> = decoded.iter().map(String::as_str).collect();
        match segments.as_slice() {
            [] => Self::Root,
            ["api"] => Self::Api,
            ["apis"] => Self::Apis,
            ["apis", group] => Self::Group(Group::new(group)),
            ["api", version, rest @ ..] => Self::below(&GroupVersion::new("", version), rest),
            ["apis", group, version, rest @ ..] => {
                Self::below(&GroupVersion::new(group, version), rest)
            }
            _ => match joined(&segments) {
                path if path.is_empty() => Self::Root,
                path => Self::NonResource(format!("/{path}").into()),
            },
        }
    }

    /// True for Secrets, their collections and their subresources.
    #[must_use]
    pub fn is_of_secrets(&self) -> bool {
        match self {
            Self::Collection { gvr, .. } => gvr.is_core("secrets"),
            Self::Object(object) | Self::Subresource { object, .. } => {
                object.gvr.is_core("secrets")
            }
            _ => false,
        }
    }

    /// True if it is the log of a pod.
    #[must_use]
    pub fn is_log(&self) -> bool {
        matches!(self, Self::Subresource { object, subresource }
            if object.gvr.is_core("pods") && &**subresource == "log")
    }

    /// True if it is the collection of one namespace.
    #[must_use]
    pub fn is_of_one_namespace(&self) -> bool {
        matches!(self, Self::Collection { namespace: Some(_), .. })
    }

    fn below(version: &GroupVersion, rest: &[&str]) -> Self {
        let namespaces = || version.resource("namespaces");
        match rest {
            [] => Self::Version(version.clone()),
            ["namespaces", name, below @ ("status" | "finalize")] => {
                ObjectPath { gvr: namespaces(), namespace: None, name: (*name).into() }
                    .subresource(below)
            }
            ["namespaces", namespace, resource, rest @ ..] => {
                Self::of(version.resource(resource), Some(Namespace::new(namespace)), rest)
            }
            [resource, rest @ ..] => Self::of(version.resource(resource), None, rest),
        }
    }

    fn of(gvr: Gvr, namespace: Option<Namespace>, rest: &[&str]) -> Self {
        match rest {
            [] => Self::Collection { gvr, namespace },
            [name, rest @ ..] => {
                let object = ObjectPath { gvr, namespace, name: (*name).into() };
                match joined(rest) {
                    below if below.is_empty() => Self::Object(object),
                    below => object.subresource(&below),
                }
            }
        }
    }

    /// The path of a group: `/api` for core, else `/apis/GROUP`.
    #[must_use]
    pub fn of_group(group: &Group) -> Self {
        if group.is_core() { Self::Api } else { Self::Group(group.clone()) }
    }

    /// The path of the `OpenAPI` v3 document of a version.
    #[must_use]
    pub fn openapi(version: &GroupVersion) -> Self {
        Self::NonResource(format!("/openapi/v3{}", Self::Version(version.clone())).into())
    }

    /// The path one level up in the tree, or `None` for the root. The parent of a namespace's collection
    /// is the collection of the whole cluster.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        match self {
            Self::Root => None,
            Self::Api | Self::Apis => Some(Self::Root),
            Self::Group(_) => Some(Self::Apis),
            Self::Version(version) => Some(Self::of_group(&version.group)),
            Self::Collection { gvr, namespace: Some(_) } => {
                Some(Self::Collection { gvr: gvr.clone(), namespace: None })
            }
            Self::Collection { gvr, namespace: None } => {
                Some(Self::Version(gvr.group_version.clone()))
            }
            Self::Object(object) => Some(object.collection()),
            Self::Subresource { object, subresource } => Some(match subresource.rsplit_once('/') {
                Some((above, _)) => object.subresource(above),
                None => Self::Object(object.clone()),
            }),
            Self::NonResource(path) => Some(match path.rsplit_once('/') {
                Some((above, _)) if !above.is_empty() => Self::NonResource(above.into()),
                _ => Self::Root,
            }),
        }
    }

    /// The resource of a collection, object or subresource.
    #[must_use]
    pub fn gvr(&self) -> Option<&Gvr> {
        match self {
            Self::Collection { gvr, .. } => Some(gvr),
            Self::Object(object) | Self::Subresource { object, .. } => Some(&object.gvr),
            _ => None,
        }
    }

    /// The last segment, decoded, which is the label of its row; `/` for the root.
    #[must_use]
    pub fn last_segment(&self) -> String {
        match self {
            Self::Root => "/".to_owned(),
            Self::Api => "api".to_owned(),
            Self::Apis => "apis".to_owned(),
            Self::Group(group) => group.as_str().to_owned(),
            Self::Version(version) => version.version.to_string(),
            Self::Collection { namespace: Some(namespace), .. } => namespace.to_string(),
            Self::Collection { gvr, namespace: None } => gvr.resource.to_string(),
            Self::Object(object) => object.name.to_string(),
            Self::Subresource { subresource: path, .. } | Self::NonResource(path) => {
                path.rsplit('/').next().unwrap_or_default().to_owned()
            }
        }
    }
}

/// Formats the path as in a URL.
impl fmt::Display for ApiPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("/"),
            Self::Api => f.write_str("/api"),
            Self::Apis => f.write_str("/apis"),
            Self::Group(group) => write!(f, "/apis/{}", Segment(group.as_str())),
            Self::Version(version) => write_version(f, version),
            Self::Collection { gvr, namespace } => write_collection(f, gvr, namespace.as_ref()),
            Self::Object(object) => write_object(f, object),
            Self::Subresource { object, subresource } => {
                write_object(f, object)?;
                write_segments(f, subresource)
            }
            Self::NonResource(path) => write_segments(f, path),
        }
    }
}

fn write_version(f: &mut fmt::Formatter<'_>, version: &GroupVersion) -> fmt::Result {
    if version.group.is_core() {
        write!(f, "/api/{}", Segment(&version.version))
    } else {
        write!(f, "/apis/{}/{}", Segment(version.group.as_str()), Segment(&version.version))
    }
}

fn write_collection(
    f: &mut fmt::Formatter<'_>,
    gvr: &Gvr,
    namespace: Option<&Namespace>,
) -> fmt::Result {
    write_version(f, &gvr.group_version)?;
    if let Some(namespace) = namespace {
        write!(f, "/namespaces/{}", Segment(namespace.as_str()))?;
    }
    write!(f, "/{}", Segment(&gvr.resource))
}

fn write_object(f: &mut fmt::Formatter<'_>, object: &ObjectPath) -> fmt::Result {
    write_collection(f, &object.gvr, object.namespace.as_ref())?;
    write!(f, "/{}", Segment(&object.name))
}

fn write_segments(f: &mut fmt::Formatter<'_>, path: &str) -> fmt::Result {
    path.split('/').filter(|s| !s.is_empty()).try_for_each(|s| write!(f, "/{}", Segment(s)))
}

/// Joins segments. As for a server, an encoded slash in them is a slash.
fn joined(segments: &[&str]) -> String {
    let parts = segments.iter().flat_map(|segment| segment.split('/'));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

/// What is percent-encoded in the value of a query: all but unreserved characters.
const ENCODED_IN_VALUE: AsciiSet =
    NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is percent-encoded in a segment of a path.
const ENCODED_IN_SEGMENT: AsciiSet = ENCODED_IN_VALUE
    .remove(b':')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// Formats one segment of a URL path, percent-encoded after RFC 3986 section 3.3.
struct Segment<'a>(&'a str);

impl fmt::Display for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        utf8_percent_encode(self.0, &ENCODED_IN_SEGMENT).fmt(f)
    }
}

/// Percent-encodes a value of a query for URLs.
#[must_use]
pub fn encode_query_value(value: &str) -> String {
    utf8_percent_encode(value, &ENCODED_IN_VALUE).to_string()
}

/// Parses the query of a URL into decoded pairs, in their order.
#[must_use]
pub fn decode_query(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| decode_segment(&text.replace('+', " "));
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// Decodes percent-encoding. A `%` without two hex digits after it is kept, and bytes that are not UTF-8
/// become U+FFFD.
#[must_use]
pub fn decode_segment(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |offset: usize| bytes.get(at + offset).and_then(|b| char::from(*b).to_digit(16));
        match (bytes[at], hex(1), hex(2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(u8::try_from(high * 16 + low).unwrap_or_default());
                at += 3;
            }
            (byte, ..) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsed_paths_are_formatted_as_they_were() {
        for path in [
            "/",
            "/api",
            "/apis",
            "/apis/batch",
            "/api/v1",
            "/apis/batch/v1",
            "/api/v1/nodes",
            "/api/v1/namespaces",
            "/api/v1/namespaces/shop",
            "/api/v1/namespaces/shop/status",
            "/api/v1/namespaces/shop/pods",
            "/apis/batch/v1/namespaces/default/jobs/my-job",
            "/api/v1/namespaces/shop/pods/db-0/log",
            "/api/v1/namespaces/shop/services/http:web:80/proxy/a/b",
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node",
            "/livez/poststarthook/x",
        ] {
            assert_eq!(ApiPath::parse(path).to_string(), path);
        }
    }

    #[test]
    fn a_namespace_is_an_object_and_its_pods_are_a_collection() {
        assert!(matches!(ApiPath::parse("/api/v1/namespaces/shop"), ApiPath::Object(_)));
        assert!(matches!(
            ApiPath::parse("/api/v1/namespaces/shop/pods/"),
            ApiPath::Collection { namespace: Some(_), .. }
        ));
        assert!(matches!(
            ApiPath::parse("/api/v1/namespaces/shop/finalize"),
            ApiPath::Subresource { .. }
        ));
    }

    #[test]
    fn parents_end_at_the_root() {
        let mut path = ApiPath::parse("/apis/batch/v1/namespaces/default/jobs/my-job/status");
        let mut parents = Vec::new();
        while let Some(parent) = path.parent() {
            parents.push(parent.to_string());
            path = parent;
        }
        assert_eq!(
            parents,
            [
                "/apis/batch/v1/namespaces/default/jobs/my-job",
                "/apis/batch/v1/namespaces/default/jobs",
                "/apis/batch/v1/jobs",
                "/apis/batch/v1",
                "/apis/batch",
                "/apis",
                "/"
            ]
        );
    }

    #[test]
    fn unusual_bytes_survive_encoding_and_decoding() {
        let path = ApiPath::Object(ObjectPath {
            gvr: Gvr::new("", "v1", "nodes"),
            namespace: None,
            name: "a b/%ü?".into(),
        });
        assert_eq!(path.to_string(), "/api/v1/nodes/a%20b%2F%25%C3%BC%3F");
        assert_eq!(ApiPath::parse(&path.to_string()), path);
    }
}
