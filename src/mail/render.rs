//! What mails say, of changed sessions and of rounds that wait. Pure: the same news always give the same mail.

use super::words::Words;
use crate::domain::{
    people::Language,
    session::{Change, NamedSession},
    text::one_line,
};
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// Characters of a title in a subject; longer ones are cut.
const TITLE_IN_SUBJECT: usize = 60;

/// Changes that one reader is to hear of.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// The school's name.
    pub school: &'a str,
    /// The school's time zone.
    pub zone: Tz,
    /// The reader's name.
    pub reader: &'a str,
    /// The reader's language.
    pub language: Language,
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

/// The mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As a page.
    pub html: String,
}

/// Writes the mail.
///
/// # Errors
/// none that a change could cause: the templates are compiled.
pub fn changes(news: &News<'_>) -> Result<Rendered, askama::Error> {
    let words = Words { language: news.language, zone: news.zone };
    let school = one_line(news.school);
    let count = ("count", news.items.len().into());
    let letter = Letter {
        code: news.language.code(),
        subject: subject(&words, news.items),
        hello: words.say("mail-hello", &[("name", one_line(news.reader).into())]),
        lead: words.say(lead(news.items), std::slice::from_ref(&count)),
        days: days(&words, news.items),
        zone: words.say("mail-zone", &[("zone", news.zone.name().into())]),
        calendar: words.say("mail-calendar", &[count]),
        link_text: words.say("mail-link", &[]),
        link: one_line(news.link),
        why: words.say("mail-why", &[("school", school.clone().into())]),
        school,
    };
    let (html, text) = (Page { letter: &letter }.render()?, Plain { letter: &letter }.render()?);
    Ok(Rendered { subject: letter.subject, text, html })
}

/// A round that waits for a teacher's wishes.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The school's name.
    pub school: &'a str,
    /// The school's time zone.
    pub zone: Tz,
    /// The reader's name.
    pub reader: &'a str,
    /// The reader's language.
    pub language: Language,
    /// The page on which wishes are entered.
    pub link: &'a str,
    /// The round's name.
    pub round: &'a str,
    /// When the round begins.
    pub starts_at: DateTime<Utc>,
    /// Until when wishes are accepted.
    pub closes_at: Option<DateTime<Utc>>,
}

/// Writes the mail that reminds a teacher of a round.
///
/// # Errors
/// none that a round could cause: the templates are compiled.
pub fn reminder(call: &Call<'_>) -> Result<Rendered, askama::Error> {
    let words = Words { language: call.language, zone: call.zone };
    let (school, round) = (one_line(call.school), one_line(call.round));
    let until = |at: DateTime<Utc>| words.say("mail-reminder-until", &[("when", words.day_time(at).into())]);
    let letter = ReminderLetter {
        code: call.language.code(),
        subject: one_line(&words.say("mail-reminder-subject", &[("round", round.clone().into())])),
        hello: words.say("mail-hello", &[("name", one_line(call.reader).into())]),
        lead: words.say("mail-reminder-lead", &[("round", round.into()), ("day", words.day(call.starts_at).into())]),
        until: call.closes_at.map(until),
        zone: words.say("mail-zone", &[("zone", call.zone.name().into())]),
        nothing: words.say("mail-reminder-nothing", &[]),
        link_text: words.say("mail-reminder-link", &[]),
        link: one_line(call.link),
        why: words.say("mail-why", &[("school", school.clone().into())]),
        school,
    };
    let (html, text) = (ReminderPage { letter: &letter }.render()?, ReminderPlain { letter: &letter }.render()?);
    Ok(Rendered { subject: letter.subject, text, html })
}

struct ReminderLetter {
    code: &'static str,
    subject: String,
    school: String,
    hello: String,
    lead: String,
    until: Option<String>,
    zone: String,
    nothing: String,
    link: String,
    link_text: String,
    why: String,
}

#[derive(Template)]
#[template(path = "mail/reminder.html")]
struct ReminderPage<'a> {
    letter: &'a ReminderLetter,
}

#[derive(Template)]
#[template(path = "mail/reminder.txt", escape = "none")]
struct ReminderPlain<'a> {
    letter: &'a ReminderLetter,
}

/// What both forms of the mail say.
struct Letter {
    code: &'static str,
    subject: String,
    school: String,
    hello: String,
    lead: String,
    days: Vec<Day>,
    zone: String,
    calendar: String,
    link: String,
    link_text: String,
    why: String,
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
    let subject = match items {
        [item] => {
            let short = shortened(&item.session.session.title);
            let when = words.day_time(item.session.session.starts_at);
            let key = match item.change {
                Change::Added => "mail-subject-added",
                Change::Moved { .. } => "mail-subject-moved",
                Change::Cancelled => "mail-subject-cancelled",
            };
            words.say(key, &[("title", short.into()), ("when", when.into())])
        }
        items => {
            let day = items.iter().map(|item| item.session.session.starts_at).min();
            let day = day.map(|at| words.day(at)).unwrap_or_default();
            let key = if is_plan(items) { "mail-subject-plan" } else { "mail-subject-changes" };
            words.say(key, &[("count", items.len().into()), ("day", day.into())])
        }
    };
    one_line(&subject)
}

/// A title as it stands in a subject: one line that is not too long.
pub(super) fn shortened(title: &str) -> String {
    let title = one_line(title);
    let short: String = title.chars().take(TITLE_IN_SUBJECT).collect();
    if short.len() < title.len() { format!("{short}…") } else { short }
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
