//! How full each hour already is, as a small table.

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::{
    app::week::Load,
    domain::{people::School, round::Round},
    http::web::words::Words,
};

/// From these shares of the capacity on, in per cent, an hour is the next darker one.
const LEVELS: [u64; 4] = [25, 50, 80, 101];

/// How full each hour already is.
pub struct Affluence {
    /// The days of the week, short and in full.
    pub days: Vec<(String, String)>,
    /// The hours.
    pub rows: Vec<Row>,
}

/// An hour of every day.
pub struct Row {
    /// `9 h`.
    pub name: String,
    /// That hour of each day; nothing where the school is closed.
    pub cells: Vec<Option<Fullness>>,
}

/// How full an hour is.
pub struct Fullness {
    /// Per cent of the capacity.
    pub percent: String,
    /// 0 to 4: hardly any, some, half, nearly full, too much.
    pub level: usize,
}

impl Affluence {
    /// The table of a round. Where the round has several weeks, an hour shows its fullest week.
    pub fn of(load: &Load, round: &Round, school: &School, w: Words) -> Self {
        let zone = school.zone();
        let weekdays: Vec<u32> =
            (1..=7).filter(|weekday| school.opening_hours.iter().any(|span| span.weekday == *weekday)).collect();
        let edges = school.opening_hours.iter().map(|span| (span.from_minute, span.to_minute));
        let (from, to) = edges.fold((1440, 0), |(from, to), (a, b)| (from.min(a), to.max(b)));
        let full = shares(load, round, zone);
        let cell = |weekday: u32, hour: u32| {
            let is_open = school
                .opening_hours
                .iter()
                .any(|span| span.weekday == weekday && span.from_minute < hour * 60 + 60 && span.to_minute > hour * 60);
            let share = full[weekday as usize % 8][hour as usize % 24];
            let level = LEVELS.iter().take_while(|level| share >= **level).count();
            is_open.then(|| Fullness { percent: share.to_string(), level })
        };
        let row = |hour: u32| Row {
            name: w.time(hour * 60),
            cells: weekdays.iter().map(|weekday| cell(*weekday, hour)).collect(),
        };
        let monday = NaiveDate::default() + Duration::days(4);
        let day = |weekday: &u32| {
            let day = monday + Duration::days(i64::from(*weekday) - 1);
            (w.t(&format!("weekday-short-{weekday}")), w.weekday(day))
        };
        Self { days: weekdays.iter().map(day).collect(), rows: (from / 60..to.div_ceil(60)).map(row).collect() }
    }
}

/// The fullest moment of every hour of every weekday, in per cent of the capacity.
fn shares(load: &Load, round: &Round, zone: Tz) -> [[u64; 24]; 8] {
    let mut full = [[0; 24]; 8];
    let ends = load.steps.iter().skip(1).map(|step| step.from).chain(std::iter::once(round.ends_at));
    for (step, end) in load.steps.iter().zip(ends).filter(|(step, _)| step.used > 0) {
        let share = if step.limit == 0 { 999 } else { step.used * 100 / u64::from(step.limit) };
        let mut at: DateTime<Utc> = step.from;
        while at < end {
            let local = at.with_timezone(&zone).naive_local();
            let hour = usize::try_from(chrono::Timelike::hour(&local)).unwrap_or(0);
            let weekday = usize::try_from(local.weekday().number_from_monday()).unwrap_or(0);
            full[weekday][hour] = full[weekday][hour].max(share);
            at += Duration::minutes(5);
        }
    }
    full
}
