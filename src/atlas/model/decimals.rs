//! Numbers as people write them where a comma parts decimals: they are not taken, because a comma parts numbers
//! here, and told with points.

/// So many numbers that were written with decimal commas, with points; `None` if they were not.
pub fn with_points(text: &str, count: usize) -> Option<String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // A unit may follow.
    let number = |whole: &str, part: &str| {
        let (whole, part) = (whole.trim(), part.trim());
        let unit = part.find(|letter: char| letter.is_ascii_alphabetic());
        let fraction = &part[..unit.unwrap_or(part.len())];
        let is_one = digits(whole.trim_start_matches('-')) && digits(fraction.trim_end());
        is_one.then(|| format!("{whole}.{part}"))
    };
    let numbers: Vec<String> = if text.contains(';') {
        let mut numbers = text.split(';').map(|one| match one.split_once(',') {
            Some((whole, part)) => number(whole, part),
            None => Some(one.trim().to_owned()),
        });
        numbers.by_ref().collect::<Option<_>>()?
    } else {
        let parts: Vec<&str> = text.split(',').collect();
        if parts.len() != 2 * count {
            return None;
        }
        let numbers = parts.chunks(2).map(|pair| number(pair[0], pair[1]));
        numbers.collect::<Option<_>>()?
    };
    (numbers.len() == count).then(|| numbers.join(","))
}
