//! `SQLTables`: tables, and its three listings of catalogs, schemas and table types.
//!
//! Source: ODBC reference, `SQLTables`; PostgreSQL documentation, `pg_class`, `pg_namespace`, `pg_description`.

use std::fmt::Write as _;

use super::arguments::{Conditions, Reader, THE_CATALOG, value_list};
use super::{CatalogAnswer, CatalogOptions, CatalogQuery, RowMaker, check_family};
use crate::diag::Result;
use crate::odbc::catalog_results::{CatalogResult, RowOrder, TABLES, Within};

/// The arguments as they were given; None for a null pointer.
#[derive(Clone, Copy, Debug, Default)]
pub struct TablesArguments<'a> {
    pub catalog: Option<&'a str>,
    pub schema: Option<&'a str>,
    pub table: Option<&'a str>,
    pub table_type: Option<&'a str>,
}

/// SQL_ALL_CATALOGS, SQL_ALL_SCHEMAS and SQL_ALL_TABLE_TYPES.
const ALL: &str = "%";

/// A type of table and which relations are of it. The first whose condition holds counts.
struct TableType {
    name: &'static str,
    condition: &'static str,
}

/// Partitioned tables are tables, partitions too. MATVIEW and FOREIGN TABLE are PostgreSQL's own; their names are those
/// that applications know from psqlODBC.
const TABLE_TYPES: &[TableType] = &[
    TableType { name: SYSTEM_TABLE, condition: "n.nspname IN ('pg_catalog', 'information_schema')" },
    TableType { name: "LOCAL TEMPORARY", condition: "c.relpersistence = 't' AND c.relkind IN ('r', 'p')" },
    TableType { name: "TABLE", condition: "c.relkind IN ('r', 'p')" },
    TableType { name: "VIEW", condition: "c.relkind = 'v'" },
    TableType { name: "MATVIEW", condition: "c.relkind = 'm'" },
    TableType { name: "FOREIGN TABLE", condition: "c.relkind = 'f'" },
];

const SYSTEM_TABLE: &str = "SYSTEM TABLE";

/// Errors: HY009 and HY090 (see the arguments), HYC00 for a server whose catalog is not known.
pub fn tables(arguments: &TablesArguments<'_>, options: &CatalogOptions) -> Result<CatalogAnswer> {
    check_family(options)?;
    let TablesArguments { catalog, schema, table, table_type } = *arguments;
    match (catalog, schema, table, table_type) {
        (Some(ALL), Some(""), Some(""), _) => Ok(catalogs(options)),
        (Some(""), Some(ALL), Some(""), _) => Ok(schemas(options)),
        (Some(""), Some(""), Some(""), Some(ALL)) => Ok(CatalogAnswer::Result(table_types())),
        _ => search(arguments, options),
    }
}

/// The schemas of the session: without other sessions' temporary ones and those of TOAST tables.
fn schemas(options: &CatalogOptions) -> CatalogAnswer {
    let mut conditions = Conditions::default();
    let shown = Reader { options }.shown_schemas(&mut conditions, "n.nspname");
    let sql = format!(
        "SELECT NULL, n.nspname, NULL, NULL, NULL
  FROM pg_catalog.pg_namespace n
 WHERE (n.nspname !~ '^pg_(toast|temp_|toast_temp_)' OR n.oid = pg_catalog.pg_my_temp_schema()){shown}
 ORDER BY n.nspname"
    );
    query(sql, conditions, options)
}

fn catalogs(options: &CatalogOptions) -> CatalogAnswer {
    query("SELECT current_database(), NULL, NULL, NULL, NULL".to_owned(), Conditions::default(), options)
}

fn table_types() -> CatalogResult {
    let mut names: Vec<_> = TABLE_TYPES.iter().map(|table_type| table_type.name).collect();
    names.sort_unstable();
    let rows = names.into_iter().map(|name| vec![None, None, None, Some(name.to_owned()), None]).collect();
    CatalogResult { columns: TABLES, rows }
}

fn search(arguments: &TablesArguments<'_>, options: &CatalogOptions) -> Result<CatalogAnswer> {
    let reader = Reader { options };
    let mut conditions = Conditions::default();
    let mut relations = conditions.and("pg_catalog.current_database()", reader.catalog_pattern(arguments.catalog)?);
    relations += &reader.schemas(&mut conditions, "n.nspname", arguments.schema)?;
    relations += &reader.names(&mut conditions, "c.relname", reader.pattern("table", arguments.table)?);
    let types = value_list(arguments.table_type.unwrap_or_default());
    let of_types = if types.is_empty() || types.iter().any(|name| name == ALL) {
        String::new()
    } else {
        conditions.and_in("t.table_type", types)
    };
    if options.settings.accessible_only {
        relations += "\n   AND pg_catalog.has_table_privilege(c.oid, 'SELECT')";
    }
    let mut whens = String::new();
    for prefix in &options.settings.system_prefixes {
        let parameter = conditions.parameter(prefix.clone());
        let _ = write!(
            whens,
            "\n               WHEN pg_catalog.starts_with(c.relname::text, {parameter}) THEN '{SYSTEM_TABLE}'"
        );
    }
    for TableType { name, condition } in TABLE_TYPES {
        if *name != SYSTEM_TABLE || !options.settings.system_tables_as_tables {
            let _ = write!(whens, "\n               WHEN {condition} THEN '{name}'");
        }
    }
    // Indexes and TOAST tables are most of the relations: to compare with one kind each is quicker than with the list.
    let sql = format!(
        "SELECT {THE_CATALOG}, t.nspname, t.relname, t.table_type, d.description
  FROM (SELECT n.nspname, c.relname, c.oid, CASE{whens} END AS table_type
          FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind <> 'i' AND c.relkind <> 't' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
           AND NOT pg_catalog.pg_is_other_temp_schema(n.oid){relations}) t
  LEFT JOIN pg_catalog.pg_description d
    ON d.objoid = t.oid AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid = 0
 WHERE true{of_types}"
    );
    // TABLE_TYPE, TABLE_SCHEM, TABLE_NAME; there is one catalog.
    Ok(query(sql, conditions, options).ordered(RowOrder { texts: [3, 1], within: Within::Text(2) }))
}

fn query(sql: String, conditions: Conditions, options: &CatalogOptions) -> CatalogAnswer {
    let row: RowMaker = |row, _, values| values.extend(row.as_they_came(TABLES.len()));
    CatalogQuery::answer(sql, conditions.into_parameters(), TABLES, row, options)
}
