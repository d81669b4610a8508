//! Every way in which a request fails (RFC 9457), and the one place that chooses an error status.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use crate::atlas::model::refusal::{Code, Refusal};

/// Of what a question is too much.
#[derive(Clone, Copy, Debug)]
pub enum Costly {
    /// It would cost more of a processor than so many milliseconds.
    OverMs(u64),
    /// It asks for what is never begun; why, as a clause.
    NotBegun(&'static str),
}

/// Why a request got no answer. What it says is meant for the client; nothing internal is in it.
#[derive(Clone, Debug)]
pub enum Problem {
    /// Parameters are wrong: all of them.
    Parameters(Vec<Fault>),
    /// The request line or a header is not HTTP as it should be.
    Malformed(String),
    /// There is nothing under this path.
    NoSuchPath(String),
    /// There is no layer of this name.
    NoSuchLayer {
        /// What was asked for.
        layer: String,
        /// The layers that there are.
        known: Vec<String>,
    },
    /// The layer has no such feature.
    NoSuchFeature {
        /// The layer.
        layer: String,
        /// The id that was asked for.
        id: String,
    },
    /// The tile matrix set has no such tile; what would be right.
    NoSuchTile(String),
    /// There are no tiles in such a set.
    NoSuchTileMatrixSet {
        /// What was asked for.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// The path is right and the method is not; those that the path has, as `Allow` lists them.
    Method(String, HeaderValue),
    /// None of the encodings that there are is among those that the client takes.
    NotAcceptable {
        /// What the client takes.
        accept: String,
        /// Media types that there are.
        offered: Vec<&'static str>,
    },
    /// The body is larger than any that is taken.
    BodyTooLarge {
        /// The ceiling in bytes.
        bytes_max: u64,
    },
    /// The path and query are longer than any that is taken.
    UrlTooLong {
        /// The ceiling in bytes.
        bytes_max: usize,
    },
    /// The request is for a host that this server is not.
    Misdirected(String),
    /// The question is over its budget.
    TooCostly {
        /// Of what it is too much.
        why: Costly,
        /// Those of its parameters that could ask for less.
        narrow: Vec<&'static str>,
    },
    /// None of the codings of content that there are is one that the client takes.
    NoCoding(String),
    /// The client has taken all that one client may.
    TooMany {
        /// Of what, as "it has …" goes on.
        of: &'static str,
        /// When it may ask again.
        retry_after_s: u64,
    },
    /// There is no room for it now.
    Busy {
        /// What there is no room for, as a sentence without its end.
        because: &'static str,
        /// When there may be.
        retry_after_s: u64,
    },
    /// There is no border yet to measure against.
    NoBorder,
    /// The answer took too long.
    Timeout {
        /// When it may go faster.
        retry_after_s: u64,
    },
    /// A defect of ours; its cause is in the log under the request's id.
    Internal,
}

/// What is wrong with one parameter.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "fault")]
pub struct Fault {
    /// The parameter's name.
    pub parameter: String,
    /// Its value as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What kind of fault it is; /api/docs says what each is. Programs word it themselves.
    #[schemars(with = "String", extend("enum" = Code::ALL))]
    pub code: Code,
    /// What would be right.
    pub detail: String,
    /// Where on the map: longitude and latitude of the place where an area crosses itself, say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<[f64; 2]>,
    /// Where in the value: how many characters (Unicode code points) stand before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<usize>,
    /// The least number that is taken, in metres of a length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest number that is taken, in metres of a length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

impl Fault {
    /// What is wrong with a parameter's value; `None` for one that is missing.
    pub fn new(parameter: String, value: Option<String>, refusal: Refusal) -> Self {
        Self {
            parameter,
            value,
            code: refusal.code,
            detail: refusal.detail,
            position: refusal.position.map(|at| [at.x, at.y]),
            offset: refusal.offset,
            min: refusal.bounds.map(|[min, _]| min),
            max: refusal.bounds.map(|[_, max]| max),
        }
    }
}

/// Why a request got no answer (RFC 9457 §3).
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "problem")]
struct Document<'a> {
    r#type: String,
    /// What kind of problem it is, as the fragment of type says it.
    #[schemars(extend("enum" = KINDS.map(|(kind, _, _)| kind)))]
    code: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Fault],
}

/// A kind of problem as the documentation lists it: its fragment, status and title.
pub const KINDS: [(&str, StatusCode, &str); 17] = [
    (
        "invalid-parameters",
        StatusCode::BAD_REQUEST,
        "A parameter is not right",
    ),
    (
        "malformed-request",
        StatusCode::BAD_REQUEST,
        "The request is malformed",
    ),
    (
        "too-costly",
        StatusCode::BAD_REQUEST,
        "The question costs too much",
    ),
    (
        "no-such-path",
        StatusCode::NOT_FOUND,
        "There is nothing here",
    ),
    (
        "no-such-layer",
        StatusCode::NOT_FOUND,
        "There is no such layer",
    ),
    (
        "no-such-feature",
        StatusCode::NOT_FOUND,
        "There is no such feature",
    ),
    (
        "no-such-tile",
        StatusCode::NOT_FOUND,
        "There is no such tile",
    ),
    (
        "no-such-tile-matrix-set",
        StatusCode::NOT_FOUND,
        "There is no such tile matrix set",
    ),
    (
        "method-not-allowed",
        StatusCode::METHOD_NOT_ALLOWED,
        "The method is not allowed here",
    ),
    (
        "not-acceptable",
        StatusCode::NOT_ACCEPTABLE,
        "No acceptable encoding",
    ),
    (
        "body-too-large",
        StatusCode::PAYLOAD_TOO_LARGE,
        "The body is too large",
    ),
    (
        "url-too-long",
        StatusCode::URI_TOO_LONG,
        "The address is too long",
    ),
    (
        "misdirected-request",
        StatusCode::MISDIRECTED_REQUEST,
        "This server is not that host",
    ),
    (
        "too-many-requests",
        StatusCode::TOO_MANY_REQUESTS,
        "One client asks for too much",
    ),
    ("busy", StatusCode::SERVICE_UNAVAILABLE, "Too much at once"),
    (
        "timeout",
        StatusCode::SERVICE_UNAVAILABLE,
        "The answer took too long",
    ),
    (
        "internal-error",
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something went wrong here",
    ),
];

/// How the document is described.
pub fn schema(all: &mut SchemaGenerator) -> Schema {
    all.subschema_for::<Document<'_>>()
}

/// What any request may be answered with, whatever it asks: by what is around every endpoint.
pub const OF_ANY_REQUEST: [u16; 6] = [413, 414, 421, 429, 500, 503];

/// Faults that are listed one by one.
const FAULTS_MAX: usize = 16;
/// When there may be a border to measure against, in seconds: it is being imported, or never will be.
const BORDER_RETRY_S: u64 = 5;

impl Problem {
    /// A problem with one parameter.
    pub fn parameter(name: &str, value: Option<&str>, refusal: Refusal) -> Self {
        let value = value.map(str::to_owned);
        Self::Parameters(vec![Fault::new(name.to_owned(), value, refusal)])
    }

    /// The fragment of its kind in the documentation.
    fn kind(&self) -> &'static str {
        match self {
            Self::Parameters(_) => "invalid-parameters",
            Self::Malformed(_) => "malformed-request",
            Self::NoSuchPath(_) => "no-such-path",
            Self::NoSuchLayer { .. } => "no-such-layer",
            Self::NoSuchFeature { .. } => "no-such-feature",
            Self::NoSuchTile(_) => "no-such-tile",
            Self::NoSuchTileMatrixSet { .. } => "no-such-tile-matrix-set",
            Self::Method(..) => "method-not-allowed",
            Self::NotAcceptable { .. } | Self::NoCoding(_) => "not-acceptable",
            Self::TooCostly { .. } => "too-costly",
            Self::TooMany { .. } => "too-many-requests",
            Self::BodyTooLarge { .. } => "body-too-large",
            Self::UrlTooLong { .. } => "url-too-long",
            Self::Misdirected(_) => "misdirected-request",
            Self::Busy { .. } | Self::NoBorder => "busy",
            Self::Timeout { .. } => "timeout",
            Self::Internal => "internal-error",
        }
    }

    /// Its status and title.
    fn status_and_title(&self) -> (StatusCode, &'static str) {
        let kind = self.kind();
        KINDS.iter().find(|(name, _, _)| *name == kind).map_or(
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong here",
            ),
            |kind| (kind.1, kind.2),
        )
    }

    /// One plain sentence.
    fn detail(&self) -> String {
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

    /// In how many seconds the same may be answered, if that is only a matter of time.
    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::TooMany { retry_after_s, .. }
            | Self::Busy { retry_after_s, .. }
            | Self::Timeout { retry_after_s } => Some(*retry_after_s),
            Self::NoBorder => Some(BORDER_RETRY_S),
            _ => None,
        }
    }

    /// The finished response. `base` is the address of the service in links.
    pub fn render(&self, base: &str, request_id: &str) -> Response {
        let (status, title) = self.status_and_title();
        let errors: &[Fault] = match self {
            Self::Parameters(faults) => &faults[..faults.len().min(FAULTS_MAX)],
            _ => &[],
        };
        let document = Document {
            r#type: format!("{base}/api/docs#{}", self.kind()),
            code: self.kind(),
            title,
            status: status.as_u16(),
            detail: self.detail(),
            request_id,
            errors,
        };
        // Text and numbers can always be written as JSON.
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = (status, Body::from(body)).into_response();
        let headers = response.headers_mut();
        let mut set = |name: HeaderName, value: &'static str| {
            headers.insert(name, HeaderValue::from_static(value));
        };
        set(header::CONTENT_TYPE, "application/problem+json");
        set(header::CACHE_CONTROL, "no-store");
        if let Some(retry_after_s) = self.retry_after_s() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
        }
        if let Self::Method(_, allow) = self {
            headers.insert(header::ALLOW, allow.clone());
        }
        response
    }
}

impl IntoResponse for Problem {
    /// The status alone. The frame around the router finishes it with [`Problem::render`], because only there the
    /// request's id is known.
    fn into_response(self) -> Response {
        let mut response = self.status_and_title().0.into_response();
        response.extensions_mut().insert(self);
        response
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
