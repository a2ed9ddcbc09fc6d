//! Groups: the classes of a school, and parts of them.

use super::{App, AppError, AppResult, schools};
use crate::{
    domain::{
        access::Principal,
        finding::Findings,
        id::Id,
        people::{Group, School},
        text,
    },
    store::{self, Conn, StoreError},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// Most pupils of a group.
pub const MOST_HEADS: u32 = 10_000;

/// What there is to say of a group.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupDetails {
    /// Its name, unique in the school.
    #[schema(example = "6e B", max_length = 200)]
    pub name: String,
    /// How many pupils.
    #[schema(example = 27, maximum = 10_000)]
    pub headcount: u32,
}

impl App {
    /// The groups of a school, by name.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn groups(&self, who: &Principal, school: &Id) -> AppResult<Vec<Group>> {
        let (who, school) = (who.clone(), school.clone());
        self.store
            .read(move |conn| {
                schools::see(conn, &who, &school)?;
                Ok(store::groups::list(conn, &school)?)
            })
            .await
    }

    /// One group.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn group(&self, who: &Principal, school: &Id, id: &Id) -> AppResult<Group> {
        let (who, school, id) = (who.clone(), school.clone(), id.clone());
        self.store
            .read(move |conn| {
                let school = schools::see(conn, &who, &school)?;
                group_of(conn, &school, &id)
            })
            .await
    }

    /// Enters a group.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers, `Invalid`, `Conflict` when the school has a group of this name.
    pub async fn create_group(&self, who: &Principal, school: &Id, new: GroupDetails) -> AppResult<Group> {
        let (who, school, id) = (who.clone(), school.clone(), Id::new(self.now()));
        self.store
            .write(move |conn| {
                schools::run(conn, &who, &school)?;
                let mut group = Group { id: id.clone(), school: school.clone(), name: String::new(), headcount: 0 };
                describe(&mut group, &new)?;
                store::groups::insert(conn, &group).map_err(|error| taken(error, &group))?;
                Ok(group)
            })
            .await
    }

    /// Replaces a group's name and headcount.
    ///
    /// # Errors
    /// those of [`App::create_group`].
    pub async fn replace_group(&self, who: &Principal, school: &Id, id: &Id, new: GroupDetails) -> AppResult<Group> {
        let (who, school, id) = (who.clone(), school.clone(), id.clone());
        self.store
            .write(move |conn| {
                let school = schools::run(conn, &who, &school)?;
                let mut group = group_of(conn, &school, &id)?;
                describe(&mut group, &new)?;
                store::groups::update(conn, &group).map_err(|error| taken(error, &group))?;
                Ok(group)
            })
            .await
    }

    /// Takes a group away, with its calendar feeds.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers, `Conflict` while requests name it.
    pub async fn delete_group(&self, who: &Principal, school: &Id, id: &Id) -> AppResult<()> {
        let (who, school, id) = (who.clone(), school.clone(), id.clone());
        self.store
            .write(move |conn| {
                let school = schools::run(conn, &who, &school)?;
                let group = group_of(conn, &school, &id)?;
                store::groups::delete(conn, &group.id).map_err(|error| match error {
                    StoreError::Reference(_) => {
                        AppError::conflict("group-in-use", format!("requests name {:?}: delete them first", group.name))
                    }
                    error => error.into(),
                })
            })
            .await
    }
}

/// A group of this school; another school's is as unknown as one that is not there.
fn group_of(conn: &mut Conn, school: &School, id: &Id) -> AppResult<Group> {
    match store::groups::get(conn, id) {
        Ok(group) if group.school == school.id => Ok(group),
        Ok(_) => Err(AppError::not_found("group", id)),
        Err(error) => Err(error.or_unknown("group", id)),
    }
}

fn describe(group: &mut Group, details: &GroupDetails) -> Result<(), Findings> {
    let mut findings = Findings::default();
    let name = findings.keep(text::line(&details.name, "name"));
    if details.headcount > MOST_HEADS {
        findings.add("out-of-range", "headcount", "no group is that large", format!("use at most {MOST_HEADS}"));
    }
    findings.into_result()?;
    group.name = name.unwrap_or_default();
    group.headcount = details.headcount;
    Ok(())
}

fn taken(error: StoreError, group: &Group) -> AppError {
    match error {
        StoreError::Duplicate(_) => {
            AppError::conflict("group-exists", format!("the school has a group {:?} already", group.name))
        }
        error => error.into(),
    }
}
