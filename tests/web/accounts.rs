//! Accounts on pages: accepting an invitation, signing in by a password and by a link.

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;

use crate::{
    browser::is_sound,
    school::School,
    support::{browser::Browser, process::wait_until},
    visitor::Visitor,
};

pub const ADDRESS: &str = "claire.martin@example.org";
pub const PASSWORD: &str = "correct horse battery";

/// The address of the next page of a link that comes by mail, other than those known.
pub fn mailed(school: &School, page: &str, known: &mut BTreeSet<String>) -> String {
    let folder = school.service.site().data().join("mail");
    let address = wait_until(Duration::from_secs(20), &format!("a mail with a link to {page} comes"), || {
        let files = std::fs::read_dir(&folder).ok()?;
        let texts = files.filter_map(|file| std::fs::read(file.ok()?.path()).ok());
        let mark = format!("/{page}/");
        texts
            .filter_map(|text| {
                let text = String::from_utf8_lossy(&text).replace("=\r\n", "");
                Some(format!("{mark}{}", text.split(&mark).nth(1)?.get(..64)?))
            })
            .find(|address| !known.contains(address))
    });
    known.insert(address.clone());
    address
}

fn invite(school: &School) {
    let new = json!({"email": ADDRESS, "name": "Claire <i>", "role": "admin", "school": school.id});
    school.service.post_json("/api/v1/invitations", &new).expect(201);
}

#[test]
fn an_invitation_a_password_and_a_link_by_plain_forms() {
    let (school, mut known) = (School::open(), BTreeSet::new());
    invite(&school);
    let invitation = mailed(&school, "invitation", &mut known);
    let mut guest = Visitor::new(&school);
    let csrf = guest.csrf(&invitation);
    let page = guest.get(&invitation).body;
    assert!(page.contains("gérer les classes virtuelles") && page.contains("Claire &#60;i&#62;"), "{page}");
    assert_eq!(Visitor::new(&school).post(&invitation, &[("password", PASSWORD)]).status, 403, "without its page");
    let page = guest.post(&invitation, &[("csrf", &csrf), ("name", "Claire"), ("password", "short")]);
    assert!(page.status == 422 && page.body.contains("12 à 200 caractères"), "{}", page.body);
    assert!(page.body.contains("value=\"Claire\"") && !page.body.contains("value=\"short\""), "{}", page.body);
    let page = guest.post(&invitation, &[("csrf", &csrf), ("name", "Claire"), ("password", PASSWORD)]);
    assert_eq!((page.status, page.location.as_str()), (303, "/"), "{}", page.body);
    assert_eq!(guest.get("/week").status, 200);
    let csrf = guest.csrf("/week");
    assert_eq!(guest.post("/sign-out", &[("csrf", &csrf)]).location, "/?done=signed-out");
    let used = guest.get(&invitation);
    assert!(used.status == 410 && used.body.contains("Si vous l’avez acceptée, connectez-vous"), "{}", used.body);
    assert!(used.body.contains("href=\"/sign-in\""), "{}", used.body);

    // A link: looking does not use it up, the button does.
    let csrf = guest.csrf("/sign-in");
    let page = guest.post("/sign-in", &[("csrf", &csrf), ("way", "link"), ("email", "nonsense")]);
    assert!(page.status == 422 && page.body.contains("adresse électronique entière"), "{}", page.body);
    for address in ["nobody@example.org", ADDRESS] {
        let page = guest.post("/sign-in", &[("csrf", &csrf), ("way", "link"), ("email", address)]);
        assert!(page.status == 200 && page.body.contains("Regardez vos courriels"), "{}", page.body);
    }
    let link = mailed(&school, "link", &mut known);
    assert_eq!(guest.get(&link).status, 200);
    let csrf = guest.csrf(&link);
    assert_eq!(guest.post_from(&link, &[("csrf", &csrf)], "cross-site").status, 403);
    assert_eq!(guest.post(&link, &[("csrf", &csrf)]).location, "/");
    let gone = Visitor::new(&school).get(&link);
    let secret = link.trim_start_matches("/link/");
    assert!(gone.status == 410 && gone.body.contains("a déjà servi") && !gone.body.contains(secret), "{}", gone.body);
    assert!(!school.service.log().contains(secret), "the log holds a secret");

    // A password, and too many wrong ones.
    let mut other = Visitor::new(&school);
    let csrf = other.csrf("/sign-in?next=/wishes");
    let fields = |password| {
        [("csrf", csrf.as_str()), ("way", "password"), ("email", ADDRESS), ("password", password), ("next", "/wishes")]
    };
    let wrong = other.post("/sign-in", &fields("not the right one"));
    assert!(wrong.status == 422 && wrong.body.contains("n’est pas le bon"), "{}", wrong.body);
    assert!(wrong.body.contains(&format!("value=\"{ADDRESS}\"")) && !wrong.body.contains("not the right one"));
    assert_eq!(other.post("/sign-in", &fields(PASSWORD)).location, "/wishes");
    let mut thief = Visitor::new(&school);
    let csrf = thief.csrf("/sign-in");
    let fields = [("csrf", csrf.as_str()), ("way", "password"), ("email", ADDRESS), ("password", "wrong")];
    let statuses: Vec<u16> = (0..6).map(|_| thief.post("/sign-in", &fields).status).collect();
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429]);
    assert!(thief.post("/sign-in", &fields).body.contains("Trop d’essais manqués. Attendez une minute"));
}

#[test]
fn an_invitation_in_a_browser() {
    let (school, mut known) = (School::open(), BTreeSet::new());
    invite(&school);
    let invitation = mailed(&school, "invitation", &mut known);
    let browser = Browser::start_in("en", 360, 780);
    browser.open(&school.service.url(&invitation));
    is_sound(&browser, "en");
    browser.screenshot("invitation-en-360");
    browser.fill("#password", "short");
    browser.click("main form button");
    is_sound(&browser, "en");
    browser.shows(".errors", "12 to 200 characters");
    browser.screenshot("invitation-errors-en-360");
    browser.fill("#password", PASSWORD);
    browser.click("main form button");
    browser.shows("main", "Jules-Verne");
    browser.click("header form button");
    browser.fill("#email", ADDRESS);
    browser.click("button[value='link']");
    is_sound(&browser, "en");
    browser.screenshot("link-sent-en-360");
    browser.open(&school.service.url(&mailed(&school, "link", &mut known)));
    is_sound(&browser, "en");
    browser.screenshot("link-en-360");
    browser.click("main form button");
    browser.shows("main", "Jules-Verne");
    browser.open(&school.service.url("/"));
    browser.click("header form button");
    browser.fill("#email", ADDRESS);
    browser.fill("#password", PASSWORD);
    browser.click("button[value='password']");
    browser.shows("main", "Jules-Verne");
}
