//! A notice as a message (RFC 5322, MIME, RFC 6047). Sent again, it has the same bytes.

use crate::domain::{
    notice::{Method, Notice},
    text::one_line,
};
use lettre::{
    Address, Message,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use std::time::SystemTime;

/// Puts the message together.
///
/// A calendar of one session goes as an invitation, once among the alternatives, where mail programs look for one,
/// and once as a file for those that do not. Several sessions cannot be one invitation: of a REQUEST or a CANCEL with
/// several UIDs (RFC 5546, sections 3.2.2 and 3.2.5, forbids it) Outlook and Gmail take the first and drop the others. So they
/// come as a file to open, published (section 3.2.1), each with its own state and sequence.
///
/// Mails about one thing hang below a message that was never sent: the root is the same in every mailbox, whichever of them
/// arrived first or not at all (RFC 5322, section 3.6.4, lets a parent be missing).
///
/// # Errors
/// why it can never be sent: an address that is none.
pub(super) fn build(notice: &Notice, from: &Mailbox) -> Result<Message, String> {
    let part = |kind: &str, text: &str| {
        let kind = ContentType::parse(kind).map_err(|error| error.to_string())?;
        Ok::<_, String>(SinglePart::builder().header(kind).body(text.to_owned()))
    };
    let mut alternatives = MultiPart::alternative()
        .boundary(format!("alternative-{}", notice.id))
        .singlepart(SinglePart::plain(notice.text.clone()))
        .singlepart(SinglePart::html(notice.html.clone()));
    let mut attachment = None;
    if let Some(calendar) = &notice.calendar {
        let method = Method::of(calendar);
        let kind = format!("text/calendar; method={}; charset=utf-8", method.as_str());
        let (name, file_kind) = match method {
            Method::Publish => ("classes.ics", kind.as_str()),
            // Not text/calendar a second time: programs would show two invitations.
            Method::Request | Method::Cancel => ("invite.ics", "application/ics"),
        };
        if method != Method::Publish {
            alternatives = alternatives.singlepart(part(&kind, calendar)?);
        }
        let file_kind = ContentType::parse(file_kind).map_err(|error| error.to_string())?;
        attachment = Some(Attachment::new(name.to_owned()).body(calendar.clone(), file_kind));
    }
    let body = MultiPart::mixed().boundary(format!("mixed-{}", notice.id)).multipart(alternatives);
    let body = match attachment {
        Some(attachment) => body.singlepart(attachment),
        None => body,
    };
    let mut headers = Message::builder()
        .from(from.clone())
        .to(mailbox(&notice.to_name, &notice.to_address)?)
        .subject(one_line(&notice.subject))
        .date(SystemTime::from(notice.created_at))
        .message_id(Some(format!("<{}>", one_line(&notice.message_id))))
        // No holiday notes in return (RFC 3834, and what Exchange understands).
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("X-Auto-Response-Suppress", "All"));
    if let Some(thread) = &notice.thread {
        let root = format!("<{}>", one_line(thread));
        headers = headers.in_reply_to(root.clone()).references(root);
    }
    if let Some(address) = &notice.unsubscribe {
        // RFC 2369, and one click by RFC 8058. Not for lettre to fold or encode: an address has no words.
        headers = headers
            .raw_header(verbatim("List-Unsubscribe", format!("<{}>", one_line(address))))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    headers.multipart(body).map_err(|error| error.to_string())
}

/// lettre panics at a name that holds a line break.
fn mailbox(name: &str, address: &str) -> Result<Mailbox, String> {
    let address: Address = address.parse().map_err(|_| format!("{address:?} is not an e-mail address"))?;
    let name = one_line(name).trim().to_owned();
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn verbatim(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}
