//! Painting with a mouse: strokes over the cells of a week, and what is kept of them.

use serde_json::{Value, json};

use crate::{browser::is_sound, school::School, support::browser::Browser};

/// A mouse: where it is, and whether its button is pressed.
struct Mouse<'a>(&'a Browser);

impl Mouse<'_> {
    /// The middle of the first element that `css` selects, in the window.
    fn middle(&self, css: &str) -> (f64, f64) {
        let place = self.0.script(&format!(
            "const box = document.querySelector({css:?}).getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2, innerWidth, innerHeight]"
        ));
        let at = |index: usize| place[index].as_f64().unwrap();
        assert!(at(0) > 0.0 && at(0) < at(2) && at(1) > 0.0 && at(1) < at(3), "{css} is out of sight: {place}");
        (at(0), at(1))
    }

    fn event(&self, kind: &str, (x, y): (f64, f64), pressed: bool) {
        let event = json!({ "type": kind, "x": x, "y": y, "button": if kind == "mouseMoved" { "none" } else { "left" },
            "buttons": u8::from(pressed), "clickCount": 1, "pointerType": "mouse" });
        self.0.drive(|driver| async move { driver.cdp().send_raw("Input.dispatchMouseEvent", event).await.map(drop) });
    }

    /// A stroke from one cell to another, of which the browser hears so many times.
    fn stroke(&self, from: &str, to: &str, times: u32) {
        let (from, to) = (self.middle(from), self.middle(to));
        self.event("mouseMoved", from, false);
        self.event("mousePressed", from, true);
        for step in 1..=times {
            let part = f64::from(step) / f64::from(times);
            self.event("mouseMoved", (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part), true);
        }
        self.event("mouseReleased", to, false);
    }

    /// Moves there without pressing anything.
    fn passes(&self, css: &str) {
        self.event("mouseMoved", self.middle(css), false);
    }
}

/// Scrolls so that these cells are all in the middle of the window.
fn see(browser: &Browser, css: &str) {
    browser.text(css);
    browser.script(&format!(
        "document.querySelector({css:?}).scrollIntoView({{ block: 'center', inline: 'center', behavior: 'instant' }})"
    ));
}

fn hours(weekday: u32, from: u32, to: u32, more: (&str, &str)) -> Value {
    let mut hours = json!({ "weekday": weekday, "from_minute": from * 60, "to_minute": to * 60 });
    hours[more.0] = json!(more.1);
    hours
}

fn wish(school: &School, browser: &Browser, (language, width): (&str, u32), saved: &str) {
    browser.open(&school.service.url(&format!("/enter/{}?next=/wishes", school.key)));
    browser.fill("#title", "SVT");
    browser.click(".check input");
    let cell = |day: u32, hour: u32| format!("td[data-row='{hour}'][data-day='{day}']");
    // Where strokes paint, the hint says so and not how taps go on; and what is hidden is so, buttons too.
    let display =
        |css: &str| browser.script(&format!("return getComputedStyle(document.querySelector({css:?})).display"));
    assert_eq!((display("[data-plain]"), display("[data-painting]")), (json!("none"), json!("inline")));
    browser.script("document.querySelector('.send .button').hidden = true");
    assert_eq!(display(".send .button"), "none");
    browser.script("document.querySelector('.send .button').hidden = false");
    let mouse = Mouse(browser);
    see(browser, &cell(3, 11));
    // Slowly down a morning, then quickly across the week: the browser hears of the last cell only.
    mouse.stroke(&cell(2, 9), &cell(2, 11), 12);
    mouse.passes(&cell(4, 9));
    browser.click(".level input[value=never]");
    see(browser, &cell(3, 12));
    mouse.stroke(&cell(1, 14), &cell(4, 14), 1);
    // Over what has the brush's level already, a stroke wipes.
    mouse.stroke(&cell(4, 14), &cell(3, 14), 5);
    browser.screenshot(&format!("painted-wish-{language}-{width}"));
    browser.fill("#reason", "Conseil");
    is_sound(browser, language);
    browser.click("form[action='/wishes'] .send button");
    browser.shows(".flash", saved);
    let all = school.service.get(&format!("/api/v1/rounds/{}/requests", school.round)).expect(200).json();
    let kept = &all[0]["wish"];
    let impossible = [1, 2].map(|day| hours(day, 14, 15, ("reason", "Conseil")));
    assert_eq!(kept["impossible_hours"], json!(impossible), "{all}");
    let mut liked = kept["liked_hours"].as_array().unwrap().clone();
    liked.retain(|hours| hours["liking"] != "fine");
    assert_eq!(liked, [9, 10, 11].map(|hour| hours(2, hour, hour + 1, ("liking", "wish"))), "{all}");
}

fn capacity(school: &School, browser: &Browser, (language, width): (&str, u32), saved: &str) {
    browser.open(&school.service.url(&format!("/enter/{}?next=/admin/capacity", school.admin)));
    browser.fill("#brush", "40");
    let cell = |day: u32, hour: u32| format!("td:has(> #c-{day}-{})", hour * 60);
    let field = |day: u32, hour: u32| format!("#c-{day}-{}", hour * 60);
    let mouse = Mouse(browser);
    see(browser, &cell(2, 11));
    mouse.stroke(&cell(1, 9), &cell(1, 11), 12);
    mouse.stroke(&cell(2, 13), &cell(4, 13), 1);
    // Within one cell the pointer is that of a field; and where nothing is pressed, nothing is painted.
    mouse.stroke(&cell(2, 9), &cell(2, 9), 3);
    mouse.passes(&cell(3, 10));
    // A number that is marked is not carried away by the stroke.
    browser.script(&format!("document.querySelector('{}').select()", field(1, 11)));
    mouse.stroke(&cell(1, 11), &cell(2, 11), 12);
    mouse.passes(&cell(3, 12));
    let shade = browser.script(&format!("return document.querySelector({:?}).className", cell(1, 9)));
    assert_eq!(shade, "amount-3", "40 of 60");
    browser.screenshot(&format!("painted-capacity-{language}-{width}"));
    is_sound(browser, language);
    browser.click(".amounts-scroll + .send button");
    browser.shows(".flash", saved);
    let kept = school.service.get(&format!("/api/v1/schools/{}/capacity", school.id)).expect(200).json();
    let limit = |weekday: u32, from: u32, to: u32| json!({ "weekday": weekday, "from_minute": from * 60, "to_minute": to * 60, "connections": 40 });
    let weekly = json!([limit(1, 9, 12), limit(2, 11, 12), limit(2, 13, 14), limit(3, 13, 14), limit(4, 13, 14)]);
    assert_eq!((&kept["connections"], &kept["weekly"]), (&json!(60), &weekly));
}

fn painted(language: &str, (width, height): (u32, u32), saved: &str) {
    let school = School::open();
    let browser = Browser::start_in(language, width, height);
    wish(&school, &browser, (language, width), saved);
    capacity(&school, &browser, (language, width), saved);
}

#[test]
fn wishes_and_capacity_are_painted_by_strokes_in_a_narrow_window_in_french() {
    painted("fr", (360, 780), "enregistré");
}

#[test]
fn wishes_and_capacity_are_painted_by_strokes_at_a_desk_in_english() {
    painted("en", (1280, 900), "aved");
}
