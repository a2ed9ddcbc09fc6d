//! *Calendars to subscribe to*: made, shown once with a QR code and a sheet for parents, given another address, revoked.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    Office,
    form::{Entry, FieldError, FormView, errors},
    groups,
    parts::{Action, Card, Cell, Empty, Page, Row, Table},
    reply, said, told,
};
use crate::{
    app::{
        App,
        directory::Directory,
        feeds::{IssuedFeed, NewFeed},
    },
    domain::{
        feed::{Feed, FeedKind},
        id::Id,
    },
    http::web::{
        page::Refusal,
        parts::{Choice, choices},
        visitor::{Form, Visitor},
        words::Words,
    },
};

/// A calendar's addresses, for the only time: on the screen and as a sheet to print.
#[derive(Template)]
#[template(path = "web/admin/feed_made.html")]
struct Made {
    w: Words,
    school: String,
    name: String,
    page_url: String,
    url: String,
    qr: String,
    ways: Vec<(String, String)>,
}

/// `GET /admin/feeds`.
pub async fn list(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        page(&visitor, &app, &office, (&Form::default(), Vec::new())).await
    })
    .await
}

/// `POST /admin/feeds`: one more. Its addresses are shown in this answer and nowhere else.
pub async fn make(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let chosen = |field: &str| Some(form.get(field)).filter(|id| !id.is_empty()).map(Id::from);
        let headcount_only = !form.get("headcount_only").is_empty();
        let new = match form.get("kind") {
            "group" => NewFeed { group: chosen("group"), ..NewFeed::default() },
            "teacher" => NewFeed { teacher: chosen("teacher"), ..NewFeed::default() },
            _ => NewFeed::default(),
        };
        let is_missing = new.group.is_none() && new.teacher.is_none() && form.get("kind") != "school";
        if is_missing {
            let wrong = vec![FieldError::at("kind", visitor.w.t("admin-feed-whose"))];
            return page(&visitor, &app, &office, (&form, wrong)).await;
        }
        match app.create_feed(&office.who, &office.school.id, NewFeed { headcount_only, ..new }).await {
            Ok(issued) => shown(&visitor, &app, &office, issued).await,
            Err(error) => {
                let wrong = errors(error, visitor.w)?;
                page(&visitor, &app, &office, (&form, wrong)).await
            }
        }
    })
    .await
}

/// `POST /admin/feeds/{id}/replace`: another address.
pub async fn replace(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        match app.replace_feed(&office.who, &office.school.id, &id).await {
            Ok(issued) => shown(&visitor, &app, &office, issued).await,
            Err(error) => {
                let wrong = errors(error, visitor.w)?;
                page(&visitor, &app, &office, (&Form::default(), wrong)).await
            }
        }
    })
    .await
}

/// `POST /admin/feeds/{id}/revoke`.
pub async fn revoke(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        app.revoke_feed(&office.who, &office.school.id, &id).await?;
        Ok(told(&visitor, "/admin/feeds", "admin-done-feed-revoked"))
    })
    .await
}

async fn shown(visitor: &Visitor, app: &App, office: &Office, issued: IssuedFeed) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let directory = app.directory(&office.who, &office.school.id).await?;
    let name = name(&issued.feed, &directory, w);
    let ways = ["apple", "google", "outlook", "thunderbird"]
        .map(|way| (w.t(&format!("feed-steps-{way}")), w.t(&format!("feed-steps-{way}-text"))));
    let made = Made {
        w,
        school: office.school.name.clone(),
        name: name.clone(),
        page_url: issued.page_url,
        url: issued.url,
        qr: issued.qr_url,
        ways: ways.into(),
    };
    let page = Page::new(visitor, &office.school.name, w.with("admin-feed-made", &[("name", &name)]))
        .lead(w.t("admin-feed-made-lead"))
        .action(Action::link("/admin/feeds", w.t("admin-feed-back")))
        .part(&made)?;
    Ok(visitor.answer(Ok(page)))
}

async fn page(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    (typed, wrong): (&Form, Vec<FieldError>),
) -> Result<HttpResponse, Refusal> {
    let (w, who, school) = (visitor.w, &office.who, &office.school.id);
    let directory = app.directory(who, school).await?;
    let mut feeds = app.feeds(who, school).await?;
    feeds.retain(|feed| feed.revoked_at.is_none());
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page::new(visitor, &office.school.name, w.t("admin-feeds-title"))
        .lead(w.t("admin-feeds-lead"))
        .tabs("/admin/feeds", &groups::TABS);
    let page = if feeds.is_empty() {
        let (heading, text) = (w.t("admin-feeds-none"), w.t("admin-feeds-none-text"));
        page.part(&Empty { heading, text, actions: Vec::new() })?
    } else {
        page.part(&table(visitor, office, &feeds, &directory))?
    };
    let lost = Card {
        id: "lost",
        heading: w.t("admin-feed-lost"),
        lines: vec![w.t("admin-feed-lost-text")],
        ..Card::default()
    };
    let page = page.beside(&form(visitor, &directory, typed, wrong))?.beside(&lost)?;
    Ok(visitor.answer_with(status, Ok(page)))
}

fn form(visitor: &Visitor, directory: &Directory, typed: &Form, wrong: Vec<FieldError>) -> FormView {
    let w = visitor.w;
    let kind =
        |value: &str, key: &str| Choice { value: value.to_owned(), name: w.t(key), chosen: typed.get("kind") == value };
    let none = || Choice { value: String::new(), name: w.t("wish-choose"), chosen: false };
    let groups = directory.groups.iter().map(|group| (&group.id, group.name.as_str()));
    let teachers = directory.teachers.iter().map(|teacher| (&teacher.id, teacher.name.as_str()));
    let with_none = |mut list: Vec<Choice>| {
        list.insert(0, none());
        list
    };
    FormView::new(visitor, w.t("admin-feed-new"), "/admin/feeds", w.t("admin-feed-make"))
        .field(Entry::select(
            "kind",
            w.t("admin-feed-kind"),
            vec![
                kind("group", "admin-feed-of-group"),
                kind("teacher", "admin-feed-of-teacher"),
                kind("school", "admin-feed-of-school"),
            ],
        ))
        .field(Entry::select(
            "group",
            w.t("admin-feed-group"),
            with_none(choices(groups, |id| id.as_str() == typed.get("group"))),
        ))
        .field(Entry::select(
            "teacher",
            w.t("admin-feed-teacher"),
            with_none(choices(teachers, |id| id.as_str() == typed.get("teacher"))),
        ))
        .field(
            Entry::tick("headcount_only", w.t("admin-feed-headcount"), !typed.get("headcount_only").is_empty())
                .hint(w.t("admin-feed-headcount-hint")),
        )
        .wrong(wrong)
}

fn table(visitor: &Visitor, office: &Office, feeds: &[Feed], directory: &Directory) -> Table {
    let w = visitor.w;
    let row = |feed: &Feed| {
        let name = name(feed, directory, w);
        let post = |end: &str, key: &str| {
            let (sure, button) = (w.t(&format!("{key}-sure")), w.t(&format!("{key}-do")));
            Action::post(visitor, format!("/admin/feeds/{}/{end}", feed.id), w.t(key)).about(&name).sure(sure, button)
        };
        let small = if feed.headcount_only { w.t("admin-feed-headcount-short") } else { String::new() };
        Row {
            actions: vec![post("replace", "admin-feed-replace"), post("revoke", "admin-feed-revoke")],
            cells: vec![
                Cell::text(name.clone()).small(small),
                Cell::text(said::at(feed.replaced_at.unwrap_or(feed.created_at), office.school.zone(), w)),
                match feed.last_read_on {
                    Some(day) => Cell::text(w.day(day)),
                    None => Cell::tag(w.t("admin-feed-never"), "plain"),
                },
            ],
        }
    };
    Table {
        id: "feeds",
        heading: w.t("admin-feeds-list"),
        count: w.count("admin-feeds-count", feeds.len()),
        columns: ["admin-feed-whose-column", "admin-feed-since", "admin-feed-read"].map(|key| w.t(key)).into(),
        rows: feeds.iter().map(row).collect(),
        deeds: Some(w.t("admin-deeds")),
    }
}

/// Whose classes a calendar holds.
fn name(feed: &Feed, directory: &Directory, w: Words) -> String {
    let group = |id: &Id| directory.groups.iter().find(|group| group.id == *id).map(|group| group.name.as_str());
    match feed.kind {
        FeedKind::Group | FeedKind::Bundle => feed.groups.iter().filter_map(group).collect::<Vec<_>>().join(", "),
        FeedKind::Teacher => {
            let known = directory.teachers.iter().find(|teacher| Some(&teacher.id) == feed.teacher.as_ref());
            known.map_or_else(String::new, |teacher| teacher.name.clone())
        }
        FeedKind::School => w.t("admin-feed-of-school"),
    }
}
