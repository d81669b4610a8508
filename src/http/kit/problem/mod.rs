//! Every way in which a request fails (RFC 9457), and the one place that chooses an error status.

mod sentences;

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
pub type ProblemKind = (&'static str, u16, &'static str);

/// Every kind; the last is that of a defect of ours.
pub const KINDS: [ProblemKind; 17] = [
    ("invalid-parameters", 400, "A parameter is not right"),
    ("malformed-request", 400, "The request is malformed"),
    ("too-costly", 400, "The question costs too much"),
    ("no-such-path", 404, "There is nothing here"),
    ("no-such-layer", 404, "There is no such layer"),
    ("no-such-feature", 404, "There is no such feature"),
    ("no-such-tile", 404, "There is no such tile"),
    (
        "no-such-tile-matrix-set",
        404,
        "There is no such tile matrix set",
    ),
    ("method-not-allowed", 405, "The method is not allowed here"),
    ("not-acceptable", 406, "No acceptable encoding"),
    ("body-too-large", 413, "The body is too large"),
    ("url-too-long", 414, "The address is too long"),
    ("misdirected-request", 421, "This server is not that host"),
    ("too-many-requests", 429, "One client asks for too much"),
    ("busy", 503, "Too much at once"),
    ("timeout", 503, "The answer took too long"),
    ("internal-error", 500, "Something went wrong here"),
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

    /// Its kind.
    fn kind(&self) -> ProblemKind {
        let name = match self {
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
        };
        let mut all = KINDS.into_iter();
        all.find(|(own, ..)| *own == name).unwrap_or(KINDS[16])
    }

    /// Its status.
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.kind().1).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
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
        let (code, status, title) = self.kind();
        let errors: &[Fault] = match self {
            Self::Parameters(faults) => &faults[..faults.len().min(FAULTS_MAX)],
            _ => &[],
        };
        let document = Document {
            r#type: format!("{base}/api/docs#{code}"),
            code,
            title,
            status,
            detail: self.detail(),
            request_id,
            errors,
        };
        // Text and numbers can always be written as JSON.
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = (self.status(), Body::from(body)).into_response();
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
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
