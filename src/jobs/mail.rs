//! Sends notices: one mail at a time, so that a mail that cannot be sent never stands in the way of another.

use super::{Work, Worker};
use crate::{
    app::AppResult,
    domain::notice::Notice,
    mail::{Mailer, Undelivered},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{RecvTimeoutError, channel},
    time::Duration,
};

/// The work of sending mails.
pub struct SendMails {
    mailer: Mailer,
}

impl SendMails {
    /// Sends by this mailer.
    pub fn new(mailer: Mailer) -> Self {
        Self { mailer }
    }
}

impl Work for SendMails {
    fn name(&self) -> &'static str {
        "mail"
    }

    fn run_next(&self, worker: &Worker) -> AppResult<bool> {
        let Some((notice, attempts)) = worker.app.claim_notice(&worker.holder)? else { return Ok(false) };
        let result = held(worker, &notice, || {
            // A defect in one mail must not cost a lease's time, again and again.
            let sent = catch_unwind(AssertUnwindSafe(|| self.mailer.send(&notice)));
            sent.unwrap_or_else(|_| Err(Undelivered::Deferred("a defect of ours; see the log".to_owned())))
        });
        let outcome = match &result {
            Ok(()) => "sent",
            Err(Undelivered::Deferred(_)) => "deferred",
            Err(Undelivered::Refused(_)) => "refused",
        };
        tracing::info!(notice = %notice.id, attempts, outcome, error = ?result.as_ref().err(), "mail");
        metrics::counter!(crate::telemetry::names::MAILS, "outcome" => outcome).increment(1);
        // Killed before this line, the mail is sent again: with the same Message-ID, so that the mailbox sees one.
        worker.app.settle_notice(&notice, attempts, &worker.holder, &result)?;
        Ok(true)
    }
}

/// Does `work` while the lease is renewed: a slow server must not make another worker send the mail too.
fn held<T>(worker: &Worker, notice: &Notice, work: impl FnOnce() -> T) -> T {
    let (over, is_over) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let pause = Duration::from_millis((worker.holder.seconds * 1000 / 3).max(100));
            while is_over.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                if let Err(error) = worker.app.hold_notice(&notice.id, &worker.holder) {
                    tracing::warn!(notice = %notice.id, %error, "the lease could not be renewed yet");
                }
            }
        });
        let done = work();
        drop(over);
        done
    })
}
