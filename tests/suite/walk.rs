//! What keys, answers and watches do to the model: without a terminal, a server or a clock.

mod actions;
mod arranging;
mod contexts;
mod counting;
mod fetch;
mod following;
mod paging;
mod selecting;
mod start;
mod this_pod;
mod watching;
mod ways;
