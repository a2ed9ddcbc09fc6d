//! Two people who save at once. A form that replaces a whole thing carries the version that it showed, as the API's
//! `If-Match` would. When somebody has changed the thing since, nothing is written: the form comes back with what was
//! typed and the version that is there now, so that saving once more is a decision.

use std::future::Future;

use actix_web::http::StatusCode;
use serde::Serialize;

use super::{parts::FieldError, visitor::Form, words::Words};
use crate::app::call;

/// The form's field.
pub const FIELD: &str = "version";
/// The same for all weeks of a weekly class, where the form is about one of them.
pub const OF_ALL: &str = "version-of-all";

/// Does what a form asks for, unless what it showed has changed since.
pub async fn held<T>(form: &Form, work: impl Future<Output = T>) -> T {
    call::expecting(form.get(FIELD), work).await
}

/// The version that a form is to carry: that of what is there, or still the one that was sent with it, when the form
/// comes back for another reason.
pub fn carried(present: &impl Serialize, sent: &str, errors: &[FieldError]) -> String {
    if sent.is_empty() || is_outdated(errors) { call::version(present) } else { sent.to_owned() }
}

/// What is said of a form that showed something else than what is there.
pub fn outdated(w: Words) -> FieldError {
    FieldError::at(FIELD, w.t("outdated"))
}

/// The status of a page with what is wrong with its form.
pub fn status(errors: &[FieldError]) -> StatusCode {
    if errors.is_empty() {
        StatusCode::OK
    } else if is_outdated(errors) {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    }
}

fn is_outdated(errors: &[FieldError]) -> bool {
    errors.iter().any(|error| error.field == FIELD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::Language;

    #[test]
    fn a_form_keeps_its_version_until_it_is_told_of_another() {
        let (present, w) = (["6e B"], Words::new(Language::En));
        let wrong = [FieldError::at("name", String::new())];
        assert_eq!(carried(&present, "\"old\"", &wrong), "\"old\"");
        assert_eq!(carried(&present, "\"old\"", &[outdated(w)]), call::version(&present));
        assert_eq!(carried(&present, "", &[]), call::version(&present));
        assert_eq!([&[][..], &wrong[..], &[outdated(w)][..]].map(|errors| status(errors).as_u16()), [200, 422, 409]);
    }
}
