//! The replay as a page that stands alone, and as one picture.

use super::{
    Replay, Scenario,
    crowd::{DAY, Measures},
    scene::Platform,
    words::{Words, variant, with_numbers, words},
};
use crate::planning::chart::{
    Lang,
    lines::{Figure, Panel, lines},
};
use askama::Template;

/// What is drawn of the day, in minutes from midnight.
const SHOWN: (u32, u32) = (450, 1110);

/// The report as one HTML document that needs nothing else; `command` makes it again.
///
/// # Errors
/// when the page cannot be rendered: a defect.
pub fn page(replay: &Replay, lang: Lang, command: &str) -> Result<String, askama::Error> {
    let w = words(lang);
    let scenarios: Vec<Shown> = replay.scenarios.iter().map(|scenario| Shown::of(scenario, lang, w)).collect();
    let otherwise = replay
        .otherwise
        .iter()
        .map(|other| row(variant(lang, other.assumption).to_owned(), &other.before, &other.after, lang));
    let page = Page {
        code: lang.code(),
        w,
        facts: facts(replay, lang),
        picture: picture(replay, lang),
        otherwise: otherwise.collect(),
        observed: with_numbers(w.observed, &replay.assumptions, lang),
        assumed: w.assumed.map(|text| with_numbers(text, &replay.assumptions, lang)),
        scenarios,
        command,
    };
    page.render()
}

/// The page.
#[derive(Template)]
#[template(path = "replay.html")]
struct Page<'a> {
    code: &'static str,
    w: &'static Words,
    facts: String,
    picture: String,
    scenarios: Vec<Shown>,
    otherwise: Vec<Row>,
    observed: String,
    assumed: [String; 8],
    command: &'a str,
}

/// An arrangement of hosts, as it is shown.
struct Shown {
    title: &'static str,
    hosts: String,
    rows: Vec<Row>,
    moves: Vec<(&'static str, String, String)>,
    picture: String,
}

/// A line of a table: before and after of each column.
struct Row {
    name: String,
    cells: Vec<(String, String)>,
}

impl Shown {
    fn of(scenario: &Scenario, lang: Lang, w: &'static Words) -> Self {
        let title = if scenario.name == "shared" { w.shared } else { w.separated };
        let (before, after) = (&scenario.before, &scenario.after);
        let platforms = Platform::ALL.iter().zip(before.platforms.iter().zip(&after.platforms));
        let rows = platforms.map(|(platform, (before, after))| row(platform.name().to_owned(), before, after, lang));
        let rows = rows.chain([row(w.all.to_owned(), &before.all, &after.all, lang)]);
        let hosts = scenario.scene.hosts.iter().map(|host| {
            format!("{} : {} {}", host.name(), lang.number(u64::from(host.seats)), w.seats)
                .replace(" : ", lang.pick("\u{a0}: ", ": "))
        });
        let plan = scenario.plan;
        let counts = [plan.at_usual_hour, plan.quarter_hour, plan.hour, plan.same_day, plan.unplaced];
        let all = counts.iter().sum::<usize>().max(1);
        #[expect(clippy::cast_precision_loss, reason = "a share, for display")]
        let share = |count: usize| {
            let share = format!("{:.1}\u{a0}%", 100.0 * count as f64 / all as f64);
            lang.pick(share.replace('.', ","), share.replace('\u{a0}', ""))
        };
        Self {
            title,
            hosts: hosts.collect::<Vec<_>>().join(" · "),
            rows: rows.collect(),
            moves: w.moves.iter().zip(counts).map(|(name, count)| (*name, number(lang, count), share(count))).collect(),
            picture: hosts_picture(scenario, title, lang),
        }
    }
}

fn row(name: String, before: &Measures, after: &Measures, lang: Lang) -> Row {
    let count = |of: fn(&Measures) -> usize| (number(lang, of(before)), number(lang, of(after)));
    let cells = vec![
        count(|measures| measures.peak_wanted),
        count(|measures| measures.peak_concurrent),
        count(|measures| measures.peak_logins_a_minute),
        (wait(before.longest_wait_seconds), wait(after.longest_wait_seconds)),
        count(|measures| measures.refused),
    ];
    Row { name, cells }
}

fn number(lang: Lang, count: usize) -> String {
    lang.number(u64::try_from(count).unwrap_or(u64::MAX))
}

/// Seconds as minutes and seconds.
fn wait(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn facts(replay: &Replay, lang: Lang) -> String {
    let (schools, classes) = (number(lang, replay.schools), number(lang, replay.classes));
    let (pupils, logins) = (lang.number(replay.pupils), number(lang, replay.logins));
    lang.pick(
        format!("{schools} établissements, {pupils} élèves, {classes} classes le lundi, {logins} connexions dans la journée."),
        format!("{schools} schools, {pupils} pupils, {classes} classes on that Monday, {logins} connections over the day."),
    )
}

/// The morning in one picture, with Leia and e-lyco on one host: logins, waiting and refusals, before and after.
pub fn picture(replay: &Replay, lang: Lang) -> String {
    let Some(scenario) = replay.scenarios.first() else { return String::new() };
    let w = words(lang);
    let (before, after) = (&scenario.before, &scenario.after);
    let of_counts = |counts: &[usize]| shown(counts).iter().map(|count| real(*count)).collect::<Vec<f64>>();
    let waits = |seconds: &[u32]| shown(seconds).iter().map(|seconds| f64::from(*seconds) / 60.0).collect::<Vec<f64>>();
    let peaks =
        |of: fn(&Measures) -> usize| format!("{} → {}", number(lang, of(&before.all)), number(lang, of(&after.all)));
    let longest = format!("{} → {}", wait(before.all.longest_wait_seconds), wait(after.all.longest_wait_seconds));
    let refused = peaks(|measures| measures.refused);
    let logins = peaks(|measures| measures.peak_logins_a_minute);
    let most = lang.pick("au plus", "at most");
    let in_all = lang.pick("en tout", "in all");
    let panels = vec![
        Panel {
            name: w.logins.to_owned(),
            caption: format!("{most} {logins}"),
            before: of_counts(&before.minutes.logins),
            after: of_counts(&after.minutes.logins),
            limit: scenario.scene.federation.a_minute.map(f64::from),
        },
        Panel {
            name: w.wait.to_owned(),
            caption: format!("{most} {longest}"),
            before: waits(&before.minutes.longest_wait_seconds),
            after: waits(&after.minutes.longest_wait_seconds),
            limit: None,
        },
        Panel {
            name: w.refused.to_owned(),
            caption: format!("{refused} {in_all}"),
            before: of_counts(&before.minutes.refused),
            after: of_counts(&after.minutes.refused),
            limit: None,
        },
    ];
    let description = format!("{} : {logins} ; {} : {longest} ; {} : {refused}.", w.logins, w.wait, w.refused);
    let description = lang.pick(description.clone(), description.replace(" :", ":").replace(" ;", ";"));
    lines(&figure(w.title, description, panels, w), lang)
}

/// Connections at a time on each host.
fn hosts_picture(scenario: &Scenario, title: &str, lang: Lang) -> String {
    let w = words(lang);
    let panels = scenario.scene.hosts.iter().enumerate().map(|(position, host)| {
        let of = |series: &[Vec<usize>]| -> Vec<usize> {
            series.get(position).map(|one| shown(one).to_vec()).unwrap_or_default()
        };
        let (before, after) = (of(&scenario.before.minutes.wanted), of(&scenario.after.minutes.wanted));
        let most = |of: &[usize]| number(lang, of.iter().copied().max().unwrap_or(0));
        Panel {
            name: host.name(),
            caption: format!("{} {} → {}", w.at_once, most(&before), most(&after)),
            before: before.into_iter().map(real).collect(),
            after: after.into_iter().map(real).collect(),
            limit: Some(f64::from(host.seats)),
        }
    });
    let panels: Vec<Panel> = panels.collect();
    let said = panels.iter().map(|panel| format!("{} · {}", panel.name, panel.caption)).collect::<Vec<_>>().join(". ");
    lines(&figure(title, said, panels, w), lang)
}

fn figure(title: &str, description: String, panels: Vec<Panel>, w: &Words) -> Figure {
    let hours = SHOWN.0.div_ceil(60)..=SHOWN.1 / 60;
    let at = |hour: u32| f64::from(hour * 60 - SHOWN.0) / f64::from(SHOWN.1 - SHOWN.0);
    let legend = w.legend.map(str::to_owned);
    let ticks = hours.map(|hour| (at(hour), format!("{hour}:00"))).collect();
    Figure { title: title.to_owned(), description, legend, ticks, panels }
}

/// The minutes that are drawn.
fn shown<T>(minutes: &[T]) -> &[T] {
    let position = |minute: u32| ((minute - DAY.0) as usize).min(minutes.len());
    &minutes[position(SHOWN.0)..position(SHOWN.1)]
}

#[expect(clippy::cast_precision_loss, reason = "counts of people, for a picture")]
fn real(count: usize) -> f64 {
    count as f64
}
