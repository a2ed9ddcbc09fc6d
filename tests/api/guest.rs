//! Somebody with a browser: cookies, the headers that browsers send, and a mailbox.

use super::school::World;
use crate::support::process::wait_until;
use crate::support::service::Answer;
use reqwest::Method;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::time::Duration;

/// A password that every rule likes.
pub const PASSWORD: &str = "correct horse battery";

/// A browser.
pub struct Guest<'a> {
    world: &'a World,
    pub cookie: Option<String>,
    /// From where the proxy says that it comes.
    pub from: String,
}

impl<'a> Guest<'a> {
    pub fn new(world: &'a World) -> Self {
        Self { world, cookie: None, from: "203.0.113.1".to_owned() }
    }

    /// Another network.
    pub fn at(mut self, address: &str) -> Self {
        address.clone_into(&mut self.from);
        self
    }

    /// Sends JSON as a script of one of our own pages does.
    pub fn send(&mut self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.send_with(method, path, body, &[("sec-fetch-site", "same-origin")])
    }

    /// Sends JSON with these headers.
    pub fn send_with(&mut self, method: Method, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.world.service.request(method, path).header("x-forwarded-for", &self.from);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("creneau_session={cookie}"));
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = Answer::to(request);
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().expect("text");
            if let Some(value) = cookie.strip_prefix("creneau_session=") {
                assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
                let value = value.split(';').next().expect("a value").to_owned();
                self.cookie = Some(value).filter(|value| !value.is_empty());
            }
        }
        answer
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None)
    }

    pub fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body))
    }

    pub fn put(&mut self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body))
    }

    /// Tries a password.
    pub fn try_password(&mut self, email: &str, password: &str) -> Answer {
        self.post("/api/v1/sign-in/password", &json!({"email": email, "password": password}))
    }

    /// Who the service thinks it is.
    pub fn me(&mut self) -> Value {
        self.get("/api/v1/me").expect(200).json()
    }
}

/// What has come by mail so far, by the links in it.
#[derive(Default)]
pub struct Mailbox(RefCell<BTreeSet<String>>);

impl Mailbox {
    /// The secret of the next link to `page` that comes for `address`.
    pub fn next(&self, world: &World, address: &str, page: &str) -> String {
        wait_until(Duration::from_secs(20), &format!("a mail with a link to {page} comes for {address}"), || {
            let new = links(world, address, page).into_iter().find(|secret| !self.0.borrow().contains(secret))?;
            self.0.borrow_mut().insert(new.clone());
            Some(new)
        })
    }

    /// How many such links have come in all, once what is under way has come.
    pub fn count(&self, world: &World, address: &str, page: &str) -> usize {
        std::thread::sleep(Duration::from_millis(1500));
        links(world, address, page).len()
    }
}

/// Every link to `page` in the mails to `address` that the service has written into files.
fn links(world: &World, address: &str, page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let Ok(folder) = std::fs::read_dir(world.service.site().data().join("mail")) else { return found };
    for file in folder {
        let text = std::fs::read(file.expect("a file").path()).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).replace("=\r\n", "");
        if text.contains(&format!("{address}>")) {
            let mark = format!("/{page}/");
            let secrets = text.split(&mark).skip(1).filter_map(|rest| rest.get(..64));
            found.extend(secrets.filter(|secret| secret.bytes().all(|it| it.is_ascii_hexdigit())).map(str::to_owned));
        }
    }
    found
}

/// The one of a list that has this in this field.
pub fn find(list: &Value, field: &str, value: &str) -> Value {
    let found = list.as_array().expect("a list").iter().find(|it| it[field] == value);
    found.unwrap_or_else(|| panic!("no {field} is {value} in {list}")).clone()
}

impl World {
    /// Invites somebody as the operator and accepts as them, with a password; their browser.
    pub fn join(&self, mailbox: &Mailbox, invitation: &Value) -> Guest<'_> {
        self.post("/api/v1/invitations", invitation).expect(201);
        let address = invitation["email"].as_str().expect("an address").to_lowercase();
        let secret = mailbox.next(self, &address, "invitation");
        let mut guest = Guest::new(self);
        guest.post("/api/v1/sign-in/invitation", &json!({"secret": secret, "password": PASSWORD})).expect(200);
        guest
    }
}
