//! Sends news to a receiver, which may be anybody: it is trusted with nothing but its own time to answer.

use super::signature;
use crate::{
    domain::{
        finding::Findings,
        network::Reachable,
        webhook::{Attempt, Dispatch, LONGEST_REST, address},
    },
    net::{CONNECTING, LONGEST_HEAD, PublicResolver, cause, tls},
};
use chrono::{DateTime, Utc};
use http_body_util::Full;
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    header,
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use std::time::Duration;

/// What is told of a receiver that takes too long.
const LATE: &str = "the receiver did not answer in time";

/// What sends.
#[derive(Clone)]
pub struct Client {
    http: legacy::Client<HttpsConnector<HttpConnector<PublicResolver>>, Full<Bytes>>,
    reachable: Reachable,
    timeout: Duration,
}

impl Client {
    /// A client that reaches these addresses only, and waits so long for an answer.
    ///
    /// # Errors
    /// when TLS cannot be set up.
    pub fn new(reachable: &Reachable, timeout: Duration) -> Result<Self, String> {
        let mut tcp = HttpConnector::new_with_resolver(PublicResolver { reachable: reachable.clone() });
        tcp.set_connect_timeout(Some(CONNECTING));
        tcp.enforce_http(false);
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls()?).https_only().enable_http1();
        let http = legacy::Client::builder(TokioExecutor::new())
            .http1_max_buf_size(LONGEST_HEAD)
            // Each sending looks its address up anew.
            .pool_max_idle_per_host(0)
            .build(connector.wrap_connector(tcp));
        Ok(Self { http, reachable: reachable.clone(), timeout })
    }

    /// Sends a delivery, and tells what came of it. Nothing of an answer is read but its status and `Retry-After`.
    pub async fn send(&self, dispatch: &Dispatch, now: DateTime<Utc>) -> Attempt {
        let mut findings = Findings::default();
        // An address in figures is not looked up, and what was allowed once need not be any more.
        let url = address(&dispatch.url, &self.reachable, &mut findings);
        if let Some(finding) = findings.0.first() {
            return Attempt { error: Some(finding.to_string()), ..Attempt::default() };
        }
        let (id, timestamp) = (dispatch.id.as_str(), now.timestamp());
        let signatures = signature::signatures(&dispatch.secrets, id, timestamp, &dispatch.body);
        let request = Request::post(url)
            .header(header::USER_AGENT, concat!("Creneau/", env!("CARGO_PKG_VERSION")))
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signatures)
            .body(Full::from(dispatch.body.clone()));
        let failed = |error: String| Attempt { error: Some(error), ..Attempt::default() };
        let request = match request {
            Ok(request) => request,
            Err(error) => return failed(error.to_string()),
        };
        match tokio::time::timeout(self.timeout, self.http.request(request)).await {
            Ok(Ok(response)) => attempt(&response, now),
            Ok(Err(error)) => failed(cause(&error).unwrap_or_else(|| LATE.to_owned())),
            Err(_) => failed(LATE.to_owned()),
        }
    }
}

/// What an answer means.
fn attempt(response: &Response<Incoming>, now: DateTime<Utc>) -> Attempt {
    let status = response.status();
    let error = if status.is_success() {
        None
    } else if status.is_redirection() {
        Some(format!("the receiver answered {status}: redirects are not followed, change the webhook's address"))
    } else {
        Some(format!("the receiver answered {status}"))
    };
    let retry_after = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = retry_after.and_then(|value| waiting(value, now));
    Attempt { status: Some(status.as_u16()), error, retry_after }
}

/// What `Retry-After` says: seconds, or a date.
fn waiting(value: &str, now: DateTime<Utc>) -> Option<chrono::Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds are longer than anybody waits.
        return Some(value.parse().ok().and_then(chrono::Duration::try_seconds).unwrap_or(LONGEST_REST));
    }
    DateTime::parse_from_rfc2822(value).ok().map(|at| at.with_timezone(&Utc) - now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        let now = "2020-03-16T09:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let seconds = |value: &str| waiting(value, now).map(|waiting| waiting.num_seconds());
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds(" 0 "), Some(0));
        assert_eq!(seconds("Mon, 16 Mar 2020 09:01:00 GMT"), Some(60));
        assert_eq!(seconds("Mon, 16 Mar 2020 08:59:00 GMT"), Some(-60));
        assert_eq!(seconds("99999999999999999999999"), Some(LONGEST_REST.num_seconds()));
        for wrong in ["", "soon", "-1", "1.5", "1e3"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
