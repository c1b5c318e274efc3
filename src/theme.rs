//! Roles and the styles that they have: the only file that names a colour.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text is, never how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Text of second rank: hints, cells, punctuation.
    Dim,
    /// A heading or a title.
    Title,
    /// The border of a pane without the focus.
    Border,
    /// The border of the pane that has the focus.
    Focus,
    /// The selected row or line.
    Selection,
    /// The selected row of a pane without the focus.
    SelectionElsewhere,
    /// A key to press.
    Key,
    /// Something healthy, or live.
    Good,
    /// Something to look at: stale, old, not asked.
    Warning,
    /// Something that failed.
    Error,
    /// The key of a map in a document.
    MapKey,
    /// A string in a document.
    String,
    /// A number in a document.
    Number,
    /// `true`, `false`, `null`.
    Literal,
    /// What is masked.
    Masked,
    /// A search match.
    Match,
    /// Lines that belong to what is chosen in another pane.
    Linked,
}

/// The styles of all roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// No colours at all: modifiers alone carry the meaning (`NO_COLOR`, `TERM=dumb`).
    pub plain: bool,
}

impl Theme {
    /// The style of a role. Without colours every role that carries meaning keeps a modifier.
    #[must_use]
    pub fn style(self, role: Role) -> Style {
        let style = Style::new();
        let coloured = |color: Color| if self.plain { style } else { style.fg(color) };
        match role {
            Role::Text => style,
            Role::Dim | Role::Border => coloured(Color::DarkGray),
            Role::Title => style.add_modifier(Modifier::BOLD),
            Role::Focus | Role::Key => coloured(Color::Cyan).add_modifier(Modifier::BOLD),
            // Reversed colours would make patches of the row.
            Role::Selection => coloured(Color::Reset).add_modifier(Modifier::REVERSED),
            Role::SelectionElsewhere => style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            Role::Good | Role::String => coloured(Color::Green),
            Role::Warning | Role::Literal => coloured(Color::Yellow),
            Role::Error => coloured(Color::Red).add_modifier(Modifier::BOLD),
            Role::MapKey => coloured(Color::Cyan),
            Role::Number => coloured(Color::Magenta),
            Role::Masked => coloured(Color::DarkGray).add_modifier(Modifier::ITALIC),
            Role::Match => style.add_modifier(Modifier::REVERSED | Modifier::BOLD),
            Role::Linked => coloured(Color::Blue).add_modifier(Modifier::UNDERLINED),
        }
    }
}
