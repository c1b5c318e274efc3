//! Reports of credential plugins that keep the user waiting.

/// A report of one run of a credential plugin. Only runs that take more than 2 s are reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PluginReport {
    /// It is running. Reported every second, and when it prints something.
    Running {
        /// The name of its program, without the folder.
        name: String,
        /// Seconds since it was started.
        seconds: u64,
        /// The lines that it printed on stderr, such as the code of a device login. They have no
        /// control characters.
        stderr: Vec<String>,
    },
    /// It has ended, or was cancelled.
    Ended,
}
