//! References: found, printed, followed on the screen, and left again.

pub(crate) mod checking;
mod command;
pub(crate) mod events;
mod examples;
pub(crate) mod following;
mod numbers;
pub(crate) mod owned;
pub(crate) mod owner;
mod qualifiers;
mod related;
mod rows;
mod screens;
mod targets;
mod users;

use crate::support::machine::binary;

/// Runs a command on a recording. Returns the exit code, the output and the errors.
fn on(recording: &str, arguments: &str) -> (i32, String, String) {
    let file = format!("tests/fixtures/recordings/{recording}.har.gz");
    let words = arguments.split(' ');
    let words: Vec<&str> = words.chain(["--replay", &file]).collect();
    let output = binary(&words).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}
