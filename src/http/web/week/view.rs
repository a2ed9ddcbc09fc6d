//! The week in words, numbers and places: what the templates show.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;

use super::{
    lanes::lanes,
    load::{fullest, has_starts},
    skyline::{Skyline, Step},
};
use crate::{
    app::sessions::SessionView,
    domain::{
        session::{NamedSession, SessionState},
        time::WeekSpan,
    },
    http::web::{
        assets::{ICONS, ROW_MINUTES},
        words::Words,
    },
};

/// With so few classes in a week, every hour lies open.
const FEW: usize = 80;

/// What a week is made of.
pub struct Material<'a> {
    /// The texts.
    pub w: Words,
    /// The school's time zone.
    pub zone: Tz,
    /// The week's first day.
    pub monday: NaiveDate,
    /// Today, where the school is.
    pub today: NaiveDate,
    /// The school's open hours in this week.
    pub hours: &'a [WeekSpan],
    /// The classes to show.
    pub classes: &'a [Class],
    /// Load and limit through the week; empty where it is not to be shown.
    pub load: &'a [Cell],
}

/// A class, in the school's local time.
#[derive(Clone, Debug)]
pub struct Class {
    /// What it is called.
    pub title: String,
    /// When it begins.
    pub start: NaiveDateTime,
    /// When it ends.
    pub end: NaiveDateTime,
    /// Its groups and teachers.
    pub who: Vec<String>,
    /// Its virtual classroom.
    pub link: Option<String>,
    /// Whether it does not take place.
    pub is_cancelled: bool,
}

impl Class {
    /// A session, for a page about the people of these ids: their names go without saying.
    pub fn of(session: &SessionView, about: &[&str]) -> Self {
        let named = session.groups.iter().chain(&session.teachers);
        Self {
            title: session.title.clone(),
            start: session.start.local,
            end: session.end.local,
            who: named.filter(|one| !about.contains(&one.id.as_str())).map(|one| one.name.clone()).collect(),
            link: session.link.clone(),
            is_cancelled: session.state == SessionState::Cancelled,
        }
    }
}

impl Class {
    /// A session of a calendar, for a page about the group or teacher of this name.
    pub fn named(named: &NamedSession, about: &str, zone: Tz) -> Self {
        let local = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local();
        let session = &named.session;
        Self {
            title: session.title.clone(),
            start: local(session.starts_at),
            end: local(session.ends_at),
            who: named.group_names.iter().chain(&named.teacher_names).filter(|name| *name != about).cloned().collect(),
            link: session.link.clone(),
            is_cancelled: session.state == SessionState::Cancelled,
        }
    }
}

/// What the capacity carries from an instant on.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// From when on, until the next cell.
    pub at: DateTime<Utc>,
    /// Connections.
    pub load: u64,
    /// The limit.
    pub limit: u64,
}

/// A week.
pub struct WeekView {
    /// Its days: Monday to Friday, and those of the weekend on which something happens.
    pub days: Vec<Day>,
    /// Whole hours that are shown, as words: the grid's axis.
    pub axis: Vec<Place>,
    /// Hours of a day and the lines above them, as rows of the grid.
    pub rows: usize,
    /// How many classes there are.
    pub classes: usize,
    /// The week's peak: its words, and when.
    pub peak: Option<String>,
    /// The longest stretches with much room left.
    pub quiet: Vec<String>,
    /// How many others there are.
    pub quiet_others: usize,
}

/// A day.
pub struct Day {
    /// `2020-03-23`.
    pub iso: NaiveDate,
    /// `lundi 23 mars`.
    pub name: String,
    /// Whether it is today.
    pub is_today: bool,
    /// Its classes.
    pub classes: usize,
    /// Its load in one picture.
    pub skyline: Option<Skyline>,
    /// Its classes by hour.
    pub hours: Vec<Hour>,
    /// Its classes by time.
    pub blocks: Vec<Block>,
    /// When the school is open.
    pub open: Vec<Place>,
}

/// An hour of a day.
pub struct Hour {
    /// `9 h`.
    pub name: String,
    /// Whether the school is closed and nothing happens.
    pub is_closed: bool,
    /// The classes that begin in it.
    pub lines: Vec<Line>,
    /// Whether they are shown at once.
    pub is_open: bool,
    /// Connections at its peak, and the capacity then; nothing where no load is known.
    pub load: Option<HourLoad>,
}

/// How full an hour is.
pub struct HourLoad {
    /// Connections at the peak.
    pub load: String,
    /// The capacity then.
    pub limit: String,
    /// The share that is drawn, at most 100.
    pub width: u64,
    /// `quiet`, `some`, `busy`, `full` or `over`.
    pub level: &'static str,
    /// The level's word; nothing where there is room in which no class could begin.
    pub word: Option<String>,
}

/// A class in a list.
pub struct Line {
    /// `9 h 05 – 10 h`.
    pub time: String,
    /// What it is called.
    pub title: String,
    /// Groups and teachers.
    pub who: String,
    /// Its virtual classroom, as long as it takes place.
    pub link: Option<String>,
    /// Whether it does not take place.
    pub is_cancelled: bool,
}

/// A class in the grid.
pub struct Block {
    /// What it says.
    pub line: Line,
    /// Where it lies.
    pub place: Place,
    /// Its lane and how many there are, as a class of the style sheet.
    pub lane: String,
}

impl Block {
    /// How little room there is, as classes of the style sheet: for two lines below three quarters of an hour, for one
    /// below half an hour.
    pub fn size(&self) -> &'static str {
        match self.place.rows * ROW_MINUTES {
            ..30 => " short tiny",
            30..45 => " short",
            _ => "",
        }
    }
}

/// A stretch of the grid.
pub struct Place {
    /// The first row.
    pub at: u32,
    /// Rows.
    pub rows: u32,
    /// What it is called.
    pub name: String,
}

/// A class on its day, in minutes.
struct Local<'a> {
    class: &'a Class,
    day: NaiveDate,
    from: u32,
    to: u32,
}

impl WeekView {
    /// The week of this material.
    pub fn of(material: &Material<'_>) -> Self {
        let w = material.w;
        let locals: Vec<Local<'_>> = material.locals();
        let (from, to) = material.shown(&locals);
        let steps = material.steps();
        let top = steps.values().flatten().map(|step| step.load.max(step.limit)).max().unwrap_or(0);
        let few = locals.len() <= FEW;
        let days: Vec<Day> = material
            .days(&locals)
            .map(|day| {
                let none = Vec::new();
                let steps = steps.get(&day).unwrap_or(&none);
                let locals: Vec<&Local<'_>> = locals.iter().filter(|local| local.day == day).collect();
                material.day(day, &locals, steps, (from, to), top, few)
            })
            .collect();
        let place = |minute: u32| Place { at: row(minute, from), rows: 60 / ROW_MINUTES, name: w.time(minute) };
        let (quiet, quiet_others) = material.quiet(&steps);
        Self {
            axis: (from / 60..to / 60).map(|hour| place(hour * 60)).collect(),
            rows: days.iter().map(|day| day.hours.len()).max().unwrap_or(0) + 2,
            classes: locals.iter().filter(|local| !local.class.is_cancelled).count(),
            peak: material.peak(&steps),
            quiet,
            quiet_others,
            days,
        }
    }

    /// The address of the signs: a week may be part of a page that does not know it.
    pub fn icons(&self) -> &'static str {
        &ICONS.path
    }

    /// How many days stand side by side.
    pub fn columns(&self) -> usize {
        self.days.len().clamp(5, 7)
    }
}

impl<'a> Material<'a> {
    fn locals(&self) -> Vec<Local<'a>> {
        let sunday = self.monday + Duration::days(6);
        let mut out: Vec<Local<'a>> = self
            .classes
            .iter()
            .map(|class| {
                let (begins, ends) = (class.start, class.end);
                let from = minute(begins);
                // What ends after midnight, or when clocks go back, is shown until midnight.
                let to = if ends.date() == begins.date() { minute(ends) } else { 24 * 60 };
                Local { class, day: begins.date(), from, to: to.max(from + ROW_MINUTES) }
            })
            .filter(|local| (self.monday..=sunday).contains(&local.day))
            .collect();
        out.sort_by(|a, b| {
            let key = |local: &Local<'_>| (local.day, local.from, local.to);
            key(a).cmp(&key(b)).then_with(|| a.class.title.cmp(&b.class.title))
        });
        out
    }

    /// Whole hours that hold the opening hours and every class, in minutes.
    fn shown(&self, locals: &[Local<'_>]) -> (u32, u32) {
        let opens = self.hours.iter().map(|span| (span.from_minute, span.to_minute));
        let edges = opens.chain(locals.iter().map(|local| (local.from, local.to)));
        let (from, to) = edges.fold((u32::MAX, 0), |(from, to), (a, b)| (from.min(a), to.max(b)));
        if from >= to { (8 * 60, 18 * 60) } else { (from / 60 * 60, to.div_ceil(60) * 60) }
    }

    fn days(&self, locals: &[Local<'_>]) -> impl Iterator<Item = NaiveDate> {
        let busy = |day: NaiveDate| {
            let weekday = day.weekday().number_from_monday();
            weekday <= 5
                || self.hours.iter().any(|span| span.weekday == weekday)
                || locals.iter().any(|local| local.day == day)
        };
        self.monday.iter_days().take(7).filter(move |day| busy(*day))
    }

    fn day(
        &self,
        day: NaiveDate,
        locals: &[&Local<'_>],
        steps: &[Step],
        (from, to): (u32, u32),
        top: u64,
        few: bool,
    ) -> Day {
        let w = self.w;
        let open = self.open(day);
        let name = w.day_of_week(day);
        let places: Vec<(u32, u32)> = locals.iter().map(|local| (local.from, local.to)).collect();
        let blocks = locals.iter().zip(lanes(&places)).map(|(local, (lane, lanes))| Block {
            line: self.line(local),
            place: Place {
                at: row(local.from, from),
                rows: (local.to - local.from).div_ceil(ROW_MINUTES),
                name: String::new(),
            },
            lane: format!("lane-{lane}-{lanes}"),
        });
        let hour = |hour: u32| {
            let (begins, ends) = (hour * 60, hour * 60 + 60);
            let lines: Vec<Line> =
                locals.iter().filter(|local| local.from / 60 == hour).map(|local| self.line(local)).collect();
            let is_closed = !open.iter().any(|(from, to)| *from < ends && *to > begins);
            let fullest = fullest(steps, begins, ends);
            Hour {
                name: w.time(begins),
                is_closed: is_closed && lines.is_empty() && fullest.is_none_or(|step| step.load == 0),
                is_open: few,
                load: fullest.map(|step| self.hour_load(step, has_starts(&open, begins, ends))),
                lines,
            }
        };
        Day {
            skyline: (!steps.is_empty()).then(|| {
                Skyline::of(steps, &open, (from, to), top, |peak| match peak {
                    Some(step) if step.load > 0 => w.with(
                        "week-load-of",
                        &[
                            ("day", &name),
                            ("load", &w.number(step.load)),
                            ("limit", &w.number(step.limit)),
                            ("time", &w.time(step.from)),
                        ],
                    ),
                    _ => w.with("week-load-of-none", &[("day", &name)]),
                })
            }),
            iso: day,
            is_today: day == self.today,
            classes: locals.iter().filter(|local| !local.class.is_cancelled).count(),
            hours: (from / 60..to / 60).map(hour).collect(),
            blocks: blocks.collect(),
            open: open
                .iter()
                .map(|(opens, closes)| Place {
                    at: row(*opens, from),
                    rows: (closes - opens) / ROW_MINUTES,
                    name: String::new(),
                })
                .collect(),
            name,
        }
    }

    /// The opening hours of a day, in minutes.
    pub(super) fn open(&self, day: NaiveDate) -> Vec<(u32, u32)> {
        let weekday = day.weekday().number_from_monday();
        let spans = self.hours.iter().filter(|span| span.weekday == weekday);
        spans.map(|span| (span.from_minute, span.to_minute)).collect()
    }

    fn line(&self, local: &Local<'_>) -> Line {
        Line {
            time: self.w.times(local.from, local.to),
            title: local.class.title.clone(),
            who: local.class.who.join(" · "),
            link: local.class.link.clone().filter(|_| !local.class.is_cancelled),
            is_cancelled: local.class.is_cancelled,
        }
    }
}

/// The grid's row of a minute of the day.
fn row(minute: u32, first: u32) -> u32 {
    minute.saturating_sub(first) / ROW_MINUTES + 1
}

pub(super) fn minute(local: NaiveDateTime) -> u32 {
    local.hour() * 60 + local.minute()
}
