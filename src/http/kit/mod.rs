//! What endpoints are made with: parameters, negotiation, problems, links, pages and answers.

pub(crate) mod answer;
pub(crate) mod component;
pub(crate) mod endpoint;
pub mod escape;
pub(crate) mod features;
pub(crate) mod files;
pub(crate) mod json_schema;
pub(crate) mod link;
pub(crate) mod negotiate;
pub(crate) mod operation;
pub(crate) mod page;
pub(crate) mod parameters;
pub mod params;
pub(crate) mod problem;
pub(crate) mod representation;
pub(crate) mod request;
pub mod selection;
pub(crate) mod systems;
