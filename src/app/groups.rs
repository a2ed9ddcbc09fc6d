//! Groups: the classes of a school, and parts of them.

use super::{App, AppError, AppResult, call::Expected, schools};
use crate::{
    domain::{
        access::Principal,
        finding::{Finding, Findings},
        id::Id,
        people::{Group, MOST_HEADS, School},
        text,
    },
    store::{self, Conn, StoreError},
};
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

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
    /// How many of a hundred pupils attend a class, as a rule.
    #[serde(default = "hundred")]
    #[schema(minimum = 1, maximum = 100, example = 90)]
    pub attendance_percent: u32,
    /// Groups that have pupils in common with it, such as the class that it is a half of: they never have classes at
    /// the same time. It is enough that one of two groups says so.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub overlaps: Vec<Id>,
}

fn hundred() -> u32 {
    100
}

/// Most groups that one says to overlap with.
const MOST_OVERLAPS: usize = 200;

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
        self.write(move |conn| {
            let of_school = schools::run(conn, &who, &school)?;
            let mut group = Group::new(id.clone(), school.clone(), String::new(), 0);
            describe(conn, &of_school, &mut group, &new)?;
            store::groups::insert(conn, &group).map_err(|error| taken(error, &group))?;
            store::shares::follow_heads(conn, &school)?;
            Ok(group)
        })
        .await
    }

    /// Replaces all that there is to say of a group.
    ///
    /// # Errors
    /// those of [`App::create_group`].
    pub async fn replace_group(&self, who: &Principal, school: &Id, id: &Id, new: GroupDetails) -> AppResult<Group> {
        let expected = Expected::now();
        let (who, school, id) = (who.clone(), school.clone(), id.clone());
        self.write(move |conn| {
            let school = schools::run(conn, &who, &school)?;
            let mut group = group_of(conn, &school, &id)?;
            expected.is(&group)?;
            describe(conn, &school, &mut group, &new)?;
            store::groups::update(conn, &group).map_err(|error| taken(error, &group))?;
            store::shares::follow_heads(conn, &school.id)?;
            Ok(group)
        })
        .await
    }

    /// Takes a group away, with its calendar feeds.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers, `Conflict` while wishes or classes name it.
    pub async fn delete_group(&self, who: &Principal, school: &Id, id: &Id) -> AppResult<()> {
        let expected = Expected::now();
        let (who, school, id) = (who.clone(), school.clone(), id.clone());
        self.write(move |conn| {
            let school = schools::run(conn, &who, &school)?;
            let group = group_of(conn, &school, &id)?;
            expected.is(&group)?;
            // Asked before: a database that has refused a write may answer nothing more.
            let findings = uses(conn, &group)?;
            store::groups::delete(conn, &group.id).map_err(|error| match error {
                StoreError::Reference(_) => {
                    let message = format!("wishes or classes name {:?}: delete or change them first", group.name);
                    AppError::Conflict { code: "group-in-use", message, findings }
                }
                error => AppError::from(error),
            })?;
            Ok(store::shares::follow_heads(conn, &school.id)?)
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

/// What names a group, as far as it keeps it from being deleted.
fn uses(conn: &mut Conn, group: &Group) -> AppResult<Vec<Finding>> {
    let (wished, booked) = store::groups::uses(conn, &group.id)?;
    let in_round = |(round, count): (String, i64)| {
        let message = format!("{count} requests of the round “{round}” name it");
        let parameters = [("round", round), ("count", count.to_string())].into();
        Finding { parameters, ..Finding::new("group-in-round", "", message, "delete or change them first") }
    };
    let mut findings: Vec<Finding> = wished.into_iter().map(in_round).collect();
    if booked > 0 {
        let message = format!("{booked} classes that were booked name it");
        let parameters = [("count", booked.to_string())].into();
        findings.push(Finding { parameters, ..Finding::new("group-booked", "", message, "they keep it") });
    }
    Ok(findings)
}

fn describe(conn: &mut Conn, school: &School, group: &mut Group, details: &GroupDetails) -> AppResult<()> {
    let mut findings = Findings::default();
    let name = findings.keep(text::line(&details.name, "name"));
    if details.headcount > MOST_HEADS {
        findings.add("out-of-range", "headcount", "no group is that large", format!("use at most {MOST_HEADS}"));
    }
    if !(1..=100).contains(&details.attendance_percent) {
        findings.add("out-of-range", "attendance_percent", "it is a share of a hundred", "use 1 to 100");
    }
    if details.overlaps.len() > MOST_OVERLAPS {
        findings.add("too-many", "overlaps", "too many groups", format!("name at most {MOST_OVERLAPS}"));
    }
    let known: BTreeSet<Id> = store::groups::list(conn, &school.id)?.into_iter().map(|group| group.id).collect();
    for (index, other) in details.overlaps.iter().enumerate().take(MOST_OVERLAPS) {
        let place = format!("overlaps[{index}]");
        if *other == group.id {
            findings.add("overlaps-itself", place, "a group always overlaps with itself", "leave it out");
        } else if !known.contains(other) {
            let action = "list the groups with GET /api/v1/schools/{school}/groups";
            findings.add("unknown-group", place, format!("this school has no group {other}"), action);
        }
    }
    findings.into_result()?;
    group.name = name.unwrap_or_default();
    group.headcount = details.headcount;
    group.attendance_percent = details.attendance_percent;
    group.overlaps = details.overlaps.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
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
