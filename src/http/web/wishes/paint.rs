//! What is painted on the week of a wish: how well each hour suits.

use std::collections::BTreeMap;

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime};

use super::affluence::Shares;
use crate::{
    app::desk::Desk,
    domain::{
        liking::{LikedHours, Liking},
        people::School,
        request::{ImpossibleHours, NewRequest},
        time::WeekSpan,
    },
    http::web::{
        parts::{Grid, GridCell, GridDay, GridRow, Level},
        visitor::Form,
        words::Words,
    },
};

/// How well an hour suits; the usual one first, then in the order in which a tap goes through them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Suits {
    /// It does.
    #[default]
    Fine,
    /// It is wished for.
    Wish,
    /// If need be.
    Need,
    /// Not at all.
    Never,
}

/// Values in forms, the texts' keys, signs and looks.
const LEVELS: [(Suits, &str, &str, &str); 4] = [
    (Suits::Fine, "fine", "level-fine", ""),
    (Suits::Wish, "wish", "level-wish", "★"),
    (Suits::Need, "need", "level-need", "~"),
    (Suits::Never, "never", "level-never", "✕"),
];

/// The hours that do not merely do, by weekday and hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paint(BTreeMap<(u32, u32), Suits>);

impl Suits {
    fn read(value: &str) -> Option<Self> {
        LEVELS.iter().find(|(_, word, ..)| *word == value).map(|(suits, ..)| *suits)
    }

    fn word(self) -> &'static str {
        LEVELS.iter().find(|(suits, ..)| *suits == self).map_or("fine", |(_, word, ..)| word)
    }
}

impl Paint {
    /// What a form sent: a field `c-WEEKDAY-HOUR` for each hour.
    pub fn read(form: &Form) -> Self {
        let cell = |(name, value): &(String, String)| {
            let (weekday, hour) = name.strip_prefix("c-")?.split_once('-')?;
            let (weekday, hour) = (weekday.parse().ok()?, hour.parse().ok()?);
            let is_hour = (1..=7).contains(&weekday) && hour < 24;
            let suits = Suits::read(value).filter(|suits| is_hour && *suits != Suits::Fine)?;
            Some(((weekday, hour), suits))
        };
        Self(form.0.iter().filter_map(cell).collect())
    }

    /// What a wish was painted as.
    pub fn of(wish: &NewRequest) -> Self {
        let mut out = BTreeMap::new();
        for liked in &wish.liked_hours {
            let suits = match liked.liking {
                Liking::Wish => Suits::Wish,
                Liking::Fine => continue,
                Liking::IfNeedBe => Suits::Need,
            };
            out.extend(hours(&liked.span()).map(|hour| ((liked.weekday, hour), suits)));
        }
        for never in &wish.impossible_hours {
            out.extend(hours(&never.span()).map(|hour| ((never.weekday, hour), Suits::Never)));
        }
        Self(out)
    }

    /// Fills a row or a column: `row:9`, `day:1`.
    pub fn fill(&mut self, what: &str, brush: &str, school: &School) {
        let (Some((kind, key)), Some(suits)) = (what.split_once(':'), Suits::read(brush)) else { return };
        let Ok(key) = key.parse::<u32>() else { return };
        for (weekday, hour) in open_hours(school) {
            if (kind == "row" && hour == key) || (kind == "day" && weekday == key) {
                self.0.insert((weekday, hour), suits);
            }
        }
        self.0.retain(|_, suits| *suits != Suits::Fine);
    }

    /// Whether an hour is wished for.
    pub fn has_wish(&self) -> bool {
        self.0.values().any(|suits| *suits == Suits::Wish)
    }

    fn at(&self, weekday: u32, hour: u32) -> Suits {
        self.0.get(&(weekday, hour)).copied().unwrap_or_default()
    }

    /// The hours that suit, as the wish states them.
    pub fn liked(&self, school: &School) -> Vec<LikedHours> {
        let liked = |(weekday, hour): (u32, u32)| {
            let liking = match self.at(weekday, hour) {
                Suits::Fine => Liking::Fine,
                Suits::Wish => Liking::Wish,
                Suits::Need => Liking::IfNeedBe,
                Suits::Never => return None,
            };
            Some(LikedHours { weekday, from_minute: hour * 60, to_minute: hour * 60 + 60, liking })
        };
        open_hours(school).into_iter().filter_map(liked).collect()
    }

    /// The hours that do not, with the reason; neighbours are one stretch.
    pub fn impossible(&self, reason: &str) -> Vec<ImpossibleHours> {
        let mut out: Vec<ImpossibleHours> = Vec::new();
        for ((weekday, hour), _) in self.0.iter().filter(|(_, suits)| **suits == Suits::Never) {
            match out.last_mut().filter(|last| last.weekday == *weekday && last.to_minute == hour * 60) {
                Some(last) => last.to_minute += 60,
                None => out.push(ImpossibleHours {
                    weekday: *weekday,
                    from_minute: hour * 60,
                    to_minute: hour * 60 + 60,
                    reason: reason.to_owned(),
                }),
            }
        }
        out
    }

    /// The hours that are wished for: weekday and hour.
    fn wished(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().filter(|(_, suits)| **suits == Suits::Wish).map(|(at, _)| *at)
    }

    /// The same in words: `lundi 9 h, mardi 10 h`.
    pub fn wishes(&self, w: Words) -> String {
        let name = |(weekday, hour)| format!("{} {}", w.t(&format!("weekday-{weekday}")), w.time(hour * 60));
        self.wished().map(name).collect::<Vec<_>>().join(", ")
    }

    /// The first wished start in the week of `monday` from which a class of so many minutes lies in the opening hours: on a
    /// day on which there are classes, if there is one.
    pub fn first_start(&self, desk: &Desk, monday: NaiveDate, minutes: u32) -> Option<NaiveDateTime> {
        let days = super::view::days(desk);
        let starts: Vec<NaiveDateTime> = self
            .wished()
            .filter_map(|(weekday, hour)| {
                let minute = start_in(desk, (weekday, hour), minutes)?;
                let day = monday + Duration::days(i64::from(weekday) - 1);
                Some(day.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(minute)))
            })
            .collect();
        let has_classes = |start: &&NaiveDateTime| {
            let day = start.date();
            (days.0..=days.1).contains(&day) && desk.school.opening().closed_on(day).is_empty()
        };
        starts.iter().find(has_classes).or(starts.first()).copied()
    }

    /// The grid, with how full each hour is.
    pub fn grid(&self, desk: &Desk, brush: &str, w: Words) -> Grid {
        let open = open_hours(&desk.school);
        let shares = desk.wished.as_ref().map(|load| Shares::of(load, &desk.round, &desk.school));
        let mut weekdays: Vec<u32> = open.iter().map(|(weekday, _)| *weekday).collect();
        weekdays.sort_unstable();
        weekdays.dedup();
        let name = |weekday: u32| w.t(&format!("weekday-{weekday}"));
        let day = |weekday: &u32| GridDay {
            key: weekday.to_string(),
            short: w.t(&format!("weekday-short-{weekday}")),
            name: name(*weekday),
            fill: w.t("grid-fill-day"),
        };
        let cell = |weekday: u32, hour: u32| {
            let is_open = open.contains(&(weekday, hour));
            let share = shares.as_ref().map(|shares| shares.at(weekday, hour));
            let when = [("day", name(weekday)), ("time", w.time(hour * 60))];
            let when = w.with("grid-cell", &when.each_ref().map(|(key, value)| (*key, value.as_str())));
            is_open.then(|| GridCell {
                name: format!("c-{weekday}-{hour}"),
                label: match share {
                    Some((share, _)) => w.with("grid-cell-full", &[("when", &when), ("percent", &w.percent(share))]),
                    None => when,
                },
                chosen: self.at(weekday, hour).word().to_owned(),
                note: share.map_or_else(String::new, |(share, _)| w.percent(share)),
                full: share.map_or(0, |(_, level)| level),
            })
        };
        let (first, last) = open.iter().fold((24, 0), |(from, to), (_, hour)| (from.min(*hour), to.max(*hour + 1)));
        let row = |hour: u32| GridRow {
            key: hour.to_string(),
            name: w.time(hour * 60),
            fill: w.t("grid-fill-row"),
            cells: weekdays.iter().map(|weekday| cell(*weekday, hour)).collect(),
        };
        let level = |(suits, value, key, sign): &(Suits, &'static str, &str, &'static str)| Level {
            value: (*value).to_owned(),
            name: w.t(key),
            sign,
            look: suits.word(),
        };
        Grid {
            id: "grid".to_owned(),
            caption: w.t("wish-grid"),
            brush: w.t("grid-brush"),
            levels: LEVELS.iter().map(level).collect(),
            chosen: Suits::read(brush).unwrap_or(Suits::Wish).word().to_owned(),
            days: weekdays.iter().map(day).collect(),
            rows: (first..last).map(row).collect(),
        }
    }
}

/// The hours of a span.
fn hours(span: &WeekSpan) -> impl Iterator<Item = u32> {
    span.from_minute / 60..span.to_minute.div_ceil(60)
}

/// Weekday and hour of every hour in which the school is open.
fn open_hours(school: &School) -> Vec<(u32, u32)> {
    let week = school.opening().week();
    let mut out: Vec<(u32, u32)> = week.iter().flat_map(|span| hours(span).map(|hour| (span.weekday, hour))).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// The first minute in an hour from which a class of so many minutes lies in the opening hours.
fn start_in(desk: &Desk, (weekday, hour): (u32, u32), minutes: u32) -> Option<u32> {
    let step = desk.round.step_minutes.max(5);
    let first = |span: WeekSpan| {
        let start = span.from_minute.max(hour * 60).next_multiple_of(step);
        let fits = start / 60 == hour && start + minutes.next_multiple_of(step) <= span.to_minute;
        fits.then_some(start)
    };
    let week = desk.school.opening().week();
    week.into_iter().filter(|span| span.weekday == weekday).filter_map(first).min()
}

/// The Mondays of the round's weeks.
pub fn mondays(desk: &Desk) -> Vec<NaiveDate> {
    let (first, last) = super::view::days(desk);
    let monday = first - Duration::days(i64::from(first.weekday().num_days_from_monday()));
    monday.iter_weeks().take_while(|monday| *monday <= last).collect()
}
