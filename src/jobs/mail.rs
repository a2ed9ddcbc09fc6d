//! Sends notices: one mail at a time, so that a mail that cannot be sent never stands in the way of another.

use super::{Work, Worker};
use crate::{
    app::{AppResult, outbox::MOST_ATTEMPTS},
    domain::notice::Notice,
    mail::{Mailer, Undelivered},
};
use std::{
    sync::{
        Arc,
        mpsc::{RecvTimeoutError, channel},
    },
    thread,
    time::{Duration, Instant},
};

/// The work of sending mails.
pub struct SendMails {
    mailer: Arc<Mailer>,
}

impl SendMails {
    /// Sends by this mailer.
    pub fn new(mailer: Mailer) -> Self {
        Self { mailer: Arc::new(mailer) }
    }
}

impl Work for SendMails {
    fn name(&self) -> &'static str {
        "mail"
    }

    fn run_next(&self, worker: &Worker) -> AppResult<bool> {
        let claimed = worker.app.claim_notice(&worker.holder, self.mailer.most_per_domain)?;
        let Some((notice, attempts)) = claimed else { return Ok(false) };
        let result = if attempts > MOST_ATTEMPTS {
            // Nobody ever lived to say what went wrong with it.
            Err(Undelivered::Refused("given up: no worker came to an end with it".to_owned()))
        } else {
            self.send(worker, &notice)
        };
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

impl SendMails {
    /// Hands a mail over while the lease is renewed: a slow server must not make another worker send the mail too. Neither
    /// a server that never comes to an end nor a defect in one mail keeps this worker from the others.
    fn send(&self, worker: &Worker, notice: &Notice) -> Result<(), Undelivered> {
        let (tell, told) = channel();
        let (mailer, mail) = (Arc::clone(&self.mailer), notice.clone());
        let body = move || {
            // Who gave up waiting wants no answer any more.
            let _ = tell.send(mailer.send(&mail));
        };
        thread::Builder::new()
            .name(format!("mail-{}", notice.id))
            .spawn(body)
            .map_err(|error| Undelivered::Deferred(format!("no thread is to be had: {error}")))?;
        let deadline = Instant::now() + self.mailer.patience;
        let pause = Duration::from_millis((worker.holder.seconds * 1000 / 3).max(100));
        loop {
            match told.recv_timeout(pause.min(deadline.saturating_duration_since(Instant::now()))) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Undelivered::Deferred("a defect of ours; see the log".to_owned()));
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() >= deadline => {
                    let seconds = self.mailer.patience.as_secs();
                    return Err(Undelivered::Deferred(format!("the mail server did not end within {seconds} seconds")));
                }
                Err(RecvTimeoutError::Timeout) => {
                    if let Err(error) = worker.app.hold_notice(&notice.id, &worker.holder) {
                        tracing::warn!(notice = %notice.id, %error, "the lease could not be renewed yet");
                    }
                }
            }
        }
    }
}
