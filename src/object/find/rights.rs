//! What a search leaves out, because the known rules deny it.

use std::collections::VecDeque;

use super::Find;
use crate::k8s::path::ApiPath;

impl Find {
    /// Leaves out the lists that the known rules deny, as if the server had refused them: nothing is requested
    /// for them.
    #[must_use]
    pub fn without(mut self, is_denied: impl Fn(&ApiPath) -> bool) -> Self {
        let mut allowed = VecDeque::new();
        while let Some(task) = self.queue.pop_front() {
            if is_denied(&task.page.list.path()) {
                self.forbid(&task);
            } else {
                allowed.push_back(task);
            }
        }
        self.queue = allowed;
        self
    }
}
