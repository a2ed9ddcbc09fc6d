//! Teachers.

use super::{App, AppError, AppResult, call::Expected, links, schools};
use crate::{
    domain::{
        access::Principal,
        finding::Findings,
        id::Id,
        people::{Language, School, Teacher},
        text,
    },
    store::{self, Conn, StoreError},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// What there is to say of a teacher.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeacherDetails {
    /// The name that colleagues and pupils know, unique in the school.
    #[schema(example = "Mme Bernard", max_length = 200)]
    pub name: String,
    /// Where notices go; none are sent without it.
    #[serde(default)]
    #[schema(example = "c.bernard@example.org", max_length = 200)]
    pub email: Option<String>,
    /// The language of the notices; the school's when nothing is said.
    #[serde(default)]
    pub language: Option<Language>,
    /// The address of the usual virtual classroom: where classes take place that name no other.
    #[serde(default)]
    #[schema(example = "https://visio.example.org/b/abc", max_length = 500)]
    pub link: Option<String>,
}

impl App {
    /// The teachers of a school, by name.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn teachers(&self, who: &Principal, school: &Id) -> AppResult<Vec<Teacher>> {
        let (who, school) = (who.clone(), school.clone());
        self.store
            .read(move |conn| {
                schools::see(conn, &who, &school)?;
                let all = store::teachers::list(conn, &school)?;
                Ok(all.into_iter().map(|teacher| as_seen_by(&who, teacher)).collect())
            })
            .await
    }

    /// One teacher.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn teacher(&self, who: &Principal, school: &Id, id: &Id) -> AppResult<Teacher> {
        let (who, school, id) = (who.clone(), school.clone(), id.clone());
        self.store
            .read(move |conn| {
                let school = schools::see(conn, &who, &school)?;
                Ok(as_seen_by(&who, teacher_of(conn, &school, &id)?))
            })
            .await
    }

    /// Enters a teacher.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers, `Invalid`, `Conflict` when the school has a teacher of this name.
    pub async fn create_teacher(&self, who: &Principal, school: &Id, new: TeacherDetails) -> AppResult<Teacher> {
        let (who, school, id) = (who.clone(), school.clone(), Id::new(self.now()));
        self.write(move |conn| {
            let school = schools::run(conn, &who, &school)?;
            let teacher = described(id.clone(), &school, &new)?;
            store::teachers::insert(conn, &teacher).map_err(|error| taken(error, &teacher))?;
            Ok(teacher)
        })
        .await
    }

    /// Replaces a teacher's name, address, language and link. Classes to come that took place at the old link follow.
    ///
    /// # Errors
    /// those of [`App::create_teacher`].
    pub async fn replace_teacher(
        &self,
        who: &Principal,
        school: &Id,
        id: &Id,
        new: TeacherDetails,
    ) -> AppResult<Teacher> {
        let (who, school, id, expected) = (who.clone(), school.clone(), id.clone(), Expected::now());
        let now = self.now();
        self.write(move |conn| {
            let school = schools::run(conn, &who, &school)?;
            let known = teacher_of(conn, &school, &id)?;
            expected.is(&known)?;
            let teacher = described(known.id.clone(), &school, &new)?;
            store::teachers::update(conn, &teacher).map_err(|error| taken(error, &teacher))?;
            links::follow(conn, &known, &teacher, now)?;
            Ok(teacher)
        })
        .await
    }

    /// Takes a teacher away, with the teacher's calendar feeds, tokens and notices.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden` for teachers, `Conflict` while wishes or classes name the teacher.
    pub async fn delete_teacher(&self, who: &Principal, school: &Id, id: &Id) -> AppResult<()> {
        let (who, school, id, expected) = (who.clone(), school.clone(), id.clone(), Expected::now());
        self.write(move |conn| {
            let school = schools::run(conn, &who, &school)?;
            let teacher = teacher_of(conn, &school, &id)?;
            expected.is(&teacher)?;
            store::teachers::delete(conn, &teacher.id).map_err(|error| match error {
                StoreError::Reference(_) => {
                    let message = format!("wishes or classes name {:?}: delete or change them first", teacher.name);
                    AppError::conflict("teacher-in-use", message)
                }
                error => error.into(),
            })
        })
        .await
    }
}

/// A teacher of this school; another school's is as unknown as one who is not there.
pub(super) fn teacher_of(conn: &mut Conn, school: &School, id: &Id) -> AppResult<Teacher> {
    match store::teachers::get(conn, id) {
        Ok(teacher) if teacher.school == school.id => Ok(teacher),
        Ok(_) => Err(AppError::not_found("teacher", id)),
        Err(error) => Err(error.or_unknown("teacher", id)),
    }
}

/// Colleagues know each other's names; addresses are for those who run the school, and one's own.
pub(super) fn as_seen_by(who: &Principal, teacher: Teacher) -> Teacher {
    match who {
        Principal::Teacher { teacher: own, .. } if *own != teacher.id => Teacher { email: None, ..teacher },
        _ => teacher,
    }
}

fn described(id: Id, school: &School, details: &TeacherDetails) -> Result<Teacher, Findings> {
    let mut findings = Findings::default();
    let name = findings.keep(text::line(&details.name, "name"));
    // In small letters: by the address one knows who teaches in two schools.
    let email = details.email.as_deref().and_then(|email| findings.keep(text::address(email, "email")));
    let email = email.map(|email| email.to_lowercase());
    let link = details.link.as_deref().and_then(|link| findings.keep(text::link(link, "link")));
    findings.into_result()?;
    let language = details.language.unwrap_or(school.language);
    Ok(Teacher { id, school: school.id.clone(), name: name.unwrap_or_default(), email, language, link })
}

fn taken(error: StoreError, teacher: &Teacher) -> AppError {
    match error {
        StoreError::Duplicate(_) => {
            AppError::conflict("teacher-exists", format!("the school has a teacher {:?} already", teacher.name))
        }
        error => error.into(),
    }
}
