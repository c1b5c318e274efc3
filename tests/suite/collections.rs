//! The rows of a collection: loaded page by page, counted, sorted and selected.

mod ages;
mod counts;
mod page_sizes;
pub(crate) mod paging;
mod selectors;
pub(crate) mod sorting;
mod table;
