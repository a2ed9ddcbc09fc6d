//! Who looks at a page: their language, their session, and the proof that a form came from one of our pages.
//!
//! An operator's browser keeps the school that the operator looks after in a cookie. On that school's pages the proof is
//! bound to it: a form of a page of one school does nothing any more once another school was chosen, in another tab say.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    dev::Payload,
    http::header,
    web,
};
use chrono::Datelike;
use sha2::{Digest, Sha256};

use super::{
    flash::{self, Flash},
    page::{Refusal, Shell},
    words::{self, LANGUAGE_COOKIE, Words},
};
use crate::{
    app::{
        App, AppError,
        call::note_actor,
        identity::{Begun, Credential, Identity},
    },
    domain::{
        access::Principal,
        id::Id,
        people::{Language, School},
    },
    http::cookie,
};

/// The cookie that ties forms to a browser that is not signed in.
const FORM_COOKIE: &str = "creneau_form";
/// The cookie that holds the school which an operator looks after. It means nothing for anybody else.
const OFFICE_COOKIE: &str = "creneau_office";
const LANGUAGE_DAYS: i64 = 365;
/// Fields of forms that are never handed back.
const SECRETS: [&str; 3] = ["password", "current", "key"];

/// Who looks at a page.
pub struct Visitor {
    /// Their language's texts.
    pub w: Words,
    /// As what they act, when they are signed in and have a role; nothing for a change by a token for reading only.
    pub who: Option<Principal>,
    /// Who they are, when they are signed in.
    pub identity: Option<Identity>,
    /// Where they are: path and query.
    pub place: String,
    /// The school that they look after, when they are an operator and have chosen one; on the pages of those who run a
    /// school, their only one also when they have not.
    pub office: Option<School>,
    /// What every form of the page must bring along.
    pub csrf: String,
    /// What the forms of the frame bring along, which are the same around each page.
    pub frame_csrf: String,
    /// What they are to be told once.
    pub flash: Option<Flash>,
    secure: bool,
    cookies: Vec<Cookie<'static>>,
    origin: Origin,
}

/// Who sent a request that changes something, as far as the browser says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// One of our own pages.
    Ours,
    /// The browser does not say.
    Unsaid,
    /// Another site.
    Theirs,
}

impl Visitor {
    async fn of(request: &HttpRequest, app: &App) -> Self {
        let secure = app.settings.public_url.starts_with("https://");
        let session = request.cookie(cookie::NAME).map(|cookie| cookie.value().to_owned());
        let identity = match &session {
            Some(secret) => app.identify(Credential::Session(secret.clone())).await.ok().inspect(|identity| {
                note_actor(&identity.actor, identity.principal.as_ref());
            }),
            None => None,
        };
        let may = |identity: &&Identity| request.method().is_safe() || identity.may_write();
        let who = identity.as_ref().filter(may).and_then(|identity| identity.principal.clone());
        let own = identity.as_ref().and_then(|identity| identity.language);
        let office = match &who {
            Some(who) if who.may_operate() => looked_after(request, app, who).await,
            _ => None,
        };
        let mut visitor = Self {
            w: Words::new(words::chosen(request).or(own).unwrap_or_else(|| words::language(request)))
                .read_in(app.now().year()),
            place: request.uri().path_and_query().map_or("/", |place| place.as_str()).to_owned(),
            office,
            csrf: String::new(),
            frame_csrf: String::new(),
            flash: None,
            secure,
            cookies: Vec::new(),
            origin: origin(request, &app.settings.public_url),
            who,
            identity,
        };
        let secret = session.filter(|_| visitor.identity.is_some()).unwrap_or_else(|| {
            let known = request.cookie(FORM_COOKIE).map(|cookie| cookie.value().to_owned());
            known.filter(|secret| secret.len() == 64).unwrap_or_else(|| {
                let secret = crate::app::access::new_secret();
                visitor.remember(FORM_COOKIE, secret.clone(), None);
                secret
            })
        });
        visitor.frame_csrf = csrf(&secret);
        visitor.csrf = match &visitor.office {
            Some(school) if is_office(request.path()) => csrf(&format!("{secret} for {}", school.id)),
            _ => visitor.frame_csrf.clone(),
        };
        let flash = request.cookie(flash::COOKIE);
        visitor.flash = flash.and_then(|cookie| Flash::opened(cookie.value(), &visitor.frame_csrf));
        if let Some(language) = words::asked(request) {
            visitor.remember_language(language);
        }
        visitor
    }

    /// Somebody made up, for tests of pages.
    #[cfg(test)]
    pub fn sample(language: Language, place: &str, who: Option<Principal>) -> Self {
        let (w, place, csrf) = (Words::new(language), place.to_owned(), csrf("sample"));
        let identity = who.clone().map(Identity::sample);
        let (frame_csrf, office, flash, cookies) = (csrf.clone(), None, None, Vec::new());
        Self { w, who, identity, place, office, csrf, frame_csrf, flash, secure: false, cookies, origin: Origin::Ours }
    }

    /// As which teacher of which school they act.
    ///
    /// # Errors
    /// `Unauthorized` for who is not signed in, `Forbidden` for everybody else.
    pub fn teacher(&self) -> Result<(Principal, Id, Id), Refusal> {
        match self.who.clone() {
            Some(Principal::Teacher { school, teacher }) => {
                let who = Principal::Teacher { school: school.clone(), teacher: teacher.clone() };
                Ok((who, school, teacher))
            }
            _ if self.identity.is_none() => Err(AppError::Unauthorized.into()),
            _ => Err(AppError::forbidden("this page is for teachers").into()),
        }
    }

    /// The frame of a page of theirs.
    pub fn shell(&self, heading: &str) -> Shell {
        Shell::new(self, heading)
    }

    /// Refuses a form that does not come from one of our pages in this browser.
    ///
    /// # Errors
    /// `Refusal::Form`.
    pub fn check(&self, form: &Form) -> Result<(), Refusal> {
        let brought = form.get("csrf").as_bytes();
        let differ = brought.iter().zip(self.csrf.as_bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
        let right = brought.len() == self.csrf.len() && differ == 0;
        if right && self.origin != Origin::Theirs { Ok(()) } else { Err(Refusal::Form(self.unsent(form))) }
    }

    /// What was typed into a form that is refused, for the reader to send again. Never what another site may have made up,
    /// nor what was typed for another school than the one that is looked after now.
    fn unsent(&self, form: &Form) -> Vec<(String, String)> {
        let has_secret = form.0.iter().any(|(name, _)| SECRETS.contains(&name.as_str()));
        if self.origin != Origin::Ours || self.office_here().is_some() || has_secret {
            return Vec::new();
        }
        form.0.iter().filter(|(name, _)| name != "csrf").cloned().collect()
    }

    /// Hands the browser the session that has begun.
    pub fn signed_in(&mut self, app: &App, begun: Begun) {
        self.cookies.push(cookie::begun(app, begun.secret));
    }

    /// Has the browser forget its session.
    pub fn signed_out(&mut self, app: &App) {
        self.cookies.push(cookie::ended(app));
        self.leave_office();
    }

    /// Has the browser remember the school that an operator looks after.
    pub fn look_after(&mut self, school: &Id) {
        self.remember(OFFICE_COOKIE, school.to_string(), None);
    }

    /// Has the browser forget it.
    pub fn leave_office(&mut self) {
        self.cookies.push(forgotten(OFFICE_COOKIE));
    }

    /// The school that an operator looks after, where the page is that school's.
    pub fn office_here(&self) -> Option<&School> {
        let (path, query) = self.place.split_once('?').unwrap_or((&self.place, ""));
        let of_another = |school: &School| {
            let mut asked = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "school");
            asked.any(|(_, id)| !id.is_empty() && id != school.id.as_str())
        };
        self.office.as_ref().filter(|school| is_office(path) || (path == "/week" && !of_another(school)))
    }

    /// Sends them elsewhere, by GET.
    pub fn redirect(&self, to: &str) -> HttpResponse {
        let mut answer = HttpResponse::SeeOther();
        answer.insert_header((header::LOCATION, to)).insert_header((header::CACHE_CONTROL, "no-store"));
        for cookie in &self.cookies {
            answer.cookie(cookie.clone());
        }
        answer.finish()
    }

    /// Sends them elsewhere, where they are told something once.
    pub fn redirect_told(&mut self, to: &str, flash: &Flash) -> HttpResponse {
        self.cookies.push(self.flash_cookie(flash));
        self.redirect(to)
    }

    /// The same with a text of the reader's language, for handlers that only look at the visitor.
    pub fn told(&self, to: &str, key: &str) -> HttpResponse {
        self.redirect_with(to, &Flash::done(self.w.t(key)))
    }

    /// Sends them elsewhere, where they are told why.
    pub fn warned(&self, to: &str, key: &str) -> HttpResponse {
        self.redirect_with(to, &Flash::warning(self.w.t(key)))
    }

    fn redirect_with(&self, to: &str, flash: &Flash) -> HttpResponse {
        let mut answer = self.redirect(to);
        // Cookies of hexadecimal digits are well formed.
        if let Err(error) = answer.add_cookie(&self.flash_cookie(flash)) {
            tracing::error!(%error, "a message could not be handed on");
        }
        answer
    }

    /// The cookie that brings a message to the page after a redirect.
    pub fn flash_cookie(&self, flash: &Flash) -> Cookie<'static> {
        self.cookie(flash::COOKIE, flash.sealed(&self.frame_csrf), None)
    }

    /// Has the browser forget what a page now shows.
    pub fn flash_shown(&self) -> Option<Cookie<'static>> {
        self.flash.is_some().then(|| forgotten(flash::COOKIE))
    }

    /// What must be remembered with the answer.
    pub fn cookies(&self) -> &[Cookie<'static>] {
        &self.cookies
    }

    /// Has the browser remember a language.
    pub fn remember_language(&mut self, language: Language) {
        self.remember(LANGUAGE_COOKIE, language.code().to_owned(), Some(LANGUAGE_DAYS));
    }

    fn remember(&mut self, name: &'static str, value: String, days: Option<i64>) {
        self.cookies.push(self.cookie(name, value, days));
    }

    /// A cookie of ours: for no script, and for requests that come from other sites by a plain link only.
    fn cookie(&self, name: &'static str, value: String, days: Option<i64>) -> Cookie<'static> {
        let mut cookie =
            Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).secure(self.secure);
        if let Some(days) = days {
            cookie = cookie.max_age(Duration::days(days));
        }
        cookie.finish()
    }
}

impl FromRequest for Visitor {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let app = request.app_data::<web::Data<App>>().cloned();
            let app = app.ok_or_else(|| actix_web::error::ErrorInternalServerError("the pages were given no App"))?;
            Ok(Self::of(&request, &app).await)
        })
    }
}

/// A form's fields, in the order in which the browser sent them.
#[derive(Debug, Default)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// The first field of this name; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Every field of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

impl FromRequest for Form {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    /// A body that is no form is an empty one, which then lacks the proof that it came from us.
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let fields = web::Form::<Vec<(String, String)>>::from_request(request, payload);
        Box::pin(async move { Ok(fields.await.map(|fields| Self(fields.into_inner())).unwrap_or_default()) })
    }
}

/// Whether a page is one of those who run a school.
fn is_office(path: &str) -> bool {
    path.strip_prefix("/admin").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The school that an operator looks after: the chosen one; on a school's pages the only one when none was chosen.
async fn looked_after(request: &HttpRequest, app: &App, who: &Principal) -> Option<School> {
    if let Some(chosen) = request.cookie(OFFICE_COOKIE).filter(|cookie| !cookie.value().is_empty())
        && let Ok(school) = app.school(who, &Id::from(chosen.value())).await
    {
        return Some(school);
    }
    if !is_office(request.path()) {
        return None;
    }
    let mut schools = app.school_lines(who, Some(2)).await.ok()?;
    let only = schools.pop().filter(|_| schools.is_empty())?;
    app.school(who, &only.id).await.ok()
}

/// Has the browser forget a cookie.
fn forgotten(name: &'static str) -> Cookie<'static> {
    let mut cookie = Cookie::build(name, "").path("/").http_only(true).same_site(SameSite::Lax).finish();
    cookie.make_removal();
    cookie
}

/// What a session's forms bring along: it cannot be guessed without the session's secret, nor does it tell it.
fn csrf(secret: &str) -> String {
    hex::encode(Sha256::digest(format!("creneau form {secret}")))
}

/// Whether a request that changes something was sent by one of our own pages, as far as the browser says. Our pages
/// send no referrer, so browsers say `Origin: null` for their forms; `Sec-Fetch-Site` then tells.
fn origin(request: &HttpRequest, public_url: &str) -> Origin {
    let value = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let site = value("sec-fetch-site").map(|site| (matches!(site, "same-origin" | "none"), site == "same-origin"));
    let origin = value("origin").filter(|origin| *origin != "null").map(|origin| {
        let host = origin.split_once("://").map_or(origin, |(_, host)| host);
        let is_ours = origin == public_url || Some(host) == value("host");
        (is_ours, is_ours)
    });
    let said = [site, origin];
    let said = said.iter().flatten();
    if said.clone().any(|(may_be, _)| !may_be) {
        Origin::Theirs
    } else if said.clone().any(|(_, is_ours)| *is_ours) {
        Origin::Ours
    } else {
        Origin::Unsaid
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn sent(headers: &[(&'static str, &'static str)]) -> Origin {
        let base = TestRequest::post().insert_header(("host", "localhost:8080"));
        let request = headers.iter().fold(base, |request, header| request.insert_header(*header));
        origin(&request.to_http_request(), "https://creneau.example.org")
    }

    #[test]
    fn forms_of_other_sites_are_told_apart() {
        for headers in [&[][..], &[("origin", "null")], &[("sec-fetch-site", "none")]] {
            assert_eq!(sent(headers), Origin::Unsaid, "{headers:?}");
        }
        let ours = [("origin", "null"), ("sec-fetch-site", "same-origin")];
        for headers in [
            &[("origin", "http://localhost:8080")][..],
            &[("origin", "https://creneau.example.org")],
            &ours,
            &[("sec-fetch-site", "same-origin")],
        ] {
            assert_eq!(sent(headers), Origin::Ours, "{headers:?}");
        }
        for headers in [
            &[("origin", "null"), ("sec-fetch-site", "cross-site")][..],
            &[("origin", "https://evil.example")],
            &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "same-site")],
        ] {
            assert_eq!(sent(headers), Origin::Theirs, "{headers:?}");
        }
    }

    #[test]
    fn the_proof_does_not_hold_for_another_session() {
        assert_ne!(csrf("a"), csrf("b"));
        assert_eq!(csrf("a").len(), 64);
    }
}
