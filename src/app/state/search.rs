//! A list that covers the panes and that a search fills.

use crate::k8s::path::ObjectPath;
use crate::k8s::request::Ticket;

/// What a search found, or is looking for, with the selected line. `W` is what was wanted, `F` what was
/// found.
#[derive(Clone, Debug)]
pub struct SearchList<W, F> {
    /// What is searched for; `None` before the first search.
    pub wanted: Option<W>,
    /// The ticket of the search while it runs.
    pub running: Option<Ticket>,
    /// What it found so far, or in the end.
    pub found: F,
    /// True if the search was cancelled.
    pub is_stopped: bool,
    /// The selected object; the first one if there is none, or if it is gone.
    pub(in crate::app) selected: Option<ObjectPath>,
    /// The object that was opened from the list; from there, `[` returns to the list.
    pub(in crate::app) opened: Option<ObjectPath>,
}

/// What a search found: objects in their order.
pub trait Objects: Default {
    /// The objects.
    fn objects(&self) -> impl Iterator<Item = &ObjectPath>;
}

impl<W, F: Default> Default for SearchList<W, F> {
    fn default() -> Self {
        Self {
            wanted: None,
            running: None,
            found: F::default(),
            is_stopped: false,
            selected: None,
            opened: None,
        }
    }
}

impl<W, F: Objects> SearchList<W, F> {
    /// Returns the 0-based index of the selected object.
    #[must_use]
    pub fn selected(&self) -> usize {
        let selected = self.selected.as_ref();
        self.found.objects().position(|path| Some(path) == selected).unwrap_or(0)
    }

    /// Returns the path of the selected object; `None` if nothing was found.
    #[must_use]
    pub fn selected_path(&self) -> Option<&ObjectPath> {
        self.found.objects().nth(self.selected())
    }

    /// Selects another object.
    pub(in crate::app) fn move_by(&mut self, by: isize) {
        let last = self.found.objects().count().saturating_sub(1);
        let at = self.selected().saturating_add_signed(by).min(last);
        self.selected = self.found.objects().nth(at).cloned();
    }
}
