//! The runner of the queues: threads that claim work, do it and finish it, in `creneau serve` or `creneau worker`.
//!
//! Whatever is to be done stands in the database, written in the transaction of its cause. A worker takes it by a
//! conditional update and holds it by a lease that it renews; when the worker dies, the lease ends and another takes
//! the work up again. So every piece of work may be done twice in part, and must bear it. What looks at all schools is one
//! process's [`duty`] at a time.

pub mod bookings;
mod duty;
pub mod forecast;
mod heartbeat;
pub mod load;
pub mod mail;
pub mod retention;
pub mod rounds;
pub mod solve;
pub mod webhooks;
pub mod what_if;

use self::duty::Duty;
use crate::{
    app::{App, AppError, AppResult, solving::Holder},
    mail::Mailer,
    net::Fetcher,
    webhooks::Client,
};
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

/// One kind of work, such as solving rounds or sending mails. To add one: a file here, a line in [`Runner::start`].
pub trait Work: Send + Sync + 'static {
    /// Its name, for the log.
    fn name(&self) -> &'static str;

    /// Claims the piece of work that is due first and does it; tells whether there was one. It looks at
    /// [`Worker::is_stopping`] at least once a second and gives the work back when it is so. What goes wrong with one
    /// piece is written to that piece; errors are only those after which the whole queue had better wait.
    ///
    /// # Errors
    /// those of the database.
    fn run_next(&self, worker: &Worker) -> AppResult<bool>;
}

/// Who works: handed to each piece of work.
#[derive(Clone)]
pub struct Worker {
    /// The use cases.
    pub app: App,
    /// Under whose name work is claimed, and for how long.
    pub holder: Holder,
    stopping: Arc<AtomicBool>,
}

impl Worker {
    /// Whether the process is about to end.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

/// How the runner goes about it.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// After how long without a sign a worker's job is another's.
    pub lease_seconds: u64,
    /// How often an idle worker looks for work. Work that this process queues itself wakes it at once.
    pub poll: Duration,
    /// How many pieces of each kind are done at a time.
    pub concurrency: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { lease_seconds: 30, poll: Duration::from_millis(500), concurrency: 1 }
    }
}

impl From<&crate::config::Jobs> for Settings {
    fn from(jobs: &crate::config::Jobs) -> Self {
        Self {
            lease_seconds: jobs.lease_seconds,
            poll: Duration::from_millis(jobs.poll_millis),
            concurrency: jobs.concurrency,
        }
    }
}

/// Starts the threads.
#[derive(Clone, Copy, Debug)]
pub struct Runner;

impl Runner {
    /// Works on every queue until the handle stops it.
    ///
    /// # Errors
    /// when no thread is to be had.
    pub fn start(
        app: &App,
        settings: Settings,
        mailer: Mailer,
        webhooks: Client,
        load: (Fetcher, Duration),
    ) -> io::Result<Handle> {
        let kinds: [Arc<dyn Work>; 10] = [
            Arc::new(solve::Solve),
            Arc::new(what_if::WhatIf),
            Arc::new(mail::SendMails::new(mailer)),
            Arc::new(webhooks::SendNews::new(webhooks)?),
            Arc::new(Duty(bookings::TendBookings)),
            Arc::new(Duty(rounds::TendRounds)),
            Arc::new(Duty(retention::ApplyRetention::default())),
            Arc::new(load::ReadSources::new(load.0, load.1)?),
            Arc::new(Duty(load::LearnAttendance)),
            Arc::new(Duty(forecast::ForecastLoad::default())),
        ];
        Ok(Self::start_with(app, settings, &kinds))
    }

    /// Works on these queues only.
    pub fn start_with(app: &App, settings: Settings, kinds: &[Arc<dyn Work>]) -> Handle {
        let stopping = Arc::new(AtomicBool::new(false));
        let mut threads = Vec::new();
        for kind in kinds {
            for _ in 0..settings.concurrency.max(1) {
                let owner = format!("{}-{}", std::process::id(), uuid::Uuid::now_v7());
                let holder = Holder { owner, seconds: settings.lease_seconds };
                let worker = Worker { app: app.clone(), holder, stopping: Arc::clone(&stopping) };
                let kind = Arc::clone(kind);
                let body = move || work(&worker, kind.as_ref(), settings.poll);
                match std::thread::Builder::new().name(format!("worker-{}", threads.len())).spawn(body) {
                    Ok(thread) => threads.push(thread),
                    Err(error) => tracing::error!(%error, "no thread is to be had for a worker"),
                }
            }
        }
        Handle { app: app.clone(), stopping, threads }
    }
}

/// Stops the threads, at the latest when it is dropped.
pub struct Handle {
    app: App,
    stopping: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Handle {
    /// Has work under way given back, and waits until that is done.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.app.bell.ring();
        for thread in self.threads.drain(..) {
            // A thread catches its panics; one that could not has nothing more to do.
            let _ = thread.join();
        }
    }
}

fn work(worker: &Worker, kind: &dyn Work, poll: Duration) {
    while !worker.is_stopping() {
        let rung = worker.app.bell.count();
        // A defect in one piece of work must not end the worker: the lease ends, and attempts are counted.
        match catch_unwind(AssertUnwindSafe(|| kind.run_next(worker))) {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => worker.app.bell.wait(rung, poll),
            Ok(Err(AppError::Busy)) => std::thread::sleep(poll.min(Duration::from_millis(50))),
            Ok(Err(error)) => {
                tracing::error!(work = kind.name(), %error, ?error, "a worker waits after an error");
                worker.app.bell.wait(rung, poll.max(Duration::from_secs(2)));
            }
            Err(_) => {
                tracing::error!(work = kind.name(), "a worker panicked; the work is taken up again after its lease");
                worker.app.bell.wait(rung, poll.max(Duration::from_secs(2)));
            }
        }
    }
}
