//! A whole school with one round, ready to be taken into the database in one piece.

use crate::domain::{
    capacity::Pool,
    people::{Group, School, Teacher},
    round::{Request, Round},
};

/// A school, its people, its capacity, and a round with its requests.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The school.
    pub school: School,
    /// The pools that its classes use: its own first, then those it shares with others.
    pub pools: Vec<Pool>,
    /// Its groups.
    pub groups: Vec<Group>,
    /// Its teachers.
    pub teachers: Vec<Teacher>,
    /// The round.
    pub round: Round,
    /// The requests of the round.
    pub requests: Vec<Request>,
}
