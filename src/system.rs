//! What systems do each in their own way: the rights on files, and the bytes of what the environment
//! holds.

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(crate) use other::{
    bytes, keep_private, mode, of_owner, open_file, private_file, private_folder,
};
#[cfg(unix)]
pub(crate) use unix::{
    bytes, keep_private, mode, of_owner, open_file, private_file, private_folder,
};
