//! *Groups*: the classes of the school, and parts of them.

use actix_web::{HttpResponse, http::StatusCode, web};

use super::{
    Office,
    form::{Entry, FieldError, FormView, errors, keep, number},
    parts::{Action, Cell, Empty, Page, Row, Table},
    reply, told,
};
use crate::{
    app::{App, groups::GroupDetails},
    domain::{
        id::Id,
        people::{Group, Overlaps},
    },
    http::web::{
        page::Refusal,
        parts::choices,
        version::{self, held},
        visitor::{Form, Visitor},
        words::{Words, sort_key},
    },
};

/// The pages beside this one.
pub const TABS: [(&str, &str); 3] = [
    ("/admin/groups", "admin-tab-groups"),
    ("/admin/groups/import", "admin-tab-import"),
    ("/admin/feeds", "admin-tab-feeds"),
];

/// What stands in the form.
#[derive(Default)]
struct Typed {
    name: String,
    headcount: String,
    attendance: String,
    overlaps: Vec<String>,
    version: String,
}

impl Typed {
    fn read(form: &Form) -> Self {
        Self {
            name: form.get("name").to_owned(),
            headcount: form.get("headcount").to_owned(),
            attendance: form.get("attendance_percent").to_owned(),
            overlaps: form.all("overlaps").map(str::to_owned).collect(),
            version: form.get(version::FIELD).to_owned(),
        }
    }

    fn of(group: &Group) -> Self {
        Self {
            name: group.name.clone(),
            headcount: group.headcount.to_string(),
            attendance: group.attendance_percent.to_string(),
            overlaps: group.overlaps.iter().map(ToString::to_string).collect(),
            version: String::new(),
        }
    }

    /// What was typed, as far as it can be read.
    fn details(&self, form: &Form, w: Words) -> Result<GroupDetails, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let headcount = keep(&mut wrong, number(form, "headcount", w));
        let attendance = keep(&mut wrong, number(form, "attendance_percent", w));
        match (headcount, attendance) {
            (Some(headcount), Some(attendance_percent)) => Ok(GroupDetails {
                name: self.name.clone(),
                headcount,
                attendance_percent,
                overlaps: self.overlaps.iter().map(|id| Id::from(id.as_str())).collect(),
            }),
            _ => Err(wrong),
        }
    }

    fn fields(self, groups: &[Group], own: Option<&Id>, w: Words) -> Vec<Entry> {
        let others = groups.iter().filter(|group| Some(&group.id) != own);
        let chosen = |id: &Id| self.overlaps.iter().any(|one| one == id.as_str());
        let overlaps = choices(others.map(|group| (&group.id, group.name.as_str())), chosen);
        let mut fields = vec![
            Entry::line("name", w.t("admin-group-name"), self.name).hint(w.t("admin-group-name-hint")).needed(),
            Entry::number("headcount", w.t("admin-group-headcount"), self.headcount).needed(),
            Entry::number("attendance_percent", w.t("admin-group-attendance"), self.attendance)
                .hint(w.t("admin-group-attendance-hint"))
                .needed(),
        ];
        if !overlaps.is_empty() {
            let field = Entry::checks("overlaps", w.t("admin-group-overlaps"), overlaps);
            fields.push(field.hint(w.t("admin-group-overlaps-hint")));
        }
        fields
    }
}

/// `GET /admin/groups`.
pub async fn list(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let typed = Typed { attendance: "100".to_owned(), ..Typed::default() };
        page(&visitor, &app, &office, (typed, Vec::new())).await
    })
    .await
}

/// `POST /admin/groups`: one more.
pub async fn add(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let typed = Typed::read(&form);
        let wrong = match typed.details(&form, visitor.w) {
            Ok(details) => match app.create_group(&office.who, &office.school.id, details).await {
                Ok(_) => return Ok(told(&visitor, "/admin/groups", "admin-done-group-added")),
                Err(error) => errors(error, visitor.w)?,
            },
            Err(wrong) => wrong,
        };
        page(&visitor, &app, &office, (typed, wrong)).await
    })
    .await
}

async fn page(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    (typed, wrong): (Typed, Vec<FieldError>),
) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let mut groups = app.groups(&office.who, &office.school.id).await?;
    groups.sort_by_cached_key(|group| sort_key(&group.name));
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let form = FormView::new(visitor, w.t("admin-group-new"), "/admin/groups", w.t("admin-group-add"))
        .fields(typed.fields(&groups, None, w))
        .wrong(wrong);
    let page = Page::new(visitor, &office.school.name, w.t("admin-groups-title"))
        .lead(w.t("admin-groups-lead"))
        .tabs(&visitor.place, &TABS);
    let page = if groups.is_empty() {
        page.part(&Empty {
            heading: w.t("admin-groups-none"),
            text: w.t("admin-groups-none-text"),
            actions: vec![Action::link("/admin/groups/import", w.t("admin-import-do")).first()],
        })?
    } else {
        page.action(Action::link("/admin/groups.csv", w.t("admin-export"))).part(&table(&groups, w))?
    };
    Ok(visitor.answer_with(status, Ok(page.beside(&form)?)))
}

fn table(groups: &[Group], w: Words) -> Table {
    let overlaps = Overlaps::of(groups);
    let row = |group: &Group| {
        let name = |id: &Id| groups.iter().find(|other| other.id == *id).map(|other| other.name.as_str());
        let with: Vec<&str> = overlaps.with(&group.id).filter_map(name).collect();
        let name = Cell::link(&group.name, format!("/admin/groups/{}", group.id));
        let small =
            if with.is_empty() { String::new() } else { w.with("admin-group-with", &[("groups", &with.join(", "))]) };
        Row {
            cells: vec![
                name.small(small),
                Cell::text(w.number(u64::from(group.headcount))),
                Cell::text(w.percent(u64::from(group.attendance_percent))),
                Cell::text(w.number(u64::from(group.connections()))),
            ],
            actions: Vec::new(),
        }
    };
    let heads: usize = groups.iter().map(|group| group.headcount as usize).sum();
    Table {
        id: "groups",
        heading: w.count("admin-groups-count", groups.len()),
        count: w.count("admin-groups-heads", heads),
        columns: ["admin-group-column", "admin-group-headcount", "admin-group-attendance-short", "admin-connections"]
            .map(|key| w.t(key))
            .into(),
        rows: groups.iter().map(row).collect(),
        deeds: None,
    }
}

/// `GET /admin/groups/{id}`.
pub async fn edit(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let group = app.group(&office.who, &office.school.id, &id).await?;
        let typed = Typed::of(&group);
        one(&visitor, &app, &office, &group, (typed, Vec::new())).await
    })
    .await
}

/// `POST /admin/groups/{id}`: changed.
pub async fn change(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let group = app.group(&office.who, &office.school.id, &id).await?;
        let typed = Typed::read(&form);
        let wrong = match typed.details(&form, visitor.w) {
            Ok(details) => match held(&form, app.replace_group(&office.who, &office.school.id, &id, details)).await {
                Ok(_) => return Ok(told(&visitor, "/admin/groups", "admin-done-group-changed")),
                Err(error) => errors(error, visitor.w)?,
            },
            Err(wrong) => wrong,
        };
        one(&visitor, &app, &office, &group, (typed, wrong)).await
    })
    .await
}

/// `POST /admin/groups/{id}/delete`.
pub async fn delete(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::for_form(&visitor, &app, &form).await?;
        let group = app.group(&office.who, &office.school.id, &id).await?;
        match app.delete_group(&office.who, &office.school.id, &id).await {
            Ok(()) => Ok(told(&visitor, "/admin/groups", "admin-done-group-deleted")),
            Err(error) => {
                let wrong = errors(error, visitor.w)?;
                one(&visitor, &app, &office, &group, (Typed::of(&group), wrong)).await
            }
        }
    })
    .await
}

async fn one(
    visitor: &Visitor,
    app: &App,
    office: &Office,
    group: &Group,
    (typed, wrong): (Typed, Vec<FieldError>),
) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let groups = app.groups(&office.who, &office.school.id).await?;
    let address = format!("/admin/groups/{}", group.id);
    let (status, sent) = (version::status(&wrong), typed.version.clone());
    let form = FormView::new(visitor, String::new(), &address, w.t("admin-save"))
        .fields(typed.fields(&groups, Some(&group.id), w))
        .cancel("/admin/groups")
        .changes(group, &sent, wrong);
    let delete = Action::post(visitor, format!("{address}/delete"), w.t("admin-group-delete"))
        .sure(w.t("admin-group-delete-sure"), w.t("admin-group-delete-do"));
    let feed = Action::post(visitor, "/admin/feeds", w.t("admin-feed-make-group"))
        .sending("kind", "group")
        .sending("group", group.id.to_string());
    let page = Page::new(visitor, &w.t("admin-groups-title"), group.name.as_str())
        .action(feed)
        .action(delete.about(&group.name))
        .part(&form)?;
    Ok(visitor.answer_with(status, Ok(page)))
}
