//! An operator in the pages of those who run a school: chosen, kept apart from other schools, left; and nobody else there.

use serde_json::json;

use crate::{
    browser::is_sound,
    school::School,
    support::browser::Browser,
    visitor::{Page, Visitor},
};

/// A second school, with one group.
fn neighbour(school: &School) -> String {
    let new = json!({ "name": "Lycée voisin", "connections": 50 });
    let made = school.service.post_json("/api/v1/schools", &new).expect(201).json();
    let id = made["id"].as_str().unwrap().to_owned();
    let group = json!({ "name": "Seconde 4", "headcount": 30 });
    school.service.post_json(&format!("/api/v1/schools/{id}/groups"), &group).expect(201);
    id
}

fn operator(school: &School) -> Visitor<'_> {
    let mut operator = Visitor::new(school);
    let key = school.service.site().run(&["token", "operator"]);
    operator.sign_in(key.trim());
    operator
}

fn enter(operator: &mut Visitor<'_>, school: &str) -> Page {
    let csrf = operator.csrf(&format!("/operator/schools/{school}"));
    operator.post(&format!("/operator/schools/{school}/office"), &[("csrf", &csrf)])
}

/// The proof of a page's own forms, which is not that of the frame's.
fn proof(visitor: &mut Visitor<'_>, path: &str) -> String {
    let body = visitor.get(path).body;
    body.rsplit("name=\"csrf\" value=\"").next().unwrap().split('"').next().unwrap().to_owned()
}

/// The names of a school's groups.
fn groups(school: &School, id: &str) -> Vec<String> {
    let groups = school.service.get(&format!("/api/v1/schools/{id}/groups")).expect(200).json();
    groups.as_array().unwrap().iter().map(|group| group["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_operator_looks_after_one_school_at_a_time() {
    let school = School::open();
    let mut operator = operator(&school);
    // The only school is taken without asking.
    let page = operator.get("/admin/groups");
    assert!(page.status == 200 && page.body.contains("Vous administrez Collège Jules-Verne"), "{}", page.body);
    let only = proof(&mut operator, "/admin/groups");

    // Of several none is guessed, and nothing that was open before writes into one.
    let other = neighbour(&school);
    let page = operator.get("/admin/groups");
    assert_eq!((page.status, page.location.as_str()), (303, "/operator/schools"));
    assert!(operator.get("/operator/schools").body.contains("Choisissez l’établissement à administrer"));
    let new = |csrf| [("csrf", csrf), ("name", "Troisième 9"), ("headcount", "20"), ("attendance_percent", "100")];
    assert_eq!(operator.post("/admin/groups", &new(&only)).status, 403);
    assert!(!operator.get("/operator/load").body.contains("href=\"/admin/groups\""));

    let page = enter(&mut operator, &school.id);
    assert_eq!((page.status, page.location.as_str()), (303, "/admin/rounds"), "{}", page.body);
    let page = operator.get("/admin/groups").body;
    assert!(page.contains("6e A") && !page.contains("Seconde 4") && page.contains("href=\"/admin/outbox\""), "{page}");
    for (place, name) in [("/week", "Collège Jules-Verne"), (&format!("/week?school={other}"), "Lycée voisin")] {
        let page = operator.get(place).body;
        assert!(page.contains(name), "{page}");
        assert_eq!(page.contains("Vous administrez"), name != "Lycée voisin", "{place}");
    }
    // What belongs to another school is not there, by whatever address.
    let stranger = school.service.get(&format!("/api/v1/schools/{other}/groups")).expect(200).json();
    let stranger = stranger[0]["id"].as_str().unwrap();
    assert_eq!(operator.get(&format!("/admin/groups/{stranger}")).status, 404);

    // Two tabs: a form of the first school, sent once the second was chosen, writes nowhere.
    let old = proof(&mut operator, "/admin/groups");
    enter(&mut operator, &other);
    let page = operator.post("/admin/groups", &new(&old));
    assert!(page.status == 403 && page.body.contains("rechargez-la"), "{}", page.body);
    assert_eq!(groups(&school, &other), ["Seconde 4"]);
    assert_eq!(groups(&school, &school.id).len(), 2);
    let own = proof(&mut operator, "/admin/groups");
    assert_eq!(operator.post("/admin/groups", &new(&own)).location, "/admin/groups");
    assert_eq!(groups(&school, &other).len(), 2);
    let deeds = school.service.get(&format!("/api/v1/schools/{other}/audit")).expect(200).json();
    assert_eq!(deeds[0]["action"], "POST /admin/groups", "{deeds}");

    // Left, it is forgotten; the form of the frame is the same on every page.
    let frame = operator.csrf("/operator/schools");
    let page = operator.post("/operator/office/leave", &[("csrf", &frame)]);
    assert_eq!(page.location, format!("/operator/schools/{other}"));
    assert_eq!(operator.get("/admin/groups").location, "/operator/schools");
    assert_eq!(operator.post("/admin/groups", &new(&own)).status, 403);
    assert_eq!(groups(&school, &other).len(), 2);

    // A school that is made up is none.
    let csrf = operator.csrf("/operator/schools");
    assert_eq!(operator.post("/operator/schools/nowhere/office", &[("csrf", &csrf)]).status, 404);
    operator.plant("creneau_office", "nowhere");
    assert_eq!(operator.get("/admin/groups").location, "/operator/schools");
}

#[test]
fn the_cookie_of_an_office_gives_nobody_else_anything() {
    let school = School::open();
    let other = neighbour(&school);
    for (key, status) in [(&school.admin, 200), (&school.key, 403)] {
        let mut visitor = Visitor::new(&school);
        visitor.sign_in(key);
        let before = visitor.csrf("/week");
        visitor.plant("creneau_office", &other);
        assert_eq!(visitor.csrf("/week"), before);
        let page = visitor.get("/admin/groups");
        assert_eq!(page.status, status);
        assert!(!page.body.contains("Seconde 4") && !page.body.contains("Vous administrez"), "{}", page.body);
        assert!(!visitor.get(&format!("/week?school={other}")).body.contains("Seconde 4"));
        let new = [("csrf", before.as_str()), ("name", "5e Z"), ("headcount", "20"), ("attendance_percent", "100")];
        assert_eq!(visitor.post("/admin/groups", &new).status == 303, status == 200);
        assert_eq!(groups(&school, &other), ["Seconde 4"]);
    }
    assert!(groups(&school, &school.id).contains(&"5e Z".to_owned()));
}

#[test]
fn the_way_into_a_school_and_out_is_there_on_a_phone() {
    let school = School::open();
    neighbour(&school);
    let key = school.service.site().run(&["token", "operator"]);
    let browser = Browser::start_in("fr", 360, 780);
    browser.open(&school.service.url(&format!("/enter/{}?next=/operator/schools", key.trim())));
    browser.open(&school.service.url(&format!("/operator/schools/{}", school.id)));
    is_sound(&browser, "fr");
    browser.click("form[action$='/office'] button");
    browser.shows(".looked-after", "Vous administrez");
    is_sound(&browser, "fr");
    // What has no room in the bar is under More, by the keyboard too, which tells when the page is one of them.
    assert_eq!(browser.count("summary[aria-current]"), 0);
    browser.script("document.querySelector('.more-pages summary').focus()");
    browser.press(" ", 32);
    browser.shows(".more-pages ul", "Journal");
    is_sound(&browser, "fr");
    browser.screenshot("office-360");
    browser.click(".more-pages a[href='/admin/capacity']");
    browser.shows("h1", "Capacité");
    assert_eq!(browser.count(".more-pages summary[aria-current]"), 1);
    is_sound(&browser, "fr");
    browser.click(".looked-after button");
    browser.shows("h1", "Collège Jules-Verne");
    assert_eq!(browser.count(".looked-after"), 0);
}

#[test]
fn a_week_of_many_classes_is_turned_over_page_by_page() {
    let school = School::open();
    let sql = |text: &str| school.service.site().sql(text);
    for number in 0..230 {
        let id = format!("s{number:03}");
        let [at, end] = [7, 8].map(|hour| format!("2020-03-{} 0{}:00:00", 23 + number % 5, hour + number % 2));
        sql(&format!(
            "INSERT INTO sessions (id, school_id, title, connections, starts_at, ends_at, state, sequence, created_at, changed_at)
             VALUES ('{id}', '{}', 'Classe {id}', 1, '{at}', '{end}', 'confirmed', 1, '{at}', '{at}')",
            school.id
        ));
        let group = &school.groups[usize::from(number == 229)];
        sql(&format!("INSERT INTO session_groups (session_id, group_id) VALUES ('{id}', '{group}')"));
    }
    let mut admin = Visitor::new(&school);
    admin.sign_in(&school.admin);
    let (mut next, mut seen) = (Some("/admin/sessions?date=2020-03-25".to_owned()), Vec::new());
    while let Some(address) = next {
        let page = admin.get(&address).body;
        seen.extend(page.split("href=\"/admin/sessions/s").skip(1).map(|part| part[..3].to_owned()));
        let to = page.split("href=\"").skip(1).map(|part| part.split_once('"').unwrap());
        let mut to = to.filter(|(_, rest)| rest.starts_with(" rel=\"next\">Suivants"));
        next = to.next().map(|(address, _)| address.replace("&#38;", "&"));
    }
    seen.sort();
    assert_eq!(seen, (0..230).map(|number| format!("{number:03}")).collect::<Vec<_>>(), "every class is on one page");
    let first = admin.get("/admin/sessions?date=2020-03-25").body;
    assert!(first.contains("1 à 100 sur 230"), "{first}");
    let of_one = format!("/admin/sessions?date=2020-03-25&group={}", school.groups[1]);
    let page = admin.get(&of_one).body;
    assert!(page.contains("Classe s229") && !page.contains("Classe s228") && !page.contains("Suivants"), "{page}");
}
