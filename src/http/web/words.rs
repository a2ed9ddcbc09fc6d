//! What the pages say: Fluent texts (every file of `src/locales/*/`), and dates, hours and numbers as each language writes
//! them.

use std::{
    borrow::{Borrow, Cow},
    collections::HashMap,
};

use actix_web::HttpRequest;
use actix_web::http::header;
use chrono::{Datelike, NaiveDate};
use fluent_templates::{LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid};

use crate::domain::{people::Language, text};

mod texts {
    fluent_templates::static_loader! {
        pub(super) static TEXTS = {
            locales: "./src/locales",
            fallback_language: "fr",
            // Isolation marks are meant for mixed directions; both languages run from left to right.
            customise: |bundle| bundle.set_use_isolating(false),
        };
    }
}

const FR: LanguageIdentifier = langid!("fr");
const EN: LanguageIdentifier = langid!("en");

/// The cookie that remembers a chosen language.
pub const LANGUAGE_COOKIE: &str = "creneau_lang";

/// One language's texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Which language.
    pub language: Language,
    /// The year in which they are read: days of another one are told with theirs. Nothing where all days are of one.
    pub year: Option<i32>,
}

impl Words {
    /// The texts of a language.
    pub fn new(language: Language) -> Self {
        Self { language, year: None }
    }

    /// The same, read in this year.
    #[must_use]
    pub fn read_in(self, year: i32) -> Self {
        Self { year: Some(year), ..self }
    }

    /// The language's code, for `lang` attributes.
    pub fn code(&self) -> &'static str {
        self.language.code()
    }

    /// A text.
    pub fn t(&self, key: &str) -> String {
        texts::TEXTS.lookup(self.id(), key)
    }

    /// A text, if there is one: for keys that are put together from codes.
    pub fn find(&self, key: &str) -> Option<String> {
        texts::TEXTS.try_lookup(self.id(), key)
    }

    /// A text with what it names.
    pub fn with(&self, key: &str, args: &[(&'static str, &str)]) -> String {
        texts::TEXTS.lookup_with_args(self.id(), key, &named(args))
    }

    /// The first of these texts that there is, with what it names.
    pub fn first(&self, keys: &[&str], args: &[(&'static str, &str)]) -> Option<String> {
        let args = named(args);
        keys.iter().find_map(|key| texts::TEXTS.try_lookup_with_args(self.id(), key, &args))
    }

    /// A text about one name.
    pub fn name(&self, key: &str, name: &str) -> String {
        self.with(key, &[("name", name)])
    }

    /// A text about a number, in its right plural.
    pub fn count(&self, key: &str, count: impl Borrow<usize>) -> String {
        self.count_with(key, *count.borrow(), &[])
    }

    /// The same with what it names.
    pub fn count_with(&self, key: &str, count: usize, args: &[(&'static str, &str)]) -> String {
        let mut args = named(args);
        args.insert(Cow::Borrowed("count"), FluentValue::from(count));
        texts::TEXTS.lookup_with_args(self.id(), key, &args)
    }

    /// A whole number with its thousands apart.
    pub fn number(&self, number: u64) -> String {
        text::grouped(number, &self.t("number-group-mark"))
    }

    /// A share in per cent.
    pub fn percent(&self, percent: u64) -> String {
        self.with("percent", &[("percent", &percent.to_string())])
    }

    /// A time of day, from minutes after local midnight: `9 h 05`, `9:05`.
    pub fn time(&self, minute: u32) -> String {
        let (hour, minute) = ((minute / 60).to_string(), minute % 60);
        if minute == 0 {
            self.with("time-hour", &[("hour", &hour)])
        } else {
            self.with("time-minutes", &[("hour", &hour), ("minute", &format!("{minute:02}"))])
        }
    }

    /// From one time of day to another.
    pub fn times(&self, from: u32, to: u32) -> String {
        self.with("time-span", &[("from", &self.time(from)), ("to", &self.time(to))])
    }

    /// A length of time: `55 min`, `1 h 50`.
    pub fn duration(&self, minutes: u32) -> String {
        let (hours, rest) = ((minutes / 60).to_string(), minutes % 60);
        match (minutes / 60, rest) {
            (0, rest) => self.with("duration-minutes", &[("minutes", &rest.to_string())]),
            (_, 0) => self.with("duration-hours", &[("hours", &hours)]),
            _ => self.with("duration-hours-minutes", &[("hours", &hours), ("minutes", &format!("{rest:02}"))]),
        }
    }

    /// A day: `lundi 23 mars`, in another year `lundi 29 mars 2027`.
    pub fn day(&self, day: NaiveDate) -> String {
        let name = self.day_of_week(day);
        match self.year {
            Some(year) if year != day.year() => {
                self.with("date-day-year", &[("day", &name), ("year", &day.year().to_string())])
            }
            _ => name,
        }
    }

    /// A day below a heading that says the year.
    pub fn day_of_week(&self, day: NaiveDate) -> String {
        let args = HashMap::from([
            (Cow::Borrowed("weekday"), FluentValue::from(self.weekday(day))),
            (Cow::Borrowed("day"), FluentValue::from(day.day())),
            (Cow::Borrowed("month"), FluentValue::from(self.month(day))),
        ]);
        texts::TEXTS.lookup_with_args(self.id(), "date-day", &args)
    }

    /// A day in a narrow place: `lun. 23`.
    pub fn day_short(&self, day: NaiveDate) -> String {
        let weekday = self.t(&format!("weekday-short-{}", day.weekday().number_from_monday()));
        self.with("date-day-short", &[("weekday", &weekday), ("day", &day.day().to_string())])
    }

    /// The day of the week: `lundi`.
    pub fn weekday(&self, day: NaiveDate) -> String {
        self.t(&format!("weekday-{}", day.weekday().number_from_monday()))
    }

    /// A day and a time of day.
    pub fn day_time(&self, day: NaiveDate, minute: u32) -> String {
        self.with("date-day-time", &[("day", &self.day(day)), ("time", &self.time(minute))])
    }

    /// From one day to another, both included: `du 23 au 29 mars 2020`.
    pub fn days(&self, from: NaiveDate, to: NaiveDate) -> String {
        let number = |day: NaiveDate| if day.day() == 1 { self.t("date-first") } else { day.day().to_string() };
        let key = match (from.year() == to.year(), from.month() == to.month()) {
            (true, true) => "date-span-one-month",
            (true, false) => "date-span-two-months",
            (false, _) => "date-span-two-years",
        };
        let args = [
            ("from", number(from)),
            ("to", number(to)),
            ("month", self.month(from)),
            ("month-to", self.month(to)),
            ("year", from.year().to_string()),
            ("year-to", to.year().to_string()),
        ];
        self.with(key, &args.each_ref().map(|(name, value)| (*name, value.as_str())))
    }

    fn month(&self, day: NaiveDate) -> String {
        self.t(&format!("month-{}", day.month()))
    }

    fn id(&self) -> &'static LanguageIdentifier {
        static IDS: [LanguageIdentifier; 2] = [FR, EN];
        match self.language {
            Language::Fr => &IDS[0],
            Language::En => &IDS[1],
        }
    }
}

/// The language that a visitor chose: in the address, else in the cookie.
pub fn chosen(request: &HttpRequest) -> Option<Language> {
    asked(request).or_else(|| Language::from_code(request.cookie(LANGUAGE_COOKIE)?.value()))
}

/// The language of an answer: asked for in the address, else remembered in the cookie, else the first that the
/// browser likes, else French.
pub fn language(request: &HttpRequest) -> Language {
    chosen(request)
        .or_else(|| accepted(request.headers().get(header::ACCEPT_LANGUAGE)?.to_str().ok()?))
        .unwrap_or_default()
}

/// The language that the address asks for with `?lang=`.
pub fn asked(request: &HttpRequest) -> Option<Language> {
    let code = request.query_string().split('&').find_map(|pair| pair.strip_prefix("lang="))?;
    Language::from_code(code)
}

/// The best of our languages in an `Accept-Language` header.
fn accepted(header: &str) -> Option<Language> {
    let weigh = |part: &str| {
        let (tag, weight) = part.split_once(';').unwrap_or((part, "q=1"));
        let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
        let language = Language::from_code(tag.trim().get(..2)?.to_ascii_lowercase().as_str())?;
        (weight > 0.0).then_some((language, weight))
    };
    let best = |best: (Language, f32), next: (Language, f32)| if next.1 > best.1 { next } else { best };
    header.split(',').filter_map(weigh).reduce(best).map(|(language, _)| language)
}

/// A name as lists sort it: without accents and case, numbers by value.
pub fn sort_key(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    let mut digits = String::new();
    for character in name.chars().flat_map(char::to_lowercase).chain(std::iter::once(' ')) {
        if character.is_ascii_digit() {
            digits.push(character);
            continue;
        }
        if !digits.is_empty() {
            out.push_str(&format!("{digits:0>12}"));
            digits.clear();
        }
        match character {
            'à' | 'á' | 'â' | 'ä' | 'ã' => out.push('a'),
            'è' | 'é' | 'ê' | 'ë' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' => out.push('i'),
            'ò' | 'ó' | 'ô' | 'ö' | 'õ' => out.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => out.push('u'),
            'ç' => out.push('c'),
            'ÿ' => out.push('y'),
            'ñ' => out.push('n'),
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            other => out.push(other),
        }
    }
    out
}

fn named<'a>(args: &[(&'static str, &'a str)]) -> HashMap<Cow<'static, str>, FluentValue<'a>> {
    args.iter().map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(*value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        collections::BTreeSet,
        path::{Path, PathBuf},
    };

    /// All texts of a language.
    fn source(language: &str) -> String {
        files(Path::new("src/locales").join(language)).map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    /// Every file below a folder.
    fn files(folder: PathBuf) -> Box<dyn Iterator<Item = PathBuf>> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        Box::new(entries.flat_map(|path| if path.is_dir() { files(path) } else { Box::new(std::iter::once(path)) }))
    }

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn keys(source: &str) -> BTreeSet<&str> {
        let is_key = |line: &&str| line.starts_with(|first: char| first.is_ascii_lowercase());
        source.lines().filter(is_key).filter_map(|line| Some(line.split_once(" =")?.0)).collect()
    }

    #[test]
    fn both_languages_have_the_same_texts() {
        let (french, english) = (source("fr"), source("en"));
        let (french, english) = (keys(&french), keys(&english));
        assert_eq!(french.difference(&english).collect::<Vec<_>>(), Vec::<&&str>::new(), "only in French");
        assert_eq!(english.difference(&french).collect::<Vec<_>>(), Vec::<&&str>::new(), "only in English");
    }

    #[test]
    fn each_text_stands_once() {
        for language in ["fr", "en"] {
            let source = source(language);
            let is_key = |line: &&str| line.starts_with(|first: char| first.is_ascii_lowercase());
            let mut all: Vec<&str> =
                source.lines().filter(is_key).filter_map(|line| Some(line.split_once(" =")?.0)).collect();
            all.sort_unstable();
            let twice: Vec<&str> = all.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0]).collect();
            assert_eq!(twice, Vec::<&str>::new(), "{language}");
        }
    }

    #[test]
    fn texts_name_the_same_things() {
        let names = |source: &str| -> BTreeSet<(String, String)> {
            let mut key = String::new();
            let mut out = BTreeSet::new();
            for line in source.lines().filter(|line| !line.starts_with('#')) {
                if let Some((name, _)) = line.split_once(" =").filter(|_| !line.starts_with(' ')) {
                    key = name.to_owned();
                }
                for part in line.split('$').skip(1) {
                    let name: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                    out.insert((key.clone(), name));
                }
            }
            out
        };
        let (french, english) = (names(&source("fr")), names(&source("en")));
        assert_eq!(french.symmetric_difference(&english).collect::<Vec<_>>(), Vec::<&(String, String)>::new());
    }

    #[test]
    fn every_text_that_a_page_asks_for_is_there() {
        let french = source("fr");
        let known = keys(&french);
        let mut asked = 0;
        for folder in ["templates/web", "src/http/web"] {
            for path in files(folder.into()).filter(|path| !path.ends_with("words.rs")) {
                let text = std::fs::read_to_string(&path).unwrap();
                for call in [".t(\"", ".count(\"", ".with(\"", ".name(\""] {
                    for part in text.split(call).skip(1) {
                        let key = part.split('"').next().unwrap();
                        assert!(known.contains(key), "{} asks for {key:?}", path.display());
                        asked += 1;
                    }
                }
            }
        }
        assert!(asked > 100, "the test has lost its way: {asked}");
    }

    #[test]
    fn dates_hours_and_numbers_read_as_people_write_them() {
        let (fr, en) = (Words::new(Language::Fr), Words::new(Language::En));
        assert_eq!(fr.day(day(2020, 3, 23)), "lundi 23 mars");
        assert_eq!(fr.day(day(2020, 4, 1)), "mercredi 1er avril");
        assert_eq!(en.day(day(2020, 4, 1)), "Wednesday 1 April");
        let then = fr.read_in(2026);
        assert_eq!(then.day(day(2026, 11, 30)), "lundi 30 novembre");
        assert_eq!(then.day_time(day(2027, 3, 29), 540), "lundi 29 mars 2027 à 9\u{a0}h");
        assert_eq!(en.read_in(2026).day(day(2027, 3, 29)), "Monday 29 March 2027");
        assert_eq!(fr.days(day(2020, 3, 23), day(2020, 3, 29)), "du 23 au 29 mars 2020");
        assert_eq!(fr.days(day(2020, 3, 30), day(2020, 4, 5)), "du 30 mars au 5 avril 2020");
        assert_eq!(en.days(day(2020, 12, 28), day(2021, 1, 3)), "28 December 2020 to 3 January 2021");
        assert_eq!((fr.time(540), fr.time(545)), ("9\u{a0}h".into(), "9\u{a0}h\u{a0}05".into()));
        assert_eq!((en.time(540), en.time(545)), ("9:00".into(), "9:05".into()));
        assert_eq!((fr.duration(55), en.duration(110)), ("55\u{a0}min".into(), "1\u{a0}h\u{a0}50".into()));
        assert_eq!((fr.number(20_000), en.number(20_000)), ("20\u{202f}000".into(), "20,000".into()));
        assert_eq!(en.number(1024), "1024");
    }

    #[test]
    fn plurals_follow_each_language() {
        let (fr, en) = (Words::new(Language::Fr), Words::new(Language::En));
        assert_eq!(
            (fr.count("wish-groups-pupils", 0), en.count("wish-groups-pupils", 0)),
            ("0 élève".into(), "0 pupils".into())
        );
        assert_eq!((fr.count("week-classes", 1), en.count("week-classes", 2)), ("1 classe".into(), "2 classes".into()));
    }

    #[test]
    fn the_browser_s_wish_is_heard() {
        assert_eq!(accepted("de, en-GB;q=0.8, fr;q=0.7"), Some(Language::En));
        assert_eq!(accepted("fr-CA,en;q=0.9"), Some(Language::Fr));
        assert_eq!(accepted("de-DE, *;q=0.5"), None);
        assert_eq!(accepted("en;q=0, é;q=x"), None);
    }

    #[test]
    fn lists_sort_as_people_expect() {
        let mut names = vec!["6e B", "Éva", "10e A", "eve", "6e A", "Zoé"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["6e A", "6e B", "10e A", "Éva", "eve", "Zoé"]);
    }
}
