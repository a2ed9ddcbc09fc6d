//! Every page by the keyboard alone: Tab reaches all that can be used, in an order, and shows where it is.

use serde_json::json;

use super::{ROLES, Scene, Screen, axe::browser};
use crate::support::browser::Browser;

const TAB: u32 = 9;
/// Presses of Tab on one page: a long list is like its beginning.
const MOST: usize = 60;

/// What has the focus: its tag and name, whether it is seen, and whether anything shows that it has the focus.
const FOCUS: &str = "const one = document.activeElement; if (!one || one === document.body) return null;
    const box = one.getBoundingClientRect();
    const shown = [one, one.nextElementSibling, one.closest('label')].filter(Boolean).map(part => getComputedStyle(part));
    const is_shown = shown.some(style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
    const style = getComputedStyle(one);
    const is_seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && style.visibility !== 'hidden';
    return {what: one.outerHTML.slice(0, 120), is_shown, is_seen}";

/// How many stops of Tab a page has.
const STOPS: &str = "return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter(one => !one.disabled && one.tabIndex >= 0 && one.checkVisibility())
    .filter((one, at, all) => one.type !== 'radio' || at === all.findIndex(other => other.name === one.name && other.form === one.form))
    .length";

#[test]
fn the_keyboard_reaches_everything_and_shows_where_it_is() {
    let scene = Scene::open();
    let mut findings = Vec::new();
    for role in ROLES {
        let browser = browser(&scene, role);
        browser.look(1280, 900, false, true);
        for screen in super::of(role) {
            walk(&browser, &scene, screen, &mut findings);
        }
    }
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}

fn walk(browser: &Browser, scene: &Scene, screen: &Screen, findings: &mut Vec<String>) {
    browser.open(&scene.service.url(&screen.path(scene)));
    browser.script("document.activeElement.blur(); window.getSelection().removeAllRanges(); window.scrollTo(0, 0)");
    let stops = browser.script(STOPS).as_u64().unwrap() as usize;
    let mut seen = Vec::new();
    for _ in 0..stops.min(MOST) {
        browser.press("Tab", TAB);
        let focus = browser.script(FOCUS);
        let Some(what) = focus["what"].as_str() else { break };
        // The button within a date's field comes after its day, month and year, and draws a mark that no script sees.
        let is_within = seen.last().is_some_and(|last| last == what);
        if focus["is_shown"] != json!(true) && !is_within {
            findings.push(format!("{}: nothing shows the focus on {what}", screen.name));
        }
        if focus["is_seen"] != json!(true) {
            findings.push(format!("{}: the focus is out of sight on {what}", screen.name));
        }
        seen.push(what.to_owned());
    }
    if seen.len() < stops.min(MOST) {
        let last = seen.last().map_or("nothing", String::as_str);
        findings.push(format!("{}: {} of {stops} stops were reached; the last was {last}", screen.name, seen.len()));
    }
    // A page that says what is wrong begins there.
    let begins_elsewhere = browser.count("[autofocus]") > 0;
    if !begins_elsewhere && !seen.first().is_some_and(|first| first.contains("class=\"skip\"")) {
        findings.push(format!("{}: the first stop is no way to the content", screen.name));
    }
    // Whoever wishes that nothing moves is heard.
    let moving = "return [...document.querySelectorAll('*')].filter(one => { const style = getComputedStyle(one);
        return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0 }).length";
    if browser.script(moving) != json!(0) {
        findings.push(format!("{}: something moves although nothing is to move", screen.name));
    }
}
