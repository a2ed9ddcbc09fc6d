//! Where classes of a plan take place, and what of it goes with a person.

use crate::fixture::{Fixture, at};
use crate::support::service::{Backend, on_both};
use creneau::{
    app::{links::NewLink, publication::Publication, requests::NewRequest},
    domain::{
        booking::{Starts, Waiting},
        id::Id,
    },
    store,
};

on_both!(a_plans_classes_take_place_where_their_wishes_say);

const USUAL: &str = "https://visio.example.org/b/ada";
const OWN: &str = "https://visio.example.org/b/latin";

fn a_plans_classes_take_place_where_their_wishes_say(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let (app, admin, school) = (&fixture.app, &fixture.admin, &fixture.school.id);
    let ada = &fixture.teachers[0].id;
    let link = NewLink { link: Some(USUAL.to_owned()) };
    fixture.wait(app.set_teacher_link(admin, school, ada, link)).unwrap();
    let round = fixture.round();
    let maths = fixture.enter(&round, fixture.wish("Maths", 0, 0, "2020-03-23T09:00"));
    let own = Some(format!(" {OWN} "));
    let latin = NewRequest { link: own, ..fixture.wish("Latin", 0, 0, "2020-03-23T10:00") };
    let latin = fixture.enter(&round, latin);
    assert_eq!(latin.wish.as_ref().unwrap().link.as_deref(), Some(OWN), "as it will be shown");
    let starts = [(&maths, Some(at("2020-03-23T09:00"))), (&latin, Some(at("2020-03-23T10:00")))];
    let order = Publication { plan: fixture.plan(&round, &starts), replaces: None };
    let published = fixture.wait(app.publish(admin, &round.id, order)).unwrap();
    let links = |ids: &[Id]| -> Vec<Option<String>> {
        ids.iter().map(|id| fixture.read(|conn| store::sessions::get(conn, id)).link).collect()
    };
    let ids: Vec<Id> = published.changes.iter().map(|change| change.session.id.clone()).collect();
    assert_eq!(links(&ids), [Some(USUAL.to_owned()), Some(OWN.to_owned())]);

    let wait = |number: u32, teachers: &[&Id]| {
        let entry = Waiting {
            id: Id::from(format!("waiting{number}")),
            school: school.clone(),
            title: "Greek".to_owned(),
            teachers: teachers.iter().copied().cloned().collect(),
            groups: vec![],
            connections: 10,
            link: Some(OWN.to_owned()),
            duration_minutes: 55,
            from: at("2020-03-24T08:00"),
            to: at("2020-03-24T12:00"),
            offer: None,
            hours: Vec::new(),
            offered: Vec::new(),
            passed: Starts::default(),
            queued_at: at("2020-03-20T08:00"),
            created_at: at("2020-03-20T08:00"),
        };
        fixture.store.write_now(|conn| store::bookings::insert_waiting(conn, &entry)).unwrap();
        entry.id
    };
    let (alone, together) = (wait(1, &[ada]), wait(2, &[ada, &fixture.teachers[1].id]));

    // The person goes, and with the person the rooms of classes that nobody else gives.
    fixture.wait(app.erase_teacher(admin, school, ada)).unwrap();
    assert_eq!(links(&ids), [None, None]);
    let wish = fixture.read(|conn| store::requests::get(conn, &latin.id)).wish.unwrap();
    assert_eq!(wish.link, None);
    let waits_at = |id: &Id| fixture.read(|conn| store::bookings::waiting(conn, id)).link;
    assert_eq!((waits_at(&alone), waits_at(&together)), (None, Some(OWN.to_owned())));
}
