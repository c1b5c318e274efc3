//! Servers that mean harm: answers without end, redirects, and text that would act on a terminal.

mod limits;
mod redirects;
mod server;
mod shapes;
mod terminal;
