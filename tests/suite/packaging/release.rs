//! What a release is made of: its version, its archives, and the templates of packages.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::machine::BINARY;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The files that `extras.sh` writes, as packages name them.
const EXTRAS: [&str; 4] = ["_kubewalk", "kubewalk*.1", "kubewalk.bash", "kubewalk.fish"];

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(ROOT).join(name)).unwrap()
}

/// Runs a script of the packaging.
fn script(name: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(format!("{ROOT}/assets/packaging/{name}"));
    command.env_clear().env("PATH", "/usr/bin:/bin").env("KUBEWALK_ROOT", "/dev/null");
    command.args(arguments).output().unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The targets of the release workflow.
fn targets() -> Vec<String> {
    let release = read(".github/workflows/release.yml");
    let after = release.split("- { target: ").skip(1);
    after.map(|rest| rest.split(',').next().unwrap().to_owned()).collect()
}

#[test]
fn the_newest_release_in_the_changelog_is_the_version() {
    let changelog = read("CHANGELOG.md");
    let mut headings = changelog.lines().filter_map(|line| line.strip_prefix("## "));
    let first = headings.next().unwrap();
    let newest = if first == "Unreleased" { headings.next() } else { Some(first) };
    // Nothing was released yet.
    let Some(newest) = newest else { return assert_eq!(env!("CARGO_PKG_VERSION"), "0.1.0") };
    assert_eq!(newest.split(" - ").next(), Some(env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_release_needs_the_same_version_in_tag_crate_and_changelog() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put("Cargo.toml", "[package]\nname = \"kubewalk\"\nversion = \"1.2.3\"\n");
    put("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n## 1.2.2 - 2026-01-01\n");
    let output = script("check-version.sh", &["v1.2.2", path]);
    assert!(errors(&output).contains("the tag must be v1.2.3"), "{output:?}");
    let output = script("check-version.sh", &["v1.2.3", path]);
    assert!(errors(&output).contains("no heading \"## 1.2.3 - YYYY-MM-DD\""), "{output:?}");
    put("CHANGELOG.md", "# Changelog\n\n## 1.2.3 - 2026-02-01\n\n## 1.2.2 - 2026-01-01\n");
    let output = script("check-version.sh", &["v1.2.3", path]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn the_templates_of_packages_are_filled_by_a_release() {
    let folder = tempfile::tempdir().unwrap();
    let sums = folder.path().join("SHA256SUMS");
    let line = |target: &String| {
        let sum = format!("{:064x}", target.len());
        format!("{sum}  kubewalk-v1.2.3-{target}.tar.gz\n")
    };
    fs::write(&sums, targets().iter().map(line).collect::<String>()).unwrap();
    let filled = folder.path().join("packages");
    let arguments = ["v1.2.3", "some/kubewalk", sums.to_str().unwrap(), filled.to_str().unwrap()];
    let output = script("fill.sh", &arguments);
    assert!(output.status.success(), "{output:?}");
    let written = |name: &str| fs::read_to_string(filled.join(name)).unwrap();
    for name in ["PKGBUILD", "kubewalk.nix", "kubewalk.rb", "walk.yaml"] {
        let text = written(name);
        assert!(text.contains("some/kubewalk") && text.contains("1.2.3"), "{name}\n{text}");
        assert!(text.contains(&format!("{:064x}", "aarch64-unknown-linux-musl".len())), "{name}");
    }
    let krew: Value = serde_saphyr::from_str(&written("walk.yaml")).unwrap();
    assert_eq!(krew["spec"]["version"], "v1.2.3");
    // Those that are installed check the syntax.
    for (program, flags, name) in [
        ("bash", &["-n"][..], "PKGBUILD"),
        ("ruby", &["-c"], "kubewalk.rb"),
        ("nix-instantiate", &["--parse"], "kubewalk.nix"),
    ] {
        let checked = Command::new(program).args(flags).arg(filled.join(name)).output();
        assert!(checked.is_err() || checked.as_ref().unwrap().status.success(), "{checked:?}");
    }
}

#[test]
fn a_release_without_an_archive_fails_and_names_the_template() {
    let folder = tempfile::tempdir().unwrap();
    let sums = folder.path().join("SHA256SUMS");
    fs::write(&sums, "0  kubewalk-v1.2.3-x86_64-unknown-linux-musl.tar.gz\n").unwrap();
    let filled = folder.path().join("packages");
    let arguments = ["v1.2.3", "some/kubewalk", sums.to_str().unwrap(), filled.to_str().unwrap()];
    let output = script("fill.sh", &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("aarch64-unknown-linux-musl"), "{output:?}");
}

#[test]
fn every_package_has_the_manual_pages_and_the_completions() {
    let folder = tempfile::tempdir().unwrap();
    let output = script("extras.sh", &[BINARY, folder.path().to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap());
    let mut names: Vec<String> =
        files.map(|file| file.file_name().into_string().unwrap()).collect();
    names.sort();
    let (pages, others): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|name| name.ends_with(".1"));
    assert_eq!(others, ["_kubewalk", "kubewalk.bash", "kubewalk.fish"]);
    let page = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let whole = page("kubewalk.1");
    assert!(whole.contains(".TH kubewalk 1"), "{whole}");
    for name in pages.iter().filter(|name| *name != "kubewalk.1") {
        let name = name.trim_end_matches(".1");
        assert!(page(&format!("{name}.1")).contains(&format!(".TH {name} 1")), "{name}");
        assert!(whole.contains(&name.replace('-', "\\-")), "{name} is not named");
    }
    let references = whole.matches("kubewalk\\-").count();
    assert_eq!(pages.len(), references + 1, "every named page exists: {pages:?}");
    for package in [
        "Cargo.toml",
        "assets/packaging/PKGBUILD",
        "assets/packaging/kubewalk.nix",
        "assets/packaging/kubewalk.rb",
        ".github/workflows/release.yml",
    ] {
        let text = read(package);
        // The archive has all of them.
        let names =
            if package.ends_with("release.yml") { &["$(ls target/extras)"][..] } else { &EXTRAS };
        for name in names {
            assert!(text.contains(name), "{package} has no {name}");
        }
    }
}

#[test]
fn the_crate_contains_everything_that_is_embedded_and_no_tests() {
    let manifest: toml::Value = toml::from_str(&read("Cargo.toml")).unwrap();
    let included = manifest["package"]["include"].as_array().unwrap();
    let included: Vec<&str> = included.iter().map(|path| path.as_str().unwrap()).collect();
    let documents = ["/CHANGELOG.md", "/LICENSE", "/README.md"];
    let folders = ["/assets", "!/assets/packaging", "/src"];
    assert_eq!(included, [&folders[..], &documents].concat());
    let mut embedded = 0;
    let mut folders = vec![Path::new(ROOT).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name() != Some("tests".as_ref()) {
                folders.push(path);
                continue;
            }
            let is_test = path.file_name() == Some("tests.rs".as_ref());
            let Some(text) = fs::read_to_string(&path).ok().filter(|_| !is_test) else { continue };
            let product = text.split("#[cfg(test)]").next().unwrap();
            let named = ["include_str!(\"", "include_bytes!(\""];
            for rest in named.iter().flat_map(|macro_| product.split(macro_).skip(1)) {
                let file = folder.join(rest.split('"').next().unwrap()).canonicalize().unwrap();
                let file = file.strip_prefix(Path::new(ROOT).canonicalize().unwrap()).unwrap();
                assert!(file.starts_with("src") || file.starts_with("assets"), "{file:?}");
                assert!(!file.starts_with("assets/packaging"), "{file:?}");
                embedded += 1;
            }
        }
    }
    assert!(embedded > 5, "{embedded}");
}
