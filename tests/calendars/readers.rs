//! Five libraries that others wrote read a feed of the running service, and each finds in every event what the API says of
//! the session.

use super::links::Scene;
use crate::support::{
    python::{ROOT, python, run},
    service::Backend,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{path::Path, process::Command};

/// An event as a library reads it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    uid: String,
    start: String,
    end: String,
    summary: String,
    description: Option<String>,
    status: String,
    sequence: u32,
}

/// The libraries, each by the command that reads with it.
fn libraries() -> Vec<(&'static str, Command)> {
    let mut out: Vec<_> = ["icalendar", "recurring-ical-events", "ics", "vobject"]
        .map(|library| {
            let mut command = python("tests/tools/read_calendar_as.py");
            command.arg(library);
            (library, command)
        })
        .into();
    let mut node = Command::new("node");
    node.arg(Path::new(ROOT).join("tests/tools/read_calendar.mjs"));
    out.push(("ical.js", node));
    out
}

/// What the event of a session is to say, by the API.
fn wanted(session: &Value) -> Event {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let names = |list: &Value| -> Vec<String> {
        let mut names: Vec<String> = list.as_array().unwrap().iter().map(|one| text(&one["name"])).collect();
        names.sort();
        names
    };
    let (groups, teachers) = (names(&session["groups"]).join(", "), names(&session["teachers"]).join(", "));
    let off = if session["state"] == "cancelled" { "Annulé : " } else { "" };
    let link = session["link"].as_str().map(|link| format!("\nLien : {link}")).unwrap_or_default();
    Event {
        // The domain is that of the service's address.
        uid: format!("{}@127.0.0.1", text(&session["id"])),
        start: text(&session["start"]["utc"]),
        end: text(&session["end"]["utc"]),
        summary: format!("{off}{} – {groups}", text(&session["title"])),
        description: Some(format!("Pour : {groups}\nAvec : {teachers}{link}")),
        status: text(&session["state"]).to_uppercase(),
        sequence: u32::try_from(session["sequence"].as_u64().unwrap()).unwrap(),
    }
}

#[test]
fn every_library_reads_what_the_api_says() {
    for zone in ["Europe/Paris", "Indian/Reunion"] {
        let scene = Scene::new(Backend::Sqlite, zone, Some("https://visio.example.org/b/martin"));
        let long = "Révisions, puis contrôle; exercices 1\\2 : « أهلا » 👩‍🏫 ".repeat(3);
        // No backslash before an n: ics 0.7 takes what is escaped so for a line break.
        let titles = ["Maths", "Latin; grec, etc.", "C:\\temp\\old", "\"Citation\" n°1", "数学と한국어", long.trim()];
        let days = ["2030-03-29", "2030-04-01", "2030-10-25", "2030-10-28", "2031-03-28", "2031-03-31"];
        let link = |number: usize| (number % 2 == 1).then_some("https://visio.example.org/b/a;b,c?d=1&e=2");
        let mut sessions: Vec<String> = titles
            .iter()
            .zip(days)
            .zip(0..)
            .map(|((title, day), number)| scene.book(title, &format!("{day}T09:00"), link(number)))
            .collect();
        let path = |session: &str| format!("/api/v1/sessions/{session}");
        scene.service.patch_json(&path(&sessions[0]), &json!({"starts_at_local": "2030-04-02T15:00"})).expect(200);
        scene.service.post_json(&format!("{}/cancellation", path(&sessions[2])), &json!({})).expect(200);
        sessions.sort();
        let mut wanted: Vec<Event> = sessions.iter().map(|session| wanted(&scene.session(session))).collect();
        wanted.sort();
        let text = scene.text();
        for (library, mut command) in libraries() {
            let answer = run(&mut command, &text);
            assert!(answer.ok, "{library}: {}", answer.complaint);
            let mut events: Vec<Event> = serde_json::from_str(&answer.output).unwrap();
            events.sort();
            assert_eq!(events, wanted, "{library} in {zone}");
        }
    }
}
