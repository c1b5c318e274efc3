//! What is wrong with YAML that people write, in words. No value is quoted: it may be a secret.

use serde_saphyr::{Error, MessageFormatter as _, UserMessageFormatter};

/// Returns what is wrong and where: `line 3, column 5: a value has another type than expected`.
#[must_use]
pub fn explain(error: &Error) -> String {
    let what = what(error.without_snippet());
    match error.location() {
        Some(at) if at.line() > 0 => format!("line {}, column {}: {what}", at.line(), at.column()),
        _ => what,
    }
}

fn what(error: &Error) -> String {
    match error {
        Error::SerdeMissingField { field, .. } => format!("`{field}` is missing"),
        Error::DuplicateMappingKey { key: Some(key), .. } => format!("`{key}` is given twice"),
        Error::DuplicateMappingKey { .. } => "a key is given twice".to_owned(),
        Error::Eof { .. } => "it ends too early".to_owned(),
        Error::UnknownAnchor { .. } => "an alias names no anchor".to_owned(),
        Error::Budget { .. }
        | Error::AliasReplayCounterOverflow { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => {
            "it is too large or too deeply nested".to_owned()
        }
        Error::InvalidBinaryBase64 { .. } | Error::BinaryNotUtf8 { .. } => {
            "a !!binary value is not the base64 of a text".to_owned()
        }
        Error::Unexpected { .. }
        | Error::InvalidScalar { .. }
        | Error::NullIntoString { .. }
        | Error::QuotingRequired { .. }
        | Error::TaggedScalarCannotDeserializeIntoString { .. }
        | Error::SerdeInvalidType { .. }
        | Error::SerdeInvalidValue { .. }
        | Error::SerdeInvalidLength { .. }
        | Error::SerdeUnknownVariant { .. }
        | Error::ExternallyTaggedEnumExpectedScalarOrMapping { .. }
        | Error::UnexpectedValueForUnitEnumVariant { .. } => {
            "a value has another type than expected".to_owned()
        }
        error => {
            let message = UserMessageFormatter.format_message(error);
            let line = message.lines().next().unwrap_or_default();
            line.trim_end_matches(['.', ':', ' ']).to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn no_explanation_quotes_a_value_or_advises_a_programmer() {
        type Texts = BTreeMap<String, String>;
        for (text, expected) in [
            ("a: [hunter2]", "line 1, column 4: a value has another type than expected"),
            ("a: 1\na: 2", "line 2, column 1: `a` is given twice"),
            ("a: !!binary '?'", "line 1, column 13: a !!binary value is not the base64 of a text"),
            ("a: *hunter2", "line 1, column 4: an alias names no anchor"),
        ] {
            let error = serde_saphyr::from_str::<Texts>(text).unwrap_err();
            assert_eq!(explain(&error), expected, "{error}");
        }
        for text in ["{", "a: 'hunter2", "\u{0}", "a: b: hunter2", "- hunter2\n-x: [", "%"] {
            let error = serde_saphyr::from_str::<Texts>(text).unwrap_err();
            let explanation = explain(&error);
            assert!(!explanation.contains("hunter2"), "{explanation}");
            assert!(
                !explanation.contains("ptions") && !explanation.contains('\n'),
                "{explanation}"
            );
        }
    }
}
