//! *Book now*: the free starts of a week, a place that is held while somebody makes up their mind, and what to do when
//! another was faster.
//!
//! - [`view`]: what the templates show

pub mod view;

use actix_web::{HttpResponse, http::StatusCode, web};
use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use self::view::{BookPage, Found, HoldPage, Taken};
use super::{
    flash::Flash,
    page::Refusal,
    said,
    visitor::{Form, Visitor},
    week::monday,
};
use crate::{
    app::{
        App, AppError,
        bookings::{Booking, FreeStarts, Search},
        directory::Directory,
        waiting::NewWaiting,
    },
    domain::{
        access::Principal,
        id::Id,
        people::School,
        session::SessionState,
        time::{WeekSpan, YEARS, asked_day},
    },
};

/// Starts that are offered when the one that was wanted is taken.
const OFFERED: usize = 6;
/// Days that are searched for them.
const NEAR_DAYS: u32 = 14;

/// The class that is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What it is called.
    pub title: String,
    /// Who attends.
    pub groups: Vec<String>,
    /// Minutes, as they were typed.
    pub duration: String,
    /// A day of the week to show.
    pub date: Option<NaiveDate>,
    /// The hour of which every start is shown.
    pub hour: Option<NaiveDateTime>,
    /// Whether the form was sent, so that what it lacks is to be told.
    pub is_sent: bool,
}

impl Wanted {
    /// What the address or a form says.
    pub fn read(form: &Form) -> Self {
        let duration = match form.get("duration") {
            "" => "55",
            given => given,
        };
        Self {
            title: form.get("title").to_owned(),
            groups: form.all("group").map(str::to_owned).collect(),
            duration: duration.to_owned(),
            date: asked_day(form.get("date")).ok(),
            hour: start(form.get("hour")),
            is_sent: !form.get("search").is_empty(),
        }
    }

    /// The address that looks for it in the week of a day.
    pub fn link(&self, day: NaiveDate) -> String {
        let plain = |text: &str| -> String {
            text.bytes()
                .map(|byte| match byte {
                    byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                    byte => format!("%{byte:02X}"),
                })
                .collect()
        };
        let groups: String = self.groups.iter().map(|id| format!("&group={}", plain(id))).collect();
        format!("/book?title={}{groups}&duration={}&date={day}", plain(&self.title), plain(&self.duration))
    }

    fn minutes(&self) -> u32 {
        self.duration.parse().unwrap_or(0)
    }

    fn group_ids(&self) -> Vec<Id> {
        self.groups.iter().map(|id| Id::from(id.as_str())).collect()
    }
}

/// A teacher at the counter.
struct Counter {
    who: Principal,
    teacher: Id,
    school: School,
    directory: Directory,
}

impl Counter {
    async fn load(app: &App, visitor: &Visitor) -> Result<Self, Refusal> {
        let (who, school, teacher) = visitor.teacher()?;
        let directory = app.directory(&who, &school).await?;
        Ok(Self { school: app.school(&who, &school).await?, who, teacher, directory })
    }

    async fn search(
        &self,
        app: &App,
        wanted: &Wanted,
        (from, days): (NaiveDate, u32),
        wished: Option<NaiveDateTime>,
    ) -> Result<FreeStarts, AppError> {
        let search = Search {
            teachers: vec![self.teacher.clone()],
            groups: wanted.group_ids(),
            duration_minutes: wanted.minutes(),
            connections: None,
            from: Some(from),
            days,
            wished,
        };
        app.free_starts(&self.who, &self.school.id, search).await
    }

    /// The page, with the free starts of the week when a class is looked for.
    async fn page(
        &self,
        app: &App,
        visitor: &Visitor,
        wanted: Wanted,
        taken: Option<Taken>,
    ) -> Result<BookPage, Refusal> {
        let today = app.now().with_timezone(&self.school.zone()).date_naive();
        let first = monday(wanted.date.unwrap_or(today)).max(monday(today));
        let found = if wanted.groups.is_empty() {
            let group_error = wanted.is_sent.then(|| visitor.w.t("refused-no-group"));
            Found { group_error, ..Found::default() }
        } else {
            let from = first.max(today);
            let days = u32::try_from((first + Duration::days(7) - from).num_days()).unwrap_or(7);
            match self.search(app, &wanted, (from, days), None).await {
                Ok(free) => Found { starts: Some(free.starts), ..Found::default() },
                Err(AppError::Invalid(findings)) => {
                    let errors = findings.0.iter().map(|one| said::finding(one, visitor.w)).collect();
                    Found { errors, ..Found::default() }
                }
                Err(error) => return Err(error.into()),
            }
        };
        Ok(BookPage::new(visitor, (&self.school, &self.directory), (wanted, first, today), found, taken))
    }
}

/// `GET /book`.
pub async fn show(visitor: Visitor, app: web::Data<App>, asked: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let counter = match Counter::load(&app, &visitor).await {
        Ok(counter) => counter,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    let page = counter.page(&app, &visitor, Wanted::read(&Form(asked.into_inner())), None).await;
    visitor.answer(page)
}

/// `POST /book`: holds the place of the start that was pressed, or looks for starts when none was. All stand in one form, so
/// that what is typed is what is booked.
pub async fn hold(mut visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let counter = match Counter::load(&app, &visitor).await {
        Ok(counter) => counter,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    let wanted = Wanted::read(&form);
    if form.get("start").is_empty() {
        let today = app.now().with_timezone(&counter.school.zone()).date_naive();
        return visitor.redirect(&wanted.link(wanted.date.unwrap_or(today)));
    }
    let Some(starts_at_local) = start(form.get("start")) else { return visitor.refuse(&Refusal::Input) };
    let booking = Booking {
        title: wanted.title.clone(),
        teachers: vec![counter.teacher.clone()],
        groups: wanted.group_ids(),
        duration_minutes: wanted.minutes(),
        connections: None,
        link: None,
        starts_at_local,
    };
    let wanted = Wanted { date: Some(starts_at_local.date()), hour: None, ..wanted };
    let w = visitor.w;
    let (status, taken) = match app.hold_place(&counter.who, &counter.school.id, booking).await {
        Ok(hold) => return visitor.redirect(&format!("/book/{}", hold.id)),
        Err(AppError::Conflict { code: "does-not-fit", findings, .. }) => {
            let today = app.now().with_timezone(&counter.school.zone()).date_naive();
            let from = (starts_at_local.date() - Duration::days(i64::from(NEAR_DAYS / 2))).max(today);
            let near = counter.search(&app, &wanted, (from, NEAR_DAYS), Some(starts_at_local)).await;
            let mut near = near.map(|free| free.starts).unwrap_or_default();
            near.sort_by_key(|start| (start.cost, start.start.utc));
            near.truncate(OFFERED);
            let zone = counter.school.zone();
            let mut reasons: Vec<String> = findings.iter().map(|one| said::against(one, zone, w)).collect();
            reasons.dedup();
            (StatusCode::CONFLICT, Taken::new(starts_at_local, reasons, &near, w))
        }
        Err(AppError::Conflict { code, message, .. }) => {
            (StatusCode::CONFLICT, Taken::refused(said::refusal(code, &message, w)))
        }
        Err(AppError::Invalid(findings)) => {
            let reasons = findings.0.iter().map(|one| said::finding(one, w)).collect::<Vec<_>>().join(" ");
            (StatusCode::UNPROCESSABLE_ENTITY, Taken::refused(reasons))
        }
        Err(error) => return visitor.refuse(&error.into()),
    };
    // What only answers to POST must not be a link's target.
    visitor.place = wanted.link(starts_at_local.date());
    let page = counter.page(&app, &visitor, wanted, Some(taken)).await;
    visitor.answer_with(status, page)
}

/// `GET /book/{id}`: a place that is held, with what is left of its time.
pub async fn held(mut visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    let found = async {
        let (who, _, teacher) = visitor.teacher()?;
        let hold = app.session(&who, &id).await?;
        if !hold.teachers.iter().any(|one| one.id == teacher) {
            return Err(AppError::forbidden("the class has other teachers").into());
        }
        Ok::<_, Refusal>((app.school(&who, &hold.school).await?, hold))
    };
    match found.await {
        Ok((school, hold)) if hold.state == SessionState::Held => {
            visitor.answer(Ok(HoldPage::new(&visitor, &school, &hold, app.now())))
        }
        Ok((_, session)) => visitor.redirect(&format!("/plan/{}", session.id)),
        Err(Refusal::App(AppError::NotFound { .. })) => expired(&mut visitor),
        Err(refusal) => visitor.refuse(&refusal),
    }
}

/// `POST /book/{id}/confirm`.
pub async fn confirm(mut visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let confirmed = async {
        let (who, ..) = visitor.teacher()?;
        Ok::<_, Refusal>(app.confirm(&who, &id).await?)
    };
    match confirmed.await {
        Ok(session) => {
            let w = visitor.w;
            let when = said::moment(session.start.local, w);
            let told = w.with("book-confirmed", &[("title", &session.title), ("when", &when)]);
            visitor.redirect_told("/plan", &Flash::done(told))
        }
        Err(Refusal::App(AppError::NotFound { .. } | AppError::Conflict { code: "hold-expired", .. })) => {
            expired(&mut visitor)
        }
        Err(refusal) => visitor.refuse(&refusal),
    }
}

/// `POST /book/{id}/cancel`: lets the place go.
pub async fn cancel(mut visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let gone = async {
        let (who, ..) = visitor.teacher()?;
        // Only a place that is held goes from here; a class is called off from its own page.
        if app.session(&who, &id).await?.state == SessionState::Held {
            app.cancel_session(&who, &id).await?;
        }
        Ok::<_, Refusal>(())
    };
    match gone.await {
        Ok(()) | Err(Refusal::App(AppError::NotFound { .. })) => {
            let told = Flash::done(visitor.w.t("book-let-go"));
            visitor.redirect_told("/book", &told)
        }
        Err(refusal) => visitor.refuse(&refusal),
    }
}

/// `POST /book/wait`: puts the class on the waiting list, for the days and hours that suit.
pub async fn wait(mut visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let wanted = Wanted::read(&form);
    let Some(date) = wanted.date else { return visitor.refuse(&Refusal::Input) };
    let w = visitor.w;
    let days: Vec<NaiveDate> = form.all("day").filter_map(|day| asked_day(day).ok()).collect();
    let (Some(first), Some(last)) = (days.iter().min().copied(), days.iter().max().copied()) else {
        return visitor.redirect_told(&wanted.link(date), &Flash::warning(w.t("wait-no-day")));
    };
    let (Some(from_minute), Some(to_minute)) = (minute(form.get("from"), 0), minute(form.get("to"), 1440)) else {
        return visitor.refuse(&Refusal::Input);
    };
    let entered = async {
        let (who, school, teacher) = visitor.teacher()?;
        let span = |day: &NaiveDate| WeekSpan { weekday: day.weekday().number_from_monday(), from_minute, to_minute };
        let new = NewWaiting {
            title: wanted.title.clone(),
            teachers: vec![teacher],
            groups: wanted.group_ids(),
            duration_minutes: wanted.minutes(),
            connections: None,
            link: None,
            from_local: first.and_time(NaiveTime::MIN),
            to_local: (last + Duration::days(1)).and_time(NaiveTime::MIN),
            hours: days.iter().map(span).collect(),
        };
        Ok::<_, Refusal>(app.wait(&who, &school, new).await?)
    };
    let flash = match entered.await {
        Ok(entry) => {
            return visitor.redirect_told("/plan", &Flash::done(w.with("wait-added", &[("title", &entry.title)])));
        }
        Err(Refusal::App(AppError::Invalid(findings))) => {
            Flash::warning(findings.0.iter().map(|one| said::finding(one, w)).collect::<Vec<_>>().join(" "))
        }
        Err(Refusal::App(AppError::Conflict { code, message, .. })) => Flash::warning(said::refusal(code, &message, w)),
        Err(refusal) => return visitor.refuse(&refusal),
    };
    visitor.redirect_told(&wanted.link(date), &flash)
}

/// A time of day as browsers send it, in minutes after midnight; what counts when none was typed.
fn minute(text: &str, usual: u32) -> Option<u32> {
    if text.is_empty() {
        return Some(usual);
    }
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
    Some(time.hour() * 60 + time.minute())
}

fn expired(visitor: &mut Visitor) -> HttpResponse {
    let told = Flash::warning(visitor.w.t("refused-hold-expired"));
    visitor.redirect_told("/book", &told)
}

/// A local start as our forms send it.
pub fn start(text: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok().filter(|start| YEARS.contains(&start.year()))
}

#[cfg(test)]
mod tests;
