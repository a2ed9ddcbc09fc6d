//! Two schools that share a pool, and the processes of a service that writers race in.

use crate::{
    checks,
    model::{Limit, Model},
    support::service::{Answer, Service, Site},
    writer::Writer,
};
use creneau::{
    domain::id::Id,
    store::{Store, StoreError},
};
use reqwest::{
    Method,
    blocking::{Client, RequestBuilder},
};
use serde_json::{Value, json};
use std::{
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Processes of the service.
const SERVICES: usize = 4;
/// Writers, spread over them.
const WRITERS: usize = 64;
/// What each pool holds at first; a class takes ten.
pub const MOST: u32 = 60;
/// Teachers of each school, and groups; each second group overlaps with the one before it.
const PEOPLE: usize = 8;

/// A school, by ids.
pub struct School {
    pub id: Id,
    pub teachers: Vec<Id>,
    pub groups: Vec<Id>,
}

/// A pool whose limit is changed during the race, and how.
pub struct Cut {
    pub pool: Id,
    pub path: String,
    pub body: Value,
    /// Held by whoever changes it.
    pub turn: Mutex<()>,
}

pub struct Scene {
    services: Vec<Mutex<Service>>,
    /// Where each listens: writers go on while one is started again.
    pub addresses: Vec<String>,
    pub client: Client,
    /// A program that may do everything, by its token.
    operator: String,
    /// A person who may, by the cookie of their browser: whoever acts is looked up in each transaction.
    person: String,
    pub schools: Vec<School>,
    pub cuts: Vec<Cut>,
    model: Mutex<Model>,
}

impl Scene {
    pub fn new(site: Site) -> Self {
        let mut first = site.serve();
        let operator = first.site().run(&["token", "operator"]).trim().to_owned();
        first.authorise(&operator);
        let cuts = vec![shared_pool(&first)];
        let schools: Vec<School> = ["Collège A", "Collège B"].map(|name| school(&first, name)).into();
        let mut scene = Self {
            addresses: Vec::new(),
            client: Client::builder()
                .timeout(Duration::from_secs(60))
                .pool_max_idle_per_host(0)
                .build()
                .expect("a client needs nothing"),
            operator,
            person: person(&first),
            cuts,
            schools,
            model: Mutex::new(Model::default()),
            services: Vec::new(),
        };
        for school in &scene.schools {
            let path = format!("/api/v1/schools/{}", school.id);
            first.put_json(&format!("{path}/pools/{}", scene.cuts[0].pool), &json!({})).expect(204);
            let own = text(&first.get(&format!("{path}/pools")).expect(200).json()[0]["id"]);
            first.put_json(&format!("{path}/capacity"), &json!({"connections": MOST})).expect(200);
            let (path, body) = (format!("{path}/capacity"), json!({}));
            scene.cuts.push(Cut { pool: own, path, body, turn: Mutex::new(()) });
        }
        let now = Instant::now();
        for cut in &scene.cuts {
            let limit = Limit { connections: MOST, sent: now, answered: Some(now) };
            scene.model().limits.insert(cut.pool.clone(), vec![limit]);
        }
        let others: Vec<Service> = (1..SERVICES).map(|_| first.beside()).collect();
        for service in std::iter::once(first).chain(others) {
            scene.addresses.push(service.url(""));
            scene.services.push(Mutex::new(service));
        }
        scene
    }

    pub fn model(&self) -> MutexGuard<'_, Model> {
        self.model.lock().expect("a check that fails ends the test")
    }

    pub fn services(&self) -> usize {
        self.services.len()
    }

    /// A request, sent by the person or by the program.
    pub fn request(&self, method: Method, address: String, by_person: bool) -> RequestBuilder {
        let request = self.client.request(method, address);
        if by_person {
            request.header("cookie", &self.person).header("sec-fetch-site", "same-origin")
        } else {
            request.bearer_auth(&self.operator)
        }
    }

    /// Lets all writers write for a while, with `meanwhile` beside them, and looks at the database now and then.
    pub fn race(&self, duration: Duration, meanwhile: impl FnOnce() + Send) {
        let end = Instant::now() + duration;
        let others = AtomicBool::new(true);
        std::thread::scope(|scope| {
            let others = &others;
            scope.spawn(move || {
                let _told = Finished(others);
                meanwhile();
            });
            for number in 0..WRITERS {
                scope.spawn(move || {
                    let mut writer = Writer::new(self, number);
                    // The survivors see what was killed come back.
                    while Instant::now() < end || others.load(Ordering::Relaxed) {
                        writer.write();
                    }
                });
            }
            scope.spawn(move || {
                while Instant::now() < end {
                    std::thread::sleep(Duration::from_secs(1));
                    checks::in_passing(self);
                }
            });
        });
    }

    /// Compares everything that was acknowledged with what is there.
    pub fn check(&self) {
        checks::at_rest(self);
    }

    pub fn kill_service(&self, number: usize) {
        self.services[number].lock().expect("one killer").kill9();
    }

    pub fn start_service(&self, number: usize) {
        self.services[number].lock().expect("one killer").restart();
    }

    /// The database, as the service reads it; opened anew, for its server may have been away.
    pub fn open(&self) -> Result<Store, StoreError> {
        self.services[0].lock().expect("one killer").site().store()
    }

    /// Whose classes count in a pool.
    pub fn schools_of(&self, pool: &Id) -> Vec<&Id> {
        let own = self.cuts.iter().skip(1).zip(&self.schools).filter(|(cut, _)| cut.pool == *pool);
        let own: Vec<&Id> = own.map(|(_, school)| &school.id).collect();
        if own.is_empty() { self.schools.iter().map(|school| &school.id).collect() } else { own }
    }
}

/// Tells writers that nothing happens beside them any more, also when it failed.
struct Finished<'a>(&'a AtomicBool);

impl Drop for Finished<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Makes the account that the first start invites, and tells its cookie.
fn person(service: &Service) -> String {
    let account = json!({"secret": service.first_invitation(), "email": "odile@example.org", "name": "Odile"});
    let request = service.request(Method::POST, "/api/v1/sign-in/invitation").header("sec-fetch-site", "same-origin");
    let answer = Answer::to(request.json(&account)).expect(200);
    let cookie = answer.header("set-cookie").expect("a cookie");
    cookie.split(';').next().expect("its value").to_owned()
}

fn shared_pool(service: &Service) -> Cut {
    let body = json!({"name": "platform/shared", "kind": "concurrent", "connections": MOST});
    let pool = text(&service.post_json("/api/v1/pools", &body).expect(201).json()["id"]);
    Cut { path: format!("/api/v1/pools/{pool}"), pool, body, turn: Mutex::new(()) }
}

fn school(service: &Service, name: &str) -> School {
    let made = |path: &str, body: &Value| text(&service.post_json(path, body).expect(201).json()["id"]);
    let id = made("/api/v1/schools", &json!({"name": name, "connections": MOST}));
    let path = format!("/api/v1/schools/{id}");
    let teachers = (0..PEOPLE).map(|n| made(&format!("{path}/teachers"), &json!({"name": format!("Teacher {n}")})));
    let teachers = teachers.collect();
    let mut groups: Vec<Id> = Vec::new();
    for number in 0..PEOPLE {
        let overlaps = groups.last().filter(|_| number % 2 == 1).into_iter().collect::<Vec<_>>();
        let body = json!({"name": format!("Group {number}"), "headcount": 9, "overlaps": overlaps});
        let group = made(&format!("{path}/groups"), &body);
        groups.push(group);
    }
    School { id, teachers, groups }
}

pub fn text(value: &Value) -> Id {
    Id::from(value.as_str().expect("an id"))
}
