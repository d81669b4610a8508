//! What is made of layers beyond features: the measured border, counts along it, histograms and vector tiles.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `border`, `side`, `territory` | the measured line; on which side of it a position lies, and the land of both countries |
//! | `histogram` | counts by bins of axes |
//! | `profile`, `compare` | counts by border kilometre and time; by segment, before and after an instant |
//! | `tiles` | what a vector tile holds, clustered where positions crowd |
//! | `swapped` | positions whose longitude and latitude were probably swapped |

pub mod border;
pub mod compare;
pub mod histogram;
pub mod profile;
pub mod side;
pub mod swapped;
pub mod territory;
pub mod tiles;
