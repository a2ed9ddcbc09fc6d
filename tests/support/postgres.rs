//! PostgreSQL for tests: one throw-away cluster a test process, a fresh database a test.
//!
//! The cluster listens on a Unix socket in its own folder only, so that no port can be taken and no stranger can come
//! in, and it trades all safety for speed. PostgreSQL refuses to run as root, so root runs it as the user `postgres`.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};

use super::process::{put_cluster_away_at_exit, signal, wait_until};

const PREFIX: &str = "creneau-postgres-";
const SETTINGS: &str = "-c listen_addresses='' -c max_connections=200 -c shared_buffers=32MB -c timezone=UTC";
/// For a cluster whose end nobody survives.
const UNSAFE: &str = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off";
/// For one that is killed: what was acknowledged is with the kernel. Only the machine itself must not fail.
const SAFE: &str = "-c fsync=off";
/// As PostgreSQL comes: for measurements.
pub const DURABLE: &str = "";

/// An empty database of a test's own. It goes with the cluster.
pub struct Database {
    /// Where to connect to, as `DATABASE_URL`.
    pub url: String,
}

/// Makes an empty database, starting the cluster when it is the first.
pub fn database() -> Database {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(1);

    let cluster = CLUSTER.get_or_init(|| Cluster::start_with(UNSAFE));
    cluster.database(&format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed)))
}

/// A PostgreSQL server; [`database`] shares one, and a test that kills it starts its own.
pub struct Cluster {
    folder: PathBuf,
    safety: &'static str,
    /// Locked as long as this process lives: by that others see that the folder is in use.
    _lock: File,
}

impl Cluster {
    /// A cluster that keeps what it has acknowledged when it is killed.
    pub fn start() -> Self {
        Self::start_with(SAFE)
    }

    /// Makes an empty database.
    pub fn database(&self, name: &str) -> Database {
        let mut connection = PgConnection::establish(&self.url("postgres"))
            .expect("the cluster that was just started accepts connections");
        sql_query(format!("CREATE DATABASE {name}")).execute(&mut connection).expect("a superuser creates a database");
        Database { url: self.url(name) }
    }

    /// Ends the postmaster by SIGKILL, in the middle of whatever it does.
    pub fn kill9(&self) {
        let file = fs::read_to_string(self.folder.join("data/postmaster.pid")).expect("the postmaster runs");
        signal("KILL", file.lines().next().expect("its first line is the process"));
    }

    /// Starts the killed server again; it recovers from its log.
    pub fn restart(&self) {
        // Its orphans end by themselves in a moment; until then they keep the memory that they share.
        wait_until(Duration::from_secs(60), "PostgreSQL starts again", || {
            self.start_server().status().ok().filter(std::process::ExitStatus::success)
        });
    }

    fn start_server(&self) -> Command {
        let mut command = as_owner(&binaries().join("pg_ctl"));
        command
            .arg("--pgdata")
            .arg(self.folder.join("data"))
            .arg("--log")
            .arg(self.folder.join("log"))
            .arg("--options")
            .arg(format!("-k {} {SETTINGS} {}", self.folder.display(), self.safety))
            .args(["--wait", "--timeout=60", "--silent", "start"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// A cluster with settings of its own.
    pub fn start_with(safety: &'static str) -> Self {
        let bin = binaries();
        remove_stale_clusters(&bin);
        let folder = make_folder();
        let lock = File::create(lock_file(&folder)).expect("our own folder can be written");
        lock.lock().expect("nobody else knows the folder yet");
        put_cluster_away_at_exit(&bin, &folder);
        run(as_owner(&bin.join("initdb"))
            .arg("--pgdata")
            .arg(folder.join("data"))
            .args(["--username=postgres", "--auth=trust", "--no-sync"])
            .args(["--encoding=UTF8", "--locale=C"]));
        let cluster = Self { folder, safety, _lock: lock };
        run(&mut cluster.start_server());
        cluster
    }

    fn url(&self, database: &str) -> String {
        let socket = self.folder.to_string_lossy().replace('/', "%2F");
        format!("postgres://postgres@{socket}/{database}")
    }
}

/// The newest installed PostgreSQL's programs. Debian keeps them off the PATH, one folder a version.
fn binaries() -> PathBuf {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let versions = debian.filter_map(|version| {
        let number: f32 = version.file_name().to_str()?.parse().ok()?;
        Some((number, version.path().join("bin")))
    });
    let newest = versions
        .filter(|(_, bin)| bin.join("initdb").exists())
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, bin)| bin);
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest
        .or_else(|| std::env::split_paths(&path).find(|bin| bin.join("initdb").exists()))
        .unwrap_or_else(|| panic!("no PostgreSQL server is installed: `make test` does it (Debian: postgresql)"))
}

/// Makes a folder that belongs to the cluster's user. It stands in /tmp whatever TMPDIR says: that user must be able to
/// enter it, and the path of a Unix socket has a hundred letters at most.
fn make_folder() -> PathBuf {
    let output = run(as_owner(Path::new("mktemp")).args(["-d", &format!("/tmp/{PREFIX}XXXXXX")]));
    PathBuf::from(output.trim())
}

fn lock_file(folder: &Path) -> PathBuf {
    folder.join("lock")
}

/// Removes what a test process left behind whose watchdog was killed too.
fn remove_stale_clusters(bin: &Path) {
    for entry in fs::read_dir("/tmp").into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        let folder = entry.path();
        // A folder without a lock is being made at this moment.
        let Ok(lock) = File::open(lock_file(&folder)) else {
            continue;
        };
        if matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
            continue;
        }
        let _ = as_owner(&bin.join("pg_ctl"))
            .arg("--pgdata")
            .arg(folder.join("data"))
            .args(["--mode=immediate", "--silent", "stop"])
            .output();
        let _ = fs::remove_dir_all(&folder);
    }
}

/// A command as the user that may run PostgreSQL: `postgres` when we are root, else ourselves.
fn as_owner(program: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    // The folder we are in may be closed to that user, which each of these programs would complain about.
    command.current_dir("/").env("LC_ALL", "C");
    command
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Runs a command to its end; its output when it succeeds.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    assert!(
        output.status.success(),
        "{command:?} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
