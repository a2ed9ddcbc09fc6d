//! What the pages of booking say.

use askama::Template;
use chrono::{Duration, NaiveDateTime};

use super::{
    Wanted,
    view::{BookPage, Found, HoldPage, Taken},
};
use crate::{
    app::{bookings::FreeStart, directory::Directory},
    domain::{people::Language, session::SessionState, time::instant},
    http::web::{
        samples::{self, keep},
        visitor::Form,
    },
};

fn free(local: &str, load: f64) -> FreeStart {
    let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").unwrap();
    let at = instant(samples::school().zone(), local, "").unwrap();
    FreeStart { start: samples::moment(at), cost: None, load }
}

fn page(language: Language, found: Found, taken: Option<Taken>) -> String {
    let visitor = samples::visitor(language, "/book");
    let directory = Directory { groups: samples::groups(), teachers: samples::teachers() };
    let wanted = Wanted {
        title: "SVT & <chimie>".into(),
        groups: vec!["g1".into()],
        duration: "55".into(),
        date: Some(samples::monday()),
        ..Wanted::default()
    };
    BookPage::new(
        &visitor,
        (&samples::school(), &directory),
        (wanted, samples::monday(), samples::monday()),
        found,
        taken,
    )
    .render()
    .unwrap()
}

#[test]
fn each_hour_offers_its_first_start_and_says_how_full_it_would_be() {
    let starts = vec![free("2020-03-24T09:00", 0.52), free("2020-03-24T09:05", 0.6), free("2020-03-25T10:30", 1.0)];
    let html = page(Language::Fr, Found { starts: Some(starts), ..Found::default() }, None);
    keep("book-fr", &html);
    assert!(html.contains("value=\"2020-03-24T09:00\"") && !html.contains("value=\"2020-03-24T09:05\""), "{html}");
    for said in ["mardi 24 mars à 9\u{a0}h", "rempli à 52", "full-4"] {
        assert!(html.contains(said), "{said}: {html}");
    }
    assert!(html.contains("hour=2020-03-24T09:00"), "{html}");
    assert!(html.len() < 100_000);
}

#[test]
fn who_comes_too_late_is_told_why_and_what_is_near() {
    let start = NaiveDateTime::parse_from_str("2020-03-24T09:00", "%Y-%m-%dT%H:%M").unwrap();
    let near = [free("2020-03-24T09:30", 0.9)];
    let taken = Taken::new(start, vec!["complet".into()], &near, samples::visitor(Language::En, "/book").w);
    let html = page(Language::En, Found { starts: Some(vec![]), ..Found::default() }, Some(taken));
    assert!(html.contains("Tuesday 24 March at 9:00") && html.contains("value=\"2020-03-24T09:30\""), "{html}");
}

#[test]
fn a_place_that_is_held_counts_down() {
    let mut hold = samples::sessions(1).remove(0);
    hold.state = SessionState::Held;
    let now = "2020-03-20T19:50:00Z".parse().unwrap();
    hold.held_until = Some(now + Duration::minutes(10));
    let visitor = samples::visitor(Language::Fr, "/book/s0");
    let html = HoldPage::new(&visitor, &samples::school(), &hold, now).render().unwrap();
    assert!(html.contains("data-until=\"2020-03-20T20:00:00+00:00\"") && html.contains("21\u{a0}h"), "{html}");
    assert!(html.contains("action=\"/book/s0/confirm\"") && html.contains("action=\"/book/s0/cancel\""));
}

#[test]
fn an_address_brings_back_what_was_typed() {
    let wanted = Wanted {
        title: "Maths & co".into(),
        groups: vec!["a".into(), "b".into()],
        duration: "40".into(),
        ..Wanted::default()
    };
    let link = wanted.link(samples::monday());
    let query = actix_web::web::Query::<Vec<(String, String)>>::from_query(link.split_once('?').unwrap().1)
        .unwrap()
        .into_inner();
    assert_eq!(Wanted::read(&Form(query)), Wanted { date: Some(samples::monday()), ..wanted });
}
