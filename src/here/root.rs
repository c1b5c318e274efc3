//! Reads files below a directory as `/`, so that no symbolic link leads out of it.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use crate::system;

/// The maximum size of a file, in bytes: a container could make a read endless otherwise.
const LARGEST: u64 = 8 << 20;
/// The maximum number of links in a path, as in the kernel.
const MOST_LINKS: usize = 40;
/// The number of attempts to read a file, because the kubelet may replace it in between.
const TRIES: usize = 3;

/// A directory that is taken as `/`: the machine's, that of another process, or one of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root(PathBuf);

/// The bytes and the permission bits of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The permission bits.
    pub mode: u32,
}

impl Root {
    /// Returns a directory as a root.
    #[must_use]
    pub fn at(directory: impl Into<PathBuf>) -> Self {
        Self(directory.into())
    }

    /// Returns the root of a process by our `/proc`: the file system of its container.
    #[must_use]
    pub fn of_process(&self, pid: u32) -> Self {
        // The kernel follows this link into another mount namespace, which its text does not.
        Self(self.0.join(format!("proc/{pid}/root")))
    }

    /// Resolves the links of a path: one to `/run` leads to the `run` below this root, not to ours.
    ///
    /// # Errors
    /// There is no such file, it cannot be accessed, or links form a circle.
    pub fn resolve(&self, path: impl AsRef<Path>) -> io::Result<PathBuf> {
        let mut real = self.0.clone();
        let mut depth = 0_usize;
        let mut links = 0;
        let mut rest: VecDeque<OsString> = names(path.as_ref());
        while let Some(name) = rest.pop_front() {
            if name == ".." {
                if depth > 0 {
                    real.pop();
                    depth -= 1;
                }
                continue;
            }
            real.push(&name);
            depth += 1;
            if !fs::symlink_metadata(&real)?.is_symlink() {
                continue;
            }
            links += 1;
            if links > MOST_LINKS {
                return Err(io::Error::other("too many symbolic links"));
            }
            let target = fs::read_link(&real)?;
            real.pop();
            depth -= 1;
            if target.is_absolute() {
                real.clone_from(&self.0);
                depth = 0;
            }
            for name in names(&target).into_iter().rev() {
                rest.push_front(name);
            }
        }
        Ok(real)
    }

    /// Reads a regular file.
    ///
    /// # Errors
    /// It does not exist, cannot be read, is not a regular file, or is too large.
    pub fn read(&self, path: impl AsRef<Path>) -> io::Result<Read> {
        let path = path.as_ref();
        for _ in 1..TRIES {
            match self.read_once(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                outcome => return outcome,
            }
        }
        self.read_once(path)
    }

    /// Returns the size of a regular file, in bytes. The file is opened but not read.
    ///
    /// # Errors
    /// It does not exist, cannot be read, or is not a regular file.
    pub fn size(&self, path: impl AsRef<Path>) -> io::Result<u64> {
        Ok(self.open(path.as_ref())?.1.len())
    }

    fn open(&self, path: &Path) -> io::Result<(File, Metadata)> {
        let real = self.resolve(path)?;
        let file = system::open_file(&real)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::other("it is not a regular file"));
        }
        Ok((file, metadata))
    }

    fn read_once(&self, path: &Path) -> io::Result<Read> {
        let (file, metadata) = self.open(path)?;
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LARGEST {
            return Err(io::Error::other("it is larger than 8 MiB"));
        }
        Ok(Read { bytes, mode: system::mode(&metadata) })
    }

    /// Returns the target of a link, as it is written.
    ///
    /// # Errors
    /// It does not exist, is no link, or cannot be read.
    pub fn target(&self, path: impl AsRef<Path>) -> io::Result<PathBuf> {
        let path = path.as_ref();
        let folder = self.resolve(path.parent().unwrap_or(path))?;
        fs::read_link(folder.join(path.file_name().unwrap_or_default()))
    }

    /// Returns the text of a file; `None` if it cannot be read. Bytes that are not UTF-8 are
    /// replaced.
    #[must_use]
    pub fn text(&self, path: impl AsRef<Path>) -> Option<String> {
        Some(String::from_utf8_lossy(&self.read(path).ok()?.bytes).into_owned())
    }

    /// Returns the first line of a file, trimmed; `None` if it is empty or cannot be read.
    #[must_use]
    pub fn line(&self, path: impl AsRef<Path>) -> Option<String> {
        let text = self.text(path)?;
        let line = text.lines().next()?.trim();
        (!line.is_empty()).then(|| line.to_owned())
    }

    /// Returns the names in a directory, sorted.
    ///
    /// # Errors
    /// It does not exist, is not a directory, or cannot be read.
    pub fn list(&self, path: impl AsRef<Path>) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.resolve(path)?)? {
            names.push(entry?.file_name());
        }
        names.sort();
        Ok(names)
    }

    /// True if the path is a directory.
    #[must_use]
    pub fn is_dir(&self, path: impl AsRef<Path>) -> bool {
        self.resolve(path).is_ok_and(|real| real.is_dir())
    }
}

/// Splits a path into names, with `..`.
fn names(path: &Path) -> VecDeque<OsString> {
    path.components()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some("..".into()),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn root() -> (tempfile::TempDir, Root) {
        let directory = tempfile::tempdir().unwrap();
        let root = Root::at(directory.path());
        (directory, root)
    }

    #[test]
    fn a_link_never_leads_out_of_the_root() {
        let (directory, root) = root();
        let at = |path: &str| directory.path().join(path);
        fs::create_dir_all(at("run/secrets")).unwrap();
        fs::create_dir(at("var")).unwrap();
        fs::write(at("run/secrets/token"), "inside").unwrap();
        symlink("/run", at("var/run")).unwrap();
        symlink("../../../run", at("var/up")).unwrap();
        for path in ["/var/run/secrets/token", "var/up/secrets/token", "../run/./secrets/token"] {
            assert_eq!(root.read(path).unwrap().bytes, b"inside", "{path}");
        }
        symlink("/etc/passwd", at("passwd")).unwrap();
        assert_eq!(root.read("passwd").unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn circles_pipes_and_large_files_are_refused() {
        let (directory, root) = root();
        let at = |path: &str| directory.path().join(path);
        symlink("b", at("a")).unwrap();
        symlink("a", at("b")).unwrap();
        assert_eq!(root.read("a").unwrap_err().to_string(), "too many symbolic links");
        let made = std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap();
        assert!(made.success());
        assert_eq!(root.read("pipe").unwrap_err().to_string(), "it is not a regular file");
        fs::File::create(at("large")).unwrap().set_len(LARGEST + 1).unwrap();
        assert_eq!(root.read("large").unwrap_err().to_string(), "it is larger than 8 MiB");
    }
}
