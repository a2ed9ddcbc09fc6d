//! Hours of a day as people type them: `8:00-12:15, 13:15-18:00`.

use crate::domain::time::DAY_MINUTES;

/// The stretches, in minutes after midnight; none for an empty line; nothing for what makes no sense. `8h`, `8 h 30` and
/// `8:30` are all hours.
pub fn read_day(typed: &str) -> Option<Vec<(u32, u32)>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Some(Vec::new());
    }
    let stretch = |part: &str| {
        let (from, to) = part.split_once(['-', '–', '—', 'à'])?;
        let (from, to) = (minute(from)?, minute(to)?);
        (from < to && to <= DAY_MINUTES).then_some((from, to))
    };
    typed.split([',', ';']).filter(|part| !part.trim().is_empty()).map(stretch).collect()
}

/// The stretches as they are typed.
pub fn written(stretches: impl Iterator<Item = (u32, u32)>) -> String {
    let clock = |minute: u32| format!("{}:{:02}", minute / 60, minute % 60);
    stretches.map(|(from, to)| format!("{}-{}", clock(from), clock(to))).collect::<Vec<_>>().join(", ")
}

fn minute(typed: &str) -> Option<u32> {
    let typed: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    let (hour, minute) = typed.split_once([':', 'h', 'H', '.']).unwrap_or((&typed, ""));
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, if minute.is_empty() { 0 } else { minute.parse().ok()? });
    (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_write_them() {
        for typed in ["8:00-12:15, 13:15-18:00", "8h – 12h15 ; 13 h 15 à 18", " 8.00-12:15,13:15-18h00, "] {
            assert_eq!(read_day(typed), Some(vec![(480, 735), (795, 1080)]), "{typed}");
        }
        assert_eq!(read_day("  "), Some(Vec::new()));
        for typed in ["8", "12-8", "8:75-9", "25-26", "8-9-10", "matin"] {
            assert_eq!(read_day(typed), None, "{typed}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let hours = vec![(485, 735), (795, 1440)];
        assert_eq!(written(hours.clone().into_iter()), "8:05-12:15, 13:15-24:00");
        assert_eq!(read_day(&written(hours.clone().into_iter())), Some(hours));
    }
}
