//! Colours the visible lines on a task, while the loop continues.

use tokio_util::task::AbortOnDropHandle;

use crate::view::ViewCache;
use crate::view::highlight::Coloured;

/// Colours the lines of one frame at a time, so that at most one screen of lines waits.
#[derive(Debug, Default)]
pub struct Painter {
    task: Option<AbortOnDropHandle<Coloured>>,
}

impl Painter {
    /// Starts to colour the lines that the last frame showed without colours, unless it is busy. Needs
    /// a tokio runtime.
    pub fn paint(&mut self, cache: &mut ViewCache) {
        if self.task.is_none()
            && let Some(plain) = cache.plain()
        {
            let task = tokio::spawn(async move { plain.colour() });
            self.task = Some(AbortOnDropHandle::new(task));
        }
    }

    /// Waits for the coloured lines and puts them into the cache; never returns if nothing is being
    /// coloured. Cancel safe.
    pub async fn painted(&mut self, cache: &mut ViewCache) {
        let Some(task) = &mut self.task else { return std::future::pending().await };
        if let Ok(coloured) = task.await {
            cache.take(coloured);
        }
        self.task = None;
    }
}
