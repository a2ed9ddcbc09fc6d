//! Who did what when.

use super::{access::Actor, id::Id};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One deed: a request that changed something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Identifier.
    pub id: Id,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// In which school, if in one.
    pub school: Option<Id>,
    /// What: the method and the address's pattern, e.g. `PATCH /api/v1/sessions/{session}`.
    pub action: String,
    /// With what: the address.
    pub target: String,
}
