//! The page of one class, or of a wish without one: what its template shows.

use askama::Template;
use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike, Utc};

use super::list::{booking_of, names};
use crate::{
    app::{bookings::FreeStart, sessions::SessionView, timetable::Timetable},
    domain::{round::Request, session::SessionState},
    http::web::{
        page::Shell,
        parts::{Confirm, Field},
        said,
        visitor::Visitor,
        words::Words,
    },
    planning::explanation::{Explanation, Outcome},
};

/// Better starts that are told of.
const TOLD: usize = 3;

/// The page.
#[derive(Template)]
#[template(path = "web/class.html")]
pub struct ClassPage {
    w: Words,
    shell: Shell,
    id: String,
    title: String,
    when: Option<String>,
    who: String,
    link: Option<String>,
    why: Option<Why>,
    /// What can be done with a class to come.
    deeds: Option<Deeds>,
    /// Where a wish without a class can be booked.
    book: Option<String>,
    is_cancelled: bool,
}

/// All that the page of a class is made of.
pub struct ClassMaterial<'a> {
    /// The teacher's timetable.
    pub timetable: &'a Timetable,
    /// Why the class is where it is.
    pub explanation: Option<&'a Explanation>,
    /// Free starts, the nearest to the wish first.
    pub free: Vec<FreeStart>,
    /// The day whose classes are offered for a swap.
    pub day: NaiveDate,
    /// The time.
    pub now: DateTime<Utc>,
}

/// Why a class is where it is.
struct Why {
    head: String,
    wished: Option<String>,
    better: Vec<Better>,
    relief: Option<String>,
}

/// A better stretch and what stands against it.
struct Better {
    when: String,
    reasons: Vec<String>,
}

/// What can be done with a class.
struct Deeds {
    free: Vec<Other>,
    day: Field,
    time: Field,
    /// Whether a day and a time were typed and refused.
    is_typed: bool,
    swap_day: Field,
    swaps: Vec<(String, Vec<Partner>)>,
    swap_lead: String,
    cancel: Confirm,
    link: Field,
}

/// Another start.
struct Other {
    value: String,
    name: String,
    note: String,
    is_nearer: bool,
}

/// A class to swap with.
struct Partner {
    id: String,
    name: String,
}

impl ClassPage {
    /// The page of a class.
    pub fn of_class(
        visitor: &Visitor,
        session: &SessionView,
        others: &[SessionView],
        material: ClassMaterial<'_>,
    ) -> Self {
        let w = visitor.w;
        let is_cancelled = session.state == SessionState::Cancelled;
        let is_to_come = !is_cancelled && session.start.utc > material.now;
        let minute = |at: NaiveDateTime| at.hour() * 60 + at.minute();
        let times = w.times(minute(session.start.local), minute(session.end.local));
        Self {
            w,
            shell: visitor.shell(&session.title),
            id: session.id.to_string(),
            title: session.title.clone(),
            when: Some(w.with("class-when", &[("day", &w.day(session.start.local.date())), ("times", &times)])),
            who: session
                .groups
                .iter()
                .chain(&session.teachers)
                .map(|one| one.name.as_str())
                .collect::<Vec<_>>()
                .join(" · "),
            link: session.link.clone(),
            why: material.explanation.map(|why| Why::of(why, material.timetable, w)),
            deeds: is_to_come.then(|| Deeds::of(session, others, &material, w)),
            book: None,
            is_cancelled,
        }
    }

    /// The page with a day and a time to which the class could not be moved.
    pub fn typed(mut self, to: Option<(&str, &str)>) -> Self {
        if let (Some(deeds), Some((day, time))) = (&mut self.deeds, to) {
            (deeds.day.value, deeds.time.value, deeds.is_typed) = (day.to_owned(), time.to_owned(), true);
        }
        self
    }

    /// The page of a wish without a class.
    pub fn of_wish(visitor: &Visitor, request: &Request, material: ClassMaterial<'_>) -> Self {
        let w = visitor.w;
        Self {
            w,
            shell: visitor.shell(&request.title),
            id: String::new(),
            title: request.title.clone(),
            when: None,
            who: names(&request.groups, material.timetable),
            link: None,
            why: material.explanation.map(|why| Why::of(why, material.timetable, w)),
            deeds: None,
            book: Some(booking_of(request, material.day)),
            is_cancelled: false,
        }
    }
}

impl Why {
    fn of(why: &Explanation, timetable: &Timetable, w: Words) -> Self {
        let zone = timetable.school.zone();
        let key = match why.outcome {
            Outcome::FirstChoice => "why-first-choice",
            Outcome::Moved => "why-moved",
            Outcome::Pinned => "why-pinned",
            Outcome::Unplaced => "why-unplaced",
        };
        let better = why.better.iter().take(TOLD).map(|stretch| {
            let (first, last) = (stretch.first.local, stretch.last.local);
            let when = if first == last {
                said::moment(first, w)
            } else {
                let (day, from, to) = (w.day(first.date()), w.time(minute(first)), w.time(minute(last)));
                w.with("why-stretch", &[("day", &day), ("from", &from), ("to", &to)])
            };
            let mut reasons: Vec<String> = stretch.obstacles.iter().map(|one| said::obstacle(one, zone, w)).collect();
            reasons.dedup();
            Better { when, reasons }
        });
        let relief = why.relief.as_ref().and_then(|relief| {
            let raise = relief.raises.first()?;
            let more = w.count("why-connections", usize::try_from(raise.connections).unwrap_or(usize::MAX));
            let when = said::moment(relief.start.local, w);
            Some(w.with("why-relief", &[("more", &more), ("when", &when)]))
        });
        Self {
            head: w.t(key),
            wished: why.wished.map(|wished| said::moment(wished.local, w)),
            better: better.collect(),
            relief,
        }
    }
}

impl Deeds {
    fn of(session: &SessionView, others: &[SessionView], material: &ClassMaterial<'_>, w: Words) -> Self {
        let wished = material.explanation.and_then(|why| why.wished).map_or(session.start.local, |wished| wished.local);
        let now_away = (session.start.local - wished).num_minutes().abs();
        let other = |start: &FreeStart| {
            let away = (start.start.local - wished).num_minutes().abs();
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of 1")]
            let percent = (start.load * 100.0).round() as u64;
            Other {
                value: start.start.local.format("%Y-%m-%dT%H:%M").to_string(),
                name: said::moment(start.start.local, w),
                note: w.with("class-load", &[("percent", &w.percent(percent))]),
                is_nearer: away < now_away,
            }
        };
        let partners: Vec<&SessionView> = others
            .iter()
            .filter(|other| other.state == SessionState::Confirmed && other.start.utc > material.now)
            .filter(|other| other.start.local.date() == material.day && other.start.utc != session.start.utc)
            .filter(|other| !other.teachers.iter().any(|one| session.teachers.contains(one)))
            .collect();
        let partner = |other: &&SessionView| {
            let names = other.teachers.iter().chain(&other.groups).map(|one| one.name.as_str());
            Partner {
                id: other.id.to_string(),
                name: format!("{} ({})", other.title, names.collect::<Vec<_>>().join(", ")),
            }
        };
        let swaps = partners.chunk_by(|a, b| a.start.utc == b.start.utc).filter_map(|hour| {
            let at = hour.first()?.start.local;
            Some((w.time(minute(at)), hour.iter().map(partner).collect()))
        });
        let action = format!("/plan/{}/cancel", session.id);
        Self {
            free: material.free.iter().filter(|start| start.start.utc != session.start.utc).map(other).collect(),
            day: Field::text("day", w.t("wish-day")).kind("date").value(session.start.local.date().to_string()),
            time: Field::text("time", w.t("wish-time"))
                .kind("time")
                .value(session.start.local.format("%H:%M").to_string()),
            is_typed: false,
            swap_day: Field { name: "swap-day".to_owned(), ..Field::text("day", w.t("wish-day")) }
                .kind("date")
                .value(material.day.to_string()),
            swaps: swaps.collect(),
            swap_lead: w.with("swap-lead", &[("day", &w.day(material.day))]),
            cancel: Confirm::new(action, w.t("class-cancel"), w.t("class-cancel-text"), w.t("class-cancel-button")),
            link: Field::text("link", w.t("class-link"))
                .kind("url")
                .hint(w.t("class-link-hint"))
                .value(session.link.clone().unwrap_or_default()),
        }
    }
}

fn minute(at: NaiveDateTime) -> u32 {
    at.hour() * 60 + at.minute()
}
