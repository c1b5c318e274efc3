//! Nothing that a server says reaches the terminal as control: what the program itself writes is
//! known, and nothing else is there.

use kubewalk::text::is_unsafe;

use super::server::{harmful, shown, start};
use crate::support::exec::{Container, Fate};
use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::terminal::{Terminal, written_to_a_terminal};

/// The sequences that the program writes by itself, by what they begin or end with: for the screen,
/// the cursor, the frame, the paste, the mouse; places and colours.
const OWN: [&str; 16] = [
    "?1000h", "?1000l", "?1006h", "?1006l", "?1049h", "?1049l", "?2004h", "?2004l", "?2026h",
    "?2026l", "?25h", "?25l", "2J", "H", "K", "m",
];

/// What of the written bytes is neither text nor one of the program's own sequences.
fn foreign(written: &[u8]) -> Vec<String> {
    let text = String::from_utf8(written.to_vec()).unwrap();
    // The query for the background colour.
    let text = text.replace("\u{1b}]11;?\u{1b}\\", "");
    let mut parts = text.split('\u{1b}');
    let mut found: Vec<String> = bad(parts.next().unwrap()).into_iter().collect();
    for part in parts {
        let end = part.find(|c: char| c.is_ascii_alphabetic()).map_or(part.len(), |at| at + 1);
        let (sequence, rest) = part.split_at(end);
        let own = sequence.strip_prefix('[').is_some_and(|sequence| {
            let is_plain = |c: char| c.is_ascii_digit() || c == ';';
            OWN.iter()
                .any(|own| sequence.strip_suffix(own).is_some_and(|p| p.chars().all(is_plain)))
        });
        if !own {
            found.push(format!("ESC {part:?}"));
        }
        found.extend(bad(rest));
    }
    found
}

fn bad(text: &str) -> Option<String> {
    let is_bad = |c: char| is_unsafe(c) && !matches!(c, '\r' | '\n' | '\t');
    text.contains(is_bad).then(|| format!("{text:?}"))
}

#[test]
fn control_characters_of_a_server_are_shown_on_the_screen() {
    let server = start();
    let mut terminal = Terminal::start(&["-s", &server.url()], &[]);
    terminal.resize(300, 50);
    // The root, the header and a path.
    for word in ["as user", "group", "path"] {
        terminal.wait_for(&shown(word));
    }
    terminal.wait_for(" v1\\x1bc ");
    // The resources of a version, with their kinds, short names and verbs.
    terminal.send(":/api/v1\r");
    terminal.wait_for("GET /api/v1 ");
    terminal.send("l");
    terminal.wait_for(&shown("Kind"));
    terminal.send(":/livez\r");
    terminal.wait_for("message: \"refused\\u001bc");
    // A collection: namespaces, headings, cells, ages, names, and a refused watch.
    terminal.send(":po -n shop\r");
    for text in ["HEAD\\x1bC", "cell\\x1bc", "age\\x1bc", "pod\\x1bc"] {
        terminal.wait_for(text);
    }
    terminal.wait_for(&format!("Not live: 403: {}", shown("refused")));
    // An object: keys, values, warnings and its subresources.
    terminal.send(":po/web -n shop\r");
    for text in ["\"key\\u001bc\\u001b]52;", "\"value\\u001bc", "\\u{301}\\u{301}", "漢\\u0378"] {
        terminal.wait_for(text);
    }
    terminal.wait_for("Warning: old\\x9b?1000h\\u{202e}");
    for key in ["y", "y"] {
        terminal.send("\t");
        terminal.send(key);
        terminal.wait_for("key");
        terminal.send("\x1b[Z");
    }
    // The container view, the containers with logs, and a log.
    terminal.send("d");
    for text in ["VARIABLE\\x1bc", "set\\x1bc", "node\\x1bc"] {
        terminal.wait_for(text);
    }
    terminal.send("dlj\r");
    terminal.wait_for("reason\\x1bc");
    terminal.send("j\r");
    terminal.wait_for(&shown("line"));
    // Following the log requests it again.
    terminal.send("F");
    terminal.wait_for(" ended ");
    terminal.wait_for(&shown("line"));
    // The trace, one exchange with its headers, and a path of the root.
    terminal.send(":/\rG\r");
    terminal.wait_for("GET /path%1Bc");
    terminal.send("T");
    terminal.wait_for("Trace");
    terminal.wait_for("GET /path%1Bc");
    terminal.send("g\r");
    terminal.wait_for("content-type");
    terminal.send("q");
    // A refused selector.
    terminal.send(":po -n shop -f spec.x=y\r");
    terminal.wait_for("shop ✗ 400 -f spec.x=y");
    terminal.wait_for(&format!("400: {}", shown("refused")));
    // A missing object, and a candidate of the prompt.
    terminal.send(":/nothing\r");
    terminal.wait_for("It may be gone");
    terminal.wait_for("refused\\u001bc");
    terminal.send(":po/web -n ");
    terminal.wait_for("ns\\x1bc");
    terminal.send("\x03q");
    assert!(terminal.ended().success());
    assert_eq!(foreign(&terminal.written()), [""; 0]);
}

#[test]
fn the_commands_escape_control_characters_for_a_terminal() {
    let server = start();
    let url = server.url();
    for (arguments, word) in [
        (&["get", "po/web", "-n", "shop"][..], "value"),
        (&["get", "po/web", "-n", "shop", "-o", "json"], "value"),
        (&["get", "po/web", "-n", "shop", "-o", "raw"], "value"),
        (&["get", "/api/v1/namespaces/shop/pods/web/log"], "line"),
        (&["get", "/livez"], "refused"),
        (&["tree", "--depth", "2"], "group"),
        (&["tree", "po", "-n", "shop", "--depth", "2"], "cell"),
        (&["downward", "web", "-n", "shop"], "VARIABLE"),
        (&["downward", "web", "-n", "shop", "-o", "env"], "VARIABLE"),
        (&["downward", "web", "-n", "shop", "-o", "json"], "VARIABLE"),
        (&["info"], "user"),
    ] {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["-s", &url]).collect();
        let written = written_to_a_terminal(&arguments);
        assert_eq!(foreign(&written), [""; 0], "{arguments:?}");
        let text = String::from_utf8(written).unwrap();
        let escaped = [format!("{word}\\x1bc"), format!("{word}\\u001bc")];
        assert!(escaped.iter().any(|escaped| text.contains(escaped)), "{arguments:?}\n{text}");
    }
}

#[test]
fn a_pipe_gets_the_bytes_unchanged() {
    let server = start();
    let url = server.url();
    for (arguments, word) in [
        (&["get", "/api/v1/namespaces/shop/pods/web/log"][..], "line"),
        (&["get", "/livez"], "refused"),
        (&["tree", "po", "-n", "shop"], "cell"),
        (&["downward", "web", "-n", "shop"], "VARIABLE"),
        (&["downward", "web", "-n", "shop", "-o", "env"], "VARIABLE"),
        (&["info"], "user"),
    ] {
        let output = binary(arguments).args(["-s", &url]).output().unwrap();
        let all = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(all.contains(&harmful(word)), "{arguments:?}\n{all}");
    }
}

#[test]
fn control_characters_in_file_and_context_names_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    let context = harmful("context");
    let quoted: Vec<_> = context.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let quoted = quoted.concat();
    let text = format!(
        "{{\"contexts\": [{{\"name\": \"{quoted}\", \"context\": {{\"cluster\": \"c\"}}}}]}}"
    );
    std::fs::write(&config, text).unwrap();
    let recording = folder.path().join("a\u{1b}c\u{202e}.har");
    std::fs::write(&recording, "{}").unwrap();
    let name = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    for (arguments, expected) in [
        (["--kubeconfig".to_owned(), name(&config)], shown("context")),
        (["--replay".to_owned(), name(&recording)], "a\\x1bc\\u{202e}.har".to_owned()),
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut terminal = Terminal::start(&arguments, &[]);
        terminal.resize(160, 30);
        terminal.wait_for(&expected);
        terminal.send("q");
        assert!(terminal.ended().success());
        assert_eq!(foreign(&terminal.written()), [""; 0]);
        let info: Vec<&str> = ["info"].into_iter().chain(arguments).collect();
        assert_eq!(foreign(&written_to_a_terminal(&info)), [""; 0]);
    }
}

#[test]
fn a_copied_value_is_unchanged_and_a_copied_command_is_quoted() {
    let server = start();
    let mut terminal = Terminal::start(&["-s", &server.url(), "po/web", "-n", "shop"], &[]);
    terminal.resize(200, 50);
    terminal.wait_for("\"key\\u001bc");
    terminal.send("\t/value\r");
    terminal.send("cv");
    terminal.wait_for("The value was sent");
    terminal.send("ck");
    terminal.wait_for("The kubectl command was sent");
    terminal.send(":/it's$(reboot);\r");
    terminal.wait_for("GET /it's$(reboot);");
    terminal.wait_for("It may be gone");
    terminal.send("cu");
    terminal.wait_for("The curl command was sent");
    terminal.send("ck");
    terminal.wait_for("The kubectl command was sent");
    terminal.send("q");
    assert!(terminal.ended().success());
    let copied = |text: &str| {
        use base64::Engine as _;
        let base64 = base64::engine::general_purpose::STANDARD.encode(text);
        String::from_utf8_lossy(&terminal.written()).contains(&format!("\x1b]52;c;{base64}"))
    };
    assert!(copied(&harmful("value")));
    assert!(copied("kubectl get --raw /api/v1/namespaces/shop/pods/web"));
    assert!(copied(r"kubectl get --raw '/it'\''s$(reboot);'"));
    let url = server.url();
    let headers = r#"-H 'Accept: application/json, */*' -H "Authorization: Bearer $TOKEN""#;
    assert!(copied(&format!(r"curl -sS {headers} '{url}/it'\''s$(reboot);'")));
}

/// A variable's name, which cannot contain `=`.
const NAME: &str = "NAME\u{1b}c\u{9b}?1000h\u{202e}";

/// A container whose contents are hostile.
#[test]
fn control_characters_of_a_container_are_shown() {
    let server = Server::over(recordings::cluster());
    server.set_container(Container::new(|run| match run.command.last().unwrap().as_str() {
        "/proc/self/environ" => {
            Fate::Writes(format!("{NAME}={}\0PATH={}\0", harmful("set"), harmful("path")).into())
        }
        _ => Fate::Fails(1, "cat: \u{1b}c\u{9b}?1000h\u{202e}: Is a directory\n"),
    }));
    let url = server.url();
    let by_exec = ["downward", "downward-env", "-n", "default", "--verify", "-s", &url];
    for form in ["text", "json", "yaml"] {
        let arguments = [&by_exec[..], &["-o", form]].concat();
        let mut terminal = Terminal::start(&arguments, &[]);
        terminal.ended();
        assert_eq!(foreign(&terminal.written()), [""; 0], "{arguments:?}");
        let text = String::from_utf8(terminal.written()).unwrap();
        for word in ["NAME", "set"] {
            let escaped = ["x1b", "u001b", "e"].map(|escape| format!("{word}\\{escape}c"));
            assert!(escaped.iter().any(|it| text.contains(it)), "{arguments:?}\n{text}");
        }
    }
    let output = binary(&by_exec).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(NAME) && text.contains(&harmful("set")), "{text}");
    let mut terminal = Terminal::start(&["-s", &url, "po/downward-env", "-n", "default"], &[]);
    terminal.resize(200, 50);
    terminal.wait_for("name: downward-env");
    terminal.send("d");
    terminal.wait_for("What the containers see");
    terminal.send("V");
    terminal.wait_for("/proc/self/environ");
    terminal.send("y");
    terminal.wait_for("NAME\\x1bc");
    terminal.wait_for("only found inside");
    terminal.send("q");
    terminal.ended();
    assert_eq!(foreign(&terminal.written()), [""; 0]);
}
