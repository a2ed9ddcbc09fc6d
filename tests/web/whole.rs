//! The whole of it in Chromium: a teacher asks, an admin solves and publishes, the teacher swaps with a colleague, a pupil
//! subscribes. On a phone in French and at a desk in English, and once more by keys alone and without a script.

use serde_json::json;
use thirtyfour::Key;

use crate::{
    browser::is_sound,
    school::School,
    support::browser::Browser,
    teacher_browser::{keys, tab_to},
};

/// Somebody at a browser: with taps, or with keys alone.
struct Hand {
    browser: Browser,
    by_keys: bool,
}

impl Hand {
    fn press(&self, css: &str) {
        if self.by_keys {
            self.browser.text(css);
            tab_to(&self.browser, css);
            keys(&self.browser, &Key::Enter.value().to_string());
        } else {
            self.browser.click(css);
        }
    }

    fn write(&self, css: &str, text: &str) {
        if self.by_keys {
            tab_to(&self.browser, css);
            keys(&self.browser, text);
        } else {
            self.browser.fill(css, text);
        }
    }

    fn tick(&self, css: &str) {
        if self.by_keys {
            tab_to(&self.browser, css);
            keys(&self.browser, " ");
        } else {
            self.browser.click(css);
        }
    }

    /// Makes an hour a wished one: a tap on it, or an arrow.
    fn wish(&self, day: u32, hour: u32) {
        if self.by_keys {
            tab_to(&self.browser, &format!("input[name=c-{day}-{hour}]"));
            keys(&self.browser, &Key::Right.value().to_string());
        } else {
            self.browser.click(&format!("td[data-row='{hour}'][data-day='{day}'] label:nth-of-type(1)"));
        }
        let chosen = format!("return document.querySelector('input[name=c-{day}-{hour}]:checked').value");
        assert_eq!(self.browser.script(&chosen), "wish");
    }

    fn asks(&self, school: &School, key: &str, (group, title, hour): (usize, &str, u32)) {
        self.browser.open(&school.service.url(&format!("/enter/{key}?next=/wishes")));
        self.write("#title", title);
        self.tick(&format!(".check input[value='{}']", school.groups[group]));
        self.wish(1, hour);
        self.press("form[action='/wishes'] .send button");
        self.browser.shows(".wishes h3", title);
    }

    fn leaves(&self) {
        self.press("form[action='/sign-out'] button");
        self.browser.shows("main", "");
    }
}

/// How the hours are written: those of the first class, and where the swap brings it.
fn journey(browser: Browser, by_keys: bool, language: &str, [early, late]: [&str; 2]) {
    let school = School::coming(30);
    let hand = Hand { browser, by_keys };
    let browser = &hand.browser;
    let url = |path: &str| school.service.url(path);

    // Two teachers ask, for Monday at nine and at two.
    hand.asks(&school, &school.colleague, (1, "Latin", 14));
    hand.leaves();
    hand.asks(&school, &school.key, (0, "SVT", 9));
    hand.leaves();

    // The admin closes the round, has it solved, looks at the plan and publishes it.
    browser.open(&url(&format!("/enter/{}?next=/admin/rounds", school.admin)));
    hand.press(&format!("main a[href='/admin/rounds/{}']", school.round));
    hand.press("form[action$='/state'] button.button:not(.quiet)");
    browser.shows(".flash", "");
    hand.press("form[action$='/solve'] .send button");
    browser.shows("#live h2", "");
    hand.press("#live a[href^='/admin/plans/']");
    browser.shows("#curves", "");
    hand.press("main a[href$='/publish']");
    is_sound(browser, language);
    hand.press("form[action$='/publish'] .send button");
    browser.shows(".office-steps .done:last-child", "");
    hand.leaves();

    // The teacher finds the class at nine, and proposes to swap; the colleague accepts.
    browser.open(&url(&format!("/enter/{}?next=/plan", school.key)));
    browser.shows("main", early);
    hand.press(".plan-acts a");
    browser.shows("h1", "SVT");
    hand.press("form[action$='/swap'] button");
    browser.shows(".flash", "");
    hand.leaves();
    browser.open(&url(&format!("/enter/{}?next=/plan", school.colleague)));
    hand.press("form[action$='/accept'] button");
    browser.shows(".flash", "");
    hand.leaves();

    // A pupil looks at the week, and the address to subscribe to brings the class at two.
    let feed = school.feed();
    browser.open(&url(&format!("{feed}?date={}", school.monday)));
    browser.shows("main", "SVT");
    assert!(browser.text("main").contains(late), "{}", browser.text("main"));
    is_sound(browser, language);
    hand.press(".ways summary");
    let webcal = browser.script("return document.querySelector(\"a[href^='webcal:']\").href");
    let path = webcal.as_str().unwrap().split_once(&feed).unwrap().1;
    let calendar = school.service.get(&format!("{feed}{path}")).expect(200).text();
    assert!(calendar.contains("SUMMARY:SVT") && calendar.contains("T140000"), "{calendar}");
    let refused =
        browser.script("return performance.getEntriesByType('resource').filter(one => one.responseStatus >= 400)");
    assert_eq!(refused, json!([]), "something could not be loaded");
}

#[test]
fn from_a_wish_to_a_calendar_on_a_phone_in_french() {
    journey(Browser::start_in("fr", 360, 780), false, "fr", ["9 h", "14 h"]);
}

#[test]
fn from_a_wish_to_a_calendar_at_a_desk_in_english() {
    journey(Browser::start_in("en", 1280, 900), false, "en", ["9:00", "14:00"]);
}

#[test]
fn from_a_wish_to_a_calendar_by_keys_alone_and_without_a_script() {
    journey(Browser::start_without_scripts("fr", 1280, 900), true, "fr", ["9 h", "14 h"]);
}
