//! What the service has acknowledged, and what it may have done without a word.

use chrono::{DateTime, Utc};
use creneau::domain::{
    booking::{Swap, SwapState},
    id::Id,
    session::SessionState,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::RangeInclusive,
    time::Instant,
};

/// From when a request was sent until its answer came: in between it was done.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub sent: Instant,
    pub answered: Instant,
}

/// What put a class where it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// A booking or a move, with the count of changes that it led to.
    Own(u32),
    /// A swap that was agreed to, or undone.
    Swap(Id, &'static str),
}

/// A class, as answers told of it.
#[derive(Debug, Default)]
pub struct Class {
    /// Its start and state at each count of its changes.
    pub seen: BTreeMap<u32, (DateTime<Utc>, SessionState)>,
    /// The swaps that moved it, with where to.
    pub swapped: BTreeMap<Change, DateTime<Utc>>,
    /// Where each change put it, and when.
    pub placed: BTreeMap<Change, (DateTime<Utc>, Span)>,
    /// Requests about it whose answer was lost.
    pub lost: u32,
}

impl Class {
    /// How many changes it has had, at least and at most. Answers to its own changes tell the count, a swap's do not: what
    /// a swap made of it may have been told later, to whoever found nothing left to do.
    pub fn changes(&self) -> RangeInclusive<u32> {
        let number = |count: usize| u32::try_from(count).expect("few changes");
        let (told, swapped) =
            (number(self.seen.keys().filter(|sequence| **sequence > 0).count()), number(self.swapped.len()));
        let last = self.seen.keys().last().copied().unwrap_or_default();
        last.max(swapped)..=told + swapped + self.lost
    }

    /// The same change may be told twice, by whoever made it and by whoever found nothing left to do.
    fn put(&mut self, change: Change, start: DateTime<Utc>, span: Span) {
        let known = self.placed.entry(change).or_insert((start, span));
        known.1 = Span { sent: known.1.sent.min(span.sent), answered: known.1.answered.max(span.answered) };
    }

    /// Whether it was called off.
    pub fn is_off(&self) -> bool {
        self.seen.values().any(|(_, state)| *state == SessionState::Cancelled)
    }
}

/// A new limit of a pool. One follows another: nobody sends one before the last was answered.
#[derive(Debug)]
pub struct Limit {
    pub connections: u32,
    pub sent: Instant,
    /// Nothing when the answer was lost.
    pub answered: Option<Instant>,
}

/// Everything that was acknowledged.
#[derive(Debug, Default)]
pub struct Model {
    pub classes: HashMap<Id, Class>,
    pub swaps: HashMap<Id, Swap>,
    pub limits: HashMap<Id, Vec<Limit>>,
    /// Bookings and holds whose answer was lost: each may have made a class that nobody knows.
    pub lost_places: usize,
    /// Answers, by what was asked and what came of it.
    answers: BTreeMap<(&'static str, String), usize>,
    /// Answers that must never come.
    broken: BTreeSet<String>,
}

impl Model {
    pub fn count(&mut self, what: &'static str, came_of_it: &str) {
        *self.answers.entry((what, came_of_it.to_owned())).or_default() += 1;
    }

    pub fn broken(&mut self, answer: String) {
        self.broken.insert(answer);
    }

    /// An answer with a class; `at` when it was put there by this request.
    pub fn told(&mut self, id: Id, sequence: u32, is: (DateTime<Utc>, SessionState), put: Option<Span>) {
        let class = self.classes.entry(id).or_default();
        let (start, state) = is;
        class
            .seen
            .entry(sequence)
            // A hold that is confirmed is the same to calendars.
            .and_modify(|known| {
                assert_eq!(known.0, start, "the same count of changes, another start");
                if state == SessionState::Confirmed {
                    known.1 = state;
                }
            })
            .or_insert(is);
        if let Some(span) = put {
            class.put(Change::Own(sequence), start, span);
        }
    }

    /// An answer with a swap.
    pub fn told_swap(&mut self, swap: &Swap, span: Span) {
        let targets = match swap.state {
            SwapState::Agreed => [(&swap.session, swap.other_starts_at), (&swap.other, swap.session_starts_at)],
            SwapState::Undone => [(&swap.session, swap.session_starts_at), (&swap.other, swap.other_starts_at)],
            SwapState::Proposed | SwapState::Declined | SwapState::Outdated => {
                self.swaps.entry(swap.id.clone()).or_insert_with(|| swap.clone());
                return;
            }
        };
        for (session, start) in targets {
            let class = self.classes.entry(session.clone()).or_default();
            let change = Change::Swap(swap.id.clone(), swap.state.as_str());
            class.swapped.insert(change.clone(), start);
            class.put(change, start, span);
        }
        let known = self.swaps.entry(swap.id.clone()).or_insert_with(|| swap.clone());
        if known.state != SwapState::Undone {
            known.state = swap.state;
        }
    }

    /// The answer to a request about this class did not come.
    pub fn lost(&mut self, class: &Id) {
        self.classes.entry(class.clone()).or_default().lost += 1;
    }

    /// Whether both classes of a swap take place, as far as anybody was told.
    pub fn take_place(&self, swap: &Swap) -> bool {
        [&swap.session, &swap.other].into_iter().all(|id| self.classes.get(id).is_some_and(|class| !class.is_off()))
    }

    /// The largest limit of a pool that may have held at some instant of a span.
    pub fn limit_in(&self, pool: &Id, span: Span) -> u32 {
        let limits = &self.limits[pool];
        let holds = |index: usize| {
            let end = limits[index + 1..].iter().find_map(|next| next.answered);
            limits[index].sent <= span.answered && end.is_none_or(|end| span.sent <= end)
        };
        let held = (0..limits.len()).filter(|index| holds(*index));
        held.map(|index| limits[index].connections).max().expect("some limit always holds")
    }

    /// No answer was a defect, nor that the database is away.
    pub fn nothing_broke(&self) {
        assert!(self.broken.is_empty(), "{:#?}", self.broken);
    }

    /// No answer was a defect.
    pub fn at_most_unavailable(&self) {
        let others: Vec<_> = self.broken.iter().filter(|answer| !answer.contains(": 503 ")).collect();
        assert!(others.is_empty(), "{others:#?}");
    }

    /// Every request was answered.
    pub fn nothing_was_lost(&self) {
        assert_eq!(self.lost_places, 0, "bookings without an answer");
        assert!(self.classes.values().all(|class| class.lost == 0), "requests without an answer");
    }

    /// At most one request of a hundred was told to try again.
    pub fn few_were_turned_away(&self) {
        let (busy, all) = (self.number("busy"), self.answers.values().sum::<usize>());
        assert!(busy * 100 <= all, "{busy} of {all} were told that too many write: {}", self.figures());
        self.some_were_done();
    }

    /// It does go on.
    pub fn some_were_done(&self) {
        assert!(self.number("done") > 0, "{}", self.figures());
    }

    pub fn forget_figures(&mut self) {
        self.answers.clear();
    }

    fn number(&self, came_of_it: &str) -> usize {
        self.answers.iter().filter(|((_, kind), _)| kind == came_of_it).map(|(_, number)| number).sum()
    }

    pub fn figures(&self) -> String {
        let all: usize = self.answers.values().sum();
        let parts = self.answers.iter().map(|((what, came), number)| format!("  {what} {came}: {number}"));
        let total = format!("{all} requests, {} done, {} busy", self.number("done"), self.number("busy"));
        std::iter::once(total).chain(parts).collect::<Vec<_>>().join("\n")
    }
}
