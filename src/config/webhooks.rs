//! Where news for programs may go.

use ipnet::IpNet;

use super::reader::Reader;
use super::setting::{Raw, Setting, quoted};

/// How webhooks are sent.
#[derive(Debug)]
pub struct Webhooks {
    /// Networks beyond the public internet to which they may be sent.
    pub allow: Networks,
    /// How long a receiver may take to answer.
    pub timeout_seconds: u64,
}

impl Webhooks {
    pub(super) fn read(from: &mut Reader) -> Self {
        Self {
            allow: from.get(
                "webhooks.allow",
                "networks, beyond the public internet, to which webhooks may be sent: those of receivers of your own",
                Networks(Vec::new()),
            ),
            timeout_seconds: from.within(
                "webhooks.timeout_seconds",
                "how long the receiver of a webhook may take to answer",
                15,
                1..=60,
            ),
        }
    }
}

/// Networks, as addresses with the length of what their members have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Networks(pub Vec<IpNet>);

impl Setting for Networks {
    const WANTED: &'static str = "a list of networks, such as [\"10.1.0.0/16\"], or text with commas between them";

    fn from_text(text: &str) -> Option<Self> {
        let networks = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        networks.map(|network| network.parse().ok()).collect::<Option<_>>().map(Self)
    }

    fn from_raw(raw: &Raw) -> Option<Self> {
        match raw {
            Raw::Text(text) | Raw::String(text) => Self::from_text(text),
            Raw::Strings(list) => list.iter().map(|network| network.parse().ok()).collect::<Option<_>>().map(Self),
            _ => None,
        }
    }

    fn to_toml(&self) -> String {
        let networks: Vec<String> = self.0.iter().map(|network| quoted(&network.to_string())).collect();
        format!("[{}]", networks.join(", "))
    }
}
