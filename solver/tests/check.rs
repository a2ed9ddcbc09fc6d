//! What the checker says of plans and rounds that nobody should write.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what must hold by failing")]

mod common;

use common::*;
use creneau_solver::*;

/// Two classes of one school, and a plan of them.
fn example() -> (Round, Plan) {
    let requests = ["a", "b"].map(|id| request(id, &["p"], &[id], 5, 3, vec![around(0, 20, 8)])).into();
    let round = round(30, vec![pool("p", None, 9)], requests);
    let sessions = [("a", 8), ("b", 11)].map(|(id, start)| Session { request: id.into(), start: Some(start) });
    let plan =
        Plan { round: "test".into(), sessions: sessions.into(), objective: None, bound: None, certificate: None };
    (round, plan)
}

#[test]
fn a_bound_without_a_certificate_is_only_claimed() {
    let (round, mut plan) = example();
    assert_eq!(check(&round, &plan).claimed_bound, None);
    plan.bound = Some(3.0);
    let report = check(&round, &plan);
    assert_eq!((report.is_feasible(), report.bound, report.claimed_bound), (true, None, Some(3.0)));
    plan.certificate = Some(Certificate::default());
    let report = check(&round, &plan);
    assert_eq!((report.is_feasible(), report.bound, report.claimed_bound), (false, Some(0.0), None));
    // The plan itself shows that this cannot be.
    (plan.bound, plan.certificate) = (Some(3.1), None);
    let violations = check(&round, &plan).violations;
    assert_eq!(violations.iter().map(|violation| violation.code).collect::<Vec<_>>(), ["bound-above"]);
}

#[test]
fn requests_of_one_name_are_no_reason_to_panic() {
    let (mut round, plan) = example();
    round.requests.push(round.requests[0].clone());
    let codes: Vec<_> = check(&round, &plan).violations.iter().map(|violation| violation.code).collect();
    assert_eq!(codes, ["request-missing"], "one of the two has no session");
}
