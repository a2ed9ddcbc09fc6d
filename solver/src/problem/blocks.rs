//! Which requests belong together, and which pools all share.

use std::collections::HashMap;

use crate::round::Round;

/// A pool whose users would make a larger block than this is shared between blocks. One block is searched by all threads
/// with all its interactions in view; smaller ones stay in the processor's cache.
const LARGEST_BLOCK: usize = 4096;

/// The requests of each block, and the pools that several blocks use; all by index in the round.
pub(super) struct Partition {
    pub blocks: Vec<Vec<u32>>,
    pub shared: Vec<u32>,
}

/// Joins requests that share a person or group or stand in an order, then those that share a pool, smallest pools first.
pub(super) fn partition(round: &Round, pool_index: &HashMap<&str, u32>) -> Partition {
    let mut sets = Sets::new(round.requests.len());
    let mut first_of: HashMap<&str, u32> = HashMap::new();
    let mut users: Vec<Vec<u32>> = vec![Vec::new(); round.pools.len()];
    for (request, index) in round.requests.iter().zip(0..) {
        for who in &request.exclusive {
            let first = *first_of.entry(who).or_insert(index);
            sets.join(first, index);
        }
        for pool in request.pools.iter().filter_map(|id| pool_index.get(&**id)) {
            users[*pool as usize].push(index);
        }
    }
    drop(first_of);
    if round.requests.iter().any(|request| !request.after.is_empty()) {
        let index: HashMap<&str, u32> = round.requests.iter().map(|request| &*request.id).zip(0..).collect();
        for (request, this) in round.requests.iter().zip(0..) {
            for other in request.after.iter().filter_map(|after| index.get(&*after.request)) {
                sets.join(this, *other);
            }
        }
    }
    let mut order: Vec<u32> = (0..round.pools.len() as u32).collect();
    order.sort_by_key(|&pool| users[pool as usize].len());
    let mut shared = Vec::new();
    for pool in order {
        let users = &users[pool as usize];
        let mut roots: Vec<u32> = users.iter().map(|&user| sets.root(user)).collect();
        roots.sort_unstable();
        roots.dedup();
        let size: usize = roots.iter().map(|&root| sets.size[root as usize] as usize).sum();
        if roots.len() > 1 && size > LARGEST_BLOCK {
            shared.push(pool);
        } else {
            roots.windows(2).for_each(|pair| sets.join(pair[0], pair[1]));
        }
    }
    let mut number: HashMap<u32, usize> = HashMap::new();
    let mut blocks: Vec<Vec<u32>> = Vec::new();
    for request in 0..round.requests.len() as u32 {
        let next = blocks.len();
        let block = *number.entry(sets.root(request)).or_insert(next);
        if block == next {
            blocks.push(Vec::new());
        }
        blocks[block].push(request);
    }
    Partition { blocks, shared }
}

/// Disjoint sets, with path halving and union by size.
struct Sets {
    parent: Vec<u32>,
    size: Vec<u32>,
}

impl Sets {
    fn new(count: usize) -> Self {
        Self { parent: (0..count as u32).collect(), size: vec![1; count] }
    }

    fn root(&mut self, mut item: u32) -> u32 {
        while self.parent[item as usize] != item {
            let up = self.parent[self.parent[item as usize] as usize];
            self.parent[item as usize] = up;
            item = up;
        }
        item
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            let (small, large) = if self.size[a as usize] < self.size[b as usize] { (a, b) } else { (b, a) };
            self.parent[small as usize] = large;
            self.size[large as usize] += self.size[small as usize];
        }
    }
}
