//! The structs, one a concern, and the keys that each reads.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use lettre::message::Mailbox;

use super::choices::{LogFormat, Security, Transport};
use super::reader::Reader;
use super::secret::{DatabaseUrl, Secret};

/// The web server.
#[derive(Debug)]
pub struct Server {
    /// The address and port it listens on.
    pub listen: SocketAddr,
    /// Where users reach it, without a slash at the end: what links in mails and calendars begin with.
    pub public_url: String,
    /// The largest request body it reads, in bytes.
    pub max_body_bytes: usize,
    /// The largest table of samples that is uploaded, in bytes; it is never held as a whole.
    pub max_table_bytes: u64,
    /// How many threads answer requests.
    pub workers: usize,
    /// How many proxies of the operator's own stand in front of the service.
    pub proxies: usize,
    /// How many bytes of calendars are kept in memory, ready to be sent.
    pub calendar_bytes: u64,
}

impl Server {
    pub(super) fn read(from: &mut Reader) -> Self {
        let listen = from.get(
            "server.listen",
            "the IP address and port to listen on",
            SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
        );
        let public_url = from.get(
            "server.public_url",
            "where users reach the service: what links in mails and calendars begin with",
            format!("http://{}", reachable(listen)),
        );
        from.check("server.public_url", is_http_url(&public_url), || {
            "should begin with http:// or https://, name a host, and hold no ?, # or @".to_owned()
        });
        Self {
            listen,
            public_url: public_url.trim_end_matches('/').to_owned(),
            max_body_bytes: from.within(
                "server.max_body_bytes",
                "the largest request body, in bytes",
                2 * 1024 * 1024,
                1024..=1024 * 1024 * 1024,
            ),
            max_table_bytes: from.within(
                "server.max_table_bytes",
                "the largest table of samples that is uploaded, in bytes; it is never held as a whole",
                1 << 30,
                1024..=1 << 40,
            ),
            workers: from.within("server.workers", "how many threads answer requests", cores(), 1..=1024),
            proxies: from.within(
                "server.proxies",
                "how many proxies of your own pass requests on, each adding to X-Forwarded-For",
                0,
                0..=16,
            ),
            calendar_bytes: from.within(
                "server.calendar_bytes",
                "how many bytes of calendars are kept in memory, ready to be sent",
                64 << 20,
                0..=1 << 40,
            ),
        }
    }
}

/// Where data is kept.
#[derive(Debug)]
pub struct Database {
    /// A PostgreSQL server's database; `None` for the embedded SQLite file under [`Self::data`].
    pub url: Option<DatabaseUrl>,
    /// The folder of the SQLite file and of everything else the service writes; as given, so relative to where the
    /// service was started.
    pub data: PathBuf,
    /// How many connections are kept open to the database.
    pub pool_size: u32,
}

impl Database {
    pub(super) fn read(from: &mut Reader) -> Self {
        Self {
            url: from.optional("database.url", "a PostgreSQL database; without it an SQLite file under database.data"),
            data: from.get("database.data", "the folder for everything the service writes", PathBuf::from("data")),
            pool_size: from.within(
                "database.pool_size",
                "how many connections to the database are kept open; of a server, one more holds what this process does for all",
                10,
                1..=1000,
            ),
        }
    }
}

/// How mails leave.
#[derive(Debug)]
pub struct Mail {
    /// Into the log, into files, or to an SMTP server.
    pub transport: Transport,
    /// Whom mails come from: an address, or a name with an address in angle brackets.
    pub from: String,
    /// The SMTP server.
    pub host: String,
    /// The SMTP server's port.
    pub port: u16,
    /// Whether the connection to the SMTP server is encrypted, and from when on.
    pub security: Security,
    /// Whom to log in as at the SMTP server; goes with [`Self::password`].
    pub username: Option<String>,
    /// What to log in with at the SMTP server.
    pub password: Option<Secret>,
    /// Certificates (PEM) that are trusted besides the system's, such as that of an own certification authority.
    pub ca_file: Option<PathBuf>,
    /// How long to wait for each of the SMTP server's answers.
    pub timeout_seconds: u64,
    /// How many mails go to addresses of one domain within a minute, of all workers together; 0 for any number.
    pub per_domain_per_minute: u32,
    /// The folder mails are written to when [`Self::transport`] is [`Transport::File`].
    pub directory: PathBuf,
}

impl Mail {
    pub(super) fn read(from: &mut Reader, database: &Database) -> Self {
        let transport = from.get("mail.transport", "where mails go: log, file or smtp", Transport::Log);
        let sender = from.get("mail.from", "whom mails come from", "Créneau <creneau@localhost>".to_owned());
        from.check("mail.from", sender.parse::<Mailbox>().is_ok(), || {
            "should be a mail address, such as Créneau <creneau@school.example>".to_owned()
        });
        let host = from.get("mail.host", "the SMTP server", "localhost".to_owned());
        let security =
            from.get("mail.security", "encryption to the SMTP server: none, starttls or tls", Security::Starttls);
        let port = from.within("mail.port", "the SMTP server's port", security.customary_port(), 1..=u16::MAX);
        let username: Option<String> = from.optional("mail.username", "whom to log in as at the SMTP server");
        let password: Option<Secret> = from.optional("mail.password", "what to log in with at the SMTP server");
        from.check("mail.username", username.is_none() || from.is_given("mail.password"), || {
            "needs mail.password beside it".to_owned()
        });
        from.check("mail.password", password.is_none() || from.is_given("mail.username"), || {
            "needs mail.username beside it".to_owned()
        });
        Self {
            transport,
            from: sender,
            host,
            port,
            security,
            username,
            password,
            ca_file: from.optional("mail.ca_file", "certificates (PEM) to trust besides the system's"),
            timeout_seconds: from.within(
                "mail.timeout_seconds",
                "how long to wait for each of the SMTP server's answers",
                10,
                1..=300,
            ),
            per_domain_per_minute: from.within(
                "mail.per_domain_per_minute",
                "how many mails go to one domain within a minute; 0 for any number",
                600,
                0..=1_000_000,
            ),
            directory: from.get(
                "mail.directory",
                "the folder mails are written to by the transport file",
                database.data.join("mail"),
            ),
        }
    }
}

/// The queue of background jobs.
#[derive(Debug)]
pub struct Jobs {
    /// Whether the web server's process works on jobs too; without, `creneau worker` must run beside it.
    pub in_process: bool,
    /// How long a job belongs to the worker that took it; one that says nothing for so long has lost it.
    pub lease_seconds: u64,
    /// How often an idle worker looks for jobs.
    pub poll_millis: u64,
    /// How many jobs one process works on at a time.
    pub concurrency: usize,
}

impl Jobs {
    pub(super) fn read(from: &mut Reader) -> Self {
        Self {
            in_process: from.get(
                "jobs.in_process",
                "whether `creneau serve` works on jobs too, without a `creneau worker`",
                true,
            ),
            lease_seconds: from.within(
                "jobs.lease_seconds",
                "after how long without a sign from its worker a job is given to another",
                30,
                1..=3600,
            ),
            poll_millis: from.within("jobs.poll_millis", "how often an idle worker looks for jobs", 500, 10..=60_000),
            concurrency: from.within("jobs.concurrency", "how many jobs one process works on at a time", 2, 1..=256),
        }
    }
}

/// The solver's limits.
#[derive(Debug)]
pub struct Solve {
    /// How long a round is solved for when the planner does not say.
    pub seconds: u64,
    /// How many threads one solve uses.
    pub threads: usize,
    /// The longest a planner may ask for.
    pub max_seconds: u64,
}

impl Solve {
    pub(super) fn read(from: &mut Reader) -> Self {
        let seconds = from.within(
            "solve.seconds",
            "how long a round is solved for when the planner does not say",
            10,
            1..=86_400,
        );
        let threads = from.within("solve.threads", "how many threads one solve uses", cores(), 1..=1024);
        let max_seconds =
            from.within("solve.max_seconds", "the longest a planner may ask for", 600.max(seconds), 1..=86_400);
        from.check("solve.max_seconds", max_seconds >= seconds, || {
            format!("should be at least solve.seconds, {seconds}")
        });
        Self { seconds, threads, max_seconds }
    }
}

/// What is logged, and how.
#[derive(Debug)]
pub struct Log {
    /// For people, or for machines.
    pub format: LogFormat,
    /// What is logged: a level, or directives such as `info,creneau::jobs=debug`.
    pub filter: String,
}

impl Log {
    pub(super) fn read(from: &mut Reader) -> Self {
        let format = from.get("log.format", "pretty for people, json for machines", LogFormat::Pretty);
        let filter = from.get(
            "log.filter",
            "what is logged: a level, or directives such as info,creneau::jobs=debug",
            "info".to_owned(),
        );
        from.check("log.filter", tracing_subscriber::EnvFilter::try_new(&filter).is_ok(), || {
            "should be a level (error, warn, info, debug, trace), or directives such as info,creneau::jobs=debug"
                .to_owned()
        });
        Self { format, filter }
    }
}

/// The demo school.
#[derive(Debug)]
pub struct Demo {
    /// Whether a database that is empty when the service first starts is filled with it.
    pub on_first_start: bool,
}

impl Demo {
    pub(super) fn read(from: &mut Reader, server: &Server) -> Self {
        // The keys to the demo school stand in what the service prints. That is for whoever tries it on their own machine.
        let is_tried_out = server.listen.ip().is_loopback() && !from.is_given("server.public_url");
        Self {
            on_first_start: from.get(
                "demo.on_first_start",
                "whether an empty database is filled with a demo school; true only where nobody else is reached",
                is_tried_out,
            ),
        }
    }
}

/// Where a browser on this machine finds a server that listens on `listen`.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

fn is_http_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split('/').next().unwrap_or_default();
        !host.is_empty() && !rest.contains(['?', '#', '@', ' ', '\\', '"', '<', '>'])
    })
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
