//! Fairness over time: who was moved far in the last rounds counts more in the next.
//!
//! All in minutes, five for each unit that a class costs: as many as it was moved where a step of five minutes costs one,
//! and more where a wish makes it cost more, as outside of its tolerance. So nobody is told them as time. Of each of the
//! school's last [`ROUNDS`] published rounds a teacher has a mean, from 0 to [`MOST_MINUTES`]; a round counts half as much
//! as the one after it. The mean of these gives the weight, from 1 for who always got what was wished to 2 from
//! [`FULL_MINUTES`] on.

/// How many rounds back count.
pub const ROUNDS: usize = 4;
/// What one class counts at most, in minutes, and what a wish without a class counts.
pub const MOST_MINUTES: u32 = 600;
/// The mean, in minutes, from which on a weight is twice the usual one.
pub const FULL_MINUTES: f64 = 120.0;
/// Minutes that a unit of cost counts.
pub const MINUTES_A_UNIT: u64 = 5;
/// Weights as whole numbers: the usual one, that of somebody who was never moved.
pub const USUAL: u32 = 10;

/// The formula, for people.
pub const IN_WORDS: &str = "Each class of a published plan counts five minutes for each unit that it costs (as many as it was \
    moved from the wish, and more where the wish says that a move costs more), at most 600; a wish without a class \
    counts 600. A teacher's minutes are the mean of the school's last four \
    published rounds before, each round's own mean counting half as much as that of the round after it, and a round without \
    a class of the teacher counting 0. The weight is 1 + minutes / 120, at most 2, to a tenth. A request has the \
    largest weight of its teachers, and all that it costs is multiplied by it when a round is solved.";

/// How much a class disappoints, in minutes: by what it costs, or because there is none.
pub fn disappointment(cost: Option<u64>) -> u32 {
    let minutes = cost.map_or(u64::MAX, |cost| cost.saturating_mul(MINUTES_A_UNIT));
    u32::try_from(minutes).unwrap_or(u32::MAX).min(MOST_MINUTES)
}

/// The mean of the classes of one round; 0 when there are none.
pub fn mean(minutes: &[u32]) -> f64 {
    if minutes.is_empty() {
        return 0.0;
    }
    let sum: u64 = minutes.iter().map(|minutes| u64::from((*minutes).min(MOST_MINUTES))).sum();
    #[expect(clippy::cast_precision_loss, reason = "far below what an f64 holds exactly")]
    let mean = sum as f64 / minutes.len() as f64;
    mean
}

/// What a round counts, by how many published rounds came after it.
pub fn share(rounds_after: usize) -> f64 {
    0.5_f64.powi(i32::try_from(rounds_after).unwrap_or(i32::MAX))
}

/// The mean of a teacher's rounds, the latest first; older ones than [`ROUNDS`] do not count.
pub fn faded(means: &[f64]) -> f64 {
    let counted = means.iter().take(ROUNDS).enumerate();
    let (sum, shares) =
        counted.fold((0.0, 0.0), |(sum, shares), (after, mean)| (sum + mean * share(after), shares + share(after)));
    if shares > 0.0 { sum / shares } else { 0.0 }
}

/// How much all that somebody's requests cost counts, in tenths: from [`USUAL`] to twice as much.
pub fn weight(minutes: f64) -> u32 {
    let more = (minutes / FULL_MINUTES).clamp(0.0, 1.0) * f64::from(USUAL);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 0 to 10")]
    let more = more.round() as u32;
    USUAL + more
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of_rounds(rounds: &[Vec<u32>]) -> u32 {
        let means: Vec<f64> = rounds.iter().map(|minutes| mean(minutes)).collect();
        weight(faded(&means))
    }

    fn rounds() -> impl Strategy<Value = Vec<Vec<u32>>> {
        prop::collection::vec(prop::collection::vec(0_u32..2000, 0..8), 0..7)
    }

    proptest! {
        #[test]
        fn a_weight_is_from_one_to_two(rounds in rounds()) {
            prop_assert!((USUAL..=2 * USUAL).contains(&of_rounds(&rounds)));
            let means: Vec<f64> = rounds.iter().map(|minutes| mean(minutes)).collect();
            prop_assert!((0.0..=f64::from(MOST_MINUTES)).contains(&faded(&means)));
        }

        #[test]
        fn who_was_moved_further_never_counts_less(mut rounds in rounds(), round in 0_usize..7, class in 0_usize..8, more in 0_u32..2000) {
            let before = of_rounds(&rounds);
            if let Some(minutes) = rounds.get_mut(round).and_then(|round| round.get_mut(class)) {
                *minutes += more;
            }
            prop_assert!(of_rounds(&rounds) >= before);
        }

        #[test]
        fn a_newcomer_counts_as_usual(rounds in 0_usize..7) {
            prop_assert_eq!(of_rounds(&vec![Vec::new(); rounds]), USUAL);
        }

        #[test]
        fn what_is_long_ago_does_not_count(rounds in rounds(), older in prop::collection::vec(0_u32..2000, 0..8)) {
            let mut last = rounds;
            last.resize(ROUNDS, Vec::new());
            let before = of_rounds(&last);
            last.push(older);
            prop_assert_eq!(of_rounds(&last), before);
        }
    }

    #[test]
    fn the_same_move_counts_less_the_longer_ago() {
        let ago = |rounds: usize| {
            let mut means = vec![0.0; ROUNDS];
            means[rounds] = 120.0;
            faded(&means)
        };
        assert_eq!([ago(0), ago(1), ago(2), ago(3)], [64.0, 32.0, 16.0, 8.0]);
    }

    #[test]
    fn the_numbers_are_those_of_the_words() {
        assert_eq!([disappointment(Some(0)), disappointment(Some(12)), disappointment(Some(500))], [0, 60, 600]);
        assert_eq!((disappointment(None), disappointment(Some(u64::MAX))), (600, 600));
        assert_eq!([0.0, 6.0, 60.0, 120.0, 600.0].map(weight), [10, 11, 15, 20, 20]);
    }
}
