//! What sources answer: asked for as far as it is not known yet, and taken in.

use super::intake::{Goes, Intake};
use crate::{
    app::{App, AppResult, solving::Holder},
    domain::{
        access::Principal,
        id::Id,
        load::{
            bigbluebutton, prometheus,
            report::{Ingestion, Input, Refusal, Report},
            source::{Source, SourceKind, pause},
        },
    },
    store::{
        self,
        jobs::Lease,
        load::sources::{Outcome, Turn},
    },
};
use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};
use url::Url;

/// Samples of one answer: a Prometheus gives 11,000 at most.
const MOST_STEPS: i64 = 10_000;
/// How long a worker may take with a source beyond the time that its server has.
const GRACE: i64 = 60;
/// Letters of an error that are kept.
const LONGEST_ERROR: usize = 500;

/// What is to be fetched from a source.
#[derive(Clone, Debug)]
pub struct Fetch {
    /// The whole address; nothing when there is nothing new to ask for.
    pub address: Option<String>,
    /// The bearer's token that is sent along.
    pub token: Option<String>,
    turn: Turn,
    /// The first and the last sample that are asked for, in Unix seconds.
    range: Option<(i64, i64)>,
}

impl Fetch {
    /// The source.
    pub fn source(&self) -> &Source {
        &self.turn.source
    }

    fn new(turn: Turn, now: DateTime<Utc>) -> Self {
        let source = &turn.source;
        let (address, token, range) = match source.kind {
            SourceKind::Prometheus => {
                let range = range(source, now.timestamp());
                (range.and_then(|range| query_range(source, range)), turn.secret.clone(), range)
            }
            SourceKind::BigBlueButton => (get_meetings(source, turn.secret.as_deref()), None, None),
        };
        Self { address, token, turn, range }
    }
}

/// Whole steps that are not known yet and have passed: the first and the last.
fn range(source: &Source, now: i64) -> Option<(i64, i64)> {
    let step = i64::from(source.step_seconds);
    let from = (source.read_until.unwrap_or(source.created_at).timestamp().div_euclid(step) + 1) * step;
    // The newest step may still change.
    let until = ((now - 1).div_euclid(step) * step).min(from + (MOST_STEPS - 1) * step);
    (from <= until).then_some((from, until))
}

fn query_range(source: &Source, (from, until): (i64, i64)) -> Option<String> {
    let mut url = Url::parse(&format!("{}/api/v1/query_range", source.address)).ok()?;
    url.query_pairs_mut()
        .append_pair("query", source.query.as_deref().unwrap_or_default())
        .append_pair("start", &from.to_string())
        .append_pair("end", &until.to_string())
        .append_pair("step", &source.step_seconds.to_string());
    Some(url.into())
}

fn get_meetings(source: &Source, secret: Option<&str>) -> Option<String> {
    let checksum = hex::encode(Sha256::digest(format!("getMeetings{}", secret.unwrap_or_default())));
    let mut url = Url::parse(&format!("{}/api/getMeetings", source.address)).ok()?;
    url.query_pairs_mut().append_pair("checksum", &checksum);
    Some(url.into())
}

impl App {
    /// Takes up the source whose turn it has been longest, if it is one's turn; its server has so many seconds.
    ///
    /// # Errors
    /// those of the database.
    pub fn claim_source(&self, holder: &Holder, seconds: i64) -> AppResult<Option<Fetch>> {
        let now = self.now();
        if !self.store.read_now(|conn| store::load::sources::is_due(conn, now))? {
            return Ok(None);
        }
        let lease = Lease { owner: holder.owner.clone(), until: now + Duration::seconds(seconds + GRACE) };
        let turn = self.store.write_now(|conn| store::load::sources::claim(conn, &lease, now))?;
        Ok(turn.map(|turn| Fetch::new(turn, now)))
    }

    /// Takes an answer in, or notes why there is none. A source that fails is asked less and less often, at least once an
    /// hour; what it did not tell is asked for again.
    ///
    /// # Errors
    /// those of the database.
    pub fn settle_source(&self, fetch: &Fetch, holder: &Holder, answer: Result<Vec<u8>, String>) -> AppResult<()> {
        let (source, now) = (fetch.source(), self.now());
        let taken = match answer {
            Ok(answer) => self.take_answer(fetch, &answer, now)?,
            Err(error) => Err(error),
        };
        let error: Option<String> = taken.as_ref().err().map(|error| error.chars().take(LONGEST_ERROR).collect());
        let read_until = fetch.range.filter(|_| error.is_none()).map(|(_, until)| until);
        let read_until = match source.kind {
            SourceKind::Prometheus => read_until.and_then(|until| DateTime::from_timestamp(until, 0)),
            SourceKind::BigBlueButton => Some(now).filter(|_| error.is_none()),
        };
        let is_behind = fetch.range.is_some_and(|(from, until)| until - from >= (MOST_STEPS - 1) * step(source));
        let run_after = match &error {
            Some(_) => now + pause(source.every_seconds, fetch.turn.failures + 1),
            None if is_behind => now,
            None => now + Duration::seconds(i64::from(source.every_seconds)),
        };
        self.store.write_now(|conn| -> AppResult<()> {
            if let Ok(Some(report)) = &taken {
                let ingestion = ingestion(source, report.clone(), now);
                store::load::ingestions::insert(conn, &ingestion)?;
            }
            let outcome = Outcome { read_until, error: error.as_deref(), run_after };
            Ok(store::load::sources::settle(conn, &source.id, &holder.owner, &outcome, now)?)
        })
    }

    /// What came of an answer, or why it is none.
    fn take_answer(
        &self,
        fetch: &Fetch,
        answer: &[u8],
        now: DateTime<Utc>,
    ) -> AppResult<Result<Option<Report>, String>> {
        let told = |refusal: Refusal| Err(format!("{}; {}", refusal.message, refusal.action));
        match (fetch.source().kind, fetch.range) {
            (SourceKind::Prometheus, None) => Ok(Ok(None)),
            (SourceKind::Prometheus, Some(range)) => match prometheus::samples(answer) {
                Ok(samples) => self.take_range(fetch.source(), range, &samples, now),
                Err(refusal) => Ok(told(refusal)),
            },
            (SourceKind::BigBlueButton, _) => match bigbluebutton::meetings(answer) {
                Ok(meetings) => {
                    let everybody: u64 = meetings.iter().map(|meeting| u64::from(meeting.participants)).sum();
                    let mut intake = Intake::new(self, &Principal::Operator, Goes::On(Some(every(fetch.source()))));
                    let series = intake.series(&fetch.source().place, fetch.source().metric)?;
                    // People of one installation are far fewer than a double holds.
                    intake.take(series, now.timestamp(), everybody as f64, false, || "participantCount".to_owned())?;
                    let report = intake.end()?;
                    self.note_polled(&fetch.source().place, &meetings, now)?;
                    Ok(Ok(Some(report)))
                }
                Err(refusal) => Ok(told(refusal)),
            },
        }
    }

    fn take_range(
        &self,
        source: &Source,
        (from, until): (i64, i64),
        samples: &[(i64, f64)],
        now: DateTime<Utc>,
    ) -> AppResult<Result<Option<Report>, String>> {
        // Of the past there may be nothing; a query that gives nothing now is a wrong one, or its server is down.
        if samples.is_empty() && until >= now.timestamp() - 2 * step(source) {
            return Ok(Err("the query gives no samples; try it in the Prometheus's own page".to_owned()));
        }
        let mut intake = Intake::new(self, &Principal::Operator, Goes::On(Some(step(source))));
        let series = intake.series(&source.place, source.metric)?;
        for (index, (at, value)) in samples.iter().enumerate() {
            let place = || format!("values[{index}]");
            if (from..=until).contains(at) {
                intake.take(series, *at, *value, source.counter, place)?;
            } else {
                let action = "see to what stands between this service and the Prometheus";
                intake.refuse(Refusal::new("not-asked-for", "its time was not asked for", action), place);
            }
        }
        Ok(Ok(Some(intake.end()?)))
    }
}

fn step(source: &Source) -> i64 {
    i64::from(source.step_seconds)
}

fn every(source: &Source) -> i64 {
    i64::from(source.every_seconds)
}

fn ingestion(source: &Source, report: Report, now: DateTime<Utc>) -> Ingestion {
    let input = match source.kind {
        SourceKind::Prometheus => Input::Prometheus,
        SourceKind::BigBlueButton => Input::BigBlueButton,
    };
    let (place, id) = (Some(source.place.clone()), Some(source.id.clone()));
    Ingestion { id: Id::new(now), place, source: id, input, at: now, report }
}
