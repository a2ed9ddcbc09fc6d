//! How news is signed, so that its receiver knows from whom it comes.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;

/// What secrets begin with.
const PREFIX: &str = "whsec_";

/// A new secret: 256 random bits, in base64 after `whsec_`.
pub fn new_secret() -> String {
    format!("{PREFIX}{}", STANDARD.encode(rand::random::<[u8; 32]>()))
}

/// The value of `webhook-signature`: one signature a secret, a blank between two. Each is the HMAC-SHA256 of identifier,
/// time of sending (seconds since 1970) and body, with full stops between, in base64.
pub fn signatures(secrets: &[String], id: &str, timestamp: i64, body: &str) -> String {
    let content = format!("{id}.{timestamp}.{body}");
    let sign = |secret: &String| {
        // A secret that is no base64 was not made here; it then signs as it stands.
        let text = secret.strip_prefix(PREFIX).unwrap_or(secret);
        let key = STANDARD.decode(text).unwrap_or_else(|_| text.as_bytes().to_vec());
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), content.as_bytes());
        format!("v1,{}", STANDARD.encode(tag))
    };
    secrets.iter().map(sign).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn the_signature_is_that_of_the_standard() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", r#"{"test": 2432232314}"#);
        let signed = signatures(std::slice::from_ref(&secret), id, 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let both = signatures(&[secret.clone(), new_secret()], id, 1_614_265_330, body);
        assert!(both.starts_with(&format!("{signed} v1,")) && both.len() == 2 * signed.len() + 1);
    }

    #[test]
    fn secrets_are_long_and_never_the_same() {
        let secret = new_secret();
        assert_eq!(STANDARD.decode(secret.strip_prefix(PREFIX).unwrap()).unwrap().len(), 32);
        assert_ne!(secret, new_secret());
    }
}
