//! Invitations: operators invite anybody, admins the admins and teachers of their school; whoever has the link that
//! came by e-mail becomes what it says.

use super::{
    App, AppError, AppResult,
    access::{hash, maker, may_make, new_secret},
    call::note_school,
    identity::{Begun, Browser, begin},
    letters,
    people::{taken, unknown_teacher},
};
use crate::{
    domain::{
        access::{Actor, ActorKind, Principal, Role},
        account::{self, BegunBy, INVITATION_DAYS, Invitation, InvitationState, Membership, Person, password_findings},
        audit::AuditEntry,
        finding::{Finding, Findings},
        id::Id,
        people::Language,
        text,
    },
    store::{self, Conn, StoreError},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whom to invite as what.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// The e-mail address that the invitation goes to.
    #[schema(example = "c.bernard@example.org", max_length = 200)]
    pub email: String,
    /// The name; the teacher's, or the address when nothing is said.
    #[serde(default)]
    #[schema(example = "Claire Bernard", max_length = 200)]
    pub name: Option<String>,
    /// What the person is to be.
    pub role: Role,
    /// The school; for admins and teachers.
    #[serde(default)]
    pub school: Option<Id>,
    /// The teacher that the person is; for teachers.
    #[serde(default)]
    pub teacher: Option<Id>,
    /// The language of the mail; the school's when nothing is said.
    #[serde(default)]
    pub language: Option<Language>,
}

/// An invitation as those see it who may invite.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvitationStatus {
    /// Identifier.
    pub id: Id,
    /// Where it stands.
    pub state: InvitationState,
    /// Whom it is for; the first operator's names nobody.
    pub email: Option<String>,
    /// The name of whom it is for.
    pub name: String,
    /// What the person is to be.
    pub role: Role,
    /// The school, but for operators.
    pub school: Option<Id>,
    /// The teacher that the person is, for teachers.
    pub teacher: Option<Id>,
    /// The name of who invites.
    pub invited_by: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was sent last.
    pub sent_at: DateTime<Utc>,
    /// Until when the link holds.
    pub expires_at: DateTime<Utc>,
    /// When it was accepted.
    pub accepted_at: Option<DateTime<Utc>>,
}

/// An invitation as its reader sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvitationOffer {
    /// Whom it is for; the first operator says it when accepting.
    pub email: Option<String>,
    /// The name.
    pub name: String,
    /// The language.
    pub language: Language,
    /// What the reader is to be.
    pub role: Role,
    /// The school's name, but for operators.
    pub school_name: Option<String>,
    /// The name of who invites.
    pub invited_by: String,
    /// Whether the address has an account already: it keeps its name and its password.
    pub has_account: bool,
}

/// What whoever accepts an invitation says.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// What stands last in the link.
    #[schema(max_length = 200)]
    pub secret: String,
    /// The e-mail address; for the first operator, whose invitation names none.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub email: Option<String>,
    /// The name of a new account; the invitation's when nothing is said.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// A password for a new account; a link by e-mail always works without.
    #[serde(default)]
    pub password: Option<String>,
}

impl App {
    /// Invites somebody; the mail is queued with it.
    ///
    /// # Errors
    /// `Forbidden`, `Invalid`, `Conflict` when the person is that already or has the same invitation open.
    pub async fn invite(&self, who: &Principal, actor: &Actor, new: NewInvitation) -> AppResult<InvitationStatus> {
        if !may_make(who, new.role, new.school.as_ref()) {
            return Err(AppError::forbidden(
                "an operator invites anybody, an admin the admins and teachers of the own school",
            ));
        }
        let (settings, actor, secret, now) = (self.settings.clone(), actor.clone(), new_secret(), self.now());
        note_school(new.school.as_ref());
        let invitation = self
            .write_secret(move |conn| {
                let made_by = maker(conn, &actor, new.role, new.school.as_ref(), now)?;
                let invitation = Invitation { made_by, ..checked(conn, &new, &actor.name, now)? };
                must_be_new(conn, &invitation, now)?;
                store::invitations::insert(conn, &invitation, &hash(&secret))?;
                letters::send_invitation(conn, &settings, &invitation, &secret, now)?;
                Ok::<_, AppError>(invitation)
            })
            .await?;
        self.bell.ring();
        Ok(status(invitation, now))
    }

    /// Invites every teacher of the school who has an address and neither an account here nor an invitation that is open;
    /// tells how many those are. Each is a write of its own: who is invited stays invited when a later one fails.
    ///
    /// # Errors
    /// Those of [`App::invite`], but `Conflict`: somebody else was quicker.
    pub async fn invite_teachers(&self, who: &Principal, actor: &Actor, school: &Id) -> AppResult<usize> {
        let joined = self.people_of(who, school).await?;
        let joined = |id: &Id| joined.iter().flat_map(|one| &one.memberships).any(|it| it.teacher.as_ref() == Some(id));
        let mut count = 0;
        for teacher in self.teachers(who, school).await? {
            let (Some(email), false) = (teacher.email, joined(&teacher.id)) else { continue };
            let new = NewInvitation {
                email,
                name: None,
                role: Role::Teacher,
                school: Some(school.clone()),
                teacher: Some(teacher.id),
                language: Some(teacher.language),
            };
            match self.invite(who, actor, new).await {
                Ok(_) => count += 1,
                Err(AppError::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(count)
    }

    /// The invitations that the one who asks may see, the newest first: an operator all, an admin the school's.
    ///
    /// # Errors
    /// `Forbidden` for teachers.
    pub async fn invitations(&self, who: &Principal) -> AppResult<Vec<InvitationStatus>> {
        may_invite(who)?;
        let (school, now) = (who.school().cloned(), self.now());
        self.store
            .read(move |conn| {
                let all = store::invitations::list(conn, school.as_ref())?;
                Ok(all.into_iter().map(|invitation| status(invitation, now)).collect())
            })
            .await
    }

    /// Sends an invitation once more, with a new link for another seven days; the link before is worth nothing.
    ///
    /// # Errors
    /// `Forbidden` for teachers, `NotFound` also for those of others, `Conflict` when it was accepted or withdrawn.
    pub async fn resend_invitation(&self, who: &Principal, id: &Id) -> AppResult<InvitationStatus> {
        let (who, id, settings) = (who.clone(), id.clone(), self.settings.clone());
        let (secret, now) = (new_secret(), self.now());
        let invitation = self
            .write_secret(move |conn| {
                own(conn, &who, &id)?;
                let expires_at = now + Duration::days(INVITATION_DAYS);
                if !store::invitations::renew(conn, &id, &hash(&secret), now, expires_at)? {
                    return Err(over());
                }
                let invitation = store::invitations::get(conn, &id)?;
                letters::send_invitation(conn, &settings, &invitation, &secret, now)?;
                Ok(invitation)
            })
            .await?;
        self.bell.ring();
        Ok(status(invitation, now))
    }

    /// Withdraws an invitation: its link is worth nothing, at once.
    ///
    /// # Errors
    /// `Forbidden` for teachers, `NotFound` also for those of others, `Conflict` when it was accepted or withdrawn.
    pub async fn withdraw_invitation(&self, who: &Principal, id: &Id) -> AppResult<()> {
        let (who, id, now) = (who.clone(), id.clone(), self.now());
        self.write(move |conn| {
            own(conn, &who, &id)?;
            if store::invitations::withdraw(conn, &id, now)? { Ok(()) } else { Err(over()) }
        })
        .await
    }

    /// What an invitation offers, to whoever has its link. Looking does not use it up.
    ///
    /// # Errors
    /// `Gone`.
    pub async fn offer(&self, secret: &str) -> AppResult<InvitationOffer> {
        let (hash, now) = (hash(secret), self.now());
        self.store
            .read(move |conn| {
                let invitation = open(conn, &hash, now)?;
                let school = invitation.school.as_ref().map(|school| store::schools::get(conn, school)).transpose()?;
                let known = match &invitation.email {
                    Some(email) => store::people::by_email(conn, email)?,
                    None => None,
                };
                Ok(InvitationOffer {
                    email: invitation.email,
                    name: invitation.name,
                    language: invitation.language,
                    role: invitation.role,
                    school_name: school.map(|school| school.name),
                    invited_by: invitation.invited_by,
                    has_account: known.is_some(),
                })
            })
            .await
    }

    /// Accepts an invitation, once: makes the membership, and the account where there is none, and signs in.
    ///
    /// # Errors
    /// `Gone`, `Invalid`, `Conflict` when the person is that already.
    pub async fn accept(&self, given: Acceptance, browser: Browser) -> AppResult<Begun> {
        let (hash, now) = (hash(&given.secret), self.now());
        let looked_up = hash.clone();
        let invitation = self.store.read(move |conn| open(conn, &looked_up, now)).await?;
        let account = described(&invitation, &given, now)?;
        let password_hash = match given.password {
            Some(password) => Some(self.passwords.hash(password).await?),
            None => None,
        };
        // Nobody acts yet, or somebody else who is signed in in this browser: the deed is that of whoever accepts.
        self.store
            .write(move |conn| {
                if !store::invitations::accept(conn, &hash, now)? {
                    return Err(AppError::Gone);
                }
                let person = match store::people::by_email(conn, &account.email)? {
                    Some(_) if invitation.email.is_none() => return Err(address_taken().into()),
                    Some(_) if password_hash.is_some() => return Err(has_password().into()),
                    Some(person) => person,
                    None => {
                        store::people::insert(conn, &account, password_hash.as_deref())?;
                        account.clone()
                    }
                };
                let membership = Membership {
                    id: Id::new(now),
                    person: person.id.clone(),
                    role: invitation.role,
                    school: invitation.school.clone(),
                    teacher: invitation.teacher.clone(),
                    created_at: now,
                };
                store::memberships::insert(conn, &membership).map_err(taken)?;
                let actor = Actor { kind: ActorKind::Person, id: person.id.clone(), name: person.name.clone() };
                let entry = AuditEntry {
                    id: Id::new(now),
                    at: now,
                    actor,
                    school: invitation.school.clone(),
                    action: "POST /api/v1/sign-in/invitation".to_owned(),
                    target: format!("/api/v1/invitations/{}", invitation.id),
                };
                store::audit::insert(conn, &entry)?;
                Ok(begin(conn, &person, Some(&membership.id), BegunBy::Invitation, &browser, now)?)
            })
            .await
    }

    /// The address at which the first operator makes an account, where nobody may operate yet.
    ///
    /// # Errors
    /// those of the database.
    pub fn first_invitation(&self) -> AppResult<Option<String>> {
        let (secret, now) = (new_secret(), self.now());
        self.store.write_now(|conn| {
            if store::memberships::is_any_operator(conn)? || store::tokens::is_any_operator(conn, now)? {
                return Ok(None);
            }
            store::invitations::withdraw_first(conn, now)?;
            let invitation = Invitation {
                id: Id::new(now),
                email: None,
                name: "operator".to_owned(),
                language: Language::default(),
                role: Role::Operator,
                school: None,
                teacher: None,
                invited_by: "Créneau".to_owned(),
                made_by: None,
                created_at: now,
                sent_at: now,
                expires_at: now + Duration::days(INVITATION_DAYS),
                accepted_at: None,
                withdrawn_at: None,
            };
            store::invitations::insert(conn, &invitation, &hash(&secret))?;
            Ok(Some(letters::invitation_address(&self.settings, &secret)))
        })
    }
}

fn may_invite(who: &Principal) -> AppResult<()> {
    match who.role() {
        Role::Teacher => Err(AppError::forbidden("an operator or an admin invites people")),
        _ => Ok(()),
    }
}

/// An invitation that the one who asks may send again or withdraw.
fn own(conn: &mut Conn, who: &Principal, id: &Id) -> AppResult<Invitation> {
    may_invite(who)?;
    let invitation = store::invitations::get(conn, id).map_err(|error| error.or_unknown("invitation", id))?;
    let is_own = invitation.school.as_ref().map_or_else(|| who.may_operate(), |school| who.may_run(school));
    if is_own { Ok(invitation) } else { Err(AppError::not_found("invitation", id)) }
}

/// An invitation that still may be accepted.
fn open(conn: &mut Conn, hash: &str, now: DateTime<Utc>) -> AppResult<Invitation> {
    match store::invitations::by_hash(conn, hash) {
        Ok(invitation) if invitation.state(now) == InvitationState::Open => Ok(invitation),
        Ok(_) | Err(StoreError::NotFound) => Err(AppError::Gone),
        Err(error) => Err(error.into()),
    }
}

fn over() -> AppError {
    AppError::conflict("invitation-over", "this invitation was accepted or withdrawn: invite anew")
}

fn checked(conn: &mut Conn, new: &NewInvitation, by: &str, now: DateTime<Utc>) -> AppResult<Invitation> {
    let mut findings = Findings::default();
    let email = findings.keep(account::address(&new.email, "email"));
    let name = new.name.as_deref().and_then(|name| findings.keep(text::line(name, "name")));
    for (place, given, wanted) in [
        ("school", new.school.is_some(), new.role != Role::Operator),
        ("teacher", new.teacher.is_some(), new.role == Role::Teacher),
    ] {
        let role = new.role.as_str();
        if wanted && !given {
            findings.add("missing-field", place, format!("an invitation as {role} needs its {place}"), "add it");
        } else if given && !wanted {
            findings.add("unknown-field", place, format!("an invitation as {role} has no {place}"), "remove it");
        }
    }
    let school = match new.school.as_ref().map(|school| store::schools::get(conn, school)).transpose() {
        Err(StoreError::NotFound) => {
            findings.add("unknown-school", "school", "there is no such school", "list them with GET /api/v1/schools");
            None
        }
        other => other?,
    };
    let mut teacher_name = None;
    if let (Some(school), Some(teacher)) = (&school, &new.teacher) {
        match unknown_teacher(conn, &school.id, teacher)? {
            Some(finding) => findings.0.push(finding),
            None => teacher_name = Some(store::teachers::get(conn, teacher)?.name),
        }
    }
    findings.into_result()?;
    let email = email.unwrap_or_default();
    Ok(Invitation {
        id: Id::new(now),
        name: name.or(teacher_name).unwrap_or_else(|| email.clone()),
        email: Some(email),
        language: new.language.or(school.map(|school| school.language)).unwrap_or_default(),
        role: new.role,
        school: new.school.clone(),
        teacher: new.teacher.clone(),
        invited_by: by.to_owned(),
        made_by: None,
        created_at: now,
        sent_at: now,
        expires_at: now + Duration::days(INVITATION_DAYS),
        accepted_at: None,
        withdrawn_at: None,
    })
}

/// Nobody is invited to be what they are, nor twice at a time.
fn must_be_new(conn: &mut Conn, new: &Invitation, now: DateTime<Utc>) -> AppResult<()> {
    let same = |role: Role, school: &Option<Id>| role == new.role && *school == new.school;
    let known = match &new.email {
        Some(email) => store::people::by_email(conn, email)?,
        None => None,
    };
    let memberships = known.map(|person| store::memberships::of_person(conn, &person.id)).transpose()?;
    let is_member = memberships.unwrap_or_default().iter().any(|it| same(it.role, &it.school));
    let is_somebody = match &new.teacher {
        Some(teacher) => store::memberships::of_teacher(conn, teacher)?.is_some(),
        None => false,
    };
    if is_member || is_somebody {
        return Err(taken(StoreError::Duplicate(String::new())));
    }
    let is_invited =
        |it: &Invitation| it.email == new.email && same(it.role, &it.school) && it.state(now) == InvitationState::Open;
    let to_same = store::invitations::concerning(conn, new.email.as_deref().unwrap_or_default(), &[])?;
    if to_same.iter().any(is_invited) {
        let message = "the same invitation is open: send it again with POST /api/v1/invitations/{invitation}/resend";
        return Err(AppError::conflict("already-invited", message));
    }
    Ok(())
}

/// The account that accepting would make.
fn described(invitation: &Invitation, given: &Acceptance, now: DateTime<Utc>) -> AppResult<Person> {
    let mut findings = Findings::default();
    let email = match (&invitation.email, &given.email) {
        (Some(email), None) => Some(email.clone()),
        (None, Some(email)) => findings.keep(account::address(email, "email")),
        (Some(_), Some(_)) => {
            findings.add("unknown-field", "email", "the invitation is for its own address", "remove it");
            None
        }
        (None, None) => {
            findings.add("missing-field", "email", "the invitation names no address", "add yours");
            None
        }
    };
    let name = given.name.as_deref().and_then(|name| findings.keep(text::line(name, "name")));
    let email = email.unwrap_or_default();
    if let Some(password) = &given.password {
        findings.0.extend(password_findings(password, &email, "password").0);
    }
    findings.into_result()?;
    let name = name.unwrap_or_else(|| if invitation.email.is_some() { invitation.name.clone() } else { email.clone() });
    Ok(Person {
        id: Id::new(now),
        email,
        name,
        language: invitation.language,
        has_password: given.password.is_some(),
        created_at: now,
    })
}

fn has_password() -> Findings {
    let action = "leave it out; change the password with PUT /api/v1/me/password";
    Findings(vec![Finding::new("has-account", "password", "the address has an account already", action)])
}

/// Whoever reads the log is not thereby whoever has an account.
fn address_taken() -> Findings {
    Findings(vec![Finding::new("has-account", "email", "the address has an account already", "give another address")])
}

pub(super) fn status(invitation: Invitation, now: DateTime<Utc>) -> InvitationStatus {
    InvitationStatus {
        state: invitation.state(now),
        id: invitation.id,
        email: invitation.email,
        name: invitation.name,
        role: invitation.role,
        school: invitation.school,
        teacher: invitation.teacher,
        invited_by: invitation.invited_by,
        created_at: invitation.created_at,
        sent_at: invitation.sent_at,
        expires_at: invitation.expires_at,
        accepted_at: invitation.accepted_at,
    }
}
