//! Mails with a one-time link, queued in the transaction that makes the link.

use crate::{
    app::Settings,
    domain::{
        account::{INVITATION_DAYS, Invitation, LINK_MINUTES, Person},
        event::Event,
        id::Id,
        notice::Notice,
    },
    mail::{
        Rendered,
        accounts::{LinkMail, Purpose, one_time_link},
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Utc};

/// Where the link to sign in with this secret leads.
fn sign_in_address(settings: &Settings, secret: &str) -> String {
    format!("{}/link/{secret}", settings.public_url)
}

/// Where an invitation with this secret leads.
pub(super) fn invitation_address(settings: &Settings, secret: &str) -> String {
    format!("{}/invitation/{secret}", settings.public_url)
}

/// Queues the mail with a link to sign in.
///
/// # Errors
/// those of the database.
pub(super) fn send_link(
    conn: &mut Conn,
    settings: &Settings,
    person: &Person,
    link: &Id,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mail = LinkMail {
        reader: &person.name,
        language: person.language,
        link: &sign_in_address(settings, secret),
        purpose: Purpose::SignIn { minutes: LINK_MINUTES },
    };
    queue(conn, settings, &mail, (Event::SignIn, link.as_str()), &person.email, now)
}

/// Queues the mail with an invitation. One without an address is nobody's mail.
///
/// # Errors
/// those of the database.
pub(super) fn send_invitation(
    conn: &mut Conn,
    settings: &Settings,
    invitation: &Invitation,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(address) = &invitation.email else { return Ok(()) };
    let school = match &invitation.school {
        Some(school) => store::schools::get(conn, school)?.name,
        None => String::new(),
    };
    let mail = LinkMail {
        reader: &invitation.name,
        language: invitation.language,
        link: &invitation_address(settings, secret),
        purpose: Purpose::Invitation {
            role: invitation.role,
            school: &school,
            by: &invitation.invited_by,
            days: INVITATION_DAYS,
        },
    };
    // Sent again it is another mail with another link, so each sending is a cause of its own.
    let cause = format!("{}/{}", invitation.id, Id::new(now));
    queue(conn, settings, &mail, (Event::Invitation, &cause), address, now)
}

fn queue(
    conn: &mut Conn,
    settings: &Settings,
    mail: &LinkMail<'_>,
    (kind, cause): (Event, &str),
    address: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Rendered { subject, text, html } = one_time_link(mail).map_err(|error| StoreError::Other(error.to_string()))?;
    let id = Id::new(now);
    let notice = Notice {
        message_id: format!("{id}@{}", settings.domain),
        id,
        school: None,
        teacher: None,
        cause: format!("{}/{cause}", kind.as_str()),
        kind,
        to_name: mail.reader.to_owned(),
        to_address: address.to_owned(),
        subject,
        text,
        html,
        calendar: None,
        thread: None,
        // Without it nobody could sign in, whatever the hour.
        unsubscribe: None,
        created_at: now,
        send_at: now,
    };
    store::notices::enqueue(conn, &notice).map(|_| ())
}
