//! Scenarios: what if limits, attendance or the schools were others.

use super::{finding::Findings, id::Id, share::MOST_WEIGHT, text};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most that a percentage may be.
const MOST_PERCENT: u32 = 10_000;
/// The most connections of a limit.
const MOST_CONNECTIONS: u32 = 10_000_000;
/// The most changes of a kind.
const MOST_CHANGES: usize = 50;
/// The most schools that are added, and the most groups of one.
const MOST_SCHOOLS: u32 = 200;
const MOST_GROUPS: u32 = 100;

/// What is other in a scenario than today. All that is named here holds together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// Other limits.
    #[serde(default)]
    pub limits: Vec<LimitChange>,
    /// Servers of one's own: nobody else's classes count there.
    #[serde(default)]
    pub own_servers: Vec<OwnServer>,
    /// Invented schools that share pools.
    #[serde(default)]
    pub more_schools: Vec<MoreSchools>,
    /// Percent of today's connections that every class takes: 200 doubles the attendance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 10_000, example = 200)]
    pub attendance_percent: Option<u32>,
}

/// Another limit: a share of today's, or a number of connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitChange {
    /// The pool, by its identifier or its name; every pool when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "platform/e-lyco")]
    pub pool: Option<String>,
    /// Percent of today's limit. Either this or `connections`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 10_000, example = 50)]
    pub percent: Option<u32>,
    /// Connections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 10_000_000, example = 400)]
    pub connections: Option<u32>,
    /// On this day only, in local time; every day when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2020-03-24")]
    pub on: Option<NaiveDate>,
}

/// A platform that moves to a server of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnServer {
    /// The pool that classes leave, by its identifier or its name.
    #[schema(example = "platform/e-lyco")]
    pub pool: String,
    /// Whose classes leave it: those that use this other pool as well; all of the round when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "platform/e-primo")]
    pub of: Option<String>,
    /// What the new server takes, all the time.
    #[schema(minimum = 1, maximum = 10_000_000, example = 800)]
    pub connections: u32,
}

/// Schools that are not there yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoreSchools {
    /// How many.
    #[schema(minimum = 1, maximum = 200, example = 3)]
    pub schools: u32,
    /// Groups of each, of about 26 pupils; each has about ten virtual classes a week.
    #[schema(minimum = 1, maximum = 100, example = 16)]
    pub groups: u32,
    /// The pools that they share, by identifiers or names.
    #[schema(example = json!(["platform/e-lyco"]))]
    pub pools: Vec<String>,
    /// The weight of each where such a pool is shared out, as in `PUT /pools/{pool}/shares`; the heads of its groups when nothing
    /// is said. What all of them are guaranteed together is for all of them together, and what other schools are guaranteed
    /// becomes less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 1_000_000, example = 600)]
    pub weight: Option<u32>,
}

/// A scenario to be tried.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewScenario {
    /// Its name, unique in the round.
    #[schema(example = "Half of e-lyco on Tuesday", max_length = 200)]
    pub name: String,
    /// What is other than today.
    pub changes: Changes,
    /// How long to search; the installation's usual time when nothing is said.
    #[serde(default)]
    #[schema(minimum = 1, example = 10)]
    pub seconds: Option<u64>,
    /// The seed of all randomness.
    #[serde(default)]
    #[schema(maximum = 2_147_483_647)]
    pub seed: Option<u32>,
}

/// A scenario of a round.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Identifier.
    pub id: Id,
    /// The school.
    pub school: Id,
    /// The round.
    pub round: Id,
    /// Its name, unique in the round.
    pub name: String,
    /// What is other than today.
    pub changes: Changes,
    /// The job that tries it.
    pub job: Id,
    /// What it gave, in JSON; nothing as long as that is not known.
    pub result: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

impl NewScenario {
    /// Its name, cleaned, and all that is wrong with it but for pools, which only a round knows.
    pub fn checked(&self, findings: &mut Findings) -> String {
        let name = findings.keep(text::line(&self.name, "name"));
        self.changes.check("changes.", findings);
        name.unwrap_or_default()
    }
}

impl Changes {
    /// Notes all that is wrong with them but for pools, which only a round knows.
    pub fn check(&self, place: &str, findings: &mut Findings) {
        if *self == Self::default() {
            let action = "give limits, own_servers, more_schools or attendance_percent";
            findings.add("no-change", place.trim_end_matches('.'), "everything would be as it is today", action);
        }
        for (list, length) in [
            ("limits", self.limits.len()),
            ("own_servers", self.own_servers.len()),
            ("more_schools", self.more_schools.len()),
        ] {
            if length > MOST_CHANGES {
                let action = format!("give at most {MOST_CHANGES}");
                findings.add("too-many-changes", format!("{place}{list}"), format!("there are {length}"), action);
            }
        }
        for (index, limit) in self.limits.iter().enumerate() {
            let place = format!("{place}limits[{index}]");
            if limit.percent.is_some() == limit.connections.is_some() {
                let message = "it must be clear what the limit is";
                findings.add("percent-or-connections", &place, message, "give percent or connections, not both");
            }
            within(findings, format!("{place}.percent"), limit.percent, 0, MOST_PERCENT);
            within(findings, format!("{place}.connections"), limit.connections, 0, MOST_CONNECTIONS);
        }
        for (index, server) in self.own_servers.iter().enumerate() {
            let place = format!("{place}own_servers[{index}].connections");
            within(findings, place, Some(server.connections), 1, MOST_CONNECTIONS);
        }
        for (index, more) in self.more_schools.iter().enumerate() {
            let place = format!("{place}more_schools[{index}]");
            within(findings, format!("{place}.schools"), Some(more.schools), 1, MOST_SCHOOLS);
            within(findings, format!("{place}.groups"), Some(more.groups), 1, MOST_GROUPS);
            within(findings, format!("{place}.weight"), more.weight, 0, MOST_WEIGHT);
            if more.pools.is_empty() {
                let message = "schools that share nothing change nothing";
                findings.add("no-pools", format!("{place}.pools"), message, "name the pools that they share");
            }
        }
        within(findings, format!("{place}attendance_percent"), self.attendance_percent, 1, MOST_PERCENT);
    }
}

impl Changes {
    /// The pools that they name, each with its place.
    pub fn pools(&self) -> Vec<(String, &str)> {
        let limits = self.limits.iter().enumerate();
        let limits = limits.filter_map(|(at, limit)| Some((format!("limits[{at}].pool"), limit.pool.as_deref()?)));
        let servers = self.own_servers.iter().enumerate();
        let left = servers.clone().map(|(at, server)| (format!("own_servers[{at}].pool"), server.pool.as_str()));
        let of = servers.filter_map(|(at, server)| Some((format!("own_servers[{at}].of"), server.of.as_deref()?)));
        let schools = self.more_schools.iter().enumerate();
        let shared = schools.flat_map(|(at, more)| {
            let pools = more.pools.iter().enumerate();
            pools.map(move |(pool, name)| (format!("more_schools[{at}].pools[{pool}]"), name.as_str()))
        });
        limits.chain(left).chain(of).chain(shared).collect()
    }
}

fn within(findings: &mut Findings, place: String, number: Option<u32>, least: u32, most: u32) {
    if let Some(number) = number.filter(|number| !(least..=most).contains(number)) {
        findings.add("out-of-range", place, format!("{number} is not allowed"), format!("use {least} to {most}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(json: serde_json::Value) -> Vec<String> {
        let changes: Changes = serde_json::from_value(json).unwrap();
        let mut findings = Findings::default();
        changes.check("", &mut findings);
        findings.0.into_iter().map(|finding| format!("{} {}", finding.place, finding.code)).collect()
    }

    #[test]
    fn everything_that_is_wrong_is_told() {
        use serde_json::json;
        assert_eq!(codes(json!({})), [" no-change"]);
        assert_eq!(codes(json!({"attendance_percent": 200})), [""; 0]);
        let wrong = json!({
            "limits": [{"percent": 50, "connections": 3}, {}, {"percent": 20_000}],
            "own_servers": [{"pool": "p", "connections": 0}],
            "more_schools": [{"schools": 0, "groups": 101, "pools": [], "weight": 1_000_001}],
            "attendance_percent": 0,
        });
        let told = [
            "limits[0] percent-or-connections",
            "limits[1] percent-or-connections",
            "limits[2].percent out-of-range",
            "own_servers[0].connections out-of-range",
            "more_schools[0].schools out-of-range",
            "more_schools[0].groups out-of-range",
            "more_schools[0].weight out-of-range",
            "more_schools[0].pools no-pools",
            "attendance_percent out-of-range",
        ];
        assert_eq!(codes(wrong), told);
    }
}
