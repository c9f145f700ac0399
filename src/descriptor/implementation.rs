//! IRD and IPD: what the driver knows of a result's columns and a statement's parameters.

use std::sync::Arc;

use super::Address;
use crate::convert::{ColumnType, SqlType};

/// The columns of one result, shared by the prepared statement that described them and the cursor that reads them.
pub type Columns = Arc<[Column]>;

/// One column of a result: an IRD record.
#[derive(Clone, Debug)]
pub struct Column {
    /// The column's name as the server sent it.
    pub name: String,
    /// OID of the table the column comes from, 0 if it is an expression.
    pub table_oid: u32,
    /// Number of the column in that table, 0 if it is an expression.
    pub column_id: i16,
    /// What arrives on the wire.
    pub kind: ColumnType,
    /// What ODBC reports of it.
    pub sql: SqlType,
    /// SQL_NO_NULLS, SQL_NULLABLE or SQL_NULLABLE_UNKNOWN.
    pub nullable: i16,
}

/// One parameter as `SQLBindParameter` declared it: an IPD record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParameterRecord {
    /// SQL_PARAM_INPUT and so on; 0 if the parameter was not bound.
    pub parameter_type: i16,
    /// The SQL type it is declared as.
    pub sql_type: i16,
    /// Column size: characters, digits or bytes.
    pub column_size: usize,
    pub decimal_digits: i16,
}

/// An implementation row descriptor: the columns of the result, and where the rowset's outcome is reported.
#[derive(Clone, Debug, Default)]
pub struct ImplementationRowDescriptor {
    /// The columns of the current result, or of the prepared statement once it has been described.
    pub columns: Option<Columns>,
    /// SQL_DESC_ARRAY_STATUS_PTR (SQL_ATTR_ROW_STATUS_PTR): array of SQLUSMALLINT.
    pub array_status: Address,
    /// SQL_DESC_ROWS_PROCESSED_PTR (SQL_ATTR_ROWS_FETCHED_PTR): a SQLULEN.
    pub rows_processed: Address,
}

/// An implementation parameter descriptor: the parameters as they were declared, and where their outcome is reported.
#[derive(Clone, Debug, Default)]
pub struct ImplementationParameterDescriptor {
    records: Vec<ParameterRecord>,
    /// SQL_DESC_ARRAY_STATUS_PTR (SQL_ATTR_PARAM_STATUS_PTR): array of SQLUSMALLINT.
    pub array_status: Address,
    /// SQL_DESC_ROWS_PROCESSED_PTR (SQL_ATTR_PARAMS_PROCESSED_PTR): a SQLULEN.
    pub rows_processed: Address,
}

impl ImplementationParameterDescriptor {
    /// Record `number` (from 1), if that parameter has been bound.
    pub fn record(&self, number: u16) -> Option<&ParameterRecord> {
        self.records.get(usize::from(number).checked_sub(1)?).filter(|record| record.parameter_type != 0)
    }

    /// Declares parameter `number` (from 1).
    pub fn bind(&mut self, number: u16, record: ParameterRecord) {
        let index = usize::from(number.max(1)) - 1;
        if self.records.len() <= index {
            self.records.resize(index + 1, ParameterRecord::default());
        }
        self.records[index] = record;
    }

    /// SQL_RESET_PARAMS.
    pub fn unbind_all(&mut self) {
        self.records.clear();
    }
}
