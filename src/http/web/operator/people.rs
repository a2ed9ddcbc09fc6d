//! People: everybody with what they are, and those who are invited.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use std::collections::HashMap;

use super::{
    Asked,
    form::{Entry, rejected},
    schools,
};
use crate::{
    app::{
        App, AppError,
        invitations::{InvitationStatus, NewInvitation},
        overview::{MOST_FOUND, Named},
    },
    domain::{
        access::Role,
        account::{InvitationState, Membership, Person},
        id::Id,
    },
    http::web::{
        page::{Refusal, Shell},
        visitor::{Form, Visitor},
        words::{Words, sort_key},
    },
};

/// Roles on one page, which stays below 100 kB.
const ON_PAGE: usize = 50;
/// The most invitations that are shown: a name finds the others.
const INVITED: usize = 40;

/// Somebody with one of their roles.
pub struct Member {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// What they are, and where.
    pub role: String,
    /// The school's page, for roles in a school.
    pub school: Option<(String, String)>,
    /// Whether they run a school.
    pub is_admin: bool,
    /// The form's address that takes the role away.
    pub withdraw: String,
    /// What its button says to those who do not see the line.
    pub withdraw_words: String,
}

/// Somebody who is invited.
pub struct InvitationLine {
    /// The name and the address.
    pub who: String,
    /// As what, and where.
    pub role: String,
    /// The school's name.
    pub school: Option<String>,
    /// Whether the link holds no more.
    pub is_expired: bool,
    /// Where it stands, in words.
    pub state: String,
    /// The form's address that sends it again.
    pub resend: String,
    /// The form's address that withdraws it.
    pub withdraw: String,
}

#[derive(Template)]
#[template(path = "web/operator/people.html")]
struct PeoplePage {
    w: Words,
    shell: Shell,
    form: Entry,
    members: Vec<Member>,
    invitations: Vec<InvitationLine>,
    /// How many more invitations there are.
    left_out: usize,
    count: String,
    name: String,
    is_all: bool,
    previous: Option<String>,
    next: Option<String>,
}

/// `GET /operator/people`.
pub async fn list(visitor: Visitor, app: web::Data<App>, asked: web::Query<Asked>) -> HttpResponse {
    let page = page(&visitor, &app, &asked, Entry::default()).await;
    visitor.answer(page)
}

/// `POST /operator/people`: invites an operator, or an admin of a school.
pub async fn invite(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    let (who, identity) = match (visitor.operator_sends(&form), &visitor.identity) {
        (Ok(who), Some(identity)) => (who, identity),
        (Err(refusal), _) => return visitor.refuse(&refusal),
        (_, None) => return visitor.refuse(&AppError::Unauthorized.into()),
    };
    let school = Some(form.get("school")).filter(|id| !id.is_empty()).map(Id::from);
    let new = NewInvitation {
        email: form.get("email").trim().to_owned(),
        name: Some(form.get("who").to_owned()).filter(|name| !name.trim().is_empty()),
        role: if school.is_some() { Role::Admin } else { Role::Operator },
        school: school.clone(),
        teacher: None,
        language: None,
    };
    match app.invite(who, &identity.actor, new).await.map_err(|error| rejected(error, visitor.w)) {
        Ok(_) => visitor.told(&place(school.as_ref()), "op-done-invited"),
        Err(Ok((status, errors))) => refused(&visitor, &app, school.as_ref(), status, Entry::sent(&form, errors)).await,
        Err(Err(error)) => visitor.refuse(&error.into()),
    }
}

/// `POST /operator/people/{membership}/withdraw`: takes a role away.
pub async fn withdraw(visitor: Visitor, app: web::Data<App>, membership: web::Path<Id>, form: Form) -> HttpResponse {
    let done = match visitor.operator_sends(&form) {
        Ok(who) => app.withdraw_membership(who, &membership).await,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    answer(&visitor, &app, &form, done, "op-done-withdrawn").await
}

/// `POST /operator/invitations/{id}/resend`.
pub async fn resend(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let done = match visitor.operator_sends(&form) {
        Ok(who) => app.resend_invitation(who, &id).await.map(drop),
        Err(refusal) => return visitor.refuse(&refusal),
    };
    answer(&visitor, &app, &form, done, "op-done-resent").await
}

/// `POST /operator/invitations/{id}/withdraw`.
pub async fn withdraw_invitation(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let done = match visitor.operator_sends(&form) {
        Ok(who) => app.withdraw_invitation(who, &id).await,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    answer(&visitor, &app, &form, done, "op-done-withdrawn").await
}

/// Back to the page from which the form was sent: the school's, or that of all.
async fn answer(visitor: &Visitor, app: &App, form: &Form, done: Result<(), AppError>, key: &str) -> HttpResponse {
    let school = Some(form.get("school")).filter(|id| !id.is_empty()).map(Id::from);
    match done.map_err(|error| rejected(error, visitor.w)) {
        Ok(()) => visitor.told(&place(school.as_ref()), key),
        Err(Ok((status, errors))) => {
            let entry = Entry::default().with(errors);
            refused(visitor, app, school.as_ref(), status, entry).await
        }
        Err(Err(error)) => visitor.refuse(&error.into()),
    }
}

async fn refused(visitor: &Visitor, app: &App, school: Option<&Id>, status: StatusCode, entry: Entry) -> HttpResponse {
    match school {
        Some(school) => {
            schools::again(visitor, app, school, status, schools::Sent { invite: entry, details: None }).await
        }
        None => {
            let page = page(visitor, app, &Asked::default(), entry).await;
            visitor.answer_with(status, page)
        }
    }
}

fn place(school: Option<&Id>) -> String {
    school.map_or_else(|| "/operator/people".to_owned(), |school| format!("/operator/schools/{school}"))
}

async fn page(visitor: &Visitor, app: &App, asked: &Asked, form: Entry) -> Result<PeoplePage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let wanted = sort_key(asked.name.trim()).trim().to_owned();
    let typed = asked.name.trim().to_lowercase();
    let is_all = typed.is_empty();
    let is_named =
        move |name: &str, email: &str| sort_key(name).contains(&wanted) || email.to_lowercase().contains(&typed);
    let named = (!is_all).then(|| Box::new(is_named.clone()) as Named);
    let page = asked.page.parse().unwrap_or(1_usize).max(1);
    let found = app.members(who, named, (page - 1, ON_PAGE)).await?;
    // The first operator's own invitation names nobody and is a secret of the log.
    let mut invitations = app.waiting_invitations(who).await?;
    invitations.retain(|one| one.email.as_ref().is_some_and(|email| is_all || is_named(&one.name, email)));
    let invited = invitations.len();
    invitations.truncate(INVITED);
    let of_members = found.members.iter().filter_map(|(membership, _)| membership.school.as_ref());
    let schools = of_members.chain(invitations.iter().filter_map(|one| one.school.as_ref()));
    let names = app.school_names(who, schools).await?;
    let query: String = url::form_urlencoded::byte_serialize(asked.name.as_bytes()).collect();
    let link = |part: usize| format!("/operator/people?name={query}&page={}", part + 1);
    let count = w.count("op-roles-count", found.count);
    Ok(PeoplePage {
        w,
        shell: visitor.shell(&w.t("nav-people")),
        form,
        left_out: invited - invitations.len(),
        invitations: invitations.into_iter().map(|one| InvitationLine::of(one, &names, w)).collect(),
        count: if found.is_cut { w.count("op-roles-cut", MOST_FOUND) } else { count },
        name: asked.name.clone(),
        is_all,
        previous: found.part.checked_sub(1).map(link),
        next: ((found.part + 1) * ON_PAGE < found.count).then(|| link(found.part + 1)),
        members: found.members.iter().map(|(membership, person)| Member::of(person, membership, &names, w)).collect(),
    })
}

impl Member {
    /// Somebody, as one of what they are.
    pub fn of(person: &Person, membership: &Membership, names: &HashMap<Id, String>, w: Words) -> Self {
        let school = membership
            .school
            .as_ref()
            .map(|id| (format!("/operator/schools/{id}"), names.get(id).cloned().unwrap_or_default()));
        let role = w.t(&format!("op-role-{}", membership.role.as_str()));
        Self {
            withdraw_words: w.with("op-withdraw-which", &[("role", &role), ("name", &person.name)]),
            name: person.name.clone(),
            email: person.email.clone(),
            role,
            school,
            is_admin: membership.role == Role::Admin,
            withdraw: format!("/operator/people/{}/withdraw", membership.id),
        }
    }
}

impl InvitationLine {
    /// An invitation in a list.
    pub fn of(one: InvitationStatus, names: &HashMap<Id, String>, w: Words) -> Self {
        let email = one.email.unwrap_or_default();
        let is_expired = one.state == InvitationState::Expired;
        let until = one.expires_at.with_timezone(&chrono_tz::Europe::Paris).date_naive();
        let key = if is_expired { "op-invitation-expired" } else { "op-invitation-open" };
        Self {
            who: if one.name == email { email } else { format!("{} · {email}", one.name) },
            role: w.t(&format!("op-role-{}", one.role.as_str())),
            school: one.school.and_then(|id| names.get(&id).cloned()),
            is_expired,
            state: w.with(key, &[("day", &w.day(until))]),
            resend: format!("/operator/invitations/{}/resend", one.id),
            withdraw: format!("/operator/invitations/{}/withdraw", one.id),
        }
    }
}
