//! Mails of load alerts, written in the transaction in which an alert begins or is over. Of what schools share hear the
//! operators, of a school's own load those who run it: nobody who looks after many schools hears of each.

use super::{map::window_minutes, pool_of, zone_of};
use crate::{
    app::{
        AppResult, Settings,
        sender::{Letterhead, News, Sender, operators},
    },
    domain::{alert::Alert, event::Event, load::PlaceKind, people::School},
    mail::{
        Reader,
        alerts::{AlertMail, load_alert},
    },
    store::{self, Conn},
};
use chrono::{DateTime, Utc};

/// Why a mail is not sent that waited, for quiet hours say, until its alert was over: the next one tells all of it.
const OVER: &str = "the alert was over before this was sent";

/// One mail for each reader when an alert begins, and one when it is over: because nothing comes in any more, if it is silent.
///
/// # Errors
/// those of the database.
pub(super) fn announce(
    conn: &mut Conn,
    settings: &Settings,
    schools: &[School],
    (alert, is_silent): (&Alert, bool),
    now: DateTime<Utc>,
) -> AppResult<()> {
    let thread = format!("alert-{}", alert.id);
    let state = if alert.ended_at.is_some() { "over" } else { "begun" };
    if alert.ended_at.is_some() {
        store::notices::give_up_thread(conn, &format!("{thread}@{}", settings.domain), OVER, now)?;
    }
    let pool = pool_of(conn, &alert.place, alert.metric)?;
    let zone = zone_of(conn, &alert.place)?;
    let school = schools.first().filter(|_| alert.place.kind == PlaceKind::School);
    let (name, readers) = match (school, alert.place.kind) {
        (Some(school), _) => (school.name.clone(), Sender { settings, school, now }.admins(conn)?),
        (None, PlaceKind::Federation) => (store::platforms::federation(conn, &alert.place.id)?.name, operators(conn)?),
        (None, _) => (store::platforms::get(conn, &alert.place.id)?.name, operators(conn)?),
    };
    let head = Letterhead { settings, school: school.map(|school| &school.id), name: &name, zone, now };
    let day = alert.began_at.with_timezone(&zone).date_naive();
    let link = match (school, &pool) {
        (Some(_), _) => format!("{}/week?date={day}", settings.public_url),
        (None, Some(pool)) => format!("{}/operator/load?date={day}&pool={}", settings.public_url, pool.id),
        (None, None) => format!("{}/operator/load?date={day}", settings.public_url),
    };
    let window_minutes = window_minutes(pool.as_ref());
    for to in readers {
        let news = News {
            event: Event::LoadAlert,
            cause: format!("{}/{}/{state}", Event::LoadAlert.as_str(), alert.id),
            thread: Some(thread.clone()),
            needed_by: None,
        };
        let mail = |to: Reader<'_>| load_alert(&AlertMail { to, link: &link, alert, is_silent, window_minutes });
        head.tell(conn, &to, news, mail, None)?;
    }
    Ok(())
}
