//! What somebody sees and does of their own account: who they are, as what they act, password, sessions.

use super::{App, AppError, AppResult, identity::Identity, sign_in::end_others};
use crate::{
    domain::{
        access::{Actor, Principal, Role, Scope},
        account::{BegunBy, BrowserSession, Membership, Person, password_findings},
        finding::Findings,
        id::Id,
        people::Language,
        text,
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who asks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Me {
    /// The person or the token.
    pub actor: Actor,
    /// The account; none for tokens.
    pub person: Option<Person>,
    /// What the person is.
    pub memberships: Vec<NamedMembership>,
    /// As what the person or the token acts; none for a person without a role, or with several who has not chosen.
    pub acting: Option<Acting>,
    /// The language of pages and mails; none for tokens.
    pub language: Option<Language>,
    /// What may be done: a token may be for reading only.
    pub scope: Scope,
}

/// A membership with the school's name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedMembership {
    /// The membership.
    #[serde(flatten)]
    pub membership: Membership,
    /// The school's name, but for operators.
    pub school_name: Option<String>,
}

/// As what somebody acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Acting {
    /// By which membership; none for tokens.
    pub membership: Option<Id>,
    /// The role.
    pub role: Role,
    /// The school, but for operators.
    pub school: Option<Id>,
    /// The teacher, for teachers.
    pub teacher: Option<Id>,
}

/// What a person says of themselves. What is left out stays.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonChange {
    /// The name.
    #[serde(default)]
    #[schema(example = "Claire Bernard", max_length = 200)]
    pub name: Option<String>,
    /// The language of pages and mails.
    #[serde(default)]
    pub language: Option<Language>,
}

/// Which membership is to act.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActingChoice {
    /// One of the person's memberships.
    pub membership: Id,
}

/// A new password.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The new one: 12 to 200 characters, without the name in the e-mail address.
    pub password: String,
    /// The one until now. Not needed where there is none, nor within half an hour of signing in by a link.
    #[serde(default)]
    pub current: Option<String>,
}

/// A browser that is signed in as the person who asks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MySession {
    /// Identifier.
    pub id: Id,
    /// Whether it is the one that asks.
    pub current: bool,
    /// How it began.
    pub begun_by: BegunBy,
    /// What the browser calls itself.
    pub program: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When the browser was last heard of, to the minute.
    pub seen_at: DateTime<Utc>,
    /// When it ends in any case.
    pub expires_at: DateTime<Utc>,
}

impl App {
    /// Who asks.
    ///
    /// # Errors
    /// those of the database.
    pub async fn me(&self, who: &Identity) -> AppResult<Me> {
        let who = who.clone();
        self.store
            .read(move |conn| {
                let (person, memberships) = match who.person() {
                    Ok((person, _)) => {
                        let memberships = store::memberships::of_person(conn, &person)?;
                        (Some(store::people::get(conn, &person)?), named(conn, memberships)?)
                    }
                    Err(_) => (None, Vec::new()),
                };
                Ok(Me {
                    person,
                    memberships,
                    acting: who.principal.as_ref().map(|principal| acting(principal, who.membership.clone())),
                    language: who.language,
                    scope: who.scope,
                    actor: who.actor.clone(),
                })
            })
            .await
    }

    /// Changes the name or the language of the person who asks.
    ///
    /// # Errors
    /// `Forbidden` for tokens, `Invalid`.
    pub async fn change_me(&self, who: &Identity, change: PersonChange) -> AppResult<Person> {
        let (person, _) = who.person()?;
        self.write(move |conn| {
            let known = store::people::get(conn, &person)?;
            let mut findings = Findings::default();
            let name = change.name.as_deref().and_then(|name| findings.keep(text::line(name, "name")));
            findings.into_result()?;
            let (name, language) = (name.unwrap_or(known.name), change.language.unwrap_or(known.language));
            store::people::update(conn, &person, &name, language)?;
            Ok(store::people::get(conn, &person)?)
        })
        .await
    }

    /// Has another membership act in this browser.
    ///
    /// # Errors
    /// `Forbidden` for tokens, `NotFound` for a membership that is not the person's.
    pub async fn act_as(&self, who: &Identity, choice: ActingChoice) -> AppResult<Acting> {
        let (person, session) = who.person()?;
        self.write(move |conn| {
            let unknown = || AppError::not_found("membership", &choice.membership);
            let memberships = store::memberships::of_person(conn, &person)?;
            let chosen = memberships.into_iter().find(|membership| membership.id == choice.membership);
            let chosen = chosen.ok_or_else(unknown)?;
            store::browser_sessions::act_by(conn, &session, &chosen.id).map_err(signed_out)?;
            let principal = chosen.principal().ok_or_else(unknown)?;
            Ok(acting(&principal, Some(chosen.id)))
        })
        .await
    }

    /// Gives the person who asks another password; their other browsers are signed out.
    ///
    /// # Errors
    /// `Forbidden` for tokens, `Invalid`, `WrongCredentials` when the one until now is needed and wrong, `TooMany`.
    pub async fn set_password(&self, who: &Identity, new: NewPassword, client: &str) -> AppResult<()> {
        let (person, session) = who.person()?;
        let (id, current) = (person.clone(), session.clone());
        let (person, session) = self
            .store
            .read(move |conn| {
                let session = store::browser_sessions::get(conn, &current).map_err(signed_out)?;
                Ok::<_, AppError>((store::people::get(conn, &id)?, session))
            })
            .await?;
        let mut findings = password_findings(&new.password, &person.email, "password");
        let is_proven = !person.has_password || session.is_fresh_by_mail(self.now());
        if !is_proven && new.current.is_none() {
            let action = "add it, or sign in by a link first";
            findings.add("missing-field", "current", "the password until now is needed", action);
        }
        findings.into_result()?;
        if let Some(current) = new.current.filter(|_| !is_proven) {
            self.guess(&person.email, current, client).await?;
        }
        let hash = self.passwords.hash(new.password).await?;
        self.write_secret(move |conn| {
            // Signed out while the hash was made, by whoever changed the password first.
            store::browser_sessions::get(conn, &session.id).map_err(signed_out)?;
            store::people::set_password_hash(conn, &person.id, &hash)?;
            Ok(end_others(conn, &person.id, Some(&session.id))?)
        })
        .await
    }

    /// The browsers that are signed in as the person who asks, the newest first.
    ///
    /// # Errors
    /// `Forbidden` for tokens.
    pub async fn my_sessions(&self, who: &Identity) -> AppResult<Vec<MySession>> {
        let ((person, current), now) = (who.person()?, self.now());
        self.store
            .read(move |conn| {
                let all = store::browser_sessions::of_person(conn, &person)?;
                Ok(all.into_iter().filter(|it| it.is_valid(now)).map(|it| shown(it, &current)).collect())
            })
            .await
    }

    /// Signs one of the own browsers out.
    ///
    /// # Errors
    /// `Forbidden` for tokens, `NotFound` also for sessions of others.
    pub async fn end_my_session(&self, who: &Identity, id: &Id) -> AppResult<()> {
        let ((person, _), id) = (who.person()?, id.clone());
        self.write(move |conn| match store::browser_sessions::get(conn, &id) {
            Ok(session) if session.person.as_ref() == Some(&person) => {
                Ok(store::browser_sessions::end(conn, &session.id)?)
            }
            Ok(_) => Err(AppError::not_found("session", &id)),
            Err(error) => Err(error.or_unknown("session", &id)),
        })
        .await
    }

    /// Signs the person who asks out everywhere.
    ///
    /// # Errors
    /// `Forbidden` for tokens.
    pub async fn sign_out_everywhere(&self, who: &Identity) -> AppResult<()> {
        let (person, _) = who.person()?;
        self.write(move |conn| Ok(end_others(conn, &person, None)?)).await
    }
}

/// Memberships with the names of their schools.
///
/// # Errors
/// those of the database.
pub(super) fn named(conn: &mut Conn, memberships: Vec<Membership>) -> Result<Vec<NamedMembership>, StoreError> {
    let name = |membership: Membership| {
        let school = membership.school.as_ref().map(|school| store::schools::get(conn, school)).transpose()?;
        Ok(NamedMembership { membership, school_name: school.map(|school| school.name) })
    };
    memberships.into_iter().map(name).collect()
}

fn acting(principal: &Principal, membership: Option<Id>) -> Acting {
    let teacher = match principal {
        Principal::Teacher { teacher, .. } => Some(teacher.clone()),
        _ => None,
    };
    Acting { membership, role: principal.role(), school: principal.school().cloned(), teacher }
}

pub(super) fn shown(session: BrowserSession, current: &Id) -> MySession {
    MySession {
        current: session.id == *current,
        id: session.id,
        begun_by: session.begun_by,
        program: session.program,
        created_at: session.created_at,
        seen_at: session.seen_at,
        expires_at: session.expires_at,
    }
}

/// The session that asks has just ended.
fn signed_out(error: StoreError) -> AppError {
    match error {
        StoreError::NotFound => AppError::Unauthorized,
        error => error.into(),
    }
}
