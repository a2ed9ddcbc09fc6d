//! A form: its fields, what stands in them, and what is wrong next to the field it is wrong in.

use askama::Template;
use serde::Serialize;

use crate::{
    app::AppError,
    domain::time::asked_day,
    http::web::{
        page::Shell,
        parts::{Choice, Field},
        version,
        visitor::{Form, Visitor},
        words::Words,
    },
};

use super::{parts::Action, said};

pub use crate::http::web::parts::FieldError;

/// How a field is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// An HTML input of this type.
    Input(&'static str),
    /// A file.
    File,
    /// Several lines.
    Lines,
    /// One of a list.
    Select,
    /// Any of a list.
    Checks,
    /// Yes or no: `1` when it is ticked.
    Tick,
}

/// A field, and how it is filled in.
pub struct Entry {
    /// The field.
    pub field: Field,
    /// How it is filled in.
    pub look: Look,
}

impl Entry {
    /// A field with what stands in it.
    pub fn new(look: Look, name: &str, label: String, value: impl Into<String>) -> Self {
        let field = Field::text(name, label).value(value);
        Self { field: if let Look::Input(kind) = look { field.kind(kind) } else { field }, look }
    }

    /// A line of text.
    pub fn line(name: &str, label: String, value: impl Into<String>) -> Self {
        Self::new(Look::Input("text"), name, label, value)
    }

    /// A whole number.
    pub fn number(name: &str, label: String, value: impl Into<String>) -> Self {
        Self::new(Look::Input("number"), name, label, value)
    }

    /// One of a list.
    pub fn select(name: &str, label: String, options: Vec<Choice>) -> Self {
        Self { field: Field::choice(name, label, options), look: Look::Select }
    }

    /// Any of a list.
    pub fn checks(name: &str, label: String, options: Vec<Choice>) -> Self {
        Self { field: Field::choice(name, label, options), look: Look::Checks }
    }

    /// Yes or no.
    pub fn tick(name: &str, label: String, is_set: bool) -> Self {
        Self::new(Look::Tick, name, label, if is_set { "1" } else { "" })
    }

    /// The same with words that help.
    #[must_use]
    pub fn hint(self, hint: String) -> Self {
        Self { field: self.field.hint(hint), ..self }
    }

    /// The same, not to be left empty.
    #[must_use]
    pub fn needed(self) -> Self {
        Self { field: self.field.required(), ..self }
    }
}

/// A form.
#[derive(Template)]
#[template(path = "web/admin/form.html")]
pub struct FormView {
    w: Words,
    shell: Shell,
    slug: String,
    heading: String,
    lead: String,
    action: String,
    submit: String,
    hidden: Vec<(String, String)>,
    fields: Vec<Entry>,
    errors: Vec<FieldError>,
    errors_heading: String,
    cancel: Option<String>,
    is_file: bool,
    also: Vec<Action>,
}

impl FormView {
    /// A form that is sent to `action`.
    pub fn new(visitor: &Visitor, heading: String, action: impl Into<String>, submit: String) -> Self {
        let action = action.into();
        Self {
            w: visitor.w,
            shell: visitor.shell(""),
            slug: action.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-"),
            heading,
            lead: String::new(),
            action,
            submit,
            hidden: Vec::new(),
            fields: Vec::new(),
            errors: Vec::new(),
            errors_heading: String::new(),
            cancel: None,
            is_file: false,
            also: Vec::new(),
        }
    }

    /// The same under a name of its own, where two forms are sent to one address.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self { slug: format!("{}-{name}", self.slug), ..self }
    }

    /// The same with words before the fields.
    #[must_use]
    pub fn lead(self, lead: String) -> Self {
        Self { lead, ..self }
    }

    /// The same with one more field.
    #[must_use]
    pub fn field(mut self, field: Entry) -> Self {
        self.fields.push(field);
        self
    }

    /// The same with more fields.
    #[must_use]
    pub fn fields(mut self, fields: Vec<Entry>) -> Self {
        self.fields.extend(fields);
        self
    }

    /// The same with something that is sent and not seen.
    #[must_use]
    pub fn hidden(mut self, name: &str, value: impl Into<String>) -> Self {
        self.hidden.push((name.to_owned(), value.into()));
        self
    }

    /// The same for a change of what is there now; `sent` is the version that came with the form.
    #[must_use]
    pub fn changes(self, present: &impl Serialize, sent: &str, wrong: Vec<FieldError>) -> Self {
        let carried = version::carried(present, sent, &wrong);
        self.hidden(version::FIELD, carried).wrong(wrong)
    }

    /// The same with a way back.
    #[must_use]
    pub fn cancel(self, href: impl Into<String>) -> Self {
        Self { cancel: Some(href.into()), ..self }
    }

    /// The same with a file that is sent.
    #[must_use]
    pub fn with_file(self) -> Self {
        Self { is_file: true, ..self }
    }

    /// The same with something else to do.
    #[must_use]
    pub fn also(mut self, action: Action) -> Self {
        self.also.push(action);
        self
    }

    /// The same with what is wrong: next to the fields, and summed up above them.
    #[must_use]
    pub fn wrong(mut self, errors: Vec<FieldError>) -> Self {
        for Entry { field, .. } in &mut self.fields {
            field.error = errors.iter().find(|error| error.field == field.name).map(|error| error.text.clone());
        }
        self.errors_heading = self.w.count("wish-errors", errors.len());
        self.errors = errors;
        self
    }
}

/// What a refusal says about a form's fields; any refusal that says nothing about them goes on.
///
/// # Errors
/// those that are no fault of the form's.
pub fn errors(error: AppError, w: Words) -> Result<Vec<FieldError>, AppError> {
    match error {
        AppError::Invalid(findings) => {
            let mut out: Vec<FieldError> = Vec::new();
            for finding in &findings.0 {
                let field = finding.place.split(['[', '.']).next().unwrap_or_default();
                let error = FieldError::at(field, said::finding(finding, w));
                if !out.contains(&error) {
                    out.push(error);
                }
            }
            Ok(out)
        }
        AppError::Conflict { code, message, findings } if findings.is_empty() => {
            Ok(vec![FieldError::at("", said::refusal(code, &message, w))])
        }
        AppError::Conflict { findings, .. } => {
            Ok(findings.iter().map(|finding| FieldError::at("", said::finding(finding, w))).collect())
        }
        AppError::Outdated => Ok(vec![version::outdated(w)]),
        other => Err(other),
    }
}

/// A whole number that was typed.
///
/// # Errors
/// what is wrong with it.
pub fn number<T: std::str::FromStr>(form: &Form, field: &str, w: Words) -> Result<T, FieldError> {
    form.get(field).trim().parse().map_err(|_| FieldError::at(field, w.t("admin-error-number")))
}

/// A day that was typed.
///
/// # Errors
/// what is wrong with it.
pub fn day(form: &Form, field: &str, w: Words) -> Result<chrono::NaiveDate, FieldError> {
    asked_day(form.get(field).trim()).map_err(|_| FieldError::at(field, w.t("admin-error-day")))
}

/// Text that was typed; nothing for none.
pub fn text(form: &Form, field: &str) -> Option<String> {
    Some(form.get(field).trim().to_owned()).filter(|text| !text.is_empty())
}

/// Keeps the value, or notes what is wrong.
pub fn keep<T>(errors: &mut Vec<FieldError>, value: Result<T, FieldError>) -> Option<T> {
    value.map_err(|error| errors.push(error)).ok()
}
