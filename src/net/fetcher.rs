//! Reads what servers answer that whoever runs the service has allowed: with a limit for its length and for the time that
//! it takes.

use super::{CONNECTING, LONGEST_HEAD, PublicResolver, cause, tls};
use crate::domain::network::Reachable;
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::{Request, body::Bytes, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use std::time::Duration;

/// Bytes of the longest answer.
const LONGEST_ANSWER: usize = 32 << 20;

/// What fetches.
#[derive(Clone)]
pub struct Fetcher {
    http: legacy::Client<HttpsConnector<HttpConnector<PublicResolver>>, Empty<Bytes>>,
    timeout: Duration,
}

impl Fetcher {
    /// A fetcher that goes only where names mean these addresses, and waits so long for a whole answer.
    ///
    /// # Errors
    /// when TLS cannot be set up.
    pub fn new(reachable: &Reachable, timeout: Duration) -> Result<Self, String> {
        let mut tcp = HttpConnector::new_with_resolver(PublicResolver { reachable: reachable.clone() });
        tcp.set_connect_timeout(Some(CONNECTING));
        tcp.enforce_http(false);
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls()?).https_or_http().enable_http1();
        let http = legacy::Client::builder(TokioExecutor::new())
            .http1_max_buf_size(LONGEST_HEAD.max(64 * 1024))
            // Each fetch looks its address up anew.
            .pool_max_idle_per_host(0)
            .build(connector.wrap_connector(tcp));
        Ok(Self { http, timeout })
    }

    /// The body of an answer of 200; `token` is sent as a bearer's.
    ///
    /// # Errors
    /// why there is none, for the one who entered the address.
    pub async fn get(&self, address: &str, token: Option<&str>) -> Result<Vec<u8>, String> {
        let mut request =
            Request::get(address).header(header::USER_AGENT, concat!("Creneau/", env!("CARGO_PKG_VERSION")));
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Empty::new()).map_err(|error| error.to_string())?;
        let late = || "the server did not answer in time".to_owned();
        let answered = async {
            let response = self.http.request(request).await.map_err(|error| cause(&error).unwrap_or_else(late))?;
            let status = response.status();
            if status.is_redirection() {
                return Err(format!("the server answered {status}: redirects are not followed, change the address"));
            }
            if !status.is_success() {
                return Err(format!("the server answered {status}"));
            }
            let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await;
            let body = body.map_err(|error| match error.downcast_ref::<LengthLimitError>() {
                Some(_) => format!("the answer is longer than {LONGEST_ANSWER} bytes"),
                None => cause(error.as_ref()).unwrap_or_else(late),
            })?;
            Ok(body.to_bytes().to_vec())
        };
        tokio::time::timeout(self.timeout, answered).await.unwrap_or_else(|_| Err(late()))
    }
}
