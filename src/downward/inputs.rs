//! A view from files: they are the whole cluster, of which only the Node may be missing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use super::object::is_stored;
use super::{
    Claim, ConfigMap, Lookup, Names, Node, Options, PodObject, Secret, Service, Surroundings,
    Undecodable, View, Volume, compute, has_containers, needs,
};
use crate::text::yaml;

/// Why there is no view of the files. Each is one sentence with a hint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// A file is neither YAML nor JSON.
    #[error("{file} is neither YAML nor JSON: {reason}")]
    Syntax {
        /// The file's name, or `stdin`.
        file: String,
        /// The parser's message.
        reason: String,
    },
    /// No object has containers.
    #[error("no pod and no workload {wanted}: give a file with one (-f), or check its name")]
    NoPod {
        /// What was searched, such as `is among the given files`.
        wanted: String,
    },
    /// Several objects have containers.
    #[error("several pods and workloads are given, name one: {}", .0.join(", "))]
    Several(Vec<String>),
    /// No kubelet could read the object.
    #[error(transparent)]
    Undecodable(#[from] Undecodable),
}

/// Parses the objects of one file: YAML or JSON, several documents, with the items of Lists.
///
/// # Errors
/// The text is neither YAML nor JSON.
pub fn objects(file: &str, text: &str) -> Result<Vec<Value>, InputError> {
    let syntax = |reason: String| InputError::Syntax { file: file.to_owned(), reason };
    let is_json = text.trim_start().starts_with(['{', '[']);
    let json: Option<Vec<Value>> = is_json
        .then(|| {
            serde_json::Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().ok()
        })
        .flatten();
    let documents = match json {
        Some(documents) => documents,
        None => serde_saphyr::from_multiple_with_options(text, yaml_options())
            .map_err(|error| syntax(yaml::explain(&error)))?,
    };
    let mut objects = Vec::new();
    for document in documents {
        flatten(document, &mut objects);
    }
    Ok(objects)
}

/// Returns the objects of a list, each with its kind, or the object itself.
#[must_use]
pub fn spread(value: Value) -> Vec<Value> {
    let mut objects = Vec::new();
    flatten(value, &mut objects);
    objects
}

/// Returns options as of Kubernetes' own YAML parser: `0644` is octal. A dump of a cluster is
/// large.
fn yaml_options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        legacy_octal_numbers: true,
        budget: serde_saphyr::budget! {
            max_documents: 100_000,
            max_events: 20_000_000,
            max_nodes: 10_000_000,
            max_total_scalar_bytes: 256 * 1024 * 1024,
        },
    }
}

fn flatten(document: Value, objects: &mut Vec<Value>) {
    match document {
        Value::Array(items) => items.into_iter().for_each(|item| flatten(item, objects)),
        Value::Null => {}
        Value::Object(mut list) if list.get("items").is_some_and(Value::is_array) => {
            // The items of a typed list have no kind.
            let of = list.get("kind").and_then(Value::as_str).and_then(|k| k.strip_suffix("List"));
            let kind = of.filter(|kind| !kind.is_empty()).map(str::to_owned);
            let Some(Value::Array(items)) = list.remove("items") else { return };
            for mut item in items {
                if let (Some(kind), Some(item)) = (&kind, item.as_object_mut()) {
                    item.entry("kind").or_insert_with(|| json!(kind));
                }
                flatten(item, objects);
            }
        }
        object => objects.push(object),
    }
}

/// Computes the view of the one pod or workload among the objects, or of the one that `name` names,
/// as `db-0` or `deployment/web`.
///
/// # Errors
/// There is no such object, or there are several, or one that it needs cannot be decoded.
pub fn view_of(
    objects: &[Value],
    name: Option<&str>,
    namespace: Option<&str>,
    options: Options,
) -> Result<View, InputError> {
    let mut value = choose(objects, name, namespace)?.clone();
    if !value["metadata"].is_object() {
        value["metadata"] = json!({});
    }
    if text(&value, "/metadata/namespace").is_empty() && !is_stored(&value) {
        value["metadata"]["namespace"] = json!(namespace.unwrap_or("default"));
    }
    let object = PodObject::new(value)?;
    let around = surroundings(objects, &object)?;
    Ok(compute(&object, &around, options))
}

fn choose<'o>(
    objects: &'o [Value],
    name: Option<&str>,
    namespace: Option<&str>,
) -> Result<&'o Value, InputError> {
    let (kind, name) = match name.and_then(|name| name.split_once('/')) {
        Some((kind, name)) => (Some(kind.to_lowercase()), Some(name)),
        None => (None, name),
    };
    let is_wanted = |object: &&Value| {
        let of_kind = text(object, "/kind").to_lowercase();
        let kind_fits = kind.as_ref().is_none_or(|kind| names_kind(kind, &of_kind));
        let own = text(object, "/metadata/namespace");
        let namespace_fits = namespace.is_none_or(|wanted| own.is_empty() || own == wanted);
        let name_fits = name.is_none_or(|name| text(object, "/metadata/name") == name);
        kind_fits && namespace_fits && name_fits
    };
    let candidates: Vec<&Value> = objects
        .iter()
        .filter(|object| has_containers(object) || is_bare_pod(object))
        .filter(is_wanted)
        .collect();
    match candidates.as_slice() {
        [one] => Ok(one),
        [] => {
            let mut wanted = match name {
                Some(name) => format!("named {name} is among the given files"),
                None => "is among the given files".to_owned(),
            };
            if let Some(namespace) = namespace {
                wanted.push_str(" in namespace ");
                wanted.push_str(namespace);
            }
            Err(InputError::NoPod { wanted })
        }
        several => Err(InputError::Several(several.iter().map(|object| title(object)).collect())),
    }
}

/// True if a word such as `deploy`, `deployments` or `deployments.apps` names a kind; both are in
/// lower case.
#[must_use]
pub fn names_kind(word: &str, kind: &str) -> bool {
    const SHORT: [(&str, &str); 7] = [
        ("po", "pod"),
        ("deploy", "deployment"),
        ("sts", "statefulset"),
        ("ds", "daemonset"),
        ("rs", "replicaset"),
        ("rc", "replicationcontroller"),
        ("cj", "cronjob"),
    ];
    let word = word.split('.').next().unwrap_or_default();
    word == kind || word.strip_suffix('s') == Some(kind) || SHORT.contains(&(word, kind))
}

fn is_bare_pod(object: &Value) -> bool {
    text(object, "/kind").is_empty() && object["spec"]["containers"].is_array()
}

fn title(object: &Value) -> String {
    let kind = text(object, "/kind").to_lowercase();
    let namespace = text(object, "/metadata/namespace");
    let name = text(object, "/metadata/name");
    let name = if name.is_empty() { "(without a name)" } else { name };
    let title = format!("{kind}/{name}");
    let title = if namespace.is_empty() { title } else { format!("{title} in {namespace}") };
    crate::text::visible(&title).into_owned()
}

/// Returns the objects around a pod. An object without a namespace is in the pod's.
fn surroundings(objects: &[Value], pod: &PodObject) -> Result<Surroundings, Undecodable> {
    let of_pod = pod.identity().namespace.as_str();
    let of_kind = |kind: &'static str| objects.iter().filter(move |o| text(o, "/kind") == kind);
    let namespace_of = |object: &Value| match text(object, "/metadata/namespace") {
        "" => of_pod.to_owned(),
        namespace => namespace.to_owned(),
    };
    let named = |kind, name: &str| {
        of_kind(kind)
            .filter(|object| namespace_of(object) == of_pod)
            .rfind(|object| text(object, "/metadata/name") == name)
    };
    let config_map = |name: String| {
        let found = named("ConfigMap", &name).map(ConfigMap::try_from).transpose()?;
        Ok((name, found.into()))
    };
    let secret = |name: String| {
        let found = named("Secret", &name).map(with_string_data);
        let found = found.as_ref().map(Secret::try_from).transpose()?;
        Ok((name, found.into()))
    };
    let claim = |name: &String| {
        let found = named("PersistentVolumeClaim", name).map(Claim::try_from).transpose()?;
        // A claim is often not applied with its pod.
        Ok(found.map(|claim| (name.clone(), Lookup::Found(claim))))
    };
    let listed = |kind| {
        let of_namespace = of_kind(kind).filter(|object| namespace_of(object) == of_pod);
        let mut all: Vec<String> =
            of_namespace.map(|object| text(object, "/metadata/name").to_owned()).collect();
        all.sort();
        if all.is_empty() { Names::NotListed } else { Names::Listed { names: all, more: 0 } }
    };
    let needs = needs(pod);
    let claims = needs.claims.iter().filter_map(|name| claim(name).transpose());
    let claims = claims.collect::<Result<_, Undecodable>>()?;
    let volume = |object: &Value| {
        Ok((text(object, "/metadata/name").to_owned(), Lookup::Found(Volume::try_from(object)?)))
    };
    let volumes = of_kind("PersistentVolume").map(volume).collect::<Result<_, Undecodable>>()?;
    let services = of_kind("Service").filter(|service| namespace_of(service) == of_pod);
    let kubernetes = of_kind("Service")
        .find(|s| text(s, "/metadata/name") == "kubernetes" && namespace_of(s) == "default");
    let nodes: Vec<&Value> = of_kind("Node").collect();
    Ok(Surroundings {
        node: node(&nodes, pod.node_name().unwrap_or_default()).try_map(Node::try_from)?,
        services: Lookup::Found(services.map(Service::try_from).collect::<Result<_, _>>()?),
        kubernetes: kubernetes.map(Service::try_from).transpose()?.into(),
        config_maps: needs.config_maps.into_iter().map(config_map).collect::<Result<_, _>>()?,
        secrets: needs.secrets.into_iter().map(secret).collect::<Result<_, _>>()?,
        claims,
        volumes,
        config_map_names: listed("ConfigMap"),
        secret_names: listed("Secret"),
        missing_remark: Some("not among the given files".to_owned()),
    })
}

/// Returns the pod's node; the only node, even if the pod is not scheduled.
fn node<'o>(nodes: &[&'o Value], name: &str) -> Lookup<&'o Value> {
    let found = nodes.iter().find(|node| text(node, "/metadata/name") == name);
    match (found, nodes) {
        (Some(node), _) => Lookup::Found(node),
        (None, [node]) if name.is_empty() || text(node, "/metadata/name").is_empty() => {
            Lookup::Found(node)
        }
        (None, _) if name.is_empty() => Lookup::NotLoaded,
        (None, _) => Lookup::Unknown(format!("node {name} is not among the given files")),
    }
}

/// Moves the texts of a Secret's `stringData` to `data`, as the API does.
fn with_string_data(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(Value::Object(texts)) = object.get("stringData").cloned() {
        if !object["data"].is_object() {
            object["data"] = json!({});
        }
        for (key, value) in texts {
            object["data"][key] = json!(BASE64.encode(value.as_str().unwrap_or_default()));
        }
    }
    object
}

fn text<'v>(object: &'v Value, pointer: &str) -> &'v str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
