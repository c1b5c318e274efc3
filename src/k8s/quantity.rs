//! `resource.Quantity`: amounts such as `100m`, `16Mi` and `1e3`, parsed, rounded and
//! formatted exactly as by Kubernetes, with its overflows.

use std::fmt;

use natural::Natural;

mod natural;
mod parse;
mod text;

/// An amount, as apimachinery's `resource.Quantity` holds it.
///
/// Equal quantities have the same format and the same spelling: `1000m` is not equal to `1` here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Quantity {
    amount: Amount,
    format: Format,
    /// The parsed text, if it is canonical enough to be kept.
    cached: Option<Box<str>>,
}

/// The family of suffixes in which a quantity is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `n u m k M G T P E`, powers of ten.
    DecimalSi,
    /// `Ki Mi Gi Ti Pi Ei`, powers of 1024.
    BinarySi,
    /// `e3` or `E3`.
    DecimalExponent,
}

/// Why a text is not a quantity. The messages are those of apimachinery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// The text does not have the form of a quantity.
    #[error(
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
    )]
    Format,
    /// There are no digits before the suffix.
    #[error("unable to parse numeric part of quantity")]
    Numeric,
    /// The suffix does not exist.
    #[error("unable to parse quantity's suffix")]
    Suffix,
    /// The digits or the exponent exceed what kubewalk computes.
    #[error("quantity has too many digits to be computed")]
    TooLarge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Amount {
    /// `value` × 10^`scale`.
    Fast { value: i64, scale: i32 },
    /// ± `digits` × 10^−`decimals`.
    Decimal { negative: bool, digits: Natural, decimals: i32 },
}

impl Quantity {
    /// Zero.
    pub const ZERO: Self = Self {
        amount: Amount::Fast { value: 0, scale: 0 },
        format: Format::DecimalSi,
        cached: None,
    };

    /// Parses a quantity (apimachinery `ParseQuantity`). White space is not allowed.
    ///
    /// # Errors
    /// The text is not a quantity, or has too many digits.
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        parse::parse(text)
    }

    /// The suffix family.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// True if the exact amount is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.sign() == 0
    }

    /// The sign: −1, 0 or 1.
    #[must_use]
    pub fn sign(&self) -> i8 {
        match &self.amount {
            Amount::Fast { value, .. } => match value.cmp(&0) {
                std::cmp::Ordering::Less => -1,
                std::cmp::Ordering::Equal => 0,
                std::cmp::Ordering::Greater => 1,
            },
            Amount::Decimal { digits, .. } if digits.is_zero() => 0,
            Amount::Decimal { negative: true, .. } => -1,
            Amount::Decimal { .. } => 1,
        }
    }

    /// The amount as an integer, rounded up, such as bytes of memory. It overflows as in Go (`Value`).
    #[must_use]
    pub fn value(&self) -> i64 {
        self.scaled(0)
    }

    /// The amount in thousandths, rounded up, such as millicores of a CPU. It overflows as in Go
    /// (`MilliValue`).
    #[must_use]
    pub fn milli(&self) -> i64 {
        self.scaled(-3)
    }

    /// The quantity as an API server stores it: rounded away from zero to thousandths
    /// (`SetDefaults_ResourceList`). A quantity that needs no rounding keeps its spelling.
    #[must_use]
    pub fn round_up_to_milli(&self) -> Self {
        let amount = match &self.amount {
            Amount::Fast { scale, .. } if *scale >= -3 => return self.clone(),
            Amount::Fast { value, scale } => {
                Amount::Fast { value: divide_away(*value, -3 - scale), scale: -3 }
            }
            Amount::Decimal { negative, digits, decimals } => {
                let mut digits = digits.clone();
                if *decimals > 3 {
                    if digits.scale_down(decimals.abs_diff(3)) {
                        digits.increment();
                    }
                } else {
                    digits.scale_up(decimals.abs_diff(3));
                }
                Amount::Decimal { negative: *negative, digits, decimals: 3 }
            }
        };
        Self { amount, format: self.format, cached: None }
    }

    /// The amount in units of 10^`to`, as `ScaledValue` computes it: overflows wrap or become zero.
    fn scaled(&self, to: i32) -> i64 {
        match &self.amount {
            Amount::Fast { value, scale } => scale_fast(*value, scale.saturating_sub(to)),
            Amount::Decimal { negative, digits, decimals } => {
                scale_decimal(*negative, digits, decimals + to)
            }
        }
    }
}

/// Formats the quantity as the API does: the cached spelling, else the canonical one.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cached {
            Some(text) => f.write_str(text),
            None => f.write_str(&self.canonical()),
        }
    }
}

/// `int64Amount.AsScaledInt64`: `value` × 10^`power`.
fn scale_fast(value: i64, power: i32) -> i64 {
    match power {
        ..0 => divide_away(value, power.saturating_neg()),
        0 => value,
        1 | 2 | 3 | 6 | 9 if value == i64::MIN => 0,
        1 | 2 | 3 | 6 | 9 => value.wrapping_mul(10_i64.pow(power.unsigned_abs())),
        _ if value == 0 => 0,
        _ => (0..power).try_fold(value, |scaled, _| scaled.checked_mul(10)).unwrap_or(0),
    }
}

/// Division by 10^`power`, away from zero.
fn divide_away(value: i64, power: i32) -> i64 {
    let Some(divisor) = 10_i64.checked_pow(power.unsigned_abs()) else { return value.signum() };
    value / divisor + (value % divisor).signum()
}

/// apimachinery's `scaledValue`: the number divided by 10^`power`.
fn scale_decimal(negative: bool, digits: &Natural, power: i32) -> i64 {
    let low = if negative { digits.low64().wrapping_neg() } else { digits.low64() };
    let Ok(down) = u32::try_from(power) else {
        let factor = 10_i64.checked_pow(power.unsigned_abs()).unwrap_or(i64::MIN);
        return low.wrapping_mul(factor);
    };
    if down == 0 {
        return low;
    }
    let small = negative || digits.to_i64().is_some_and(|number| number < i64::MAX);
    match 10_i64.checked_pow(down) {
        Some(divisor) if small => low / divisor + i64::from(low % divisor != 0),
        _ => {
            let mut quotient = digits.clone();
            let inexact = quotient.scale_down(down);
            quotient.low64().wrapping_add(i64::from(inexact))
        }
    }
}
