//! Better starts by stretches: neighbours against which the same stands are one.

use creneau_solver::{BetterStart, Blocker};

/// Neighbouring starts that would cost less.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first of them, a cell.
    pub first: u32,
    /// The last of them, a cell.
    pub last: u32,
    /// What the cheapest of them would cost.
    pub cost: u64,
    /// What stands against them; of a pool, the worst cell, and the cells in which its limit is too low for any of them.
    pub blockers: Vec<Blocker>,
}

/// The stretches of these starts, the cheapest first.
pub fn stretches(mut starts: Vec<BetterStart>) -> Vec<Stretch> {
    starts.sort_by_key(|start| start.start);
    let mut stretches: Vec<Stretch> = Vec::new();
    for BetterStart { start, cost, blockers } in starts {
        match stretches.last_mut() {
            Some(known) if known.last + 1 == start && same(&known.blockers, &blockers) => {
                known.last = start;
                known.cost = cost.min(known.cost);
                known.blockers.iter_mut().zip(blockers).for_each(|(known, blocker)| widen(known, blocker));
            }
            _ => stretches.push(Stretch { first: start, last: start, cost, blockers }),
        }
    }
    stretches.sort_by_key(|stretch| (stretch.cost, stretch.first));
    stretches
}

/// Whether the same pools, people and classes stand against two starts.
fn same(a: &[Blocker], b: &[Blocker]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|pair| match pair {
            (Blocker::Pool { pool: a, .. }, Blocker::Pool { pool: b, .. }) => a == b,
            (
                Blocker::Exclusive { exclusive: a, held_by: by_a, .. },
                Blocker::Exclusive { exclusive: b, held_by: by_b, .. },
            )
            | (
                Blocker::Break { exclusive: a, held_by: by_a, .. },
                Blocker::Break { exclusive: b, held_by: by_b, .. },
            ) => a == b && by_a == by_b,
            (Blocker::Day { exclusive: a, day: on_a, .. }, Blocker::Day { exclusive: b, day: on_b, .. }) => {
                a == b && on_a == on_b
            }
            (
                Blocker::Order { other: a, comes_first: first_a, .. },
                Blocker::Order { other: b, comes_first: first_b, .. },
            ) => a == b && first_a == first_b,
            _ => false,
        })
}

/// Makes a pool's blocker that of another start, too: its worst cell, and all cells in which the limit is too low.
fn widen(known: &mut Blocker, other: Blocker) {
    if let (
        Blocker::Pool { cell, used, limit, from, to, .. },
        Blocker::Pool { cell: others_cell, used: others_used, limit: others_limit, from: first, to: end, .. },
    ) = (known, other)
    {
        (*from, *to) = (first.min(*from), end.max(*to));
        // Both starts need as much.
        if others_used + u64::from(*limit) > *used + u64::from(others_limit) {
            (*cell, *used, *limit) = (others_cell, others_used, others_limit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(used: u64, from: u32, to: u32) -> Blocker {
        Blocker::Pool { pool: "school".into(), cell: from, used, limit: 40, needed: 27, from, to }
    }

    fn held(held_by: &str) -> Blocker {
        Blocker::Exclusive { exclusive: "teacher".into(), cell: 8, held_by: held_by.into() }
    }

    fn start(start: u32, cost: u64, blocker: Blocker) -> BetterStart {
        BetterStart { start, cost, blockers: vec![blocker] }
    }

    #[test]
    fn neighbours_with_the_same_against_them_are_one_stretch_at_its_worst() {
        let starts = vec![
            start(8, 0, full(20, 8, 12)),
            start(9, 1, full(30, 9, 13)),
            start(7, 1, full(20, 8, 11)),
            start(11, 3, full(20, 11, 12)),
            start(10, 2, held("a")),
        ];
        let stretches = stretches(starts);
        let spans: Vec<(u32, u32, u64)> = stretches.iter().map(|each| (each.first, each.last, each.cost)).collect();
        assert_eq!(spans, [(7, 9, 0), (10, 10, 2), (11, 11, 3)]);
        let Blocker::Pool { cell, used, from, to, .. } = stretches[0].blockers[0] else { panic!("a pool") };
        assert_eq!((cell, used, from, to), (9, 30, 8, 13));
    }

    #[test]
    fn another_class_of_the_same_person_is_another_stretch() {
        assert_eq!(stretches(vec![start(8, 0, held("a")), start(9, 1, held("b"))]).len(), 2);
    }
}
