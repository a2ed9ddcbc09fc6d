//! Schools: found by name, entered, changed; which platform they use, and who runs them.

use actix_web::{HttpResponse, http::StatusCode, web};
use askama::Template;
use serde::Deserialize;
use std::collections::HashMap;

use super::{
    Asked,
    form::{Entry, FieldError, number, options, rejected},
    people::{InvitationLine, Member},
    platforms::{PoolLine, ZONES},
};
use crate::{
    app::{
        App, AppError,
        platforms::PlatformChoice,
        schools::{NewSchool, SchoolDetails},
    },
    domain::{
        account::InvitationState,
        id::Id,
        people::{Language, School, SchoolLine},
    },
    http::web::{
        page::{Refusal, Shell},
        parts::Choice,
        version::held,
        visitor::{Form, Visitor},
        words::{Words, sort_key},
    },
};

/// Schools on one page.
const ON_PAGE: usize = 50;

struct Line {
    name: String,
    href: String,
    uai: String,
    platform: Option<String>,
}

#[derive(Template)]
#[template(path = "web/operator/schools.html")]
struct ListPage {
    w: Words,
    shell: Shell,
    lines: Vec<Line>,
    count: usize,
    name: String,
    is_all: bool,
    previous: Option<String>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "web/operator/school_new.html")]
struct NewPage {
    w: Words,
    shell: Shell,
    form: Entry,
    platforms: Vec<Choice>,
    languages: Vec<Choice>,
    zones: [&'static str; 16],
}

#[derive(Template)]
#[template(path = "web/operator/school.html")]
struct SchoolPage {
    w: Words,
    shell: Shell,
    id: Id,
    heading: String,
    about: String,
    form: Entry,
    languages: Vec<Choice>,
    zones: [&'static str; 16],
    platforms: Vec<Choice>,
    pools: Vec<PoolLine>,
    admins: Vec<Member>,
    teachers: usize,
    invitations: Vec<InvitationLine>,
    invite: Entry,
    /// What goes with the school.
    delete_text: String,
}

/// For which platform a new school is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    platform: String,
}

/// `GET /operator/schools`.
pub async fn list(visitor: Visitor, app: web::Data<App>, asked: web::Query<Asked>) -> HttpResponse {
    let page = list_page(&visitor, &app, &asked).await;
    visitor.answer(page)
}

/// `GET /operator/schools/new`.
pub async fn new(visitor: Visitor, app: web::Data<App>, wanted: web::Query<Wanted>) -> HttpResponse {
    let form = Entry::of([
        ("time_zone", ZONES[0].to_owned()),
        ("language", visitor.w.code().to_owned()),
        ("platform", wanted.platform.clone()),
    ]);
    let page = new_page(&visitor, &app, form).await;
    visitor.answer(page)
}

/// `POST /operator/schools`.
pub async fn add(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    let (w, mut errors) = (visitor.w, Vec::new());
    let who = match visitor.operator_sends(&form) {
        Ok(who) => who,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    let connections = number(&form, "connections", &mut errors, w);
    let SchoolDetails { uai, name, time_zone, language, .. } = details(&form, School::usual_hours());
    let opening_hours = School::usual_hours();
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if errors.is_empty() {
        let new = NewSchool { uai, name, time_zone, language, opening_hours, connections };
        match app.create_school(who, new).await.map_err(|error| rejected(error, w)) {
            Ok(school) => {
                let chosen = match platform(&form) {
                    None => Ok(school.clone()),
                    platform => app.choose_platform(who, &school.id, PlatformChoice { platform }).await,
                };
                return match chosen {
                    Ok(_) => visitor.told(&format!("/operator/schools/{}", school.id), "op-done-added"),
                    Err(error) => visitor.refuse(&error.into()),
                };
            }
            Err(Ok(found)) => (status, errors) = found,
            Err(Err(error)) => return visitor.refuse(&error.into()),
        }
    }
    let page = new_page(&visitor, &app, Entry::sent(&form, errors)).await;
    visitor.answer_with(status, page)
}

/// `GET /operator/schools/{id}`.
pub async fn show(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    let page = school_page(&visitor, &app, &id, Sent::default()).await;
    visitor.answer(page)
}

/// `POST /operator/schools/{id}`.
pub async fn change(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let who = match visitor.operator_sends(&form) {
        Ok(who) => who,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    let old = match app.school(who, &id).await {
        Ok(old) => old,
        Err(error) => return visitor.refuse(&error.into()),
    };
    let done = held(&form, app.replace_school(who, &id, details(&form, old.opening_hours))).await.map(drop);
    let sent = |errors| Sent { details: Some(Entry::sent(&form, errors)), invite: Entry::default() };
    answer(&visitor, &app, &id, done, sent).await
}

/// `POST /operator/schools/{id}/platform`.
pub async fn choose_platform(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let done = match visitor.operator_sends(&form) {
        Ok(who) => app.choose_platform(who, &id, PlatformChoice { platform: platform(&form) }).await.map(drop),
        Err(refusal) => return visitor.refuse(&refusal),
    };
    answer(&visitor, &app, &id, done, |errors| Sent { invite: Entry::default(), ..Sent::wrong(errors) }).await
}

/// `POST /operator/schools/{id}/delete`.
pub async fn delete(mut visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    let done = match visitor.operator_sends(&form) {
        Ok(who) => app.delete_school(who, &id).await,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    if done.is_ok() {
        if visitor.office.as_ref().is_some_and(|school| school.id == *id) {
            visitor.leave_office();
        }
        return visitor.told("/operator/schools", "op-done-deleted");
    }
    answer(&visitor, &app, &id, done, Sent::wrong).await
}

/// What was sent of a school's page.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) details: Option<Entry>,
    pub(super) invite: Entry,
}

impl Sent {
    fn wrong(errors: Vec<FieldError>) -> Self {
        Self { details: None, invite: Entry::sent(&Form::default(), errors) }
    }
}

async fn answer(
    visitor: &Visitor,
    app: &App,
    id: &Id,
    done: Result<(), AppError>,
    sent: impl FnOnce(Vec<FieldError>) -> Sent,
) -> HttpResponse {
    match done.map_err(|error| rejected(error, visitor.w)) {
        Ok(()) => visitor.told(&format!("/operator/schools/{id}"), "op-done-changed"),
        Err(Ok((status, errors))) => again(visitor, app, id, status, sent(errors)).await,
        Err(Err(error)) => visitor.refuse(&error.into()),
    }
}

/// The page of a school with what is wrong.
pub(super) async fn again(visitor: &Visitor, app: &App, id: &Id, status: StatusCode, sent: Sent) -> HttpResponse {
    let page = school_page(visitor, app, id, sent).await;
    visitor.answer_with(status, page)
}

fn platform(form: &Form) -> Option<Id> {
    Some(form.get("platform")).filter(|id| !id.is_empty()).map(Id::from)
}

fn details(form: &Form, opening_hours: Vec<crate::domain::time::WeekSpan>) -> SchoolDetails {
    SchoolDetails {
        uai: Some(form.get("uai").trim()).filter(|code| !code.is_empty()).map(str::to_owned),
        name: form.get("name").to_owned(),
        time_zone: form.get("time_zone").trim().to_owned(),
        language: Language::from_code(form.get("language")).unwrap_or_default(),
        opening_hours,
    }
}

fn languages(w: Words, chosen: &str) -> Vec<Choice> {
    let names = [("fr", w.t("language-fr")), ("en", w.t("language-en"))];
    options(names.iter().map(|(code, name)| (*code, name.as_str())), chosen)
}

async fn list_page(visitor: &Visitor, app: &App, asked: &Asked) -> Result<ListPage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let (schools, platforms) = (app.school_lines(who, None).await?, app.platforms(who).await?);
    let wanted = sort_key(asked.name.trim());
    let wanted = wanted.trim();
    let is_wanted = |school: &&SchoolLine| {
        let uai = school.uai.as_deref().unwrap_or_default().to_lowercase();
        sort_key(&school.name).contains(wanted) || uai.contains(&asked.name.trim().to_lowercase())
    };
    let mut found: Vec<&SchoolLine> = schools.iter().filter(is_wanted).collect();
    found.sort_by_cached_key(|school| sort_key(&school.name));
    let pages = found.len().div_ceil(ON_PAGE).max(1);
    let page = asked.page.parse().unwrap_or(1_usize).clamp(1, pages);
    let query: String = url::form_urlencoded::byte_serialize(asked.name.as_bytes()).collect();
    let link = |page: usize| format!("/operator/schools?name={query}&page={page}");
    let line = |school: &&SchoolLine| Line {
        name: school.name.clone(),
        href: format!("/operator/schools/{}", school.id),
        uai: school.uai.clone().unwrap_or_default(),
        platform: platforms.iter().find(|one| Some(&one.id) == school.platform.as_ref()).map(|one| one.name.clone()),
    };
    Ok(ListPage {
        w,
        shell: visitor.shell(&w.t("nav-schools")),
        lines: found.iter().skip((page - 1) * ON_PAGE).take(ON_PAGE).map(line).collect(),
        count: found.len(),
        name: asked.name.clone(),
        is_all: asked.name.trim().is_empty(),
        previous: (page > 1).then(|| link(page - 1)),
        next: (page < pages).then(|| link(page + 1)),
    })
}

async fn new_page(visitor: &Visitor, app: &App, form: Entry) -> Result<NewPage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let platforms = app.platforms(who).await?;
    Ok(NewPage {
        w,
        shell: visitor.shell(&w.t("op-school-new")),
        platforms: options(platforms.iter().map(|one| (one.id.as_str(), one.name.as_str())), form.get("platform")),
        languages: languages(w, form.get("language")),
        form,
        zones: ZONES,
    })
}

async fn school_page(visitor: &Visitor, app: &App, id: &Id, sent: Sent) -> Result<SchoolPage, Refusal> {
    let (w, who) = (visitor.w, visitor.operator()?);
    let school = app.school(who, id).await?;
    let (platforms, people) = (app.platforms(who).await?, app.people_of(who, id).await?);
    let nobody = HashMap::new();
    let roles = people.iter().flat_map(|one| one.memberships.iter().map(move |membership| (&one.person, membership)));
    let members: Vec<Member> = roles.map(|(person, membership)| Member::of(person, membership, &nobody, w)).collect();
    let teachers = members.iter().filter(|member| !member.is_admin).count();
    let invitations = app.invitations_to(who, id).await?;
    let is_shown = |state: InvitationState| matches!(state, InvitationState::Open | InvitationState::Expired);
    let chosen = school.platform.as_ref().map(ToString::to_string).unwrap_or_default();
    let form = sent.details.unwrap_or_else(|| {
        Entry::of([
            ("name", school.name.clone()),
            ("uai", school.uai.clone().unwrap_or_default()),
            ("time_zone", school.time_zone.clone()),
            ("language", school.language.code().to_owned()),
        ])
    });
    let form = form.changing(&school);
    Ok(SchoolPage {
        w,
        shell: visitor.shell(&school.name),
        id: id.clone(),
        heading: school.name.clone(),
        about: [school.uai.as_deref(), Some(&school.time_zone)].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        languages: languages(w, form.get("language")),
        form,
        zones: ZONES,
        platforms: options(platforms.iter().map(|one| (one.id.as_str(), one.name.as_str())), &chosen),
        pools: app
            .school_pools(who, id)
            .await?
            .iter()
            .map(|pool| {
                let line = PoolLine::of(pool, w);
                // A school's own pool is its admins' to look after.
                let is_own = pool.name.starts_with(crate::app::capacity::OWN_PREFIX);
                PoolLine { href: if is_own { String::new() } else { line.href.clone() }, ..line }
            })
            .collect(),
        teachers,
        admins: members.into_iter().filter(|member| member.is_admin).collect(),
        invitations: invitations
            .into_iter()
            .filter(|one| is_shown(one.state))
            .map(|one| InvitationLine::of(one, &nobody, w))
            .collect(),
        invite: sent.invite,
        delete_text: w.count("op-school-delete-text", app.accounts_of_school_alone(who, id).await?),
    })
}
