//! A natural number of any size, with the few operations that quantities need.

use std::fmt;

/// Little-endian limbs in base 2^32, without leading zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Natural(Vec<u32>);

impl Natural {
    /// Parses ASCII digits; other bytes are skipped.
    pub(super) fn from_digits(digits: &str) -> Self {
        let mut number = Self::default();
        for digit in digits.bytes().filter(u8::is_ascii_digit) {
            number.multiply_add(10, u32::from(digit - b'0'));
        }
        number
    }

    pub(super) fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// Multiplies by 10^`power`.
    pub(super) fn scale_up(&mut self, power: u32) {
        for _ in 0..power {
            self.multiply_add(10, 0);
        }
    }

    /// Multiplies by 2^`power`.
    pub(super) fn shift_left(&mut self, power: u32) {
        for _ in 0..power / 16 {
            self.multiply_add(1 << 16, 0);
        }
        self.multiply_add(1 << (power % 16), 0);
    }

    /// Divides by 10^`power`, rounding down. Returns true if there was a remainder.
    pub(super) fn scale_down(&mut self, power: u32) -> bool {
        let mut inexact = false;
        for _ in 0..power {
            if self.is_zero() {
                break;
            }
            inexact |= self.divide(10) != 0;
        }
        inexact
    }

    /// Divides by `divisor` as often as there is no remainder. Returns the number of divisions.
    pub(super) fn remove_factors(&mut self, divisor: u32) -> i32 {
        let mut times = 0;
        while !self.is_zero() {
            let mut quotient = self.clone();
            if quotient.divide(divisor) != 0 {
                break;
            }
            *self = quotient;
            times += 1;
        }
        times
    }

    pub(super) fn increment(&mut self) {
        self.multiply_add(1, 1);
    }

    /// The low 64 bits, as Go's `big.Int.Int64` returns them.
    pub(super) fn low64(&self) -> i64 {
        let limb = |at: usize| u64::from(self.0.get(at).copied().unwrap_or(0));
        (limb(0) | limb(1) << 32).cast_signed()
    }

    /// The number, if it is at most 2^63 − 1.
    pub(super) fn to_i64(&self) -> Option<i64> {
        (self.0.len() <= 2 && self.low64() >= 0).then(|| self.low64())
    }

    fn multiply_add(&mut self, factor: u32, summand: u32) {
        let mut carry = u64::from(summand);
        for limb in &mut self.0 {
            let product = u64::from(*limb) * u64::from(factor) + carry;
            *limb = low32(product);
            carry = product >> 32;
        }
        if carry != 0 {
            self.0.push(low32(carry));
        }
    }

    fn divide(&mut self, divisor: u32) -> u32 {
        let mut remainder = 0u64;
        for limb in self.0.iter_mut().rev() {
            let dividend = remainder << 32 | u64::from(*limb);
            *limb = low32(dividend / u64::from(divisor));
            remainder = dividend % u64::from(divisor);
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        low32(remainder)
    }
}

impl From<u64> for Natural {
    fn from(number: u64) -> Self {
        let mut limbs = vec![low32(number), low32(number >> 32)];
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        Self(limbs)
    }
}

impl fmt::Display for Natural {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.clone();
        let mut groups = Vec::new();
        while !left.is_zero() {
            groups.push(left.divide(1_000_000_000));
        }
        write!(f, "{}", groups.pop().unwrap_or(0))?;
        groups.iter().rev().try_for_each(|group| write!(f, "{group:09}"))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
fn low32(number: u64) -> u32 {
    number as u32
}
