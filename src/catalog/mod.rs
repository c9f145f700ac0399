//! The catalog functions: one file a question.
//!
//! Each makes one query ([`CatalogQuery`]) of its arguments, or answers without asking the server. The query gives raw
//! attributes as text; [`CatalogQuery::row`] makes a row of ODBC's result set of them, so that sizes and type codes come
//! from `convert::describe`, where result metadata takes them from, too.

mod arguments;
pub mod column_privileges;
pub mod columns;
mod data_type;
pub mod foreign_keys;
mod never_null;
pub mod primary_keys;
pub mod procedure_columns;
pub mod procedures;
mod raw_row;
pub mod result_columns;
mod row_identity;
pub mod special_columns;
pub mod statistics;
pub mod table_privileges;
pub mod tables;

#[cfg(test)]
mod tests;

use crate::config::CatalogSettings;
use crate::convert::TypeOptions;
use crate::diag::{Diagnostic, Result, sqlstate};
use crate::odbc::catalog_results::{CatalogColumn, CatalogResult, CatalogValue, RowOrder};
use crate::wire::{DataRow, ServerFamily};
use raw_row::RawRow;

pub use column_privileges::{ColumnPrivilegesArguments, column_privileges};
pub use columns::{ColumnsArguments, columns};
pub use foreign_keys::{ForeignKeysArguments, TableName, foreign_keys};
pub use primary_keys::{PrimaryKeysArguments, primary_keys};
pub use procedure_columns::{ProcedureColumnsArguments, procedure_columns};
pub use procedures::{ProceduresArguments, procedures};
pub use result_columns::{BaseColumn, ResultColumns, may_have_objects};
pub use row_identity::{RowIdentity, row_identity_query};
pub use special_columns::{SpecialColumnsArguments, special_columns};
pub use statistics::{StatisticsArguments, statistics};
pub use table_privileges::{TablePrivilegesArguments, table_privileges};
pub use tables::{TablesArguments, tables};

/// What the statement and the connection ask of a catalog function.
#[derive(Clone, Debug)]
pub struct CatalogOptions {
    /// Whose catalog it is.
    pub family: ServerFamily,
    /// The server's major version; 0 where it does not say.
    pub version: u32,
    /// The application declared ODBC 2: a catalog's name is no pattern, dates and times have their old codes.
    pub odbc2: bool,
    /// SQL_ATTR_METADATA_ID: names are identifiers, not patterns.
    pub metadata_id: bool,
    /// The longest identifier, in bytes; 0 where there is no limit.
    pub max_identifier_length: u16,
    pub types: TypeOptions,
    pub settings: CatalogSettings,
}

/// A question for the server. All parameters are text, all result columns are wanted in text format.
#[derive(Clone, Debug)]
pub struct CatalogQuery {
    pub sql: String,
    /// The values of `$1`, `$2` ..
    pub parameters: Vec<String>,
    pub columns: &'static [CatalogColumn],
    /// How its rows are to be ordered; None: the server sends them in order.
    ///
    /// Where there may be many, the server would order them on disk.
    pub order: Option<RowOrder>,
    row: RowMaker,
    options: CatalogOptions,
}

/// Makes a row of the result set of what the server sent for it.
type RowMaker = for<'a> fn(&RawRow<'a>, &CatalogOptions, &mut Vec<CatalogValue<'a>>);

impl CatalogQuery {
    fn answer(
        sql: String,
        parameters: Vec<String>,
        columns: &'static [CatalogColumn],
        row: RowMaker,
        options: &CatalogOptions,
    ) -> CatalogAnswer {
        CatalogAnswer::Query(Box::new(CatalogQuery {
            sql,
            parameters,
            columns,
            order: None,
            row,
            options: options.clone(),
        }))
    }

    /// A row of the result set, from one that the server sent.
    pub fn row<'a>(&self, row: DataRow<'a>) -> Vec<CatalogValue<'a>> {
        self.row_of(&RawRow::new(row))
    }

    fn row_of<'a>(&self, row: &RawRow<'a>) -> Vec<CatalogValue<'a>> {
        let mut values = Vec::with_capacity(self.columns.len());
        (self.row)(row, &self.options, &mut values);
        values
    }
}

/// How a catalog function is answered.
#[derive(Clone, Debug)]
pub enum CatalogAnswer {
    /// The server has to be asked.
    Query(Box<CatalogQuery>),
    /// The driver knows.
    Result(CatalogResult),
}

impl CatalogAnswer {
    fn ordered(mut self, order: RowOrder) -> CatalogAnswer {
        if let CatalogAnswer::Query(query) = &mut self {
            query.order = Some(order);
        }
        self
    }
}

/// Refuses servers whose catalog the queries are not written for, rather than sending them what they cannot read. A server
/// that does not say whose it is is taken for one like PostgreSQL. Errors: HYC00.
fn check_family(options: &CatalogOptions) -> Result<()> {
    match options.family {
        ServerFamily::PostgreSql | ServerFamily::Other => Ok(()),
        ServerFamily::CrateDb => Err(Diagnostic::new(
            sqlstate::HYC00_NOT_IMPLEMENTED,
            "the catalog functions do not work with CrateDB yet: query information_schema instead",
        )),
    }
}
