//! How long what is about people is kept: applied by every worker once an hour, and by hand. Doing it again, or at the
//! same time as another worker, does no harm.

use super::{App, AppResult};
use crate::{
    domain::{account::IDLE_DAYS, feed::CANCELLED_KEPT},
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

/// After how many days what goes; 0 keeps it.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Text, name and address of mails that were sent or given up.
    pub mails: u32,
    /// Entries of the audit.
    pub audit: u32,
    /// Reasons, links and notes in the wishes of archived rounds.
    pub wishes: u32,
    /// Browser sessions and links to sign in that have ended.
    pub sign_ins: u32,
    /// Answers to requests with an idempotency key.
    pub answers: u32,
    /// Classes that were called off. Calendars show them for 30 days, so that they are never gone before.
    pub cancelled: u32,
    /// Invitations whose links have ended.
    pub invitations: u32,
    /// What was sent to webhooks, or given up.
    pub deliveries: u32,
    /// Five minutes of observed load, which become hours.
    pub load: u32,
    /// Hours of observed load.
    pub load_hours: u32,
    /// What came of inputs of load.
    pub ingestions: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            mails: 90,
            audit: 365,
            wishes: 365,
            sign_ins: 30,
            answers: 1,
            cancelled: 365,
            invitations: 30,
            deliveries: 30,
            load: 90,
            load_hours: 1100,
            ingestions: 14,
        }
    }
}

impl From<&crate::config::Retention> for Retention {
    fn from(config: &crate::config::Retention) -> Self {
        Self {
            mails: config.mail_days,
            audit: config.audit_days,
            wishes: config.wish_days,
            sign_ins: config.sign_in_days,
            answers: config.answer_days,
            cancelled: config.cancelled_days,
            invitations: config.invitation_days,
            deliveries: config.delivery_days,
            load: config.load_days,
            load_hours: config.load_hour_days,
            ingestions: config.ingestion_days,
        }
    }
}

/// What went, or would go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tidied {
    /// Mails without text, name and address from now on.
    pub mails: usize,
    /// Entries of the audit.
    pub audit: usize,
    /// Requests without reasons, links and notes from now on.
    pub wishes: usize,
    /// Browser sessions, links to sign in, and failures.
    pub sign_ins: usize,
    /// Answers to requests with an idempotency key.
    pub answers: usize,
    /// Classes that were called off.
    pub cancelled: usize,
    /// Invitations.
    pub invitations: usize,
    /// What was sent to webhooks, or given up.
    pub deliveries: usize,
    /// Five minutes of observed load that became hours.
    pub load: usize,
    /// Hours of observed load.
    pub load_hours: usize,
    /// Reports of what came of inputs of load.
    pub ingestions: usize,
}

impl Tidied {
    /// All of it.
    pub fn total(&self) -> usize {
        self.rows().iter().map(|(_, count)| count).sum()
    }

    /// Each kind with its number.
    pub fn rows(&self) -> [(&'static str, usize); 11] {
        [
            ("mails", self.mails),
            ("audit entries", self.audit),
            ("wishes", self.wishes),
            ("sign-ins", self.sign_ins),
            ("answers", self.answers),
            ("cancelled classes", self.cancelled),
            ("invitations", self.invitations),
            ("deliveries", self.deliveries),
            ("five minutes of load", self.load),
            ("hours of load", self.load_hours),
            ("reports of load", self.ingestions),
        ]
    }
}

impl App {
    /// Takes out what has had its time.
    ///
    /// # Errors
    /// those of the database.
    pub fn apply_retention(&self) -> AppResult<Tidied> {
        let (rules, now) = (self.retention, self.now());
        // A transaction a rule: each is whole by itself, and none waits for all.
        let mut out = Tidied::default();
        for rule in RULES {
            self.store.write_now(|conn| rule(conn, &rules, now, &mut out))?;
        }
        Ok(out)
    }

    /// What [`App::apply_retention`] would take out.
    ///
    /// # Errors
    /// those of the database.
    pub fn would_apply_retention(&self) -> AppResult<Tidied> {
        let (rules, now) = (self.retention, self.now());
        self.try_out_now(|conn| {
            let mut out = Tidied::default();
            RULES.iter().try_for_each(|rule| rule(conn, &rules, now, &mut out))?;
            Ok(out)
        })
    }
}

type Rule = fn(&mut Conn, &Retention, DateTime<Utc>, &mut Tidied) -> Result<(), StoreError>;

const RULES: [Rule; 11] = [
    |conn, rules, now, out| keep(rules.mails, now, &mut out.mails, |then| store::retention::empty_mails(conn, then)),
    |conn, rules, now, out| keep(rules.audit, now, &mut out.audit, |then| store::retention::delete_deeds(conn, then)),
    |conn, rules, now, out| {
        keep(rules.wishes, now, &mut out.wishes, |then| store::retention::blank_archived(conn, then, now))
    },
    |conn, rules, now, out| {
        keep(rules.sign_ins, now, &mut out.sign_ins, |then| {
            store::retention::delete_sign_ins(conn, then, then - Duration::days(IDLE_DAYS))
        })
    },
    |conn, rules, now, out| {
        keep(rules.answers, now, &mut out.answers, |then| store::retention::delete_answers(conn, then))
    },
    |conn, rules, now, out| {
        keep(rules.cancelled, now, &mut out.cancelled, |then| {
            store::retention::delete_cancelled(conn, then.min(now - CANCELLED_KEPT))
        })
    },
    |conn, rules, now, out| {
        keep(rules.invitations, now, &mut out.invitations, |then| store::retention::delete_invitations(conn, then))
    },
    |conn, rules, now, out| {
        // A secret that signs no more is of no use, whatever the setting.
        store::webhooks::forget_old_secrets(conn, now)?;
        keep(rules.deliveries, now, &mut out.deliveries, |then| store::retention::delete_deliveries(conn, then))
    },
    |conn, rules, now, out| keep(rules.load, now, &mut out.load, |then| store::load::ageing::make_hours(conn, then)),
    |conn, rules, now, out| {
        keep(rules.load_hours, now, &mut out.load_hours, |then| store::load::ageing::delete_hours(conn, then))
    },
    |conn, rules, now, out| {
        keep(rules.ingestions, now, &mut out.ingestions, |then| store::load::ageing::delete_ingestions(conn, then))
    },
];

/// Applies a rule to what is older than so many days, unless they are none.
fn keep(
    days: u32,
    now: DateTime<Utc>,
    count: &mut usize,
    rule: impl FnOnce(DateTime<Utc>) -> Result<usize, StoreError>,
) -> Result<(), StoreError> {
    if days > 0 {
        // Written, not added: a transaction that lost a race is tried again.
        *count = rule(now - Duration::days(i64::from(days)))?;
    }
    Ok(())
}
