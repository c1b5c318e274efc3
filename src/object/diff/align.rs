//! Pairing the items of two lists: by the keys with which the API server merges them, by a field that
//! identifies them, or by their order.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::lcs::edits;
use crate::object::schema::ListType;

/// In lists with more items than this, similar items are not searched for.
const MAX_SIMILAR: usize = 50;

/// Fields that identify the items of a list if every item has one and no two are equal.
const IDENTIFYING: [&str; 8] = ["name", "key", "type", "id", "path", "host", "ip", "uid"];

/// Lists that the API server merges by keys, whose order matters all the same.
const ORDERED: [&str; 3] = ["containers", "env", "initContainers"];

/// Lists without an order.
const UNORDERED: [&str; 7] = [
    "conditions",
    "ports",
    "volumes",
    "volumeMounts",
    "ownerReferences",
    "finalizers",
    "imagePullSecrets",
];

/// Two items, or an item that only one side has.
#[derive(Debug, PartialEq, Eq)]
pub struct Pair {
    /// The 0-based index on the left side.
    pub left: Option<usize>,
    /// The 0-based index on the right side.
    pub right: Option<usize>,
    /// How a path names the item, such as `name=web` or `3`.
    pub label: String,
}

/// How the items of two lists belong together.
#[derive(Debug, Default)]
pub struct Alignment {
    /// The pairs in the order of the left side; what only the right side has comes last.
    pub pairs: Vec<Pair>,
    /// True if the items of both sides have another order, and order matters.
    pub is_reordered: bool,
}

/// The values of an item's keys. The item of a set has one key without a name.
type Key<'k> = Vec<(&'k str, String)>;

/// A field that identifies an item, with others or alone.
#[derive(Clone, Copy, Debug)]
struct KeyField<'k> {
    name: &'k str,
    /// The value where an item has none.
    default: Option<&'k Value>,
}

/// Pairs the items of the lists at a key, such as `containers`. `merged` is how the API server merges them,
/// if that is known.
#[must_use]
pub fn align(name: &str, merged: Option<&ListType>, left: &[Value], right: &[Value]) -> Alignment {
    let is_ordered = match merged {
        Some(ListType::Set) => false,
        Some(ListType::Map(_)) => ORDERED.contains(&name),
        Some(ListType::Atomic) => true,
        None => !UNORDERED.contains(&name),
    };
    let Some((olds, news)) = keys(name, merged, left, right) else {
        return by_order(is_ordered, left, right);
    };
    let mut places: HashMap<&Key<'_>, usize> =
        news.iter().enumerate().map(|(at, key)| (key, at)).collect();
    let mut partners: Vec<Option<usize>> = olds.iter().map(|key| places.remove(key)).collect();
    let common: Vec<usize> = partners.iter().copied().flatten().collect();
    let is_reordered = is_ordered && !common.is_sorted();
    let paired: HashSet<usize> = common.into_iter().collect();
    let mut rest: Vec<usize> = (0..news.len()).filter(|at| !paired.contains(at)).collect();
    pair_rest(left, right, &mut partners, &mut rest);
    let mut pairs: Vec<Pair> = partners
        .iter()
        .enumerate()
        .map(|(at, partner)| Pair {
            left: Some(at),
            right: *partner,
            label: match partner.and_then(|partner| news.get(partner)) {
                Some(new) => label_of_pair(&olds[at], new, &left[at], &right[partner.unwrap_or(0)]),
                None => label(&olds[at]),
            },
        })
        .collect();
    let added = rest.into_iter();
    pairs.extend(added.map(|at| Pair { left: None, right: Some(at), label: label(&news[at]) }));
    Alignment { pairs, is_reordered }
}

/// Returns how a path names the items of one list.
pub(super) fn labels(name: &str, merged: Option<&ListType>, items: &[Value]) -> Vec<String> {
    match keys(name, merged, items, items) {
        Some((keys, _)) => keys.iter().map(label).collect(),
        None => (0..items.len()).map(|at| at.to_string()).collect(),
    }
}

/// Returns the keys of all items on both sides; `None` if they have none.
fn keys<'k>(
    name: &str,
    merged: Option<&'k ListType>,
    left: &[Value],
    right: &[Value],
) -> Option<(Vec<Key<'k>>, Vec<Key<'k>>)> {
    if matches!(merged, Some(ListType::Set))
        && let (Some(left), Some(right)) = (members(left), members(right))
    {
        return Some((left, right));
    }
    let known: Vec<KeyField<'k>> = match merged {
        Some(ListType::Map(keys)) => keys
            .iter()
            .map(|key| KeyField { name: &key.name, default: key.default.as_ref() })
            .collect(),
        Some(_) => Vec::new(),
        None => known(name, left, right).iter().copied().map(KeyField::new).collect(),
    };
    let single = IDENTIFYING.into_iter().map(|name| vec![KeyField::new(name)]);
    std::iter::once(known).filter(|known| !known.is_empty()).chain(single).find_map(|fields| {
        let of = |items| unique(items, &fields);
        Some((of(left)?, of(right)?))
    })
}

/// Returns the fields by which well-known lists are merged.
fn known(name: &str, left: &[Value], right: &[Value]) -> &'static [&'static str] {
    match name {
        "conditions" => &["type"],
        "ownerReferences" => &["uid"],
        "volumeMounts" => &["mountPath"],
        "ports" if left.iter().chain(right).all(|item| item.get("containerPort").is_some()) => {
            &["containerPort", "protocol"]
        }
        "ports" => &["port", "protocol"],
        _ => &[],
    }
}

impl<'k> KeyField<'k> {
    fn new(name: &'k str) -> Self {
        Self { name, default: None }
    }

    /// Returns the value of an item. A port without a protocol has `TCP`, and the names of token volumes are
    /// equal.
    fn of(&self, item: &Value) -> Option<String> {
        match item.get(self.name).or(self.default) {
            None if self.name == "protocol" => Some("TCP".to_owned()),
            None | Some(Value::Null | Value::Array(_) | Value::Object(_)) => None,
            Some(Value::String(text)) if is_token_volume(text) => {
                Some("kube-api-access-*".to_owned())
            }
            Some(value) => Some(plain(value)),
        }
    }
}

/// Returns the keys of items; `None` if one has none, or two have the same.
fn unique<'k>(items: &[Value], fields: &[KeyField<'k>]) -> Option<Vec<Key<'k>>> {
    let key = |item: &Value| -> Option<Key<'k>> {
        item.as_object()?;
        fields.iter().map(|field| Some((field.name, field.of(item)?))).collect()
    };
    all_different(items.iter().map(key).collect::<Option<_>>()?)
}

/// Returns the members of a set as keys; `None` if one is no scalar, or two are equal.
fn members<'k>(items: &[Value]) -> Option<Vec<Key<'k>>> {
    let member =
        |item: &Value| (!item.is_object() && !item.is_array()).then(|| vec![("", plain(item))]);
    all_different(items.iter().map(member).collect::<Option<_>>()?)
}

fn all_different(keys: Vec<Key<'_>>) -> Option<Vec<Key<'_>>> {
    let mut seen = HashSet::new();
    keys.iter().all(|key| seen.insert(key)).then_some(keys)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// True for the name of the volume that the API server adds for a service account's token.
pub(super) fn is_token_volume(name: &str) -> bool {
    name.strip_prefix("kube-api-access-").is_some_and(|rest| rest.len() == 5)
}

/// Pairs items without a partner: those of the same name, the only ones of both lists, or those that are
/// half equal.
fn pair_rest(
    left: &[Value],
    right: &[Value],
    partners: &mut [Option<usize>],
    rest: &mut Vec<usize>,
) {
    let named = |a: &Value, b: &Value| a.get("name").is_some() && a.get("name") == b.get("name");
    let only = left.len() == 1 && right.len() == 1;
    let is_short = rest.len() <= MAX_SIMILAR && left.len() <= MAX_SIMILAR;
    let similar = |a: &Value, b: &Value| only || is_short && is_similar(a, b);
    for by_name in [true, false] {
        let belongs = |a: &Value, b: &Value| if by_name { named(a, b) } else { similar(a, b) };
        for (at, partner) in partners.iter_mut().enumerate().filter(|(_, it)| it.is_none()) {
            if let Some(found) = rest.iter().position(|new| belongs(&left[at], &right[*new])) {
                *partner = Some(rest.remove(found));
            }
        }
    }
}

/// True if at least half of the leaves of two values are equal.
fn is_similar(left: &Value, right: &Value) -> bool {
    let (left, right) = (leaves(left), leaves(right));
    let common = left.iter().filter(|leaf| right.contains(leaf)).count();
    common > 0 && common * 2 >= left.len().max(right.len())
}

/// Returns the paths and the values of the leaves.
fn leaves(value: &Value) -> Vec<(String, &Value)> {
    fn collect<'a>(value: &'a Value, path: &str, found: &mut Vec<(String, &'a Value)>) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    collect(value, &format!("{path}.{key}"), found);
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    collect(item, &format!("{path}[{at}]"), found);
                }
            }
            leaf => found.push((path.to_owned(), leaf)),
        }
    }
    let mut found = Vec::new();
    collect(value, "", &mut found);
    found
}

fn label(key: &Key<'_>) -> String {
    let part = |(name, value): &(&str, String)| match *name {
        "" => value.clone(),
        name => format!("{name}={value}"),
    };
    let parts: Vec<String> = key.iter().map(part).collect();
    parts.join(",")
}

/// Returns the name of two items in a path: their common key, their common name, or both keys.
fn label_of_pair(old: &Key<'_>, new: &Key<'_>, left: &Value, right: &Value) -> String {
    if old == new {
        return label(old);
    }
    let name = |item: &Value| item.get("name").and_then(Value::as_str).map(str::to_owned);
    if let (Some(one), Some(other)) = (name(left), name(right)) {
        return if one == other {
            format!("name={one}")
        } else {
            format!("name={one} → {other}")
        };
    }
    let values = new.iter().map(|(_, value)| value.as_str());
    format!("{} → {}", label(old), values.collect::<Vec<_>>().join(","))
}

/// Pairs equal items in their order, and what is between them by position.
fn by_order(is_ordered: bool, left: &[Value], right: &[Value]) -> Alignment {
    let text = |items: &[Value]| items.iter().map(Value::to_string).collect::<Vec<_>>();
    let (olds, news) = (text(left), text(right));
    let mut pairs = Vec::new();
    let mut pair = |left: Option<usize>, right: Option<usize>| {
        let label = match (left, right) {
            (Some(old), Some(new)) if old != new => format!("{old} → {new}"),
            (Some(at), _) | (None, Some(at)) => at.to_string(),
            (None, None) => String::new(),
        };
        pairs.push(Pair { left, right, label });
    };
    for edit in edits(&olds, &news) {
        for at in 0..edit.old.len().max(edit.new.len()) {
            pair(edit.old.clone().nth(at), edit.new.clone().nth(at));
        }
    }
    let sorted = |texts: &[String]| {
        let mut texts = texts.to_vec();
        texts.sort_unstable();
        texts
    };
    let is_same_set = left.len() == right.len() && sorted(&olds) == sorted(&news);
    if !is_same_set {
        return Alignment { pairs, is_reordered: false };
    }
    // Only the order differs: the items are paired with their equals.
    let mut rest: Vec<Option<&String>> = news.iter().map(Some).collect();
    let partner = |old: &String| {
        let at = rest.iter().position(|new| *new == Some(old));
        if let Some(at) = at {
            rest[at] = None;
        }
        at
    };
    let partners: Vec<Option<usize>> = olds.iter().map(partner).collect();
    let pairs = partners.iter().enumerate().map(|(at, right)| Pair {
        left: Some(at),
        right: *right,
        label: at.to_string(),
    });
    let pairs = pairs.collect();
    Alignment { pairs, is_reordered: is_ordered && !partners.is_sorted() }
}
