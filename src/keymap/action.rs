//! What a key can do, and where: the actions and the modes, with their names in the settings file.

/// What the user wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Moves down one row.
    Down,
    /// Moves up one row.
    Up,
    /// Moves down half a page.
    HalfDown,
    /// Moves up half a page.
    HalfUp,
    /// Moves down a page.
    PageDown,
    /// Moves up a page.
    PageUp,
    /// Goes to the first row.
    Top,
    /// Goes to the last row.
    Bottom,
    /// Opens the selected row and loads it.
    Open,
    /// Expands the selected row, or goes into it.
    Expand,
    /// Collapses the selected row, or goes to its parent.
    Collapse,
    /// Expands or collapses the selected row.
    Toggle,
    /// Unfolds everything.
    ExpandAll,
    /// Folds everything.
    CollapseAll,
    /// Focuses the next pane.
    NextPane,
    /// Focuses the previous pane.
    PreviousPane,
    /// Shows only the focused pane, or all panes.
    FullScreen,
    /// Moves to the next section of the container's view.
    NextSection,
    /// Moves to the section before.
    PreviousSection,
    /// Makes the tree narrower.
    NarrowTree,
    /// Makes the tree wider.
    WidenTree,
    /// Switches between YAML, JSON and raw.
    Format,
    /// Shows the log from before the container's last restart.
    Previous,
    /// Follows the log, or stops following.
    Follow,
    /// Shows or hides timestamps in the log.
    Timestamps,
    /// Pauses or resumes live updates of the document.
    Pause,
    /// Wraps or cuts long lines.
    Wrap,
    /// Scrolls long lines left.
    ScrollLeft,
    /// Scrolls long lines right.
    ScrollRight,
    /// Filters the rows.
    Filter,
    /// Sorts the rows by a column.
    Sort,
    /// Reverses the order of the rows.
    Reverse,
    /// Shows or hides the wide columns.
    Wide,
    /// Searches the document.
    Search,
    /// Goes to the next match.
    NextMatch,
    /// Goes to the previous match.
    PreviousMatch,
    /// Goes to a path, a resource or a namespace.
    GoTo,
    /// Goes to the pod that kubewalk runs in.
    ThisPod,
    /// Shows the HTTP requests and the open watches.
    Trace,
    /// Prepares a report of the failure that is shown.
    Report,
    /// Writes the report that is shown.
    Write,
    /// Goes back in the history.
    Back,
    /// Goes forward in the history.
    Forward,
    /// Fetches again.
    Refresh,
    /// Loads all pages of the collection.
    LoadAll,
    /// Shows or masks the values of a Secret.
    Unmask,
    /// Shows or hides the container view.
    ContainerView,
    /// Compares the container view with the running containers, by an exec.
    Compare,
    /// Explains the field of the line, or the kind of the row.
    Explain,
    /// Shows what happened to the open object.
    History,
    /// Walks as the selected service account, or as the one of the selected pod.
    WalkAs,
    /// Marks the selected object for a comparison.
    Mark,
    /// Compares the selected object with the marked one.
    Diff,
    /// Shows or hides who set each line of the document.
    Managers,
    /// Shows or hides the differences that are left out.
    LeftOut,
    /// Swaps the sides of a comparison.
    Swap,
    /// Runs the proposed command.
    Run,
    /// Opens the copy menu.
    Copy,
    /// Goes to what the line or the row refers to.
    FollowLink,
    /// Goes to the next line that refers to something.
    NextLink,
    /// Goes to the line before that refers to something.
    PreviousLink,
    /// Lists what uses the object.
    UsedBy,
    /// Goes to the owner of the object.
    Owner,
    /// Lists the events of the selected object.
    Events,
    /// Shows only the rows that need attention, or all.
    Attention,
    /// Focuses the reasons why the object needs attention.
    Reasons,
    /// Copies the catalogue's line as a volume item.
    CopyItem,
    /// Copies the value of the line.
    CopyValue,
    /// Copies the path of the line.
    CopyLinePath,
    /// Copies the whole document.
    CopyWhole,
    /// Copies the API path.
    CopyApiPath,
    /// Copies the request as a kubectl command.
    CopyKubectl,
    /// Copies the request as a curl command.
    CopyCurl,
    /// Shows the keys.
    Help,
    /// Closes what covers the panes, or clears the filter or the search.
    Escape,
    /// Ends the program.
    Quit,
    /// Stops the program until the shell resumes it.
    Suspend,
    /// Opens the demo.
    Demo,
    /// Begins the tour.
    Tour,
    /// Skips a step of the tour, or begins it.
    NextStep,
    /// Leaves the tour.
    LeaveTour,
    /// Prompts for the address of a server.
    TypeUrl,
    /// Connects with the token of another container.
    BorrowToken,
    /// Retries the connection.
    Reconnect,
}

impl Action {
    /// True if it moves to another row.
    #[must_use]
    pub const fn moves(self) -> bool {
        use Action::{Bottom, Down, PageDown, PageUp, Top, Up};
        matches!(self, Down | Up | PageDown | PageUp | Top | Bottom)
    }

    /// Returns the name in the settings file, such as `half-down`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Up => "up",
            Self::HalfDown => "half-down",
            Self::HalfUp => "half-up",
            Self::PageDown => "page-down",
            Self::PageUp => "page-up",
            Self::Top => "top",
            Self::Bottom => "bottom",
            Self::Open => "open",
            Self::Expand => "expand",
            Self::Collapse => "collapse",
            Self::Toggle => "toggle",
            Self::ExpandAll => "expand-all",
            Self::CollapseAll => "collapse-all",
            Self::NextPane => "next-pane",
            Self::PreviousPane => "previous-pane",
            Self::FullScreen => "full-screen",
            Self::NextSection => "next-section",
            Self::PreviousSection => "previous-section",
            Self::NarrowTree => "narrow-tree",
            Self::WidenTree => "widen-tree",
            Self::Format => "format",
            Self::Previous => "previous",
            Self::Follow => "follow",
            Self::Timestamps => "timestamps",
            Self::Pause => "pause",
            Self::Wrap => "wrap",
            Self::ScrollLeft => "scroll-left",
            Self::ScrollRight => "scroll-right",
            Self::Filter => "filter",
            Self::Sort => "sort",
            Self::Reverse => "reverse",
            Self::Wide => "wide",
            Self::Search => "search",
            Self::NextMatch => "next-match",
            Self::PreviousMatch => "previous-match",
            Self::GoTo => "go-to",
            Self::ThisPod => "this-pod",
            Self::Trace => "trace",
            Self::Report => "report",
            Self::Write => "write",
            Self::Back => "back",
            Self::Forward => "forward",
            Self::Refresh => "refresh",
            Self::LoadAll => "load-all",
            Self::Unmask => "unmask",
            Self::ContainerView => "container-view",
            Self::Compare => "compare",
            Self::Explain => "explain",
            Self::History => "history",
            Self::WalkAs => "walk_as",
            Self::Mark => "mark",
            Self::Diff => "diff",
            Self::Managers => "managers",
            Self::LeftOut => "left-out",
            Self::Swap => "swap",
            Self::Run => "run",
            Self::Copy => "copy",
            Self::FollowLink => "follow-link",
            Self::NextLink => "next-link",
            Self::PreviousLink => "previous-link",
            Self::UsedBy => "used-by",
            Self::Owner => "owner",
            Self::Events => "events",
            Self::Attention => "attention",
            Self::Reasons => "reasons",
            Self::CopyItem => "copy-item",
            Self::CopyValue => "copy-value",
            Self::CopyLinePath => "copy-line-path",
            Self::CopyWhole => "copy-whole",
            Self::CopyApiPath => "copy-api-path",
            Self::CopyKubectl => "copy-kubectl",
            Self::CopyCurl => "copy-curl",
            Self::Help => "help",
            Self::Escape => "escape",
            Self::Quit => "quit",
            Self::Suspend => "suspend",
            Self::Demo => "demo",
            Self::Tour => "tour",
            Self::NextStep => "next-step",
            Self::LeaveTour => "leave-tour",
            Self::TypeUrl => "type-url",
            Self::BorrowToken => "borrow-token",
            Self::Reconnect => "reconnect",
        }
    }
}

/// Where a key applies: a pane, an overlay, or anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// In every pane.
    Anywhere,
    /// In the tree.
    Tree,
    /// In the document.
    Document,
    /// In the reasons above the document.
    Reasons,
    /// In the container view.
    Container,
    /// In the copy menu.
    Copy,
    /// In the question before an exec.
    Exec,
    /// In the list of problems, of events or of found objects.
    List,
    /// In the explanation of a field.
    Explain,
    /// In the history of an object.
    History,
    /// In a comparison.
    Comparison,
    /// In the trace.
    Trace,
    /// In a report before it is written.
    Report,
    /// In the help.
    Help,
    /// On the start screen.
    Start,
}

impl Mode {
    /// All modes, in the order of the help.
    pub const ALL: [Self; 15] = [
        Self::Anywhere,
        Self::Tree,
        Self::Document,
        Self::Reasons,
        Self::Container,
        Self::Copy,
        Self::Exec,
        Self::List,
        Self::Explain,
        Self::History,
        Self::Comparison,
        Self::Trace,
        Self::Report,
        Self::Help,
        Self::Start,
    ];

    /// Returns the name in the settings file, such as `tree`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anywhere => "anywhere",
            Self::Tree => "tree",
            Self::Document => "document",
            Self::Reasons => "reasons",
            Self::Container => "container",
            Self::Copy => "copy",
            Self::Exec => "exec",
            Self::List => "list",
            Self::Explain => "explain",
            Self::History => "history",
            Self::Comparison => "comparison",
            Self::Trace => "trace",
            Self::Report => "report",
            Self::Help => "help",
            Self::Start => "start",
        }
    }

    /// True if the keys that move in [`Mode::List`] apply here too.
    #[must_use]
    pub const fn moves_as_list(self) -> bool {
        use Mode::{Comparison, Exec, Explain, History, Report, Trace};
        matches!(self, Explain | History | Comparison | Trace | Exec | Report)
    }

    /// True if the keys of [`Mode::Anywhere`] apply here too.
    #[must_use]
    pub const fn is_pane(self) -> bool {
        matches!(self, Self::Tree | Self::Document | Self::Reasons | Self::Container)
    }
}
