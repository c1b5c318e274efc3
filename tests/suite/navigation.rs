//! Moving between locations: typed words and paths, the history, contexts, and the program's own pod.

mod contexts;
mod locations;
mod this_pod;
