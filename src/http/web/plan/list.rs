//! The page with everything: what its template shows.

use askama::Template;
use chrono::{DateTime, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;

use crate::{
    app::{
        fairness::TeacherFairness,
        sessions::SessionView,
        timetable::{NamedSwap, NamedWaiting, Timetable},
    },
    domain::{
        booking::SwapState,
        id::Id,
        round::Request,
        session::{MovedBy, SessionState},
        time::WeekSpan,
    },
    http::web::{book::Wanted, page::Shell, parts::Confirm, said, visitor::Visitor, words::Words},
};

/// The page.
#[derive(Template)]
#[template(path = "web/plan.html")]
pub struct PlanPage {
    w: Words,
    shell: Shell,
    round: Option<String>,
    offers: Vec<Offer>,
    holds: Vec<Offer>,
    swaps: Vec<SwapCard>,
    days: Vec<DayView>,
    unplaced: Vec<Unplaced>,
    waiting: Vec<WaitCard>,
    fairness: Option<String>,
    is_empty: bool,
}

/// A place that is held, for some time.
struct Offer {
    id: String,
    title: String,
    when: String,
    until: String,
    until_words: String,
}

/// A swap, and what can be done about it.
struct SwapCard {
    id: String,
    words: String,
    mine: String,
    theirs: String,
    state: String,
    is_asked: bool,
    is_mine: bool,
    is_agreed: bool,
}

/// A day with classes.
struct DayView {
    iso: NaiveDate,
    name: String,
    is_past: bool,
    classes: Vec<ClassCard>,
}

/// A class.
struct ClassCard {
    id: String,
    title: String,
    time: String,
    who: String,
    link: Option<String>,
    got: Option<String>,
    is_moved: bool,
    is_cancelled: bool,
}

/// A wish without a class.
struct Unplaced {
    id: String,
    title: String,
    who: String,
}

/// What waits for a place.
struct WaitCard {
    title: String,
    who: String,
    span: String,
    hours: String,
    leave: Confirm,
}

impl PlanPage {
    /// The page for this visitor.
    pub fn new(
        visitor: &Visitor,
        timetable: &Timetable,
        fairness: Option<&TeacherFairness>,
        now: DateTime<Utc>,
    ) -> Self {
        let w = visitor.w;
        let offered: Vec<&Id> = timetable.waiting.iter().filter_map(|one| one.waiting.offer.as_ref()).collect();
        let holds = timetable.sessions.iter().filter(|one| one.state == SessionState::Held);
        let holds: Vec<Offer> =
            holds.filter(|one| !offered.contains(&&one.id)).map(|one| Offer::of(one, timetable, now, w)).collect();
        let offers = timetable.waiting.iter().filter_map(|one| Some(Offer::of(one.offer.as_ref()?, timetable, now, w)));
        let days = days(timetable, now, w);
        let unplaced: Vec<Unplaced> = unplaced(timetable);
        Self {
            w,
            shell: visitor.shell(&w.t("plan-title")),
            round: timetable.round.as_ref().map(|round| round.name.clone()),
            offers: offers.collect(),
            is_empty: days.is_empty() && unplaced.is_empty() && holds.is_empty(),
            holds,
            swaps: timetable.swaps.iter().map(|swap| SwapCard::of(swap, timetable.school.zone(), visitor)).collect(),
            days,
            unplaced,
            waiting: timetable
                .waiting
                .iter()
                .filter(|one| one.offer.is_none())
                .map(|one| WaitCard::of(one, timetable, w))
                .collect(),
            fairness: fairness
                .filter(|one| one.rounds.iter().any(|round| round.requests > 0))
                .map(|one| said_fairly(one, w)),
        }
    }
}

/// How much a teacher's wishes count next time, and why.
fn said_fairly(one: &TeacherFairness, w: Words) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "minutes of a mean")]
    let minutes = one.moved_minutes.round() as u32;
    let mut said = vec![w.with("fairness-moved", &[("moved", &w.duration(minutes))])];
    if one.unplaced > 0 {
        said.push(w.count("fairness-unplaced", one.unplaced));
    }
    said.push(if one.weight > 1.0 {
        let weight = format!("{:.1}", one.weight);
        let weight = weight.trim_end_matches(".0").replace('.', &w.t("number-decimal-mark"));
        w.with("fairness-more", &[("weight", &weight)])
    } else {
        w.t("fairness-usual")
    });
    said.join(" ")
}

impl Offer {
    fn of(hold: &SessionView, timetable: &Timetable, now: DateTime<Utc>, w: Words) -> Self {
        let until = hold.held_until.unwrap_or(now);
        let local = until.with_timezone(&timetable.school.zone()).naive_local();
        Self {
            id: hold.id.to_string(),
            title: hold.title.clone(),
            when: said::moment(hold.start.local, w),
            until: until.to_rfc3339(),
            until_words: w.with("hold-until", &[("time", &said::moment(local, w))]),
        }
    }
}

impl SwapCard {
    fn of(named: &NamedSwap, zone: Tz, visitor: &Visitor) -> Self {
        let w = visitor.w;
        let teacher = visitor.teacher().map(|(_, _, teacher)| teacher).ok();
        let teaches = |session: &SessionView| session.teachers.iter().any(|one| Some(&one.id) == teacher.as_ref());
        let is_mine = teaches(&named.session);
        let asks = (&named.session, named.swap.session_starts_at);
        let asked = (&named.other, named.swap.other_starts_at);
        let (mine, theirs) = if is_mine { (asks, asked) } else { (asked, asks) };
        // The hours as they were proposed: classes may have moved since.
        let line =
            |(session, at): (&SessionView, DateTime<Utc>)| format!("{}, {}", session.title, said::at(at, zone, w));
        let names = theirs.0.teachers.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ");
        let is_open = named.swap.state == SwapState::Proposed;
        let key = match (named.swap.state, is_mine) {
            (SwapState::Proposed, false) => "swap-asked",
            (SwapState::Proposed, true) => "swap-waits",
            (SwapState::Agreed, _) => "swap-is-agreed",
            (SwapState::Declined, _) => "swap-is-declined",
            (SwapState::Undone, _) => "swap-is-undone",
            (SwapState::Outdated, _) => "swap-is-outdated",
        };
        Self {
            id: named.swap.id.to_string(),
            words: w.name(key, &names),
            mine: line(mine),
            theirs: line(theirs),
            state: named.swap.state.as_str().to_owned(),
            is_asked: is_open && teaches(&named.other),
            is_mine: is_open && is_mine,
            is_agreed: named.swap.state == SwapState::Agreed,
        }
    }
}

impl WaitCard {
    fn of(one: &NamedWaiting, timetable: &Timetable, w: Words) -> Self {
        let zone = timetable.school.zone();
        let local = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local();
        let waiting = &one.waiting;
        let (from, to) = (local(waiting.from), local(waiting.to));
        let action = format!("/plan/waiting/{}/leave", waiting.id);
        Self {
            title: waiting.title.clone(),
            who: names(&waiting.groups, timetable),
            span: w.with("wait-span", &[("from", &said::moment(from, w)), ("to", &said::moment(to, w))]),
            hours: said_hours(&waiting.hours, w),
            leave: Confirm::new(action, w.t("wait-leave"), w.t("wait-leave-text"), w.t("wait-leave")),
        }
    }
}

/// `lun., mar. · 8 h – 10 h`; nothing where any hour suits.
fn said_hours(hours: &[WeekSpan], w: Words) -> String {
    let alike = hours.chunk_by(|a, b| (a.from_minute, a.to_minute) == (b.from_minute, b.to_minute));
    let said = alike.filter_map(|spans| {
        let first = spans.first()?;
        let days = spans.iter().map(|span| w.t(&format!("weekday-short-{}", span.weekday))).collect::<Vec<_>>();
        let is_whole = (first.from_minute, first.to_minute) == (0, 24 * 60);
        let times = (!is_whole).then(|| w.times(first.from_minute, first.to_minute));
        Some([days.join(", ")].into_iter().chain(times).collect::<Vec<_>>().join(" · "))
    });
    said.collect::<Vec<_>>().join(" ; ")
}

/// The names of groups.
pub fn names(groups: &[Id], timetable: &Timetable) -> String {
    let name =
        |id: &Id| timetable.directory.groups.iter().find(|group| group.id == *id).map(|group| group.name.as_str());
    groups.iter().filter_map(name).collect::<Vec<_>>().join(", ")
}

fn days(timetable: &Timetable, now: DateTime<Utc>, w: Words) -> Vec<DayView> {
    let today = now.with_timezone(&timetable.school.zone()).date_naive();
    let shown: Vec<&SessionView> = timetable.sessions.iter().filter(|one| one.state != SessionState::Held).collect();
    let mut days: Vec<DayView> = shown
        .chunk_by(|a, b| a.start.local.date() == b.start.local.date())
        .filter_map(|of_day| {
            let iso = of_day.first()?.start.local.date();
            let classes = of_day.iter().map(|session| ClassCard::of(session, timetable, w)).collect();
            Some(DayView { iso, name: w.day(iso), is_past: iso < today, classes })
        })
        .collect();
    // What is to come first, then what is over.
    days.sort_by_key(|day| day.is_past);
    days
}

impl ClassCard {
    fn of(session: &SessionView, timetable: &Timetable, w: Words) -> Self {
        let minute = |at: chrono::NaiveDateTime| at.hour() * 60 + at.minute();
        let request = timetable.requests.iter().find(|request| Some(&request.id) == session.request.as_ref());
        let moved = request.map(|request| request.minutes_off(session.start.utc));
        Self {
            id: session.id.to_string(),
            title: session.title.clone(),
            time: w.times(minute(session.start.local), minute(session.end.local)),
            who: session.groups.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", "),
            link: session.link.clone(),
            got: moved.map(|minutes| match (minutes, session.moved_by) {
                (0, _) => w.t("plan-as-wished"),
                (minutes, None) => w.with("plan-moved-by", &[("moved", &w.duration(minutes))]),
                (_, Some(by)) => moved_by(by, session, timetable, w),
            }),
            is_moved: moved.is_some_and(|minutes| minutes > 0),
            is_cancelled: session.state == SessionState::Cancelled,
        }
    }
}

/// Who took a class from where it was planned: `déplacé par vous`.
pub fn moved_by(by: MovedBy, session: &SessionView, timetable: &Timetable, w: Words) -> String {
    let partner = || {
        let agreed = timetable.swaps.iter().filter(|swap| swap.swap.state == SwapState::Agreed);
        let mut others = agreed.filter_map(|swap| match &session.id {
            id if *id == swap.session.id => Some(&swap.other),
            id if *id == swap.other.id => Some(&swap.session),
            _ => None,
        });
        let names = others.next()?.teachers.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ");
        (!names.is_empty()).then_some(names)
    };
    match by {
        MovedBy::Teacher if session.teachers.len() > 1 => w.t("moved-by-teachers"),
        MovedBy::Teacher => w.t("moved-by-you"),
        MovedBy::School => w.t("moved-by-school"),
        MovedBy::Swap => partner().map_or_else(|| w.t("moved-by-swap"), |names| w.name("moved-by-swap-with", &names)),
    }
}

fn unplaced(timetable: &Timetable) -> Vec<Unplaced> {
    let has_class = |request: &&Request| timetable.sessions.iter().any(|one| one.request.as_ref() == Some(&request.id));
    let without = timetable.requests.iter().filter(|request| !has_class(request));
    without
        .map(|request| Unplaced {
            id: request.id.to_string(),
            title: request.title.clone(),
            who: names(&request.groups, timetable),
        })
        .collect()
}

/// The page of booking with a class filled in.
pub fn booking_of<'a>(title: &str, groups: impl Iterator<Item = &'a Id>, minutes: u32, day: NaiveDate) -> String {
    let wanted = Wanted {
        title: title.to_owned(),
        groups: groups.map(ToString::to_string).collect(),
        duration: minutes.to_string(),
        ..Wanted::default()
    };
    wanted.link(day)
}
