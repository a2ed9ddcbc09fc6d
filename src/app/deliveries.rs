//! Deliveries: what was sent to a webhook and what came of it; and what the sender needs.

use super::{
    App, AppError, AppResult,
    events::{PingNews, body},
    solving::Holder,
    webhooks::managed,
};
use crate::{
    domain::{
        access::Principal,
        id::Id,
        webhook::{Attempt, Delivery, DeliveryState, Dispatch, FAILS_AT_MOST, PING, WhyDisabled, pause},
    },
    store::{
        self, Conn,
        deliveries::{NewDelivery, Outcome},
    },
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Deliveries in one list.
const LISTED: u32 = 500;
/// Most deliveries that are under way to one webhook.
const MOST_UNDER_WAY: usize = 4;

/// A delivery with what is sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeliveryWithNews {
    /// The delivery.
    #[serde(flatten)]
    pub delivery: Delivery,
    /// The body, byte by byte as it is signed.
    #[schema(example = r#"{"type":"ping","timestamp":"2020-03-16T09:00:00Z","data":{"webhook":"0193599a"}}"#)]
    pub body: String,
    /// The same as JSON.
    #[schema(value_type = Object)]
    pub news: Value,
}

impl App {
    /// What was or is to be sent to a webhook, the newest first.
    ///
    /// # Errors
    /// `Forbidden` for teachers, `NotFound` also for webhooks of others.
    pub async fn deliveries(&self, who: &Principal, webhook: &Id) -> AppResult<Vec<Delivery>> {
        let (who, webhook) = (who.clone(), webhook.clone());
        self.store
            .read(move |conn| {
                managed(conn, &who, &webhook)?;
                Ok(store::deliveries::list(conn, &webhook, LISTED)?)
            })
            .await
    }

    /// One delivery with what is sent.
    ///
    /// # Errors
    /// those of [`App::deliveries`].
    pub async fn delivery(&self, who: &Principal, webhook: &Id, id: &Id) -> AppResult<DeliveryWithNews> {
        let (who, webhook, id) = (who.clone(), webhook.clone(), id.clone());
        self.store
            .read(move |conn| {
                managed(conn, &who, &webhook)?;
                let (delivery, body) = of_webhook(conn, &webhook, &id)?;
                let news = serde_json::from_str(&body).map_err(|error| AppError::Internal(error.to_string()))?;
                Ok(DeliveryWithNews { delivery, body, news })
            })
            .await
    }

    /// Sends a delivery that failed or was sent once more: the same body under the same id.
    ///
    /// # Errors
    /// those of [`App::deliveries`]; `Conflict`: `delivery-waits`, `webhook-disabled`.
    pub async fn redeliver(&self, who: &Principal, webhook: &Id, id: &Id) -> AppResult<Delivery> {
        let (who, webhook, id, now) = (who.clone(), webhook.clone(), id.clone(), self.now());
        let delivery = self
            .write(move |conn| {
                must_be_enabled(conn, &who, &webhook)?;
                of_webhook(conn, &webhook, &id)?;
                if !store::deliveries::redeliver(conn, &id, now)? {
                    let message = "this delivery still waits to be sent; look again later";
                    return Err(AppError::conflict("delivery-waits", message));
                }
                Ok(store::deliveries::get(conn, &id)?.0)
            })
            .await?;
        self.bell.ring();
        Ok(delivery)
    }

    /// Sends a test to a webhook.
    ///
    /// # Errors
    /// those of [`App::deliveries`]; `Conflict` `webhook-disabled`.
    pub async fn ping_webhook(&self, who: &Principal, webhook: &Id) -> AppResult<Delivery> {
        let (who, webhook, now) = (who.clone(), webhook.clone(), self.now());
        let delivery = self
            .write(move |conn| {
                must_be_enabled(conn, &who, &webhook)?;
                let cause = format!("{PING}/{}", Id::new(now));
                let body = body(PING, now, PingNews { webhook: webhook.clone() })?;
                let new = NewDelivery { webhook: &webhook, event: PING, cause: &cause, body: &body };
                let id = store::deliveries::enqueue(conn, &new, now)?;
                Ok(store::deliveries::get(conn, &id)?.0)
            })
            .await?;
        self.bell.ring();
        Ok(delivery)
    }

    /// Takes up the delivery that is due longest, if one is. One webhook has few under way at a time, so that a slow
    /// receiver keeps nobody else waiting.
    ///
    /// # Errors
    /// those of the database.
    pub fn claim_delivery(&self, holder: &Holder) -> AppResult<Option<Dispatch>> {
        let now = self.now();
        // Looking costs no write: a worker with nothing to do leaves the database to others.
        if !self.store.read_now(|conn| store::deliveries::is_due(conn, MOST_UNDER_WAY, now))? {
            return Ok(None);
        }
        let claim = |conn: &mut Conn| store::deliveries::claim(conn, &holder.lease(), MOST_UNDER_WAY, now);
        Ok(self.store.write_now(claim)?)
    }

    /// Holds a delivery longer; tells whether it is still the holder's.
    ///
    /// # Errors
    /// those of the database.
    pub fn hold_delivery(&self, id: &Id, holder: &Holder) -> AppResult<bool> {
        Ok(self.store.write_now(|conn| store::deliveries::renew(conn, id, &holder.lease()))?)
    }

    /// Notes what became of an attempt. What did not arrive is sent again after pauses that grow to a day, each a little
    /// different; later, when its receiver asks for it. A webhook whose receiver is gone, or to which nothing has arrived for
    /// three days, is disabled.
    ///
    /// # Errors
    /// those of the database.
    pub fn settle_delivery(&self, dispatch: &Dispatch, holder: &Holder, attempt: &Attempt) -> AppResult<()> {
        let now = self.now();
        let pause = pause(dispatch.attempts, rand::random_range(0.8..1.2));
        let disabled = self.store.write_now(|conn| {
            let is_lasting = attempt.is_gone() || pause.is_none();
            let state = match (attempt.is_success(), is_lasting) {
                (true, _) => DeliveryState::Sent,
                (false, true) => DeliveryState::Failed,
                (false, false) => DeliveryState::Queued,
            };
            let wait = pause.filter(|_| state == DeliveryState::Queued).unwrap_or_default();
            let run_after = now + wait.max(attempt.rest().filter(|_| !is_lasting).unwrap_or_default());
            let outcome = Outcome { state, status: attempt.status, error: attempt.error.as_deref(), run_after };
            if !store::deliveries::settle(conn, &dispatch.id, &holder.owner, &outcome, now)? {
                return Ok(None);
            }
            health(conn, &dispatch.webhook, attempt, now)
        })?;
        if let Some(why) = disabled {
            tracing::warn!(webhook = %dispatch.webhook, why = why.as_str(), "a webhook is disabled");
        }
        Ok(())
    }
}

/// Notes how a webhook fares; tells why it was disabled just now, if it was.
fn health(conn: &mut Conn, webhook: &Id, attempt: &Attempt, now: DateTime<Utc>) -> AppResult<Option<WhyDisabled>> {
    if attempt.is_success() {
        store::webhooks::set_well(conn, webhook)?;
        return Ok(None);
    }
    let rests_until = attempt.rest().map(|rest| now + rest);
    let Some(since) = store::webhooks::set_failing(conn, webhook, rests_until, now)? else {
        store::deliveries::give_up(conn, webhook, "the webhook was disabled", now)?;
        return Ok(None);
    };
    let (why, error) = match (attempt.is_gone(), since + FAILS_AT_MOST <= now) {
        (true, _) => (WhyDisabled::Gone, "the webhook is disabled: its receiver is gone"),
        (false, true) => (WhyDisabled::Failing, "the webhook is disabled: nothing had arrived for three days"),
        (false, false) => return Ok(None),
    };
    store::webhooks::disable(conn, webhook, why, now)?;
    store::deliveries::give_up(conn, webhook, error, now)?;
    Ok(Some(why))
}

fn of_webhook(conn: &mut Conn, webhook: &Id, id: &Id) -> AppResult<(Delivery, String)> {
    let found = store::deliveries::get(conn, id).map_err(|error| error.or_unknown("delivery", id))?;
    if found.0.webhook == *webhook { Ok(found) } else { Err(AppError::not_found("delivery", id)) }
}

fn must_be_enabled(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<()> {
    if managed(conn, who, id)?.enabled {
        return Ok(());
    }
    Err(AppError::conflict("webhook-disabled", "nothing is sent to a webhook that is disabled: enable it first"))
}
