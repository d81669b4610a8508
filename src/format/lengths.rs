//! Lengths and distances as the map page says them (web/src/text/format.ts): one fact reads alike wherever it
//! is read. `tests/distances.json` holds both to the same words.

/// A distance in metres or kilometres, with as many digits as make sense for its size.
pub fn distance(metres: f64) -> String {
    if !metres.is_finite() {
        return "nowhere".into();
    }
    if metres < 950.0 {
        let step = if metres < 100.0 { 1.0 } else { 10.0 };
        return format!("{} m", grouped(to_step(metres, step), 0));
    }
    let km = metres / 1000.0;
    format!("{} km", grouped(km, usize::from(km < 9.95)))
}

/// A distance to a position that is only known within `uncertainty_m`: never finer than that, and how far
/// it may be off.
pub fn about(metres: f64, uncertainty_m: Option<f64>) -> String {
    let Some(uncertainty_m) = uncertainty_m.filter(|metres| *metres > 0.0) else {
        return distance(metres);
    };
    let told = if uncertainty_m < metres / 100.0 || !metres.is_finite() {
        distance(metres)
    } else {
        let step = if uncertainty_m >= 1000.0 {
            1000.0
        } else {
            100.0
        };
        format!("about {}", distance(to_step(metres, step).max(step)))
    };
    format!("{told} ±{}", distance(uncertainty_m))
}

/// A length as it was asked for, to the last digit.
pub fn asked(metres: f64) -> String {
    if metres < 1000.0 {
        format!("{metres} m")
    } else {
        format!("{} km", metres / 1000.0)
    }
}

/// A number with one decimal at most, and its thousands apart.
pub fn grouped(number: f64, decimals: usize) -> String {
    // Half goes up, as on the page.
    let scale = if decimals > 0 { 10.0 } else { 1.0 };
    let text = format!("{:.decimals$}", (number * scale).round() / scale);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut said = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) && digit.is_ascii_digit() {
            said.push(',');
        }
        said.push(digit);
    }
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        said.push('.');
        said.push_str(fraction);
    }
    said
}

fn to_step(value: f64, step: f64) -> f64 {
    (value / step).round() * step
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// What the page's own tests read too.
    const CASES: &str = include_str!("../../tests/distances.json");

    #[derive(Deserialize)]
    struct Case {
        metres: f64,
        uncertainty_m: Option<f64>,
        said: String,
    }

    #[test]
    fn distances_read_as_on_the_page() {
        let cases: Vec<Case> = serde_json::from_str(CASES).unwrap();
        assert!(cases.len() > 10);
        for case in cases {
            assert_eq!(about(case.metres, case.uncertainty_m), case.said);
        }
        assert_eq!(distance(f64::INFINITY), "nowhere");
    }
}
