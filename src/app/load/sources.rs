//! Sources: entered, changed and taken away by those who may bring a place's load.

use super::{FEEDERS, may_feed, one_place};
use crate::{
    app::{
        App, AppError, AppResult,
        call::{Expected, note_school},
    },
    domain::{
        access::{Principal, Role},
        finding::Findings,
        id::Id,
        load::{
            Metric, Place, PlaceKind,
            source::{AllowedOrigins, LONGEST_QUERY, Source, SourceKind, address},
        },
    },
    store::{self, Conn},
};
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use url::Url;
use utoipa::ToSchema;

/// Most sources of a place.
const MOST_SOURCES: usize = 100;
/// How far back a source is read at first, when nothing is said: as far as a Prometheus keeps, as a rule.
const USUAL_PAST: Duration = Duration::days(14);
/// The furthest that a source is read back.
const LONGEST_PAST: Duration = Duration::days(2000);
const LONGEST_SECRET: usize = 1000;

/// A source to enter.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSource {
    /// The platform whose load it tells.
    #[serde(default)]
    pub platform: Option<Id>,
    /// Or the federation.
    #[serde(default)]
    pub federation: Option<Id>,
    /// Or the school.
    #[serde(default)]
    pub school: Option<Id>,
    /// What answers there.
    pub kind: SourceKind,
    /// From when on it is read; two weeks before now when nothing is said. A BigBlueButton knows the present only.
    #[serde(default)]
    pub since: Option<DateTime<Utc>>,
    /// What it counts; of a BigBlueButton always connections.
    #[serde(default = "connections")]
    pub metric: Metric,
    /// Where it is: of a Prometheus without `/api/v1`, of a BigBlueButton as `bbb-conf --secret` shows it.
    #[schema(example = "https://prometheus.example.org", max_length = 200)]
    pub address: String,
    /// The query, in PromQL, that gives one series; for a Prometheus.
    #[serde(default)]
    #[schema(example = "sum(nginx_connections_active)", max_length = 2000)]
    pub query: Option<String>,
    /// Whether the query's numbers count up, so that only what they rise by says something.
    #[serde(default)]
    pub counter: bool,
    /// How far samples are apart, in seconds.
    #[serde(default = "minute")]
    #[schema(minimum = 10, maximum = 3600)]
    pub step_seconds: u32,
    /// How often it is read, in seconds.
    #[serde(default = "five_minutes")]
    #[schema(minimum = 15, maximum = 86400)]
    pub every_seconds: u32,
    /// A Prometheus's bearer token, if it wants one; a BigBlueButton's shared secret. It is never shown.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub secret: Option<String>,
    /// Whether it is read.
    #[serde(default = "yes")]
    pub enabled: bool,
}

/// What there is to say of a source; a secret that is left out stays.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceDetails {
    /// What it counts.
    pub metric: Metric,
    /// Where it is.
    #[schema(example = "https://prometheus.example.org", max_length = 200)]
    pub address: String,
    /// The query, in PromQL.
    #[serde(default)]
    #[schema(example = "sum(nginx_connections_active)", max_length = 2000)]
    pub query: Option<String>,
    /// Whether the query's numbers count up.
    #[serde(default)]
    pub counter: bool,
    /// How far samples are apart, in seconds.
    #[schema(minimum = 10, maximum = 3600)]
    pub step_seconds: u32,
    /// How often it is read, in seconds.
    #[schema(minimum = 15, maximum = 86400)]
    pub every_seconds: u32,
    /// A new secret.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub secret: Option<String>,
    /// Whether it is read. Enabling it, or changing it, gives it a new chance at once.
    pub enabled: bool,
}

fn connections() -> Metric {
    Metric::Connections
}

fn minute() -> u32 {
    60
}

fn five_minutes() -> u32 {
    300
}

fn yes() -> bool {
    true
}

impl NewSource {
    fn details(&self) -> SourceDetails {
        SourceDetails {
            metric: self.metric,
            address: self.address.clone(),
            query: self.query.clone(),
            counter: self.counter,
            step_seconds: self.step_seconds,
            every_seconds: self.every_seconds,
            secret: self.secret.clone(),
            enabled: self.enabled,
        }
    }
}

impl App {
    /// Enters a source: operators any, admins those of the own school.
    ///
    /// # Errors
    /// `Forbidden`, `NotFound`, `Invalid` with every finding, `Conflict` `too-many-sources`.
    pub async fn create_source(&self, who: &Principal, new: NewSource) -> AppResult<Source> {
        let mut findings = Findings::default();
        let place = one_place(&new.platform, &new.federation, &new.school, true, &mut findings);
        let Some(place) = place else { return Err(findings.into()) };
        note_school(Some(&place.id).filter(|_| place.kind == PlaceKind::School));
        let (who, now, allowed) = (who.clone(), self.now(), self.load.origins.clone());
        let source = self
            .write_secret(move |conn| {
                may_feed(conn, &who, &place)?;
                let (details, secret) = checked_new(&new, &allowed, now)?;
                if store::load::sources::count_of(conn, &place)? >= MOST_SOURCES {
                    let message = format!("there are {MOST_SOURCES} sources already: delete one that nobody needs");
                    return Err(AppError::conflict("too-many-sources", message));
                }
                let since = Some(new.since.unwrap_or(now - USUAL_PAST));
                let blank = Source {
                    id: Id::new(now),
                    place: place.clone(),
                    kind: new.kind,
                    metric: details.metric,
                    address: String::new(),
                    query: None,
                    counter: false,
                    step_seconds: details.step_seconds,
                    every_seconds: details.every_seconds,
                    has_secret: secret.is_some(),
                    enabled: details.enabled,
                    read_until: since.filter(|_| new.kind == SourceKind::Prometheus),
                    run_after: now,
                    failing_since: None,
                    error: None,
                    created_at: now,
                };
                let source = with(blank, details);
                store::load::sources::insert(conn, &source, secret.as_deref())?;
                Ok(source)
            })
            .await?;
        self.bell.ring();
        Ok(source)
    }

    /// The sources that the one who asks looks after: an operator all, an admin those of the school.
    ///
    /// # Errors
    /// `Forbidden` for teachers.
    pub async fn sources(&self, who: &Principal) -> AppResult<Vec<Source>> {
        may_manage(who)?;
        let own = who.school().cloned().map(Place::school);
        self.store.read(move |conn| Ok(store::load::sources::list(conn, own.as_ref())?)).await
    }

    /// One source.
    ///
    /// # Errors
    /// `Forbidden` for teachers, `NotFound` also for those of others.
    pub async fn source(&self, who: &Principal, id: &Id) -> AppResult<Source> {
        let (who, id) = (who.clone(), id.clone());
        self.store.read(move |conn| managed(conn, &who, &id)).await
    }

    /// Replaces what there is to say of a source; it is read at once.
    ///
    /// # Errors
    /// those of [`App::source`], `Invalid` with every finding.
    pub async fn replace_source(&self, who: &Principal, id: &Id, new: SourceDetails) -> AppResult<Source> {
        let (who, id, now, expected) = (who.clone(), id.clone(), self.now(), Expected::now());
        let allowed = self.load.origins.clone();
        let source = self
            .write_secret(move |conn| {
                let old = managed(conn, &who, &id)?;
                expected.is(&old)?;
                let (details, secret) = checked(old.kind, new.clone(), Some(&old), &allowed, Findings::default())?;
                let has_secret = old.has_secret || secret.is_some();
                let well = Source { has_secret, run_after: now, failing_since: None, error: None, ..old };
                let source = with(well, details);
                store::load::sources::update(conn, &source, secret.as_deref())?;
                Ok(source)
            })
            .await?;
        self.bell.ring();
        Ok(source)
    }

    /// Takes a source away; the samples that came of it stay.
    ///
    /// # Errors
    /// those of [`App::source`].
    pub async fn delete_source(&self, who: &Principal, id: &Id) -> AppResult<()> {
        let (who, id, expected) = (who.clone(), id.clone(), Expected::now());
        self.write(move |conn| {
            expected.is(&managed(conn, &who, &id)?)?;
            Ok(store::load::sources::delete(conn, &id)?)
        })
        .await
    }

    /// Has a source read at once.
    ///
    /// # Errors
    /// those of [`App::source`]; `Conflict` `source-disabled`.
    pub async fn read_source(&self, who: &Principal, id: &Id) -> AppResult<Source> {
        let (who, id, now) = (who.clone(), id.clone(), self.now());
        let source = self
            .write(move |conn| {
                let old = managed(conn, &who, &id)?;
                if !old.enabled {
                    let message = "a source that is disabled is not read: enable it first";
                    return Err(AppError::conflict("source-disabled", message));
                }
                let source = Source { run_after: now, ..old };
                store::load::sources::update(conn, &source, None)?;
                Ok(source)
            })
            .await?;
        self.bell.ring();
        Ok(source)
    }
}

/// A source, when the one who asks looks after it.
fn managed(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<Source> {
    may_manage(who)?;
    let source = store::load::sources::get(conn, id).map_err(|error| error.or_unknown("source", id))?;
    let is_own = match source.place.kind {
        PlaceKind::School => who.may_run(&source.place.id),
        PlaceKind::Platform | PlaceKind::Federation => who.may_operate(),
    };
    if is_own { Ok(source) } else { Err(AppError::not_found("source", id)) }
}

fn may_manage(who: &Principal) -> AppResult<()> {
    if who.role() == Role::Teacher { Err(AppError::forbidden(FEEDERS)) } else { Ok(()) }
}

fn with(source: Source, details: SourceDetails) -> Source {
    let SourceDetails { metric, address, query, counter, step_seconds, every_seconds, enabled, .. } = details;
    Source { metric, address, query, counter, step_seconds, every_seconds, enabled, ..source }
}

fn checked_new(
    new: &NewSource,
    allowed: &AllowedOrigins,
    now: DateTime<Utc>,
) -> Result<(SourceDetails, Option<String>), Findings> {
    let mut findings = Findings::default();
    if new.since.is_some_and(|since| since > now || since < now - LONGEST_PAST) {
        findings.add("bad-since", "since", "it is to come, or too long ago", "choose a day of the past");
    }
    checked(new.kind, new.details(), None, allowed, findings)
}

/// The details when all of them are right, as they are kept, and the new secret if there is one.
fn checked(
    kind: SourceKind,
    new: SourceDetails,
    old: Option<&Source>,
    allowed: &AllowedOrigins,
    mut findings: Findings,
) -> Result<(SourceDetails, Option<String>), Findings> {
    let address = address(&new.address, allowed, &mut findings).unwrap_or_default();
    let query = new.query.as_deref().map(str::trim).filter(|query| !query.is_empty());
    let secret = new.secret.clone().filter(|secret| !secret.is_empty());
    let has_secret = secret.is_some() || old.is_some_and(|old| old.has_secret);
    let is_plain = |secret: &String| secret.len() <= LONGEST_SECRET && secret.bytes().all(|it| it.is_ascii_graphic());
    let is_moved = |old: &Source| old.has_secret && secret.is_none() && !same_server(&old.address, &address);
    let (is_prometheus, asks) = (kind == SourceKind::Prometheus, query.is_some());
    let wrong = [
        (is_prometheus && !asks, "missing-query", "query", "a Prometheus is asked by a query", "give one: sum(…)"),
        (
            query.is_some_and(|query| query.len() > LONGEST_QUERY),
            "text-too-long",
            "query",
            "the query is longer than 2000 bytes",
            "make a recording rule of it",
        ),
        (!is_prometheus && asks, "needless-query", "query", "a BigBlueButton is asked by no query", "leave it out"),
        (
            !is_prometheus && (new.metric != Metric::Connections || new.counter),
            "only-connections",
            "metric",
            "a BigBlueButton tells connections alone",
            "use connections, and no counter",
        ),
        (
            !is_prometheus && !has_secret,
            "missing-secret",
            "secret",
            "a BigBlueButton answers to its secret alone",
            "`bbb-conf --secret` shows it",
        ),
        (
            is_prometheus && new.counter && new.metric == Metric::Connections,
            "no-counter",
            "counter",
            "connections do not count up",
            "use a gauge, or logins",
        ),
        (
            new.every_seconds < new.step_seconds,
            "every-below-step",
            "every_seconds",
            "it would be read before there is anything new",
            "use at least step_seconds",
        ),
        (
            secret.as_ref().is_some_and(|secret| !is_plain(secret)),
            "bad-secret",
            "secret",
            "it is too long, or holds what no secret does",
            "copy it once more",
        ),
        (
            !address.is_empty() && old.is_some_and(is_moved),
            "secret-of-another",
            "secret",
            "the secret that is kept was given for another server",
            "give the secret of the new one",
        ),
    ];
    for (_, code, place, message, action) in wrong.into_iter().filter(|(is_wrong, ..)| *is_wrong) {
        findings.add(code, place, message, action);
    }
    for (place, number, (least, most)) in
        [("step_seconds", new.step_seconds, (10, 3600)), ("every_seconds", new.every_seconds, (15, 86_400))]
    {
        if !(least..=most).contains(&number) {
            let message = format!("{number} seconds are not allowed");
            findings.add("out-of-range", place, message, format!("use {least} to {most}"));
        }
    }
    let query = query.map(str::to_owned);
    findings.into_result()?;
    Ok((SourceDetails { address, query, ..new }, secret))
}

/// Whether two addresses are of one server.
fn same_server(one: &str, other: &str) -> bool {
    let origin = |text: &str| Url::parse(text).ok().map(|url| url.origin());
    origin(one) == origin(other)
}
