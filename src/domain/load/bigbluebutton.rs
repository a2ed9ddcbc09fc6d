//! What a BigBlueButton answers to `getMeetings`. Only numbers of people and the marks of meetings are read; the names of
//! people that it holds, too, are never looked at.

use super::report::Refusal;
use roxmltree::{Document, Node};

/// A meeting that takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// By what the class that it is may be known: its `meetingID`, and `creneau-session` of its metadata.
    pub marks: Vec<String>,
    /// Everybody who is in it.
    pub participants: u32,
    /// Those of them who lead it.
    pub moderators: u32,
}

impl Meeting {
    /// Those who are taught.
    pub fn pupils(&self) -> u32 {
        self.participants.saturating_sub(self.moderators)
    }
}

/// By what a class with this id and link may be known: its id, and the parts of its link's path and query.
pub fn marks_of<'a>(session: &'a str, link: Option<&'a str>) -> impl Iterator<Item = &'a str> {
    let parts = link.into_iter().flat_map(|link| link.split(['/', '?', '&', '=', '#']).skip(3));
    std::iter::once(session).chain(parts)
}

/// The meetings of an answer.
///
/// # Errors
/// `not-bigbluebutton`, `query-refused`, `bad-count`.
pub fn meetings(answer: &[u8]) -> Result<Vec<Meeting>, Refusal> {
    let text = std::str::from_utf8(answer).map_err(|_| foreign("it is not UTF-8"))?;
    let document = Document::parse(text).map_err(|error| foreign(&error.to_string()))?;
    let root = document.root_element();
    match (root.has_tag_name("response"), text_of(root, "returncode")) {
        (true, Some("SUCCESS")) => {}
        (true, Some(_)) => {
            let told: String = text_of(root, "message").unwrap_or_default().chars().take(300).collect();
            let action = "see to the secret: `bbb-conf --secret` shows it";
            return Err(Refusal::new("query-refused", format!("it was refused: {told}"), action));
        }
        _ => return Err(foreign("it has no returncode")),
    }
    let all = root.children().find(|node| node.has_tag_name("meetings"));
    all.iter().flat_map(Node::children).filter(|node| node.has_tag_name("meeting")).map(meeting).collect()
}

fn meeting(node: Node<'_, '_>) -> Result<Meeting, Refusal> {
    let id = text_of(node, "meetingID").ok_or_else(|| foreign("a meeting has no meetingID"))?;
    let metadata = node.children().find(|child| child.has_tag_name("metadata"));
    let session = metadata.and_then(|metadata| text_of(metadata, "creneau-session"));
    let marks = [Some(id), session].into_iter().flatten().filter(|mark| !mark.is_empty()).map(str::to_owned).collect();
    let participants = count(node, "participantCount")?.ok_or_else(|| bad_count("participantCount", ""))?;
    Ok(Meeting { marks, participants, moderators: count(node, "moderatorCount")?.unwrap_or(0) })
}

fn text_of<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.children().find(|child| child.has_tag_name(name)).map(|child| child.text().unwrap_or_default().trim())
}

fn count(node: Node<'_, '_>, name: &'static str) -> Result<Option<u32>, Refusal> {
    text_of(node, name).map(|text| text.parse().map_err(|_| bad_count(name, text))).transpose()
}

fn bad_count(name: &str, text: &str) -> Refusal {
    let text: String = text.chars().take(40).collect();
    Refusal::new("bad-count", format!("the {name} of a meeting is {text:?}"), "see to the BigBlueButton's version")
}

fn foreign(why: &str) -> Refusal {
    let why: String = why.chars().take(200).collect();
    let action = "give the address that `bbb-conf --secret` shows, which ends in /bigbluebutton";
    Refusal::new("not-bigbluebutton", format!("this is no answer of a BigBlueButton: {why}"), action)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(meetings: &str) -> String {
        format!("<response><returncode>SUCCESS</returncode><meetings>{meetings}</meetings></response>")
    }

    #[test]
    fn a_meeting_is_numbers_and_marks() {
        let one = answer(
            "<meeting><meetingID>ann-x7d</meetingID><participantCount>26</participantCount>\
             <moderatorCount>1</moderatorCount><attendees><attendee><fullName>X</fullName></attendee></attendees>\
             <metadata><creneau-session>0193</creneau-session></metadata></meeting>",
        );
        let read = meetings(one.as_bytes()).unwrap();
        assert_eq!((read.len(), read[0].pupils()), (1, 25));
        let is_of = |session, link| marks_of(session, link).any(|mark| read[0].marks.iter().any(|own| own == mark));
        assert!(is_of("0193", None));
        assert!(is_of("other", Some("https://bbb.example.org/b/ann-x7d")));
        assert!(is_of("other", Some("https://bbb.example.org/join?id=ann-x7d&a=b")));
        assert!(!is_of("other", Some("https://ann-x7d/b/bob")), "a host is no room");
        assert!(!is_of("other", Some("https://bbb.example.org/b/ann-x7d2")));
        assert_eq!(meetings(answer("").as_bytes()), Ok(Vec::new()));
    }

    #[test]
    fn another_answer_is_told() {
        let failed = "<response><returncode>FAILED</returncode><message>checksum</message></response>";
        let bomb = "<!DOCTYPE a [<!ENTITY b \"c\">]><response><returncode>&b;</returncode></response>";
        let id = "<meetingID>a</meetingID>";
        for (wrong, code) in [
            ("", "not-bigbluebutton"),
            ("{}", "not-bigbluebutton"),
            ("<html/>", "not-bigbluebutton"),
            ("<response/>", "not-bigbluebutton"),
            (bomb, "not-bigbluebutton"),
            (failed, "query-refused"),
            (&answer("<meeting><participantCount>1</participantCount></meeting>"), "not-bigbluebutton"),
            (&answer(&format!("<meeting>{id}</meeting>")), "bad-count"),
            (&answer(&format!("<meeting>{id}<participantCount>-1</participantCount></meeting>")), "bad-count"),
            (&answer(&format!("<meeting>{id}<participantCount>x</participantCount></meeting>")), "bad-count"),
        ] {
            assert_eq!(meetings(wrong.as_bytes()).unwrap_err().code, code, "{wrong}");
        }
        assert_eq!(meetings(b"<response>\xff</response>").unwrap_err().code, "not-bigbluebutton");
    }
}
