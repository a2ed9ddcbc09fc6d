//! Platforms and login federations: services whose limits many schools share.

use super::{App, AppError, AppResult, call::Expected, schools};
use crate::{
    domain::{
        access::Principal,
        capacity::{Pool, PoolOwner},
        finding::{Finding, Findings},
        id::Id,
        people::{Federation, Platform, School},
        text,
        time::zone,
    },
    store::{self, Conn, Found, StoreError},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// What there is to say of a platform.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlatformDetails {
    /// Its name, unique.
    #[schema(example = "e-lyco", max_length = 200)]
    pub name: String,
    /// Its time zone, an IANA name: that of the weekly limits of pools that are entered for it from then on.
    #[serde(default = "paris")]
    #[schema(example = "Europe/Paris")]
    pub time_zone: String,
    /// The login federation that its pupils pass first.
    #[serde(default)]
    pub federation: Option<Id>,
}

/// What there is to say of a login federation.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FederationDetails {
    /// Its name, unique.
    #[schema(example = "Académie de Nantes", max_length = 200)]
    pub name: String,
}

/// Which platform a school uses.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlatformChoice {
    /// The platform; nothing for none.
    pub platform: Option<Id>,
}

fn paris() -> String {
    "Europe/Paris".to_owned()
}

impl App {
    /// Every platform, by name. Whoever may sign in may know them: their names and time zones are no secret.
    ///
    /// # Errors
    /// those of the database.
    pub async fn platforms(&self, _: &Principal) -> AppResult<Vec<Platform>> {
        self.store.read(move |conn| Ok(store::platforms::list(conn)?)).await
    }

    /// One platform.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn platform(&self, _: &Principal, id: &Id) -> AppResult<Platform> {
        let id = id.clone();
        self.store.read(move |conn| platform(conn, &id)).await
    }

    /// Enters a platform. Its pools come next: `POST /pools` with it as `platform`.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `Invalid`, `Conflict` when the name is taken.
    pub async fn create_platform(&self, who: &Principal, new: PlatformDetails) -> AppResult<Platform> {
        operating(who)?;
        let now = self.now();
        self.write(move |conn| {
            let platform = described(conn, Id::new(now), now, &new)?;
            store::platforms::insert(conn, &platform).map_err(|error| taken(error, "platform", &platform.name))?;
            Ok(platform)
        })
        .await
    }

    /// Replaces what there is to say of a platform. With another federation, its schools use that one's pools.
    ///
    /// # Errors
    /// those of [`App::create_platform`], `NotFound`.
    pub async fn replace_platform(&self, who: &Principal, id: &Id, new: PlatformDetails) -> AppResult<Platform> {
        operating(who)?;
        let (id, expected) = (id.clone(), Expected::now());
        self.write(move |conn| {
            let old = platform(conn, &id)?;
            expected.is(&old)?;
            let new = described(conn, id.clone(), old.created_at, &new)?;
            store::platforms::update(conn, &new).map_err(|error| taken(error, "platform", &new.name))?;
            if old.federation != new.federation {
                let left = of_federation(conn, old.federation.as_ref())?;
                let joined = of_federation(conn, new.federation.as_ref())?;
                for school in store::platforms::schools(conn, &id)? {
                    exchange(conn, &school, &left, &joined)?;
                }
            }
            Ok(new)
        })
        .await
    }

    /// Takes a platform away.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `NotFound`, `Conflict` while schools or pools are its.
    pub async fn delete_platform(&self, who: &Principal, id: &Id) -> AppResult<()> {
        operating(who)?;
        let (id, expected) = (id.clone(), Expected::now());
        self.write(move |conn| {
            expected.is(&platform(conn, &id)?)?;
            store::platforms::delete(conn, &id).map_err(|error| in_use(error, "platform", &id))
        })
        .await
    }

    /// Every login federation, by name.
    ///
    /// # Errors
    /// those of the database.
    pub async fn federations(&self, _: &Principal) -> AppResult<Vec<Federation>> {
        self.store.read(move |conn| Ok(store::platforms::federations(conn)?)).await
    }

    /// Enters a login federation.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `Invalid`, `Conflict` when the name is taken.
    pub async fn create_federation(&self, who: &Principal, new: FederationDetails) -> AppResult<Federation> {
        operating(who)?;
        let now = self.now();
        let name = text::line(&new.name, "name").map_err(|finding| Findings(vec![finding]))?;
        let federation = Federation { id: Id::new(now), name, created_at: now };
        self.write(move |conn| {
            let done = store::platforms::insert_federation(conn, &federation);
            done.map_err(|error| taken(error, "federation", &federation.name))?;
            Ok(federation.clone())
        })
        .await
    }

    /// Renames a login federation.
    ///
    /// # Errors
    /// those of [`App::create_federation`], `NotFound`.
    pub async fn rename_federation(&self, who: &Principal, id: &Id, new: FederationDetails) -> AppResult<Federation> {
        operating(who)?;
        let id = id.clone();
        let name = text::line(&new.name, "name").map_err(|finding| Findings(vec![finding]))?;
        self.write(move |conn| {
            let done = store::platforms::rename_federation(conn, &id, &name);
            done.map_err(|error| match error {
                StoreError::NotFound => AppError::not_found("federation", &id),
                error => taken(error, "federation", &name),
            })?;
            Ok(store::platforms::federation(conn, &id)?)
        })
        .await
    }

    /// Takes a login federation away.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `NotFound`, `Conflict` while platforms or pools are its.
    pub async fn delete_federation(&self, who: &Principal, id: &Id) -> AppResult<()> {
        operating(who)?;
        let id = id.clone();
        self.write(move |conn| {
            store::platforms::delete_federation(conn, &id).map_err(|error| in_use(error, "federation", &id))
        })
        .await
    }

    /// From now on a school uses this platform, with its pools and those of its federation, and no other.
    ///
    /// # Errors
    /// `Forbidden` for all but operators, `NotFound`, `Invalid` for an unknown platform.
    pub async fn choose_platform(&self, who: &Principal, school: &Id, choice: PlatformChoice) -> AppResult<School> {
        operating(who)?;
        let (who, school) = (who.clone(), school.clone());
        self.write(move |conn| {
            let old = schools::see(conn, &who, &school)?;
            let left = of_platform(conn, old.platform.as_ref())?;
            let joined = match of_platform(conn, choice.platform.as_ref()) {
                Err(AppError::NotFound { id, .. }) => {
                    let message = format!("there is no platform {id}");
                    let action = "list them with GET /api/v1/platforms";
                    return Err(Findings(vec![Finding::new("unknown-platform", "platform", message, action)]).into());
                }
                other => other?,
            };
            store::platforms::set_of_school(conn, &school, choice.platform.as_ref())?;
            exchange(conn, &school, &left, &joined)?;
            Ok(store::schools::get(conn, &school)?)
        })
        .await
    }
}

/// Gives a new pool of a platform or federation to all their schools.
///
/// # Errors
/// those of the database.
pub(super) fn attach_pool(conn: &mut Conn, pool: &Pool) -> AppResult<()> {
    let mut platforms: Vec<Id> = pool.owner.platform.iter().cloned().collect();
    if let Some(federation) = &pool.owner.federation {
        platforms.extend(store::platforms::of_federation(conn, federation)?);
    }
    for platform in platforms {
        for school in store::platforms::schools(conn, &platform)? {
            store::pools::attach(conn, &school, &pool.id, false)?;
        }
    }
    Ok(())
}

/// The pools that a school has by its platform.
fn of_platform(conn: &mut Conn, id: Option<&Id>) -> AppResult<Vec<Id>> {
    let Some(id) = id else { return Ok(Vec::new()) };
    let platform = platform(conn, id)?;
    let owner = PoolOwner { platform: Some(platform.id), federation: platform.federation };
    Ok(store::pools::of_owner(conn, &owner)?.into_iter().map(|pool| pool.id).collect())
}

fn of_federation(conn: &mut Conn, id: Option<&Id>) -> AppResult<Vec<Id>> {
    let Some(id) = id else { return Ok(Vec::new()) };
    let owner = PoolOwner { platform: None, federation: Some(id.clone()) };
    Ok(store::pools::of_owner(conn, &owner)?.into_iter().map(|pool| pool.id).collect())
}

/// What its classes take is taken out of the pools that the school leaves, and counted in those that it joins.
fn exchange(conn: &mut Conn, school: &Id, left: &[Id], joined: &[Id]) -> AppResult<()> {
    for pool in left.iter().filter(|pool| !joined.contains(pool)) {
        store::pools::detach(conn, school, pool)?;
    }
    for pool in joined {
        store::pools::attach(conn, school, pool, false)?;
    }
    Ok(())
}

fn described(
    conn: &mut Conn,
    id: Id,
    created_at: chrono::DateTime<chrono::Utc>,
    new: &PlatformDetails,
) -> AppResult<Platform> {
    let mut findings = Findings::default();
    let name = findings.keep(text::line(&new.name, "name")).unwrap_or_default();
    findings.keep(zone(&new.time_zone, "time_zone"));
    if let Some(federation) = &new.federation
        && store::platforms::federation(conn, federation).found()?.is_none()
    {
        let action = "list them with GET /api/v1/federations";
        findings.add("unknown-federation", "federation", format!("there is no federation {federation}"), action);
    }
    findings.into_result()?;
    Ok(Platform { id, name, time_zone: new.time_zone.clone(), federation: new.federation.clone(), created_at })
}

pub(super) fn platform(conn: &mut Conn, id: &Id) -> AppResult<Platform> {
    store::platforms::get(conn, id).map_err(|error| error.or_unknown("platform", id))
}

pub(super) fn operating(who: &Principal) -> AppResult<()> {
    if who.may_operate() {
        return Ok(());
    }
    Err(AppError::forbidden("only an operator looks after platforms and login federations"))
}

fn taken(error: StoreError, kind: &'static str, name: &str) -> AppError {
    match error {
        StoreError::Duplicate(_) => AppError::conflict("name-taken", format!("there is a {kind} {name:?} already")),
        error => error.into(),
    }
}

fn in_use(error: StoreError, kind: &'static str, id: &Id) -> AppError {
    match error {
        StoreError::Reference(_) => {
            AppError::conflict("in-use", format!("schools, platforms or pools belong to this {kind}: move them first"))
        }
        error => error.or_unknown(kind, id),
    }
}
