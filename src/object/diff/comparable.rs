//! Two objects in a form that can be compared line by line: without what is left out, masked, with sorted
//! keys, and with the items of lists in the same order.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::align::{Alignment, Pair, align};
use super::{Comparison, Options, mask};

/// Returns both objects in that form.
#[must_use]
pub fn comparable(left: &Value, right: &Value, options: &Options) -> (Value, Value) {
    let mut comparison = Comparison::of(left, right, options);
    let Sides { left, right } = comparison.strip(Sides { left: Some(left), right: Some(right) });
    (left.unwrap_or_default(), right.unwrap_or_default())
}

/// A value on both sides, where they have it.
#[derive(Clone, Copy, Debug, Default)]
struct Sides<T> {
    left: Option<T>,
    right: Option<T>,
}

impl<'a> Comparison<'a> {
    fn strip(&mut self, sides: Sides<&'a Value>) -> Sides<Value> {
        let Sides { left, right } = sides;
        let group =
            self.context.group(self.path.pattern(), left, right, self.parents.last().copied());
        let differs = left != right;
        let is_container = matches!(
            (left, right),
            (Some(Value::Object(_)), Some(Value::Object(_)))
                | (Some(Value::Array(_)), Some(Value::Array(_)))
        );
        let is_whole = super::groups::is_whole(self.path.pattern())
            || group == Some(super::Group::Ignored)
            || !is_container;
        if differs && group.is_some() && is_whole {
            return Sides::default();
        }
        let parents = left.or(right).zip(right.or(left));
        self.parents.extend(parents);
        let stripped = match (left.or(right), right.or(left)) {
            (Some(Value::Object(_)), Some(Value::Object(_))) => self.strip_maps(sides),
            (Some(Value::Array(_)), Some(Value::Array(_))) => self.strip_lists(sides),
            _ => {
                let pattern = self.path.pattern();
                let shown = |value| mask::shown(&self.context, pattern, value).0;
                Sides { left: left.map(shown), right: right.map(shown) }
            }
        };
        if parents.is_some() {
            self.parents.pop();
        }
        stripped
    }

    fn strip_maps(&mut self, sides: Sides<&'a Value>) -> Sides<Value> {
        let keys = |side: Option<&'a Value>| {
            side.and_then(Value::as_object).into_iter().flat_map(Map::keys)
        };
        let keys: BTreeSet<&String> = keys(sides.left).chain(keys(sides.right)).collect();
        let (mut left, mut right) = (Map::new(), Map::new());
        for key in keys {
            let mark = self.path.push_key(key);
            let child = |side: Option<&'a Value>| side.and_then(|side| side.get(key));
            let stripped = self.strip(Sides { left: child(sides.left), right: child(sides.right) });
            self.path.pop(mark);
            left.extend(stripped.left.map(|value| (key.clone(), value)));
            right.extend(stripped.right.map(|value| (key.clone(), value)));
        }
        Sides {
            left: sides.left.map(|_| Value::Object(left)),
            right: sides.right.map(|_| Value::Object(right)),
        }
    }

    fn strip_lists(&mut self, sides: Sides<&'a Value>) -> Sides<Value> {
        let items = |side: Option<&'a Value>| -> &'a [Value] {
            side.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
        };
        let (olds, news) = (items(sides.left), items(sides.right));
        let merged = self.list_type();
        let Alignment { mut pairs, is_reordered } =
            align(self.path.last_key(), merged.as_ref(), olds, news);
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for Pair { left: old, right: new, label } in pairs.drain(..) {
            let mark = self.path.push_item(&label, new.or(old).unwrap_or(0));
            let stripped = self.strip(Sides {
                left: old.and_then(|at| olds.get(at)),
                right: new.and_then(|at| news.get(at)),
            });
            self.path.pop(mark);
            left.extend(stripped.left);
            right.extend(new.zip(stripped.right));
        }
        if is_reordered {
            right.sort_by_key(|(at, _)| *at);
        }
        let right = right.into_iter().map(|(_, value)| value).collect();
        Sides {
            left: sides.left.map(|_| Value::Array(left)),
            right: sides.right.map(|_| Value::Array(right)),
        }
    }
}
