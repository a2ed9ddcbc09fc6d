//! All that is stored of a person, for that person to read and take along.

use super::{
    App, AppResult,
    identity::Identity,
    invitations::{InvitationStatus, status},
    mail_preferences,
    me::{MySession, NamedMembership, named, shown},
};
use crate::{
    domain::{
        access::Token, account::Person, feed::Feed, id::Id, mail_preferences::MailPreferences, people::Teacher,
        request::NewRequest, session::Session,
    },
    store::{self, Conn},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// All that is stored of a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyData {
    /// The account. Of the password only a hash is kept.
    pub person: Person,
    /// What the person is.
    pub memberships: Vec<NamedMembership>,
    /// The teachers that the person is.
    pub teachers: Vec<Teacher>,
    /// Browsers that are signed in.
    pub browser_sessions: Vec<MySession>,
    /// API tokens for the person, and those that the person made and that are not revoked.
    pub tokens: Vec<Token>,
    /// Calendars of the person, and those that the person made as a teacher.
    pub feeds: Vec<Feed>,
    /// Invitations to the person's address.
    pub invitations: Vec<InvitationStatus>,
    /// Mails to the person; old ones are kept without their text.
    pub mails: Vec<MyMail>,
    /// Which mails the person wants.
    pub mail_preferences: MailPreferences,
    /// What the person, or an admin in their stead, wished.
    pub wishes: Vec<MyWish>,
    /// The person's classes, by start.
    pub sessions: Vec<Session>,
    /// What the person did.
    pub deeds: Vec<MyDeed>,
}

/// A mail.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyMail {
    /// To which address.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// Where it stands.
    pub state: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// A wish.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyWish {
    /// The request's id.
    pub id: Id,
    /// Its round.
    pub round: Id,
    /// What the class is called.
    pub title: String,
    /// As it was entered; nothing for what came from a file.
    pub wish: Option<NewRequest>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
}

/// Something that the person did.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyDeed {
    /// When.
    pub at: DateTime<Utc>,
    /// In which school.
    pub school: Option<Id>,
    /// What.
    pub action: String,
    /// To what.
    pub target: String,
}

impl App {
    /// All that is stored of the person who asks.
    ///
    /// # Errors
    /// `Forbidden` for tokens.
    pub async fn my_data(&self, who: &Identity) -> AppResult<MyData> {
        let ((person, session), now) = (who.person()?, self.now());
        self.store.read(move |conn| gathered(conn, &person, &session, now)).await
    }
}

fn gathered(conn: &mut Conn, person: &Id, session: &Id, now: DateTime<Utc>) -> AppResult<MyData> {
    let person = store::people::get(conn, person)?;
    let memberships = store::memberships::of_person(conn, &person.id)?;
    let ids: BTreeSet<Id> = memberships.iter().filter_map(|membership| membership.teacher.clone()).collect();
    let ids: Vec<Id> = ids.into_iter().collect();
    let schools: BTreeSet<Id> = memberships.iter().filter_map(|membership| membership.school.clone()).collect();
    let (mut tokens, mut feeds) = (store::tokens::made_by(conn, &person.id)?, Vec::new());
    let is_theirs = |teacher: &Option<Id>| teacher.as_ref().is_some_and(|teacher| ids.contains(teacher));
    for school in &schools {
        let all = store::tokens::list(conn, Some(school))?;
        tokens.extend(all.into_iter().filter(|it| is_theirs(&it.teacher) && it.made_by.as_ref() != Some(&person.id)));
        let of_school = store::feeds::list(conn, school)?.into_iter();
        feeds.extend(of_school.filter(|feed| is_theirs(&feed.teacher) || is_theirs(&feed.made_by)));
    }
    let mut sessions = Vec::new();
    for teacher in &ids {
        sessions.extend(store::sessions::of_teacher(conn, teacher, DateTime::UNIX_EPOCH)?);
    }
    sessions.sort_by(|a, b| (a.starts_at, &a.id).cmp(&(b.starts_at, &b.id)));
    let mut wishes = Vec::new();
    for id in store::erasure::requests_of(conn, &ids)? {
        let request = store::requests::get(conn, &id)?;
        let (id, round, title, created_at) = (request.id, request.round, request.title, request.created_at);
        wishes.push(MyWish { id, round, title, wish: request.wish, created_at });
    }
    let invitations = store::invitations::concerning(conn, &person.email, &ids)?.into_iter();
    let mail_preferences = mail_preferences::of_person(conn, &person.id)?;
    let mails = store::erasure::mails_to(conn, &ids, &person.email)?.into_iter();
    let deeds = store::erasure::deeds_of(conn, &person.id)?.into_iter();
    let browsers = store::browser_sessions::of_person(conn, &person.id)?.into_iter();
    Ok(MyData {
        invitations: invitations.map(|invitation| status(invitation, now)).collect(),
        browser_sessions: browsers.map(|browser| shown(browser, session)).collect(),
        teachers: ids.iter().map(|id| store::teachers::get(conn, id)).collect::<Result<_, _>>()?,
        memberships: named(conn, memberships)?,
        person,
        tokens,
        feeds,
        mails: mails
            .map(|it| MyMail {
                to: it.to,
                subject: it.subject,
                text: it.text,
                state: it.state,
                created_at: it.created_at,
            })
            .collect(),
        mail_preferences,
        wishes,
        sessions,
        deeds: deeds.map(|(at, school, action, target)| MyDeed { at, school, action, target }).collect(),
    })
}
