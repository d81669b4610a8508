//! Questions to a layer and how they are answered: the checked question, the plan (what of its filter the indexes
//! answer), its execution over one part, and orders.

pub mod cursor;
pub mod execution;
pub mod explain;
pub mod pushdown;
pub mod question;
pub mod region;
pub mod sort;
pub mod test;
pub mod text_match;
