//! Rows of tables.

use std::fs;
use std::path::Path;

use jiff::SignedDuration;
use kubewalk::k8s::names::Gvr;
use kubewalk::k8s::table::{Facts, Finished, Page, parse_page};
use kubewalk::object::health::{Level, RowJudge, judge_row};
use serde_json::Value;

use super::case::{now, table_of};

fn fixture() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/health/rows.yaml");
    serde_saphyr::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn gvr(table: &Value) -> Gvr {
    let resource = table["resource"].as_str().unwrap();
    let (group, resource) = resource.split_once('/').unwrap_or(("", resource));
    Gvr::new(group, "v1", resource)
}

/// What a row of the fixture says besides its cells.
fn facts(row: &Value) -> Facts {
    let finished = match row["finished"].as_str() {
        Some("Succeeded") => Some(Finished::Succeeded),
        Some(_) => Some(Finished::Failed),
        None => None,
    };
    Facts {
        finished,
        deleted: row["deleted"].as_i64().map(|ago| now().as_second() - ago),
        is_held: row["held"] == true,
        is_controlled: row["controlled"].as_bool(),
        ..Facts::default()
    }
}

/// The page of a table, with all its rows.
fn page(table: &Value) -> Page {
    let cells: Vec<Value> =
        table["rows"].as_array().unwrap().iter().map(|row| row["cells"].clone()).collect();
    let body = table_of(&table["columns"], &cells.into());
    parse_page(body.to_string().as_bytes(), now()).unwrap()
}

#[test]
fn every_row_of_the_table_has_its_level_and_reason() {
    let mut differences = Vec::new();
    for table in fixture() {
        let (gvr, page) = (gvr(&table), page(&table));
        let judge = RowJudge::new(&gvr, &page.columns);
        for (row, expected) in page.rows.iter().zip(table["rows"].as_array().unwrap()) {
            let mut row = row.clone();
            row.facts = facts(expected);
            let health = judge.judge(&row, now());
            assert_eq!(health, judge_row(&gvr, &page.columns, &row, now()));
            let level: Level = serde_json::from_value(expected["level"].clone()).unwrap();
            let is_same = health.level == level
                && Some(&*health.reason) == expected["reason"].as_str()
                && health.is_certain == (expected["uncertain"] != true)
                && judge.is_blind() == (expected["blind"] == true);
            if !is_same {
                differences.push(format!("{gvr} {expected}\n  found {health:?}"));
            }
        }
    }
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn ages_go_on_counting_after_the_row_arrived() {
    let table = &fixture()[0];
    let page = page(table);
    let judge = RowJudge::new(&gvr(table), &page.columns);
    let at = |name: &str, later: i64| {
        let row = page.rows.iter().find(|row| row.name() == name).unwrap();
        judge.judge(row, now() + SignedDuration::from_secs(later))
    };
    assert_eq!(at("db-0", 500).reason, "restarted 9m35s ago, once");
    assert_eq!(at("db-0", 600).level, Level::Ok);
    assert_eq!(at("db-0", -900).reason, "restarted 75s ago, once");
}

#[test]
fn columns_are_found_by_their_names_in_any_order() {
    let columns = serde_json::json!(["AGE", "restarts", "STATUS", "ready", "Name"]);
    let rows = serde_json::json!([["22m", "9 (89s ago)", "CrashLoopBackOff", "0/1", "a"]]);
    let page = parse_page(table_of(&columns, &rows).to_string().as_bytes(), now()).unwrap();
    let health = judge_row(&Gvr::new("", "v1", "pods"), &page.columns, &page.rows[0], now());
    assert_eq!(health.reason, "crash loop, 9 restarts");
}

#[test]
fn a_reason_is_short_and_safe_to_show() {
    let columns = serde_json::json!(["Name", "Status", "Reason"]);
    let rows = serde_json::json!([["a", "Failed", format!("\u{1b}[2J{}", "x".repeat(100_000))]]);
    let page = parse_page(table_of(&columns, &rows).to_string().as_bytes(), now()).unwrap();
    let health = judge_row(&Gvr::new("a.io", "v1", "things"), &page.columns, &page.rows[0], now());
    assert!(health.reason.starts_with("\\x1b[2Jxxx") && health.reason.chars().count() == 40);
}
