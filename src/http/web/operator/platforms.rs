//! Platforms: services with limits that many schools share. One page lists them, one shows a platform with its pools and
//! schools.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::form::{Entry, after, options};
use crate::{
    app::{App, AppError, platforms::PlatformDetails},
    domain::{
        capacity::{Pool, PoolKind},
        id::Id,
    },
    http::web::{
        page::{Refusal, Shell},
        parts::Choice,
        version::held,
        visitor::{Form, Visitor},
        words::{Words, sort_key},
    },
};

/// Time zones to choose from; any other may be typed.
pub const ZONES: [&str; 16] = [
    "Europe/Paris",
    "Indian/Reunion",
    "Indian/Mayotte",
    "America/Martinique",
    "America/Guadeloupe",
    "America/Cayenne",
    "America/Miquelon",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "Pacific/Wallis",
    "Europe/Brussels",
    "Europe/Luxembourg",
    "Europe/Zurich",
    "Europe/Berlin",
    "Europe/Lisbon",
    "UTC",
];

/// A platform in the list.
struct Line {
    name: String,
    href: String,
    about: String,
    schools: String,
    pools: String,
}

/// A pool of a platform or federation.
pub struct PoolLine {
    /// Its name.
    pub name: String,
    /// Its page.
    pub href: String,
    /// How it counts, and its usual limit.
    pub about: String,
}

#[derive(Template)]
#[template(path = "web/operator/platforms.html")]
struct ListPage {
    w: Words,
    shell: Shell,
    lines: Vec<Line>,
    form: Entry,
    federations: Vec<Choice>,
    zones: [&'static str; 16],
}

#[derive(Template)]
#[template(path = "web/operator/platform.html")]
struct PlatformPage {
    w: Words,
    shell: Shell,
    heading: String,
    id: Id,
    form: Entry,
    federations: Vec<Choice>,
    zones: [&'static str; 16],
    pools: Vec<PoolLine>,
    federation_pools: Vec<PoolLine>,
    schools: Vec<(String, String)>,
    more_schools: usize,
    is_used: bool,
}

/// Schools that a platform's page names.
const NAMED: usize = 50;

/// `GET /operator/platforms`.
pub async fn list(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    let form = Entry::of([("time_zone", ZONES[0].to_owned())]);
    let page = list_page(&visitor, &app, form).await;
    visitor.answer(page)
}

/// `POST /operator/platforms`.
pub async fn add(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    let done = match visitor.operator_sends(&form) {
        Ok(who) => app.create_platform(who, details(&form)).await,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    let onward =
        |platform: crate::domain::people::Platform| (format!("/operator/platforms/{}", platform.id), "op-done-added");
    after(&visitor, done, onward, async |errors| list_page(&visitor, &app, Entry::sent(&form, errors)).await).await
}

/// `GET /operator/platforms/{id}`.
pub async fn show(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    let page = platform_page(&visitor, &app, &id, None).await;
    visitor.answer(page)
}

/// `POST /operator/platforms/{id}`.
pub async fn change(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let done = match visitor.operator_sends(&form) {
        Ok(who) => held(&form, app.replace_platform(who, &id, details(&form))).await.map(drop),
        Err(refusal) => return visitor.refuse(&refusal),
    };
    answer(&visitor, &app, &id, &form, done, (&format!("/operator/platforms/{id}"), "op-done-changed")).await
}

/// `POST /operator/platforms/{id}/delete`.
pub async fn delete(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let done = match visitor.operator_sends(&form) {
        Ok(who) => app.delete_platform(who, &id).await,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    answer(&visitor, &app, &id, &Form::default(), done, ("/operator/platforms", "op-done-deleted")).await
}

async fn answer(
    visitor: &Visitor,
    app: &App,
    id: &Id,
    form: &Form,
    done: Result<(), AppError>,
    (onward, key): (&str, &str),
) -> HttpResponse {
    let again = async |errors| platform_page(visitor, app, id, Some((form, errors))).await;
    after(visitor, done, |()| (onward.to_owned(), key), again).await
}

fn details(form: &Form) -> PlatformDetails {
    PlatformDetails {
        name: form.get("name").to_owned(),
        time_zone: form.get("time_zone").to_owned(),
        federation: Some(form.get("federation")).filter(|id| !id.is_empty()).map(Id::from),
    }
}

async fn list_page(visitor: &Visitor, app: &App, form: Entry) -> Result<ListPage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let (platforms, federations) = (app.platforms(who).await?, app.federations(who).await?);
    let (pools, schools) = (app.pools(who).await?, app.school_lines(who, None).await?);
    let line = |platform: &crate::domain::people::Platform| {
        let federation = federations.iter().find(|one| Some(&one.id) == platform.federation.as_ref());
        let used_by = schools.iter().filter(|school| school.platform.as_ref() == Some(&platform.id)).count();
        let own = pools.iter().filter(|pool| pool.owner.platform.as_ref() == Some(&platform.id)).count();
        Line {
            name: platform.name.clone(),
            href: format!("/operator/platforms/{}", platform.id),
            about: match federation {
                Some(federation) => format!("{} · {}", platform.time_zone, federation.name),
                None => platform.time_zone.clone(),
            },
            schools: w.count("op-schools-count", used_by),
            pools: w.count("op-pools-count", own),
        }
    };
    let mut lines: Vec<Line> = platforms.iter().map(line).collect();
    lines.sort_by_cached_key(|line| sort_key(&line.name));
    let chosen = form.get("federation").to_owned();
    Ok(ListPage {
        w,
        shell: visitor.shell(&w.t("nav-platforms")),
        lines,
        federations: options(federations.iter().map(|one| (one.id.as_str(), one.name.as_str())), &chosen),
        form,
        zones: ZONES,
    })
}

async fn platform_page(
    visitor: &Visitor,
    app: &App,
    id: &Id,
    sent: Option<(&Form, Vec<super::form::FieldError>)>,
) -> Result<PlatformPage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let platform = app.platform(who, id).await?;
    let (federations, pools, schools) =
        (app.federations(who).await?, app.pools(who).await?, app.school_lines(who, None).await?);
    let federation = platform.federation.as_ref().map(ToString::to_string).unwrap_or_default();
    let known = || {
        Entry::of([
            ("name", platform.name.clone()),
            ("time_zone", platform.time_zone.clone()),
            ("federation", federation.clone()),
        ])
    };
    let form = match sent {
        Some((form, errors)) if form.0.is_empty() => known().with(errors),
        Some((form, errors)) => Entry::sent(form, errors),
        None => known(),
    };
    let form = form.changing(&platform);
    let own = |pool: &&Pool| pool.owner.platform.as_ref() == Some(id);
    let of_federation = |pool: &&Pool| platform.federation.is_some() && pool.owner.federation == platform.federation;
    let using: Vec<(String, String)> = schools
        .iter()
        .filter(|school| school.platform.as_ref() == Some(id))
        .map(|school| (format!("/operator/schools/{}", school.id), school.name.clone()))
        .collect();
    let pool_lines: Vec<PoolLine> = pools.iter().filter(own).map(|pool| PoolLine::of(pool, w)).collect();
    Ok(PlatformPage {
        w,
        shell: visitor.shell(&platform.name),
        heading: platform.name.clone(),
        id: id.clone(),
        federations: options(
            federations.iter().map(|one| (one.id.as_str(), one.name.as_str())),
            form.get("federation"),
        ),
        form,
        zones: ZONES,
        is_used: !using.is_empty() || !pool_lines.is_empty(),
        pools: pool_lines,
        federation_pools: pools.iter().filter(of_federation).map(|pool| PoolLine::of(pool, w)).collect(),
        more_schools: using.len().saturating_sub(NAMED),
        schools: using.into_iter().take(NAMED).collect(),
    })
}

impl PoolLine {
    /// A pool in a list.
    pub fn of(pool: &Pool, w: Words) -> Self {
        let limit = w.number(pool.connections.into());
        let about = match pool.kind {
            PoolKind::Concurrent => w.with("op-pool-concurrent", &[("limit", &limit)]),
            PoolKind::Arrivals { window_minutes } => {
                w.with("op-pool-arrivals", &[("limit", &limit), ("window", &w.duration(window_minutes))])
            }
        };
        Self { name: pool.name.clone(), href: format!("/operator/pools/{}", pool.id), about }
    }
}
