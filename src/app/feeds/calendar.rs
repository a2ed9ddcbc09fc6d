//! A feed as calendar programs read it: made once a change, in each coding, and kept in memory within bounds.

use super::{
    polls::Line,
    view::{FeedView, nowhere, view},
};
use crate::{
    app::{App, AppError, AppResult, access::hash},
    domain::{
        feed::{Alarm, Revision},
        id::Id,
    },
    ical::{self, Publisher},
    store::{self, Found, feeds::Polled},
    telemetry::names::FEED_RENDERS,
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use quick_cache::{
    DefaultHashBuilder, OptionsBuilder, Weighter,
    sync::{Cache, DefaultLifecycle},
};
use sha2::{Digest, Sha256};
use std::{
    io::{self, Write},
    sync::Arc,
};
use tokio::sync::Semaphore;

/// What calendars take in memory, when nothing is said: some thousands of a class's.
pub const USUAL_BYTES: u64 = 64 << 20;
/// What a calendar takes besides its text.
const OVERHEAD: u64 = 512;
/// Calendars of classes are some tens of kilobytes.
const USUAL_SIZE: u64 = 16 << 10;
/// Brotli's quality: a tenth of the time that the best takes, for a few per cent more bytes.
const BROTLI_QUALITY: i32 = 5;

/// How a calendar's bytes are coded on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// As they are.
    Plain,
    /// By gzip.
    Gzip,
    /// By Brotli.
    Brotli,
}

/// One coding of a calendar.
#[derive(Debug)]
pub struct Coded {
    /// The bytes.
    pub bytes: Bytes,
    /// What tells them from all others: a strong entity tag, without its quotation marks.
    pub tag: String,
}

/// A feed as calendar programs read it.
#[derive(Debug)]
pub struct Calendar {
    plain: Coded,
    gzip: Coded,
    brotli: Coded,
    /// When what it shows changed last.
    pub changed_at: DateTime<Utc>,
    /// From when on it shows too much.
    until: Option<DateTime<Utc>>,
}

/// What a calendar depends on.
type Key = (Id, Revision, Option<Alarm>);

/// The calendars that are kept, and the polls that wait.
pub(in crate::app) struct Calendars {
    kept: Cache<Key, Arc<Calendar>, BySize>,
    pub(super) line: Arc<Line>,
    /// Who makes calendars at a time: not more than half the processors.
    makers: Semaphore,
}

#[derive(Clone)]
struct BySize;

impl Weighter<Key, Arc<Calendar>> for BySize {
    fn weight(&self, _: &Key, calendar: &Arc<Calendar>) -> u64 {
        let codings = [&calendar.plain, &calendar.gzip, &calendar.brotli];
        OVERHEAD + codings.into_iter().map(|coded| coded.bytes.len() as u64).sum::<u64>()
    }
}

impl Calendars {
    /// Keeps at most so many bytes.
    pub(in crate::app) fn within(bytes: u64) -> Self {
        let items = usize::try_from(bytes / USUAL_SIZE).unwrap_or(usize::MAX);
        // One shard: of several each would keep a part of the bytes, and nothing larger than its part.
        let mut options = OptionsBuilder::new();
        options.estimated_items_capacity(items).weight_capacity(bytes).shards(1);
        let kept = match options.build() {
            Ok(options) => {
                Cache::with_options(options, BySize, DefaultHashBuilder::default(), DefaultLifecycle::default())
            }
            // Both capacities are given.
            Err(_) => Cache::with_weighter(items, bytes, BySize),
        };
        let makers = std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2));
        Self { kept, line: Arc::default(), makers: Semaphore::new(makers) }
    }
}

impl Calendar {
    /// The calendar in a coding.
    pub fn coded(&self, coding: Coding) -> &Coded {
        match coding {
            Coding::Plain => &self.plain,
            Coding::Gzip => &self.gzip,
            Coding::Brotli => &self.brotli,
        }
    }

    fn of(view: &FeedView, domain: &str, alarm: Option<Alarm>) -> io::Result<Self> {
        let publisher =
            Publisher { domain, school: &view.school.name, zone: view.school.zone(), language: view.language };
        let text = ical::feed(&publisher, &view.calendar_name(), view.feed.created_at, &view.sessions, alarm);
        Self::coded_from(text, view.changed_at, view.until)
    }

    fn coded_from(text: String, changed_at: DateTime<Utc>, until: Option<DateTime<Utc>>) -> io::Result<Self> {
        let tag = hex::encode(&Sha256::digest(text.as_bytes())[..16]);
        let coded = |bytes: Vec<u8>, suffix: &str| Coded { bytes: bytes.into(), tag: format!("{tag}{suffix}") };
        Ok(Self {
            gzip: coded(gzip(text.as_bytes())?, "-gzip"),
            brotli: coded(brotli(text.as_bytes())?, "-br"),
            plain: coded(text.into_bytes(), ""),
            changed_at,
            until,
        })
    }

    /// One for tests.
    #[cfg(test)]
    pub fn sample(changed_at: DateTime<Utc>) -> Self {
        Self::coded_from("BEGIN:VCALENDAR\r\n".to_owned(), changed_at, None).unwrap()
    }
}

impl App {
    /// The same, keeping at most so many bytes of calendars in memory.
    #[must_use]
    pub fn with_calendar_bytes(self, bytes: u64) -> Self {
        Self { calendars: Arc::new(Calendars::within(bytes)), ..self }
    }

    /// The calendar of the holder of a secret, as it is now, whichever process changed it; with an alarm before each class
    /// when one is asked for.
    ///
    /// # Errors
    /// `NotFound` for a secret that is unknown, replaced or revoked. The secret is not in the error.
    pub async fn feed_calendar(&self, secret: &str, alarm: Option<Alarm>) -> AppResult<Arc<Calendar>> {
        let polled = self.calendars.line.ask(&self.store, hash(secret)).await?.ok_or_else(nowhere)?;
        let calendar = self.rendered(&polled, alarm).await?;
        self.note_read(polled);
        Ok(calendar)
    }

    /// The calendar that is kept, or a new one. Of those who want it at the same time one makes it.
    async fn rendered(&self, polled: &Polled, alarm: Option<Alarm>) -> AppResult<Arc<Calendar>> {
        let (key, now) = ((polled.feed.clone(), polled.revision, alarm), self.now());
        let is_over = |calendar: &Arc<Calendar>| calendar.until.is_some_and(|until| until <= now);
        loop {
            let calendar = self.calendars.kept.get_or_insert_async(&key, self.render(&polled.feed, alarm, now)).await?;
            if !is_over(&calendar) {
                return Ok(calendar);
            }
            self.calendars.kept.remove_if(&key, is_over);
        }
    }

    async fn render(&self, feed: &Id, alarm: Option<Alarm>, now: DateTime<Utc>) -> AppResult<Arc<Calendar>> {
        metrics::counter!(FEED_RENDERS).increment(1);
        let (feed, settings) = (feed.clone(), Arc::clone(&self.settings));
        let view = self
            .store
            .read(move |conn| {
                let feed = store::feeds::get(conn, &feed).found()?.ok_or_else(nowhere)?;
                view(conn, feed, now)
            })
            .await?;
        // Without a connection: making a calendar keeps nobody from the database, and a few at a time no processor.
        let _permit = self.calendars.makers.acquire().await.map_err(|error| AppError::Internal(error.to_string()))?;
        let made = tokio::task::spawn_blocking(move || Calendar::of(&view, &settings.domain, alarm)).await;
        let calendar = made.map_err(|stopped| AppError::Internal(stopped.to_string()))?;
        calendar.map(Arc::new).map_err(|error| AppError::Internal(error.to_string()))
    }

    /// Notes behind the answer's back that a feed was read today, once a day: it tells feeds in use from forgotten ones.
    fn note_read(&self, polled: Polled) {
        let now = self.now();
        let today = now.date_naive();
        if polled.last_read_on >= Some(today) || !self.marks.claim(&polled.feed, now) {
            return;
        }
        let store = self.store.clone();
        drop(tokio::task::spawn_blocking(move || {
            if let Err(error) = store.write_now(|conn| store::feeds::read_on(conn, &polled.feed, today)) {
                tracing::warn!(%error, "a read could not be noted");
            }
        }));
    }
}

fn gzip(text: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text)?;
    encoder.finish()
}

fn brotli(mut text: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: BROTLI_QUALITY, ..Default::default() };
    brotli::BrotliCompress(&mut text, &mut out, &parameters)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_is_kept_however_many_processors_there_are() {
        let (calendars, key) = (Calendars::within(1 << 20), (Id::from("feed"), Revision(1), None));
        let large = Calendar::coded_from("X".repeat(1 << 19), DateTime::UNIX_EPOCH, None).unwrap();
        calendars.kept.insert(key.clone(), Arc::new(large));
        assert!(calendars.kept.get(&key).is_some(), "half of all bytes");
    }
}
