//! From where a request that signs in comes.

use super::{caller, cookie};
use crate::app::identity::Browser;
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use std::{
    future::{Ready, ready},
    net::{IpAddr, Ipv6Addr},
};

/// How many proxies of ours stand in front of the service: so many entries of `X-Forwarded-For`, counted from the
/// right, are to be believed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Proxies(pub usize);

/// Whoever signs in. A page of another site cannot.
#[derive(Clone)]
pub struct Client {
    /// The address whose failures are counted together.
    pub address: String,
    /// The browser.
    pub browser: Browser,
}

impl Client {
    /// What a request says of it.
    pub fn of(request: &HttpRequest) -> Self {
        let program = text(request, header::USER_AGENT).unwrap_or_default().to_owned();
        let previous = request.cookie(cookie::NAME).map(|cookie| cookie.value().to_owned());
        Self { address: address(request), browser: Browser { program, previous } }
    }
}

impl FromRequest for Client {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(if caller::is_from_elsewhere(request) { Err(caller::cross_site().into()) } else { Ok(Self::of(request)) })
    }
}

fn text(request: &HttpRequest, name: header::HeaderName) -> Option<&str> {
    request.headers().get(name)?.to_str().ok()
}

/// The client's address, as far as our own proxies say. Of IPv6 the network counts: one household has
/// 2^64 addresses.
fn address(request: &HttpRequest) -> String {
    let proxies = request.app_data::<web::Data<Proxies>>().map_or(0, |proxies| proxies.0);
    let forwarded = proxies.checked_sub(1).and_then(|index| {
        let values = request.headers().get_all(header::X_FORWARDED_FOR).filter_map(|value| value.to_str().ok());
        let entries: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
        entries.iter().rev().nth(index)?.parse::<IpAddr>().ok()
    });
    match forwarded.or_else(|| request.peer_addr().map(|peer| peer.ip())).map(|ip| ip.to_canonical()) {
        Some(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
        }
        Some(ip) => ip.to_string(),
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn seen(peer: &str, forwarded: &str, proxies: usize) -> String {
        let request = TestRequest::post().peer_addr(format!("{peer}:4000").parse().unwrap());
        let request = request.insert_header(("X-Forwarded-For", forwarded)).app_data(web::Data::new(Proxies(proxies)));
        address(&request.to_http_request())
    }

    #[test]
    fn only_our_own_proxies_are_believed() {
        assert_eq!(seen("192.0.2.1", "203.0.113.9", 0), "192.0.2.1");
        assert_eq!(seen("127.0.0.1", "10.0.0.1, 203.0.113.9", 1), "203.0.113.9");
        assert_eq!(seen("127.0.0.1", "10.0.0.1, 203.0.113.9, 172.16.0.1", 2), "203.0.113.9");
        assert_eq!(seen("127.0.0.1", "nonsense", 1), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", "10.0.0.1", 2), "127.0.0.1");
    }

    #[test]
    fn of_ipv6_the_network_counts() {
        assert_eq!(seen("[2001:db8:1:2:3:4:5:6]", "", 0), "2001:db8:1:2::");
        assert_eq!(seen("[::ffff:192.0.2.1]", "", 0), "192.0.2.1");
    }
}
