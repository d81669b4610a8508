//! Why a value that somebody gave is not taken: in words, and for programs, which word it themselves.

use std::fmt;

use geo::Coord;
use serde::{Serialize, Serializer};

/// Why a value is not taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The kind of fault.
    pub code: Code,
    /// What is there and what would be right, as a clause.
    pub detail: String,
    /// Where on the map, in degrees: where an area crosses itself, say.
    pub position: Option<Coord>,
    /// Where in a text, in characters before it.
    pub offset: Option<usize>,
    /// Between which numbers it would be right, both included.
    pub bounds: Option<[f64; 2]>,
}

impl Refusal {
    /// A fault of a kind.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            position: None,
            offset: None,
            bounds: None,
        }
    }

    /// A number that is too small or too large.
    pub fn out_of_range(bounds: [f64; 2], detail: impl Into<String>) -> Self {
        Self {
            bounds: Some(bounds),
            ..Self::new(Code::OutOfRange, detail)
        }
    }

    /// The same, at a position.
    #[must_use]
    pub fn at(self, position: Coord) -> Self {
        Self {
            position: Some(position),
            ..self
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Refusal {}

/// The reason why a row of a file is not taken.
impl From<Refusal> for String {
    fn from(refusal: Refusal) -> Self {
        refusal.detail
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $code:ident = $name:literal,)+) => {
        /// The kinds of faults that values have. Programs tell them apart by their names, which stay.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[doc = $doc])+ $code,)+
        }

        impl Code {
            /// All codes.
            pub const ALL: &[Self] = &[$(Self::$code),+];

            /// The name of the code, as programs read it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$code => $name,)+
                }
            }

            /// What it is, in a sentence.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$code => concat!($($doc),+).trim_ascii_start(),)+
                }
            }
        }
    };
}

codes! {
    /// There is no such parameter here.
    UnknownParameter = "unknown-parameter",
    /// The parameter is given twice, with different values.
    RepeatedParameter = "repeated-parameter",
    /// The parameter is missing: the question, or another of its parameters, needs it.
    MissingParameter = "missing-parameter",
    /// The name or the value is not UTF-8 text in percent-encoding.
    NotUtf8 = "not-utf8",
    /// It is neither true nor false.
    NotABoolean = "not-a-boolean",
    /// It is not a decimal number.
    NotANumber = "not-a-number",
    /// It is not a whole number.
    NotAWholeNumber = "not-a-whole-number",
    /// The number is below min or above max.
    OutOfRange = "out-of-range",
    /// It is not a length such as 25km.
    NotALength = "not-a-length",
    /// It is not longitude,latitude.
    NotAPosition = "not-a-position",
    /// It is not the four sides of a box.
    NotABox = "not-a-box",
    /// The southern side of the box lies north of the northern one, or another pair of sides is reversed.
    ReversedBox = "reversed-box",
    /// It is not a day, an instant, or an interval of them.
    NotADate = "not-a-date",
    /// It is not a length of time.
    NotADuration = "not-a-duration",
    /// The interval ends before it starts.
    ReversedInterval = "reversed-interval",
    /// The time reaches beyond the calendar.
    BeyondCalendar = "beyond-calendar",
    /// It is none of the values that there are.
    NotOneOf = "not-one-of",
    /// There is no such layer.
    UnknownLayer = "unknown-layer",
    /// The features of the layer have no position along the border.
    NotAlongBorder = "not-along-border",
    /// The layer has no such property.
    UnknownProperty = "unknown-property",
    /// The property is named twice.
    RepeatedProperty = "repeated-property",
    /// The layer cannot be ordered by the property.
    NotSortable = "not-sortable",
    /// The property is a list or an object and cannot be compared with a value.
    NotComparable = "not-comparable",
    /// It is no cursor that this service has made.
    NotACursor = "not-a-cursor",
    /// The cursor belongs to another question.
    ForeignCursor = "foreign-cursor",
    /// There is nothing in it.
    Empty = "empty",
    /// It is longer than any that is taken.
    TooLong = "too-long",
    /// There are more in it than are taken.
    TooMany = "too-many",
    /// Expressions stand in each other deeper than is taken.
    TooDeep = "too-deep",
    /// The counts that it asks for are more than are given.
    TooFine = "too-fine",
    /// The coordinates, or the features, lie too far away for the coordinate reference system.
    OutOfReach = "out-of-reach",
    /// It does not go together with the format that is asked for.
    NotForFormat = "not-for-format",
    /// The filter is not written as CQL2: offset says where.
    FilterSyntax = "filter-syntax",
    /// The filter is not JSON.
    NotJson = "not-json",
    /// A value in the filter is of another type than is needed there.
    WrongType = "wrong-type",
    /// An operator or a function of the filter takes another number of operands.
    WrongCount = "wrong-count",
    /// There is no such function.
    UnknownFunction = "unknown-function",
    /// It is not a geometry.
    NotAGeometry = "not-a-geometry",
    /// The last position of a ring is not its first.
    RingNotClosed = "ring-not-closed",
    /// A ring or a line has too few different positions.
    TooFewPositions = "too-few-positions",
    /// An area crosses itself, at position.
    SelfCrossing = "self-crossing",
    /// A ring of an area touches itself, at position.
    RingTouchesItself = "ring-touches-itself",
    /// Edges of an area lie on each other, at position.
    OverlappingEdges = "overlapping-edges",
    /// A hole lies outside of its area, at position.
    HoleOutside = "hole-outside",
    /// A hole lies in another hole, at position.
    HoleInHole = "hole-in-hole",
    /// An area lies in another of the same geometry, at position.
    AreaInArea = "area-in-area",
    /// Rings of an area touch and cut it apart, at position.
    PartedArea = "parted-area",
}
