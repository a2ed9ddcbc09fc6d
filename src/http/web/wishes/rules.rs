//! The rules of a wish beyond its hours: weekly, order, other days, breaks, the most classes a day.

use crate::{
    domain::{
        id::Id,
        request::{After, NewRequest, PerRole},
        round::Request,
    },
    http::web::{
        parts::{Choice, Field, FieldError},
        visitor::Form,
        words::Words,
    },
};

/// Rules as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Whether it is a class of each week.
    pub weekly: bool,
    weeks: String,
    after: String,
    gap: String,
    apart: Vec<String>,
    teacher_break: String,
    group_break: String,
    teacher_most: String,
    group_most: String,
}

/// The fields of the rules.
pub struct Fields {
    /// Nothing where one class of a series is changed.
    pub weekly: Option<Field>,
    /// How many weeks.
    pub weeks: Field,
    /// The class that comes first.
    pub after: Field,
    /// The least minutes between them.
    pub gap: Field,
    /// Classes on whose day it is not.
    pub apart: Field,
    /// Breaks and the most classes a day.
    pub numbers: Vec<Field>,
    /// Whether something is said.
    pub is_open: bool,
}

/// What is asked before a wish is deleted: other wishes may stand in an order with it, or not on its day.
pub fn deleting(request: &Request, all: &[Request], w: Words) -> String {
    let sure = w.with("wish-delete-which", &[("title", &request.title)]);
    let names_it = |other: &&Request| {
        other.rules.after.iter().any(|follows| follows.request == request.id)
            || other.rules.not_same_day_as.contains(&request.id)
    };
    match all.iter().filter(names_it).count() {
        0 => sure,
        count => format!("{sure}. {}", w.count("wish-delete-ruled", count)),
    }
}

impl Typed {
    /// What a form sent.
    pub fn read(form: &Form) -> Self {
        let text = |name: &str| form.get(name).trim().to_owned();
        Self {
            weekly: form.get("weekly") == "yes",
            weeks: text("weeks"),
            after: text("after"),
            gap: text("gap"),
            apart: form.all("apart").map(str::to_owned).collect(),
            teacher_break: text("teacher-break"),
            group_break: text("group-break"),
            teacher_most: text("teacher-most"),
            group_most: text("group-most"),
        }
    }

    /// The rules of a wish.
    pub fn of(wish: &NewRequest, requests: &[Request]) -> Self {
        let number = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
        // A wish names others by id or reference; the form by id.
        let id = |name: &str| {
            let named = requests.iter().find(|one| one.id.as_str() == name || one.reference == name);
            named.map_or_else(|| name.to_owned(), |one| one.id.to_string())
        };
        let after = wish.after.first();
        Self {
            weekly: wish.weekly,
            weeks: number(wish.weeks),
            after: after.map_or_else(String::new, |after| id(&after.request)),
            gap: after
                .filter(|after| after.gap_minutes > 0)
                .map_or_else(String::new, |after| after.gap_minutes.to_string()),
            apart: wish.not_same_day_as.iter().map(|name| id(name)).collect(),
            teacher_break: number(wish.minimum_break_minutes.teacher),
            group_break: number(wish.minimum_break_minutes.group),
            teacher_most: number(wish.most_a_day.teacher),
            group_most: number(wish.most_a_day.group),
        }
    }

    /// Writes the rules into a wish; what is no number is told. A wish that follows several others keeps the further ones.
    pub fn put(&self, wish: &mut NewRequest, old: Option<&NewRequest>, w: Words) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut number = |field: &str, text: &str| match text {
            "" => None,
            text => text.parse().ok().or_else(|| {
                let text = w.t("finding-number");
                let text = label(field, w).map_or_else(|| text.clone(), |what| about(&what, &text, w));
                errors.push(FieldError { field: field.to_owned(), text });
                None
            }),
        };
        wish.weekly = self.weekly;
        wish.weeks = number("weeks", &self.weeks).filter(|_| self.weekly);
        let gap_minutes = number("gap", &self.gap).unwrap_or(0);
        wish.minimum_break_minutes = PerRole {
            teacher: number("teacher-break", &self.teacher_break),
            group: number("group-break", &self.group_break),
        };
        wish.most_a_day = PerRole {
            teacher: number("teacher-most", &self.teacher_most),
            group: number("group-most", &self.group_most),
        };
        wish.after = Some(After { request: self.after.clone(), gap_minutes })
            .filter(|after| !after.request.is_empty())
            .into_iter()
            .chain(old.into_iter().flat_map(|old| old.after.iter().skip(1).cloned()))
            .collect();
        wish.not_same_day_as = self.apart.clone();
        errors
    }

    /// The fields, with the other wishes to choose from.
    pub fn fields(
        &self,
        (requests, own): (&[Request], Option<&Id>),
        is_series: bool,
        error: impl Fn(&str) -> Option<String>,
        w: Words,
    ) -> Fields {
        let others = || requests.iter().filter(|one| Some(&one.id) != own);
        let mut after = vec![Choice::new("", w.t("rule-after-none"), &self.after)];
        after.extend(others().map(|one| Choice::new(&one.id, one.title.clone(), &self.after)));
        let apart = others().map(|one| Choice {
            value: one.id.to_string(),
            name: one.title.clone(),
            chosen: self.apart.iter().any(|id| id == one.id.as_str()),
        });
        let yes = if self.weekly { "yes" } else { "" };
        let number = |name: &str, key: &str, value: &str| {
            Field::text(name, w.t(key)).kind("number").value(value).error(error(name))
        };
        let weekly = Field::choice("weekly", w.t("rule-weekly"), vec![Choice::new("yes", w.t("rule-weekly-yes"), yes)]);
        Fields {
            weekly: (!is_series).then_some(weekly),
            weeks: number("weeks", "rule-weeks", &self.weeks).hint(w.t("rule-weeks-hint")),
            after: Field::choice("after", w.t("rule-after"), after).error(error("after")),
            gap: number("gap", "rule-gap", &self.gap),
            apart: Field::choice("apart", w.t("rule-apart"), apart.collect()).error(error("apart")),
            numbers: vec![
                number("teacher-break", "rule-teacher-break", &self.teacher_break),
                number("group-break", "rule-group-break", &self.group_break),
                number("teacher-most", "rule-teacher-most", &self.teacher_most),
                number("group-most", "rule-group-most", &self.group_most),
            ],
            is_open: *self != Self::default() || RULES.iter().any(|name| error(name).is_some()),
        }
    }
}

/// What the field of a rule is called.
pub fn label(field: &str, w: Words) -> Option<String> {
    RULES.contains(&field).then(|| w.t(&format!("rule-{field}")))
}

/// What is wrong, and with what: as an error reads without its field.
pub fn about(what: &str, why: &str, w: Words) -> String {
    w.with("finding-about", &[("what", what), ("why", why)])
}

/// The fields of the rules, in the order of the form.
pub const RULES: [&str; 9] =
    ["weekly", "weeks", "after", "gap", "apart", "teacher-break", "group-break", "teacher-most", "group-most"];
