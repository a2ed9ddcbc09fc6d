//! Mails with one-time links, as a real mail server gets them.

use super::{guest::Guest, school::World};
use crate::support::{
    python::{python, run},
    service::{Backend, Site, on_both},
    smtp::{Mail, SmtpServer},
};
use serde_json::{Value, json};
use std::time::Duration;

on_both!(an_invitation_and_a_link_come_by_mail);

const PATIENCE: Duration = Duration::from_secs(30);

/// The texts of a mail, as an independent parser reads them.
fn texts(mail: &Mail) -> Vec<String> {
    let answer = run(&mut python("tests/tools/read_mail.py"), &mail.raw);
    assert!(answer.ok, "{}\n{}", answer.complaint, mail.text());
    let mut found = Vec::new();
    gather(&serde_json::from_str::<Value>(&answer.output).unwrap()["body"], &mut found);
    found
}

fn gather(part: &Value, found: &mut Vec<String>) {
    found.extend(part["text"].as_str().map(str::to_owned));
    part["parts"].as_array().into_iter().flatten().for_each(|part| gather(part, found));
}

/// The secret of the link, which stands in both forms of the mail.
fn secret(mail: &Mail, page: &str) -> String {
    let secrets: Vec<String> = texts(mail)
        .iter()
        .filter_map(|text| text.split(&format!("/{page}/")).nth(1)?.get(..64).map(str::to_owned))
        .collect();
    assert_eq!(secrets.len(), 2, "{}", mail.text());
    assert_eq!(secrets[0], secrets[1]);
    secrets[0].clone()
}

fn an_invitation_and_a_link_come_by_mail(backend: Backend) {
    let server = SmtpServer::start();
    let world = World::at(Site::new(backend).mails_to(&server));
    let school = world.school("Collège \"A\"");
    let new = json!({
        "email": "claire@example.org", "name": "Claire <b>", "role": "teacher", "school": school.id,
        "teacher": school.teacher, "language": "en",
    });
    world.post("/api/v1/invitations", &new).expect(201);
    let mail = server.wait_for(1, PATIENCE).remove(0);
    assert_eq!(mail.to, ["claire@example.org"]);
    assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-generated"));
    let all = texts(&mail);
    assert!(all[0].contains("within 7 days") && all[0].contains("Collège \"A\""), "{}", all[0]);
    assert!(all[1].contains("Claire &#60;b&#62;"), "{}", all[1]);
    let given = json!({"secret": secret(&mail, "invitation")});
    Guest::new(&world).post("/api/v1/sign-in/invitation", &given).expect(200);

    Guest::new(&world).post("/api/v1/sign-in/links", &json!({"email": "nobody@example.org"})).expect(202);
    Guest::new(&world).post("/api/v1/sign-in/links", &json!({"email": "claire@example.org"})).expect(202);
    let mail = server.wait_for(2, PATIENCE).remove(1);
    assert_eq!(mail.header("Subject").as_deref(), Some("Your link to sign in to =?utf-8?b?Q3LDqW5lYXU=?="));
    assert!(texts(&mail)[0].contains("within 15 minutes"));
    assert_eq!(mail.header("List-Unsubscribe"), None, "without it nobody could sign in");
    let given = json!({"secret": secret(&mail, "link")});
    Guest::new(&world).post("/api/v1/sign-in/link", &given).expect(200);
    assert_eq!(server.mails().len(), 2, "nobody gets no mail");
    // An admin does not see who signs in among the school's mails.
    let notices = world.get(&format!("/api/v1/schools/{}/notices", school.id)).expect(200).json();
    assert_eq!(notices, json!([]));
}
