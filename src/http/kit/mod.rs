//! What endpoints are made with: parameters, negotiation, problems, links, pages and answers.

pub mod answer;
pub mod endpoint;
pub mod files;
pub(crate) mod json_schema;
pub mod link;
pub mod negotiate;
pub mod operation;
pub mod page;
pub mod params;
pub mod problem;
pub mod request;
pub mod selection;
