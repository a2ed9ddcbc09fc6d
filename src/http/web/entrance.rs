//! Coming and going: the first page, signing in with a password, a link, a key or a personal link, signing out.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use serde::Deserialize;

use super::{
    nav,
    page::{Refusal, Shell},
    start,
    visitor::{Form, Visitor},
    words::Words,
};
use crate::{
    app::{
        App, AppError,
        sign_in::{LinkOrder, PasswordSignIn},
    },
    http::client::Client,
};

#[derive(Template)]
#[template(path = "web/home.html")]
struct HomePage {
    w: Words,
    shell: Shell,
    entry: Entry,
    signed_out: bool,
}

#[derive(Template)]
#[template(path = "web/sign_in.html")]
struct SignInPage {
    w: Words,
    shell: Shell,
    entry: Entry,
}

#[derive(Template)]
#[template(path = "web/message.html")]
struct MessagePage {
    w: Words,
    shell: Shell,
    heading: String,
    text: String,
}

/// The forms to sign in, as they were filled in.
#[derive(Default)]
struct Entry {
    next: String,
    email: String,
    error: Option<String>,
    key_error: Option<String>,
}

/// What the addresses of these pages may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    next: String,
    done: String,
}

/// `GET /`: what Créneau is, or straight on to where somebody begins.
pub async fn home(visitor: Visitor, app: web::Data<App>, asked: web::Query<Asked>) -> HttpResponse {
    if visitor.identity.is_some() {
        let first = match &visitor.who {
            Some(who) => start::is_needed(&app, who).await,
            None => Ok(false),
        };
        return match first {
            Ok(true) => visitor.redirect(start::PLACE),
            Ok(false) => visitor.redirect(nav::home(visitor.who.as_ref())),
            Err(error) => visitor.refuse(&error.into()),
        };
    }
    let w = visitor.w;
    let shell = visitor.shell(&w.t("app-claim"));
    visitor.answer(Ok(HomePage { w, shell, entry: Entry::default(), signed_out: asked.done == "signed-out" }))
}

/// `GET /sign-in`.
pub async fn sign_in(visitor: Visitor, asked: web::Query<Asked>) -> HttpResponse {
    if visitor.who.is_some() {
        return visitor.redirect(onward(&asked.next));
    }
    let entry = Entry { next: onward(&asked.next).to_owned(), ..Entry::default() };
    visitor.answer(Ok(sign_in_page(&visitor, entry)))
}

/// `POST /sign-in`: a password or a key for a session, or an address for a link.
pub async fn enter_by_form(visitor: Visitor, app: web::Data<App>, request: HttpRequest, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let client = Client::of(&request);
    let known =
        Entry { next: onward(form.get("next")).to_owned(), email: form.get("email").to_owned(), ..Entry::default() };
    match form.get("way") {
        "link" => send_link(visitor, &app, known).await,
        "password" => by_password(visitor, &app, client, known, form.get("password")).await,
        _ => by_key(visitor, &app, client, known, form.get("key").trim()).await,
    }
}

async fn send_link(visitor: Visitor, app: &App, known: Entry) -> HttpResponse {
    match app.send_link(&LinkOrder { email: known.email.clone() }).await {
        Ok(()) => {
            let w = visitor.w;
            let heading = w.t("sign-in-sent");
            let (shell, text) = (visitor.shell(&heading), w.t("sign-in-sent-text"));
            visitor.answer(Ok(MessagePage { w, shell, heading, text }))
        }
        Err(AppError::Invalid(_)) => {
            let error = Some(visitor.w.t("sign-in-no-address"));
            again(&visitor, StatusCode::UNPROCESSABLE_ENTITY, Entry { error, ..known })
        }
        Err(error) => visitor.refuse(&error.into()),
    }
}

async fn by_password(mut visitor: Visitor, app: &App, client: Client, known: Entry, password: &str) -> HttpResponse {
    let given = PasswordSignIn { email: known.email.clone(), password: password.to_owned() };
    let (status, error) = match app.sign_in_by_password(given, &client.address, client.browser).await {
        Ok(begun) => {
            visitor.signed_in(app, begun);
            return visitor.redirect(&known.next);
        }
        Err(AppError::WrongCredentials) => (StatusCode::UNPROCESSABLE_ENTITY, visitor.w.t("sign-in-wrong-password")),
        Err(AppError::TooMany { seconds }) => {
            let minutes = usize::try_from(seconds.div_ceil(60)).unwrap_or(60);
            (StatusCode::TOO_MANY_REQUESTS, visitor.w.count("sign-in-wait", minutes))
        }
        Err(error) => return visitor.refuse(&error.into()),
    };
    again(&visitor, status, Entry { error: Some(error), ..known })
}

async fn by_key(mut visitor: Visitor, app: &App, client: Client, known: Entry, key: &str) -> HttpResponse {
    let error = match app.sign_in_by_token(key, client.browser).await {
        Ok(begun) => {
            visitor.signed_in(app, begun);
            return visitor.redirect(&known.next);
        }
        Err(AppError::Unauthorized) if key.is_empty() => "sign-in-empty",
        Err(AppError::Unauthorized) => "sign-in-wrong",
        Err(error) => return visitor.refuse(&error.into()),
    };
    let key_error = Some(visitor.w.t(error));
    again(&visitor, StatusCode::UNPROCESSABLE_ENTITY, Entry { key_error, ..known })
}

/// `GET /enter/{secret}`: a personal link. It only begins a session, for the one who holds it.
pub async fn enter(
    mut visitor: Visitor,
    app: web::Data<App>,
    request: HttpRequest,
    secret: web::Path<String>,
    asked: web::Query<Asked>,
) -> HttpResponse {
    // The page that says no must not hold the secret in its links.
    "/".clone_into(&mut visitor.place);
    match app.sign_in_by_token(&secret, Client::of(&request).browser).await {
        Ok(begun) => {
            visitor.signed_in(&app, begun);
            visitor.redirect(onward(&asked.next))
        }
        Err(AppError::Unauthorized) => visitor.refuse(&Refusal::Link),
        Err(error) => visitor.refuse(&error.into()),
    }
}

/// `POST /sign-out`.
pub async fn sign_out(mut visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    if let Some(identity) = &visitor.identity
        && let Err(error) = app.sign_out(identity).await
    {
        return visitor.refuse(&error.into());
    }
    visitor.signed_out(&app);
    visitor.redirect("/?done=signed-out")
}

/// Whatever no page answers.
pub fn not_found(visitor: &Visitor) -> HttpResponse {
    visitor.refuse(&AppError::not_found("page", &visitor.place).into())
}

fn again(visitor: &Visitor, status: StatusCode, entry: Entry) -> HttpResponse {
    visitor.answer_with(status, Ok(sign_in_page(visitor, entry)))
}

fn sign_in_page(visitor: &Visitor, entry: Entry) -> SignInPage {
    let w = visitor.w;
    SignInPage { w, shell: visitor.shell(&w.t("sign-in-title")), entry }
}

/// One of our own pages: where `next` says, else the first page, which leads on.
fn onward(next: &str) -> &str {
    let is_plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_plain && nav::knows(next) { next } else { "/" }
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
            assert_eq!(onward(next), "/", "{next:?}");
        }
    }
}
