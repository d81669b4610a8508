//! Laws of the core: whatever is asked of a layer, the answer is what brute force gives.

mod answers;
mod border;
mod ceilings;
mod counts;
mod distance;
mod files;
mod geometry;
mod looks;
mod sides;
mod text;
mod tiles;
