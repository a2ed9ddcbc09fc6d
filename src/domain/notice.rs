//! Notices: mails that tell somebody of a change, or bring a one-time link.

use super::{event::Event, id::Id};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum NoticeState {
    /// It waits to be sent, for the first time or again.
    Queued,
    /// A worker is handing it to the mail server.
    Sending,
    /// The mail server took it.
    Sent,
    /// It will not be sent: see its error. One that was withdrawn on its way becomes `sent` if the server took it all the same.
    Failed,
}

impl NoticeState {
    /// The word for it in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

/// What a calendar is for (RFC 5546).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// To be shown.
    Publish,
    /// To be entered into the attendee's calendar, or to take the place of what is there.
    Request,
    /// To be taken out of it.
    Cancel,
}

impl Method {
    /// As it stands in the calendar and in a mail's `Content-Type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }

    /// The method of a calendar.
    pub fn of(calendar: &str) -> Self {
        let says = |method: Self| calendar.contains(&format!("\r\nMETHOD:{}\r\n", method.as_str()));
        [Self::Request, Self::Cancel].into_iter().find(|method| says(*method)).unwrap_or(Self::Publish)
    }
}

/// Where a notice stands, for those who run the school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NoticeStatus {
    /// Identifier.
    pub id: Id,
    /// The school; none for a mail about an account, or about what schools share.
    pub school: Option<Id>,
    /// What kind of news it brings.
    pub kind: Event,
    /// The teacher to whom it goes; none for a mail to somebody else.
    pub teacher: Option<Id>,
    /// The address it goes to; empty, like the subject, once the notice had its time.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// Where it stands.
    pub state: NoticeState,
    /// How often a worker took it up.
    pub attempts: u32,
    /// When it is tried next, while it waits. Before a first attempt its reader's quiet hours last until then.
    pub run_after: DateTime<Utc>,
    /// What the mail server said last, if it did not take it.
    pub error: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When the mail server took it.
    pub sent_at: Option<DateTime<Utc>>,
}

/// A mail as it is written once and for all; sent again, it is the same mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Identifier.
    pub id: Id,
    /// The school; none for a mail about an account, or about what schools share.
    pub school: Option<Id>,
    /// The teacher.
    pub teacher: Option<Id>,
    /// What it comes from; there is one notice of one cause.
    pub cause: String,
    /// What kind of news it brings.
    pub kind: Event,
    /// The `Message-ID`, without angle brackets.
    pub message_id: String,
    /// The reader's name.
    pub to_name: String,
    /// The reader's address.
    pub to_address: String,
    /// What it is about.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as a page.
    pub html: String,
    /// The calendar that comes with it.
    pub calendar: Option<String>,
    /// The `Message-ID`, without angle brackets, of what it belongs to: of no mail, but the same for all about one thing.
    pub thread: Option<String>,
    /// The address at which its reader switches mails of its kind off; none for what carries a sign-in.
    pub unsubscribe: Option<String>,
    /// When it was written: the mail's date, whenever it is sent.
    pub created_at: DateTime<Utc>,
    /// When it is sent, at the earliest.
    pub send_at: DateTime<Utc>,
}
