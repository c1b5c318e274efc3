//! What a namespace contains: one request for each kind, a few at a time, when its row is opened.

use std::sync::Arc;

use crate::app::model::Model;
use crate::app::question::{Purpose, Question};
use crate::app::state::contents::Contents;
use crate::k8s::failure::Failure;
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::ApiPath;
use crate::k8s::request::AT_ONCE;
use crate::k8s::rules::May;
use crate::k8s::table::Page;
use crate::object::contents::{Contained, request};
use crate::object::find::kinds::in_namespaces;
use crate::tree::NodeId;
use crate::tree::node::{Count, NodeKind};

/// Counts what a namespace contains, below a node, again if that was done before.
pub(in crate::app) fn load(model: &mut Model, id: NodeId, namespace: &Namespace) {
    let plan = in_namespaces(&model.discovery);
    let mut kinds: Vec<(Gvr, Contained)> = Vec::new();
    for gvr in plan.kinds {
        let path = ApiPath::Collection { gvr: gvr.clone(), namespace: Some(namespace.clone()) };
        let is_refused = model.rights.may_read(&path) == May::No;
        kinds.push((gvr, if is_refused { Contained::Forbidden } else { Contained::Unanswered }));
    }
    kinds.extend(plan.left_out.into_iter().map(|gvr| (gvr, Contained::LeftOut)));
    let is_open = |(index, (_, contained)): (usize, &(Gvr, Contained))| {
        (*contained == Contained::Unanswered).then_some(index)
    };
    let waiting = kinds.iter().enumerate().filter_map(is_open).collect();
    let contents = Contents { namespace: namespace.clone(), kinds, waiting, at: None };
    model.contents.insert(id, contents);
    show(model, id);
    send(model, id);
}

/// Sends as many requests as may be under way.
fn send(model: &mut Model, id: NodeId) {
    let is_count = |purpose: &Purpose| matches!(purpose, Purpose::Contents { .. });
    let under_way = model.pending.values().filter(|pending| is_count(&pending.purpose)).count();
    let is_replay = model.is_replay();
    for _ in under_way..AT_ONCE {
        let Some(contents) = model.contents.get_mut(&id) else { return };
        let Some(index) = contents.waiting.pop_front() else { return };
        let (gvr, namespace) = (contents.kinds[index].0.clone(), contents.namespace.clone());
        let list = request(&gvr, &namespace, is_replay);
        model.send(Question::contents(id, gvr, list));
    }
}

/// Handles the number of objects of a kind.
pub(in crate::app) fn received(
    model: &mut Model,
    id: NodeId,
    gvr: &Gvr,
    result: &Result<Page, Failure>,
) {
    let now = model.now;
    let Some(contents) = model.contents.get_mut(&id) else { return };
    let Some((_, contained)) = contents.kinds.iter_mut().find(|(kind, _)| kind == gvr) else {
        return;
    };
    *contained = Contained::of(result);
    contents.at = Some(now);
    show(model, id);
    send(model, id);
}

/// Shows the kinds that have objects, and once all are counted a row for the others.
fn show(model: &mut Model, id: NodeId) {
    let (Some(contents), Some(node)) = (model.contents.get(&id), model.tree.get(id)) else {
        return;
    };
    let is_content =
        |kind: &NodeKind| matches!(kind, NodeKind::Content { .. } | NodeKind::EmptyKinds { .. });
    let present = node.children.iter().filter_map(|child| Some(&model.tree.get(*child)?.kind));
    let mut kinds: Vec<NodeKind> = present.filter(|kind| !is_content(kind)).cloned().collect();
    kinds.extend(contents.answered(true).filter_map(|gvr| content(model, contents, gvr)));
    let is_over = contents.unanswered() == 0;
    if is_over && contents.answered(false).next().is_some() {
        let (namespace, text) = (contents.namespace.clone(), contents.others().into());
        kinds.push(NodeKind::EmptyKinds { namespace, text });
    }
    let mut counts = Vec::new();
    for (gvr, contained) in &contents.kinds {
        if let Contained::Number { number, is_least: false } = contained {
            counts.push((gvr.clone(), *number));
        }
    }
    model.tree.set_children(id, kinds);
    set_counts(model, id, &counts);
}

fn set_counts(model: &mut Model, id: NodeId, counts: &[(Gvr, u64)]) {
    let children = model.tree.get(id).map(|node| node.children.clone()).unwrap_or_default();
    for child in children {
        let Some(NodeKind::Content { resource, .. }) = model.tree.get(child).map(|it| &it.kind)
        else {
            continue;
        };
        if let Some((_, number)) = counts.iter().find(|(gvr, _)| *gvr == resource.gvr) {
            model.tree.change(child, |node| node.count = Count::Known(*number));
        }
    }
}

fn content(model: &Model, contents: &Contents, gvr: &Gvr) -> Option<NodeKind> {
    let resource = Arc::clone(model.discovery.resource(gvr)?);
    Some(NodeKind::Content { resource, namespace: contents.namespace.clone() })
}

/// Shows the kinds that have no objects or were not counted, below their row.
pub(in crate::app) fn open_others(model: &mut Model, id: NodeId) {
    let parent = model.tree.get(id).and_then(|node| node.parent);
    let Some(contents) = parent.and_then(|parent| model.contents.get(&parent)) else { return };
    let kinds = contents.answered(false).filter_map(|gvr| content(model, contents, gvr)).collect();
    model.tree.set_children(id, kinds);
}
