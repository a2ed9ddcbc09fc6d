//! Tokens: what programs show, and who may make them for whom.

use super::{App, AppError, AppResult, call::note_school};
use crate::{
    domain::{
        access::{Actor, ActorKind, Principal, Role, Scope, Token},
        account::Membership,
        finding::{Finding, Findings},
        id::Id,
        text,
    },
    store::{self, Conn, Found, StoreError},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// The longest that a token may be asked to last: ten years.
const MOST_DAYS: u32 = 3660;

/// What the database keeps of a secret: its SHA-256. Secrets have 256 random bits, so that no salt and no slow
/// hash is needed, and looking one up by its hash tells a listener with a stopwatch nothing.
pub fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// A new secret: 256 random bits, in 64 hexadecimal digits.
pub fn new_secret() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

/// A token to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What its holder is.
    pub role: Role,
    /// The school; for admins and teachers.
    #[serde(default)]
    pub school: Option<Id>,
    /// The teacher; for teachers.
    #[serde(default)]
    pub teacher: Option<Id>,
    /// What it is for, or who will hold it.
    #[schema(example = "timetable office", max_length = 200)]
    pub label: String,
    /// After how many days it is worth nothing; left out, it lasts until it is revoked.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 3660)]
    pub expires_in_days: Option<u32>,
    /// What it may be used for; everything its role may when nothing is said.
    #[serde(default)]
    pub scope: Scope,
}

/// A token that was made, with its secret, for the only time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MadeToken {
    /// What is known of it.
    #[serde(flatten)]
    pub token: Token,
    /// The secret: `Authorization: Bearer <secret>`. It cannot be shown again.
    pub secret: String,
}

impl App {
    /// Makes a token: operators for anybody, admins for the admins and teachers of their school.
    ///
    /// # Errors
    /// `Forbidden`, `Invalid`.
    pub async fn create_token(&self, who: &Principal, actor: &Actor, new: NewToken) -> AppResult<MadeToken> {
        if !may_make(who, new.role, new.school.as_ref()) {
            return Err(AppError::forbidden(
                "an operator makes any token, an admin those of admins and teachers of the own school",
            ));
        }
        let (actor, now) = (actor.clone(), self.now());
        note_school(new.school.as_ref());
        self.write_secret(move |conn| {
            let maker = maker(conn, &actor, new.role, new.school.as_ref(), now)?;
            make(conn, &new, maker, now)
        })
        .await
    }

    /// The tokens that the one who asks may see: an operator all, an admin those of the school. No secrets.
    ///
    /// # Errors
    /// `Forbidden` for teachers.
    pub async fn tokens(&self, who: &Principal) -> AppResult<Vec<Token>> {
        if who.role() == Role::Teacher {
            return Err(AppError::forbidden("an operator or an admin lists tokens"));
        }
        let school = who.school().cloned();
        self.store.read(move |conn| Ok(store::tokens::list(conn, school.as_ref())?)).await
    }

    /// Makes a token worthless, at once.
    ///
    /// # Errors
    /// `Forbidden` for teachers, `NotFound` also for tokens of others.
    pub async fn revoke_token(&self, who: &Principal, id: &Id) -> AppResult<()> {
        if who.role() == Role::Teacher {
            return Err(AppError::forbidden("an operator or an admin revokes tokens"));
        }
        let (who, id, now) = (who.clone(), id.clone(), self.now());
        self.write(move |conn| {
            let token = store::tokens::get(conn, &id).map_err(|error| error.or_unknown("token", &id))?;
            let is_own = token.school.as_ref().map_or_else(|| who.may_operate(), |school| who.may_run(school));
            if !is_own {
                return Err(AppError::not_found("token", &id));
            }
            Ok(store::tokens::revoke(conn, &id, now)?)
        })
        .await
    }

    /// Makes a token on behalf of whoever holds the database: for the command line.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn bootstrap_token(&self, new: &NewToken) -> AppResult<MadeToken> {
        let now = self.now();
        self.store.write_now(|conn| make(conn, new, None, now))
    }
}

impl NewToken {
    /// An operator's.
    pub fn operator(label: &str) -> Self {
        let scope = Scope::default();
        Self {
            role: Role::Operator,
            school: None,
            teacher: None,
            label: label.to_owned(),
            expires_in_days: None,
            scope,
        }
    }

    /// A school's admin's.
    pub fn admin(school: &Id, label: &str) -> Self {
        Self { role: Role::Admin, school: Some(school.clone()), ..Self::operator(label) }
    }

    /// A teacher's.
    pub fn teacher(school: &Id, teacher: &Id, label: &str) -> Self {
        Self { role: Role::Teacher, teacher: Some(teacher.clone()), ..Self::admin(school, label) }
    }
}

/// Whether somebody may make a token of this role, or invite to it: operators any, admins those of admins and teachers of
/// the own school.
pub(super) fn may_make(who: &Principal, role: Role, school: Option<&Id>) -> bool {
    match (role, school) {
        (Role::Admin | Role::Teacher, Some(school)) => who.may_run(school),
        _ => who.may_operate(),
    }
}

/// Who makes a token or an invitation: the person, also by way of a token. What they may do is looked up once more in the
/// transaction that makes it, for a request may take long to arrive, and a role may go meanwhile.
///
/// # Errors
/// `Forbidden` when they may not any more.
pub(super) fn maker(
    conn: &mut Conn,
    actor: &Actor,
    role: Role,
    school: Option<&Id>,
    now: DateTime<Utc>,
) -> AppResult<Option<Id>> {
    let (maker, roles) = match actor.kind {
        ActorKind::Person => {
            let memberships = store::memberships::of_person(conn, &actor.id)?;
            (Some(actor.id.clone()), memberships.iter().filter_map(Membership::principal).collect::<Vec<_>>())
        }
        ActorKind::Token => {
            let token = store::tokens::get(conn, &actor.id)?;
            let roles = token.principal().filter(|_| token.is_valid(now)).into_iter().collect();
            (token.made_by, roles)
        }
    };
    if roles.iter().any(|who| may_make(who, role, school)) {
        return Ok(maker);
    }
    Err(AppError::forbidden("your role has changed meanwhile: sign in anew"))
}

/// Revokes those of a person's tokens and withdraws those of the person's open invitations that the person could not make
/// any more, within the transaction that changes what the person is. Tells how many tokens they were.
///
/// # Errors
/// those of the database.
pub(super) fn revoke_beyond_role(conn: &mut Conn, person: &Id, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let memberships = store::memberships::of_person(conn, person)?;
    let roles: Vec<Principal> = memberships.iter().filter_map(Membership::principal).collect();
    let beyond = |token: &Token| !roles.iter().any(|role| may_make(role, token.role, token.school.as_ref()));
    let tokens: Vec<Token> = store::tokens::made_by(conn, person)?.into_iter().filter(beyond).collect();
    tokens.iter().try_for_each(|token| store::tokens::revoke(conn, &token.id, now))?;
    for invitation in store::invitations::made_by(conn, person)? {
        if !roles.iter().any(|role| may_make(role, invitation.role, invitation.school.as_ref())) {
            store::invitations::withdraw(conn, &invitation.id, now)?;
        }
    }
    Ok(tokens.len())
}

/// Checks and makes a token, within a transaction.
///
/// # Errors
/// `Invalid`, with every finding.
pub fn make(conn: &mut Conn, new: &NewToken, made_by: Option<Id>, now: DateTime<Utc>) -> AppResult<MadeToken> {
    let mut findings = Findings::default();
    let label = findings.keep(text::line(&new.label, "label"));
    for (name, given, wanted) in [
        ("school", new.school.is_some(), new.role != Role::Operator),
        ("teacher", new.teacher.is_some(), new.role == Role::Teacher),
    ] {
        let role = new.role.as_str();
        if wanted && !given {
            findings.add("missing-field", name, format!("a token of the role {role} needs its {name}"), "add it");
        } else if given && !wanted {
            findings.add("unknown-field", name, format!("a token of the role {role} has no {name}"), "remove it");
        }
    }
    if new.expires_in_days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)) {
        findings.add("out-of-range", "expires_in_days", "no such number of days", format!("use 1 to {MOST_DAYS}"));
    }
    findings.0.extend(unknown_parties(conn, new)?);
    findings.into_result()?;
    let secret = new_secret();
    let token = Token {
        id: Id::new(now),
        role: new.role,
        school: new.school.clone(),
        teacher: new.teacher.clone(),
        label: label.unwrap_or_default(),
        created_at: now,
        expires_at: new.expires_in_days.map(|days| now + Duration::days(i64::from(days))),
        revoked_at: None,
        scope: new.scope,
        last_used_at: None,
        made_by,
    };
    store::tokens::insert(conn, &token, &hash(&secret))?;
    Ok(MadeToken { token, secret })
}

/// Whether the school and the teacher are there and belong together.
fn unknown_parties(conn: &mut Conn, new: &NewToken) -> Result<Option<Finding>, StoreError> {
    let Some(school) = &new.school else { return Ok(None) };
    if store::schools::get(conn, school).found()?.is_none() {
        let message = format!("there is no school {school}");
        return Ok(Some(Finding::new("unknown-school", "school", message, "list them with GET /api/v1/schools")));
    }
    let Some(teacher) = &new.teacher else { return Ok(None) };
    super::people::unknown_teacher(conn, school, teacher)
}
