//! People and what they are: who belongs to a school, and who may change that. It holds for open sessions at once,
//! for what a session may do is looked up with every request.

use super::{App, AppError, AppResult, access::revoke_beyond_role, schools};
use crate::{
    domain::{
        access::{Principal, Role},
        account::{Membership, Person},
        finding::{Finding, Findings},
        id::Id,
    },
    store::{self, Conn, StoreError},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

/// A person with memberships.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonWithMemberships {
    /// The person.
    #[serde(flatten)]
    pub person: Person,
    /// What the person is: all of it for an operator, in the own school for its admins.
    pub memberships: Vec<Membership>,
}

/// What somebody is to be from now on, in the same school.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MembershipChange {
    /// `admin` or `teacher`.
    pub role: Role,
    /// The teacher that the person is; for teachers.
    #[serde(default)]
    pub teacher: Option<Id>,
}

impl App {
    /// The people of a school with what they are there, by name. For its admins.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers.
    pub async fn people_of(&self, who: &Principal, school: &Id) -> AppResult<Vec<PersonWithMemberships>> {
        let (who, school) = (who.clone(), school.clone());
        self.store
            .read(move |conn| {
                let school = schools::run(conn, &who, &school)?;
                Ok(listed(conn, Some(&school.id))?)
            })
            .await
    }

    /// Everybody with all they are, by name. For operators.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn people(&self, who: &Principal) -> AppResult<Vec<PersonWithMemberships>> {
        if !who.may_operate() {
            return Err(AppError::forbidden(
                "only an operator lists everybody; GET /schools/{school}/people lists a school's",
            ));
        }
        self.store.read(move |conn| Ok(listed(conn, None)?)).await
    }

    /// Makes a person something else in the same school, at once.
    ///
    /// # Errors
    /// `Forbidden` for teachers, `NotFound` also for memberships of others, `Invalid`, `Conflict`.
    pub async fn change_membership(&self, who: &Principal, id: &Id, change: MembershipChange) -> AppResult<Membership> {
        let (who, id, now) = (who.clone(), id.clone(), self.now());
        self.write(move |conn| {
            let membership = own(conn, &who, &id)?;
            checked(conn, &membership, &change)?;
            if membership.role == Role::Admin && change.role != Role::Admin {
                must_not_be_last(conn, who.may_operate(), &membership)?;
            }
            store::memberships::update(conn, &id, change.role, change.teacher.as_ref()).map_err(taken)?;
            revoke_beyond_role(conn, &membership.person, now)?;
            Ok(store::memberships::get(conn, &id)?)
        })
        .await
    }

    /// Takes a membership away, at once. The account stays; tokens that the person made by it are revoked.
    ///
    /// # Errors
    /// `Forbidden` for teachers, `NotFound` also for memberships of others, `Conflict` for the last operator, and for
    /// a school's last admin unless an operator asks.
    pub async fn withdraw_membership(&self, who: &Principal, id: &Id) -> AppResult<()> {
        let (who, id, now) = (who.clone(), id.clone(), self.now());
        self.write(move |conn| {
            let membership = own(conn, &who, &id)?;
            must_not_be_last(conn, who.may_operate(), &membership)?;
            store::memberships::delete(conn, &id)?;
            revoke_beyond_role(conn, &membership.person, now)?;
            Ok(())
        })
        .await
    }
}

/// A membership that the one who asks may change.
fn own(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<Membership> {
    if who.role() == Role::Teacher {
        return Err(AppError::forbidden("an operator or an admin changes memberships"));
    }
    let membership = store::memberships::get(conn, id).map_err(|error| error.or_unknown("membership", id))?;
    let is_own = membership.school.as_ref().map_or_else(|| who.may_operate(), |school| who.may_run(school));
    if is_own { Ok(membership) } else { Err(AppError::not_found("membership", id)) }
}

/// The last operator stays, and an admin leaves no school without one. The transaction runs as if alone, so that two
/// who withdraw each other do not both succeed.
pub(super) fn must_not_be_last(conn: &mut Conn, by_operator: bool, membership: &Membership) -> AppResult<()> {
    let (code, message) = match membership.role {
        Role::Operator => ("last-operator", "this is the last operator: invite another first"),
        Role::Admin if !by_operator => {
            ("last-admin", "this is the school's last admin: invite another first, or ask an operator")
        }
        _ => return Ok(()),
    };
    if store::memberships::count_like(conn, membership)? > 1 { Ok(()) } else { Err(AppError::conflict(code, message)) }
}

fn checked(conn: &mut Conn, membership: &Membership, change: &MembershipChange) -> AppResult<()> {
    let mut findings = Findings::default();
    let Some(school) = membership.school.as_ref().filter(|_| change.role != Role::Operator) else {
        let message = "an operator is one by an invitation, and belongs to no school";
        findings.add("wrong-role", "role", message, "withdraw the membership and invite the person anew");
        return Err(findings.into());
    };
    match (&change.teacher, change.role) {
        (None, Role::Teacher) => {
            findings.add("missing-field", "teacher", "a teacher needs to be one of the school's", "add it");
        }
        (Some(_), Role::Admin) => findings.add("unknown-field", "teacher", "an admin is no teacher", "remove it"),
        (Some(teacher), _) => findings.0.extend(unknown_teacher(conn, school, teacher)?),
        (None, _) => {}
    }
    Ok(findings.into_result()?)
}

/// Whether a school has no such teacher.
///
/// # Errors
/// those of the database.
pub(super) fn unknown_teacher(conn: &mut Conn, school: &Id, teacher: &Id) -> Result<Option<Finding>, StoreError> {
    match store::teachers::get(conn, teacher) {
        Ok(found) if found.school == *school => Ok(None),
        Ok(_) | Err(StoreError::NotFound) => Ok(Some(Finding::new(
            "unknown-teacher",
            "teacher",
            format!("this school has no teacher {teacher}"),
            "list them with GET /api/v1/schools/{school}/teachers",
        ))),
        Err(error) => Err(error),
    }
}

/// What a membership that is there already stands against.
pub(super) fn taken(error: StoreError) -> AppError {
    match error {
        StoreError::Duplicate(_) => AppError::conflict(
            "already-member",
            "the person is that already, or the teacher is somebody else: see GET /api/v1/schools/{school}/people",
        ),
        error => error.into(),
    }
}

fn listed(conn: &mut Conn, school: Option<&Id>) -> Result<Vec<PersonWithMemberships>, StoreError> {
    let mut memberships: HashMap<Id, Vec<Membership>> = HashMap::new();
    for membership in store::memberships::list(conn, school)? {
        memberships.entry(membership.person.clone()).or_default().push(membership);
    }
    let people = store::people::list(conn, school)?;
    let with = |person: Person| PersonWithMemberships {
        memberships: memberships.remove(&person.id).unwrap_or_default(),
        person,
    };
    Ok(people.into_iter().map(with).collect())
}
