//! What the doors share that give features as files of any form.

use std::io;
use std::sync::Arc;

use tempfile::NamedTempFile;

use crate::atlas::crs::Crs;
use crate::atlas::layer::Layer;
use crate::format::form::{FORMS, Form};
use crate::format::view::View;
use crate::http::params::Reader;
use crate::http::problem::Problem;

/// The media type of each form, with the name of its schema in the API's description.
pub const ANSWERS: [(&str, &str); FORMS.len()] = {
    let mut all = [("", ""); FORMS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = (FORMS[at].media, schema_of(FORMS[at].form));
        at += 1;
    }
    all
};

/// The same, and the page for people.
pub const ANSWERS_AND_HTML: [(&str, &str); FORMS.len() + 1] = {
    let mut all = [(crate::http::link::HTML, "html"); FORMS.len() + 1];
    let mut at = 0;
    while at < FORMS.len() {
        all[at] = ANSWERS[at];
        at += 1;
    }
    all
};

const fn schema_of(form: Form) -> &'static str {
    match form {
        Form::GeoJson => "featureCollection",
        Form::GeoJsonSeq | Form::GeoJsonLines => "lines",
        Form::Csv => "table",
        Form::Kml | Form::Gpx => "xml",
        _ => "file",
    }
}

/// Finds fault with `f` if the layer cannot be written in that form, or not as it is to be shown.
pub fn check(read: &mut Reader<'_>, form: Form, layer: &Arc<Layer>, view: &View) {
    if !form.has_systems() && view.crs != Crs::Crs84 {
        let others = FORMS.iter().filter(|facts| facts.form.has_systems());
        let others: Vec<&str> = others.map(|facts| facts.names[0]).collect();
        let detail = format!(
            "{} has longitude and latitude only; crs is for {}",
            form.facts().title,
            others.join(", ")
        );
        read.fault("crs", view.crs.uri(), detail);
    }
    if let Some(reason) = form.refuses(layer) {
        read.fault("f", form.facts().names[0], reason);
    }
}

/// An empty file, for a form that needs one. It is removed when it is dropped.
///
/// # Errors
/// [`Problem::Internal`] if there can be none.
pub fn scratch(form: Form) -> Result<Option<NamedTempFile>, Problem> {
    let file = form.facts().needs_scratch.then(NamedTempFile::new);
    file.transpose().map_err(|error| failed(&error))
}

/// What the log and the client are told of a scratch file that fails.
pub fn failed(error: &io::Error) -> Problem {
    tracing::error!(%error, "a file could not be written");
    Problem::Internal
}
