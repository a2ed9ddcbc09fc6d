//! The metro car: a place that people enter one after another, at most so many a second, as long as there is a seat.
//!
//! Whoever comes when nobody waits and there is room is in at once. Others wait in line, first come, first served, as far
//! as the line has room; beyond it they are refused. Whoever has waited too long gives up. Time goes by whole seconds, and
//! nothing is drawn here: the same arrivals always give the same line.

use serde::Serialize;
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
};

/// What a place can do; nothing for what does not limit it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// People who may enter in a minute, spread evenly over its seconds; what is not used in a second is lost.
    pub a_minute: Option<u32>,
    /// People who may be inside at a time.
    pub seats: Option<u32>,
    /// People who may wait.
    pub line: Option<u32>,
}

/// Somebody who wants to enter. Seconds are those of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// Who.
    pub id: usize,
    /// When they give up. Who came later must not give up earlier.
    pub until: u32,
    /// When they leave once they are in.
    pub leaves: u32,
}

/// What became of a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They are in.
    In,
    /// The line was full.
    Refused,
    /// They waited too long.
    GaveUp,
}

/// How many came, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Who came.
    pub arrived: usize,
    /// Who got in.
    pub served: usize,
    /// Whom the line had no room for.
    pub refused: usize,
    /// Who gave up waiting.
    pub gave_up: usize,
}

/// A place with its line.
#[derive(Clone, Debug)]
pub struct Place {
    limits: Limits,
    waiting: VecDeque<Visitor>,
    /// When those inside leave.
    inside: BinaryHeap<Reverse<u32>>,
    /// What became of whom so far.
    pub counts: Counts,
}

impl Place {
    /// An empty place.
    pub fn new(limits: Limits) -> Self {
        Self { limits, waiting: VecDeque::new(), inside: BinaryHeap::new(), counts: Counts::default() }
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many are inside.
    pub fn inside(&self) -> usize {
        self.inside.len()
    }

    /// One second: some leave, some give up, those who wait enter as far as they can, and so do those who arrive. Seconds
    /// must be asked for one after another. Tells what became of whom.
    pub fn second(&mut self, now: u32, arriving: &[Visitor], mut tell: impl FnMut(Visitor, Fate)) {
        while self.inside.peek().is_some_and(|Reverse(leaves)| *leaves <= now) {
            self.inside.pop();
        }
        while let Some(visitor) = self.waiting.front().copied().filter(|visitor| visitor.until <= now) {
            self.waiting.pop_front();
            self.counts.gave_up += 1;
            tell(visitor, Fate::GaveUp);
        }
        let mut entries = self.limits.a_minute.map_or(usize::MAX, |rate| entries(rate, now));
        while self.may_enter(entries)
            && let Some(visitor) = self.waiting.pop_front()
        {
            self.enter(visitor, &mut entries);
            tell(visitor, Fate::In);
        }
        for visitor in arriving {
            self.counts.arrived += 1;
            if self.waiting.is_empty() && self.may_enter(entries) {
                self.enter(*visitor, &mut entries);
                tell(*visitor, Fate::In);
            } else if self.limits.line.is_none_or(|line| self.waiting.len() < line as usize) {
                self.waiting.push_back(*visitor);
            } else {
                self.counts.refused += 1;
                tell(*visitor, Fate::Refused);
            }
        }
    }

    fn may_enter(&self, entries: usize) -> bool {
        entries > 0 && self.limits.seats.is_none_or(|seats| self.inside.len() < seats as usize)
    }

    fn enter(&mut self, visitor: Visitor, entries: &mut usize) {
        *entries -= 1;
        self.counts.served += 1;
        self.inside.push(Reverse(visitor.leaves));
    }
}

/// How many may enter in a second, so that they are exactly `rate` in any sixty seconds in a row.
fn entries(rate: u32, second: u32) -> usize {
    let by = |second: u64| u64::from(rate) * second / 60;
    usize::try_from(by(u64::from(second) + 1) - by(u64::from(second))).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// How long somebody waits at most, and how long they stay.
    const PATIENCE: u32 = 40;

    fn limits() -> impl Strategy<Value = Limits> {
        let one = |most: u32| prop::option::of(0..most);
        (one(200), one(30), one(20)).prop_map(|(a_minute, seats, line)| Limits { a_minute, seats, line })
    }

    /// How many arrive in each second, and how long they stay.
    fn crowd() -> impl Strategy<Value = Vec<Vec<u32>>> {
        prop::collection::vec(prop::collection::vec(1_u32..90, 0..6), 1..150)
    }

    /// What became of everybody, and when; and the place afterwards.
    fn run(limits: Limits, crowd: &[Vec<u32>], mut look: impl FnMut(u32, &Place)) -> (Place, Vec<(usize, u32, Fate)>) {
        let (mut place, mut told, mut id) = (Place::new(limits), Vec::new(), 0);
        for (now, stays) in (0_u32..).zip(crowd) {
            let visitor = |stay: &u32| {
                id += 1;
                Visitor { id: id - 1, until: now + PATIENCE, leaves: now + stay }
            };
            let arriving: Vec<Visitor> = stays.iter().map(visitor).collect();
            place.second(now, &arriving, |visitor, fate| told.push((visitor.id, now, fate)));
            look(now, &place);
        }
        (place, told)
    }

    proptest! {
        #[test]
        fn nobody_is_lost(limits in limits(), crowd in crowd()) {
            let (_, told) = run(limits, &crowd, |_, place| {
                let Counts { arrived, served, refused, gave_up } = place.counts;
                assert_eq!(arrived, served + refused + gave_up + place.waiting());
            });
            let mut ids: Vec<usize> = told.iter().map(|(id, ..)| *id).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), told.len(), "one fate each");
        }

        #[test]
        fn no_limit_is_ever_passed(limits in limits(), crowd in crowd()) {
            let (_, told) = run(limits, &crowd, |_, place| {
                assert!(limits.seats.is_none_or(|seats| place.inside() <= seats as usize));
                assert!(limits.line.is_none_or(|line| place.waiting() <= line as usize));
            });
            if let Some(rate) = limits.a_minute {
                for from in 0..150_u32 {
                    let entered = told.iter().filter(|(_, at, fate)| *fate == Fate::In && (from..from + 60).contains(at));
                    prop_assert!(entered.count() <= rate as usize);
                }
            }
        }

        #[test]
        fn where_there_is_room_nobody_waits(crowd in crowd()) {
            let people: u32 = crowd.iter().map(|stays| u32::try_from(stays.len()).unwrap_or(0)).sum();
            // Six arrive in a second at most.
            let limits = Limits { a_minute: Some(360), seats: Some(people), line: Some(0) };
            let (place, told) = run(limits, &crowd, |_, place| assert_eq!(place.waiting(), 0));
            prop_assert!(told.iter().all(|(.., fate)| *fate == Fate::In));
            prop_assert_eq!(place.counts.served, people as usize);
        }

        #[test]
        fn who_comes_first_is_served_first_and_nobody_waits_too_long(limits in limits(), crowd in crowd()) {
            let came: Vec<u32> = (0_u32..).zip(&crowd).flat_map(|(now, stays)| stays.iter().map(move |_| now)).collect();
            let (_, told) = run(limits, &crowd, |_, _| {});
            let entered: Vec<usize> = told.iter().filter(|(.., fate)| *fate == Fate::In).map(|(id, ..)| *id).collect();
            prop_assert!(entered.is_sorted());
            for (id, at, fate) in told {
                let waited = at - came[id];
                let is_right = match fate {
                    Fate::In => waited < PATIENCE,
                    Fate::Refused => waited == 0,
                    Fate::GaveUp => waited == PATIENCE,
                };
                prop_assert!(is_right, "{waited} seconds, then {fate:?}");
            }
        }

        #[test]
        fn a_line_that_goes_on_ends(limits in limits(), crowd in crowd()) {
            let (mut place, _) = run(limits, &crowd, |_, _| {});
            for now in 150..150 + PATIENCE + 1 {
                place.second(now, &[], |_, _| {});
            }
            prop_assert_eq!(place.waiting(), 0);
        }
    }

    #[test]
    fn a_car_of_five_hundred_seats_and_a_thousand_people() {
        let mut car = Place::new(Limits { seats: Some(500), ..Limits::default() });
        let people: Vec<Visitor> = (0..1000).map(|id| Visitor { id, until: 900, leaves: 600 }).collect();
        car.second(0, &people, |_, _| {});
        assert_eq!((car.inside(), car.waiting()), (500, 500));
        for now in 1..=600 {
            car.second(now, &[], |_, _| {});
        }
        assert_eq!((car.inside(), car.waiting()), (500, 0), "the others get the seats of those who leave");
    }

    #[test]
    fn entries_are_spread_evenly() {
        assert_eq!((0..60).map(|second| entries(600, second)).collect::<Vec<_>>(), [10; 60]);
        assert_eq!((7..67).map(|second| entries(25, second)).sum::<usize>(), 25);
    }
}
