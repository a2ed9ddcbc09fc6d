//! A gate before a mail server: it passes SMTP on, command by command, and at one step does what a test wants: it holds the
//! connection, drops it, drips answers without end, or answers itself.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use super::process::wait_until;

/// What the client says; `End` is the mail itself with its final dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Ehlo,
    Mail,
    Rcpt,
    Data,
    End,
}

impl Step {
    pub const ALL: [Self; 6] = [Self::Greeting, Self::Ehlo, Self::Mail, Self::Rcpt, Self::Data, Self::End];

    fn of(line: &str) -> Option<Self> {
        match line.get(..4)?.to_ascii_uppercase().as_str() {
            "EHLO" => Some(Self::Ehlo),
            "MAIL" => Some(Self::Mail),
            "RCPT" => Some(Self::Rcpt),
            "DATA" => Some(Self::Data),
            _ => None,
        }
    }
}

/// Before the server hears of the step, or after it has answered and before the client hears that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Before,
    After,
}

/// What is done then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Nothing goes on until [`Gate::release`].
    Hold,
    /// The connection ends.
    Drop,
    /// A line of an answer that never ends comes five times a second.
    Drip,
    /// This is answered instead.
    Answer(&'static str),
}

/// What is done at which step, and how often.
#[derive(Clone, Copy, Debug)]
pub struct Trap {
    pub step: Step,
    pub moment: Moment,
    pub deed: Deed,
    pub times: usize,
}

/// A gate; its connections end with the test's process.
pub struct Gate {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    server: u16,
    trap: Mutex<Trap>,
    sprung: AtomicUsize,
    connections: AtomicUsize,
    /// Whether held connections go on, once that is said.
    released: Mutex<Option<bool>>,
    release: Condvar,
}

impl Gate {
    /// A gate before the server at this port of the loopback address.
    pub fn before(server: u16, trap: Trap) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("the loopback address has a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let shared = Arc::new(Shared {
            server,
            trap: Mutex::new(trap),
            sprung: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            released: Mutex::new(None),
            release: Condvar::new(),
        });
        let own = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                own.connections.fetch_add(1, Ordering::Relaxed);
                let own = Arc::clone(&own);
                // Whoever hangs up ends the conversation.
                thread::spawn(move || own.pass(client).unwrap_or_default());
            }
        });
        Self { port, shared }
    }

    /// The port to send mails to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// How often the trap has sprung.
    pub fn sprung(&self) -> usize {
        self.shared.sprung.load(Ordering::Relaxed)
    }

    /// Waits until the trap has sprung.
    pub fn wait_until_sprung(&self, patience: Duration) {
        wait_until(patience, "the trap has sprung", || (self.sprung() > 0).then_some(()));
    }

    /// Sets another trap; it has not sprung yet.
    pub fn set(&self, trap: Trap) {
        *self.shared.trap.lock().expect("nobody panics with it") = trap;
        self.shared.sprung.store(0, Ordering::Relaxed);
        *self.shared.released.lock().expect("nobody panics with it") = None;
    }

    /// Ends what is held: it goes on, or its connection is dropped.
    pub fn release(&self, goes_on: bool) {
        *self.shared.released.lock().expect("nobody panics with it") = Some(goes_on);
        self.shared.release.notify_all();
    }
}

impl Shared {
    fn pass(&self, client: TcpStream) -> io::Result<()> {
        let server = TcpStream::connect(("127.0.0.1", self.server))?;
        let (mut to_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
        let (mut client, mut server) = (BufReader::new(client), BufReader::new(server));
        let mut step = Some(Step::Greeting);
        let mut said = Vec::new();
        loop {
            if !self.may_pass(step, Moment::Before, &mut to_client)? {
                return Ok(());
            }
            to_server.write_all(&said)?;
            let answer = reply(&mut server)?;
            if !self.may_pass(step, Moment::After, &mut to_client)? {
                return Ok(());
            }
            to_client.write_all(&answer)?;
            let is_mail = step == Some(Step::Data) && answer.starts_with(b"354");
            said = if is_mail { mail(&mut client)? } else { line(&mut client)? };
            step = if is_mail { Some(Step::End) } else { Step::of(&String::from_utf8_lossy(&said)) };
        }
    }

    /// Springs the trap if it is set here; tells whether the conversation goes on.
    fn may_pass(&self, step: Option<Step>, moment: Moment, client: &mut TcpStream) -> io::Result<bool> {
        let trap = *self.trap.lock().expect("nobody panics with it");
        if step != Some(trap.step) || moment != trap.moment {
            return Ok(true);
        }
        let counted = |times: usize| (times < trap.times).then_some(times + 1);
        if self.sprung.fetch_update(Ordering::Relaxed, Ordering::Relaxed, counted).is_err() {
            return Ok(true);
        }
        match trap.deed {
            Deed::Drop => {}
            Deed::Answer(text) => client.write_all(format!("{text}\r\n").as_bytes())?,
            Deed::Drip => loop {
                client.write_all(b"250-wait\r\n")?;
                thread::sleep(Duration::from_millis(200));
            },
            Deed::Hold => {
                let mut released = self.released.lock().expect("nobody panics with it");
                while released.is_none() {
                    released = self.release.wait(released).expect("nobody panics with it");
                }
                return Ok(*released == Some(true));
            }
        }
        Ok(false)
    }
}

/// A whole answer: its last line has a space behind the code.
fn reply(server: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let next = line(server)?;
        whole.extend_from_slice(&next);
        if next.get(3) != Some(&b'-') {
            return Ok(whole);
        }
    }
}

fn line(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    if from.read_until(b'\n', &mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line)
}

/// A mail with its final dot.
fn mail(client: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let next = line(client)?;
        whole.extend_from_slice(&next);
        if next == b".\r\n" {
            return Ok(whole);
        }
    }
}
