//! How long it takes to find the free starts of a week, however many other schools share the platform.

use crate::platform::{self, PEOPLE, class, hour, monday};
use chrono_tz::Europe::Paris;
use creneau::{app::bookings::Search, domain::access::Principal};
use std::{error::Error, time::Instant};

/// Classes of each school, in five weeks.
pub const CLASSES: usize = 75;
/// Calls that are measured.
const CALLS: usize = 1000;

/// The median and the 99th percentile of a call, in milliseconds.
pub fn starts(url: &str, schools: usize) -> Result<(f64, f64), Box<dyn Error + Send + Sync>> {
    let (app, store, sites) = platform::open(url, schools)?;
    let all: Vec<_> = sites
        .iter()
        .flat_map(|site| (0..CLASSES).map(move |number| class(site, number % PEOPLE, hour(number * 2))))
        .collect();
    platform::fill(&store, &all)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut took = Vec::with_capacity(CALLS);
    for call in 0..CALLS {
        // From one end of the platform to the other: no two calls after each other read the same school.
        let site = &sites[call * 7919 % sites.len()];
        let search = Search {
            teachers: vec![site.teachers[0].clone()],
            groups: vec![site.groups[0].clone()],
            duration_minutes: 55,
            connections: None,
            from: Some(monday().with_timezone(&Paris).date_naive()),
            days: 7,
            wished: None,
        };
        let admin = Principal::Admin { school: site.school.id.clone() };
        let began = Instant::now();
        let found = runtime.block_on(app.free_starts(&admin, &site.school.id, search))?;
        took.push(began.elapsed().as_secs_f64() * 1000.0);
        assert!(!found.starts.is_empty(), "an open week has free starts");
    }
    took.sort_by(f64::total_cmp);
    Ok((took[CALLS / 2], took[CALLS * 99 / 100]))
}
