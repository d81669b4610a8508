//! A document of which nothing can be asked but its encoding.

use axum::response::Response;

use crate::atlas::model::change::Revision;
use crate::http::kit::answer::{self, Tag};
use crate::http::kit::negotiate::{self, Offer};
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::route::Ask;
use crate::http::server::app::App;

/// Answers with what `body` writes in the encoding that is chosen, or that the client has it already.
///
/// # Errors
/// What is wrong with the parameters, that no encoding suits, and what `body` says.
pub fn answer(
    app: &App,
    ask: &Ask,
    revision: Revision,
    offers: &'static [Offer],
    body: impl FnOnce(&Offer) -> Result<Vec<u8>, Problem>,
) -> Result<Response, Problem> {
    let mut read = Reader::new(&ask.params);
    let offer = negotiate::choose(&mut read, ask.accept().as_deref(), offers);
    read.finish()?;
    let offer = offer?;
    let tag = Tag::new(app, revision, ask, offer.media);
    if let Some(unchanged) = tag.unchanged(ask) {
        return Ok(unchanged);
    }
    Ok(answer::ok(&tag, offer.media, body(offer)?))
}
