//! What everything else is made of: schemas, values, features, changes, times, refusals and budgets.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `schema` | a layer's description, fields with their types, derived fields, values checked against them |
//! | `feature`, `change` | a feature, a change, a revision |
//! | `fragment` | a feature's GeoJSON text, made once, and its values read back from it |
//! | `time`, `calendar` | spans of time; time cut into intervals and windows |
//! | `budget` | what a query may cost, and the look that everything that computes takes at it |
//! | `refusal` | why a value is not taken: a code for programs, words, the position, the bounds |
//! | `text_folding` | texts without case, without accents |
//! | `decimals`, `hex` | numbers with decimal commas; numbers and bytes in hexadecimal |

pub mod budget;
pub mod calendar;
pub mod change;
pub(crate) mod decimals;
pub mod feature;
pub mod fragment;
pub mod hex;
pub mod label;
pub mod refusal;
pub mod schema;
pub mod text_folding;
pub mod time;
