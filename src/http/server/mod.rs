//! The server around the endpoints: connections, admission, turns, limits, metrics, and the frame of every request.

pub(crate) mod address;
pub mod app;
pub(crate) mod caught;
pub mod clients;
pub(crate) mod clock;
pub(crate) mod compress;
pub(crate) mod frame;
pub(crate) mod guard;
pub(crate) mod identity;
pub(crate) mod load;
pub(crate) mod metrics;
pub mod options;
pub mod pieces;
pub(crate) mod process;
pub(crate) mod reading;
pub(crate) mod run;
pub mod serve;
pub(crate) mod turns;
pub(crate) mod unsent;
