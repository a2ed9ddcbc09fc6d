//! A form as it was filled in, and what is wrong with it, next to the field it is wrong in.

use actix_web::{HttpResponse, http::StatusCode};
use askama::Template;
use serde::Serialize;

use crate::{
    app::AppError,
    http::web::{
        page::Refusal,
        parts::Choice,
        said, version,
        visitor::{Form, Visitor},
        words::{Words, sort_key},
    },
};

pub use crate::http::web::parts::FieldError;

/// What stands in a form, and what is wrong with it.
#[derive(Default)]
pub struct Entry {
    fields: Vec<(String, String)>,
    /// What is wrong, in the order in which it was found.
    pub errors: Vec<FieldError>,
}

impl Entry {
    /// The same, with what is wrong.
    pub fn with(self, errors: Vec<FieldError>) -> Self {
        Self { errors, ..self }
    }

    /// The same, with the version of what it changes.
    pub fn changing(mut self, present: &impl Serialize) -> Self {
        let carried = version::carried(present, self.get(version::FIELD), &self.errors);
        self.fields.retain(|(field, _)| field != version::FIELD);
        self.fields.push((version::FIELD.to_owned(), carried));
        self
    }

    /// A form with these values.
    pub fn of<const N: usize>(fields: [(&str, String); N]) -> Self {
        Self { fields: fields.map(|(name, value)| (name.to_owned(), value)).into(), errors: Vec::new() }
    }

    /// What was sent.
    pub fn sent(form: &Form, errors: Vec<FieldError>) -> Self {
        Self { fields: form.0.clone(), errors }
    }

    /// What stands in a field.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Whether a field, or one of several of a name, has a value.
    pub fn is(&self, name: &str, value: impl ToString) -> bool {
        let value = value.to_string();
        self.fields.iter().any(|(field, sent)| field == name && *sent == value)
    }

    /// What is wrong with a field.
    pub fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.text.as_str())
    }
}

/// The options of a field, by name, with what is chosen.
pub fn options<'a>(all: impl Iterator<Item = (&'a str, &'a str)>, chosen: &str) -> Vec<Choice> {
    let option = |(value, name): (&str, &str)| Choice {
        value: value.to_owned(),
        name: name.to_owned(),
        chosen: value == chosen,
    };
    let mut out: Vec<Choice> = all.map(option).collect();
    out.sort_by_cached_key(|option| sort_key(&option.name));
    out
}

/// What is wrong with a form, when that is why nothing was done; any other reason is none of the form's.
///
/// # Errors
/// the same error.
pub fn rejected(error: AppError, w: Words) -> Result<(StatusCode, Vec<FieldError>), AppError> {
    match error {
        AppError::Invalid(findings) => {
            let mut errors: Vec<FieldError> = Vec::new();
            for finding in &findings.0 {
                let field = finding.place.split(['[', '.']).next().filter(|field| !field.is_empty()).unwrap_or("form");
                let error = FieldError { field: field.to_owned(), text: said::finding(finding, w) };
                // Two spans that overlap are one mistake to mend.
                if !errors.contains(&error) {
                    errors.push(error);
                }
            }
            Ok((StatusCode::UNPROCESSABLE_ENTITY, errors))
        }
        AppError::Conflict { code, message, .. } => {
            let text = said::refusal(code, &message, w);
            let field = if matches!(code, "name-taken" | "pool-exists") { "name" } else { "form" };
            Ok((StatusCode::CONFLICT, vec![FieldError { field: field.to_owned(), text }]))
        }
        AppError::Outdated => Ok((StatusCode::CONFLICT, vec![version::outdated(w)])),
        other => Err(other),
    }
}

/// After a deed: onward with a message, or the form again with what is wrong with it.
pub async fn after<'k, T, P: Template>(
    visitor: &Visitor,
    done: Result<T, AppError>,
    onward: impl FnOnce(T) -> (String, &'k str),
    again: impl AsyncFnOnce(Vec<FieldError>) -> Result<P, Refusal>,
) -> HttpResponse {
    match done.map_err(|error| rejected(error, visitor.w)) {
        Ok(done) => {
            let (place, key) = onward(done);
            visitor.told(&place, key)
        }
        Err(Ok((status, errors))) => visitor.answer_with(status, again(errors).await),
        Err(Err(error)) => visitor.refuse(&error.into()),
    }
}

/// A field that is no number.
pub fn no_number(field: &str, w: Words) -> FieldError {
    FieldError { field: field.to_owned(), text: w.t("op-finding-number") }
}

/// The number in a field. What is no number is noted, and 0 stands for it.
pub fn number(form: &Form, field: &str, errors: &mut Vec<FieldError>, w: Words) -> u32 {
    let plain: String = form.get(field).chars().filter(|one| !one.is_whitespace()).collect();
    plain.parse().ok().filter(|number| *number <= MOST).unwrap_or_else(|| {
        errors.push(no_number(field, w));
        0
    })
}

/// The most connections that a limit may be.
const MOST: u32 = 10_000_000;
