//! What every page has: the frame around it, and the answers when it cannot be shown.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE},
    },
};
use askama::Template;

use super::{
    assets::{ICONS, MARK, SCRIPT, STYLE},
    flash::Flash,
    nav::{self, Entry},
    visitor::Visitor,
    words::Words,
};
use crate::{app::AppError, domain::people::Language};

/// The frame around a page.
pub struct Shell {
    /// What the browser's tab says.
    pub title: String,
    /// Whether somebody is signed in.
    pub signed_in: bool,
    /// What the page's forms bring along.
    pub csrf: String,
    /// What the frame's own forms bring along.
    pub frame_csrf: String,
    /// The school that an operator looks after on this page.
    pub office: Option<String>,
    /// The style sheet's address.
    pub style: &'static str,
    /// The icon's address.
    pub mark: &'static str,
    /// The script's address.
    pub script: &'static str,
    /// The address of the pictures.
    pub icons: &'static str,
    /// The main navigation.
    pub entries: Vec<Entry>,
    /// What has just been done, or could not be.
    pub flash: Option<Flash>,
    w: Words,
    place: String,
}

/// A link to this page in another language.
pub struct LanguageLink {
    /// The language's code.
    pub code: &'static str,
    /// Where to.
    pub href: String,
    /// The language's name in itself.
    pub label: String,
    /// Whether it is the page's own.
    pub current: bool,
}

impl Shell {
    /// The frame of a page with this heading.
    pub fn new(visitor: &Visitor, heading: &str) -> Self {
        let w = visitor.w;
        Self {
            title: w.with("page-title", &[("page", heading)]),
            signed_in: visitor.identity.is_some(),
            csrf: visitor.csrf.clone(),
            frame_csrf: visitor.frame_csrf.clone(),
            office: visitor.office_here().map(|school| school.name.clone()),
            style: &STYLE.path,
            mark: &MARK.path,
            script: &SCRIPT.path,
            icons: &ICONS.path,
            entries: nav::entries(visitor, w),
            flash: visitor.flash.clone(),
            w,
            place: visitor.place.clone(),
        }
    }

    /// What a phone shows under *More*.
    pub fn more(&self) -> Vec<&Entry> {
        self.entries.iter().filter(|entry| entry.under_more).collect()
    }

    /// Whether this page is one of those.
    pub fn is_under_more(&self) -> bool {
        self.entries.iter().any(|entry| entry.under_more && entry.current)
    }

    /// The address of this page, without what it was asked for.
    pub fn path(&self) -> &str {
        self.place.split('?').next().unwrap_or_default()
    }

    /// This page in each language.
    pub fn languages(&self) -> Vec<LanguageLink> {
        let (path, query) = self.place.split_once('?').unwrap_or((&self.place, ""));
        let kept: String = query
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("lang="))
            .fold(String::new(), |kept, pair| kept + pair + "&");
        [(Language::Fr, "language-fr"), (Language::En, "language-en")]
            .map(|(language, key)| LanguageLink {
                code: language.code(),
                href: format!("{path}?{kept}lang={}", language.code()),
                label: self.w.t(key),
                current: language == self.w.language,
            })
            .into()
    }
}

/// Why a page is not shown.
#[derive(Debug)]
pub enum Refusal {
    /// A use case said no.
    App(AppError),
    /// A form without the proof that it is ours, with what was typed as far as it may be sent again.
    Form(Vec<(String, String)>),
    /// An invitation that does not hold.
    Invitation,
    /// A personal link that does not hold.
    Link,
    /// The link of a calendar that does not hold.
    Feed,
    /// An address that makes no sense.
    Input,
    /// An operator of several schools has not said which one to look after.
    NoOffice,
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl Refusal {
    /// The status, and the texts' keys.
    fn words(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Form(_) => (StatusCode::FORBIDDEN, "problem-form", "problem-form-text"),
            Self::Link => (StatusCode::NOT_FOUND, "problem-link", "problem-link-text"),
            Self::Feed => (StatusCode::NOT_FOUND, "problem-link", "problem-feed-text"),
            Self::Invitation => (StatusCode::GONE, "problem-link", "problem-invitation-text"),
            Self::App(AppError::Gone) => (StatusCode::GONE, "problem-link", "problem-gone-text"),
            Self::App(AppError::TooMany { .. }) => (StatusCode::TOO_MANY_REQUESTS, "problem-busy", "problem-busy-text"),
            Self::App(AppError::Unauthorized | AppError::WrongCredentials | AppError::Forbidden(_)) => {
                (StatusCode::FORBIDDEN, "problem-forbidden", "problem-forbidden-text")
            }
            Self::App(AppError::Answered(_) | AppError::KeyReused | AppError::Outdated) => {
                (StatusCode::CONFLICT, "problem-input", "problem-input-text")
            }
            Self::App(AppError::NotFound { .. }) => {
                (StatusCode::NOT_FOUND, "problem-not-found", "problem-not-found-text")
            }
            Self::Input | Self::NoOffice | Self::App(AppError::Invalid(_)) => {
                (StatusCode::BAD_REQUEST, "problem-input", "problem-input-text")
            }
            Self::App(AppError::Conflict { .. }) => (StatusCode::CONFLICT, "problem-form", "problem-form-text"),
            Self::App(AppError::Busy | AppError::Unavailable(_)) => {
                (StatusCode::SERVICE_UNAVAILABLE, "problem-busy", "problem-busy-text")
            }
            Self::App(AppError::Internal(_)) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "problem-internal", "problem-internal-text")
            }
        }
    }
}

#[derive(Template)]
#[template(path = "web/problem.html")]
struct ProblemPage {
    w: Words,
    shell: Shell,
    status: u16,
    heading: String,
    text: String,
    /// Whether signing in may help.
    offers_sign_in: bool,
    /// A form that may be sent again: where to, and what was typed.
    unsent: Option<(String, Vec<(String, String)>)>,
}

impl Visitor {
    /// The answer: the page, or why not. Who is not signed in but would have to be is led to the sign-in page and
    /// comes back afterwards.
    pub fn answer<T: Template>(&self, page: Result<T, Refusal>) -> HttpResponse {
        self.answer_with(StatusCode::OK, page)
    }

    /// [`Visitor::answer`] with another status than 200, for a form that comes back with what is wrong.
    pub fn answer_with<T: Template>(&self, status: StatusCode, page: Result<T, Refusal>) -> HttpResponse {
        match page {
            Ok(page) => self.render(status, &page),
            Err(refusal) => self.refuse(&refusal),
        }
    }

    /// Why not.
    pub fn refuse(&self, refusal: &Refusal) -> HttpResponse {
        if matches!(refusal, Refusal::App(AppError::Unauthorized)) && self.identity.is_none() {
            let next = self.place.replace('%', "%25").replace('&', "%26").replace('+', "%2B").replace('#', "%23");
            return self.redirect(&format!("/sign-in?next={next}"));
        }
        if matches!(refusal, Refusal::NoOffice) {
            return self.warned("/operator/schools", "op-office-choose");
        }
        if let Refusal::App(AppError::Internal(text) | AppError::Unavailable(text)) = refusal {
            tracing::error!(error = %text, "a page failed");
        }
        let (status, heading, text) = refusal.words();
        let is_stranger = self.identity.is_none();
        let (text, unsent) = match refusal {
            Refusal::Form(typed) if !typed.is_empty() => {
                let text = if is_stranger { "problem-form-signed-out" } else { "problem-form-again" };
                (text, Some((self.place.clone(), typed.clone())))
            }
            _ => (text, None),
        };
        let may_help = matches!(refusal, Refusal::Form(_) | Refusal::Invitation | Refusal::App(AppError::Gone));
        let (heading, text) = (self.w.t(heading), self.w.t(text));
        let shell = self.shell(&heading);
        let (w, status_code, offers_sign_in) = (self.w, status.as_u16(), is_stranger && may_help);
        self.render(status, &ProblemPage { w, shell, status: status_code, heading, text, offers_sign_in, unsent })
    }

    fn render(&self, status: StatusCode, page: &impl Template) -> HttpResponse {
        let mut answer = HttpResponse::build(status);
        for cookie in self.cookies().iter().cloned().chain(self.flash_shown()) {
            answer.cookie(cookie);
        }
        answer
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((CONTENT_LANGUAGE, self.w.code()))
            // What a school's shared computer shows must not come back from its cache.
            .insert_header((CACHE_CONTROL, "no-store"));
        match page.render() {
            Ok(html) => answer.body(html),
            Err(error) => {
                tracing::error!(%error, "a page could not be rendered");
                HttpResponse::InternalServerError().finish()
            }
        }
    }
}
