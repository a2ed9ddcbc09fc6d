//! A limit that is lowered: what would no longer fit is shown before it is done, and what to do about it afterwards.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Timelike;

use super::{Action, App, Capacity, Entry, FieldError, Form, FormView, Office, Page, Refusal, TABS, Visitor, Words};
use super::{errors, reply, told};
use crate::{
    app::{limits::Overload, sessions::SessionView},
    domain::round::Round,
    http::web::admin::{
        parts::{Card, Empty},
        said::pool,
    },
    planning::names::Moment,
};

/// The stretches in which classes do not fit.
#[derive(Template)]
#[template(path = "web/admin/overloads.html")]
pub struct Crowded {
    w: Words,
    stretches: Vec<Stretch>,
    replans: Vec<Action>,
}

/// A stretch in which classes do not fit.
struct Stretch {
    when: String,
    over: String,
    pool: String,
    classes: Vec<(String, String, String)>,
}

impl Crowded {
    /// That something does not fit, with a link to what.
    pub fn notice(count: usize, w: Words) -> Card {
        Card {
            id: "crowded",
            heading: w.count("admin-overloads-count", count),
            lines: vec![w.t("admin-overloads-notice")],
            actions: vec![Action::link("/admin/capacity/overloads", w.t("admin-overloads-look"))],
            is_warning: true,
            ..Card::default()
        }
    }

    fn of(visitor: &Visitor, overloads: &[Overload], rounds: &[Round], may_replan: bool) -> Self {
        let w = visitor.w;
        let at = |moment: &Moment| w.day_time(moment.local.date(), minute(moment));
        let class = |session: &SessionView| {
            let people = session.groups.iter().chain(&session.teachers).map(|one| one.name.as_str());
            let people = people.collect::<Vec<_>>().join(", ");
            let name = format!("{} · {}", session.title, at(&session.start));
            (format!("/admin/sessions/{}", session.id), name, people)
        };
        let stretch = |overload: &Overload| Stretch {
            when: w
                .with("admin-overload-when", &[("from", &at(&overload.from)), ("to", &w.time(minute(&overload.to)))]),
            over: w.count("admin-overload-over", usize::try_from(overload.over).unwrap_or(usize::MAX)),
            pool: pool(&overload.name, overload.whose, w),
            classes: overload.sessions.iter().map(class).collect(),
        };
        let concerned = rounds.iter().filter(|round| overloads.iter().any(|one| one.rounds.contains(&round.id)));
        let replan = |round: &Round| {
            let label = w.with("admin-overloads-replan", &[("round", &round.name)]);
            Action::post(visitor, format!("/admin/rounds/{}/solve", round.id), label)
                .sending("least_change", "1")
                .first()
        };
        Self {
            w,
            stretches: overloads.iter().map(stretch).collect(),
            replans: if may_replan { concerned.map(replan).collect() } else { Vec::new() },
        }
    }
}

fn minute(moment: &Moment) -> u32 {
    moment.local.hour() * 60 + moment.local.minute()
}

/// `GET /admin/capacity/overloads`.
pub async fn overloads(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let w = visitor.w;
        let overloads = app.overloads(&office.who, &office.school.id).await?;
        let rounds = app.rounds(&office.who, &office.school.id).await?;
        let page = Page::new(&visitor, &office.school.name, w.t("admin-overloads-title"))
            .lead(w.t("admin-overloads-lead"))
            .tabs("/admin/capacity/overloads", &TABS);
        let page = if overloads.is_empty() {
            let (heading, text) = (w.t("admin-overloads-none"), w.t("admin-overloads-none-text"));
            page.part(&Empty { heading, text, actions: Vec::new() })?
        } else {
            page.part(&Crowded::of(&visitor, &overloads, &rounds, true))?
        };
        Ok(visitor.answer(Ok(page)))
    })
    .await
}

/// Keeps new limits; where that makes something worse, asks first, unless `sure` came with the form. What is wrong with
/// the limits themselves comes back.
///
/// # Errors
/// those that are no fault of the form's.
pub async fn keep(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    (new, form, address): (Capacity, &Form, &str),
) -> Result<Result<HttpResponse, Vec<FieldError>>, Refusal> {
    let (w, who, school) = (visitor.w, &office.who, &office.school.id);
    let would = match app.would_replace_capacity(who, school, new.clone()).await {
        Ok(would) => would,
        Err(error) => return Ok(Err(errors(error, w)?)),
    };
    if let (change, true) = would
        && form.get("sure").is_empty()
    {
        let rounds = app.rounds(who, school).await?;
        let sent = form.0.iter().filter(|(field, _)| field != "csrf" && field != "sure");
        let ask = sent
            .fold(FormView::new(visitor, w.t("admin-cut-ask"), address, w.t("admin-cut-do")), |ask, (field, value)| {
                ask.hidden(field, value)
            })
            .lead(w.t("admin-cut-lead"))
            .field(Entry::tick("sure", w.t("admin-cut-sure"), true))
            .cancel("/admin/capacity");
        let page = Page::new(visitor, &office.school.name, w.t("admin-cut-title"))
            .lead(w.count("admin-cut-count", change.overloads.len()))
            .part(&Crowded::of(visitor, &change.overloads, &rounds, false))?
            .part(&ask)?;
        return Ok(Ok(visitor.answer(Ok(page))));
    }
    match app.replace_capacity(who, school, new).await {
        Ok(change) if change.overloads.is_empty() => Ok(Ok(told(visitor, "/admin/capacity", "admin-done-saved"))),
        Ok(_) => Ok(Ok(told(visitor, "/admin/capacity/overloads", "admin-done-saved"))),
        Err(error) => Ok(Err(errors(error, w)?)),
    }
}
