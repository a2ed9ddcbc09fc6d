//! A real SMTP server (`tests/tools/smtp_server.py`), which also refuses, delays and vanishes by a recipient's address:
//! see there.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tempfile::TempDir;

use super::process::{Process, wait_until};
use super::python::python;

/// A mail that the server accepted.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The message, as received.
    pub raw: Vec<u8>,
}

impl Mail {
    /// The message as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    /// A header's value, folded lines joined, encoded words as they are.
    pub fn header(&self, name: &str) -> Option<String> {
        let text = self.text();
        let head = text.split("\r\n\r\n").next()?.replace("\r\n\t", " ").replace("\r\n ", " ");
        head.split("\r\n").find_map(|line| {
            let (its_name, value) = line.split_once(':')?;
            its_name.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }
}

#[derive(Deserialize)]
struct Envelope {
    from: String,
    to: Vec<String>,
}

/// A running server, stopped when dropped.
pub struct SmtpServer {
    port: u16,
    folder: TempDir,
    _process: Process,
}

/// How a server encrypts.
#[derive(Clone, Copy, Debug)]
pub enum Encryption {
    /// Once it is asked to; it takes no mail before.
    Starttls,
    /// From the first byte on.
    Tls,
}

impl SmtpServer {
    /// Starts a server on a free port of the loopback address.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// The same with encryption: by this certificate and its key.
    pub fn encrypted(encryption: Encryption, certificate: &Path, key: &Path) -> Self {
        let how = match encryption {
            Encryption::Starttls => "starttls",
            Encryption::Tls => "tls",
        };
        Self::with(&[OsStr::new(how), certificate.as_os_str(), key.as_os_str()])
    }

    fn with(arguments: &[&OsStr]) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let mut process = Process::spawn(
            python("tests/tools/smtp_server.py")
                .arg(folder.path())
                .args(arguments)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped()),
        );
        let output = process.child().stdout.take().expect("a pipe was asked for");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).expect("the server can be read from");
        let port = line.trim().parse().unwrap_or_else(|_| panic!("the SMTP server says {line:?} instead of its port"));
        Self { port, folder, _process: process }
    }

    /// The port it listens on, at 127.0.0.1, without encryption or login.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The mails accepted so far, in order.
    pub fn mails(&self) -> Vec<Mail> {
        let mut envelopes: Vec<_> = fs::read_dir(self.folder.path())
            .expect("the folder lives as long as the server")
            .map(|entry| entry.expect("a folder can be read").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
            .collect();
        envelopes.sort();
        envelopes
            .iter()
            .map(|path| {
                let envelope = fs::read(path).expect("a kept mail can be read");
                let Envelope { from, to } = serde_json::from_slice(&envelope).expect("the server writes JSON");
                let raw = fs::read(path.with_extension("eml")).expect("a kept mail can be read");
                Mail { from, to, raw }
            })
            .collect()
    }

    /// Waits until `count` mails at least are here.
    pub fn wait_for(&self, count: usize, patience: Duration) -> Vec<Mail> {
        wait_until(patience, &format!("{count} mails are here"), || {
            Some(self.mails()).filter(|mails| mails.len() >= count)
        })
    }
}
