//! What placing a class asks of a school besides what classes take: read once, and again when its stamps are other ones.

use super::{AppError, AppResult, places::People};
use crate::{
    domain::{access::Principal, booking::BookingRules, capacity::Pool, id::Id, people::School},
    store::{self, Conn},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// How many schools are kept. When there are more all are read anew, which costs each of them eight statements once.
const KEPT: usize = 4096;

/// A school with its people, pools and rules.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SiteFacts {
    pub(super) school: Arc<School>,
    pub(super) people: Arc<People>,
    pub(super) pools: Arc<[Pool]>,
    pub(super) rules: BookingRules,
}

impl SiteFacts {
    /// Those of a school, out of the database.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn read(conn: &mut Conn, school: School) -> AppResult<Self> {
        let people = People::of(conn, &school)?;
        let pools = store::pools::of_school(conn, &school.id)?;
        let rules = store::bookings::rules(conn, &school.id)?;
        Ok(Self { school: Arc::new(school), people: Arc::new(people), pools: pools.into(), rules })
    }
}

/// The schools that this process has read, with their stamps (`store/stamps.rs`).
#[derive(Debug, Default)]
pub(crate) struct Sites(Mutex<HashMap<Id, (Vec<String>, SiteFacts)>>);

impl Sites {
    /// A school that the one who asks may see, as it is in this transaction.
    ///
    /// # Errors
    /// `NotFound`, whether it is not there or somebody else's.
    pub(super) fn see(&self, conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<SiteFacts> {
        if !who.may_see(id) {
            return Err(AppError::not_found("school", id));
        }
        let stamps = store::stamps::of_site(conn, id).map_err(|error| error.or_unknown("school", id))?;
        let known = self.kept().get(id).filter(|(of, _)| *of == stamps).map(|(_, known)| known.clone());
        if let Some(known) = known {
            // So every test of the service shows that no write forgets its stamp.
            #[cfg(debug_assertions)]
            {
                let school = store::schools::get(conn, id)?;
                assert_eq!(known, SiteFacts::read(conn, school)?, "what was kept is what is there");
            }
            return Ok(known);
        }
        let school = store::schools::get(conn, id)?;
        let read = SiteFacts::read(conn, school)?;
        let mut kept = self.kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(id.clone(), (stamps, read.clone()));
        Ok(read)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<Id, (Vec<String>, SiteFacts)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
