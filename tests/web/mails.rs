//! Which mails come, said on *my settings* and by the link in a mail.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use crate::{
    accounts::{PASSWORD, mailed},
    browser::is_sound,
    school::School,
    support::{browser::Browser, process::wait_until},
};

const CLAIRE: &str = "claire@example.org";
const YANN: &str = "yann@example.org";
const PATIENCE: Duration = Duration::from_secs(20);

/// A class of both teachers on some hour of the school's Monday; each booking is news for both.
fn book(school: &School, hour: &str) {
    let teachers = school.service.get(&format!("/api/v1/schools/{}/teachers", school.id)).expect(200).json();
    let teachers: Vec<&Value> = teachers.as_array().unwrap().iter().map(|teacher| &teacher["id"]).collect();
    let class = json!({ "title": (format!("Conseil de {hour}")), "teachers": teachers, "groups": [school.groups[0]],
        "duration_minutes": 30, "starts_at_local": (format!("{}T{hour}", school.monday)) });
    school.service.post_json(&format!("/api/v1/schools/{}/bookings", school.id), &class).expect(201);
}

/// Who was told of changed classes, each time; a notice is written with what it tells of.
fn told(school: &School) -> Vec<String> {
    let all = school.service.get(&format!("/api/v1/schools/{}/notices", school.id)).expect(200).json();
    let all = all.as_array().unwrap().iter().filter(|notice| notice["kind"] == "sessions-changed");
    let mut told: Vec<String> = all.map(|notice| notice["to"].as_str().unwrap().to_owned()).collect();
    told.sort();
    told
}

/// The mails of changed classes that have arrived at an address.
fn arrived(school: &School, address: &str) -> Vec<String> {
    let folder = std::fs::read_dir(school.service.site().data().join("mail"));
    let files = folder.into_iter().flatten().filter_map(|file| std::fs::read(file.ok()?.path()).ok());
    let texts = files.map(|text| String::from_utf8_lossy(&text).replace("=\r\n", ""));
    texts.filter(|text| text.contains(address) && text.contains("/sessions-changed")).collect()
}

fn arrive(school: &School, address: &str, count: usize) -> Vec<String> {
    wait_until(PATIENCE, &format!("{count} mails have come to {address}"), || {
        Some(arrived(school, address)).filter(|mails| mails.len() >= count)
    })
}

fn journey(language: &str, (width, height): (u32, u32), said: &[&str; 3]) {
    let school = School::coming(60);
    let teachers = format!("/api/v1/schools/{}/teachers", school.id);
    for teacher in school.service.get(&teachers).expect(200).json().as_array().unwrap() {
        let (id, name) = (teacher["id"].as_str().unwrap(), &teacher["name"]);
        let address = if id == school.teacher { CLAIRE } else { YANN };
        let new = json!({ "name": name, "email": address, "language": language });
        school.service.put_json(&format!("{teachers}/{id}"), &new).expect(200);
    }
    let new = json!({ "email": CLAIRE, "role": "teacher", "school": school.id, "teacher": school.teacher,
        "language": language });
    school.service.post_json("/api/v1/invitations", &new).expect(201);
    let browser = Browser::start_in(language, width, height);
    let url = |path: &str| school.service.url(path);
    browser.open(&url(&mailed(&school, "invitation", &mut BTreeSet::new())));
    browser.fill("#password", PASSWORD);
    browser.click("main form button");
    browser.shows(".nav [aria-current]", "");
    book(&school, "09:00");
    assert_eq!(told(&school), [CLAIRE, YANN], "both want them");

    // One of them does without: the next news is for the other alone.
    let kind = "form[action='/preferences/mails'] input[value='sessions-changed']";
    let switch = |is_on: bool| {
        browser.open(&url("/preferences"));
        browser.click(kind);
        browser.click("form[action='/preferences/mails'] .acts button");
        browser.shows(".flash", said[0]);
        assert_eq!(browser.script(&format!("return document.querySelector({kind:?}).checked")), is_on);
        is_sound(&browser, language);
    };
    switch(false);
    browser.screenshot(&format!("mails-off-{language}-{width}"));
    book(&school, "10:00");
    let mails = arrive(&school, YANN, 2);
    assert_eq!(told(&school), [CLAIRE, YANN, YANN]);
    assert_eq!(arrive(&school, CLAIRE, 1).len(), 1);

    // The other follows the link in the mail, without an account; looking changes nothing.
    let link = mails[1].split("/unsubscribe/").nth(1).unwrap().get(..64 + "/sessions-changed".len()).unwrap();
    assert!(link.ends_with("/sessions-changed"), "{link}");
    let other = Browser::start_in(language, width, height);
    other.open(&url(&format!("/unsubscribe/{link}")));
    is_sound(&other, language);
    other.screenshot(&format!("mails-link-{language}-{width}"));
    book(&school, "11:00");
    assert_eq!(told(&school), [CLAIRE, YANN, YANN, YANN]);
    other.click("main form button");
    other.shows("h1", said[1]);
    is_sound(&other, language);
    book(&school, "14:00");
    assert_eq!(told(&school).len(), 4, "nobody wants them");

    // Each takes it back, where they did it.
    other.click("main form button");
    other.shows("h1", said[2]);
    switch(true);
    book(&school, "15:00");
    assert_eq!(told(&school), [CLAIRE, CLAIRE, YANN, YANN, YANN, YANN]);
}

#[test]
fn a_teacher_does_without_a_kind_of_mail_on_a_phone_in_french() {
    journey("fr", (360, 780), &["enregistré", "C’est fait", "Vous les recevrez de nouveau"]);
}

#[test]
fn a_teacher_does_without_a_kind_of_mail_at_a_desk_in_english() {
    journey("en", (1280, 900), &["Saved", "Done", "You will receive them again"]);
}
