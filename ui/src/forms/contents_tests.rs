use super::*;

fn object(kind: &str, schema: &str, name: &str, table: Option<&str>) -> BackupObject {
    BackupObject {
        kind: kind.to_owned(),
        schema: schema.to_owned(),
        name: name.to_owned(),
        owner: "ann".to_owned(),
        table: table.map(str::to_owned),
        columns: None,
        rows: None,
        bytes: None,
    }
}

fn table(schema: &str, name: &str, rows: Option<u64>) -> BackupObject {
    BackupObject { rows, ..object("TABLE", schema, name, None) }
}

fn shop() -> Catalogue {
    Catalogue::of(&BackupContents {
        objects: vec![
            object("SCHEMA", "", "sales", None),
            table("sales", "Orders", Some(10)),
            table("public", "item", Some(200)),
            table("public", "empty", None),
            object("CONSTRAINT", "public", "item item_pkey", Some("item")),
            object("INDEX", "public", "item_name", Some("item")),
            object("FK CONSTRAINT", "public", "item item_order_fkey", Some("item")),
            object("VIEW", "public", "items", None),
        ],
    })
}

fn names<'a>(found: &[&'a Line]) -> Vec<&'a str> {
    found.iter().map(|line| line.object.name.as_str()).collect()
}

#[test]
fn tables_come_first_by_name_and_count_the_indexes_of_their_keys() {
    let shop = shop();
    let found = shop.found(&ContentsQuery::default());
    assert_eq!(names(&found), ["empty", "item", "Orders"], "by schema, then by name");
    assert_eq!(found[1].indexes, 2, "a primary key is an index, a foreign key is none");
    assert_eq!(shop.schemas(), ["public", "sales"], "what lies in no schema offers none");
}

#[test]
fn a_search_finds_a_part_of_schema_and_name_whatever_its_case() {
    let shop = shop();
    let query = ContentsQuery { search: " sales.ord ".to_owned(), ..ContentsQuery::default() };
    assert_eq!(names(&shop.found(&query)), ["Orders"], "as it is typed, blanks aside");
    let query = ContentsQuery { schema: "public".to_owned(), search: "item".to_owned(), ..query };
    let counts = shop.counts(&query).map(|(_, count)| count);
    assert_eq!(counts, [1, 1, 3, 0, 0, 0], "each group says how many it would show");
}

#[test]
fn a_constraint_is_told_without_the_name_of_its_table() {
    let own = |kind, name, table| own_name(&object(kind, "public", name, table)).to_owned();
    assert_eq!(
        own("CONSTRAINT", "item item_pkey", Some("item")),
        "item_pkey",
        "the table is named beside it"
    );
    assert_eq!(own("INDEX", "item_name", Some("item")), "item_name", "an index has its own name already");
    assert_eq!(own("TABLE", "item", None), "item", "and a table as well");
}

#[test]
fn the_largest_come_first_and_what_was_not_counted_last() {
    let query = ContentsQuery { sort: "rows".to_owned(), ..ContentsQuery::default() };
    assert_eq!(names(&shop().found(&query)), ["item", "Orders", "empty"], "most rows first");
}

#[test]
fn ten_thousand_tables_are_shown_a_page_at_a_time() {
    let objects = (0..10_000).map(|i| table("public", &format!("t{i:05}"), Some(i))).collect();
    let many = Catalogue::of(&BackupContents { objects });
    let found = many.found(&ContentsQuery::default());
    assert_eq!(on_page(&found, 1).len(), LIMIT as usize, "a page can be drawn at once");
    assert_eq!(on_page(&found, 100)[99].object.name, "t09999", "the last page ends with the last one");
    assert!(on_page(&found, 101).is_empty(), "a page that is not there shows nothing and breaks nothing");
    assert!(on_page(&found, u32::MAX).is_empty(), "whatever the address says");
}

#[test]
fn a_table_is_opened_and_closed_without_losing_the_list() {
    let query = ContentsQuery { search: "or".to_owned(), ..ContentsQuery::default() };
    let opened = query.opened("sales", "Orders");
    assert!(shop().table(&opened.of, &opened.table).is_some(), "the address names the table");
    assert_eq!(opened.closed(), query, "the list behind it is as it was");
}
