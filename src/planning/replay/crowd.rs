//! A day's people: when they log in, and what becomes of them on the way through the federation to their platform.

use super::{
    academie::Lesson,
    queue::{Fate, Limits, Place, Visitor},
    scene::{Host, Platform, Scene},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde::Serialize;

/// The simulated day, in minutes from midnight; the last classes end well before.
pub const DAY: (u32, u32) = (420, 1260);
/// Seconds before a class in which its people log in, as was observed.
pub const LEAD: u32 = 600;

/// How people spread over the ten minutes before their class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    /// Any moment is as likely.
    Even,
    /// The nearer the class the more: three quarters come in the last five minutes.
    Late,
}

/// Somebody of a class.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    /// The class, by its position.
    pub lesson: usize,
    /// When in the ten minutes they come: 0 at their beginning, 1 at their end.
    moment: f64,
}

/// Everybody; the same people whatever is tried with them.
pub fn people(lessons: &[Lesson], seed: u64) -> Vec<Person> {
    let mut rng = StdRng::seed_from_u64(seed);
    let each = |(lesson, it): (usize, &Lesson)| (0..it.connections).map(move |_| lesson);
    lessons
        .iter()
        .enumerate()
        .flat_map(each)
        .map(|lesson| Person { lesson, moment: rng.random_range(0.0..1.0) })
        .collect()
}

/// What happened to a group of people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Measures {
    /// Who wanted to log in.
    pub people: usize,
    /// Most who wanted to be connected at a time: where nobody had to wait they would have been.
    pub peak_wanted: usize,
    /// Most who were connected at a time.
    pub peak_concurrent: usize,
    /// Most who came to log in within a minute.
    pub peak_logins_a_minute: usize,
    /// The longest that anybody waited, be it in vain, in seconds.
    pub longest_wait_seconds: u32,
    /// Who waited for more than a minute.
    pub waited_over_a_minute: usize,
    /// Who was in only after their class had begun.
    pub late: usize,
    /// Who never was: the line was full, or they gave up.
    pub refused: usize,
}

/// What happened, minute by minute from [`DAY`]'s first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Minutes {
    /// Who came to log in.
    pub logins: Vec<usize>,
    /// Most who waited at the federation at a time.
    pub waiting: Vec<usize>,
    /// The longest wait of those who came in this minute, in seconds.
    pub longest_wait_seconds: Vec<u32>,
    /// Those of them who were refused or gave up.
    pub refused: Vec<usize>,
    /// Most who were connected at a time, host by host.
    pub connected: Vec<Vec<usize>>,
    /// Most who wanted to be, host by host.
    pub wanted: Vec<Vec<usize>>,
}

/// How a day went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Of each platform, in [`Platform::ALL`]'s order.
    pub platforms: Vec<Measures>,
    /// Of all.
    pub all: Measures,
    /// Minute by minute.
    #[serde(skip)]
    pub minutes: Minutes,
}

/// Someone's day.
#[derive(Clone, Copy)]
struct Visit {
    login: u32,
    class: u32,
    ends: u32,
    platform: usize,
    host: usize,
    /// When they were in; nothing when they never were.
    entered: Option<u32>,
    /// How long they waited.
    waited: u32,
}

/// Sends everybody through the federation to their platform's host, with classes where `starts` has them (in minutes of the
/// day; nothing for a class that does not take place).
pub fn day(people: &[Person], lessons: &[Lesson], starts: &[Option<u32>], scene: &Scene, spread: Spread) -> Outcome {
    let mut visits: Vec<Visit> =
        people.iter().filter_map(|person| visit(person, lessons, starts, scene, spread)).collect();
    visits.sort_by_key(|visit| visit.login);
    let mut minutes = Minutes::empty(scene.hosts.len());
    walk(&mut visits, scene, &mut minutes);
    minutes.count(&visits, &scene.hosts);
    let of = |wanted: &dyn Fn(&Visit) -> bool| Measures::of(visits.iter().filter(|visit| wanted(visit)));
    Outcome {
        platforms: (0..Platform::ALL.len()).map(|number| of(&|visit| visit.platform == number)).collect(),
        all: of(&|_| true),
        minutes,
    }
}

fn visit(person: &Person, lessons: &[Lesson], starts: &[Option<u32>], scene: &Scene, spread: Spread) -> Option<Visit> {
    let lesson = &lessons[person.lesson];
    let class = starts[person.lesson]? * 60;
    let moment = match spread {
        Spread::Even => person.moment,
        Spread::Late => person.moment.sqrt(),
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the lead")]
    let login = class - LEAD + (moment * f64::from(LEAD)) as u32;
    let platform = scene.platform_of(lesson);
    let host = scene.hosts.iter().position(|host| host.platforms.contains(&platform)).unwrap_or(0);
    let ends = class + lesson.minutes * 60;
    Some(Visit { login, class, ends, platform: platform as usize, host, entered: None, waited: 0 })
}

/// Second after second: the federation first, and whom it lets through goes on to the host at once.
fn walk(visits: &mut [Visit], scene: &Scene, minutes: &mut Minutes) {
    let mut federation = Place::new(scene.federation);
    let hosts = scene.hosts.iter().map(|host| Limits { seats: Some(host.seats), ..Limits::default() });
    let mut hosts: Vec<Place> = hosts.map(Place::new).collect();
    let mut next = 0;
    for now in DAY.0 * 60..DAY.1 * 60 {
        let minute = (now / 60 - DAY.0) as usize;
        let first = next;
        next += visits[first..].iter().take_while(|visit| visit.login <= now).count();
        let visitor = |id: usize| Visitor { id, until: visits[id].login + scene.patience, leaves: now };
        let arriving: Vec<Visitor> = (first..next).map(visitor).collect();
        let mut through: Vec<Vec<Visitor>> = vec![Vec::new(); hosts.len()];
        let mut ended: Vec<(usize, Fate)> = Vec::new();
        federation.second(now, &arriving, |visitor, fate| match fate {
            Fate::In => {
                let Visit { host, ends, .. } = visits[visitor.id];
                through[host].push(Visitor { leaves: ends, ..visitor });
            }
            fate => ended.push((visitor.id, fate)),
        });
        for (host, through) in hosts.iter_mut().zip(&through) {
            host.second(now, through, |visitor, fate| ended.push((visitor.id, fate)));
        }
        for (id, fate) in ended {
            let visit = &mut visits[id];
            visit.entered = (fate == Fate::In).then_some(now);
            visit.waited = now - visit.login;
        }
        minutes.waiting[minute] = minutes.waiting[minute].max(federation.waiting());
        for (host, connected) in hosts.iter().zip(&mut minutes.connected) {
            connected[minute] = connected[minute].max(host.inside());
        }
    }
}

impl Minutes {
    fn empty(hosts: usize) -> Self {
        let each = (DAY.1 - DAY.0) as usize;
        let zeros = vec![0; each];
        Self {
            logins: zeros.clone(),
            waiting: zeros.clone(),
            longest_wait_seconds: vec![0; each],
            refused: zeros.clone(),
            connected: vec![zeros.clone(); hosts],
            wanted: vec![zeros; hosts],
        }
    }

    /// Enters what is known of each visit by its own minute.
    fn count(&mut self, visits: &[Visit], hosts: &[Host]) {
        for visit in visits {
            let minute = (visit.login / 60 - DAY.0) as usize;
            self.logins[minute] += 1;
            self.longest_wait_seconds[minute] = self.longest_wait_seconds[minute].max(visit.waited);
            self.refused[minute] += usize::from(visit.entered.is_none());
        }
        for (number, wanted) in (0..hosts.len()).zip(&mut self.wanted) {
            let of_host = visits.iter().filter(|visit| visit.host == number);
            *wanted = open(of_host.map(|visit| (visit.login, visit.ends)));
        }
    }
}

impl Measures {
    fn of<'a>(visits: impl Iterator<Item = &'a Visit>) -> Self {
        let visits: Vec<&Visit> = visits.collect();
        let mut by_minute = vec![0_usize; (DAY.1 - DAY.0) as usize];
        visits.iter().for_each(|visit| by_minute[(visit.login / 60 - DAY.0) as usize] += 1);
        let most = |of: &[usize]| of.iter().copied().max().unwrap_or(0);
        let count = |wanted: &dyn Fn(&Visit) -> bool| visits.iter().filter(|visit| wanted(visit)).count();
        Self {
            people: visits.len(),
            peak_wanted: most(&open(visits.iter().map(|visit| (visit.login, visit.ends)))),
            peak_concurrent: most(&open(visits.iter().filter_map(|visit| Some((visit.entered?, visit.ends))))),
            peak_logins_a_minute: most(&by_minute),
            longest_wait_seconds: visits.iter().map(|visit| visit.waited).max().unwrap_or(0),
            waited_over_a_minute: count(&|visit| visit.waited > 60),
            late: count(&|visit| visit.entered.is_some_and(|entered| entered > visit.class)),
            refused: count(&|visit| visit.entered.is_none()),
        }
    }
}

/// In each minute, the most stretches (from a second on, until another) that are open at a time.
fn open(stretches: impl Iterator<Item = (u32, u32)>) -> Vec<usize> {
    let mut changes = vec![0_i64; ((DAY.1 - DAY.0) * 60) as usize + 1];
    for (from, to) in stretches {
        changes[(from - DAY.0 * 60) as usize] += 1;
        changes[(to - DAY.0 * 60) as usize] -= 1;
    }
    let mut now = 0_i64;
    let mut most = |seconds: &[i64]| {
        let open = seconds.iter().map(|change| {
            now += change;
            now
        });
        usize::try_from(open.max().unwrap_or(0)).unwrap_or(0)
    };
    changes[..changes.len() - 1].chunks(60).map(&mut most).collect()
}
