//! Text that is safe and fits on a terminal: escapes, widths, line breaks, and program output.

mod amount;
mod columns;
pub mod distance;
mod joiner;
mod printable;
pub mod sgr;
mod visible;
pub mod yaml;

pub use amount::{format_bytes, grouped};
pub use columns::{clusters, columns, fit, fit_middle, padded, wrapped};
pub use visible::{
    Escaper, is_printable, is_safe, is_unsafe, one_line, visible, visible_with, visible_within,
};
