//! A school to show pages with, in tests.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::{visitor::Visitor, week::SchoolWeek};
use crate::app::{
    directory::Directory,
    sessions::{Named, SessionView},
    week::{Load, LoadStep, Week},
};
use crate::domain::{
    access::Principal,
    calendar::SchoolCalendar,
    people::{Group, Language, School, SchoolLine, Teacher},
    session::SessionState,
    time::{day_start, instant},
};
use crate::planning::names::Moment;

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
        platform: None,
        opening_hours: School::usual_hours(),
        calendar: SchoolCalendar::default(),
        created_at: DateTime::UNIX_EPOCH,
    }
}

pub fn groups() -> Vec<Group> {
    let name = |index: usize| format!("{}e {}", 6 - index / 6, ['A', 'B', 'C', 'D', 'E', 'F'][index % 6]);
    let heads = |index: usize| 22 + (index as u32 * 7) % 9;
    (0..24).map(|index| Group::new(format!("g{index}").into(), "school".into(), name(index), heads(index))).collect()
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
        link: None,
    };
    (0..30).map(teacher).collect()
}

/// So many classes, spread over the week as a plan might.
pub fn sessions(count: usize) -> Vec<SessionView> {
    let titles = ["Mathématiques", "Français", "Anglais", "Histoire-géographie", "SVT", "Physique-chimie", "Espagnol"];
    let starts = [490, 550, 610, 670, 800, 860, 920, 980];
    let (groups, teachers) = (groups(), teachers());
    (0..count)
        .map(|index| {
            let day = monday() + Duration::days((index % 5) as i64);
            let start = starts[(index / 5 * 3 + index / 40) % 8] + 5 * ((index * 7 % 11) as i64 % 3);
            let (group, teacher) = (&groups[(index * 5 + index / 24) % 24], &teachers[index % 30]);
            let starts_at = instant(school().zone(), day.and_time(Default::default()) + Duration::minutes(start), "");
            SessionView {
                id: format!("s{index}").into(),
                school: "school".into(),
                request: Some(format!("r{index}").into()),
                title: titles[index % 7].to_owned(),
                teachers: vec![Named { id: teacher.id.clone(), name: teacher.name.clone() }],
                groups: vec![Named { id: group.id.clone(), name: group.name.clone() }],
                connections: group.headcount + 1,
                link: None,
                start: moment(starts_at.clone().unwrap()),
                end: moment(starts_at.unwrap() + Duration::minutes(55)),
                state: if index == 17 { SessionState::Cancelled } else { SessionState::Confirmed },
                held_until: None,
                moved_by: None,
                sequence: 0,
                changed_at: DateTime::UNIX_EPOCH,
            }
        })
        .collect()
}

/// An instant as the school's clocks show it.
pub fn moment(utc: DateTime<Utc>) -> Moment {
    Moment { utc, local: utc.with_timezone(&school().zone()).naive_local() }
}

/// A school's week of so many classes.
pub fn week(count: usize, limit: u32) -> SchoolWeek {
    let sessions = sessions(count);
    let (starts_at, ends_at) =
        (day_start(school().zone(), monday()), day_start(school().zone(), monday() + Duration::days(7)));
    let step = |cell: i64| {
        let from = starts_at + Duration::minutes(5 * cell);
        let open = sessions.iter().filter(|session| session.start.utc <= from && from < session.end.utc);
        LoadStep { from, used: open.map(|session| u64::from(session.connections)).sum(), limit }
    };
    let steps = (0..(ends_at - starts_at).num_minutes() / 5).map(step).collect();
    SchoolWeek {
        school: school(),
        directory: Directory { groups: groups(), teachers: teachers() },
        week: Week {
            monday: monday(),
            time_zone: school().time_zone,
            starts_at,
            ends_at,
            load: Some(Load { pool: "pool".into(), name: "e-lyco".into(), steps }),
            sessions,
        },
        schools: vec![SchoolLine { id: school().id, uai: None, name: school().name, platform: None }],
    }
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
