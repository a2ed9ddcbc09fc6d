//! What holds every screen. [`LIST`] names each page once, by who sees it; every test here goes through all of them:
//!
//! - [`axe`]: axe-core finds nothing serious, in light and dark, on a phone and at a desk; nothing scrolls sideways
//! - [`plain`]: links and forms answer, headers are strict, texts are there in both languages, pages are small; without a
//!   browser
//! - [`keys`]: the keyboard reaches everything, and shows where it is
//! - [`pictures`]: small pictures of all, for `docs/screens/`, when they are asked for
//!
//! A new page is one line in [`LIST`].

mod axe;
mod keys;
mod pictures;
mod plain;
mod scene;

pub use plain::{Page, Reader};
use scene::Scene;

/// Who looks at a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Nobody,
    Teacher,
    Admin,
    Operator,
}

pub const ROLES: [Role; 4] = [Role::Nobody, Role::Teacher, Role::Admin, Role::Operator];

/// A page.
pub struct Screen {
    /// What it is called in reports and pictures.
    pub name: &'static str,
    pub role: Role,
    /// Its address; what stands in braces is known to the [`Scene`].
    pub address: &'static str,
}

const fn screen(name: &'static str, role: Role, address: &'static str) -> Screen {
    Screen { name, role, address }
}

/// Every page, by who sees it.
pub const LIST: &[Screen] = &[
    screen("home", Role::Nobody, "/"),
    screen("sign-in", Role::Nobody, "/sign-in"),
    screen("feed", Role::Nobody, "{feed}"),
    screen("feed-empty", Role::Nobody, "{feed}?date=2020-03-23"),
    screen("unsubscribe", Role::Nobody, "/unsubscribe/{reader}/plan-published"),
    screen("not-found", Role::Nobody, "/nowhere"),
    screen("style", Role::Nobody, "/style"),
    screen("teacher-week", Role::Teacher, "/week"),
    screen("teacher-wishes", Role::Teacher, "/wishes"),
    screen("teacher-plan", Role::Teacher, "/plan"),
    screen("teacher-class", Role::Teacher, "/plan/{session}"),
    screen("teacher-book", Role::Teacher, "/book"),
    screen("teacher-book-free", Role::Teacher, "/book?title=SVT&group={group}&duration=55&date={monday}"),
    screen("teacher-preferences", Role::Teacher, "/preferences"),
    screen("admin-start", Role::Admin, "/start"),
    screen("admin-week", Role::Admin, "/week"),
    screen("admin-week-of-a-group", Role::Admin, "/week?group={group}"),
    screen("admin-groups", Role::Admin, "/admin/groups"),
    screen("admin-group", Role::Admin, "/admin/groups/{group}"),
    screen("admin-groups-import", Role::Admin, "/admin/groups/import"),
    screen("admin-teachers", Role::Admin, "/admin/teachers"),
    screen("admin-teacher", Role::Admin, "/admin/teachers/{teacher}"),
    screen("admin-teacher-wishes", Role::Admin, "/admin/teachers/{teacher}/wishes?round={open}"),
    screen("admin-teacher-erase", Role::Admin, "/admin/teachers/{teacher}/erase"),
    screen("admin-invitations", Role::Admin, "/admin/invitations"),
    screen("admin-feeds", Role::Admin, "/admin/feeds"),
    screen("admin-capacity", Role::Admin, "/admin/capacity"),
    screen("admin-calendar", Role::Admin, "/admin/calendar"),
    screen("admin-rules", Role::Admin, "/admin/rules"),
    screen("admin-rounds", Role::Admin, "/admin/rounds"),
    screen("admin-round", Role::Admin, "/admin/rounds/{round}"),
    screen("admin-round-open", Role::Admin, "/admin/rounds/{open}"),
    screen("admin-plan", Role::Admin, "/admin/plans/{plan}"),
    screen("admin-plan-week", Role::Admin, "/admin/plans/{draft}?view=week"),
    screen("admin-plan-classes", Role::Admin, "/admin/plans/{draft}?view=classes"),
    screen("admin-plan-wishes", Role::Admin, "/admin/plans/{draft}?view=wishes"),
    screen("admin-plan-limits", Role::Admin, "/admin/plans/{draft}?view=limits"),
    screen("admin-plan-compare", Role::Admin, "/admin/plans/{plan}/compare?with={draft}"),
    screen("admin-plan-publish", Role::Admin, "/admin/plans/{draft}/publish"),
    screen("admin-sessions", Role::Admin, "/admin/sessions?date={monday}"),
    screen("admin-session", Role::Admin, "/admin/sessions/{session}"),
    screen("admin-outbox", Role::Admin, "/admin/outbox"),
    screen("admin-audit", Role::Admin, "/admin/audit"),
    screen("admin-webhooks", Role::Admin, "/admin/webhooks"),
    screen("admin-webhook", Role::Admin, "/admin/webhooks/{hook}"),
    screen("admin-tokens", Role::Admin, "/admin/tokens"),
    screen("operator-home", Role::Operator, "/operator"),
    screen("operator-load", Role::Operator, "/operator/load"),
    screen("operator-load-hour", Role::Operator, "{hour}"),
    screen("operator-load-empty", Role::Operator, "/operator/load?date=2020-03-23"),
    screen("operator-platforms", Role::Operator, "/operator/platforms"),
    screen("operator-platform", Role::Operator, "/operator/platforms/{platform}"),
    screen("operator-pool-new", Role::Operator, "/operator/pools?platform={platform}"),
    screen("operator-pool", Role::Operator, "/operator/pools/{pool}"),
    screen("operator-shares", Role::Operator, "/operator/pools/{pool}/shares"),
    screen("operator-federations", Role::Operator, "/operator/federations"),
    screen("operator-federation", Role::Operator, "/operator/federations/{federation}"),
    screen("operator-schools", Role::Operator, "/operator/schools"),
    screen("operator-schools-none-found", Role::Operator, "/operator/schools?name=xyz"),
    screen("operator-school-new", Role::Operator, "/operator/schools/new"),
    screen("operator-school", Role::Operator, "/operator/schools/{school}"),
    screen("operator-people", Role::Operator, "/operator/people"),
    screen("operator-mails", Role::Operator, "/operator/mails"),
    screen("operator-audit", Role::Operator, "/operator/audit"),
    screen("operator-week", Role::Operator, "/week?school={school}"),
];

impl Screen {
    /// Its address in a scene.
    pub fn path(&self, scene: &Scene) -> String {
        scene.fill(self.address)
    }
}

/// The pages of a role.
pub fn of(role: Role) -> impl Iterator<Item = &'static Screen> {
    LIST.iter().filter(move |screen| screen.role == role)
}
