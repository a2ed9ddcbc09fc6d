//! The journeys in Chromium, on a phone in French and at a desk in English.

use crate::{school::School, support::browser::Browser};

/// What each page must be: no wider than its window, nothing refused, one first heading, every field with a name.
#[track_caller]
pub fn is_sound(browser: &Browser, language: &str) {
    assert!(!browser.is_wider_than_its_window(), "the page scrolls sideways");
    assert_eq!(browser.script("return document.documentElement.lang"), language);
    assert_eq!(browser.count("h1"), 1);
    assert_eq!(browser.count("script:not([src]), style, [style]"), 0, "the security policy would refuse these");
    let nameless = "return [...document.querySelectorAll('input:not([type=hidden]), select')]\
        .filter(field => !field.labels.length && !field.getAttribute('aria-label')).length";
    assert_eq!(browser.script(nameless), 0, "fields without a name");
    let levels = "return [...document.querySelectorAll('h1, h2, h3')].map(heading => +heading.tagName[1])\
        .filter((level, index, all) => index && level > all[index - 1] + 1).length";
    assert_eq!(browser.script(levels), 0, "a heading leaves out a level");
    let twice = "const ids = [...document.querySelectorAll('[id]')].map(one => one.id);\
        return ids.filter((id, index) => ids.indexOf(id) < index)";
    assert_eq!(browser.script(twice), serde_json::json!([]), "ids that come twice");
    let small = "return [...document.querySelectorAll('a, button, summary, select, input:not([type=hidden])')]\
        .filter(one => !one.closest('p, label') && !one.matches('.skip, .unseen'))\
        .filter(one => { const box = one.getBoundingClientRect(); return box.width && Math.min(box.width, box.height) < 24 })\
        .map(one => one.outerHTML)";
    assert_eq!(browser.script(small), serde_json::json!([]), "targets under 24 pixels");
}

fn choose(browser: &Browser, field: &str, value: &str) {
    browser.click(&format!("{field} option[value=\"{value}\"]"));
}

fn journey(language: &str, width: u32, height: u32, said: &[&str; 4]) {
    let school = School::open();
    let browser = Browser::start_in(language, width, height);
    let url = |path: &str| school.service.url(path);
    browser.open(&url("/"));
    is_sound(&browser, language);
    browser.screenshot(&format!("home-{language}-{width}"));
    browser.open(&url(&format!("/enter/{}?next=/wishes", school.key)));
    is_sound(&browser, language);

    // Sent empty, the form comes back with the summary in focus.
    browser.fill("#title", "Physique <b>");
    browser.click("form[action='/wishes'] .send button");
    assert!(browser.text(".errors h2").contains(said[0]));
    assert_eq!(browser.script("return document.activeElement.className").as_str(), Some("errors week-part"));
    assert_eq!(browser.script("return document.querySelector('#title').value"), "Physique <b>");
    is_sound(&browser, language);
    browser.screenshot(&format!("wishes-errors-{language}-{width}"));

    browser.click(".check input");
    browser.click(".ask details.more summary");
    choose(&browser, "#day-1", "2020-03-24");
    choose(&browser, "#time-1", "545");
    browser.click("form[action='/wishes'] .send button");
    browser.shows(".flash", said[1]);
    assert_eq!(browser.text(".wishes h3"), "Physique <b>");
    assert!(browser.text(".wishes p").contains(said[2]));
    is_sound(&browser, language);
    browser.screenshot(&format!("wishes-{language}-{width}"));

    school.publish();
    browser.open(&url("/week"));
    assert!(browser.text("main").contains("Physique <b>"));
    is_sound(&browser, language);
    browser.screenshot(&format!("week-{language}-{width}"));
    assert!(browser.text(".block").contains(said[3]), "{}", browser.text(".block"));
    is_sound(&browser, language);
    browser.screenshot(&format!("week-teacher-{language}-{width}"));
    let refused =
        browser.script("return performance.getEntriesByType('resource').filter(one => one.responseStatus >= 400)");
    assert_eq!(refused, serde_json::json!([]), "something could not be loaded");
}

#[test]
fn on_a_phone_in_french() {
    let said = ["2 corrections", "Le souhait est enregistré.", "mardi 24 mars 2020 à 9 h 05", "9 h 05 – 10 h"];
    journey("fr", 360, 780, &said);
}

#[test]
fn at_a_desk_in_english() {
    journey("en", 1280, 900, &["2 corrections", "The wish is saved.", "Tuesday 24 March 2020 at 9:05", "9:05–10:00"]);
}
