//! Weekly classes: one request a week, of one wish.
//!
//! Every week has the same wishes at the same local hours, so the same starts cost the same in each: where nothing but
//! the wishes decides, each week gets the same hour. What stands against an hour in one week alone (another class, a
//! lower limit) moves that week alone.

use super::{
    NewRequest, collecting,
    entry::{Base, Entry, Week, monday, week_name},
    may_ask, not_too_many, taken,
};
use crate::{
    app::{App, AppError, AppResult, call::Expected, rounds::visible},
    domain::{
        access::Principal,
        calendar::Opening,
        finding::{Finding, Findings},
        hours::effective,
        id::Id,
        round::{Request, Round},
        wish::{Frame, Preferred},
    },
    store::{self, Conn},
};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// A weekly class.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Series {
    /// Identifier: its requests name it.
    pub series: Id,
    /// The wish that gives these requests, for `PUT`; nothing when one of them came from a file.
    pub wish: Option<NewRequest>,
    /// One request a week, the earliest first.
    pub requests: Vec<Request>,
    /// Weeks without a class, with the reason.
    pub skipped: Vec<SkippedWeek>,
}

/// A week in which a weekly class is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SkippedWeek {
    /// The ISO week.
    #[schema(example = "2020-W16")]
    pub week: String,
    /// Why.
    pub finding: Finding,
}

/// A week of a wish, and the wish as it is for this week.
struct OneWeek {
    week: Week,
    wish: NewRequest,
}

impl Series {
    /// A weekly class as it is read: of its requests, the earliest first.
    pub fn of(id: &Id, mut requests: Vec<Request>) -> Self {
        requests.sort_by_key(|request| (request.wished_start(), request.id.clone()));
        Self { series: id.clone(), wish: wish_of(&requests), requests, skipped: Vec::new() }
    }
}

impl App {
    /// Enters a wish for a class of each week: from the week of its first preferred start to the end of the round, or
    /// as long as the wish says. Weeks in which no preferred start is open are left out.
    ///
    /// # Errors
    /// those of [`App::enter_request`].
    pub async fn enter_series(&self, who: &Principal, round: &Id, new: NewRequest) -> AppResult<Series> {
        let (who, round, now) = (who.clone(), round.clone(), self.now());
        self.write(move |conn| {
            let round = collecting(conn, &who, &round, now)?;
            may_ask(&who, &round, &new)?;
            let mut entry = Entry::read(conn, round)?;
            let made = entry.weekly(&new, Id::new(now), now)?;
            not_too_many(&entry.requests, &new.teachers)?;
            insert(conn, &made.requests)?;
            Ok(made)
        })
        .await
    }

    /// A weekly class with its requests.
    ///
    /// # Errors
    /// `NotFound`, also for one of another school.
    pub async fn series(&self, who: &Principal, id: &Id) -> AppResult<Series> {
        let (who, id) = (who.clone(), id.clone());
        self.store
            .read(move |conn| {
                let (requests, _) = members(conn, &who, &id)?;
                Ok(Series::of(&id, requests))
            })
            .await
    }

    /// Replaces the wish of a weekly class in all weeks, also in those that were changed by themselves. Requests of
    /// weeks that stay keep their ids.
    ///
    /// # Errors
    /// those of [`App::enter_request`], `Outdated` when a week has changed since it was read.
    pub async fn replace_series(&self, who: &Principal, id: &Id, new: NewRequest) -> AppResult<Series> {
        let (who, id, now, expected) = (who.clone(), id.clone(), self.now(), Expected::now());
        self.write(move |conn| {
            let (old, round) = changeable(conn, &who, &id, now)?;
            expected.is(&Series::of(&id, old.clone()))?;
            may_ask(&who, &round, &new)?;
            let zone = store::schools::get(conn, &round.school)?.zone();
            let mut new = NewRequest { weekly: true, ..new.clone() };
            new.reference = new.reference.or_else(|| old.first().map(|first| base_reference(first, zone)));
            let mut entry = Entry::read(conn, round)?;
            entry.requests.retain(|request| request.series.as_ref() != Some(&id));
            let mut made = entry.weekly(&new, id.clone(), now)?;
            not_too_many(&entry.requests, &new.teachers)?;
            // One a week is kept; a second one, moved into another's week, goes as do those of weeks that are none any more.
            let mut kept: HashMap<String, Request> = HashMap::new();
            let mut gone = Vec::new();
            for request in old {
                gone.extend(kept.insert(week_of(&request, zone), request));
            }
            let (mut changed, mut added) = (Vec::new(), Vec::new());
            for request in &mut made.requests {
                match kept.remove(&week_of(request, zone)) {
                    Some(old) => {
                        request.id = old.id;
                        request.created_at = old.created_at;
                        changed.push(request.clone());
                    }
                    None => added.push(request.clone()),
                }
            }
            gone.extend(kept.into_values());
            gone.iter().try_for_each(|request| store::requests::delete(conn, &request.id))?;
            for request in &changed {
                store::requests::replace(conn, request).map_err(|error| taken(error, request))?;
            }
            insert(conn, &added)?;
            Ok(made)
        })
        .await
    }

    /// Takes a weekly class back in all weeks.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Outdated` as for [`App::replace_series`], `Conflict` (`round-not-collecting`).
    pub async fn delete_series(&self, who: &Principal, id: &Id) -> AppResult<()> {
        let (who, id, now, expected) = (who.clone(), id.clone(), self.now(), Expected::now());
        self.write(move |conn| {
            let (old, _) = changeable(conn, &who, &id, now)?;
            expected.is(&Series::of(&id, old.clone()))?;
            Ok(old.iter().try_for_each(|request| store::requests::delete(conn, &request.id))?)
        })
        .await
    }
}

impl Entry {
    /// The requests of a wish for each week. They are among the entry's requests from now on.
    pub(super) fn weekly(&mut self, wish: &NewRequest, series: Id, now: DateTime<Utc>) -> Result<Series, Findings> {
        let (weeks, skipped) = self.weeks(wish, &series)?;
        let (mut requests, mut findings) = (Vec::new(), Findings::default());
        for OneWeek { week, wish } in &weeks {
            let base = Base { series: Some(series.clone()), week: Some(*week), ..Base::new(now) };
            match self.request(wish, base) {
                Ok(request) => {
                    self.requests.push(request.clone());
                    requests.push(request);
                }
                // What is wrong in every week is said once.
                Err(more) => more.0.into_iter().for_each(|finding| {
                    let known = |one: &Finding| one.code == finding.code && one.place == finding.place;
                    if !findings.0.iter().any(known) {
                        findings.0.push(finding);
                    }
                }),
            }
        }
        findings.into_result()?;
        let mut whole = wish.clone();
        whole.reference = whole.reference.or_else(|| Some(series.to_string()));
        Ok(Series { series, wish: Some(whole), requests, skipped })
    }

    /// The weeks of a wish and those left out. A preferred start that is open in no week at all is told of.
    fn weeks(&self, wish: &NewRequest, series: &Id) -> Result<(Vec<OneWeek>, Vec<SkippedWeek>), Findings> {
        let first = wish.preferred.first().map(|first| monday(first.start.date()));
        let mut once = NewRequest { weekly: false, until: None, weeks: None, ..wish.clone() };
        let mut findings = Findings::default();
        wish.rule_findings(&mut findings);
        for (index, _) in wish.preferred.iter().enumerate().filter(|(_, one)| Some(monday(one.start.date())) != first) {
            let place = format!("preferred[{index}].start");
            let message = "it is in another week than the first one";
            findings.add("outside-week", place, message, "prefer starts of one week: each week has them");
        }
        let until = wish.until.map_or(self.last_day(), |until| until.min(self.last_day()));
        let (Some(first), true) = (first, findings.0.is_empty()) else {
            let more = self.request(&once, Base::new(self.round.created_at)).err().unwrap_or_default();
            let more = more.0.into_iter().filter(|one| !findings.0.contains(one)).collect::<Vec<_>>();
            findings.0.extend(more);
            return Err(findings);
        };
        let hours = effective(&self.school.opening_hours, &wish.allowed_hours, &wish.impossible_hours);
        let duration_minutes = wish.duration_minutes;
        let opening = Opening { hours: &hours, ..self.school.opening() };
        let frame = Frame { opening, grid: self.round.grid(), duration_minutes, is_round: true };
        let (mut weeks, mut skipped) = (Vec::new(), Vec::new());
        let mut never: Vec<Option<Finding>> = vec![None; wish.preferred.len()];
        let mut ever = vec![false; wish.preferred.len()];
        let reference = wish.reference.clone().unwrap_or_else(|| series.to_string());
        let count = wish.weeks.map_or(i64::MAX, i64::from);
        for number in (0..count).take_while(|number| first + Duration::weeks(*number) <= until) {
            let week = Week { monday: first + Duration::weeks(number), until };
            let (mut preferred, mut wrong) = (Vec::new(), None);
            for (index, one) in wish.preferred.iter().enumerate() {
                let start = one.start + Duration::weeks(number);
                if wish.until.is_some_and(|until| start.date() > until) {
                    continue;
                }
                match frame.start(start, &format!("preferred[{index}].start")) {
                    Ok(_) => {
                        ever[index] = true;
                        preferred.push(Preferred { start, ..*one });
                    }
                    Err(finding) => {
                        wrong.get_or_insert_with(|| finding.clone());
                        never[index].get_or_insert(finding);
                    }
                }
            }
            if preferred.is_empty() {
                let finding = wrong.unwrap_or_else(|| after_end(until));
                skipped.push(SkippedWeek { week: week.name(), finding });
                continue;
            }
            once.reference = Some(format!("{reference}-{}", week.name()));
            weeks.push(OneWeek { week, wish: NewRequest { preferred, ..once.clone() } });
        }
        if weeks.is_empty() || never.iter().zip(&ever).any(|(finding, ever)| finding.is_some() && !ever) {
            // The reasons of the wish itself are better: they name what excludes the start.
            once.reference.clone_from(&wish.reference);
            self.request(&once, Base::new(self.round.created_at))?;
            let told = never.into_iter().zip(ever).filter(|(_, ever)| !ever).filter_map(|(finding, _)| finding);
            let mut told = Findings(told.collect());
            if told.0.is_empty() {
                told.add("no-week", "until", "no week of the round is left for the class", "let it last longer");
            }
            return Err(told);
        }
        Ok((weeks, skipped))
    }
}

fn after_end(until: NaiveDate) -> Finding {
    Finding::new("after-end", "until", format!("the last day is {until}"), "let it last longer")
}

/// The ISO week in which a request of a series would best be.
pub(super) fn week_of(request: &Request, zone: chrono_tz::Tz) -> String {
    let entered = request.wish.as_ref().and_then(|wish| wish.preferred.first()).map(|first| first.start.date());
    let wished = || request.wished_start().map(|at| at.with_timezone(&zone).date_naive());
    entered.or_else(wished).map(week_name).unwrap_or_default()
}

/// What the references of a series begin with.
pub(super) fn base_reference(request: &Request, zone: chrono_tz::Tz) -> String {
    let week = format!("-{}", week_of(request, zone));
    request.reference.strip_suffix(&week).unwrap_or(&request.reference).to_owned()
}

/// The wish that gives these requests again.
fn wish_of(requests: &[Request]) -> Option<NewRequest> {
    let first = requests.first()?;
    let wish = first.wish.clone()?;
    let start = wish.preferred.first()?.start.date();
    let base = first.reference.strip_suffix(&format!("-{}", week_name(start))).unwrap_or(&first.reference).to_owned();
    let last = requests.iter().filter_map(|request| Some(request.wish.as_ref()?.preferred.first()?.start.date())).max();
    let weeks = last.map(|last| (monday(last) - monday(start)).num_weeks() + 1);
    let weeks = weeks.and_then(|weeks| u32::try_from(weeks).ok());
    Some(NewRequest { reference: Some(base), weekly: true, weeks, ..wish })
}

fn insert(conn: &mut Conn, requests: &[Request]) -> AppResult<()> {
    let Some(first) = requests.first() else { return Ok(()) };
    store::requests::insert(conn, requests).map_err(|error| taken(error, first))
}

/// The requests of a weekly class, the earliest first, and their round, for those who may see them.
fn members(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<(Vec<Request>, Round)> {
    let unknown = || AppError::not_found("series", id);
    let Some(round) = store::requests::round_of_series(conn, id)? else { return Err(unknown()) };
    let round = visible(conn, who, &round).map_err(|error| match error {
        AppError::NotFound { .. } => unknown(),
        other => other,
    })?;
    let mut requests = store::requests::of_round(conn, &round.id)?;
    requests.retain(|request| request.series.as_ref() == Some(id));
    requests.sort_by_key(|request| (request.wished_start(), request.id.clone()));
    Ok((requests, round))
}

fn changeable(conn: &mut Conn, who: &Principal, id: &Id, now: DateTime<Utc>) -> AppResult<(Vec<Request>, Round)> {
    let (requests, round) = members(conn, who, id)?;
    if !requests.iter().all(|request| who.may_ask_for(&round.school, &request.teachers)) {
        return Err(AppError::forbidden("teachers change requests for classes that they teach"));
    }
    let round = collecting(conn, who, &round.id, now)?;
    Ok((requests, round))
}
