//! `creneau demo`, and the same when the service starts on an empty database.

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::service::{self, Place};
use super::{Console, Failure, Outcome, Run};
use crate::app::access::NewToken;
use crate::app::demo::DemoSchool;
use crate::app::feeds::NewFeed;
use crate::app::{App, AppError, AppResult};
use crate::domain::access::Principal;
use crate::jobs::{Runner, Settings, solve::Solve};

/// Fill an empty database with a demo school, and publish its week
///
/// An invented collège whose teachers all want the same hours. The week after this one is solved and published, the one
/// after that collects wishes.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  creneau demo --data demo --json")]
pub struct Demo {
    /// Print the addresses of pages and feeds, and a token for each role, as one JSON document
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    place: Place,
}

/// After how many days the keys to the demo school are worth nothing: they stand in what was printed.
const TOKEN_DAYS: u32 = 30;

/// Where to look at the demo school. The addresses hold secrets, like a key under the mat.
#[derive(Clone, Debug, Serialize)]
pub struct Sights {
    /// Paths of pages.
    pub pages: Vec<String>,
    /// Paths of calendars.
    pub feeds: Vec<String>,
    /// A token for each role.
    pub tokens: BTreeMap<&'static str, String>,
}

impl Run for Demo {
    fn run(self, console: &Console) -> Result<Outcome, Failure> {
        console.speak_json(self.json);
        let app = self.place.open_or_create()?;
        if !is_empty(&app)? {
            return Err(Failure::system(
                "not-empty",
                "--data",
                "the database holds a school already",
                "name a folder that is empty or new",
            ));
        }
        let sights = fill(&app)?;
        if self.json {
            console.document(&sights)?;
        } else {
            console.print(&listed(&sights, &app.settings.public_url))?;
        }
        Ok(Outcome::Fine)
    }
}

/// Whether no school is there yet.
pub fn is_empty(app: &App) -> Result<bool, Failure> {
    Ok(service::wait_for(app.schools(&Principal::Operator))?.is_empty())
}

/// Makes the demo school, solves and publishes its week by the use cases that the API uses.
pub fn fill(app: &App) -> Result<Sights, Failure> {
    let who = Principal::Operator;
    service::wait_for(async {
        let demo = app.take_demo_in(&who).await?;
        app.give_demo_platform(&who, &demo).await?;
        let runner = Runner::start_with(app, Settings::default(), &[Arc::new(Solve)]);
        let published = app.publish_demo(&who, &demo).await;
        // Waits for its threads, which must not block this one.
        let stopped = tokio::task::spawn_blocking(move || runner.stop()).await;
        stopped.map_err(|stopped| AppError::Internal(stopped.to_string()))?;
        published?;
        sights(app, &who, &demo).await
    })
}

async fn sights(app: &App, who: &Principal, demo: &DemoSchool) -> AppResult<Sights> {
    let DemoSchool { school, group, teacher, .. } = demo;
    let mut feeds = Vec::new();
    for new in [NewFeed::of_group(group), NewFeed::of_teacher(teacher), NewFeed::default()] {
        feeds.push(app.create_feed(who, school, new).await?.path);
    }
    let token = |new: NewToken| {
        app.bootstrap_token(&NewToken { expires_in_days: Some(TOKEN_DAYS), ..new }).map(|made| made.secret)
    };
    let tokens = BTreeMap::from([
        ("operator", token(NewToken::operator("demo"))?),
        ("admin", token(NewToken::admin(school, "demo"))?),
        ("teacher", token(NewToken::teacher(school, teacher, "demo"))?),
    ]);
    let enter = |role: &str, next: &str| format!("/enter/{}?next={next}", tokens[role]);
    let mut pages = vec!["/".to_owned(), enter("teacher", "/wishes"), enter("admin", "/week")];
    pages.extend(feeds.iter().map(|feed| feed.trim_end_matches(".ics").to_owned()));
    Ok(Sights { pages, feeds, tokens })
}

/// The addresses, for people.
pub fn listed(sights: &Sights, public_url: &str) -> String {
    let page = |index: usize| sights.pages.get(index).map_or("/", String::as_str);
    let feed = sights.feeds.first().map_or("", String::as_str);
    format!(
        "A demo school is ready, Collège Gabriel-Coste. Open\n\
         \n  {public_url}{}\n      as a teacher who enters wishes\
         \n  {public_url}{}\n      as the school's admin who looks at the week\
         \n  {public_url}{}\n      as a pupil of its first group, who needs no account\
         \n  {public_url}{feed}\n      in a calendar program\
         \n  {public_url}/api/docs\n      for the API; the operator's token is\
         \n      {}\n\
         \nThe token and the first two addresses are keys, for {TOKEN_DAYS} days.\n\n",
        page(1),
        page(2),
        page(3),
        sights.tokens.get("operator").map_or("", String::as_str),
    )
}

/// Gives a service that starts on an empty database something to look at, and tells where.
pub fn fill_when_empty(app: &App, console: &Console) -> Result<(), Failure> {
    if is_empty(app)? {
        console.tell("the database is empty: a demo school is made, which takes some seconds\n");
        let sights = fill(app)?;
        console.tell(&listed(&sights, &app.settings.public_url));
    }
    Ok(())
}
