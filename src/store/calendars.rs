//! When schools are closed, and their lunch breaks.

use super::{
    Conn, StoreError,
    conn::on_backend,
    schema::{lunch_breaks, school_calendars, school_days},
    stamps,
    types::{count, word},
};
use crate::domain::{
    calendar::{DaySpan, LunchBreak, SchoolCalendar},
    id::Id,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::HashMap;

/// Replaces a school's calendar.
///
/// # Errors
/// `Reference` when there is no such school.
pub fn replace(conn: &mut Conn, school: &Id, calendar: &SchoolCalendar) -> Result<(), StoreError> {
    stamps::renew_school(conn, school)?;
    let id = school.as_str();
    diesel::delete(school_calendars::table.filter(school_calendars::school_id.eq(id))).execute(conn)?;
    diesel::delete(lunch_breaks::table.filter(lunch_breaks::school_id.eq(id))).execute(conn)?;
    diesel::delete(school_days::table.filter(school_days::school_id.eq(id))).execute(conn)?;
    if *calendar == SchoolCalendar::default() {
        return Ok(());
    }
    diesel::insert_into(school_calendars::table)
        .values((
            school_calendars::school_id.eq(id),
            school_calendars::holiday_zone.eq(calendar.holiday_zone.map(|zone| zone.as_str())),
            school_calendars::public_holidays.eq(calendar.public_holidays.map(|which| which.as_str())),
        ))
        .execute(conn)?;
    let lunch: Vec<_> = (0_i64..)
        .zip(&calendar.lunch)
        .map(|(position, lunch)| {
            (
                lunch_breaks::school_id.eq(id),
                lunch_breaks::position.eq(position),
                lunch_breaks::weekday.eq(lunch.weekday.map(i64::from)),
                lunch_breaks::from_minute.eq(i64::from(lunch.from_minute)),
                lunch_breaks::to_minute.eq(i64::from(lunch.to_minute)),
            )
        })
        .collect();
    on_backend!(conn, conn => diesel::insert_into(lunch_breaks::table).values(&lunch).execute(conn))?;
    let days = |opens: bool, days: &[DaySpan]| -> Vec<_> {
        let row = |(position, span): (i64, &DaySpan)| {
            (
                school_days::school_id.eq(id.to_owned()),
                school_days::opens.eq(opens),
                school_days::position.eq(position),
                school_days::from_day.eq(span.from.to_string()),
                school_days::to_day.eq(span.to.to_string()),
                school_days::reason.eq(span.reason.clone()),
            )
        };
        (0_i64..).zip(days).map(row).collect()
    };
    let days = [days(false, &calendar.closures), days(true, &calendar.opening_days)].concat();
    on_backend!(conn, conn => diesel::insert_into(school_days::table).values(&days).execute(conn))?;
    Ok(())
}

/// The calendars of schools; one that has none is not in the answer.
///
/// # Errors
/// those of the database.
pub(super) fn of_schools(conn: &mut Conn, ids: &[&str]) -> Result<HashMap<String, SchoolCalendar>, StoreError> {
    let rows = school_calendars::table.filter(school_calendars::school_id.eq_any(ids)).load::<(
        String,
        Option<String>,
        Option<String>,
    )>(conn)?;
    let mut out = HashMap::new();
    for (school, zone, public) in rows {
        let calendar = SchoolCalendar {
            holiday_zone: zone.as_deref().map(word).transpose()?,
            public_holidays: public.as_deref().map(word).transpose()?,
            ..SchoolCalendar::default()
        };
        out.insert(school, calendar);
    }
    if out.is_empty() {
        return Ok(out);
    }
    let lunch = lunch_breaks::table
        .filter(lunch_breaks::school_id.eq_any(ids))
        .order((lunch_breaks::school_id, lunch_breaks::position))
        .load::<(String, i64, Option<i64>, i64, i64)>(conn)?;
    for (school, _, weekday, from, to) in lunch {
        let weekday = weekday.map(count).transpose()?;
        let lunch = LunchBreak { weekday, from_minute: count(from)?, to_minute: count(to)? };
        out.entry(school).or_default().lunch.push(lunch);
    }
    let days = school_days::table
        .filter(school_days::school_id.eq_any(ids))
        .order((school_days::school_id, school_days::opens, school_days::position))
        .load::<(String, bool, i64, String, String, String)>(conn)?;
    for (school, opens, _, from, to, reason) in days {
        let span = DaySpan { from: day(&from)?, to: day(&to)?, reason };
        let calendar = out.entry(school).or_default();
        if opens { calendar.opening_days.push(span) } else { calendar.closures.push(span) }
    }
    Ok(out)
}

fn day(text: &str) -> Result<NaiveDate, StoreError> {
    text.parse().map_err(|_| StoreError::Other(format!("{text:?} is no day")))
}
