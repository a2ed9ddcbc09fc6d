//! Signing in: by a link that comes by e-mail, by a password, by an API token; and signing out.

use super::{
    App, AppError, AppResult,
    access::{hash, new_secret},
    identity::{Begun, Browser, Identity, begin, begin_by_token, valid_token},
    letters,
    lockout::{Subject, clear},
};
use crate::{
    domain::{
        account::{self, BegunBy, LINK_MINUTES, MOST_LINKS, PASSWORD},
        finding::Findings,
        id::Id,
    },
    store::{self, Conn, StoreError, sign_in::Link},
};
use chrono::Duration;
use serde::Deserialize;
use std::time::Duration as Time;
use utoipa::ToSchema;

/// How long asking for a link takes, whether the address is known or not.
const LINK_TIME: Time = Time::from_millis(250);

/// Who asks for a link.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkOrder {
    /// The e-mail address of an account.
    #[schema(example = "c.bernard@example.org", max_length = 200)]
    pub email: String,
}

/// The secret of a one-time link.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkSecret {
    /// What stands last in the link.
    #[schema(max_length = 200)]
    pub secret: String,
}

/// An address and a password.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordSignIn {
    /// The e-mail address of an account.
    #[schema(example = "c.bernard@example.org", max_length = 200)]
    pub email: String,
    /// The password.
    pub password: String,
}

impl App {
    /// Queues a mail with a one-time link, if the address is an account's and has not had many already. The answer
    /// and its time are the same in any case, so that nobody learns who has an account.
    ///
    /// # Errors
    /// `Invalid` for what is no address.
    pub async fn send_link(&self, order: &LinkOrder) -> AppResult<()> {
        let mut findings = Findings::default();
        let email = findings.keep(account::address(&order.email, "email"));
        findings.into_result()?;
        let (email, secret, settings) = (email.unwrap_or_default(), new_secret(), self.settings.clone());
        let now = self.now();
        let sent = self.store.write(move |conn| {
            let Some(person) = store::people::by_email(conn, &email)? else { return Ok(()) };
            let since = now - Duration::minutes(LINK_MINUTES);
            if store::sign_in::links_since(conn, &person.id, since)? >= MOST_LINKS {
                return Ok(());
            }
            let id = Id::new(now);
            let link = Link {
                id: &id,
                person: &person.id,
                hash: &hash(&secret),
                created_at: now,
                expires_at: now + Duration::minutes(LINK_MINUTES),
            };
            store::sign_in::insert_link(conn, &link)?;
            letters::send_link(conn, &settings, &person, &id, &secret, now)
        });
        let (sent, ()) = tokio::join!(sent, tokio::time::sleep(LINK_TIME));
        self.bell.ring();
        sent.map_err(AppError::from)
    }

    /// Whether a link to sign in holds. Looking does not use it up: mail scanners look.
    ///
    /// # Errors
    /// `Gone`.
    pub async fn link_holds(&self, secret: &str) -> AppResult<()> {
        let (hash, now) = (hash(secret), self.now());
        let holds = self.store.read(move |conn| store::sign_in::holds(conn, &hash, now)).await?;
        if holds { Ok(()) } else { Err(AppError::Gone) }
    }

    /// Signs in by a link, which is used up by it. It works while guessers have the password locked.
    ///
    /// # Errors
    /// `Gone`.
    pub async fn sign_in_by_link(&self, secret: &str, browser: Browser) -> AppResult<Begun> {
        let (hash, now) = (hash(secret), self.now());
        let begun = self.store.write(move |conn| {
            let person = store::sign_in::use_link(conn, &hash, now)?;
            let person = store::people::get(conn, &person)?;
            clear(conn, &Subject::Account(&person.email))?;
            begin(conn, &person, None, BegunBy::Link, &browser, now)
        });
        begun.await.map_err(|error| match error {
            StoreError::NotFound => AppError::Gone,
            error => error.into(),
        })
    }

    /// Signs in by a password. `client` is where the request comes from.
    ///
    /// # Errors
    /// `WrongCredentials`, `TooMany` for those who must wait.
    pub async fn sign_in_by_password(&self, given: PasswordSignIn, client: &str, browser: Browser) -> AppResult<Begun> {
        // What can be no address has no account, and waits all the same.
        let email = given.email.trim().to_lowercase();
        let too_long = given.password.chars().count() > *PASSWORD.end();
        let password = if too_long { String::new() } else { given.password };
        self.guess(&email, password, client).await?;
        let now = self.now();
        let begun = self.store.write(move |conn| match store::people::by_email(conn, &email)? {
            Some(person) => begin(conn, &person, None, BegunBy::Password, &browser, now),
            None => Err(StoreError::NotFound),
        });
        begun.await.map_err(|error| match error {
            StoreError::NotFound => AppError::WrongCredentials,
            error => error.into(),
        })
    }

    /// Begins a browser's session by an API token; the browser is not given the token itself.
    ///
    /// # Errors
    /// `Unauthorized` for an unknown, expired or revoked one.
    pub async fn sign_in_by_token(&self, token: &str, browser: Browser) -> AppResult<Begun> {
        let (token, now) = (token.to_owned(), self.now());
        let begun = self.store.write(move |conn| {
            let token = valid_token(conn, &token, now)?;
            store::tokens::used(conn, &token.id, now)?;
            begin_by_token(conn, &token, &browser, now)
        });
        begun.await.map_err(|error| match error {
            StoreError::NotFound => AppError::Unauthorized,
            error => error.into(),
        })
    }

    /// Ends the session of the browser that asks.
    ///
    /// # Errors
    /// `Forbidden` for a token, which is revoked instead.
    pub async fn sign_out(&self, who: &Identity) -> AppResult<()> {
        let Some(session) = who.session.clone() else {
            return Err(AppError::forbidden("a token does not sign out: revoke it with DELETE /api/v1/tokens/{token}"));
        };
        Ok(self.store.write(move |conn| store::browser_sessions::end(conn, &session)).await?)
    }
}

/// Ends a person's other sessions and every link that waits: what a new password does.
///
/// # Errors
/// those of the database.
pub(super) fn end_others(conn: &mut Conn, person: &Id, kept: Option<&Id>) -> Result<(), StoreError> {
    store::browser_sessions::end_others(conn, person, kept)?;
    store::sign_in::end_links(conn, person)
}
