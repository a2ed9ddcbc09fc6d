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

/// Who asks: made from a token by `app::access`, handed to every use case.
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
}
