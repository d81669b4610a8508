//! Days and instants as tables and databases write them: `2018-07-21 10:00:00.000`, `2018-07-21T10:00:00`.

use std::borrow::Cow;

use jiff::civil::DateTime;

use crate::atlas::model::schema::FieldType;

/// What a text says of a day or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// `2018-07-21`.
    Day,
    /// `2018-07-21T10:00:00Z`.
    Instant,
    /// The same without a zone, at midnight: as databases write days.
    Midnight,
    /// The same at another time.
    Local,
}

/// What a text says, if it is a day or an instant.
pub(super) fn of(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    if !bytes.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    if bytes.len() == 10 {
        return text
            .parse::<jiff::civil::Date>()
            .is_ok()
            .then_some(Moment::Day);
    }
    if bytes.len() < 16 || !matches!(bytes[10], b'T' | b't' | b' ') {
        return None;
    }
    if text.parse::<jiff::Timestamp>().is_ok() {
        return Some(Moment::Instant);
    }
    let at: DateTime = text.parse().ok()?;
    Some(if at.time() == jiff::civil::Time::midnight() {
        Moment::Midnight
    } else {
        Moment::Local
    })
}

/// A text as a field of days or instants takes it, and whether a zone was assumed for it: UTC. What is neither
/// stays as it is.
pub(super) fn fitted(kind: FieldType, text: &str) -> (Cow<'_, str>, bool) {
    let same = (Cow::Borrowed(text), false);
    match kind {
        FieldType::Date if text.len() > 10 && of(text) == Some(Moment::Midnight) => {
            (Cow::Borrowed(&text[..10]), false)
        }
        FieldType::Datetime if text.len() >= 16 => match of(text) {
            Some(Moment::Midnight | Moment::Local) => (
                Cow::Owned(format!("{}T{}Z", &text[..10], &text[11..])),
                true,
            ),
            _ => same,
        },
        _ => same,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_by_what_they_say() {
        for (text, wanted) in [
            ("2018-07-21", Some(Moment::Day)),
            ("2018-02-30", None),
            ("2018-07-21T10:00:00Z", Some(Moment::Instant)),
            ("2018-07-21T10:00:00.000+03:30", Some(Moment::Instant)),
            ("2018-07-21 10:00:00+00:00", Some(Moment::Instant)),
            ("2018-07-21 00:00:00.000", Some(Moment::Midnight)),
            ("2018-07-21T10:00:00", Some(Moment::Local)),
            ("2018-07-21 10:00", Some(Moment::Local)),
            ("2018-07-21 25:00:00", None),
            ("20180721T100000", None),
            ("Thu, 01/01/2026 - 12:00", None),
            ("1234567890123456", None),
        ] {
            assert_eq!(of(text), wanted, "{text}");
        }
        let fitted = |kind, text| fitted(kind, text).0.into_owned();
        assert_eq!(
            fitted(FieldType::Date, "2018-07-21 00:00:00.000"),
            "2018-07-21"
        );
        assert_eq!(
            fitted(FieldType::Datetime, "2018-07-21 10:00:00"),
            "2018-07-21T10:00:00Z"
        );
        assert_eq!(
            fitted(FieldType::Date, "2018-07-21 10:00:00"),
            "2018-07-21 10:00:00"
        );
    }
}
