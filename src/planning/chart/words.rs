//! What the chart says, in French and English.

use chrono::{Datelike, NaiveDate};

use super::Panel;
use super::off_peak::{self, Day, Map};

/// The language of a chart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// French.
    Fr,
    /// English.
    #[default]
    En,
}

/// Days of the week from Monday, then months from January; their short forms are the first letters.
const DAYS: [[&str; 2]; 7] = [
    ["lundi", "Monday"],
    ["mardi", "Tuesday"],
    ["mercredi", "Wednesday"],
    ["jeudi", "Thursday"],
    ["vendredi", "Friday"],
    ["samedi", "Saturday"],
    ["dimanche", "Sunday"],
];
const MONTHS: [[&str; 2]; 12] = [
    ["janvier", "January"],
    ["février", "February"],
    ["mars", "March"],
    ["avril", "April"],
    ["mai", "May"],
    ["juin", "June"],
    ["juillet", "July"],
    ["août", "August"],
    ["septembre", "September"],
    ["octobre", "October"],
    ["novembre", "November"],
    ["décembre", "December"],
];

impl Lang {
    /// The language's code, as in `xml:lang`.
    pub fn code(self) -> &'static str {
        self.pick("fr", "en")
    }

    /// What is said in this language.
    pub(in crate::planning) fn pick<T>(self, fr: T, en: T) -> T {
        match self {
            Self::Fr => fr,
            Self::En => en,
        }
    }

    pub(super) fn wished(self) -> &'static str {
        self.pick("souhaité", "wished")
    }

    pub(super) fn over(self) -> &'static str {
        self.pick("au-delà de la capacité", "over capacity")
    }

    pub(super) fn planned(self) -> &'static str {
        self.pick("planifié", "planned")
    }

    pub(super) fn capacity(self) -> &'static str {
        self.pick("capacité", "capacity")
    }

    pub(super) fn nothing(self) -> &'static str {
        self.pick("Aucune classe dans cette période", "No class in this period")
    }

    /// What the pool's axis counts.
    pub(super) fn unit(self, window: Option<u32>) -> String {
        match window {
            None => self.pick("connexions", "connections").into(),
            Some(minutes) => self
                .pick(format!("connexions ouvertes en {minutes} min"), format!("connections opened in {minutes} min")),
        }
    }

    /// The line above a panel, after the pool's name.
    pub(super) fn caption(self, panel: &Panel) -> String {
        let (before, after) = (self.number(panel.wished.load), self.number(panel.planned.load));
        let (unit, peaks) = (self.unit(panel.window), format!("{before} → {after}"));
        let over = format!("{} → {}", self.minutes(panel.minutes_over.0), self.minutes(panel.minutes_over.1));
        self.pick(
            format!("{unit} · pic {peaks} · au-delà de la capacité {over}"),
            format!("{unit} · peak {peaks} · over capacity {over}"),
        )
    }

    /// The picture in words, for those who do not see it.
    pub(super) fn describe(self, panels: &[Panel]) -> String {
        let describe = |panel: &Panel| {
            let name = &panel.name;
            let unit = self.unit(panel.window);
            let (before, after) = (self.number(panel.wished.load), self.number(panel.planned.load));
            let (limit_before, limit_after) = (self.number(panel.wished.limit), self.number(panel.planned.limit));
            let (over_before, over_after) = (self.minutes(panel.minutes_over.0), self.minutes(panel.minutes_over.1));
            self.pick(
                format!(
                    "{name}, {unit} : pic souhaité de {before} pour une capacité de {limit_before} ; pic planifié de \
                     {after} pour {limit_after}. Durée au-delà de la capacité : {over_before} souhaitée, {over_after} planifiée."
                ),
                format!(
                    "{name}, {unit}: the wished peak is {before} of {limit_before}, the planned peak {after} of \
                     {limit_after}. Time over capacity: {over_before} as wished, {over_after} as planned."
                ),
            )
        };
        panels.iter().map(describe).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn off_peak(self) -> &'static str {
        self.pick("heures creuses", "off-peak hours")
    }

    pub(super) fn surcharge(self) -> &'static str {
        self.pick("surcoût de la classe", "what the class would pay more")
    }

    pub(super) fn free(self, connections: u64) -> String {
        let number = self.number(connections);
        self.pick(format!("{number} libres"), format!("{number} free"))
    }

    /// The line above a panel of the off-peak map, after the pool's name.
    pub(super) fn caption_map(self, panel: &off_peak::Panel) -> String {
        let (minutes, connections) = panel.class;
        let (length, number, unit) =
            (self.minutes(u64::from(minutes)), self.number(u64::from(connections)), self.unit(panel.window));
        self.pick(
            format!("une classe de {length} à {number} connexions qui y commence · {unit} encore libres"),
            format!("a class of {length} with {number} connections that begins then · {unit} still free"),
        )
    }

    /// The off-peak map in words, for those who do not see it.
    pub(super) fn describe_map(self, map: &Map) -> String {
        let describe = |panel: &off_peak::Panel| {
            let hours = map.hours.0..map.hours.1;
            let spots = map.days.iter().zip(&panel.spots).flat_map(|(day, spots)| {
                spots.iter().zip(hours.clone()).filter_map(move |(spot, hour)| Some((*day, hour, (*spot)?)))
            });
            let calm = spots.clone().filter(|(.., spot)| spot.surcharge < 0.5).count();
            let (count, name) = (spots.clone().count(), &panel.name);
            let dearest = spots.max_by(|(.., a), (.., b)| a.surcharge.total_cmp(&b.surcharge));
            let Some((day, hour, spot)) = dearest.filter(|(.., spot)| spot.surcharge >= 0.5) else {
                return self.pick(format!("{name} : aucun surcoût."), format!("{name}: no surcharge at any hour."));
            };
            let (day, hour) = (self.day(day, f64::INFINITY), self.hour(hour));
            let most = format!("{:.0}", spot.surcharge);
            self.pick(
                format!(
                    "{name} : {calm} heures sur {count} sans surcoût ; la plus chère, {day} à {hour}, coûte {most}."
                ),
                format!(
                    "{name}: {calm} of {count} hours without a surcharge; the dearest, {day} at {hour}, costs {most}."
                ),
            )
        };
        map.panels.iter().map(describe).collect::<Vec<_>>().join(" ")
    }

    /// A column's name in at most this many pixels.
    pub(super) fn day(self, day: Day, width: f64) -> String {
        match day {
            Day::Date(date) => self.date(date, width),
            Day::Each(number) => {
                let [fr, en] = DAYS.get(usize::from(number)).copied().unwrap_or_default();
                self.pick(fr, en).to_owned()
            }
        }
    }

    /// A whole number with its thousands apart.
    pub(in crate::planning) fn number(self, number: u64) -> String {
        let digits = number.to_string();
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(self.pick('\u{202f}', ','));
            }
            grouped.push(digit);
        }
        grouped
    }

    /// A time span: `40 min`, `6 h 05`.
    pub(in crate::planning) fn minutes(self, minutes: u64) -> String {
        match (minutes / 60, minutes % 60) {
            (0, minutes) => format!("{minutes}\u{a0}min"),
            (hours, minutes) => format!("{hours}\u{a0}h\u{a0}{minutes:02}"),
        }
    }

    pub(in crate::planning) fn hour(self, hour: u32) -> String {
        self.pick(format!("{hour}\u{a0}h"), format!("{hour}:00"))
    }

    /// A day's name in at most this many pixels; empty where not even its number fits.
    pub(super) fn date(self, date: NaiveDate, width: f64) -> String {
        let word = |names: &[[&'static str; 2]], index: u32| {
            let [fr, en] = names.get(index as usize).copied().unwrap_or_default();
            self.pick(fr, en)
        };
        let weekday = word(&DAYS, date.weekday().num_days_from_monday());
        let short: String = weekday.chars().take(3).collect();
        let (day, month) = (date.day(), word(&MONTHS, date.month0()));
        match width {
            _ if width >= 124.0 => format!("{weekday} {day} {month}"),
            _ if width >= 48.0 => format!("{short}{} {day}", self.pick(".", "")),
            _ if width >= 17.0 => day.to_string(),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_spans_read_as_people_write_them() {
        assert_eq!(Lang::En.number(1_234_567), "1,234,567");
        assert_eq!(Lang::Fr.number(20_000), "20\u{202f}000");
        assert_eq!(Lang::Fr.number(191), "191");
        assert_eq!(Lang::En.minutes(365), "6\u{a0}h\u{a0}05");
    }

    #[test]
    fn dates_shorten_with_the_room_there_is() {
        let monday = NaiveDate::from_ymd_opt(2020, 3, 23).unwrap();
        assert_eq!(Lang::Fr.date(monday, 160.0), "lundi 23 mars");
        assert_eq!(Lang::Fr.date(monday, 60.0), "lun. 23");
        assert_eq!(Lang::En.date(monday, 60.0), "Mon 23");
        assert_eq!(Lang::En.date(monday, 20.0), "23");
        assert_eq!(Lang::En.date(monday, 2.0), "");
    }
}
