//! Detects the base path of a recording. Servers behind Rancher or Portainer, for instance, serve the API
//! below a base path.

/// The first segments of the non-resource paths of an API server.
const OUTSIDE: [&str; 9] =
    [".well-known", "debug", "healthz", "livez", "logs", "metrics", "openapi", "readyz", "version"];

/// Returns the base path of a recording, such as `/k8s/clusters/c-abc`; empty for most recordings. It is
/// the shared prefix of all `paths` for which the most rests are paths of an API server; of several such
/// prefixes the shortest.
pub(super) fn base<'a>(paths: &[&'a str]) -> &'a str {
    let Some((first, others)) = paths.split_first() else { return "" };
    let ends = first.match_indices('/').map(|(at, _)| at).chain([first.len()]);
    let shared = ends.map(|end| &first[..end]).take_while(|prefix| {
        others.iter().all(|path| rest(path, prefix).is_some()) || prefix.is_empty()
    });
    let fitting = |prefix: &str| paths.iter().filter(|path| fits(path, prefix)).count();
    let mut best = ("", fitting(""));
    for prefix in shared {
        let count = fitting(prefix);
        if count > best.1 {
            best = (prefix, count);
        }
    }
    best.0
}

/// Returns the rest of a path below a base path; `None` if it is not below.
pub(super) fn rest<'a>(path: &'a str, base: &str) -> Option<&'a str> {
    path.strip_prefix(base).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// True if the rest of the path is a path of an API server.
fn fits(path: &str, base: &str) -> bool {
    let segments: Vec<&str> = match rest(path, base) {
        Some(rest) => rest.split('/').filter(|segment| !segment.is_empty()).collect(),
        None => return false,
    };
    match segments[..] {
        [] | ["api" | "apis"] | ["apis", _] => true,
        ["api", version, ..] | ["apis", _, version, ..] => is_version(version),
        [first, ..] => OUTSIDE.contains(&first),
    }
}

fn is_version(segment: &str) -> bool {
    let mut chars = segment.chars();
    chars.next() == Some('v') && chars.next().is_some_and(|second| second.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_recordings_have_no_base_path() {
        for paths in [
            &["/api/v1/pods", "/api/v1/nodes"][..],
            &["/apis/apps/v1/deployments"],
            &["/openapi/v3/apis/apps/v1", "/openapi/v3/api/v1"],
            &["/version"],
            &["/", "/api", "/somewhere/else"],
            &["/api/v1/namespaces/a/services/b/proxy/api/v1/x"],
            &["/nothing", "/known"],
            &[""],
            &[],
        ] {
            assert_eq!(base(paths), "", "{paths:?}");
        }
    }

    #[test]
    fn a_prefix_of_all_paths_is_the_base_path() {
        let rancher = "/k8s/clusters/c-abc";
        let below = |paths: &[&str]| -> Vec<String> {
            paths.iter().map(|path| format!("{rancher}{path}")).collect()
        };
        for paths in [
            below(&["/api", "/apis", "/api/v1/pods", "/"]),
            below(&["/version", "/openapi/v3/apis/apps/v1"]),
            below(&["/api/v1/namespaces/a/services/b/proxy/api/v1/x"]),
            below(&["/api/v1/pods", "/api/v1/nodes", "/custom"]),
            below(&["", "/api/v1"]),
        ] {
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            assert_eq!(base(&paths), rancher, "{paths:?}");
        }
    }

    #[test]
    fn a_base_path_may_look_like_the_api() {
        let paths =
            ["/api/endpoints/1/kubernetes/api/v1/pods", "/api/endpoints/1/kubernetes/version"];
        assert_eq!(base(&paths), "/api/endpoints/1/kubernetes");
    }

    #[test]
    fn a_prefix_that_not_all_paths_share_is_no_base_path() {
        assert_eq!(base(&["/k8s/clusters/a/api/v1/pods", "/v3/settings"]), "");
    }

    #[test]
    fn the_rest_begins_at_a_segment() {
        assert_eq!(rest("/a/b", "/a"), Some("/b"));
        assert_eq!(rest("/ab", "/a"), None);
        assert_eq!(rest("/a", "/a"), Some(""));
    }
}
