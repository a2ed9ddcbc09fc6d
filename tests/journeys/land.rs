//! Where the stories take place: a service with its mail server, and whoever operates it.

use super::{
    person::{Key, Person},
    school::School,
};
use crate::support::{
    process::wait_until,
    service::{Answer, Backend, Service, Site},
    smtp::{Mail, SmtpServer},
};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap},
    time::Duration,
};

/// How long a story waits for what happens by itself: long enough for a machine that does much else.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// A service, its mails, its operator.
pub struct Land {
    pub service: Service,
    pub mails: SmtpServer,
    operator: String,
    /// Federations, platforms and pools by name.
    names: RefCell<HashMap<String, String>>,
    /// Links that somebody has followed.
    followed: RefCell<BTreeSet<String>>,
}

impl Land {
    /// An empty one.
    pub fn new(backend: Backend) -> Self {
        let mails = SmtpServer::start();
        let service = Site::new(backend).mails_to(&mails).serve();
        let operator = service.site().run(&["token", "operator"]).trim().to_owned();
        Self { service, mails, operator, names: RefCell::default(), followed: RefCell::default() }
    }

    /// Sends something as somebody.
    pub fn send(&self, key: &Key, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.service.request(method, path);
        request = match key {
            Key::Nobody => request.header("sec-fetch-site", "same-origin"),
            Key::Token(token) => request.bearer_auth(token),
            Key::Session(cookie) => {
                request.header("cookie", format!("creneau_session={cookie}")).header("sec-fetch-site", "same-origin")
            }
        };
        Answer::to(match body {
            // A bare text is a table.
            Some(Value::String(table)) => request.header("content-type", "text/csv; charset=utf-8").body(table.clone()),
            Some(body) => request.json(body),
            None => request,
        })
    }

    /// Sends something as the operator.
    pub fn operator(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.send(&Key::Token(self.operator.clone()), method, path, Some(body))
    }

    /// Makes something as the operator; its id.
    pub fn make(&self, path: &str, body: &Value) -> String {
        text(&self.operator(Method::POST, path, body).expect(201).json()["id"])
    }

    /// A token for a program of the operator's making.
    pub fn token(&self, body: &Value) -> Key {
        Key::Token(text(&self.operator(Method::POST, "/api/v1/tokens", body).expect(201).json()["secret"]))
    }

    pub fn federation(&self, name: &str) {
        let id = self.make("/api/v1/federations", &json!({"name": name}));
        self.names.borrow_mut().insert(name.to_owned(), id);
    }

    /// A platform of a federation, which so many people can use at a time.
    pub fn platform(&self, name: &str, federation: &str, connections: u32) {
        let platform = self.make("/api/v1/platforms", &json!({"name": name, "federation": self.id(federation)}));
        let pool = pool_name(name);
        let body = json!({"name": pool, "kind": "concurrent", "connections": connections, "platform": platform});
        let id = self.make("/api/v1/pools", &body);
        self.names.borrow_mut().extend([(name.to_owned(), platform), (pool, id)]);
    }

    /// The platform takes `usual` connections, and only `cut` between two local hours of Paris in summer; what no
    /// longer fits is in the answer.
    pub fn cut_platform(&self, name: &str, usual: u32, cut: u32, from: &str, to: &str) -> Value {
        let path = format!("/api/v1/pools/{}", self.id(&pool_name(name)));
        let details = json!({
            "name": pool_name(name), "kind": "concurrent", "connections": usual, "platform": self.id(name),
            "dated": [{"starts_at": format!("{from}:00+02:00"), "ends_at": format!("{to}:00+02:00"), "connections": cut}],
        });
        self.operator(Method::PUT, &path, &details).expect(200).json()
    }

    /// A school that uses a platform and has so many connections of its own.
    pub fn school(&self, name: &str, platform: &str, connections: u32) -> School<'_> {
        let id = self.make("/api/v1/schools", &json!({"name": name, "connections": connections}));
        let choice = json!({"platform": self.id(platform)});
        self.operator(Method::PUT, &format!("/api/v1/schools/{id}/platform"), &choice).expect(200);
        School::new(self, id, connections)
    }

    /// Whoever runs a school, invited by the operator.
    pub fn director<'a>(&'a self, school: &'a School<'a>, name: &str) -> Person<'a> {
        let invitation = json!({"email": address(name), "name": name, "role": "admin", "school": school.id});
        self.operator(Method::POST, "/api/v1/invitations", &invitation).expect(201);
        Person::accepts(school, name)
    }

    fn id(&self, name: &str) -> String {
        self.names.borrow().get(name).unwrap_or_else(|| panic!("nobody has spoken of {name}")).clone()
    }

    /// The mails to an address so far.
    pub fn mails_to(&self, address: &str) -> Vec<Mail> {
        self.mails.mails().into_iter().filter(|mail| mail.to.iter().any(|to| to == address)).collect()
    }

    /// The secret of a link to `page` that came by mail and was not followed yet.
    pub fn link(&self, address: &str, page: &str) -> String {
        wait_until(PATIENCE, &format!("a mail with a link to {page} comes for {address}"), || {
            let texts = self.mails_to(address).into_iter().map(|mail| mail.text().replace("=\r\n", ""));
            let mark = format!("/{page}/");
            let secrets: Vec<String> = texts
                .flat_map(|text| {
                    text.split(&mark).skip(1).filter_map(|it| it.get(..64)).map(str::to_owned).collect::<Vec<_>>()
                })
                .collect();
            let mut followed = self.followed.borrow_mut();
            secrets.into_iter().find(|secret| followed.insert(secret.clone()))
        })
    }
}

fn pool_name(platform: &str) -> String {
    format!("platform/{platform}")
}

/// `Mme Léa Roche` has `mme.lea.roche@example.org`.
pub fn address(name: &str) -> String {
    let plain = name.to_lowercase().replace(['é', 'è', 'ê'], "e").replace('ç', "c").replace('.', "");
    format!("{}@example.org", plain.replace([' ', '\'', '’'], "."))
}

/// A value that is a text.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// A value that is a list.
#[track_caller]
pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

/// The codes of a problem's or answer's findings, sorted.
#[track_caller]
pub fn codes(answer: &Value) -> Vec<String> {
    let mut codes: Vec<String> = list(&answer["findings"]).iter().map(|finding| text(&finding["code"])).collect();
    codes.sort();
    codes
}
