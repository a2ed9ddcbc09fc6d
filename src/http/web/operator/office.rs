//! How an operator looks after a school: on the pages of those who run it, until the operator leaves them.

use actix_web::{HttpResponse, web};

use crate::{
    app::App,
    domain::id::Id,
    http::web::visitor::{Form, Visitor},
};

/// `POST /operator/schools/{id}/office`: into the school's pages.
pub async fn enter(mut visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let who = match visitor.operator_sends(&form) {
        Ok(who) => who,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    match app.school(who, &id).await {
        Ok(school) => {
            visitor.look_after(&school.id);
            visitor.redirect("/admin/rounds")
        }
        Err(error) => visitor.refuse(&error.into()),
    }
}

/// `POST /operator/office/leave`: back to the operator's pages, and to that of the school that was looked after.
pub async fn leave(mut visitor: Visitor, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.operator_sends(&form) {
        return visitor.refuse(&refusal);
    }
    let school = visitor.office.take();
    visitor.leave_office();
    visitor
        .redirect(&school.map_or_else(|| "/operator".to_owned(), |school| format!("/operator/schools/{}", school.id)))
}
