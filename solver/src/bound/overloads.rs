//! Overloads: classes that are one at a time, and together longer than the time that they may use.
//!
//! Four classes of one teacher want the same morning, which has room for three. Prices of the rows of that morning see that
//! the fourth does not fit in whole, and leave out so much of it; that all of a class must stay out they do not see. That
//! times do not suffice is *overload checking* in scheduling (Wolf and Schrader, 2005), and "at most three of the four" is
//! a cover inequality (Balas, 1975).
//!
//! No request is in two overloads of a block. So the least that their members pay is found by leaving out those that lose
//! least by it, and the price of being placed that comes to the same is what the last of them loses: no search is needed.

use crate::problem::{Block, Job, NOWHERE};
use crate::round::{Name, Round};

/// Of more requests that are one at a time, only all together are looked at.
const MOST_MEMBERS: usize = 200;

/// Why classes are one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Only {
    /// They are of one person or group.
    Exclusive(u32),
    /// Each takes more than half of a concurrent pool's limit.
    Pool(u32),
}

/// Requests of which some must stay out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Overload {
    pub only: Only,
    pub jobs: Vec<u32>,
    /// How many at least.
    pub out: usize,
    /// What each pays that is placed, and the same at the best prices.
    pub price: f32,
    pub best: f32,
}

/// What an overload is called in the round.
pub(crate) struct Named {
    pub exclusive: Option<Name>,
    pub pool: Option<Name>,
    pub requests: Vec<Name>,
}

impl Overload {
    /// Its names.
    pub fn named(&self, block: &Block, round: &Round) -> Named {
        let request = |&job: &u32| round.requests[block.jobs[job as usize].request as usize].id.clone();
        let (exclusive, pool) = match self.only {
            Only::Exclusive(who) => (Some(block.exclusive_name(who, round).clone()), None),
            Only::Pool(pool) => (None, Some(round.pools[block.pools[pool as usize].index as usize].id.clone())),
        };
        Named { exclusive, pool, requests: self.jobs.iter().map(request).collect() }
    }

    /// Leaves out who loses least by it, in `choices`, and returns what that costs; `pays` tells what a job would pay that
    /// chooses this start. Who is pinned stays.
    pub fn leave_out(&mut self, block: &Block, pays: impl Fn(u32, u32) -> f32, choices: &mut [u32]) -> f64 {
        let loss = |&index: &u32| {
            let (job, start) = (&block.jobs[index as usize], choices[index as usize]);
            let loss = match start {
                NOWHERE => 0.0,
                _ if job.pinned.is_some() => f32::INFINITY,
                start => (job.unplaced as f32 - pays(index, start)).max(0.0),
            };
            (loss, index)
        };
        let mut losses: Vec<(f32, u32)> = self.jobs.iter().map(loss).collect();
        losses.sort_by(|a, b| a.0.total_cmp(&b.0));
        losses.truncate(self.out);
        losses.iter().for_each(|&(_, job)| choices[job as usize] = NOWHERE);
        self.price = losses.last().map_or(0.0, |last| last.0);
        losses.iter().map(|(loss, _)| f64::from(*loss)).sum()
    }
}

/// The overloads of a block, no request in two of them: those that leave out most first, then the smallest.
pub(crate) fn overloads(block: &Block) -> Vec<Overload> {
    let mut found: Vec<Overload> = Vec::new();
    for who in 0..block.exclusives.len() as u32 {
        found.extend(largest(block, Only::Exclusive(who), block.members(who)));
    }
    for (pool, index) in block.pools.iter().zip(0..) {
        if pool.window.is_none() && pool.shared.is_none() {
            let halves = |job: &Job| {
                let uses = |(from, to): (u32, u32)| pool.limits[from as usize..to as usize].iter().copied().max();
                ranges(block, job, job.duration)
                    .all(|range| uses(range).is_none_or(|most| most < job.connections.saturating_mul(2)))
            };
            let alone = block.pool_members(index).iter().copied().filter(|&job| halves(&block.jobs[job as usize]));
            found.extend(largest(block, Only::Pool(index), &alone.collect::<Vec<_>>()));
        }
    }
    found.sort_by_key(|overload| (std::cmp::Reverse(overload.out), overload.jobs.len()));
    let mut is_taken = vec![false; block.jobs.len()];
    found.retain(|overload| {
        let is_free = overload.jobs.iter().all(|&job| !is_taken[job as usize]);
        if is_free {
            overload.jobs.iter().for_each(|&job| is_taken[job as usize] = true);
        }
        is_free
    });
    found
}

/// Of jobs that are one at a time: those that leave out most, the fewest such jobs.
fn largest(block: &Block, only: Only, jobs: &[u32]) -> Option<Overload> {
    let apart = match only {
        Only::Exclusive(who) => block.breaks[who as usize],
        Only::Pool(_) => 0,
    };
    let mut members: Vec<Member> = jobs.iter().filter_map(|&job| Member::new(block, job, apart)).collect();
    members.sort_by_key(|member| member.end);
    let mut begins: Vec<u32> = members.iter().map(|member| member.begin).collect();
    begins.sort_unstable();
    begins.dedup();
    let are_many = members.len() > MOST_MEMBERS;
    if are_many {
        begins.truncate(1);
    }
    let room = Room::new(members.iter().flat_map(|member| member.ranges.iter().copied()));
    let mut best: Option<(usize, Vec<&Member>)> = None;
    for begin in begins {
        let (mut inside, mut length) = (Vec::new(), 0_u64);
        for (member, next) in members.iter().zip(members.iter().skip(1).map(Some).chain([None])) {
            if member.begin < begin {
                continue;
            }
            inside.push(member);
            length += u64::from(member.length);
            // Who ends at the same slot belongs to the same stretch of time.
            let is_last = next.is_none_or(|next| next.end > member.end && !are_many);
            if !is_last || length <= u64::from(room.between(begin, member.end)) {
                continue;
            }
            let out = inside.len() - most(&inside);
            if out > 0 && best.as_ref().is_none_or(|(most, members)| (out, members.len()) > (*most, inside.len())) {
                best = Some((out, inside.clone()));
            }
        }
    }
    let (out, members) = best?;
    let jobs: Vec<u32> = members.iter().map(|member| member.job).collect();
    // Where pinned classes overload a time alone, nobody can stay out: there is no plan.
    let can_leave = jobs.iter().filter(|&&job| block.jobs[job as usize].pinned.is_none()).count() >= out;
    can_leave.then_some(Overload { only, jobs, out, price: 0.0, best: 0.0 })
}

/// How many of the members have room beside each other: the shortest first.
fn most(members: &[&Member]) -> usize {
    let mut lengths: Vec<u32> = members.iter().map(|member| member.length).collect();
    lengths.sort_unstable();
    let mut left = Room::new(members.iter().flat_map(|member| member.ranges.iter().copied())).all();
    let fits = |length: &&u32| {
        let fits = **length <= left;
        left -= if fits { **length } else { 0 };
        fits
    };
    lengths.iter().take_while(fits).count()
}

/// A job, the slots that it takes of the others, break included, and those in which it may do so.
struct Member {
    job: u32,
    length: u32,
    ranges: Vec<(u32, u32)>,
    begin: u32,
    end: u32,
}

impl Member {
    /// `None` if a job has no start.
    fn new(block: &Block, index: u32, apart: u32) -> Option<Self> {
        let job = &block.jobs[index as usize];
        let length = job.duration + apart;
        let ranges: Vec<(u32, u32)> = ranges(block, job, length).collect();
        let begin = ranges.iter().map(|range| range.0).min()?;
        let end = ranges.iter().map(|range| range.1).max()?;
        Some(Self { job: index, length, ranges, begin, end })
    }
}

/// The slots, from and to, that a job may be in if it lasts so long.
fn ranges(block: &Block, job: &Job, length: u32) -> impl Iterator<Item = (u32, u32)> {
    block.pieces(job).iter().map(move |piece| (piece.first, piece.last + length))
}

/// Slots that some class may be in, as ranges one after another.
struct Room(Vec<(u32, u32)>);

impl Room {
    fn new(ranges: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut ranges: Vec<(u32, u32)> = ranges.collect();
        ranges.sort_unstable();
        let mut room: Vec<(u32, u32)> = Vec::new();
        for (from, to) in ranges {
            match room.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => room.push((from, to)),
            }
        }
        Self(room)
    }

    /// How many there are.
    fn all(&self) -> u32 {
        self.0.iter().map(|(from, to)| to - from).sum()
    }

    /// How many of them are in `from..to`.
    fn between(&self, from: u32, to: u32) -> u32 {
        let first = self.0.partition_point(|range| range.1 <= from);
        let inside = self.0[first..].iter().take_while(|range| range.0 < to);
        inside.map(|range| range.1.min(to) - range.0.max(from)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;
    use crate::round::{Exclusive, Horizon, Pool, PoolKind, Request, StartRange};

    /// Classes of one teacher, with a break: how long, the first and the last start, and connections of 40.
    fn problem(apart: u32, classes: &[(u32, u32, u32, u32)]) -> Problem {
        let pool = Pool { id: "p".into(), kind: PoolKind::Concurrent, window: None, limit: 40, except: vec![] };
        let request = |(&(duration, first, last, connections), index): (&(u32, u32, u32, u32), usize)| Request {
            id: format!("r{index}").into(),
            pools: ["p".into()].into(),
            exclusive: (if connections > 20 { vec![] } else { vec!["t".into()] }).into(),
            connections,
            duration,
            options: [StartRange { first, last, ideal: 0, base: 0, per_cell: 1 }].into(),
            unplaced: 100,
            ..Request::default()
        };
        Problem::new(&Round {
            version: 1,
            name: "overloads".into(),
            horizon: Horizon { start: "2020-03-23T00:00:00Z".into(), step_minutes: 5, cells: 400 },
            days: vec![],
            pools: vec![pool],
            exclusives: vec![Exclusive { id: "t".into(), break_cells: apart, most: None }],
            requests: classes.iter().zip(0..).map(request).collect(),
        })
    }

    /// Why, how many jobs, and how many must stay out, of each overload.
    fn found(apart: u32, classes: &[(u32, u32, u32, u32)]) -> Vec<(bool, usize, usize)> {
        let problem = problem(apart, classes);
        let all = problem.blocks.iter().flat_map(overloads);
        all.map(|overload| (matches!(overload.only, Only::Pool(_)), overload.jobs.len(), overload.out)).collect()
    }

    #[test]
    fn a_morning_that_is_too_short_is_found_among_other_hours() {
        let morning = [(11, 0, 40, 10), (11, 0, 40, 10), (11, 0, 40, 10)];
        let with = |more: &[(u32, u32, u32, u32)]| [&morning[..], more].concat();
        assert_eq!(found(0, &with(&[(18, 0, 33, 10)])), [], "51 cells of 51");
        assert_eq!(found(0, &with(&[(19, 0, 32, 10)])), [(false, 4, 1)], "52 cells of 51");
        assert_eq!(
            found(0, &with(&[(19, 0, 32, 10), (11, 100, 120, 10)])),
            [(false, 4, 1)],
            "who has room is left aside"
        );
        assert_eq!(found(0, &with(&[(19, 0, 90, 10)])), [], "one of them can be later");
        // The break after the last class may lie behind the morning.
        assert_eq!(found(2, &with(&[(12, 0, 39, 10)])), [], "53 cells of 53, breaks included");
        assert_eq!(found(3, &with(&[(12, 0, 39, 10)])), [(false, 4, 1)], "57 cells of 54, breaks included");
    }

    #[test]
    fn classes_that_fill_more_than_half_a_pool_are_one_at_a_time() {
        let classes = [(10, 0, 20, 21), (10, 0, 20, 30), (10, 0, 20, 40), (10, 0, 20, 21), (10, 0, 20, 21)];
        assert_eq!(found(0, &classes), [(true, 5, 2)], "50 cells of 30");
        assert_eq!(found(0, &classes[..3]), []);
    }

    #[test]
    fn of_very_many_only_all_together_are_looked_at() {
        let with = |others: usize| [vec![(11, 0, 5, 10); 2], vec![(1, 0, 390, 10); others]].concat();
        assert_eq!(found(0, &with(MOST_MEMBERS - 2)), [(false, 2, 1)]);
        assert_eq!(found(0, &with(MOST_MEMBERS - 1)), [], "all have room");
        assert_eq!(found(0, &with(400)), [(false, 402, 11)], "391 cells, the shortest first");
    }

    #[test]
    fn those_stay_out_who_lose_least_and_the_price_is_what_the_last_of_them_loses() {
        let classes = [(10, 0, 10, 30), (10, 0, 10, 30), (10, 0, 10, 30), (10, 0, 10, 30)];
        let problem = problem(0, &classes);
        let mut overload = overloads(&problem.blocks[0]).remove(0);
        assert_eq!((overload.jobs.len(), overload.out), (4, 2));
        let mut choices = [0, 0, 0, NOWHERE];
        let pays = [3.0, 8.0, 5.0, 100.0];
        let cost = overload.leave_out(&problem.blocks[0], |job, _| pays[job as usize], &mut choices);
        assert_eq!((cost, overload.price, choices), (92.0, 92.0, [0, NOWHERE, 0, NOWHERE]));
    }
}
