//! Options of a container's log, after `PodLogOptions` of the core API.

/// Which lines of a container's log to fetch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogOptions {
    /// The previous instance of the container, before its last restart.
    pub previous: bool,
    /// Prefix each line with its timestamp.
    pub timestamps: bool,
    /// Stream new lines as they are written.
    pub follow: bool,
}
