//! `/`: the map page and its files, which the program carries.

use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::http::kit::answer::{self, Tag};
use crate::http::kit::endpoint::{Handler, Plain, Runs};
use crate::http::kit::page::{self, Frame};
use crate::http::kit::problem::Problem;
use crate::http::kit::request::Request;
use crate::http::server::app::App;
use crate::http::server::guard;
use crate::http::server::unsent::Carried;

include!(concat!(env!("OUT_DIR"), "/map_files.rs"));

/// A file of the built map.
pub struct File {
    /// Its path, with a slash at the beginning.
    path: &'static str,
    /// Its media type.
    media: &'static str,
    /// Its bytes.
    plain: &'static [u8],
    /// The same compressed once and well, empty where that gains nothing.
    gzip: &'static [u8],
}

/// The map page.
pub static MAP: Plain = Plain {
    path: guard::MAP_PATH,
    runs: Runs::Tried,
    handle: map,
};

/// The page itself.
const INDEX: &str = "/index.html";
/// The build names what is in here by its content, so it never changes.
const HASHED: &str = "/assets/";

#[derive(askama::Template)]
#[template(path = "no_map.html")]
struct NoMap {
    frame: Frame,
    why: &'static str,
}

impl Handler for File {
    fn path(&self) -> &'static str {
        self.path
    }

    fn handle(&self, _: &App, request: &Request) -> Result<Response, Problem> {
        Ok(sent(self, request))
    }
}

/// The files of the map.
pub fn files() -> impl Iterator<Item = &'static dyn Handler> {
    FILES.iter().map(|file| file as &dyn Handler)
}

fn map(_: &App, request: &Request) -> Result<Response, Problem> {
    // The page keeps its state in the address; what parameters there are is its own business.
    match find(INDEX) {
        Some(index) => Ok(sent(index, request)),
        None => no_map(request),
    }
}

fn find(path: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == path)
}

fn sent(file: &File, request: &Request) -> Response {
    let tag = Tag::of_bytes(file.plain);
    if let Some(unchanged) = tag.unchanged(request) {
        return unchanged;
    }
    let gzip = !file.gzip.is_empty()
        && request
            .header(&header::ACCEPT_ENCODING)
            .is_some_and(takes_gzip);
    let mut response = answer::ok(&tag, file.media, if gzip { file.gzip } else { file.plain });
    response.extensions_mut().insert(Carried);
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if file.path.starts_with(HASHED) {
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        );
    }
    response
}

/// Whether `Accept-Encoding` names gzip without refusing it.
fn takes_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        name.eq_ignore_ascii_case("gzip") && !refused
    })
}

/// What stands in for a map that was not built in.
fn no_map(request: &Request) -> Result<Response, Problem> {
    let body = page::render(&NoMap {
        frame: Frame::new(&request.base, "No map", &[], None),
        why: NO_MAP.unwrap_or("its files are missing"),
    })?;
    let tag = Tag::of_bytes(&body);
    Ok(tag
        .unchanged(request)
        .unwrap_or_else(|| answer::ok(&tag, "text/html; charset=utf-8", body)))
}
