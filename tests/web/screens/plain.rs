//! What a page must be, seen without a browser: each link and form answers, headers are strict, texts are there in both
//! languages, nothing is heavy, no secret is told.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use reqwest::{
    blocking::{Client, Response},
    header::HeaderMap,
    redirect::Policy,
};

use super::{LIST, ROLES, Role, Scene};
use crate::support::service::Service;

/// The most that a page may weigh, in bytes as they are.
const MOST_BYTES: usize = 100_000;
/// The most that all of a page's files may weigh on their way, the first time.
const MOST_SENT: usize = 100_000;

/// Somebody of a role, with cookies of their own and no browser.
pub struct Reader<'a> {
    service: &'a Service,
    client: Client,
    cookies: BTreeMap<String, String>,
}

/// What came back.
pub struct Page {
    pub status: u16,
    pub location: String,
    pub headers: HeaderMap,
    pub body: String,
    /// How long the server took.
    pub took: Duration,
}

impl<'a> Reader<'a> {
    /// Somebody who is not signed in.
    pub fn new(service: &'a Service) -> Self {
        let client = Client::builder().redirect(Policy::none()).timeout(Duration::from_secs(90)).build().unwrap();
        Self { service, client, cookies: BTreeMap::new() }
    }

    pub fn of(scene: &'a Scene, role: Role) -> Self {
        let mut reader = Self::new(&scene.service);
        if let Some(token) = scene.token(role) {
            let page = reader.get(&format!("/enter/{token}"));
            assert_eq!(page.status, 303, "{}", page.body);
        }
        reader
    }

    pub fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(self.service.url(path)).header("cookie", self.cookie());
        let began = Instant::now();
        let answer = request.send().unwrap();
        self.keep(answer, began)
    }

    /// The page, unless it is the one with this tag.
    pub fn get_unless(&mut self, path: &str, tag: &str) -> Page {
        let request = self.client.get(self.service.url(path)).header("cookie", self.cookie());
        let began = Instant::now();
        let answer = request.header("if-none-match", tag).send().unwrap();
        self.keep(answer, began)
    }

    pub fn post(&mut self, path: &str, fields: &[(String, String)]) -> Page {
        let request = self.client.post(self.service.url(path)).header("cookie", self.cookie());
        let began = Instant::now();
        let answer = request.header("sec-fetch-site", "same-origin").form(fields).send().unwrap();
        self.keep(answer, began)
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, answer: Response, began: Instant) -> Page {
        for cookie in answer.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            for strict in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(cookie.contains(strict), "{cookie}");
            }
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let headers = answer.headers().clone();
        let location = headers.get("location").map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        let status = answer.status().as_u16();
        let body = answer.text().unwrap();
        let took = began.elapsed();
        Page { status, location, headers, body, took }
    }

    /// Bytes of an address as they are sent to a browser, which takes them compressed.
    fn bytes_sent(&self, path: &str) -> usize {
        let request = self.client.get(self.service.url(path)).header("cookie", self.cookie());
        request.header("accept-encoding", "br").send().unwrap().bytes().unwrap().len()
    }
}

/// The values of an attribute in a page, as a browser reads them.
fn attributes<'a>(body: &'a str, attribute: &str) -> impl Iterator<Item = String> + use<'a> {
    let mark = format!(" {attribute}=\"");
    let values: Vec<String> = body
        .split(&mark)
        .skip(1)
        .filter_map(|rest| Some(rest.split('"').next()?.replace("&#38;", "&").replace("&amp;", "&")))
        .collect();
    values.into_iter()
}

/// Where a form goes, whether by POST, and the fields that stand in it.
type PageForm = (String, bool, Vec<(String, String)>);

/// The forms of a page.
fn forms(body: &str) -> Vec<PageForm> {
    let form = |part: &str| {
        let (head, rest) = part.split_once('>').unwrap();
        let inside = rest.split("</form>").next().unwrap();
        let head = format!(" {head}");
        let action = attributes(&head, "action").next().unwrap_or_default();
        let field = |tag: &str| {
            let tag = format!(" {}", tag.split('>').next().unwrap());
            Some((attributes(&tag, "name").next()?, attributes(&tag, "value").next().unwrap_or_default()))
        };
        let hidden = inside.split("<input").skip(1).filter(|tag| tag.split('>').next().unwrap().contains("hidden"));
        (action, head.contains("method=\"post\""), hidden.filter_map(field).collect())
    };
    body.split("<form").skip(1).map(form).collect()
}

/// What every page says in its headers and its head.
fn is_strict(page: &Page, name: &str) {
    let header = |name: &str| page.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let policy = header("content-security-policy");
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(rule), "{name}: {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{name}: {policy}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{name}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{name}");
    let caching = header("cache-control");
    assert!(caching.contains("no-store") || caching == "private, no-cache", "{name}: {caching:?}");
    let body = page.body.replace("<script src=\"/static/", "");
    assert!(!body.contains("<script") && !body.contains("<style") && !body.contains(" style=\""), "{name}");
    assert!(!body.contains(" onclick") && !body.contains("javascript:"), "{name}");
    for source in attributes(&page.body, "src") {
        assert!(source.starts_with("/static/") || source.starts_with("data:image/"), "{name} loads {source}");
    }
}

/// One test, for the demo school takes its time to be made.
#[test]
fn every_page_answers_and_is_strict_small_and_in_both_languages() {
    let scene = Scene::open();
    let mut figures = Vec::new();
    for role in ROLES {
        let mut reader = Reader::of(&scene, role);
        let secrets: Vec<&str> = ROLES.iter().filter_map(|role| scene.token(*role)).collect();
        let (mut links, mut actions) = (BTreeMap::new(), BTreeMap::new());
        for screen in super::of(role) {
            let (name, path) = (screen.name, screen.path(&scene));
            for language in ["fr", "en"] {
                let mark = if path.contains('?') { '&' } else { '?' };
                let page = reader.get(&format!("{path}{mark}lang={language}"));
                let expected = match name {
                    "not-found" => 404,
                    _ => 200,
                };
                assert_eq!(page.status, expected, "{name}: {}", page.body);
                is_strict(&page, name);
                assert!(page.body.contains(&format!("<html lang=\"{language}\">")), "{name} is not in {language}");
                let missing = page.body.split("Unknown localization").nth(1).map(|rest| &rest[..rest.len().min(40)]);
                assert_eq!(missing, None, "{name} in {language}");
                assert!(page.body.len() < MOST_BYTES, "{name}: {} bytes", page.body.len());
                let title = page.body.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
                assert!(title.ends_with(" · Créneau") && title.len() > 12, "{name}: {title}");
                for secret in &secrets {
                    assert!(!page.body.contains(secret), "{name} tells a token");
                }
                if language == "en" {
                    figures.push(Figures::of(&mut reader, name, &path));
                }
                links.extend(attributes(&page.body, "href").map(|link| (link, name)));
                for (action, is_post, fields) in forms(&page.body) {
                    // Mail programs press this one without having seen the page (RFC 8058): its address is the proof.
                    if is_post && name != "unsubscribe" {
                        let proof = fields.iter().find(|(field, _)| field == "csrf");
                        assert!(proof.is_some_and(|(_, value)| value.len() == 64), "{name}: {action} without a proof");
                        actions.insert(pattern(&action), (action, name));
                    }
                }
            }
        }
        follow(&mut reader, role, links);
        // Without its proof no form does anything, but each is answered.
        // The style page shows a form that goes nowhere.
        for (action, name) in actions.into_values().filter(|(action, _)| action != "/sign-out" && action != "/style") {
            let answer = reader.post(&action, &[("x".to_owned(), "1".to_owned())]);
            assert_eq!(answer.status, 403, "{name}: {action} without a proof: {}", answer.body);
            is_strict(&answer, name);
        }
    }
    let log = scene.service.log();
    for role in ROLES {
        assert!(scene.token(role).is_none_or(|token| !log.contains(token)), "the log holds a token");
    }
    let feed = scene.fill("{feed}");
    assert!(!log.contains(feed.trim_start_matches("/feeds/")), "the log holds a feed's secret");
    let report = report(&figures);
    println!("{report}");
    if let Ok(file) = std::env::var("CRENEAU_FIGURES") {
        std::fs::write(&file, report).unwrap();
    }
}

/// What a page costs.
struct Figures {
    name: &'static str,
    /// Bytes of the page as it is, and as it is sent.
    bytes: usize,
    sent: usize,
    /// What a browser asks for that has nothing of ours yet, and the bytes that are sent then.
    requests: usize,
    first_sent: usize,
    /// The median of some answers.
    took: Duration,
}

impl Figures {
    fn of(reader: &mut Reader<'_>, name: &'static str, path: &str) -> Self {
        let mut pages: Vec<Page> = (0..5).map(|_| reader.get(path)).collect();
        pages.sort_by_key(|page| page.took);
        let Page { body, took, .. } = &pages[2];
        let files: BTreeSet<String> = attributes(body, "href")
            .chain(attributes(body, "src"))
            .filter_map(|file| file.split('#').next().map(str::to_owned))
            .filter(|file| file.starts_with("/static/"))
            .collect();
        let sent = reader.bytes_sent(path);
        let first_sent = sent + files.iter().map(|file| reader.bytes_sent(file)).sum::<usize>();
        Self { name, bytes: body.len(), sent, requests: files.len() + 1, first_sent, took: *took }
    }
}

/// The figures as a table.
fn report(figures: &[Figures]) -> String {
    let head = "| page | bytes | sent | requests, first time | sent, first time | server time, ms |\n| --- | --- | --- | --- | --- | --- |\n";
    let row = |one: &Figures| {
        let Figures { name, bytes, sent, requests, first_sent, took } = one;
        format!("| {name} | {bytes} | {sent} | {requests} | {first_sent} | {:.1} |\n", took.as_secs_f64() * 1000.0)
    };
    figures.iter().fold(head.to_owned(), |table, one| table + row(one).as_str())
}

/// Every link within the website answers with a page, a file or another link.
fn follow(reader: &mut Reader<'_>, role: Role, links: BTreeMap<String, &str>) {
    let mut seen = BTreeSet::new();
    for (link, name) in links {
        let path = link.split('#').next().unwrap();
        let is_ours = path.starts_with('/') && !path.starts_with("//");
        let is_known =
            ["/", "webcal://", "https://calendar.google.com/", "https://outlook.live.com/", "http://127.0.0.1", "#"]
                .iter()
                .any(|known| link.starts_with(known));
        assert!(is_known || link.starts_with("http://localhost"), "{name} links to {link}");
        // Languages, and the same page for other things, answer alike.
        if !is_ours || path.contains("lang=") || !seen.insert(pattern(path)) {
            continue;
        }
        let answer = reader.get(path);
        assert!(matches!(answer.status, 200 | 303 | 304), "{role:?}: {name} links to {path}: {}", answer.status);
    }
}

/// An address without ids and values: what it is about.
fn pattern(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let part = |part: &str| if part.len() >= 20 { "*".to_owned() } else { part.to_owned() };
    let names: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    let path: Vec<String> = path.split('/').map(part).collect();
    format!("{}?{}", path.join("/"), names.into_iter().collect::<Vec<_>>().join("&"))
}

/// What the browser loads once, and then has.
#[test]
fn the_files_of_all_pages_are_few_and_small() {
    let service = crate::support::service::Service::start(crate::support::service::Backend::Sqlite);
    let client = Client::new();
    let page = client.get(service.url("/")).send().unwrap().text().unwrap();
    let files: BTreeSet<String> =
        attributes(&page, "href").chain(attributes(&page, "src")).filter(|path| path.starts_with("/static/")).collect();
    let sent = |path: &str| {
        let answer = client.get(service.url(path)).header("accept-encoding", "br").send().unwrap();
        let caching = answer.headers()["cache-control"].to_str().unwrap().to_owned();
        assert!(path == "/" || caching.contains("immutable"), "{path}: {caching}");
        answer.bytes().unwrap().len()
    };
    let all: usize = files.iter().map(|path| sent(path)).sum::<usize>() + sent("/");
    assert!((2..=4).contains(&files.len()) && all < MOST_SENT, "{files:?}: {all} bytes");
    println!("{} files and the first page: {all} bytes", files.len());
}

#[test]
fn the_list_names_each_page_once() {
    let names: BTreeSet<&str> = LIST.iter().map(|screen| screen.name).collect();
    assert_eq!(names.len(), LIST.len());
    assert!(LIST.iter().all(|screen| screen.address.starts_with(['/', '{'])));
}
