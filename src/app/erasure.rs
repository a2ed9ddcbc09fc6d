//! Erasing a person: the classes stay, the person goes. Names and addresses, the account and all that hangs on it, mails,
//! invitations, feeds and tokens are taken out in one transaction; sessions, plans and counts stay as they are.
//!
//! A school erases what it holds of one of its teachers. The account goes with it only when the person is nothing
//! anywhere else. The person, an operator or the command line erase the whole person, in every school. When a school is
//! deleted, the accounts of those who were something there alone go with it (`erase_accounts`).

use super::{
    App, AppError, AppResult,
    access::revoke_beyond_role,
    identity::Identity,
    links,
    lockout::{Subject, clear},
    people::must_not_be_last,
    schools,
};
use crate::{
    domain::{
        access::Principal,
        account::{Membership, Person, address},
        finding::Findings,
        id::Id,
        people::{Language, Teacher, former_teacher},
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// What stands for the name of somebody with an account.
pub(super) const ERASED: &str = "—";
/// How much of its id makes a former teacher's name; more of it where that is taken.
const TELLING: [usize; 3] = [4, 8, 12];

/// What is erased, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Erasure {
    /// The teachers whose names and addresses go. Their classes stay.
    pub teachers: Vec<ErasedTeacher>,
    /// Whether an account goes, with its password, browser sessions and links.
    pub account: bool,
    /// Roles that end.
    pub memberships: usize,
    /// The teachers' API tokens, which are deleted.
    pub tokens: usize,
    /// Tokens for others that the person made: they are revoked.
    pub revoked_tokens: usize,
    /// The teachers' calendar feeds: their addresses stop to work.
    pub feeds: usize,
    /// Mails to the person, sent or waiting, which are deleted.
    pub mails: usize,
    /// Invitations to the person, which are deleted.
    pub invitations: usize,
    /// Places of the audit and of invitations to others where the name goes.
    pub mentions: usize,
    /// Requests whose reasons and notes go. What was wished stays.
    pub wishes: usize,
}

/// A teacher who is erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErasedTeacher {
    /// Identifier: it stays.
    pub id: Id,
    /// The school.
    pub school: Id,
    /// The name from now on.
    pub name: String,
}

/// Confirms that one's own account is to be erased.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasureConfirmation {
    /// The account's e-mail address.
    #[schema(example = "c.bernard@example.org", max_length = 200)]
    pub email: String,
}

/// Whom the command line erases.
#[derive(Clone, Debug)]
pub enum ErasureOf {
    /// Whoever has this address: the account, and every teacher with it.
    Address(String),
    /// One teacher.
    Teacher(Id),
}

/// All that is one person.
struct Whole {
    person: Option<Person>,
    /// What the person is, and will not be.
    memberships: Vec<Membership>,
    teachers: Vec<Teacher>,
    /// Whether the account goes.
    account: bool,
    /// Addresses that are nobody's any more.
    addresses: Vec<String>,
    /// Only what this school holds.
    school: Option<Id>,
}

impl App {
    /// Erases what a school holds of one of its teachers. Doing it again changes nothing.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers; `Conflict`: `last-operator`, and `last-admin` unless an operator asks.
    pub async fn erase_teacher(&self, who: &Principal, school: &Id, teacher: &Id) -> AppResult<Erasure> {
        let (who, school, teacher, now) = (who.clone(), school.clone(), teacher.clone(), self.now());
        self.write(move |conn| of_school(conn, &who, &school, &teacher, now)).await
    }

    /// What [`App::erase_teacher`] would do.
    ///
    /// # Errors
    /// those of [`App::erase_teacher`].
    pub async fn would_erase_teacher(&self, who: &Principal, school: &Id, teacher: &Id) -> AppResult<Erasure> {
        let (who, school, teacher, now) = (who.clone(), school.clone(), teacher.clone(), self.now());
        self.try_out(move |conn| of_school(conn, &who, &school, &teacher, now)).await
    }

    /// Erases a person in every school. For operators.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, `Conflict`: `last-operator`.
    pub async fn erase_person(&self, who: &Principal, person: &Id) -> AppResult<Erasure> {
        let (who, person, now) = (who.clone(), person.clone(), self.now());
        self.write(move |conn| of_person(conn, &who, &person, now)).await
    }

    /// What [`App::erase_person`] would do.
    ///
    /// # Errors
    /// those of [`App::erase_person`].
    pub async fn would_erase_person(&self, who: &Principal, person: &Id) -> AppResult<Erasure> {
        let (who, person, now) = (who.clone(), person.clone(), self.now());
        self.try_out(move |conn| of_person(conn, &who, &person, now)).await
    }

    /// Erases the person who asks, in every school.
    ///
    /// # Errors
    /// `Forbidden` for tokens; `Invalid` for another address; `Conflict`: `last-operator`, `last-admin`.
    pub async fn erase_me(&self, who: &Identity, confirmation: ErasureConfirmation) -> AppResult<Erasure> {
        let ((person, _), now) = (who.person()?, self.now());
        self.write(move |conn| {
            let known = store::people::get(conn, &person)?;
            let mut findings = Findings::default();
            let email = findings.keep(address(&confirmation.email, "email"));
            if email.is_some_and(|email| email != known.email) {
                let action = "give the address of the account that is to be erased: it cannot be taken back";
                findings.add("not-confirmed", "email", "this is not the account's address", action);
            }
            findings.into_result()?;
            let whole = whole(conn, known)?;
            erase(conn, whole, false, now)
        })
        .await
    }

    /// What [`App::erase_me`] would do.
    ///
    /// # Errors
    /// `Forbidden` for tokens; `Conflict`: `last-operator`, `last-admin`.
    pub async fn would_erase_me(&self, who: &Identity) -> AppResult<Erasure> {
        let ((person, _), now) = (who.person()?, self.now());
        self.try_out(move |conn| {
            let known = store::people::get(conn, &person)?;
            let whole = whole(conn, known)?;
            erase(conn, whole, false, now)
        })
        .await
    }

    /// Erases somebody on behalf of whoever holds the database, or tells what that would do: for the command line.
    ///
    /// # Errors
    /// `NotFound` for an unknown teacher; `Invalid` for an address that is none; `Conflict`: `last-operator`.
    pub fn erase_by_command(&self, of: &ErasureOf, really: bool) -> AppResult<Erasure> {
        let now = self.now();
        let body = |conn: &mut Conn| {
            let whole = match of {
                ErasureOf::Teacher(id) => {
                    let teacher = store::teachers::get(conn, id).map_err(|error| error.or_unknown("teacher", id))?;
                    held_by_school(conn, teacher)?
                }
                ErasureOf::Address(email) => {
                    let email = address(email, "email").map_err(|finding| Findings(vec![finding]))?;
                    match store::people::by_email(conn, &email)? {
                        Some(person) => whole(conn, person)?,
                        None => without_account(conn, email)?,
                    }
                }
            };
            let erasure = erase(conn, whole, true, now)?;
            match of {
                ErasureOf::Address(email) if erasure == Erasure::default() => {
                    Err(AppError::not_found("person with the address", email))
                }
                _ => Ok(erasure),
            }
        };
        if really { self.store.write_now(body) } else { self.try_out_now(body) }
    }
}

fn of_school(conn: &mut Conn, who: &Principal, school: &Id, teacher: &Id, now: DateTime<Utc>) -> AppResult<Erasure> {
    let school = schools::run(conn, who, school)?;
    let teacher = match store::teachers::get(conn, teacher) {
        Ok(found) if found.school == school.id => found,
        Ok(_) => return Err(AppError::not_found("teacher", teacher)),
        Err(error) => return Err(error.or_unknown("teacher", teacher)),
    };
    let whole = held_by_school(conn, teacher)?;
    erase(conn, whole, who.may_operate(), now)
}

fn of_person(conn: &mut Conn, who: &Principal, person: &Id, now: DateTime<Utc>) -> AppResult<Erasure> {
    if !who.may_operate() {
        let message = "only an operator erases a person everywhere; an admin erases the teachers of the own school";
        return Err(AppError::forbidden(message));
    }
    let person = store::people::get(conn, person).map_err(|error| error.or_unknown("person", person))?;
    let whole = whole(conn, person)?;
    erase(conn, whole, true, now)
}

/// A person with an account, in every school.
fn whole(conn: &mut Conn, person: Person) -> AppResult<Whole> {
    let memberships = store::memberships::of_person(conn, &person.id)?;
    let mut ids: BTreeSet<Id> = memberships.iter().filter_map(|membership| membership.teacher.clone()).collect();
    // Who has the same address is the same person, but for those who have another account.
    for id in store::erasure::teachers_with(conn, std::slice::from_ref(&person.email))? {
        if store::memberships::of_teacher(conn, &id)?.is_none() {
            ids.insert(id);
        }
    }
    let teachers = ids.iter().map(|id| store::teachers::get(conn, id)).collect::<Result<Vec<_>, _>>()?;
    let mut addresses: BTreeSet<String> = teachers.iter().filter_map(|teacher| teacher.email.clone()).collect();
    addresses.insert(person.email.clone());
    let addresses = addresses.into_iter().collect();
    Ok(Whole { person: Some(person), memberships, teachers, account: true, addresses, school: None })
}

/// Everybody with an address that has no account.
fn without_account(conn: &mut Conn, email: String) -> AppResult<Whole> {
    let ids = store::erasure::teachers_with(conn, std::slice::from_ref(&email))?;
    let teachers = ids.iter().map(|id| store::teachers::get(conn, id)).collect::<Result<Vec<_>, _>>()?;
    let (memberships, addresses) = (Vec::new(), vec![email]);
    Ok(Whole { person: None, memberships, teachers, account: false, addresses, school: None })
}

/// What a school holds of a teacher. The account goes when the person is nothing anywhere else.
fn held_by_school(conn: &mut Conn, teacher: Teacher) -> AppResult<Whole> {
    let membership = store::memberships::of_teacher(conn, &teacher.id)?;
    let person = membership.map(|membership| store::people::get(conn, &membership.person)).transpose()?;
    let all = person.as_ref().map_or(Ok(Vec::new()), |person| store::memberships::of_person(conn, &person.id))?;
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|membership| membership.school.as_ref() == Some(&teacher.school));
    let account = person.is_some() && elsewhere.is_empty();
    let mut addresses: BTreeSet<String> = teacher.email.iter().cloned().collect();
    addresses.extend(person.iter().filter(|_| account).map(|person| person.email.clone()));
    // An address that others go by is still theirs.
    let mut free = Vec::new();
    for email in addresses {
        let known = store::people::by_email(conn, &email)?;
        let is_kept = known.is_some_and(|known| !account || person.as_ref().is_none_or(|it| it.id != known.id));
        let others = store::erasure::teachers_with(conn, std::slice::from_ref(&email))?;
        if !is_kept && others.iter().all(|other| *other == teacher.id) {
            free.push(email);
        }
    }
    let school = Some(teacher.school.clone());
    Ok(Whole { person, memberships: here, teachers: vec![teacher], account, addresses: free, school })
}

fn erase(conn: &mut Conn, whole: Whole, by_operator: bool, now: DateTime<Utc>) -> AppResult<Erasure> {
    let Whole { person, memberships, teachers, account, addresses, school } = whole;
    for membership in &memberships {
        must_not_be_last(conn, by_operator, membership)?;
    }
    let ids: Vec<Id> = teachers.iter().map(|teacher| teacher.id.clone()).collect();
    let mut out = Erasure { account, memberships: memberships.len(), ..Erasure::default() };
    let mut actors = store::erasure::delete_tokens(conn, &ids)?;
    out.tokens = actors.len();
    for membership in &memberships {
        store::memberships::delete(conn, &membership.id)?;
    }
    if let Some(person) = &person {
        out.revoked_tokens = revoke_beyond_role(conn, &person.id, now)?;
        actors.push(person.id.clone());
        out.mentions += store::erasure::rename_inviter(conn, &person.id, ERASED, school.as_ref())?;
        if account {
            store::erasure::delete_account(conn, &person.id)?;
        }
    }
    store::erasure::delete_answers(conn, &actors)?;
    out.mentions += store::erasure::rename_actors(conn, &actors, ERASED, school.as_ref())?;
    out.feeds = store::erasure::delete_feeds(conn, &ids)?;
    out.mails = store::erasure::delete_mails(conn, &ids, &addresses)?;
    let account_of = person.iter().filter(|_| account).map(|person| person.id.clone());
    let readers: Vec<Id> = ids.iter().cloned().chain(account_of).collect();
    store::mail_readers::delete(conn, &readers)?;
    out.invitations = store::erasure::delete_invitations(conn, &ids, &addresses, school.as_ref())?;
    out.wishes = store::erasure::blank_wishes_of(conn, &ids)?;
    for email in &addresses {
        clear(conn, &Subject::Account(email))?;
    }
    for teacher in teachers {
        let name = neutral_name(conn, &teacher)?;
        links::forget(conn, &teacher, now)?;
        if store::erasure::rename(conn, &teacher, &name)? {
            out.teachers.push(ErasedTeacher { id: teacher.id, school: teacher.school, name });
        }
    }
    Ok(out)
}

/// Erases the accounts of people who are nothing any more, for their school is gone; and with it, by then, what they had
/// there. Who has a role elsewhere is none of them.
///
/// # Errors
/// those of the database.
pub(super) fn erase_accounts(conn: &mut Conn, people: BTreeSet<Id>, now: DateTime<Utc>) -> AppResult<()> {
    for person in people {
        let person = store::people::get(conn, &person)?;
        // An address that another school goes by, or has invited, is still theirs.
        let email = std::slice::from_ref(&person.email);
        let is_free = store::erasure::teachers_with(conn, email)?.is_empty()
            && !store::invitations::is_invited(conn, &person.email, now)?;
        let addresses = if is_free { email.to_vec() } else { Vec::new() };
        let (memberships, teachers) = (Vec::new(), Vec::new());
        let whole = Whole { person: Some(person), memberships, teachers, account: true, addresses, school: None };
        erase(conn, whole, true, now)?;
    }
    Ok(())
}

/// The name that a teacher has once erased, in the school's language, unique in the school.
fn neutral_name(conn: &mut Conn, teacher: &Teacher) -> Result<String, StoreError> {
    let language: Language = store::schools::get(conn, &teacher.school)?.language;
    for digits in TELLING {
        let name = former_teacher(language, &teacher.id, digits);
        if teacher.name == name || !store::erasure::is_taken(conn, &teacher.school, &name)? {
            return Ok(name);
        }
    }
    Ok(former_teacher(language, &teacher.id, usize::MAX))
}
