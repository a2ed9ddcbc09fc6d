//! A whole school with its rounds, ready to be taken into the database in one piece.

use crate::domain::{
    capacity::Pool,
    people::{Group, School, Teacher},
    round::{Request, Round},
};

/// A school, its people, its capacity, and its rounds.
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
    /// Its rounds, each with its requests.
    pub rounds: Vec<(Round, Vec<Request>)>,
}
