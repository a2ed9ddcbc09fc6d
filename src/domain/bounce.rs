//! Mails that come back: notifications that one could not be delivered (RFC 3464).

use super::text::one_line;

/// Letters of a reason that are kept: a mail server may say anything.
const LONGEST_REASON: usize = 500;

/// One of our mails did not reach its reader, and will not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// The mail's `Message-ID`, without angle brackets.
    pub message_id: String,
    /// What the reader's mail server said.
    pub reason: String,
}

/// What a mail says of one of ours that failed for good; nothing when it is no such notification, or one of a delay.
///
/// A notification's parts are lines like those of a header, which may not be encoded (RFC 3464, section 2.1, and RFC 6522): so they
/// are looked for as they stand. The returned mail comes last, and so does its `Message-ID`.
pub fn bounce(mail: &str) -> Option<Bounce> {
    let lines = mail.replace("\r\n", "\n").replace("\n ", " ").replace("\n\t", " ");
    if !lines.to_ascii_lowercase().contains("report-type=delivery-status")
        && !lines.to_ascii_lowercase().contains("report-type=\"delivery-status\"")
    {
        return None;
    }
    let all = |name: &str| -> Vec<&str> {
        let fields = lines.lines().filter_map(|line| line.split_once(':'));
        fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
    };
    if !all("Action").iter().any(|action| action.eq_ignore_ascii_case("failed")) {
        return None;
    }
    let status = all("Status").into_iter().find(|status| status.starts_with("5."))?;
    let [.., message_id] = all("Message-ID")[..] else { return None };
    let said = all("Diagnostic-Code").first().map_or(status, |said| *said);
    Some(Bounce {
        message_id: message_id.trim_matches(['<', '>']).to_owned(),
        reason: one_line(said).chars().take(LONGEST_REASON).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Postfix writes it.
    const NOTIFICATION: &str = "From: MAILER-DAEMON@mail.example\r\n\
        Message-ID: <own@mail.example>\r\n\
        Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"b\"\r\n\r\n\
        --b\r\nContent-Type: text/plain\r\n\r\nI'm sorry.\r\n\
        --b\r\nContent-Type: message/delivery-status\r\n\r\n\
        Reporting-MTA: dns; mail.example\r\n\r\n\
        Final-Recipient: rfc822; martin@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\
        Diagnostic-Code: smtp; 550 5.1.1 <martin@example.org>: Recipient\r\n address rejected\r\n\
        --b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
        Subject: x\r\nMessage-ID: <0193@creneau.example.org>\r\n\r\n--b--\r\n";

    #[test]
    fn a_notification_names_our_mail_and_the_reason() {
        let found = bounce(NOTIFICATION).unwrap();
        assert_eq!(found.message_id, "0193@creneau.example.org");
        assert_eq!(found.reason, "smtp; 550 5.1.1 <martin@example.org>: Recipient address rejected");
    }

    #[test]
    fn delays_and_other_mails_are_none() {
        for other in [
            NOTIFICATION.replace("Action: failed", "Action: delayed"),
            NOTIFICATION.replace("Status: 5.1.1", "Status: 4.2.0"),
            NOTIFICATION.replace("delivery-status;", "disposition-notification;"),
            "Subject: On holiday\r\n\r\nAction: failed\r\n".to_owned(),
            String::new(),
        ] {
            assert_eq!(bounce(&other), None, "{other}");
        }
    }
}
