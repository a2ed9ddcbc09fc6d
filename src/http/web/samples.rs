//! A school to show pages with, in tests.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::{visitor::Visitor, week::view::Cell};
use crate::domain::{
    access::Principal,
    id::Id,
    people::{Group, Language, School, Teacher},
    session::{Session, SessionState},
    time::{day_start, instant},
};

/// The Monday of the sample's week.
pub fn monday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 3, 23).unwrap()
}

/// A teacher who looks at a page.
pub fn visitor(language: Language, place: &str) -> Visitor {
    let who = Principal::Teacher { school: "school".into(), teacher: "t3".into() };
    Visitor::sample(language, place, Some(who))
}

pub fn school() -> School {
    School {
        id: "school".into(),
        uai: None,
        name: "Collège Jules-Verne, Nantes".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        language: Language::Fr,
        opening_hours: School::usual_hours(),
        created_at: DateTime::UNIX_EPOCH,
    }
}

pub fn groups() -> Vec<Group> {
    let name = |index: usize| format!("{}e {}", 6 - index / 6, ['A', 'B', 'C', 'D', 'E', 'F'][index % 6]);
    let group = |index: usize| Group {
        id: format!("g{index}").into(),
        school: "school".into(),
        name: name(index),
        headcount: 22 + (index as u32 * 7) % 9,
    };
    (0..24).map(group).collect()
}

pub fn teachers() -> Vec<Teacher> {
    let names =
        ["Mme Éraud", "M. Bihan", "Mme Quéré", "M. Le Goff", "Mme Petit", "M. Oliveira", "Mme Zaoui", "M. Durand"];
    let teacher = |index: usize| Teacher {
        id: format!("t{index}").into(),
        school: "school".into(),
        name: format!("{}{}", names[index % 8], ["", " (EPS)", " (arts)", " (remplaçante)"][index / 8]),
        email: None,
        language: Language::Fr,
    };
    (0..30).map(teacher).collect()
}

/// So many classes, spread over the week as a plan might.
pub fn sessions(count: usize) -> Vec<Session> {
    let titles = ["Mathématiques", "Français", "Anglais", "Histoire-géographie", "SVT", "Physique-chimie", "Espagnol"];
    let starts = [490, 550, 610, 670, 800, 860, 920, 980];
    let (groups, zone) = (groups(), school().zone());
    (0..count)
        .map(|index| {
            let pick = (index * 7919 + index / 13) % 97;
            let day = monday() + Duration::days((index % 5) as i64);
            let start = starts[(pick * pick) % 8] + 5 * (pick as i64 % 3);
            let group = &groups[(index * 5) % 24];
            let starts_at = instant(zone, day.and_time(Default::default()) + Duration::minutes(start), "").unwrap();
            Session {
                id: format!("s{index}").into(),
                school: "school".into(),
                request: format!("r{index}").into(),
                title: titles[index % 7].to_owned(),
                teachers: vec![Id::from(format!("t{}", index % 30))],
                groups: vec![group.id.clone()],
                connections: group.headcount + 1,
                starts_at,
                ends_at: starts_at + Duration::minutes(55),
                state: if index == 17 { SessionState::Cancelled } else { SessionState::Confirmed },
                sequence: 0,
                created_at: DateTime::UNIX_EPOCH,
                changed_at: DateTime::UNIX_EPOCH,
            }
        })
        .collect()
}

/// What the sessions take of a capacity.
pub fn load(sessions: &[Session], limit: u64) -> Vec<Cell> {
    let start = day_start(school().zone(), monday());
    (0..2016)
        .map(|cell| {
            let at: DateTime<Utc> = start + Duration::minutes(5 * cell);
            let open = sessions.iter().filter(|session| session.starts_at <= at && at < session.ends_at);
            Cell { at, load: open.map(|session| u64::from(session.connections)).sum(), limit }
        })
        .collect()
}

/// Writes a page to look at into the folder that `CRENEAU_PAGES` names.
pub fn keep(name: &str, html: &str) {
    if let Ok(folder) = std::env::var("CRENEAU_PAGES") {
        std::fs::write(format!("{folder}/{name}.html"), html).unwrap();
        let style = &super::assets::STYLE;
        std::fs::create_dir_all(format!("{folder}/static")).unwrap();
        std::fs::write(format!("{folder}{}", style.path), &style.body).unwrap();
    }
}
