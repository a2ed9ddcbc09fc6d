//! Schools.

use super::{App, AppError, AppResult};
use crate::{
    domain::{
        access::Principal,
        finding::{Finding, Findings},
        id::Id,
        people::{Language, School},
        text,
        time::{WeekSpan, span_findings, zone},
    },
    store::{self, StoreError},
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
    pub opening_hours: Vec<WeekSpan>,
}

fn paris() -> String {
    "Europe/Paris".to_owned()
}

impl App {
    /// Enters a school.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `Invalid`, `Conflict` when the UAI code is taken.
    pub async fn create_school(&self, who: &Principal, new: NewSchool) -> AppResult<School> {
        if !who.may_operate() {
            return Err(AppError::forbidden("only an operator enters schools"));
        }
        let now = self.now();
        let mut findings = Findings::default();
        let name = findings.keep(text::line(&new.name, "name"));
        let uai = new.uai.as_deref().and_then(|code| findings.keep(uai(code)));
        findings.keep(zone(&new.time_zone, "time_zone"));
        findings.0.extend(span_findings(&new.opening_hours, "opening_hours"));
        findings.into_result()?;
        let school = School {
            id: Id::new(now),
            uai,
            name: name.unwrap_or_default(),
            time_zone: new.time_zone,
            language: new.language,
            opening_hours: new.opening_hours,
            created_at: now,
        };
        self.store
            .write(move |conn| match store::schools::insert(conn, &school) {
                Ok(()) => Ok(school.clone()),
                Err(StoreError::Duplicate(_)) => {
                    let code = school.uai.as_deref().unwrap_or_default();
                    Err(AppError::conflict(
                        "school-exists",
                        format!("a school with the UAI code {code} is already there"),
                    ))
                }
                Err(error) => Err(error.into()),
            })
            .await
    }

    /// One school.
    ///
    /// # Errors
    /// `NotFound`, also for a school that the one who asks does not belong to.
    pub async fn school(&self, who: &Principal, id: &Id) -> AppResult<School> {
        let unknown = || AppError::not_found("school", id);
        if !who.may_see(id) {
            return Err(unknown());
        }
        let wanted = id.clone();
        let found = self.store.read(move |conn| store::schools::get(conn, &wanted)).await;
        found.map_err(|error| if matches!(error, StoreError::NotFound) { unknown() } else { error.into() })
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
