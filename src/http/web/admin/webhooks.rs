//! *Programs that hear news*: where it is sent, whether it arrives, and the secret that signs it, shown once.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    Office,
    form::{Entry, FieldError, FormView, Look, errors},
    outbox,
    parts::{Action, Cell, Empty, Facts, Page, Row, Table},
    reply, said, told,
};
use crate::{
    app::{
        App, call,
        events::is_for_webhooks,
        webhooks::{NewWebhook, WebhookDetails},
    },
    domain::{
        event::Event,
        id::Id,
        webhook::{Delivery, Webhook},
    },
    http::web::{
        page::Refusal,
        parts::Choice,
        version::{self, held},
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// A secret, for the only time.
#[derive(Template)]
#[template(path = "web/admin/secret.html")]
pub struct Secret {
    /// The texts.
    pub w: Words,
    /// What it is.
    pub heading: String,
    /// What to do with it.
    pub text: String,
    /// The secret.
    pub secret: String,
}

/// `GET /admin/webhooks`.
pub async fn list(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        page(&visitor, &app, &office, (&Form::default(), Vec::new()), None).await
    })
    .await
}

/// `POST /admin/webhooks`: one more. Its secret is shown in this answer and nowhere else.
pub async fn add(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let new = NewWebhook {
            school: Some(office.school.id.clone()),
            platform: None,
            url: form.get("url").trim().to_owned(),
            events: chosen(&form),
            description: form.get("description").to_owned(),
            enabled: true,
        };
        match app.create_webhook(&office.who, new).await {
            Ok(issued) => page(&visitor, &app, &office, (&Form::default(), Vec::new()), Some(issued.secret)).await,
            Err(error) => {
                let wrong = errors(error, visitor.w)?;
                page(&visitor, &app, &office, (&form, wrong), None).await
            }
        }
    })
    .await
}

fn chosen(form: &Form) -> Vec<Event> {
    let named: Vec<&str> = form.all("events").collect();
    Event::ALL.into_iter().filter(|event| named.contains(&event.as_str())).collect()
}

async fn page(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    (typed, wrong): (&Form, Vec<FieldError>),
    secret: Option<String>,
) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let mut webhooks = app.webhooks(&office.who).await?;
    webhooks.retain(|webhook| webhook.school.as_ref() == Some(&office.school.id));
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut page = Page::new(visitor, &office.school.name, w.t("admin-webhooks-title"))
        .lead(w.t("admin-webhooks-lead"))
        .tabs("/admin/webhooks", &outbox::TABS);
    if let Some(secret) = secret {
        page = page.part(&secret_shown(secret, w))?;
    }
    let page = if webhooks.is_empty() {
        let (heading, text) = (w.t("admin-webhooks-none"), w.t("admin-webhooks-none-text"));
        page.part(&Empty { heading, text, actions: Vec::new() })?
    } else {
        page.part(&table(&webhooks, w))?
    };
    let named = if typed.0.is_empty() { Event::ALL.to_vec() } else { chosen(typed) };
    let form = FormView::new(visitor, w.t("admin-webhook-new"), "/admin/webhooks", w.t("admin-webhook-add"))
        .fields(fields((typed.get("url"), typed.get("description")), &named, w))
        .wrong(wrong);
    Ok(visitor.answer_with(status, Ok(page.beside(&form)?)))
}

/// What is asked of a webhook: its address, what it is for, and which news it hears.
fn fields((url, description): (&str, &str), named: &[Event], w: Words) -> Vec<Entry> {
    let events = Event::ALL.into_iter().filter(|event| is_for_webhooks(*event)).map(|event| Choice {
        value: event.as_str().to_owned(),
        name: w.t(&format!("event-{}", event.as_str())),
        chosen: named.contains(&event),
    });
    vec![
        Entry::new(Look::Input("url"), "url", w.t("admin-webhook-url"), url)
            .hint(w.t("admin-webhook-url-hint"))
            .needed(),
        Entry::line("description", w.t("admin-webhook-what"), description),
        Entry::checks("events", w.t("admin-webhook-events"), events.collect()),
    ]
}

fn secret_shown(secret: String, w: Words) -> Secret {
    Secret { w, heading: w.t("admin-webhook-secret"), text: w.t("admin-webhook-secret-text"), secret }
}

fn standing(webhook: &Webhook, w: Words) -> Cell {
    let (key, tag) = match (webhook.enabled, webhook.failing_since.is_some()) {
        (true, false) => ("admin-webhook-on", "quiet"),
        (true, true) => ("admin-webhook-failing", "warn"),
        (false, _) if webhook.disabled.is_some() => ("admin-webhook-disabled", "warn"),
        (false, _) => ("admin-webhook-off", "plain"),
    };
    Cell::tag(w.t(key), tag)
}

fn table(webhooks: &[Webhook], w: Words) -> Table {
    let row = |webhook: &Webhook| {
        let name = if webhook.description.is_empty() { &webhook.url } else { &webhook.description };
        let events = webhook.events.iter().map(|event| w.t(&format!("event-{}", event.as_str())));
        Row {
            cells: vec![
                Cell::link(name, format!("/admin/webhooks/{}", webhook.id)).small(webhook.url.clone()),
                Cell::text(events.collect::<Vec<_>>().join(", ")),
                standing(webhook, w),
            ],
            actions: Vec::new(),
        }
    };
    Table {
        id: "webhooks",
        heading: w.t("admin-webhooks-list"),
        count: String::new(),
        columns: ["admin-webhook-column", "admin-webhook-events", "admin-state"].map(|key| w.t(key)).into(),
        rows: webhooks.iter().map(row).collect(),
        deeds: None,
    }
}

/// `GET /admin/webhooks/{id}`: its last sendings, and what can be done.
pub async fn show(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        one(&visitor, &app, &office, &id, Shown::default()).await
    })
    .await
}

/// What a webhook's page shows besides: a new secret, or what was typed with what is wrong with it.
#[derive(Default)]
struct Shown<'a> {
    secret: Option<String>,
    sent: Option<(&'a Form, Vec<FieldError>)>,
}

async fn one(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    id: &Id,
    shown: Shown<'_>,
) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let webhook = app.webhook(&office.who, id).await?;
    let deliveries = app.deliveries(&office.who, id).await?;
    let address = format!("/admin/webhooks/{id}");
    let post = |end: &str, key: &str| Action::post(visitor, format!("{address}{end}"), w.t(key));
    let name = if webhook.description.is_empty() { w.t("admin-webhook-nameless") } else { webhook.description.clone() };
    let switch = if webhook.enabled { ("", "admin-webhook-switch-off") } else { ("1", "admin-webhook-switch-on") };
    let mut page = Page::new(visitor, &office.school.name, name)
        .lead(webhook.url.clone())
        .action(Action::link("/admin/webhooks", w.t("admin-webhook-back")))
        .action(post("/ping", "admin-webhook-ping"))
        .action(post("/switch", switch.1).sending("enabled", switch.0))
        .action(
            post("/secret", "admin-webhook-rotate")
                .sure(w.t("admin-webhook-rotate-sure"), w.t("admin-webhook-rotate-do")),
        )
        .action(
            post("/delete", "admin-webhook-delete")
                .sure(w.t("admin-webhook-delete-sure"), w.t("admin-webhook-delete-do")),
        );
    if let Some(secret) = shown.secret {
        page = page.part(&secret_shown(secret, w))?;
    }
    let since = webhook.failing_since.map(|at| said::at(at, office.school.zone(), w)).unwrap_or_else(|| "–".to_owned());
    page = page.part(&Facts(vec![
        (w.t("admin-state"), standing(&webhook, w).text, String::new()),
        (w.t("admin-webhook-failing-since"), since, String::new()),
    ]))?;
    let row = |delivery: &Delivery| {
        let kind = w.find(&format!("event-{}", delivery.event)).unwrap_or_else(|| delivery.event.clone());
        let state = w.find(&format!("admin-delivery-{}", delivery.state.as_str()));
        Row {
            cells: vec![
                Cell::text(kind),
                Cell::text(said::at(delivery.created_at, office.school.zone(), w)),
                Cell::text(state.unwrap_or_default()),
            ],
            actions: Vec::new(),
        }
    };
    let table = Table {
        id: "deliveries",
        heading: w.t("admin-deliveries"),
        count: w.count("admin-deliveries-count", deliveries.len()),
        columns: ["admin-mail-kind", "admin-mail-written", "admin-state"].map(|key| w.t(key)).into(),
        rows: deliveries.iter().take(60).map(row).collect(),
        deeds: None,
    };
    let (nothing, no_errors) = (Form::default(), Vec::new());
    let is_sent = shown.sent.is_some();
    let (typed, wrong) = shown.sent.unwrap_or((&nothing, no_errors));
    let status = version::status(&wrong);
    let fields = if is_sent {
        fields((typed.get("url"), typed.get("description")), &chosen(typed), w)
    } else {
        fields((&webhook.url, &webhook.description), &webhook.events, w)
    };
    let form = FormView::new(visitor, w.t("admin-webhook-change"), &address, w.t("admin-save")).fields(fields).changes(
        &webhook,
        typed.get(version::FIELD),
        wrong,
    );
    Ok(visitor.answer_with(status, Ok(page.part(&table)?.beside(&form)?)))
}

/// `POST /admin/webhooks/{id}`: another address, other news.
pub async fn change(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let known = app.webhook(&office.who, &id).await?;
        let details = WebhookDetails {
            url: form.get("url").trim().to_owned(),
            events: chosen(&form),
            description: form.get("description").to_owned(),
            enabled: known.enabled,
        };
        match held(&form, app.replace_webhook(&office.who, &id, details)).await {
            Ok(_) => Ok(told(&visitor, &format!("/admin/webhooks/{id}"), "admin-done-saved")),
            Err(error) => {
                let sent = Some((&form, errors(error, visitor.w)?));
                one(&visitor, &app, &office, &id, Shown { sent, ..Shown::default() }).await
            }
        }
    })
    .await
}

/// `POST /admin/webhooks/{id}/switch`: on or off.
pub async fn switch(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let known = app.webhook(&office.who, &id).await?;
        let (enabled, version) = (!form.get("enabled").is_empty(), call::version(&known));
        let details = WebhookDetails { url: known.url, events: known.events, description: known.description, enabled };
        call::expecting(&version, app.replace_webhook(&office.who, &id, details)).await?;
        Ok(told(&visitor, &format!("/admin/webhooks/{id}"), "admin-done-saved"))
    })
    .await
}

/// `POST /admin/webhooks/{id}/delete`.
pub async fn delete(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        app.delete_webhook(&office.who, &id).await?;
        Ok(told(&visitor, "/admin/webhooks", "admin-done-webhook-deleted"))
    })
    .await
}

/// `POST /admin/webhooks/{id}/secret`: another secret, shown in this answer and nowhere else.
pub async fn rotate(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let issued = app.rotate_webhook_secret(&office.who, &id).await?;
        one(&visitor, &app, &office, &id, Shown { secret: Some(issued.secret), ..Shown::default() }).await
    })
    .await
}

/// `POST /admin/webhooks/{id}/ping`: a test.
pub async fn ping(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        app.ping_webhook(&office.who, &id).await?;
        Ok(told(&visitor, &format!("/admin/webhooks/{id}"), "admin-done-pinged"))
    })
    .await
}
