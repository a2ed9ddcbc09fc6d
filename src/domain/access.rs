//! Who asks, and what they may do.

use super::id::Id;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What somebody is to Créneau. Pupils and parents need no role: they hold the secret of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Runs a platform: every school, and the pools that schools share.
    Operator,
    /// Runs one school.
    Admin,
    /// Teaches in one school.
    Teacher,
}

impl Role {
    /// The word for it in the database and in tokens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Admin => "admin",
            Self::Teacher => "teacher",
        }
    }
}

/// Who asks: made from a token or a browser's session by `app::identity`, handed to every use case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A platform operator.
    Operator,
    /// An admin of one school.
    Admin {
        /// The school.
        school: Id,
    },
    /// A teacher of one school.
    Teacher {
        /// The school.
        school: Id,
        /// The teacher.
        teacher: Id,
    },
}

impl Principal {
    /// The role.
    pub fn role(&self) -> Role {
        match self {
            Self::Operator => Role::Operator,
            Self::Admin { .. } => Role::Admin,
            Self::Teacher { .. } => Role::Teacher,
        }
    }

    /// The one school it belongs to; an operator belongs to none.
    pub fn school(&self) -> Option<&Id> {
        match self {
            Self::Operator => None,
            Self::Admin { school } | Self::Teacher { school, .. } => Some(school),
        }
    }

    /// May see what belongs to a school: its people, rounds, plans and week.
    pub fn may_see(&self, school: &Id) -> bool {
        self.school().is_none_or(|own| own == school)
    }

    /// May change a school: people, capacity, rounds, plans, sessions.
    pub fn may_run(&self, school: &Id) -> bool {
        match self {
            Self::Operator => true,
            Self::Admin { school: own } => own == school,
            Self::Teacher { .. } => false,
        }
    }

    /// May create schools and pools that schools share.
    pub fn may_operate(&self) -> bool {
        matches!(self, Self::Operator)
    }

    /// May write requests for these teachers: whoever runs the school, and a teacher among them.
    pub fn may_ask_for(&self, school: &Id, teachers: &[Id]) -> bool {
        match self {
            Self::Teacher { school: own, teacher } => own == school && teachers.contains(teacher),
            _ => self.may_run(school),
        }
    }
}

/// What kind of somebody acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// A person with an account.
    Person,
    /// A program, or whoever holds an API token.
    Token,
}

/// Who it is that acts, whatever the role: what an audit names, and whose idempotency keys are kept apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct Actor {
    /// A person or a token.
    pub kind: ActorKind,
    /// The person's or the token's.
    pub id: Id,
    /// The person's name, or the token's label.
    pub name: String,
}

/// What a token may be used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Only safe methods: it changes nothing.
    Read,
    /// Everything that its role may.
    #[default]
    Write,
}

impl Scope {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// The principal of a role that may have a school and a teacher; none when what the role needs is missing.
pub fn principal(role: Role, school: Option<&Id>, teacher: Option<&Id>) -> Option<Principal> {
    match (role, school, teacher) {
        (Role::Operator, _, _) => Some(Principal::Operator),
        (Role::Admin, Some(school), _) => Some(Principal::Admin { school: school.clone() }),
        (Role::Teacher, Some(school), Some(teacher)) => {
            Some(Principal::Teacher { school: school.clone(), teacher: teacher.clone() })
        }
        _ => None,
    }
}

/// What is known of an API token. Its secret is shown once, when it is made, and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Token {
    /// Identifier.
    pub id: Id,
    /// What its holder is.
    pub role: Role,
    /// The school, but for operators.
    pub school: Option<Id>,
    /// The teacher, for teachers.
    pub teacher: Option<Id>,
    /// What it is for, or who holds it.
    pub label: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it is worth nothing.
    pub expires_at: Option<DateTime<Utc>>,
    /// Since when it is worth nothing.
    pub revoked_at: Option<DateTime<Utc>>,
    /// What it may be used for.
    pub scope: Scope,
    /// When it was used last, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The person from whom it comes: who made it, or made the token that made it. None for those of the command line.
    pub made_by: Option<Id>,
}

impl Token {
    /// Whether it is worth something at `now`.
    pub fn is_valid(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// What its holder may do.
    pub fn principal(&self) -> Option<Principal> {
        principal(self.role, self.school.as_ref(), self.teacher.as_ref())
    }
}
