//! The reference table against the fields of the built-in APIs of Kubernetes 1.36, from its `OpenAPI`
//! documents.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::object::links::generic::names::known;
use crate::object::links::pattern::{Step, steps};
use crate::object::links::rule::{PODS, Rule, VOLUMES};
use crate::object::links::table::{POD_SPECS, TABLES, VOLUME_SPECS};

/// The kinds of the table that the documents do not have: they are alpha or beta.
const NOT_SERVED: &[&str] = &[
    "certificates.k8s.io/ClusterTrustBundle",
    "certificates.k8s.io/PodCertificateRequest",
    "coordination.k8s.io/LeaseCandidate",
    "resource.k8s.io/DeviceTaintRule",
    "scheduling.k8s.io/PodGroup",
    "scheduling.k8s.io/Workload",
    "storagemigration.k8s.io/StorageVersionMigration",
];

/// The kinds and the schemas of the documents: for each field its type, `[]` for each list and `{}` for
/// each map around it.
#[derive(Deserialize)]
struct Fields {
    kinds: BTreeMap<String, String>,
    schemas: BTreeMap<String, BTreeMap<String, String>>,
}

fn fields() -> Fields {
    serde_json::from_str(include_str!("../../../../tests/fixtures/links/fields.json")).unwrap()
}

/// The kinds of a rule and its pattern for each.
fn expanded(rule: &Rule) -> Vec<(String, String)> {
    let of = |specs: &[(&str, &str)], spec: &str| {
        let of = |(kind, at): &(&str, &str)| ((*kind).to_owned(), rule.at.replace(spec, at));
        specs.iter().map(of).collect()
    };
    match rule.kinds {
        PODS => of(&POD_SPECS, PODS),
        VOLUMES => of(&VOLUME_SPECS, VOLUMES),
        "*" => vec![("Pod".to_owned(), rule.at.to_owned())],
        kinds => kinds.split(' ').map(|kind| (kind.to_owned(), rule.at.to_owned())).collect(),
    }
}

impl Fields {
    /// True if a type has all fields that a pattern names.
    fn has(&self, of: &str, steps: &[Step<'_>]) -> bool {
        let Some((step, rest)) = steps.split_first() else { return true };
        let inner = of.strip_prefix("[]").or_else(|| of.strip_prefix("{}"));
        match step {
            // JSON of any form.
            _ if of == "object" || of == "RawExtension" => true,
            Step::Each => inner.is_some_and(|inner| self.has(inner, rest)),
            Step::Keys(_) if of.starts_with("{}") => inner.is_some_and(|it| self.has(it, rest)),
            Step::Keys(keys) => keys.split('|').all(|key| {
                let field = self.schemas.get(of).and_then(|fields| fields.get(key));
                field.is_some_and(|field| self.has(field, rest))
            }),
        }
    }

    /// Adds the paths of the strings below a type, as patterns write them.
    fn strings(&self, of: &str, at: &str, above: &mut Vec<String>, found: &mut Vec<String>) {
        if let Some(inner) = of.strip_prefix("[]").or_else(|| of.strip_prefix("{}")) {
            self.strings(inner, &format!("{at}[*]"), above, found);
        } else if let Some(fields) = self.schemas.get(of) {
            if above.iter().any(|known| known == of) || of == "JSONSchemaProps" {
                return;
            }
            above.push(of.to_owned());
            for (key, field) in fields {
                let dot = if at.is_empty() { "" } else { "." };
                self.strings(field, &format!("{at}{dot}{key}"), above, found);
            }
            above.pop();
        } else if of == "string" {
            found.push(at.to_owned());
        }
    }
}

#[test]
fn every_field_of_the_table_is_a_field_of_its_kind() {
    let fields = fields();
    let mut wrong = Vec::new();
    for rule in TABLES.into_iter().flatten() {
        for (kind, pattern) in expanded(rule) {
            if NOT_SERVED.contains(&&*kind) {
                assert!(!fields.kinds.contains_key(&kind), "{kind} is served");
                continue;
            }
            let of = fields.kinds.get(&kind);
            if !of.is_some_and(|of| fields.has(of, &steps(&pattern))) {
                wrong.push(format!("{kind} {pattern}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Fields whose names look like references and have no row: the kind of an admission policy's parameters is
/// in the policy.
const NO_REFERENCES: &[&str] = &["spec.paramRef.name"];

#[test]
fn every_field_that_looks_like_a_reference_is_in_the_table() {
    let fields = fields();
    let mut known_paths = BTreeSet::new();
    for rule in TABLES.into_iter().flatten() {
        for (kind, pattern) in expanded(rule) {
            for path in alternatives(&pattern) {
                known_paths.insert(format!("{kind} {path}"));
            }
        }
    }
    let mut missing = BTreeSet::new();
    for (kind, of) in &fields.kinds {
        let mut found = Vec::new();
        fields.strings(of, "", &mut Vec::new(), &mut found);
        for path in found {
            let words: Vec<&str> =
                path.split(['.', '[', ']', '*']).filter(|w| !w.is_empty()).collect();
            let key = words.last().copied().unwrap_or_default();
            let above = words.len().checked_sub(2).map(|at| words[at]).unwrap_or_default();
            let is_name = key == "name" && (above.ends_with("Ref") || above.ends_with("Refs"));
            // A namespace beside a name is a part of that reference.
            let is_namespace = key.to_lowercase().ends_with("namespace");
            let looks = is_name || !is_namespace && known(key).is_some_and(|it| !it.needs_name);
            if looks
                && !path.starts_with("metadata.")
                && !known_paths.contains(&format!("{kind} {path}"))
            {
                missing.insert(path);
            }
        }
    }
    let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
    assert_eq!(missing, NO_REFERENCES);
}

/// Writes a pattern with alternatives as several without.
fn alternatives(pattern: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for step in steps(pattern) {
        let next = |at: &String| -> Vec<String> {
            match step {
                Step::Each => vec![format!("{at}[*]")],
                Step::Keys(keys) => {
                    let dot = if at.is_empty() { "" } else { "." };
                    keys.split('|').map(|key| format!("{at}{dot}{key}")).collect()
                }
            }
        };
        all = all.iter().flat_map(next).collect();
    }
    all
}
