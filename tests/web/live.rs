//! A solve that somebody watches: its numbers move, and the page finds back when the connection is lost.

use std::{collections::BTreeSet, thread::sleep, time::Duration};

use serde_json::json;

use crate::{
    browser::is_sound,
    school::School,
    support::{
        browser::Browser,
        process::wait_until,
        wire::{State, Wire},
    },
};

const PATIENCE: Duration = Duration::from_secs(30);

/// More wishes for each hour than anybody has room for: no plan is proven best within some seconds.
fn wishes(school: &School) {
    for index in 0..48 {
        let day = ["2020-03-23", "2020-03-24", "2020-03-26"][index % 3];
        let hour = ["09:00", "09:30", "10:00", "14:00"][index / 3 % 4];
        let wish = json!({
            "title": (format!("Cours {index}")), "teachers": [school.teacher], "groups": [school.groups[index % 2]],
            "duration_minutes": ([25, 40, 55][index % 3]),
            "preferred": [{ "start": format!("{day}T{hour}"), "tolerance_minutes": 600 }],
        });
        school.service.post_json(&format!("/api/v1/rounds/{}/requests", school.round), &wish).expect(201);
    }
}

/// A browser on the page of a solve that takes so long, through the wire.
fn watched(
    school: &School,
    wire: &Wire,
    language: &str,
    (width, height): (u32, u32),
    seconds: u64,
) -> (Browser, String) {
    wishes(school);
    let browser = Browser::start_in(language, width, height);
    browser.open(&wire.url(&format!("/enter/{}?next=/admin/rounds", school.admin)));
    let new = json!({ "seconds": seconds });
    let job = school.service.post_json(&format!("/api/v1/rounds/{}/jobs", school.round), &new).expect(202).json();
    let job = job["id"].as_str().unwrap().to_owned();
    browser.open(&wire.url(&format!("/admin/jobs/{job}")));
    // A page that is loaded anew knows nothing of it.
    browser.script("window.here = 'still'");
    (browser, job)
}

/// What the page says of the solve: the time, and the numbers.
fn said(browser: &Browser) -> (String, Vec<String>) {
    let said = browser.script(
        "return [document.querySelector('#live .progress .hint').textContent, \
         ...[...document.querySelectorAll('#live dd')].map(one => one.firstChild.textContent)]",
    );
    let mut said = said.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned());
    (said.next().unwrap(), said.collect())
}

/// Waits for the plan on the page, without a word from the user, and goes to it.
fn ends_well(browser: &Browser, language: &str, done: &str) {
    browser.shows("#live h2", done);
    assert!(browser.text("#live a[href^='/admin/plans/']").len() > 3);
    assert_eq!(browser.script("return window.here"), "still", "the page was loaded anew");
    assert_eq!(browser.count("#live form"), 0, "what is over can be stopped");
    is_sound(browser, language);
    browser.click("#live a[href^='/admin/plans/']");
    browser.shows("#curves", "");
}

#[test]
fn a_solve_that_is_watched_moves_and_goes_on_when_the_connection_was_cut() {
    let school = School::open();
    let wire = Wire::to(&school.service.url(""));
    let (browser, _) = watched(&school, &wire, "en", (1280, 900), 12);
    browser.shows("#live h2", "Searching");
    is_sound(&browser, "en");
    let (mut times, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    wait_until(Duration::from_secs(8), "time and numbers move", || {
        let (time, all) = said(&browser);
        times.insert(time);
        numbers.insert(all);
        (times.len() > 3 && numbers.len() > 2).then_some(())
    });
    let (objective, bound) = (&said(&browser).1[0], &said(&browser).1[1]);
    assert!([objective, bound].iter().all(|number| number.starts_with(|one: char| one.is_ascii_digit())));

    wire.set(State::Cut);
    let (then, _) = said(&browser);
    sleep(Duration::from_millis(1500));
    assert_eq!(said(&browser).0, then, "nothing comes through");
    wire.set(State::Whole);
    wait_until(Duration::from_secs(5), "it moves again", || (said(&browser).0 != then).then_some(()));
    assert!(browser.text("#live h2").contains("Searching"), "connected before its end");
    ends_well(&browser, "en", "ready");
}

#[test]
fn a_solve_that_ends_while_a_gateway_finds_nobody_is_shown_when_somebody_is_there_again() {
    let school = School::open();
    let wire = Wire::to(&school.service.url(""));
    let (browser, job) = watched(&school, &wire, "fr", (360, 780), 3);
    browser.shows("#live h2", "cours");
    wire.set(State::Gateway);
    wait_until(PATIENCE, "the round is solved", || {
        let job = school.service.get(&format!("/api/v1/jobs/{job}")).expect(200).json();
        (job["state"] == "done").then_some(())
    });
    sleep(Duration::from_secs(2));
    assert_eq!(browser.count("#live a[href^='/admin/plans/']"), 0, "nothing comes through");
    wire.set(State::Whole);
    ends_well(&browser, "fr", "prêt");
}
