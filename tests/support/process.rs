//! Processes that a test starts, and that never outlive it: not when it panics, not when it is killed.
//!
//! A destructor cannot promise that: none runs for a `static`, nor in a process that gets a SIGKILL. So every test
//! process has one watchdog, a small shell that is told over a pipe what to put away. When the test process ends, in
//! whatever way, the kernel closes the pipe, and the watchdog does so.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

const WATCHDOG_SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tools/watchdog.sh");

/// A running program with all that it starts itself, killed when dropped.
pub struct Process {
    child: Child,
    name: String,
}

impl Process {
    /// Starts `command` in a process group of its own.
    pub fn spawn(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.process_group(0).spawn().unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        tell_watchdog(&format!("group {}", child.id()));
        Self { child, name }
    }

    /// The running program.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Its exit status, once it has ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be waited for")
    }

    /// Asks it to end by SIGTERM, as a service manager does, and waits.
    pub fn terminate(&mut self, patience: Duration) -> ExitStatus {
        if self.ended().is_none() {
            signal("TERM", &self.child.id().to_string());
        }
        let name = self.name.clone();
        wait_until(patience, &format!("{name} ends on SIGTERM"), || self.ended())
    }

    /// Ends it and all that it started by SIGKILL, with no chance to tidy up.
    pub fn kill9(&mut self) {
        if self.ended().is_none() {
            signal("KILL", &format!("-{}", self.child.id()));
            let _ = self.child.wait();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The group too when the program itself has ended: it may have left others behind.
        signal("KILL", &format!("-{}", self.child.id()));
        let _ = self.child.wait();
        tell_watchdog(&format!("forget {}", self.child.id()));
    }
}

/// Calls `probe` until it answers, and fails the test when it does not within `patience`.
pub fn wait_until<T>(patience: Duration, what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = probe() {
            return answer;
        }
        assert!(start.elapsed() < patience, "waited {patience:?} in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Has the watchdog stop the PostgreSQL cluster in `folder` and remove the folder when this process ends.
pub fn put_cluster_away_at_exit(bin: &Path, folder: &Path) {
    tell_watchdog(&format!("cluster {} {}", bin.display(), folder.display()));
}

/// Sends a signal; a process that is gone already is none of our worries.
pub fn signal(name: &str, target: &str) {
    // The shell's own `kill`: a small machine has no other.
    let _ = Command::new("sh").args(["-c", r#"kill -s "$0" -- "$1""#, name, target]).stderr(Stdio::null()).status();
}

fn tell_watchdog(line: &str) {
    static WATCHDOG: OnceLock<Mutex<Child>> = OnceLock::new();
    let watchdog = WATCHDOG.get_or_init(|| {
        let watchdog = Command::new("sh")
            .arg(WATCHDOG_SCRIPT)
            .stdin(Stdio::piped())
            // Else whoever reads the tests' output would wait for the watchdog's end.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C goes to the tests' group; the watchdog has work to do just then.
            .process_group(0)
            .spawn()
            .expect("sh starts");
        Mutex::new(watchdog)
    });
    let mut watchdog = watchdog.lock().expect("no test panics while it writes a line");
    let pipe = watchdog.stdin.as_mut().expect("a pipe was asked for");
    writeln!(pipe, "{line}").expect("the watchdog reads");
}
