//! Accounts in Chromium, on a phone in French and at a desk in English: from the invitation to another password, and
//! somebody who is one thing here and another there.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use crate::{
    accounts::{ADDRESS, PASSWORD, mailed},
    browser::is_sound,
    school::School,
    support::{browser::Browser, process::wait_until},
};

const WRONG: &str = "not the right one";
const OTHER: &str = "another horse battery";

/// Waits until the browser is on this page.
fn comes_to(browser: &Browser, path: &str) {
    wait_until(Duration::from_secs(20), &format!("the browser comes to {path}"), || {
        (browser.script("return document.readyState === 'complete' && location.pathname") == path).then_some(())
    });
}

fn value(browser: &Browser, field: &str) -> Value {
    browser.script(&format!("return document.querySelector({field:?}).value"))
}

fn signs_out(browser: &Browser) {
    browser.click("header form button");
    browser.shows(".flash, .note, main", "");
    comes_to(browser, "/");
}

/// Fills in the form to sign in; what stands in it already stays.
fn signs_in(browser: &Browser, address: &str, password: &str) {
    browser.fill("#email", address);
    browser.fill("#password", password);
    browser.click("button[value='password']");
}

/// Sends the form of *my settings* for a password.
fn sets_password(browser: &Browser, current: Option<&str>, new: &str) {
    if let Some(current) = current {
        browser.fill("#current", current);
    }
    browser.fill("form[action='/preferences/password'] input[name=password]", new);
    browser.click("form[action='/preferences/password'] button");
}

fn account(language: &str, (width, height): (u32, u32), said: &[&str; 5]) {
    let (school, mut known) = (School::open(), BTreeSet::new());
    let new = json!({ "email": ADDRESS, "name": "Claire", "role": "teacher", "school": school.id,
        "teacher": school.teacher, "language": language });
    school.service.post_json("/api/v1/invitations", &new).expect(201);
    let browser = Browser::start_in(language, width, height);
    let look = |name: &str| {
        is_sound(&browser, language);
        browser.screenshot(&format!("account-{name}-{language}-{width}"));
    };
    let url = |path: &str| school.service.url(path);
    browser.open(&url(&mailed(&school, "invitation", &mut known)));
    look("invitation");
    browser.fill("#password", PASSWORD);
    browser.click("main form button");
    comes_to(&browser, "/week");
    signs_out(&browser);

    // A wrong password says so, and keeps the address but not what was typed.
    browser.open(&url("/sign-in?next=/wishes"));
    signs_in(&browser, ADDRESS, WRONG);
    browser.shows("#email-error", said[0]);
    assert_eq!((value(&browser, "#email"), value(&browser, "#password")), (json!(ADDRESS), json!("")));
    look("wrong");
    signs_in(&browser, "", PASSWORD);
    comes_to(&browser, "/wishes");
    signs_out(&browser);

    // Forgotten: a link by mail, and another password without the one until now.
    browser.open(&url("/sign-in"));
    browser.fill("#email", ADDRESS);
    browser.click("button[value='link']");
    browser.shows("h1", said[1]);
    look("sent");
    browser.open(&url(&mailed(&school, "link", &mut known)));
    look("link");
    browser.click("main form button");
    comes_to(&browser, "/week");
    browser.click("a[href='/preferences']");
    comes_to(&browser, "/preferences");
    look("preferences");
    sets_password(&browser, None, "short");
    browser.shows(".flash.warning", said[2]);
    look("short");
    sets_password(&browser, None, OTHER);
    browser.shows(".flash:not(.warning)", said[3]);
    signs_out(&browser);

    browser.open(&url("/sign-in"));
    signs_in(&browser, ADDRESS, PASSWORD);
    browser.shows("#email-error", said[0]);
    signs_in(&browser, "", OTHER);
    comes_to(&browser, "/week");
    // Who came by a password must know it to change it.
    browser.open(&url("/preferences"));
    sets_password(&browser, Some(WRONG), PASSWORD);
    browser.shows(".flash.warning", said[4]);
    sets_password(&browser, Some(OTHER), PASSWORD);
    browser.shows(".flash:not(.warning)", said[3]);
}

/// Somebody teaches in one school and runs another.
fn roles(language: &str, (width, height): (u32, u32), said: &[&str; 2]) {
    let (school, mut known) = (School::open(), BTreeSet::new());
    let other = json!({ "name": "Lycée Ada-Lovelace", "connections": 40 });
    let other = school.service.post_json("/api/v1/schools", &other).expect(201).json();
    let browser = Browser::start_in(language, width, height);
    let url = |path: &str| school.service.url(path);
    for (role, place, teacher) in [("teacher", &json!(school.id), Some(&school.teacher)), ("admin", &other["id"], None)]
    {
        let new = json!({ "email": ADDRESS, "name": "Claire", "role": role, "school": place, "teacher": teacher,
            "language": language });
        school.service.post_json("/api/v1/invitations", &new).expect(201);
        browser.open(&url(&mailed(&school, "invitation", &mut known)));
        is_sound(&browser, language);
        // The second one finds the account.
        if role == "teacher" {
            browser.fill("#password", PASSWORD);
        }
        browser.click("main form button");
        comes_to(&browser, if role == "teacher" { "/week" } else { "/start" });
    }
    browser.shows("main", "Ada-Lovelace");
    is_sound(&browser, language);
    browser.screenshot(&format!("roles-admin-{language}-{width}"));
    let may = |path: &str, wanted: u64| {
        let answer = browser.script(&format!("return fetch({path:?}).then((answer) => answer.status)"));
        assert_eq!(answer, wanted, "{path}");
    };
    may("/admin/groups", 200);
    may("/plan", 403);

    // From any page to the settings, and there to the other role. A phone has them under More.
    if width < 800 {
        browser.click(".more-pages summary");
        browser.click(".more-pages a[href='/preferences']");
    } else {
        browser.click(".nav > ul > li > a[href='/preferences']");
    }
    comes_to(&browser, "/preferences");
    is_sound(&browser, language);
    browser.screenshot(&format!("roles-settings-{language}-{width}"));
    let chosen = "return document.querySelector('input[name=membership]:checked').closest('label').textContent";
    assert!(browser.script(chosen).as_str().unwrap().contains("Ada-Lovelace"));
    browser.click("label:has(input[name=membership]:not(:checked))");
    browser.click("form[action='/preferences/role'] button");
    comes_to(&browser, "/week");
    browser.shows(".flash", said[0]);
    browser.shows("main", "Jules-Verne");
    is_sound(&browser, language);
    may("/plan", 200);
    may("/admin/groups", 403);
    // And back.
    browser.click("a[href='/preferences']");
    comes_to(&browser, "/preferences");
    browser.click("label:has(input[name=membership]:not(:checked))");
    browser.click("form[action='/preferences/role'] button");
    comes_to(&browser, "/start");
    browser.shows(".flash", said[1]);
    browser.shows("main", "Ada-Lovelace");
}

#[test]
fn an_account_from_its_invitation_to_another_password_on_a_phone_in_french() {
    let said = ["n’est pas le bon", "Regardez vos courriels", "12 à 200", "est changé", "n’est pas le bon"];
    account("fr", (360, 780), &said);
}

#[test]
fn an_account_from_its_invitation_to_another_password_at_a_desk_in_english() {
    let said = ["is wrong", "Look into your mail", "12 to 200", "is changed", "is not the right one"];
    account("en", (1280, 900), &said);
}

#[test]
fn who_teaches_here_and_runs_a_school_there_changes_roles_on_a_phone_in_french() {
    roles("fr", (360, 780), &["comme professeur", "pour l’administration"]);
}

#[test]
fn who_teaches_here_and_runs_a_school_there_changes_roles_at_a_desk_in_english() {
    roles("en", (1280, 900), &["as a teacher", "as an administrator"]);
}
