//! From the start to a usable tree: connecting, discovery, and who we are.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::app::effect::{Choice, Effect};
use crate::app::message::{Question, Want};
use crate::app::model::{Connection, History, Model, Namespaces, Purpose, ServerText, Standing};
use crate::app::{retry, rights, this_pod};
use crate::k8s::discovery::{DiscoveredGroup, Resource, WELL_KNOWN_PATHS};
use crate::k8s::endpoint::{Attempt, Endpoint, NoEndpoint};
use crate::k8s::failure::{Failure, FailureKind, advice};
use crate::k8s::location::{self, Location, Target};
use crate::k8s::names::{GroupVersion, Namespace};
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};
use crate::k8s::selector::Selector;
use crate::k8s::server;
use crate::tree::node::{Load, NodeKind};
use crate::tree::{NodeId, ROOT, Tree};

/// Looks for a server and forgets the one there was.
pub(super) fn connect(model: &mut Model, choice: Choice) {
    let old: Vec<_> = model.pending.keys().copied().collect();
    for ticket in old {
        model.cancel(ticket);
    }
    super::watches::end_all(model);
    model.standing = Standing::Connecting;
    model.silence = None;
    model.choice = choice.clone();
    model.silences = 0;
    model.asks_again = false;
    model.discovery.groups.clear();
    model.namespaces = Namespaces::default();
    model.rights = rights::Rights::default();
    model.tree.clear();
    model.reading = super::reading::Reading::default();
    model.attended = None;
    model.going = None;
    model.history = History::default();
    super::container_view::forget(model);
    model.uncounted.clear();
    model.effects.push(Effect::Connect(choice));
}

/// A server was found: asks for all that the tree and the header need.
pub(super) fn connected(model: &mut Model, endpoint: Endpoint, tried: Vec<Attempt>) {
    let names: BTreeSet<Namespace> = endpoint.known_namespaces.iter().cloned().collect();
    model.namespaces = Namespaces { names, load: Load::NotLoaded };
    let of_then = super::context::come_back(model, &endpoint.kind);
    let namespace = of_then.or_else(|| model.chosen_at_start.clone());
    model.standing = Standing::Connected(Box::new(Connection {
        endpoint,
        tried,
        version: ServerText::Loading,
        user: ServerText::Loading,
        namespace,
        away: None,
    }));
    model.tree.clear();
    let mut kinds = Vec::from_iter(this_pod::kind(model));
    kinds.extend([NodeKind::Api, NodeKind::Apis]);
    model.tree.set_children(ROOT, kinds);
    model.fit();
    ask_all(model);
}

/// Asks for all that the root and the header tell.
pub(super) fn ask_all(model: &mut Model) {
    discover(model);
    let request = Request::get(ApiPath::Root, Form::Json);
    let ticket = model.ask(Purpose::Paths, Question { request, want: Want::Paths });
    model.tree.set_load(ROOT, Load::Loading(ticket));
    ask_version(model);
    ask(model, Purpose::User, server::user_request(), Want::User);
    rights::begin(model);
}

/// Asks for the server's version, which is also the way to ask whether it is there.
pub(super) fn ask_version(model: &mut Model) {
    ask(model, Purpose::Version, server::version_request(), Want::Version);
}

fn ask(model: &mut Model, purpose: Purpose, request: Request, want: Want) {
    model.ask(purpose, Question { request, want });
}

/// Asks for the groups, versions and resources: two requests.
pub(super) fn discover(model: &mut Model) {
    for (kind, purpose, path) in [
        (NodeKind::Api, Purpose::CoreGroup, ApiPath::Api),
        (NodeKind::Apis, Purpose::Groups, ApiPath::Apis),
    ] {
        let question =
            Question { request: Request::get(path, Form::Discovery), want: Want::Groups };
        let ticket = model.ask(purpose, question);
        if let Some(id) = top(&model.tree, &kind) {
            model.tree.set_load(id, Load::Loading(ticket));
        }
    }
}

/// No server was found.
pub(super) fn not_connected(model: &mut Model, tried: NoEndpoint) {
    model.chosen_context = model.chosen_context.min(tried.contexts.len().saturating_sub(1));
    model.standing = Standing::Nowhere(Box::new(tried));
    retry::nowhere(model);
}

/// The node of `/api` or `/apis`.
pub(super) fn top(tree: &Tree, kind: &NodeKind) -> Option<NodeId> {
    let root = tree.get(ROOT)?;
    root.children.iter().copied().find(|id| tree.get(*id).is_some_and(|node| node.kind == *kind))
}

/// Groups were read: of `/api` where `is_core`, else of `/apis`.
pub(super) fn groups(
    model: &mut Model,
    is_core: bool,
    result: Result<Vec<DiscoveredGroup>, Failure>,
) {
    retry::heard(model, result.as_ref().err());
    let kind = if is_core { NodeKind::Api } else { NodeKind::Apis };
    let Some(id) = top(&model.tree, &kind) else { return };
    let groups = match result {
        Ok(groups) => groups,
        Err(failure) => {
            model.tree.set_load(id, Load::Failed(failure));
            model.silence = silence(model);
            return;
        }
    };
    model.silence = None;
    model.discovery.groups.retain(|group| group.group.is_core() != is_core);
    let at = if is_core { 0 } else { model.discovery.groups.len() };
    model.discovery.groups.splice(at..at, groups);
    super::load::show_discovery(model, id);
    let is_fresh = model.tree.get(id).is_some_and(|node| !node.open);
    if is_fresh {
        model.tree.open(id);
    }
}

/// Why nothing at all is known of the server, where nothing that is an API server answers.
fn silence(model: &Model) -> Option<Failure> {
    let failed = |kind: &NodeKind| match &model.tree.get(top(&model.tree, kind)?)?.load {
        Load::Failed(failure) => Some(failure.clone()),
        _ => None,
    };
    let (api, apis) = (failed(&NodeKind::Api)?, failed(&NodeKind::Apis)?);
    if !model.discovery.groups.is_empty() {
        return None;
    }
    match (api.kind, apis.kind) {
        _ if retry::is_silence(&api) => Some(api),
        (FailureKind::Tls | FailureKind::NotAnApi | FailureKind::Malformed, _) => Some(api),
        // Every API server has both paths.
        (FailureKind::NotFound, FailureKind::NotFound) => Some(Failure::new(
            FailureKind::NotAnApi,
            "what answers there is not a Kubernetes API server: it has neither /api nor /apis",
            advice(FailureKind::NotAnApi),
        )),
        _ => None,
    }
}

/// The paths of the root were read, or are not to be read.
pub(super) fn paths(model: &mut Model, result: Result<Vec<String>, Failure>) {
    let paths = result.unwrap_or_else(|failure| {
        let known = WELL_KNOWN_PATHS.iter().map(|path| (*path).to_owned()).collect();
        model.tree.set_load(ROOT, Load::Failed(failure));
        known
    });
    nest(model, ROOT, "", &paths);
}

/// Puts the paths below `prefix` under a node, by segment.
fn nest(model: &mut Model, parent: NodeId, prefix: &str, paths: &[String]) {
    let mut heads: Vec<String> = Vec::new();
    for path in paths {
        let Some(rest) = path.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/')) else {
            continue;
        };
        let head = format!("{prefix}/{}", rest.split('/').next().unwrap_or_default());
        if head.len() > prefix.len() + 1 && !heads.contains(&head) {
            heads.push(head);
        }
    }
    let mut kinds = Vec::new();
    if parent == ROOT {
        kinds.extend(this_pod::kind(model));
        kinds.extend([NodeKind::Api, NodeKind::Apis]);
    }
    kinds.extend(heads.iter().map(|head| NodeKind::NonResource {
        path: head.as_str().into(),
        listed: paths.contains(head),
    }));
    let load = model.tree.get(parent).map(|node| node.load.clone()).unwrap_or_default();
    model.tree.set_children(parent, kinds);
    if matches!(load, Load::Failed(_)) {
        model.tree.set_load(parent, load);
    }
    let children = model.tree.get(parent).map(|node| node.children.clone()).unwrap_or_default();
    for child in children {
        let path = match model.tree.get(child).map(|node| &node.kind) {
            Some(NodeKind::NonResource { path, .. }) => path.to_string(),
            _ => continue,
        };
        nest(model, child, &path, paths);
    }
}

/// The server told its version or the user's name, or did not.
pub(super) fn told(model: &mut Model, purpose: &Purpose, result: Result<String, Failure>) {
    retry::heard(model, result.as_ref().err());
    let Standing::Connected(connection) = &mut model.standing else { return };
    let known = match purpose {
        Purpose::Version => &mut connection.version,
        _ => &mut connection.user,
    };
    *known = match (result, &known) {
        (Ok(text), _) => ServerText::Known(text),
        // What was told before still holds of a server that is away.
        (Err(_), ServerText::Known(_)) if connection.away.is_some() => return,
        (Err(failure), _) => ServerText::Unknown(failure),
    };
    // The rights of a service account are in its own namespace, if anywhere.
    let account = match (purpose, &*known) {
        (Purpose::User, ServerText::Known(user)) => server::service_account(user),
        _ => None,
    };
    if let Some(namespace) = account.map(|(namespace, _)| Namespace::new(namespace)) {
        super::load::know_namespace(model, namespace);
    }
}

/// Goes where the words of a location lead, as soon as discovery can tell.
pub(super) fn go_to_words(model: &mut Model, words: &str) {
    model.words = Some(words.to_owned());
    resolve_words(model);
}

/// Tries to understand the words that are waiting.
pub(super) fn resolve_words(model: &mut Model) {
    let Some(words) = model.words.clone() else { return };
    let is_reading = |purpose: &Purpose| {
        matches!(purpose, Purpose::CoreGroup | Purpose::Groups | Purpose::ReadVersion(_))
    };
    let is_known = !model.discovery.groups.is_empty();
    let (selector, words) = match Selector::take(&words) {
        Ok(taken) => taken,
        Err(failure) => {
            model.words = None;
            model.trouble(&failure);
            return;
        }
    };
    let has_path =
        matches!(location::parse(&words), Ok(Location::Path { .. } | Location::Namespace(_)));
    if model.connection().is_none() || model.is_asking(is_reading) {
        return;
    }
    if !is_known && !has_path {
        // The words wait for discovery, which is asked again by r or by itself.
        return;
    }
    let location = location::parse(&words);
    let of_all = location.as_ref().is_ok_and(Location::is_of_all);
    let target = location.and_then(|location| {
        let unread = location::unread(&location, &model.discovery);
        if unread.is_empty() {
            location::resolve(&location, &model.discovery, namespace_for(model, &location))
                .map(Some)
        } else {
            read_versions(model, unread);
            Ok(None)
        }
    });
    match target {
        Ok(None) => return,
        Ok(Some(Target::Path(path))) => super::goto::go(model, path, selector, of_all),
        Ok(Some(Target::Namespace(namespace))) => choose_namespace(model, &namespace),
        Err(failure) => model.trouble(&failure),
    }
    model.words = None;
}

/// The namespace that words mean without naming it: the chosen one, and for an object else that of
/// the context or the pod.
fn namespace_for<'a>(model: &'a Model, location: &Location) -> Option<&'a Namespace> {
    let is_object = matches!(location, Location::Named(named) if named.name.is_some());
    let default = model.connection()?.endpoint.default_namespace.as_ref();
    model.namespace().or(default.filter(|_| is_object))
}

fn read_versions(model: &mut Model, versions: Vec<GroupVersion>) {
    for version in versions {
        let request = Request::get(ApiPath::Version(version.clone()), Form::Json);
        let want = Want::Resources(version.clone());
        model.ask(Purpose::ReadVersion(version), Question { request, want });
    }
}

/// The resources of a version came that a word is looked for in; one that failed has none.
pub(super) fn version_read(
    model: &mut Model,
    version: &GroupVersion,
    result: Result<Vec<Arc<Resource>>, Failure>,
) {
    let resources = result.unwrap_or_default();
    let versions = model.discovery.groups.iter_mut().flat_map(|group| &mut group.versions);
    for known in versions.filter(|known| known.group_version == *version) {
        known.resources = Some(resources.clone());
    }
}

/// Chooses the namespace that resources open into.
fn choose_namespace(model: &mut Model, namespace: &Namespace) {
    let Standing::Connected(connection) = &mut model.standing else { return };
    connection.namespace = Some(namespace.clone());
    super::load::know_namespace(model, namespace.clone());
    model.notify(format!("Namespaced resources open into {namespace} now"));
    super::load::choose_namespace(model);
    this_pod::show(model);
}
