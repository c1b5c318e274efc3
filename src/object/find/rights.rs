//! What a search leaves out, because the known rules deny it.

use super::{Find, Task};
use crate::k8s::path::ApiPath;
use crate::object::search::SearchScope;

impl Find {
    /// Leaves out the lists that the known rules deny, as if the server had refused them: nothing is requested
    /// for them.
    #[must_use]
    pub fn without(mut self, is_denied: impl Fn(&ApiPath) -> bool) -> Self {
        for task in std::mem::take(&mut self.queue) {
            if !is_denied(&task.page.list.path()) {
                self.queue.push_back(task);
                continue;
            }
            self.forbidden.insert(task.kind);
            self.pages[task.kind] -= 1;
            if let (SearchScope::All { known }, true) =
                (self.wanted.scope.clone(), task.page.list.is_over_all())
            {
                for namespace in known {
                    self.begin(task.kind, Some(namespace));
                }
                let of_kind = |it: &Task| it.kind == task.kind && is_denied(&it.page.list.path());
                let left = self.queue.iter().filter(|it| of_kind(it)).count();
                self.pages[task.kind] -= left;
                self.queue.retain(|it| !of_kind(it));
            }
        }
        self
    }
}
