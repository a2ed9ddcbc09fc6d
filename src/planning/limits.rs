//! The limits of a solver's pool, cell by cell and back.

use creneau_solver::{LimitRange, Pool};

/// The limit of each of so many cells.
pub fn by_cell(pool: &Pool, cells: u32) -> Vec<u32> {
    let mut limits = vec![pool.limit; cells as usize];
    for part in &pool.except {
        let (from, to) = (part.from.min(cells), part.to.min(cells));
        limits[from as usize..to.max(from) as usize].fill(part.limit);
    }
    limits
}

/// Where limits are other than the usual one.
pub fn exceptions(usual: u32, limits: &[u32]) -> Vec<LimitRange> {
    let mut except: Vec<LimitRange> = Vec::new();
    for (cell, limit) in (0_u32..).zip(limits).filter(|(_, limit)| **limit != usual) {
        match except.last_mut() {
            Some(range) if range.to == cell && range.limit == *limit => range.to += 1,
            _ => except.push(LimitRange { from: cell, to: cell + 1, limit: *limit }),
        }
    }
    except
}

/// A pool with so many per cent of its limits, rounded down.
pub fn scaled(pool: &Pool, percent: u32, cells: u32) -> Pool {
    let limits: Vec<u32> = by_cell(pool, cells).into_iter().map(|limit| part(limit, percent)).collect();
    let usual = part(pool.limit, percent);
    Pool { limit: usual, except: exceptions(usual, &limits), ..pool.clone() }
}

/// So many per cent of a limit, rounded down: a connection more than there is room for is one too many.
pub fn part(limit: u32, percent: u32) -> u32 {
    u32::try_from(u64::from(limit) * u64::from(percent) / 100).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use creneau_solver::PoolKind;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn limits_survive_the_way_there_and_back(limits in prop::collection::vec(0_u32..4, 0..40), usual in 0_u32..4) {
            let except = exceptions(usual, &limits);
            prop_assert!(except.windows(2).all(|two| two[0].to <= two[1].from));
            let pool = Pool { id: "p".into(), kind: PoolKind::Concurrent, window: None, limit: usual, except };
            prop_assert_eq!(by_cell(&pool, u32::try_from(limits.len()).unwrap()), limits);
        }
    }
}
