//! *Rules*: how late one may book, move or call off a class.

use actix_web::{HttpResponse, web};

use super::{
    Office, capacity,
    form::{Entry, FieldError, FormView, errors, keep, number},
    parts::Page,
    reply, told,
};
use crate::{
    app::App,
    domain::booking::BookingRules,
    http::web::{
        page::Refusal,
        version::{self, held},
        visitor::{Form, Visitor},
        words::Words,
    },
};

const FIELDS: [&str; 5] =
    ["book_notice_minutes", "move_notice_minutes", "cancel_notice_minutes", "hold_minutes", "offer_minutes"];

/// `GET /admin/rules`.
pub async fn show(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let rules = app.booking_rules(&office.who, &office.school.id).await?;
        page(&visitor, &office, &rules, (values(&rules), "", Vec::new()))
    })
    .await
}

/// `POST /admin/rules`.
pub async fn save(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let wrong = match read(&form, visitor.w) {
            Ok(rules) => match held(&form, app.set_booking_rules(&office.who, &office.school.id, rules)).await {
                Ok(_) => return Ok(told(&visitor, "/admin/rules", "admin-done-saved")),
                Err(error) => errors(error, visitor.w)?,
            },
            Err(wrong) => wrong,
        };
        let typed = FIELDS.map(|field| form.get(field).to_owned());
        let present = app.booking_rules(&office.who, &office.school.id).await?;
        page(&visitor, &office, &present, (typed, form.get(version::FIELD), wrong))
    })
    .await
}

fn values(rules: &BookingRules) -> [String; 5] {
    [
        rules.book_notice_minutes,
        rules.move_notice_minutes,
        rules.cancel_notice_minutes,
        rules.hold_minutes,
        rules.offer_minutes,
    ]
    .map(|minutes| minutes.to_string())
}

fn read(form: &Form, w: Words) -> Result<BookingRules, Vec<FieldError>> {
    let mut wrong = Vec::new();
    let read = FIELDS.map(|field| keep(&mut wrong, number(form, field, w)));
    match read {
        [Some(book), Some(moving), Some(cancel), Some(hold), Some(offer)] => Ok(BookingRules {
            book_notice_minutes: book,
            move_notice_minutes: moving,
            cancel_notice_minutes: cancel,
            hold_minutes: hold,
            offer_minutes: offer,
        }),
        _ => Err(wrong),
    }
}

fn page(
    visitor: &Visitor,
    office: &Office,
    present: &BookingRules,
    (typed, sent, wrong): ([String; 5], &str, Vec<FieldError>),
) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let keys = ["book", "move", "cancel", "hold", "offer"];
    let fields = FIELDS.iter().zip(keys).zip(typed).map(|((field, key), value)| {
        Entry::number(field, w.t(&format!("admin-rule-{key}")), value)
            .hint(w.t(&format!("admin-rule-{key}-hint")))
            .needed()
    });
    let status = version::status(&wrong);
    let form = FormView::new(visitor, String::new(), "/admin/rules", w.t("admin-save"))
        .fields(fields.collect())
        .changes(present, sent, wrong);
    let page = Page::new(visitor, &office.school.name, w.t("admin-rules-title"))
        .lead(w.t("admin-rules-lead"))
        .tabs("/admin/rules", &capacity::TABS)
        .part(&form)?;
    Ok(visitor.answer_with(status, Ok(page)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::Language;

    #[test]
    fn what_is_no_number_is_told_at_each_field() {
        let fields = FIELDS.map(|field| (field.to_owned(), if field == "hold_minutes" { "x" } else { "5" }.to_owned()));
        let wrong = read(&Form(fields.into()), Words::new(Language::Fr)).unwrap_err();
        assert_eq!(wrong.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["hold_minutes"]);
        let usual = values(&BookingRules::default());
        let form = Form(FIELDS.iter().map(|field| (*field).to_owned()).zip(usual).collect());
        assert_eq!(read(&form, Words::new(Language::Fr)).unwrap(), BookingRules::default());
    }
}
