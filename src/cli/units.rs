//! Durations and sizes as users write them.

use std::time::Duration;

/// Parses a duration as Go and kubectl do: `500ms`, `30s`, `1m30s`, `2h`; a bare number is seconds.
pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a duration such as 500ms, 30s, 1m or 0");
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, after) = after.split_at(letters);
        let milliseconds: u64 = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return Err(wrong()),
        };
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let part = number.checked_mul(milliseconds).map(Duration::from_millis);
        total = part.and_then(|part| total.checked_add(part)).ok_or_else(wrong)?;
        rest = after;
    }
    if text.is_empty() { Err(wrong()) } else { Ok(total) }
}

/// Parses a duration as [`parse_duration`] does, but a bare number needs a unit, as with kubectl.
pub(super) fn parse_age(text: &str) -> Result<Duration, String> {
    match text.parse::<u64>() {
        Ok(1..) => Err(format!("missing unit in duration: {text}s, {text}m or {text}h")),
        _ => parse_duration(text),
    }
}

/// Parses a number of bytes: bare, or as `64KiB`, `8MiB`, `1GiB`.
pub(super) fn parse_size(text: &str) -> Result<usize, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let shift = match unit {
        "" => Some(0),
        "KiB" => Some(10),
        "MiB" => Some(20),
        "GiB" => Some(30),
        _ => None,
    };
    let size = number.parse().ok().zip(shift);
    let size = size.and_then(|(number, shift): (usize, u32)| number.checked_mul(1 << shift));
    size.filter(|size| *size > 0)
        .ok_or_else(|| format!("`{text}` is not a size such as 64KiB, 8MiB, 1GiB or 1000000"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_without_a_unit_is_refused_with_those_that_may_be_meant() {
        let refusal = parse_age("5").unwrap_err();
        assert_eq!(refusal, "missing unit in duration: 5s, 5m or 5h");
        assert_eq!(parse_age("5m"), Ok(Duration::from_mins(5)));
        assert_eq!(parse_age("0"), Ok(Duration::ZERO));
        assert_eq!(parse_duration("5"), Ok(Duration::from_secs(5)));
        assert!(parse_age("m").is_err());
    }
}
