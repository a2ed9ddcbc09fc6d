//! The load map: how full each hour of a week is in a pool that schools share, and which schools press on an hour.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Duration, NaiveDate, Timelike, Utc};
use serde::Deserialize;
use std::collections::BTreeMap;

use super::form::options;
use crate::{
    app::{
        App,
        pressure::{HourUse, PoolWeek, SchoolUse, SharedLoad},
    },
    domain::{
        access::Principal,
        capacity::{LimitSource, PoolKind},
        load::Place,
    },
    http::web::{
        alerts::Alerts,
        page::{Refusal, Shell},
        parts::Choice,
        visitor::Visitor,
        words::Words,
    },
};

/// Hours that are shown even when nothing happens in them.
const SHOWN: std::ops::Range<u32> = 7..20;
/// Per cent of the limit from which on other hours are shown, too, without any class in them.
const NOTABLE: u64 = 40;
/// Schools that are named for one hour.
const NAMED: usize = 100;

/// What the address may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    date: String,
    pool: String,
    /// The five minutes of which the schools are shown: Unix seconds.
    at: String,
}

/// A pool and the fullest hour of its week.
pub struct Peak {
    /// The pool's name.
    pub name: String,
    /// Its map.
    pub href: String,
    /// The peak in words.
    pub words: String,
    /// How full, as a word of the style sheet.
    pub level: &'static str,
    /// The share that is drawn, at most 100.
    pub width: u64,
}

/// An hour of a day.
struct Cell {
    /// Per cent of the limit; a dash where nothing is known.
    percent: String,
    /// What the number means, for those who do not see the map.
    words: String,
    level: u8,
    /// Which schools press on it; nothing where none does.
    href: Option<String>,
    is_chosen: bool,
    /// Whether the limit is another one than usual.
    is_special: bool,
}

struct Row {
    name: String,
    cells: Vec<Option<Cell>>,
}

struct Map {
    days: Vec<(String, String)>,
    rows: Vec<Row>,
    /// Whether no class is in it.
    is_empty: bool,
    /// Whether some of the numbers were counted.
    is_observed: bool,
    /// Whether some hold a forecast, too.
    is_forecast: bool,
    /// How the pool counts, and its usual limit.
    about: String,
    settings: String,
    shares: String,
    zone: String,
}

/// The five minutes that were chosen.
struct Moment {
    heading: String,
    sum: String,
    is_over: bool,
    has_parts: bool,
    schools: Vec<Presser>,
    more: usize,
}

struct Presser {
    name: String,
    href: String,
    week: String,
    week_words: String,
    classes: String,
    connections: String,
    width: u64,
    part: Option<String>,
    is_beyond: bool,
}

#[derive(Template)]
#[template(path = "web/operator/load.html")]
struct LoadPage {
    w: Words,
    shell: Shell,
    heading: String,
    monday: NaiveDate,
    previous: String,
    next: String,
    pools: Vec<Choice>,
    map: Option<Map>,
    moment: Option<Moment>,
    peaks: Vec<Peak>,
    alerts: Option<Alerts>,
}

/// `GET /operator/load`.
pub async fn show(visitor: Visitor, app: web::Data<App>, asked: web::Query<Asked>) -> HttpResponse {
    let page = page(&visitor, &app, &asked).await;
    visitor.answer(page)
}

async fn page(visitor: &Visitor, app: &App, asked: &Asked) -> Result<LoadPage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let day = crate::http::web::week::Asked { date: asked.date.clone(), ..Default::default() };
    let map = app.shared_load(who, day.monday()).await?;
    let chosen = chosen(&map, &asked.pool);
    let at = asked.at.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let mut moment = None;
    if let (Some(pool), Some(at)) = (chosen, at)
        && let Some(hour) = pool.hours.values().find(|hour| hour.at == at)
    {
        let schools = app.pressing(who, &pool.pool.id, at).await?;
        moment = Some(Moment::of(pool, hour, &schools, w));
    }
    let alerts = alerts(app, who, &map, w).await?;
    let heading = w.with("op-load-title", &[("span", &w.days(map.monday, map.monday + Duration::days(6)))]);
    let link = |monday: NaiveDate| match chosen {
        Some(pool) => format!("/operator/load?date={monday}&pool={}", pool.pool.id),
        None => format!("/operator/load?date={monday}"),
    };
    let id = chosen.map_or("", |pool| pool.pool.id.as_str());
    Ok(LoadPage {
        w,
        shell: visitor.shell(&w.t("nav-load")),
        monday: map.monday,
        previous: link(map.monday - Duration::days(7)),
        next: link(map.monday + Duration::days(7)),
        pools: options(map.pools.iter().map(|one| (one.pool.id.as_str(), one.pool.name.as_str())), id),
        peaks: map.pools.iter().map(|pool| Peak::of(pool, map.monday, w)).collect(),
        map: chosen.map(|pool| Map::of(pool, map.monday, at, w)),
        moment,
        alerts,
        heading,
    })
}

/// The warnings of the platforms and federations whose pools are on the map, each named after its first pool.
async fn alerts(app: &App, who: &Principal, map: &SharedLoad, w: Words) -> Result<Option<Alerts>, Refusal> {
    let mut places: BTreeMap<Place, &PoolWeek> = BTreeMap::new();
    for pool in &map.pools {
        let platform = pool.pool.owner.platform.clone().map(Place::platform);
        if let Some(place) = platform.or_else(|| pool.pool.owner.federation.clone().map(Place::federation)) {
            places.entry(place).or_insert(pool);
        }
    }
    let mut all = Vec::new();
    for (place, pool) in places {
        let alerts = app.load_alerts(who, place).await?;
        all.extend(alerts.into_iter().map(|alert| (alert, pool.zone, pool.pool.name.as_str())));
    }
    Ok(Alerts::of(&all, w))
}

/// The pool that is asked for, else the fullest.
fn chosen<'a>(map: &'a SharedLoad, asked: &str) -> Option<&'a PoolWeek> {
    let fullest = || map.pools.iter().rev().max_by_key(|pool| pool.peak().map_or(0, |peak| peak.percent()));
    map.pools.iter().find(|pool| pool.pool.id.as_str() == asked).or_else(fullest)
}

impl Peak {
    /// The peak of a pool's week.
    pub fn of(pool: &PoolWeek, monday: NaiveDate, w: Words) -> Self {
        let peak = pool.peak();
        let words = match &peak {
            Some(peak) => {
                let key = match (peak.observed, peak.expected) {
                    (Some(_), _) => "op-peak-observed",
                    (None, Some(1..)) => "op-peak-expected",
                    _ => "op-peak",
                };
                let more = [("percent", w.percent(peak.percent())), ("when", when(peak.at, pool, w))];
                said(key, peak, more, w)
            }
            None => w.t("week-peak-none"),
        };
        let percent = peak.map_or(0, |peak| peak.percent());
        let level = match percent {
            101.. => "over",
            90.. => "full",
            _ => "some",
        };
        Self {
            name: pool.pool.name.clone(),
            href: format!("/operator/load?date={monday}&pool={}", pool.pool.id),
            words,
            level,
            width: percent.min(100),
        }
    }
}

impl Map {
    fn of(pool: &PoolWeek, monday: NaiveDate, at: Option<DateTime<Utc>>, w: Words) -> Self {
        let days: Vec<NaiveDate> = monday.iter_days().take(7).collect();
        let is_notable = |one: &HourUse| one.used > 0 || one.percent() >= NOTABLE;
        let is_used = |hour: u32| days.iter().any(|day| pool.hours.get(&(*day, hour)).is_some_and(is_notable));
        let first = (0..SHOWN.start).find(|hour| is_used(*hour)).unwrap_or(SHOWN.start);
        let last = (SHOWN.end..24).rev().find(|hour| is_used(*hour)).map_or(SHOWN.end, |hour| hour + 1);
        let cell = |day: &NaiveDate, hour: u32| {
            pool.hours.get(&(*day, hour)).map(|one| Cell::of(pool, (monday, *day, hour), one, at, w))
        };
        let rows = (first..last)
            .map(|hour| Row { name: w.time(hour * 60), cells: days.iter().map(|day| cell(day, hour)).collect() });
        let limit = w.number(pool.pool.connections.into());
        let about = match pool.pool.kind {
            PoolKind::Concurrent => w.with("op-pool-concurrent", &[("limit", &limit)]),
            PoolKind::Arrivals { window_minutes } => {
                w.with("op-pool-arrivals", &[("limit", &limit), ("window", &w.duration(window_minutes))])
            }
        };
        let schools = w.count("op-schools-count", pool.schools);
        Self {
            days: days.iter().map(|day| (w.day_short(*day), w.day(*day))).collect(),
            rows: rows.collect(),
            is_empty: pool.hours.values().all(|hour| hour.used == 0),
            is_observed: pool.hours.values().any(|hour| hour.observed.is_some()),
            is_forecast: pool.hours.values().any(|hour| hour.expected.is_some()),
            about: format!("{about} {schools}."),
            settings: format!("/operator/pools/{}", pool.pool.id),
            shares: format!("/operator/pools/{}/shares", pool.pool.id),
            zone: w.with("week-zone", &[("zone", pool.zone.name())]),
        }
    }
}

impl Cell {
    fn of(
        pool: &PoolWeek,
        (monday, day, hour): (NaiveDate, NaiveDate, u32),
        one: &HourUse,
        at: Option<DateTime<Utc>>,
        w: Words,
    ) -> Self {
        let percent = one.percent();
        let level = match percent {
            0 => 0,
            1..40 => 1,
            40..70 => 2,
            70..90 => 3,
            90..=100 => 4,
            _ => 5,
        };
        let key = match (one.observed, one.expected) {
            (Some(_), _) => "op-cell-observed",
            (None, Some(_)) => "op-cell-expected",
            (None, None) if one.used > 0 => "op-cell",
            (None, None) => "op-cell-unknown",
        };
        let words = said(key, one, [("when", w.day_time(day, hour * 60)), ("at", time(one.at, pool, w))], w);
        let link = || format!("/operator/load?date={monday}&pool={}&at={}#hour", pool.pool.id, one.at.timestamp());
        Self {
            percent: match percent {
                1000.. => "!".to_owned(),
                0 if !one.is_known() => "–".to_owned(),
                _ => percent.to_string(),
            },
            words,
            level,
            href: (one.used > 0).then(link),
            is_chosen: at == Some(one.at),
            is_special: one.source != LimitSource::Usual,
        }
    }
}

impl Moment {
    fn of(pool: &PoolWeek, hour: &HourUse, schools: &[SchoolUse], w: Words) -> Self {
        let sum: u64 = schools.iter().map(|one| one.connections).sum();
        let most = schools.iter().map(|one| one.connections).max().unwrap_or(1).max(1);
        let date = hour.at.with_timezone(&pool.zone).date_naive();
        let presser = |one: &SchoolUse| Presser {
            name: one.name.clone(),
            href: format!("/operator/schools/{}", one.school),
            week: format!("/week?school={}&date={date}", one.school),
            week_words: w.name("op-press-week-of", &one.name),
            classes: w.count("week-classes", one.classes),
            connections: w.number(one.connections),
            width: one.connections * 100 / most,
            part: one.guaranteed.map(|part| w.number(part.into())),
            is_beyond: one.guaranteed.is_some_and(|part| one.connections > u64::from(part)),
        };
        Self {
            heading: when(hour.at, pool, w),
            sum: w.with(
                "op-press-sum",
                &[("used", &w.number(sum)), ("limit", &w.number(hour.limit.into())), ("pool", &pool.pool.name)],
            ),
            is_over: sum > u64::from(hour.limit),
            has_parts: schools.iter().any(|one| one.guaranteed.is_some()),
            schools: schools.iter().take(NAMED).map(presser).collect(),
            more: schools.len().saturating_sub(NAMED),
        }
    }
}

/// What an hour carries, in words.
fn said(key: &str, one: &HourUse, more: [(&'static str, String); 2], w: Words) -> String {
    let numbers = [
        ("used", one.used),
        ("expected", one.expected.unwrap_or(0)),
        ("observed", one.observed.unwrap_or(0)),
        ("limit", one.limit.into()),
    ];
    let all: Vec<_> = numbers.map(|(name, number)| (name, w.number(number))).into_iter().chain(more).collect();
    w.with(key, &all.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>())
}

/// An instant in the pool's local time.
fn when(at: DateTime<Utc>, pool: &PoolWeek, w: Words) -> String {
    let local = at.with_timezone(&pool.zone).naive_local();
    w.day_time(local.date(), local.hour() * 60 + local.minute())
}

fn time(at: DateTime<Utc>, pool: &PoolWeek, w: Words) -> String {
    let local = at.with_timezone(&pool.zone).naive_local();
    w.time(local.hour() * 60 + local.minute())
}
