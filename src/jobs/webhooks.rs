//! Sends news to webhooks: many at a time, since most of the time is spent waiting for receivers.

use super::{Work, Worker};
use crate::{
    app::{App, AppError, AppResult, solving::Holder},
    domain::webhook::{Attempt, Dispatch},
    webhooks::Client,
};
use chrono::Utc;
use std::{sync::Arc, time::Duration};
use tokio::{
    runtime::{Builder, Runtime},
    sync::Semaphore,
    task::spawn_blocking,
    time::{interval, timeout},
};

/// How many deliveries one process has under way.
const UNDER_WAY: u32 = 64;
/// How long a process that is about to end waits for the deliveries under way. Those that take longer are sent again, by
/// another worker, under the same id.
const GRACE: Duration = Duration::from_secs(3);

/// The work of sending news to webhooks.
pub struct SendNews {
    client: Client,
    runtime: Option<Runtime>,
    places: Arc<Semaphore>,
}

impl SendNews {
    /// Sends by this client.
    ///
    /// # Errors
    /// when no thread is to be had.
    pub fn new(client: Client) -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).thread_name("webhooks").enable_all().build()?;
        Ok(Self { client, runtime: Some(runtime), places: Arc::new(Semaphore::new(UNDER_WAY as usize)) })
    }
}

impl Work for SendNews {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    fn run_next(&self, worker: &Worker) -> AppResult<bool> {
        let (Some(runtime), Ok(place)) = (&self.runtime, Arc::clone(&self.places).try_acquire_owned()) else {
            return Ok(false);
        };
        let Some(dispatch) = worker.app.claim_delivery(&worker.holder)? else { return Ok(false) };
        let (client, app, holder) = (self.client.clone(), worker.app.clone(), worker.holder.clone());
        runtime.spawn(async move {
            deliver(&client, &app, &holder, dispatch).await;
            drop(place);
            // There is a place for another, or for another of the same receiver.
            app.bell.ring();
        });
        Ok(true)
    }
}

impl Drop for SendNews {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else { return };
        // Whether all have ended or not: what is left is sent again.
        let _ = runtime.block_on(async { timeout(GRACE, self.places.acquire_many(UNDER_WAY)).await.is_ok() });
        runtime.shutdown_background();
    }
}

async fn deliver(client: &Client, app: &App, holder: &Holder, dispatch: Dispatch) {
    let attempt = held(client, app, holder, &dispatch).await;
    let outcome = match (attempt.is_success(), attempt.is_gone()) {
        (true, _) => "sent",
        (false, true) => "gone",
        (false, false) => "failed",
    };
    let (status, error, attempts) = (attempt.status, attempt.error.clone(), dispatch.attempts);
    tracing::info!(delivery = %dispatch.id, webhook = %dispatch.webhook, attempts, outcome, status, error, "webhook");
    metrics::counter!(crate::telemetry::names::WEBHOOKS, "outcome" => outcome).increment(1);
    // Killed before this line, the news is sent again: under the same id, so that its receiver knows it.
    settle(app, holder, dispatch, attempt).await;
}

/// Sends, and renews the lease meanwhile.
async fn held(client: &Client, app: &App, holder: &Holder, dispatch: &Dispatch) -> Attempt {
    let sending = client.send(dispatch, Utc::now());
    tokio::pin!(sending);
    let mut beat = interval(Duration::from_millis((holder.seconds * 1000 / 3).max(100)));
    // The first one comes at once, and the lease is new.
    beat.tick().await;
    loop {
        tokio::select! {
            attempt = &mut sending => return attempt,
            _ = beat.tick() => {
                let (app, holder, id) = (app.clone(), holder.clone(), dispatch.id.clone());
                if let Ok(Err(error)) = spawn_blocking(move || app.hold_delivery(&id, &holder)).await {
                    tracing::warn!(delivery = %dispatch.id, %error, "the lease could not be renewed yet");
                }
            }
        }
    }
}

/// Notes what came of it. What cannot be noted is sent again once its lease has ended.
async fn settle(app: &App, holder: &Holder, dispatch: Dispatch, attempt: Attempt) {
    let (app, holder, id) = (app.clone(), holder.clone(), dispatch.id.clone());
    let settled = spawn_blocking(move || app.settle_delivery(&dispatch, &holder, &attempt)).await;
    let error = match settled {
        Ok(settled) => settled.err(),
        Err(stopped) => Some(AppError::Internal(stopped.to_string())),
    };
    if let Some(error) = error {
        tracing::error!(delivery = %id, %error, ?error, "what came of a delivery could not be noted");
    }
}
