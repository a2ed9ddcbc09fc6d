//! The languages that reports and charts speak.

use clap::ValueEnum;

use crate::planning::chart::Lang;

/// A language.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Language {
    /// English
    En,
    /// French
    Fr,
}

impl Language {
    /// Its code, as the command line takes it.
    pub fn code(self) -> &'static str {
        Lang::from(self).code()
    }
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::En,
            Language::Fr => Self::Fr,
        }
    }
}
