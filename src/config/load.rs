//! Where observed load may be read.

use url::Url;

use super::reader::Reader;
use super::setting::{Raw, Setting, quoted};
use super::webhooks::Networks;

/// How sources of load are read.
#[derive(Debug)]
pub struct Load {
    /// The servers that may be sources.
    pub allow: Origins,
    /// Networks beyond the public internet that their names may mean.
    pub networks: Networks,
    /// How long a server may take with an answer.
    pub timeout_seconds: u64,
}

impl Load {
    pub(super) fn read(from: &mut Reader) -> Self {
        Self {
            allow: from.get(
                "load.allow",
                "servers whose load may be read, such as https://prometheus.example.org; none while it is empty",
                Origins(Vec::new()),
            ),
            networks: from.get(
                "load.networks",
                "networks, beyond the public internet, that the names of such servers may mean",
                Networks(Vec::new()),
            ),
            timeout_seconds: from.within(
                "load.timeout_seconds",
                "how long a server may take with its answer",
                30,
                1..=300,
            ),
        }
    }
}

/// Servers: a scheme, a host, and a port where it is not the usual one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins(pub Vec<String>);

impl Setting for Origins {
    const WANTED: &'static str = "a list of servers, such as [\"https://prometheus.example.org\", \"http://10.1.0.7:9090\"], \
                                  or text with commas between them";

    fn from_text(text: &str) -> Option<Self> {
        let origins = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        origins.map(origin).collect::<Option<_>>().map(Self)
    }

    fn from_raw(raw: &Raw) -> Option<Self> {
        match raw {
            Raw::Text(text) | Raw::String(text) => Self::from_text(text),
            Raw::Strings(list) => list.iter().map(|text| origin(text)).collect::<Option<_>>().map(Self),
            _ => None,
        }
    }

    fn to_toml(&self) -> String {
        format!("[{}]", self.0.iter().map(|origin| quoted(origin)).collect::<Vec<_>>().join(", "))
    }
}

/// A server as browsers write it; nothing when it is none, or more than one.
fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| ["http", "https"].contains(&url.scheme()))?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    (is_bare && url.password().is_none()).then(|| url.origin().ascii_serialization())
}
