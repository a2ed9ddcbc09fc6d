//! Wishes of which no plan can place all, told while they can still be changed.

use askama::Template;

use crate::{
    app::desk::Desk,
    domain::{
        id::Id,
        round::{Request, RoundState},
    },
    http::web::{said, words::Words},
    planning::explanation::WishOverload,
};

/// Of more wishes than these nobody looks at each.
const MOST_LINKS: usize = 12;

/// All such wishes, or those of a teacher.
#[derive(Template)]
#[template(path = "web/parts/crowded.html")]
pub struct Crowded {
    heading: String,
    text: String,
    crowds: Vec<Crowd>,
}

/// Wishes that have no room beside each other.
struct Crowd {
    words: String,
    /// Where each can be changed: address and title.
    wishes: Vec<(String, String)>,
}

impl Crowded {
    /// The wishes of a round, or of one teacher whose pages begin at `base`; nothing where all have room.
    pub fn of(desk: &Desk, own: Option<(&Id, &str)>, w: Words) -> Option<Self> {
        let is_shown = |request: &Request| own.is_none_or(|(teacher, _)| request.teachers.contains(teacher));
        let crowd = |overload: &WishOverload| {
            let requests = desk.requests.iter().filter(|request| overload.requests.contains(&request.id));
            let shown: Vec<&Request> = requests.filter(|request| is_shown(request)).collect();
            let can_change = desk.round.state == RoundState::Collecting && shown.len() <= MOST_LINKS;
            let link = |request: &&Request| {
                let base = match own {
                    Some((_, base)) => base.to_owned(),
                    None => format!("/admin/teachers/{}/wishes", request.teachers.first()?),
                };
                Some((format!("{base}/{}", request.id), request.title.clone()))
            };
            (!shown.is_empty()).then(|| Crowd {
                words: said::obstacle(&overload.obstacle, desk.school.zone(), w),
                wishes: shown.iter().filter(|_| can_change).filter_map(link).collect(),
            })
        };
        let mut crowds: Vec<Crowd> = desk.overloads.iter().filter_map(crowd).collect();
        crowds.sort_by(|a, b| a.words.cmp(&b.words));
        let text = w.t("wishes-crowded-text");
        (!crowds.is_empty()).then(|| Self { heading: w.t("wishes-crowded"), text, crowds })
    }
}
