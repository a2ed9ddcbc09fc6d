//! axe-core looks at every page, in light and dark, on a phone and at a desk.

use std::{path::Path, time::Duration};

use super::{LIST, ROLES, Role, Scene, Screen};
use crate::support::{browser::Browser, python::ROOT};

/// Sizes and looks: width, height, dark.
const LOOKS: [(u32, u32, bool); 4] = [(360, 780, false), (360, 780, true), (1280, 900, false), (1280, 900, true)];
/// The narrowest window.
const NARROW: (u32, u32) = (320, 640);

/// The rules of WCAG 2.2 A and AA, and what is good practice.
const ALL: &str = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";
/// Those that colours and sizes decide; all others say of the second look what they said of the first.
const BY_LOOK: &str = "{type: 'rule', values: ['color-contrast', 'target-size', 'link-in-text-block', \
    'scrollable-region-focusable', 'meta-viewport', 'duplicate-id-aria']}";

/// What is serious of these rules.
const RUN: &str = "return await axe.run(document, {resultTypes: ['violations'], runOnly: RULES})
    .then(found => found.violations.filter(one => ['serious', 'critical'].includes(one.impact))
    .map(one => one.id + ': ' + one.help + '\\n' + one.nodes.slice(0, 3).map(node => '    ' + node.html.slice(0, 200) + ' '
        + (node.any[0]?.message || node.all[0]?.message || node.none[0]?.message || '')).join('\\n')))";

/// A browser in which somebody of a role is signed in.
pub fn browser(scene: &Scene, role: Role) -> Browser {
    let browser = Browser::start_in("fr", 1280, 900);
    browser.drive(|driver| async move { driver.set_script_timeout(Duration::from_secs(60)).await });
    if let Some(token) = scene.token(role) {
        browser.open(&scene.service.url(&format!("/enter/{token}")));
    }
    browser
}

/// The library, as npm brought it.
fn library() -> String {
    let path = Path::new(ROOT).join("tests/tools/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} is missing: `scripts/setup test`", path.display()))
}

#[test]
fn nobody_is_kept_out() {
    let (scene, library) = (Scene::open(), library());
    let mut findings = Vec::new();
    for role in ROLES {
        let browser = browser(&scene, role);
        for screen in super::of(role) {
            look_at(&browser, &scene, screen, &library, &mut findings);
        }
    }
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
    assert!(LIST.len() > 20, "the test has lost its way");
}

fn look_at(browser: &Browser, scene: &Scene, screen: &Screen, library: &str, findings: &mut Vec<String>) {
    browser.open(&scene.service.url(&screen.path(scene)));
    // Closed parts are looked at, too.
    browser.script(
        "document.querySelectorAll('details').forEach(one => { one.removeAttribute('name'); one.open = true })",
    );
    browser.script(&format!("if (!window.axe) {{ {library}; window.axe = window.axe || axe }}"));
    for (width, height, is_dark) in LOOKS {
        browser.look(width, height, is_dark, true);
        assert_eq!(browser.script("return window.innerWidth"), width);
        // On a phone and at a desk other things are shown.
        let rules = if is_dark { BY_LOOK } else { ALL };
        let found = browser.script(&RUN.replace("RULES", rules));
        let found = found.as_array().unwrap_or_else(|| panic!("axe says {found}"));
        let look = if is_dark { "dark" } else { "light" };
        findings.extend(found.iter().map(|one| format!("{} {width} {look}: {}", screen.name, one.as_str().unwrap())));
    }
    browser.look(NARROW.0, NARROW.1, false, true);
    if browser.is_wider_than_its_window() {
        let widest = browser.script(
            "return [...document.querySelectorAll('body *')].filter(one => !one.closest('.nav, .tabs') && one.getBoundingClientRect().right > innerWidth + 1)\
             .slice(0, 3).map(one => one.outerHTML.slice(0, 120)).join(' | ')",
        );
        findings.push(format!("{} scrolls sideways at 320: {widest}", screen.name));
    }
}

/// A check that never fails checks nothing.
#[test]
fn what_is_wrong_is_found() {
    let service = crate::support::service::Service::start(crate::support::service::Backend::Sqlite);
    let browser = Browser::start_in("fr", 360, 780);
    browser.open(&service.url("/sign-in"));
    browser.script("document.querySelector('label[for=email]').remove(); document.querySelector('h1').className = 'x'");
    browser.script(&library());
    let found = browser.script(&RUN.replace("RULES", ALL)).to_string();
    assert!(found.contains("label"), "{found}");
}
