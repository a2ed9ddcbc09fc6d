//! Where an operator begins: what to do next, and how full the hours to come are. Where nothing is entered yet, a demo
//! school can be made, solved and published.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{form::rejected, load::Peak};
use crate::{
    app::{
        App, AppResult,
        demo::DemoSchool,
        feeds::{NewFeed, addresses::IssuedFeed},
    },
    domain::access::Principal,
    http::web::{
        page::{Refusal, Shell},
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// Something that an installation needs, and whether it is there.
struct Step {
    /// What it is, and why.
    title: String,
    text: String,
    /// What to press.
    button: String,
    /// Where it is done.
    href: String,
    is_done: bool,
}

/// What there is, in numbers.
struct Counts {
    schools: usize,
    platforms: usize,
    people: usize,
    open_invitations: usize,
}

#[derive(Template)]
#[template(path = "web/operator/home.html")]
struct HomePage {
    w: Words,
    shell: Shell,
    problem: Option<String>,
    steps: Vec<Step>,
    is_ready: bool,
    counts: Counts,
    peaks: Vec<Peak>,
}

#[derive(Template)]
#[template(path = "web/operator/demo.html")]
struct DemoPage {
    w: Words,
    shell: Shell,
    week: String,
    school: String,
    pupil: String,
    qr: String,
}

/// `GET /operator`.
pub async fn show(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    let page = page(&visitor, &app, None).await;
    visitor.answer(page)
}

/// `POST /operator/demo`: a demo school, with its week solved and published.
pub async fn make_demo(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    let who = match visitor.operator_sends(&form) {
        Ok(who) => who,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    let made = match made(&app, who).await {
        Ok((demo, feed)) => Ok(DemoPage {
            w: visitor.w,
            shell: visitor.shell(&visitor.w.t("op-demo-made")),
            week: format!("/week?school={}", demo.school),
            school: format!("/operator/schools/{}", demo.school),
            pupil: feed.page_url,
            qr: feed.qr_url,
        }),
        Err(error) => Err(error),
    };
    match made.map_err(|error| rejected(error, visitor.w)) {
        Ok(page) => visitor.answer(Ok(page)),
        Err(Ok((status, errors))) => {
            let problem = errors.into_iter().next().map(|error| error.text);
            let page = page(&visitor, &app, problem).await;
            visitor.answer_with(status, page)
        }
        Err(Err(error)) => visitor.refuse(&error.into()),
    }
}

async fn made(app: &App, who: &Principal) -> AppResult<(DemoSchool, IssuedFeed)> {
    let demo = app.take_demo_in(who).await?;
    app.give_demo_platform(who, &demo).await?;
    app.publish_demo(who, &demo).await?;
    let feed = app.create_feed(who, &demo.school, NewFeed::of_group(&demo.group)).await?;
    Ok((demo, feed))
}

async fn page(visitor: &Visitor, app: &App, problem: Option<String>) -> Result<HomePage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let platforms = app.platforms(who).await?;
    let standing = app.standing(who).await?;
    let map = app.shared_load(who, None).await?;
    let step = |key: &str, href: String, is_done: bool| Step {
        title: w.t(&format!("op-step-{key}")),
        text: w.t(&format!("op-step-{key}-text")),
        button: w.t(&format!("op-step-{key}-button")),
        href,
        is_done,
    };
    let pool = platforms.first().map_or_else(
        || "/operator/platforms".to_owned(),
        |platform| format!("/operator/pools?platform={}", platform.id),
    );
    let admin = standing
        .school
        .map_or_else(|| "/operator/schools/new".to_owned(), |school| format!("/operator/schools/{school}#invite"));
    let steps = vec![
        step("platform", "/operator/platforms#new".to_owned(), !platforms.is_empty()),
        step("pool", pool, !map.pools.is_empty()),
        step("school", "/operator/schools/new".to_owned(), standing.schools > 0),
        step("admin", admin, standing.has_members),
    ];
    Ok(HomePage {
        w,
        shell: visitor.shell(&w.t("op-home-title")),
        problem,
        is_ready: steps.iter().all(|step| step.is_done),
        steps,
        counts: Counts {
            schools: standing.schools,
            platforms: platforms.len(),
            people: standing.people,
            open_invitations: standing.open_invitations,
        },
        peaks: map.pools.iter().map(|pool| Peak::of(pool, map.monday, w)).collect(),
    })
}
