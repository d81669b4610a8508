//! What a client reads of a problem: a plain sentence or several.

use super::{Costly, FAULTS_MAX, Fault, Problem};

impl Problem {
    /// One plain sentence.
    pub(super) fn detail(&self) -> String {
        match self {
            Self::Parameters(faults) => sentence_of(faults),
            Self::Malformed(detail) | Self::NoSuchTile(detail) => detail.clone(),
            Self::NoSuchPath(path) => format!("There is nothing under the path {path}."),
            Self::NoSuchLayer { layer, known } => format!(
                "There is no layer \"{layer}\"; the layers are {}.",
                known.join(", ")
            ),
            Self::NoSuchFeature { layer, id } => {
                format!("The layer \"{layer}\" has no feature with the id \"{id}\".")
            }
            Self::NoSuchTileMatrixSet { name, known } => {
                format!(
                    "There is no tile matrix set \"{name}\"; those that there are tiles in are {known}."
                )
            }
            Self::Method(method, _) => {
                format!(
                    "The method {method} is not allowed here; the Allow header lists those that are."
                )
            }
            Self::NotAcceptable { accept, offered } => format!(
                "The Accept header is \"{accept}\"; what there is here is {}.",
                offered.join(" and ")
            ),
            Self::BodyTooLarge { bytes_max } => {
                format!("The body is larger than {bytes_max} bytes, the most that is taken.")
            }
            Self::UrlTooLong { bytes_max } => format!(
                "The path with its query is longer than {bytes_max} bytes, the most that is taken."
            ),
            Self::Misdirected(host) => format!(
                "The request is for the host \"{host}\", which this server is not; an operator \
                 names further ones with --public-url."
            ),
            Self::TooCostly { why, narrow } => costly_sentence(*why, narrow),
            Self::NoCoding(accepted) => format!(
                "The Accept-Encoding header is \"{accepted}\"; what there is here is br, gzip, zstd \
                 and identity."
            ),
            Self::TooMany { of, retry_after_s } => format!(
                "One client asks for too much: it has {of}; in {retry_after_s} s it may ask again."
            ),
            Self::Busy {
                because,
                retry_after_s,
            } => format!("{because}; in {retry_after_s} s there may be room."),
            Self::NoBorder => {
                "There is no border line to measure against yet; try again in a few seconds.".into()
            }
            Self::Timeout { retry_after_s } => format!(
                "The answer took too long and was given up; in {retry_after_s} s it may go faster."
            ),
            Self::Internal => {
                "The request met a defect of the service; its operator finds the cause in the log \
                 under the request_id."
                    .into()
            }
        }
    }
}

/// What a question over its budget could do about it.
fn costly_sentence(why: Costly, narrow: &[&str]) -> String {
    let less = if narrow.is_empty() {
        "ask with a bbox, a radius, a datetime or a limit".to_owned()
    } else {
        format!(
            "narrow {}, or add a bbox, a radius, a datetime or a limit",
            narrow.join(", ")
        )
    };
    match why {
        Costly::OverMs(limit_ms) => format!(
            "The question costs more than the {limit_ms} ms of a processor that it may cost here, and \
             would again; {less}."
        ),
        Costly::NotBegun(because) => {
            format!("The question is not begun, whatever it may cost: {because}; {less}.")
        }
    }
}

/// The first faults in one sentence each, and how many more there are.
fn sentence_of(faults: &[Fault]) -> String {
    let more = faults.len().saturating_sub(FAULTS_MAX);
    let more = (more > 0).then(|| format!("{more} more parameters are wrong."));
    faults
        .iter()
        .take(FAULTS_MAX)
        .map(|fault| match &fault.value {
            Some(value) => format!(
                "The parameter \"{}\" is \"{value}\": {}.",
                fault.parameter, fault.detail
            ),
            None => format!("The parameter \"{}\" {}.", fault.parameter, fault.detail),
        })
        .chain(more)
        .collect::<Vec<_>>()
        .join(" ")
}
