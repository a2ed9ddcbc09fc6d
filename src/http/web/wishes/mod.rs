//! *My wishes*: a teacher's wishes in a round, the form for one more, and what the published plan gave.
//!
//! - [`form`]: what was typed and what is wrong with it
//! - [`affluence`]: how full each hour already is
//! - [`view`]: what the template shows

pub mod affluence;
pub mod form;
pub mod view;

use actix_web::{HttpResponse, http::StatusCode, web};
use serde::Deserialize;

use self::{
    form::{FieldError, Typed, in_order},
    view::{Material, NoWishesPage, Purpose, WishesPage},
};
use super::{
    page::Refusal,
    visitor::{Form, Visitor},
};
use crate::{
    app::{App, AppError, desk::Desk, requests::NewRequest},
    domain::{
        access::Principal,
        id::Id,
        round::{Round, RoundState},
    },
};

/// What the address may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    round: String,
    done: String,
}

/// What a redirect may say has been done, with the text's key.
const DONE: [(&str, &str); 3] = [("added", "wish-added"), ("changed", "wish-changed"), ("deleted", "wish-deleted")];

/// A teacher's desk: their round, and the school's others.
struct TeachersDesk {
    who: Principal,
    teacher: Id,
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
pub async fn show(visitor: Visitor, app: web::Data<App>, asked: web::Query<Asked>) -> HttpResponse {
    let desk = match TeachersDesk::load(&app, &visitor, &asked.round).await {
        Ok(desk) => desk,
        Err(none) => return none.answer(&visitor),
    };
    let done = DONE.iter().find(|(done, _)| *done == asked.done).map(|(_, key)| *key);
    let page = desk.page(&visitor, Purpose::New, Typed::default(), Vec::new(), done);
    visitor.answer(Ok(page))
}

/// `GET /wishes/{id}`: the form with one of the wishes in it.
pub async fn edit(visitor: Visitor, app: web::Data<App>, id: web::Path<String>) -> HttpResponse {
    let id = Id::from(id.into_inner());
    let desk = match TeachersDesk::load_of(&app, &visitor, &id).await {
        Ok(desk) => desk,
        Err(none) => return none.answer(&visitor),
    };
    let own = desk.desk.requests.iter().find(|request| request.id == id && request.teachers.contains(&desk.teacher));
    let Some(request) = own else { return visitor.refuse(&AppError::not_found("request", &id).into()) };
    let typed = Typed::of(request, &desk.desk.round, &desk.desk.school);
    visitor.answer(Ok(desk.page(&visitor, Purpose::Change(id), typed, Vec::new(), None)))
}

/// `POST /wishes`: one more.
pub async fn add(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    save(visitor, app, form, Purpose::New).await
}

/// `POST /wishes/{id}`: one changed.
pub async fn change(visitor: Visitor, app: web::Data<App>, id: web::Path<String>, form: Form) -> HttpResponse {
    save(visitor, app, form, Purpose::Change(Id::from(id.into_inner()))).await
}

/// `POST /wishes/{id}/delete`.
pub async fn delete(visitor: Visitor, app: web::Data<App>, id: web::Path<String>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let id = Id::from(id.into_inner());
    let desk = match TeachersDesk::load_of(&app, &visitor, &id).await {
        Ok(desk) => desk,
        Err(none) => return none.answer(&visitor),
    };
    match app.delete_request(&desk.who, &id).await {
        Ok(()) => visitor.redirect(&desk.address("deleted")),
        Err(error) => visitor.refuse(&error.into()),
    }
}

/// Saves what was typed and leads back to the list; or shows the form again with all that is wrong.
async fn save(mut visitor: Visitor, app: web::Data<App>, form: Form, purpose: Purpose) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let loaded = match &purpose {
        Purpose::New => TeachersDesk::load(&app, &visitor, form.get("round")).await,
        Purpose::Change(id) => TeachersDesk::load_of(&app, &visitor, id).await,
    };
    let desk = match loaded {
        Ok(desk) => desk,
        Err(none) => return none.answer(&visitor),
    };
    let typed = Typed::read(&form);
    match desk.save(&app, &visitor, &purpose, &typed).await {
        Ok(errors) if errors.is_empty() => {
            visitor.redirect(&desk.address(if matches!(purpose, Purpose::New) { "added" } else { "changed" }))
        }
        Ok(errors) => {
            // What only answers to POST must not be a link's target.
            if matches!(purpose, Purpose::New) {
                visitor.place = format!("/wishes?round={}", desk.desk.round.id);
            }
            let page = desk.page(&visitor, purpose, typed, errors, None);
            visitor.answer_with(StatusCode::UNPROCESSABLE_ENTITY, Ok(page))
        }
        Err(error) => visitor.refuse(&error.into()),
    }
}

impl TeachersDesk {
    /// The desk of the round that is asked for; else of the latest that collects wishes, else of the latest published.
    async fn load(app: &App, visitor: &Visitor, round: &str) -> Result<Self, NoDesk> {
        let who = visitor.who.clone().ok_or(AppError::Unauthorized)?;
        let Principal::Teacher { school, teacher } = who.clone() else { return Err(NoDesk::NoTeacher) };
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
        Ok(Self { who, teacher, desk, rounds })
    }

    /// The desk of the round in which a wish is.
    async fn load_of(app: &App, visitor: &Visitor, request: &Id) -> Result<Self, NoDesk> {
        let who = visitor.who.as_ref().ok_or(AppError::Unauthorized)?;
        let request = app.request(who, request).await?;
        Self::load(app, visitor, request.round.as_str()).await
    }

    /// Enters or replaces a wish; all that is wrong with it when it is not right.
    async fn save(
        &self,
        app: &App,
        visitor: &Visitor,
        purpose: &Purpose,
        typed: &Typed,
    ) -> Result<Vec<FieldError>, AppError> {
        let w = visitor.w;
        let (wish, mut errors) = typed.wish(&self.teacher, w);
        let old = match purpose {
            Purpose::New => None,
            Purpose::Change(id) => self.desk.requests.iter().find(|request| request.id == *id),
        };
        let wish = with_the_rest_of(wish, old.and_then(|request| request.wish.as_ref()));
        let saved = if errors.is_empty() {
            match purpose {
                Purpose::New => app.enter_request(&self.who, &self.desk.round.id, wish).await.map(drop),
                Purpose::Change(id) => app.replace_request(&self.who, id, wish).await.map(drop),
            }
        } else {
            let findings = app.check_request(&self.who, &self.desk.round.id, wish).await;
            findings.and_then(|findings| findings.into_result().map_err(AppError::from))
        };
        match saved {
            Ok(()) => {}
            Err(AppError::Invalid(findings)) => errors.extend(typed.errors(&findings.0, w)),
            Err(AppError::Conflict { code: "round-not-collecting", .. }) => {
                errors = vec![FieldError { field: "content".to_owned(), text: w.t("finding-round-closed") }];
            }
            Err(other) => return Err(other),
        }
        Ok(in_order(errors))
    }

    fn page(
        &self,
        visitor: &Visitor,
        purpose: Purpose,
        typed: Typed,
        errors: Vec<FieldError>,
        done: Option<&'static str>,
    ) -> WishesPage {
        let (desk, rounds, teacher) = (&self.desk, self.rounds.as_slice(), &self.teacher);
        WishesPage::new(visitor, Material { desk, rounds, teacher, purpose, typed, errors, done })
    }

    fn address(&self, done: &str) -> String {
        format!("/wishes?round={}&done={done}", self.desk.round.id)
    }
}

/// The wish with what the form does not ask for as it was: rules, the reference, connections.
fn with_the_rest_of(wish: NewRequest, old: Option<&NewRequest>) -> NewRequest {
    let Some(old) = old.cloned() else { return wish };
    let NewRequest { title, teachers, groups, duration_minutes, preferred, otherwise, .. } = wish;
    NewRequest { title, teachers, groups, duration_minutes, preferred, otherwise, ..old }
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
