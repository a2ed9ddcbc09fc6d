//! Which delivery is sent next.

use crate::fixture::{Fixture, at};
use crate::support::service::{Backend, on_both};
use chrono::Duration;
use creneau::{
    domain::{event::Event, id::Id, webhook::Webhook},
    store::{self, deliveries::NewDelivery, jobs::Lease},
};

on_both!(dead_receivers_leave_workers_to_others);

/// Deliveries of one webhook that are under way at a time.
const MOST: usize = 4;

fn dead_receivers_leave_workers_to_others(backend: Backend) {
    let fixture = Fixture::new(backend, 100);
    let now = at("2020-03-16T09:00");
    let webhook = |name: &str, failing: bool| Webhook {
        id: name.into(),
        school: Some(fixture.school.id.clone()),
        platform: None,
        url: "https://example.org/news".to_owned(),
        events: vec![Event::PlanPublished],
        description: String::new(),
        enabled: true,
        disabled: None,
        failing_since: failing.then_some(now),
        old_secret_until: None,
        created_at: now,
    };
    let enqueue = |name: &str, since: Duration| {
        fixture
            .store
            .write_now(|conn| {
                let body = "{}";
                for number in 0..MOST {
                    let cause = format!("{name}/{number}");
                    let new = NewDelivery { webhook: &Id::from(name), event: "plan-published", cause: &cause, body };
                    store::deliveries::enqueue(conn, &new, now - since)?;
                }
                Ok::<_, store::StoreError>(())
            })
            .unwrap();
    };
    let insert = |webhook: &Webhook| {
        let write = |conn: &mut store::Conn| {
            store::webhooks::insert(conn, webhook, "secret")?;
            store::webhooks::update(conn, webhook)
        };
        fixture.store.write_now(write).unwrap();
    };
    for number in 0..8 {
        let dead = format!("dead{number}");
        insert(&webhook(&dead, true));
        enqueue(&dead, Duration::minutes(5));
    }
    insert(&webhook("well", false));
    enqueue("well", Duration::minutes(1));
    let lease = Lease { owner: "worker".to_owned(), until: now + Duration::minutes(1) };
    let claimed: Vec<Id> = std::iter::from_fn(|| {
        let claim = |conn: &mut store::Conn| store::deliveries::claim(conn, &lease, MOST, now);
        fixture.store.write_now(claim).unwrap().map(|dispatch| dispatch.webhook)
    })
    .collect();
    let (well, dead): (Vec<&Id>, Vec<&Id>) = claimed.iter().partition(|id| id.as_str() == "well");
    assert_eq!((well.len(), dead.len()), (MOST, 16), "and no more: all others wait");
}
