//! The recordings of a real cluster, each read once.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use kubewalk::api::har::Recording;

/// The embedded demo: the whole API as an administrator sees it.
pub(crate) fn cluster() -> Arc<Recording> {
    static CLUSTER: LazyLock<Arc<Recording>> =
        LazyLock::new(|| Arc::new(Recording::demo().unwrap()));
    CLUSTER.clone()
}

/// Reads a recording from `tests/fixtures/recordings`, such as `paging`.
pub(crate) fn named(name: &str) -> Arc<Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/recordings");
    Arc::new(Recording::open(&folder.join(format!("{name}.har.gz"))).unwrap())
}
