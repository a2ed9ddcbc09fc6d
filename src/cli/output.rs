//! Writing: to the terminal without ever panicking, to files all or nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use creneau_solver::Plan;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use super::Failure;

/// Where a command speaks: results on stdout, all else on stderr.
#[derive(Debug)]
pub struct Console {
    json: AtomicBool,
    /// Whether a person watches stderr.
    watched: bool,
}

impl Console {
    /// The process's own stdout and stderr.
    pub fn new() -> Self {
        Self { json: AtomicBool::new(false), watched: io::stderr().is_terminal() }
    }

    /// From now on stdout is for one JSON document, also when the command fails.
    pub fn speak_json(&self, json: bool) {
        self.json.store(json, Ordering::Relaxed);
    }

    /// Whether stdout is for one JSON document.
    pub fn is_json(&self) -> bool {
        self.json.load(Ordering::Relaxed)
    }

    /// Whether a person watches stderr.
    pub fn is_watched(&self) -> bool {
        self.watched
    }

    /// Writes a result to stdout, for people: whoever reads it may stop when they have seen enough.
    pub fn print(&self, text: &str) -> Result<(), Failure> {
        match write_out(text.as_bytes()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Failure::NobodyListens),
            written => Ok(written?),
        }
    }

    /// Writes a result to stdout of which a part is worth nothing.
    pub fn print_bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        Ok(write_out(bytes)?)
    }

    /// Writes the one JSON document to stdout.
    pub fn document(&self, document: &impl Serialize) -> Result<(), Failure> {
        let mut text = serde_json::to_string_pretty(document).map_err(io::Error::from)?;
        text.push('\n');
        self.print_bytes(text.as_bytes())
    }

    /// Tells something on stderr; where nobody listens, nobody misses it.
    pub fn tell(&self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}

fn write_out(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

/// A file that will be written: readers see the old one or the whole new one, never a part.
#[derive(Debug)]
pub struct Target {
    name: PathBuf,
    /// Where the text goes before it is renamed; `None` writes through, as to a pipe or a device.
    draft: Option<PathBuf>,
    path: PathBuf,
}

impl Target {
    /// Finds out now whether the file can be written: a planner should not learn it after an hour of solving.
    pub fn new(path: &Path) -> Result<Self, Failure> {
        // A link stays a link: what it points to is replaced.
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let target = match fs::metadata(&real) {
            Ok(found) if found.is_dir() => return Err(unwritable(path, &io::ErrorKind::IsADirectory.into())),
            Ok(found) if !found.is_file() => Self { name: path.into(), draft: None, path: real },
            _ => Self { name: path.into(), draft: Some(draft_beside(&real)), path: real },
        };
        if let Some(draft) = &target.draft {
            let attempt = OpenOptions::new().write(true).create(true).truncate(true).open(draft);
            attempt.and_then(|_| fs::remove_file(draft)).map_err(|error| unwritable(path, &error))?;
        }
        Ok(target)
    }

    /// Writes all of it.
    pub fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.try_write(bytes).map_err(|error| {
            if let Some(draft) = &self.draft {
                // The error to tell is the first one.
                let _ = fs::remove_file(draft);
            }
            unwritable(&self.name, &error)
        })
    }

    fn try_write(&self, bytes: &[u8]) -> io::Result<()> {
        let Some(draft) = &self.draft else {
            return OpenOptions::new().write(true).open(&self.path)?.write_all(bytes);
        };
        let mut file = File::create(draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(draft, &self.path)
    }
}

/// A plan as a file's content: compressed where the file's name says so.
pub fn plan_bytes(plan: &Plan, path: Option<&Path>) -> Result<Vec<u8>, Failure> {
    let mut text = serde_json::to_vec(plan).map_err(io::Error::from)?;
    text.push(b'\n');
    if path.and_then(Path::extension).is_none_or(|extension| extension != "gz") {
        return Ok(text);
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&text)?;
    Ok(gzip.finish()?)
}

fn draft_beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let action = match error.kind() {
        io::ErrorKind::NotFound => "create the folder first",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "choose a folder that you may write to",
        io::ErrorKind::IsADirectory => "give a file name in it",
        io::ErrorKind::StorageFull => "free some space",
        _ => "choose another file",
    };
    Failure::system("file-unwritable", &path.display().to_string(), format!("cannot be written: {error}"), action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        fs::write(&path, "a much longer old text").unwrap();
        Target::new(&path).unwrap().write(b"new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_link_stays_a_link_and_a_device_a_device() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        Target::new(&link).unwrap().write(b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        Target::new(Path::new("/dev/null")).unwrap().write(b"gone").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
