//! Guessing is slowed down: after some failures in a row an account waits, and after very many a client's address.

use super::{App, AppError, AppResult, access::hash};
use crate::{
    domain::account::{REMEMBERED_HOURS, client_waits_until, wait_after},
    store::{self, Conn, StoreError, sign_in::Failures},
};
use chrono::{DateTime, Duration, Utc};

/// Whose failures are counted.
#[derive(Clone, Debug)]
pub(super) enum Subject<'a> {
    /// Whoever has this address, or nobody: an address that is not known waits just as long.
    Account(&'a str),
    /// Whoever asks from there.
    Client(&'a str),
}

impl Subject<'_> {
    /// As the database knows it. It has no need for the addresses of people who have no account.
    fn key(&self) -> String {
        match self {
            Self::Account(email) => format!("account/{}", hash(email)),
            Self::Client(client) => format!("client/{}", hash(client)),
        }
    }
}

/// Refuses those who must wait.
///
/// # Errors
/// `TooMany`, and those of the database.
pub(super) fn admit(conn: &mut Conn, subject: &Subject<'_>, now: DateTime<Utc>) -> AppResult<()> {
    let until = recent(conn, subject, now)?.and_then(|failures| failures.wait_until).filter(|until| now < *until);
    match until {
        Some(until) => Err(AppError::too_many(until - now)),
        None => Ok(()),
    }
}

/// Counts one more failure in the row.
///
/// # Errors
/// those of the database.
pub(super) fn count(conn: &mut Conn, subject: &Subject<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    store::sign_in::forget_failures(conn, now - Duration::hours(REMEMBERED_HOURS))?;
    let before = recent(conn, subject, now)?;
    let count = before.map_or(0, |failures| failures.count).saturating_add(1);
    let wait_until = match subject {
        Subject::Account(_) => wait_after(count).map(|wait| now + wait),
        Subject::Client(_) => Some(client_waits_until(before.and_then(|failures| failures.wait_until), 1, now)),
    };
    store::sign_in::write_failures(conn, &subject.key(), &Failures { count, last_at: now, wait_until })
}

/// Ends the row.
///
/// # Errors
/// those of the database.
pub(super) fn clear(conn: &mut Conn, subject: &Subject<'_>) -> Result<(), StoreError> {
    store::sign_in::clear_failures(conn, &subject.key())
}

fn recent(conn: &mut Conn, subject: &Subject<'_>, now: DateTime<Utc>) -> Result<Option<Failures>, StoreError> {
    let failures = store::sign_in::failures(conn, &subject.key())?;
    Ok(failures.filter(|failures| now < failures.last_at + Duration::hours(REMEMBERED_HOURS)))
}

impl App {
    /// Whether a password is right, with every guess counted. The account's is counted before the password is
    /// looked at, so that guesses at the same time are as many; the client's after it, for a whole school may sign in
    /// from one address at eight o'clock.
    ///
    /// # Errors
    /// `TooMany` for those who must wait, `WrongCredentials`.
    pub(super) async fn guess(&self, email: &str, password: String, client: &str) -> AppResult<()> {
        let (email, client, now) = (email.to_owned(), client.to_owned(), self.now());
        let (address, from) = (email.clone(), client.clone());
        let known = self.store.write(move |conn| {
            admit(conn, &Subject::Client(&from), now)?;
            admit(conn, &Subject::Account(&address), now)?;
            count(conn, &Subject::Account(&address), now)?;
            match store::people::by_email(conn, &address)? {
                Some(person) => Ok::<_, AppError>(store::people::password_hash(conn, &person.id)?),
                None => Ok(None),
            }
        });
        let is_right = self.passwords.is_right(password, known.await?).await?;
        let settled = self.store.write(move |conn| {
            if is_right {
                // Of the client's failures those go that were this account's: whoever guesses at others does not begin
                // anew by signing in as themselves in between. The present guess was counted as one of the account's.
                let own = recent(conn, &Subject::Account(&email), now)?.map_or(0, |row| row.count.saturating_sub(1));
                clear(conn, &Subject::Account(&email))?;
                let Some(row) = recent(conn, &Subject::Client(&client), now)? else { return Ok(()) };
                match row.count.saturating_sub(own) {
                    0 => clear(conn, &Subject::Client(&client)),
                    count => {
                        let given_back = i32::try_from(own).unwrap_or(i32::MAX).saturating_neg();
                        let wait_until = Some(client_waits_until(row.wait_until, given_back, now));
                        let left = Failures { count, wait_until, ..row };
                        store::sign_in::write_failures(conn, &Subject::Client(&client).key(), &left)
                    }
                }
            } else {
                count(conn, &Subject::Client(&client), now)
            }
        });
        settled.await?;
        if is_right { Ok(()) } else { Err(AppError::WrongCredentials) }
    }
}
