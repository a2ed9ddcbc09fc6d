//! Whoever runs a school enters wishes for its teachers, who see them as their own.

use serde_json::{Value, json};

use crate::{school::School, visitor::Visitor};

fn wish<'a>(school: &'a School, csrf: &'a str, title: &'a str) -> Vec<(&'a str, &'a str)> {
    let place = [("csrf", csrf), ("round", &school.round), ("title", title), ("group", &school.groups[0])];
    let when = [("duration", "55"), ("day-1", "2020-03-23"), ("time-1", "540"), ("tolerance", "30")];
    [&place[..], &when, &[("otherwise", "same_day")]].concat()
}

/// The round's wishes.
fn wishes(school: &School) -> Vec<Value> {
    let list = school.service.get(&format!("/api/v1/rounds/{}/requests", school.round)).expect(200).json();
    list.as_array().unwrap().clone()
}

fn titles(school: &School) -> Vec<String> {
    wishes(school).iter().map(|wish| wish["title"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_admin_enters_changes_and_deletes_the_wishes_of_a_teacher() {
    let school = School::open();
    let (mut admin, mut teacher) = (Visitor::new(&school), Visitor::new(&school));
    admin.sign_in(&school.admin);
    teacher.sign_in(&school.key);
    let base = format!("/admin/teachers/{}/wishes", school.teacher);
    for page in ["/admin/teachers".to_owned(), format!("/admin/rounds/{}", school.round)] {
        assert!(admin.get(&page).body.contains(&format!("href=\"{base}")), "{page} leads there");
    }
    let page = admin.get(&base).body;
    assert!(page.contains("Souhaits\u{a0}: Mme Petit") && !page.contains("action=\"/wishes"), "{page}");

    let csrf = admin.csrf(&base);
    let wrong = admin.post(&base, &[("csrf", &csrf), ("title", "SVT"), ("duration", "55")]);
    assert!(wrong.status == 422 && wrong.body.contains("value=\"SVT\""), "{}", wrong.body);
    let done = admin.post(&base, &wish(&school, &csrf, "SVT"));
    assert!(done.status == 303 && done.location.starts_with(&base), "{} {}", done.location, done.body);
    let list = admin.get(&done.location).body;
    assert!(list.contains("Le souhait est enregistré.") && list.contains("Ses souhaits"), "{list}");
    assert!(teacher.get("/wishes").body.contains("SVT"), "it is the teacher's own");
    assert_eq!(wishes(&school)[0]["teachers"], json!([school.teacher]));

    let id = wishes(&school)[0]["id"].as_str().unwrap().to_owned();
    let form = admin.get(&format!("{base}/{id}")).body;
    assert!(form.contains(&format!("action=\"{base}/{id}\"")) && form.contains("value=\"SVT\""), "{form}");
    assert_eq!(admin.post(&format!("{base}/{id}"), &wish(&school, &csrf, "Physique")).status, 303);
    assert_eq!(titles(&school), ["Physique"]);

    // The wish of one teacher is not on the pages of another.
    let colleagues = school.service.get(&format!("/api/v1/schools/{}/teachers", school.id)).expect(200).json();
    let other = colleagues.as_array().unwrap().iter().find(|one| one["id"] != school.teacher.as_str()).unwrap();
    let theirs = format!("/admin/teachers/{}/wishes", other["id"].as_str().unwrap());
    assert_eq!(admin.get(&format!("{theirs}/{id}")).status, 404);
    assert_eq!(admin.post(&format!("{theirs}/{id}"), &wish(&school, &csrf, "Volé")).status, 404);
    assert_eq!(admin.post(&format!("{theirs}/{id}/delete"), &[("csrf", &csrf)]).status, 404);
    assert_eq!(admin.get("/admin/teachers/nobody/wishes").status, 404);
    assert_eq!(teacher.get(&base).status, 403, "teachers have their own page");
    assert_eq!(titles(&school), ["Physique"]);

    let done = admin.post(&format!("{base}/{id}/delete"), &[("csrf", &csrf)]);
    assert_eq!((done.status, titles(&school).len()), (303, 0));
}

#[test]
fn a_class_of_two_teachers_stays_one_when_either_changes_it() {
    let school = School::open();
    let teachers = school.service.get(&format!("/api/v1/schools/{}/teachers", school.id)).expect(200).json();
    let both: Vec<&str> = teachers.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    let new = json!({
        "title": "EPI", "teachers": both, "groups": [school.groups[0]], "duration_minutes": 55,
        "preferred": [{"start": "2020-03-23T09:00"}],
    });
    let path = format!("/api/v1/rounds/{}/requests", school.round);
    let id = school.service.post_json(&path, &new).expect(201).json()["id"].as_str().unwrap().to_owned();
    let mut teacher = Visitor::new(&school);
    teacher.sign_in(&school.key);
    let csrf = teacher.csrf("/wishes");
    let mut change = |title: &str| {
        assert_eq!(teacher.post(&format!("/wishes/{id}"), &wish(&school, &csrf, title)).status, 303);
        let changed = wishes(&school).remove(0);
        assert_eq!(changed["title"], title);
        assert_eq!(changed["teachers"].as_array().unwrap().len(), 2, "{changed}");
    };
    change("EPI énergie");
    // One that came with a file was never a wish.
    school.service.site().sql("UPDATE requests SET wish = NULL");
    change("EPI climat");
}

#[test]
fn wishes_without_room_beside_each_other_are_told_before_there_is_a_plan() {
    let school = School::open();
    let (mut admin, mut teacher) = (Visitor::new(&school), Visitor::new(&school));
    admin.sign_in(&school.admin);
    teacher.sign_in(&school.key);
    let (own, round) = ("/wishes".to_owned(), format!("/admin/rounds/{}", school.round));
    for title in ["SVT", "Physique"] {
        let crowded = |page: &str| page.contains("Ces souhaits ne peuvent pas tous avoir une place");
        assert!(!crowded(&teacher.get(&own).body) && !crowded(&admin.get(&round).body), "one has room");
        let new = json!({
            "title": title, "teachers": [school.teacher], "groups": [school.groups[0]], "duration_minutes": 55,
            "preferred": [{"start": "2020-03-23T09:00", "tolerance_minutes": 20}], "otherwise": "never",
        });
        school.service.post_json(&format!("/api/v1/rounds/{}/requests", school.round), &new).expect(201);
    }
    let told = "2 classes pour des heures où il y a place pour 1 d’entre elles au plus, quel que soit le plan\u{a0}: Physique, SVT.";
    for wish in wishes(&school) {
        let id = wish["id"].as_str().unwrap();
        let page = teacher.get(&own).body;
        assert!(page.contains(told) && page.contains(&format!("<a href=\"/wishes/{id}\">")), "{page}");
        let page = admin.get(&round).body;
        let change = format!("<a href=\"/admin/teachers/{}/wishes/{id}\">", school.teacher);
        assert!(page.contains(told) && page.contains(&change), "{page}");
    }
}
