//! Rows made of what the server sends, and the questions' shapes. That the queries run and answer rightly is tested on a
//! server.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;

pub const OPTIONS: CatalogOptions = CatalogOptions {
    odbc2: false,
    metadata_id: false,
    max_identifier_length: 63,
    types: TypeOptions { wide_characters: true, unbounded_size: 1_073_741_823, unconstrained_numeric: (1000, 6) },
};

fn query(answer: CatalogAnswer) -> CatalogQuery {
    match answer {
        CatalogAnswer::Query(query) => query,
        CatalogAnswer::Result(result) => panic!("answered without a query: {result:?}"),
    }
}

#[test]
#[ignore]
fn print() {
    let t = |c, s, t, y| tables(&TablesArguments { catalog: c, schema: s, table: t, table_type: y }, &OPTIONS).unwrap();
    let all = [
        query(t(None, None, None, None)),
        query(t(Some("%"), Some(""), Some(""), Some(""))),
        query(t(Some(""), Some("%"), Some(""), Some(""))),
        query(t(Some("postgres"), Some("zoo"), Some("%"), Some("'TABLE','VIEW'"))),
        query(t(Some("post%"), Some(r"zo\o"), Some(r"t\_%"), Some("%"))),
        query(columns(&ColumnsArguments { schema: Some("zoo"), ..Default::default() }, &OPTIONS).unwrap()),
        query(
            columns(&ColumnsArguments { schema: Some("zoo"), column: Some("c%"), ..Default::default() }, &OPTIONS)
                .unwrap(),
        ),
    ];
    let list: Vec<_> = all.iter().map(|q| format!("{}\n---PARAMETERS{:?}\n===\n", q.sql, q.parameters)).collect();
    std::fs::write("/tmp/info-pg/queries.txt", list.concat()).unwrap();
}
