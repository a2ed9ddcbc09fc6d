//! Who is who in a school: the groups and teachers that its pages let people choose from.

use super::{App, AppResult};
use crate::{
    domain::{
        access::Principal,
        id::Id,
        people::{Group, Teacher},
    },
    store,
};

/// The groups and teachers of a school.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// Its groups.
    pub groups: Vec<Group>,
    /// Its teachers.
    pub teachers: Vec<Teacher>,
}

impl App {
    /// The groups and teachers of a school, from one picture of the database.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn directory(&self, who: &Principal, school: &Id) -> AppResult<Directory> {
        let school = self.school(who, school).await?;
        self.store
            .read(move |conn| {
                let groups = store::groups::list(conn, &school.id)?;
                Ok(Directory { groups, teachers: store::teachers::list(conn, &school.id)? })
            })
            .await
    }
}
