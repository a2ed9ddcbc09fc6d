use super::*;
use crate::{
    domain::{
        capacity,
        scenario::{Changes, LimitChange, MoreSchools, OwnServer},
        share::Others,
        time::Grid,
    },
    planning::room::Room,
};
use chrono::{NaiveDate, TimeZone, Utc};
use creneau_solver::{Horizon, Method, Pool, PoolKind, Request, StartRange, Unlimited};
use proptest::prelude::*;

const ARRIVALS: capacity::PoolKind = capacity::PoolKind::Arrivals { window_minutes: 10 };

fn day(cell: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 3, 23).unwrap() + chrono::Days::new(u64::from(cell / 288))
}

/// Classes of twenty that would all like to begin at nine on Monday, in a pool with room for two.
fn round(classes: usize) -> Round {
    let request = |number: usize| Request {
        id: format!("r{number}").as_str().into(),
        pools: ["platform".into(), "login".into()].into(),
        exclusive: [format!("teacher {number}").as_str().into()].into(),
        connections: 20,
        duration: 11,
        options: [StartRange { first: 96, last: 140, ideal: 108, base: 0, per_cell: 1 }].into(),
        unplaced: 1000,
        ..Request::default()
    };
    let pool = |id: &str, kind, window, limit| Pool { id: id.into(), kind, window, limit, except: vec![] };
    Round {
        version: 1,
        name: "week".into(),
        horizon: Horizon { start: "2020-03-23T00:00:00Z".into(), step_minutes: 5, cells: 2016 },
        days: vec![],
        exclusives: vec![],
        pools: vec![pool("platform", PoolKind::Concurrent, None, 40), pool("login", PoolKind::Arrivals, Some(2), 200)],
        requests: (0..classes).map(request).collect(),
    }
}

fn today(round: Round) -> Today<'static> {
    Today { round, standing: None, pool_names: vec![], day_of: &day }
}

/// The same in a platform of which others take so many of `whole` connections all the time.
fn beside_others(mut round: Round, whole: u32, taken: u32) -> Today<'static> {
    let grid = Grid { start: Utc.with_ymd_and_hms(2020, 3, 23, 0, 0, 0).unwrap(), step_minutes: 5, cells: 2016 };
    let pools = [("platform", capacity::PoolKind::Concurrent, whole), ("login", ARRIVALS, 200)];
    let pools = pools.map(|(name, kind, limit)| {
        let pool = capacity::Pool::plain(name, kind, limit);
        let mut room = Room::new(&pool, grid.start, grid.end(), chrono_tz::UTC);
        if name == "platform" {
            room.add(grid.start, grid.end(), taken);
        }
        (pool, room, Others::default())
    });
    round.pools[0].limit = whole - taken;
    Today { standing: Some(Standing::new(grid, pools)), ..today(round) }
}

fn options() -> Options<'static> {
    Options { seed: 1, threads: 1, iterations: Some(500), budget: &Unlimited, warm_start: None, method: Method::Search }
}

fn tried(today: &Today<'_>, changes: &Changes) -> (Plan, Tried) {
    let plan = checked(&today.round, &options(), &mut |_| {}).unwrap();
    let tried = try_out(today, &plan, changes, MOVE, &options(), &mut |_| {}).unwrap();
    (plan, tried)
}

fn limit(pool: Option<&str>, percent: u32, on: Option<NaiveDate>) -> Changes {
    let pool = pool.map(str::to_owned);
    Changes { limits: vec![LimitChange { pool, percent: Some(percent), connections: None, on }], ..Changes::default() }
}

#[test]
fn twice_the_room_lets_all_have_their_first_choice() {
    let today = today(round(4));
    let (_, tried) = tried(&today, &limit(Some("platform"), 200, None));
    let effect = tried.effect;
    assert_eq!((effect.first_choices, effect.unplaced), (Both { today: 2, then: 4 }, Both::default()));
    assert_eq!((effect.better, effect.worse, effect.lost, effect.cost.then), (2, 0, 0, 0));
    let platform = effect.pools.iter().find(|pool| pool.name == "platform").unwrap();
    assert_eq!((platform.peak, platform.limit), (Both { today: 40, then: 80 }, Both { today: 40, then: 80 }));
}

#[test]
fn half_the_room_on_a_day_is_half_on_that_day_only() {
    let today = today(round(4));
    let monday = limit(None, 50, Some(day(0)));
    let changed = today.changed(&monday, 1).unwrap();
    let limits = crate::planning::limits::by_cell(&changed.pools[0], 2016);
    assert_eq!((limits[0], limits[287], limits[288]), (20, 20, 40));
    let (_, tried) = tried(&today, &monday);
    assert!(tried.effect.worse > 0 && tried.effect.cost.then > tried.effect.cost.today, "{:?}", tried.effect);
    let later = NaiveDate::from_ymd_opt(2021, 1, 1).unwrap();
    let refused = today.changed(&limit(Some("nothing"), 50, Some(later)), 1).unwrap_err();
    let codes: Vec<String> = refused.0.into_iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["day-not-in-round", "unknown-pool"]);
}

#[test]
fn a_server_of_its_own_is_nobody_elses() {
    // Others take all but twenty of the platform.
    let today = beside_others(round(3), 40, 20);
    let own = OwnServer { pool: "platform".into(), of: None, connections: 60 };
    let (_, tried) = tried(&today, &Changes { own_servers: vec![own], ..Changes::default() });
    assert_eq!(tried.effect.first_choices, Both { today: 1, then: 3 });
    let server = tried.effect.pools.iter().find(|pool| pool.name == "platform (own server)").unwrap();
    assert_eq!((server.peak, server.limit), (Both { today: 0, then: 60 }, Both { today: 0, then: 60 }));
}

#[test]
fn attendance_counts_for_others_too() {
    let today = beside_others(round(2), 50, 10);
    let changed = today.changed(&Changes { attendance_percent: Some(150), ..Changes::default() }, 1).unwrap();
    assert_eq!(changed.requests[0].connections, 30);
    // Fifty in all; of these others take fifteen now.
    assert_eq!(changed.pools[0].limit, 35);
    // And of half as many, fifteen still.
    let both = Changes { attendance_percent: Some(150), ..limit(Some("platform"), 50, None) };
    assert_eq!(today.changed(&both, 1).unwrap().pools[0].limit, 10);
}

#[test]
fn schools_that_are_not_there_yet_stand_apart() {
    let today = today(round(2));
    let pools = vec!["platform".into(), "login".into()];
    let more = MoreSchools { schools: 2, groups: 3, pools, weight: None };
    let (_, tried) = tried(&today, &Changes { more_schools: vec![more], ..Changes::default() });
    let more = tried.effect.more_schools.unwrap();
    assert!((40..100).contains(&more.requests) && more.placed > 0, "{more:?}");
    assert_eq!(tried.effect.requests, 2);
    assert!(tried.round.requests.len() > 40 && tried.effect.pools.iter().all(|pool| !pool.name.contains("what-if")));
}

#[test]
fn what_a_pool_is_called_will_do() {
    let mut today = today(round(1));
    today.pool_names = vec!["platform/e-lyco".into(), "login/nantes".into()];
    assert!(today.changed(&limit(Some("platform/e-lyco"), 50, None), 1).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn sums_are_those_of_the_plans(classes in 1_usize..9, percent in 25_u32..300, attendance in 50_u32..250) {
        let today = today(round(classes));
        let changes = Changes { attendance_percent: Some(attendance), ..limit(None, percent, None) };
        let (plan, tried) = tried(&today, &changes);
        let effect = &tried.effect;
        prop_assert_eq!(effect.requests, classes);
        prop_assert_eq!(effect.cost.today, plan.objective.unwrap());
        let none = |plan: &Plan| plan.sessions.iter().filter(|session| session.start.is_none()).count() as u64;
        prop_assert_eq!(effect.unplaced, Both { today: none(&plan), then: none(&tried.plan) });
        for pool in &effect.pools {
            prop_assert!(pool.peak.then <= pool.limit.then, "{pool:?}");
        }
    }
}
