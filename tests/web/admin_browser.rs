//! The journey of an admin in Chromium, on a phone in French and at a desk in English: from a table to a published week.

use serde_json::json;

use crate::{browser::is_sound, school::School, support::browser::Browser};

/// Looks at a page: it is sound, and its picture is kept.
fn look(browser: &Browser, language: &str, width: u32, name: &str) {
    is_sound(browser, language);
    browser.screenshot(&format!("admin-{name}-{language}-{width}"));
}

/// Puts a value into a field, as typing it over would.
fn put(browser: &Browser, field: &str, value: &str) {
    let field = serde_json::to_string(field).unwrap();
    let value = serde_json::to_string(value).unwrap();
    let done = browser.script(&format!(
        "const field = document.querySelector({field}); field.value = {value}; \
         field.dispatchEvent(new Event('input', {{ bubbles: true }})); return field.value !== ''"
    ));
    assert_eq!(done, json!(true), "{field}");
}

/// Clicks where the navigation at the foot of a phone does not cover it.
fn press(browser: &Browser, css: &str) {
    browser.text(css);
    browser.script(&format!(
        "document.querySelector({}).scrollIntoView({{ block: 'center' }})",
        serde_json::to_string(css).unwrap()
    ));
    browser.click(css);
}

fn wishes(school: &School) {
    for (index, start) in ["09:00", "09:00", "09:00", "10:00", "14:00", "09:30"].iter().enumerate() {
        let day = if index < 4 { "2020-03-23" } else { "2020-03-24" };
        let wish = json!({
            "title": (["Maths", "Français", "Anglais", "SVT", "Histoire", "Physique"][index]),
            "teachers": [school.teacher], "groups": [school.groups[index % 2]], "duration_minutes": 55,
            "preferred": [{ "start": format!("{day}T{start}"), "tolerance_minutes": 120 }],
        });
        school.service.post_json(&format!("/api/v1/rounds/{}/requests", school.round), &wish).expect(201);
    }
}

fn journey(language: &str, width: u32, height: u32) {
    let school = School::open();
    let browser = Browser::start_in(language, width, height);
    let url = |path: &str| school.service.url(path);
    let look = |name: &str| look(&browser, language, width, name);
    browser.open(&url(&format!("/enter/{}?next=/admin/rounds", school.admin)));
    look("rounds");

    // A table is pasted, looked at, and taken in.
    browser.open(&url("/admin/groups/import"));
    put(&browser, "#table", "name;headcount\n6e C;22\n6e D;25\n");
    press(&browser, "main form .send button");
    browser.shows("#difference", "");
    look("import");
    press(&browser, "form:has(input[name='sure']) .send button");
    browser.shows("#groups", "4");
    look("groups");

    // The grid: the brush fills a column without asking the server, then all is kept.
    browser.open(&url("/admin/capacity"));
    put(&browser, "#brush", "30");
    press(&browser, "button[value='day:1']");
    assert_eq!(browser.script("return document.querySelector('#c-1-540').value"), "30");
    look("capacity");
    press(&browser, ".amounts-scroll + .send button");
    browser.shows(".flash", "");
    for page in
        ["calendar", "rules", "teachers", "teachers/import", "invitations", "feeds", "outbox", "webhooks", "tokens"]
    {
        browser.open(&url(&format!("/admin/{page}")));
        look(&page.replace('/', "-"));
    }

    // The round: closed, solved while we look, a class fixed, published.
    wishes(&school);
    let round = format!("/admin/rounds/{}", school.round);
    browser.open(&url(&round));
    look("round");
    press(&browser, "form[action$='/state'] button");
    browser.shows(".flash", "");
    put(&browser, "#seconds", "3");
    press(&browser, "form[action$='/solve'] .send button");
    browser.shows("#live h2", "");
    look("live");
    // The page follows the solve by itself, until it offers the plan.
    press(&browser, "#live a[href^='/admin/plans/']");
    browser.shows("#curves", "");
    look("draft");
    let plan = browser.script("return location.pathname").as_str().unwrap().to_owned();
    for view in ["week", "classes", "wishes", "limits"] {
        browser.open(&url(&format!("{plan}?view={view}")));
        look(&format!("draft-{view}"));
    }
    browser.open(&url(&format!("{plan}?view=classes")));
    press(&browser, ".office-table th a");
    browser.shows("#disappointed", "");
    look("class");
    press(&browser, ".office-side form[action$='/pin'] .send button");
    browser.shows(".flash", "");
    browser.open(&url(&format!("{plan}/publish")));
    look("publish");
    press(&browser, "form[action$='/publish'] .send button");
    browser.shows(".office-steps .done:last-child", "");
    look("published");
    browser.open(&url("/admin/sessions?date=2020-03-23"));
    look("sessions");
    press(&browser, ".office-table th a");
    browser.shows("h1", "");
    look("session");
    browser.open(&url("/admin/audit"));
    look("audit");
    let refused =
        browser.script("return performance.getEntriesByType('resource').filter(one => one.responseStatus >= 400)");
    assert_eq!(refused, json!([]), "something could not be loaded");
}

#[test]
fn an_admin_on_a_phone_in_french() {
    journey("fr", 360, 780);
}

#[test]
fn an_admin_at_a_desk_in_english() {
    journey("en", 1280, 900);
}
