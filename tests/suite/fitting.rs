//! What the program brings along for its surroundings: settings, themes, completion, a manual page.

mod completion;
mod files;
mod mouse;
mod settings;
