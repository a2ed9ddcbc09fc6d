//! Random small rounds and other helpers that the tests share.
#![allow(dead_code, reason = "each test file uses some of these")]

use creneau_solver::*;
use proptest::prelude::*;

/// Options for a run that ends by iterations and can be repeated.
pub fn options(method: Method, iterations: u64) -> Options<'static> {
    Options { seed: 7, threads: 2, iterations: Some(iterations), budget: &Unlimited, warm_start: None, method }
}

/// Solves without watching.
pub fn solved(round: &Round, options: &Options<'_>) -> Solution {
    match solve(round, options, &mut |_| {}) {
        Ok(solution) => solution,
        Err(findings) => panic!("{findings}"),
    }
}

/// A request with the usual fields.
pub fn request(
    id: &str,
    pools: &[&str],
    exclusive: &[&str],
    connections: u32,
    duration: u32,
    options: Vec<StartRange>,
) -> Request {
    Request {
        id: id.into(),
        pools: pools.iter().copied().map(Name::from).collect(),
        exclusive: exclusive.iter().copied().map(Name::from).collect(),
        connections,
        duration,
        options: options.into(),
        unplaced: 1000,
        ..Request::default()
    }
}

/// The starts `first … last` around an ideal, one cost unit a cell.
pub fn around(first: u32, last: u32, ideal: u32) -> StartRange {
    StartRange { first, last, ideal, base: 0, per_cell: 1 }
}

/// A round of a 5-minute grid.
pub fn round(cells: u32, pools: Vec<Pool>, requests: Vec<Request>) -> Round {
    let horizon = Horizon { start: "2020-03-23T00:00:00Z".into(), step_minutes: 5, cells };
    Round { version: 1, name: "test".into(), horizon, days: vec![], pools, exclusives: vec![], requests }
}

/// A pool without exceptions.
pub fn pool(id: &str, window: Option<u32>, limit: u32) -> Pool {
    let kind = if window.is_some() { PoolKind::Arrivals } else { PoolKind::Concurrent };
    Pool { id: id.into(), kind, window, limit, except: vec![] }
}

/// How large random rounds are.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub cells: u32,
    pub requests: usize,
    pub span: u32,
    /// Whether there are days, breaks, classes a day, an order and weights.
    pub rules: bool,
}

/// Tiny: brute force can try everything.
pub const TINY: Size = Size { cells: 14, requests: 5, span: 4, rules: false };
/// Small: everything in the format occurs, across words of the solver's bit sets.
pub const SMALL: Size = Size { cells: 300, requests: 24, span: 90, rules: false };

/// Random valid rounds.
pub fn rounds(size: Size) -> impl Strategy<Value = Round> {
    (1..=size.cells).prop_flat_map(move |cells| {
        let pools = prop::collection::vec(pool_of(cells), 0..4);
        let requests = prop::collection::vec(request_of(cells, size.span), 0..=size.requests);
        (pools, requests, rules_of(cells, size.requests))
            .prop_map(move |(pools, requests, rules)| assemble(cells, pools, requests, size.rules.then_some(rules)))
    })
}

/// Random rounds in which the classes of a few groups all want the same cells of one pool: derived rows help there.
pub fn crowded() -> impl Strategy<Value = Round> {
    let class = (4..12_u32, 0..4_usize, 1..4_u32, 0..4_u32, 2..6_u32);
    (prop::collection::vec(class, 3..6), 10..30_u32, 0..2_u32).prop_map(|(classes, limit, other)| {
        let requests = classes.iter().zip(0..).map(|(&(size, group, duration, ideal, span), index)| {
            let options = vec![around(0, span.min(9 - duration), ideal)];
            let pools: &[&str] = if index < other { &["p", "q"] } else { &["p"] };
            let mut one = request(&format!("r{index}"), pools, &[&format!("g{group}")], size, duration, options);
            one.unplaced = 30;
            one
        });
        round(9, vec![pool("p", None, limit), pool("q", None, limit), pool("a", Some(2), 90)], requests.collect())
    })
}

/// Random derived rows for a round, some of which no checker may accept.
pub fn derived(round: &Round) -> impl Strategy<Value = Vec<Derived>> + use<> {
    let multipliers = |names: Vec<Name>| {
        let some = prop::sample::subsequence(names.clone(), 0..=names.len());
        (some, prop::collection::vec(0..9_u32, names.len()))
            .prop_map(|(names, units)| names.into_iter().zip(units).collect::<std::collections::BTreeMap<_, _>>())
    };
    let pools = round.pools.iter().filter(|pool| pool.kind == PoolKind::Concurrent).map(|pool| pool.id.clone());
    let mut people: Vec<Name> = round.requests.iter().flat_map(|request| request.exclusive.clone()).collect();
    people.sort_unstable();
    people.dedup();
    people.push("nobody".into());
    let ids = round.requests.iter().map(|request| request.id.clone()).collect();
    let price = prop_oneof![10 => 0.0..9.0_f64, 5 => Just(0.0)];
    let cells = round.horizon.cells;
    let prices = (0..cells, price).prop_map(|(cell, price)| CellPrice { cell, price });
    let broken = prop_oneof![60 => Just(0_u8), 1 => Just(1), 1 => Just(2), 1 => Just(3), 1 => Just(4)];
    let rows = (
        1..12_u32,
        multipliers(pools.collect()),
        multipliers(people),
        multipliers(ids),
        prop::collection::vec(prices, 0..5),
        broken,
    );
    let row = rows.prop_map(move |(divisor, pools, exclusives, requests, prices, broken)| {
        let mut row = Derived { divisor, pools, exclusives, requests, prices };
        match broken {
            1 => row.divisor = 0,
            2 => drop(row.pools.insert("a".into(), 1)),
            3 => row.prices.push(CellPrice { cell: 0, price: -0.5 }),
            4 => row.prices.push(CellPrice { cell: cells, price: 0.5 }),
            _ => {}
        }
        row
    });
    prop::collection::vec(row, 0..4)
}

/// Random overloads of a round's requests, some of which no checker may accept.
pub fn random_overloads(round: &Round) -> impl Strategy<Value = Vec<Overload>> + use<> {
    let mut kinds: Vec<(Option<Name>, Option<Name>)> = Vec::new();
    kinds.extend(
        round.requests.iter().flat_map(|request| request.exclusive.iter()).map(|who| (Some(who.clone()), None)),
    );
    kinds.extend(round.pools.iter().map(|pool| (None, Some(pool.id.clone()))));
    kinds.sort_unstable();
    kinds.dedup();
    let limit = |id: &Name| round.pools.iter().find(|pool| pool.id == *id).map_or(0, |pool| pool.limit);
    let of = |(who, pool): &(Option<Name>, Option<Name>)| -> Vec<Name> {
        let is_one = |request: &&Request| {
            who.as_ref().is_none_or(|who| request.exclusive.contains(who))
                && pool.as_ref().is_none_or(|id| request.pools.contains(id) && 2 * request.connections > limit(id))
        };
        round.requests.iter().filter(is_one).map(|request| request.id.clone()).collect()
    };
    let candidates: Vec<_> = kinds.into_iter().map(|kind| (of(&kind), kind)).collect();
    let ids: Vec<Name> = round.requests.iter().map(|request| request.id.clone()).chain(["nobody".into()]).collect();
    let one = (any::<prop::sample::Index>(), any::<u64>(), 0.0..40.0_f64, 0..40_u8, any::<prop::sample::Index>());
    prop::collection::vec(one, 0..4).prop_map(move |drawn| {
        let entry = |(kind, subset, price, broken, other): (prop::sample::Index, u64, f64, u8, prop::sample::Index)| {
            let (members, (exclusive, pool)) = kind.get(&candidates).clone();
            let chosen = members.into_iter().zip(0..).filter(|(_, number)| (subset >> (number % 64)) & 3 > 0);
            let mut overload = Overload { exclusive, pool, requests: chosen.map(|chosen| chosen.0).collect(), price };
            match broken {
                0 | 1 => overload.requests.push(other.get(&ids).clone()),
                2 => overload.price = -price,
                3 => overload.exclusive = None,
                4 => overload.pool = Some("p".into()),
                _ => {}
            }
            overload
        };
        if candidates.is_empty() { Vec::new() } else { drawn.into_iter().map(entry).collect() }
    })
}

/// What a round may say besides pools and requests.
#[derive(Debug, Clone)]
struct Rules {
    step_minutes: u32,
    days: Vec<u32>,
    /// Break and most of each person.
    people: Vec<(u32, Option<u32>)>,
    /// Pairs of requests, and the gap: one comes after the other.
    pairs: Vec<(usize, usize, u32)>,
    /// Whether the earlier one in the file comes first.
    forward: bool,
    weights: Vec<Option<u32>>,
}

fn rules_of(cells: u32, requests: usize) -> impl Strategy<Value = Rules> {
    let days = prop_oneof![Just(vec![]), prop::collection::btree_set(0..cells, 0..4).prop_map(Vec::from_iter)];
    // Mostly short breaks, but longer ones than the horizon are legal.
    let breaks = prop_oneof![8 => 0..5_u32, 2 => 0..=2 * cells, 1 => Just(u32::MAX)];
    let people = prop::collection::vec((breaks, prop::option::of(0..4_u32)), 3);
    let pairs = prop::collection::vec((0..requests, 0..requests, 0..6_u32), 0..=requests / 2);
    // Short and long days, that begin with a cell or within one.
    let step = prop::sample::select(vec![5, 60, 100, 1440, 2000]);
    let weights = prop::collection::vec(prop::option::weighted(0.3, 2..9_u32), requests);
    (step, days, people, pairs, any::<bool>(), weights).prop_map(|(step, mut days, people, pairs, forward, weights)| {
        if let Some(first) = days.first_mut() {
            *first = 0;
        }
        Rules { step_minutes: step, days, people, pairs, forward, weights }
    })
}

impl Rules {
    fn apply(self, round: &mut Round) {
        round.horizon.step_minutes = self.step_minutes;
        round.days = self.days;
        let named = |who: &Name| round.requests.iter().any(|request| request.exclusive.contains(who));
        let people = self.people.into_iter().zip(0..);
        let people =
            people.map(|((break_cells, most), i)| Exclusive { id: format!("who{i}").into(), break_cells, most });
        round.exclusives = people.filter(|rule| named(&rule.id)).collect();
        for (a, b, gap) in self.pairs {
            // One direction only, so that no circle is closed.
            let (first, second) = if (a < b) == self.forward { (a, b) } else { (b, a) };
            if a != b && a.max(b) < round.requests.len() {
                let request = round.requests[first].id.clone();
                let after = &mut round.requests[second].after;
                *after = after.iter().cloned().chain([After { request, gap }]).collect();
            }
        }
        for (request, weight) in round.requests.iter_mut().zip(self.weights) {
            request.weight = weight.unwrap_or(1);
        }
    }
}

fn pool_of(cells: u32) -> impl Strategy<Value = Pool> {
    let window = prop_oneof![8 => 1..6_u32, 2 => 1..=2 * cells, 1 => Just(u32::MAX)];
    (any::<bool>(), window, 0..60_u32, 0..cells, 0..=cells, 0..40_u32).prop_map(
        |(arrivals, window, limit, a, b, other)| {
            let kind = if arrivals { PoolKind::Arrivals } else { PoolKind::Concurrent };
            let except = if a < b { vec![LimitRange { from: a, to: b, limit: other }] } else { vec![] };
            Pool { id: "".into(), kind, window: arrivals.then_some(window), limit, except }
        },
    )
}

fn request_of(cells: u32, span: u32) -> impl Strategy<Value = Request> {
    let duration = 1..=(cells.clamp(1, 9));
    let option = (0..cells, 0..span, 0..cells, 0..12_u64, 0..3_u32);
    let options = prop::collection::vec(option, 1..4);
    let rest = (any::<[bool; 4]>(), any::<[bool; 5]>(), 0..30_u32, 0..120_u64, prop::option::weighted(0.3, 0..cells));
    (duration, options, rest, 0..9_u64, prop::bool::weighted(0.2)).prop_map(
        move |(duration, options, (pools, people, connections, unplaced, current), move_cost, pinned)| {
            let most = cells - duration;
            let options = options.into_iter().map(|(first, length, ideal, base, per_cell)| {
                let first = first.min(most);
                StartRange { first, last: (first + length).min(most), ideal, base, per_cell }
            });
            let named = |flags: &[bool], prefix: &str| -> Vec<Name> {
                let flagged = flags.iter().enumerate().filter(|(_, flag)| **flag);
                flagged.map(|(i, _)| format!("{prefix}{i}").into()).collect()
            };
            Request {
                id: "".into(),
                pools: named(&pools, "pool").into(),
                // Fewer people at once: one in four pairs of flags.
                exclusive: named(&[people[0] && people[1], people[1] && people[2], people[3] && people[4]], "who")
                    .into(),
                connections,
                duration,
                options: options.collect(),
                unplaced,
                pinned: pinned && current.is_some_and(|current| current <= most),
                current,
                move_cost,
                ..Request::default()
            }
        },
    )
}

/// Names everything, and lets go of pins that contradict.
fn assemble(cells: u32, mut pools: Vec<Pool>, mut requests: Vec<Request>, rules: Option<Rules>) -> Round {
    for (pool, i) in pools.iter_mut().zip(0..) {
        pool.id = format!("pool{i}").into();
    }
    for (request, i) in requests.iter_mut().zip(0..) {
        request.id = format!("r{i}").into();
        request.pools = request.pools.iter().filter(|id| pools.iter().any(|pool| pool.id == **id)).cloned().collect();
    }
    let mut round = round(cells, pools, requests);
    if let Some(rules) = rules {
        rules.apply(&mut round);
    }
    if validate(&round).iter().any(Finding::is_error) {
        round.requests.iter_mut().for_each(|request| request.pinned = false);
    }
    round
}

/// Every allowed start, with what it costs, straight from the format's text.
pub fn allowed(request: &Request) -> Vec<(u32, u64)> {
    let mut starts: Vec<(u32, u64)> = Vec::new();
    let range = request.options.iter().flat_map(|option| option.first..=option.last).chain(request.current);
    for start in range {
        let costs = request.options.iter().filter(|option| option.allows(start)).map(|option| option.cost(start));
        let cost = match (costs.min(), request.current) {
            (cost, Some(current)) if request.pinned && start == current => cost.or(Some(0)),
            (_, Some(_)) if request.pinned => None,
            (cost, Some(current)) if start != current => cost.map(|cost| cost + request.move_cost),
            (cost, _) => cost,
        };
        starts.extend(cost.map(|cost| (start, cost * u64::from(request.weight))));
    }
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// A feasible plan: requests one by one at a start at which nothing is broken.
pub fn one_by_one(round: &Round, random: &mut Random) -> Plan {
    let at = |request: &Request| request.current.filter(|_| request.pinned);
    let sessions = round.requests.iter().map(|request| Session { request: request.id.clone(), start: at(request) });
    let mut plan = Plan {
        round: round.name.clone(),
        sessions: sessions.collect(),
        objective: None,
        bound: None,
        certificate: None,
    };
    assert!(check(round, &plan).is_feasible(), "valid pins: {:?}", check(round, &plan).violations);
    for (i, request) in round.requests.iter().enumerate().filter(|(_, request)| !request.pinned) {
        let starts = allowed(request);
        let first = random.below(starts.len());
        for (start, _) in starts.iter().cycle().skip(first).step_by(1 + random.below(5)).take(4) {
            plan.sessions[i].start = Some(*start);
            if check(round, &plan).is_feasible() {
                break;
            }
            plan.sessions[i].start = None;
        }
    }
    plan
}

/// Repeatable, and good enough to choose among a few (Marsaglia's xorshift).
pub struct Random(pub u64);

impl Random {
    /// A number below `most`; 0 if that is 0.
    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % most.max(1)
    }
}
