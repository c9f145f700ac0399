//! What is known of a statement's columns and parameters.
//!
//! Source: ODBC reference, `SQLNumResultCols`, `SQLDescribeCol`, `SQLColAttribute`, `SQLNumParams`.

use super::StatementCall;
use crate::catalog::BaseColumn;
use crate::descriptor::{Column, Columns};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::odbc::descriptor_fields::*;
use crate::odbc::types::*;

/// What SQLDescribeCol answers.
#[derive(Clone, Debug)]
pub struct ColumnDescription {
    pub name: String,
    pub sql_type: i16,
    /// Characters, digits or bytes.
    pub column_size: u64,
    pub decimal_digits: i16,
    pub nullable: i16,
}

/// What SQLColAttribute answers: a text or a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnAttribute {
    Text(String),
    Number(isize),
}

impl StatementCall<'_> {
    /// SQLNumParams.
    pub fn parameter_count(&mut self) -> Result<u16> {
        Ok(self.statement()?.prepared.as_ref().map_or(0, |prepared| prepared.parameter_count()))
    }

    /// SQLNumResultCols: 0 for a statement that returns no rows.
    pub fn column_count(&mut self) -> Result<usize> {
        Ok(self.columns()?.map_or(0, |columns| columns.len()))
    }

    /// SQLDescribeCol. 07005 for a statement that returns no rows, 07009 for a column that there is not.
    pub fn describe_column(&mut self, number: u16) -> Result<ColumnDescription> {
        let is_odbc2 = self.connection.environment.is_odbc2();
        let column = &self.column(number)?;
        Ok(ColumnDescription {
            name: column.name.clone(),
            sql_type: for_version(column.sql.concise_type, is_odbc2),
            column_size: column.sql.column_size,
            decimal_digits: column.sql.decimal_digits,
            nullable: column.nullable,
        })
    }

    /// SQLColAttribute. 07005, 07009 as above; HY091 for a field that is none.
    pub fn column_attribute(&mut self, number: u16, field: i16) -> Result<ColumnAttribute> {
        if matches!(field, SQL_DESC_COUNT | SQL_COLUMN_COUNT) {
            // Answered whatever the column number is.
            let count = self.column_count()?;
            return Ok(ColumnAttribute::Number(count as isize));
        }
        let column = self.column(number)?;
        self.attribute_of_column(&column, field)?.ok_or_else(|| {
            Diagnostic::new(
                HY091_INVALID_DESCRIPTOR_FIELD,
                format!("{field} is no column attribute of SQLColAttribute"),
            )
        })
    }

    /// One attribute of a column, asked of the server (for all columns at once) where it has to be; `None` if the field
    /// is none of columns.
    pub(super) fn attribute_of_column(&mut self, column: &Column, field: i16) -> Result<Option<ColumnAttribute>> {
        if COSTS_A_QUERY.contains(&field)
            && let Some(columns) = self.columns()?
        {
            self.learn_result_columns(&columns)?;
            let always_joined = self.statement()?.prepared.as_ref().is_none_or(|prepared| !prepared.may_add_nulls());
            return Ok(Some(self.attribute_of_base(column, field, always_joined)));
        }
        Ok(attribute_of(column, field, self.connection.environment.is_odbc2()))
    }

    fn column(&mut self, number: u16) -> Result<Column> {
        let Some(columns) = self.columns()? else {
            return Err(Diagnostic::new(S07005_NOT_A_CURSOR_SPECIFICATION, "the statement returns no result set"));
        };
        let Some(index) = usize::from(number).checked_sub(1) else { return self.bookmark_column() };
        columns.get(index).cloned().ok_or_else(|| {
            Diagnostic::new(
                S07009_INVALID_DESCRIPTOR_INDEX,
                format!("there is no column {number}; the result has columns 1 to {}", columns.len()),
            )
        })
    }

    /// The columns of the current result, or those that the prepared statement will have.
    pub(super) fn columns(&mut self) -> Result<Option<Columns>> {
        let statement = self.statement()?;
        if let Some(results) = &statement.results {
            return Ok(results.columns().cloned());
        }
        self.describe_prepared(0)?;
        let statement = self.statement()?;
        let prepared = statement.prepared.as_ref().filter(|prepared| !prepared.has_outputs());
        let described = prepared.and_then(|prepared| prepared.description());
        let columns = described.and_then(|description| description.columns.clone());
        let columns = columns.map(|columns| self.with_large_objects(columns)).transpose()?;
        self.statement()?.ird.columns = columns.clone();
        Ok(columns)
    }
}

/// Datetime types have other numbers in ODBC 2.
pub(super) fn for_version(sql_type: i16, is_odbc2: bool) -> i16 {
    match sql_type {
        SQL_TYPE_DATE if is_odbc2 => SQL_DATE,
        SQL_TYPE_TIME if is_odbc2 => SQL_TIME,
        SQL_TYPE_TIMESTAMP if is_odbc2 => SQL_TIMESTAMP,
        other => other,
    }
}

/// Attributes that have to be asked of the server: once for all columns of the result.
const COSTS_A_QUERY: &[i16] = &[
    SQL_DESC_BASE_COLUMN_NAME,
    SQL_DESC_BASE_TABLE_NAME,
    SQL_DESC_TABLE_NAME,
    SQL_DESC_SCHEMA_NAME,
    SQL_DESC_CATALOG_NAME,
    SQL_DESC_TYPE_NAME,
    SQL_DESC_LOCAL_TYPE_NAME,
    SQL_DESC_NULLABLE,
    SQL_COLUMN_NULLABLE,
    SQL_DESC_UPDATABLE,
    SQL_DESC_AUTO_UNIQUE_VALUE,
];

/// The number of the system column xmin in every table.
const XMIN: i16 = -2;

impl StatementCall<'_> {
    /// One of those. Empty and false where no column of a table is behind it. `always_joined`: the statement has nothing
    /// that makes NULLs of a table's values.
    fn attribute_of_base(&self, column: &Column, field: i16, always_joined: bool) -> ColumnAttribute {
        use ColumnAttribute::{Number, Text};
        let known = &self.state.result_columns;
        let base = known.base(column);
        let name = |name: fn(&BaseColumn) -> &str| Text(base.map(name).unwrap_or_default().to_owned());
        match field {
            SQL_DESC_BASE_COLUMN_NAME => name(|base| &base.name),
            SQL_DESC_BASE_TABLE_NAME | SQL_DESC_TABLE_NAME => name(|base| &base.table),
            SQL_DESC_SCHEMA_NAME => name(|base| &base.schema),
            SQL_DESC_CATALOG_NAME => Text(base.map(|_| self.state.current_catalog()).unwrap_or_default().to_owned()),
            SQL_DESC_TYPE_NAME | SQL_DESC_LOCAL_TYPE_NAME => Text(known.type_name(column).to_owned()),
            SQL_DESC_NULLABLE | SQL_COLUMN_NULLABLE => Number(match base {
                Some(base) if base.not_null && always_joined => SQL_NO_NULLS.into(),
                Some(base) if base.not_null => SQL_NULLABLE_UNKNOWN.into(),
                Some(_) => SQL_NULLABLE.into(),
                None => column.nullable.into(),
            }),
            SQL_DESC_UPDATABLE => Number(match base {
                Some(base) if base.updatable => SQL_ATTR_WRITE.into(),
                _ => SQL_ATTR_READONLY.into(),
            }),
            _ => Number(base.is_some_and(|base| base.counts_up).into()),
        }
    }
}

/// One attribute that the column's description holds; `None` for another.
fn attribute_of(column: &Column, field: i16, is_odbc2: bool) -> Option<ColumnAttribute> {
    use ColumnAttribute::{Number, Text};
    let sql = &column.sql;
    Some(match field {
        SQL_DESC_NAME | SQL_DESC_LABEL | SQL_COLUMN_NAME => Text(column.name.clone()),
        SQL_DESC_LITERAL_PREFIX => Text(sql.literal_prefix.to_owned()),
        SQL_DESC_LITERAL_SUFFIX => Text(sql.literal_suffix.to_owned()),
        SQL_DESC_CONCISE_TYPE => Number(for_version(sql.concise_type, is_odbc2).into()),
        SQL_DESC_TYPE => Number(sql.verbose_type.into()),
        SQL_DESC_DATETIME_INTERVAL_CODE => Number(sql.interval_code.into()),
        SQL_DESC_LENGTH | SQL_COLUMN_LENGTH => Number(saturate(sql.column_size)),
        SQL_DESC_OCTET_LENGTH => Number(sql.octet_length as isize),
        SQL_DESC_DISPLAY_SIZE => Number(sql.display_size as isize),
        SQL_DESC_PRECISION => Number(sql.precision.into()),
        SQL_COLUMN_PRECISION => Number(saturate(sql.column_size)),
        SQL_DESC_SCALE => Number(sql.scale.into()),
        SQL_COLUMN_SCALE => Number(sql.decimal_digits.into()),
        SQL_DESC_NUM_PREC_RADIX => Number(sql.radix as isize),
        SQL_DESC_UNSIGNED => Number(sql.unsigned.into()),
        SQL_DESC_CASE_SENSITIVE => Number(sql.case_sensitive.into()),
        SQL_DESC_SEARCHABLE => Number(sql.searchable.into()),
        SQL_DESC_FIXED_PREC_SCALE => Number(sql.fixed_prec_scale.into()),
        SQL_DESC_UNNAMED => Number(if column.name.is_empty() { SQL_UNNAMED } else { SQL_NAMED }.into()),
        // xmin changes with every update.
        SQL_DESC_ROWVER => Number((column.table_oid != 0 && column.column_id == XMIN).into()),
        _ => return None,
    })
}

fn saturate(size: u64) -> isize {
    isize::try_from(size).unwrap_or(isize::MAX)
}
