//! The catalog functions: one file a question.
//!
//! Each makes one query ([`CatalogQuery`]) of its arguments, or answers without asking the server. The query gives raw
//! attributes as text; [`CatalogQuery::row`] makes a row of ODBC's result set of them, so that sizes and type codes come
//! from `convert::describe`, where result metadata takes them from, too.

mod arguments;
pub mod columns;
pub mod tables;

#[cfg(test)]
mod tests;

use crate::convert::TypeOptions;
use crate::diag::{Diagnostic, Result, sqlstate};
use crate::odbc::catalog_results::{CatalogColumn, CatalogResult, CatalogRow};
use crate::wire::ServerFamily;

pub use columns::{ColumnsArguments, columns};
pub use tables::{TablesArguments, tables};

/// What the statement and the connection ask of a catalog function.
#[derive(Clone, Copy, Debug)]
pub struct CatalogOptions {
    /// Whose catalog it is.
    pub family: ServerFamily,
    /// The application declared ODBC 2: a catalog's name is no pattern, dates and times have their old codes.
    pub odbc2: bool,
    /// SQL_ATTR_METADATA_ID: names are identifiers, not patterns.
    pub metadata_id: bool,
    /// The longest identifier, in bytes; 0 where there is no limit.
    pub max_identifier_length: u16,
    pub types: TypeOptions,
}

/// A question for the server. All parameters are text and go with the OID of `text`, all result columns are wanted in text
/// format.
#[derive(Clone, Debug)]
pub struct CatalogQuery {
    pub sql: String,
    /// The values of `$1`, `$2` ..
    pub parameters: Vec<String>,
    pub columns: &'static [CatalogColumn],
    row: RowMaker,
    options: CatalogOptions,
}

/// Makes a row of the result set of what the server sent for it.
type RowMaker = fn(&[Option<&str>], &CatalogOptions) -> CatalogRow;

impl CatalogQuery {
    /// A row of the result set, from one that the server sent.
    pub fn row(&self, values: &[Option<&str>]) -> CatalogRow {
        (self.row)(values, &self.options)
    }
}

/// How a catalog function is answered.
#[derive(Clone, Debug)]
pub enum CatalogAnswer {
    /// The server has to be asked.
    Query(CatalogQuery),
    /// The driver knows.
    Result(CatalogResult),
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
