//! Taking a whole school in.

use super::{App, AppError, AppResult};
use crate::{
    domain::access::Principal,
    planning::intake::Intake,
    store::{self, StoreError},
};

impl App {
    /// Takes a school with its people, capacity, rounds and requests in: all of it, or nothing.
    ///
    /// # Errors
    /// `Forbidden` for all but operators; `Conflict` `already-there` when the school, one of its pools or its round is.
    pub async fn take_in(&self, who: &Principal, intake: Intake) -> AppResult<()> {
        if !who.may_operate() {
            return Err(AppError::forbidden("only an operator takes schools in"));
        }
        self.write(move |conn| {
            let outcome = (|| {
                store::schools::insert(conn, &intake.school)?;
                for (index, pool) in intake.pools.iter().enumerate() {
                    store::pools::insert(conn, pool)?;
                    store::pools::attach(conn, &intake.school.id, &pool.id, index == 0)?;
                }
                for group in &intake.groups {
                    store::groups::insert(conn, group)?;
                }
                for teacher in &intake.teachers {
                    store::teachers::insert(conn, teacher)?;
                }
                for (round, requests) in &intake.rounds {
                    store::rounds::insert(conn, round)?;
                    store::requests::insert(conn, requests)?;
                }
                Ok(())
            })();
            outcome.map_err(|error| match error {
                StoreError::Duplicate(what) => AppError::conflict(
                    "already-there",
                    format!("{} was taken in before ({what}); nothing was changed", intake.school.name),
                ),
                other => other.into(),
            })
        })
        .await
    }
}
