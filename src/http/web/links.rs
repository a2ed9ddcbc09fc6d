//! One-time links that came by e-mail. Looking at one shows a page with a button, so that the scanners of mailboxes do
//! not use it up; the button's form does.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    page::{Refusal, Shell},
    visitor::{Form, Visitor},
    words::Words,
};
use crate::{
    app::{
        App, AppError,
        invitations::{Acceptance, InvitationOffer},
    },
    domain::finding::Findings,
    http::client::Client,
};

#[derive(Template)]
#[template(path = "web/link.html")]
struct LinkPage {
    w: Words,
    shell: Shell,
    action: String,
}

#[derive(Template)]
#[template(path = "web/invitation.html")]
struct InvitationPage {
    w: Words,
    shell: Shell,
    action: String,
    lead: String,
    /// What is said of the account that is there already.
    account: Option<String>,
    asks_email: bool,
    email: String,
    name: String,
    errors: Vec<String>,
}

/// `GET /link/{secret}`.
pub async fn show(mut visitor: Visitor, app: web::Data<App>, secret: web::Path<String>) -> HttpResponse {
    if let Err(error) = app.link_holds(&secret).await {
        return refuse(&mut visitor, error);
    }
    let w = visitor.w;
    let shell = visitor.shell(&w.t("link-title"));
    visitor.answer(Ok(LinkPage { w, shell, action: format!("/link/{secret}") }))
}

/// `POST /link/{secret}`: signs in.
pub async fn sign_in(
    mut visitor: Visitor,
    app: web::Data<App>,
    request: HttpRequest,
    secret: web::Path<String>,
    form: Form,
) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        "/".clone_into(&mut visitor.place);
        return visitor.refuse(&refusal);
    }
    match app.sign_in_by_link(&secret, Client::of(&request).browser).await {
        Ok(begun) => {
            visitor.signed_in(&app, begun);
            visitor.redirect("/")
        }
        Err(error) => refuse(&mut visitor, error),
    }
}

/// `GET /invitation/{secret}`.
pub async fn invitation(mut visitor: Visitor, app: web::Data<App>, secret: web::Path<String>) -> HttpResponse {
    match app.offer(&secret).await {
        Ok(offer) => visitor.answer(Ok(invitation_page(&visitor, &secret, offer, &Form::default(), Vec::new()))),
        Err(error) => refuse_invitation(&mut visitor, error),
    }
}

/// `POST /invitation/{secret}`: accepts it and signs in.
pub async fn accept(
    mut visitor: Visitor,
    app: web::Data<App>,
    request: HttpRequest,
    secret: web::Path<String>,
    form: Form,
) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        "/".clone_into(&mut visitor.place);
        return visitor.refuse(&refusal);
    }
    let offer = match app.offer(&secret).await {
        Ok(offer) => offer,
        Err(error) => return refuse_invitation(&mut visitor, error),
    };
    let given = |field: &str| Some(form.get(field).to_owned()).filter(|text| !text.trim().is_empty());
    let acceptance = Acceptance {
        secret: secret.to_string(),
        // The form shows the invitation's address, which is not the reader's to change.
        email: given("email").filter(|_| offer.email.is_none()),
        name: given("name"),
        password: given("password"),
    };
    let (status, errors) = match app.accept(acceptance, Client::of(&request).browser).await {
        Ok(begun) => {
            visitor.signed_in(&app, begun);
            return visitor.redirect("/");
        }
        Err(AppError::Invalid(findings)) => (StatusCode::UNPROCESSABLE_ENTITY, said(visitor.w, &findings)),
        Err(AppError::Conflict { .. }) => (StatusCode::CONFLICT, vec![visitor.w.t("account-error-member")]),
        Err(error) => return refuse_invitation(&mut visitor, error),
    };
    let page = invitation_page(&visitor, &secret, offer, &form, errors);
    visitor.answer_with(status, Ok(page))
}

/// The page that says no must not hold the secret in its links.
fn refuse(visitor: &mut Visitor, error: AppError) -> HttpResponse {
    "/".clone_into(&mut visitor.place);
    visitor.refuse(&error.into())
}

/// Who has accepted it already needs no other one.
fn refuse_invitation(visitor: &mut Visitor, error: AppError) -> HttpResponse {
    "/".clone_into(&mut visitor.place);
    let refusal = if matches!(error, AppError::Gone) { Refusal::Invitation } else { error.into() };
    visitor.refuse(&refusal)
}

fn invitation_page(
    visitor: &Visitor,
    secret: &str,
    offer: InvitationOffer,
    form: &Form,
    errors: Vec<String>,
) -> InvitationPage {
    let w = visitor.w;
    let school = offer.school_name.unwrap_or_default();
    let key = format!("invitation-lead-{}", offer.role.as_str());
    let typed = |field: &str, known: String| match form.get(field) {
        "" => known,
        typed => typed.to_owned(),
    };
    InvitationPage {
        w,
        shell: visitor.shell(&w.t("invitation-title")),
        action: format!("/invitation/{secret}"),
        lead: w.with(&key, &[("by", &offer.invited_by), ("school", &school)]),
        account: offer
            .has_account
            .then(|| w.name("invitation-has-account", offer.email.as_deref().unwrap_or_default())),
        asks_email: offer.email.is_none(),
        name: typed("name", if offer.email.is_none() { String::new() } else { offer.name }),
        email: offer.email.unwrap_or_else(|| form.get("email").to_owned()),
        errors,
    }
}

/// What is wrong with each field, once.
fn said(w: Words, findings: &Findings) -> Vec<String> {
    let fields = ["email", "name", "password"];
    let is_wrong = |field: &&&str| findings.0.iter().any(|finding| finding.place == **field);
    fields.iter().filter(is_wrong).map(|field| w.t(&format!("account-error-{field}"))).collect()
}
