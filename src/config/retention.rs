//! How long what is about people is kept.

use super::reader::Reader;

/// The longest that one may ask for: a hundred years.
const MOST_DAYS: u32 = 36_500;
/// How long calendars show that a class was called off.
const SHOWN_DAYS: u32 = 30;
/// Six weeks, and one to spare.
const FORECAST_DAYS: u32 = 50;

/// After how many days what goes; 0 keeps it.
#[derive(Debug)]
pub struct Retention {
    /// Text, name and address of mails that were sent or given up.
    pub mail_days: u32,
    /// Entries of the audit.
    pub audit_days: u32,
    /// Reasons and notes in the wishes of archived rounds.
    pub wish_days: u32,
    /// Browser sessions and links to sign in that have ended.
    pub sign_in_days: u32,
    /// Answers to requests with an idempotency key.
    pub answer_days: u32,
    /// Classes that were called off.
    pub cancelled_days: u32,
    /// Invitations whose links have ended.
    pub invitation_days: u32,
    /// What was sent to webhooks, or given up.
    pub delivery_days: u32,
    /// Five minutes of observed load, which become hours.
    pub load_days: u32,
    /// Hours of observed load.
    pub load_hour_days: u32,
    /// What came of inputs of load.
    pub ingestion_days: u32,
}

impl Retention {
    pub(super) fn read(from: &mut Reader) -> Self {
        let mut days = |key, about, default| from.within(key, about, default, 0..=MOST_DAYS);
        let read = Self {
            mail_days: days(
                "retention.mail_days",
                "days after which sent and failed mails lose text, name and address; 0 keeps them",
                90,
            ),
            audit_days: days(
                "retention.audit_days",
                "days after which entries of the audit are deleted; 0 keeps them",
                365,
            ),
            wish_days: days(
                "retention.wish_days",
                "days after which wishes of archived rounds lose reasons and notes; 0 keeps them",
                365,
            ),
            sign_in_days: days(
                "retention.sign_in_days",
                "days after which ended browser sessions and sign-in links are deleted; 0 keeps them",
                30,
            ),
            answer_days: days(
                "retention.answer_days",
                "days after which answers to requests with an idempotency key are deleted; 0 keeps them",
                1,
            ),
            cancelled_days: days(
                "retention.cancelled_days",
                "days after which called-off classes are deleted, 30 at least; 0 keeps them",
                365,
            ),
            invitation_days: days(
                "retention.invitation_days",
                "days after which ended invitations are deleted; 0 keeps them",
                30,
            ),
            delivery_days: days(
                "retention.delivery_days",
                "days after which what was sent to webhooks, or given up, is deleted; 0 keeps it",
                30,
            ),
            load_days: days(
                "retention.load_days",
                "days after which five minutes of observed load become hours, 50 at least; 0 keeps them",
                90,
            ),
            load_hour_days: days(
                "retention.load_hour_days",
                "days after which hours of observed load are deleted; 0 keeps them",
                1100,
            ),
            ingestion_days: days(
                "retention.ingestion_days",
                "days after which reports of what came of inputs of load are deleted; 0 keeps them",
                14,
            ),
        };
        from.check("retention.load_days", read.load_days == 0 || read.load_days >= FORECAST_DAYS, || {
            format!("should be 0 or at least {FORECAST_DAYS}: forecasts are made of six weeks")
        });
        from.check("retention.cancelled_days", read.cancelled_days == 0 || read.cancelled_days >= SHOWN_DAYS, || {
            format!("should be 0 or at least {SHOWN_DAYS}: so long calendars show that a class was called off")
        });
        read
    }
}
