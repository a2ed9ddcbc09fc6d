//! The page of a calendar, for pupils and parents: a week at a time, kept by browsers until something changes.

use serde_json::json;

use crate::{
    school::School,
    screens::{Page, Reader},
};

fn header<'a>(page: &'a Page, name: &str) -> &'a str {
    page.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[test]
fn a_browser_that_has_the_page_is_told_so_until_something_changes() {
    let school = School::open();
    let wish = json!({"title": "Maths", "teachers": [school.teacher], "groups": [school.groups[0]],
        "duration_minutes": 55, "preferred": [{"start": "2020-03-23T09:00", "tolerance_minutes": 0}]});
    school.service.post_json(&format!("/api/v1/rounds/{}/requests", school.round), &wish).expect(201);
    let feed = school.feed();
    let mut pupil = Reader::new(&school.service);
    let before = pupil.get(&feed);
    assert!(before.body.contains("Elle paraîtra ici"), "{}", before.body);
    school.publish();

    // Without a week, the nearest with classes; weeks lead on to each other.
    let page = pupil.get(&feed);
    assert!(page.body.contains("Maths") && page.body.contains("du 23 au 29 mars 2020"), "{}", page.body);
    assert_ne!(header(&page, "etag"), header(&before, "etag"));
    assert_eq!((header(&page, "cache-control"), header(&page, "x-robots-tag")), ("private, no-cache", "noindex"));
    assert!(page.body.contains(&format!("{feed}?date=2020-03-30")), "{}", page.body);
    let next = pupil.get(&format!("{feed}?date=2020-03-30"));
    assert!(!next.body.contains("Maths") && next.body.contains(&format!("{feed}?date=2020-03-23")), "{}", next.body);

    let kept = pupil.get_unless(&feed, header(&page, "etag"));
    assert_eq!((kept.status, kept.body.as_str()), (304, ""));
    assert_eq!(header(&kept, "etag"), header(&page, "etag"));
    for other in [format!("{feed}?date=2020-03-30"), format!("{feed}?lang=en")] {
        assert_eq!(pupil.get_unless(&other, header(&page, "etag")).status, 200, "{other} is another page");
    }
    let mut english = pupil.get(&feed);
    assert!(english.body.contains("lang=\"en\""), "the language is remembered");
    english = pupil.get_unless(&feed, header(&page, "etag"));
    assert_eq!(english.status, 200, "and is another page");

    let week = school.service.get(&format!("/api/v1/schools/{}/week?date=2020-03-23", school.id)).expect(200).json();
    let session = week["sessions"][0]["id"].as_str().unwrap();
    school.service.post_json(&format!("/api/v1/sessions/{session}/cancellation"), &json!({})).expect(200);
    assert_eq!(pupil.get_unless(&feed, header(&english, "etag")).status, 200);
    let called_off = pupil.get(&format!("{feed}?date=2020-03-23")).body;
    assert!(called_off.contains("Maths") && called_off.contains("cancelled"), "{called_off}");
}

#[test]
fn the_address_is_told_to_nobody() {
    let school = School::open();
    let feed = school.feed();
    let page = Reader::new(&school.service).get(&feed);
    let secret = feed.trim_start_matches("/feeds/");
    assert_eq!(header(&page, "referrer-policy"), "no-referrer");
    assert!(!page.body.split("</title>").next().unwrap().contains(secret));
    assert!(!format!("{:?}", page.headers).contains(secret), "{:?}", page.headers);
    // Links that lead elsewhere hand on no referrer, and only those that subscribe name the address.
    for link in page.body.split("href=\"https://").skip(1) {
        let tag = link.split('>').next().unwrap();
        let known = ["calendar.google.com/calendar/render?cid=", "outlook.live.com/calendar/0/addfromweb?url="];
        assert!(known.iter().any(|known| tag.starts_with(known)) && tag.contains("noreferrer"), "{tag}");
    }
    assert!(!school.service.log().contains(secret), "the log holds the secret");
}
