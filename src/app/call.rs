//! What a request brings besides its input: who acts, under which key its answer is kept, which version it expects.
//!
//! The web server sets it around a request ([`during`]); [`App::write`] takes it up, so that no use case can forget it:
//! every write enters its deed in the audit, and keeps what it made under the request's idempotency key, in its own
//! transaction.

use super::{App, AppError, AppResult, erasure::ERASED};
use crate::{
    domain::{
        access::{Actor, ActorKind, Principal},
        answer::{FirstAnswer, SentAnswer},
        audit::AuditEntry,
        id::Id,
    },
    store::{self, Conn, Found, StoreError, Turn},
    telemetry::redact_path,
};
use chrono::{DateTime, Duration, SubsecRound, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{
    future::Future,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

tokio::task_local! {
    static CALL: Arc<Call>;
    static EXPECTED: String;
}

/// How long whoever sends a request again waits for the first one's answer; then it was lost with its process.
const LOST_AFTER: Duration = Duration::seconds(10);
/// Deeds in one list.
const LISTED: u32 = 500;

/// One request.
#[derive(Debug, Default)]
pub struct Call {
    action: String,
    target: String,
    key: Option<String>,
    if_match: Option<String>,
    actor: OnceLock<(Actor, Option<Id>)>,
    body: OnceLock<String>,
    school: OnceLock<Id>,
    is_kept: AtomicBool,
}

/// Does the work of a request.
pub async fn during<T>(call: Arc<Call>, work: impl Future<Output = T>) -> T {
    CALL.scope(call, work).await
}

/// Notes who acts; only the first time counts.
pub fn note_actor(actor: &Actor, principal: Option<&Principal>) {
    let school = principal.and_then(|principal| principal.school().cloned());
    let _ = CALL.try_with(|call| call.actor.set((actor.clone(), school)));
}

/// Notes which school the request is about, where its address does not tell.
pub fn note_school(school: Option<&Id>) {
    if let Some(school) = school {
        let _ = CALL.try_with(|call| call.school.set(school.clone()));
    }
}

/// Notes the body.
pub fn note_body(body: &[u8]) {
    note_body_hash(&Sha256::digest(body));
}

/// Notes the SHA-256 of a body that is not held as a whole.
pub fn note_body_hash(hash: &[u8]) {
    let _ = CALL.try_with(|call| call.body.set(hex::encode(hash)));
}

/// The tag of a version, from its JSON: it stands for everything that is shown of it.
pub fn tag(json: &[u8]) -> String {
    format!("\"{}\"", &hex::encode(Sha256::digest(json))[..32])
}

/// The version of what is shown, as a form carries it.
pub fn version(shown: &impl Serialize) -> String {
    tag(&serde_json::to_vec(shown).unwrap_or_default())
}

/// Does the work of a use case that expects this version of what it changes; any, when it is empty.
pub async fn expecting<T>(version: &str, work: impl Future<Output = T>) -> T {
    EXPECTED.scope(version.to_owned(), work).await
}

/// The version that a request expects, by its `If-Match` or by its form ([`expecting`]).
#[derive(Clone, Debug, Default)]
pub struct Expected(Option<String>);

impl Expected {
    /// That of the present request.
    pub fn now() -> Self {
        if let Ok(version) = EXPECTED.try_with(String::clone)
            && !version.is_empty()
        {
            return Self(Some(version));
        }
        Self(CALL.try_with(|call| call.if_match.clone()).ok().flatten())
    }

    /// Whether what is there is what was expected; anything is, when nothing was said.
    ///
    /// # Errors
    /// `Outdated`.
    pub fn is(&self, shown: &impl Serialize) -> AppResult<()> {
        let Some(expected) = &self.0 else { return Ok(()) };
        let present = version(shown);
        let tags = expected.split(',').map(|tag| tag.trim().trim_start_matches("W/"));
        if tags.into_iter().any(|tag| tag == "*" || tag == present) { Ok(()) } else { Err(AppError::Outdated) }
    }
}

impl Call {
    /// A request by its method and address's pattern, its address with the query, its `Idempotency-Key` and its
    /// `If-Match`.
    pub fn new(action: String, target: String, key: Option<String>, if_match: Option<String>) -> Self {
        Self { action, target, key, if_match, ..Self::default() }
    }

    /// Whether its write was done and what it made is kept, so that its answer is to be kept as well.
    pub fn is_kept(&self) -> bool {
        self.is_kept.load(Ordering::Relaxed)
    }

    /// Stands for the request. That of one with a secret, such as a password, is without the body: the hash of a secret
    /// that people choose is kept nowhere.
    fn fingerprint(&self, is_secret: bool) -> String {
        let body = self.body.get().filter(|_| !is_secret).map_or("", String::as_str);
        hex::encode(Sha256::digest(format!("{}\n{}\n{body}", self.action, self.target)))
    }

    /// The actor and the key, when there are both.
    fn keyed(&self) -> Option<(&Id, &str)> {
        Some((&self.actor.get()?.0.id, self.key.as_deref()?))
    }

    /// Refuses what was done already: with the first answer, when the request is the same.
    fn is_new(&self, conn: &mut Conn, is_secret: bool, now: DateTime<Utc>) -> AppResult<()> {
        let Some((actor, key)) = self.keyed().filter(|_| !self.is_kept()) else { return Ok(()) };
        let Some(first) = store::audit::first_answer(conn, actor, key)? else { return Ok(()) };
        if first.fingerprint != self.fingerprint(is_secret) {
            return Err(AppError::KeyReused);
        }
        match first.sent {
            Some(sent) => Err(AppError::Answered(Box::new(sent))),
            None if first.result == SECRET => {
                let message = "this was done, and its answer held a secret that is kept nowhere: make another";
                Err(AppError::conflict("answer-not-kept", message))
            }
            // The process that did it was killed before it could answer. What it made is known.
            None if now > first.created_at + LOST_AFTER => {
                let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
                Err(AppError::Answered(Box::new(SentAnswer { status: 200, headers, body: first.result })))
            }
            None => Err(AppError::Busy),
        }
    }

    /// Enters the deed, and keeps what it made; nothing, when that is a secret.
    fn done(&self, conn: &mut Conn, school: Option<Id>, made: Option<String>, now: DateTime<Utc>) -> AppResult<()> {
        let Some((actor, own)) = self.actor.get() else { return Ok(()) };
        // Finer than other times: of two deeds in a second one came first.
        let at = Utc::now().trunc_subsecs(6);
        let mut by = actor.clone();
        // Who erased themselves is not named by that very deed.
        if by.kind == ActorKind::Person && store::people::get(conn, &by.id).found()?.is_none() {
            ERASED.clone_into(&mut by.name);
        }
        let entry = AuditEntry {
            id: Id::new(at),
            at,
            actor: by,
            school: own.clone().or_else(|| self.school.get().cloned()).or(school),
            action: self.action.clone(),
            // One-time links are addresses, too.
            target: redact_path(&self.target),
        };
        store::audit::insert(conn, &entry)?;
        if let Some((actor, key)) = self.keyed().filter(|_| !self.is_kept()) {
            let fingerprint = self.fingerprint(made.is_none());
            let result = made.unwrap_or_else(|| SECRET.to_owned());
            let first = FirstAnswer { fingerprint, result, sent: None, created_at: now };
            store::audit::keep_result(conn, actor, key, &first).map_err(|error| match error {
                // Somebody sent the same request at the same moment.
                StoreError::Duplicate(_) => AppError::Busy,
                error => error.into(),
            })?;
        }
        Ok(())
    }

    /// The school that an operator's deed is about, by its address.
    fn school_of_target(&self, conn: &mut Conn) -> AppResult<Option<Id>> {
        let Some((_, None)) = self.actor.get() else { return Ok(None) };
        let path = self.target.split('?').next().unwrap_or_default();
        let mut parts = path.trim_start_matches("/api/v1").trim_start_matches('/').split('/');
        match (parts.next(), parts.next()) {
            (Some(kind), Some(id)) => Ok(store::audit::school_of(conn, kind, id)?),
            _ => Ok(None),
        }
    }
}

impl App {
    /// One transaction of a use case that changes something. The deed is entered in the audit with it, and what it
    /// made is kept under the request's idempotency key: the same request again gets the same answer, and does nothing.
    ///
    /// # Errors
    /// those of `body` and of the database; `Answered`, `KeyReused`.
    pub(super) async fn write<T: Serialize + Send + 'static>(
        &self,
        body: impl FnMut(&mut Conn) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        self.write_and_keep(None, body, false, shown).await
    }

    /// [`App::write`] after waiting in line for pools.
    ///
    /// # Errors
    /// those of [`App::write`].
    pub(super) async fn write_in_turn<T: Serialize + Send + 'static>(
        &self,
        turn: Turn,
        body: impl FnMut(&mut Conn) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        self.write_and_keep(Some(turn), body, false, shown).await
    }

    /// [`App::write`] of what holds a secret, in the request or in the answer: neither is kept. The same request again is
    /// told so.
    ///
    /// # Errors
    /// those of [`App::write`].
    pub(super) async fn write_secret<T: Send + 'static>(
        &self,
        body: impl FnMut(&mut Conn) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        self.write_and_keep(None, body, true, |_| Ok(None)).await
    }

    async fn write_and_keep<T: Send + 'static>(
        &self,
        turn: Option<Turn>,
        mut body: impl FnMut(&mut Conn) -> AppResult<T> + Send + 'static,
        is_secret: bool,
        made: impl Fn(&T) -> AppResult<Option<String>> + Send + 'static,
    ) -> AppResult<T> {
        let Ok(call) = CALL.try_with(Arc::clone) else { return self.store.write_in_turn(turn, body).await };
        let (now, own) = (self.now(), Arc::clone(&call));
        let done = self
            .store
            .write_in_turn(turn, move |conn| {
                own.is_new(conn, is_secret, now)?;
                let school = own.school_of_target(conn)?;
                let done = body(conn)?;
                own.done(conn, school, made(&done)?, now)?;
                Ok::<_, AppError>(done)
            })
            .await?;
        // Only now is it certain: a transaction may have been tried more than once.
        call.is_kept.store(call.keyed().is_some(), Ordering::Relaxed);
        Ok(done)
    }

    /// Keeps the answer that a request got, for the same request again.
    ///
    /// # Errors
    /// those of the database.
    pub async fn keep_answer(&self, call: Arc<Call>, sent: SentAnswer) -> AppResult<()> {
        self.store
            .write(move |conn| {
                let Some((actor, key)) = call.keyed() else { return Ok(()) };
                let first = store::audit::first_answer(conn, actor, key)?;
                if first.is_some_and(|first| first.result == SECRET) {
                    return Ok(());
                }
                Ok(store::audit::keep_sent(conn, actor, key, &sent)?)
            })
            .await
    }

    /// Who did what in a school before an instant, the latest first: at most five hundred deeds.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers.
    pub async fn audit(
        &self,
        who: &Principal,
        school: &Id,
        before: Option<DateTime<Utc>>,
    ) -> AppResult<Vec<AuditEntry>> {
        let (who, school) = (who.clone(), school.clone());
        let before = before.unwrap_or_else(|| self.now() + Duration::seconds(1));
        self.store
            .read(move |conn| {
                super::schools::run(conn, &who, &school)?;
                Ok(store::audit::list(conn, Some(&school), before, LISTED)?)
            })
            .await
    }

    /// Who did what anywhere before an instant, the latest first: at most five hundred deeds.
    ///
    /// # Errors
    /// `Forbidden` for all but operators.
    pub async fn whole_audit(&self, who: &Principal, before: Option<DateTime<Utc>>) -> AppResult<Vec<AuditEntry>> {
        if !who.may_operate() {
            return Err(AppError::forbidden(
                "an operator reads the audit of all schools, an admin that of the own one",
            ));
        }
        let before = before.unwrap_or_else(|| self.now() + Duration::seconds(1));
        self.store.read(move |conn| Ok(store::audit::list(conn, None, before, LISTED)?)).await
    }
}

/// What was made, as it is kept.
fn shown<T: Serialize>(made: &T) -> AppResult<Option<String>> {
    serde_json::to_string(made).map(Some).map_err(|error| AppError::Internal(error.to_string()))
}

/// Stands for what was made and is kept nowhere.
const SECRET: &str = "secret";

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_form_expects_the_version_that_it_showed() {
        let shown = ["6e B", "27"];
        let is = async |version: &str| expecting(version, async { Expected::now().is(&shown) }).await.is_ok();
        assert!(is(&version(&shown)).await && is("").await);
        assert!(!is(&version(&["6e B", "28"])).await);
    }

    #[test]
    fn a_version_is_expected_by_its_tag() {
        let shown = ["6e B", "27"];
        let tag = |shown: &[&str]| tag(&serde_json::to_vec(shown).unwrap());
        let is = |expected: &str| Expected(Some(expected.to_owned())).is(&shown).is_ok();
        assert!(is(&tag(&shown)) && is("*") && is(&format!("\"other\", W/{}", tag(&shown))));
        assert!(!is("\"other\"") && Expected(None).is(&shown).is_ok());
        assert_ne!(tag(&shown), tag(&["6e B", "28"]));
    }
}
