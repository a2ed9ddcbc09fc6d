//! From a wish to a request: people, numbers, hours, capacity, relatives; all that is wrong at once.

use super::NewRequest;
use crate::{
    app::AppResult,
    domain::{
        capacity::{Pool, PoolKind},
        finding::Findings,
        hours::allowed_windows,
        id::Id,
        people::{Group, School, Teacher},
        relatives,
        request::{Follows, MOST_ENTRIES, Rules},
        round::{Request, Round, Window},
        text,
    },
    store::{self, Conn},
};
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use std::collections::{HashMap, HashSet};

/// Shortest and longest class, in minutes.
const DURATIONS: std::ops::RangeInclusive<u32> = 5..=600;
/// The most connections of one class.
const MOST_CONNECTIONS: u32 = 100_000;
/// The most minutes of tolerance: a day.
const MOST_TOLERANCE: u32 = 1440;
/// The most that leaving a request without a class may cost.
const MOST_COST: u32 = 1_000_000;

/// All that decides whether a wish can be a request.
pub(super) struct Entry {
    pub round: Round,
    pub school: School,
    /// The round's requests, those that are being entered included.
    pub requests: Vec<Request>,
    teachers: Vec<Teacher>,
    groups: Vec<Group>,
    pools: Vec<(Pool, Vec<u32>)>,
}

/// What a request is besides what its wish says.
pub(super) struct Base {
    pub id: Id,
    pub created_at: DateTime<Utc>,
    pub series: Option<Id>,
    pub week: Option<Week>,
}

/// The week of a weekly class, and its last day.
#[derive(Clone, Copy)]
pub(super) struct Week {
    pub monday: NaiveDate,
    pub until: NaiveDate,
}

impl Week {
    /// `2020-W13`.
    pub fn name(self) -> String {
        week_name(self.monday)
    }
}

/// The Monday of a day's week.
pub(super) fn monday(day: NaiveDate) -> NaiveDate {
    day - Duration::days(i64::from(day.weekday().num_days_from_monday()))
}

/// The ISO week of a day: `2020-W13`.
pub(super) fn week_name(day: NaiveDate) -> String {
    format!("{}-W{:02}", day.iso_week().year(), day.iso_week().week())
}

/// What a wish calls another request.
enum Named {
    Request(Id),
    /// A weekly class that has none in this week.
    NotThisWeek,
    Nobody,
}

impl Base {
    /// Of a request that is new.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self { id: Id::new(now), created_at: now, series: None, week: None }
    }
}

impl Entry {
    /// Reads all that wishes of the round depend on.
    pub fn read(conn: &mut Conn, round: Round) -> AppResult<Self> {
        let school = store::schools::get(conn, &round.school)?;
        let (grid, zone) = (round.grid(), school.zone());
        let pools = store::pools::of_school(conn, &school.id)?.into_iter().map(|pool| {
            let limits = pool.limits(&grid, zone);
            (pool, limits)
        });
        Ok(Self {
            pools: pools.collect(),
            teachers: store::teachers::list(conn, &school.id)?,
            groups: store::groups::list(conn, &school.id)?,
            requests: store::requests::of_round(conn, &round.id)?,
            round,
            school,
        })
    }

    /// The request of a wish for one class; of a weekly class, one of its week.
    pub fn single(&self, wish: &NewRequest, base: Base) -> Result<Request, Findings> {
        if wish.weekly {
            let mut findings = Findings::default();
            let action = "change the weekly class with PUT /api/v1/series/{series}, or leave weekly out";
            findings.add("weekly-here", "weekly", "this request is one class", action);
            return Err(findings);
        }
        let first = wish.preferred.first().filter(|_| base.series.is_some());
        let week = first.map(|first| Week { monday: monday(first.start.date()), until: self.last_day() });
        self.request(wish, Base { week, ..base })
    }

    /// The request that the wish becomes.
    pub fn request(&self, wish: &NewRequest, base: Base) -> Result<Request, Findings> {
        let mut findings = Findings::default();
        let title = findings.keep(text::line(&wish.title, "title")).unwrap_or_default();
        let reference = wish.reference.as_deref().and_then(|text| findings.keep(text::line(text, "reference")));
        let link = wish.link.as_deref().and_then(|link| findings.keep(text::link(link, "link")));
        self.people(wish, &mut findings);
        numbers(wish, &mut findings);
        wish.rule_findings(&mut findings);
        let connections = wish.connections.unwrap_or_else(|| self.heads(wish));
        let windows = self.windows(wish, base.week, &mut findings);
        self.capacity(wish, connections, &windows, &mut findings);
        let rules = self.rules(wish, &base, &mut findings);
        let request = Request {
            reference: reference.unwrap_or_else(|| base.id.to_string()),
            id: base.id,
            round: self.round.id.clone(),
            title,
            teachers: wish.teachers.clone(),
            groups: wish.groups.clone(),
            connections,
            duration_minutes: wish.duration_minutes,
            windows,
            unplaced_cost: wish.unplaced_cost,
            created_at: base.created_at,
            rules,
            wish: Some(NewRequest { link, ..wish.clone() }),
            series: base.series,
        };
        // What has no start, or nobody in it, has been told of already.
        if findings.0.is_empty() {
            let others: Vec<&Request> = self.requests.iter().filter(|other| other.id != request.id).collect();
            findings.0.extend(relatives::findings(&request, &others, self.school.zone()));
        }
        findings.into_result()?;
        Ok(request)
    }

    fn windows(&self, wish: &NewRequest, week: Option<Week>, findings: &mut Findings) -> Vec<Window> {
        let readable = DURATIONS.contains(&wish.duration_minutes) && wish.preferred.len() <= MOST_ENTRIES;
        if !readable || !wish.has_sound_hours() {
            return Vec::new();
        }
        let zone = self.school.zone();
        let found = allowed_windows(wish, self.school.opening(), self.round.grid());
        let mut windows = found.unwrap_or_else(|more| {
            findings.0.extend(more.0);
            Vec::new()
        });
        if let Some(week) = week {
            let end = (week.monday + Duration::days(6)).min(week.until);
            windows.retain(|window| (week.monday..=end).contains(&window.first_at.with_timezone(&zone).date_naive()));
            if windows.is_empty() && findings.0.is_empty() {
                let message = format!("the class is that of week {}", week.name());
                findings.add("outside-week", "preferred", message, "prefer starts of one week");
            }
        }
        windows
    }

    /// The last local day of the round.
    pub fn last_day(&self) -> NaiveDate {
        (self.round.ends_at - Duration::seconds(1)).with_timezone(&self.school.zone()).date_naive()
    }

    /// Those of the groups, and one for each teacher.
    fn heads(&self, wish: &NewRequest) -> u32 {
        let known: HashMap<&Id, u32> = self.groups.iter().map(|group| (&group.id, group.connections())).collect();
        let heads = wish.groups.iter().filter_map(|id| known.get(id).copied());
        heads.chain(wish.teachers.iter().map(|_| 1)).fold(0, u32::saturating_add)
    }

    fn people(&self, wish: &NewRequest, findings: &mut Findings) {
        let teachers = self.teachers.iter().map(|teacher| &teacher.id).collect();
        named(findings, "teacher", &wish.teachers, &teachers);
        let groups = self.groups.iter().map(|group| &group.id).collect();
        named(findings, "group", &wish.groups, &groups);
    }

    /// The rules with the requests that they name.
    fn rules(&self, wish: &NewRequest, base: &Base, findings: &mut Findings) -> Rules {
        let mut rules = Rules {
            impossible_hours: wish.impossible_hours.clone(),
            minimum_break_minutes: wish.minimum_break_minutes,
            most_a_day: wish.most_a_day,
            ..Rules::default()
        };
        for (index, after) in wish.after.iter().enumerate().take(MOST_ENTRIES) {
            let place = format!("after[{index}].request");
            let Some(id) = self.relative(&after.request, base, &place, findings) else { continue };
            if rules.after.iter().any(|known| known.request == id) {
                findings.add("named-twice", place, "the class is named twice", "name each once");
            } else {
                rules.after.push(Follows { request: id, gap_minutes: after.gap_minutes });
            }
        }
        for (index, name) in wish.not_same_day_as.iter().enumerate().take(MOST_ENTRIES) {
            let place = format!("not_same_day_as[{index}]");
            let Some(id) = self.relative(name, base, &place, findings) else { continue };
            if id == base.id {
                findings.add("names-itself", place, "a class is always on its own day", "name another class");
            } else if rules.not_same_day_as.contains(&id) {
                findings.add("named-twice", place, "the class is named twice", "name each once");
            } else {
                rules.not_same_day_as.push(id);
            }
        }
        rules
    }

    fn relative(&self, name: &str, base: &Base, place: &str, findings: &mut Findings) -> Option<Id> {
        match self.called(name, base) {
            Named::Request(id) => Some(id),
            Named::NotThisWeek => None,
            Named::Nobody => {
                let shown: String = name.chars().take(text::MAX_LINE).collect();
                let action = "list the requests with GET /api/v1/rounds/{round}/requests";
                findings.add("unknown-request", place, format!("this round has no request {shown:?}"), action);
                None
            }
        }
    }

    /// The request of that id or reference; for a weekly class, that of the same week of another one, too.
    fn called(&self, name: &str, base: &Base) -> Named {
        let known = |other: &&Request| other.id.as_str() == name || other.reference == name;
        if let Some(request) = self.requests.iter().find(known) {
            return Named::Request(request.id.clone());
        }
        let Some(week) = base.week else { return Named::Nobody };
        let of_series = |other: &&Request| {
            let Some(series) = &other.series else { return false };
            series.as_str() == name || other.reference.strip_prefix(name).is_some_and(|rest| rest.starts_with("-2"))
        };
        let mut others = self.requests.iter().filter(of_series).peekable();
        if others.peek().is_none() {
            return Named::Nobody;
        }
        let same_week = others.find(|other| other.reference.ends_with(&format!("-{}", week.name())));
        same_week.map_or(Named::NotThisWeek, |other| Named::Request(other.id.clone()))
    }

    /// A class that no limit could hold, anywhere or at the starts that it allows, would only wait in vain.
    fn capacity(&self, wish: &NewRequest, connections: u32, windows: &[Window], findings: &mut Findings) {
        let place = if wish.connections.is_some() { "connections" } else { "groups" };
        let action = "split the class into parts, raise the capacity, or allow other hours";
        let mut fitting: Option<HashSet<u32>> = None;
        for (pool, limits) in &self.pools {
            let most = limits.iter().copied().max().unwrap_or(0);
            if connections > most {
                let message =
                    format!("the class takes {connections} connections, {} never allows more than {most}", pool.name);
                let action = "split the class into parts, or raise the capacity";
                findings.add("above-capacity", place, message, action);
                continue;
            }
            let starts = self.least_limits(pool, limits, wish.duration_minutes, windows);
            let Some(best) = starts.iter().map(|(_, limit)| *limit).max() else { continue };
            if connections > best {
                let message = format!(
                    "the class takes {connections} connections, {} allows at most {best} at all the starts that the \
                     wish allows",
                    pool.name
                );
                findings.add("above-capacity", place, message, action);
            }
            let fits: HashSet<u32> =
                starts.iter().filter(|start| start.1 >= connections).map(|start| start.0).collect();
            fitting = Some(match fitting {
                None => fits,
                Some(known) => known.intersection(&fits).copied().collect(),
            });
        }
        let told = findings.0.iter().any(|finding| finding.code == "above-capacity");
        if !told && fitting.is_some_and(|fitting| fitting.is_empty()) {
            let message =
                format!("the class takes {connections} connections; at each start that it allows some limit is lower");
            findings.add("above-capacity", place, message, action);
        }
    }

    /// For each start that the windows allow, a cell, the least limit that the class would meet.
    fn least_limits(&self, pool: &Pool, limits: &[u32], minutes: u32, windows: &[Window]) -> Vec<(u32, u32)> {
        let grid = self.round.grid();
        let (back, ahead) = match pool.kind {
            PoolKind::Concurrent => (0, grid.cells_of(minutes)),
            PoolKind::Arrivals { window_minutes } => {
                let window = grid.cells_of(window_minutes).max(1);
                (window - 1, window)
            }
        };
        let starts: HashSet<u32> = windows
            .iter()
            .filter_map(|window| Some(grid.cell(window.first_at)?..=grid.cell(window.last_at)?))
            .flatten()
            .collect();
        let least = |start: u32| {
            let (from, to) = (start.saturating_sub(back) as usize, (start + ahead) as usize);
            limits.get(from..to.min(limits.len()))?.iter().copied().min()
        };
        starts.into_iter().filter_map(|start| Some((start, least(start)?))).collect()
    }
}

fn numbers(wish: &NewRequest, findings: &mut Findings) {
    if !DURATIONS.contains(&wish.duration_minutes) {
        let message = format!("a class of {} minutes is none", wish.duration_minutes);
        findings.add("bad-duration", "duration_minutes", message, "use 5 to 600 minutes");
    }
    if wish.preferred.len() > MOST_ENTRIES {
        let message = format!("{} starts are given", wish.preferred.len());
        findings.add("too-many", "preferred", message, format!("give at most {MOST_ENTRIES}"));
    }
    for (index, _) in wish.preferred.iter().enumerate().filter(|(_, p)| p.tolerance_minutes > MOST_TOLERANCE) {
        let place = format!("preferred[{index}].tolerance_minutes");
        let action = format!("use at most {MOST_TOLERANCE}, and otherwise: any_day for more");
        findings.add("bad-tolerance", place, "the tolerance is longer than a day", action);
    }
    if wish.connections.is_some_and(|number| !(1..=MOST_CONNECTIONS).contains(&number)) {
        let action = format!("use 1 to {MOST_CONNECTIONS}, or leave it out");
        findings.add("bad-connections", "connections", "no class takes so many connections", action);
    }
    if wish.unplaced_cost > MOST_COST {
        let action = format!("use at most {MOST_COST}");
        findings.add("bad-cost", "unplaced_cost", "the cost is beyond all others", action);
    }
}

/// Whether these are people of the school, each named once, and at least one.
pub(in crate::app) fn named(findings: &mut Findings, kind: &str, ids: &[Id], known: &HashSet<&Id>) {
    if ids.is_empty() {
        findings.add(&format!("no-{kind}"), format!("{kind}s"), format!("no {kind} is named"), "name at least one");
    }
    if ids.len() > MOST_ENTRIES {
        let message = format!("{} {kind}s are named", ids.len());
        findings.add("too-many", format!("{kind}s"), message, format!("name at most {MOST_ENTRIES}"));
        return;
    }
    for (index, id) in ids.iter().enumerate() {
        let place = format!("{kind}s[{index}]");
        if !known.contains(id) {
            let action = format!("list them with GET /api/v1/schools/{{school}}/{kind}s");
            findings.add(&format!("unknown-{kind}"), place, format!("this school has no {kind} {id}"), action);
        } else if ids[..index].contains(id) {
            findings.add("named-twice", place, format!("the {kind} is named twice"), "name each once");
        }
    }
}
