//! Schools.

use super::{App, AppError, AppResult, call::Expected, capacity, erasure, pools, rounds};
use crate::{
    domain::{
        access::Principal,
        calendar::SchoolCalendar,
        capacity::{Pool, PoolKind},
        finding::{Finding, Findings},
        id::Id,
        people::{Language, School},
        text,
        time::{WeekSpan, span_findings, zone},
    },
    store::{self, Conn, StoreError, Turn},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// A school to enter.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSchool {
    /// Its code in the national register: seven digits and a letter.
    #[serde(default)]
    #[schema(example = "0440012A")]
    pub uai: Option<String>,
    /// Its name.
    #[schema(example = "Collège Jules-Verne", max_length = 200)]
    pub name: String,
    /// Its time zone, an IANA name.
    #[serde(default = "paris")]
    #[schema(example = "Europe/Paris")]
    pub time_zone: String,
    /// The language of its pages and mails where nobody chose another.
    #[serde(default)]
    pub language: Language,
    /// When classes may take place; Monday to Friday, 8:00 to 12:15 and 13:15 to 18:00 when nothing is said.
    #[serde(default = "School::usual_hours")]
    #[schema(max_items = 200)]
    pub opening_hours: Vec<WeekSpan>,
    /// How many connections its classes may have open at the same time; limits by weekday and hour are for
    /// `PUT …/capacity`.
    #[schema(example = 180, maximum = 10_000_000)]
    pub connections: u32,
}

/// What a school says of itself.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SchoolDetails {
    /// Its code in the national register: seven digits and a letter.
    #[serde(default)]
    #[schema(example = "0440012A")]
    pub uai: Option<String>,
    /// Its name.
    #[schema(example = "Collège Jules-Verne", max_length = 200)]
    pub name: String,
    /// Its time zone, an IANA name.
    #[schema(example = "Europe/Paris")]
    pub time_zone: String,
    /// The language of its pages and mails where nobody chose another.
    pub language: Language,
    /// When classes may take place.
    #[schema(max_items = 200)]
    pub opening_hours: Vec<WeekSpan>,
}

fn paris() -> String {
    "Europe/Paris".to_owned()
}

impl App {
    /// Enters a school, with a capacity pool of its own.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `Invalid`, `Conflict` when the UAI code is taken.
    pub async fn create_school(&self, who: &Principal, new: NewSchool) -> AppResult<School> {
        if !who.may_operate() {
            return Err(AppError::forbidden("only an operator enters schools"));
        }
        let NewSchool { uai, name, time_zone, language, opening_hours, connections } = new;
        let details = SchoolDetails { uai, name, time_zone, language, opening_hours };
        let now = self.now();
        let mut school = School {
            id: Id::new(now),
            uai: None,
            name: String::new(),
            time_zone: String::new(),
            language,
            platform: None,
            opening_hours: Vec::new(),
            calendar: SchoolCalendar::default(),
            created_at: now,
        };
        describe(&mut school, details)?;
        let pool = own_pool(&school, connections);
        self.write(move |conn| {
            store::schools::insert(conn, &school).map_err(|error| taken(error, &school))?;
            capacity::insert_own(conn, &school.id, &pool)?;
            Ok(school.clone())
        })
        .await
    }

    /// Replaces what a school says of itself.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers, `Invalid`, `Conflict` when the UAI code is taken.
    pub async fn replace_school(&self, who: &Principal, id: &Id, details: SchoolDetails) -> AppResult<School> {
        let (who, id, expected) = (who.clone(), id.clone(), Expected::now());
        self.write(move |conn| {
            let mut school = run(conn, &who, &id)?;
            expected.is(&school)?;
            describe(&mut school, details.clone())?;
            store::schools::update(conn, &school).map_err(|error| taken(error, &school))?;
            capacity::rename_own(conn, &school)?;
            Ok(school)
        })
        .await
    }

    /// Takes a school away, with all that is its own: rounds, classes, calendars, mails and everybody's role in it. People
    /// who have a role elsewhere keep it, and their accounts; those of all others are erased: nobody could do anything by them,
    /// and no school would answer for what is stored of them.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `NotFound`, `Conflict`: `classes-to-come` as long as classes are to take place,
    /// `round-solving` as long as one of its rounds is being solved.
    pub async fn delete_school(&self, who: &Principal, id: &Id) -> AppResult<()> {
        pools::operating(who)?;
        let (who, id, now, expected) = (who.clone(), id.clone(), self.now(), Expected::now());
        self.write_in_turn(Turn::School(id.clone()), move |conn| {
            expected.is(&see(conn, &who, &id)?)?;
            let pools = store::pools::ids_of_school(conn, &id)?;
            // Whoever books in it now ends first.
            store::pools::lock(conn, &pools)?;
            let to_come = store::sessions::number_to_come(conn, &id, now)?;
            if to_come > 0 {
                let message = format!("{to_come} classes of the school are to take place: call them off first");
                return Err(AppError::conflict("classes-to-come", message));
            }
            let all = store::rounds::list(conn, &id)?;
            rounds::none_is_solved(conn, &all)?;
            let people = store::memberships::of_school_alone(conn, &id)?;
            store::schools::delete(conn, &id)?;
            erasure::erase_accounts(conn, people, now)
        })
        .await?;
        self.bell.ring();
        Ok(())
    }

    /// How many accounts would go with a school: of those who are something there, and nothing anywhere else.
    ///
    /// # Errors
    /// `Forbidden` for all but operators.
    pub async fn accounts_of_school_alone(&self, who: &Principal, id: &Id) -> AppResult<usize> {
        pools::operating(who)?;
        let id = id.clone();
        self.store.read(move |conn| Ok(store::memberships::of_school_alone(conn, &id)?.len())).await
    }

    /// One school.
    ///
    /// # Errors
    /// `NotFound`, also for a school that the one who asks does not belong to.
    pub async fn school(&self, who: &Principal, id: &Id) -> AppResult<School> {
        let (who, id) = (who.clone(), id.clone());
        self.store.read(move |conn| see(conn, &who, &id)).await
    }

    /// The schools that the one who asks may see.
    ///
    /// # Errors
    /// those of the database.
    pub async fn schools(&self, who: &Principal) -> AppResult<Vec<School>> {
        let own = who.school().cloned();
        self.store
            .read(move |conn| match &own {
                Some(id) => Ok(vec![store::schools::get(conn, id)?]),
                None => Ok(store::schools::list(conn)?),
            })
            .await
    }
}

/// The school, when the one who asks may see it.
///
/// # Errors
/// `NotFound`, whether it is not there or somebody else's.
pub fn see(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<School> {
    if !who.may_see(id) {
        return Err(AppError::not_found("school", id));
    }
    store::schools::get(conn, id).map_err(|error| error.or_unknown("school", id))
}

/// The school, when the one who asks may change it.
///
/// # Errors
/// `NotFound`, and `Forbidden` for its teachers.
pub fn run(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<School> {
    let school = see(conn, who, id)?;
    if who.may_run(id) { Ok(school) } else { Err(AppError::forbidden("an admin of the school may do this")) }
}

/// The pool that a school begins with.
pub fn own_pool(school: &School, connections: u32) -> Pool {
    Pool { id: Id::new(school.created_at), ..Pool::plain(&own_pool_name(school), PoolKind::Concurrent, connections) }
}

/// What a school's own pool is called.
pub fn own_pool_name(school: &School) -> String {
    format!("{}{}", capacity::OWN_PREFIX, school.uai.as_deref().unwrap_or(school.id.as_str()))
}

/// Takes the details over when all of them are right.
fn describe(school: &mut School, details: SchoolDetails) -> Result<(), Findings> {
    let mut findings = Findings::default();
    let name = findings.keep(text::line(&details.name, "name"));
    let uai = details.uai.as_deref().and_then(|code| findings.keep(uai(code)));
    findings.keep(zone(&details.time_zone, "time_zone"));
    findings.0.extend(span_findings(&details.opening_hours, "opening_hours"));
    findings.into_result()?;
    school.uai = uai;
    school.name = name.unwrap_or_default();
    school.time_zone = details.time_zone;
    school.language = details.language;
    school.opening_hours = details.opening_hours;
    Ok(())
}

fn taken(error: StoreError, school: &School) -> AppError {
    match error {
        StoreError::Duplicate(_) => {
            let code = school.uai.as_deref().unwrap_or_default();
            AppError::conflict("school-exists", format!("a school with the UAI code {code} is already there"))
        }
        error => error.into(),
    }
}

/// A code of the national register: seven digits and a letter.
fn uai(code: &str) -> Result<String, Finding> {
    let code = code.trim().to_ascii_uppercase();
    let (digits, letter) = code.split_at_checked(7).unwrap_or((&code, ""));
    let well_formed = digits.bytes().all(|b| b.is_ascii_digit())
        && letter.len() == 1
        && letter.bytes().all(|b| b.is_ascii_uppercase());
    if well_formed {
        Ok(code)
    } else {
        Err(Finding::new(
            "bad-uai",
            "uai",
            format!("{code:?} is not a UAI code"),
            "write seven digits and a letter, e.g. 0440012A",
        ))
    }
}
