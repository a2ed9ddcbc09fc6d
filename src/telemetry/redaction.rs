//! Keeps secrets that stand in URLs out of logs. Calendar programs cannot log in, so a feed's URL is its password.

/// What comes after a segment with such a name is a secret: `/feeds/SECRET.ics`, `/enter/SECRET`.
const BEFORE_SECRETS: [&str; 5] = ["feeds", "enter", "link", "invitation", "unsubscribe"];
const REDACTED: &str = "[redacted]";

/// `path` (or a path with a query) fit for a log: secrets blanked out, the query left off, for it may hold tokens.
#[must_use]
pub fn redact_path(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut shown = String::with_capacity(path.len());
    for segment in path.split_inclusive('/') {
        shown.push_str(segment);
        let name = percent_decoded(segment.trim_end_matches('/'));
        if segment.ends_with('/') && BEFORE_SECRETS.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            let secret = &path[shown.len()..];
            if !secret.is_empty() {
                shown.push_str(REDACTED);
                // What kind of thing was asked for is no secret.
                shown.push_str(if secret.ends_with(".ics") { ".ics" } else { "" });
            }
            break;
        }
    }
    shown
}

/// The router decodes a path before it looks for a route: `/%66eeds/SECRET.ics` leads to the feed too.
fn percent_decoded(segment: &str) -> String {
    let mut bytes = segment.as_bytes().iter();
    let mut decoded = Vec::with_capacity(segment.len());
    while let Some(&byte) = bytes.next() {
        let ahead = bytes.as_slice().get(..2).filter(|_| byte == b'%');
        let escaped = ahead
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if escaped.is_some() {
            bytes.nth(1);
        }
        decoded.push(escaped.unwrap_or(byte));
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::redact_path;

    #[test]
    fn secrets_are_blanked_out() {
        for (path, shown) in [
            ("/feeds/s3cr3t.ics", "/feeds/[redacted].ics"),
            ("/feeds/s3cr3t", "/feeds/[redacted]"),
            ("/enter/s3cr3t", "/enter/[redacted]"),
            ("/link/s3cr3t?lang=en", "/link/[redacted]"),
            ("/invitation/s3cr3t", "/invitation/[redacted]"),
            ("/unsubscribe/s3cr3t/swap", "/unsubscribe/[redacted]"),
            ("/enter/s3cr3t/wishes/4", "/enter/[redacted]"),
            ("/fr/enter/s3cr3t?next=/", "/fr/enter/[redacted]"),
            ("/enter//s3cr3t", "/enter/[redacted]"),
            ("/%66eeds/s3cr3t.ics", "/%66eeds/[redacted].ics"),
            ("/f%65eD%73/s3cr3t.ics", "/f%65eD%73/[redacted].ics"),
            ("/Enter/s3cr3t", "/Enter/[redacted]"),
            ("/feeds/é%/s3cr3t.ics", "/feeds/[redacted].ics"),
        ] {
            assert_eq!(redact_path(path), shown);
        }
    }

    #[test]
    fn the_rest_stays_readable() {
        for path in [
            "/",
            "",
            "*",
            "/api/v1/schools/0440001M/feeds",
            "/api/v1/schools/0440001M/feeds/",
            "/schools/%C3%A9cole%",
            "/%zz/100%/%6",
            "/feedsx/a",
            "/api/v1/sign-in/links",
            "/api/v1/invitations/1/resend",
        ] {
            assert_eq!(redact_path(path), path);
        }
        assert_eq!(redact_path("/schools?token=s3cr3t"), "/schools");
        assert_eq!(redact_path("/schools#s3cr3t"), "/schools");
    }
}
