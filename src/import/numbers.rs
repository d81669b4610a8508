//! Which columns of digits are numbers: those whose cells, read as numbers and written again, are the same.
//! `007`, `1E10` and 1.10 beside 1.1 are codes.

/// Whether a cell is a decimal number, of which nothing but zeros at its end is lost in a double.
pub(super) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let Some((whole, fraction)) = digits.split_once('.') else {
        return false;
    };
    let all_digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let has_leading_zero = whole.len() > 1 && whole.starts_with('0');
    if !all_digits(whole) || !all_digits(fraction) || has_leading_zero {
        return false;
    }
    let kept = text.trim_end_matches('0').trim_end_matches('.');
    // Of -0 a number keeps the sign.
    text.parse::<f64>()
        .is_ok_and(|number| number.to_string() == kept)
}

/// Whether some programs would take a text for a number.
pub(super) fn looks_like_one(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
        && text.parse::<f64>().is_ok()
}

/// What is known of the digits of a column's cells.
#[derive(Default)]
pub(super) struct Digits {
    /// The least and the most decimals of a cell; none of a whole number.
    decimals: Option<(usize, usize)>,
    /// The first cell that ends with a zero that a number would not keep; `1.0` keeps what it says.
    ends_with_zero: Option<String>,
    /// The first cell that is no number as it is written.
    code: Option<String>,
}

impl Digits {
    /// Takes a cell of digits into account; `is_code` if it is no number as it is written.
    pub(super) fn see(&mut self, text: &str, is_code: bool) {
        if is_code {
            self.code.get_or_insert_with(|| text.to_owned());
            return;
        }
        let decimals = text
            .split_once('.')
            .map_or(0, |(_, decimals)| decimals.len());
        let (least, most) = self.decimals.unwrap_or((decimals, decimals));
        self.decimals = Some((least.min(decimals), most.max(decimals)));
        if decimals > 1 && text.ends_with('0') {
            self.ends_with_zero.get_or_insert_with(|| text.to_owned());
        }
    }

    /// Why the cells would not be the same as numbers, if they would not.
    pub(super) fn would_change(&self) -> Option<String> {
        if let Some(code) = &self.code {
            return Some(format!("\"{code}\" would not be the same as a number"));
        }
        let is_uneven = self.decimals.is_some_and(|(least, most)| least != most);
        let zero = self.ends_with_zero.as_ref().filter(|_| is_uneven)?;
        Some(format!(
            "of \"{zero}\" a number would not keep the zero, and not all of its cells have as many decimals"
        ))
    }
}
