//! kubewalk
fn main() {}
