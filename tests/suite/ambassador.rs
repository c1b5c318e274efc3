//! `kubewalk ambassador`: what it forwards and refuses, its credentials, and its end.

mod credentials;
mod ending;
mod forwarding;
mod refusals;
