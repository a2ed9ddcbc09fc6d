//! How mails leave: to an SMTP server, into files, or into the log.

use super::message;
use crate::{
    config::{self, Security},
    domain::{notice::Notice, text::one_line},
};
use lettre::{
    Message, SmtpTransport, Transport as _,
    message::Mailbox,
    transport::smtp::{
        PoolConfig,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use std::{fs, io, path::PathBuf, time::Duration};

/// Connections to the mail server that are kept for the next mail, and how long.
const KEPT_CONNECTIONS: u32 = 4;
const KEPT_FOR: Duration = Duration::from_secs(30);
/// A mail is a dozen commands. Who takes longer for it than this many answers may take keeps the worker busy for nothing.
const MOST_WAITS: u32 = 6;
/// Letters of an error that are kept: a server may say anything.
const LONGEST_ERROR: usize = 500;

/// Why a mail was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// Not now: the server cannot be reached, is busy, or wants us to come again. Trying later is right.
    #[error("{0}")]
    Deferred(String),
    /// Never: the server refuses this mail, or it cannot be put together.
    #[error("{0}")]
    Refused(String),
}

/// Where mails go. A transport may be handed the same mail twice (a worker was killed before it could note the first
/// time); the mail's `Message-ID` is the same then.
pub trait Transport: Send + Sync {
    /// Hands a mail over; returns when the other side has taken it.
    ///
    /// # Errors
    /// [`Undelivered`], with what went wrong.
    fn send(&self, notice: &Notice, message: &Message) -> Result<(), Undelivered>;
}

/// Sends notices as mails of one sender.
pub struct Mailer {
    from: Mailbox,
    transport: Box<dyn Transport>,
    /// After how long a mail is taken for not sent.
    pub patience: Duration,
    /// How many mails go to one domain within a minute; any number when nothing is said.
    pub most_per_domain: Option<u32>,
}

impl Mailer {
    /// The mailer that the configuration asks for. Nothing is connected yet.
    ///
    /// # Errors
    /// a sender that is no address, a host name that TLS cannot check, certificates that cannot be read, a folder that cannot be
    /// made.
    pub fn open(config: &config::Mail) -> Result<Self, String> {
        let transport: Box<dyn Transport> = match config.transport {
            config::Transport::Log => Box::new(Log),
            config::Transport::File => {
                let folder = config.directory.clone();
                fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
                Box::new(Files { folder })
            }
            config::Transport::Smtp => Box::new(Smtp::new(config)?),
        };
        let patience = Duration::from_secs(config.timeout_seconds) * MOST_WAITS;
        let most_per_domain = Some(config.per_domain_per_minute).filter(|most| *most > 0);
        Ok(Self { patience, most_per_domain, ..Self::new(&config.from, transport)? })
    }

    /// A mailer that hands mails to this transport.
    ///
    /// # Errors
    /// a sender that is no address.
    pub fn new(from: &str, transport: Box<dyn Transport>) -> Result<Self, String> {
        let from: Mailbox = one_line(from).parse().map_err(|_| format!("{from:?} is not a mail address"))?;
        Ok(Self { from, transport, patience: Duration::from_secs(60), most_per_domain: None })
    }

    /// Sends a notice; returns when it is taken.
    ///
    /// # Errors
    /// [`Undelivered`].
    pub fn send(&self, notice: &Notice) -> Result<(), Undelivered> {
        let message = message::build(notice, &self.from).map_err(Undelivered::Refused)?;
        self.transport.send(notice, &message)
    }
}

/// A mail server.
struct Smtp {
    transport: SmtpTransport,
    timeout_seconds: u64,
}

impl Smtp {
    fn new(config: &config::Mail) -> Result<Self, String> {
        let parameters = || {
            let mut builder = TlsParameters::builder(config.host.clone());
            if let Some(certificate) = trusted(config)? {
                builder = builder.add_root_certificate(certificate);
            }
            builder.build().map_err(|error| error.to_string())
        };
        let tls = match config.security {
            Security::None => Tls::None,
            Security::Starttls => Tls::Required(parameters()?),
            Security::Tls => Tls::Wrapper(parameters()?),
        };
        let pool = PoolConfig::new().max_size(KEPT_CONNECTIONS).idle_timeout(KEPT_FOR);
        let mut builder = SmtpTransport::builder_dangerous(&config.host)
            .port(config.port)
            .tls(tls)
            .timeout(Some(Duration::from_secs(config.timeout_seconds)))
            .pool_config(pool);
        if let (Some(username), Some(password)) = (&config.username, &config.password) {
            builder = builder.credentials(Credentials::new(username.clone(), password.reveal().to_owned()));
        }
        Ok(Self { transport: builder.build(), timeout_seconds: config.timeout_seconds })
    }
}

/// The certificates that are trusted besides the system's.
fn trusted(config: &config::Mail) -> Result<Option<Certificate>, String> {
    let Some(file) = &config.ca_file else { return Ok(None) };
    let unusable = |error: String| format!("mail.ca_file: {}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| unusable(error.to_string()))?;
    // Of what is no certificate, lettre makes an empty list.
    if !text.contains("-----BEGIN CERTIFICATE-----") {
        return Err(unusable("there is no certificate (PEM) in it".to_owned()));
    }
    Certificate::from_pem(text.as_bytes()).map(Some).map_err(|error| unusable(error.to_string()))
}

impl Transport for Smtp {
    fn send(&self, _: &Notice, message: &Message) -> Result<(), Undelivered> {
        self.transport.send(message).map(|_| ()).map_err(|error| {
            if is_timeout(&error) {
                let reason = format!("the mail server timed out: no answer within {} seconds", self.timeout_seconds);
                return Undelivered::Deferred(reason);
            }
            let text: String = one_line(&error.to_string()).chars().take(LONGEST_ERROR).collect();
            let code = error.status().map(|code| code.to_string());
            // Trouble with our login says nothing about the mail: it waits until somebody mends it.
            let is_ours = matches!(code.as_deref(), Some("530" | "534" | "535" | "538"));
            if error.is_permanent() && !is_ours { Undelivered::Refused(text) } else { Undelivered::Deferred(text) }
        })
    }
}

/// A socket that waited in vain says so in one of two ways; lettre knows one of them.
fn is_timeout(error: &lettre::transport::smtp::Error) -> bool {
    let waited = |error: &io::Error| matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock);
    std::iter::successors(std::error::Error::source(error), |error| error.source())
        .any(|source| source.downcast_ref::<io::Error>().is_some_and(waited))
}

/// A folder, one file a mail. A mail that comes twice is one file.
struct Files {
    folder: PathBuf,
}

impl Transport for Files {
    fn send(&self, notice: &Notice, message: &Message) -> Result<(), Undelivered> {
        let path = self.folder.join(format!("{}.eml", notice.id));
        let unfinished = path.with_extension("part");
        let written: io::Result<()> =
            fs::write(&unfinished, message.formatted()).and_then(|()| fs::rename(&unfinished, &path));
        written.map_err(|error| Undelivered::Deferred(format!("{}: {error}", path.display())))
    }
}

/// The log: for trying out. Bodies stay out of it.
struct Log;

impl Transport for Log {
    fn send(&self, notice: &Notice, _: &Message) -> Result<(), Undelivered> {
        tracing::info!(to = %notice.to_address, subject = %notice.subject, id = %notice.message_id, "a mail");
        Ok(())
    }
}
