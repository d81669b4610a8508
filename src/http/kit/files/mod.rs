//! What the endpoints share that give features as files of any form.

pub mod name;

use std::error::Error;
use std::io::{self, ErrorKind};
use std::sync::Arc;

use rustix::io::Errno;
use tempfile::NamedTempFile;

use crate::atlas::geo::crs::Crs;
use crate::atlas::layer::Layer;
use crate::atlas::model::refusal::{Code, Refusal};
use crate::format::file::FileFormat;
use crate::format::view::{PlaceColumns, View};
use crate::format::{FORMATS, csv};
use crate::fresh;
use crate::http::kit::parameters::{CSV_GEOMETRY, SAFE};
use crate::http::kit::params::{Reader, boolean};
use crate::http::kit::problem::Problem;
use crate::http::kit::selection;

/// Reads how features are shown in a form of file, or on the page for people, and finds fault with what
/// it has no place for.
pub fn view(read: &mut Reader<'_>, form: Option<&'static FileFormat>, layer: &Arc<Layer>) -> View {
    let columns = read.parsed(&CSV_GEOMETRY, |text| match PlaceColumns::named(text) {
        Some(columns) if form == Some(&csv::FORMAT) => Ok(columns),
        Some(_) => {
            let detail = "it says how CSV tells places, with f=csv";
            Err(Refusal::new(Code::NotForFormat, detail))
        }
        None => {
            let names = PlaceColumns::ALL.map(|(_, name, _)| name);
            let detail = format!("it is {}", names.join(" or "));
            Err(Refusal::new(Code::NotOneOf, detail))
        }
    });
    let safe = read.parsed(&SAFE, |text| match boolean(text)? {
        true if form != Some(&csv::FORMAT) => {
            let detail = "it guards the cells of CSV, with f=csv";
            Err(Refusal::new(Code::NotForFormat, detail))
        }
        safe => Ok(safe),
    });
    let view = View {
        columns,
        safe: safe.unwrap_or(false),
        ..selection::view(read, layer)
    };
    if let Some(form) = form {
        check(read, form, layer, &view);
    }
    view
}

/// Finds fault with what asks for a file in which the layer cannot be as it is to be shown.
fn check(read: &mut Reader<'_>, form: &'static FileFormat, layer: &Arc<Layer>, view: &View) {
    if !form.has_systems && view.crs != Crs::Crs84 {
        let others = FORMATS.iter().filter(|format| format.has_systems);
        let others: Vec<&str> = others.map(|format| format.names[0]).collect();
        let detail = format!(
            "{} has longitude and latitude only; crs is for {}",
            form.title,
            others.join(", ")
        );
        read.fault("crs", view.crs.uri(), Code::NotForFormat, detail);
    }
    if let Some(reason) = form.refuses(layer) {
        read.fault("f", form.names[0], Code::NotForFormat, reason);
    }
    if let Some(reason) = csv::write::refuses(layer, view) {
        read.fault("csv-geometry", "lonlat", Code::NotForFormat, reason);
    }
}

/// A file that a layer can be had as.
pub struct Download {
    /// Its name in `f`.
    pub form: &'static str,
    /// Its name in `csv-geometry`, if it is not what suits the layer anyway.
    pub columns: Option<&'static str>,
    /// What it is, for people.
    pub title: String,
}

/// The files that a layer can be had as.
pub fn downloads(layer: &Arc<Layer>) -> Vec<Download> {
    let formats = FORMATS.into_iter();
    let formats = formats.filter(|format| format.refuses(layer).is_none());
    let mut all = Vec::new();
    for format in formats {
        let form = format.names[0];
        all.push(Download {
            form,
            columns: None,
            title: format.title.to_owned(),
        });
        if *format == csv::FORMAT && csv::write::suit_points(layer, layer.schema()) {
            let (_, name, title) = PlaceColumns::ALL[1];
            all.push(Download {
                form,
                columns: Some(name),
                title: format!("{} with {title}", format.title),
            });
        }
    }
    all
}

/// An empty file, for a form that needs one. It is removed when it is dropped.
///
/// # Errors
/// [`Problem::Busy`] if as many files are open as may, [`Problem::Internal`] if there can be none.
pub fn scratch(form: &'static FileFormat) -> Result<Option<NamedTempFile>, Problem> {
    let file = form.needs_scratch.then(fresh::scratch);
    file.transpose().map_err(|error| failed(&error))
}

/// When there may be room for a file again, in seconds: exports and connections come and go.
const FILE_RETRY_S: u64 = 10;

/// What the log and the client are told of a scratch file that fails.
pub fn failed(error: &io::Error) -> Problem {
    tracing::error!(%error, "a file could not be written");
    if is_for_want_of_room(error) {
        Problem::Busy {
            because: "There is no room for another file on the server",
            retry_after_s: FILE_RETRY_S,
        }
    } else {
        Problem::Internal
    }
}

/// Whether a file, or the room for what is written to it, was not to be had; also where others have passed
/// that on as an error of their own.
fn is_for_want_of_room(error: &io::Error) -> bool {
    let errno = error.raw_os_error().map(Errno::from_raw_os_error);
    if matches!(errno, Some(Errno::MFILE | Errno::NFILE))
        || matches!(
            error.kind(),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded
        )
    {
        return true;
    }
    let mut cause = error.get_ref().map(|inner| inner as &dyn Error);
    while let Some(inner) = cause {
        if let Some(error) = inner.downcast_ref() {
            return is_for_want_of_room(error);
        }
        cause = inner.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_room_for_a_file_is_no_defect() {
        let no_room = failed(&io::Error::from_raw_os_error(Errno::MFILE.raw_os_error()));
        assert!(matches!(no_room, Problem::Busy { .. }), "{no_room:?}");
        let full = io::Error::from(ErrorKind::StorageFull);
        let told = failed(&io::Error::other(axum::Error::new(full)));
        assert!(matches!(told, Problem::Busy { .. }), "{told:?}");
        let defect = failed(&io::Error::other(axum::Error::new("a defect")));
        assert!(matches!(defect, Problem::Internal), "{defect:?}");
    }
}
