//! Groups and teachers out to a spreadsheet, and in again.

use super::school::World;
use crate::support::service::{Answer, Backend, on_both};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(
    an_export_imports_unchanged,
    an_import_tells_first_and_then_does_all_or_nothing,
    what_cannot_be_read_is_told,
    the_usual_french_file_is_read,
    teachers_come_and_go,
);

/// Sends a table as the operator.
fn import(world: &World, path: &str, table: &[u8]) -> Answer {
    let request = world.service.request(Method::POST, path).bearer_auth(&world.operator);
    Answer::to(request.header("content-type", "text/csv; charset=utf-8").body(table.to_vec()))
}

fn places(answer: &Value) -> Vec<(&str, &str)> {
    let findings = answer["findings"].as_array().expect("findings");
    let text = |finding: &'_ Value, key: &str| finding[key].as_str().expect("text").len();
    assert!(findings.iter().all(|finding| text(finding, "message") > 0 && text(finding, "action") > 0));
    findings.iter().map(|it| (it["code"].as_str().expect("text"), it["place"].as_str().expect("text"))).collect()
}

fn an_export_imports_unchanged(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let own = format!("/api/v1/schools/{}", school.id);
    let names = ["=1+1", "+33", "-2", "@x", "'quoted", "a;b,c", "say \"6e\"", "6ème – œ", "\"", "’"];
    for name in names {
        world.made(&format!("{own}/groups"), &json!({"name": name, "headcount": 3}));
        world.made(&format!("{own}/teachers"), &json!({"name": name, "language": "en"}));
    }
    for language in ["fr", "en"] {
        let details = json!({
            "name": "Collège A", "time_zone": "Europe/Paris", "language": language,
            "opening_hours": [{"weekday": 1, "from_minute": 480, "to_minute": 1080}],
        });
        world.put(&own, &details).expect(200);
        for kind in ["groups", "teachers"] {
            let table = world.get(&format!("{own}/{kind}.csv")).expect(200);
            assert!(table.header("content-type").is_some_and(|it| it.starts_with("text/csv; charset=utf-8")));
            let text = table.text();
            assert!(text.starts_with('\u{FEFF}'), "Excel needs the mark");
            assert_eq!(text.lines().next().map(|line| line.contains(';')), Some(language == "fr"));
            assert!(text.contains("'=1+1") && !text.lines().any(|line| line.contains(";=") || line.contains(",=")));
            for dry_run in [true, false] {
                let path = format!("{own}/{kind}/import?dry_run={dry_run}&remove_missing=true");
                let answer = import(&world, &path, &table.body).expect(200).json();
                let expected = json!({
                    "applied": !dry_run, "added": [], "changed": [], "removed": [], "unchanged": 11, "findings": [], "warnings": [],
                });
                assert_eq!(answer, expected);
            }
        }
    }
}

fn an_import_tells_first_and_then_does_all_or_nothing(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let own = format!("/api/v1/schools/{}", school.id);
    let path = format!("{own}/groups/import");
    let second = world.made(&format!("{own}/groups"), &json!({"name": "6e B", "headcount": 25}));
    let names = || {
        let groups = world.get(&format!("{own}/groups")).expect(200).json();
        let pair = |group: &Value| format!("{} {}", group["name"].as_str().expect("a name"), group["headcount"]);
        groups.as_array().expect("groups").iter().map(pair).collect::<Vec<_>>()
    };
    // The two swap their names, by id; a third is new.
    let table = format!("id;name;headcount\r\n{};6e B;27\r\n{second};6e A;26\r\n;4e;30\r\n", school.group);
    let told = import(&world, &path, table.as_bytes()).expect(200).json();
    assert_eq!(told["applied"], false);
    assert_eq!(
        told["added"],
        json!([{"line": 4, "cells": {"name": "4e", "headcount": "30", "attendance_percent": "100"}}])
    );
    assert_eq!(told["changed"][0]["changes"], json!([{"column": "name", "before": "6e A", "after": "6e B"}]));
    assert_eq!(told["changed"][1]["changes"][1], json!({"column": "headcount", "before": "25", "after": "26"}));
    assert_eq!(names(), ["6e A 27", "6e B 25"], "a dry run changes nothing");
    let done = import(&world, &format!("{path}?dry_run=false"), table.as_bytes()).expect(200).json();
    assert_eq!((&done["applied"], &done["changed"]), (&json!(true), &told["changed"]));
    assert_eq!(names(), ["4e 30", "6e A 26", "6e B 27"]);
    // One wrong row, and nothing is done.
    let wrong = "name,headcount\n5e,20\n6e A,many\n\n6e B,1\n6e B,2\n";
    let expected = vec![("not-a-number", "line 3, column headcount"), ("named-twice", "line 6")];
    let told = import(&world, &path, wrong.as_bytes()).expect(200).json();
    assert_eq!((places(&told), &told["added"][0]["cells"]["name"]), (expected.clone(), &json!("5e")));
    let refused = import(&world, &format!("{path}?dry_run=false"), wrong.as_bytes()).expect(422).json();
    assert_eq!(places(&refused), expected);
    assert_eq!(names(), ["4e 30", "6e A 26", "6e B 27"]);
    // Removal: on demand, and not of what a wish names.
    let round = json!({"name": "r", "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
    let round = world.made(&format!("{own}/rounds"), &round);
    let wish = json!({
        "title": "Maths", "teachers": [school.teacher], "groups": [school.group], "duration_minutes": 55,
        "preferred": [{"start": "2030-03-18T09:00"}],
    });
    world.post(&format!("/api/v1/rounds/{round}/requests"), &wish).expect(201);
    let table = b"name,headcount\n4e,30\n";
    assert_eq!(import(&world, &path, table).expect(200).json()["removed"], json!([]));
    let removing = format!("{path}?dry_run=false&remove_missing=true");
    let refused = import(&world, &removing, table).expect(422).json();
    assert_eq!(places(&refused), [("group-in-use", "")]);
    let done = import(&world, &removing, b"name,headcount\n6e B,27\n4e,31\n").expect(200).json();
    assert_eq!(done["removed"], json!([{"id": second, "name": "6e A"}]));
    assert_eq!(names(), ["4e 31", "6e B 27"]);
}

fn what_cannot_be_read_is_told(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let path = format!("/api/v1/schools/{}/groups/import", school.id);
    let told = import(&world, &path, b"PK\x03\x04\x14\0\x06\0").expect(200).json();
    assert_eq!(places(&told), [("workbook", "")]);
    assert!(told["findings"][0]["action"].as_str().is_some_and(|action| action.contains("CSV UTF-8")));
    import(&world, &format!("{path}?dry_run=false"), b"n\0a\0").expect(422);
    let told = import(&world, &path, "titre;tête\r\n6e;27\r\n".as_bytes()).expect(200).json();
    let expected = [
        ("unknown-column", "line 1, column titre"),
        ("unknown-column", "line 1, column tête"),
        ("missing-column", "line 1"),
    ];
    assert_eq!(places(&told), expected);
    assert_eq!(places(&import(&world, &path, b"").expect(200).json()), [("empty-table", "")]);
    assert_eq!(world.post(&path, &json!({})).expect(415).json()["code"], "not-csv-type");
    import(&world, &path, &vec![b'a'; 3 << 20]).expect(413);
    import(&world, &format!("{path}?dry_run=perhaps"), b"name\n").expect(422);
    let other = world.school("Collège B");
    let theirs = format!("id,name\n{},6e A\n", other.group);
    let told = import(&world, &path, theirs.as_bytes()).expect(200).json();
    assert_eq!(places(&told), [("unknown-group", "line 2, column id")], "another school's is unknown");
}

fn the_usual_french_file_is_read(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let own = format!("/api/v1/schools/{}", school.id);
    let path = format!("{own}/groups/import");
    let table = b"Nom;Effectif;Pr\xE9sence\r\n6\xE8me \x96 C;27;90 %\r\n";
    let told = import(&world, &path, table).expect(200).json();
    let cells = json!({"name": "6ème – C", "headcount": "27", "attendance_percent": "90"});
    assert_eq!((&told["added"][0]["cells"], &told["findings"]), (&cells, &json!([])));
    assert_eq!(told["warnings"][0]["code"], "read-as-windows-1252");
    let done = import(&world, &format!("{path}?dry_run=false"), table).expect(200).json();
    assert_eq!(done["applied"], true);
    // A row that cannot be read is not shown as if it were.
    let told = import(&world, &path, b"nom;effectif\r\n5e;abc\r\n4e;20000\r\n").expect(200).json();
    let expected = [("not-a-number", "line 2, column headcount"), ("out-of-range", "line 3, column headcount")];
    assert_eq!((places(&told).as_slice(), &told["added"]), (&expected[..], &json!([])));
    // Two teachers with one address: only one of them will ever sign in.
    let table = "Nom;Courriel\r\nM. Colin;bernard@example.org\r\n";
    let told = import(&world, &format!("{own}/teachers/import"), table.as_bytes()).expect(200).json();
    let warning = &told["warnings"][0];
    assert_eq!((&warning["code"], &warning["place"]), (&json!("address-shared"), &json!("line 2, column email")));
    assert_eq!((&told["findings"], told["added"].as_array().map(Vec::len)), (&json!([]), Some(1)));
}

fn teachers_come_and_go(backend: Backend) {
    let world = World::new(backend);
    let school = world.school("Collège A");
    let own = format!("/api/v1/schools/{}", school.id);
    let path = format!("{own}/teachers/import?dry_run=false&remove_missing=true");
    let table = "name;email;language\r\nMme Bernard;;\r\nM. Colin;colin@example.org;en\r\n";
    let done = import(&world, &path, table.as_bytes()).expect(200).json();
    assert_eq!(
        done["changed"][0]["changes"],
        json!([{"column": "email", "before": "bernard@example.org", "after": ""}])
    );
    let teachers = world.get(&format!("{own}/teachers")).expect(200).json();
    assert_eq!((&teachers[0]["language"], &teachers[1]["email"]), (&json!("en"), &Value::Null));
    let seen = world.send(Method::GET, &format!("{own}/teachers.csv"), Some(&school.teacher_token), None);
    assert!(!seen.expect(200).text().contains("colin@example.org"), "addresses are for admins");
    let gone = import(&world, &path, b"name\nMme Bernard\n").expect(200).json();
    assert_eq!(gone["removed"][0]["name"], "M. Colin");
    let told = import(&world, &path, b"name;email\nMme Bernard;b\n").expect(422).json();
    assert_eq!(places(&told), [("bad-address", "line 2, column email")]);
}
