//! Hands settings out to those who ask, and keeps book: what was asked for, what was wrong, what nobody wanted.

use std::ops::RangeInclusive;

use super::errors::{ConfigErrors, Finding};
use super::setting::{Raw, Setting, Whole};
use super::sources::{Given, Origin, Sources};

/// How alike two names must be (Jaro-Winkler, 0 to 1) for one to be taken for a misspelling of the other.
const ALIKE: f64 = 0.8;

/// A setting that exists, with its effective value.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: &'static str,
    pub(super) about: &'static str,
    /// The value as TOML, or `None` where it is not set.
    pub(super) value: Option<String>,
    pub(super) origin: Origin,
}

pub(super) struct Reader {
    given: Vec<Given>,
    entries: Vec<Entry>,
    findings: Vec<Finding>,
}

impl Reader {
    pub(super) fn new(sources: Sources) -> Self {
        Self { given: sources.given, entries: Vec::new(), findings: sources.findings }
    }

    /// The setting `key`, or `default`.
    pub(super) fn get<T: Setting>(&mut self, key: &'static str, about: &'static str, default: T) -> T {
        let found = self.last_good(key, T::WANTED, |_| true);
        let (value, origin) = found.unwrap_or((default, Origin::Default));
        self.note(key, about, Some(&value), origin);
        value
    }

    /// The setting `key`, or `default`; what is given must lie within `bounds`.
    pub(super) fn within<T: Whole>(
        &mut self,
        key: &'static str,
        about: &'static str,
        default: T,
        bounds: RangeInclusive<T>,
    ) -> T {
        let wanted = format!("{} from {} to {}", T::WANTED, bounds.start(), bounds.end());
        let found = self.last_good(key, &wanted, |value| bounds.contains(value));
        let (value, origin) = found.unwrap_or((default, Origin::Default));
        self.note(key, about, Some(&value), origin);
        value
    }

    /// The setting `key`, when it is given.
    pub(super) fn optional<T: Setting>(&mut self, key: &'static str, about: &'static str) -> Option<T> {
        let (value, origin) = self.last_good(key, T::WANTED, |_| true).unzip();
        self.note(key, about, value.as_ref(), origin.unwrap_or(Origin::Default));
        value
    }

    /// Whether any source gives `key`, rightly or wrongly.
    pub(super) fn is_given(&self, key: &str) -> bool {
        self.given.iter().any(|given| given.key == key)
    }

    /// Holds a rule about a setting that was read before; `complaint` follows the key in the message.
    pub(super) fn check(&mut self, key: &str, holds: bool, complaint: impl FnOnce() -> String) {
        if holds {
            return;
        }
        let entry = self.entries.iter().find(|entry| entry.key == key);
        self.findings.push(Finding {
            message: format!("{key} {}", complaint()),
            origin: entry.map_or(Origin::Default, |entry| entry.origin.clone()),
        });
    }

    /// All settings that exist; or everything that is wrong, unknown keys included.
    pub(super) fn finish(mut self) -> Result<Vec<Entry>, ConfigErrors> {
        for given in &self.given {
            if !self.entries.iter().any(|entry| entry.key == given.key) {
                self.findings.extend(self.unknown(given));
            }
        }
        if self.findings.is_empty() { Ok(self.entries) } else { Err(ConfigErrors(self.findings)) }
    }

    /// The value that wins, with where it came from. A wrong value that another overrides is a mistake all the same.
    fn last_good<T: Setting>(&mut self, key: &str, wanted: &str, accept: impl Fn(&T) -> bool) -> Option<(T, Origin)> {
        let mut winner = None;
        for given in self.given.iter().filter(|given| given.key == key) {
            match T::from_raw(&given.raw).filter(&accept) {
                Some(value) => winner = Some((value, given.origin.clone())),
                None => self.findings.push(Finding {
                    message: if T::SECRET {
                        format!("{key} should be {wanted}")
                    } else {
                        format!("{key} is {}, it should be {wanted}", given.raw.shown())
                    },
                    origin: given.origin.clone(),
                }),
            }
        }
        winner
    }

    fn note<T: Setting>(&mut self, key: &'static str, about: &'static str, value: Option<&T>, origin: Origin) {
        let value = value.map(Setting::to_toml);
        self.entries.push(Entry { key, about, value, origin });
    }

    fn unknown(&self, given: &Given) -> Option<Finding> {
        let (section, name) = given.key.split_once('.').unwrap_or((&given.key, ""));
        let siblings: Vec<&str> =
            self.entries.iter().filter_map(|entry| entry.key.strip_prefix(section)?.strip_prefix('.')).collect();
        let message = if name.is_empty() && !siblings.is_empty() {
            if given.raw == Raw::Other("a table") {
                return None; // an empty section
            }
            format!("{section} is a section: write [{section}] on a line of its own")
        } else if siblings.is_empty() {
            match self.nearest(&given.key) {
                Some(near) => format!("there is no {}; did you mean {near}?", given.key),
                None => format!("there is no {}; the sections are {}", given.key, self.sections()),
            }
        } else {
            match nearest(name, siblings.iter().copied()) {
                Some(near) => {
                    format!("there is no {}; did you mean {section}.{near}?", given.key)
                }
                None => {
                    format!("there is no {}; {section} has {}", given.key, siblings.join(", "))
                }
            }
        };
        Some(Finding { message, origin: given.origin.clone() })
    }

    /// The key most like one of an unknown section: as a whole, or by its last part in whatever section.
    fn nearest(&self, key: &str) -> Option<&'static str> {
        let keys = || self.entries.iter().map(|entry| entry.key);
        nearest(key, keys()).or_else(|| {
            let name = last_part(key);
            let near = nearest(name, keys().map(last_part))?;
            keys().find(|key| last_part(key) == near)
        })
    }

    fn sections(&self) -> String {
        let mut sections: Vec<&str> = self.entries.iter().filter_map(|entry| entry.key.split('.').next()).collect();
        sections.dedup();
        sections.join(", ")
    }
}

fn last_part(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}
