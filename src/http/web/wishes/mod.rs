//! *My wishes*: a teacher's wishes in a round, the form for one more, and what the published plan gave. Those who run a
//! school have the same pages for each of its teachers, under `/admin/teachers/{teacher}/wishes`: [`routes`] stands in both
//! places.
//!
//! - [`form`]: what was typed and what is wrong with it
//! - [`paint`]: how well each hour of the week suits
//! - [`rules`]: weekly, order, other days, breaks, the most classes a day
//! - [`affluence`]: how full each hour already is
//! - [`crowded`]: which wishes have no room beside each other
//! - [`nothing`]: that nothing is wanted this time
//! - [`view`]: what the template shows

pub mod affluence;
pub mod crowded;
pub mod form;
pub mod nothing;
pub mod paint;
pub mod rules;
pub mod view;

use actix_web::{
    HttpResponse,
    web::{self, ServiceConfig, get, post, resource},
};
use serde::Deserialize;

use self::{
    form::{Typed, in_order},
    view::{FoundPart, Material, NoWishesPage, Purpose, WishesPage},
};
use super::{
    admin::Office,
    flash::Flash,
    page::Refusal,
    parts::FieldError,
    said,
    version::{self, held},
    visitor::{Form, Visitor},
    week::monday,
    words::Words,
};
use chrono::Duration;

use crate::{
    app::{
        App, AppError, call,
        desk::Desk,
        requests::{NewRequest, copy::CopyOrder},
    },
    domain::{
        access::Principal,
        finding::Findings,
        id::Id,
        round::{Request, Round, RoundState},
        wish::Preferred,
    },
};

/// What the address may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    round: String,
}

/// What the path says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Path {
    /// Whose wishes; a teacher's own when nothing is said.
    teacher: Option<Id>,
    /// Which wish.
    id: Option<Id>,
}

impl Path {
    /// Where these pages begin.
    fn base(&self) -> String {
        self.teacher.as_ref().map_or_else(|| "/wishes".to_owned(), |id| format!("/admin/teachers/{id}/wishes"))
    }

    /// The wish.
    fn request(&self) -> Id {
        self.id.clone().unwrap_or_else(|| Id::from(""))
    }
}

/// The pages' routes, below [`Path::base`].
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("").route(get().to(show)).route(post().to(add)))
        .route("/check", post().to(check))
        .route("/copy", post().to(copy))
        .route("/nothing", post().to(nothing::answer))
        .service(resource("/{id}").route(get().to(edit)).route(post().to(change)))
        .route("/{id}/delete", post().to(delete));
}

/// A teacher's desk: their round, and the school's others.
struct TeachersDesk {
    who: Principal,
    teacher: Id,
    /// Where the pages begin.
    base: String,
    desk: Desk,
    rounds: Vec<Round>,
}

/// Why a teacher has no desk.
enum NoDesk {
    NoTeacher,
    NoRound,
    Refused(Refusal),
}

impl<E: Into<Refusal>> From<E> for NoDesk {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

/// `GET /wishes`.
pub async fn show(
    visitor: Visitor,
    app: web::Data<App>,
    path: web::Path<Path>,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let desk = match TeachersDesk::load(&app, &visitor, &path, &asked.round).await {
        Ok(desk) => desk,
        Err(none) => return none.answer(&visitor),
    };
    let page = desk.page(&visitor, Purpose::New, Typed::default(), Vec::new());
    visitor.answer(Ok(page))
}

/// `GET /wishes/{id}`: the form with one of the wishes in it.
pub async fn edit(visitor: Visitor, app: web::Data<App>, path: web::Path<Path>) -> HttpResponse {
    let id = path.request();
    let desk = match TeachersDesk::load_of(&app, &visitor, &path).await {
        Ok(desk) => desk,
        Err(none) => return none.answer(&visitor),
    };
    let Some(request) = desk.desk.requests.iter().find(|request| request.id == id) else {
        return visitor.refuse(&AppError::not_found("request", &id).into());
    };
    let rules = request.wish.as_ref().map(|wish| rules::Typed::of(wish, &desk.desk.requests)).unwrap_or_default();
    let typed = Typed { rules, ..Typed::of(request, &desk.desk.round, &desk.desk.school) };
    visitor.answer(Ok(desk.page(&visitor, Purpose::Change(id), typed, Vec::new())))
}

/// `POST /wishes`: one more.
pub async fn add(visitor: Visitor, app: web::Data<App>, path: web::Path<Path>, form: Form) -> HttpResponse {
    save(visitor, app, &path, form, Purpose::New).await
}

/// `POST /wishes/{id}`: one changed.
pub async fn change(visitor: Visitor, app: web::Data<App>, path: web::Path<Path>, form: Form) -> HttpResponse {
    save(visitor, app, &path, form, Purpose::Change(path.request())).await
}

/// `POST /wishes/check`: what is wrong with what is typed so far, for the script of the form.
pub async fn check(visitor: Visitor, app: web::Data<App>, path: web::Path<Path>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let desk = match TeachersDesk::load(&app, &visitor, &path, form.get("round")).await {
        Ok(desk) => desk,
        Err(none) => return none.answer(&visitor),
    };
    let own = Some(form.get("request")).filter(|id| !id.is_empty()).map(Id::from);
    let (wish, errors) = desk.wish(&Typed::read(&form), own.as_ref(), visitor.w);
    let found = desk.errors(&visitor, app.check_request(&desk.who, &desk.desk.round.id, wish).await, errors, &form);
    visitor.answer(found.map(|errors| FoundPart::new(&visitor, errors)).map_err(Refusal::from))
}

/// `POST /wishes/copy`: the wishes of the last round once more.
pub async fn copy(mut visitor: Visitor, app: web::Data<App>, path: web::Path<Path>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let desk = match TeachersDesk::load(&app, &visitor, &path, form.get("round")).await {
        Ok(desk) => desk,
        Err(none) => return none.answer(&visitor),
    };
    let w = visitor.w;
    let order = CopyOrder { teacher: Some(desk.teacher.clone()), ..CopyOrder::default() };
    let flash = match app.copy_requests(&desk.who, &desk.desk.round.id, order).await {
        Ok(done) if done.refused.is_empty() => Flash::done(w.count("wish-copied", done.copied.len())),
        Ok(done) => {
            let mut words = vec![w.count("wish-copied", done.copied.len())];
            words.extend(done.refused.iter().map(|one| {
                let why = one.findings.first().map_or_else(String::new, |finding| said::finding(finding, w));
                w.with("wish-not-copied", &[("title", &one.title), ("why", &why)])
            }));
            Flash::warning(words.join(" "))
        }
        Err(AppError::Conflict { code, message, .. }) => Flash::warning(said::refusal(code, &message, w)),
        Err(error) => return visitor.refuse(&error.into()),
    };
    visitor.redirect_told(&desk.address(), &flash)
}

/// `POST /wishes/{id}/delete`: one, or all weeks of a weekly class.
pub async fn delete(mut visitor: Visitor, app: web::Data<App>, path: web::Path<Path>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let id = path.request();
    let desk = match TeachersDesk::load_of(&app, &visitor, &path).await {
        Ok(desk) => desk,
        Err(none) => return none.answer(&visitor),
    };
    let series = desk.desk.requests.iter().find(|request| request.id == id).and_then(|request| request.series.clone());
    let deleted = match series.filter(|_| form.get("scope") == "all") {
        Some(series) => held(&form, app.delete_series(&desk.who, &series)).await,
        None => held(&form, app.delete_request(&desk.who, &id)).await,
    };
    match deleted {
        Ok(()) => {
            let told = Flash::done(visitor.w.t("wish-deleted"));
            visitor.redirect_told(&desk.address(), &told)
        }
        Err(AppError::Outdated) => visitor.warned(&desk.address(), "changed-meanwhile"),
        Err(error) => visitor.refuse(&error.into()),
    }
}

/// Saves what was typed and leads back to the list; or shows the form again with all that is wrong.
async fn save(mut visitor: Visitor, app: web::Data<App>, path: &Path, form: Form, purpose: Purpose) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let loaded = match &purpose {
        Purpose::New => TeachersDesk::load(&app, &visitor, path, form.get("round")).await,
        Purpose::Change(_) => TeachersDesk::load_of(&app, &visitor, path).await,
    };
    let desk = match loaded {
        Ok(desk) => desk,
        Err(none) => return none.answer(&visitor),
    };
    let mut typed = Typed::read(&form);
    // What only answers to POST must not be a link's target.
    let place = match &purpose {
        Purpose::New => desk.address(),
        Purpose::Change(id) => format!("{}/{id}", desk.base),
    };
    let fill = form.get("fill").to_owned();
    if !fill.is_empty() {
        let brush = typed.brush.clone();
        typed.paint.fill(&fill, &brush, &desk.desk.school);
        visitor.place = place;
        let page = desk.page(&visitor, purpose, typed, Vec::new());
        return visitor.answer(Ok(page));
    }
    match desk.save(&app, &visitor, &purpose, &typed, &form).await {
        Ok(errors) if errors.is_empty() => {
            let key = if matches!(purpose, Purpose::New) { "wish-added" } else { "wish-changed" };
            let told = Flash::done(visitor.w.t(key));
            visitor.redirect_told(&desk.address(), &told)
        }
        Ok(errors) => {
            visitor.place = place;
            let status = version::status(&errors);
            let page = desk.page(&visitor, purpose, typed, errors);
            visitor.answer_with(status, Ok(page))
        }
        Err(error) => visitor.refuse(&error.into()),
    }
}

impl TeachersDesk {
    /// The desk of the round that is asked for; else of the latest that collects wishes, else of the latest published.
    async fn load(app: &App, visitor: &Visitor, path: &Path, round: &str) -> Result<Self, NoDesk> {
        let (who, school, teacher) = match &path.teacher {
            Some(teacher) => {
                let office = Office::of(visitor, app).await?;
                // Nobody's wishes are entered under an address that names nobody.
                let teacher = app.teacher(&office.who, &office.school.id, teacher).await?;
                (office.who, office.school.id, teacher.id)
            }
            None => {
                let who = visitor.who.clone().ok_or(AppError::Unauthorized)?;
                let Principal::Teacher { school, teacher } = who.clone() else { return Err(NoDesk::NoTeacher) };
                (who, school, teacher)
            }
        };
        let rounds = app.rounds(&who, &school).await?;
        let latest = |wanted: fn(&Round) -> bool| {
            rounds.iter().filter(|round| wanted(round)).max_by_key(|round| round.starts_at)
        };
        let round = if round.is_empty() {
            let found = latest(|round| round.state == RoundState::Collecting).or_else(|| latest(Round::is_published));
            found.ok_or(NoDesk::NoRound)?.id.clone()
        } else {
            Id::from(round)
        };
        let desk = app.desk(&who, &round).await?;
        Ok(Self { who, teacher, base: path.base(), desk, rounds })
    }

    /// The desk of the round in which a wish is; somebody else's wishes are not on it.
    async fn load_of(app: &App, visitor: &Visitor, path: &Path) -> Result<Self, NoDesk> {
        let who = visitor.who.as_ref().ok_or(AppError::Unauthorized)?;
        let request = app.request(who, &path.request()).await?;
        let desk = Self::load(app, visitor, path, request.round.as_str()).await?;
        if request.teachers.contains(&desk.teacher) {
            Ok(desk)
        } else {
            Err(AppError::not_found("request", &request.id).into())
        }
    }

    /// The wish that is typed, with what the form does not ask for as it was; and what cannot be read.
    fn wish(&self, typed: &Typed, own: Option<&Id>, w: Words) -> (NewRequest, Vec<FieldError>) {
        let request = own.and_then(|id| self.desk.requests.iter().find(|request| request.id == *id));
        let old = request.and_then(|request| request.wish.as_ref());
        let (mut wish, mut errors) = typed.wish(&self.teacher, &self.desk, w);
        errors.extend(typed.rules.put(&mut wish, old, w));
        let wish = match (request, old) {
            (_, Some(old)) => with_the_rest_of(wish, old.clone()),
            // One that came with a file was never a wish; who teaches it, and for how many, stays all the same.
            (Some(request), None) => {
                NewRequest { teachers: request.teachers.clone(), connections: Some(request.connections), ..wish }
            }
            (None, None) => wish,
        };
        (wish, errors)
    }

    /// Enters or replaces a wish; all that is wrong with it when it is not right.
    async fn save(
        &self,
        app: &App,
        visitor: &Visitor,
        purpose: &Purpose,
        typed: &Typed,
        form: &Form,
    ) -> Result<Vec<FieldError>, AppError> {
        let own = match purpose {
            Purpose::New => None,
            Purpose::Change(id) => Some(id),
        };
        let (wish, errors) = self.wish(typed, own, visitor.w);
        let round = &self.desk.round.id;
        if !errors.is_empty() {
            return self.errors(visitor, app.check_request(&self.who, round, wish).await, errors, form);
        }
        let request = own.and_then(|id| self.desk.requests.iter().find(|request| request.id == *id));
        let series = request.and_then(|request| request.series.as_ref()).filter(|_| form.get("scope") == "all");
        let saved = match (own, series) {
            (None, _) => app.enter_wish(&self.who, round, wish).await.map(drop),
            (Some(_), Some(series)) => {
                let wish = self.begun_in_the_first_week(wish, series);
                let replaced = app.replace_series(&self.who, series, wish);
                call::expecting(form.get(version::OF_ALL), replaced).await.map(drop)
            }
            (Some(id), None) => held(form, app.replace_request(&self.who, id, wish)).await.map(drop),
        };
        self.errors(visitor, saved.map(|()| Findings::default()), errors, form)
    }

    /// A weekly class changed from one of its weeks: its starts as they are in its first.
    fn begun_in_the_first_week(&self, wish: NewRequest, series: &Id) -> NewRequest {
        let zone = self.desk.school.zone();
        let weeks = self.desk.requests.iter().filter(|request| request.series.as_ref() == Some(series));
        let first =
            weeks.filter_map(Request::wished_start).min().map(|at| monday(at.with_timezone(&zone).date_naive()));
        let now = wish.preferred.first().map(|one| monday(one.start.date()));
        let earlier = match (first, now) {
            (Some(first), Some(now)) => first - now,
            _ => Duration::zero(),
        };
        let preferred = wish.preferred.iter().map(|one| Preferred { start: one.start + earlier, ..*one }).collect();
        NewRequest { preferred, weekly: true, ..wish }
    }

    /// All that is wrong, at the form's fields.
    fn errors(
        &self,
        visitor: &Visitor,
        found: Result<Findings, AppError>,
        mut errors: Vec<FieldError>,
        form: &Form,
    ) -> Result<Vec<FieldError>, AppError> {
        let w = visitor.w;
        match found.and_then(|findings| findings.into_result().map_err(AppError::from)) {
            Ok(()) => {}
            // What is typed is kept: to send it once more is to put it in the place of what is there now.
            Err(AppError::Outdated) => errors = vec![version::outdated(w)],
            Err(AppError::Invalid(findings)) => errors.extend(Typed::read(form).errors(&findings.0, w)),
            Err(AppError::Conflict { code: "round-not-collecting", .. }) => {
                errors = vec![FieldError { field: "content".to_owned(), text: w.t("refused-round-not-collecting") }];
            }
            Err(AppError::Conflict { code, message, .. }) => {
                errors = vec![FieldError { field: "content".to_owned(), text: said::refusal(code, &message, w) }];
            }
            Err(other) => return Err(other),
        }
        Ok(in_order(errors))
    }

    fn page(&self, visitor: &Visitor, purpose: Purpose, typed: Typed, errors: Vec<FieldError>) -> WishesPage {
        let (desk, rounds, teacher, base) = (&self.desk, self.rounds.as_slice(), &self.teacher, self.base.as_str());
        WishesPage::new(visitor, Material { desk, rounds, teacher, base, purpose, typed, errors })
    }

    fn address(&self) -> String {
        format!("{}?round={}", self.base, self.desk.round.id)
    }
}

/// The wish with what the form does not ask for as it was: who else teaches the class, the reference, connections, its own
/// link.
fn with_the_rest_of(wish: NewRequest, old: NewRequest) -> NewRequest {
    let NewRequest { teachers, reference, connections, link, unplaced_cost, allowed_hours, until, .. } = old;
    // A week of a weekly class is one class; whether it stays weekly is not the form's to say.
    let allowed_hours = if wish.liked_hours.is_empty() { allowed_hours } else { Vec::new() };
    NewRequest {
        teachers,
        reference,
        connections,
        link,
        unplaced_cost,
        allowed_hours,
        until: until.filter(|_| wish.weekly),
        ..wish
    }
}

impl NoDesk {
    fn answer(&self, visitor: &Visitor) -> HttpResponse {
        match self {
            Self::NoTeacher => visitor.answer(Ok(NoWishesPage::for_admins(visitor))),
            Self::NoRound => visitor.answer(Ok(NoWishesPage::without_round(visitor))),
            Self::Refused(refusal) => visitor.refuse(refusal),
        }
    }
}

#[cfg(test)]
mod tests;
