//! The pages of booking: what their templates show.

use askama::Template;
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Timelike, Utc};

use super::Wanted;
use crate::{
    app::{bookings::FreeStart, directory::Directory, sessions::SessionView},
    domain::people::School,
    http::web::{
        page::Shell,
        parts::{Choice, Field, choices},
        said,
        visitor::Visitor,
        wishes::form::DURATIONS,
        words::Words,
    },
};

/// From these shares of the capacity on, in per cent, an hour is drawn as the next fuller one.
const LEVELS: [u32; 4] = [25, 50, 80, 100];

/// The page.
#[derive(Template)]
#[template(path = "web/book.html")]
pub struct BookPage {
    w: Words,
    shell: Shell,
    title: Field,
    groups: Field,
    duration: Field,
    date: NaiveDate,
    span: String,
    previous: Option<String>,
    next: String,
    errors: Vec<String>,
    taken: Option<Taken>,
    hour: Option<HourView>,
    /// Nothing as long as no class is looked for.
    days: Option<Vec<DayView>>,
    is_empty: bool,
    /// The days for which a class may wait: the ISO date and the name.
    wait_days: Vec<(NaiveDate, String)>,
}

/// What the search found.
#[derive(Default)]
pub struct Found {
    /// The free starts; nothing when none were looked for.
    pub starts: Option<Vec<FreeStart>>,
    /// What is wrong with the search.
    pub errors: Vec<String>,
    /// What is wrong with the groups.
    pub group_error: Option<String>,
}

/// A start that could not be had.
pub struct Taken {
    heading: String,
    reasons: Vec<String>,
    near: Vec<Slot>,
}

/// A day and its free hours.
struct DayView {
    iso: NaiveDate,
    name: String,
    slots: Vec<Slot>,
}

/// The free starts of one hour.
struct HourView {
    name: String,
    slots: Vec<Slot>,
}

/// A start that can be had.
struct Slot {
    value: String,
    /// `9 h 05`
    name: String,
    /// `mardi 24 mars à 9 h 05, rempli à 52 %`
    label: String,
    /// `52 %`
    percent: String,
    level: usize,
    /// The address that shows the hour's other starts, and how many there are.
    more: Option<(String, String)>,
}

impl Slot {
    fn of(start: &FreeStart, with_day: bool, w: Words) -> Self {
        let local = start.start.local;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 1")]
        let percent = (start.load * 100.0).round() as u32;
        let when = said::moment(local, w);
        let share = w.percent(u64::from(percent));
        Self {
            value: local.format("%Y-%m-%dT%H:%M").to_string(),
            name: if with_day { when.clone() } else { w.time(local.hour() * 60 + local.minute()) },
            label: w.with("book-slot", &[("when", &when), ("percent", &share)]),
            percent: share,
            level: LEVELS.iter().take_while(|level| percent >= **level).count(),
            more: None,
        }
    }
}

impl Taken {
    /// The start is taken, and these are the nearest that are not.
    pub fn new(start: NaiveDateTime, reasons: Vec<String>, near: &[FreeStart], w: Words) -> Self {
        let heading = w.with("book-taken", &[("when", &said::moment(start, w))]);
        Self { heading, reasons, near: near.iter().map(|start| Slot::of(start, true, w)).collect() }
    }

    /// It cannot be had for another reason.
    pub fn refused(heading: String) -> Self {
        Self { heading, reasons: Vec::new(), near: Vec::new() }
    }
}

impl BookPage {
    /// The page of a week that begins on `monday`.
    pub fn new(
        visitor: &Visitor,
        (school, directory): (&School, &Directory),
        (wanted, monday, today): (Wanted, NaiveDate, NaiveDate),
        found: Found,
        taken: Option<Taken>,
    ) -> Self {
        let w = visitor.w;
        let has = |id: &str| wanted.groups.iter().any(|group| group == id);
        let groups = directory.groups.iter().map(|group| (&group.id, group.name.as_str()));
        let duration = |minutes: &u32| Choice::new(minutes, w.duration(*minutes), &wanted.duration);
        let hour = wanted.hour.and_then(|hour| hour_view(hour, found.starts.as_deref()?, w));
        let open = open_days(monday, today, school);
        let days = found.starts.as_deref().map(|starts| days(starts, (monday, &open), &wanted, w));
        Self {
            w,
            shell: visitor.shell(&w.t("book-title")),
            title: Field::text("title", w.t("wish-title"))
                .value(wanted.title.clone())
                .hint(w.t("wish-title-hint"))
                .required(),
            groups: Field::choice("group", w.t("wish-groups"), choices(groups, |id| has(id.as_str())))
                .error(found.group_error),
            duration: Field::choice("duration", w.t("wish-duration"), DURATIONS.iter().map(duration).collect()),
            date: monday,
            span: w.days(monday, monday + Duration::days(6)),
            previous: (monday > today).then(|| wanted.link(monday - Duration::days(7))),
            next: wanted.link(monday + Duration::days(7)),
            errors: found.errors,
            taken,
            hour,
            is_empty: days.as_ref().is_some_and(|days| days.iter().all(|day| day.slots.is_empty())),
            days,
            wait_days: open.into_iter().map(|day| (day, w.day(day))).collect(),
        }
    }
}

/// The days of the week that are to come and on which the school is open.
fn open_days(monday: NaiveDate, today: NaiveDate, school: &School) -> Vec<NaiveDate> {
    let open = school.opening().week_of(monday);
    let is_open = |day: &NaiveDate| open.iter().any(|span| span.weekday == day.weekday().number_from_monday());
    monday.iter_days().take(7).filter(|day| *day >= today && is_open(day)).collect()
}

/// Days, each with the first free start of every hour.
fn days(starts: &[FreeStart], (monday, open): (NaiveDate, &[NaiveDate]), wanted: &Wanted, w: Words) -> Vec<DayView> {
    let view = |day: NaiveDate| {
        let of_day: Vec<&FreeStart> = starts.iter().filter(|start| start.start.local.date() == day).collect();
        let slots = of_day.chunk_by(|a, b| a.start.local.hour() == b.start.local.hour()).filter_map(|hour| {
            let first = hour.first()?;
            let at = first.start.local.format("%Y-%m-%dT%H:00");
            let more = (hour.len() > 1)
                .then(|| (format!("{}&hour={at}#hour", wanted.link(monday)), w.count("book-more", hour.len() - 1)));
            Some(Slot { more, ..Slot::of(first, false, w) })
        });
        DayView { iso: day, name: w.day(day), slots: slots.collect() }
    };
    open.iter().copied().map(view).collect()
}

fn hour_view(hour: NaiveDateTime, starts: &[FreeStart], w: Words) -> Option<HourView> {
    let is_in = |start: &&FreeStart| start.start.local.date() == hour.date() && start.start.local.hour() == hour.hour();
    let slots: Vec<Slot> = starts.iter().filter(is_in).map(|start| Slot::of(start, false, w)).collect();
    let name = w.with("book-hour", &[("when", &said::moment(hour, w))]);
    (!slots.is_empty()).then_some(HourView { name, slots })
}

/// The page of a place that is held.
#[derive(Template)]
#[template(path = "web/hold.html")]
pub struct HoldPage {
    w: Words,
    shell: Shell,
    id: String,
    title: String,
    when: String,
    length: String,
    who: String,
    until: String,
    until_words: String,
    again: String,
}

impl HoldPage {
    /// The page for this visitor.
    pub fn new(visitor: &Visitor, school: &School, hold: &SessionView, now: DateTime<Utc>) -> Self {
        let w = visitor.w;
        let until = hold.held_until.unwrap_or(now);
        let local = until.with_timezone(&school.zone()).naive_local();
        let today = now.with_timezone(&school.zone()).date_naive();
        let clock =
            if local.date() == today { w.time(local.hour() * 60 + local.minute()) } else { said::moment(local, w) };
        let minutes = (hold.end.utc - hold.start.utc).num_minutes();
        let minute = |at: NaiveDateTime| at.hour() * 60 + at.minute();
        let times = w.times(minute(hold.start.local), minute(hold.end.local));
        let wanted = Wanted {
            title: hold.title.clone(),
            groups: hold.groups.iter().map(|group| group.id.to_string()).collect(),
            duration: minutes.to_string(),
            ..Wanted::default()
        };
        Self {
            w,
            shell: visitor.shell(&w.t("hold-title")),
            id: hold.id.to_string(),
            title: hold.title.clone(),
            when: w.with("class-when", &[("day", &w.day(hold.start.local.date())), ("times", &times)]),
            length: w.duration(u32::try_from(minutes).unwrap_or(0)),
            who: hold.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>().join(", "),
            until: until.to_rfc3339(),
            until_words: w.with("hold-until", &[("time", &clock)]),
            again: wanted.link(hold.start.local.date()),
        }
    }
}
