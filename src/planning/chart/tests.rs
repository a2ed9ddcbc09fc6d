//! The chart with ordinary and with absurd rounds.

use proptest::prelude::*;

use super::*;
use creneau_solver::{
    Certificate, Horizon, LimitRange, Name, Pool, Price, Request, Session, StartRange, prices as prices_of,
};

/// Panics unless the text is well-formed XML: one root, tags that match, only known entities, no stray characters.
fn assert_well_formed(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg.trim_end();
    while !rest.is_empty() {
        let text = rest.find('<').map_or(rest, |tag| &rest[..tag]);
        assert!(text.is_empty() || !open.is_empty(), "text outside the root: {text:?}");
        assert_text(text);
        rest = &rest[text.len()..];
        let Some(end) = rest.find('>') else {
            assert!(rest.is_empty(), "an unfinished tag: {rest:?}");
            break;
        };
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None => {
                assert_attributes(tag);
                if !tag.ends_with('/') {
                    open.push(tag.split(' ').next().unwrap());
                }
            }
        }
        assert!(!open.is_empty() || rest.is_empty(), "a second root: {rest:?}");
    }
    assert!(open.is_empty(), "never closed: {open:?}");
}

fn assert_attributes(tag: &str) {
    let parts: Vec<&str> = tag.split('"').collect();
    assert_eq!(parts.len() % 2, 1, "quotes in {tag}");
    parts.iter().step_by(2).take(parts.len() / 2).for_each(|name| assert!(name.ends_with('='), "{tag}"));
    parts.iter().skip(1).step_by(2).for_each(|value| assert_text(value));
}

fn assert_text(text: &str) {
    for entity in text.split('&').skip(1) {
        assert!(["amp;", "lt;", "gt;", "quot;"].iter().any(|known| entity.starts_with(known)), "&{entity}");
    }
    let is_allowed = |character: char| {
        character == '\n' || !(character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}'))
    };
    assert!(text.chars().all(is_allowed), "{text:?}");
    assert!(!text.contains("NaN") || text.len() > 20, "{text}");
}

fn round(pools: Vec<Pool>, requests: Vec<Request>) -> Round {
    let horizon = Horizon { start: "2020-03-23T00:00:00Z".into(), step_minutes: 5, cells: 2016 };
    Round { version: 1, name: "week".into(), horizon, days: vec![], pools, exclusives: vec![], requests }
}

fn pool(id: &str, limit: u32) -> Pool {
    Pool { id: id.into(), kind: PoolKind::Concurrent, window: None, limit, except: vec![] }
}

fn request(id: &str, pools: &[&str], ideal: u32) -> Request {
    Request {
        id: id.into(),
        pools: pools.iter().map(|pool| (*pool).into()).collect(),
        connections: 30,
        duration: 11,
        options: [StartRange { first: 96, last: 200, ideal, base: 0, per_cell: 1 }].into(),
        unplaced: 1000,
        ..Request::default()
    }
}

fn plan(sessions: &[(&str, Option<u32>)]) -> Plan {
    let sessions =
        sessions.iter().map(|(request, start)| Session { request: (*request).into(), start: *start }).collect();
    Plan { round: "week".into(), sessions, objective: None, bound: None, certificate: None }
}

#[test]
fn a_crowded_hour_is_told_in_words_in_both_languages() {
    let round =
        round(vec![pool("school/A", 50)], vec![request("a", &["school/A"], 108), request("b", &["school/A"], 108)]);
    let plan = plan(&[("a", Some(108)), ("b", Some(119))]);
    let english = chart(&round, &plan, Lang::En);
    assert_well_formed(&english);
    assert!(english.contains("peak 60 → 30 · over capacity 55\u{a0}min → 0\u{a0}min"), "{english}");
    assert!(english.contains("connections") && english.contains("Monday 23 March"));
    let french = chart(&round, &plan, Lang::Fr);
    for word in ["connexions", "souhaité", "planifié", "capacité", "lundi 23 mars", "xml:lang=\"fr\""] {
        assert!(french.contains(word), "{word}");
    }
    assert_eq!(french.matches("class=\"date\"").count(), 1, "days without a class are cut out");
}

#[test]
fn the_tightest_pool_is_shown_and_shared_ones_are_stacked() {
    let lone = round(
        vec![pool("login", 1000), pool("school/A", 50)],
        vec![request("a", &["school/A", "login"], 108), request("b", &["school/A", "login"], 108)],
    );
    let plan = plan(&[]);
    let svg = chart(&lone, &plan, Lang::En);
    assert!(svg.contains("school/A</tspan>") && !svg.contains("login</tspan>"));

    let shared = round(
        vec![pool("school/A", 50), pool("school/B", 50), pool("platform", 40), pool("login", 70)],
        vec![
            request("a", &["school/A", "platform", "login"], 108),
            request("b", &["school/B", "platform", "login"], 108),
        ],
    );
    let svg = chart(&shared, &plan, Lang::En);
    let (platform, login) = (svg.find("platform</tspan>").unwrap(), svg.find("login</tspan>").unwrap());
    assert!(platform < login, "the tighter one first");
    assert!(!svg.contains("school/A</tspan>"));
}

#[test]
fn a_round_without_classes_says_so() {
    let svg = chart(&round(vec![], vec![]), &plan(&[]), Lang::Fr);
    assert_well_formed(&svg);
    assert!(svg.contains("Aucune classe"));
}

#[test]
fn the_map_tells_each_hour_by_its_number_in_both_languages() {
    let requests = vec![request("a", &["school/A"], 108), request("b", &["school/A"], 108)];
    let round = round(vec![pool("school/A", 50), pool("login", 100)], requests);
    let plan = plan(&[("a", Some(108)), ("b", Some(119))]);
    let priced = |price| {
        let prices = vec![Price::Pool { pool: "school/A".into(), cell: 112, price }];
        let certificate = Certificate { prices, ..Certificate::default() };
        let prices = prices_of(&round, &certificate);
        [Lang::En, Lang::Fr].map(|lang| off_peak_map(&round, &plan, &prices, lang))
    };
    let [english, french] = priced(0.5);
    assert_well_formed(&english);
    // Half of the twelve starts from eight on would pay 0.5 for each of 30 connections; of those from nine on, five.
    let numbers: Vec<&str> =
        english.split("class=\"spot").skip(1).filter_map(|part| part.split(['>', '<']).nth(1)).collect();
    assert_eq!(numbers[..3], ["8", "6", "0"], "{english}");
    assert!(english.contains("20 free") && english.contains("50 free"), "{english}");
    let told = "school/A: 8 of 10 hours without a surcharge; the dearest, Monday 23 March at 8:00, costs 8.";
    assert!(english.contains(told), "{english}");
    assert!(french.contains("heures creuses") && french.contains("20 libres") && !french.contains("login"), "{french}");
    let [calm, _] = priced(0.0);
    assert!(calm.contains("school/A: no surcharge at any hour."), "{calm}");
}

#[test]
fn a_long_rounds_map_has_a_column_for_each_weekday() {
    let day = |day: u32| StartRange { first: day * 24, last: day * 24 + 3, ideal: day * 24, base: 0, per_cell: 1 };
    let options = (0..30).map(day).collect();
    let requests = vec![Request { options, duration: 1, ..request("a", &["school/A"], 0) }];
    let horizon = Horizon { start: "2020-03-23T00:00:00Z".into(), step_minutes: 60, cells: 30 * 24 };
    let round = Round { horizon, ..round(vec![pool("school/A", 50)], requests) };
    let svg = off_peak_map(&round, &plan(&[]), &prices_of(&round, &Certificate::default()), Lang::Fr);
    assert_well_formed(&svg);
    assert_eq!(svg.matches("class=\"date\"").count(), 7);
    assert_eq!(svg.matches("class=\"spot").count(), 7 * 4);
}

fn any_pool() -> impl Strategy<Value = Pool> {
    let part = (any::<u32>(), any::<u32>(), any::<u32>()).prop_map(|(from, to, limit)| LimitRange { from, to, limit });
    (any::<String>(), any::<bool>(), any::<Option<u32>>(), any::<u32>(), prop::collection::vec(part, 0..3)).prop_map(
        |(id, arrivals, window, limit, except)| {
            let kind = if arrivals { PoolKind::Arrivals } else { PoolKind::Concurrent };
            Pool { id: id.into(), kind, window, limit, except }
        },
    )
}

fn any_request() -> impl Strategy<Value = (u32, u32, (u32, u32, u32), u64, u32, Option<u32>)> {
    let near = prop_oneof![0..3000_u32, any::<u32>()];
    let option = (near.clone(), near.clone(), near.clone());
    (any::<u32>(), near.clone(), option, any::<u64>(), any::<u32>(), prop::option::of(near))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_names_and_numbers_give_a_well_formed_picture(
        name in any::<String>(),
        start in prop_oneof![Just("2020-03-23T00:00:00Z".to_owned()), any::<String>()],
        step_minutes in prop_oneof![Just(5_u32), Just(7), any::<u32>()],
        cells in 0..5000_u32,
        pools in prop::collection::vec(any_pool(), 0..6),
        requests in prop::collection::vec(any_request(), 0..12),
        french in any::<bool>(),
        cell in prop_oneof![0..3000_u32, any::<u32>()],
        price in 0.0..1e300_f64,
    ) {
        let ids: Vec<Name> = pools.iter().map(|pool| pool.id.clone()).collect();
        let sessions = requests.iter().enumerate()
            .map(|(index, (.., start))| Session { request: index.to_string().into(), start: *start }).collect();
        let requests = requests.into_iter().enumerate().map(|(index, (connections, duration, option, base, per_cell, current))| {
            let (first, last, ideal) = option;
            Request {
                pools: ids.iter().skip(index % 3).cloned().collect(),
                connections,
                duration,
                options: [StartRange { first, last, ideal, base, per_cell }].into(),
                current,
                move_cost: base,
                ..request(&index.to_string(), &[], 0)
            }
        }).collect();
        let horizon = Horizon { start, step_minutes, cells };
        let round = Round { version: 1, name, horizon, days: vec![], pools, exclusives: vec![], requests };
        let plan = Plan { round: String::new(), sessions, objective: None, bound: None, certificate: None };
        let lang = if french { Lang::Fr } else { Lang::En };
        assert_well_formed(&chart(&round, &plan, lang));
        let prices = ids.iter().map(|id| Price::Pool { pool: id.clone(), cell, price });
        let prices = prices_of(&round, &Certificate { prices: prices.collect(), ..Certificate::default() });
        assert_well_formed(&off_peak_map(&round, &plan, &prices, lang));
    }
}
