//! *Teachers*: their addresses, languages and links, and whether they have an account.

use std::collections::{HashMap, HashSet};

use actix_web::{HttpResponse, http::StatusCode, web};

use super::{
    Office,
    form::{Entry, FieldError, FormView, Look, errors, text},
    parts::{Action, Cell, Empty, Page, Row, Table},
    reply, told,
};
use crate::{
    app::{App, invitations::InvitationStatus, people::PersonWithMemberships, teachers::TeacherDetails},
    domain::{
        account::InvitationState,
        id::Id,
        people::{Language, Teacher},
    },
    http::web::{
        page::Refusal,
        parts::Choice,
        version::{self, held},
        visitor::{Form, Visitor},
        words::{Words, sort_key},
    },
};

/// The pages beside this one.
pub const TABS: [(&str, &str); 3] = [
    ("/admin/teachers", "admin-tab-teachers"),
    ("/admin/teachers/import", "admin-tab-import"),
    ("/admin/invitations", "admin-tab-invitations"),
];

/// What stands in the form.
#[derive(Default)]
struct Typed {
    name: String,
    email: String,
    language: String,
    link: String,
    version: String,
}

/// Whether a teacher has an account.
enum Standing {
    /// They have.
    Joined,
    /// They are invited.
    Invited(Id),
    /// They were invited, and the link is too old.
    Expired(Id),
    /// Nobody invited them, at this address.
    Apart,
    /// Nobody can invite them: they have no address.
    Unreachable,
    /// Nobody can invite them: the address is another teacher's here.
    Shared,
}

impl Typed {
    fn read(form: &Form) -> Self {
        let get = |field: &str| form.get(field).to_owned();
        Self {
            name: get("name"),
            email: get("email"),
            language: get("language"),
            link: get("link"),
            version: get(version::FIELD),
        }
    }

    fn of(teacher: &Teacher) -> Self {
        Self {
            name: teacher.name.clone(),
            email: teacher.email.clone().unwrap_or_default(),
            language: teacher.language.code().to_owned(),
            link: teacher.link.clone().unwrap_or_default(),
            version: String::new(),
        }
    }

    fn details(&self, form: &Form) -> TeacherDetails {
        TeacherDetails {
            name: self.name.clone(),
            email: text(form, "email"),
            language: Language::from_code(&self.language),
            link: text(form, "link"),
        }
    }

    fn fields(self, w: Words) -> Vec<Entry> {
        vec![
            Entry::line("name", w.t("admin-teacher-name"), self.name).hint(w.t("admin-teacher-name-hint")).needed(),
            Entry::new(Look::Input("email"), "email", w.t("admin-teacher-email"), self.email)
                .hint(w.t("admin-teacher-email-hint")),
            Entry::select("language", w.t("admin-teacher-language"), languages(&self.language, w)),
            Entry::new(Look::Input("url"), "link", w.t("admin-teacher-link"), self.link)
                .hint(w.t("admin-teacher-link-hint")),
        ]
    }
}

/// The languages to choose from.
pub fn languages(chosen: &str, w: Words) -> Vec<Choice> {
    [Language::Fr, Language::En]
        .map(|language| Choice {
            value: language.code().to_owned(),
            name: w.t(&format!("language-{}", language.code())),
            chosen: chosen == language.code(),
        })
        .into()
}

/// `GET /admin/teachers`.
pub async fn list(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let typed = Typed { language: office.school.language.code().to_owned(), ..Typed::default() };
        page(&visitor, &app, &office, (typed, Vec::new())).await
    })
    .await
}

/// `POST /admin/teachers`: one more.
pub async fn add(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let typed = Typed::read(&form);
        match app.create_teacher(&office.who, &office.school.id, typed.details(&form)).await {
            Ok(_) => Ok(told(&visitor, "/admin/teachers", "admin-done-teacher-added")),
            Err(error) => {
                let wrong = errors(error, visitor.w)?;
                page(&visitor, &app, &office, (typed, wrong)).await
            }
        }
    })
    .await
}

async fn page(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    (typed, wrong): (Typed, Vec<FieldError>),
) -> Result<HttpResponse, Refusal> {
    let (w, who, school) = (visitor.w, &office.who, &office.school.id);
    let mut teachers = app.teachers(who, school).await?;
    teachers.sort_by_cached_key(|teacher| sort_key(&teacher.name));
    let standings = standings(&teachers, &app.people_of(who, school).await?, &app.invitations(who).await?);
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let form = FormView::new(visitor, w.t("admin-teacher-new"), "/admin/teachers", w.t("admin-teacher-add"))
        .fields(typed.fields(w))
        .wrong(wrong);
    let page = Page::new(visitor, &office.school.name, w.t("admin-teachers-title"))
        .lead(w.t("admin-teachers-lead"))
        .tabs(&visitor.place, &TABS);
    let page = if teachers.is_empty() {
        page.part(&Empty {
            heading: w.t("admin-teachers-none"),
            text: w.t("admin-teachers-none-text"),
            actions: vec![Action::link("/admin/teachers/import", w.t("admin-import-do")).first()],
        })?
    } else {
        let to_invite = |standing: &&Standing| matches!(standing, Standing::Apart | Standing::Expired(_));
        let apart = standings.values().filter(to_invite).count();
        let page = match apart {
            0 => page,
            _ => page.action(Action::post(visitor, "/admin/teachers/invite", w.count("admin-teachers-invite", apart))),
        };
        page.action(Action::link("/admin/teachers.csv", w.t("admin-export")))
            .part(&table(visitor, &teachers, &standings))?
    };
    Ok(visitor.answer_with(status, Ok(page.beside(&form)?)))
}

/// Where each teacher stands, by id.
fn standings<'a>(
    teachers: &'a [Teacher],
    people: &'a [PersonWithMemberships],
    invitations: &'a [InvitationStatus],
) -> HashMap<Id, Standing> {
    let joined = |id: &Id| {
        people.iter().flat_map(|person| &person.memberships).any(|membership| membership.teacher.as_ref() == Some(id))
    };
    // Addresses that a teacher of this school has signed up or is invited with, or will be: an account is one teacher.
    let teaches = |person: &&PersonWithMemberships| person.memberships.iter().any(|it| it.teacher.is_some());
    let mut taken: HashSet<&str> = people.iter().filter(teaches).map(|it| it.person.email.as_str()).collect();
    let open = invitations.iter().filter(|one| one.teacher.is_some() && one.state == InvitationState::Open);
    taken.extend(open.filter_map(|one| one.email.as_deref()));
    let mut standing = |teacher: &'a Teacher| {
        if joined(&teacher.id) {
            return Standing::Joined;
        }
        let invited = |state: InvitationState| {
            invitations.iter().find(|one| one.teacher.as_ref() == Some(&teacher.id) && one.state == state)
        };
        match (invited(InvitationState::Open), invited(InvitationState::Expired), &teacher.email) {
            (Some(open), _, _) => Standing::Invited(open.id.clone()),
            (None, Some(expired), _) => Standing::Expired(expired.id.clone()),
            (None, None, Some(email)) if taken.insert(email) => Standing::Apart,
            (None, None, Some(_)) => Standing::Shared,
            (None, None, None) => Standing::Unreachable,
        }
    };
    teachers.iter().map(|teacher| (teacher.id.clone(), standing(teacher))).collect()
}

fn table(visitor: &Visitor, teachers: &[Teacher], standings: &HashMap<Id, Standing>) -> Table {
    let w = visitor.w;
    let row = |teacher: &Teacher| {
        let (mark, actions) = match standings.get(&teacher.id) {
            Some(Standing::Joined) => (Cell::tag(w.t("admin-teacher-joined"), "quiet"), None),
            Some(Standing::Invited(id)) => {
                let again = format!("/admin/invitations/{id}/resend");
                let again = Action::post(visitor, again, w.t("admin-invitation-resend"));
                (Cell::tag(w.t("admin-teacher-invited"), "plain"), Some(again))
            }
            Some(Standing::Expired(id)) => {
                let again = format!("/admin/invitations/{id}/resend");
                let again = Action::post(visitor, again, w.t("admin-invitation-resend"));
                (Cell::tag(w.t("admin-teacher-expired"), "warn"), Some(again))
            }
            Some(Standing::Apart) => {
                let invite = format!("/admin/teachers/{}/invite", teacher.id);
                let invite = Action::post(visitor, invite, w.t("admin-teacher-invite"));
                (Cell::tag(w.t("admin-teacher-apart"), "plain"), Some(invite))
            }
            Some(Standing::Shared) => (Cell::tag(w.t("admin-teacher-shared"), "warn"), None),
            Some(Standing::Unreachable) | None => (Cell::tag(w.t("admin-teacher-unreachable"), "warn"), None),
        };
        let wishes = format!("/admin/teachers/{}/wishes", teacher.id);
        let wishes = Action::link(wishes, w.t("admin-teacher-wishes"));
        let link = if teacher.link.is_some() { "admin-teacher-has-link" } else { "admin-teacher-no-link" };
        Row {
            cells: vec![
                Cell::link(&teacher.name, format!("/admin/teachers/{}", teacher.id))
                    .small(teacher.email.clone().unwrap_or_default()),
                Cell::text(w.t(&format!("language-{}", teacher.language.code()))),
                Cell::text(w.t(link)),
                mark,
            ],
            actions: [Some(wishes), actions].into_iter().flatten().map(|action| action.about(&teacher.name)).collect(),
        }
    };
    let joined = standings.values().filter(|standing| matches!(standing, Standing::Joined)).count();
    Table {
        id: "teachers",
        heading: w.count("admin-teachers-count", teachers.len()),
        count: w.count("admin-teachers-joined", joined),
        columns: ["admin-teacher-column", "admin-teacher-language-short", "admin-teacher-link-short", "admin-account"]
            .map(|key| w.t(key))
            .into(),
        rows: teachers.iter().map(row).collect(),
        deeds: Some(w.t("admin-deeds")),
    }
}

/// `GET /admin/teachers/{id}`.
pub async fn edit(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let teacher = app.teacher(&office.who, &office.school.id, &id).await?;
        one(&visitor, &office, &teacher, (Typed::of(&teacher), Vec::new()))
    })
    .await
}

/// `POST /admin/teachers/{id}`: changed.
pub async fn change(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let teacher = app.teacher(&office.who, &office.school.id, &id).await?;
        let typed = Typed::read(&form);
        let work = app.replace_teacher(&office.who, &office.school.id, &id, typed.details(&form));
        match held(&form, work).await {
            Ok(_) => Ok(told(&visitor, "/admin/teachers", "admin-done-teacher-changed")),
            Err(error) => one(&visitor, &office, &teacher, (typed, errors(error, visitor.w)?)),
        }
    })
    .await
}

/// `POST /admin/teachers/{id}/delete`.
pub async fn delete(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let teacher = app.teacher(&office.who, &office.school.id, &id).await?;
        match app.delete_teacher(&office.who, &office.school.id, &id).await {
            Ok(()) => Ok(told(&visitor, "/admin/teachers", "admin-done-teacher-deleted")),
            Err(error) => one(&visitor, &office, &teacher, (Typed::of(&teacher), errors(error, visitor.w)?)),
        }
    })
    .await
}

fn one(
    visitor: &Visitor,
    office: &Office,
    teacher: &Teacher,
    (typed, wrong): (Typed, Vec<FieldError>),
) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let address = format!("/admin/teachers/{}", teacher.id);
    let (status, sent) = (version::status(&wrong), typed.version.clone());
    let form = FormView::new(visitor, String::new(), &address, w.t("admin-save"))
        .fields(typed.fields(w))
        .cancel("/admin/teachers")
        .changes(teacher, &sent, wrong);
    let page = Page::new(visitor, &office.school.name, teacher.name.as_str())
        .action(Action::link(format!("{address}/erase"), w.t("admin-teacher-erase")))
        .action(
            Action::post(visitor, format!("{address}/delete"), w.t("admin-teacher-delete"))
                .sure(w.t("admin-teacher-delete-sure"), w.t("admin-teacher-delete-do")),
        )
        .part(&form)?;
    Ok(visitor.answer_with(status, Ok(page)))
}
