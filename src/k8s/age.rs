//! Ages in kubectl's format: `5m30s`, `3d4h`.

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// Formats a duration in seconds, as `duration.HumanDuration` of apimachinery: at most two units, and
/// one unit for longer durations. `<invalid>` below -1.
#[must_use]
pub fn human_duration(seconds: i64) -> String {
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        // The clocks of two machines may differ by a second.
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        120..600 => two(seconds / MINUTE, 'm', seconds % MINUTE, 's'),
        600..10_800 => format!("{}m", seconds / MINUTE),
        10_800..28_800 => two(seconds / HOUR, 'h', seconds % HOUR / MINUTE, 'm'),
        28_800..172_800 => format!("{}h", seconds / HOUR),
        172_800..691_200 => two(seconds / DAY, 'd', seconds % DAY / HOUR, 'h'),
        691_200..63_072_000 => format!("{}d", seconds / DAY),
        63_072_000..252_288_000 => two(seconds / YEAR, 'y', seconds % YEAR / DAY, 'd'),
        _ => format!("{}y", seconds / YEAR),
    }
}

/// Parses the format of [`human_duration`] to the shortest duration with that text, in seconds.
#[must_use]
pub fn parse_duration(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut seconds: i64 = 0;
    let mut last = i64::MAX;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let unit = match after.chars().next()? {
            's' => 1,
            'm' => MINUTE,
            'h' => HOUR,
            'd' => DAY,
            'y' => YEAR,
            _ => return None,
        };
        if unit >= last {
            return None;
        }
        last = unit;
        seconds = seconds.checked_add(number.parse::<i64>().ok()?.checked_mul(unit)?)?;
        rest = &after[1..];
    }
    (last != i64::MAX).then_some(seconds)
}

fn two(first: i64, unit: char, second: i64, second_unit: char) -> String {
    if second == 0 {
        format!("{first}{unit}")
    } else {
        format!("{first}{unit}{second}{second_unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_formatted_as_kubectl_formats_them() {
        // The table of the tests of k8s.io/apimachinery/pkg/util/duration.
        let cases = [
            (1, "1s"),
            (70, "70s"),
            (190, "3m10s"),
            (70 * 60, "70m"),
            (47 * HOUR, "47h"),
            (49 * HOUR, "2d1h"),
            (8 * DAY + 2 * HOUR, "8d"),
            (367 * DAY, "367d"),
            (4 * YEAR + 25 * HOUR, "4y1d"),
            (9 * YEAR, "9y"),
            (-1, "0s"),
            (-2, "<invalid>"),
            (119, "119s"),
            (120, "2m"),
            (5 * HOUR, "5h"),
            (5 * HOUR + 61, "5h1m"),
            (2 * YEAR, "2y"),
        ];
        for (seconds, text) in cases {
            assert_eq!(human_duration(seconds), text);
        }
    }

    #[test]
    fn a_parsed_duration_is_formatted_to_the_same_text() {
        for seconds in (0..3 * HOUR).chain((0..10 * YEAR).step_by(86_399)) {
            let text = human_duration(seconds);
            let back = parse_duration(&text).unwrap();
            assert!(back <= seconds);
            assert_eq!(human_duration(back), text);
        }
    }

    #[test]
    fn other_texts_are_not_parsed() {
        for text in ["", "<unknown>", "5", "s", "1x", "1s2m", "1m1m", "99999999999999999999y", "ü"]
        {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
