//! Every pod that was recorded where the view was wrong: what is not equal now, row by row.

use kubewalk::downward::compare::{Compared, Verdict};

use super::recorded::Recorded;

/// What the image and the runtime set.
const OF_RUNTIME: [&str; 4] = ["HOME", "HOSTNAME", "PATH", "TERM"];

/// The recorded pods, and their rows that are old or that the API does not have.
const CASES: [(&str, &[&str]); 15] = [
    (
        "changed-services",
        &[
            "OnlyActual COL_SERVICE_PORT",
            "OnlyActual NOSEL_PORT",
            "OnlyActual NOSEL_PORT_1_TCP",
            "OnlyActual NOSEL_PORT_1_TCP_ADDR",
            "OnlyActual NOSEL_PORT_1_TCP_PORT",
            "OnlyActual NOSEL_PORT_1_TCP_PROTO",
            "OnlyActual NOSEL_SERVICE_HOST",
            "OnlyActual NOSEL_SERVICE_PORT",
            "OnlyActual NP_PORT",
            "OnlyActual NP_PORT_80_TCP",
            "OnlyActual NP_PORT_80_TCP_ADDR",
            "OnlyActual NP_PORT_80_TCP_PORT",
            "OnlyActual NP_PORT_80_TCP_PROTO",
            "OnlyActual NP_SERVICE_HOST",
            "OnlyActual NP_SERVICE_PORT",
            "OnlyPredicted WEB_PORT_8081_TCP",
            "OnlyPredicted WEB_PORT_8081_TCP_ADDR",
            "OnlyPredicted WEB_PORT_8081_TCP_PORT",
            "OnlyPredicted WEB_PORT_8081_TCP_PROTO",
            "OnlyPredicted WEB_SERVICE_PORT_N2",
            "OnlyPredicted WEB_SERVICE_PORT_NEWNAME",
        ],
    ),
    (
        "changed-sources",
        &[
            "Different /sub/labels",
            "Different /subA",
            "Different A",
            "Different CA",
            "Different L",
            "Different NEWL",
            "Different SS",
            "Different X",
        ],
    ),
    ("deleted-envfrom", &["OnlyActual A", "OnlyActual S", "OnlyPredicted *", "OnlyPredicted *"]),
    (
        "deleted-sources",
        &[
            "OnlyActual /pd/A",
            "OnlyActual /pd/S",
            "OnlyActual D1",
            "OnlyActual D2",
            "OnlyPredicted /pd/*",
            "OnlyPredicted /pd/*",
        ],
    ),
    ("deployment-and-pod", &["OnlyActual /var/run/secrets/kubernetes.io/serviceaccount/token"]),
    ("empty-home", &["OnlyActual HOME"]),
    ("file-named-star", &[]),
    ("immutable-made-anew", &["OnlyActual /p/A", "OnlyActual A", "OnlyPredicted /p/*"]),
    ("not-utf8-envfrom", &[]),
    ("not-utf8-key", &[]),
    ("one-path-twice", &["OnlyActual /m/p/k"]),
    ("optional-missing", &[]),
    ("resize-deferred", &["OnlyActual LC", "OnlyActual LM", "OnlyActual MC"]),
    (
        "secret-deleted",
        &[
            "OnlyActual /p/P2",
            "OnlyActual /p/PW",
            "OnlyActual DBPASS",
            "OnlyActual E_P2",
            "OnlyActual E_PW",
            "OnlyActual PLAIN",
            "OnlyActual URL",
            "OnlyPredicted /p/*",
            "OnlyPredicted E_*",
        ],
    ),
    (
        "terminating",
        &[
            "Different /d/l",
            "Different /d/labels",
            "Different A",
            "Different CA",
            "Different L",
            "Different NEWL",
            "Different SS",
            "Different X",
        ],
    ),
];

/// The rows of a recorded pod that are not equal, each with its verdict.
fn others(recorded: &Recorded) -> Vec<(String, Compared)> {
    let containers = recorded.containers();
    let comparisons = containers.iter().map(|container| recorded.comparison(container));
    let rows: Vec<Compared> =
        comparisons.flat_map(|it| it.rows().cloned().collect::<Vec<_>>()).collect();
    let is_of_runtime =
        |row: &Compared| OF_RUNTIME.contains(&row.name.as_str()) && row.origin.is_none();
    let mut others: Vec<(String, Compared)> = rows
        .into_iter()
        .filter(|row| row.verdict != Verdict::Equal && !is_of_runtime(row))
        .map(|row| (format!("{:?} {}", row.verdict, row.name), row))
        .collect();
    others.sort_by(|a, b| a.0.cmp(&b.0));
    others
}

#[test]
fn recorded_containers_differ_only_in_named_rows() {
    for (name, expected) in CASES {
        let others = others(&Recorded::named(name));
        let titles: Vec<&str> = others.iter().map(|(title, _)| title.as_str()).collect();
        assert_eq!(titles, expected, "{name}");
    }
}

#[test]
fn each_row_that_differs_says_why() {
    for (name, _) in CASES {
        for (title, row) in others(&Recorded::named(name)) {
            assert!(row.why.is_some_and(|why| !why.is_empty()), "{name}: {title}");
        }
    }
}

#[test]
fn recorded_containers_have_every_other_variable_and_file() {
    let (mut variables, mut files) = (0, 0);
    for (name, _) in CASES {
        let recorded = Recorded::named(name);
        for container in recorded.containers() {
            let comparison = recorded.comparison(&container);
            let equal =
                |rows: &[Compared]| rows.iter().filter(|row| row.verdict == Verdict::Equal).count();
            variables += equal(&comparison.env);
            files += equal(&comparison.files);
        }
    }
    println!("{variables} variables and {files} files are equal");
    assert_eq!((variables, files), (251, 48));
}
