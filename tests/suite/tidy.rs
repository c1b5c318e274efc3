//! Rules that no compiler checks: layers, names that occur once, short files.

use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the bottom up. A module uses only its own and those below.
const LAYERS: [&[&str]; 10] = [
    &["text", "settings_file", "system"],
    &["k8s"],
    &["object"],
    &["downward"],
    &["keymap", "theme"],
    &["config"],
    &["tree", "document"],
    &["app"],
    &["view", "api", "here"],
    &["runtime", "headless", "ambassador", "report", "cli"],
];

/// The layers inside `app`, from the bottom up. A flow changes what is wanted; only what is above the
/// flows decides what runs.
const APP_LAYERS: [&[&str]; 6] = [
    &["state", "answer"],
    &["message", "effect", "question"],
    &["model", "layout", "start_screen", "help"],
    &["flows"],
    &["subscriptions", "input"],
    &["update"],
];

/// The maximum number of lines of a file, without its tests.
const LONGEST: usize = 400;

/// A source file, by its path below `src`.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Returns the 1-based numbers and texts of lines outside the tests, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        lines
            .take_while(|(_, line)| *line != "#[cfg(test)]")
            .map(|(number, line)| (number, line.split("//").next().unwrap_or_default()))
    }

    /// Returns the top module: `k8s` for `k8s/path.rs`.
    fn module(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap()
    }

    fn is_test(&self) -> bool {
        self.path.ends_with("tests.rs") || self.path.contains("/tests/")
    }
}

/// Reads the source files below a directory of the project.
fn sources(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                found.push(Source { path, text });
            }
        }
    }
    assert!(!found.is_empty());
    found
}

fn product() -> Vec<Source> {
    let mut sources = sources("src");
    sources.retain(|source| !source.is_test());
    sources
}

/// Returns the lines of code with one of these words, except in allowed files.
fn offences(words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in product() {
        if allowed.iter().any(|allowed| source.path.starts_with(allowed)) {
            continue;
        }
        for (number, line) in source.code() {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("src/{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    found
}

fn none(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// Returns the modules of this crate that a line names.
fn used(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn every_module_uses_only_modules_below_it() {
    let mut found = Vec::new();
    for source in product() {
        let module = source.module();
        if matches!(module, "lib" | "main") {
            continue;
        }
        let own = layer(module).unwrap_or_else(|| panic!("src/{} has no layer", source.path));
        for (number, line) in source.code() {
            for other in used(line).filter(|other| *other != module) {
                // Modules of the same layer do not know each other, except in the top layer.
                let below = layer(other).is_some_and(|layer| layer < own);
                let at_the_top = own == LAYERS.len() - 1 && layer(other) == Some(own);
                if !below && !at_the_top {
                    found.push(format!("src/{}:{number}: {}", source.path, line.trim()));
                }
            }
        }
    }
    none(&found);
}

#[test]
fn every_part_of_the_application_uses_only_parts_below_it() {
    let layer = |part: &str| APP_LAYERS.iter().position(|layer| layer.contains(&part));
    let mut found = Vec::new();
    for source in product() {
        let Some(rest) = source.path.strip_prefix("app/") else { continue };
        let part = rest.split(['/', '.']).next().unwrap();
        let own = layer(part).unwrap_or_else(|| panic!("src/{} has no layer", source.path));
        for (number, line) in source.code() {
            for other in parts(line).filter(|other| *other != part) {
                if layer(other).is_none_or(|layer| layer > own || layer == own && own >= 4) {
                    found.push(format!("src/{}:{number}: {}", source.path, line.trim()));
                }
            }
        }
    }
    none(&found);
}

/// The parts of `app` that a line names.
fn parts(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::app::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn a_flow_never_starts_or_stops_a_stream_or_a_timer() {
    let mut found = Vec::new();
    for source in product().iter().filter(|source| source.path.starts_with("app/")) {
        let may = source.path.starts_with("app/subscriptions") || source.path == "app/effect.rs";
        for (number, line) in source.code().filter(|_| !may) {
            if ["Effect::Stream", "Effect::After"].iter().any(|effect| line.contains(effect)) {
                found.push(format!("src/{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    none(&found);
}

#[test]
fn only_one_file_contains_api_paths() {
    // The way to a proxy is found by what answers at a path that is no node of the tree.
    none(&offences(&["\"/apis", "\"/api/"], &["k8s/path.rs"]));
}

#[test]
fn only_the_theme_contains_colours() {
    // The screenshots map named colours to values.
    none(&offences(&["Color::"], &["theme.rs", "view/svg.rs"]));
}

#[test]
fn only_the_effects_spawn_tasks() {
    none(&offences(
        &["tokio::spawn", "task::spawn(", "thread::spawn"],
        // The thread that ends a hung program must not depend on the runtime.
        &["runtime/effects", "runtime/signals"],
    ));
}

#[test]
fn only_the_runtime_reads_the_clock() {
    // Requests are timed by the client, and the commands have no runtime.
    none(&offences(
        &["Timestamp::now", "Instant::now", "SystemTime::now", "Zoned::now"],
        &["runtime", "api/", "headless"],
    ));
}

#[test]
fn files_are_short_and_have_a_description() {
    let mut found = Vec::new();
    for source in product() {
        let lines = source.text.lines().take_while(|line| *line != "#[cfg(test)]").count();
        if lines > LONGEST {
            found.push(format!("src/{}: {lines} lines", source.path));
        }
    }
    for source in sources("src").iter().chain(&sources("tests")) {
        if !source.text.starts_with("//! ") {
            found.push(format!("{}: does not say what it is for", source.path));
        }
        if source.path.ends_with("mod.rs") {
            found.push(format!("{}: is a mod.rs", source.path));
        }
    }
    none(&found);
}
