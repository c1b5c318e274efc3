//! Colours the lines in view while the loop goes on.

use tokio_util::task::AbortOnDropHandle;

use crate::view::ViewCache;
use crate::view::highlight::Coloured;

/// What colours lines: those of one frame at a time, so that no more than a screen of them waits.
#[derive(Debug, Default)]
pub struct Painter {
    task: Option<AbortOnDropHandle<Coloured>>,
}

impl Painter {
    /// Begins with what the last frame showed without its colours, unless it is at work. Needs a
    /// tokio runtime.
    pub fn paint(&mut self, cache: &mut ViewCache) {
        if self.task.is_none()
            && let Some(plain) = cache.plain()
        {
            let task = tokio::spawn(async move { plain.colour() });
            self.task = Some(AbortOnDropHandle::new(task));
        }
    }

    /// Waits for the next colours and takes them in; for ever while there is nothing to do. Nothing is
    /// lost where this is not waited for to the end.
    pub async fn painted(&mut self, cache: &mut ViewCache) {
        let Some(task) = &mut self.task else { return std::future::pending().await };
        if let Ok(coloured) = task.await {
            cache.take(coloured);
        }
        self.task = None;
    }
}
