//! IRD and IPD: what the driver knows of a result's columns and a statement's parameters.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Address;
use super::data_type::DataType;
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
    /// Its values are OIDs of large objects, and what the application reads are the objects' bytes.
    pub is_large_object: bool,
}

/// One parameter as `SQLBindParameter` declared it: an IPD record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParameterRecord {
    /// SQL_PARAM_INPUT and so on; 0 if the parameter was not bound.
    pub parameter_type: i16,
    /// The SQL type it is declared as.
    pub sql_type: i16,
    /// Column size: characters, digits or bytes. SQL_DESC_LENGTH, or SQL_DESC_PRECISION of a number, or
    /// SQL_DESC_DATETIME_INTERVAL_PRECISION of an interval.
    pub column_size: usize,
    /// SQL_DESC_SCALE of a number, SQL_DESC_PRECISION of a time, timestamp or interval.
    pub decimal_digits: i16,
    /// SQL_DESC_TYPE was set to a verbose type, and its code has not been: `sql_type` is that verbose type.
    pub is_type_incomplete: bool,
    /// SQL_DESC_OCTET_LENGTH. Nothing depends on it, it reads back.
    pub octet_length: isize,
    /// SQL_DESC_NUM_PREC_RADIX. Nothing depends on it, it reads back.
    pub radix: i32,
    /// SQL_DESC_TYPE_NAME, where the server has described it.
    pub type_name: &'static str,
    /// It is what the server says (SQL_ATTR_ENABLE_AUTO_IPD), not what the application has declared.
    pub is_automatic: bool,
}

impl ParameterRecord {
    /// Its three type fields.
    pub fn data_type(&self) -> DataType {
        DataType { concise: self.sql_type, is_incomplete: self.is_type_incomplete }
    }
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
    /// SQL_DESC_NAME of the parameters that were given one.
    names: BTreeMap<u16, String>,
    /// SQL_DESC_ARRAY_STATUS_PTR (SQL_ATTR_PARAM_STATUS_PTR): array of SQLUSMALLINT.
    pub array_status: Address,
    /// SQL_DESC_ROWS_PROCESSED_PTR (SQL_ATTR_PARAMS_PROCESSED_PTR): a SQLULEN.
    pub rows_processed: Address,
    /// SQL_ATTR_PGODBC_PARAM_ROW_COUNTS_PTR: array of SQLLEN, what SQLRowCount would say of each set executed by itself.
    pub row_counts: Address,
}

impl ImplementationParameterDescriptor {
    /// Reports what has become of a parameter set (from 0).
    pub fn report_status(&self, set: usize, status: u16) {
        self.array_status.offset(set * size_of::<u16>()).write(status);
    }

    /// Reports how many rows a parameter set (from 0) has affected; -1 if that is not known.
    pub fn report_row_count(&self, set: usize, count: isize) {
        self.row_counts.offset(set * size_of::<isize>()).write(count);
    }

    /// Reports what has become of the parameters where there is one set of them.
    pub fn report_only_set(&self, status: u16, row_count: isize) {
        self.rows_processed.write(1usize);
        self.report_status(0, status);
        self.report_row_count(0, row_count);
    }

    /// Record `number` (from 1), if that parameter has been bound.
    pub fn record(&self, number: u16) -> Option<&ParameterRecord> {
        self.records.get(usize::from(number).checked_sub(1)?).filter(|record| record.parameter_type != 0)
    }

    /// Record `number` (from 1), whether it has been declared or not.
    pub fn any_record(&self, number: u16) -> Option<&ParameterRecord> {
        self.records.get(usize::from(number).checked_sub(1)?)
    }

    /// Declares parameter `number` (from 1).
    pub fn bind(&mut self, number: u16, record: ParameterRecord) {
        *self.record_to_set(number) = record;
    }

    /// Declares parameter `number` (from 1) as the server describes it, unless the application has declared it.
    pub fn populate(&mut self, number: u16, record: ParameterRecord) {
        if self.record(number).is_none_or(|record| record.is_automatic) {
            self.bind(number, ParameterRecord { is_automatic: true, ..record });
        }
    }

    /// Whether parameter `number` (from 1) is as the server describes it.
    pub fn is_populated(&self, number: u16) -> bool {
        self.record(number).is_some()
    }

    /// Another statement is prepared: what the server has said of the last one's parameters is forgotten.
    pub fn forget_populated(&mut self) {
        for record in self.records.iter_mut().filter(|record| record.is_automatic) {
            *record = ParameterRecord::default();
        }
        while self.records.last().is_some_and(|record| *record == ParameterRecord::default()) {
            self.records.pop();
        }
    }

    /// Record `number` (from 1) to be changed; SQL_DESC_COUNT grows to it.
    pub fn record_to_set(&mut self, number: u16) -> &mut ParameterRecord {
        let index = usize::from(number.max(1)) - 1;
        if self.records.len() <= index {
            self.records.resize(index + 1, ParameterRecord::default());
        }
        &mut self.records[index]
    }

    /// SQL_DESC_COUNT.
    pub fn count(&self) -> usize {
        self.records.len()
    }

    /// Sets SQL_DESC_COUNT: records above are gone, new ones are undeclared.
    pub fn set_count(&mut self, count: u16) {
        self.records.resize(usize::from(count), ParameterRecord::default());
        self.names.retain(|number, _| *number <= count);
    }

    /// SQL_DESC_NAME of parameter `number`, empty for one without a name.
    pub fn name(&self, number: u16) -> &str {
        self.names.get(&number).map_or("", String::as_str)
    }

    /// Names parameter `number` (from 1); an empty name takes it away.
    pub fn set_name(&mut self, number: u16, name: String) {
        self.record_to_set(number);
        match name.is_empty() {
            true => self.names.remove(&number),
            false => self.names.insert(number, name),
        };
    }

    /// SQL_RESET_PARAMS.
    pub fn unbind_all(&mut self) {
        self.set_count(0);
    }
}
