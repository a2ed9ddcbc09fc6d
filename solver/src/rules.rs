//! The rules of a round, one a file: what a start uses, and which starts it leaves open.
//!
//! | rule | in one sentence |
//! | --- | --- |
//! | [`starts`] | a class starts where one of its options allows, or at its pin |
//! | [`exclusive`] | a person or group is in one class at a time, with its break after it |
//! | [`day`] | a person or group has at most so many classes a day |
//! | [`order`] | a class that comes after another begins a gap after its end |
//! | [`concurrent`] | the classes that occupy a cell stay within the pool's limit of that cell |
//! | [`arrivals`] | the classes that start within a window stay within the pool's least limit there |

pub(crate) mod arrivals;
pub(crate) mod concurrent;
pub(crate) mod day;
pub(crate) mod exclusive;
pub(crate) mod headroom;
pub(crate) mod order;
pub(crate) mod starts;
