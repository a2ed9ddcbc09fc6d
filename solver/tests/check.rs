//! What the checker says of plans and rounds that nobody should write.
#![allow(clippy::expect_used, reason = "tests say what must hold by failing")]

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
fn requests_of_one_name_are_no_reason_to_panic() {
    let (mut round, plan) = example();
    round.requests.push(round.requests[0].clone());
    let codes: Vec<_> = check(&round, &plan).violations.iter().map(|violation| violation.code).collect();
    assert_eq!(codes, ["request-missing"], "one of the two has no session");
}
