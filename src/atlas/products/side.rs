//! On which side of the border a position lies, or why that is not known.

/// A side of the border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Iraq.
    Iraq,
    /// Iran.
    Iran,
}

impl Side {
    /// The ISO 3166-1 code, as in `border_side`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Iraq => "IQ",
            Self::Iran => "IR",
        }
    }
}

/// Why a position has no side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSide {
    /// It lies outside of both countries.
    Outside,
    /// It lies so near to where both countries end, at a neighbour or the sea, that their outlines do not
    /// tell whether it is inside: within [`OUTLINE_ERROR_M`](crate::atlas::products::border::OUTLINE_ERROR_M).
    NearOuterBorder,
    /// It lies on the line.
    OnTheLine,
    /// It lies near the line, past an end of it.
    PastTheEnd,
    /// No provinces are known, and so not what is inside.
    NoOutlines,
}

impl NoSide {
    /// All reasons.
    pub const ALL: [Self; 5] = [
        Self::Outside,
        Self::NearOuterBorder,
        Self::OnTheLine,
        Self::PastTheEnd,
        Self::NoOutlines,
    ];

    /// The name, as in `side_unknown`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Outside => "outside",
            Self::NearOuterBorder => "near-outer-border",
            Self::OnTheLine => "on-the-line",
            Self::PastTheEnd => "past-the-end",
            Self::NoOutlines => "no-outlines",
        }
    }
}
