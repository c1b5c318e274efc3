//! Formats quantities as apimachinery `CanonicalizeBytes`.

use super::natural::Natural;
use super::{Amount, Format, Quantity};

impl Quantity {
    /// Returns the canonical spelling.
    ///
    /// As in Go, a decimal amount of 10^21 or more loses its exponent, since it has no suffix.
    #[must_use]
    pub fn canonical(&self) -> String {
        if self.is_zero() {
            return "0".to_owned();
        }
        let (negative, mut digits, mut exponent) = self.parts();
        let sign = if negative { "-" } else { "" };
        if self.format == Format::BinarySi
            && let Some(mut whole) = whole(&digits, exponent)
            && whole.to_i64().is_none_or(|number| number >= 1024)
        {
            let times = whole.remove_factors(1024);
            let suffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
            let suffix = usize::try_from(times).ok().and_then(|at| suffixes.get(at));
            return format!("{sign}{whole}{}", suffix.unwrap_or(&""));
        }
        exponent = exponent.saturating_add(digits.remove_factors(10));
        let surplus = exponent.rem_euclid(3);
        digits.scale_up(surplus.unsigned_abs());
        exponent -= surplus;
        let suffix = match (self.format, exponent) {
            (Format::DecimalExponent, 0) => String::new(),
            (Format::DecimalExponent, _) => format!("e{exponent}"),
            _ => decimal_suffix(exponent).to_owned(),
        };
        format!("{sign}{digits}{suffix}")
    }

    /// Sign, digits, and the exponent of ten.
    fn parts(&self) -> (bool, Natural, i32) {
        match &self.amount {
            Amount::Fast { value, scale } => {
                (*value < 0, Natural::from(value.unsigned_abs()), *scale)
            }
            Amount::Decimal { negative, digits, decimals } => {
                (*negative, digits.clone(), -decimals)
            }
        }
    }
}

/// The number as an integer, if it is one. Binary amounts have no positive exponent.
fn whole(digits: &Natural, exponent: i32) -> Option<Natural> {
    let mut whole = digits.clone();
    let inexact = whole.scale_down(exponent.min(0).unsigned_abs());
    (!inexact).then_some(whole)
}

fn decimal_suffix(exponent: i32) -> &'static str {
    match exponent {
        -9 => "n",
        -6 => "u",
        -3 => "m",
        3 => "k",
        6 => "M",
        9 => "G",
        12 => "T",
        15 => "P",
        18 => "E",
        _ => "",
    }
}
