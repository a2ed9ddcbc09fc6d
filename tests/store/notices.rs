//! Mails: withdrawn while they are on their way, sent again to an address that was corrected, and whose settings they heed.

use crate::{
    fixture::{Fixture, at, code},
    support::service::{Backend, on_both},
};
use chrono::{Duration, Utc};
use creneau::{
    app::{outbox::NoticesPart, solving::Holder},
    domain::{
        access::{Principal, Role},
        account::{Membership, Person},
        event::Event,
        id::Id,
        mail_preferences::{MailPreferences, MailReader},
        notice::{Notice, NoticeState, NoticeStatus},
        people::{Language, Teacher},
        round::Request,
    },
    mail::Undelivered,
    store::{self, StoreError},
};

on_both!(
    what_is_withdrawn_on_its_way_is_not_tried_again,
    a_mail_that_is_sent_again_goes_to_the_present_address,
    a_personal_link_does_not_speak_for_an_account,
    a_teacher_has_so_many_wishes_and_no_more,
);

const OLD: &str = "ada@old.example";
const SECRET: &str = "5ec2e7";

/// A notice to the first teacher, who has an address.
fn notice(fixture: &Fixture, number: u32) -> Notice {
    let now = Utc::now();
    let teacher = Teacher { email: Some(OLD.into()), ..fixture.teachers[0].clone() };
    let unsubscribe = format!("http://localhost/unsubscribe/{SECRET}/round-opened");
    let attendee = "ATTENDEE;CN=Ada;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:ada@old.exam\r\n ple";
    let notice = Notice {
        id: Id::new(now),
        school: Some(fixture.school.id.clone()),
        teacher: Some(teacher.id.clone()),
        cause: format!("cause/{number}"),
        kind: Event::RoundOpened,
        message_id: format!("{number}@creneau.test"),
        to_name: "Mme Ada".into(),
        to_address: OLD.into(),
        subject: "subject".into(),
        text: format!("text {unsubscribe}"),
        html: format!("page {unsubscribe}"),
        calendar: Some(format!("BEGIN:VCALENDAR\r\n{attendee}\r\nEND:VCALENDAR\r\n")),
        thread: Some("round-1@creneau.test".into()),
        unsubscribe: Some(unsubscribe),
        created_at: at("2020-03-16T09:00"),
        send_at: at("2020-03-16T09:00"),
    };
    let write = |conn: &mut store::Conn| {
        store::teachers::update(conn, &teacher)?;
        if store::mail_readers::get(conn, &teacher.id)?.is_none() {
            let preferences = MailPreferences::default();
            store::mail_readers::insert(
                conn,
                &MailReader { id: teacher.id.clone(), secret: SECRET.into(), preferences },
            )?;
        }
        store::notices::enqueue(conn, &notice)
    };
    fixture.store.write_now(write).unwrap();
    notice
}

fn holder(owner: &str) -> Holder {
    Holder { owner: owner.into(), seconds: 30 }
}

fn status(fixture: &Fixture, notice: &Notice) -> NoticeStatus {
    fixture.read(|conn| store::notices::status(conn, &notice.id))
}

/// An account that is the first teacher.
fn account(fixture: &Fixture, email: &str) {
    let now = at("2020-03-16T09:00");
    let person = Person {
        id: Id::new(Utc::now()),
        email: email.into(),
        name: "Ada".into(),
        language: Language::Fr,
        has_password: false,
        created_at: now,
    };
    let membership = Membership {
        id: Id::new(Utc::now()),
        person: person.id.clone(),
        role: Role::Teacher,
        school: Some(fixture.school.id.clone()),
        teacher: Some(fixture.teachers[0].id.clone()),
        created_at: now,
    };
    let write = |conn: &mut store::Conn| {
        store::people::insert(conn, &person, None)?;
        store::memberships::insert(conn, &membership)
    };
    fixture.store.write_now(write).unwrap();
}

fn what_is_withdrawn_on_its_way_is_not_tried_again(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let worker = holder("worker");
    let claimed = || fixture.app.claim_notice(&worker, None).unwrap();
    let withdraw =
        |notice: &Notice| fixture.wait(fixture.app.withdraw_notice(&fixture.admin, &fixture.school.id, &notice.id));
    let stands = |notice: &Notice| {
        let status = status(&fixture, notice);
        (status.state, status.error.unwrap_or_default())
    };
    let withdrawn = (NoticeState::Failed, "withdrawn by an admin".to_owned());

    // The server was busy, or refused: it stays withdrawn, and nobody takes it up again.
    for (number, answer) in
        [Undelivered::Deferred("busy".into()), Undelivered::Refused("no".into())].into_iter().enumerate()
    {
        let notice = notice(&fixture, u32::try_from(number).unwrap());
        let (on_its_way, attempts) = claimed().expect("it is due");
        assert_eq!(withdraw(&notice).unwrap().state, NoticeState::Failed);
        assert!(!fixture.app.hold_notice(&notice.id, &worker).unwrap(), "the worker learns of it");
        fixture.app.settle_notice(&on_its_way, attempts, &worker, &Err(answer)).unwrap();
        assert_eq!(stands(&notice), withdrawn);
        assert!(claimed().is_none());
        assert_eq!(code(withdraw(&notice)), "notice-gone");
    }
    // The server took it all the same: that is what is told.
    let taken = notice(&fixture, 7);
    let (on_its_way, attempts) = claimed().expect("it is due");
    withdraw(&taken).unwrap();
    fixture.app.settle_notice(&on_its_way, attempts, &worker, &Ok(())).unwrap();
    assert_eq!(stands(&taken), (NoticeState::Sent, String::new()));
    assert!(status(&fixture, &taken).sent_at.is_some());

    // Sent again while the first attempt hangs: what becomes of that one says nothing of the second.
    let again = notice(&fixture, 8);
    let (on_its_way, attempts) = claimed().expect("it is due");
    withdraw(&again).unwrap();
    fixture.wait(fixture.app.resend_notice(&fixture.admin, &fixture.school.id, &again.id)).unwrap();
    fixture.app.settle_notice(&on_its_way, attempts, &worker, &Ok(())).unwrap();
    assert_eq!(stands(&again).0, NoticeState::Queued);
    let other = holder("other");
    let (on_its_way, attempts) = fixture.app.claim_notice(&other, None).unwrap().expect("it is due");
    fixture.app.settle_notice(&on_its_way, attempts, &other, &Ok(())).unwrap();

    // A round that is deleted takes back what is on its way, too; and a worker that died keeps nothing from being withdrawn.
    let late = notice(&fixture, 9);
    let (on_its_way, attempts) = claimed().expect("it is due");
    let give_up = |conn: &mut store::Conn| {
        store::notices::give_up_thread(conn, "round-1@creneau.test", "the round was deleted", Utc::now())
    };
    fixture.store.write_now(give_up).unwrap();
    let busy = Err(Undelivered::Deferred("busy".into()));
    fixture.app.settle_notice(&on_its_way, attempts, &worker, &busy).unwrap();
    assert_eq!(stands(&late), (NoticeState::Failed, "the round was deleted".to_owned()));
    assert_eq!(stands(&taken).0, NoticeState::Sent, "what was sent was sent");
    assert!(claimed().is_none());
}

fn a_mail_that_is_sent_again_goes_to_the_present_address(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let worker = holder("worker");
    let bounced = notice(&fixture, 1);
    let deliver = || {
        let (notice, attempts) = fixture.app.claim_notice(&worker, None).unwrap().expect("it is due");
        fixture.app.settle_notice(&notice, attempts, &worker, &Ok(())).unwrap();
        notice
    };
    let resend = || {
        fixture.wait(fixture.app.resend_notice(&fixture.admin, &fixture.school.id, &bounced.id)).unwrap();
        deliver()
    };
    let first = deliver();
    assert_eq!(first, resend(), "nothing has changed, so it is the same mail");
    let moved = |email: Option<&str>| {
        let teacher = Teacher { email: email.map(str::to_owned), ..fixture.teachers[0].clone() };
        fixture.store.write_now(|conn| store::teachers::update(conn, &teacher)).unwrap();
    };
    moved(Some("ada@new.example"));
    let sent = resend();
    assert_eq!(sent.to_address, "ada@new.example");
    let calendar = sent.calendar.expect("an invitation").replace("\r\n ", "");
    assert!(calendar.contains(":mailto:ada@new.example\r\nEND") && !calendar.contains("old.example"), "{calendar}");
    let listed = fixture.wait(fixture.app.notices(&fixture.admin, &fixture.school.id, NoticesPart::default())).unwrap();
    assert_eq!(listed[0].to, "ada@new.example");
    // Another reader's link is in it once the address is that of an account.
    account(&fixture, "ada@account.example");
    moved(Some("ada@account.example"));
    let sent = resend();
    let link = sent.unsubscribe.expect("a link");
    assert!(!link.contains(SECRET) && sent.text.ends_with(&link) && sent.html.ends_with(&link), "{link}");
    // Who has no address any more keeps that of the mail.
    moved(None);
    assert_eq!(resend().to_address, "ada@account.example");
}

fn a_personal_link_does_not_speak_for_an_account(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    notice(&fixture, 1);
    let teacher = &fixture.teachers[0];
    let link = Principal::Teacher { school: fixture.school.id.clone(), teacher: teacher.id.clone() };
    let off = MailPreferences { switched_off: vec![Event::RoundOpened], ..MailPreferences::default() };
    fixture.wait(fixture.app.set_own_mail_preferences(&link, off.clone())).unwrap();
    assert_eq!(fixture.wait(fixture.app.own_mail_preferences(&link)).unwrap(), Some(off.clone()));
    // Whether or not the account has the same address.
    account(&fixture, "ada@account.example");
    for email in [OLD, "ada@account.example"] {
        let teacher = Teacher { email: Some(email.into()), ..teacher.clone() };
        fixture.store.write_now(|conn| store::teachers::update(conn, &teacher)).unwrap();
        let everything = MailPreferences::default();
        assert_eq!(code(fixture.wait(fixture.app.set_own_mail_preferences(&link, everything))), "forbidden");
        assert_eq!(fixture.wait(fixture.app.own_mail_preferences(&link)).unwrap(), None);
        if email == OLD {
            let kept = fixture.read(|conn| store::mail_readers::get(conn, &teacher.id)).expect("a reader");
            assert_eq!(kept.preferences, off);
        }
    }
}

fn a_teacher_has_so_many_wishes_and_no_more(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let round = fixture.round();
    let start = format!("{}T09:00", round.starts_at.with_timezone(&chrono_tz::Europe::Paris).date_naive());
    let wish = |title: &str, teacher: usize| fixture.wish(title, teacher, 0, &start);
    let first = fixture.enter(&round, wish("first", 0));
    let more: Vec<Request> = (1..500)
        .map(|number| Request {
            id: Id::new(Utc::now() + Duration::seconds(number)),
            reference: format!("more {number}"),
            ..first.clone()
        })
        .collect();
    fixture.store.write_now(|conn| store::requests::insert(conn, &more)).unwrap();
    let enter = |wish| fixture.wait(fixture.app.enter_request(&fixture.admin, &round.id, wish));
    assert_eq!(code(enter(wish("one more", 0))), "too-many-wishes");
    let weekly = creneau::app::requests::NewRequest { weekly: true, ..wish("each week", 0) };
    assert_eq!(code(fixture.wait(fixture.app.enter_series(&fixture.admin, &round.id, weekly))), "too-many-wishes");
    let colleague = enter(wish("colleague", 1)).unwrap();
    let replace = |id: &Id, wish| fixture.wait(fixture.app.replace_request(&fixture.admin, id, wish));
    assert_eq!(code(replace(&first.id, wish("first, changed", 0))), "ok", "there are as many as before");
    assert_eq!(code(replace(&colleague.id, wish("handed over", 0))), "too-many-wishes");
    fixture.wait(fixture.app.delete_request(&fixture.admin, &first.id)).unwrap();
    assert_eq!(code(replace(&colleague.id, wish("handed over", 0))), "ok");
    let count = |conn: &mut store::Conn| Ok::<_, StoreError>(store::requests::of_round(conn, &round.id)?.len());
    assert_eq!(fixture.read(count), 500);
}
