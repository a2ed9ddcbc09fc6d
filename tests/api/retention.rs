//! What has had its time goes, and nothing younger.

use super::school::World;
use crate::support::service::{Backend, Site, on_both};
use chrono::{Duration, NaiveDateTime, Utc};
use serde_json::{Value, json};

on_both!(
    what_has_had_its_time_goes_and_nothing_younger,
    a_wish_without_a_reason_loses_its_link,
    zero_keeps_everything,
    calendars_show_what_was_called_off_as_long_as_promised,
    what_was_emptied_is_not_sent_again,
);

fn days_ago(days: i64) -> NaiveDateTime {
    (Utc::now() - Duration::days(days)).naive_utc()
}

fn text(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

fn run(site: &Site, dry: bool) -> Value {
    let arguments = if dry { vec!["retention", "--json", "--dry-run"] } else { vec!["retention", "--json"] };
    serde_json::from_str(&site.run(&arguments)).expect("a JSON document")
}

/// A row of each kind that is so many days old, named after `name`. What counts is what the rules go by.
fn fill(site: &Site, school: &str, round: &str, name: &str, days: [i64; 8]) {
    let at = days.map(|days| text(days_ago(days)));
    let [mail, audit, wish, sign_in, answer, cancelled, invitation, delivery] = &at;
    let future = text(days_ago(-100));
    for (kind, state) in [("sent", "sent"), ("failed", "failed"), ("queued", "queued")] {
        site.sql(&format!(
            "INSERT INTO notices (id, school_id, cause, kind, message_id, to_name, to_address, subject, body_text,
             body_html, state, attempts, run_after, created_at) VALUES ('{name}-{kind}', '{school}', '{name}-{kind}', 'swap',
             '{name}-{kind}', 'Mme', 'm@example.org', 's', 't', 'h', '{state}', 1, '{mail}', '{mail}')"
        ));
    }
    site.sql(&format!(
        "INSERT INTO audit_entries (id, at, actor_kind, actor_id, actor_name, action, target)
         VALUES ('{name}', '{audit}', 'person', 'p', 'Mme', 'a', 't')"
    ));
    site.sql(&format!(
        "INSERT INTO rounds (id, school_id, name, starts_at, ends_at, step_minutes, state, created_at, archived_at)
         VALUES ('{name}', '{school}', '{name}', '{wish}', '{future}', 5, 'closed', '{wish}', '{wish}')"
    ));
    site.sql(&format!(
        "INSERT INTO requests (id, round_id, reference, title, connections, duration_minutes, unplaced_cost, created_at, wish,
         rules)
         SELECT '{name}', '{name}', reference, title, connections, duration_minutes, unplaced_cost, created_at, wish, rules
         FROM requests WHERE round_id = '{round}'"
    ));
    site.sql(&format!(
        "INSERT INTO people (id, email, name, language, created_at)
         VALUES ('{name}', '{name}@example.org', 'Mme', 'fr', '{sign_in}')"
    ));
    site.sql(&format!(
        "INSERT INTO browser_sessions (id, hash, person_id, begun_by, program, created_at, seen_at, expires_at)
         VALUES ('{name}', '{name}', '{name}', 'link', 'x', '{sign_in}', '{sign_in}', '{sign_in}')"
    ));
    site.sql(&format!(
        "INSERT INTO sign_in_links (id, person_id, hash, created_at, expires_at)
         VALUES ('{name}', '{name}', '{name}', '{sign_in}', '{sign_in}')"
    ));
    site.sql(&format!("INSERT INTO failed_sign_ins (subject, failures, last_at) VALUES ('{name}', 1, '{sign_in}')"));
    site.sql(&format!(
        "INSERT INTO answers (actor_id, idempotency_key, fingerprint, result, created_at)
         VALUES ('p', '{name}', 'f', 'r', '{answer}')"
    ));
    // Whichever is later, the end or the cancellation, decides.
    for (kind, state, ends, changed) in [
        ("gone", "cancelled", cancelled, cancelled),
        ("late", "cancelled", &future, cancelled),
        ("lately", "cancelled", cancelled, &text(days_ago(0))),
        ("held", "confirmed", cancelled, cancelled),
    ] {
        site.sql(&format!(
            "INSERT INTO sessions (id, school_id, title, connections, starts_at, ends_at, state, sequence, created_at,
             changed_at) VALUES ('{name}-{kind}', '{school}', 'x', 1, '2000-01-01 08:00:00', '{ends}', '{state}', 1,
             '2000-01-01 08:00:00', '{changed}')"
        ));
    }
    site.sql(&format!(
        "INSERT INTO invitations (id, email, name, language, role, school_id, invited_by, hash, created_at, sent_at,
         expires_at) VALUES ('{name}', '{name}@example.org', 'Mme', 'fr', 'admin', '{school}', 'x', '{name}',
         '{invitation}', '{invitation}', '{invitation}')"
    ));
    site.sql(&format!(
        "INSERT INTO webhooks (id, school_id, url, events, description, enabled, secret, created_at)
         VALUES ('{name}', '{school}', 'https://example.org/', 'swap', '', FALSE, 'whsec_', '{delivery}')"
    ));
    for state in ["sent", "failed", "queued"] {
        site.sql(&format!(
            "INSERT INTO deliveries (id, webhook_id, event, cause, body, state, attempts, run_after, created_at)
             VALUES ('{name}-{state}', '{name}', 'swap', '{state}', '', '{state}', 1, '{delivery}', '{delivery}')"
        ));
    }
}

/// A school with a wish that has a reason.
fn wishing(world: &World) -> (String, String) {
    let school = world.school("Collège A");
    let round = json!({"name": "r", "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
    let round = world.made(&format!("/api/v1/schools/{}/rounds", school.id), &round);
    let request = json!({
        "title": "Maths", "teachers": [school.teacher], "groups": [school.group], "duration_minutes": 55,
        "preferred": [{"start": "2030-03-18T09:00"}],
        "impossible_hours": [{"weekday": 3, "from_minute": 480, "to_minute": 600, "reason": "kinésithérapie"}],
    });
    world.made(&format!("/api/v1/rounds/{round}/requests"), &request);
    (school.id, round)
}

fn what_has_had_its_time_goes_and_nothing_younger(backend: Backend) {
    // Without workers, so that what waits stays so.
    let world = World::at(Site::new(backend).set("jobs.in_process", "false"));
    let site = world.service.site();
    let (school, round) = wishing(&world);
    fill(site, &school, &round, "old", [91, 366, 366, 38, 2, 366, 31, 31]);
    fill(site, &school, &round, "young", [89, 364, 364, 29, 0, 364, 29, 29]);
    let expected = json!({
        "mails": 2, "audit": 1, "wishes": 1, "sign_ins": 3, "answers": 1, "cancelled": 1, "invitations": 1,
        "deliveries": 2, "load": 0, "load_hours": 0, "ingestions": 0,
    });
    for _ in 0..2 {
        assert_eq!(run(site, true), expected, "a dry run changes nothing");
    }
    assert_eq!(run(site, false), expected);
    let nothing = json!({
        "mails": 0, "audit": 0, "wishes": 0, "sign_ins": 0, "answers": 0, "cancelled": 0, "invitations": 0,
        "deliveries": 0, "load": 0, "load_hours": 0, "ingestions": 0,
    });
    assert_eq!(run(site, false), nothing);
    for (left, statement) in [
        (1, "UPDATE audit_entries SET action = action WHERE id IN ('old', 'young')"),
        (1, "UPDATE browser_sessions SET program = program WHERE id IN ('old', 'young')"),
        (1, "UPDATE sign_in_links SET hash = hash WHERE id IN ('old', 'young')"),
        (1, "UPDATE failed_sign_ins SET failures = failures WHERE subject IN ('old', 'young')"),
        (1, "UPDATE answers SET result = result"),
        (4, "UPDATE deliveries SET attempts = attempts"),
        (1, "UPDATE invitations SET name = name WHERE id IN ('old', 'young')"),
        // Of the old ones the one that waits; of the young ones all.
        (4, "UPDATE notices SET kind = kind WHERE to_address = 'm@example.org' AND body_text = 't' AND kind = 'swap'"),
        (
            2,
            "UPDATE notices SET kind = kind WHERE to_address = '' AND body_text = '' AND body_html = '' AND subject = ''",
        ),
        (7, "UPDATE sessions SET title = title"),
        // The young round's wish, and the one of the round that is not archived.
        (2, "UPDATE requests SET title = title WHERE wish LIKE '%kinésithérapie%' AND rules LIKE '%kinésithérapie%'"),
        (1, "UPDATE requests SET title = title WHERE wish LIKE '%\"—\"%' AND rules LIKE '%\"—\"%'"),
    ] {
        assert_eq!(site.sql(statement), left, "{statement}");
    }
}

fn a_wish_without_a_reason_loses_its_link(backend: Backend) {
    let world = World::at(Site::new(backend).set("jobs.in_process", "false"));
    let site = world.service.site();
    let school = world.school("Collège A");
    let round = json!({"name": "r", "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
    let round = world.made(&format!("/api/v1/schools/{}/rounds", school.id), &round);
    let request = json!({
        "title": "Maths", "teachers": [school.teacher], "groups": [school.group], "duration_minutes": 55,
        "preferred": [{"start": "2030-03-18T09:00"}], "link": "https://visio.example.org/secret",
    });
    world.made(&format!("/api/v1/rounds/{round}/requests"), &request);
    site.sql(&format!("UPDATE rounds SET archived_at = '{}'", text(days_ago(366))));
    assert_eq!(run(site, false)["wishes"], 1);
    assert_eq!(site.sql("UPDATE requests SET title = title WHERE wish LIKE '%visio.example.org%'"), 0);
    // What was read once is not read again.
    assert_eq!(site.sql("UPDATE rounds SET name = name WHERE blanked_at IS NOT NULL"), 1);
    assert_eq!(run(site, false)["wishes"], 0);
}

fn zero_keeps_everything(backend: Backend) {
    let mut site = Site::new(backend);
    for key in ["mail", "audit", "wish", "sign_in", "answer", "cancelled", "invitation", "delivery"] {
        site = site.set(&format!("retention.{key}_days"), "0");
    }
    let world = World::at(site);
    let site = world.service.site();
    let (school, round) = wishing(&world);
    fill(site, &school, &round, "old", [3000; 8]);
    assert!(run(site, false).as_object().expect("numbers").values().all(|count| count == 0));
}

fn calendars_show_what_was_called_off_as_long_as_promised(backend: Backend) {
    let world = World::at(Site::new(backend).set("retention.cancelled_days", "30"));
    let site = world.service.site();
    let school = world.school("Collège A");
    let feed = world.post(&format!("/api/v1/schools/{}/feeds", school.id), &json!({})).expect(201).json();
    let address = feed["url"].as_str().expect("an address");
    let path = &address[address.find("/feeds/").expect("a path")..];
    for (name, days) in [("shown", 29), ("past", 31)] {
        let (id, at) = (&school.id, text(days_ago(days)));
        let start = text(days_ago(days) - Duration::hours(1));
        site.sql(&format!(
            "INSERT INTO sessions (id, school_id, title, connections, starts_at, ends_at, state, sequence, created_at,
             changed_at) VALUES ('{name}', '{id}', '{name}', 1, '{start}', '{at}', 'cancelled', 1, '{start}', '{at}')"
        ));
    }
    let before = world.service.get(path).expect(200).text();
    assert!(before.contains("SUMMARY:Annulé : shown") && !before.contains(": past"), "{before}");
    assert_eq!(run(site, false)["cancelled"], 1);
    assert_eq!(world.service.get(path).expect(200).text(), before, "calendars notice nothing");
}

fn what_was_emptied_is_not_sent_again(backend: Backend) {
    let world = World::new(backend);
    let site = world.service.site();
    let (school, round) = wishing(&world);
    fill(site, &school, &round, "old", [91, 1, 1, 1, 0, 1, 1, 1]);
    assert_eq!(run(site, false)["mails"], 2);
    let path = format!("/api/v1/schools/{school}/notices/old-sent/resend");
    assert_eq!(world.post(&path, &json!({})).expect(409).json()["code"], "notice-emptied");
}
