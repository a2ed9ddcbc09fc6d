//! Capacity pools: limits that classes share.

use super::{
    id::Id,
    time::{Grid, WeekSpan},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, schema::Schema},
};

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
    /// Connections at most, where nothing else is said.
    pub connections: u32,
    /// Other limits by weekday and hour.
    pub weekly: Vec<WeeklyLimit>,
    /// Other limits by date.
    pub dated: Vec<DatedLimit>,
}

impl Pool {
    /// The limit that holds at an instant, in a school of this time zone: the dated one, else the weekly one, else
    /// the pool's own.
    pub fn limit_at(&self, at: DateTime<Utc>, zone: Tz) -> u32 {
        if let Some(dated) = self.dated.iter().find(|limit| limit.starts_at <= at && at < limit.ends_at) {
            return dated.connections;
        }
        let local = at.with_timezone(&zone).naive_local();
        let weekly = self.weekly.iter().find(|limit| limit.span.contains(local));
        weekly.map_or(self.connections, |limit| limit.connections)
    }

    /// The limit of every cell of a grid.
    pub fn limits(&self, grid: &Grid, zone: Tz) -> Vec<u32> {
        (0..grid.cells).map(|cell| self.limit_at(grid.at(cell), zone)).collect()
    }
}
