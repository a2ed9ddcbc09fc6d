//! Coming and going: the first page, signing in with a key or a personal link, signing out.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use serde::Deserialize;

use super::{
    page::{Refusal, Shell},
    visitor::{Form, Visitor},
    words::Words,
};
use crate::app::{App, AppError};

/// Where a link may lead on to after signing in.
const NEXT: [&str; 2] = ["/week", "/wishes"];

#[derive(Template)]
#[template(path = "web/home.html")]
struct HomePage {
    w: Words,
    shell: Shell,
    next: String,
    error: Option<String>,
    signed_out: bool,
}

#[derive(Template)]
#[template(path = "web/sign_in.html")]
struct SignInPage {
    w: Words,
    shell: Shell,
    next: String,
    error: Option<String>,
}

/// What the addresses of these pages may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    next: String,
    done: String,
}

/// `GET /`: what Créneau is, or straight on to the week.
pub async fn home(visitor: Visitor, asked: web::Query<Asked>) -> HttpResponse {
    if visitor.who.is_some() {
        return visitor.redirect(NEXT[0]);
    }
    let w = visitor.w;
    let shell = visitor.shell(&w.t("app-claim"));
    visitor.answer(Ok(HomePage { w, shell, next: String::new(), error: None, signed_out: asked.done == "signed-out" }))
}

/// `GET /sign-in`.
pub async fn sign_in(visitor: Visitor, asked: web::Query<Asked>) -> HttpResponse {
    if visitor.who.is_some() {
        return visitor.redirect(onward(&asked.next));
    }
    visitor.answer(Ok(sign_in_page(&visitor, &asked.next, None)))
}

/// `POST /sign-in`: a key for a session.
pub async fn sign_in_with_key(mut visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let (key, next) = (form.get("key").trim(), form.get("next"));
    let error = match app.who(key).await {
        Ok(_) => {
            visitor.sign_in(key.to_owned());
            return visitor.redirect(onward(next));
        }
        Err(AppError::Unauthorized) if key.is_empty() => "sign-in-empty",
        Err(AppError::Unauthorized) => "sign-in-wrong",
        Err(error) => return visitor.refuse(&error.into()),
    };
    let page = sign_in_page(&visitor, next, Some(error));
    visitor.answer_with(StatusCode::UNPROCESSABLE_ENTITY, Ok(page))
}

/// `GET /enter/{secret}`: a personal link. It only begins a session, for the one who holds it.
pub async fn enter(
    mut visitor: Visitor,
    app: web::Data<App>,
    secret: web::Path<String>,
    asked: web::Query<Asked>,
) -> HttpResponse {
    // The page that says no must not hold the secret in its links.
    "/".clone_into(&mut visitor.place);
    match app.who(&secret).await {
        Ok(_) => {
            visitor.sign_in(secret.into_inner());
            visitor.redirect(onward(&asked.next))
        }
        Err(AppError::Unauthorized) => visitor.refuse(&Refusal::Link),
        Err(error) => visitor.refuse(&error.into()),
    }
}

/// `POST /sign-out`.
pub async fn sign_out(mut visitor: Visitor, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    visitor.sign_out();
    visitor.redirect("/?done=signed-out")
}

/// Whatever no page answers.
pub fn not_found(visitor: &Visitor) -> HttpResponse {
    visitor.refuse(&AppError::not_found("page", &visitor.place).into())
}

fn sign_in_page(visitor: &Visitor, next: &str, error: Option<&str>) -> SignInPage {
    let w = visitor.w;
    let shell = visitor.shell(&w.t("sign-in-title"));
    SignInPage { w, shell, next: onward(next).to_owned(), error: error.map(|key| w.t(key)) }
}

/// One of our own pages: where `next` says, else the week.
fn onward(next: &str) -> &str {
    let is_ours =
        |page: &str| next.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '/']));
    let is_plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_plain && NEXT.iter().any(|page| is_ours(page)) { next } else { NEXT[0] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_away() {
        for next in ["/week", "/wishes", "/wishes?round=1", "/wishes/12"] {
            assert_eq!(onward(next), next);
        }
        for next in
            ["", "//evil.example", "/weekend", "https://evil.example/week", "/week\r\nX: y", "/week\\evil", "/feeds/x"]
        {
            assert_eq!(onward(next), "/week", "{next:?}");
        }
    }
}
