//! What publishing a plan would change, for whom, and what stands against it: looked at before it is done.

use super::{
    App, AppResult, mail_preferences, notices, pins,
    plans::visible_plan,
    publication::{Outcome, already_published},
    rounds::{may_run, not_archived},
    situation,
};
use crate::{
    domain::{
        access::Principal,
        event::Event,
        finding::Finding,
        id::Id,
        people::Teacher,
        session::{Change, SessionChange},
    },
    planning::names::{Moment, Named, Names},
    store,
};
use serde::Serialize;
use utoipa::ToSchema;

/// What publishing a plan now would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublicationPreview {
    /// The round.
    pub round: Id,
    /// The plan.
    pub plan: Id,
    /// What to send as `replaces`: the plan that is published now.
    pub replaces: Option<Id>,
    /// Whether it can be published as things stand.
    pub publishable: bool,
    /// Everything that stands against it: changed requests, pins that it does not keep, limits, people in other classes; or
    /// that it is published already.
    pub obstacles: Vec<Finding>,
    /// Every class that would be new, moved or called off, by start. Where something stands against the plan, what it would
    /// change without that.
    pub changes: Vec<ChangeView>,
    /// The same by teacher, by name; only those whom it concerns.
    pub teachers: Vec<Concerned>,
    /// The same by group.
    pub groups: Vec<Concerned>,
    /// How many mails would go out: one a teacher who has an address and wants such mails.
    pub mails: usize,
}

/// A class that would change.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChangeView {
    /// The request that it answers.
    pub request: Option<Id>,
    /// What it is called.
    pub title: String,
    /// What would happen to it.
    pub change: ChangeKind,
    /// When it begins now; nothing for a new one.
    pub from: Option<Moment>,
    /// When it would begin; nothing for one that is called off.
    pub to: Option<Moment>,
    /// Who teaches.
    pub teachers: Vec<Named>,
    /// Who attends.
    pub groups: Vec<Named>,
}

/// What would happen to a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It takes place at another time.
    Moved,
    /// It does not take place any more.
    Cancelled,
}

/// What it means to a teacher or group.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Concerned {
    /// Who.
    pub who: Named,
    /// Classes that are new.
    pub added: usize,
    /// Classes at another time.
    pub moved: usize,
    /// Classes that are called off.
    pub cancelled: usize,
    /// Whether a mail goes to them.
    pub mail: bool,
}

impl App {
    /// What publishing a plan now would do; nothing is written.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` for teachers.
    pub async fn publication_preview(&self, who: &Principal, plan: &Id) -> AppResult<PublicationPreview> {
        let (who, id, now) = (who.clone(), plan.clone(), self.now());
        self.store
            .read(move |conn| {
                let (plan, round) = visible_plan(conn, &who, &id)?;
                may_run(&who, &round.school, "publish plans")?;
                let situation = situation::situation(conn, &round)?;
                let names = situation::names(conn, &situation.school)?;
                let teachers = store::teachers::list(conn, &round.school)?;
                let groups = store::groups::list(conn, &round.school)?;
                let Outcome { changes, outdated, misfits } =
                    Outcome::of(&situation, &plan, &pins::starts(conn, &round)?, &names, now);
                let is_published = round.published_plan.as_ref() == Some(&plan.id);
                let published = is_published.then(|| {
                    let message = already_published(&round).to_string();
                    Finding::new("already-published", "plan", message, "publish another plan")
                });
                let archived = not_archived(&round)
                    .err()
                    .map(|error| Finding::new("round-archived", "plan", error.to_string(), "open another round"));
                let obstacles: Vec<Finding> =
                    archived.into_iter().chain(published).chain(outdated.0).chain(misfits).collect();
                let mut of_teacher = |(teacher, theirs): (&Teacher, Vec<&SessionChange>)| {
                    let who = Named { id: teacher.id.clone(), name: teacher.name.clone() };
                    let is_wanted = mail_preferences::of_teacher(conn, teacher)?.wants(Event::PlanPublished);
                    let hears = teacher.email.is_some() && is_wanted;
                    Ok(Concerned::of(who, &theirs, hears))
                };
                let teachers: AppResult<Vec<Concerned>> =
                    notices::concerned(&teachers, &changes).map(&mut of_teacher).collect();
                let teachers = teachers?;
                let groups = groups.iter().filter_map(|group| {
                    let theirs: Vec<&SessionChange> =
                        changes.iter().filter(|change| change.session.groups.contains(&group.id)).collect();
                    let who = Named { id: group.id.clone(), name: group.name.clone() };
                    (!theirs.is_empty()).then(|| Concerned::of(who, &theirs, false))
                });
                Ok(PublicationPreview {
                    replaces: round.published_plan,
                    round: round.id,
                    plan: plan.id,
                    publishable: obstacles.is_empty(),
                    obstacles,
                    mails: teachers.iter().filter(|teacher| teacher.mail).count(),
                    groups: groups.collect(),
                    teachers,
                    changes: changes.iter().map(|change| ChangeView::of(change, &names)).collect(),
                })
            })
            .await
    }
}

impl ChangeView {
    fn of(SessionChange { session, change }: &SessionChange, names: &Names) -> Self {
        let at = names.moment(session.starts_at);
        let (change, from, to) = match change {
            Change::Added => (ChangeKind::Added, None, Some(at)),
            Change::Moved { from } => (ChangeKind::Moved, Some(names.moment(*from)), Some(at)),
            Change::Cancelled => (ChangeKind::Cancelled, Some(at), None),
        };
        Self {
            request: session.request.clone(),
            title: session.title.clone(),
            change,
            from,
            to,
            teachers: names.teachers(&session.teachers),
            groups: names.groups(&session.groups),
        }
    }
}

impl Concerned {
    fn of(who: Named, changes: &[&SessionChange], mail: bool) -> Self {
        let count = |wanted: &dyn Fn(&Change) -> bool| changes.iter().filter(|one| wanted(&one.change)).count();
        Self {
            who,
            added: count(&|change| matches!(change, Change::Added)),
            moved: count(&|change| matches!(change, Change::Moved { .. })),
            cancelled: count(&|change| matches!(change, Change::Cancelled)),
            mail,
        }
    }
}
