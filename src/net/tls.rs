//! TLS as mails have it.

use rustls::{ClientConfig, RootCertStore, crypto::ring};
use std::sync::Arc;

/// rustls, with the certificates that this machine trusts (or `SSL_CERT_FILE` names).
///
/// # Errors
/// when the versions of TLS are not to be had.
pub fn tls() -> Result<ClientConfig, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        tracing::warn!(errors = ?found.errors, "this machine trusts no certificate: nothing can be reached by https");
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
