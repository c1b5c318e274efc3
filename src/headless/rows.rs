//! Formats the rows of `kubewalk tree`: words separated by two blanks.

use crate::k8s::discovery::{DiscoveredGroup, DiscoveredVersion, Resource, Subresource};
use crate::k8s::table::{Column, Row};
use crate::text::one_line;

/// Formats a group: `batch  v1`, `autoscaling  v2 ★, v1`, `metrics.k8s.io  v1beta1 stale`.
pub(super) fn group(group: &DiscoveredGroup) -> String {
    let many = group.versions.len() > 1;
    let versions = group.versions.iter().map(|version| {
        let star = if version.preferred && many { " ★" } else { "" };
        let stale = if version.stale { " stale" } else { "" };
        format!("{}{star}{stale}", version.group_version.version)
    });
    join([group.group.to_string(), versions.collect::<Vec<_>>().join(", ")])
}

/// Formats a version: `v2 ★  1 resource`, `v1beta1 ★  stale`.
pub(super) fn version(version: &DiscoveredVersion) -> String {
    let star = if version.preferred { " ★" } else { "" };
    let count = version.resources.as_deref().map(<[_]>::len);
    let resources = match count {
        _ if version.stale => "stale".to_owned(),
        Some(1) => "1 resource".to_owned(),
        Some(count) => format!("{count} resources"),
        None => String::new(),
    };
    join([format!("{}{star}", version.group_version.version), resources])
}

/// Formats a resource: `pods  Pod  namespaced  po  create,delete,get,list`.
pub(super) fn resource(resource: &Resource) -> String {
    let verbs = match &*resource.verbs {
        [] => String::new(),
        verbs => verbs.join(","),
    };
    let note = if resource.can("list") { "" } else { "cannot be listed" };
    join([
        resource.gvr.resource.to_string(),
        resource.kind.to_string(),
        resource.scope.to_string(),
        resource.short_names.join(","),
        verbs,
        note.to_owned(),
    ])
}

/// Formats a subresource: `status  Pod  get,patch,update`.
pub(super) fn subresource(subresource: &Subresource) -> String {
    join([subresource.name.to_string(), subresource.kind.to_string(), subresource.verbs.join(",")])
}

/// Formats an object: its name and the cells of the columns that are not hidden.
pub(super) fn object(row: &Row, columns: &[Column]) -> String {
    join([row.name().to_owned(), row.line(columns)])
}

/// Joins the words that are not empty, on one line.
fn join(words: impl IntoIterator<Item = String>) -> String {
    let words = words.into_iter().filter(|word| !word.is_empty());
    one_line(&words.collect::<Vec<_>>().join("  ")).into_owned()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::k8s::discovery::parse_groups;
    use crate::k8s::table::parse_page;

    const APIS: &[u8] = include_bytes!("../../tests/fixtures/k8s/apis-aggregated.json");
    const PODS: &[u8] = include_bytes!("../../tests/fixtures/k8s/pods-table.json");

    #[test]
    fn each_kind_of_node_has_its_row() {
        let groups = parse_groups(&Bytes::from_static(APIS)).unwrap();
        let named = |name: &str| groups.iter().find(|g| g.group.as_str() == name).unwrap();
        assert_eq!(group(named("batch")), "batch  v1");
        assert_eq!(group(named("autoscaling")), "autoscaling  v2 ★, v1");
        assert_eq!(group(named("metrics.k8s.io")), "metrics.k8s.io  v1beta1 stale");
        let batch = &named("batch").versions[0];
        assert_eq!(version(batch), "v1 ★  2 resources");
        assert_eq!(version(&named("metrics.k8s.io").versions[0]), "v1beta1 ★  stale");
        let jobs = batch.resource("cronjobs").unwrap();
        let verbs = "create,delete,deletecollection,get,list,patch,update,watch";
        assert_eq!(resource(jobs), format!("cronjobs  CronJob  namespaced  cj  {verbs}"));
        assert_eq!(subresource(&jobs.subresources[0]), "status  CronJob  get,patch,update");
        let reviews = named("authentication.k8s.io").versions[0].resource("tokenreviews").unwrap();
        let expected = "tokenreviews  TokenReview  cluster  create  cannot be listed";
        assert_eq!(resource(reviews), expected);
    }

    #[test]
    fn hidden_columns_are_left_out() {
        let page = parse_page(PODS, jiff::Timestamp::UNIX_EPOCH).unwrap();
        let row = object(&page.rows[0], &page.columns);
        assert_eq!(row, "curl-with-ambassador  2/2  Running  2 (75s ago)  5m30s");
    }
}
