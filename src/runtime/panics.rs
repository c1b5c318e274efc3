//! What is said of a panic: where it was, and never what a server sent.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::Write as _;
use std::panic::PanicHookInfo;

/// Of a message that was put together only these tell nothing but numbers.
const NUMBERS_ONLY: [&str; 3] = ["index out of bounds: ", "range start index ", "range end index "];

/// Tells of every panic from now on by its place. Its message is left out where it may quote what
/// the program was reading, as that of a text which is cut within a character does.
pub fn tell_places() {
    std::panic::set_hook(Box::new(|panic| {
        // There is nobody to tell where stderr is gone.
        _ = std::io::stderr().write_all(told(panic).as_bytes());
    }));
}

fn told(panic: &PanicHookInfo<'_>) -> String {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("without a name");
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let backtrace = Backtrace::capture();
    let backtrace = match backtrace.status() {
        BacktraceStatus::Captured => format!("{backtrace}\n"),
        _ => String::new(),
    };
    let message = message(panic.payload());
    format!("\nthread '{name}' panicked at {place}:\n{message}\n{backtrace}")
}

fn message(payload: &dyn Any) -> &str {
    let written = payload.downcast_ref::<&'static str>().copied();
    let made = payload.downcast_ref::<String>().map(String::as_str);
    let harmless = made.filter(|made| NUMBERS_ONLY.iter().any(|known| made.starts_with(known)));
    written.or(harmless).unwrap_or("(the message may quote what was read, and is left out)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    #[ignore = "the next test runs it, in a process of its own"]
    fn panics_with_what_a_server_sent() {
        tell_places();
        let sent = "hunter2é".to_owned();
        let cut = std::thread::spawn(move || sent[..sent.len() - 1].len()).join();
        let numbers = std::thread::spawn(|| Vec::from(*b"hunter2")[sum(7)]).join();
        let written = std::thread::spawn(|| panic!("as it is written")).join();
        assert!(cut.is_err() && numbers.is_err() && written.is_err());
    }

    /// What the compiler cannot know.
    fn sum(number: usize) -> usize {
        number + std::process::id() as usize
    }

    #[test]
    fn a_panic_tells_its_place_and_nothing_that_a_server_sent() {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env("RUST_BACKTRACE", "0");
        let test = "runtime::panics::tests::panics_with_what_a_server_sent";
        command.args(["--ignored", "--exact", "--nocapture", test]);
        let output = command.output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success(), "{said}");
        assert_eq!(said.matches("panicked at src/runtime/panics.rs:").count(), 3, "{said}");
        for message in ["is left out)", "index out of bounds: the len is 7", "as it is written"] {
            assert!(said.contains(message), "{message}: {said}");
        }
        assert!(!said.contains("hunter2"), "{said}");
    }
}
