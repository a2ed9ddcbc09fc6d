//! Mails of no school: sign-ins, invitations, what operators are told; where each stands and why.

use actix_web::{HttpResponse, web};

use crate::{
    app::App,
    http::web::{
        admin::{
            Asked,
            outbox::{List, part},
            parts::Page,
        },
        page::Refusal,
        visitor::Visitor,
    },
};

/// `GET /operator/mails`.
pub async fn list(visitor: Visitor, app: web::Data<App>, asked: web::Query<Asked>) -> HttpResponse {
    let page = page(&visitor, &app, &asked).await;
    visitor.answer(page)
}

async fn page(visitor: &Visitor, app: &App, asked: &Asked) -> Result<Page, Refusal> {
    let (w, part) = (visitor.w, part(asked));
    let mails = app.account_notices(visitor.operator()?, part.clone()).await?;
    let page = Page::new(visitor, &w.t("op-over"), w.t("nav-outbox")).lead(w.t("op-mails-lead"));
    let list = List {
        place: "/operator/mails",
        state: part.state,
        mails: &mails,
        none: w.t("op-mails-none"),
        zone: chrono_tz::Europe::Paris,
        // Whom a link to sign in is for asks for another; an invitation is sent again where it stands.
        actions: &|_| Vec::new(),
    };
    list.on(page, w)
}
