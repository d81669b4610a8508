//! Which of several encodings a client gets: `f` decides, otherwise `Accept` (RFC 9110 §12.5.1).

use crate::atlas::model::refusal::Code;
use crate::format::FORMATS;
use crate::format::file::FileFormat;
use crate::http::kit::link;
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;

/// A representation of a resource (RFC 9110 §3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Representation {
    /// Its names in the parameter `f`; the first is the one in links.
    pub names: &'static [&'static str],
    /// Its media type, as in `Content-Type`.
    pub media: &'static str,
    /// Media types that a client may ask for it by, without parameters.
    pub accepted_as: &'static [&'static str],
    /// The name of its schema in the API's description.
    pub schema: &'static str,
}

/// JSON.
pub const JSON: Representation = Representation {
    names: &["json"],
    media: link::JSON,
    accepted_as: &["application/json"],
    schema: "",
};
/// GeoJSON.
pub const GEOJSON: Representation = Representation {
    names: &["json", "geojson"],
    media: link::GEOJSON,
    accepted_as: &["application/geo+json", "application/json"],
    schema: "featureCollection",
};
/// A page for people.
pub const HTML: Representation = Representation {
    names: &["html"],
    media: "text/html; charset=utf-8",
    accepted_as: &["text/html", "application/xhtml+xml"],
    schema: "html",
};
/// The API's own description.
pub const OPENAPI: Representation = Representation {
    names: &["json"],
    media: link::OPENAPI,
    accepted_as: &["application/vnd.oai.openapi+json", "application/json"],
    schema: "openapi",
};

/// Every form of file, the first for whoever takes anything.
pub static FILES: [Representation; FORMATS.len()] = {
    let mut all = [GEOJSON; FORMATS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = Representation::of(FORMATS[at]);
        at += 1;
    }
    all
};

/// The same, and the page for people second.
pub static FILES_AND_HTML: [Representation; FORMATS.len() + 1] = {
    let mut all = [HTML; FORMATS.len() + 1];
    all[0] = GEOJSON;
    let mut at = 1;
    while at < FORMATS.len() {
        all[at + 1] = Representation::of(FORMATS[at]);
        at += 1;
    }
    all
};

impl Representation {
    /// A form of file.
    pub const fn of(form: &FileFormat) -> Self {
        Self {
            names: form.names,
            media: form.media,
            accepted_as: form.accepted_as,
            schema: form.schema,
        }
    }

    /// The same, whose content is of a schema of this name.
    #[must_use]
    pub const fn of_schema(self, schema: &'static str) -> Self {
        Self { schema, ..self }
    }

    /// Its media type in the API's description: a page is described without its character set.
    pub fn described_media(&self) -> &'static str {
        if self.is_html() {
            link::HTML
        } else {
            self.media
        }
    }

    /// The form of file that it is; `None` if it is none.
    pub fn form(&self) -> Option<&'static FileFormat> {
        FileFormat::named(self.names[0])
    }

    /// Whether it is the page for people.
    pub fn is_html(&self) -> bool {
        *self == HTML
    }
}

/// Chooses among `representations`, of which the first is given to whoever takes anything.
///
/// # Errors
/// [`Problem::NotAcceptable`] if `f` is not given and `Accept` takes none of them. An unknown `f`
/// is a fault in `read`.
pub fn choose(
    read: &mut Reader<'_>,
    accept: Option<&str>,
    representations: &'static [Representation],
) -> Result<&'static Representation, Problem> {
    if let Some(f) = read.one("f") {
        return Ok(representations
            .iter()
            .find(|representation| representation.names.contains(&f))
            .unwrap_or_else(|| {
                let names: Vec<&str> = representations
                    .iter()
                    .map(|representation| representation.names[0])
                    .collect();
                let detail = format!("it is {}", names.join(" or "));
                read.fault("f", f, Code::NotOneOf, detail);
                &representations[0]
            }));
    }
    // What most programs send takes anything.
    let taken = accept.filter(|accept| !matches!(accept.trim(), "" | "*/*"));
    let Some(accept) = taken else {
        return Ok(&representations[0]);
    };
    representations
        .iter()
        .map(|representation| (representation, quality(accept, representation)))
        .filter(|(_, quality)| *quality > 0)
        // The first of equals, which max_by_key would not give.
        .reduce(|best, other| if other.1 > best.1 { other } else { best })
        .map(|(representation, _)| representation)
        .ok_or_else(|| Problem::NotAcceptable {
            accept: accept.chars().take(200).collect(),
            offered: representations
                .iter()
                .map(|representation| representation.media)
                .collect(),
        })
}

/// How much `Accept` wants a representation, in thousandths: the quality of its most specific range.
fn quality(accept: &str, representation: &Representation) -> u32 {
    let mut best = (0, 0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default();
        let specific = representation
            .accepted_as
            .iter()
            .filter_map(|own| specificity(media, own))
            .max();
        let Some(specific) = specific else { continue };
        let q = parts
            .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
            .map_or(1000, thousandths);
        if specific > best.0 {
            best = (specific, q);
        }
    }
    best.1
}

/// How closely a media range names a media type: 3 exactly, 2 by `type/*`, 1 by `*/*`.
fn specificity(range: &str, media: &str) -> Option<u32> {
    if range.eq_ignore_ascii_case(media) {
        return Some(3);
    }
    if range == "*/*" {
        return Some(1);
    }
    let kind = range.strip_suffix("/*")?;
    media
        .split_once('/')
        .is_some_and(|(own, _)| own.eq_ignore_ascii_case(kind))
        .then_some(2)
}

/// A quality of `0` to `1` with up to three decimals (RFC 9110 §12.4.2); anything else counts as 0.
fn thousandths(text: &str) -> u32 {
    match text.trim().parse::<f32>() {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to be from 0 to 1"
        )]
        Ok(q) if (0.0..=1.0).contains(&q) => (q * 1000.0) as u32,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::kit::params::Params;

    #[test]
    fn f_goes_before_accept() {
        static REPRESENTATIONS: [Representation; 2] = [GEOJSON, HTML];
        let check = |query: &str, accept: &str, expected: Option<&str>| {
            let params = Params::decode(Some(query));
            let mut read = Reader::new(&params);
            let chosen = choose(&mut read, Some(accept), &REPRESENTATIONS)
                .map(|representation| representation.names[0]);
            let chosen = read.finish().and(chosen).ok();
            assert_eq!(chosen, expected, "{query} {accept}");
        };
        check("", "", Some("json"));
        check("", "*/*", Some("json"));
        check(
            "",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            Some("html"),
        );
        check("", "application/json", Some("json"));
        check("", "application/geo+json, text/html;q=0.9", Some("json"));
        check(
            "",
            "application/geo+json;q=0.1, text/html;q=0.9",
            Some("html"),
        );
        check("", "text/*", Some("html"));
        check("", "image/png", None);
        check(
            "",
            "*/*, application/geo+json;q=0, application/json;q=0",
            Some("html"),
        );
        check("f=html", "image/png", Some("html"));
        check("f=geojson", "text/html", Some("json"));
        check("f=xml", "*/*", None);
        check("f=", "*/*", None);
    }
}
