//! Fair shares of a pool: what each school can count on, whatever the others do, and what is for whoever comes first.
//!
//! In a cell with limit L a school of weight w is guaranteed g = ⌊L × percent × w ÷ (100 × Σw)⌋ connections. What is left,
//! L − Σg, is common. Classes fit as long as what schools use beyond their guaranteed parts is at most the common part.

use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};

/// Most that a weight may be.
pub const MOST_WEIGHT: u32 = 1_000_000;

/// How a pool is shared out, as one school sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Per cent of each limit that are guaranteed.
    pub percent: u32,
    /// The school's weight; 0 for who is no school of the pool.
    pub weight: u64,
    /// The weights of all schools.
    pub weights: u64,
    /// The guaranteed parts of all schools together, by limit.
    pub promised: BTreeMap<u32, u32>,
}

/// The other schools of a pool that is shared out: all that must be known besides a school's [`Share`] to tell what it
/// would have if limits or uses were others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Others {
    /// The weights of all schools, that of the asking one among them.
    pub weights: Vec<u64>,
    /// By the instant at which a cell of five minutes begins: the weight of each other school that uses it, and its
    /// connections.
    pub used: HashMap<DateTime<Utc>, Vec<(u64, u32)>>,
}

impl Share {
    /// The same if the pool had these limits and its schools these weights.
    pub fn of_limits(&self, limits: impl IntoIterator<Item = u32>, weights: &[u64]) -> Self {
        Self { promised: promised(limits, self.percent, weights), ..self.clone() }
    }

    /// The school's guaranteed part of a limit.
    pub fn guaranteed(&self, limit: u32) -> u32 {
        self.guaranteed_to(limit, self.weight)
    }

    /// The guaranteed part of a school of another weight.
    pub fn guaranteed_to(&self, limit: u32, weight: u64) -> u32 {
        guaranteed(limit, self.percent, weight, self.weights)
    }

    /// What is nobody's in particular.
    pub fn common(&self, limit: u32) -> u32 {
        // Rounding down never promises more than this.
        let most = || part(limit, u128::from(self.percent), 100);
        limit.saturating_sub(self.promised.get(&limit).copied().unwrap_or_else(most))
    }
}

/// The guaranteed part of a limit for a school of this weight.
pub fn guaranteed(limit: u32, percent: u32, weight: u64, weights: u64) -> u32 {
    part(limit, u128::from(percent) * u128::from(weight), 100 * u128::from(weights))
}

/// What schools of these weights are guaranteed together of each of these limits.
pub fn promised(limits: impl IntoIterator<Item = u32>, percent: u32, weights: &[u64]) -> BTreeMap<u32, u32> {
    let sum = weights.iter().sum();
    let together = |limit| weights.iter().map(|weight| guaranteed(limit, percent, *weight, sum)).sum();
    limits.into_iter().map(|limit| (limit, together(limit))).collect()
}

/// What a school uses beyond its guaranteed part: this much it takes of the common part.
pub fn beyond(used: u64, guaranteed: u32) -> u64 {
    used.saturating_sub(u64::from(guaranteed))
}

fn part(limit: u32, numerator: u128, denominator: u128) -> u32 {
    let part = (u128::from(limit) * numerator).checked_div(denominator).unwrap_or(0);
    u32::try_from(part).unwrap_or(limit).min(limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The schools' views of one cell, in the order of their weights.
    fn shares(limit: u32, percent: u32, weights: &[u64]) -> Vec<Share> {
        let promised = promised([limit], percent, weights);
        let sum = weights.iter().sum();
        weights
            .iter()
            .map(|weight| Share { percent, weight: *weight, weights: sum, promised: promised.clone() })
            .collect()
    }

    /// The most that a school may use of a cell beside the others.
    fn at_most(limit: u32, shares: &[Share], used: &[u64], school: usize) -> u64 {
        let others = (0..used.len()).filter(|other| *other != school);
        let others: u64 = others.map(|other| beyond(used[other], shares[other].guaranteed(limit))).sum();
        let share = &shares[school];
        u64::from(share.guaranteed(limit) + share.common(limit)).saturating_sub(others)
    }

    proptest! {
        #[test]
        fn no_school_is_kept_from_its_part_and_the_limit_holds(
            limit in 0_u32..2000,
            percent in 0_u32..=100,
            weights in prop::collection::vec(0_u64..500, 1..7),
            asked in prop::collection::vec((0_usize..7, 0_u64..400, any::<bool>()), 0..40),
        ) {
            let shares = shares(limit, percent, &weights);
            let mut used = vec![0_u64; weights.len()];
            for (school, connections, goes) in asked {
                let school = school % weights.len();
                if goes {
                    used[school] = used[school].saturating_sub(connections);
                    continue;
                }
                let fits = used[school] + connections <= at_most(limit, &shares, &used, school);
                let own = u64::from(shares[school].guaranteed(limit));
                prop_assert!(fits || used[school] + connections > own, "a school gets its guaranteed part");
                if fits {
                    used[school] += connections;
                }
                prop_assert!(used.iter().sum::<u64>() <= u64::from(limit), "the limit holds");
            }
            // Who asks for all gets all that others are not guaranteed and do not use.
            let all = at_most(limit, &shares, &used, 0);
            used[0] = used[0].max(all);
            for school in 1..weights.len() {
                used[school] = used[school].max(at_most(limit, &shares, &used, school));
            }
            prop_assert_eq!(used.iter().sum::<u64>(), u64::from(limit), "nothing is left over");
        }

        #[test]
        fn without_a_guarantee_all_is_common(limit in 0_u32..2000, weights in prop::collection::vec(0_u64..500, 1..7)) {
            for share in shares(limit, 0, &weights) {
                prop_assert_eq!((share.guaranteed(limit), share.common(limit)), (0, limit));
            }
        }
    }

    #[test]
    fn parts_follow_the_weights_and_round_down() {
        let shares = shares(100, 80, &[1, 2, 0]);
        assert_eq!(shares.iter().map(|share| share.guaranteed(100)).collect::<Vec<_>>(), [26, 53, 0]);
        assert!(shares.iter().all(|share| share.common(100) == 21));
        assert_eq!(guaranteed(u32::MAX, 100, u64::MAX, u64::MAX), u32::MAX);
        assert_eq!(guaranteed(100, 80, 0, 0), 0, "without weights there is nothing to divide by");
    }
}
