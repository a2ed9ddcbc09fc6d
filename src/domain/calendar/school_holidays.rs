//! The school holidays of the French zones, from a table in this folder (`holidays-fr.txt`).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use utoipa::ToSchema;

/// A zone of the French school calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum HolidayZone {
    /// Besançon, Bordeaux, Clermont-Ferrand, Dijon, Grenoble, Limoges, Lyon, Poitiers.
    A,
    /// Aix-Marseille, Amiens, Lille, Nancy-Metz, Nantes, Nice, Normandie, Orléans-Tours, Reims, Rennes, Strasbourg.
    B,
    /// Créteil, Montpellier, Paris, Toulouse, Versailles.
    C,
}

impl HolidayZone {
    /// Its letter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}

/// Where the table of school holidays comes from, and for which days it speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HolidayData {
    /// When the table was changed last.
    pub version: NaiveDate,
    /// Who says so.
    pub source: String,
    /// The first day that it covers.
    pub from: NaiveDate,
    /// The last day that it covers.
    pub to: NaiveDate,
}

/// The table.
struct Table {
    data: HolidayData,
    holidays: Vec<Holiday>,
}

struct Holiday {
    zones: String,
    from: NaiveDate,
    to: NaiveDate,
    name: String,
}

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| Table::read(include_str!("holidays-fr.txt")).ok());

/// Where the holidays come from. Nothing when the table that was built in cannot be read, which a test rules out.
pub fn data() -> Option<&'static HolidayData> {
    TABLE.as_ref().map(|table| &table.data)
}

/// Whether the table speaks for the day; where it does not, nobody knows whether the zone has a holiday.
pub fn covers(day: NaiveDate) -> bool {
    data().is_some_and(|data| (data.from..=data.to).contains(&day))
}

/// The holiday that a zone has on a day.
pub fn holiday(zone: HolidayZone, day: NaiveDate) -> Option<&'static str> {
    let of_day = |holiday: &&Holiday| (holiday.from..=holiday.to).contains(&day);
    let holidays = TABLE.as_ref().map_or(&[][..], |table| &table.holidays);
    let found = holidays.iter().filter(of_day).find(|holiday| holiday.zones.contains(zone.as_str()));
    found.map(|holiday| holiday.name.as_str())
}

impl Table {
    /// Reads a table, to its last line.
    ///
    /// # Errors
    /// the line that cannot be read, or what is missing.
    fn read(text: &str) -> Result<Self, String> {
        let (mut version, mut source, mut covers, mut holidays) = (None, None, None, Vec::new());
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let wrong = || format!("{line:?} cannot be read");
            let (word, rest) = line.split_once(' ').ok_or_else(wrong)?;
            let mut words = rest.trim().splitn(3, ' ');
            let mut day = || words.next().and_then(|day| day.parse::<NaiveDate>().ok()).ok_or_else(wrong);
            match word {
                "version" => version = Some(day()?),
                "source" => source = Some(rest.trim().to_owned()),
                "covers" => covers = Some((day()?, day()?)),
                zones if zones.chars().all(|zone| matches!(zone, 'A'..='C')) => {
                    let (from, to) = (day()?, day()?);
                    let name = words.next().filter(|_| from <= to).ok_or_else(wrong)?.to_owned();
                    holidays.push(Holiday { zones: zones.to_owned(), from, to, name });
                }
                _ => return Err(wrong()),
            }
        }
        let ((from, to), version) = covers.zip(version).ok_or("the table has no version, or covers nothing")?;
        let source = source.ok_or("the table names no source")?;
        Ok(Self { data: HolidayData { version, source, from, to }, holidays })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, Weekday};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn table() -> Table {
        Table::read(include_str!("holidays-fr.txt")).unwrap()
    }

    #[test]
    fn every_zone_has_its_five_holidays_and_bridge_each_year() {
        let table = table();
        assert!(table.holidays.iter().all(|holiday| table.data.from < holiday.from && holiday.to <= table.data.to));
        for zone in ["A", "B", "C"] {
            let mut of_zone: Vec<&Holiday> = table.holidays.iter().filter(|it| it.zones.contains(zone)).collect();
            of_zone.sort_by_key(|holiday| holiday.from);
            assert!(of_zone.windows(2).all(|two| two[0].to < two[1].from), "no two overlap");
            let names: Vec<&str> = of_zone.iter().map(|holiday| holiday.name.as_str()).collect();
            for year in names.chunks(6).filter(|year| year.len() == 6) {
                let words = ["Toussaint", "Noël", "hiver", "printemps", "Ascension", "été"];
                assert!(year.iter().zip(words).all(|(name, word)| name.contains(word)), "{year:?}");
            }
            assert_eq!(names.len(), 8 * 6 - 1, "the summer of 2027 has no end yet");
        }
    }

    #[test]
    fn two_weeks_from_a_saturday_and_never_a_month_but_in_summer() {
        for holiday in table().holidays.iter().filter(|holiday| holiday.name.starts_with("Vacances")) {
            let days = (holiday.to - holiday.from).num_days() + 1;
            if holiday.name.contains("été") {
                assert!((54..=62).contains(&days), "{} {days}", holiday.from);
            } else {
                assert_eq!(holiday.from.weekday(), Weekday::Sat, "{}", holiday.from);
                assert!((16..=17).contains(&days), "{} {days}", holiday.from);
            }
        }
    }

    #[test]
    fn the_zones_differ_in_winter_and_spring() {
        let in_winter =
            |text| [HolidayZone::A, HolidayZone::B, HolidayZone::C].map(|it| holiday(it, day(text)).is_some());
        assert_eq!(in_winter("2020-02-10"), [false, false, true]);
        assert_eq!(in_winter("2024-02-20"), [true, false, true]);
        assert_eq!(in_winter("2027-03-05"), [false, true, false]);
        assert_eq!(in_winter("2021-04-12"), [true; 3]);
        assert_eq!(holiday(HolidayZone::C, day("2026-12-24")), Some("Vacances de Noël"));
        assert_eq!(holiday(HolidayZone::B, day("2025-04-21")), Some("Vacances de printemps"));
        assert_eq!(holiday(HolidayZone::B, day("2025-04-22")), None);
    }

    #[test]
    fn beyond_the_table_nothing_is_known() {
        for (text, covered) in
            [("2019-09-01", false), ("2019-09-02", true), ("2027-07-02", true), ("2027-07-03", false)]
        {
            assert_eq!(covers(day(text)), covered, "{text}");
        }
    }

    #[test]
    fn a_table_is_read_to_its_last_line_or_not_at_all() {
        let head = "version 2026-01-01\nsource x\ncovers 2019-09-02 2027-07-02\n";
        assert!(Table::read(head).is_ok());
        for line in ["D 2020-01-01 2020-01-02 x", "A 2020-01-02 2020-01-01 x", "A 2020-01-01 x", "A", "what 1"] {
            assert!(Table::read(&format!("{head}{line}")).is_err(), "{line}");
        }
        assert!(Table::read("version 2026-01-01").is_err());
    }
}
