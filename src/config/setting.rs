//! How one value is read from text or from TOML, and written as TOML.

use std::net::SocketAddr;
use std::path::PathBuf;

/// A value as a source gives it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Raw {
    /// From the environment or a flag, where everything is text.
    Text(String),
    /// A text of the file.
    String(String),
    /// A whole number of the file.
    Integer(i64),
    /// `true` or `false` in the file.
    Bool(bool),
    /// A list of texts of the file.
    Strings(Vec<String>),
    /// What no setting is made of (a list of other things, a date), by its name.
    Other(&'static str),
}

impl Raw {
    /// The value for a message.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::String(text) => quoted(text),
            Self::Integer(number) => number.to_string(),
            Self::Bool(truth) => truth.to_string(),
            Self::Strings(list) => format!("[{}]", list.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")),
            Self::Other(name) => (*name).to_owned(),
        }
    }
}

/// A type that a setting can have.
pub(super) trait Setting: Sized {
    /// What is expected, to follow "should be".
    const WANTED: &'static str;

    /// Whether neither messages nor the printed configuration may show it.
    const SECRET: bool = false;

    /// Reads it from text.
    fn from_text(text: &str) -> Option<Self>;

    /// Reads it from the source's value; a TOML text is not a number or a truth value, as in TOML itself.
    fn from_raw(raw: &Raw) -> Option<Self> {
        match raw {
            Raw::Text(text) | Raw::String(text) if !text.chars().any(char::is_control) => Self::from_text(text),
            _ => None,
        }
    }

    /// Writes it as a TOML value, secrets blanked out.
    fn to_toml(&self) -> String;
}

impl Setting for bool {
    const WANTED: &'static str = "true or false";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn from_raw(raw: &Raw) -> Option<Self> {
        match raw {
            Raw::Text(text) => Self::from_text(text),
            Raw::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    fn to_toml(&self) -> String {
        self.to_string()
    }
}

/// A whole number, for which [`super::reader::Reader::within`] holds the bounds.
pub(super) trait Whole: Copy + Ord + std::fmt::Display + Setting {}

macro_rules! whole {
    ($($number:ty),+) => {$(
        impl Whole for $number {}

        impl Setting for $number {
            const WANTED: &'static str = "a whole number";

            fn from_text(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn from_raw(raw: &Raw) -> Option<Self> {
                match raw {
                    Raw::Text(text) => Self::from_text(text),
                    Raw::Integer(number) => Self::try_from(*number).ok(),
                    _ => None,
                }
            }

            fn to_toml(&self) -> String {
                self.to_string()
            }
        }
    )+};
}

whole!(u16, u32, u64, usize);

impl Setting for String {
    const WANTED: &'static str = "a text without control characters";

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn to_toml(&self) -> String {
        quoted(self)
    }
}

impl Setting for PathBuf {
    const WANTED: &'static str = "a path";

    fn from_text(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::from(text))
    }

    fn to_toml(&self) -> String {
        quoted(&self.to_string_lossy())
    }
}

impl Setting for SocketAddr {
    const WANTED: &'static str = "an IP address and port, such as 127.0.0.1:8080";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn to_toml(&self) -> String {
        quoted(&self.to_string())
    }
}

/// `text` as a TOML string.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
