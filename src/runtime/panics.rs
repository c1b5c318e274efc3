//! Reports panics by their place, and never by text that a server sent.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::Write as _;
use std::panic::PanicHookInfo;

/// The beginnings of formatted panic messages that contain only numbers.
const NUMBERS_ONLY: [&str; 3] = ["index out of bounds: ", "range start index ", "range end index "];

/// Reports every panic by its place from now on. The message is left out if it may quote input, as the
/// message of a slice inside a character does.
pub fn report_places() {
    std::panic::set_hook(Box::new(|panic| {
        // A closed stderr is ignored.
        _ = std::io::stderr().write_all(report(panic).as_bytes());
    }));
}

fn report(panic: &PanicHookInfo<'_>) -> String {
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
    written.or(harmless).unwrap_or("(the message is left out: it may quote input)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    #[ignore = "run by the next test in a process of its own"]
    fn panics_with_what_a_server_sent() {
        report_places();
        let sent = "hunter2é".to_owned();
        let cut = std::thread::spawn(move || sent[..sent.len() - 1].len()).join();
        let numbers = std::thread::spawn(|| Vec::from(*b"hunter2")[sum(7)]).join();
        let written = std::thread::spawn(|| panic!("a literal message")).join();
        assert!(cut.is_err() && numbers.is_err() && written.is_err());
    }

    /// A number that the compiler does not know.
    fn sum(number: usize) -> usize {
        number + std::process::id() as usize
    }

    #[test]
    fn a_panic_reports_its_place_and_nothing_that_a_server_sent() {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env("RUST_BACKTRACE", "0");
        let test = "runtime::panics::tests::panics_with_what_a_server_sent";
        command.args(["--ignored", "--exact", "--nocapture", test]);
        let output = command.output().unwrap();
        let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success(), "{printed}");
        assert_eq!(printed.matches("panicked at src/runtime/panics.rs:").count(), 3, "{printed}");
        for message in [
            "left out: it may quote input",
            "index out of bounds: the len is 7",
            "a literal message",
        ] {
            assert!(printed.contains(message), "{message}: {printed}");
        }
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}
