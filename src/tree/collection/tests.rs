//! Tests of a collection's pages, deltas, filter and order.

use jiff::Timestamp;

use super::*;

fn row(name: &str, cell: &str) -> Row {
    Row::new(None, name, [name, cell], Timestamp::UNIX_EPOCH)
}

fn page(names: &[&str], next: Option<&str>) -> Page {
    Page {
        columns: Arc::from([]),
        rows: names.iter().map(|name| row(name, "old")).collect(),
        continue_token: next.map(str::to_owned),
        next_size: PageSize::FIRST,
        remaining: None,
        read: None,
        resource_version: "7".to_owned(),
    }
}

fn column(name: &str) -> Column {
    Column { name: name.into(), is_name: name == "Name", priority: 0, is_age: false }
}

fn names(collection: &Collection) -> Vec<&str> {
    collection.rows().iter().map(Row::name).collect()
}

#[test]
fn a_delta_inserts_replaces_or_removes_its_row() {
    let mut collection = Collection::new(page(&["a", "c"], None));
    assert_eq!(collection.apply(Delta::Applied(row("b", "x"))), Change::Inserted(1));
    assert_eq!(collection.apply(Delta::Applied(row("c", "y"))), Change::Replaced(2));
    let gone = Delta::Deleted { namespace: None, name: "a".into() };
    assert_eq!(collection.apply(gone), Change::Removed { index: 0, next: 0 });
    assert_eq!(names(&collection), ["b", "c"]);
    assert_eq!(collection.rows()[1].cells().last(), Some("y"));
}

#[test]
fn a_delta_wins_over_a_page_that_is_loaded_after_it() {
    let mut collection = Collection::new(page(&["a", "b"], Some("next")));
    assert_eq!(collection.apply(Delta::Applied(row("d", "new"))), Change::None);
    let gone = Delta::Deleted { namespace: None, name: "c".into() };
    assert_eq!(collection.apply(gone), Change::None);
    assert_eq!(collection.apply(Delta::Applied(row("z", "added"))), Change::None);
    collection.add_page(page(&["c", "d", "e"], None));
    assert_eq!(names(&collection), ["a", "b", "d", "e", "z"]);
    assert_eq!(collection.rows()[2].cells().last(), Some("new"));
}

#[test]
fn a_filter_searches_every_cell_and_follows_the_deltas() {
    let mut collection = Collection::new(page(&["api", "db", "web"], None));
    collection.set_filter(Filter::parse("OLD").unwrap());
    assert_eq!(collection.shown(), 3);
    collection.apply(Delta::Applied(row("db", "new")));
    assert_eq!(collection.shown(), 2);
    assert_eq!(collection.index_at(1), Some(2));
    collection.apply(Delta::Applied(row("aaa", "older")));
    assert_eq!(collection.index_at(2), Some(3));
    collection.apply(Delta::Deleted { namespace: None, name: "aaa".into() });
    assert_eq!((collection.index_at(0), collection.index_at(1)), (Some(0), Some(2)));
}

#[test]
fn an_order_is_kept_through_deltas_pages_and_a_new_load() {
    let page_of = |cells: &[(&str, &'static str)], next: Option<&str>| Page {
        columns: ["Name", "Restarts"].map(column).into(),
        rows: cells.iter().map(|(name, cell)| row(name, cell)).collect(),
        ..page(&[], next)
    };
    let shown = |collection: &Collection| -> Vec<String> {
        let indices =
            (0..collection.shown()).map(|position| collection.index_at(position).unwrap());
        indices.map(|index| collection.rows()[index].name().to_owned()).collect()
    };
    let mut collection =
        Collection::new(page_of(&[("a", "10"), ("b", "9"), ("c", "9")], Some("n")));
    collection.set_sort(Some(1), true);
    assert_eq!(shown(&collection), ["a", "b", "c"]);
    collection.add_page(page_of(&[("d", "11"), ("e", "0"), ("f", "<none>")], None));
    assert_eq!(shown(&collection), ["d", "a", "b", "c", "e", "f"]);
    collection.apply(Delta::Applied(row("c", "100")));
    collection.apply(Delta::Applied(row("bb", "9")));
    collection.apply(Delta::Deleted { namespace: None, name: "d".into() });
    assert_eq!(shown(&collection), ["c", "a", "b", "bb", "e", "f"]);
    let mut read_again = Collection::new(page_of(&[("a", "1"), ("b", "2")], None));
    read_again.arrange_as(&collection);
    assert_eq!(shown(&read_again), ["b", "a"]);
}

#[test]
fn rows_are_kept_in_the_order_of_the_servers_storage() {
    let key = |ns: &str, name: &str| (ns.to_owned(), name.to_owned());
    let (a, b) = (key("a-b", "x"), key("a", "y"));
    assert!(order((&a.0, &a.1), (&b.0, &b.1)).is_lt());
}
