//! What a wish states: as it was entered, and the rules that come of it.

use super::{
    finding::Findings,
    id::Id,
    liking::{LikedHours, MOST_LIKED},
    text,
    time::WeekSpan,
    wish::{Otherwise, Preferred},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most entries of a list in a wish.
pub const MOST_ENTRIES: usize = 50;
/// The longest break, in minutes.
const MOST_BREAK: u32 = 600;
/// The most classes a day that a rule may name.
const MOST_CLASSES: u32 = 50;
/// The longest gap between two classes in order: a round of 56 days.
const MOST_GAP: u32 = 56 * 1440;
/// The most weeks of a series: those of a round of 56 days that begins in the middle of a week.
const MOST_WEEKS: u32 = 9;

/// A wish to enter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// What the class is called, e.g. the subject.
    #[schema(example = "Mathématiques", max_length = 200)]
    pub title: String,
    /// Who teaches.
    pub teachers: Vec<Id>,
    /// Who attends.
    pub groups: Vec<Id>,
    /// Its length.
    #[schema(minimum = 5, maximum = 600, example = 55)]
    pub duration_minutes: u32,
    /// Wished starts in order of preference.
    pub preferred: Vec<Preferred>,
    /// What is acceptable when none of them is free.
    #[serde(default)]
    pub otherwise: Otherwise,
    /// The caller's own name for it, unique in the round.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub reference: Option<String>,
    /// Connections that the class takes: those of its groups and one for each teacher, when nothing is said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000)]
    pub connections: Option<u32>,
    /// The address of its virtual classroom; its teachers' usual one when nothing is said.
    #[serde(default)]
    #[schema(example = "https://visio.example.org/b/abc", max_length = 500)]
    pub link: Option<String>,
    /// What it costs to leave it without a class, where five minutes' move cost 1.
    #[serde(default = "thousand")]
    #[schema(maximum = 1_000_000)]
    pub unplaced_cost: u32,
    /// The weekdays and hours in which the class may lie; all opening hours when nothing is said.
    #[serde(default)]
    pub allowed_hours: Vec<WeekSpan>,
    /// Hours in which the class cannot be, with the reason. They win over allowed ones.
    #[serde(default)]
    pub impossible_hours: Vec<ImpossibleHours>,
    /// Hours in which the class may begin besides, in the week of the first preferred start, and how well they suit:
    /// what is painted on a week.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 400)]
    pub liked_hours: Vec<LikedHours>,
    /// The least break that its teachers, or its groups, have between two classes. Of all wishes that name somebody
    /// the longest counts.
    #[serde(default)]
    pub minimum_break_minutes: PerRole,
    /// The most classes a day that its teachers, or its groups, have. Of all wishes that name somebody the least counts.
    #[serde(default)]
    pub most_a_day: PerRole,
    /// Classes that come first.
    #[serde(default)]
    pub after: Vec<After>,
    /// Classes on whose day this one is not, by id or reference.
    #[serde(default)]
    pub not_same_day_as: Vec<String>,
    /// Whether it is a class of each week, from the week of the first preferred start to the last one of the round.
    #[serde(default)]
    pub weekly: bool,
    /// The last day of a weekly class.
    #[serde(default)]
    #[schema(example = "2020-04-10")]
    pub until: Option<NaiveDate>,
    /// The number of weeks of a weekly class.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 9)]
    pub weeks: Option<u32>,
}

fn thousand() -> u32 {
    1000
}

impl Default for NewRequest {
    /// Nothing said, as a body says it that leaves out all that it may.
    fn default() -> Self {
        Self {
            title: String::new(),
            teachers: Vec::new(),
            groups: Vec::new(),
            duration_minutes: 0,
            preferred: Vec::new(),
            otherwise: Otherwise::default(),
            reference: None,
            connections: None,
            link: None,
            unplaced_cost: thousand(),
            allowed_hours: Vec::new(),
            impossible_hours: Vec::new(),
            liked_hours: Vec::new(),
            minimum_break_minutes: PerRole::default(),
            most_a_day: PerRole::default(),
            after: Vec::new(),
            not_same_day_as: Vec::new(),
            weekly: false,
            until: None,
            weeks: None,
        }
    }
}

/// Hours of a weekday in which a class cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImpossibleHours {
    /// 1 is Monday, 7 Sunday.
    #[schema(minimum = 1, maximum = 7, example = 3)]
    pub weekday: u32,
    /// Minutes after local midnight at which they begin.
    #[schema(minimum = 0, maximum = 1439, example = 480)]
    pub from_minute: u32,
    /// Minutes after local midnight at which they end.
    #[schema(minimum = 1, maximum = 1440, example = 600)]
    pub to_minute: u32,
    /// Why.
    #[schema(example = "Conseil de classe", max_length = 200)]
    pub reason: String,
}

impl ImpossibleHours {
    /// When they are.
    pub fn span(&self) -> WeekSpan {
        WeekSpan { weekday: self.weekday, from_minute: self.from_minute, to_minute: self.to_minute }
    }
}

/// A number for the teachers of a class, and one for its groups; nothing where there is no rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PerRole {
    /// For each of its teachers.
    #[serde(default)]
    pub teacher: Option<u32>,
    /// For each of its groups.
    #[serde(default)]
    pub group: Option<u32>,
}

impl PerRole {
    fn each(self) -> [(&'static str, Option<u32>); 2] {
        [("teacher", self.teacher), ("group", self.group)]
    }
}

/// A class that comes first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// Its request, by id or reference.
    pub request: String,
    /// The least number of minutes between its end and the begin of this class.
    #[serde(default)]
    #[schema(maximum = 80_640, example = 10)]
    pub gap_minutes: u32,
}

/// The rules of a request, with the requests that they name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Rules {
    /// Hours in which the class cannot be.
    pub impossible_hours: Vec<ImpossibleHours>,
    /// The least break of its teachers and groups.
    pub minimum_break_minutes: PerRole,
    /// The most classes a day of its teachers and groups.
    pub most_a_day: PerRole,
    /// Requests whose classes come first.
    pub after: Vec<Follows>,
    /// Requests on whose day the class is not.
    pub not_same_day_as: Vec<Id>,
}

/// A request whose class comes first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Follows {
    /// The request.
    pub request: Id,
    /// The least number of minutes between the two classes.
    #[serde(default)]
    pub gap_minutes: u32,
}

impl Rules {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl NewRequest {
    /// What is wrong with the rules by themselves.
    pub fn rule_findings(&self, findings: &mut Findings) {
        self.hour_findings(findings);
        for (role, minutes) in self.minimum_break_minutes.each() {
            if minutes.is_some_and(|minutes| minutes > MOST_BREAK) {
                let action = format!("in minutes, use at most {MOST_BREAK}");
                let place = format!("minimum_break_minutes.{role}");
                findings.add("bad-break", place, "the break is longer than any class", action);
            }
        }
        for (role, most) in self.most_a_day.each() {
            if most.is_some_and(|most| !(1..=MOST_CLASSES).contains(&most)) {
                let action = format!("leave it out, or use 1 to {MOST_CLASSES}");
                findings.add("bad-most", format!("most_a_day.{role}"), "no class a day could be given", action);
            }
        }
        for (place, entries) in [("after", self.after.len()), ("not_same_day_as", self.not_same_day_as.len())] {
            too_many(findings, place, entries);
        }
        for (index, after) in self.after.iter().enumerate().filter(|(_, after)| after.gap_minutes > MOST_GAP) {
            let message = format!("a gap of {} minutes is longer than a round", after.gap_minutes);
            findings.add("bad-gap", format!("after[{index}].gap_minutes"), message, format!("use at most {MOST_GAP}"));
        }
        if !self.weekly && (self.until.is_some() || self.weeks.is_some()) {
            let place = if self.until.is_some() { "until" } else { "weeks" };
            findings.add("not-weekly", place, "the class is not weekly", "add weekly: true, or remove it");
        }
        if self.weeks.is_some_and(|weeks| !(1..=MOST_WEEKS).contains(&weeks)) {
            findings.add("bad-weeks", "weeks", "no round has so many weeks", format!("use 1 to {MOST_WEEKS}"));
        }
    }

    fn hour_findings(&self, findings: &mut Findings) {
        too_many(findings, "allowed_hours", self.allowed_hours.len());
        too_many(findings, "impossible_hours", self.impossible_hours.len());
        for (index, span) in self.allowed_hours.iter().enumerate().take(MOST_ENTRIES) {
            findings.0.extend(span.findings(&format!("allowed_hours[{index}]")));
        }
        if self.liked_hours.len() > MOST_LIKED {
            let message = format!("{} are given", self.liked_hours.len());
            findings.add("too-many", "liked_hours", message, format!("give at most {MOST_LIKED}"));
        }
        for (index, hours) in self.liked_hours.iter().enumerate().take(MOST_LIKED) {
            findings.0.extend(hours.span().findings(&format!("liked_hours[{index}]")));
        }
        for (index, hours) in self.impossible_hours.iter().enumerate().take(MOST_ENTRIES) {
            findings.0.extend(hours.span().findings(&format!("impossible_hours[{index}]")));
            findings.keep(text::line(&hours.reason, &format!("impossible_hours[{index}].reason")));
        }
    }

    /// Whether the lists of hours can be reckoned with.
    pub fn has_sound_hours(&self) -> bool {
        let mut findings = Findings::default();
        self.hour_findings(&mut findings);
        findings.0.is_empty()
    }
}

fn too_many(findings: &mut Findings, place: &str, entries: usize) {
    if entries > MOST_ENTRIES {
        findings.add("too-many", place, format!("{entries} are given"), format!("give at most {MOST_ENTRIES}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_tell_all_that_is_wrong() {
        let wish = NewRequest {
            allowed_hours: vec![WeekSpan { weekday: 8, from_minute: 0, to_minute: 60 }],
            impossible_hours: vec![ImpossibleHours {
                weekday: 1,
                from_minute: 60,
                to_minute: 60,
                reason: "a\nb".into(),
            }],
            minimum_break_minutes: PerRole { teacher: Some(601), group: Some(10) },
            most_a_day: PerRole { teacher: Some(0), group: Some(51) },
            after: vec![After { request: "x".into(), gap_minutes: MOST_GAP + 1 }],
            not_same_day_as: vec![String::new(); 51],
            weeks: Some(0),
            ..NewRequest::default()
        };
        let mut findings = Findings::default();
        wish.rule_findings(&mut findings);
        let codes: Vec<&str> = findings.0.iter().map(|finding| finding.code.as_str()).collect();
        let wanted = [
            "bad-weekday",
            "bad-span",
            "control-character",
            "bad-break",
            "bad-most",
            "bad-most",
            "too-many",
            "bad-gap",
            "not-weekly",
            "bad-weeks",
        ];
        assert_eq!(codes, wanted);
        assert!(!wish.has_sound_hours());
    }

    #[test]
    fn what_was_entered_is_read_back() {
        let body =
            serde_json::json!({"title": "a", "teachers": [], "groups": [], "duration_minutes": 55, "preferred": []});
        let wish: NewRequest = serde_json::from_value(body).unwrap();
        assert_eq!(wish, NewRequest { title: "a".into(), duration_minutes: 55, ..NewRequest::default() });
        let again: NewRequest = serde_json::from_str(&serde_json::to_string(&wish).unwrap()).unwrap();
        assert_eq!(again, wish);
    }
}
