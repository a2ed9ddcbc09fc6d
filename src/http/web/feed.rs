//! The page of a calendar, for pupils and parents: its week, and how to subscribe. Whoever holds the secret in its
//! address sees it; there is no account.

use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Duration, NaiveDate, Utc};

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
        App, AppError,
        feeds::addresses::{image_url, qr_svg, webcal},
    },
    domain::people::School,
};

/// Programs to subscribe with, and how.
const WAYS: [(&str, &str); 4] = [
    ("feed-steps-apple", "feed-steps-apple-text"),
    ("feed-steps-google", "feed-steps-google-text"),
    ("feed-steps-outlook", "feed-steps-outlook-text"),
    ("feed-steps-thunderbird", "feed-steps-thunderbird-text"),
];

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
    nearest: Option<(String, String)>,
    week: WeekView,
    zone: String,
    webcal: String,
    address: String,
    /// The page's own address as a QR code, for the phone beside the screen.
    qr: String,
    ways: Vec<(String, String)>,
}

/// What a calendar holds, and where it is.
pub struct Calendar<'a> {
    /// Its school.
    pub school: &'a School,
    /// Its group's or teacher's name.
    pub name: &'a str,
    /// Its classes.
    pub classes: &'a [Class],
    /// The address for calendar programs, with its secret.
    pub address: &'a str,
    /// The page's own address as a QR code: the address of an image.
    pub qr: &'a str,
}

/// `GET /feeds/{secret}`.
pub async fn show(
    visitor: Visitor,
    app: web::Data<App>,
    secret: web::Path<String>,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let feed = match app.sessions_of(&secret).await {
        Ok(feed) => feed,
        Err(AppError::NotFound { .. }) => return visitor.refuse(&Refusal::Feed),
        Err(error) => return visitor.refuse(&error.into()),
    };
    let zone = feed.school.zone();
    let classes: Vec<Class> = feed.sessions.iter().map(|session| Class::named(session, &feed.name, zone)).collect();
    let page = format!("{}/feeds/{secret}", app.settings.public_url);
    let qr = match qr_svg(&page) {
        Ok(svg) => image_url(&svg),
        Err(error) => return visitor.refuse(&error.into()),
    };
    let (name, address) = (feed.name.as_str(), format!("{page}.ics"));
    let calendar = Calendar { school: &feed.school, name, classes: &classes, address: &address, qr: &qr };
    visitor.answer(Ok(FeedPage::new(&visitor, &calendar, asked.monday(), app.now())))
}

impl FeedPage {
    /// The page of one week of a calendar: of the day that is asked for, else of now.
    pub fn new(visitor: &Visitor, calendar: &Calendar<'_>, asked: Option<NaiveDate>, now: DateTime<Utc>) -> Self {
        let (w, school) = (visitor.w, calendar.school);
        let today = now.with_timezone(&school.zone()).date_naive();
        let monday = asked.unwrap_or_else(|| usual(calendar.classes, monday(today)));
        let week = WeekView::of(&Material {
            w,
            zone: school.zone(),
            monday,
            today,
            hours: &school.opening().week_of(monday),
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
            span: days(monday),
            previous: link(monday - Duration::days(7)),
            next: link(monday + Duration::days(7)),
            nearest: nearest(calendar.classes, monday)
                .map(|near| (link(near), w.with("week-title", &[("span", &days(near))]))),
            week,
            zone: w.with("week-zone", &[("zone", &school.time_zone)]),
            webcal: webcal(calendar.address),
            address: calendar.address.to_owned(),
            qr: calendar.qr.to_owned(),
            ways: WAYS.iter().map(|(name, text)| (w.t(name), w.t(text))).collect(),
        }
    }
}

/// This week when it has classes, else the nearest that has.
fn usual(classes: &[Class], this: NaiveDate) -> NaiveDate {
    let is_busy = classes.iter().any(|class| monday(class.start.date()) == this);
    if is_busy { this } else { nearest(classes, this).unwrap_or(this) }
}

/// The week with classes that is nearest to an empty one; the coming one rather than the past one.
fn nearest(classes: &[Class], empty: NaiveDate) -> Option<NaiveDate> {
    let weeks = classes.iter().map(|class| monday(class.start.date()));
    weeks.filter(|week| *week != empty).min_by_key(|week| (*week < empty, (*week - empty).num_days().abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::people::Language,
        http::web::samples::{self, keep},
    };

    fn page(language: Language, asked: Option<NaiveDate>) -> String {
        let classes: Vec<Class> =
            samples::sessions(240).iter().step_by(24).map(|session| Class::of(session, &["g0"])).collect();
        let school = samples::school();
        let address = "https://creneau.example.org/feeds/abc.ics";
        let qr = image_url(&qr_svg("https://creneau.example.org/feeds/abc").unwrap());
        let calendar = Calendar { school: &school, name: "6e A", classes: &classes, address, qr: &qr };
        let visitor = Visitor::sample(language, "/feeds/abc?date=2020-03-23", None);
        FeedPage::new(&visitor, &calendar, asked, "2020-03-10T09:00:00Z".parse().unwrap()).render().unwrap()
    }

    #[test]
    fn pupils_see_their_week_and_how_to_subscribe() {
        let html = page(Language::Fr, Some(samples::monday()));
        keep("feed-fr", &html);
        assert!(html.contains("webcal://creneau.example.org/feeds/abc.ics") && html.contains("Semaine de 6e A"));
        assert!(html.contains("/feeds/abc?date=2020-03-30") && !html.contains("Se déconnecter"));
        assert!(html.contains("<img src=\"data:image/svg+xml;base64,"));
        let title = html.split("<title>").nth(1).unwrap().split('<').next().unwrap();
        assert_eq!(title, "Semaine de 6e A · Créneau");
    }

    #[test]
    fn an_empty_week_leads_to_the_nearest_one() {
        assert!(page(Language::En, None).contains("23 to 29 March 2020"));
        let html = page(Language::En, NaiveDate::from_ymd_opt(2020, 3, 2));
        assert!(html.contains("href=\"/feeds/abc?date=2020-03-23\">Week of 23 to 29 March 2020"), "{html}");
    }
}
