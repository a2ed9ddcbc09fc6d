//! Names become addresses here, and only those that may be reached are handed on. The client connects to what it is
//! handed, so that a name which means one address while it is checked and another a moment later gains nothing.

use crate::domain::network::Reachable;
use hyper_util::client::legacy::connect::dns::Name;
use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    vec::IntoIter,
};
use tower_service::Service;

/// A name server that keeps private addresses to itself.
#[derive(Clone)]
pub struct PublicResolver {
    /// The addresses that are handed on.
    pub reachable: Reachable,
}

/// None of a name's addresses may be reached.
#[derive(Debug, thiserror::Error)]
// Its owner reads this: what the name means within our network is not the owner's to know.
#[error("{name} is at no address of the public internet")]
struct Private {
    name: String,
}

impl Service<Name> for PublicResolver {
    type Response = IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let reachable = self.reachable.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(public(name.as_str(), found.collect(), &reachable)?.into_iter())
        })
    }
}

/// Those of a name's addresses that may be reached.
fn public(name: &str, addresses: Vec<SocketAddr>, reachable: &Reachable) -> io::Result<Vec<SocketAddr>> {
    let (public, private): (Vec<SocketAddr>, Vec<SocketAddr>) =
        addresses.into_iter().partition(|address| reachable.has(address.ip()));
    if public.is_empty() && !private.is_empty() {
        tracing::debug!(name, ?private, "a name is not public");
        return Err(io::Error::other(Private { name: name.to_owned() }));
    }
    Ok(public)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(addresses: &[&str], allowed: &[&str]) -> Result<Vec<String>, String> {
        let reachable = Reachable { allowed: allowed.iter().map(|network| network.parse().unwrap()).collect() };
        let addresses = addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 0)).collect();
        let kept = public("example.org", addresses, &reachable).map_err(|error| error.to_string())?;
        Ok(kept.iter().map(|address| address.ip().to_string()).collect())
    }

    #[test]
    fn private_addresses_are_kept_back() {
        assert_eq!(kept(&["1.1.1.1", "10.0.0.1", "::1"], &[]).unwrap(), ["1.1.1.1"]);
        let error = kept(&["127.0.0.1", "fd00::1"], &[]).unwrap_err();
        assert_eq!(error, "example.org is at no address of the public internet", "and not at which");
        assert_eq!(kept(&["127.0.0.1", "10.0.0.1"], &["127.0.0.1/32"]).unwrap(), ["127.0.0.1"]);
        assert_eq!(kept(&[], &[]).unwrap(), [""; 0]);
    }
}
