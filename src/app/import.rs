//! Bringing a whole school in at once.

use super::{
    App, AppError, AppResult,
    access::{MadeToken, NewToken, make},
};
use crate::{
    domain::capacity::Pool,
    planning::import::Imported,
    store::{self, Conn, StoreError},
};

impl App {
    /// Brings a school in, all or nothing, and makes a token for its admin. For whoever holds the database: the command
    /// line.
    ///
    /// # Errors
    /// `Conflict` (`already-imported`) when its own pool or its UAI code is there.
    pub fn import(&self, new: &Imported) -> AppResult<MadeToken> {
        let now = self.now();
        self.store.write_now(|conn| {
            store::schools::insert(conn, &new.school).map_err(|error| there(error, &new.school.name))?;
            for (index, pool) in new.pools.iter().enumerate() {
                let is_own = index == 0;
                let id = if is_own { own(conn, pool)? } else { shared(conn, pool, &new.round.name)? };
                store::pools::attach(conn, &new.school.id, &id, is_own)?;
            }
            for group in &new.groups {
                store::groups::insert(conn, group)?;
            }
            for teacher in &new.teachers {
                store::teachers::insert(conn, teacher)?;
            }
            store::rounds::insert(conn, &new.round)?;
            store::requests::insert(conn, &new.requests)?;
            make(conn, &NewToken::admin(&new.school.id, "import"), now)
        })
    }
}

fn own(conn: &mut Conn, pool: &Pool) -> AppResult<crate::domain::id::Id> {
    store::pools::insert(conn, pool).map_err(|error| there(error, &pool.name))?;
    Ok(pool.id.clone())
}

/// A pool that schools share may be there already, from another school's file: the same limits are the same pool; with
/// other limits it is another one, and is called so.
fn shared(conn: &mut Conn, pool: &Pool, round: &str) -> AppResult<crate::domain::id::Id> {
    let known = store::pools::shared(conn)?;
    let Some(namesake) = known.iter().find(|other| other.name == pool.name) else {
        store::pools::insert(conn, pool)?;
        return Ok(pool.id.clone());
    };
    let same = Pool { id: namesake.id.clone(), ..pool.clone() };
    if same == *namesake {
        return Ok(same.id);
    }
    let renamed = Pool { name: format!("{} ({round})", pool.name), ..pool.clone() };
    store::pools::insert(conn, &renamed).map_err(|error| there(error, &renamed.name))?;
    Ok(renamed.id)
}

fn there(error: StoreError, name: &str) -> AppError {
    match error {
        StoreError::Duplicate(_) => {
            AppError::conflict("already-imported", format!("{name:?} is in the database already: nothing was changed"))
        }
        error => error.into(),
    }
}
