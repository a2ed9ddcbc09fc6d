//! The course of annealing: how hot the search is, and when prices give way to true costs.
//!
//! While prices lead, costs are others than those that count. Who has cooled down by then sits in the best place of the
//! wrong landscape, and all that is left is the nearest hollow of the true one. So the search stays hot until prices are
//! released, and cools down over true costs, if there are steps enough: with few, prices are worth more than what could be
//! mended. Where blocks share pools and are searched one after another, prices lead for long in any case.

use crate::guide::Lead;

/// How hot annealing is at its begin, in units of [`crate::problem::Block::unit`], when it has [`FEW`] steps a job; who has more
/// can begin hotter.
const WARM: f64 = 2.0;
const HOTTEST: f64 = 3.0;
const FEW: f64 = 10_000.0;

/// With how many steps a job the course is that of a short search, and that of a long one; between them, it is between.
const SHORT: f64 = 1000.0;
const LONG: f64 = 3000.0;

/// What the length of a search decides.
#[derive(Debug, Clone, Copy)]
struct Course {
    /// The share of the search after which only true costs count, not prices.
    release: f64,
    /// How hot it is then, and at the end.
    released: f64,
    end: f64,
}

const BRIEF: Course = Course { release: 0.8, released: 0.1, end: 0.05 };
const EXTENDED: Course = Course { release: 0.3, released: 2.5, end: 0.3 };

/// The course of one search.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    begin: f64,
    course: Course,
}

impl Schedule {
    /// Of a search with so many steps a job, in blocks that share pools or not.
    pub fn new(steps_a_job: f64, are_sharing: bool) -> Self {
        // What blocks take from each other, only prices tell them.
        let share = if are_sharing { 0.0 } else { ((steps_a_job / SHORT).ln() / (LONG / SHORT).ln()).clamp(0.0, 1.0) };
        let course = Course {
            release: BRIEF.release + (EXTENDED.release - BRIEF.release) * share,
            released: BRIEF.released * (EXTENDED.released / BRIEF.released).powf(share),
            end: BRIEF.end * (EXTENDED.end / BRIEF.end).powf(share),
        };
        Self { begin: (WARM * (steps_a_job / FEW).sqrt()).clamp(WARM, HOTTEST), course }
    }

    /// The temperature at `progress` from 0 to 1.
    pub fn temperature(&self, progress: f64) -> f64 {
        let Course { release, released, end } = self.course;
        let (from, to, share) = if progress < release {
            (self.begin, released, progress / release)
        } else {
            (released, end, (progress - release) / (1.0 - release))
        };
        from * (to / from).powf(share.clamp(0.0, 1.0))
    }

    /// What leads at `progress` from 0 to 1.
    pub fn lead(&self, progress: f64) -> Lead {
        if progress < self.course.release { Lead::Prices } else { Lead::Costs }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn long_searches_release_prices_early_and_hot() {
        let is_released = |steps, are_sharing, share: f64, temperature: f64| {
            let schedule = Schedule::new(steps, are_sharing);
            schedule.lead(share - 0.001) == Lead::Prices
                && schedule.lead(share + 0.001) == Lead::Costs
                && (schedule.temperature(share) / temperature - 1.0).abs() < 0.01
        };
        assert!(is_released(100.0, false, 0.8, 0.1));
        assert!(is_released(10_000.0, false, 0.3, 2.5));
        assert!(is_released(10_000.0, true, 0.8, 0.1), "prices are all that tells what others need");
    }

    proptest! {
        #[test]
        fn it_never_gets_hotter_than_where_prices_are_released(
            steps in 0.0_f64..1e6, are_sharing: bool, a in 0.0_f64..1.0, b in 0.0_f64..1.0,
        ) {
            let schedule = Schedule::new(steps, are_sharing);
            let (early, late) = (schedule.temperature(a.min(b)), schedule.temperature(a.max(b)));
            prop_assert!(early.is_finite() && late > 0.0);
            prop_assert!(late <= early.max(EXTENDED.released));
        }
    }
}
