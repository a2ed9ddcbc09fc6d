//! A message that is shown once, on the page after a redirect. It travels in a cookie, with a proof that we wrote it for
//! this session: whoever plants a cookie puts no words into our mouth.

use sha2::{Digest, Sha256};

/// Its cookie.
pub const COOKIE: &str = "creneau_flash";
/// Longest text, in bytes: a cookie holds 4 kB, and each byte may take three in it.
const LONGEST: usize = 900;

/// A message that is shown once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// What it says, in the reader's language.
    pub text: String,
    /// Whether something could not be done.
    pub is_warning: bool,
}

impl Flash {
    /// Something was done.
    pub fn done(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_warning: false }
    }

    /// Something could not be done.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_warning: true }
    }

    /// As the cookie's value: hexadecimal digits, the proof first.
    pub fn sealed(&self, csrf: &str) -> String {
        let end = (0..=self.text.len().min(LONGEST)).rev().find(|end| self.text.is_char_boundary(*end)).unwrap_or(0);
        let body = format!("{}{}", if self.is_warning { '!' } else { '.' }, &self.text[..end]);
        format!("{}{}", proof(csrf, &body), hex::encode(body))
    }

    /// What a cookie says, when we wrote it for this session.
    pub fn opened(value: &str, csrf: &str) -> Option<Self> {
        let (given, body) = value.split_at_checked(64)?;
        let body = String::from_utf8(hex::decode(body).ok()?).ok()?;
        if given != proof(csrf, &body) {
            return None;
        }
        let text = body.get(1..)?.to_owned();
        Some(Self { text, is_warning: body.starts_with('!') })
    }
}

fn proof(csrf: &str, body: &str) -> String {
    hex::encode(Sha256::digest(format!("creneau flash {csrf} {body}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_said_to_this_session_is_shown() {
        let flash = Flash::warning("Complet : à 9 h, il ne reste plus de place.");
        assert_eq!(Flash::opened(&flash.sealed("a"), "a"), Some(flash.clone()));
        assert_eq!(Flash::opened(&flash.sealed("a"), "b"), None);
        let forged = format!("{}{}", "0".repeat(64), hex::encode(".Send your password to evil.example"));
        assert_eq!(Flash::opened(&forged, "a"), None);
        assert_eq!(Flash::opened("é", "a"), None);
    }

    #[test]
    fn long_ones_are_cut_between_letters() {
        let sealed = Flash::done("é".repeat(2000)).sealed("a");
        assert!(sealed.len() < 2000 && Flash::opened(&sealed, "a").is_some());
    }
}
