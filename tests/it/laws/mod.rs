//! Laws of the core: whatever is asked of a layer, the answer is what brute force gives.

mod answers;
mod border;
mod calendar;
mod ceilings;
mod counts;
mod distance;
mod files;
mod geometry;
mod looks;
mod rows;
mod sides;
mod text;
mod tiles;
