//! The built program, run as its users run it: `creneau serve` and `creneau worker` on a database of the test's own.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use creneau::store::{Store, StoreError};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection, sql_query};
use reqwest::Method;
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::Value;
use tempfile::TempDir;

use super::postgres::{self, Database};
use super::process::{Process, wait_until};
use super::receiver::Receiver;
use super::smtp::SmtpServer;

const PATIENCE: Duration = Duration::from_secs(30);

/// Which database the service stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// Makes two tests of the function `$name(backend: Backend)`: `$name::sqlite` and `$name::postgres`.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use $crate::support::service::Backend;

            #[test]
            fn sqlite() {
                super::$name(Backend::Sqlite);
            }

            #[test]
            fn postgres() {
                super::$name(Backend::Postgres);
            }
        }
    )+};
}
pub(crate) use on_both;

/// Where a service keeps its data and what it is told by environment variables: what outlives a restart.
pub struct Site {
    folder: TempDir,
    database: Option<Database>,
    variables: Vec<(String, String)>,
}

impl Site {
    /// An empty database, no demo school, mails into files.
    pub fn new(backend: Backend) -> Self {
        Self::on((backend == Backend::Postgres).then(postgres::database))
    }

    /// The same on a PostgreSQL database of the test's own, or on SQLite.
    pub fn on(database: Option<Database>) -> Self {
        let site = Self { folder: TempDir::new().expect("a temporary folder"), database, variables: Vec::new() };
        let site = site.set("demo.on_first_start", "false").set("mail.transport", "file");
        match &site.database {
            Some(database) => {
                let url = database.url.clone();
                site.set("database.url", &url)
            }
            None => site,
        }
    }

    /// Sets a key of the configuration, such as `jobs.in_process`.
    pub fn set(mut self, key: &str, value: &str) -> Self {
        let variable = format!("CRENEAU__{}", key.to_uppercase().replace('.', "__"));
        self.variables.push((variable, value.to_owned()));
        self
    }

    /// Has mails go to `server`.
    pub fn mails_to(self, server: &SmtpServer) -> Self {
        self.set("mail.transport", "smtp")
            .set("mail.host", "127.0.0.1")
            .set("mail.port", &server.port().to_string())
            .set("mail.security", "none")
    }

    /// Lets webhooks go to `receiver`, and trusts its certificate.
    pub fn news_to(mut self, receiver: &Receiver) -> Self {
        // The customary name, and not one of our own.
        self.variables.push(("SSL_CERT_FILE".to_owned(), receiver.certificate().to_string_lossy().into_owned()));
        self.set("webhooks.allow", "127.0.0.1/32")
    }

    /// The folder given as `--data`.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// Starts `creneau serve` and waits until it is ready.
    pub fn serve(self) -> Service {
        Service::start_at(Arc::new(self))
    }

    /// The database itself, for a test that reads it as the service does.
    ///
    /// # Errors
    /// `Unavailable` while the database's server is away.
    pub fn store(&self) -> Result<Store, StoreError> {
        match &self.database {
            Some(database) => Store::open(&database.url, 1),
            None => Store::embedded(self.data(), 1),
        }
    }

    /// `creneau ARGUMENTS` on this site's data, to be run by the test.
    pub fn command(&self, arguments: &[&str]) -> Command {
        // Another build, for figures: the release of the same sources.
        let program = std::env::var("CRENEAU_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_creneau").to_owned());
        let mut command = Command::new(program);
        // Nothing of the developer's own configuration: neither variables nor a creneau.toml in the checkout.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("CRENEAU") || name == "DATABASE_URL" || name == "RUST_LOG" {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.data())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    /// Runs `creneau ARGUMENTS --data FOLDER` to its end; its standard output, failing the test unless it ends with 0.
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).arg("--data").arg(self.data()).output().expect("the program starts");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "creneau {arguments:?} ended with {}:\n{text}{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        text
    }

    /// Changes rows behind the service's back, such as to let time pass; tells how many.
    pub fn sql(&self, statement: &str) -> usize {
        match &self.database {
            Some(database) => {
                let mut conn = PgConnection::establish(&database.url).expect("the database is there");
                sql_query(statement).execute(&mut conn).expect("a statement that fits the tables")
            }
            None => {
                let path = self.data().join("creneau.db");
                let mut conn = SqliteConnection::establish(&path.to_string_lossy()).expect("the database is there");
                sql_query("PRAGMA busy_timeout = 10000").execute(&mut conn).expect("a pragma");
                sql_query(statement).execute(&mut conn).expect("a statement that fits the tables")
            }
        }
    }

    /// Keeps everybody else from writing, until it is dropped.
    pub fn hold_writes(&self) -> Box<dyn std::any::Any> {
        match &self.database {
            Some(database) => {
                let mut conn = PgConnection::establish(&database.url).expect("the database is there");
                let lock = "BEGIN; LOCK TABLE notices IN EXCLUSIVE MODE";
                conn.batch_execute(lock).expect("nobody writes for ever");
                Box::new(conn)
            }
            None => {
                let path = self.data().join("creneau.db");
                let mut conn = SqliteConnection::establish(&path.to_string_lossy()).expect("the database is there");
                let lock = "PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE";
                conn.batch_execute(lock).expect("nobody writes for ever");
                Box::new(conn)
            }
        }
    }

    /// Starts a long-running command with its output in `log` (under the data folder, added to what is there).
    fn start(&self, log: &str, command: &mut Command) -> Process {
        let open = || -> File {
            File::options()
                .create(true)
                .append(true)
                .open(self.data().join(log))
                .expect("our own folder can be written")
        };
        Process::spawn(command.arg("--data").arg(self.data()).stdout(open()).stderr(open()))
    }

    fn log(&self, log: &str) -> String {
        let bytes = fs::read(self.data().join(log)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn show_log_of_failed_test(&self, log: &str) {
        if std::thread::panicking() {
            eprintln!("--- {log} ---\n{}--- end of {log} ---", self.log(log));
        }
    }
}

/// A running `creneau serve`. Its log is shown when the test fails.
pub struct Service {
    process: Process,
    address: SocketAddr,
    site: Arc<Site>,
    client: Client,
    token: Option<String>,
}

impl Service {
    const LOG: &str = "serve.log";

    /// A service on an empty database.
    pub fn start(backend: Backend) -> Self {
        Site::new(backend).serve()
    }

    fn start_at(site: Arc<Site>) -> Self {
        let address = free_address();
        let client = Client::builder()
            .timeout(Duration::from_secs(60))
            .redirect(reqwest::redirect::Policy::none())
            // The service closes connections that idle; a request sent into such a moment would fail the test.
            .pool_max_idle_per_host(0)
            .build()
            .expect("a client needs nothing");
        let process = Self::spawn(&site, address);
        let mut service = Self { process, address, site, client, token: None };
        service.wait_until_ready();
        service
    }

    /// Another process of the service on the same database, at an address of its own.
    pub fn beside(&self) -> Self {
        Self::start_at(Arc::clone(&self.site))
    }

    fn spawn(site: &Site, address: SocketAddr) -> Process {
        let mut command = site.command(&["serve", "--listen", &address.to_string()]);
        site.start(Self::LOG, &mut command)
    }

    fn wait_until_ready(&mut self) {
        let url = self.url("/health/ready");
        wait_until(PATIENCE, "/health/ready answers 200", || {
            if let Some(status) = self.process.ended() {
                panic!("creneau serve ended with {status} before it was ready");
            }
            let answer = self.client.get(&url).send().ok()?;
            (answer.status() == 200).then_some(())
        });
    }

    /// Ends it by SIGKILL, in the middle of whatever it does.
    pub fn kill9(&mut self) {
        self.process.kill9();
    }

    /// Starts it again, at the same address, on the same data; ends it first if it runs.
    pub fn restart(&mut self) {
        if self.process.ended().is_none() {
            self.stop();
        }
        self.process = Self::spawn(&self.site, self.address);
        self.wait_until_ready();
    }

    /// Ends it by SIGTERM, as a service manager does.
    pub fn stop(&mut self) -> ExitStatus {
        self.process.terminate(PATIENCE)
    }

    /// Starts a `creneau worker` on the same database.
    pub fn worker(&self) -> Worker<'_> {
        let mut command = self.site.command(&["worker"]);
        Worker { process: self.site.start(Worker::LOG, &mut command), site: &self.site }
    }

    /// Where its data is.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// What stands last in the one-time link with which the first start invites an operator.
    pub fn first_invitation(&self) -> String {
        let log = self.log();
        let link = log.split("/invitation/").nth(1).unwrap_or_else(|| panic!("no link in {log}"));
        link.chars().take_while(char::is_ascii_hexdigit).collect()
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        self.site.log(Self::LOG)
    }

    /// The full URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Sends `token` as bearer with every request from now on.
    pub fn authorise(&mut self, token: &str) {
        self.token = Some(token.to_owned());
    }

    /// A request for the test to finish, with the token when there is one.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, self.url(path));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path))
    }

    pub fn delete(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::DELETE, path))
    }

    pub fn post_json(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(body))
    }

    pub fn put_json(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::PUT, path).json(body))
    }

    pub fn patch_json(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::PATCH, path).json(body))
    }

    /// Sends a page's form.
    pub fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        Answer::to(self.request(Method::POST, path).form(fields))
    }

    /// Gets `path` until `wanted` accepts the JSON: for what a job does in the background.
    pub fn wait_for(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        wait_until(PATIENCE, &format!("GET {path} is as wanted"), || {
            Some(self.get(path).expect(200).json()).filter(&wanted)
        })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.site.show_log_of_failed_test(Self::LOG);
    }
}

/// A running `creneau worker`.
pub struct Worker<'a> {
    process: Process,
    site: &'a Site,
}

impl Worker<'_> {
    const LOG: &'static str = "worker.log";

    /// Ends it by SIGKILL, in the middle of whatever it does.
    pub fn kill9(&mut self) {
        self.process.kill9();
    }

    /// Ends it by SIGTERM, as a service manager does.
    pub fn stop(&mut self) -> ExitStatus {
        self.process.terminate(PATIENCE)
    }

    /// What it and its predecessors on this site have logged.
    pub fn log(&self) -> String {
        self.site.log(Self::LOG)
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        self.site.show_log_of_failed_test(Self::LOG);
    }
}

/// What the service answered.
#[derive(Debug)]
pub struct Answer {
    request: String,
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// Sends a request that the test has finished itself.
    pub fn to(request: RequestBuilder) -> Self {
        let (client, request) = request.build_split();
        let request = request.expect("a test builds its requests rightly");
        let name = format!("{} {}", request.method(), request.url());
        let answer = client.execute(request).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        Self {
            request: name,
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            body: answer.bytes().expect("the body arrives").to_vec(),
        }
    }

    /// Fails the test, showing the body, unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert!(
            self.status == status,
            "{} answered {} instead of {status}:\n{}",
            self.request,
            self.status,
            self.text()
        );
        self
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{} answered no JSON ({error}):\n{}", self.request, self.text()))
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// An address that was free just now. The service gets it on its command line, not port 0, so that it is the same
/// after a restart.
fn free_address() -> SocketAddr {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .expect("the loopback address has a free port")
}
