//! Pods that ran on a real kubelet: what their processes really had, beside what is computed.

use std::collections::BTreeSet;

use kubewalk::downward::ContainerView;
use kubewalk::downward::compare::{Compared, Verdict, compare};
use kubewalk::downward::inside::{ActualProcess, Found, Inside, Status};
use kubewalk::downward::process::{Process, ProcessField, ProcessRow, ProcessValue};
use serde_json::{Value, json};

use super::recorded::{Recorded, container, fixture};

/// The capabilities of the kernel, by their bits.
const CAPABILITIES: [(u32, &str); 14] = [
    (0, "CHOWN"),
    (1, "DAC_OVERRIDE"),
    (3, "FOWNER"),
    (4, "FSETID"),
    (5, "KILL"),
    (6, "SETGID"),
    (7, "SETUID"),
    (8, "SETPCAP"),
    (10, "NET_BIND_SERVICE"),
    (13, "NET_RAW"),
    (18, "SYS_CHROOT"),
    (27, "MKNOD"),
    (29, "AUDIT_WRITE"),
    (31, "SETFCAP"),
];

/// All recorded pods, with the node that they were on.
fn all() -> Vec<Recorded> {
    let node = fixture("running")[0]["node"].clone();
    assert_eq!(node["kind"], "Node");
    let with_node = |pod: &Value| {
        let mut value = pod.clone();
        value["node"] = node.clone();
        if value["objects"].is_null() {
            value["objects"] = json!([]);
        }
        Recorded { value }
    };
    fixture("processes").as_array().unwrap().iter().map(with_node).collect()
}

fn named(name: &str) -> Recorded {
    all().into_iter().find(|it| it.value["pod"]["metadata"]["name"] == name).unwrap()
}

/// The process of a container, as computed.
fn process(view: &ContainerView) -> &Process {
    view.process.as_ref().unwrap()
}

fn value(process: &Process, field: ProcessField) -> Option<&ProcessValue> {
    process.row(field).unwrap().value.as_ref()
}

fn text(row: &ProcessRow) -> Option<String> {
    row.content.as_ref().map(|content| content.text().unwrap().to_owned())
}

/// One computed property beside the real one.
struct Pair {
    what: &'static str,
    computed: Option<String>,
    real: String,
}

fn pairs(computed: &Process, real: &Value) -> Vec<Pair> {
    let of = |field| computed.row(field).and_then(text);
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let number = |value: &Value| value.to_string().trim_matches('"').to_owned();
    let names = |mask: &Value| {
        let mask = u64::from_str_radix(mask.as_str().unwrap(), 16).unwrap();
        let names = CAPABILITIES.iter().filter(|(bit, _)| mask & (1 << bit) != 0);
        let names: BTreeSet<&str> = names.map(|(_, name)| *name).collect();
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.into_iter().collect::<Vec<_>>().join(", ")
        }
    };
    let numbers = |list: &Value| {
        list.as_array().unwrap().iter().map(Value::to_string).collect::<Vec<_>>().join(", ")
    };
    let memory = match real["memLimit"].as_str().unwrap() {
        "9223372036854771712" => "-1".to_owned(),
        limit => limit.to_owned(),
    };
    let devices = ["full", "null", "random", "tty", "urandom", "zero", "console"];
    let devices =
        devices.iter().filter(|name| real["dev"].as_array().unwrap().contains(&json!(name)));
    let devices: BTreeSet<String> = devices.map(|name| format!("/dev/{name}")).collect();
    let pair = |what, computed, real| Pair { what, computed, real };
    vec![
        pair("cwd", of(ProcessField::WorkingDir), word(&real["cwd"])),
        pair("hostname", of(ProcessField::Hostname), word(&real["hostname"])),
        pair("hosts", of(ProcessField::Hosts), word(&real["hosts"])),
        pair("resolv", of(ProcessField::ResolvConf), word(&real["resolv"])),
        pair("uid", of(ProcessField::User), number(&real["uid"])),
        pair("gid", of(ProcessField::Group), number(&real["gid"])),
        pair("groups", of(ProcessField::Groups), numbers(&real["groups"])),
        pair("capabilities", of(ProcessField::Capabilities), names(&real["caps"]["CapBnd"])),
        pair("effective", of(ProcessField::EffectiveCapabilities), names(&real["caps"]["CapEff"])),
        pair(
            "no new privileges",
            of(ProcessField::NoNewPrivileges),
            if real["noNewPrivs"] == "1" { "yes" } else { "no" }.to_owned(),
        ),
        pair("oom", of(ProcessField::OomScoreAdj), number(&real["oomScoreAdj"])),
        pair("shares", of(ProcessField::Limit("cpu.shares")), number(&real["cpuShares"])),
        pair("quota", of(ProcessField::Limit("cpu.quota")), number(&real["cpuQuota"])),
        pair("memory", of(ProcessField::Limit("memory.limit")), memory),
        pair(
            "devices",
            of(ProcessField::Devices),
            devices.into_iter().collect::<Vec<_>>().join(", "),
        ),
    ]
}

#[test]
fn processes_of_running_pods_are_as_computed() {
    let (mut equal, mut unknown) = (0, BTreeSet::new());
    for recorded in all() {
        let view = recorded.view();
        for name in recorded.containers() {
            let computed = process(container(&view, &name));
            let real = &recorded.value["containers"][&name];
            for Pair { what, computed, real } in pairs(computed, real) {
                match computed {
                    Some(computed) => {
                        assert_eq!(computed, real, "{what} of {}/{name}", view.pod.name);
                        equal += 1;
                    }
                    None => _ = unknown.insert(what),
                }
            }
        }
    }
    println!("{equal} properties are equal; not known from the API: {unknown:?}");
    let named = ["cwd", "effective", "gid", "groups", "hostname", "hosts", "resolv", "uid"];
    assert!(unknown.into_iter().eq(named));
    assert_eq!(equal, 237);
}

/// What was really read of a process.
fn actual(real: &Value) -> ActualProcess {
    let word = |field: &str| real[field].as_str().unwrap();
    let mask =
        |field: &str| u64::from_str_radix(real["caps"][field].as_str().unwrap(), 16).unwrap();
    let arguments = real["cmdline"].as_array().unwrap().iter();
    ActualProcess {
        command: Found::There(
            arguments.map(|it| it.as_str().unwrap().as_bytes().to_vec()).collect(),
        ),
        working_dir: Found::There(word("cwd").to_owned()),
        status: Found::There(Status {
            user: real["uid"].as_i64().unwrap(),
            group: real["gid"].as_i64().unwrap(),
            groups: real["groups"].as_array().unwrap().iter().filter_map(Value::as_i64).collect(),
            bounding: mask("CapBnd"),
            effective: mask("CapEff"),
            no_new_privileges: real["noNewPrivs"] == "1",
        }),
        oom_score_adj: Found::There(real["oomScoreAdj"].as_i64().unwrap()),
        hostname: Found::There(word("hostname").to_owned()),
        hosts: Found::There(word("hosts").as_bytes().to_vec()),
        resolv_conf: Found::There(word("resolv").as_bytes().to_vec()),
        mounts: Found::There(
            real["mounts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|mount| {
                    let options = mount["options"].as_str().unwrap();
                    let is_fixed = options.split(',').any(|option| option == "ro");
                    (mount["path"].as_str().unwrap().to_owned(), is_fixed)
                })
                .collect(),
        ),
    }
}

fn compared(recorded: &Recorded, container: &str, actual: ActualProcess) -> Vec<Compared> {
    let inside = Inside { process: actual, ..Inside::default() };
    compare(&recorded.view(), container, &inside).unwrap().process
}

#[test]
fn what_was_read_of_a_process_is_equal_or_not_known_from_the_api() {
    let (mut equal, mut unknown) = (0, 0);
    for recorded in all() {
        for name in recorded.containers() {
            let real = &recorded.value["containers"][&name];
            for row in compared(&recorded, &name, actual(real)) {
                match row.verdict {
                    Verdict::Equal => equal += 1,
                    Verdict::OnlyActual => unknown += 1,
                    _ => panic!("{name}: {row:?}"),
                }
            }
        }
    }
    println!("{equal} rows are equal, {unknown} are not known from the API");
    assert!(equal > 150 && unknown > 50, "{equal} {unknown}");
}

#[test]
fn the_images_entrypoint_is_what_the_arguments_leave_of_a_command_line() {
    let recorded = named("cmd3");
    let command = ["/entry.sh", "-x", "sleep", "3602"].map(|it| it.as_bytes().to_vec()).to_vec();
    let actual = ActualProcess { command: Found::There(command), ..ActualProcess::default() };
    let rows = compared(&recorded, "main", actual);
    let first = rows.iter().find(|row| row.name == "command[0]").unwrap();
    assert_eq!(first.actual.as_ref().unwrap().text(), Some("/entry.sh -x"));
    assert_eq!(first.verdict, Verdict::OnlyActual);
    let second = rows.iter().find(|row| row.name == "command[2]").unwrap();
    assert_eq!(second.verdict, Verdict::Equal);
}

#[test]
fn a_program_that_changes_its_title_differs_without_showing_a_secret() {
    let recorded = named("cmda");
    let command = vec![b"sh: worker p w".to_vec()];
    let actual = ActualProcess { command: Found::There(command), ..ActualProcess::default() };
    let rows = compared(&recorded, "main", actual);
    assert_eq!(rows[0].verdict, Verdict::Different);
    let shown = rows[0].actual.as_ref().unwrap();
    assert_eq!(shown.secret.first(), Some(&(0..14)), "it holds a value of a Secret");
}

#[test]
fn command_lines_of_running_pods_are_as_computed() {
    let mut elements = 0;
    for recorded in all() {
        let view = recorded.view();
        for name in recorded.containers() {
            let rows: Vec<&ProcessRow> = process(container(&view, &name)).command().collect();
            let real = recorded.value["containers"][&name]["cmdline"].as_array().unwrap();
            // The image's entrypoint is not known; that of these images is empty.
            let known: Vec<Option<String>> =
                rows.iter().filter(|row| row.origin.from != "image").map(|row| text(row)).collect();
            let real: Vec<Option<String>> =
                real.iter().map(|it| Some(it.as_str().unwrap().to_owned())).collect();
            assert_eq!(known, real, "{}/{name}", view.pod.name);
            elements += real.len();
        }
    }
    println!("{elements} elements of command lines are equal");
    assert_eq!(elements, 80);
}

#[test]
fn mounts_of_running_pods_are_as_computed() {
    let mut mounts = 0;
    for recorded in all() {
        let view = recorded.view();
        for name in recorded.containers() {
            let real = recorded.value["containers"][&name]["mounts"].as_array().unwrap();
            let is_of_kernel = |path: &str| {
                path == "/"
                    || path.starts_with("/proc")
                    || path.starts_with("/sys")
                    || matches!(path, "/dev" | "/dev/pts" | "/dev/mqueue")
            };
            let read_only = |mount: &Value| {
                mount["options"].as_str().unwrap().split(',').any(|option| option == "ro")
            };
            let mut real: Vec<(String, bool)> = real
                .iter()
                .map(|mount| (mount["path"].as_str().unwrap().to_owned(), read_only(mount)))
                .filter(|(path, _)| !is_of_kernel(path))
                .collect();
            let computed = process(container(&view, &name)).mounts.iter();
            let mut computed: Vec<(String, bool)> =
                computed.map(|mount| (mount.path.clone(), mount.read_only)).collect();
            real.sort();
            computed.sort();
            assert_eq!(computed, real, "{}/{name}", view.pod.name);
            mounts += real.len();
        }
    }
    println!("{mounts} mounts are equal");
    assert_eq!(mounts, 129);
}

#[test]
fn a_file_system_in_memory_is_as_large_as_the_limit_of_the_pod() {
    let view = named("mnt2").view();
    let mounts = &process(container(&view, "a")).mounts;
    for path in ["/m2", "/d"] {
        let mount = mounts.iter().find(|mount| mount.path == path).unwrap();
        assert_eq!(mount.size, Some(65_536 * 1024), "{path}");
    }
}

#[test]
fn a_host_name_with_a_domain_names_what_is_not_known() {
    let view = named("fqdn").view();
    let row = process(container(&view, "main")).row(ProcessField::Hostname).unwrap();
    let note = row.origin.note.as_deref().unwrap();
    assert!(note.starts_with("fq.sub.dw-ext.svc. with the cluster domain"), "{note}");
}

#[test]
fn a_host_name_with_a_domain_that_is_too_long_cannot_be_set_up() {
    let mut recorded = named("fqdn");
    recorded.value["pod"]["spec"]["hostname"] = json!("a".repeat(50));
    let view = recorded.view();
    let row = process(container(&view, "main")).row(ProcessField::Hostname).unwrap();
    let note = row.origin.note.as_deref().unwrap();
    assert!(
        note.contains("failed to construct FQDN from pod hostname and cluster domain"),
        "{note}"
    );
}

#[test]
fn a_probe_is_expanded_only_with_texts_and_a_hook_not_at_all() {
    let mut recorded = named("cmda");
    let main = &mut recorded.value["pod"]["spec"]["containers"][0];
    let command = json!(["$(A)", "$(B)", "$(POD)|", "$(dot.k)", "$$(A)"]);
    main["livenessProbe"] = json!({"exec": {"command": command}});
    main["lifecycle"] = json!({"preStop": {"exec": {"command": command}}});
    let view = recorded.view();
    let of = |name| -> Vec<String> {
        (0..5)
            .map(|at| {
                let row = process(container(&view, "main")).row(ProcessField::Handler(name, at));
                text(row.unwrap()).unwrap()
            })
            .collect()
    };
    assert_eq!(of("livenessProbe"), ["1", "$(A)2", "|", "$(dot.k)", "$(A)"]);
    assert_eq!(of("preStop"), ["$(A)", "$(B)", "$(POD)|", "$(dot.k)", "$$(A)"]);
}

#[test]
fn a_command_line_with_a_value_of_a_secret_is_marked() {
    let view = named("cmda").view();
    let marked =
        |row: &&ProcessRow| row.content.as_ref().is_some_and(|content| !content.secret.is_empty());
    let rows = process(container(&view, "main")).command().filter(marked);
    let values: Vec<String> = rows.filter_map(text).collect();
    assert_eq!(values, ["p w"]);
}

#[test]
fn a_command_line_is_as_unknown_as_what_it_refers_to() {
    let mut recorded = named("cmda");
    recorded.value["pod"]["status"] = json!({"podIPs": []});
    let main = &mut recorded.value["pod"]["spec"]["containers"][0];
    main["env"] = json!([{"name": "IP", "valueFrom": {"fieldRef":
        {"apiVersion": "v1", "fieldPath": "status.podIP"}}}]);
    main["args"] = json!(["$(IP)", "$(HOSTNAME)", "x"]);
    let view = recorded.view();
    let rows: Vec<_> = process(container(&view, "main")).command().map(text).collect();
    let last: Vec<Option<&str>> = rows[3..].iter().map(Option::as_deref).collect();
    assert_eq!(last, [None, Some("$(HOSTNAME)"), Some("x")]);
}

#[test]
fn the_process_of_a_container_without_a_group_depends_on_its_image() {
    let view = named("cwd").view();
    let computed = process(container(&view, "d"));
    for field in [ProcessField::User, ProcessField::Group, ProcessField::WorkingDir] {
        assert_eq!(value(computed, field), None, "{field:?}");
        assert_eq!(computed.row(field).unwrap().origin.from, "image");
    }
}

#[test]
fn privileges_follow_the_security_context() {
    let mut recorded = named("uid1");
    let context = &mut recorded.value["pod"]["spec"]["containers"][1]["securityContext"];
    context["allowPrivilegeEscalation"] = json!(false);
    context["capabilities"] = json!({"drop": ["ALL"], "add": ["NET_ADMIN"]});
    context["seccompProfile"] = json!({"type": "RuntimeDefault"});
    let view = recorded.view();
    let of = |field| text(process(container(&view, "b")).row(field).unwrap());
    assert_eq!(of(ProcessField::Capabilities).as_deref(), Some("NET_ADMIN"));
    assert_eq!(of(ProcessField::EffectiveCapabilities).as_deref(), Some("NET_ADMIN"));
    assert_eq!(of(ProcessField::NoNewPrivileges).as_deref(), Some("yes"));
    assert_eq!(of(ProcessField::Seccomp).as_deref(), Some("RuntimeDefault"));
}
