//! Where a school's admin begins until the first week is published: what is there, and the one thing to do next.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{
    page::{Refusal, Shell},
    visitor::Visitor,
    words::Words,
};
use crate::{
    app::{App, AppError, AppResult},
    domain::{
        access::{Principal, Role},
        id::Id,
        round::{Round, RoundState},
    },
};

/// The page's address.
pub const PLACE: &str = "/start";

/// Something that a first week needs, and whether it is there.
struct Step {
    title: String,
    text: String,
    button: String,
    href: &'static str,
    is_done: bool,
    /// Whether it is the one thing to do next.
    is_next: bool,
}

#[derive(Template)]
#[template(path = "web/start.html")]
struct StartPage {
    w: Words,
    shell: Shell,
    school: String,
    steps: Vec<Step>,
    is_ready: bool,
}

/// `GET /start`.
pub async fn show(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    let page = page(&visitor, &app).await;
    visitor.answer(page)
}

/// Whether somebody runs a school of which no week was ever published.
///
/// # Errors
/// those of the database.
pub async fn is_needed(app: &App, who: &Principal) -> AppResult<bool> {
    match school(who) {
        Some(school) => Ok(!app.rounds(who, school).await?.iter().any(Round::is_published)),
        None => Ok(false),
    }
}

/// The school that somebody runs.
fn school(who: &Principal) -> Option<&Id> {
    who.school().filter(|_| who.role() == Role::Admin)
}

async fn page(visitor: &Visitor, app: &App) -> Result<StartPage, Refusal> {
    let (w, who) = (visitor.w, visitor.who.as_ref().ok_or(AppError::Unauthorized)?);
    let id = school(who).ok_or_else(|| AppError::forbidden("a school's admin looks at this page"))?;
    let (school, directory, rounds) =
        (app.school(who, id).await?, app.directory(who, id).await?, app.rounds(who, id).await?);
    let is_closed = |round: &Round| round.state != RoundState::Collecting;
    let all = [
        ("groups", "/admin/groups", !directory.groups.is_empty()),
        ("teachers", "/admin/teachers", !directory.teachers.is_empty()),
        ("round", "/admin/rounds", !rounds.is_empty()),
        ("close", "/admin/rounds", rounds.iter().any(is_closed)),
        ("publish", "/admin/rounds", rounds.iter().any(Round::is_published)),
    ];
    let next = all.iter().position(|(_, _, is_done)| !is_done);
    let step = |(index, (key, href, is_done)): (usize, (&str, &'static str, bool))| Step {
        title: w.t(&format!("start-{key}")),
        text: w.t(&format!("start-{key}-text")),
        button: w.t(&format!("start-{key}-button")),
        href,
        is_done,
        is_next: next == Some(index),
    };
    Ok(StartPage {
        w,
        shell: visitor.shell(&w.t("start-title")),
        school: school.name,
        steps: all.into_iter().enumerate().map(step).collect(),
        is_ready: next.is_none(),
    })
}
