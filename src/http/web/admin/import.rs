//! *Tables*: groups and teachers out to a spreadsheet, and in again, with a look at what would change.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web,
};

use super::{
    Office,
    form::{Entry, FieldError, FormView, Look, errors},
    groups as groups_page,
    parts::{Action, Card, Cell, Facts, Page, Row, Table},
    reply, said, teachers as teachers_page, told,
    upload::Upload,
};
use crate::{
    app::{
        App, call,
        exchange::{Exchanged, Import, ImportOptions},
    },
    domain::{
        exchange::{columns, sheet},
        finding::Finding,
        people::{Group, Teacher},
    },
    http::web::{
        page::Refusal,
        version::{self, held},
        visitor::Visitor,
        words::Words,
    },
};

/// The most rows of a kind that a preview shows.
const SHOWN: usize = 100;

/// What the pages of a kind of table have of their own.
struct Of {
    /// `groups` or `teachers`.
    word: &'static str,
    tabs: &'static [(&'static str, &'static str)],
}

const GROUPS: Of = Of { word: "groups", tabs: &groups_page::TABS };
const TEACHERS: Of = Of { word: "teachers", tabs: &teachers_page::TABS };

impl Of {
    fn address(&self) -> String {
        format!("/admin/{}/import", self.word)
    }

    fn text(&self, w: Words, end: &str) -> String {
        w.t(&format!("admin-import-{}-{end}", self.word))
    }
}

/// `GET /admin/groups/import`.
pub async fn groups(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    show::<Group>(visitor, app, &GROUPS).await
}

/// `POST /admin/groups/import`: looked at, or done.
pub async fn take_groups(visitor: Visitor, app: web::Data<App>, upload: Upload) -> HttpResponse {
    take::<Group>(visitor, app, upload, &GROUPS).await
}

/// `GET /admin/groups.csv`.
pub async fn export_groups(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    export::<Group>(visitor, app, &GROUPS).await
}

/// `GET /admin/teachers/import`.
pub async fn teachers(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    show::<Teacher>(visitor, app, &TEACHERS).await
}

/// `POST /admin/teachers/import`: looked at, or done.
pub async fn take_teachers(visitor: Visitor, app: web::Data<App>, upload: Upload) -> HttpResponse {
    take::<Teacher>(visitor, app, upload, &TEACHERS).await
}

/// `GET /admin/teachers.csv`.
pub async fn export_teachers(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    export::<Teacher>(visitor, app, &TEACHERS).await
}

async fn export<T: Exchanged + 'static>(visitor: Visitor, app: web::Data<App>, of: &Of) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let bytes = app.export::<T>(&office.who, &office.school.id).await?;
        Ok(HttpResponse::Ok()
            .content_type("text/csv; charset=utf-8; header=present")
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.csv\"", of.word)))
            .body(bytes))
    })
    .await
}

async fn show<T: Exchanged + 'static>(visitor: Visitor, app: web::Data<App>, of: &Of) -> HttpResponse {
    reply(&visitor, async {
        let office = Office::of(&visitor, &app).await?;
        let page = page(&visitor, &office, of).part(&entry::<T>(&visitor, of, "", false))?;
        Ok(visitor.answer(Ok(page)))
    })
    .await
}

async fn take<T: Exchanged + 'static>(visitor: Visitor, app: web::Data<App>, upload: Upload, of: &Of) -> HttpResponse {
    reply(&visitor, async {
        let Upload { form, file } = upload;
        let office = Office::for_form(&visitor, &app, &form).await?;
        let w = visitor.w;
        // What was pasted goes where no file was chosen; the confirmation brings the table back as text.
        let table = if file.is_empty() { form.get("table").as_bytes().to_vec() } else { file };
        let (removes, is_sure) = (!form.get("remove_missing").is_empty(), !form.get("sure").is_empty());
        let text = sheet::text(&table).unwrap_or_default().into_owned();
        if table.iter().all(u8::is_ascii_whitespace) {
            let wrong = vec![FieldError::at("file", w.t("admin-import-nothing"))];
            let page = page(&visitor, &office, of).part(&entry::<T>(&visitor, of, "", removes).wrong(wrong))?;
            return Ok(visitor.answer_with(StatusCode::UNPROCESSABLE_ENTITY, Ok(page)));
        }
        if is_sure {
            let order = ImportOptions::new(false, removes);
            match held(&form, app.import::<T>(&office.who, &office.school.id, table.clone(), order)).await {
                Ok(_) => return Ok(told(&visitor, &format!("/admin/{}", of.word), "admin-done-imported")),
                // What has changed meanwhile is told by looking once more.
                Err(error) => drop(errors(error, w)?),
            }
        }
        let look = ImportOptions::new(true, removes);
        let told = app.import::<T>(&office.who, &office.school.id, table, look).await?;
        // Who confirmed has seen other changes than these.
        let page = page(&visitor, &office, of).warning(is_sure.then(|| w.t("admin-import-outdated")));
        preview::<T>(&visitor, page, of, (&told, &text, removes))
    })
    .await
}

fn page(visitor: &Visitor, office: &Office, of: &Of) -> Page {
    let w = visitor.w;
    Page::new(visitor, &office.school.name, of.text(w, "title"))
        .lead(w.t("admin-import-lead"))
        .tabs(&of.address(), of.tabs)
        .action(Action::link(format!("/admin/{}.csv", of.word), w.t("admin-export")))
}

fn entry<T: Exchanged>(visitor: &Visitor, of: &Of, text: &str, removes: bool) -> FormView {
    let w = visitor.w;
    let columns = columns::<T>().iter().map(|name| column(name, w)).collect::<Vec<_>>().join(", ");
    FormView::new(visitor, w.t("admin-import-choose"), of.address(), w.t("admin-import-look"))
        .with_file()
        .lead(w.with("admin-import-columns", &[("columns", &columns)]))
        .field(Entry::new(Look::File, "file", w.t("admin-import-file"), ""))
        .field(Entry::new(Look::Lines, "table", w.t("admin-import-paste"), text).hint(of.text(w, "example")))
        .field(Entry::tick("remove_missing", w.t("admin-import-remove"), removes).hint(w.t("admin-import-remove-hint")))
}

fn preview<T: Exchanged>(
    visitor: &Visitor,
    page: Page,
    of: &Of,
    (told, text, removes): (&Import, &str, bool),
) -> Result<HttpResponse, Refusal> {
    let w = visitor.w;
    let count = |key: &str, count: usize| (w.t(key), w.number(count as u64), String::new());
    let mut page = page.part(&Facts(vec![
        count("admin-import-added", told.added.len()),
        count("admin-import-changed", told.changed.len()),
        count("admin-import-removed", told.removed.len()),
        count("admin-import-unchanged", told.unchanged),
    ]))?;
    let item = |finding: &Finding| {
        let named = [("place", &*place(&finding.place, w)), ("text", &*said::finding(finding, w))];
        w.with("admin-import-finding", &named)
    };
    if !told.findings.is_empty() {
        page = page.part(&Card {
            id: "findings",
            heading: w.count("admin-import-findings", told.findings.len()),
            lines: vec![w.t("admin-import-findings-text")],
            items: told.findings.iter().take(SHOWN).map(item).collect(),
            is_warning: true,
            ..Card::default()
        })?;
    }
    if !told.warnings.is_empty() {
        page = page.part(&Card {
            id: "warnings",
            heading: w.t("admin-import-warnings"),
            items: told.warnings.iter().take(SHOWN).map(item).collect(),
            is_warning: true,
            ..Card::default()
        })?;
    }
    let is_change = !(told.added.is_empty() && told.changed.is_empty() && told.removed.is_empty());
    if is_change {
        page = page.part(&difference(told, w))?;
    }
    if told.findings.is_empty() && is_change {
        let confirm = FormView::new(visitor, w.t("admin-import-confirm"), of.address(), w.t("admin-import-do"))
            .lead(w.t("admin-import-confirm-text"))
            .hidden("sure", "1")
            .hidden(version::FIELD, call::version(told))
            .hidden("table", text)
            .hidden("remove_missing", if removes { "1" } else { "" })
            .cancel(of.address());
        return Ok(visitor.answer(Ok(page.part(&confirm)?)));
    }
    if told.findings.is_empty() {
        let heading = w.t("admin-import-same");
        page =
            page.part(&Card { id: "same", heading, lines: vec![w.t("admin-import-same-text")], ..Card::default() })?;
    }
    let status = if told.findings.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(visitor.answer_with(status, Ok(page.part(&entry::<T>(visitor, of, text, removes))?)))
}

/// What would be new, different and gone, each with its cells.
fn difference(told: &Import, w: Words) -> Table {
    let line = |line: u64| w.with("admin-import-line", &[("line", &line.to_string())]);
    let added = told.added.iter().take(SHOWN).map(|row| {
        let name = row.cells.get("name").cloned().unwrap_or_default();
        let cells = row.cells.iter().filter(|(column, cell)| *column != "name" && !cell.is_empty());
        let cells: Vec<String> = cells.map(|(name, it)| format!("{} {}", column(name, w), cell(name, it, w))).collect();
        (w.t("admin-import-new"), "quiet", name, cells.join(", "), line(row.line))
    });
    let changed = told.changed.iter().take(SHOWN).map(|row| {
        let change = |change: &crate::domain::exchange::CellChange| {
            let [before, after] = [&change.before, &change.after].map(|it| cell(&change.column, it, w));
            let named = [("column", &*column(&change.column, w)), ("before", &*before), ("after", &*after)];
            w.with("admin-import-change", &named)
        };
        let changes: Vec<String> = row.changes.iter().map(change).collect();
        (w.t("admin-import-different"), "plain", row.name.clone(), changes.join(", "), line(row.line))
    });
    let removed = told.removed.iter().take(SHOWN);
    let removed = removed.map(|row| (w.t("admin-import-gone"), "warn", row.name.clone(), String::new(), String::new()));
    let row = |(word, tag, name, cells, line): (String, &'static str, String, String, String)| Row {
        cells: vec![Cell::text(name).small(line), Cell::tag(word, tag), Cell::text(cells)],
        actions: Vec::new(),
    };
    Table {
        id: "difference",
        heading: w.t("admin-import-difference"),
        count: String::new(),
        columns: ["admin-import-row", "admin-import-what", "admin-import-cells"].map(|key| w.t(key)).into(),
        rows: added.chain(changed).chain(removed).map(row).collect(),
        deeds: None,
    }
}

/// `line 3, column name` in the reader's language.
fn place(place: &str, w: Words) -> String {
    let Some(rest) = place.strip_prefix("line ") else { return w.t("admin-import-whole") };
    match rest.split_once(", column ") {
        Some((line, name)) => w.with("admin-import-cell", &[("line", line), ("column", &column(name, w))]),
        None => w.with("admin-import-line", &[("line", rest)]),
    }
}

/// A column in the reader's language, as a table may call it too; one that is unknown as the table calls it.
fn column(name: &str, w: Words) -> String {
    w.first(&[&format!("admin-column-{name}")], &[]).unwrap_or_else(|| name.to_owned())
}

/// A cell in the reader's language.
fn cell(column: &str, cell: &str, w: Words) -> String {
    w.first(&[&format!("admin-column-{column}-cell")], &[("cell", cell)]).unwrap_or_else(|| cell.to_owned())
}
