//! What mails say of sessions that are new, moved or cancelled. Pure: the same news always give the same mail.

use super::{
    frame::{Frame, Link, Reader, Rendered, shortened},
    words::Words,
};
use crate::domain::{
    session::{Change, NamedSession},
    text::one_line,
};
use askama::Template;

/// Changes that one reader is to hear of.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// Who reads.
    pub to: Reader<'a>,
    /// A page that shows the week.
    pub link: &'a str,
    /// What changed, one line a session, by the start it has now.
    pub items: &'a [Item],
}

/// One session and what happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// As it is now.
    pub session: NamedSession,
    /// What happened.
    pub change: Change,
}

/// Writes the mail.
///
/// # Errors
/// none that a change could cause: the templates are compiled.
pub fn changes(news: &News<'_>) -> Result<Rendered, askama::Error> {
    let words = news.to.words();
    let count = ("count", news.items.len().into());
    let letter = Letter {
        frame: Frame::of(&news.to, &subject(&words, news.items)),
        lead: words.say(lead(news.items), std::slice::from_ref(&count)),
        days: days(&words, news.items),
        zone: words.zone(),
        calendar: words.say("mail-calendar", &[count]),
        link: Link { text: words.say("mail-link", &[]), address: one_line(news.link) },
    };
    let (html, text) = (Page { letter: &letter }.render()?, Plain { letter: &letter }.render()?);
    Ok(Rendered { subject: letter.frame.subject, text, html })
}

/// What both forms of the mail say.
struct Letter {
    frame: Frame,
    lead: String,
    days: Vec<Day>,
    zone: String,
    calendar: String,
    link: Link,
}

struct Day {
    name: String,
    lines: Vec<Line>,
}

struct Line {
    times: String,
    title: String,
    groups: String,
    /// The change in a word and its colours, where it is not the same for all.
    mark: Option<(String, &'static str)>,
    before: Option<String>,
    is_cancelled: bool,
}

#[derive(Template)]
#[template(path = "mail/changes.html")]
struct Page<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/changes.txt", escape = "none")]
struct Plain<'a> {
    letter: &'a Letter,
}

fn is_plan(items: &[Item]) -> bool {
    items.iter().all(|item| item.change == Change::Added)
}

fn subject(words: &Words, items: &[Item]) -> String {
    match items {
        [item] => {
            let short = shortened(&item.session.session.title);
            let session = &item.session.session;
            let when = words.day_time_seen(session.starts_at, session.changed_at);
            let key = match item.change {
                Change::Added => "mail-subject-added",
                Change::Moved { .. } => "mail-subject-moved",
                Change::Cancelled => "mail-subject-cancelled",
            };
            words.say(key, &[("title", short.into()), ("when", when.into())])
        }
        items => {
            let first = items.iter().map(|item| &item.session.session).min_by_key(|session| session.starts_at);
            let day = first.map(|session| words.day_seen(session.starts_at, session.changed_at)).unwrap_or_default();
            let key = if is_plan(items) { "mail-subject-plan" } else { "mail-subject-changes" };
            words.say(key, &[("count", items.len().into()), ("day", day.into())])
        }
    }
}

fn lead(items: &[Item]) -> &'static str {
    match items {
        [Item { change: Change::Moved { .. }, .. }] => "mail-lead-moved",
        [Item { change: Change::Cancelled, .. }] => "mail-lead-cancelled",
        items if is_plan(items) => "mail-lead-added",
        _ => "mail-lead-changes",
    }
}

fn days(words: &Words, items: &[Item]) -> Vec<Day> {
    // A whole plan is all new: the word on every line would say nothing.
    let with_marks = items.len() > 1 && !is_plan(items);
    let mut items: Vec<&Item> = items.iter().collect();
    items.sort_by_key(|item| (item.session.session.starts_at, &item.session.session.id));
    let mut days: Vec<Day> = Vec::new();
    for item in items {
        let session = &item.session.session;
        let name = words.day(session.starts_at);
        if days.last().is_none_or(|day| day.name != name) {
            days.push(Day { name, lines: Vec::new() });
        }
        let (word, colours) = match item.change {
            Change::Added => ("mail-mark-added", "background:#e3f1e6;color:#14532d"),
            Change::Moved { .. } => ("mail-mark-moved", "background:#fdf0d5;color:#6b3d00"),
            Change::Cancelled => ("mail-mark-cancelled", "background:#fbe3e1;color:#8c1d18"),
        };
        let line = Line {
            times: words.times(session.starts_at, session.ends_at),
            title: one_line(&session.title),
            groups: one_line(&item.session.group_names.join(", ")),
            mark: with_marks.then(|| (words.say(word, &[]), colours)),
            before: match item.change {
                Change::Moved { from } => Some(words.say("mail-before", &[("when", words.day_time(from).into())])),
                _ => None,
            },
            is_cancelled: item.change == Change::Cancelled,
        };
        if let Some(day) = days.last_mut() {
            day.lines.push(line);
        }
    }
    days
}
