//! Plugin manifests and the manual page match the program.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::machine::binary;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn yaml(name: &str) -> Value {
    serde_saphyr::from_str(&read(name)).unwrap()
}

#[test]
fn the_krew_manifest_has_an_archive_for_every_release_target() {
    let manifest = yaml(".krew.yaml");
    assert_eq!(
        (&manifest["kind"], &manifest["metadata"]["name"]),
        (&Value::from("Plugin"), &Value::from("walk"))
    );
    let release = read(".github/workflows/release.yml");
    let platforms = manifest["spec"]["platforms"].as_array().unwrap();
    assert_eq!(platforms.len(), release.matches("- { target: ").count());
    for platform in platforms {
        let template = platform["uri"].as_str().unwrap();
        let target =
            template.rsplit("{{ .TagName }}-").next().unwrap().split(".tar").next().unwrap();
        assert!(release.contains(target), "no release has {target}");
        let is_windows = platform["selector"]["matchLabels"]["os"] == "windows";
        assert_eq!(platform["bin"], if is_windows { "kubewalk.exe" } else { "kubewalk" });
    }
}

#[test]
fn the_k9s_plugins_use_existing_flags() {
    let plugins = yaml("assets/k9s-plugins.yaml");
    let plugins = plugins["plugins"].as_object().unwrap();
    assert!(!plugins.is_empty());
    for (name, plugin) in plugins {
        assert_eq!(plugin["command"], "kubewalk", "{name}");
        let arguments = plugin["args"].as_array().unwrap();
        let arguments = arguments.iter().map(|word| word.as_str().unwrap());
        let parsed = kubewalk::cli::Cli::read(["kubewalk"].into_iter().chain(arguments));
        assert!(parsed.is_ok(), "{name}");
    }
}

#[test]
fn the_manual_page_has_flags_and_commands() {
    let output = binary(&["man"]).output().unwrap();
    let page = String::from_utf8(output.stdout).unwrap().replace('\\', "");
    for word in [
        "--context",
        "--theme",
        "kubewalk-get(1)",
        "--record",
        "--selector",
        "kubewalk-downward(1)",
        "EXTRA",
        "Trust only the certificate authorities",
        "Record the values of Secrets",
    ] {
        assert!(page.contains(word), "{word}");
    }
}
