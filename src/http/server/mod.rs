//! The server around the endpoints: connections, admission, turns, limits, metrics, and the frame of every request.

pub mod address;
pub mod app;
pub(crate) mod caught;
pub mod clients;
pub(crate) mod clock;
pub(crate) mod compress;
pub mod frame;
pub mod guard;
pub(crate) mod identity;
pub mod load;
pub mod metrics;
pub mod options;
pub mod pieces;
pub mod process;
pub(crate) mod reading;
pub(crate) mod run;
pub mod serve;
pub mod turns;
pub mod unsent;
