//! The hours in which a class may lie: opening hours, less what a wish leaves out.

use super::{
    calendar::Opening,
    finding::Findings,
    liking::liked_windows,
    request::{ImpossibleHours, NewRequest},
    round::Window,
    time::{Grid, WeekSpan},
    wish::{Frame, windows},
};
use chrono::{DateTime, Datelike, Duration, Timelike, Utc};
use chrono_tz::Tz;

/// The opening hours less what the wish does not allow. A class lies within one span.
pub fn effective(opening: &[WeekSpan], allowed: &[WeekSpan], impossible: &[ImpossibleHours]) -> Vec<WeekSpan> {
    let allowed = merged(allowed);
    let mut spans: Vec<WeekSpan> = Vec::new();
    for open in opening {
        if allowed.is_empty() {
            spans.push(*open);
        }
        spans.extend(allowed.iter().filter_map(|span| common(open, span)));
    }
    for hours in impossible {
        spans = spans.into_iter().flat_map(|span| less(span, &hours.span())).collect();
    }
    spans
}

/// The spans without overlaps and joints, so that a class may lie across two that meet.
fn merged(spans: &[WeekSpan]) -> Vec<WeekSpan> {
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    let mut out: Vec<WeekSpan> = Vec::new();
    for span in sorted {
        match out.last_mut() {
            Some(last) if last.weekday == span.weekday && span.from_minute <= last.to_minute => {
                last.to_minute = last.to_minute.max(span.to_minute);
            }
            _ => out.push(span),
        }
    }
    out
}

fn common(a: &WeekSpan, b: &WeekSpan) -> Option<WeekSpan> {
    let (from_minute, to_minute) = (a.from_minute.max(b.from_minute), a.to_minute.min(b.to_minute));
    (a.weekday == b.weekday && from_minute < to_minute).then_some(WeekSpan { from_minute, to_minute, ..*a })
}

fn less(span: WeekSpan, hole: &WeekSpan) -> Vec<WeekSpan> {
    if common(&span, hole).is_none() {
        return vec![span];
    }
    let before = WeekSpan { to_minute: hole.from_minute, ..span };
    let after = WeekSpan { from_minute: hole.to_minute, ..span };
    [before, after].into_iter().filter(|part| part.from_minute < part.to_minute).collect()
}

/// The hours among these in which a class would touch, if there are any.
pub fn touched(
    hours: &[ImpossibleHours],
    zone: Tz,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
) -> Option<&ImpossibleHours> {
    let (from, to) = (starts_at.with_timezone(&zone).naive_local(), ends_at.with_timezone(&zone).naive_local());
    let (mut day, mut found) = (from.date(), None);
    while found.is_none() && day <= to.date() {
        let minute = |at: chrono::NaiveDateTime| at.hour() * 60 + at.minute();
        let first = if day == from.date() { minute(from) } else { 0 };
        let end = if day == to.date() { minute(to) } else { 1440 };
        let weekday = day.weekday().number_from_monday();
        found = hours.iter().find(|each| each.weekday == weekday && each.from_minute < end && first < each.to_minute);
        day += Duration::days(1);
    }
    found
}

/// The starts that a wish allows within the opening hours, cheapest window first.
///
/// # Errors
/// Every finding at once: those of [`windows`]; `not-allowed-hours` and `impossible-hours` for a preferred start that
/// the wish's own hours exclude; `no-start-left` when they exclude all.
pub fn allowed_windows(wish: &NewRequest, opening: Opening<'_>, grid: Grid) -> Result<Vec<Window>, Findings> {
    let frame = Frame { opening, grid, duration_minutes: wish.duration_minutes, is_round: true };
    let free = windows(&wish.preferred, wish.otherwise, &frame)?;
    if wish.allowed_hours.is_empty() && wish.impossible_hours.is_empty() {
        return Ok(with_liked(free, wish, &frame));
    }
    let hours = effective(opening.hours, &wish.allowed_hours, &wish.impossible_hours);
    let narrow = Frame { opening: Opening { hours: &hours, ..opening }, ..frame };
    let mut findings = Findings::default();
    if narrow.starts().is_empty() {
        none_left(&mut findings, wish, &frame);
        return Err(findings);
    }
    let length = Duration::minutes(i64::from(wish.duration_minutes));
    for (index, preferred) in wish.preferred.iter().enumerate() {
        let place = format!("preferred[{index}].start");
        let Ok(at) = frame.start(preferred.start, &place) else { continue };
        let Err(finding) = narrow.start(preferred.start, &place) else { continue };
        match touched(&wish.impossible_hours, opening.zone, at, at + length) {
            Some(hours) => {
                let message = format!("the class would lie in hours that are impossible: {}", hours.reason);
                findings.add("impossible-hours", place, message, finding.action);
            }
            None => {
                let message = "the class would not lie within the allowed hours";
                findings.add("not-allowed-hours", place, message, finding.action);
            }
        }
    }
    findings.into_result()?;
    Ok(with_liked(windows(&wish.preferred, wish.otherwise, &narrow)?, wish, &narrow))
}

/// The windows and those of the liked hours, cheapest first.
fn with_liked(mut windows: Vec<Window>, wish: &NewRequest, frame: &Frame<'_>) -> Vec<Window> {
    windows.extend(liked_windows(wish, frame));
    windows.sort_by_key(|window| (window.base, window.first_at));
    windows
}

/// Which hours exclude what, when nothing is left.
fn none_left(findings: &mut Findings, wish: &NewRequest, frame: &Frame<'_>) {
    let opening = frame.opening;
    let starts = |allowed: &[WeekSpan], impossible: &[ImpossibleHours]| {
        let hours = effective(opening.hours, allowed, impossible);
        Frame { opening: Opening { hours: &hours, ..opening }, ..*frame }.starts().len()
    };
    let all = starts(&[], &[]);
    let allowed = starts(&wish.allowed_hours, &[]);
    let mut reasons: Vec<&str> = wish.impossible_hours.iter().map(|hours| hours.reason.as_str()).collect();
    reasons.dedup();
    let reasons = reasons.join("”, “");
    let minutes = wish.duration_minutes;
    if allowed == 0 {
        let message = format!(
            "the opening hours give a class of {minutes} minutes {all} starts in this round, none of them within the \
             allowed hours"
        );
        findings.add("no-start-left", "allowed_hours", message, "allow more hours, or shorten the class");
    }
    if starts(&[], &wish.impossible_hours) == 0 {
        let message = format!(
            "the opening hours give a class of {minutes} minutes {all} starts in this round, the impossible hours \
             (“{reasons}”) exclude every one"
        );
        findings.add("no-start-left", "impossible_hours", message, "leave hours that are possible");
    }
    if findings.0.is_empty() {
        let message = format!(
            "of {all} starts within the opening hours {allowed} lie within the allowed hours, and the impossible ones \
             (“{reasons}”) exclude every one of these"
        );
        findings.add("no-start-left", "impossible_hours", message, "allow more hours, or leave more that are possible");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        calendar::SchoolCalendar,
        time::day_start,
        wish::{Otherwise, Preferred},
    };
    use chrono::{NaiveDate, NaiveDateTime};

    const ZONE: Tz = chrono_tz::Europe::Paris;

    fn span(weekday: u32, from_minute: u32, to_minute: u32) -> WeekSpan {
        WeekSpan { weekday, from_minute, to_minute }
    }

    fn hole(weekday: u32, from_minute: u32, to_minute: u32) -> ImpossibleHours {
        ImpossibleHours { weekday, from_minute, to_minute, reason: "Conseil".into() }
    }

    static EVERY_DAY: SchoolCalendar = SchoolCalendar {
        holiday_zone: None,
        public_holidays: None,
        lunch: Vec::new(),
        closures: Vec::new(),
        opening_days: Vec::new(),
    };

    fn open(hours: &[WeekSpan]) -> Opening<'_> {
        Opening { zone: ZONE, hours, calendar: &EVERY_DAY }
    }

    fn week() -> Grid {
        let start = day_start(ZONE, NaiveDate::from_ymd_opt(2020, 3, 23).unwrap());
        Grid { start, step_minutes: 5, cells: 167 * 12 }
    }

    fn wish(allowed_hours: Vec<WeekSpan>, impossible_hours: Vec<ImpossibleHours>) -> NewRequest {
        let start = NaiveDateTime::parse_from_str("2020-03-23T09:00", "%Y-%m-%dT%H:%M").unwrap();
        NewRequest {
            duration_minutes: 60,
            preferred: vec![Preferred { start, tolerance_minutes: 0 }],
            otherwise: Otherwise::AnyDay,
            allowed_hours,
            impossible_hours,
            ..NewRequest::default()
        }
    }

    #[test]
    fn impossible_hours_win_over_allowed_ones() {
        let opening = [span(1, 480, 735), span(1, 795, 1080), span(2, 480, 735)];
        assert_eq!(effective(&opening, &[], &[]), opening);
        let allowed = [span(1, 540, 600), span(1, 600, 840)];
        assert_eq!(effective(&opening, &allowed, &[]), [span(1, 540, 735), span(1, 795, 840)]);
        assert_eq!(
            effective(&opening, &allowed, &[hole(1, 600, 660), hole(2, 0, 1440)]),
            [span(1, 540, 600), span(1, 660, 735), span(1, 795, 840)]
        );
    }

    #[test]
    fn windows_keep_to_the_hours() {
        let opening = [span(1, 480, 735), span(2, 480, 735)];
        let found = allowed_windows(&wish(vec![], vec![hole(1, 600, 660)]), open(&opening), week()).unwrap();
        let minute = |at: DateTime<Utc>| at.with_timezone(&ZONE).hour() * 60 + at.minute();
        let ends = found.iter().map(|window| minute(window.last_at) + 60);
        assert!(found.iter().zip(ends).all(|(window, end)| end <= 600
            || minute(window.first_at) >= 660
            || window.first_at > week().start + Duration::days(1)));
    }

    #[test]
    fn what_excludes_all_is_told() {
        let opening = [span(1, 480, 735), span(2, 480, 735)];
        let told = |allowed, impossible| {
            let findings = allowed_windows(&wish(allowed, impossible), open(&opening), week()).unwrap_err();
            findings.0.into_iter().map(|finding| (finding.code, finding.place, finding.message)).collect::<Vec<_>>()
        };
        let found = told(vec![span(6, 480, 735)], vec![]);
        assert_eq!((found[0].0.as_str(), found[0].1.as_str()), ("no-start-left", "allowed_hours"));
        let found = told(vec![], vec![hole(1, 0, 1440), hole(2, 500, 720)]);
        assert_eq!((found.len(), found[0].1.as_str()), (1, "impossible_hours"));
        assert!(found[0].2.contains("“Conseil”"), "{found:?}");
        let found = told(vec![span(1, 480, 735)], vec![hole(1, 480, 735)]);
        assert!(found[0].2.contains("80 starts") && found[0].2.contains("40 lie"), "{found:?}");
        assert_eq!(told(vec![span(1, 600, 735)], vec![])[0].0, "not-allowed-hours");
        let found = told(vec![], vec![hole(1, 570, 600)]);
        assert_eq!((found[0].0.as_str(), found[0].1.as_str()), ("impossible-hours", "preferred[0].start"));
    }

    #[test]
    fn a_class_touches_hours_on_both_sides_of_midnight() {
        let at = |minutes: i64| week().start + Duration::minutes(minutes);
        let hours = [hole(2, 0, 30)];
        assert!(touched(&hours, ZONE, at(1380), at(1440)).is_none());
        assert!(touched(&hours, ZONE, at(1380), at(1441)).is_some());
        assert!(touched(&hours, ZONE, at(1470), at(1500)).is_none());
    }
}
