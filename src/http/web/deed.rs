//! What the buttons of pages do: one deed, then on to a page that says so.

use actix_web::HttpResponse;

use super::{
    flash::Flash,
    page::Refusal,
    said,
    visitor::{Form, Visitor},
};
use crate::app::AppError;

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
    let w = visitor.w;
    let flash = match deed(&visitor).await {
        Ok(told) => Flash::done(told),
        Err(Refusal::App(AppError::Conflict { code, message, findings })) => {
            let mut words = vec![said::refusal(code, &message, w)];
            words.extend(findings.iter().map(|one| said::finding(one, w)));
            words.dedup();
            Flash::warning(words.join(" "))
        }
        Err(Refusal::App(AppError::Invalid(findings))) => {
            Flash::warning(findings.0.iter().map(|one| said::finding(one, w)).collect::<Vec<_>>().join(" "))
        }
        Err(Refusal::Input) => Flash::warning(w.t("refused-no-preference")),
        Err(refusal) => return visitor.refuse(&refusal),
    };
    visitor.redirect_told(then, &flash)
}
