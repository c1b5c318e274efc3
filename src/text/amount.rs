//! Numbers for people to read.

/// Formats a number of bytes, rounded to one decimal: `1 byte`, `512 bytes`, `6.1 KiB`, `256.0 MiB`.
#[must_use]
pub fn format_bytes(size: usize) -> String {
    const UNITS: [&str; 2] = ["KiB", "MiB"];
    match size {
        1 => return "1 byte".to_owned(),
        0..1024 => return format!("{size} bytes"),
        _ => {}
    }
    let tenths = |unit: usize| size / unit * 10 + (size % unit * 10 + unit / 2) / unit;
    // What rounds to 1024.0 KiB is 1.0 MiB.
    let (unit, tenths) = match tenths(1 << 10) {
        kib @ ..10_240 => (UNITS[0], kib),
        _ => (UNITS[1], tenths(1 << 20)),
    };
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

/// Formats an integer with commas between thousands: `1,234,567`.
#[must_use]
pub fn grouped(number: impl Into<i128>) -> String {
    let number = number.into();
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { "-".to_owned() } else { String::new() };
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_a_unit_and_at_most_one_decimal() {
        let cases = [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1024, "1.0 KiB"),
            (6_200, "6.1 KiB"),
            (1_048_524, "1023.9 KiB"),
            (1_048_525, "1.0 MiB"),
            (256 << 20, "256.0 MiB"),
        ];
        for (size, text) in cases {
            assert_eq!(format_bytes(size), text);
        }
    }

    #[test]
    fn thousands_are_separated_by_commas() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(4500_u64), "4,500");
        assert_eq!(grouped(-1_234_567_i64), "-1,234,567");
    }
}
