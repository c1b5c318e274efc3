//! Parses quantities as apimachinery `ParseQuantity`, including what its grammar tolerates.

use super::natural::Natural;
use super::{Amount, Format, Quantity, QuantityError};

/// The longest number that is computed, in bytes. Real quantities are far shorter; the limit stops
/// inputs that are made to be slow.
const MAX_LENGTH: usize = 4096;
/// The largest exponent that is computed for a number of more than 18 digits.
const MAX_EXPONENT: i32 = 1000;
/// The exponent of the smallest unit, the nano.
const NANO: i32 = -9;

pub(super) fn parse(text: &str) -> Result<Quantity, QuantityError> {
    if text == "0" {
        return Ok(Quantity { cached: Some("0".into()), ..Quantity::ZERO });
    }
    let parts = split(text)?;
    let (format, exponent) = interpret(parts.suffix).ok_or(QuantityError::Suffix)?;
    match fast(text, &parts, format, exponent) {
        Some(quantity) => Ok(quantity),
        None => decimal(&parts, format, exponent),
    }
}

/// The pieces of a quantity's text.
struct Parts<'a> {
    negative: bool,
    /// Digits before the point, without leading zeros; `0` if there are none.
    whole: &'a str,
    /// Digits after the point.
    fraction: &'a str,
    /// Sign, digits and point, as written.
    number: &'a str,
    suffix: &'a str,
}

fn split(text: &str) -> Result<Parts<'_>, QuantityError> {
    if text.is_empty() {
        return Err(QuantityError::Format);
    }
    let negative = text.starts_with('-');
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let stripped = unsigned.trim_start_matches('0');
    if stripped.is_empty() {
        return Ok(Parts { negative, whole: "0", fraction: "", number: "0", suffix: "" });
    }
    let (whole, rest) = take_digits(stripped);
    let (fraction, suffix) = rest.strip_prefix('.').map_or(("", rest), take_digits);
    let tail = suffix.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
    let tail = tail.strip_prefix(['+', '-']).unwrap_or(tail);
    if !tail.bytes().all(|b| b.is_ascii_digit()) {
        return Err(QuantityError::Format);
    }
    Ok(Parts {
        negative,
        whole: if whole.is_empty() { "0" } else { whole },
        fraction,
        number: &text[..text.len() - suffix.len()],
        suffix,
    })
}

fn take_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

/// The format of a suffix, and its exponent: of two for binary suffixes, else of ten.
fn interpret(suffix: &str) -> Option<(Format, i32)> {
    let decimal = |exponent| Some((Format::DecimalSi, exponent));
    let binary = |exponent| Some((Format::BinarySi, exponent));
    match suffix {
        "" => decimal(0),
        "n" => decimal(-9),
        "u" => decimal(-6),
        "m" => decimal(-3),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(10),
        "Mi" => binary(20),
        "Gi" => binary(30),
        "Ti" => binary(40),
        "Pi" => binary(50),
        "Ei" => binary(60),
        _ => {
            let exponent: i64 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
            Some((Format::DecimalExponent, truncate(exponent)))
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "Go converts the exponent to int32 in this way"
)]
fn truncate(exponent: i64) -> i32 {
    exponent as i32
}

/// The fast path, for numbers that certainly fit an `int64` and a scale.
fn fast(text: &str, parts: &Parts<'_>, format: Format, exponent: i32) -> Option<Quantity> {
    let digits = parts.whole.len() + parts.fraction.len();
    let (scale, shift) = match format {
        Format::BinarySi => {
            let used = parts.whole.len() + exponent.unsigned_abs() as usize * 3 / 10 + 1;
            if !parts.fraction.is_empty() || used > 15 {
                return None;
            }
            (0, exponent.unsigned_abs())
        }
        _ if digits > 18 => return None,
        _ => (exponent.wrapping_sub(i32::try_from(parts.fraction.len()).ok()?), 0),
    };
    if scale < NANO {
        return None;
    }
    let joined = [parts.whole, parts.fraction].concat();
    let number: i64 = joined.parse().ok()?;
    let value = number.checked_mul(1 << shift)?;
    let as_written = match format {
        Format::BinarySi => number & 7 != 0,
        _ => scale % 3 == 0 && !joined.ends_with("000") && !joined.starts_with('0'),
    };
    Some(Quantity {
        amount: Amount::Fast { value: if parts.negative { -value } else { value }, scale },
        format,
        cached: as_written.then(|| text.into()),
    })
}

/// The slow path: any number of digits, rounded up to whole nanos. Binary amounts are capped.
fn decimal(parts: &Parts<'_>, format: Format, exponent: i32) -> Result<Quantity, QuantityError> {
    if !parts.number.bytes().any(|b| b.is_ascii_digit()) {
        return Err(QuantityError::Numeric);
    }
    let fraction = i32::try_from(parts.fraction.len()).unwrap_or(i32::MAX);
    if parts.number.len() > MAX_LENGTH {
        return Err(QuantityError::TooLarge);
    }
    let mut digits = Natural::from_digits(parts.number);
    let mut decimals = i64::from(fraction);
    if format == Format::BinarySi {
        digits.shift_left(exponent.unsigned_abs());
    } else {
        decimals -= i64::from(exponent);
    }
    let quantity = |digits, decimals, format| {
        let amount = Amount::Decimal { negative: parts.negative, digits, decimals };
        Ok(Quantity { amount, format, cached: None })
    };
    if digits.is_zero() {
        return quantity(digits, 9, format);
    }
    if decimals < -i64::from(MAX_EXPONENT) {
        return Err(QuantityError::TooLarge);
    }
    let surplus = decimals + i64::from(NANO);
    let power = u32::try_from(surplus.abs()).unwrap_or(u32::MAX);
    if surplus < 0 {
        digits.scale_up(power);
    } else if digits.scale_down(power) {
        digits.increment();
    }
    if format != Format::BinarySi {
        return quantity(digits, 9, format);
    }
    let mut whole = digits.clone();
    let rest = whole.scale_down(9);
    match whole.to_i64() {
        Some(0) => quantity(digits, 9, Format::DecimalSi),
        Some(number) if number < i64::MAX || !rest => quantity(digits, 9, format),
        _ => quantity(Natural::from(i64::MAX.unsigned_abs()), 0, format),
    }
}
