//! Queries of a layer and how they are executed: the checked query, the plan (what of its filter the indexes
//! answer), its execution over one part, and orders.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `question` | a checked query, and the ceilings of one |
//! | `pushdown` | what of its filter the indexes answer |
//! | `region` | its spatial conditions: circle, box, area |
//! | `execution` | its execution over one part |
//! | `test`, `text_match` | its filter and its text search, ready for a part's columns |
//! | `sort`, `cursor` | orders by fields; where a page ended |
//! | `explain` | how it was executed |

pub mod cursor;
pub mod execution;
pub mod explain;
pub mod pushdown;
pub mod question;
pub mod region;
pub mod sort;
pub mod test;
pub mod text_match;
