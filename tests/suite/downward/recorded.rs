//! Pods of a real kubelet, with the objects around them and what was really inside their containers.

use std::collections::BTreeMap;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::read::GzDecoder;
use kubewalk::downward::compare::{Comparison, compare};
use kubewalk::downward::inside::{ActualFile, ActualProcess, Environment, Found, Inside, Variable};
use kubewalk::downward::sources::{SourceBody, Sources};
use kubewalk::downward::{
    ContainerView, EnvRow, FileRow, Options, PodObject, Surroundings, View, VolumeView, compute,
    needs,
};
use kubewalk::k8s::failure::{Failure, FailureKind};
use serde_json::{Value, json};

/// A recorded pod.
pub(crate) struct Recorded {
    /// With `pod`, `node`, `objects` and `containers`.
    pub(crate) value: Value,
}

impl Recorded {
    /// The fixture of that name.
    pub(crate) fn named(name: &str) -> Self {
        Self { value: fixture(name) }
    }

    /// The pod as the API has it.
    pub(crate) fn pod(&self) -> PodObject {
        PodObject::new(self.value["pod"].clone()).unwrap()
    }

    /// The objects around a pod, loaded as from a server that has these and no others.
    pub(crate) fn around(&self, pod: &PodObject) -> Surroundings {
        let mut sources = Sources::new(&needs(pod).with_node(pod));
        while let Some((key, request)) = sources.next_request() {
            let found = self.answer(&request.path.to_string());
            sources.answered(&key, found.and_then(|value| SourceBody::from_value(&key, &value)));
        }
        sources.into_surroundings()
    }

    fn answer(&self, path: &str) -> Result<Value, Failure> {
        let objects = self.value["objects"].as_array().unwrap().iter();
        let mut objects = objects.chain(Some(&self.value["node"]).filter(|node| node.is_object()));
        if let Some(namespace) = path.strip_suffix("/services") {
            let namespace = namespace.rsplit('/').next().unwrap();
            let services = objects.filter(|object| {
                object["kind"] == "Service" && object["metadata"]["namespace"] == namespace
            });
            let items: Vec<&Value> = services.collect();
            return Ok(json!({"kind": "ServiceList", "items": items}));
        }
        let missing = || Failure::new(FailureKind::NotFound, path, "");
        objects.find(|object| path_of(object) == path).cloned().ok_or_else(missing)
    }

    /// What its containers should see.
    pub(crate) fn view(&self) -> View {
        let pod = self.pod();
        compute(&pod, &self.around(&pod), Options::default())
    }

    /// The names of the containers of which the inside was recorded.
    pub(crate) fn containers(&self) -> Vec<String> {
        self.value["containers"].as_object().unwrap().keys().cloned().collect()
    }

    /// What was inside a container.
    pub(crate) fn inside(&self, view: &View, container: &str) -> Inside {
        let recorded = &self.value["containers"][container];
        let variable = |pair: &Value| Variable {
            name: pair[0].as_str().unwrap().to_owned(),
            value: pair[1].as_str().unwrap().as_bytes().to_vec(),
        };
        let variables = recorded["environ"].as_array().unwrap().iter().map(variable).collect();
        let points = view.volumes.iter().flat_map(|volume| &volume.mounts);
        let points = points.filter(|mount| mount.container == container);
        let mut mounts: BTreeMap<String, Found<Vec<ActualFile>>> =
            points.map(|mount| (mount.path.clone(), Found::There(Vec::new()))).collect();
        for (path, file) in recorded["files"].as_object().unwrap() {
            let below = |point: &str| {
                let rest = path.strip_prefix(point.trim_end_matches('/'))?;
                if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
            };
            let nearest = mounts
                .iter_mut()
                .filter_map(|(point, files)| Some((point.len(), below(point)?.to_owned(), files)));
            let (_, below, files) = nearest.max_by_key(|(length, ..)| *length).unwrap();
            let Found::There(files) = files else { unreachable!() };
            files.push(ActualFile {
                path: below,
                mode: Some(u32::from_str_radix(file["mode"].as_str().unwrap(), 8).unwrap()),
                bytes: Found::There(bytes(file)),
            });
        }
        // A path with `..` was not read.
        let declared = self.value["pod"]["spec"]["containers"].as_array().unwrap().iter();
        let declared = declared.flat_map(|it| it["volumeMounts"].as_array().into_iter().flatten());
        for path in declared.filter_map(|mount| mount["mountPath"].as_str()) {
            if let Some((_, rest)) = path.split_once("/..") {
                mounts.insert(rest.to_owned(), Found::Unreadable("not recorded".to_owned()));
            }
        }
        let environment = Environment { variables, is_overwritten: false };
        Inside { environment: Found::There(environment), mounts, process: ActualProcess::default() }
    }

    /// What a container should see beside what it saw.
    pub(crate) fn comparison(&self, container: &str) -> Comparison {
        let view = self.view();
        compare(&view, container, &self.inside(&view, container)).unwrap()
    }
}

/// A gzipped JSON fixture.
pub(crate) fn fixture(name: &str) -> Value {
    let file = std::fs::File::open(format!("tests/fixtures/container/{name}.json.gz")).unwrap();
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn bytes(file: &Value) -> Vec<u8> {
    match file["contentBase64"].as_str() {
        Some(encoded) => BASE64.decode(encoded).unwrap(),
        None => file["content"].as_str().unwrap().as_bytes().to_vec(),
    }
}

fn path_of(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (kind, name) = (text(&object["kind"]), text(&object["metadata"]["name"]));
    let resource = format!("{}s", kind.to_lowercase());
    match object["metadata"]["namespace"].as_str() {
        Some(namespace) => format!("/api/v1/namespaces/{namespace}/{resource}/{name}"),
        None => format!("/api/v1/{resource}/{name}"),
    }
}

/// The container of that name.
pub(crate) fn container<'v>(view: &'v View, name: &str) -> &'v ContainerView {
    view.containers.iter().find(|container| container.name == name).unwrap()
}

/// The variable of that name of the container `main`.
pub(crate) fn variable<'v>(view: &'v View, name: &str) -> &'v EnvRow {
    container(view, "main").env.iter().find(|row| row.name == name).unwrap()
}

/// The volume of that name.
pub(crate) fn volume<'v>(view: &'v View, name: &str) -> &'v VolumeView {
    view.volumes.iter().find(|volume| volume.name == name).unwrap()
}

/// The file of that path of a volume.
pub(crate) fn file<'v>(view: &'v View, name: &str, path: &str) -> &'v FileRow {
    volume(view, name).files.iter().find(|file| file.path == path).unwrap()
}
