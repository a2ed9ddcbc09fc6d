//! Takes samples in, however many there are: in any order, a limited number of them in memory at a time.

use super::{AppError, may_feed};
use crate::{
    app::{App, AppResult},
    domain::{
        access::Principal,
        load::{
            Metric, Place, PlaceKind,
            report::{Refusal, Report},
            track::{Sample, Track},
        },
    },
    store::{self, load::Taken},
};
use chrono::DateTime;
use std::collections::HashMap;

/// Samples that are held before they are written.
const MOST_HELD: usize = 50_000;
/// Places that are looked up although nobody knows them.
const MOST_UNKNOWN: usize = 1000;

/// How an input stands to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goes {
    /// It is a piece of the past, which says nothing of what came before it.
    Alone,
    /// It goes on where the one before ended, with samples so many seconds apart if that is known.
    On(Option<i64>),
}

/// A metric of a place, while its samples come.
struct Series {
    place: Place,
    metric: Metric,
    track: Track,
    held: Vec<Sample>,
}

/// An input that is being taken in.
pub(super) struct Intake {
    app: App,
    who: Principal,
    goes: Goes,
    now: i64,
    series: Vec<Series>,
    by_place: HashMap<(Place, Metric), usize>,
    /// The places that lines name, as they name them; nothing for those that are not known or not theirs.
    named: HashMap<(PlaceKind, String), Option<Place>>,
    unknown: usize,
    held: usize,
    pub(super) report: Report,
}

impl Intake {
    pub(super) fn new(app: &App, who: &Principal, goes: Goes) -> Self {
        Self {
            app: app.clone(),
            who: who.clone(),
            goes,
            now: app.now().timestamp(),
            series: Vec::new(),
            by_place: HashMap::new(),
            named: HashMap::new(),
            unknown: 0,
            held: 0,
            report: Report::default(),
        }
    }

    /// When it began, in Unix seconds.
    pub(super) fn now(&self) -> i64 {
        self.now
    }

    /// The place that a line names, if whoever sends it may speak for it.
    ///
    /// # Errors
    /// those of the database; within, `unknown-place`.
    pub(super) fn place(&mut self, kind: PlaceKind, name: &str) -> AppResult<Result<Place, Refusal>> {
        let key = (kind, name.to_owned());
        if !self.named.contains_key(&key) {
            if self.unknown >= MOST_UNKNOWN {
                return Ok(Err(unknown(&key)));
            }
            let found = self.look_up(kind, name)?;
            self.unknown += usize::from(found.is_none());
            self.named.insert(key.clone(), found);
        }
        Ok(self.named.get(&key).cloned().flatten().ok_or_else(|| unknown(&key)))
    }

    /// The number under which a metric of a place is taken.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn series(&mut self, place: &Place, metric: Metric) -> AppResult<usize> {
        let key = (place.clone(), metric);
        if let Some(number) = self.by_place.get(&key) {
            return Ok(*number);
        }
        let track = match self.goes {
            Goes::Alone => Track::default(),
            Goes::On(step) => {
                let last = |conn: &mut store::Conn| store::load::last(conn, place, metric);
                let (newest, reading) = self.app.store.read_now(last)?;
                let track = Track::after(newest, reading.map(|Sample { at, value }| (at, value)));
                step.map_or(track.clone(), |step| track.with_step(step))
            }
        };
        let number = self.series.len();
        self.series.push(Series { place: place.clone(), metric, track, held: Vec::new() });
        self.by_place.insert(key, number);
        Ok(number)
    }

    /// Takes a number in, or refuses it; `line` tells where it stands.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn take(
        &mut self,
        series: usize,
        at: i64,
        value: f64,
        is_counter: bool,
        line: impl Fn() -> String,
    ) -> AppResult<()> {
        let Self { series: all, report, now, .. } = self;
        let Some(series) = all.get_mut(series) else { return Ok(()) };
        let sample = match Sample::checked(at, value, *now) {
            Ok(sample) => sample,
            Err(refusal) => {
                report.refuse(refusal, line);
                return Ok(());
            }
        };
        series.track.see(at, report);
        let sample = if is_counter {
            match series.track.rate(sample, report) {
                Ok(rate) => rate,
                Err(refusal) => {
                    report.refuse(refusal, line);
                    None
                }
            }
        } else {
            Some(sample)
        };
        let Some(sample) = sample else { return Ok(()) };
        series.held.push(sample);
        self.held += 1;
        if self.held >= MOST_HELD { self.write() } else { Ok(()) }
    }

    /// Notes a line that says nothing that could be taken.
    pub(super) fn refuse(&mut self, refusal: Refusal, line: impl FnOnce() -> String) {
        self.report.refuse(refusal, line);
    }

    /// Writes what is held, and tells what came of all.
    ///
    /// # Errors
    /// those of the database.
    pub(super) fn end(mut self) -> AppResult<Report> {
        self.write()?;
        for series in &mut self.series {
            series.track.end(&mut self.report);
        }
        let readings: Vec<_> = self
            .series
            .iter()
            .filter_map(|series| Some((&series.place, series.metric, series.track.counter()?)))
            .collect();
        if !readings.is_empty() {
            self.app.store.write_now(|conn| {
                readings.iter().try_for_each(|(place, metric, (at, value))| {
                    store::load::keep_reading(conn, place, *metric, Sample { at: *at, value: *value })
                })
            })?;
        }
        Ok(self.report)
    }

    fn write(&mut self) -> AppResult<()> {
        let series = &self.series;
        let taken = self.app.store.write_now(|conn| {
            let held = series.iter().filter(|series| !series.held.is_empty());
            held.map(|series| store::load::take(conn, &series.place, series.metric, &series.held))
                .collect::<Result<Vec<Taken>, _>>()
        })?;
        for Taken { samples, duplicates, aged, span } in taken {
            self.report.duplicates += duplicates;
            self.report.aged += aged;
            self.report.took(
                samples,
                span.and_then(|(from, until)| {
                    Some((DateTime::from_timestamp(from, 0)?, DateTime::from_timestamp(until, 0)?))
                }),
            );
        }
        self.series.iter_mut().for_each(|series| series.held.clear());
        self.held = 0;
        Ok(())
    }

    /// By its id, the name of a platform or federation, or a school's code in the national register.
    fn look_up(&self, kind: PlaceKind, name: &str) -> AppResult<Option<Place>> {
        let found = self.app.store.read_now(|conn| -> AppResult<Option<Place>> {
            let id = match kind {
                PlaceKind::Platform => {
                    let all = store::platforms::list(conn)?;
                    all.into_iter().find(|it| it.id.as_str() == name || it.name == name).map(|it| it.id)
                }
                PlaceKind::Federation => {
                    let all = store::platforms::federations(conn)?;
                    all.into_iter().find(|it| it.id.as_str() == name || it.name == name).map(|it| it.id)
                }
                PlaceKind::School => store::schools::named(conn, name)?,
            };
            let Some(place) = id.map(|id| Place { kind, id }) else { return Ok(None) };
            match may_feed(conn, &self.who, &place) {
                Ok(()) => Ok(Some(place)),
                Err(AppError::NotFound { .. } | AppError::Forbidden(_)) => Ok(None),
                Err(error) => Err(error),
            }
        })?;
        Ok(found)
    }
}

fn unknown((kind, name): &(PlaceKind, String)) -> Refusal {
    let shown: String = name.chars().take(60).collect();
    let message = format!("there is no {} {shown:?} of which you may bring the load", kind.as_str());
    Refusal::new("unknown-place", message, "give its id, the name of a platform or federation, or a school's UAI")
}
