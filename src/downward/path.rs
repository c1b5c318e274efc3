//! Cleans and checks the paths of files in a volume and of mounts.

/// Cleans a path as Go's `filepath.Clean` does on Linux.
pub(super) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut elements: Vec<&str> = Vec::new();
    for element in path.split('/') {
        match element {
            "" | "." => {}
            ".." if elements.last().is_some_and(|last| *last != "..") => _ = elements.pop(),
            ".." if rooted => {}
            element => elements.push(element),
        }
    }
    match (rooted, elements.join("/")) {
        (true, path) => format!("/{path}"),
        (false, path) if path.is_empty() => ".".to_owned(),
        (false, path) => path,
    }
}

/// Returns the absolute and clean path of a mount in its container (`makeMounts`).
pub(super) fn of_mount(path: &str) -> String {
    clean(&format!("/{path}"))
}

/// Checks a path as its source spells it (`validatePath` of the kubelet's atomic writer).
pub(super) fn check(path: &str) -> Result<(), String> {
    let wrong = |rule: &str| Err(format!("invalid path: {rule}"));
    let first = path.split('/').next().unwrap_or_default();
    if path.is_empty() {
        return wrong("must not be empty: \"\"");
    }
    if path.starts_with('/') {
        return wrong(&format!("must be relative path: {path}"));
    }
    if path.len() > 4096 {
        return wrong("must be less than or equal to 4096 characters");
    }
    for element in path.split('/') {
        if element == ".." {
            return wrong(&format!("must not contain '..': {path}"));
        }
        if element.len() > 255 {
            return wrong("filenames must be less than or equal to 255 characters");
        }
    }
    if first.starts_with("..") && first.len() > 2 {
        return wrong(&format!("must not start with '..': {path}"));
    }
    if clean(path) == "." {
        return Err("open .: is a directory".to_owned());
    }
    Ok(())
}

/// Returns the kubelet's failure if one path is a directory of another.
pub(super) fn conflict<'p>(paths: impl Iterator<Item = &'p String>) -> Option<String> {
    let cleaned: std::collections::BTreeSet<String> = paths.map(|path| clean(path)).collect();
    cleaned.iter().find_map(|path| {
        let mut above = path.as_str();
        while let Some((directory, _)) = above.rsplit_once('/') {
            if cleaned.contains(directory) {
                return Some(format!("open {directory}: is a directory"));
            }
            above = directory;
        }
        None
    })
}
