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
        operator::{
            Asked,
            form::{Entry, FieldError, no_number, number, rejected},
        },
        page::{Refusal, Shell},
        version::held,
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// Schools on one page. A form says nothing of those on others, which keep their weights.
const ON_PAGE: usize = 100;

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
    /// Which page of the schools it is, from 1.
    page: usize,
    previous: Option<String>,
    next: Option<String>,
}

/// `GET /operator/pools/{id}/shares`.
pub async fn show(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, asked: web::Query<Asked>) -> HttpResponse {
    let page = page(&visitor, &app, (&id, &asked.page), None).await;
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
        match held(&form, app.replace_shares(who, &id, new)).await.map_err(|error| rejected(error, visitor.w)) {
            Ok(change) => {
                let key = if change.overloads.is_empty() { "op-done-shared" } else { "op-done-above" };
                let place = format!("/operator/pools/{id}/shares?page={}", number_of(form.get("page")));
                return visitor.told(&place, key);
            }
            Err(Ok(found)) => (status, errors) = found,
            Err(Err(error)) => return visitor.refuse(&error.into()),
        }
    }
    let page = page(&visitor, &app, (&id, form.get("page")), Some(Entry::sent(&form, errors))).await;
    visitor.answer_with(status, page)
}

/// The number of a page, from 1.
fn number_of(page: &str) -> usize {
    page.parse().unwrap_or(1_usize).max(1)
}

/// What the form says; weights of schools that it does not show stay as they are.
fn read(form: &Form, known: &PoolShares, w: Words) -> (NewShares, Vec<FieldError>) {
    let mut errors = Vec::new();
    let guaranteed_percent = number(form, "guaranteed_percent", &mut errors, w);
    let mut weights = Vec::new();
    let page = number_of(form.get("page"));
    for (index, one) in known.schools.iter().enumerate() {
        let field = format!("weight-{}", one.school);
        let weight = match form.get(&field).trim() {
            _ if index / ON_PAGE + 1 != page => one.set_weight,
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

async fn page(
    visitor: &Visitor,
    app: &App,
    (id, page): (&Id, &str),
    sent: Option<Entry>,
) -> Result<SharesPage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let pool = app.pool(who, id).await?;
    let shares = app.shares(who, id).await?;
    let form = sent.unwrap_or_else(|| Entry::of([("guaranteed_percent", shares.guaranteed_percent.to_string())]));
    let form = form.changing(&shares);
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
    let pages = shares.schools.len().div_ceil(ON_PAGE).max(1);
    let page = number_of(page).min(pages);
    let link = |page: usize| format!("/operator/pools/{id}/shares?page={page}");
    Ok(SharesPage {
        w,
        shell: visitor.shell(&heading),
        pool: pool.name,
        heading,
        id: id.clone(),
        lines: shares.schools.iter().skip((page - 1) * ON_PAGE).take(ON_PAGE).map(line).collect(),
        previous: (page > 1).then(|| link(page - 1)),
        next: (page < pages).then(|| link(page + 1)),
        page,
        form,
        sum: w.number(guaranteed.into()),
        common: w.number(shares.common.into()),
    })
}
