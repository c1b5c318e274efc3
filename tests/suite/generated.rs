//! Files that the code generates: the README's list of keys and its screenshots.

mod demo;
mod readme;
mod readme_commands;
mod screenshots;
