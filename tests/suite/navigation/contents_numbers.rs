//! How many objects of each kind a namespace of the broken cluster has. The numbers are computed from the
//! plain lists of the recording by `tests/fixtures/links/related.py`.

use std::collections::BTreeMap;

use kubewalk::tree::RowRef;
use kubewalk::tree::node::{Count, NodeKind};

use crate::keys::health::trouble;
use crate::support::app::App;

/// The numbers of the kinds that are shown below the namespaces.
fn counted(app: &App) -> BTreeMap<String, u64> {
    let tree = &app.model.tree;
    let rows = (0..tree.len()).map_while(|at| tree.row_at(at));
    let number = |row: RowRef| {
        let RowRef::Node(id) = row else { return None };
        let node = tree.get(id)?;
        match (&node.kind, node.count) {
            (NodeKind::Content { .. }, Count::Known(number)) => Some((node.kind.label(), number)),
            _ => None,
        }
    };
    rows.filter_map(number).collect()
}

#[test]
fn the_contents_of_namespaces_have_the_computed_numbers() {
    let text = include_str!("../../fixtures/links/contents.json");
    let numbers: BTreeMap<String, BTreeMap<String, u64>> = serde_json::from_str(text).unwrap();
    assert_eq!(numbers.len(), 3);
    for (namespace, expected) in numbers {
        let app = trouble(&format!(":ns space {namespace} enter"));
        assert_eq!(counted(&app), expected, "{namespace}");
    }
}
