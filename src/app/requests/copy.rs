//! The wishes of an earlier round once more: each by whole weeks later, on the same weekday at the same local hour.

use super::{
    Entry, NewRequest, collecting,
    entry::{Base, monday, week_name},
    not_too_many,
    series::week_of,
};
use crate::{
    app::{App, AppError, AppResult, rounds::visible, teachers::teacher_of},
    domain::{
        access::Principal,
        finding::{Finding, Findings},
        id::Id,
        request::{After, Follows, Rules},
        round::{Request, Round, Window},
        time::instant,
        wish::Preferred,
    },
    store::{self, Conn},
};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use utoipa::ToSchema;

/// Which wishes to copy.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyOrder {
    /// The round they are in; the school's latest earlier one when nothing is said.
    #[serde(default)]
    pub from: Option<Id>,
    /// Only the wishes for classes of this teacher; all that the one who asks may copy when nothing is said.
    #[serde(default)]
    pub teacher: Option<Id>,
}

/// What copying did.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Copied {
    /// The round that the wishes were in.
    pub from: Id,
    /// The new requests.
    pub copied: Vec<Request>,
    /// Wishes that were not copied.
    pub refused: Vec<NotCopied>,
}

/// A wish that was not copied.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotCopied {
    /// Its request in the earlier round.
    pub request: Id,
    /// Its name there.
    pub reference: String,
    /// What its class is called.
    pub title: String,
    /// Everything that stands against it.
    pub findings: Vec<Finding>,
}

impl App {
    /// Copies the wishes of an earlier round: a teacher their own, an admin all. What cannot be copied is told wish by
    /// wish, the rest is copied; a wish that was copied before is told of and stays one.
    ///
    /// # Errors
    /// `NotFound`, also for an earlier round or a teacher of another school; `Conflict`: those of [`App::enter_request`] and
    /// `no-earlier-round`.
    pub async fn copy_requests(&self, who: &Principal, round: &Id, order: CopyOrder) -> AppResult<Copied> {
        let (who, round, now) = (who.clone(), round.clone(), self.now());
        self.write(move |conn| {
            let round = collecting(conn, &who, &round, now)?;
            let from = earlier(conn, &who, &round, order.from.as_ref())?;
            if let Some(teacher) = &order.teacher {
                let school = store::schools::get(conn, &round.school)?;
                teacher_of(conn, &school, teacher)?;
            }
            let sources = store::requests::of_round(conn, &from.id)?;
            let mut copier = Copier::new(Entry::read(conn, round)?, &from, &sources);
            let (mut copied, mut refused) = (Vec::new(), Vec::new());
            for source in in_order(&sources) {
                let is_wanted = order.teacher.as_ref().is_none_or(|teacher| source.teachers.contains(teacher));
                if !is_wanted || !who.may_ask_for(&from.school, &source.teachers) {
                    continue;
                }
                match copier.copy(source, now) {
                    Ok(request) => copied.push(request),
                    Err(findings) => refused.push(NotCopied {
                        request: source.id.clone(),
                        reference: source.reference.clone(),
                        title: source.title.clone(),
                        findings: findings.0,
                    }),
                }
            }
            let teachers: Vec<Id> = copied.iter().flat_map(|request| request.teachers.clone()).collect();
            not_too_many(&copier.entry.requests, &teachers)?;
            store::requests::insert(conn, &copied)?;
            Ok(Copied { from: from.id, copied, refused })
        })
        .await
    }
}

/// The round to copy from.
fn earlier(conn: &mut Conn, who: &Principal, round: &Round, from: Option<&Id>) -> AppResult<Round> {
    if let Some(from) = from {
        let found = visible(conn, who, from)?;
        if found.school != round.school {
            return Err(AppError::not_found("round", from));
        }
        if found.id == round.id {
            let message = "a round cannot be copied into itself; name an earlier one";
            return Err(AppError::conflict("no-earlier-round", message));
        }
        return Ok(found);
    }
    // The latest comes first.
    let found = store::rounds::list(conn, &round.school)?.into_iter().find(|other| other.starts_at < round.starts_at);
    found.ok_or_else(|| AppError::conflict("no-earlier-round", "the school has no earlier round; enter the wishes"))
}

/// The requests, each after those that its class follows.
fn in_order(requests: &[Request]) -> Vec<&Request> {
    let mut left: Vec<&Request> = requests.iter().collect();
    let mut out: Vec<&Request> = Vec::new();
    while !left.is_empty() {
        let waiting: BTreeSet<&Id> = left.iter().map(|request| &request.id).collect();
        let (later, next): (Vec<&Request>, Vec<&Request>) = left
            .iter()
            .partition(|request| request.rules.after.iter().any(|follows| waiting.contains(&follows.request)));
        // A circle would wait for ever: its wishes come last, and tell what they miss.
        left = if next.is_empty() { Vec::new() } else { later.clone() };
        out.extend(if next.is_empty() { later } else { next });
    }
    out
}

struct Copier<'a> {
    entry: Entry,
    weeks: i64,
    sources: HashMap<&'a Id, &'a Request>,
    apart: BTreeSet<(&'a Id, &'a Id)>,
    /// The new weekly class of an old one.
    series: HashMap<&'a Id, Id>,
}

impl<'a> Copier<'a> {
    fn new(entry: Entry, from: &Round, sources: &'a [Request]) -> Self {
        let zone = entry.school.zone();
        let monday_of = |at: DateTime<Utc>| monday(at.with_timezone(&zone).date_naive());
        let weeks = (monday_of(entry.round.starts_at) - monday_of(from.starts_at)).num_weeks();
        let mut copier = Self {
            weeks,
            sources: sources.iter().map(|request| (&request.id, request)).collect(),
            apart: crate::domain::relatives::apart(sources),
            series: HashMap::new(),
            entry,
        };
        // A week that is copied later joins those that were copied before.
        for source in sources {
            let Some(old) = &source.series else { continue };
            let known = copier.known(&copier.reference(source)).and_then(|request| request.series.clone());
            if let Some(known) = known {
                copier.series.insert(old, known);
            }
        }
        copier
    }

    /// The copy of a request. It is among the entry's requests from now on.
    fn copy(&mut self, source: &'a Request, now: DateTime<Utc>) -> Result<Request, Findings> {
        let reference = self.reference(source);
        if self.known(&reference).is_some() {
            let mut findings = Findings::default();
            let message = format!("the round has a request “{reference}” already");
            findings.add("reference-exists", "reference", message, "nothing: it was copied before");
            return Err(findings);
        }
        let series = source.series.as_ref().map(|old| self.series.entry(old).or_insert_with(|| Id::new(now)).clone());
        let base = Base { series, ..Base::new(now) };
        let request = match &source.wish {
            Some(wish) => self.entry.single(&self.wish(source, wish, reference), base)?,
            None => self.without_wish(source, reference, base)?,
        };
        self.entry.requests.push(request.clone());
        Ok(request)
    }

    /// The name of the copy: the same, with the new week where it ends with the old one.
    fn reference(&self, source: &Request) -> String {
        let zone = self.entry.school.zone();
        let week = week_of(source, zone);
        match source.reference.strip_suffix(&format!("-{week}")) {
            Some(base) if source.series.is_some() => {
                let start = source.wished_start().map(|at| at.with_timezone(&zone).date_naive());
                let start =
                    source.wish.as_ref().and_then(|wish| wish.preferred.first()).map(|p| p.start.date()).or(start);
                let later = start.and_then(|day: NaiveDate| day.checked_add_signed(Duration::weeks(self.weeks)));
                later.map_or_else(|| source.reference.clone(), |day| format!("{base}-{}", week_name(day)))
            }
            _ => source.reference.clone(),
        }
    }

    fn known(&self, reference: &str) -> Option<&Request> {
        self.entry.requests.iter().find(|request| request.reference == reference)
    }

    /// The wish, later, with the names that its relatives have in the new round.
    fn wish(&self, source: &Request, wish: &NewRequest, reference: String) -> NewRequest {
        let later = |one: &Preferred| {
            Some(Preferred { start: one.start.checked_add_signed(Duration::weeks(self.weeks))?, ..*one })
        };
        let after = source.rules.after.iter().filter_map(|follows| {
            let first = self.sources.get(&follows.request)?;
            Some(After { request: self.reference(first), gap_minutes: follows.gap_minutes })
        });
        NewRequest {
            preferred: wish.preferred.iter().filter_map(later).collect(),
            reference: Some(reference),
            after: after.collect(),
            not_same_day_as: self.others(source).into_iter().map(|other| self.reference(other)).collect(),
            ..wish.clone()
        }
    }

    /// The requests on whose day the class is not, as far as they are in the new round: the rule holds both ways, so
    /// the one that is copied later states it.
    fn others(&self, source: &Request) -> Vec<&'a Request> {
        let pairs = self.apart.iter().filter(|(a, b)| **a == source.id || **b == source.id);
        let others = pairs.filter_map(|(a, b)| self.sources.get(if **a == source.id { b } else { a }).copied());
        others.filter(|other| self.known(&self.reference(other)).is_some()).collect()
    }

    /// A request that a file brought: its windows, later.
    fn without_wish(&self, source: &Request, reference: String, base: Base) -> Result<Request, Findings> {
        let (zone, grid) = (self.entry.school.zone(), self.entry.round.grid());
        let later = |at: DateTime<Utc>| {
            let local = at.with_timezone(&zone).naive_local().checked_add_signed(Duration::weeks(self.weeks))?;
            instant(zone, local, "").ok()
        };
        let end = grid.end() - Duration::minutes(i64::from(source.duration_minutes));
        let windows = source.windows.iter().filter_map(|window| {
            let (first_at, last_at) = (later(window.first_at)?.max(grid.start), later(window.last_at)?.min(end));
            (first_at <= last_at).then_some(Window { first_at, last_at, ideal_at: later(window.ideal_at)?, ..*window })
        });
        let windows: Vec<Window> = windows.collect();
        let mut findings = Findings::default();
        if windows.is_empty() {
            findings.add("outside-round", "preferred", "no start of it lies in this round", "enter the wish anew");
        }
        let id_of = |old: &Id| Some(self.known(&self.reference(self.sources.get(old)?))?.id.clone());
        let mut after = Vec::new();
        for follows in &source.rules.after {
            match id_of(&follows.request) {
                Some(request) => after.push(Follows { request, gap_minutes: follows.gap_minutes }),
                None => {
                    findings.add("unknown-request", "after", "the class that comes first is not here", "copy it first")
                }
            }
        }
        findings.into_result()?;
        let not_same_day_as = self.others(source).into_iter().filter_map(|other| id_of(&other.id)).collect();
        Ok(Request {
            id: base.id,
            round: self.entry.round.id.clone(),
            reference,
            windows,
            created_at: base.created_at,
            rules: Rules { after, not_same_day_as, ..source.rules.clone() },
            wish: None,
            series: base.series,
            ..source.clone()
        })
    }
}
