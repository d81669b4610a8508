//! Which of several encodings a client gets: `f` decides, otherwise `Accept` (RFC 9110 §12.5.1).

use crate::atlas::model::refusal::Code;
use crate::http::kit::parameters::Named;
use crate::http::kit::params::Reader;
use crate::http::kit::problem::Problem;
use crate::http::kit::representation::Representation;

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
    if let Some(f) = read.one(Named::Encoding(representations)) {
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
    use crate::http::kit::representation::{GEOJSON, HTML};

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
