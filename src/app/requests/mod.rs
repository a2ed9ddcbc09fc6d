//! Requests: teachers' wishes for virtual classes.
//!
//! - [`entry`]: from a wish to a request, with all that is wrong with it
//! - [`series`]: weekly classes
//! - [`copy`]: the wishes of an earlier round once more

pub mod copy;
mod entry;
pub mod series;

pub(super) use self::entry::named;
pub use crate::domain::request::NewRequest;

use self::{
    entry::{Base, Entry},
    series::Series,
};
use super::{App, AppError, AppResult, call::Expected, rounds::visible};
use crate::{
    domain::{
        access::Principal,
        finding::{Finding, Findings},
        id::Id,
        round::{Request, Round, RoundState},
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// Wishes of a teacher in a round, each week of a weekly class counted.
const MOST_WISHES: usize = 500;

/// What entering a wish made.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Entered {
    /// One request.
    Once(Box<Request>),
    /// Those of a weekly class.
    Weekly(Box<Series>),
}

/// What is wrong with a wish that was not entered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Checked {
    /// Everything that is wrong with it; nothing when it can be entered.
    pub findings: Vec<Finding>,
}

impl App {
    /// Enters a wish, or one for each week.
    ///
    /// # Errors
    /// those of [`App::enter_request`].
    pub async fn enter_wish(&self, who: &Principal, round: &Id, new: NewRequest) -> AppResult<Entered> {
        if new.weekly {
            self.enter_series(who, round, new).await.map(|series| Entered::Weekly(Box::new(series)))
        } else {
            self.enter_request(who, round, new).await.map(|request| Entered::Once(Box::new(request)))
        }
    }

    /// Enters a wish for one class.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for a teacher who does not teach the class; `Invalid` with every finding;
    /// `Conflict`: `round-not-open`, `round-not-collecting`, `round-archived`, `reference-exists`, `too-many-wishes`.
    pub async fn enter_request(&self, who: &Principal, round: &Id, new: NewRequest) -> AppResult<Request> {
        let (who, round, now) = (who.clone(), round.clone(), self.now());
        self.write(move |conn| {
            let round = collecting(conn, &who, &round, now)?;
            may_ask(&who, &round, &new)?;
            let entry = Entry::read(conn, round)?;
            let request = entry.single(&new, Base::new(now))?;
            not_too_many(entry.requests.iter().chain([&request]), &request.teachers)?;
            store::requests::insert(conn, std::slice::from_ref(&request)).map_err(|error| taken(error, &request))?;
            Ok(request)
        })
        .await
    }

    /// What [`App::enter_wish`] would find wrong with a wish, without entering it: for a form that holds more
    /// mistakes than a wish can.
    ///
    /// # Errors
    /// those of [`App::enter_wish`] but `Invalid`.
    pub async fn check_request(&self, who: &Principal, round: &Id, new: NewRequest) -> AppResult<Findings> {
        let (who, round, now) = (who.clone(), round.clone(), self.now());
        self.store
            .read(move |conn| {
                let round = collecting(conn, &who, &round, now)?;
                may_ask(&who, &round, &new)?;
                let mut entry = Entry::read(conn, round)?;
                let found = match new.weekly {
                    true => entry.weekly(&new, Id::new(now), now).err(),
                    false => entry.single(&new, Base::new(now)).err(),
                };
                Ok(found.unwrap_or_default())
            })
            .await
    }

    /// A round's requests, in the order of entry.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn requests(&self, who: &Principal, round: &Id) -> AppResult<Vec<Request>> {
        let (who, round) = (who.clone(), round.clone());
        self.store
            .read(move |conn| {
                visible(conn, &who, &round)?;
                Ok(store::requests::of_round(conn, &round)?)
            })
            .await
    }

    /// One request.
    ///
    /// # Errors
    /// `NotFound`, also for a request of another school.
    pub async fn request(&self, who: &Principal, id: &Id) -> AppResult<Request> {
        let (who, id) = (who.clone(), id.clone());
        self.store.read(move |conn| Ok(visible_request(conn, &who, &id)?.0)).await
    }

    /// Replaces a wish, as long as its round collects them.
    ///
    /// # Errors
    /// those of [`App::enter_request`].
    pub async fn replace_request(&self, who: &Principal, id: &Id, new: NewRequest) -> AppResult<Request> {
        let (who, id, now, expected) = (who.clone(), id.clone(), self.now(), Expected::now());
        self.write(move |conn| {
            let (old, round) = changeable(conn, &who, &id, now)?;
            expected.is(&old)?;
            let mut new = new.clone();
            new.reference = new.reference.or(Some(old.reference));
            may_ask(&who, &round, &new)?;
            let base = Base { id: old.id, created_at: old.created_at, series: old.series, week: None };
            let entry = Entry::read(conn, round)?;
            let request = entry.single(&new, base)?;
            // Those who taught it before are no more than they were.
            let joined: Vec<Id> = request.teachers.iter().filter(|one| !old.teachers.contains(one)).cloned().collect();
            not_too_many(entry.requests.iter().filter(|other| other.id != id).chain([&request]), &joined)?;
            store::requests::replace(conn, &request).map_err(|error| taken(error, &request))?;
            Ok(request)
        })
        .await
    }

    /// Takes a wish back, as long as its round collects them.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Conflict` (`round-not-collecting`).
    pub async fn delete_request(&self, who: &Principal, id: &Id) -> AppResult<()> {
        let (who, id, now, expected) = (who.clone(), id.clone(), self.now(), Expected::now());
        self.write(move |conn| {
            let (old, _) = changeable(conn, &who, &id, now)?;
            expected.is(&old)?;
            Ok(store::requests::delete(conn, &id)?)
        })
        .await
    }
}

/// Refuses teachers who do not teach the class.
fn may_ask(who: &Principal, round: &Round, new: &NewRequest) -> AppResult<()> {
    if who.may_ask_for(&round.school, &new.teachers) {
        Ok(())
    } else {
        Err(AppError::forbidden("teachers ask for classes that they teach"))
    }
}

/// Refuses more wishes of one of these teachers than a person enters: every look at the round reads all of them.
///
/// # Errors
/// `Conflict`: `too-many-wishes`.
fn not_too_many<'a>(requests: impl IntoIterator<Item = &'a Request>, teachers: &[Id]) -> AppResult<()> {
    let mut counts: HashMap<&Id, usize> = teachers.iter().map(|teacher| (teacher, 0)).collect();
    for teacher in requests.into_iter().flat_map(|request| &request.teachers) {
        if let Some(count) = counts.get_mut(teacher) {
            *count += 1;
        }
    }
    if counts.values().any(|count| *count > MOST_WISHES) {
        let message = format!("a teacher has at most {MOST_WISHES} wishes in a round; take one back first");
        return Err(AppError::conflict("too-many-wishes", message));
    }
    Ok(())
}

/// A round that accepts wishes now.
pub(super) fn collecting(conn: &mut Conn, who: &Principal, round: &Id, now: DateTime<Utc>) -> AppResult<Round> {
    let round = visible(conn, who, round)?;
    let (name, school) = (&round.name, &round.school);
    match round.state {
        RoundState::Collecting => match round.opens_at.filter(|opens_at| now < *opens_at) {
            None => Ok(round),
            Some(opens_at) => {
                let message = format!("the round “{name}” accepts requests from {} on", opens_at.to_rfc3339());
                Err(AppError::conflict("round-not-open", message))
            }
        },
        RoundState::Archived => {
            Err(AppError::conflict("round-archived", format!("the round “{name}” is archived; it is only read")))
        }
        _ => {
            let message = format!(
                "the round “{name}” collects no more requests; classes are booked directly now, with \
                 POST /api/v1/schools/{school}/bookings"
            );
            Err(AppError::conflict("round-not-collecting", message))
        }
    }
}

fn visible_request(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<(Request, Round)> {
    let unknown = || AppError::not_found("request", id);
    let request = match store::requests::get(conn, id) {
        Err(StoreError::NotFound) => return Err(unknown()),
        other => other?,
    };
    let round = store::rounds::get(conn, &request.round)?;
    if who.may_see(&round.school) { Ok((request, round)) } else { Err(unknown()) }
}

/// A request that the one who asks may change, in a round that still collects.
fn changeable(conn: &mut Conn, who: &Principal, id: &Id, now: DateTime<Utc>) -> AppResult<(Request, Round)> {
    let (request, round) = visible_request(conn, who, id)?;
    if !who.may_ask_for(&round.school, &request.teachers) {
        return Err(AppError::forbidden("teachers change requests for classes that they teach"));
    }
    let round = collecting(conn, who, &round.id, now)?;
    Ok((request, round))
}

fn taken(error: StoreError, request: &Request) -> AppError {
    match error {
        StoreError::Duplicate(_) => {
            let message = format!("the round has a request “{}” already; choose another reference", request.reference);
            AppError::conflict("reference-exists", message)
        }
        other => other.into(),
    }
}
