//! How a pool is shared out: what each school is guaranteed, whatever the others do.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use crate::{
    app::{
        App,
        shares::{NewShares, PoolShares, SchoolWeight},
    },
    domain::id::Id,
    http::web::{
        operator::form::{Entry, FieldError, no_number, number, rejected},
        page::{Refusal, Shell},
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// Schools on one page: a form must not lose those of another.
const SHOWN: usize = 200;

struct Line {
    id: String,
    name: String,
    heads: String,
    weight: String,
    guaranteed: String,
    /// How much of the guaranteed connections that is, of 100.
    width: u64,
}

#[derive(Template)]
#[template(path = "web/operator/shares.html")]
struct SharesPage {
    w: Words,
    shell: Shell,
    heading: String,
    pool: String,
    id: Id,
    form: Entry,
    lines: Vec<Line>,
    sum: String,
    common: String,
    more: usize,
}

/// `GET /operator/pools/{id}/shares`.
pub async fn show(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    let page = page(&visitor, &app, &id, None).await;
    visitor.answer(page)
}

/// `POST /operator/pools/{id}/shares`.
pub async fn change(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let who = match visitor.operator_sends(&form) {
        Ok(who) => who,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    let known = match app.shares(who, &id).await {
        Ok(known) => known,
        Err(error) => return visitor.refuse(&error.into()),
    };
    let (new, mut errors) = read(&form, &known, visitor.w);
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if errors.is_empty() {
        match app.replace_shares(who, &id, new).await.map_err(|error| rejected(error, visitor.w)) {
            Ok(change) => {
                let key = if change.overloads.is_empty() { "op-done-shared" } else { "op-done-above" };
                return visitor.told(&format!("/operator/pools/{id}/shares"), key);
            }
            Err(Ok(found)) => (status, errors) = found,
            Err(Err(error)) => return visitor.refuse(&error.into()),
        }
    }
    let page = page(&visitor, &app, &id, Some(Entry::sent(&form, errors))).await;
    visitor.answer_with(status, page)
}

/// What the form says; weights of schools that it does not show stay as they are.
fn read(form: &Form, known: &PoolShares, w: Words) -> (NewShares, Vec<FieldError>) {
    let mut errors = Vec::new();
    let guaranteed_percent = number(form, "guaranteed_percent", &mut errors, w);
    let mut weights = Vec::new();
    for (index, one) in known.schools.iter().enumerate() {
        let field = format!("weight-{}", one.school);
        let weight = match form.get(&field).trim() {
            _ if index >= SHOWN => one.set_weight,
            "" => None,
            text => match text.parse() {
                Ok(weight) => Some(weight),
                Err(_) => {
                    errors.push(no_number(&field, w));
                    None
                }
            },
        };
        weights.extend(weight.map(|weight| SchoolWeight { school: one.school.clone(), weight }));
    }
    (NewShares { guaranteed_percent, weights }, errors)
}

async fn page(visitor: &Visitor, app: &App, id: &Id, sent: Option<Entry>) -> Result<SharesPage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let pool = app.pool(who, id).await?;
    let shares = app.shares(who, id).await?;
    let form = sent.unwrap_or_else(|| Entry::of([("guaranteed_percent", shares.guaranteed_percent.to_string())]));
    let most = shares.schools.iter().map(|one| one.guaranteed).max().unwrap_or(0).max(1);
    let line = |one: &crate::app::shares::SchoolShare| {
        let field = format!("weight-{}", one.school);
        let set = one.set_weight.map(|weight| weight.to_string()).unwrap_or_default();
        Line {
            id: one.school.to_string(),
            name: one.name.clone(),
            heads: w.number(one.weight),
            weight: if form.get("csrf").is_empty() { set } else { form.get(&field).to_owned() },
            guaranteed: w.number(one.guaranteed.into()),
            width: u64::from(one.guaranteed) * 100 / u64::from(most),
        }
    };
    let guaranteed: u32 = shares.schools.iter().map(|one| one.guaranteed).sum();
    let heading = w.t("op-shares-title");
    Ok(SharesPage {
        w,
        shell: visitor.shell(&heading),
        pool: pool.name,
        heading,
        id: id.clone(),
        lines: shares.schools.iter().take(SHOWN).map(line).collect(),
        more: shares.schools.len().saturating_sub(SHOWN),
        form,
        sum: w.number(guaranteed.into()),
        common: w.number(shares.common.into()),
    })
}
