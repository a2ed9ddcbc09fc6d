//! Classes that are fixed at a start, for every plan from then on.

use actix_web::{HttpResponse, web};
use chrono::NaiveDateTime;

use super::{super::Office, classes};
use crate::{
    app::{App, pins::NewPin},
    domain::id::Id,
    http::web::{
        admin::{
            form::{FieldError, errors, text},
            reply, told,
        },
        visitor::{Form, Visitor},
    },
};

/// `POST /admin/rounds/{id}/pin`.
pub async fn pin(visitor: Visitor, app: web::Data<App>, round: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let (plan, request) = (Id::from(form.get("plan")), Id::from(form.get("request")));
        let wrong = match NaiveDateTime::parse_from_str(form.get("start"), "%Y-%m-%dT%H:%M") {
            Ok(start) => {
                match app.pin(&office.who, &round, &request, NewPin { start, note: text(&form, "note") }).await {
                    Ok(_) => {
                        return Ok(told(
                            &visitor,
                            &format!("/admin/plans/{plan}/classes/{request}"),
                            "admin-done-pinned",
                        ));
                    }
                    Err(error) => errors(error, visitor.w)?,
                }
            }
            Err(_) => vec![FieldError::at("start", visitor.w.t("admin-error-instant"))],
        };
        classes::one(&visitor, &app, &office, (&plan, &request), (&form, wrong)).await
    })
    .await
}

/// `POST /admin/rounds/{id}/unpin`.
pub async fn unpin(visitor: Visitor, app: web::Data<App>, round: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let (plan, request) = (Id::from(form.get("plan")), Id::from(form.get("request")));
        app.unpin(&office.who, &round, &request).await?;
        // Nobody is led by what a form says, but by what the use case knows.
        let plan = app.plan(&office.who, &plan).await?.summary.id;
        Ok(told(&visitor, &format!("/admin/plans/{plan}/classes/{request}"), "admin-done-unpinned"))
    })
    .await
}
