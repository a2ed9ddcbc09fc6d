//! Which mails somebody gets: said by the person, by whoever presses a button in a mail, and heard of by the outbox.

use super::{
    guest::{Guest, Mailbox},
    rules::plan,
    school::{School, World},
};
use crate::support::{
    service::{Answer, Backend, Site, on_both},
    smtp::SmtpServer,
};
use chrono::{Duration, Timelike, Utc};
use reqwest::Method;
use serde_json::{Value, json};

on_both!(
    a_person_says_which_mails_are_wanted,
    a_link_in_a_mail_switches_its_kind_off_and_on,
    what_a_teacher_said_goes_along_into_the_account,
    mails_wait_in_quiet_hours_unless_it_is_urgent,
);

const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);
const MINE: &str = "/api/v1/me/mail-preferences";

/// The kinds of the school's notices so far, sorted.
fn kinds(world: &World, school: &School) -> Vec<String> {
    let list = world.get(&format!("/api/v1/schools/{}/notices", school.id)).expect(200).json();
    let kind = |notice: &Value| notice["kind"].as_str().expect("a kind").to_owned();
    let mut kinds: Vec<String> = list.as_array().expect("a list").iter().map(kind).collect();
    kinds.sort();
    kinds
}

fn open_round(world: &World, school: &School, name: &str) {
    let round = json!({"name": name, "starts_on": "2030-03-18", "ends_on": "2030-03-24"});
    world.made(&format!("/api/v1/schools/{}/rounds", school.id), &round);
}

/// Books a class of the school's teacher; hours are the school's.
fn book(world: &World, school: &School, at: &str) -> Answer {
    let class = json!({"title": "Maths", "teachers": [school.teacher], "groups": [school.group], "duration_minutes": 30,
        "starts_at_local": at});
    world.post(&format!("/api/v1/schools/{}/bookings", school.id), &class)
}

fn a_person_says_which_mails_are_wanted(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let school = world.school("Collège A");
    let new =
        json!({"email": "bernard@example.org", "role": "teacher", "school": school.id, "teacher": school.teacher});
    let mut guest = world.join(&mailbox, &new);
    assert_eq!(guest.get(MINE).expect(200).json(), json!({"switched_off": [], "quiet_hours": null}));
    for (wrong, code) in [
        (json!({"switched_off": ["sign-in"]}), "cannot-switch-off"),
        (json!({"quiet_hours": {"from_minute": 7, "to_minute": 7}}), "bad-span"),
    ] {
        assert_eq!(guest.put(MINE, &wrong).expect(422).json()["findings"][0]["code"], code);
    }
    guest.put(MINE, &json!({"switched_off": ["news"]})).expect(422);
    guest.put(MINE, &json!({"quiet": true})).expect(422);

    open_round(&world, &school, "one");
    let wanted = json!({"switched_off": ["swap", "round-opened", "swap"]});
    let set = guest.put(MINE, &wanted).expect(200).json();
    assert_eq!(set, json!({"switched_off": ["round-opened", "swap"], "quiet_hours": null}));
    assert_eq!(guest.get(MINE).expect(200).json(), set);
    open_round(&world, &school, "two");
    book(&world, &school, "2030-03-18T09:00").expect(201);
    assert_eq!(kinds(&world, &school), ["round-opened", "sessions-changed"], "the second round is not told of");

    // An admin sees why somebody got none, and cannot change it; nobody else sees it.
    let path = format!("/api/v1/schools/{}/teachers/{}/mail-preferences", school.id, school.teacher);
    let seen = world.send(Method::GET, &path, Some(&school.admin_token), None).expect(200).json();
    assert_eq!(seen, set);
    world.send(Method::GET, &path, Some(&school.teacher_token), None).expect(403);
    assert_eq!(guest.get("/api/v1/me/data").expect(200).json()["mail_preferences"], set);
    // What publishing a plan would do counts only those who want to hear of it.
    let rounds = world.get(&format!("/api/v1/schools/{}/rounds", school.id)).expect(200).json();
    let round = rounds[0]["id"].as_str().expect("an id").to_owned();
    let wish = json!({"title": "SVT", "teachers": [school.teacher], "groups": [school.group], "duration_minutes": 30,
        "preferred": [{"start": "2030-03-19T10:00"}]});
    world.made(&format!("/api/v1/rounds/{round}/requests"), &wish);
    let plan = plan(&world, &round);
    let mails = || {
        let path = format!("/api/v1/plans/{}/publication", plan["id"].as_str().expect("an id"));
        let preview = world.get(&path).expect(200).json();
        (preview["mails"].clone(), preview["teachers"][0]["mail"].clone())
    };
    assert_eq!(mails(), (json!(1), json!(true)));
    guest.put(MINE, &json!({"switched_off": ["plan-published"]})).expect(200);
    assert_eq!(mails(), (json!(0), json!(false)));
    // A link to sign in comes whatever is said.
    Guest::new(&world).post("/api/v1/sign-in/links", &json!({"email": "bernard@example.org"})).expect(202);
    mailbox.next(&world, "bernard@example.org", "link");
}

fn a_link_in_a_mail_switches_its_kind_off_and_on(backend: Backend) {
    let server = SmtpServer::start();
    let world = World::at(Site::new(backend).mails_to(&server));
    let school = world.school("Collège A");
    open_round(&world, &school, "one");
    let mail = server.wait_for(1, PATIENCE).remove(0);
    assert_eq!(mail.header("List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
    let header = mail.header("List-Unsubscribe").expect("a link");
    let path = header.trim_matches(['<', '>']).split_once("/unsubscribe/").expect("our page").1;
    let path = format!("/unsubscribe/{path}");
    assert!(path.ends_with("/round-opened") && path.len() > 64 + 12, "{path}");
    let body = mail.text().replace("=\r\n", "");
    assert!(body.matches(&path).count() >= 3, "it stands in both forms of the mail, too: {body}");
    let wanted = || {
        let path = format!("/api/v1/schools/{}/teachers/{}/mail-preferences", school.id, school.teacher);
        world.get(&path).expect(200).json()["switched_off"] == json!([])
    };

    // Scanners of mailboxes look, and look again.
    for _ in 0..2 {
        let page = world.service.get(&format!("{path}?lang=en")).expect(200);
        assert!(page.text().contains("Stop them"), "{}", page.text());
    }
    assert!(wanted(), "looking changes nothing");
    // What a mail program sends: no cookie, no referrer, from wherever it likes; and perhaps twice.
    for _ in 0..2 {
        let click = world
            .service
            .request(Method::POST, &path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", "https://mail.example")
            .header("sec-fetch-site", "cross-site")
            .body("List-Unsubscribe=One-Click");
        let answer = Answer::to(click).expect(200);
        assert!(answer.text().contains(&format!("{path}/undo")), "{}", answer.text());
    }
    assert!(!wanted());
    open_round(&world, &school, "two");
    assert_eq!(kinds(&world, &school), ["round-opened"]);
    book(&world, &school, "2030-03-18T09:00").expect(201);
    assert_eq!(kinds(&world, &school).len(), 2, "other kinds still come");
    // It can be taken back.
    world.service.post_form(&format!("{path}/undo"), &[]).expect(200);
    assert!(wanted());

    let secret = path.split('/').nth(2).expect("a secret");
    for wrong in [
        path.replace(secret, &"0".repeat(64)),
        path.replace("round-opened", "sign-in"),
        path.replace("round-opened", "invitation"),
        path.replace("round-opened", "everything"),
    ] {
        let page = world.service.get(&wrong).expect(404).text();
        assert!(!page.contains(secret), "{page}");
        world.service.post_form(&wrong, &[]).expect(404);
    }
    assert!(wanted());
    assert!(!world.service.log().contains(secret), "the secret stands in no log");
}

/// Who switched something off by a link in a mail finds it so in the account; from then on both say the same.
fn what_a_teacher_said_goes_along_into_the_account(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let school = world.school("Collège A");
    open_round(&world, &school, "one");
    let secret = mailbox.next(&world, "bernard@example.org", "unsubscribe");
    let path = format!("/unsubscribe/{secret}/round-opened");
    world.service.post_form(&path, &[("List-Unsubscribe", "One-Click")]).expect(200);
    let new =
        json!({"email": "bernard@example.org", "role": "teacher", "school": school.id, "teacher": school.teacher});
    let mut guest = world.join(&mailbox, &new);
    assert_eq!(guest.get(MINE).expect(200).json()["switched_off"], json!(["round-opened"]));
    guest.put(MINE, &json!({"switched_off": ["swap"]})).expect(200);
    open_round(&world, &school, "two");
    assert_eq!(kinds(&world, &school), ["round-opened", "round-opened"]);
    // The link in the mail from before speaks for the person now.
    world.service.post_form(&path, &[]).expect(200);
    assert_eq!(guest.get(MINE).expect(200).json()["switched_off"], json!(["round-opened", "swap"]));
    // Another address may be somebody else's: who reads it decides nothing for the person, nor do old links for them.
    let teacher = format!("/api/v1/schools/{}/teachers/{}", school.id, school.teacher);
    world.put(&teacher, &json!({"name": "Mme Bernard", "email": "other@example.org"})).expect(200);
    world.service.post_form(&path, &[]).expect(404);
    open_round(&world, &school, "three");
    let other = mailbox.next(&world, "other@example.org", "unsubscribe");
    assert_ne!(other, secret);
    world.service.post_form(&format!("/unsubscribe/{other}/plan-published"), &[]).expect(200);
    assert_eq!(guest.get(MINE).expect(200).json()["switched_off"], json!(["round-opened", "swap"]));
    let seen = world.get(&format!("{teacher}/mail-preferences")).expect(200).json();
    assert_eq!(seen["switched_off"], json!(["plan-published"]));
}

fn mails_wait_in_quiet_hours_unless_it_is_urgent(backend: Backend) {
    let (world, mailbox) = (World::new(backend), Mailbox::default());
    let school = world.school("Collège A");
    let own = format!("/api/v1/schools/{}", school.id);
    let new =
        json!({"email": "bernard@example.org", "role": "teacher", "school": school.id, "teacher": school.teacher});
    let mut guest = world.join(&mailbox, &new);
    // Quiet from an hour ago until in two hours, by the school's clocks.
    let zone = chrono_tz::Europe::Paris;
    let local = Utc::now().with_timezone(&zone);
    let minute = local.hour() * 60 + local.minute();
    let quiet = json!({"quiet_hours": {"from_minute": (minute + 1380) % 1440, "to_minute": (minute + 120) % 1440}});
    guest.put(MINE, &quiet).expect(200);

    open_round(&world, &school, "one");
    let notices = || world.get(&format!("{own}/notices")).expect(200).json();
    let waiting = &notices()[0];
    let at = waiting["run_after"].as_str().expect("an instant").parse::<chrono::DateTime<Utc>>().expect("an instant");
    let wait = at - Utc::now();
    assert!(wait > Duration::minutes(110) && wait <= Duration::minutes(121), "{waiting}");
    // A class far away waits; one that begins within 24 hours does not.
    book(&world, &school, "2030-03-18T09:00").expect(201);
    let open = json!({"name": "Collège A", "time_zone": "Europe/Paris", "language": "fr", "opening_hours":
        (1..=7).map(|day| json!({"weekday": day, "from_minute": 0, "to_minute": 1440})).collect::<Vec<_>>()});
    world.put(&own, &open).expect(200);
    let soon = (local + Duration::hours(20)).format("%Y-%m-%dT%H:00").to_string();
    book(&world, &school, &soon).expect(201);
    std::thread::sleep(std::time::Duration::from_secs(2));
    let states: Vec<(Value, Value)> =
        notices().as_array().expect("a list").iter().map(|it| (it["kind"].clone(), it["state"].clone())).collect();
    let count = |kind: &str, state: &str| states.iter().filter(|it| it.0 == kind && it.1 == state).count();
    assert_eq!(count("round-opened", "queued"), 1, "{states:?}");
    assert_eq!((count("sessions-changed", "queued"), count("sessions-changed", "sent")), (1, 1), "{states:?}");
    // A sign-in never waits.
    Guest::new(&world).post("/api/v1/sign-in/links", &json!({"email": "bernard@example.org"})).expect(202);
    mailbox.next(&world, "bernard@example.org", "link");
}
