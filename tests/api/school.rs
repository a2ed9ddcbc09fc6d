//! Two schools with everything that an address can name, and a token for each role.

use crate::support::service::{Answer, Backend, Service, Site};
use reqwest::Method;
use serde_json::{Value, json};

/// A school, by ids and tokens.
pub struct School {
    pub id: String,
    pub group: String,
    pub teacher: String,
    pub admin_token: String,
    pub teacher_token: String,
}

/// A service with an operator.
pub struct World {
    pub service: Service,
    pub operator: String,
    days: std::sync::atomic::AtomicU64,
}

impl World {
    pub fn new(backend: Backend) -> Self {
        Self::at(Site::new(backend))
    }

    /// The same at a site of the test's own.
    pub fn at(site: Site) -> Self {
        let service = site.serve();
        let token = service.site().run(&["token", "operator"]);
        Self { operator: token.trim().to_owned(), service, days: std::sync::atomic::AtomicU64::new(0) }
    }

    /// A number that no call before got.
    pub fn day(&self) -> u64 {
        self.days.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }

    /// Sends a request as somebody, or as nobody.
    pub fn send(&self, method: Method, path: &str, token: Option<&str>, body: Option<&Value>) -> Answer {
        let mut request = self.service.request(method, path);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        request = match body {
            // A bare text is a table, or samples that a program pushes.
            Some(Value::String(text)) if text.ends_with("# EOF\n") => {
                request.header("content-type", "application/openmetrics-text").body(text.clone())
            }
            Some(Value::String(table)) => request.header("content-type", "text/csv").body(table.clone()),
            Some(body) => request.json(body),
            None => request,
        };
        Answer::to(request)
    }

    /// Sends JSON as the operator.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(&self.operator), Some(body))
    }

    /// Replaces as the operator.
    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(&self.operator), Some(body))
    }

    /// Reads as the operator.
    pub fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Some(&self.operator), None)
    }

    /// The id of what a POST made.
    pub fn made(&self, path: &str, body: &Value) -> String {
        self.post(path, body).expect(201).json()["id"].as_str().expect("what is made has an id").to_owned()
    }

    /// The id of what a POST has done in the background.
    pub fn accepted(&self, path: &str, body: &Value) -> String {
        self.post(path, body).expect(202).json()["id"].as_str().expect("what is accepted has an id").to_owned()
    }

    fn token(&self, body: &Value) -> String {
        self.post("/api/v1/tokens", body).expect(201).json()["secret"].as_str().expect("shown once").to_owned()
    }

    pub fn school(&self, name: &str) -> School {
        let id = self.made("/api/v1/schools", &json!({"name": name, "connections": 200}));
        let path = format!("/api/v1/schools/{id}");
        let group = self.made(&format!("{path}/groups"), &json!({"name": "6e A", "headcount": 27}));
        let teacher =
            self.made(&format!("{path}/teachers"), &json!({"name": "Mme Bernard", "email": "bernard@example.org"}));
        let admin_token = self.token(&json!({"role": "admin", "school": id, "label": "test"}));
        let teacher_token = self.token(&json!({"role": "teacher", "school": id, "teacher": teacher, "label": "test"}));
        School { id, group, teacher, admin_token, teacher_token }
    }
}
