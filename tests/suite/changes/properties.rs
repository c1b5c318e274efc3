//! What holds for the differences of any two objects.

use kubewalk::document::{Document, Splices};
use kubewalk::object::diff::{Options, comparable, diff, swapped};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Objects whose lists have items with unique names that are not similar to others.
fn object() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..4_u8).prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 4, |inner| {
        let map = btree_map("[a-e]", inner.clone(), 0..4)
            .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>()));
        let list = btree_map("[p-u]", inner, 0..3).prop_map(|items| {
            let item =
                |(name, value): (String, Value)| json!({"name": name, "value": [value, name]});
            Value::Array(items.into_iter().map(item).collect())
        });
        prop_oneof![map, list]
    })
}

fn whole() -> impl Strategy<Value = Value> {
    let value = vec(object(), 3);
    value.prop_map(|values| json!({"kind": "Widget", "spec": values[0], "status": values[1], "data": values[2]}))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_object_does_not_differ_from_itself(object in whole()) {
        prop_assert!(diff(&object, &object, &Options::default()).rows.is_empty());
    }

    #[test]
    fn different_objects_have_a_difference(left in whole(), right in whole()) {
        let found = diff(&left, &right, &Options::default());
        prop_assert_eq!(found.rows.is_empty(), left == right);
    }

    #[test]
    fn swapped_sides_swap_what_is_added_and_removed(left in whole(), right in whole()) {
        let options = Options::default();
        let rows = |found: &kubewalk::object::diff::Diff| {
            let mut rows: Vec<String> = found
                .rows
                .iter()
                .map(|row| format!("{:?} {:?} {:?} {:?}", row.op, row.left, row.right, row.group))
                .collect();
            rows.sort();
            rows
        };
        let (found, back) = (diff(&left, &right, &options), diff(&right, &left, &options));
        prop_assert_eq!(rows(&swapped(&found)), rows(&back));
    }

    #[test]
    fn an_older_version_is_rebuilt_byte_for_byte(older in whole(), newer in whole(), is_wide in any::<bool>()) {
        let text = |value: &Value| {
            if is_wide { serde_json::to_vec_pretty(value).unwrap() } else { value.to_string().into_bytes() }
        };
        let (older, newer) = (text(&older), text(&newer));
        let read = |text: &[u8]| Document::read(text.to_vec().into(), true, false);
        let splices = Splices::between(&read(&older), &read(&newer));
        prop_assert_eq!(splices.apply(&newer), Some(older));
    }

    #[test]
    fn what_is_the_same_is_equal_line_by_line(left in whole(), right in whole()) {
        let options = Options::default();
        let found = diff(&left, &right, &options);
        let (left, right) = comparable(&left, &right, &options);
        prop_assert_eq!(found.is_same(), left == right);
    }
}
