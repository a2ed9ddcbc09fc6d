//! *My plan*: what a teacher got and why, and what they can do about it: move, swap, call off, wait, accept.
//!
//! - [`list`]: the page with everything
//! - [`class`]: the page of one class, or of a wish without one

pub mod class;
pub mod list;

use actix_web::{HttpResponse, web};
use chrono::{Duration, NaiveDate, NaiveDateTime, NaiveTime};
use serde::Deserialize;

use self::{
    class::{ClassMaterial, ClassPage},
    list::PlanPage,
};
use super::{
    book::start,
    deed::{act, why_not},
    flash::Flash,
    page::Refusal,
    said,
    version::held,
    visitor::{Form, Visitor},
};
use crate::{
    app::{
        App, AppError,
        bookings::{FreeStart, Search},
        links::NewLink,
        sessions::{Move, SessionView},
        swaps::NewSwap,
        timetable::Timetable,
    },
    domain::{access::Principal, id::Id, session::SessionState, time::asked_day},
    planning::explanation::Explanation,
};

/// Days around a class in which other starts are looked for.
const NEAR_DAYS: u32 = 14;
/// Other starts that are offered.
const OFFERED: usize = 8;

/// What the address of a class may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The day whose classes are offered for a swap.
    day: String,
    /// A day and a time to which the class could not be moved, as they were typed.
    to_day: Option<String>,
    to_time: Option<String>,
}

/// `GET /plan`.
pub async fn show(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    let page = async {
        let (who, school, _) = visitor.teacher()?;
        let timetable = app.timetable(&who).await?;
        let fairness = app.fairness(&who, &school).await?;
        Ok::<_, Refusal>(PlanPage::new(&visitor, &timetable, fairness.teachers.first(), app.now()))
    };
    visitor.answer(page.await)
}

/// `GET /plan/{id}`: one class.
pub async fn class(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, asked: web::Query<Asked>) -> HttpResponse {
    let page = async {
        let (who, _, teacher) = visitor.teacher()?;
        let session = app.session(&who, &id).await?;
        if !session.teachers.iter().any(|one| one.id == teacher) {
            return Err(AppError::forbidden("the class has other teachers").into());
        }
        let timetable = app.timetable(&who).await?;
        let explanation = match &session.request {
            Some(request) => explanation(&app, &who, &timetable, request).await?,
            None => None,
        };
        let free = near(&app, &who, &session, explanation.as_ref()).await;
        let day = asked_day(&asked.day).unwrap_or_else(|_| session.start.local.date());
        let partners = app.swap_partners(&who, &id, day).await?;
        let (explanation, now) = (explanation.as_ref(), app.now());
        let material = ClassMaterial { timetable: &timetable, explanation, free, day, partners, now };
        let page = ClassPage::of_class(&visitor, &session, material);
        Ok(page.typed(asked.to_day.as_deref().zip(asked.to_time.as_deref())))
    };
    visitor.answer(page.await)
}

/// `GET /plan/wish/{id}`: a wish that has no class.
pub async fn wish(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    let page = async {
        let (who, ..) = visitor.teacher()?;
        let timetable = app.timetable(&who).await?;
        let request = timetable.requests.iter().find(|request| request.id == *id);
        let request = request.ok_or_else(|| AppError::not_found("request", &id))?;
        let explanation = explanation(&app, &who, &timetable, &request.id).await?;
        let day =
            request.wished_start().unwrap_or_else(|| app.now()).with_timezone(&timetable.school.zone()).date_naive();
        let (explanation, now) = (explanation.as_ref(), app.now());
        let (free, partners) = (Vec::new(), Vec::new());
        let material = ClassMaterial { timetable: &timetable, explanation, free, day, partners, now };
        Ok::<_, Refusal>(ClassPage::of_wish(&visitor, request, material))
    };
    visitor.answer(page.await)
}

async fn explanation(
    app: &App,
    who: &Principal,
    timetable: &Timetable,
    request: &Id,
) -> Result<Option<Explanation>, AppError> {
    let is_known = timetable.requests.iter().any(|one| one.id == *request);
    let plan = timetable.round.as_ref().and_then(|round| round.published_plan.as_ref()).filter(|_| is_known);
    let Some(plan) = plan else { return Ok(None) };
    match app.explanations(who, plan, Some(request.clone())).await {
        Ok(all) => Ok(all.into_iter().next()),
        // A wish that came after the plan.
        Err(AppError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Free starts around a class, those nearest to the wish first.
async fn near(app: &App, who: &Principal, session: &SessionView, why: Option<&Explanation>) -> Vec<FreeStart> {
    if session.state == SessionState::Cancelled || session.start.utc <= app.now() {
        return Vec::new();
    }
    let wished = why.and_then(|why| why.wished).map_or(session.start.local, |moment| moment.local);
    let first = session.start.local.date() - Duration::days(i64::from(NEAR_DAYS / 2));
    let search = Search {
        teachers: session.teachers.iter().map(|one| one.id.clone()).collect(),
        groups: session.groups.iter().map(|one| one.id.clone()).collect(),
        duration_minutes: u32::try_from((session.end.utc - session.start.utc).num_minutes()).unwrap_or(0),
        connections: Some(session.connections),
        from: Some(first),
        days: NEAR_DAYS,
        wished: Some(wished),
    };
    // What cannot be searched for is only not offered: the class is shown all the same.
    let mut free = app.free_starts(who, &session.school, search).await.map(|free| free.starts).unwrap_or_default();
    free.sort_by_key(|start| (start.cost, start.start.utc));
    // One an hour: a list of five starts in a row is no choice.
    let mut hours = Vec::new();
    free.retain(|start| {
        let hour = start.start.local.format("%Y-%m-%dT%H").to_string();
        let is_new = !hours.contains(&hour);
        hours.push(hour);
        is_new
    });
    free.truncate(OFFERED);
    free
}

/// `POST /plan/{id}/move`. Who is refused is told all that stands against it, and finds what they typed.
pub async fn move_class(mut visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let (day, time, w) = (form.get("day"), form.get("time"), visitor.w);
    let page = format!("/plan/{id}");
    let school = async {
        let (who, school, _) = visitor.teacher()?;
        Ok::<_, Refusal>((app.school(&who, &school).await?, who))
    };
    let (school, who) = match school.await {
        Ok(found) => found,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    let why = match start(form.get("start")).or_else(|| typed(day, time)) {
        None => w.t("class-move-missing"),
        Some(starts_at_local) => {
            match held(&form, app.move_session(&who, &id, Move { starts_at_local, insist: false })).await {
                Ok(moved) => {
                    let when = said::moment(moved.start.local, w);
                    let told = w.with("plan-moved", &[("title", &moved.title), ("when", &when)]);
                    return visitor.redirect_told(&page, &Flash::done(told));
                }
                Err(error) => {
                    let refusal = Refusal::from(error);
                    match why_not(&refusal, w, |one, w| said::against(one, school.zone(), w)) {
                        Some(why) => why,
                        None => return visitor.refuse(&refusal),
                    }
                }
            }
        }
    };
    let coded = |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let back = match form.get("start") {
        "" => format!("{page}?to_day={}&to_time={}", coded(day), coded(time)),
        _ => page,
    };
    visitor.redirect_told(&back, &Flash::warning(why))
}

/// `POST /plan/{id}/cancel`. Who has seen another class than there is now is shown this one first.
pub async fn cancel(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let who = visitor.check(&form).and_then(|()| Ok(visitor.teacher()?.0));
    let done = match who {
        Ok(who) => held(&form, app.cancel_session(&who, &id)).await,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    if matches!(done, Err(AppError::Outdated)) {
        return visitor.warned(&format!("/plan/{id}"), "changed-meanwhile");
    }
    act(visitor, &form, "/plan", async |visitor| Ok(visitor.w.with("plan-cancelled", &[("title", &done?.title)]))).await
}

/// `POST /plan/{id}/link`.
pub async fn link(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let link = Some(form.get("link").trim().to_owned()).filter(|link| !link.is_empty());
    act(visitor, &form, &format!("/plan/{id}"), async |visitor| {
        let (who, ..) = visitor.teacher()?;
        held(&form, app.set_session_link(&who, &id, NewLink { link })).await?;
        Ok(visitor.w.t("plan-link-set"))
    })
    .await
}

/// `POST /plan/{id}/swap`: proposes one.
pub async fn swap(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let with = Id::from(form.get("with"));
    act(visitor, &form, &format!("/plan/{id}"), async |visitor| {
        let (who, ..) = visitor.teacher()?;
        app.propose_swap(&who, &id, NewSwap { with }).await?;
        Ok(visitor.w.t("swap-proposed"))
    })
    .await
}

/// `POST /plan/swaps/{id}/{deed}`: accepts, declines or undoes a swap.
pub async fn answer_swap(
    visitor: Visitor,
    app: web::Data<App>,
    path: web::Path<(Id, String)>,
    form: Form,
) -> HttpResponse {
    let (id, deed) = path.into_inner();
    act(visitor, &form, "/plan", async |visitor| {
        let (who, ..) = visitor.teacher()?;
        let told = match deed.as_str() {
            "accept" => app.accept_swap(&who, &id).await.map(|_| "swap-accepted"),
            "undo" => app.undo_swap(&who, &id).await.map(|_| "swap-undone"),
            "decline" => app.decline_swap(&who, &id).await.map(|_| "swap-declined"),
            _ => return Err(AppError::not_found("page", &deed).into()),
        };
        Ok(visitor.w.t(told?))
    })
    .await
}

/// `POST /plan/waiting/{id}/leave`.
pub async fn leave(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    act(visitor, &form, "/plan", async |visitor| {
        let (who, ..) = visitor.teacher()?;
        app.stop_waiting(&who, &id).await?;
        Ok(visitor.w.t("wait-left"))
    })
    .await
}

/// A day and a time of day as browsers send them.
fn typed(day: &str, time: &str) -> Option<NaiveDateTime> {
    let time = NaiveTime::parse_from_str(time, "%H:%M").ok()?;
    Some(day.parse::<NaiveDate>().ok()?.and_time(time))
}

#[cfg(test)]
mod tests;
