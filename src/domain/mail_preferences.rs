//! Which mails somebody wants, and when they may come.

use super::{
    event::Event,
    finding::Findings,
    id::Id,
    time::{DAY_MINUTES, instant_or_next},
};
use chrono::{DateTime, Duration, NaiveTime, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A change of a class that begins within this time is told at once: calendars poll slowly.
const SOON: Duration = Duration::hours(24);

/// What somebody wants of mails.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailPreferences {
    /// Kinds of news that are not sent; any but `sign-in` and `invitation`.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub switched_off: Vec<Event>,
    /// When mails wait; never, when nothing is said.
    #[serde(default)]
    pub quiet_hours: Option<QuietHours>,
}

/// A stretch of every day, in the time zone of the school that writes. Mails written in it wait until its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// Minutes after local midnight at which it begins.
    #[schema(minimum = 0, maximum = 1439, example = 1200)]
    pub from_minute: u32,
    /// Minutes after local midnight at which it ends; on the next day, when that is before it begins.
    #[schema(minimum = 0, maximum = 1439, example = 420)]
    pub to_minute: u32,
}

/// Somebody who gets mails: a person with an account, or a teacher without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailReader {
    /// The person's id, or the teacher's.
    pub id: Id,
    /// What the links in their mails hold, by which they switch a kind of mail off without signing in.
    pub secret: String,
    /// What they want.
    pub preferences: MailPreferences,
}

impl MailPreferences {
    /// The preferences in order, or everything that is wrong with them: `cannot-switch-off`, `bad-span`.
    ///
    /// # Errors
    /// the findings.
    pub fn checked(mut self) -> Result<Self, Findings> {
        let mut findings = Findings::default();
        for (index, event) in self.switched_off.iter().enumerate().filter(|(_, event)| !event.may_be_switched_off()) {
            let message = format!("mails of the kind {} carry a sign-in", event.as_str());
            findings.add("cannot-switch-off", format!("switched_off[{index}]"), message, "leave it out");
        }
        if let Some(QuietHours { from_minute, to_minute }) = self.quiet_hours
            && (from_minute >= DAY_MINUTES || to_minute >= DAY_MINUTES || from_minute == to_minute)
        {
            let message = format!("minutes {from_minute} to {to_minute} are not a stretch of a day");
            let action = "use two different minutes from 0 to 1439; the end may be before the beginning";
            findings.add("bad-span", "quiet_hours", message, action);
        }
        findings.into_result()?;
        self.switched_off.sort_unstable();
        self.switched_off.dedup();
        Ok(self)
    }

    /// Whether such mails are sent.
    pub fn wants(&self, event: Event) -> bool {
        !(event.may_be_switched_off() && self.switched_off.contains(&event))
    }

    /// When a mail that is written at `now` goes out. `needed_by` is when its news is of no use any more: when the first
    /// class begins, until when an offer holds.
    pub fn send_at(
        &self,
        event: Event,
        needed_by: Option<DateTime<Utc>>,
        zone: Tz,
        now: DateTime<Utc>,
    ) -> DateTime<Utc> {
        let Some(end) = self.quiet_hours.and_then(|quiet| quiet.end(zone, now)) else { return now };
        let latest = match event {
            Event::SignIn | Event::Invitation => return now,
            Event::PlanPublished | Event::SessionsChanged => now + SOON,
            // A reader who looks at the end of the quiet hours still has an hour.
            _ => end + Duration::hours(1),
        };
        if needed_by.is_some_and(|needed_by| needed_by <= latest) { now } else { end }
    }
}

impl QuietHours {
    /// When the stretch ends that `now` lies in, if it lies in one.
    fn end(self, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = now.with_timezone(&zone).naive_local();
        let minute = local.hour() * 60 + local.minute();
        let over_midnight = self.to_minute < self.from_minute;
        let (begun, ends_today) = (minute >= self.from_minute, minute < self.to_minute);
        let is_inside = if over_midnight { begun || ends_today } else { begun && ends_today };
        let day = local.date() + Duration::days(i64::from(!ends_today));
        let end = day.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(self.to_minute));
        is_inside.then(|| instant_or_next(zone, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{Europe::Paris, Indian::Reunion};

    const NIGHT: QuietHours = QuietHours { from_minute: 1200, to_minute: 420 };

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn quiet_hours_end_in_the_schools_time() {
        let end = |quiet: QuietHours, zone, now| quiet.end(zone, at(now));
        let lunch = QuietHours { from_minute: 720, to_minute: 780 };
        // 19:59, 20:00, 6:59 and 7:00 in Paris, in winter.
        assert_eq!(end(NIGHT, Paris, "2020-03-16T18:59:59Z"), None);
        assert_eq!(end(NIGHT, Paris, "2020-03-16T19:00:00Z"), Some(at("2020-03-17T06:00:00Z")));
        assert_eq!(end(NIGHT, Paris, "2020-03-17T05:59:00Z"), Some(at("2020-03-17T06:00:00Z")));
        assert_eq!(end(NIGHT, Paris, "2020-03-17T06:00:00Z"), None);
        assert_eq!(end(NIGHT, Reunion, "2020-03-16T16:00:00Z"), Some(at("2020-03-17T03:00:00Z")));
        assert_eq!(end(lunch, Paris, "2020-03-17T11:30:00Z"), Some(at("2020-03-17T12:00:00Z")));
        assert_eq!(end(lunch, Paris, "2020-03-17T12:00:00Z"), None);
        // The night in which clocks go forward, and an end that they leave out.
        assert_eq!(end(NIGHT, Paris, "2020-03-28T22:00:00Z"), Some(at("2020-03-29T05:00:00Z")));
        let short = QuietHours { from_minute: 60, to_minute: 150 };
        assert_eq!(end(short, Paris, "2020-03-29T00:30:00Z"), Some(at("2020-03-29T01:00:00Z")));
    }

    #[test]
    fn only_what_can_wait_waits() {
        let wishes = MailPreferences { switched_off: Vec::new(), quiet_hours: Some(NIGHT) };
        let now = at("2020-03-16T21:00:00Z");
        let morning = at("2020-03-17T06:00:00Z");
        let sent = |event, needed_by: Option<&str>| wishes.send_at(event, needed_by.map(at), Paris, now);
        for event in [Event::PlanPublished, Event::SessionsChanged] {
            assert_eq!(sent(event, Some("2020-03-17T21:00:00Z")), now, "within 24 hours");
            assert_eq!(sent(event, Some("2020-03-17T21:00:01Z")), morning);
        }
        assert_eq!(sent(Event::PlaceOffered, Some("2020-03-17T05:00:00Z")), now, "over before the night is");
        assert_eq!(sent(Event::PlaceOffered, Some("2020-03-17T08:00:00Z")), morning);
        assert_eq!(sent(Event::RoundOpened, None), morning);
        assert_eq!((sent(Event::SignIn, None), sent(Event::Invitation, None)), (now, now));
        assert_eq!(MailPreferences::default().send_at(Event::Swap, None, Paris, now), now);
    }

    #[test]
    fn a_sign_in_cannot_be_switched_off() {
        let all = MailPreferences { switched_off: Event::ALL.to_vec(), quiet_hours: None };
        assert!(all.wants(Event::SignIn) && all.wants(Event::Invitation) && !all.wants(Event::Swap));
        let findings = all.checked().unwrap_err();
        assert_eq!(findings.0.len(), 2);
        assert!(findings.0.iter().all(|finding| finding.code == "cannot-switch-off"));
        let twice =
            MailPreferences { switched_off: vec![Event::Swap, Event::RoundOpened, Event::Swap], quiet_hours: None };
        assert_eq!(twice.checked().unwrap().switched_off, [Event::RoundOpened, Event::Swap]);
        for (from_minute, to_minute) in [(5, 5), (1440, 0), (0, 1440)] {
            let quiet_hours = Some(QuietHours { from_minute, to_minute });
            let findings = MailPreferences { switched_off: Vec::new(), quiet_hours }.checked().unwrap_err();
            assert_eq!(findings.0[0].code, "bad-span");
        }
    }
}
