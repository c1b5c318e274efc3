//! kubewalk only reads: every bound key is pressed in every mode and at many locations, while a server
//! records the method and the path of each request.

use std::collections::{BTreeMap, BTreeSet};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kubewalk::api::endpoint::Options;
use kubewalk::app::input::mode;
use kubewalk::app::layout::Pane;
use kubewalk::app::message::Message;
use kubewalk::app::state::overlay::Overlay;
use kubewalk::keymap::{Action, BINDINGS, Chord, Mode};

use crate::support::exec::{Container, Fate};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::Walker;

/// The locations at which the keys are pressed.
const PLACES: [&str; 9] = [
    ":/ enter",
    ":/api/v1 enter",
    ":/apis/metrics.k8s.io enter",
    ":nodes enter",
    ":po space -n space shop enter",
    ":/livez enter",
    ":secrets space -n space shop enter",
    ":/api/v1/namespaces/shop/pods/db-0/log enter",
    ":po/downward space -n space default enter",
];

/// The pressed chords, by the name of the mode.
type Pressed = BTreeMap<&'static str, BTreeSet<String>>;

fn bound(mode: Mode) -> impl Iterator<Item = (Chord, Action)> {
    let of_mode = move |at: Mode| at == mode || (mode.is_pane() && at == Mode::Anywhere);
    let bindings = BINDINGS.iter().filter(move |binding| of_mode(binding.mode));
    bindings.flat_map(|binding| binding.chords.iter().map(|chord| (*chord, binding.action)))
}

fn press(walker: &mut Walker, chord: Chord) {
    let modifiers = if chord.ctrl { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
    walker.message(Message::Key(KeyEvent::new(chord.code, modifiers)));
}

/// Closes overlays and enters a mode. Returns true if the mode can be reached from here.
fn reach(walker: &mut Walker, wanted: Mode) -> bool {
    for _ in 0..8 {
        let is_covered = matches!(walker.model.overlay, Overlay::Prompt(_) | Overlay::Refused);
        let explains = walker.model.explain.is_some();
        let is_closed = !explains || wanted == Mode::Explain;
        if !is_covered && is_closed && mode(&walker.model) == wanted {
            return true;
        }
        let is_shown = walker.model.container_view;
        walker.press(match (&walker.model.overlay, wanted) {
            (Overlay::None, _) if !is_closed => "esc",
            (Overlay::None, Mode::Copy) => "c",
            (Overlay::None, Mode::Reasons) => "i",
            (Overlay::None, Mode::Explain) if explains => "tab",
            (Overlay::None, Mode::Explain) => ":po/db-0 space -n space shop enter K tab",
            (Overlay::None, Mode::History) => ":po/db-0 space -n space shop enter H",
            (Overlay::None, Mode::Comparison) => ":po/db-0 space -n space shop enter m =",
            (Overlay::None, Mode::List) => ":problems enter",
            (Overlay::None, Mode::Trace) => "T",
            (Overlay::None, Mode::Report) => "R",
            (Overlay::None, Mode::Help) => "?",
            (Overlay::None, Mode::Container | Mode::Exec) if !is_shown => "d",
            (Overlay::None, Mode::Exec) if walker.model.focus == Pane::Container => "V",
            (Overlay::None, _) => "tab",
            _ => "esc",
        });
    }
    false
}

/// Presses every key of a mode except the `y` that confirms an exec.
fn press_all(walker: &mut Walker, at: Mode, pressed: &mut Pressed) {
    for (chord, action) in bound(at).filter(|(_, action)| *action != Action::Run) {
        if reach(walker, at) {
            press(walker, chord);
            pressed.entry(at.name()).or_default().insert(format!("{chord} {action:?}"));
        }
    }
}

fn execs(server: &Server) -> usize {
    server.seen().iter().filter(|seen| seen.path.ends_with("/exec")).count()
}

#[tokio::test]
async fn every_key_in_every_mode_only_reads_and_nothing_runs_without_a_yes() {
    let server = Server::over(recordings::cluster());
    server.set_container(Container::always(Fate::Writes(Vec::new())));
    let mut pressed = Pressed::new();

    // Starts on the start screen and types the server's address.
    let nowhere = Options { server: Some("http://127.0.0.1:1".to_owned()), ..Options::default() };
    let mut walker = Walker::start(nowhere, (120, 40));
    let start = |(_, action): &(Chord, Action)| !matches!(action, Action::Demo | Action::Tour);
    for (chord, action) in bound(Mode::Start).filter(start) {
        walker.wait_for("r retry the connection").await;
        press(&mut walker, chord);
        pressed.entry(Mode::Start.name()).or_default().insert(format!("{chord} {action:?}"));
        while !matches!(walker.model.overlay, Overlay::None) {
            walker.press("esc");
        }
    }
    walker.wait_for("r retry the connection").await;
    walker.press("u");
    press(&mut walker, Chord { code: KeyCode::Char('u'), ctrl: true });
    walker.walk(&format!("{} enter", server.url())).await;
    walker.wait_for("kubernetes-admin").await;

    for place in PLACES {
        reach(&mut walker, Mode::Tree);
        walker.walk(place).await;
        for at in Mode::ALL
            .into_iter()
            .filter(|at| !matches!(at, Mode::Anywhere | Mode::Start | Mode::Report))
        {
            if at == Mode::Exec {
                // The log keys led away from the pod.
                reach(&mut walker, Mode::Tree);
                walker.walk(place).await;
            }
            press_all(&mut walker, at, &mut pressed);
            walker.settle().await;
        }
    }
    reach(&mut walker, Mode::Tree);
    walker.walk(":/nothing enter").await;
    press_all(&mut walker, Mode::Report, &mut pressed);
    assert!(walker.quit, "q must have been pressed");
    assert_eq!(execs(&server), 0, "nothing was confirmed");

    // All bound keys were pressed, except for the demo and the confirmation.
    for at in Mode::ALL.into_iter().filter(|at| *at != Mode::Anywhere) {
        let wanted =
            bound(at).filter(|(_, it)| !matches!(it, Action::Run | Action::Demo | Action::Tour));
        let wanted: BTreeSet<String> = wanted.map(|(key, it)| format!("{key} {it:?}")).collect();
        assert_eq!(pressed.get(at.name()), Some(&wanted), "{at:?}");
    }
    reach(&mut walker, Mode::Tree);
    walker.walk(PLACES[8]).await;
    assert!(reach(&mut walker, Mode::Exec), "{}", walker.screen());
    walker.walk("y").await;
    assert!(execs(&server) > 0);

    let seen = server.seen();
    let writes: Vec<_> = seen.iter().filter(|seen| !seen.is_read_only()).collect();
    assert!(writes.is_empty(), "{writes:#?}");
    let reviews: BTreeSet<&str> =
        seen.iter().filter(|seen| seen.method == "POST").map(|seen| seen.path.as_str()).collect();
    assert!(reviews.len() >= 2, "the reviews of the user and of its rules: {reviews:?}");
    assert!(seen.len() > 50, "{} requests", seen.len());
}
