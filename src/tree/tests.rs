//! Tests of the tree: its rows are compared with those of a naive walk after random changes.

use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;

use super::node::NodeKind;
use super::*;
use crate::k8s::discovery::Resource;
use crate::k8s::names::{Gvr, Scope};
use crate::k8s::paging::PageSize;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::table::{Column, Delta, Page, Row};
use crate::tree::collection::Collection;

/// A change of the tree. Positions are taken modulo the number of rows.
#[derive(Clone, Debug)]
enum Change {
    Select(usize),
    MoveBy(isize),
    GoUp,
    Height(usize),
    Open(usize),
    Close(usize),
    Children(usize, Vec<u8>),
    Collection(usize, Vec<u8>, bool),
    Page(usize, Vec<u8>, bool),
    Deltas(usize, Vec<(u8, bool)>),
    Insert(usize, u8),
    Filter(usize, Option<u8>),
    Sort(usize, Option<bool>),
    OpenRow(usize),
    Refresh,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let at = 0..200_usize;
    let names = || prop::collection::vec(0..30_u8, 0..12);
    let change = prop_oneof![
        at.clone().prop_map(Change::Select),
        (-30..30_isize).prop_map(Change::MoveBy),
        Just(Change::GoUp),
        (0..25_usize).prop_map(Change::Height),
        at.clone().prop_map(Change::Open),
        at.clone().prop_map(Change::Close),
        (at.clone(), names()).prop_map(|(at, names)| Change::Children(at, names)),
        (at.clone(), names(), any::<bool>())
            .prop_map(|(at, names, more)| Change::Collection(at, names, more)),
        (at.clone(), names(), any::<bool>())
            .prop_map(|(at, names, more)| Change::Page(at, names, more)),
        (at.clone(), prop::collection::vec((0..30_u8, any::<bool>()), 0..6))
            .prop_map(|(at, deltas)| Change::Deltas(at, deltas)),
        (at.clone(), 0..30_u8).prop_map(|(at, name)| Change::Insert(at, name)),
        (at.clone(), prop::option::of(0..4_u8)).prop_map(|(at, filter)| Change::Filter(at, filter)),
        (at.clone(), prop::option::of(any::<bool>()))
            .prop_map(|(at, descending)| Change::Sort(at, descending)),
        at.prop_map(Change::OpenRow),
        Just(Change::Refresh),
    ];
    prop::collection::vec(change, 0..60)
}

fn apply(tree: &mut Tree, change: Change) {
    let place = |tree: &Tree, at: usize| tree.row_at(at % tree.len()).unwrap();
    let node = |tree: &Tree, at: usize| Tree::node_of(place(tree, at));
    match change {
        Change::Select(at) => tree.select(place(tree, at)),
        Change::MoveBy(rows) => tree.move_by(rows),
        Change::GoUp => tree.go_up(),
        Change::Height(height) => tree.set_height(height),
        Change::Open(at) => tree.open(node(tree, at)),
        Change::Close(at) => tree.close(node(tree, at)),
        Change::Children(at, names) => {
            let id = node(tree, at);
            if tree.get(id).unwrap().collection.is_none() {
                tree.set_children(id, kinds(&names));
            }
        }
        Change::Collection(at, names, more) => {
            let id = node(tree, at);
            if matches!(tree.get(id).unwrap().kind, NodeKind::Namespace { .. }) {
                tree.set_collection(id, Collection::new(page(names, more)));
            }
        }
        Change::Page(at, names, more) => tree.add_page(node(tree, at), page(names, more)),
        Change::Deltas(at, deltas) => tree.apply(node(tree, at), deltas.into_iter().map(delta)),
        Change::Insert(at, name) => tree.insert_rows(node(tree, at), vec![row(name, "x")]),
        Change::Filter(at, filter) => {
            let text = filter.map(|digit| digit.to_string());
            let filter = Filter::parse(&text.unwrap_or_default()).unwrap();
            tree.set_filter(node(tree, at), filter);
        }
        Change::Sort(at, descending) => tree.rearrange(node(tree, at), |collection| {
            collection.set_sort(descending.map(|_| 1), descending == Some(true));
        }),
        Change::OpenRow(at) => {
            if let RowRef::Row(id, at) = place(tree, at) {
                let child = tree.node_of_row(id, at).unwrap();
                tree.set_children(child, kinds(&[1, 2]));
                tree.open(child);
            }
        }
        Change::Refresh => tree.set_children(ROOT, kinds(&[1, 2, 3])),
    }
}

fn row(name: u8, cell: &str) -> Row {
    let name = format!("n{name:02}");
    Row::new(None, &name, [name.as_str(), cell], Timestamp::UNIX_EPOCH)
}

fn delta((name, is_applied): (u8, bool)) -> Delta {
    if is_applied {
        Delta::Applied(row(name, "changed"))
    } else {
        Delta::Deleted { namespace: None, name: row(name, "").name().into() }
    }
}

fn column(name: &str) -> Column {
    Column { name: name.into(), is_name: name == "Name", priority: 0, is_age: false }
}

fn page(mut names: Vec<u8>, more: bool) -> Page {
    names.sort_unstable();
    names.dedup();
    Page {
        columns: ["Name", "State"].map(column).into(),
        rows: names.into_iter().map(|name| row(name, "as listed")).collect(),
        continue_token: more.then(|| "next".to_owned()),
        next_size: PageSize::FIRST,
        remaining: None,
        read: None,
        resource_version: "1".to_owned(),
    }
}

/// Even names are paths, odd names are namespaces with a collection.
fn kinds(names: &[u8]) -> Vec<NodeKind> {
    let resource = Arc::new(Resource {
        gvr: Gvr::new("", "v1", "pods"),
        kind: "Pod".into(),
        scope: Scope::Namespaced,
        singular: "pod".into(),
        short_names: Vec::new(),
        categories: Vec::new(),
        verbs: ["list".into()].into(),
        subresources: Vec::new(),
    });
    let mut names = names.to_vec();
    names.sort_unstable();
    names.dedup();
    let kind = |name: u8| {
        if name.is_multiple_of(2) {
            NodeKind::NonResource { path: format!("/{name}").into(), listed: true }
        } else {
            let namespace = Namespace::new(&format!("ns{name}"));
            NodeKind::Namespace { resource: Arc::clone(&resource), namespace }
        }
    };
    names.into_iter().map(kind).collect()
}

/// Collects the row of a node and all rows below it, by walking everything.
fn naive(tree: &Tree, id: NodeId, rows: &mut Vec<RowRef>) {
    rows.push(RowRef::Node(id));
    let node = tree.get(id).unwrap();
    if !node.open {
        return;
    }
    if let Some(collection) = &node.collection {
        let mut all: Vec<_> = collection.rows().iter().enumerate().collect();
        if let Some(sort) = collection.sort() {
            all.sort_by_key(|(_, row)| row.cells().nth(1));
            if sort.descending {
                all.sort_by_key(|(at, row)| (std::cmp::Reverse(row.cells().nth(1)), *at));
            }
        }
        for (at, row) in all {
            let passes = collection.filter().is_none_or(|filter| {
                let text = filter.text();
                row.name().contains(text) || row.cells().any(|cell| cell.contains(text))
            });
            if passes {
                match node.opened.iter().find(|(place, _)| *place == at) {
                    Some((_, child)) => naive(tree, *child, rows),
                    None => rows.push(RowRef::Row(id, at)),
                }
            }
        }
        if collection.continue_token.is_some() {
            rows.push(RowRef::More(id));
        }
    }
    for child in &node.children {
        let kind = &tree.get(*child).unwrap().kind;
        let hides =
            |filter: &Filter| node.collection.is_none() && !kind.label().contains(filter.text());
        if !node.filter.as_ref().is_some_and(hides) {
            naive(tree, *child, rows);
        }
    }
}

fn check(tree: &Tree) {
    let mut rows = Vec::new();
    naive(tree, ROOT, &mut rows);
    assert_eq!(tree.len(), rows.len());
    for (position, place) in rows.iter().enumerate() {
        assert_eq!(tree.row_at(position), Some(*place));
        assert_eq!(tree.position(*place), position, "{place:?}");
    }
    assert_eq!(tree.row_at(rows.len()), None);
    assert!(rows.contains(&tree.cursor()), "the cursor is on {:?}", tree.cursor());
    let (at, first) = (tree.position(tree.cursor()), tree.first());
    assert!(at < first + tree.height(), "the cursor is below the view: {at} of {first}..");
    assert!(
        first == 0 || at >= first + tree.pinned().len(),
        "the cursor is covered by pinned rows: {at}"
    );
    assert!(tree.pinned().len() <= tree.height() / 3);
    for id in tree.pinned() {
        assert!(tree.position(RowRef::Node(id)) < first + tree.pinned().len());
    }
}

#[test]
fn an_empty_last_page_moves_the_cursor_to_the_last_row_even_if_it_is_opened() {
    let mut tree = Tree::default();
    tree.set_children(ROOT, kinds(&[1]));
    tree.open(ROOT);
    let id = tree.get(ROOT).unwrap().children[0];
    tree.set_collection(id, Collection::new(page(vec![1, 2], true)));
    tree.open(id);
    let last = tree.node_of_row(id, 1).unwrap();
    tree.select(RowRef::More(id));
    tree.add_page(id, page(Vec::new(), false));
    assert_eq!(tree.cursor(), RowRef::Node(last));
    check(&tree);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn rows_are_those_of_a_naive_walk_after_any_changes(changes in changes()) {
        let mut tree = Tree::default();
        tree.set_children(ROOT, kinds(&[1, 2, 3]));
        tree.open(ROOT);
        for change in changes {
            apply(&mut tree, change);
            check(&tree);
        }
    }

    #[test]
    fn the_cursor_stays_with_its_object_whatever_a_watch_reports(
        names in prop::collection::vec(0..30_u8, 1..20),
        at in 0..30_usize,
        deltas in prop::collection::vec((0..40_u8, any::<bool>()), 0..40),
    ) {
        let mut tree = Tree::default();
        tree.set_children(ROOT, kinds(&[1]));
        let id = tree.get(ROOT).unwrap().children[0];
        tree.open(id);
        tree.set_collection(id, Collection::new(page(names, false)));
        let count = tree.get(id).unwrap().collection.as_ref().unwrap().rows().len();
        tree.select(RowRef::Row(id, at % count));
        let key = tree.row_key(tree.cursor()).unwrap();
        let others = deltas.into_iter().filter(|(name, is_applied)| {
            *is_applied || *row(*name, "").name() != *key.name
        });
        tree.apply(id, others.map(delta));
        check(&tree);
        prop_assert_eq!(tree.row_key(tree.cursor()), Some(key));
    }
}

#[test]
fn closing_a_node_moves_the_cursor_to_it() {
    let mut tree = Tree::default();
    tree.set_children(ROOT, kinds(&[1]));
    let id = tree.get(ROOT).unwrap().children[0];
    tree.open(id);
    tree.set_collection(id, Collection::new(page(vec![1, 2, 3], false)));
    tree.select(RowRef::Row(id, 2));
    tree.close(id);
    assert_eq!((tree.cursor(), tree.len()), (RowRef::Node(id), 2));
    tree.open(id);
    assert_eq!(tree.len(), 5);
}

#[test]
fn opening_a_node_scrolls_to_the_rows_below_it_if_there_is_room() {
    let mut tree = Tree::default();
    tree.set_height(10);
    tree.set_children(ROOT, kinds(&[2, 4, 6, 8, 10, 12, 14, 16, 19]));
    let id = *tree.get(ROOT).unwrap().children.last().unwrap();
    tree.select(RowRef::Node(id));
    tree.open(id);
    tree.set_collection(id, Collection::new(page((0..4).collect(), false)));
    assert_eq!(tree.first() + tree.height(), tree.len(), "all four rows are in view");
    tree.set_collection(id, Collection::new(page((0..30).collect(), false)));
    assert_eq!(tree.first(), tree.position(RowRef::Node(id)), "the node and the rows that fit");
}

#[test]
fn a_row_without_a_namespace_has_the_namespace_of_its_collection() {
    let mut tree = Tree::default();
    tree.set_children(ROOT, kinds(&[1]));
    let id = tree.get(ROOT).unwrap().children[0];
    tree.set_collection(id, Collection::new(page(vec![7], false)));
    let object = ObjectPath {
        gvr: Gvr::new("", "v1", "pods"),
        namespace: Some(Namespace::new("ns1")),
        name: "n07".into(),
    };
    assert_eq!(tree.path(RowRef::Row(id, 0)), Some(ApiPath::Object(object)));
}
