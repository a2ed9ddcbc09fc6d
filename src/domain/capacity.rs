//! Capacity pools: limits that classes share.

use super::{
    id::Id,
    share::Share,
    time::{Grid, WeekSpan},
};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, schema::Schema},
};

/// Capacity is promised for each five minutes.
pub const CELL: Duration = Duration::minutes(5);

/// What all classes take of a pool in a cell: of a concurrent pool the connections open then, of a pool of arrivals
/// those that begin then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolUse {
    /// The pool.
    pub pool: Id,
    /// The instant at which the cell begins.
    pub at: DateTime<Utc>,
    /// Connections.
    pub connections: u32,
    /// Those of them that are the asking school's own; counted of pools that are shared out only.
    pub own: u32,
    /// What all schools take of the common part of a pool that is shared out.
    pub beyond: u32,
    /// What is expected besides classes, with its margin; counted where the pool's policy asks for it.
    pub background: u32,
    /// As much of it as is taken off the limit: all, or nothing.
    pub kept: u32,
}

/// How a pool counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum PoolKind {
    /// Connections that are open at the same time.
    Concurrent,
    /// Connections that begin within any window of this length, such as the logins of an identity federation.
    Arrivals {
        /// Minutes of the window.
        window_minutes: u32,
    },
}

impl PoolKind {
    /// How far from a stretch of time classes still matter to those within it.
    pub fn reach(self) -> Duration {
        match self {
            Self::Concurrent => CELL,
            Self::Arrivals { window_minutes } => Duration::minutes(i64::from(window_minutes)) + CELL,
        }
    }
}

/// Where the limit of a cell comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LimitSource {
    /// The pool's own limit: nothing else is said.
    Usual,
    /// One for this weekday and hour.
    Weekly,
    /// One for this date.
    Dated,
}

/// Whether what is expected besides classes counts against the limits of a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// It does not.
    #[default]
    Off,
    /// It is shown, and forbids nothing.
    Advise,
    /// It is taken off the limits: no plan, booking or move takes what it leaves no room for.
    Enforce,
}

impl Policy {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Advise => "advise",
            Self::Enforce => "enforce",
        }
    }
}

/// How what is expected besides classes counts against the limits of a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Background {
    /// Whether it does.
    pub policy: Policy,
    /// How many per cent more than the upper value of the forecast.
    #[serde(default)]
    #[schema(maximum = 100, example = 10)]
    pub margin_percent: u32,
}

impl Background {
    /// What is set aside where so much is expected at most.
    pub fn with_margin(self, upper: u32) -> u32 {
        let more = u64::from(upper) * (100 + u64::from(self.margin_percent));
        u32::try_from(more.div_ceil(100)).unwrap_or(u32::MAX)
    }
}

/// A limit for a stretch of every week, in local time. As JSON the span's fields stand beside `connections`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "FlatLimit", into = "FlatLimit")]
pub struct WeeklyLimit {
    /// When.
    pub span: WeekSpan,
    /// Connections at most.
    pub connections: u32,
}

/// A limit for a stretch of every week, in local time
// `flatten` and `deny_unknown_fields` do not go together, neither in serde nor in the schema.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FlatLimit {
    /// ISO weekday: 1 Monday … 7 Sunday.
    #[schema(minimum = 1, maximum = 7, example = 1)]
    weekday: u32,
    /// Minutes after local midnight at which it begins.
    #[schema(minimum = 0, maximum = 1439, example = 510)]
    from_minute: u32,
    /// Minutes after local midnight at which it ends.
    #[schema(minimum = 1, maximum = 1440, example = 570)]
    to_minute: u32,
    /// Connections at most.
    #[schema(maximum = 10_000_000, example = 90)]
    connections: u32,
}

impl From<FlatLimit> for WeeklyLimit {
    fn from(FlatLimit { weekday, from_minute, to_minute, connections }: FlatLimit) -> Self {
        Self { span: WeekSpan { weekday, from_minute, to_minute }, connections }
    }
}

impl From<WeeklyLimit> for FlatLimit {
    fn from(WeeklyLimit { span, connections }: WeeklyLimit) -> Self {
        let WeekSpan { weekday, from_minute, to_minute } = span;
        Self { weekday, from_minute, to_minute, connections }
    }
}

impl PartialSchema for WeeklyLimit {
    fn schema() -> RefOr<Schema> {
        FlatLimit::schema()
    }
}

impl ToSchema for WeeklyLimit {}

/// A limit between two instants; it goes before the weekly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DatedLimit {
    /// From this instant on.
    pub starts_at: DateTime<Utc>,
    /// Until this instant.
    pub ends_at: DateTime<Utc>,
    /// Connections at most.
    #[schema(maximum = 10_000_000)]
    pub connections: u32,
}

/// Whose a pool is, if a platform's or a federation's: then every school of theirs uses it. A school's own pool and one
/// that schools are given one by one have neither.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PoolOwner {
    /// The platform.
    pub platform: Option<Id>,
    /// The login federation.
    pub federation: Option<Id>,
}

/// Whose limit a pool is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Whose {
    /// A platform's.
    Platform,
    /// A login federation's.
    Federation,
    /// A school's own, or one that schools share besides.
    #[default]
    School,
}

impl Whose {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Federation => "federation",
            Self::School => "school",
        }
    }

    /// What is called so; a school's where nothing is said.
    pub fn of(word: &str) -> Self {
        [Self::Platform, Self::Federation].into_iter().find(|one| one.as_str() == word).unwrap_or_default()
    }
}

impl PoolOwner {
    /// Whose limit it is.
    pub fn whose(&self) -> Whose {
        match (&self.platform, &self.federation) {
            (Some(_), _) => Whose::Platform,
            (None, Some(_)) => Whose::Federation,
            (None, None) => Whose::School,
        }
    }
}

/// A capacity pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pool {
    /// Identifier.
    pub id: Id,
    /// Its name, unique, e.g. `platform/e-lyco`.
    pub name: String,
    /// How it counts.
    #[serde(flatten)]
    pub kind: PoolKind,
    /// Whose it is.
    #[serde(flatten)]
    pub owner: PoolOwner,
    /// The time zone of its weekly limits, an IANA name; without one they are in the local time of the school.
    pub time_zone: Option<String>,
    /// Connections at most, where nothing else is said.
    pub connections: u32,
    /// Other limits by weekday and hour.
    pub weekly: Vec<WeeklyLimit>,
    /// Other limits by date.
    pub dated: Vec<DatedLimit>,
    /// How what is expected besides classes counts against its limits.
    #[serde(default)]
    pub background: Background,
    /// How it is shared out among its schools, if it is; `weight` is that of the school for which it was read.
    #[serde(skip)]
    pub share: Option<Share>,
}

impl Pool {
    /// A pool of this name that is nobody's, with the same limit all the time.
    pub fn plain(name: &str, kind: PoolKind, connections: u32) -> Self {
        Self {
            id: name.into(),
            name: name.to_owned(),
            kind,
            owner: PoolOwner::default(),
            time_zone: None,
            connections,
            weekly: Vec::new(),
            dated: Vec::new(),
            background: Background::default(),
            share: None,
        }
    }

    /// The time zone of its weekly limits for a school of this one.
    pub fn zone(&self, of_school: Tz) -> Tz {
        self.time_zone.as_deref().and_then(|name| name.parse().ok()).unwrap_or(of_school)
    }

    /// The limit that holds at an instant, in a school of this time zone, and where it comes from: the dated one, else
    /// the weekly one, else the pool's own.
    pub fn limit_with_source(&self, at: DateTime<Utc>, of_school: Tz) -> (u32, LimitSource) {
        if let Some(dated) = self.dated.iter().find(|limit| limit.starts_at <= at && at < limit.ends_at) {
            return (dated.connections, LimitSource::Dated);
        }
        let local = at.with_timezone(&self.zone(of_school)).naive_local();
        let weekly = self.weekly.iter().find(|limit| limit.span.contains(local));
        weekly.map_or((self.connections, LimitSource::Usual), |limit| (limit.connections, LimitSource::Weekly))
    }

    /// The limit that holds at an instant, in a school of this time zone.
    pub fn limit_at(&self, at: DateTime<Utc>, of_school: Tz) -> u32 {
        self.limit_with_source(at, of_school).0
    }

    /// Each limit that a cell may have, in order.
    pub fn distinct_limits(&self) -> BTreeSet<u32> {
        let others = self.weekly.iter().map(|limit| limit.connections);
        others.chain(self.dated.iter().map(|limit| limit.connections)).chain([self.connections]).collect()
    }

    /// The limit of every cell of a grid.
    pub fn limits(&self, grid: &Grid, zone: Tz) -> Vec<u32> {
        if self.weekly.is_empty() && self.dated.is_empty() {
            return vec![self.connections; grid.cells as usize];
        }
        (0..grid.cells).map(|cell| self.limit_at(grid.at(cell), zone)).collect()
    }
}
