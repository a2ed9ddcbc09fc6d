//! The whole chain, once on each database: a real school's wishes become a plan, the plan a week, the week calendars and
//! mails; then one class moves, and calendar and mailbox hear of it.

use crate::support::{
    calendar,
    service::{Backend, Service, Site, on_both},
    smtp::SmtpServer,
};
use chrono::NaiveDateTime;
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

/// Two weeks of a real Danish school, with the change to summer time between them.
const ROUND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rounds/schools/DK-VG-09.json.gz");

/// Its classes. There is a place for each.
const CLASSES: usize = 553;
/// How often more time is given to place the rest: a busy machine needs more than one solve of some seconds.
const MOST_SOLVES: usize = 12;

on_both!(a_real_schools_week);

fn a_real_schools_week(backend: Backend) {
    let mails = SmtpServer::start();
    let site = Site::new(backend).mails_to(&mails);
    let zone = ["--time-zone", "Europe/Copenhagen"];
    let arguments = [&["import", ROUND, "--json", "--teacher-email-domain", "example.org"], &zone[..]].concat();
    let imported: Value = serde_json::from_str(&site.run(&arguments)).expect("import prints JSON");
    let mut service = site.serve();
    service.authorise(imported["admin_token"].as_str().expect("a token"));
    let (school, round) = (text(&imported["school"]), text(&imported["round"]));

    // Solve, look, publish.
    let plan = plan(&service, &round);
    let publication = json!({"plan": plan, "replaces": null});
    let path = format!("/api/v1/rounds/{round}/publication");
    let published = service.post_json(&path, &publication).expect(200).json();
    let changes = published["changes"].as_array().expect("changes").clone();
    assert_eq!(changes.len(), CLASSES, "every class found a place");
    service.post_json(&path, &publication).expect(409);

    // A group's calendar, read by a parser that is not ours, shows what was published, at the school's local time.
    let groups = service.get(&format!("/api/v1/schools/{school}/groups")).expect(200).json();
    let busiest = busiest(&changes);
    let group = groups.as_array().expect("groups").iter().find(|group| text(&group["id"]) == busiest);
    let feed = json!({"group": group.expect("the group is listed")["id"]});
    let feed = service.post_json(&format!("/api/v1/schools/{school}/feeds"), &feed).expect(201).json();
    let feed = text(&feed["path"]);
    let first = service.get(&feed).expect(200);
    let events = calendar::read(&first.body);
    let of_group: Vec<&Value> =
        changes.iter().map(|change| &change["session"]).filter(|session| has(session, &busiest)).collect();
    assert_eq!(events.len(), of_group.len());
    let mut offsets = BTreeSet::new();
    for session in &of_group {
        let uid = text(&session["id"]);
        let event = events.iter().find(|event| event.uid.starts_with(&uid)).expect("every session is in the calendar");
        let (local, utc) = (moment(&event.start.local), moment(event.start.utc.as_deref().expect("no floating time")));
        assert_eq!(utc, moment(&text(&session["starts_at"])), "{uid}");
        let hours = if utc < moment("2020-03-29T01:00:00Z") { 1 } else { 2 };
        assert_eq!((local - utc).num_hours(), hours, "{uid} is shown at the school's local time");
        offsets.insert(hours);
    }
    assert_eq!(offsets.len(), 2, "the weeks stand on both sides of the change to summer time");

    // Every teacher with a class gets one mail.
    let teachers: BTreeSet<String> = changes.iter().flat_map(|change| list(&change["session"]["teachers"])).collect();
    let sent = mails.wait_for(teachers.len(), Duration::from_secs(60));
    let mut recipients: Vec<String> = sent.iter().flat_map(|mail| mail.to.clone()).collect();
    recipients.sort();
    recipients.dedup();
    assert_eq!((sent.len(), recipients.len()), (teachers.len(), teachers.len()), "one mail a teacher");
    assert!(sent.iter().all(|mail| mail.text().contains("text/calendar")), "each with its calendar");

    // One class is called off: the calendar says so under the same UID, one teacher's worth of mail goes out.
    let session =
        of_group.iter().find(|session| list(&session["teachers"]).len() == 1).expect("a class of one teacher");
    let uid = text(&session["id"]);
    service.post_json(&format!("/api/v1/sessions/{uid}/cancellation"), &json!({})).expect(200);
    let second = service.get(&feed).expect(200);
    assert_ne!(first.header("etag"), second.header("etag"));
    let events = calendar::read(&second.body);
    assert_eq!(events.len(), of_group.len(), "a cancelled class stays, marked as such");
    let event = events.iter().find(|event| event.uid.starts_with(&uid)).expect("the same UID");
    assert_eq!((event.status.as_deref(), event.sequence), (Some("CANCELLED"), 1));
    let sent = mails.wait_for(teachers.len() + 1, Duration::from_secs(60));
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(mails.mails().len(), teachers.len() + 1, "one change, one mail");
    let identities: BTreeSet<_> = sent.iter().map(|mail| mail.header("message-id")).collect();
    assert_eq!(identities.len(), sent.len(), "every mail has an identity of its own");
}

/// A plan with a place for every class, as far as a few solves, each from the one before, can find it.
fn plan(service: &Service, round: &str) -> String {
    let mut order = json!({"seconds": 5, "seed": 1});
    let mut plan = String::new();
    for _ in 0..MOST_SOLVES {
        let job = service.post_json(&format!("/api/v1/rounds/{round}/jobs"), &order).expect(202);
        let address = job.header("location").expect("where to look").to_owned();
        let job = service.wait_for(&address, |job| job["state"] != "queued" && job["state"] != "running");
        assert_eq!(job["state"], "done", "{job}");
        plan = text(&job["plan"]);
        if service.get(&format!("/api/v1/plans/{plan}")).expect(200).json()["unplaced"] == 0 {
            break;
        }
        order["from"] = json!(plan);
        order["move_cost"] = json!(0);
    }
    plan
}

/// The group that most sessions are for.
fn busiest(changes: &[Value]) -> String {
    let mut count: HashMap<String, usize> = HashMap::new();
    for group in changes.iter().flat_map(|change| list(&change["session"]["groups"])) {
        *count.entry(group).or_default() += 1;
    }
    count.into_iter().max_by_key(|(id, count)| (*count, id.clone())).expect("a group").0
}

fn has(session: &Value, group: &str) -> bool {
    list(&session["groups"]).iter().any(|id| id == group)
}

fn list(value: &Value) -> Vec<String> {
    value.as_array().expect("a list").iter().map(text).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// A date and time as the API and the calendar reader write it, with or without its zone.
fn moment(text: &str) -> NaiveDateTime {
    let plain = text.get(..19).unwrap_or(text).replace(' ', "T");
    NaiveDateTime::parse_from_str(&plain, "%Y-%m-%dT%H:%M:%S").unwrap_or_else(|_| panic!("{text} is no moment"))
}
