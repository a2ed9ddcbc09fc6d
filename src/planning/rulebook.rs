//! Whether a class keeps the rules of its round's requests at a start: for publication, and for moves by hand.

use super::{
    names::Names,
    obstacle::{Obstacle, Who},
};
use crate::domain::{
    hours::touched,
    id::Id,
    relatives::{apart, breaks, most_a_day},
    round::Request,
    session::Session,
};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use std::collections::{BTreeSet, HashMap};

/// The rules of a round's requests, and the classes among which they are kept.
pub struct Rulebook<'a> {
    zone: Tz,
    requests: HashMap<&'a Id, &'a Request>,
    breaks: HashMap<&'a Id, u32>,
    most: HashMap<&'a Id, u32>,
    apart: BTreeSet<(&'a Id, &'a Id)>,
    classes: Vec<Session>,
}

impl<'a> Rulebook<'a> {
    /// The rules of these requests, with no class yet.
    pub fn new(requests: &'a [Request], zone: Tz) -> Self {
        Self {
            zone,
            requests: requests.iter().map(|request| (&request.id, request)).collect(),
            breaks: breaks(requests),
            most: most_a_day(requests),
            apart: apart(requests),
            classes: Vec::new(),
        }
    }

    /// Puts a class in, of this round or another.
    pub fn add(&mut self, class: &Session) {
        self.classes.push(class.clone());
    }

    /// Whether there is no rule at all.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Whether a class that is not in yet keeps every rule.
    pub fn is_kept(&self, class: &Session, names: &Names) -> bool {
        self.obstacles(class, names).is_empty()
    }

    /// Every rule that stands against a class that is not in yet.
    pub fn obstacles(&self, class: &Session, names: &Names) -> Vec<Obstacle> {
        let mut out = Vec::new();
        if let Some(request) = self.request(class) {
            let hours = &request.rules.impossible_hours;
            if let Some(hours) = touched(hours, self.zone, class.starts_at, class.ends_at) {
                out.push(Obstacle::impossible(&hours.reason, class.starts_at, names));
            }
        }
        let teachers = class.teachers.iter().map(|id| Who::Teacher(id.clone()));
        for who in teachers.chain(class.groups.iter().map(|id| Who::Group(id.clone()))) {
            out.extend(self.no_break(&who, class, names));
            out.extend(self.full_day(&who, class, names));
        }
        for other in &self.classes {
            out.extend(self.order(class, other, names));
            let (Some(own), Some(others)) = (&class.request, &other.request) else { continue };
            let are_apart = self.apart.contains(&(own.min(others), own.max(others)));
            if are_apart && self.day(other.starts_at) == self.day(class.starts_at) {
                out.push(Obstacle::same_day(&other.title, other.starts_at, names));
            }
        }
        out
    }

    fn no_break(&self, who: &Who, class: &Session, names: &Names) -> Option<Obstacle> {
        let needed = *self.breaks.get(who.id())?;
        let pause = Duration::minutes(i64::from(needed));
        // Two classes at once are another obstacle, and not this one's.
        let near = self.of(who).find(|other| {
            !class.overlaps(other) && other.starts_at < class.ends_at + pause && class.starts_at < other.ends_at + pause
        })?;
        Some(Obstacle::no_break(who, near.starts_at, &near.title, needed, names))
    }

    fn full_day(&self, who: &Who, class: &Session, names: &Names) -> Option<Obstacle> {
        let most = *self.most.get(who.id())?;
        let day = self.day(class.starts_at);
        let others = self.of(who).filter(|other| self.day(other.starts_at) == day).count();
        (others >= most as usize).then(|| Obstacle::full_day(who, class.starts_at, most, names))
    }

    fn order(&self, class: &Session, other: &Session, names: &Names) -> Option<Obstacle> {
        let gap = |second: &Session, first: &Session| {
            let (first, follows) = (first.request.as_ref()?, &self.request(second)?.rules.after);
            follows.iter().find(|follows| follows.request == *first).map(|follows| follows.gap_minutes)
        };
        let follows = |first: &Session, second: &Session, gap: u32| {
            first.ends_at + Duration::minutes(i64::from(gap)) <= second.starts_at
        };
        match (gap(class, other), gap(other, class)) {
            (Some(gap), _) if !follows(other, class, gap) => {
                Some(Obstacle::order(&other.title, true, other.starts_at, gap, names))
            }
            (_, Some(gap)) if !follows(class, other, gap) => {
                Some(Obstacle::order(&other.title, false, other.starts_at, gap, names))
            }
            _ => None,
        }
    }

    fn request(&self, class: &Session) -> Option<&Request> {
        self.requests.get(class.request.as_ref()?).copied()
    }

    fn of<'b>(&'b self, who: &'b Who) -> impl Iterator<Item = &'b Session> {
        self.classes.iter().filter(move |class| match who {
            Who::Teacher(id) => class.teachers.contains(id),
            Who::Group(id) => class.groups.contains(id),
        })
    }

    fn day(&self, at: DateTime<Utc>) -> chrono::NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }
}
