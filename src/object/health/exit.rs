//! What the end of a container means, in words.

use super::container::{Container, Termination};
use super::words::quote;
use crate::object::path;

/// Returns why a container ended, such as `exit code 127 (the command was not found)`.
///
/// What it wrote to its termination message counts more than its signal and its exit code.
pub(super) fn text(container: &Container<'_>, end: &Termination<'_>) -> String {
    let last_line = end.message.trim().lines().next_back().unwrap_or_default();
    if end.reason == "OOMKilled" {
        let limit = path::text(container.spec, ".resources.limits.memory");
        return match limit {
            "" => "it was killed because its node has too little memory".to_owned(),
            limit => format!("it used more memory than its limit of {limit}"),
        };
    }
    if end.exit_code == 128 && matches!(end.reason, "StartError" | "ContainerCannotRun") {
        return format!("the runtime could not start it: {}", quote(end.message));
    }
    if !last_line.is_empty() {
        return format!("{} said: {}", container.name, quote(last_line));
    }
    if end.signal > 0 {
        return format!("signal {}", signal(end.signal));
    }
    code(end.exit_code, end.reason, container.policy)
}

fn code(code: i64, reason: &str, policy: &str) -> String {
    let meaning = match code {
        0 if policy == "Always" => {
            return "it ends by itself (exit code 0), and restartPolicy Always starts it again"
                .to_owned();
        }
        1 => "an error of the program",
        2 => "wrong usage, or a shell error",
        126 => "the command is not executable",
        127 => "the command was not found",
        137 if reason == "ContainerStatusUnknown" => {
            return "its end was not seen (the node or runtime restarted)".to_owned();
        }
        137 => {
            "SIGKILL: out of memory somewhere in the container, a failed liveness probe, or the \
             grace period ran out"
        }
        139 => "SIGSEGV: the program crashed",
        143 => "SIGTERM: it was asked to stop",
        255 => "unspecified; often the runtime lost it",
        129..=192 => return format!("exit code {code} (signal {})", signal(code - 128)),
        _ => return format!("exit code {code}"),
    };
    format!("exit code {code} ({meaning})")
}

/// Returns the name of a signal of Linux, or its number.
fn signal(number: i64) -> String {
    let name = match number {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        10 => "SIGUSR1",
        11 => "SIGSEGV",
        12 => "SIGUSR2",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        _ => return number.to_string(),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The text for a container that ended so.
    fn said(policy: &str, terminated: &serde_json::Value) -> String {
        let pod = json!({
            "spec": {"restartPolicy": policy, "containers": [{"name": "web"}]},
            "status": {"containerStatuses": [{"name": "web", "state": {"terminated": terminated}}]},
        });
        let containers = Container::all(&pod);
        text(&containers[0], &containers[0].terminated().unwrap())
    }

    #[test]
    fn every_exit_code_has_its_words() {
        for (code, words) in [
            (1, "exit code 1 (an error of the program)"),
            (2, "exit code 2 (wrong usage, or a shell error)"),
            (3, "exit code 3"),
            (126, "exit code 126 (the command is not executable)"),
            (127, "exit code 127 (the command was not found)"),
            (130, "exit code 130 (signal SIGINT)"),
            (134, "exit code 134 (signal SIGABRT)"),
            (135, "exit code 135 (signal SIGBUS)"),
            (136, "exit code 136 (signal SIGFPE)"),
            (139, "exit code 139 (SIGSEGV: the program crashed)"),
            (143, "exit code 143 (SIGTERM: it was asked to stop)"),
            (192, "exit code 192 (signal 64)"),
            (200, "exit code 200"),
            (255, "exit code 255 (unspecified; often the runtime lost it)"),
        ] {
            assert_eq!(said("Always", &json!({"exitCode": code, "reason": "Error"})), words);
        }
        let ends = "it ends by itself (exit code 0), and restartPolicy Always starts it again";
        assert_eq!(said("Always", &json!({"exitCode": 0, "reason": "Completed"})), ends);
        assert_eq!(said("Never", &json!({"exitCode": 0, "reason": "Completed"})), "exit code 0");
    }

    #[test]
    fn what_the_container_said_counts_more_than_its_code() {
        let end = json!({"exitCode": 1, "reason": "Error", "message": "a\nno database\n"});
        assert_eq!(said("Always", &end), "web said: no database");
        let end = json!({"exitCode": 128, "reason": "StartError", "message": "no such file"});
        assert_eq!(said("Always", &end), "the runtime could not start it: no such file");
        let end = json!({"exitCode": 137, "reason": "ContainerStatusUnknown"});
        assert!(said("Always", &end).starts_with("its end was not seen"));
        assert!(said("Always", &json!({"exitCode": 137, "reason": "Error"})).contains("SIGKILL"));
    }
}
