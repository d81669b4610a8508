//! What everything else is made of: schemas, values, features, changes, times, refusals and budgets.

pub mod budget;
pub mod calendar;
pub mod change;
pub(crate) mod decimals;
pub mod feature;
pub mod fragment;
pub mod hex;
pub mod refusal;
pub mod schema;
pub mod text_folding;
pub mod time;
