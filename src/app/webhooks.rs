//! Webhooks: registered, changed and taken away by those who run a school or a platform.

use super::{
    App, AppError, AppResult,
    call::{Expected, note_school},
    events::is_for_webhooks,
};
use crate::{
    domain::{
        access::{Principal, Role},
        event::Event,
        finding::Findings,
        id::Id,
        network::Reachable,
        text,
        webhook::{OLD_SECRET_KEPT, Webhook, address},
    },
    store::{self, Conn, Found},
    webhooks::signature::new_secret,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most webhooks that hear the same schools' news.
const MOST_WEBHOOKS: usize = 100;

/// A webhook to register.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// The school whose news it is; an admin names the own one.
    #[serde(default)]
    pub school: Option<Id>,
    /// The platform whose schools' news it is; for operators. Without a school and a platform it is that of all schools.
    #[serde(default)]
    pub platform: Option<Id>,
    /// Where news is sent: https, at an address of the public internet.
    #[schema(example = "https://example.org/creneau", max_length = 2000)]
    pub url: String,
    /// Which news; all but `sign-in` and `invitation`, of which programs hear nothing.
    #[schema(min_items = 1, max_items = 20)]
    pub events: Vec<Event>,
    /// What it is for.
    #[serde(default)]
    #[schema(example = "timetable on the school's site", max_length = 200)]
    pub description: String,
    /// Whether news is sent.
    #[serde(default = "yes")]
    pub enabled: bool,
}

/// What there is to say of a webhook.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookDetails {
    /// Where news is sent: https, at an address of the public internet.
    #[schema(example = "https://example.org/creneau", max_length = 2000)]
    pub url: String,
    /// Which news; all but `sign-in` and `invitation`, of which programs hear nothing.
    #[schema(min_items = 1, max_items = 20)]
    pub events: Vec<Event>,
    /// What it is for.
    #[serde(default)]
    #[schema(example = "timetable on the school's site", max_length = 200)]
    pub description: String,
    /// Whether news is sent. Enabling one that was disabled by its failures gives it a new chance.
    pub enabled: bool,
}

fn yes() -> bool {
    true
}

/// A webhook with its secret, for the only time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IssuedWebhook {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// What signs all that is sent to it. It cannot be shown again.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: String,
}

impl App {
    /// Registers a webhook: operators any, admins those of the own school.
    ///
    /// # Errors
    /// `Forbidden`, `Invalid` with every finding, `Conflict` `too-many-webhooks`.
    pub async fn create_webhook(&self, who: &Principal, new: NewWebhook) -> AppResult<IssuedWebhook> {
        let may_make = match (&new.school, &new.platform) {
            (Some(school), None) => who.may_run(school),
            _ => who.may_operate(),
        };
        if !may_make {
            return Err(AppError::forbidden("an operator registers any webhook, an admin those of the own school"));
        }
        note_school(new.school.as_ref());
        let (now, reachable) = (self.now(), self.reachable.clone());
        self.write_secret(move |conn| {
            let details = WebhookDetails {
                url: new.url.clone(),
                events: new.events.clone(),
                description: new.description.clone(),
                enabled: new.enabled,
            };
            let mut findings = Findings::default();
            unknown_owner(conn, &new, &mut findings)?;
            let details = checked(details, &reachable, findings)?;
            if store::webhooks::count(conn, new.school.as_ref(), new.platform.as_ref())? >= MOST_WEBHOOKS {
                let message = format!("there are {MOST_WEBHOOKS} webhooks already: delete one that nobody needs");
                return Err(AppError::conflict("too-many-webhooks", message));
            }
            let webhook = Webhook {
                id: Id::new(now),
                school: new.school.clone(),
                platform: new.platform.clone(),
                url: details.url,
                events: details.events,
                description: details.description,
                enabled: details.enabled,
                disabled: None,
                failing_since: None,
                old_secret_until: None,
                created_at: now,
            };
            let secret = new_secret();
            store::webhooks::insert(conn, &webhook, &secret)?;
            Ok(IssuedWebhook { webhook, secret })
        })
        .await
    }

    /// The webhooks that the one who asks looks after: an operator all, an admin those of the school. No secrets.
    ///
    /// # Errors
    /// `Forbidden` for teachers.
    pub async fn webhooks(&self, who: &Principal) -> AppResult<Vec<Webhook>> {
        may_manage(who)?;
        let school = who.school().cloned();
        self.store.read(move |conn| Ok(store::webhooks::list(conn, school.as_ref())?)).await
    }

    /// One webhook.
    ///
    /// # Errors
    /// `Forbidden` for teachers, `NotFound` also for those of others.
    pub async fn webhook(&self, who: &Principal, id: &Id) -> AppResult<Webhook> {
        let (who, id) = (who.clone(), id.clone());
        self.store.read(move |conn| managed(conn, &who, &id)).await
    }

    /// Replaces what there is to say of a webhook. What waits goes to the new address; of one that is disabled it is
    /// given up.
    ///
    /// # Errors
    /// those of [`App::webhook`], `Invalid` with every finding.
    pub async fn replace_webhook(&self, who: &Principal, id: &Id, new: WebhookDetails) -> AppResult<Webhook> {
        let (who, id, now, expected) = (who.clone(), id.clone(), self.now(), Expected::now());
        let reachable = self.reachable.clone();
        self.write(move |conn| {
            let old = managed(conn, &who, &id)?;
            expected.is(&old)?;
            let new = checked(new.clone(), &reachable, Findings::default())?;
            // What its last address did says nothing of the new one.
            let is_new = new.enabled && !old.enabled || new.url != old.url;
            if !new.enabled {
                store::deliveries::give_up(conn, &id, "the webhook was disabled", now)?;
            }
            let webhook = Webhook {
                url: new.url,
                events: new.events,
                description: new.description,
                enabled: new.enabled,
                disabled: old.disabled.filter(|_| !is_new || !new.enabled),
                failing_since: old.failing_since.filter(|_| !is_new),
                ..old
            };
            store::webhooks::update(conn, &webhook)?;
            Ok(webhook)
        })
        .await
    }

    /// Takes a webhook away, with all that was or is to be sent to it.
    ///
    /// # Errors
    /// those of [`App::webhook`].
    pub async fn delete_webhook(&self, who: &Principal, id: &Id) -> AppResult<()> {
        let (who, id, expected) = (who.clone(), id.clone(), Expected::now());
        self.write(move |conn| {
            expected.is(&managed(conn, &who, &id)?)?;
            Ok(store::webhooks::delete(conn, &id)?)
        })
        .await
    }

    /// Gives a webhook a new secret. For a day the old one signs beside it, so that its receiver can change in peace.
    ///
    /// # Errors
    /// those of [`App::webhook`].
    pub async fn rotate_webhook_secret(&self, who: &Principal, id: &Id) -> AppResult<IssuedWebhook> {
        let (who, id, now) = (who.clone(), id.clone(), self.now());
        self.write_secret(move |conn| {
            managed(conn, &who, &id)?;
            let secret = new_secret();
            store::webhooks::rotate(conn, &id, &secret, now + OLD_SECRET_KEPT)?;
            Ok(IssuedWebhook { webhook: store::webhooks::get(conn, &id)?, secret })
        })
        .await
    }
}

/// A webhook, when the one who asks looks after it.
///
/// # Errors
/// `Forbidden` for teachers, `NotFound` also for those of others.
pub(super) fn managed(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<Webhook> {
    may_manage(who)?;
    let webhook = store::webhooks::get(conn, id).map_err(|error| error.or_unknown("webhook", id))?;
    let is_own = webhook.school.as_ref().map_or_else(|| who.may_operate(), |school| who.may_run(school));
    if is_own { Ok(webhook) } else { Err(AppError::not_found("webhook", id)) }
}

fn may_manage(who: &Principal) -> AppResult<()> {
    if who.role() == Role::Teacher {
        return Err(AppError::forbidden("an operator or an admin looks after webhooks"));
    }
    Ok(())
}

fn unknown_owner(conn: &mut Conn, new: &NewWebhook, findings: &mut Findings) -> AppResult<()> {
    if new.school.is_some() && new.platform.is_some() {
        let message = "a webhook is a school's or a platform's, not both";
        findings.add("two-owners", "platform", message, "leave one out");
    }
    if let Some(id) = &new.school
        && store::schools::get(conn, id).found()?.is_none()
    {
        let message = format!("there is no school {id}");
        findings.add("unknown-school", "school", message, "list them with GET /api/v1/schools");
    }
    if let Some(id) = &new.platform
        && store::platforms::get(conn, id).found()?.is_none()
    {
        let message = format!("there is no platform {id}");
        findings.add("unknown-platform", "platform", message, "list them with GET /api/v1/platforms");
    }
    Ok(())
}

/// The details when all of them are right, as they are kept.
fn checked(new: WebhookDetails, reachable: &Reachable, mut findings: Findings) -> Result<WebhookDetails, Findings> {
    let url = address(&new.url, reachable, &mut findings);
    let description = match new.description.trim() {
        "" => String::new(),
        given => findings.keep(text::line(given, "description")).unwrap_or_default(),
    };
    if new.events.is_empty() {
        findings.add("no-event", "events", "it would hear of nothing", "name at least one event");
    }
    for (index, event) in new.events.iter().enumerate() {
        let place = format!("events[{index}]");
        if !is_for_webhooks(*event) {
            let message = format!("programs hear nothing of {}", event.as_str());
            findings.add("not-for-webhooks", place, message, "leave it out");
        } else if new.events.iter().take(index).any(|other| other == event) {
            findings.add("twice", place, format!("{} is named twice", event.as_str()), "leave it out");
        }
    }
    findings.into_result()?;
    Ok(WebhookDetails { url, description, ..new })
}
