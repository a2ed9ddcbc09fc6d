//! That a teacher wants nothing this time, as the mails of a round ask them to say: nobody reminds them then.

use actix_web::{HttpResponse, web};

use super::{Path, TeachersDesk};
use crate::{
    app::{App, AppError, desk::Desk, reminders::NewAnswer},
    domain::{access::Principal, id::Id, round::RoundState},
    http::web::{
        flash::Flash,
        said,
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// The form's field, and what it says.
const FIELD: &str = "nothing";
const YES: &str = "yes";

/// Where the answer stands, and the button that gives it or takes it back.
pub struct Nothing {
    /// That nothing is wanted, where it was said.
    pub said: Option<String>,
    /// The field's value.
    pub value: &'static str,
    /// What the button says.
    pub button: String,
}

impl Nothing {
    /// The part for a teacher without wishes in a round that takes them; whoever has a wish has answered.
    pub fn of(desk: &Desk, teacher: &Id, is_own: bool, w: Words) -> Option<Self> {
        let has_wishes = desk.requests.iter().any(|request| request.teachers.contains(teacher));
        if has_wishes || desk.round.state != RoundState::Collecting {
            return None;
        }
        Some(if desk.nothing.contains(teacher) {
            let said = w.t(if is_own { "wishes-nothing-said" } else { "wishes-nothing-said-of" });
            Self { said: Some(said), value: "", button: w.t("wishes-nothing-undo") }
        } else {
            let button = w.t(if is_own { "wishes-nothing" } else { "wishes-nothing-of" });
            Self { said: None, value: YES, button }
        })
    }
}

/// `POST /wishes/nothing`.
pub async fn answer(mut visitor: Visitor, app: web::Data<App>, path: web::Path<Path>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let desk = match TeachersDesk::load(&app, &visitor, &path, form.get("round")).await {
        Ok(desk) => desk,
        Err(none) => return none.answer(&visitor),
    };
    let nothing = form.get(FIELD) == YES;
    // A teacher answers for themselves, whoever runs the school for one of its teachers.
    let teacher = (!matches!(desk.who, Principal::Teacher { .. })).then(|| desk.teacher.clone());
    let flash = match app.answer(&desk.who, &desk.desk.round.id, NewAnswer { nothing, teacher }).await {
        Ok(_) => Flash::done(visitor.w.t(if nothing { "wishes-nothing-done" } else { "wishes-nothing-undone" })),
        Err(AppError::Conflict { code, message, .. }) => Flash::warning(said::refusal(code, &message, visitor.w)),
        Err(error) => return visitor.refuse(&error.into()),
    };
    visitor.redirect_told(&desk.address(), &flash)
}
