//! Writes notices of a school, or of what schools share: to whom, in which language, whether they want them and when they
//! may come.

use super::{AppResult, Settings, access::new_secret};
use crate::{
    domain::{
        access::Role,
        account::{Membership, Person},
        event::Event,
        id::Id,
        mail_preferences::MailReader,
        notice::Notice,
        people::{Language, School, Teacher},
    },
    mail::{Reader, Rendered},
    store::{self, Conn, Found, StoreError},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// Where a school's notice comes from.
#[derive(Clone, Copy)]
pub(super) struct Sender<'a> {
    pub(super) settings: &'a Settings,
    pub(super) school: &'a School,
    pub(super) now: DateTime<Utc>,
}

/// Where any notice comes from: a school, or what schools share.
#[derive(Clone, Copy)]
pub(super) struct Letterhead<'a> {
    pub(super) settings: &'a Settings,
    /// The school; none for what schools share.
    pub(super) school: Option<&'a Id>,
    /// Its name.
    pub(super) name: &'a str,
    /// By whose clocks its times are.
    pub(super) zone: Tz,
    pub(super) now: DateTime<Utc>,
}

/// To whom a notice goes.
pub(super) struct Addressee {
    /// Who reads, with what they want.
    reader: MailReader,
    /// As what.
    role: Role,
    /// The teacher, when it goes to one.
    teacher: Option<Id>,
    pub(super) name: String,
    pub(super) address: String,
    pub(super) language: Language,
}

impl Addressee {
    /// Whether both are the same person, as an admin and as a teacher.
    pub(super) fn is_same_reader(&self, other: &Self) -> bool {
        self.reader.id == other.reader.id
    }
}

/// What a notice brings.
pub(super) struct News {
    /// What kind of news it is.
    pub(super) event: Event,
    /// What it comes from: each reader gets one notice of one cause.
    pub(super) cause: String,
    /// What it belongs to, such as `session-…`: all mails with the same one are a thread.
    pub(super) thread: Option<String>,
    /// When it is of no use any more.
    pub(super) needed_by: Option<DateTime<Utc>>,
}

/// What became of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// It is written.
    Now,
    /// There is one of this cause already.
    Before,
    /// The reader switched such mails off.
    Unwanted,
}

impl Sender<'_> {
    /// The teacher with what they want of mails; none for one without an address.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn teacher(&self, conn: &mut Conn, teacher: &Teacher) -> Result<Option<Addressee>, StoreError> {
        let Some(address) = teacher.email.clone() else { return Ok(None) };
        let id = reader_id(conn, teacher)?;
        let reader = reader(conn, &id, Some(&teacher.id))?;
        Ok(Some(Addressee {
            reader,
            role: Role::Teacher,
            teacher: Some(teacher.id.clone()),
            name: teacher.name.clone(),
            address,
            language: teacher.language,
        }))
    }

    /// Those who run the school and have an account, with what they want of mails.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn admins(&self, conn: &mut Conn) -> Result<Vec<Addressee>, StoreError> {
        let memberships = store::memberships::list(conn, Some(&self.school.id))?;
        let admins = memberships.into_iter().filter(|membership| membership.role == Role::Admin);
        admins.map(|membership| with_account(conn, &membership)).collect()
    }

    /// Writes a notice, in the transaction of its cause: the mail that `mail` makes for the reader, and a calendar.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn tell<E: ToString>(
        &self,
        conn: &mut Conn,
        to: &Addressee,
        news: News,
        mail: impl FnOnce(Reader<'_>) -> Result<Rendered, E>,
        calendar: Option<String>,
    ) -> Result<Told, StoreError> {
        self.head().tell(conn, to, news, mail, calendar)
    }

    fn head(&self) -> Letterhead<'_> {
        let Self { settings, school, now } = *self;
        Letterhead { settings, school: Some(&school.id), name: &school.name, zone: school.zone(), now }
    }
}

impl Letterhead<'_> {
    /// Writes a notice, in the transaction of its cause: the mail that `mail` makes for the reader, and a calendar.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn tell<E: ToString>(
        &self,
        conn: &mut Conn,
        to: &Addressee,
        news: News,
        mail: impl FnOnce(Reader<'_>) -> Result<Rendered, E>,
        calendar: Option<String>,
    ) -> Result<Told, StoreError> {
        let wishes = &to.reader.preferences;
        if !wishes.wants(news.event) {
            return Ok(Told::Unwanted);
        }
        let Self { settings, school, name, zone, now } = *self;
        let unsubscribe = unsubscribe_address(settings, &to.reader.secret, news.event);
        let reader = Reader {
            school: name,
            zone,
            name: &to.name,
            language: to.language,
            role: to.role,
            unsubscribe: &unsubscribe,
        };
        let Rendered { subject, text, html } = mail(reader).map_err(|error| StoreError::Other(error.to_string()))?;
        let id = Id::new(now);
        let notice = Notice {
            message_id: format!("{id}@{}", settings.domain),
            id,
            school: school.cloned(),
            teacher: to.teacher.clone(),
            cause: format!("{}/{}", news.cause, to.teacher.as_ref().unwrap_or(&to.reader.id)),
            kind: news.event,
            to_name: to.name.clone(),
            to_address: to.address.clone(),
            subject,
            text,
            html,
            calendar,
            thread: news.thread.map(|thread| format!("{thread}@{}", settings.domain)),
            unsubscribe: Some(unsubscribe),
            created_at: now,
            send_at: wishes.send_at(news.event, news.needed_by, zone, now),
        };
        Ok(if store::notices::enqueue(conn, &notice)? { Told::Now } else { Told::Before })
    }
}

/// Those who run the installation and have an account, with what they want of mails.
///
/// # Errors
/// those of the database.
pub(super) fn operators(conn: &mut Conn) -> Result<Vec<Addressee>, StoreError> {
    let memberships = store::memberships::operators(conn)?;
    memberships.iter().map(|membership| with_account(conn, membership)).collect()
}

fn with_account(conn: &mut Conn, membership: &Membership) -> Result<Addressee, StoreError> {
    let Person { id, email, name, language, .. } = store::people::get(conn, &membership.person)?;
    let (reader, role) = (reader(conn, &id, None)?, membership.role);
    Ok(Addressee { reader, role, teacher: None, name, address: email, language })
}

/// Where a reader switches mails of a kind off.
fn unsubscribe_address(settings: &Settings, secret: &str, event: Event) -> String {
    format!("{}/unsubscribe/{secret}/{}", settings.public_url, event.as_str())
}

/// Who reads what is sent to a teacher: the person, where the teacher has an account with the same address. Another address
/// may be anybody's: who reads it speaks for the teacher of this school alone.
///
/// # Errors
/// those of the database.
pub(super) fn reader_id(conn: &mut Conn, teacher: &Teacher) -> Result<Id, StoreError> {
    let Some(membership) = store::memberships::of_teacher(conn, &teacher.id)? else { return Ok(teacher.id.clone()) };
    let person = store::people::get(conn, &membership.person)?;
    Ok(if teacher.email.as_ref() == Some(&person.email) { person.id } else { teacher.id.clone() })
}

/// A reader; one who is new wants what they wanted under their other id, as a teacher without an account.
///
/// # Errors
/// those of the database.
pub(super) fn reader(conn: &mut Conn, id: &Id, before: Option<&Id>) -> Result<MailReader, StoreError> {
    if let Some(known) = store::mail_readers::get(conn, id)? {
        return Ok(known);
    }
    let before = before.map(|before| store::mail_readers::get(conn, before)).transpose()?.flatten();
    let preferences = before.map(|before| before.preferences).unwrap_or_default();
    let new = MailReader { id: id.clone(), secret: new_secret(), preferences };
    store::mail_readers::insert(conn, &new)?;
    Ok(new)
}

/// A teacher, unless taken away since.
///
/// # Errors
/// those of the database.
pub(super) fn known_teacher(conn: &mut Conn, id: &Id) -> AppResult<Option<Teacher>> {
    Ok(store::teachers::get(conn, id).found()?)
}
