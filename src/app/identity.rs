//! Who asks: the holder of an API token, or a browser's session; and what it was last used for.

use super::{App, AppError, AppResult, access::hash};
use crate::{
    domain::{
        access::{Actor, ActorKind, Principal, Scope, Token},
        account::{BegunBy, BrowserSession, Person, SESSION_DAYS},
        id::Id,
        people::Language,
        text::{MAX_LINE, one_line},
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Duration, Utc};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// How exactly it is known when a token or a session was last used: a write for each request would be dear.
const USE_MINUTES: i64 = 1;
/// Uses that a process remembers having noted; more than that are forgotten, and noted once more.
const MOST_MARKS: usize = 10_000;

/// What came with a request.
#[derive(Clone)]
pub enum Credential {
    /// An API token.
    Token(String),
    /// The secret in a browser's cookie.
    Session(String),
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who it is, whatever the role.
    pub actor: Actor,
    /// What they may do; none for a person who has no role, or several and chose none.
    pub principal: Option<Principal>,
    /// What the token may be used for; everything, for a person.
    pub scope: Scope,
    /// The person's language; none for tokens.
    pub language: Option<Language>,
    /// The browser's session.
    pub session: Option<Id>,
    /// The membership that acts.
    pub membership: Option<Id>,
}

impl Identity {
    /// Somebody made up, for tests of pages.
    #[cfg(test)]
    pub fn sample(principal: Principal) -> Self {
        let actor = Actor { kind: ActorKind::Token, id: Id::from("token"), name: "sample".to_owned() };
        let principal = Some(principal);
        Self { actor, principal, scope: Scope::Write, language: None, session: None, membership: None }
    }

    /// Whether they may change something: a token may be for reading only.
    pub fn may_write(&self) -> bool {
        self.scope == Scope::Write
    }

    /// The person who is signed in, and the session.
    ///
    /// # Errors
    /// `Forbidden` for tokens.
    pub fn person(&self) -> AppResult<(Id, Id)> {
        match (self.actor.kind, &self.session) {
            (ActorKind::Person, Some(session)) => Ok((self.actor.id.clone(), session.clone())),
            _ => Err(AppError::forbidden("only a person who is signed in does this; a token has no account")),
        }
    }

    /// What they may do.
    ///
    /// # Errors
    /// `Forbidden` for a person who has no role, or several and chose none.
    pub fn principal(&self) -> AppResult<Principal> {
        let missing = "no role acts: choose a membership with PUT /api/v1/me/acting, or ask an admin for one";
        self.principal.clone().ok_or_else(|| AppError::forbidden(missing))
    }
}

/// What was used, when it is time to note it.
enum Mark {
    Token(Id),
    Session(Id),
}

/// What this process has noted as used within the last minute.
#[derive(Default)]
pub struct Marks(Mutex<HashMap<Id, DateTime<Utc>>>);

impl Marks {
    /// Whether nobody in this process has noted it within the last minute; then the one who asks does.
    pub(super) fn claim(&self, id: &Id, now: DateTime<Utc>) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = noted.get(id).is_none_or(|last| is_due(*last, now));
        if is_due {
            if noted.len() >= MOST_MARKS {
                noted.clear();
            }
            noted.insert(id.clone(), now);
        }
        is_due
    }
}

fn is_due(last: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now >= last + Duration::minutes(USE_MINUTES)
}

impl App {
    /// Who asks with this.
    ///
    /// # Errors
    /// `Unauthorized` for an unknown, expired or revoked token, and for a session that has ended.
    pub async fn identify(&self, credential: Credential) -> AppResult<Identity> {
        let now = self.now();
        let found = self.store.read(move |conn| match &credential {
            Credential::Token(secret) => of_token(valid_token(conn, secret, now)?, now),
            Credential::Session(secret) => of_session(conn, &hash(secret), now),
        });
        let (identity, mark) = found.await.map_err(|error| match error {
            StoreError::NotFound => AppError::Unauthorized,
            error => error.into(),
        })?;
        if let Some(mark) = mark {
            self.note_use(mark, now);
        }
        Ok(identity)
    }

    /// Notes a use behind the answer's back: nobody waits for it, and one that is lost is noted a minute later.
    fn note_use(&self, mark: Mark, now: DateTime<Utc>) {
        let (Mark::Token(id) | Mark::Session(id)) = &mark;
        if !self.marks.claim(id, now) {
            return;
        }
        let store = self.store.clone();
        drop(tokio::task::spawn_blocking(move || {
            let noted = store.write_now(|conn| match &mark {
                Mark::Token(id) => store::tokens::used(conn, id, now),
                Mark::Session(id) => store::browser_sessions::seen(conn, id, now),
            });
            if let Err(error) = noted {
                tracing::warn!(%error, "a use could not be noted");
            }
        }));
    }
}

/// The token with this secret, if it is worth something.
///
/// # Errors
/// `NotFound` for an unknown, expired or revoked one.
pub(super) fn valid_token(conn: &mut Conn, secret: &str, now: DateTime<Utc>) -> Result<Token, StoreError> {
    let token = store::tokens::by_hash(conn, &hash(secret))?;
    if token.is_valid(now) { Ok(token) } else { Err(StoreError::NotFound) }
}

fn of_token(token: Token, now: DateTime<Utc>) -> Result<(Identity, Option<Mark>), StoreError> {
    let mark = token.last_used_at.is_none_or(|last| is_due(last, now)).then(|| Mark::Token(token.id.clone()));
    let identity = Identity {
        principal: Some(token.principal().ok_or(StoreError::NotFound)?),
        scope: token.scope,
        actor: Actor { kind: ActorKind::Token, id: token.id, name: token.label },
        language: None,
        session: None,
        membership: None,
    };
    Ok((identity, mark))
}

fn of_session(conn: &mut Conn, hash: &str, now: DateTime<Utc>) -> Result<(Identity, Option<Mark>), StoreError> {
    let session = store::browser_sessions::by_hash(conn, hash)?;
    if !session.is_valid(now) {
        return Err(StoreError::NotFound);
    }
    let mark = is_due(session.seen_at, now).then(|| Mark::Session(session.id.clone()));
    if let Some(token) = &session.token {
        let token = store::tokens::get(conn, token)?;
        if !token.is_valid(now) {
            return Err(StoreError::NotFound);
        }
        let (identity, used) = of_token(token, now)?;
        return Ok((Identity { session: Some(session.id), ..identity }, mark.or(used)));
    }
    let person = store::people::get(conn, session.person.as_ref().ok_or(StoreError::NotFound)?)?;
    let memberships = store::memberships::of_person(conn, &person.id)?;
    // A membership that was withdrawn is gone from the session. Who has one left acts by it; who has several chooses.
    let acting = match (&session.membership, memberships.as_slice()) {
        (Some(chosen), all) => all.iter().find(|membership| membership.id == *chosen),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    let identity = Identity {
        principal: acting.and_then(|membership| membership.principal()),
        membership: acting.map(|membership| membership.id.clone()),
        scope: Scope::Write,
        language: Some(person.language),
        session: Some(session.id),
        actor: Actor { kind: ActorKind::Person, id: person.id, name: person.name },
    };
    Ok((identity, mark))
}

/// A session that has begun: its secret goes into the browser's cookie.
pub struct Begun {
    /// The secret.
    pub secret: String,
    /// The session.
    pub session: BrowserSession,
}

/// Where a session begins. It has no `Debug`, like all that holds a secret.
#[derive(Clone, Default)]
pub struct Browser {
    /// What the browser calls itself.
    pub program: String,
    /// The secret of the session that it had until now, which ends.
    pub previous: Option<String>,
}

/// Begins a person's session, within a transaction. The membership acts that is named, else the oldest.
///
/// # Errors
/// those of the database.
pub(super) fn begin(
    conn: &mut Conn,
    person: &Person,
    membership: Option<&Id>,
    begun_by: BegunBy,
    browser: &Browser,
    now: DateTime<Utc>,
) -> Result<Begun, StoreError> {
    let oldest = || store::memberships::of_person(conn, &person.id).map(|all| all.into_iter().next().map(|it| it.id));
    let membership = membership.cloned().map_or_else(oldest, |membership| Ok(Some(membership)))?;
    write(conn, (Some(person.id.clone()), None), membership, begun_by, browser, now)
}

/// Begins a session of a token's holder, within a transaction.
///
/// # Errors
/// those of the database.
pub(super) fn begin_by_token(
    conn: &mut Conn,
    token: &Token,
    browser: &Browser,
    now: DateTime<Utc>,
) -> Result<Begun, StoreError> {
    write(conn, (None, Some(token.id.clone())), None, BegunBy::Token, browser, now)
}

fn write(
    conn: &mut Conn,
    (person, token): (Option<Id>, Option<Id>),
    membership: Option<Id>,
    begun_by: BegunBy,
    browser: &Browser,
    now: DateTime<Utc>,
) -> Result<Begun, StoreError> {
    if let Some(previous) = &browser.previous {
        store::browser_sessions::end_by_hash(conn, &hash(previous))?;
    }
    let secret = super::access::new_secret();
    let session = BrowserSession {
        id: Id::new(now),
        person,
        token,
        membership,
        begun_by,
        program: one_line(&browser.program).chars().take(MAX_LINE).collect(),
        created_at: now,
        seen_at: now,
        expires_at: now + Duration::days(SESSION_DAYS),
    };
    store::browser_sessions::insert(conn, &session, &hash(&secret))?;
    Ok(Begun { secret, session })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_noted_once_a_minute() {
        let (marks, id, now) = (Marks::default(), Id::from("1"), DateTime::UNIX_EPOCH);
        assert!(marks.claim(&id, now));
        assert!(!marks.claim(&id, now + Duration::seconds(59)));
        assert!(marks.claim(&Id::from("2"), now));
        assert!(marks.claim(&id, now + Duration::seconds(60)));
    }
}
