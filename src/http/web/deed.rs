//! What the buttons of pages do: one deed, then on to a page that says so.

use actix_web::HttpResponse;

use super::{
    flash::Flash,
    page::Refusal,
    said,
    visitor::{Form, Visitor},
    words::Words,
};
use crate::{app::AppError, domain::finding::Finding};

/// Does what a form asks for and leads on to a page that says so; or why not, and what stands against it.
pub async fn act(
    mut visitor: Visitor,
    form: &Form,
    then: &str,
    deed: impl AsyncFnOnce(&Visitor) -> Result<String, Refusal>,
) -> HttpResponse {
    if let Err(refusal) = visitor.check(form) {
        return visitor.refuse(&refusal);
    }
    let flash = match deed(&visitor).await {
        Ok(told) => Flash::done(told),
        Err(refusal) => match why_not(&refusal, visitor.w, said::finding) {
            Some(words) => Flash::warning(words),
            None => return visitor.refuse(&refusal),
        },
    };
    visitor.redirect_told(then, &flash)
}

/// Why something could not be done, as far as that is for the page it was tried from; each finding in the given words.
pub fn why_not(refusal: &Refusal, w: Words, say: impl Fn(&Finding, Words) -> String) -> Option<String> {
    let mut words = Vec::new();
    let findings = match refusal {
        Refusal::App(AppError::Conflict { code, message, findings }) => {
            words.push(said::refusal(code, message, w));
            findings
        }
        Refusal::App(AppError::Invalid(findings)) => &findings.0,
        Refusal::App(AppError::Outdated) => return Some(w.t("changed-meanwhile")),
        _ => return None,
    };
    words.extend(findings.iter().map(|one| say(one, w)));
    words.dedup();
    Some(words.join(" "))
}
