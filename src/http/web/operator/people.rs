//! People: everybody with what they are, and those who are invited.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;

use super::{
    Asked,
    form::{Entry, rejected},
    schools,
};
use crate::{
    app::{
        App, AppError,
        invitations::{InvitationStatus, NewInvitation},
        people::PersonWithMemberships,
    },
    domain::{access::Role, account::InvitationState, id::Id, people::School},
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
    count: usize,
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
    let (people, schools, invitations) = (app.people(who).await?, app.schools(who).await?, app.invitations(who).await?);
    let wanted = sort_key(asked.name.trim());
    let wanted = wanted.trim();
    let typed = asked.name.trim().to_lowercase();
    let is_named = |name: &str, email: &str| sort_key(name).contains(wanted) || email.to_lowercase().contains(&typed);
    let is_wanted = |one: &&PersonWithMemberships| is_named(&one.person.name, &one.person.email);
    let mut members: Vec<Member> =
        people.iter().filter(is_wanted).flat_map(|one| Member::all(one, &schools, w)).collect();
    // Whoever may do most stands first.
    members.sort_by_cached_key(|member| (member.school.is_some(), !member.is_admin, sort_key(&member.name)));
    let count = members.len();
    let pages = count.div_ceil(ON_PAGE).max(1);
    let page = asked.page.parse().unwrap_or(1_usize).clamp(1, pages);
    let query: String = url::form_urlencoded::byte_serialize(asked.name.as_bytes()).collect();
    let link = |page: usize| format!("/operator/people?name={query}&page={page}");
    // The first operator's own invitation names nobody and is a secret of the log.
    let mut invitations: Vec<InvitationStatus> = invitations
        .into_iter()
        .filter(|one| matches!(one.state, InvitationState::Open | InvitationState::Expired))
        .filter(|one| one.email.as_ref().is_some_and(|email| is_named(&one.name, email)))
        .collect();
    let invited = invitations.len();
    invitations.truncate(INVITED);
    Ok(PeoplePage {
        w,
        shell: visitor.shell(&w.t("nav-people")),
        form,
        members: members.into_iter().skip((page - 1) * ON_PAGE).take(ON_PAGE).collect(),
        left_out: invited - invitations.len(),
        invitations: invitations.into_iter().map(|one| InvitationLine::of(one, &schools, w)).collect(),
        count,
        name: asked.name.clone(),
        is_all: asked.name.trim().is_empty(),
        previous: (page > 1).then(|| link(page - 1)),
        next: (page < pages).then(|| link(page + 1)),
    })
}

impl Member {
    /// Somebody once for each of their roles.
    pub fn all(one: &PersonWithMemberships, schools: &[School], w: Words) -> Vec<Self> {
        let member = |membership: &crate::domain::account::Membership| {
            let school = membership.school.as_ref().map(|id| {
                let name = schools.iter().find(|school| school.id == *id).map(|school| school.name.clone());
                (format!("/operator/schools/{id}"), name.unwrap_or_default())
            });
            let role = w.t(&format!("op-role-{}", membership.role.as_str()));
            Self {
                withdraw_words: w.with("op-withdraw-which", &[("role", &role), ("name", &one.person.name)]),
                name: one.person.name.clone(),
                email: one.person.email.clone(),
                role,
                school,
                is_admin: membership.role == Role::Admin,
                withdraw: format!("/operator/people/{}/withdraw", membership.id),
            }
        };
        one.memberships.iter().map(member).collect()
    }
}

impl InvitationLine {
    /// An invitation in a list.
    pub fn of(one: InvitationStatus, schools: &[School], w: Words) -> Self {
        let email = one.email.unwrap_or_default();
        let is_expired = one.state == InvitationState::Expired;
        let until = one.expires_at.with_timezone(&chrono_tz::Europe::Paris).date_naive();
        let key = if is_expired { "op-invitation-expired" } else { "op-invitation-open" };
        Self {
            who: if one.name == email { email } else { format!("{} · {email}", one.name) },
            role: w.t(&format!("op-role-{}", one.role.as_str())),
            school: one
                .school
                .and_then(|id| schools.iter().find(|school| school.id == id).map(|school| school.name.clone())),
            is_expired,
            state: w.with(key, &[("day", &w.day(until))]),
            resend: format!("/operator/invitations/{}/resend", one.id),
            withdraw: format!("/operator/invitations/{}/withdraw", one.id),
        }
    }
}
