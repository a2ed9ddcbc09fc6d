//! Forecasts of schools' weeks with everything in them that real counts have.

use super::*;
use crate::domain::calendar::{HolidayZone, PublicHolidays, SchoolCalendar};
use chrono::{Datelike, Duration, NaiveTime};

/// Numbers that look like chance, always the same.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let share = (self.0 >> 33) as f64 / (1_u64 << 31) as f64;
        share
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn nantes() -> DayTypes {
    DayTypes::of_schools([SchoolCalendar {
        holiday_zone: Some(HolidayZone::B),
        public_holidays: Some(PublicHolidays::France),
        ..SchoolCalendar::default()
    }])
}

/// A platform's connections: mornings and afternoons in term, mornings on Wednesdays, hardly anything else; growing, with noise.
fn load(types: &DayTypes, day: NaiveDate, slot: u32, weeks: f64, chance: &mut Chance) -> f64 {
    let hour = f64::from(slot) / 12.0;
    let bump = |middle: f64, width: f64| (-((hour - middle) / width).powi(2)).exp();
    let shape = match types.of(day) {
        DayType::Term(3) => bump(9.5, 1.2),
        DayType::Term(1..=5) => bump(9.5, 1.2) + 0.8 * bump(14.5, 1.5),
        _ => 0.08 * bump(15.0, 3.0),
    };
    (shape * 900.0 * (1.0 + 0.02 * weeks) + 6.0) * (0.85 + 0.3 * chance.next())
}

/// So many weeks from a Monday on; `dirty` with gaps, outliers, zeros and a collector that stands still.
fn weeks(types: &DayTypes, from: &str, weeks: u32, dirty: bool) -> Series {
    let (mut series, mut chance) = (Series::new(5), Chance(7));
    for day in date(from).iter_days().take(weeks as usize * 7) {
        let age = f64::from(i32::try_from((day - date(from)).num_days()).unwrap()) / 7.0;
        let bad = if dirty { chance.next() } else { 1.0 };
        for slot in 0..288 {
            let mut value = load(types, day, slot, age, &mut chance);
            if dirty {
                match (bad, chance.next()) {
                    (bad, _) if bad < 0.04 => continue,
                    (bad, _) if bad < 0.07 => value = 0.0,
                    (bad, _) if bad < 0.10 && slot > 100 => value = 431.0,
                    (_, rare) if rare < 0.03 => continue,
                    (_, rare) if rare < 0.035 => value *= 20.0,
                    _ => {}
                }
            }
            series.put(day.and_time(NaiveTime::MIN) + Duration::minutes(i64::from(slot) * 5), value);
        }
    }
    series.cleaned()
}

#[test]
fn a_school_week_is_forecast_better_than_by_last_week_or_mean() {
    let types = nantes();
    for dirty in [false, true] {
        let series = weeks(&types, "2019-09-02", 26, dirty);
        let found = backtest(&series, &types).unwrap();
        let wape = |method| found.scores[&method].wape().unwrap();
        let chosen = found.chosen.wape().unwrap();
        assert!(chosen <= wape(Method::SixWeeks), "at least as good as what is to be beaten");
        assert!(chosen < 0.75 * wape(Method::LastWeek), "{chosen} {}", wape(Method::LastWeek));
        assert!(chosen < 0.75 * wape(Method::Mean), "{chosen} {}", wape(Method::Mean));
        let coverage = found.coverage.unwrap();
        assert!((930..=990).contains(&coverage), "{coverage} {dirty}");
    }
}

#[test]
fn holidays_and_public_holidays_are_not_taken_for_term() {
    let types = nantes();
    assert_eq!(types.of(date("2020-02-12")), DayType::Term(3));
    assert_eq!(types.of(date("2020-02-17")).to_string(), "holidays-B-1");
    assert_eq!(types.of(date("2020-05-01")), DayType::Closed);
    let series = weeks(&types, "2019-09-02", 24, false);
    let days = date("2020-02-17").iter_days().take(90);
    let forecast = forecast(&series, &types, days).unwrap();
    let peak = |of_day: DayType| forecast.profiles[&of_day].median.iter().flatten().max().copied().unwrap();
    assert!(peak(DayType::Term(1)) > 900);
    assert!(peak(types.of(date("2020-02-17"))) < 150, "as in the holidays before");
    let wednesday = &forecast.profiles[&DayType::Term(3)];
    let on_wednesday = |hour: usize| wednesday.median[hour * 12].unwrap();
    assert!(on_wednesday(14) < 40 && on_wednesday(9) > 500, "no school on Wednesday afternoons");
    for profile in forecast.profiles.values() {
        assert!(profile.median.iter().zip(&profile.upper).all(|(median, upper)| median <= upper));
        assert_eq!(profile.upper.len(), 288);
    }
}

#[test]
fn a_platform_of_several_zones_knows_each_set_of_them() {
    let school = |zone| SchoolCalendar { holiday_zone: Some(zone), ..SchoolCalendar::default() };
    let types = DayTypes::of_schools([school(HolidayZone::A), school(HolidayZone::B), school(HolidayZone::A)]);
    assert_eq!(types.of(date("2020-02-17")).to_string(), "holidays-B-1");
    assert_eq!(types.of(date("2020-02-24")).to_string(), "holidays-AB-1");
    assert_eq!(types.of(date("2020-03-02")).to_string(), "holidays-A-1");
    assert_eq!(types.of(date("2020-03-09")), DayType::Term(1));
}

#[test]
fn what_cannot_be_is_left_out() {
    let mut series = Series::new(5);
    let midnight = date("2020-03-16").and_time(NaiveTime::MIN);
    let at = |slot: i64| midnight + Duration::minutes(5 * slot);
    series.put(at(0), f64::NAN);
    series.put(at(1), -5.0);
    series.put(at(2), 4.0);
    (100..136).for_each(|slot| series.put(at(slot), 431.0));
    (200..236).for_each(|slot| series.put(at(slot), 0.0));
    let series = series.cleaned();
    let day = series.day(date("2020-03-16"));
    assert_eq!((day[0], day[1], day[2], day[120], day[220]), (None, None, Some(4.0), None, Some(0.0)));
}

#[test]
fn little_is_enough_to_begin_with_and_nothing_is_not() {
    let types = DayTypes::default();
    assert!(forecast(&Series::new(5), &types, [date("2020-03-16")]).is_none());
    let series = weeks(&types, "2020-03-02", 1, false);
    let found = forecast(&series, &types, date("2020-03-09").iter_days().take(7)).unwrap();
    assert_eq!((found.profiles.len(), found.backtest.coverage, found.method), (7, None, Method::SixWeeks));
    let two_days = series.before(date("2020-03-04"));
    assert!(forecast(&two_days, &types, [date("2020-03-16")]).is_none());
    assert_eq!(date("2020-03-09").weekday().number_from_monday(), 1);
}

/// Six weeks of a platform, of which a day and minute give the load; those without were not observed.
fn six_weeks(load: impl Fn(NaiveDate, u32) -> Option<f64>) -> Series {
    let mut series = Series::new(5);
    for day in date("2020-01-06").iter_days().take(42) {
        for minute in (0..1440).step_by(5) {
            if let Some(value) = load(day, minute) {
                series.put(day.and_time(NaiveTime::MIN) + Duration::minutes(minute.into()), value);
            }
        }
    }
    series.cleaned()
}

/// What is expected at an hour of the Monday and of the Saturday after those six weeks.
fn expected_at(series: &Series, hour: usize) -> [Option<u32>; 2] {
    let forecast = forecast(series, &DayTypes::default(), date("2020-02-17").iter_days().take(7)).unwrap();
    [1, 6].map(|weekday| forecast.profiles.get(&DayType::Term(weekday)).and_then(|profile| profile.median[hour * 12]))
}

fn by_day(minute: u32) -> f64 {
    150.0 + f64::from(minute % 60)
}

#[test]
fn of_hours_that_were_never_observed_nothing_is_expected() {
    let is_school = |day: NaiveDate| day.weekday().number_from_monday() <= 5;
    let series = six_weeks(|day, minute| {
        let is_pause = (12 * 60..13 * 60 + 30).contains(&minute);
        (is_school(day) && (8 * 60..18 * 60).contains(&minute) && !is_pause).then(|| by_day(minute))
    });
    for hour in [0, 7, 18, 23] {
        assert_eq!(expected_at(&series, hour), [None, None], "{hour} o'clock");
    }
    assert_eq!([expected_at(&series, 8), expected_at(&series, 17)], [[Some(150), None]; 2]);
    let pause = expected_at(&series, 13)[0];
    assert!(pause.is_some_and(|load| (150..=210).contains(&load)), "what lies between is known well enough: {pause:?}");

    // One reading at midnight tells nothing of the night.
    let series = six_weeks(|_, minute| (minute == 0 || minute >= 8 * 60).then(|| by_day(minute)));
    assert_eq!([expected_at(&series, 0)[0], expected_at(&series, 4)[0]], [Some(150), None]);
}

#[test]
fn a_still_night_and_a_still_weekend_are_no_stuck_collector() {
    let series = six_weeks(|day, minute| {
        let is_busy = day.weekday().number_from_monday() <= 5 && (8 * 60..18 * 60).contains(&minute);
        Some(if is_busy { by_day(minute) } else { 20.0 })
    });
    assert_eq!([expected_at(&series, 3), expected_at(&series, 9)], [[Some(20), Some(20)], [Some(150), Some(20)]]);
}
