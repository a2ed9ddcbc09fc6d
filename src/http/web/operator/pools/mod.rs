//! A pool that schools share: what it counts, its limits, and how it is shared out.
//!
//! - [`cut`]: what would no longer fit, asked before a limit is lowered
//! - [`limits`]: other limits by weekday and hour, painted on a grid, and by date
//! - [`shares`]: what each school is guaranteed

mod cut;
pub mod limits;
pub mod shares;

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use serde::Deserialize;

use self::{cut::Kept, limits::DatedLine};
use super::{
    form::{Entry, FieldError, after, number, options, rejected},
    platforms::ZONES,
};
use crate::{
    app::{
        App, AppError,
        pools::{Counting, PoolDetails},
    },
    domain::{
        capacity::{Pool, PoolKind},
        id::Id,
    },
    http::web::{
        limits::{LimitsView, Painted},
        page::{Refusal, Shell},
        parts::Choice,
        version::held,
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// For whom a new pool is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Owner {
    platform: String,
    federation: String,
}

#[derive(Template)]
#[template(path = "web/operator/pool_new.html")]
struct NewPage {
    w: Words,
    shell: Shell,
    form: Entry,
    owners: Vec<Choice>,
    zones: [&'static str; 16],
}

#[derive(Template)]
#[template(path = "web/operator/pool.html")]
struct PoolPage {
    w: Words,
    shell: Shell,
    over: String,
    over_href: String,
    heading: String,
    about: String,
    id: Id,
    form: Entry,
    zones: [&'static str; 16],
    limits: String,
    dated: Vec<DatedLine>,
    dated_form: Entry,
}

/// `GET /operator/pools`: the form for a new one.
pub async fn new(visitor: Visitor, app: web::Data<App>, owner: web::Query<Owner>) -> HttpResponse {
    let owner = match (owner.platform.as_str(), owner.federation.as_str()) {
        ("", "") => String::new(),
        ("", federation) => format!("federation:{federation}"),
        (platform, _) => format!("platform:{platform}"),
    };
    let form = Entry::of([("owner", owner), ("kind", "concurrent".to_owned()), ("window_minutes", "10".to_owned())]);
    let page = new_page(&visitor, &app, form).await;
    visitor.answer(page)
}

/// `POST /operator/pools`.
pub async fn add(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    let who = match visitor.operator_sends(&form) {
        Ok(who) => who,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    let (details, mut errors) = details(&form, None, visitor.w);
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if errors.is_empty() {
        match app.create_pool(who, details).await.map_err(|error| rejected(error, visitor.w)) {
            Ok(pool) => return visitor.told(&format!("/operator/pools/{}", pool.id), "op-done-added"),
            Err(Ok(found)) => (status, errors) = found,
            Err(Err(error)) => return visitor.refuse(&error.into()),
        }
    }
    let page = new_page(&visitor, &app, Entry::sent(&form, errors)).await;
    visitor.answer_with(status, page)
}

/// `GET /operator/pools/{id}`.
pub async fn show(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    let page = pool_page(&visitor, &app, &id, Sent::default()).await;
    visitor.answer(page)
}

/// `POST /operator/pools/{id}`.
pub async fn change(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let who = match visitor.operator_sends(&form) {
        Ok(who) => who,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    let old = match app.pool(who, &id).await {
        Ok(old) => old,
        Err(error) => return visitor.refuse(&error.into()),
    };
    let (details, errors) = details(&form, Some(&old), visitor.w);
    let done =
        if errors.is_empty() { held(&form, cut::keep(&app, who, &id, details, &form)).await } else { Err(invalid()) };
    answer(&visitor, &app, (&id, "op-done-changed", &form), done, |found| Sent {
        details: Some(Entry::sent(&form, if errors.is_empty() { found } else { errors.clone() })),
        ..Sent::default()
    })
    .await
}

/// `POST /operator/pools/{id}/delete`.
pub async fn delete(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let who = match visitor.operator_sends(&form) {
        Ok(who) => who,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    let done = match app.pool(who, &id).await {
        Ok(pool) => app.delete_pool(who, &id).await.map(|()| owner_page(&pool)),
        Err(error) => Err(error),
    };
    after(
        &visitor,
        done,
        |page| (page, "op-done-deleted"),
        async |errors| {
            pool_page(&visitor, &app, &id, Sent { details: Some(Entry::sent(&form, errors)), ..Sent::default() }).await
        },
    )
    .await
}

/// The page of what a pool belongs to.
fn owner_page(pool: &Pool) -> String {
    match (&pool.owner.platform, &pool.owner.federation) {
        (Some(platform), _) => format!("/operator/platforms/{platform}"),
        (_, Some(federation)) => format!("/operator/federations/{federation}"),
        _ => "/operator/load".to_owned(),
    }
}

/// Stands for findings of the form itself, which the use case never saw.
fn invalid() -> AppError {
    AppError::Invalid(crate::domain::finding::Findings::default())
}

/// The forms of a pool's page, as far as one of them was sent.
#[derive(Default)]
struct Sent {
    details: Option<Entry>,
    painted: Option<Painted>,
    dated: Entry,
}

/// After a change: back to the page, or the page with what is wrong; or the question whether to.
async fn answer(
    visitor: &Visitor,
    app: &App,
    (id, key, form): (&Id, &str, &Form),
    done: Result<Kept, AppError>,
    sent: impl FnOnce(Vec<FieldError>) -> Sent,
) -> HttpResponse {
    let page = format!("/operator/pools/{id}");
    let done = match done {
        Ok(Kept::NotYet(change)) => return visitor.answer(Ok(cut::ask(visitor, &change, page, form))),
        Ok(Kept::Quietly) => Ok(key),
        Ok(Kept::Telling) => Ok("op-done-above"),
        Err(error) => Err(error),
    };
    let again = async |errors| pool_page(visitor, app, id, sent(errors)).await;
    after(visitor, done, |key| (page, key), again).await
}

/// What the form says of a pool; its other limits stay as they are.
fn details(form: &Form, old: Option<&Pool>, w: Words) -> (PoolDetails, Vec<FieldError>) {
    let mut errors = Vec::new();
    // The page of a pool has it in the grid of its limits.
    let connections = match old {
        Some(old) => old.connections,
        None => number(form, "connections", &mut errors, w),
    };
    let is_arrivals = form.get("kind") == "arrivals";
    let window_minutes = is_arrivals.then(|| number(form, "window_minutes", &mut errors, w));
    let owner = |kind: &str| form.get("owner").strip_prefix(kind).map(Id::from);
    let time_zone = Some(form.get("time_zone").trim()).filter(|name| !name.is_empty()).map(str::to_owned);
    let kind = if is_arrivals { Counting::Arrivals } else { Counting::Concurrent };
    let details = PoolDetails {
        name: form.get("name").to_owned(),
        kind,
        window_minutes,
        platform: old.map_or_else(|| owner("platform:"), |old| old.owner.platform.clone()),
        federation: old.map_or_else(|| owner("federation:"), |old| old.owner.federation.clone()),
        time_zone,
        connections,
        weekly: old.map(|old| old.weekly.clone()).unwrap_or_default(),
        dated: old.map(|old| old.dated.clone()).unwrap_or_default(),
    };
    (details, errors)
}

/// All that there is to say of a pool, for a change of a part of it.
fn all_of(pool: &Pool) -> PoolDetails {
    let (kind, window_minutes) = match pool.kind {
        PoolKind::Concurrent => (Counting::Concurrent, None),
        PoolKind::Arrivals { window_minutes } => (Counting::Arrivals, Some(window_minutes)),
    };
    PoolDetails {
        name: pool.name.clone(),
        kind,
        window_minutes,
        platform: pool.owner.platform.clone(),
        federation: pool.owner.federation.clone(),
        time_zone: pool.time_zone.clone(),
        connections: pool.connections,
        weekly: pool.weekly.clone(),
        dated: pool.dated.clone(),
    }
}

async fn new_page(visitor: &Visitor, app: &App, form: Entry) -> Result<NewPage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let (platforms, federations) = (app.platforms(who).await?, app.federations(who).await?);
    let named = |kind: &str, id: &Id, name: &str, key: &str| (format!("{kind}:{id}"), w.name(key, name));
    let all: Vec<(String, String)> = platforms
        .iter()
        .map(|one| named("platform", &one.id, &one.name, "op-owner-platform"))
        .chain(federations.iter().map(|one| named("federation", &one.id, &one.name, "op-owner-federation")))
        .collect();
    let owners = options(all.iter().map(|(value, name)| (value.as_str(), name.as_str())), form.get("owner"));
    Ok(NewPage { w, shell: visitor.shell(&w.t("op-pool-new")), form, owners, zones: ZONES })
}

async fn pool_page(visitor: &Visitor, app: &App, id: &Id, sent: Sent) -> Result<PoolPage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let pool = app.pool(who, id).await?;
    let over = match (&pool.owner.platform, &pool.owner.federation) {
        (Some(platform), _) => app.platform(who, platform).await?.name,
        (_, Some(federation)) => {
            let all = app.federations(who).await?;
            all.into_iter().find(|one| one.id == *federation).map(|one| one.name).unwrap_or_default()
        }
        _ => w.t("op-owner-none"),
    };
    let known = || {
        let (kind, window) = match pool.kind {
            PoolKind::Concurrent => ("concurrent", 10),
            PoolKind::Arrivals { window_minutes } => ("arrivals", window_minutes),
        };
        Entry::of([
            ("name", pool.name.clone()),
            ("kind", kind.to_owned()),
            ("window_minutes", window.to_string()),
            ("time_zone", pool.time_zone.clone().unwrap_or_default()),
        ])
    };
    let zone = pool.zone(chrono_tz::Europe::Paris);
    let painted = sent.painted.unwrap_or_else(|| limits::fresh(&pool));
    let here = format!("/operator/pools/{id}");
    let grid = LimitsView::new(visitor, (&format!("{here}/weekly"), &here), &pool, painted).lead(format!(
        "{} {}",
        w.t("op-weekly-lead"),
        w.with("week-zone", &[("zone", zone.name())])
    ));
    Ok(PoolPage {
        w,
        shell: visitor.shell(&pool.name),
        over,
        over_href: owner_page(&pool),
        heading: pool.name.clone(),
        about: super::platforms::PoolLine::of(&pool, w).about,
        id: id.clone(),
        form: sent.details.unwrap_or_else(known).changing(&pool),
        zones: ZONES,
        limits: grid.render().map_err(|error| AppError::Internal(error.to_string()))?,
        dated: limits::dated_lines(&pool, zone, w),
        dated_form: sent.dated,
    })
}
