//! Login federations: what pupils of several platforms pass first.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{
    form::{Entry, FieldError, after},
    platforms::PoolLine,
};
use crate::{
    app::{App, AppError, platforms::FederationDetails},
    domain::id::Id,
    http::web::{
        page::{Refusal, Shell},
        visitor::{Form, Visitor},
        words::Words,
    },
};

struct Line {
    name: String,
    href: String,
    platforms: String,
    pools: String,
}

#[derive(Template)]
#[template(path = "web/operator/federations.html")]
struct ListPage {
    w: Words,
    shell: Shell,
    lines: Vec<Line>,
    form: Entry,
}

#[derive(Template)]
#[template(path = "web/operator/federation.html")]
struct FederationPage {
    w: Words,
    shell: Shell,
    heading: String,
    id: Id,
    form: Entry,
    pools: Vec<PoolLine>,
    platforms: Vec<(String, String)>,
    is_used: bool,
}

/// `GET /operator/federations`.
pub async fn list(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    let page = list_page(&visitor, &app, Entry::default()).await;
    visitor.answer(page)
}

/// `POST /operator/federations`.
pub async fn add(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    let done = match visitor.operator_sends(&form) {
        Ok(who) => app.create_federation(who, details(&form)).await,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    let onward = |federation: crate::domain::people::Federation| {
        (format!("/operator/federations/{}", federation.id), "op-done-added")
    };
    after(&visitor, done, onward, async |errors| list_page(&visitor, &app, Entry::sent(&form, errors)).await).await
}

/// `GET /operator/federations/{id}`.
pub async fn show(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    let page = federation_page(&visitor, &app, &id, None).await;
    visitor.answer(page)
}

/// `POST /operator/federations/{id}`.
pub async fn change(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let done = match visitor.operator_sends(&form) {
        Ok(who) => app.rename_federation(who, &id, details(&form)).await.map(drop),
        Err(refusal) => return visitor.refuse(&refusal),
    };
    answer(&visitor, &app, &id, &form, done, (&format!("/operator/federations/{id}"), "op-done-changed")).await
}

/// `POST /operator/federations/{id}/delete`.
pub async fn delete(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let done = match visitor.operator_sends(&form) {
        Ok(who) => app.delete_federation(who, &id).await,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    answer(&visitor, &app, &id, &Form::default(), done, ("/operator/federations", "op-done-deleted")).await
}

async fn answer(
    visitor: &Visitor,
    app: &App,
    id: &Id,
    form: &Form,
    done: Result<(), AppError>,
    (onward, key): (&str, &str),
) -> HttpResponse {
    let again = async |errors| federation_page(visitor, app, id, Some((form, errors))).await;
    after(visitor, done, |()| (onward.to_owned(), key), again).await
}

fn details(form: &Form) -> FederationDetails {
    FederationDetails { name: form.get("name").to_owned() }
}

async fn list_page(visitor: &Visitor, app: &App, form: Entry) -> Result<ListPage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let (federations, platforms, pools) =
        (app.federations(who).await?, app.platforms(who).await?, app.pools(who).await?);
    let line = |one: &crate::domain::people::Federation| Line {
        name: one.name.clone(),
        href: format!("/operator/federations/{}", one.id),
        platforms: w.count(
            "op-platforms-count",
            platforms.iter().filter(|platform| platform.federation.as_ref() == Some(&one.id)).count(),
        ),
        pools: w.count(
            "op-pools-count",
            pools.iter().filter(|pool| pool.owner.federation.as_ref() == Some(&one.id)).count(),
        ),
    };
    let lines = federations.iter().map(line).collect();
    Ok(ListPage { w, shell: visitor.shell(&w.t("nav-federations")), lines, form })
}

async fn federation_page(
    visitor: &Visitor,
    app: &App,
    id: &Id,
    sent: Option<(&Form, Vec<FieldError>)>,
) -> Result<FederationPage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let all = app.federations(who).await?;
    let federation = all.into_iter().find(|one| one.id == *id).ok_or_else(|| AppError::not_found("federation", id))?;
    let pools = app.pools(who).await?;
    let pools: Vec<PoolLine> = pools
        .iter()
        .filter(|pool| pool.owner.federation.as_ref() == Some(id))
        .map(|pool| PoolLine::of(pool, w))
        .collect();
    let platforms: Vec<(String, String)> = app
        .platforms(who)
        .await?
        .into_iter()
        .filter(|platform| platform.federation.as_ref() == Some(id))
        .map(|platform| (format!("/operator/platforms/{}", platform.id), platform.name))
        .collect();
    let known = || Entry::of([("name", federation.name.clone())]);
    let form = match sent {
        Some((form, errors)) if form.0.is_empty() => known().with(errors),
        Some((form, errors)) => Entry::sent(form, errors),
        None => known(),
    };
    Ok(FederationPage {
        w,
        shell: visitor.shell(&federation.name),
        heading: federation.name.clone(),
        id: id.clone(),
        form,
        is_used: !pools.is_empty() || !platforms.is_empty(),
        pools,
        platforms,
    })
}
