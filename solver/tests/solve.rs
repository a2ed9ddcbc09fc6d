//! The solver as its callers meet it: feasible, proven, repeatable, whatever the round.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what must hold by failing")]

mod common;

use common::*;
use creneau_solver::*;
use proptest::prelude::*;

/// The least cost of any feasible plan, by trying them all with the checker as the judge of feasibility.
fn brute_force(round: &Round) -> Option<u64> {
    fn descend(round: &Round, plan: &mut Plan, index: usize, cost: u64, best: &mut Option<u64>) {
        if best.is_some_and(|best| cost >= best) {
            return;
        }
        let Some(request) = round.requests.get(index) else {
            *best = Some(cost);
            return;
        };
        for (start, more) in allowed(request) {
            plan.sessions.push(Session { request: request.id.clone(), start: Some(start) });
            let part = Round { requests: round.requests[..=index].to_vec(), ..round.clone() };
            if check(&part, plan).is_feasible() {
                descend(round, plan, index + 1, cost + more, best);
            }
            plan.sessions.pop();
        }
        if !request.pinned {
            plan.sessions.push(Session { request: request.id.clone(), start: None });
            descend(round, plan, index + 1, cost + request.unplaced * u64::from(request.weight), best);
            plan.sessions.pop();
        }
    }
    let mut best = None;
    let mut plan =
        Plan { round: round.name.clone(), sessions: vec![], objective: None, bound: None, certificate: None };
    descend(round, &mut plan, 0, 0, &mut best);
    best
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_round_gets_a_feasible_plan_and_an_honest_bound(round in rounds(Size { rules: true, ..SMALL })) {
        let solution = solved(&round, &options(Method::Search, 2000));
        let report = check(&round, &solution.plan);
        prop_assert!(report.is_feasible(), "{:?}", report.violations);
        prop_assert_eq!(Some(report.objective), solution.plan.objective);
        let bound = report.bound.expect("a certificate");
        prop_assert!(bound <= report.objective as f64 + 1e-6);
        prop_assert!(solution.plan.bound.expect("a bound") <= bound + 1e-9);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// However far it comes, the search finds nothing better than the best and proves nothing above it.
    #[test]
    fn the_search_is_never_below_the_optimum_and_its_bound_never_above(
        round in prop_oneof![rounds(Size { rules: true, ..TINY }), crowded()],
        iterations in prop::sample::select(vec![0_u64, 1, 40, 400]),
        threads in 1..3_usize,
    ) {
        let best = brute_force(&round).expect("valid rounds have a plan");
        let solution = solved(&round, &Options { threads, ..options(Method::Search, iterations) });
        let report = check(&round, &solution.plan);
        prop_assert!(report.is_feasible(), "{:?}", report.violations);
        prop_assert!(report.objective >= best, "{} is better than {best}", report.objective);
        prop_assert!(solution.status == Status::Feasible || report.objective == best);
        prop_assert!(report.bound.expect("a certificate") <= best as f64 + 1e-6);
        prop_assert!(solution.proven.expect("a proof") <= best as f64);
    }

    #[test]
    fn tiny_rounds_are_solved_to_the_optimum(round in rounds(Size { rules: true, ..TINY })) {
        let best = brute_force(&round).expect("valid rounds have a plan");
        let solution = solved(&round, &options(Method::Exact, 500));
        let report = check(&round, &solution.plan);
        prop_assert!(report.is_feasible(), "{:?}", report.violations);
        prop_assert_eq!(report.objective, best);
        prop_assert_eq!(solution.status, Status::Optimal);
        prop_assert!(report.bound.expect("a certificate") <= best as f64 + 1e-6);
        prop_assert!(solution.proven.expect("a proof") <= best as f64);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn derived_rows_never_prove_more_than_the_optimum((round, rows) in crowded().prop_flat_map(|round| {
        let rows = prop::collection::vec(derived(&round), 20);
        (Just(round), rows)
    })) {
        let best = brute_force(&round).expect("valid rounds have a plan") as f64;
        let mut plan = solved(&round, &options(Method::Exact, 100)).plan;
        prop_assert!(plan.bound.expect("a bound") <= best + 1e-6, "{:?} proves more than {best}", plan.bound);
        prop_assert_eq!(plan.objective.map(|objective| objective as f64), Some(best));
        plan.bound = None;
        for derived in rows {
            plan.certificate = Some(Certificate { derived, ..Certificate::default() });
            let bound = check(&round, &plan).bound;
            prop_assert!(bound.is_none_or(|bound| bound <= best + 1e-6), "{:?} of {}", bound, best);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn overloads_never_prove_more_than_the_optimum((round, overloads) in prop_oneof![crowded(), rounds(Size { rules: true, ..TINY })].prop_flat_map(|round| {
        let overloads = prop::collection::vec(random_overloads(&round), 20);
        (Just(round), overloads)
    })) {
        let best = brute_force(&round).expect("valid rounds have a plan") as f64;
        let mut plan = solved(&round, &options(Method::Exact, 100)).plan;
        prop_assert!(plan.bound.expect("a bound") <= best + 1e-6, "{:?} proves more than {best}", plan.bound);
        plan.bound = None;
        for overloads in overloads {
            plan.certificate = Some(Certificate { overloads, ..Certificate::default() });
            let bound = check(&round, &plan).bound;
            prop_assert!(bound.is_none_or(|bound| bound <= best + 1e-6), "{:?} of {}", bound, best);
        }
    }
}

#[test]
fn of_four_classes_for_a_morning_with_room_for_three_one_is_known_to_stay_out() {
    // 11 + 11 + 11 + 23 cells into 51: a fraction of the long one would do.
    let class =
        |id: &str, duration: u32| request(id, &[], &["teacher"], 30, duration, vec![around(0, 51 - duration, 0)]);
    let requests = vec![class("a", 11), class("b", 11), class("c", 11), class("d", 23)];
    let round = round(60, vec![], requests);
    let Solution { mut plan, status, .. } = solved(&round, &options(Method::Search, 4000));
    assert_eq!((plan.objective, status), (Some(1033), Status::Optimal), "at 0, 11 and 22");
    let overloads = std::mem::take(&mut plan.certificate.as_mut().expect("a certificate").overloads);
    assert_eq!(overloads.len(), 1);
    plan.bound = None;
    let bound = check(&round, &plan).bound.expect("a bound");
    assert!(bound < 1000.0, "{bound} without it");
}

/// A budget without a clock: every look at it takes a thousandth of it.
#[derive(Default)]
struct Looks(std::sync::atomic::AtomicU32);

impl Budget for Looks {
    fn spent(&self) -> f64 {
        f64::from(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) / 1000.0
    }

    fn seconds_left(&self) -> Option<f64> {
        Some(60.0)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn parts_of_the_week_solved_exactly_fit_together(round in rounds(Size { rules: true, ..SMALL })) {
        let budget = Looks::default();
        let options = Options { budget: &budget, iterations: None, ..options(Method::Auto, 0) };
        let solution = solved(&round, &options);
        let report = check(&round, &solution.plan);
        prop_assert!(report.is_feasible(), "{:?}", report.violations);
        prop_assert_eq!(Some(report.objective), solution.plan.objective);
    }
}

#[test]
fn of_two_gaps_after_the_same_class_the_longer_one_holds() {
    let first = request("first", &[], &["g"], 1, 5, vec![around(0, 0, 0)]);
    let after: Box<[After]> = Box::new([4, 2].map(|gap| After { request: "first".into(), gap }));
    let second = Request { after, ..request("second", &[], &["g"], 1, 5, vec![around(5, 20, 5)]) };
    let solution = solved(&round(60, vec![], vec![first, second]), &options(Method::Exact, 0));
    assert_eq!((solution.plan.objective, solution.status), (Some(4), Status::Optimal), "it begins at 9");
}

#[test]
fn a_real_school_is_proven_optimal() {
    let budget = Looks::default();
    let options = Options { budget: &budget, iterations: None, ..options(Method::Auto, 0) };
    let solution = solved(&school("ZA-LW-09"), &options);
    assert_eq!((solution.plan.objective, solution.status), (Some(621), Status::Optimal));
}

#[test]
fn the_bound_knows_that_classes_are_whole() {
    // Twelve groups of 23 to 34 and a pool of 240: of 342 connections three classes' worth and a bit has to move to the
    // afternoon, so four classes have to.
    let class = |group: u32| {
        let options =
            vec![StartRange { per_cell: 0, ..around(0, 0, 0) }, StartRange { base: 84, ..around(20, 200, 20) }];
        request(&format!("r{group}"), &["p"], &[&format!("g{group}")], 23 + group, 9, options)
    };
    let round = round(240, vec![pool("p", None, 240)], (0..12).map(class).collect());
    let solution = solved(&round, &options(Method::Search, 5000));
    let report = check(&round, &solution.plan);
    let (bound, relaxed) = (report.bound.expect("a certificate"), 84.0 * (3.0 + 3.0 / 31.0));
    assert_eq!((report.is_feasible(), report.objective), (true, 4 * 84));
    assert!(bound > 1.2 * relaxed, "{bound} is not far above the linear relaxation, {relaxed}");
}

#[test]
fn the_same_seed_iterations_and_threads_give_the_same_bytes() {
    let round = school("BR-SN-00");
    for threads in [1, 2, 3] {
        let options = Options { threads, ..options(Method::Auto, 30_000) };
        let bytes = || serde_json::to_vec(&solved(&round, &options).plan).expect("JSON");
        assert!(bytes() == bytes(), "{threads} threads");
    }
}

#[test]
fn a_warm_start_is_kept_or_improved() {
    let round = school("GR-P3-10");
    let first = solved(&round, &options(Method::Search, 20_000));
    let again = Options { warm_start: Some(&first.plan), ..options(Method::Search, 1) };
    assert!(solved(&round, &again).plan.objective <= first.plan.objective);
}

#[test]
fn what_the_observer_is_handed_is_a_plan_to_go_on_from() {
    let round = school("FI-WP-06");
    let mut seen = Vec::new();
    let options = options(Method::Search, 20_000);
    let end = solve(&round, &options, &mut |progress| {
        if let Some(plan) = progress.incumbent.plan() {
            let report = check(&round, &plan);
            assert!(report.is_feasible(), "{:?}", report.violations);
            assert_eq!(Some(report.objective), progress.objective);
            seen.push(plan);
        }
    })
    .expect("a valid round");
    assert!(seen.len() > 10 && seen.is_sorted_by(|a, b| a.objective >= b.objective));
    assert_eq!(seen.last().and_then(|plan| plan.objective), end.plan.objective);
    let middle = &seen[seen.len() / 2];
    let gone_on = solved(&round, &Options { iterations: Some(10), warm_start: Some(middle), ..options });
    assert!(gone_on.plan.objective <= middle.objective);
}

#[test]
fn a_warm_start_of_another_round_does_no_harm() {
    let (round, other) = (school("GR-P3-10"), school("GR-H1-97"));
    let plan = solved(&other, &options(Method::Search, 100)).plan;
    let mut wild = plan.clone();
    wild.sessions.iter_mut().zip(&round.requests).for_each(|(session, request)| {
        *session = Session { request: request.id.clone(), start: Some(u32::MAX) };
    });
    for warm in [&plan, &wild] {
        let options = Options { warm_start: Some(warm), ..options(Method::Search, 1000) };
        assert!(check(&round, &solved(&round, &options).plan).is_feasible());
    }
}

#[test]
fn published_classes_stay_when_moving_costs_more_than_it_gains() {
    let wish = |current, move_cost| {
        let mut one = request("a", &[], &[], 1, 2, vec![around(0, 20, 10)]);
        (one.current, one.move_cost) = (Some(current), move_cost);
        solved(&round(30, vec![], vec![one]), &options(Method::Auto, 100)).plan.sessions[0].start
    };
    assert_eq!(wish(4, 7), Some(4), "moving costs 7, staying 6");
    assert_eq!(wish(4, 5), Some(10), "moving costs 5, staying 6");
    assert_eq!(wish(25, 5), Some(10), "the published start is not allowed any more");
}

#[test]
fn pinned_classes_stay_and_others_give_way() {
    let mut pinned = request("pinned", &["p"], &["t"], 10, 4, vec![]);
    (pinned.pinned, pinned.current) = (true, Some(9));
    let free = request("free", &["p"], &["t"], 1, 4, vec![around(0, 20, 9)]);
    let plan = solved(&round(30, vec![pool("p", None, 10)], vec![pinned, free]), &options(Method::Exact, 100)).plan;
    assert_eq!(plan.sessions[0].start, Some(9));
    assert_eq!(plan.objective, Some(4));
}

#[test]
fn corners_of_the_format_are_plans_and_not_panics() {
    let nothing = round(1, vec![], vec![]);
    let one_cell =
        round(1, vec![pool("p", Some(9), 5)], vec![request("a", &["p"], &["t"], 5, 1, vec![around(0, 0, 0)])]);
    let closed = round(9, vec![pool("p", None, 0)], vec![request("a", &["p"], &[], 5, 1, vec![around(0, 8, 0)])]);
    let silent = round(9, vec![pool("p", None, 0)], vec![request("a", &["p"], &[], 0, 9, vec![around(0, 0, 0)])]);
    let mut worthless = round(9, vec![], vec![request("a", &[], &[], 1, 1, vec![around(0, 8, 0)])]);
    worthless.requests[0].unplaced = 0;
    let cases = [(nothing, 0, 0), (one_cell, 0, 0), (closed, 1000, 1), (silent, 0, 0), (worthless, 0, 1)];
    for (round, objective, unplaced) in cases {
        for method in [Method::Auto, Method::Exact, Method::Search] {
            let solution = solved(&round, &options(method, 100));
            let report = check(&round, &solution.plan);
            assert!(report.is_feasible(), "{:?}", report.violations);
            assert_eq!((report.objective, report.unplaced), (objective, unplaced));
            assert!(method != Method::Exact || solution.status == Status::Optimal);
        }
    }
}

#[test]
fn real_schools_are_solved_and_nearly_all_placed() {
    for entry in std::fs::read_dir(schools()).expect("the schools") {
        let path = entry.expect("an entry").path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".json.gz")) else { continue };
        let round = school(name);
        let solution = solved(&round, &Options { iterations: Some(200_000), ..options(Method::Search, 0) });
        let report = check(&round, &solution.plan);
        assert!(report.is_feasible(), "{name}: {:?}", report.violations);
        assert!(report.unplaced <= 2, "{name}: {} unplaced", report.unplaced);
    }
}

fn schools() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/rounds/schools")
}

fn school(name: &str) -> Round {
    let file = std::fs::File::open(schools().join(format!("{name}.json.gz"))).expect("a school");
    read_round(file, &ReadLimits::default()).expect("a valid round")
}

/// Schools of 50 classes that all want the same two hours, on one platform and one login: too many for one block.
fn many_schools(schools: u32) -> Round {
    let mut pools = vec![pool("platform", None, schools * 60), pool("login", Some(2), schools * 45)];
    let mut requests = Vec::new();
    for school in 0..schools {
        let own = format!("school/{school}");
        pools.push(pool(&own, None, 110));
        for class in 0..50 {
            let (teacher, group) = (format!("{school}/t{}", class % 12), format!("{school}/g{}", class % 9));
            let (first, ideal) = (12 * (class % 3), 24 + class % 7);
            let options = vec![around(first, 130, ideal), around(288 + first, 400, 288 + ideal)];
            let id = format!("{school}/{class}");
            requests.push(request(&id, &[&own, "platform", "login"], &[&teacher, &group], 20 + class % 9, 9, options));
        }
    }
    round(600, pools, requests)
}

#[test]
fn blocks_that_share_pools_keep_their_limits() {
    let round = many_schools(90);
    let options = Options { threads: 2, ..options(Method::Search, 40_000) };
    let solution = solved(&round, &options);
    let report = check(&round, &solution.plan);
    assert!(report.is_feasible(), "{:?}", report.violations);
    assert_eq!(solution.plan.objective, Some(report.objective));
    assert!(report.unplaced < round.requests.len() / 10, "{} unplaced", report.unplaced);
    assert!(solved(&round, &options).plan == solution.plan, "repeatable");
}

#[test]
fn a_window_longer_than_the_horizon_counts_all_starts() {
    // Such a window overflowed once, and explanations took a step a pair of cells.
    let requests =
        || (0..6).map(|i| request(&format!("{i}"), &["login"], &[], 10, 2, vec![around(0, 28, i)])).collect();
    let solved = |window| {
        let round = round(30, vec![pool("login", Some(window), 40)], requests());
        let solution = solve(&round, &options(Method::Search, 500), &mut |_| ()).expect("a plan");
        let unplaced = solution.plan.sessions.iter().find(|session| session.start.is_none()).expect("two are left out");
        let explained = explain(&round, &solution.plan).request(&unplaced.request).expect("a request");
        (check(&round, &solution.plan).unplaced, explained.better)
    };
    let (unplaced, better) = solved(u32::MAX);
    assert_eq!(unplaced, 2, "four of ten fit, however far apart they begin");
    assert_eq!((unplaced, better), solved(30));
}

#[test]
fn the_longest_break_lets_one_of_two_have_a_class() {
    let asked = |id: &str| request(id, &[], &["t"], 1, 2, vec![around(1, 5, 1)]);
    let mut round = round(20, vec![], vec![asked("a"), asked("b")]);
    round.exclusives = vec![Exclusive { id: "t".into(), break_cells: u32::MAX, most: None }];
    let solution = solved(&round, &options(Method::Search, 100));
    assert_eq!((solution.plan.objective, solution.plan.bound.map(f64::round)), (Some(1000), Some(1000.0)));
}

#[test]
fn an_ideal_far_beyond_the_horizon_costs_what_the_format_says() {
    let far = StartRange { first: 0, last: 5, ideal: 4_000_000_000, base: 0, per_cell: 1 };
    let asked = |unplaced| Request { unplaced, ..request("a", &[], &[], 1, 1, vec![far]) };
    for (unplaced, cost) in [(3_000_000_000, 3_000_000_000), (5_000_000_000, 3_999_999_995)] {
        let round = round(20, vec![], vec![asked(unplaced)]);
        assert_eq!(solved(&round, &options(Method::Search, 100)).plan.objective, Some(cost));
    }
}

/// Overflowing sums of prices would be no number, and no number is below a claim.
#[test]
fn prices_far_above_all_costs_prove_nothing() {
    let asked = |id: &str| request(id, &["p"], &["x"], 1, 1, vec![around(0, 5, 3)]);
    let round = round(20, vec![pool("p", None, 10)], vec![asked("a")]);
    let overload = |price| Overload { exclusive: Some("x".into()), pool: None, requests: vec!["a".into()], price };
    let row = |price| Price::Pool { pool: "p".into(), cell: 3, price };
    let at = |price| CellPrice { cell: 3, price };
    let derived =
        |price| Derived { divisor: 40, pools: [("p".into(), 1)].into(), prices: vec![at(price)], ..Derived::default() };
    let claims = |price: f64| {
        [
            Certificate { overloads: vec![overload(price); 2], ..Certificate::default() },
            Certificate { prices: vec![row(price)], ..Certificate::default() },
            Certificate { derived: vec![derived(price)], ..Certificate::default() },
        ]
    };
    for (price, is_refused) in [(1e308, true), (1_000_001.0, true), (1_000_000.0, false)] {
        for certificate in claims(price) {
            let sessions = vec![Session { request: "a".into(), start: Some(3) }];
            let certificate = Some(certificate);
            let plan = Plan { round: "test".into(), sessions, objective: None, bound: None, certificate };
            let report = check(&round, &plan);
            let refused = report.violations.iter().any(|violation| violation.message.contains("1000 times"));
            assert_eq!(refused, is_refused, "{price}: {:?}", report.violations);
        }
    }
}
