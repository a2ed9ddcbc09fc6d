//! Mails that somebody does not want any more: the page behind the links in mails. Nobody signs in for it; the secret in the
//! address is that of the reader.
//!
//! Looking changes nothing, for the scanners of mailboxes look too. A POST to the same address does it, with nothing but the
//! address to prove it: it is what mail programs send when their own button is pressed (RFC 8058). It is answered without a
//! redirect, as that wants it, by the page that offers to take it back.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{
    page::{Refusal, Shell},
    visitor::Visitor,
    words::Words,
};
use crate::{
    app::{App, AppError},
    domain::{event::Event, id::Id},
};

#[derive(Template)]
#[template(path = "web/unsubscribe.html")]
struct UnsubscribePage {
    w: Words,
    shell: Shell,
    heading: String,
    lead: String,
    /// Where the button leads.
    action: String,
    button: String,
}

/// `GET /unsubscribe/{secret}/{kind}`.
pub async fn show(visitor: Visitor, app: web::Data<App>, path: web::Path<(String, String)>) -> HttpResponse {
    answer(visitor, &app, path.into_inner(), None).await
}

/// `POST /unsubscribe/{secret}/{kind}`: no such mails any more.
pub async fn off(visitor: Visitor, app: web::Data<App>, path: web::Path<(String, String)>) -> HttpResponse {
    answer(visitor, &app, path.into_inner(), Some(false)).await
}

/// `POST /unsubscribe/{secret}/{kind}/undo`: such mails again.
pub async fn on(visitor: Visitor, app: web::Data<App>, path: web::Path<(String, String)>) -> HttpResponse {
    answer(visitor, &app, path.into_inner(), Some(true)).await
}

/// Switches mails on or off, when that is asked for, and shows how it is.
async fn answer(
    mut visitor: Visitor,
    app: &App,
    (secret, kind): (String, String),
    switch: Option<bool>,
) -> HttpResponse {
    match switched(app, &secret, &kind, switch).await {
        Ok((event, wanted)) => {
            let address = format!("/unsubscribe/{secret}/{kind}");
            // The links to other languages lead to a page, whatever was posted to where.
            visitor.place.clone_from(&address);
            visitor.answer(Ok(page(&visitor, event, (wanted, switch.is_some()), address)))
        }
        Err(error) => {
            // The page that says no must not hold the secret in its links.
            "/".clone_into(&mut visitor.place);
            let refusal = if matches!(error, AppError::NotFound { .. }) { Refusal::Link } else { error.into() };
            visitor.refuse(&refusal)
        }
    }
}

async fn switched(app: &App, secret: &str, kind: &str, switch: Option<bool>) -> Result<(Event, bool), AppError> {
    let event = Event::ALL.into_iter().find(|event| event.as_str() == kind);
    let event = event.ok_or_else(|| AppError::not_found("kind of mail", Id::from(kind)))?;
    if let Some(on) = switch {
        app.switch_mails(secret, event, on).await?;
    }
    Ok((event, app.wants_mails(secret, event).await?))
}

/// Whether such mails are wanted, and whether that has just been said.
fn page(visitor: &Visitor, event: Event, said: (bool, bool), address: String) -> UnsubscribePage {
    let w = visitor.w;
    let kind = w.t(&format!("mail-kind-{}", event.as_str()));
    let (heading, lead, button, action) = match said {
        (true, false) => ("unsubscribe-title", "unsubscribe-lead", "unsubscribe-button", address),
        (true, true) => ("resubscribed-title", "resubscribed-lead", "unsubscribe-button", address),
        (false, _) => ("unsubscribed-title", "unsubscribed-lead", "unsubscribed-button", format!("{address}/undo")),
    };
    let heading = w.t(heading);
    UnsubscribePage {
        w,
        shell: visitor.shell(&heading),
        lead: w.with(lead, &[("kind", &kind)]),
        action,
        button: w.t(button),
        heading,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::Language;

    #[test]
    fn each_kind_has_a_page_in_each_language() {
        for language in [Language::Fr, Language::En] {
            let visitor = Visitor::sample(language, "/unsubscribe/abc/swap", None);
            for event in Event::ALL.into_iter().filter(|event| event.may_be_switched_off()) {
                for (wanted, done) in [(true, false), (true, true), (false, true)] {
                    let address = format!("/unsubscribe/abc/{}", event.as_str());
                    let html = page(&visitor, event, (wanted, done), address.clone()).render().unwrap();
                    let action = if wanted { address } else { format!("{address}/undo") };
                    assert!(html.contains(&format!("method=\"post\" action=\"{action}\"")), "{html}");
                    assert!(!html.contains("mail-kind-") && !html.contains("subscribe-"), "{html}");
                    // Who takes it back is told so, and not asked the first question again.
                    let title = visitor.w.t("unsubscribe-title");
                    assert_eq!(html.contains(&title), wanted && !done, "{html}");
                }
            }
        }
    }
}
