//! The main navigation: what each role finds where. One list a role, and the only place that knows it.

use super::{visitor::Visitor, words::Words};
use crate::domain::access::{Principal, Role};

/// A link in the main navigation.
pub struct Entry {
    /// Where to.
    pub href: &'static str,
    /// Its picture's name in `static/icons.svg`.
    pub icon: &'static str,
    /// What it says.
    pub label: String,
    /// Whether it leads to where we are.
    pub current: bool,
    /// Whether a phone shows it under *More*, since the bar at its foot has no room.
    pub under_more: bool,
}

/// Address, picture and text's key of each page.
type Page = (&'static str, &'static str, &'static str);

/// What everybody who is signed in may set: mails, language, role, password.
const SETTINGS: &str = "/preferences";

const TEACHER: &[Page] = &[
    ("/week", "week", "nav-my-week"),
    ("/wishes", "ask", "nav-ask"),
    ("/plan", "plan", "nav-plan"),
    ("/book", "book", "nav-book"),
    (SETTINGS, "notices", "nav-preferences"),
];

const ADMIN: &[Page] = &[
    ("/week", "week", "nav-week"),
    ("/admin/rounds", "rounds", "nav-rounds"),
    ("/admin/groups", "groups", "nav-groups"),
    ("/admin/teachers", "teachers", "nav-teachers"),
    ("/admin/capacity", "capacity", "nav-capacity"),
    ("/admin/outbox", "mails", "nav-outbox"),
    ("/admin/audit", "audit", "nav-audit"),
    (SETTINGS, "notices", "nav-preferences"),
];

const OPERATOR: &[Page] = &[
    ("/operator/load", "load", "nav-load"),
    ("/operator/platforms", "platforms", "nav-platforms"),
    ("/operator/schools", "schools", "nav-schools"),
    ("/operator/federations", "federations", "nav-federations"),
    ("/operator/people", "groups", "nav-people"),
    ("/operator/audit", "audit", "nav-audit"),
    (SETTINGS, "notices", "nav-preferences"),
];

/// Pages that are reached from another one, and which.
const WITHIN: [(&str, &str); 10] = [
    ("/operator/mails", "/operator/people"),
    ("/admin/plans", "/admin/rounds"),
    ("/admin/jobs", "/admin/rounds"),
    ("/admin/sessions", "/admin/rounds"),
    ("/admin/feeds", "/admin/groups"),
    ("/admin/invitations", "/admin/teachers"),
    ("/admin/calendar", "/admin/capacity"),
    ("/admin/rules", "/admin/capacity"),
    ("/admin/webhooks", "/admin/outbox"),
    ("/admin/tokens", "/admin/outbox"),
];

/// The pages of a role.
fn pages(role: Role) -> &'static [Page] {
    match role {
        Role::Teacher => TEACHER,
        Role::Admin => ADMIN,
        Role::Operator => OPERATOR,
    }
}

/// How many of a role's pages stand in the bar of a phone; the others are under *More*. So many fit into 320 pixels.
fn in_bar(role: Role) -> usize {
    match role {
        Role::Teacher => TEACHER.len(),
        Role::Admin => 4,
        Role::Operator => 3,
    }
}

/// Where an operator begins: what to do next.
const OPERATOR_HOME: &str = "/operator";

/// Where somebody begins.
pub fn home(who: Option<&Principal>) -> &'static str {
    if who.is_some_and(Principal::may_operate) {
        return OPERATOR_HOME;
    }
    who.and_then(|who| pages(who.role()).first()).map_or(SETTINGS, |page| page.0)
}

/// Whether an address is one of the pages, or below it: where one may be led on to after signing in.
pub fn knows(address: &str) -> bool {
    let all = TEACHER.iter().chain(ADMIN).chain(OPERATOR);
    all.into_iter().any(|page| is_at(address, page.0))
        || is_at(address, OPERATOR_HOME)
        || is_at(address, super::start::PLACE)
}

/// The navigation of somebody where they are; nothing without a role. An operator in a school's pages finds those.
pub fn entries(visitor: &Visitor, w: Words) -> Vec<Entry> {
    let Some(who) = &visitor.who else { return Vec::new() };
    let role = if visitor.office_here().is_some() { Role::Admin } else { who.role() };
    let entry = |(index, (href, icon, key)): (usize, &Page)| Entry {
        href,
        icon,
        label: w.t(key),
        current: is_at(&visitor.place, href),
        under_more: index >= in_bar(role),
    };
    pages(role).iter().enumerate().map(entry).collect()
}

fn is_at(place: &str, page: &str) -> bool {
    let is_below =
        |page: &str| place.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '/', '#']));
    is_below(page) || WITHIN.iter().any(|(inner, outer)| *outer == page && is_below(inner))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::Language;

    #[test]
    fn each_role_finds_its_pages_and_where_it_is() {
        let admin = Principal::Admin { school: "s".into() };
        let visitor = Visitor::sample(Language::En, "/admin/rounds/12?x=1", Some(admin));
        let entries = entries(&visitor, visitor.w);
        let current: Vec<&str> = entries.iter().filter(|entry| entry.current).map(|entry| entry.href).collect();
        assert_eq!((entries.len(), current), (8, vec!["/admin/rounds"]));
        assert_eq!(home(Some(&Principal::Operator)), "/operator");
    }

    #[test]
    fn only_pages_are_known() {
        assert!(knows("/week?date=2020-03-23") && knows("/admin/groups/import") && knows("/admin/plans/12?view=week"));
        assert!(!knows("/weekend") && !knows("/feeds/abc") && !knows("https://evil.example/week"));
    }

    #[test]
    fn every_picture_is_there() {
        let icons = include_str!("../../../static/icons.svg");
        for (href, icon, _) in TEACHER.iter().chain(ADMIN).chain(OPERATOR) {
            assert!(icons.contains(&format!("<symbol id=\"{icon}\"")), "{href}");
        }
    }
}
