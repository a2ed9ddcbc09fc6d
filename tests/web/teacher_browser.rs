//! A teacher in Chromium: paints, books against another browser, swaps; with the script and by keys alone.

use serde_json::json;
use thirtyfour::Key;

use crate::{browser::is_sound, school::School, support::browser::Browser};

/// Pictures in both themes, for people to look at.
fn pictures(browser: &Browser, name: &str) {
    for theme in ["light", "dark"] {
        browser.script(&format!("document.documentElement.className = 'in-{theme}'"));
        browser.screenshot(&format!("{name}-{theme}"));
    }
    browser.script("document.documentElement.className = ''");
}

/// Types keys to whatever has the focus.
pub fn keys(browser: &Browser, keys: &str) {
    let keys = keys.to_owned();
    browser.drive(|driver| async move { driver.active_element().await?.send_keys(keys).await });
}

fn focus(browser: &Browser, css: &str) {
    let found = browser.script(&format!("const one = document.querySelector({css:?}); one?.focus(); return !!one"));
    assert_eq!(found, true, "{css}");
}

fn ticked(browser: &Browser, name: &str) -> serde_json::Value {
    browser.script(&format!("return document.querySelector('input[name={name}]:checked').value"))
}

fn journey(language: &str, width: u32, height: u32, said: &[&str; 5]) {
    let school = School::coming(30);
    let browser = Browser::start_in(language, width, height);
    let url = |path: &str| school.service.url(path);
    let name = |page: &str| format!("teacher-{page}-{language}-{width}");
    browser.open(&url("/style"));
    is_sound(&browser, language);
    browser.screenshot(&name("style"));

    // Asks: by taps, by a column's head, and by keys.
    browser.open(&url(&format!("/enter/{}?next=/wishes", school.key)));
    is_sound(&browser, language);
    browser.fill("#title", "SVT");
    browser.click(".check input");
    browser.click("td[data-row='9'][data-day='2'] > div");
    assert_eq!(ticked(&browser, "c-2-9"), "wish");
    browser.click(".level input[value=never]");
    browser.click("button[value='day:5']");
    assert_eq!((ticked(&browser, "c-5-9"), ticked(&browser, "c-5-15")), (json!("never"), json!("never")));
    focus(&browser, "input[name=c-3-9]:checked");
    keys(&browser, &Key::Right.value().to_string());
    keys(&browser, &Key::Right.value().to_string());
    assert_eq!(ticked(&browser, "c-3-9"), "need");
    // Before it is sent: hours are impossible, and nobody knows why.
    browser.shows("#found", said[0]);
    pictures(&browser, &name("ask"));
    browser.fill("#reason", "Conseil");
    focus(&browser, "#title");
    keys(&browser, &Key::Enter.value().to_string());
    browser.shows(".flash", said[1]);
    is_sound(&browser, language);

    // Books: two browsers want the last place.
    let other = Browser::start_in(language, width, height);
    other.open(&url(&format!("/enter/{}?next=/book", school.colleague)));
    let search = |group: usize, title: &str| {
        url(&format!("/book?title={title}&group={}&duration=55&date={}", school.groups[group], school.monday))
    };
    let start = format!("button[value='{}T09:00']", school.monday);
    browser.open(&search(0, "Mat"));
    other.open(&search(1, "Latin"));
    is_sound(&browser, language);
    pictures(&browser, &name("book"));
    // What is typed after the search is what is booked.
    browser.fill("#title", "hs");
    focus(&browser, &start);
    keys(&browser, &Key::Enter.value().to_string());
    browser.shows(".ticking", ":");
    assert_eq!(browser.text("h1"), "Maths");
    is_sound(&browser, language);
    pictures(&browser, &name("hold"));
    other.click(&start);
    other.shows(".errors h2", said[2]);
    is_sound(&other, language);
    pictures(&other, &name("taken"));
    other.click(".errors .slot");
    other.shows(".ticking", ":");
    other.click("form[action$='/confirm'] button");
    other.shows(".flash", "Latin");
    browser.click("form[action$='/confirm'] button");
    browser.shows(".flash", said[3]);

    // Swaps.
    browser.click(".plan-acts a");
    browser.shows("h1", "Maths");
    is_sound(&browser, language);
    pictures(&browser, &name("class"));
    browser.click("form[action$='/swap'] button");
    browser.shows(".flash", "");
    other.open(&url("/plan"));
    is_sound(&other, language);
    pictures(&other, &name("plan"));
    other.click("form[action$='/accept'] button");
    other.shows(".flash", said[4]);

    browser.open(&url(&format!("/week?date={}", school.monday)));
    is_sound(&browser, language);
    pictures(&browser, &name("week"));
    browser.open(&url("/preferences"));
    browser.click("form[action='/preferences/feeds'] button");
    browser.shows(".issued h2", "");
    is_sound(&browser, language);
    pictures(&browser, &name("preferences"));
    let refused =
        browser.script("return performance.getEntriesByType('resource').filter(one => one.responseStatus >= 400)");
    assert_eq!(refused, json!([]), "something could not be loaded");
}

/// Presses Tab until what `css` selects has the focus.
pub fn tab_to(browser: &Browser, css: &str) {
    for _ in 0..400 {
        keys(browser, &Key::Tab.value().to_string());
        if browser.script(&format!("return document.activeElement.matches({css:?})")) == true {
            return;
        }
    }
    panic!("Tab never comes to {css}");
}

#[test]
fn by_keys_alone_and_without_a_script() {
    let school = School::coming(60);
    let browser = Browser::start_without_scripts("en", 360, 780);
    let url = |path: &str| school.service.url(path);
    let (tab, space, enter) = (Key::Tab.value(), " ", Key::Enter.value().to_string());
    browser.open(&url(&format!("/enter/{}?next=/wishes", school.key)));
    assert_eq!(browser.count("[data-print]:not([hidden])"), 0);
    // The skip link comes first, and leads past the navigation.
    keys(&browser, &tab.to_string());
    assert_eq!(browser.script("return document.activeElement.className"), "skip");
    tab_to(&browser, "#title");
    keys(&browser, "SVT");
    tab_to(&browser, ".check input");
    keys(&browser, space);
    tab_to(&browser, "button[value='row:10']");
    keys(&browser, &enter);
    browser.shows("h1", "wishes");
    assert_eq!(ticked(&browser, "c-4-10"), "wish");
    assert_eq!(browser.script("return document.querySelector('#title').value"), "SVT");
    // A tap goes on to the next level without a script, too.
    browser.click("td[data-row='9'][data-day='2'] label:nth-of-type(1)");
    assert_eq!(ticked(&browser, "c-2-9"), "wish");
    tab_to(&browser, ".send button");
    keys(&browser, &enter);
    browser.shows(".flash", "saved");

    let address = format!("/book?title=Maths&group={}&duration=55&date={}", school.groups[0], school.monday);
    browser.open(&url(&address));
    tab_to(&browser, &format!("button[value='{}T14:00']", school.monday));
    keys(&browser, &enter);
    browser.shows(".clock", "Kept for you until");
    tab_to(&browser, "form[action$='/confirm'] button");
    keys(&browser, &enter);
    browser.shows(".flash", "is booked");
    tab_to(&browser, ".plan-acts a");
    keys(&browser, &enter);
    browser.shows("h1", "Maths");
    tab_to(&browser, ".confirm summary");
    keys(&browser, &enter);
    tab_to(&browser, ".confirm .grave");
    keys(&browser, &enter);
    browser.shows(".flash", "is cancelled");
}

#[test]
fn on_a_phone_in_french() {
    let said = ["pourquoi", "enregistré", "vient d’être prise", "est réservé", "Échange fait"];
    journey("fr", 360, 780, &said);
}

#[test]
fn at_a_desk_in_english() {
    let said = ["why hours are impossible", "saved", "just been taken", "is booked", "Swapped"];
    journey("en", 1280, 900, &said);
}
