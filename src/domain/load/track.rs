//! The order in which samples of one place and metric come, and what a counter's readings say: gaps, late samples, clocks
//! that jump, counters that begin anew.

use super::{
    CELL_SECONDS,
    report::{Refusal, Report},
};
use crate::domain::finding::Finding;
use chrono::DateTime;

/// How far a sender's clock may be ahead of ours.
const AHEAD: i64 = 300;
/// The first instant of which there are samples: 2000-01-01.
const OLDEST: i64 = 946_684_800;
/// The largest number of connections, or of logins a minute, that is believed.
const LARGEST: f64 = 1e9;
/// Steps between samples from which the usual one is told.
const STEPS: usize = 9;
/// As many are needed before anything is called usual.
const FEWEST_STEPS: usize = 3;
/// So many samples in a row behind the newest are no stragglers: the clock went back.
const IN_A_ROW: u32 = 3;
/// The longest time between two readings of a counter from which a rate is told.
const LONGEST_RATE: i64 = 3600;

/// A number at a time, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// When.
    pub at: i64,
    /// How many connections, or logins a minute.
    pub value: f64,
}

impl Sample {
    /// A sample that can be believed.
    ///
    /// # Errors
    /// `time-ahead`, `too-old`, `bad-value`.
    pub fn checked(at: i64, value: f64, now: i64) -> Result<Self, Refusal> {
        if at > now + AHEAD {
            let message = format!("{} is still to come", shown(at));
            return Err(Refusal::new("time-ahead", message, "set the sender's clock by NTP, and mind its time zone"));
        }
        if at < OLDEST {
            let message = format!("{} is before the year 2000", shown(at));
            return Err(Refusal::new("too-old", message, "give Unix seconds, or a date with its time and offset"));
        }
        if !(value.is_finite() && (0.0..=LARGEST).contains(&value)) {
            let message = format!("{value} is no number of connections or logins");
            return Err(Refusal::new("bad-value", message, "give a number from 0 on; leave out what is not known"));
        }
        Ok(Self { at, value })
    }
}

/// What is known of the samples of a place and metric while they come.
#[derive(Clone, Debug, Default)]
pub struct Track {
    /// The newest before this input, of what goes on from an earlier one.
    before: Option<i64>,
    newest: Option<i64>,
    last: i64,
    in_a_row: u32,
    steps: Vec<i64>,
    /// Where the next step goes, once there are enough.
    next: usize,
    /// Distances that were seen before any was usual.
    early: Vec<(i64, i64)>,
    counter: Option<(i64, f64)>,
}

impl Track {
    /// Of samples that go on from earlier ones: the newest of them, and the last reading of their counter.
    pub fn after(newest: Option<i64>, counter: Option<(i64, f64)>) -> Self {
        Self { before: newest, counter, ..Self::default() }
    }

    /// Knows beforehand how far samples are apart.
    #[must_use]
    pub fn with_step(self, seconds: i64) -> Self {
        Self { steps: vec![seconds; FEWEST_STEPS], ..self }
    }

    /// The last reading of the counter, if there is one.
    pub fn counter(&self) -> Option<(i64, f64)> {
        self.counter
    }

    /// Notes that a sample has come.
    pub fn see(&mut self, at: i64, report: &mut Report) {
        match self.newest {
            Some(newest) if at < newest => {
                report.late += 1;
                self.in_a_row = if self.in_a_row == 0 || at > self.last { self.in_a_row + 1 } else { 1 };
                if self.in_a_row == IN_A_ROW {
                    report.clock_jumps += 1;
                    report.note("clock-went-back", || {
                        let message = format!("after {} the times go on from about {}", shown(newest), shown(at));
                        let action = "see to the sender's clock; times in UTC do not jump with summer time";
                        Finding::new("clock-went-back", "", message, action)
                    });
                }
            }
            Some(newest) => {
                self.in_a_row = 0;
                if at > newest {
                    self.step(newest, at, report);
                    self.newest = Some(at);
                }
            }
            None => {
                match self.before {
                    Some(before) if at < before => report.late += 1,
                    Some(before) => self.gap(before, at, report),
                    None => {}
                }
                self.newest = Some(at);
            }
        }
        self.last = at;
    }

    /// The rate a minute that a counter's reading gives: none for the first one, nor after a long silence.
    ///
    /// # Errors
    /// `late-reading` when a newer one is known: what was counted between them is in that one.
    pub fn rate(&mut self, reading: Sample, report: &mut Report) -> Result<Option<Sample>, Refusal> {
        let Some((at, value)) = self.counter else {
            self.counter = Some((reading.at, reading.value));
            return Ok(None);
        };
        if reading.at < at {
            let message = format!("a newer reading, of {}, is known", shown(at));
            return Err(Refusal::new("late-reading", message, "send a counter's readings in their order"));
        }
        if reading.at == at {
            report.duplicates += 1;
            return Ok(None);
        }
        let is_reset = reading.value < value;
        if is_reset {
            report.counter_resets += 1;
            report.note("counter-reset", || {
                let message = format!("between {} and {} the counter began anew", shown(at), shown(reading.at));
                let action = "nothing, if the counted program was started again then";
                Finding::new("counter-reset", "", message, action)
            });
        }
        self.counter = Some((reading.at, reading.value));
        let counted = if is_reset { reading.value } else { reading.value - value };
        let seconds = reading.at - at;
        if seconds > LONGEST_RATE {
            return Ok(None);
        }
        // An hour's seconds are far below what a double holds.
        Ok(Some(Sample { at: reading.at, value: counted * 60.0 / seconds as f64 }))
    }

    /// Tells the gaps of an input that ended before it was known what is usual.
    pub fn end(&mut self, report: &mut Report) {
        let usual = self.usual().unwrap_or(CELL_SECONDS);
        for (from, to) in std::mem::take(&mut self.early) {
            gap(from, to, usual, report);
        }
    }

    fn step(&mut self, from: i64, to: i64, report: &mut Report) {
        self.gap(from, to, report);
        if self.steps.len() < STEPS {
            self.steps.push(to - from);
            if self.steps.len() == FEWEST_STEPS {
                self.end(report);
            }
        } else {
            self.steps[self.next] = to - from;
            self.next = (self.next + 1) % STEPS;
        }
    }

    fn gap(&mut self, from: i64, to: i64, report: &mut Report) {
        // Two samples in neighbouring cells leave none empty.
        if to - from <= 2 * CELL_SECONDS {
            return;
        }
        match self.usual() {
            Some(usual) => gap(from, to, usual, report),
            None => self.early.push((from, to)),
        }
    }

    /// The median of the last steps.
    fn usual(&self) -> Option<i64> {
        if self.steps.len() < FEWEST_STEPS {
            return None;
        }
        let mut steps = self.steps.clone();
        steps.sort_unstable();
        steps.get(steps.len() / 2).copied()
    }
}

fn gap(from: i64, to: i64, usual: i64, report: &mut Report) {
    if (to - from) * 2 <= usual * 5 || to - from <= 2 * CELL_SECONDS {
        return;
    }
    report.gaps += 1;
    report.note("gap", || {
        let message = format!("nothing is known from {} to {}", shown(from), shown(to));
        Finding::new("gap", "", message, "send what is missing, if it is to be had")
    });
}

/// An instant for people.
pub fn shown(at: i64) -> String {
    DateTime::from_timestamp(at, 0).map_or_else(|| at.to_string(), |at| at.format("%FT%TZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_584_349_200;

    fn seen(times: &[i64]) -> Report {
        let (mut track, mut report) = (Track::default(), Report::default());
        times.iter().for_each(|at| track.see(START + at, &mut report));
        track.end(&mut report);
        report
    }

    fn of(report: &Report) -> [u64; 3] {
        [report.gaps, report.late, report.clock_jumps]
    }

    #[test]
    fn gaps_are_those_beyond_what_is_usual() {
        let every = |step: i64, count: i64| -> Vec<i64> { (0..count).map(|index| index * step).collect() };
        assert_eq!(of(&seen(&every(60, 50))), [0, 0, 0]);
        assert_eq!(of(&seen(&every(3600, 50))), [0, 0, 0], "an hour is usual there");
        assert_eq!(of(&seen(&[0, 60, 120, 180, 240, 300, 900])), [0, 0, 0], "no cell is empty");
        assert_eq!(of(&seen(&[0, 60, 120, 180, 240, 300, 1000])), [1, 0, 0]);
        assert_eq!(of(&seen(&[0, 1800, 1860, 1920, 1980])), [1, 0, 0], "known once a minute is usual");
        assert_eq!(of(&seen(&[0, 1800])), [1, 0, 0]);
        assert_eq!(of(&seen(&[0, 3600, 7200, 10_800, 36_000])), [1, 0, 0]);
        assert_eq!(of(&seen(&[])), [0, 0, 0]);
    }

    #[test]
    fn stragglers_are_late_and_a_row_of_them_is_a_clock_that_jumped() {
        assert_eq!(of(&seen(&[0, 60, 180, 120, 240])), [0, 1, 0]);
        assert_eq!(of(&seen(&[0, 60, 3000, 120, 180, 240])), [1, 3, 1]);
        assert_eq!(of(&seen(&[240, 180, 120, 60, 0])), [0, 4, 0], "the newest first is an order, too");
    }

    #[test]
    fn an_input_goes_on_from_the_one_before() {
        let mut report = Report::default();
        Track::after(Some(START), None).with_step(60).see(START + 3600, &mut report);
        Track::after(Some(START), None).see(START - 60, &mut report);
        assert_eq!(of(&report), [1, 1, 0]);
    }

    #[test]
    fn a_counter_that_begins_anew_counts_from_nothing() {
        let (mut track, mut report) = (Track::default(), Report::default());
        let mut rate = |at, value| track.rate(Sample { at: START + at, value }, &mut report);
        assert_eq!(rate(0, 100.0), Ok(None), "the first says nothing");
        assert_eq!(rate(60, 130.0).unwrap().unwrap().value, 30.0);
        assert_eq!(rate(180, 190.0).unwrap().unwrap().value, 30.0);
        assert_eq!(rate(240, 10.0).unwrap().unwrap().value, 10.0);
        assert_eq!(rate(240, 12.0), Ok(None));
        assert_eq!(rate(120, 10.0).unwrap_err().code, "late-reading");
        assert_eq!(rate(240 + 3601, 1e6), Ok(None), "nobody knows when in that hour");
        assert_eq!((report.counter_resets, report.duplicates), (1, 1));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let code = |at, value| Sample::checked(at, value, START).map_err(|refusal| refusal.code);
        assert!(code(START + 300, 0.0).is_ok());
        assert_eq!(code(START + 301, 0.0), Err("time-ahead"));
        assert_eq!(code(0, 0.0), Err("too-old"));
        for value in [-1.0, f64::NAN, f64::INFINITY, 1e10] {
            assert_eq!(code(START, value), Err("bad-value"), "{value}");
        }
    }
}
