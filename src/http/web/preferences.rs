//! *My settings*: the calendar to subscribe to, which mails come and when, the usual virtual classroom, language, role,
//! password and browsers.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{
    browser,
    deed::act,
    flash::Flash,
    page::{Refusal, Shell},
    parts::{Choice, Confirm, Field},
    said,
    visitor::{Form, Visitor},
    words::Words,
};
use crate::{
    app::{
        App, AppError,
        feeds::{IssuedFeed, NewFeed},
        identity::Identity,
        links::NewLink,
        me::{ActingChoice, Me, MySession, NewPassword, PersonChange},
    },
    domain::{
        access::{Principal, Role},
        event::Event,
        feed::{Feed, FeedKind},
        id::Id,
        mail_preferences::{MailPreferences, QuietHours},
        people::Language,
        text,
    },
    http::client::Client,
};

/// The page.
#[derive(Template)]
#[template(path = "web/preferences.html")]
pub struct PreferencesPage {
    w: Words,
    shell: Shell,
    name: String,
    issued: Option<Issued>,
    /// The teacher's own calendars; nothing for who is no teacher.
    feeds: Option<Vec<FeedCard>>,
    mails: Option<Mails>,
    link: Option<Field>,
    languages: Field,
    roles: Vec<Choice>,
    password: Option<PasswordForm>,
    browsers: Vec<BrowserCard>,
}

/// A calendar that has just got its address.
struct Issued {
    url: String,
    webcal: String,
    qr: String,
}

/// A calendar.
struct FeedCard {
    since: String,
    read: String,
    replace: Confirm,
    revoke: Confirm,
}

/// Which mails come, and when.
struct Mails {
    kinds: Field,
    /// Kinds that its reader cannot get as a teacher: they stay wanted, should the reader become more.
    kept: Vec<&'static str>,
    is_teacher: bool,
    from: Field,
    to: Field,
}

struct PasswordForm {
    current: Option<Field>,
    new: Field,
}

/// A browser that is signed in.
struct BrowserCard {
    name: String,
    seen: String,
    end: Option<Confirm>,
}

/// All that the page is made of.
pub struct Material {
    /// Who asks.
    pub me: Me,
    /// Their calendars, when they teach.
    pub feeds: Option<Vec<Feed>>,
    /// Their usual classroom, when they teach.
    pub link: Option<Option<String>>,
    /// Which mails they want, when they have an account or teach.
    pub mails: Option<MailPreferences>,
    /// Their browsers.
    pub browsers: Vec<MySession>,
    /// The zone in which times are told.
    pub zone: Tz,
}

impl Material {
    async fn load(app: &App, visitor: &Visitor) -> Result<Self, Refusal> {
        let identity = visitor.identity.as_ref().ok_or(AppError::Unauthorized)?;
        let mut out = Self {
            me: app.me(identity).await?,
            feeds: None,
            link: None,
            mails: None,
            browsers: Vec::new(),
            zone: Tz::Europe__Paris,
        };
        if let Ok((who, school, teacher)) = visitor.teacher() {
            let feeds = app.feeds(&who, &school).await?.into_iter();
            let is_own = |feed: &Feed| feed.kind == FeedKind::Teacher && feed.revoked_at.is_none();
            out.feeds = Some(feeds.filter(is_own).collect());
            let teachers = app.directory(&who, &school).await?.teachers;
            out.link = teachers.into_iter().find(|one| one.id == teacher).map(|one| one.link);
        }
        if let Some(school) = visitor.who.as_ref().and_then(Principal::school)
            && let Some(who) = &visitor.who
        {
            out.zone = app.school(who, school).await?.zone();
        }
        if identity.person().is_ok() {
            out.mails = Some(app.my_mail_preferences(identity).await?);
            out.browsers = app.my_sessions(identity).await?;
        } else if let Ok((who, ..)) = visitor.teacher() {
            // A personal link, without an account.
            out.mails = app.own_mail_preferences(&who).await?;
        }
        Ok(out)
    }

    /// Whether somebody teaches, by a personal link say, and runs nothing.
    fn is_teacher(&self) -> bool {
        self.me.memberships.iter().all(|one| one.membership.role == Role::Teacher)
    }
}

impl PreferencesPage {
    /// The page for this visitor.
    pub fn new(visitor: &Visitor, material: &Material, issued: Option<IssuedFeed>) -> Self {
        let (w, zone) = (visitor.w, material.zone);
        let when = |at: DateTime<Utc>| said::moment(at.with_timezone(&zone).naive_local(), w);
        let language = [("fr", "language-fr"), ("en", "language-en")];
        let languages = language.map(|(code, key)| Choice::new(code, w.t(key), w.code())).to_vec();
        let roles = if material.me.memberships.len() > 1 { material.me.memberships.as_slice() } else { &[] };
        let acting = material.me.acting.as_ref().and_then(|acting| acting.membership.as_ref());
        let role = |one: &crate::app::me::NamedMembership| {
            let role = w.t(&format!("role-{}", one.membership.role.as_str()));
            let name = one.school_name.as_ref().map_or_else(|| role.clone(), |school| format!("{role}, {school}"));
            let id = &one.membership.id;
            Choice { value: id.to_string(), name, chosen: acting == Some(id) }
        };
        let person = material.me.person.as_ref();
        Self {
            w,
            shell: visitor.shell(&w.t("preferences-title")),
            name: person
                .map_or_else(|| material.me.actor.name.clone(), |person| format!("{}, {}", person.name, person.email)),
            issued: issued.map(|feed| Issued { url: feed.url, webcal: feed.webcal_url, qr: feed.qr_url }),
            feeds: material.feeds.as_ref().map(|feeds| feeds.iter().map(|feed| FeedCard::of(feed, &when, w)).collect()),
            mails: material.mails.as_ref().map(|mails| Mails::of(mails, material.is_teacher(), w)),
            link: material.link.as_ref().map(|link| {
                Field::text("link", w.t("preferences-link"))
                    .kind("url")
                    .hint(w.t("preferences-link-hint"))
                    .value(link.as_deref().unwrap_or_default())
            }),
            languages: Field::choice("language", w.t("preferences-language"), languages),
            roles: roles.iter().map(role).collect(),
            password: person.map(|person| PasswordForm {
                current: person.has_password.then(|| {
                    Field::text("current", w.t("password-current"))
                        .kind("password")
                        .autocomplete("current-password")
                        .hint(w.t("password-current-hint"))
                }),
                new: Field::text("password", w.t("password-new"))
                    .kind("password")
                    .autocomplete("new-password")
                    .hint(w.t("password-new-hint")),
            }),
            browsers: material.browsers.iter().map(|one| BrowserCard::of(one, &when, w)).collect(),
        }
    }
}

impl FeedCard {
    fn of(feed: &Feed, when: &impl Fn(DateTime<Utc>) -> String, w: Words) -> Self {
        let action = |deed: &str| format!("/preferences/feeds/{}/{deed}", feed.id);
        Self {
            since: w.with("feed-since", &[("when", &when(feed.replaced_at.unwrap_or(feed.created_at)))]),
            read: feed
                .last_read_on
                .map_or_else(|| w.t("feed-unread"), |day| w.with("feed-read", &[("day", &w.day(day))])),
            replace: Confirm::new(
                action("replace"),
                w.t("feed-replace"),
                w.t("feed-replace-text"),
                w.t("feed-replace"),
            ),
            revoke: Confirm::new(action("revoke"), w.t("feed-revoke"), w.t("feed-revoke-text"), w.t("feed-revoke")),
        }
    }
}

impl Mails {
    fn of(mails: &MailPreferences, is_teacher: bool, w: Words) -> Self {
        let kind = |event: &Event| Choice {
            value: event.as_str().to_owned(),
            name: w.t(&format!("mail-choice-{}", event.as_str())),
            chosen: mails.wants(*event),
        };
        let chosen = |minute: Option<u32>| minute.map_or_else(String::new, |minute| minute.to_string());
        let quiet = mails.quiet_hours;
        let (shown, hidden): (Vec<Event>, Vec<Event>) = Event::ALL
            .into_iter()
            .filter(|event| event.may_be_switched_off())
            .partition(|event| event.is_for_teachers() || !is_teacher);
        Self {
            kinds: Field::choice("kind", w.t("mail-kinds"), shown.iter().map(kind).collect()),
            kept: hidden.into_iter().filter(|event| mails.wants(*event)).map(Event::as_str).collect(),
            is_teacher,
            from: quiet_field("quiet-from", &chosen(quiet.map(|quiet| quiet.from_minute)), w),
            to: quiet_field("quiet-to", &chosen(quiet.map(|quiet| quiet.to_minute)), w),
        }
    }
}

/// When the quiet hours begin, or end: half hours, and the minute that is chosen.
fn quiet_field(name: &str, chosen: &str, w: Words) -> Field {
    let known = chosen.parse::<u32>().ok().filter(|minute| minute % 30 != 0 && *minute < 1440);
    let mut minutes: Vec<u32> = (0..1440).step_by(30).chain(known).collect();
    minutes.sort_unstable();
    let mut out = vec![Choice::new("", w.t("quiet-never"), chosen)];
    out.extend(minutes.into_iter().map(|minute| Choice::new(minute, w.time(minute), chosen)));
    Field::choice(name, w.t(name), out)
}

impl BrowserCard {
    fn of(session: &MySession, when: &impl Fn(DateTime<Utc>) -> String, w: Words) -> Self {
        let action = format!("/preferences/sessions/{}/end", session.id);
        Self {
            name: browser::name(&session.program, w),
            seen: if session.current {
                w.t("browser-this")
            } else {
                w.with("browser-seen", &[("when", &when(session.seen_at))])
            },
            end: (!session.current)
                .then(|| Confirm::new(action, w.t("browser-end"), w.t("browser-end-text"), w.t("browser-end"))),
        }
    }
}

/// `GET /preferences`.
pub async fn show(visitor: Visitor, app: web::Data<App>) -> HttpResponse {
    let material = Material::load(&app, &visitor).await;
    visitor.answer(material.map(|material| PreferencesPage::new(&visitor, &material, None)))
}

/// `POST /preferences/feeds`: makes a calendar, and shows its address this once.
pub async fn make_feed(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    issue(visitor, &app, &form, async |visitor| {
        let (who, school, teacher) = visitor.teacher()?;
        Ok(app.create_feed(&who, &school, NewFeed::of_teacher(&teacher)).await?)
    })
    .await
}

/// `POST /preferences/feeds/{id}/replace`: gives it another address, and shows that this once.
pub async fn replace_feed(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    issue(visitor, &app, &form, async |visitor| {
        let (who, school, _) = visitor.teacher()?;
        Ok(app.replace_feed(&who, &school, &id).await?)
    })
    .await
}

/// Shows an address that is shown once, in the answer itself: a page after a redirect could not know it.
async fn issue(
    mut visitor: Visitor,
    app: &App,
    form: &Form,
    make: impl AsyncFnOnce(&Visitor) -> Result<IssuedFeed, Refusal>,
) -> HttpResponse {
    if let Err(refusal) = visitor.check(form) {
        return visitor.refuse(&refusal);
    }
    let issued = match make(&visitor).await {
        Ok(issued) => issued,
        Err(refusal) => return visitor.refuse(&refusal),
    };
    // What only answers to POST must not be a link's target.
    "/preferences".clone_into(&mut visitor.place);
    let material = Material::load(app, &visitor).await;
    visitor.answer(material.map(|material| PreferencesPage::new(&visitor, &material, Some(issued))))
}

/// `POST /preferences/feeds/{id}/revoke`.
pub async fn revoke_feed(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    act(visitor, &form, "/preferences", async |visitor| {
        let (who, school, _) = visitor.teacher()?;
        app.revoke_feed(&who, &school, &id).await?;
        Ok(visitor.w.t("feed-revoked"))
    })
    .await
}

/// The page once more, with what was typed and what is wrong with it.
async fn again(mut visitor: Visitor, app: &App, put: impl FnOnce(&mut PreferencesPage)) -> HttpResponse {
    // What only answers to POST must not be a link's target.
    "/preferences".clone_into(&mut visitor.place);
    let page = Material::load(app, &visitor).await.map(|material| {
        let mut page = PreferencesPage::new(&visitor, &material, None);
        put(&mut page);
        page
    });
    visitor.answer_with(StatusCode::UNPROCESSABLE_ENTITY, page)
}

/// `POST /preferences/mails`.
pub async fn mails(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    let wanted: Vec<&str> = form.all("kind").collect();
    let off = |event: &Event| event.may_be_switched_off() && !wanted.contains(&event.as_str());
    let (from, to) = (form.get("quiet-from"), form.get("quiet-to"));
    let quiet = from.parse().ok().zip(to.parse().ok());
    let new = MailPreferences {
        switched_off: Event::ALL.into_iter().filter(off).collect(),
        quiet_hours: quiet.map(|(from_minute, to_minute)| QuietHours { from_minute, to_minute }),
    };
    let w = visitor.w;
    // Hours without an end are none, and nobody is told that they were kept.
    let wrong = match (from.is_empty(), to.is_empty()) {
        (true, false) => Some(("quiet-from", "quiet-half")),
        (false, true) => Some(("quiet-to", "quiet-half")),
        _ => new.clone().checked().is_err().then_some(("quiet-to", "quiet-wrong")),
    };
    if let (Ok(()), Some((field, key))) = (visitor.check(&form), wrong) {
        return again(visitor, &app, |page| {
            let Some(mails) = &mut page.mails else { return };
            let error = |name: &str| (name == field).then(|| w.t(key));
            *mails = Mails {
                from: quiet_field("quiet-from", from, w).error(error("quiet-from")),
                to: quiet_field("quiet-to", to, w).error(error("quiet-to")),
                ..Mails::of(&new, mails.is_teacher, w)
            };
        })
        .await;
    }
    act(visitor, &form, "/preferences", async |visitor| {
        match (identity(visitor)?, visitor.teacher()) {
            (identity, Ok((who, ..))) if identity.person().is_err() => app.set_own_mail_preferences(&who, new).await?,
            (identity, _) => app.set_my_mail_preferences(identity, new).await.map(drop)?,
        }
        Ok(w.t("saved"))
    })
    .await
}

/// `POST /preferences/link`: the usual virtual classroom.
pub async fn link(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    let (typed, w) = (form.get("link").trim(), visitor.w);
    let link = Some(typed.to_owned()).filter(|link| !link.is_empty());
    let wrong = link.as_ref().and_then(|link| text::link(link, "link").err());
    if let (Ok(()), Some(finding)) = (visitor.check(&form), wrong) {
        let error = said::finding(&finding, w);
        return again(visitor, &app, |page| {
            page.link = page.link.take().map(|field| field.value(typed).error(Some(error)));
        })
        .await;
    }
    act(visitor, &form, "/preferences", async |visitor| {
        let (who, school, teacher) = visitor.teacher()?;
        app.set_teacher_link(&who, &school, &teacher, NewLink { link }).await?;
        Ok(w.t("saved"))
    })
    .await
}

/// `POST /preferences/language`: of pages, and of mails for who has an account.
pub async fn language(mut visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let Some(language) = Language::from_code(form.get("language")) else { return visitor.refuse(&Refusal::Input) };
    if let Some(identity) = visitor.identity.as_ref().filter(|identity| identity.person().is_ok()) {
        let change = PersonChange { name: None, language: Some(language) };
        if let Err(error) = app.change_me(identity, change).await {
            return visitor.refuse(&error.into());
        }
    }
    visitor.remember_language(language);
    let told = Flash::done(Words::new(language).t("saved"));
    visitor.redirect_told("/preferences", &told)
}

/// `POST /preferences/role`: as what the person acts in this browser.
pub async fn role(visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    let membership = Id::from(form.get("membership"));
    act(visitor, &form, "/", async |visitor| {
        let acting = app.act_as(identity(visitor)?, ActingChoice { membership }).await?;
        Ok(visitor.w.t(match acting.role {
            Role::Teacher => "role-now-teacher",
            Role::Admin => "role-now-admin",
            Role::Operator => "role-now-operator",
        }))
    })
    .await
}

/// `POST /preferences/password`.
pub async fn password(visitor: Visitor, app: web::Data<App>, request: HttpRequest, form: Form) -> HttpResponse {
    let client = Client::of(&request);
    let given = |name: &str| Some(form.get(name).to_owned()).filter(|text| !text.is_empty());
    let new = NewPassword { password: form.get("password").to_owned(), current: given("current") };
    act(visitor, &form, "/preferences", async |visitor| {
        let w = visitor.w;
        match app.set_password(identity(visitor)?, new, &client.address).await {
            Ok(()) => Ok(w.t("password-set")),
            Err(AppError::Invalid(findings)) => {
                let key = if findings.0.iter().any(|one| one.place == "current") {
                    "password-missing"
                } else {
                    "account-error-password"
                };
                Err(AppError::conflict("bad-password", w.t(key)).into())
            }
            Err(AppError::WrongCredentials) => Err(AppError::conflict("bad-password", w.t("password-wrong")).into()),
            Err(error) => Err(error.into()),
        }
    })
    .await
}

/// `POST /preferences/sessions/{id}/end`: signs another browser out.
pub async fn end_session(visitor: Visitor, app: web::Data<App>, id: web::Path<Id>, form: Form) -> HttpResponse {
    act(visitor, &form, "/preferences", async |visitor| {
        app.end_my_session(identity(visitor)?, &id).await?;
        Ok(visitor.w.t("browser-ended"))
    })
    .await
}

/// `POST /preferences/sessions/end`: signs out everywhere.
pub async fn end_all(mut visitor: Visitor, app: web::Data<App>, form: Form) -> HttpResponse {
    if let Err(refusal) = visitor.check(&form) {
        return visitor.refuse(&refusal);
    }
    let ended = async { Ok::<_, Refusal>(app.sign_out_everywhere(identity(&visitor)?).await?) };
    match ended.await {
        Ok(()) => {
            visitor.signed_out(&app);
            visitor.redirect("/?done=signed-out")
        }
        Err(refusal) => visitor.answer_with::<PreferencesPage>(StatusCode::FORBIDDEN, Err(refusal)),
    }
}

fn identity(visitor: &Visitor) -> Result<&Identity, Refusal> {
    visitor.identity.as_ref().ok_or_else(|| AppError::Unauthorized.into())
}
