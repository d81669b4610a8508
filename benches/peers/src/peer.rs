//! What a peer is to the bench.

use std::time::Duration;

use crate::questions::Question;
use crate::served::Stage;

/// A system that is running and has the same incidents.
pub trait Peer {
    /// Its name and version.
    fn name(&self) -> String;

    /// Answers a second to a question; `None` if it knows no such question.
    fn rate(
        &self,
        stage: &Stage,
        question: &Question,
        time: Duration,
    ) -> Option<Result<f64, String>>;

    /// Its answers for the first so many positions; `None` if it knows no such question.
    fn answers(
        &self,
        stage: &Stage,
        question: &Question,
        positions: usize,
        how: Order,
    ) -> Option<Result<Vec<Given>, String>>;

    /// z12 tiles a second, with how they are requested; `None` if it makes none.
    fn tile_rate(
        &self,
        _tiles: &[[u32; 3]],
        _time: Duration,
    ) -> Option<(&'static str, Result<f64, String>)> {
        None
    }
}

/// How a peer orders what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As in the question whose speed is measured.
    AsMeasured,
    /// By the exact distance, if it has another way for that.
    Exact,
}

/// An answer: incidents by number, in order.
#[derive(Debug, Default)]
pub struct Given {
    /// The page; `None` if the question has none.
    pub page: Option<Vec<usize>>,
    /// How many match; `None` if it does not say.
    pub matched: Option<u64>,
}
