//! Long lists of classes: whose are shown, and a page of them at a time.

use std::ops::Range;

use askama::Template;
use chrono::NaiveDate;

use super::Asked;
use crate::{
    app::{directory::Directory, sessions::Named},
    http::web::{
        parts::{Choice, choices},
        words::Words,
    },
};

/// Classes on a page.
const PAGE: usize = 100;

/// Whose classes are shown.
#[derive(Template)]
#[template(path = "web/admin/filter.html")]
pub struct Filter {
    w: Words,
    action: String,
    view: String,
    date: String,
    groups: Vec<Choice>,
    teachers: Vec<Choice>,
    weeks: Vec<Choice>,
}

impl Filter {
    /// What was asked for, of all that there is; the form is sent to `action`.
    pub fn of(asked: &Asked, action: impl Into<String>, directory: &Directory, w: Words) -> Self {
        let groups = directory.groups.iter().map(|group| (&group.id, group.name.as_str()));
        let teachers = directory.teachers.iter().map(|teacher| (&teacher.id, teacher.name.as_str()));
        Self {
            w,
            action: action.into(),
            view: asked.view.clone(),
            date: asked.date.clone(),
            groups: choices(groups, |id| id.as_str() == asked.group),
            teachers: choices(teachers, |id| id.as_str() == asked.teacher),
            weeks: Vec::new(),
        }
    }

    /// The same with weeks to choose from.
    #[must_use]
    pub fn weeks(self, weeks: impl Iterator<Item = NaiveDate>) -> Self {
        let w = self.w;
        let choice = |week: NaiveDate| Choice::new(week, w.days(week, week + chrono::Duration::days(6)), &self.date);
        Self { weeks: weeks.map(choice).collect(), ..self }
    }
}

/// Whether a class of these people is asked for.
pub fn wants(asked: &Asked, groups: &[Named], teachers: &[Named]) -> bool {
    let has = |all: &[Named], wanted: &str| wanted.is_empty() || all.iter().any(|one| one.id.as_str() == wanted);
    has(groups, &asked.group) && has(teachers, &asked.teacher)
}

/// A page of a long list, with the ways to the pages before and after it.
#[derive(Template)]
#[template(path = "web/admin/pages.html")]
pub struct Pages {
    w: Words,
    /// Which entries are shown, of how many.
    pub range: Range<usize>,
    all: usize,
    previous: Option<String>,
    next: Option<String>,
}

impl Pages {
    /// The page that is asked for; one past the end is the last one. `address` is that of the list, without query.
    pub fn of(asked: &Asked, all: usize, address: &str, w: Words) -> Self {
        let last = all.saturating_sub(1) / PAGE;
        let page = asked.after.parse::<usize>().unwrap_or(0).min(last);
        let link = |page: usize| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            let page = page.to_string();
            let whose = [("group", &asked.group), ("teacher", &asked.teacher)];
            let known =
                [("view", &asked.view), ("date", &asked.date)].into_iter().chain(whose).chain([("after", &page)]);
            query.extend_pairs(known.filter(|(_, value)| !value.is_empty()));
            format!("{address}?{}", query.finish())
        };
        Self {
            w,
            range: page * PAGE..all.min((page + 1) * PAGE),
            all,
            previous: page.checked_sub(1).map(link),
            next: (page < last).then(|| link(page + 1)),
        }
    }

    /// Which entries are shown, in words; nothing when it is all of them.
    pub fn count(&self) -> String {
        if self.range.len() == self.all {
            return String::new();
        }
        let number = |value: usize| self.w.number(value as u64);
        let (from, to, all) = (number(self.range.start + 1), number(self.range.end), number(self.all));
        self.w.with("admin-pages", &[("from", &from), ("to", &to), ("all", &all)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::Language;

    #[test]
    fn every_entry_is_on_one_page_and_the_pages_lead_to_each_other() {
        let w = Words::new(Language::En);
        for all in [0, 1, 99, 100, 101, 250] {
            let mut asked = Asked { teacher: "t1".to_owned(), date: "2020-03-23".to_owned(), ..Asked::default() };
            let mut seen = Vec::new();
            loop {
                let pages = Pages::of(&asked, all, "/admin/sessions", w);
                assert_eq!(pages.previous.is_none(), pages.range.start == 0, "{all}");
                assert_eq!(pages.count().is_empty(), all <= PAGE, "{all}");
                seen.extend(pages.range.clone());
                let Some(next) = pages.next else { break };
                let page = next.strip_prefix("/admin/sessions?date=2020-03-23&teacher=t1&after=").unwrap();
                asked.after = page.to_owned();
            }
            assert_eq!(seen, (0..all).collect::<Vec<_>>());
        }
        for odd in ["9", "-1", "x", "99999999999999999999"] {
            let asked = Asked { after: odd.to_owned(), ..Asked::default() };
            assert!(!Pages::of(&asked, 150, "/", w).range.is_empty(), "{odd}");
        }
    }
}
