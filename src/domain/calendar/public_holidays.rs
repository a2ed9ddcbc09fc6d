//! French public holidays, computed for any year.

use chrono::{Datelike, Duration, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which public holidays apply: those of all France (Labour Code, article L3133-1), and a territory's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PublicHolidays {
    /// Those of all France.
    France,
    /// Good Friday and 26 December too.
    AlsaceMoselle,
    /// The abolition of slavery too, on 27 May.
    Guadeloupe,
    /// The abolition of slavery too, on 10 June.
    Guyane,
    /// The abolition of slavery too, on 22 May.
    Martinique,
    /// The abolition of slavery too, on 27 April.
    Mayotte,
    /// The abolition of slavery too, on 20 December.
    LaReunion,
    /// The abolition of slavery too, on 9 October.
    SaintBarthelemy,
}

/// The day and month of the holidays that do not move.
const FIXED: &[(u32, u32, &str)] = &[
    (1, 1, "Jour de l’An"),
    (5, 1, "Fête du Travail"),
    (5, 8, "Victoire de 1945"),
    (7, 14, "Fête nationale"),
    (8, 15, "Assomption"),
    (11, 1, "Toussaint"),
    (11, 11, "Armistice de 1918"),
    (12, 25, "Noël"),
];
/// Days after Easter Sunday of those that move with it.
const MOVING: &[(i64, &str)] = &[(1, "Lundi de Pâques"), (39, "Ascension"), (50, "Lundi de Pentecôte")];
const ABOLITION: &str = "Abolition de l’esclavage";

impl PublicHolidays {
    /// Its word in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::France => "france",
            Self::AlsaceMoselle => "alsace-moselle",
            Self::Guadeloupe => "guadeloupe",
            Self::Guyane => "guyane",
            Self::Martinique => "martinique",
            Self::Mayotte => "mayotte",
            Self::LaReunion => "la-reunion",
            Self::SaintBarthelemy => "saint-barthelemy",
        }
    }

    /// The public holiday on a day.
    pub fn on(self, day: NaiveDate) -> Option<&'static str> {
        let fixed = FIXED.iter().chain(self.own()).find(|(month, date, _)| (*month, *date) == (day.month(), day.day()));
        let good_friday: &[(i64, &str)] = if self == Self::AlsaceMoselle { &[(-2, "Vendredi saint")] } else { &[] };
        let after = (day - easter(day.year())?).num_days();
        let moving = || MOVING.iter().chain(good_friday).find(|(days, _)| *days == after).map(|(_, name)| *name);
        fixed.map(|(_, _, name)| *name).or_else(moving)
    }

    /// The territory's own that do not move.
    fn own(self) -> &'static [(u32, u32, &'static str)] {
        match self {
            Self::France => &[],
            Self::AlsaceMoselle => &[(12, 26, "Saint-Étienne")],
            Self::Guadeloupe => &[(5, 27, ABOLITION)],
            Self::Guyane => &[(6, 10, ABOLITION)],
            Self::Martinique => &[(5, 22, ABOLITION)],
            Self::Mayotte => &[(4, 27, ABOLITION)],
            Self::LaReunion => &[(12, 20, ABOLITION)],
            Self::SaintBarthelemy => &[(10, 9, ABOLITION)],
        }
    }
}

/// Easter Sunday by the Gregorian computus: the Sunday after the first ecclesiastical full moon on or after 21 March.
pub fn easter(year: i32) -> Option<NaiveDate> {
    let century = year.div_euclid(100);
    // The moon: its age in the cycle of 19 years, moved by leap days left out and by the moon's own correction.
    let leap_days = century - century.div_euclid(4);
    let moon = (8 * century + 13).div_euclid(25);
    let mut full_moon = (19 * year.rem_euclid(19) + leap_days - moon + 15).rem_euclid(30);
    // Two moons of the table are a day early, so that within 19 years no two fall on the same day.
    if full_moon == 29 || (full_moon == 28 && year.rem_euclid(19) > 10) {
        full_moon -= 1;
    }
    let full_moon = NaiveDate::from_ymd_opt(year, 3, 21)? + Duration::days(i64::from(full_moon));
    Some(full_moon + Duration::days(i64::from(7 - full_moon.weekday().num_days_from_sunday())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn easter_falls_where_the_almanac_says() {
        for text in [
            "1818-03-22",
            "1886-04-25",
            "1943-04-25",
            "1954-04-18",
            "1961-04-02",
            "1981-04-19",
            "2000-04-23",
            "2008-03-23",
            "2011-04-24",
            "2019-04-21",
            "2020-04-12",
            "2021-04-04",
            "2022-04-17",
            "2023-04-09",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2038-04-25",
            "2049-04-18",
            "2076-04-19",
            "2100-03-28",
            "2285-03-22",
        ] {
            assert_eq!(easter(day(text).year()), Some(day(text)));
        }
    }

    #[test]
    fn easter_is_a_sunday_between_22_march_and_25_april() {
        for year in 1583..=4099 {
            let easter = easter(year).unwrap();
            assert_eq!(easter.weekday(), chrono::Weekday::Sun);
            assert!(((3, 22)..=(4, 25)).contains(&(easter.month(), easter.day())), "{easter}");
        }
    }

    #[test]
    fn the_eleven_holidays_of_a_year() {
        let of_year = |which: PublicHolidays, year: i32| -> Vec<String> {
            let days = NaiveDate::from_ymd_opt(year, 1, 1).unwrap().iter_days().take_while(|day| day.year() == year);
            days.filter(|day| which.on(*day).is_some()).map(|day| day.format("%m-%d").to_string()).collect()
        };
        let france =
            ["01-01", "04-13", "05-01", "05-08", "05-21", "06-01", "07-14", "08-15", "11-01", "11-11", "12-25"];
        assert_eq!(of_year(PublicHolidays::France, 2020), france);
        let alsace = of_year(PublicHolidays::AlsaceMoselle, 2020);
        assert_eq!((alsace.len(), &*alsace[1], &*alsace[12]), (13, "04-10", "12-26"));
        assert_eq!(of_year(PublicHolidays::LaReunion, 2020)[10], "12-20");
        // Ascension and Labour Day on one day: one holiday less.
        assert_eq!(of_year(PublicHolidays::France, 2008).len(), 10);
    }

    #[test]
    fn a_territory_keeps_its_own_day() {
        use PublicHolidays as P;
        let all = [P::France, P::AlsaceMoselle, P::Guadeloupe, P::Guyane, P::Martinique, P::Mayotte, P::LaReunion];
        let own = ["", "", "2026-05-27", "2026-06-10", "2026-05-22", "2026-04-27", "2026-12-20"];
        for (which, text) in all.iter().zip(own).filter(|(_, text)| !text.is_empty()) {
            assert_eq!(which.on(day(text)), Some(ABOLITION));
            assert_eq!(P::France.on(day(text)), None);
        }
        for which in all {
            assert_eq!(serde_json::to_value(which).unwrap(), which.as_str());
        }
    }
}
