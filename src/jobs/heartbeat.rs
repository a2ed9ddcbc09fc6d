//! Holds a job while it is worked on, and stops the work when it is not to go on.

use super::Worker;
use crate::{
    app::{jobs::SolveProgress, solving::BestSoFar},
    domain::{id::Id, job::JobState},
};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// How often the heart looks up, how often it writes progress at most, and how often the best so far.
const LOOK: Duration = Duration::from_millis(100);
const WRITE: Duration = Duration::from_secs(1);
pub const KEEP: Duration = Duration::from_secs(2);

/// Why work ends before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// Another worker has the job, or may have it.
    Lost,
    /// Somebody cancelled the job.
    Cancelled,
    /// The process is about to end.
    Stopping,
}

/// What the work tells while it goes on.
#[derive(Debug)]
pub struct Pulse {
    /// When the work began, and the seconds that were spent on it before.
    begin: Instant,
    before: f64,
    progress: Mutex<Option<SolveProgress>>,
    /// The best so far, until it is kept.
    best: Mutex<Option<BestSoFar>>,
}

impl Pulse {
    /// Of work that begins now, and on which so many seconds were spent before.
    pub fn new(before: f64) -> Self {
        Self { begin: Instant::now(), before, progress: Mutex::default(), best: Mutex::default() }
    }

    /// Tells how far the work is; its seconds are counted here, also while it tells nothing.
    pub fn tell(&self, progress: SolveProgress) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    }

    /// Hands over the best so far, to be kept for who takes the work up after a crash.
    pub fn found(&self, best: BestSoFar) {
        *self.best.lock().unwrap_or_else(PoisonError::into_inner) = Some(best);
    }

    /// Takes the best that is not kept yet.
    fn take_best(&self) -> Option<BestSoFar> {
        self.best.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What was told last, in JSON, and the seconds up to now.
    pub fn last(&self) -> Option<String> {
        let told = self.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let seconds = self.before + self.begin.elapsed().as_secs_f64();
        // It holds nothing that JSON could not.
        serde_json::to_string(&SolveProgress { seconds, ..told }).ok()
    }
}

/// Does `work` on this thread while another renews the lease and writes progress; sets `stop` when the work is to end
/// early, and tells why.
pub fn with_heartbeat<T>(
    worker: &Worker,
    job: &Id,
    stop: &Arc<AtomicBool>,
    pulse: &Pulse,
    work: impl FnOnce() -> T,
) -> (T, Option<Halt>) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let heart = scope.spawn(|| beat(worker, job, stop, pulse, &over));
        let done = {
            // The heart stops even when the work panics: else the scope would wait for it for ever.
            let _guard = SetOnDrop(&over);
            work()
        };
        (done, heart.join().unwrap_or(Some(Halt::Lost)))
    })
}

struct SetOnDrop<'a>(&'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn beat(worker: &Worker, job: &Id, stop: &AtomicBool, pulse: &Pulse, over: &AtomicBool) -> Option<Halt> {
    let lease = Duration::from_secs(worker.holder.seconds);
    let mut held = Instant::now();
    let halt = |why: Halt| {
        stop.store(true, Ordering::Relaxed);
        Some(why)
    };
    while !over.load(Ordering::Relaxed) {
        if worker.is_stopping() {
            return halt(Halt::Stopping);
        }
        if let Some(best) = pulse.take_best() {
            // Not kept, it is only missed by who would go on from it; the next one may be.
            if let Err(error) = worker.app.keep_best(job, &worker.holder, &best) {
                tracing::warn!(%job, %error, "the best so far could not be kept");
            }
        }
        // Its seconds are news, always; and a cancellation is seen only when the job is looked at.
        if held.elapsed() >= WRITE.min(lease / 3) {
            match worker.app.hold(job, &worker.holder, pulse.last().as_deref()) {
                Ok(Some(JobState::Running)) => held = Instant::now(),
                Ok(Some(_)) => return halt(Halt::Cancelled),
                Ok(None) => return halt(Halt::Lost),
                Err(error) if held.elapsed() > lease => {
                    tracing::error!(%job, %error, "the lease could not be renewed in time");
                    return halt(Halt::Lost);
                }
                Err(error) => tracing::warn!(%job, %error, "the lease could not be renewed yet"),
            }
        }
        std::thread::sleep(LOOK);
    }
    None
}
