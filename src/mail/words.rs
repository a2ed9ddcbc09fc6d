//! What mails say: Fluent texts (`src/locales/*/mail.ftl`); days and hours are written as on the pages.

use crate::domain::{people::Language, text::grouped};
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use fluent_templates::{LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid};
use std::{borrow::Cow, collections::HashMap};

mod texts {
    fluent_templates::static_loader! {
        pub(super) static TEXTS = {
            locales: "./src/locales",
            fallback_language: "fr",
            // Isolation marks are meant for mixed directions; both languages run from left to right.
            customise: |bundle| bundle.set_use_isolating(false),
        };
    }
}

const FR: LanguageIdentifier = langid!("fr");
const EN: LanguageIdentifier = langid!("en");

/// One language's texts, with the clocks of one zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) language: Language,
    pub(super) zone: Tz,
}

impl Words {
    /// A text with what it names.
    pub(super) fn say(&self, key: &str, args: &[(&'static str, FluentValue<'_>)]) -> String {
        let id = match self.language {
            Language::Fr => &FR,
            Language::En => &EN,
        };
        let args: HashMap<Cow<'static, str>, FluentValue<'_>> =
            args.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone())).collect();
        texts::TEXTS.lookup_with_args(id, key, &args)
    }

    /// A whole number with its thousands apart.
    pub(super) fn number(&self, number: u32) -> String {
        grouped(u64::from(number), &self.say("number-group-mark", &[]))
    }

    /// Whose clocks the times are by.
    pub(super) fn zone(&self) -> String {
        self.say("mail-zone", &[("zone", self.zone.name().into())])
    }

    /// The day by these clocks.
    pub(super) fn date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// `lundi 23 mars`.
    pub(super) fn day(&self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&self.zone);
        let weekday = self.say(&format!("weekday-{}", local.weekday().number_from_monday()), &[]);
        let month = self.say(&format!("month-{}", local.month()), &[]);
        self.say("date-day", &[("weekday", weekday.into()), ("day", local.day().into()), ("month", month.into())])
    }

    /// The same, with the year where it is another than that of `seen`.
    pub(super) fn day_seen(&self, at: DateTime<Utc>, seen: DateTime<Utc>) -> String {
        let year = at.with_timezone(&self.zone).year();
        if year == seen.with_timezone(&self.zone).year() {
            return self.day(at);
        }
        self.say("date-day-year", &[("day", self.day(at).into()), ("year", year.to_string().into())])
    }

    /// `9 h 05`, `9:05`.
    pub(super) fn time(&self, at: DateTime<Utc>) -> String {
        let local = at.with_timezone(&self.zone);
        let hour = ("hour", local.hour().to_string().into());
        match local.minute() {
            0 => self.say("time-hour", &[hour]),
            minute => self.say("time-minutes", &[hour, ("minute", format!("{minute:02}").into())]),
        }
    }

    /// `9 h – 9 h 55`.
    pub(super) fn times(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> String {
        self.say("time-span", &[("from", self.time(from).into()), ("to", self.time(to).into())])
    }

    /// `lundi 23 mars à 9 h`.
    pub(super) fn day_time(&self, at: DateTime<Utc>) -> String {
        self.say("date-day-time", &[("day", self.day(at).into()), ("time", self.time(at).into())])
    }

    /// The same, with the year where it is another than that of `seen`.
    pub(super) fn day_time_seen(&self, at: DateTime<Utc>, seen: DateTime<Utc>) -> String {
        self.say("date-day-time", &[("day", self.day_seen(at, seen).into()), ("time", self.time(at).into())])
    }
}
