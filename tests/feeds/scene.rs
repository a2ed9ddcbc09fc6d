//! A school in the built program, and calendar programs that know nothing but an address.

use crate::support::service::{Answer, Backend, Service, Site};
use reqwest::{Method, blocking::Client};
use serde_json::{Value, json};

/// A service with a school of two groups and a teacher; it speaks to the service as an operator.
pub struct Scene {
    pub service: Service,
    pub school: String,
    pub groups: [String; 2],
    pub teacher: String,
    client: Client,
}

pub fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("{key} in {value}")).to_owned()
}

impl Scene {
    pub fn new(backend: Backend) -> Self {
        Self::at(Site::new(backend))
    }

    pub fn at(site: Site) -> Self {
        let mut service = site.serve();
        let token = service.site().run(&["token", "operator"]);
        service.authorise(token.trim());
        let made = |path: &str, body: &Value| text(&service.post_json(path, body).expect(201).json(), "id");
        let school = made("/api/v1/schools", &json!({"name": "Collège", "connections": 600}));
        let own = |kind: &str| format!("/api/v1/schools/{school}/{kind}");
        let groups = ["6e A", "4e B"].map(|name| made(&own("groups"), &json!({"name": name, "headcount": 25})));
        let teacher = made(&own("teachers"), &json!({"name": "Mme Bernard"}));
        Self { school, groups, teacher, service, client: Client::new() }
    }

    pub fn own(&self, kind: &str) -> String {
        format!("/api/v1/schools/{}/{kind}", self.school)
    }

    /// What a POST made.
    pub fn make(&self, path: &str, body: &Value) -> Value {
        self.service.post_json(path, body).expect(201).json()
    }

    /// Makes a feed.
    pub fn feed(&self, new: &Value) -> Value {
        self.make(&self.own("feeds"), new)
    }

    /// Books a class of the first group at a local time; its id.
    pub fn book(&self, starts_at: &str) -> String {
        let class = json!({"title": "Maths", "teachers": [self.teacher], "groups": [self.groups[0]],
            "duration_minutes": 55, "starts_at_local": starts_at});
        text(&self.make(&self.own("bookings"), &class), "id")
    }

    /// What a calendar program gets, which has no token.
    pub fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask_of(&self.service, method, path, headers)
    }

    /// The same of another process.
    pub fn ask_of(&self, service: &Service, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.request(method, service.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::to(request)
    }

    /// A number of `/metrics`; 0 before it was counted.
    pub fn count(&self, name: &str) -> u64 {
        let numbers = self.service.get("/metrics").expect(200).text();
        let line = numbers.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0, |count| count.parse().unwrap())
    }
}
