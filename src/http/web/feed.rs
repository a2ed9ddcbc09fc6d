//! The page of a calendar, for pupils and parents: its week, and how to subscribe. Whoever holds the secret in its
//! address sees it; there is no account.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH},
    web,
};
use askama::Template;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use sha2::{Digest, Sha256};

use super::{
    page::{Refusal, Shell},
    visitor::Visitor,
    week::{
        Asked, monday,
        view::{Class, Material, WeekView},
    },
    words::Words,
};
use crate::{
    app::{
        App, AppError, AppResult,
        feeds::addresses::{image_url, qr_svg, webcal},
    },
    domain::people::School,
};

/// A browser may keep the page, and asks each time whether it still holds.
const CACHING: HeaderValue = HeaderValue::from_static("private, no-cache");
/// The address is a secret: no search engine is to list it.
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// A program to subscribe with.
pub struct Way {
    /// What it is called.
    pub name: String,
    /// Where it asks whether to subscribe, where there is such an address.
    pub href: Option<String>,
    /// What to press.
    pub button: String,
    /// What to do, step by step.
    pub steps: Vec<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "web/feed.html")]
pub struct FeedPage {
    w: Words,
    shell: Shell,
    school: String,
    heading: String,
    span: String,
    previous: String,
    next: String,
    present: Option<String>,
    nearest: Option<(String, String)>,
    /// Whether nothing is to be shown, not even what was called off.
    is_empty: bool,
    week: WeekView,
    zone: String,
    webcal: String,
    address: String,
    /// The page's own address as a QR code, for the phone beside the screen.
    qr: String,
    ways: Vec<Way>,
}

/// A week of a calendar, and where the calendar is.
pub struct Calendar<'a> {
    /// Its school.
    pub school: &'a School,
    /// Its group's or teacher's name.
    pub name: &'a str,
    /// The week's Monday.
    pub monday: NaiveDate,
    /// The week's classes.
    pub classes: &'a [Class],
    /// The Monday of the nearest other week with classes.
    pub nearest: Option<NaiveDate>,
    /// The address for calendar programs, with its secret.
    pub address: &'a str,
    /// The page's own address as a QR code: the address of an image.
    pub qr: &'a str,
}

/// `GET /feeds/{secret}`.
pub async fn show(
    visitor: Visitor,
    app: web::Data<App>,
    request: HttpRequest,
    secret: web::Path<String>,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let tag = match tag(&visitor, &app, &secret).await {
        Ok(tag) => tag,
        Err(AppError::NotFound { .. }) => return visitor.refuse(&Refusal::Feed),
        Err(error) => return visitor.refuse(&error.into()),
    };
    let known = request.headers().get(IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    let is_known = known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag));
    let mut response = if is_known && visitor.flash.is_none() {
        HttpResponse::NotModified().finish()
    } else {
        let page = page(&visitor, &app, &secret, asked.monday()).await.map_err(Refusal::from);
        if page.is_err() {
            return visitor.answer(page);
        }
        visitor.answer(page)
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, CACHING);
    headers.insert(ROBOTS, HeaderValue::from_static("noindex"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    response
}

/// Stands for the page as it is now, without reading a single class: the feed's last change, the quarter of an hour (by
/// which it becomes another day somewhere), the reader's language and session, and the looks of this version. Weak, because
/// the same page is coded in several ways.
async fn tag(visitor: &Visitor, app: &App, secret: &str) -> AppResult<String> {
    let (feed, revision) = app.feed_mark(secret).await?;
    let session = if visitor.identity.is_some() { visitor.csrf.as_str() } else { "" };
    let quarter = app.now().timestamp().div_euclid(15 * 60);
    let looks = visitor.shell("");
    let parts = format!(
        "{feed} {revision:?} {quarter} {} {session} {} {} {}",
        visitor.w.code(),
        visitor.place,
        looks.style,
        looks.script
    );
    Ok(format!("W/\"{}\"", &hex::encode(Sha256::digest(parts))[..32]))
}

async fn page(visitor: &Visitor, app: &App, secret: &str, day: Option<NaiveDate>) -> AppResult<FeedPage> {
    let feed = app.feed_week(secret, day).await?;
    let zone = feed.school.zone();
    let classes: Vec<Class> = feed.sessions.iter().map(|session| Class::named(session, &feed.name, zone)).collect();
    let page = format!("{}/feeds/{secret}", app.settings.public_url);
    let calendar = Calendar {
        school: &feed.school,
        name: &feed.name,
        monday: feed.monday,
        classes: &classes,
        nearest: feed.nearest,
        address: &format!("{page}.ics"),
        qr: &image_url(&qr_svg(&page)?),
    };
    Ok(FeedPage::new(visitor, &calendar, app.now()))
}

impl FeedPage {
    /// The page of a week of a calendar.
    pub fn new(visitor: &Visitor, calendar: &Calendar<'_>, now: DateTime<Utc>) -> Self {
        let (w, school, shown) = (visitor.w, calendar.school, calendar.monday);
        let today = now.with_timezone(&school.zone()).date_naive();
        let week = WeekView::of(&Material {
            w,
            zone: school.zone(),
            monday: shown,
            today,
            hours: &school.opening().week_of(shown),
            classes: calendar.classes,
            load: &[],
        });
        let heading = w.name("feed-title", calendar.name);
        let path = visitor.place.split('?').next().unwrap_or_default();
        let link = |monday: NaiveDate| format!("{path}?date={monday}");
        let days = |monday: NaiveDate| w.days(monday, monday + Duration::days(6));
        Self {
            w,
            shell: visitor.shell(&heading),
            school: school.name.clone(),
            heading,
            span: days(shown),
            previous: link(shown - Duration::days(7)),
            next: link(shown + Duration::days(7)),
            present: (monday(today) != shown).then(|| link(monday(today))),
            nearest: calendar.nearest.map(|near| (link(near), w.with("week-title", &[("span", &days(near))]))),
            is_empty: calendar.classes.is_empty(),
            week,
            zone: w.with("week-zone", &[("zone", &school.time_zone)]),
            webcal: webcal(calendar.address),
            address: calendar.address.to_owned(),
            qr: calendar.qr.to_owned(),
            ways: ways(calendar.address, calendar.name, w),
        }
    }
}

/// The programs, each with its steps. Google and Outlook are told the calendar's address by whoever follows their link, as
/// they must be to subscribe.
fn ways(address: &str, name: &str, w: Words) -> Vec<Way> {
    let webcal = webcal(address);
    let coded = |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let google = format!("https://calendar.google.com/calendar/render?cid={}", coded(&webcal));
    let outlook = format!("https://outlook.live.com/calendar/0/addfromweb?url={}&name={}", coded(address), coded(name));
    let way = |key: &str, href: Option<String>, steps: usize| Way {
        name: w.t(&format!("feed-way-{key}")),
        href,
        button: w.t(&format!("feed-way-{key}-button")),
        steps: (1..=steps).map(|step| w.t(&format!("feed-way-{key}-{step}"))).collect(),
    };
    vec![
        way("apple", Some(webcal), 3),
        way("google", Some(google), 3),
        way("outlook", Some(outlook), 3),
        way("thunderbird", None, 4),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::people::Language,
        http::web::samples::{self, keep},
    };

    fn page(language: Language, monday: NaiveDate, count: usize) -> String {
        let classes: Vec<Class> =
            samples::sessions(240).iter().step_by(24).take(count).map(|session| Class::of(session, &["g0"])).collect();
        let school = samples::school();
        let qr = image_url(&qr_svg("https://creneau.example.org/feeds/abc").unwrap());
        let calendar = Calendar {
            school: &school,
            name: "6e A",
            monday,
            classes: &classes,
            nearest: Some(samples::monday()),
            address: "https://creneau.example.org/feeds/abc.ics",
            qr: &qr,
        };
        let visitor = Visitor::sample(language, "/feeds/abc?date=2020-03-23", None);
        FeedPage::new(&visitor, &calendar, "2020-03-10T09:00:00Z".parse().unwrap()).render().unwrap()
    }

    #[test]
    fn pupils_see_their_week_and_how_to_subscribe() {
        let html = page(Language::Fr, samples::monday(), 10);
        keep("feed-fr", &html);
        assert!(html.contains("webcal://creneau.example.org/feeds/abc.ics") && html.contains("Semaine\u{a0}: 6e A"));
        assert!(html.contains("/feeds/abc?date=2020-03-30") && !html.contains("Se déconnecter"));
        assert!(html.contains("<img src=\"data:image/svg+xml;base64,"));
        assert!(html.contains("addfromweb?url=https%3A%2F%2Fcreneau.example.org%2Ffeeds%2Fabc.ics&#38;name=6e+A"));
        let title = html.split("<title>").nth(1).unwrap().split('<').next().unwrap();
        assert_eq!(title, "Semaine\u{a0}: 6e A · Créneau");
    }

    #[test]
    fn an_empty_week_leads_to_the_nearest_one() {
        let html = page(Language::En, NaiveDate::from_ymd_opt(2020, 3, 2).unwrap(), 0);
        assert!(html.contains("href=\"/feeds/abc?date=2020-03-23\">Week of 23 to 29 March 2020"), "{html}");
    }
}
