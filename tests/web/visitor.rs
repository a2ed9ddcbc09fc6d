//! Somebody who looks at pages without a browser: cookies of their own, and what a plain form sends.

use reqwest::{
    blocking::{Client, Response},
    redirect::Policy,
};

use crate::school::School;

/// A visitor with cookies of their own.
pub struct Visitor<'a> {
    school: &'a School,
    client: Client,
    cookies: Vec<(String, String)>,
}

/// What came back.
pub struct Page {
    pub status: u16,
    pub location: String,
    pub policy: String,
    pub body: String,
}

impl<'a> Visitor<'a> {
    pub fn new(school: &'a School) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { school, client, cookies: Vec::new() }
    }

    pub fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(self.school.service.url(path)).header("cookie", self.cookie());
        let answer = request.send().unwrap();
        self.keep(answer)
    }

    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_from(path, fields, "same-origin")
    }

    pub fn post_from(&mut self, path: &str, fields: &[(&str, &str)], site: &str) -> Page {
        let request = self.client.post(self.school.service.url(path)).header("cookie", self.cookie());
        let answer = request.header("sec-fetch-site", site).header("origin", "null").form(fields).send().unwrap();
        self.keep(answer)
    }

    /// Puts a cookie of one's own making into the browser.
    pub fn plant(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(known, _)| known != name);
        self.cookies.push((name.to_owned(), value.to_owned()));
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, answer: Response) -> Page {
        for cookie in answer.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        let header = |name: &str| {
            answer.headers().get(name).map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
        };
        let (status, location) = (answer.status().as_u16(), header("location"));
        let policy = header("content-security-policy");
        assert_eq!(header("referrer-policy"), "no-referrer");
        let body = answer.text().unwrap();
        assert!(body.len() < 100_000, "{} bytes", body.len());
        Page { status, location, policy, body }
    }

    /// The proof in the forms of a page.
    pub fn csrf(&mut self, path: &str) -> String {
        let page = self.get(path);
        assert_eq!(page.status, 200, "{}", page.body);
        page.body.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    pub fn sign_in(&mut self, key: &str) {
        let csrf = self.csrf("/sign-in?next=/wishes");
        let page = self.post("/sign-in", &[("csrf", &csrf), ("key", key), ("next", "/wishes")]);
        assert_eq!((page.status, page.location.as_str()), (303, "/wishes"), "{}", page.body);
    }
}
