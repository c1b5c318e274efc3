//! Quantities, compared with the answers of apimachinery.

use kubewalk::k8s::quantity::{Format, Quantity};
use proptest::prelude::*;
use serde_json::Value;

use super::support::vectors;

#[test]
fn every_quantity_is_parsed_rounded_and_formatted_as_in_go() {
    let vectors = vectors("quantities.jsonl.gz");
    assert!(vectors.len() >= 4000);
    let wrong: Vec<String> = vectors.iter().filter_map(differs).collect();
    assert!(
        wrong.is_empty(),
        "{} differ: {}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
}

fn differs(vector: &Value) -> Option<String> {
    let text = vector["in"].as_str().unwrap();
    let answer = match Quantity::parse(text) {
        Err(error) => serde_json::json!({"in": text, "error": error.to_string()}),
        Ok(quantity) => {
            let stored = quantity.round_up_to_milli();
            serde_json::json!({
                "in": text,
                "format": match quantity.format() {
                    Format::DecimalSi => "DecimalSI",
                    Format::BinarySi => "BinarySI",
                    Format::DecimalExponent => "DecimalExponent",
                },
                "value": quantity.value().to_string(),
                "milli": quantity.milli().to_string(),
                "sign": quantity.sign(),
                "canonical": quantity.canonical(),
                "string_cached": quantity.to_string(),
                "api_json": format!("\"{stored}\""),
                "api_value": stored.value().to_string(),
                "api_milli": stored.milli().to_string(),
            })
        }
    };
    (&answer != vector).then(|| format!("{vector}\n  {answer}"))
}

#[test]
fn a_huge_exponent_is_parsed_quickly() {
    let start = std::time::Instant::now();
    for text in ["1e1000000000", "1e-1000000000", "1e2147483647", "1e-2147483648"] {
        let quantity = Quantity::parse(text).unwrap();
        assert_eq!(quantity.to_string(), quantity.canonical());
        let _ = (quantity.value(), quantity.milli());
    }
    assert_eq!(Quantity::parse("1e-1000000000").unwrap().to_string(), "1e-9");
    assert!(Quantity::parse("1234567890123456789e1000000000").is_err());
    assert!(Quantity::parse(&"9".repeat(256 * 1024)).is_err());
    assert!(start.elapsed().as_millis() < 1000, "{:?}", start.elapsed());
}

proptest! {
    #[test]
    fn any_text_is_parsed_as_a_quantity_or_refused(text in "[-+]?[0-9]{0,25}\\.?[0-9]{0,12}[eEinumkKMGTP]{0,2}[-+]?[0-9]{0,4}") {
        if let Ok(quantity) = Quantity::parse(&text) {
            let _ = (quantity.value(), quantity.milli(), quantity.round_up_to_milli().to_string());
            prop_assert_eq!(quantity.is_zero(), quantity.canonical() == "0");
        }
    }

    #[test]
    fn a_formatted_quantity_parses_to_the_same_amount(number in 0u32.., unit in "(n|u|m||k|M|Ki|Mi|Gi)") {
        let quantity = Quantity::parse(&format!("{number}{unit}")).unwrap();
        let again = Quantity::parse(&quantity.canonical()).unwrap();
        prop_assert_eq!(again.canonical(), quantity.canonical());
        prop_assert_eq!((again.value(), again.milli()), (quantity.value(), quantity.milli()));
    }
}
