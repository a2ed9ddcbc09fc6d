//! Settings that are one of a few words.

use super::setting::{Setting, quoted};

/// Declares an enum whose variants are words of the configuration.
macro_rules! choice {
    (
        $(#[$doc:meta])*
        pub enum $name:ident($wanted:literal) {
            $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl Setting for $name {
            const WANTED: &'static str = $wanted;

            fn from_text(text: &str) -> Option<Self> {
                match text {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }

            fn to_toml(&self) -> String {
                quoted(match self {
                    $(Self::$variant => $word,)+
                })
            }
        }
    };
}

choice! {
    /// How mails leave.
    pub enum Transport("log, file or smtp") {
        /// Each mail becomes a line of the log: for trying out.
        Log = "log",
        /// Each mail becomes a file.
        File = "file",
        /// Mails go to an SMTP server.
        Smtp = "smtp",
    }
}

choice! {
    /// How the connection to an SMTP server is encrypted.
    pub enum Security("none, starttls or tls") {
        /// Not at all: for a server on this machine.
        None = "none",
        /// By STARTTLS after a greeting in the clear; a server that does not offer it gets no mail.
        Starttls = "starttls",
        /// From the first byte on.
        Tls = "tls",
    }
}

impl Security {
    /// The port that servers customarily listen on for this security.
    pub(super) const fn customary_port(self) -> u16 {
        match self {
            Self::None => 25,
            Self::Starttls => 587,
            Self::Tls => 465,
        }
    }
}

choice! {
    /// What a log line looks like.
    pub enum LogFormat("pretty or json") {
        /// For people.
        Pretty = "pretty",
        /// One JSON object a line.
        Json = "json",
    }
}
