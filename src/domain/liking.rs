//! How well hours of the week suit a class: what a teacher paints on a week.

use super::{
    request::NewRequest,
    round::Window,
    time::WeekSpan,
    wish::{Frame, cost},
};
use chrono::{Datelike, Duration};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most hours of a wish: a week of quarters of an hour.
pub const MOST_LIKED: usize = 400;

/// How well an hour suits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Liking {
    /// It is wished for: as good as the first preferred start.
    Wish,
    /// It does: as good as an hour's move.
    Fine,
    /// If need be: as good as five hours' move, which is what another day costs.
    IfNeedBe,
}

impl Liking {
    /// What it costs, in minutes moved.
    fn minutes(self) -> u32 {
        match self {
            Self::Wish => 0,
            Self::Fine => 60,
            Self::IfNeedBe => 300,
        }
    }
}

/// Hours of a weekday in which a class may begin, and how well they suit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LikedHours {
    /// 1 is Monday, 7 Sunday.
    #[schema(minimum = 1, maximum = 7, example = 3)]
    pub weekday: u32,
    /// Minutes after local midnight at which they begin. Each five minutes after it cost 1.
    #[schema(minimum = 0, maximum = 1439, example = 480)]
    pub from_minute: u32,
    /// Minutes after local midnight before which the class begins.
    #[schema(minimum = 1, maximum = 1440, example = 540)]
    pub to_minute: u32,
    /// How well they suit.
    pub liking: Liking,
}

impl LikedHours {
    /// When they are.
    pub fn span(&self) -> WeekSpan {
        WeekSpan { weekday: self.weekday, from_minute: self.from_minute, to_minute: self.to_minute }
    }
}

/// The starts of a wish's liked hours within the frame, in the week of its first preferred start.
pub fn liked_windows(wish: &NewRequest, frame: &Frame<'_>) -> Vec<Window> {
    let Some(first) = wish.preferred.first() else { return Vec::new() };
    let day = first.start.date();
    let monday = day - Duration::days(i64::from(day.weekday().num_days_from_monday()));
    let window = |hours: &LikedHours| {
        let day = monday + Duration::days(i64::from(hours.weekday) - 1);
        frame.windows_on(day, (hours.from_minute, hours.to_minute), cost(hours.liking.minutes()))
    };
    wish.liked_hours.iter().flat_map(window).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        calendar::{Opening, SchoolCalendar},
        time::{Grid, day_start},
        wish::{Otherwise, Preferred},
    };
    use chrono::NaiveDate;

    #[test]
    fn each_hour_costs_what_it_is_worth_and_stays_within_the_opening_hours() {
        let (zone, monday) = (chrono_tz::Europe::Paris, NaiveDate::from_ymd_opt(2020, 3, 23).unwrap());
        let hours = [WeekSpan { weekday: 1, from_minute: 510, to_minute: 720 }];
        let calendar = SchoolCalendar::default();
        let opening = Opening { zone, hours: &hours, calendar: &calendar };
        let grid = Grid { start: day_start(zone, monday), step_minutes: 5, cells: 14 * 288 };
        let frame = Frame { opening, grid, duration_minutes: 55, is_round: true };
        let liked =
            |hour: u32, liking| LikedHours { weekday: 1, from_minute: hour * 60, to_minute: hour * 60 + 60, liking };
        let wish = NewRequest {
            duration_minutes: 55,
            preferred: vec![Preferred { start: monday.and_hms_opt(9, 0, 0).unwrap(), tolerance_minutes: 0 }],
            otherwise: Otherwise::Never,
            liked_hours: vec![
                liked(8, Liking::Fine),
                liked(9, Liking::Wish),
                liked(11, Liking::IfNeedBe),
                liked(14, Liking::Wish),
            ],
            ..NewRequest::default()
        };
        let found: Vec<(String, String, u32)> = liked_windows(&wish, &frame)
            .iter()
            .map(|one| (one.first_at.format("%d %H:%M").to_string(), one.last_at.format("%H:%M").to_string(), one.base))
            .collect();
        let wanted = [("23 07:30", "07:55", 12), ("23 08:00", "08:55", 0), ("23 10:00", "10:05", 60)];
        assert_eq!(found, wanted.map(|(first, last, base)| (first.to_owned(), last.to_owned(), base)));
    }
}
