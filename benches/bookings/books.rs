//! Bookings a second, through the use case and bare.

use crate::{
    bare::Bare,
    platform::{self, PEOPLE, Site, class, hour},
};
use chrono_tz::Europe::Paris;
use creneau::{
    app::{App, bookings::Booking},
    domain::access::Principal,
};
use std::{error::Error, time::Instant};

/// Classes that each writer books.
const CLASSES: usize = 400;

type Failed = Box<dyn Error + Send + Sync>;

/// Classes a second by bare transactions, on a new database with a school for each writer.
pub fn bare(url: &str, writers: usize) -> Result<f64, Failed> {
    let (_, _, sites) = platform::open(url, writers)?;
    at_once(&sites, |site| {
        let mut conn = Bare::open(url)?;
        for number in 0..CLASSES {
            conn.insert(site, &class(site, number % PEOPLE, hour(number / PEOPLE)))?;
        }
        Ok(())
    })
}

/// Classes a second by [`App::book`], on a new database with a school for each writer.
pub fn booked(url: &str, writers: usize) -> Result<f64, Failed> {
    let (app, _, sites) = platform::open(url, writers)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    at_once(&sites, |site| {
        (0..CLASSES).try_for_each(|number| runtime.block_on(book(&app, site, number % PEOPLE, number / PEOPLE)))
    })
}

async fn book(app: &App, site: &Site, person: usize, at: usize) -> Result<(), Failed> {
    let booking = Booking {
        title: "Maths".to_owned(),
        teachers: vec![site.teachers[person].clone()],
        groups: vec![site.groups[person].clone()],
        duration_minutes: 55,
        connections: None,
        link: None,
        starts_at_local: hour(at).with_timezone(&Paris).naive_local(),
    };
    let admin = Principal::Admin { school: site.school.id.clone() };
    app.book(&admin, &site.school.id, booking).await?;
    Ok(())
}

/// What all do together, in classes a second.
fn at_once(sites: &[Site], body: impl Fn(&Site) -> Result<(), Failed> + Sync) -> Result<f64, Failed> {
    let began = Instant::now();
    std::thread::scope(|scope| {
        let writers: Vec<_> = sites.iter().map(|site| scope.spawn(|| body(site))).collect();
        writers.into_iter().try_for_each(|writer| writer.join().unwrap_or_else(|_| Err("a writer panicked".into())))
    })?;
    Ok((sites.len() * CLASSES) as f64 / began.elapsed().as_secs_f64())
}
