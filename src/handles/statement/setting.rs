//! Statement attributes: the table's, and those that are fields of a descriptor's header.
//!
//! Source: ODBC reference, `SQLSetStmtAttr`, `SQLGetStmtAttr`.

use super::StatementCall;
use super::attributes::{SQL_ATTR_PGODBC_PARAM_ROW_COUNTS_PTR, StatementAttributes, unknown_statement_attribute};
use crate::descriptor::Address;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::handles::descriptor::DescriptorPlace;
use crate::handles::table::{self, Object, Token};
use crate::odbc::attributes::*;

/// The value of an attribute: an integer, a pointer or a handle, all of a pointer's width.
pub type AttributeValue = usize;

impl StatementCall<'_> {
    /// SQLSetStmtAttr.
    pub fn set_attribute(&mut self, attribute: i32, value: AttributeValue) -> Result {
        let statement = self.statement()?;
        if statement.state().needs_data() {
            // Appendix B, SQLSetStmtAttr in S8 to S10.
            let too_late = statement.is_prepared && StatementAttributes::shapes_cursor(attribute);
            let sqlstate = if too_late { HY011_ATTRIBUTE_CANNOT_BE_SET_NOW } else { HY010_FUNCTION_SEQUENCE_ERROR };
            return Err(Diagnostic::new(sqlstate, "the statement waits for data at execution"));
        }
        if attribute == SQL_ATTR_QUERY_TIMEOUT && self.state.ignores_timeout() {
            return Ok(());
        }
        if StatementAttributes::knows(attribute) {
            let statement = self.statement()?;
            let (progress, token) = (statement.progress(), statement.token);
            statement.attributes.set(attribute, value, progress, &mut statement.diagnostics)?;
            if attribute == SQL_ATTR_ASYNC_ENABLE {
                self.connection.asynchronous.enable_statement(token, value == SQL_ASYNC_ENABLE_ON);
            }
            return Ok(());
        }
        let (ard, apd) = (self.statement()?.ard, self.statement()?.apd);
        match attribute {
            SQL_ATTR_ROW_ARRAY_SIZE if value == 0 => {
                return Err(Diagnostic::new(HY024_INVALID_ATTRIBUTE_VALUE, "a rowset has at least one row"));
            }
            SQL_ATTR_PARAMSET_SIZE if value == 0 => {
                return Err(Diagnostic::new(HY024_INVALID_ATTRIBUTE_VALUE, "there is at least one parameter set"));
            }
            SQL_ATTR_ROW_ARRAY_SIZE => self.application_descriptor(ard)?.array_size = value,
            SQL_ATTR_ROW_BIND_TYPE => self.application_descriptor(ard)?.bind_type = value,
            SQL_ATTR_ROW_BIND_OFFSET_PTR => self.application_descriptor(ard)?.bind_offset = Address::from(value),
            SQL_ATTR_ROW_OPERATION_PTR => self.application_descriptor(ard)?.array_status = Address::from(value),
            SQL_ATTR_PARAMSET_SIZE => self.application_descriptor(apd)?.array_size = value,
            SQL_ATTR_PARAM_BIND_TYPE => self.application_descriptor(apd)?.bind_type = value,
            SQL_ATTR_PARAM_BIND_OFFSET_PTR => self.application_descriptor(apd)?.bind_offset = Address::from(value),
            SQL_ATTR_PARAM_OPERATION_PTR => self.application_descriptor(apd)?.array_status = Address::from(value),
            SQL_ATTR_ROW_STATUS_PTR => self.statement()?.ird.array_status = Address::from(value),
            SQL_ATTR_ROWS_FETCHED_PTR => self.statement()?.ird.rows_processed = Address::from(value),
            SQL_ATTR_PARAM_STATUS_PTR => self.statement()?.ipd.array_status = Address::from(value),
            SQL_ATTR_PARAMS_PROCESSED_PTR => self.statement()?.ipd.rows_processed = Address::from(value),
            SQL_ATTR_PGODBC_PARAM_ROW_COUNTS_PTR => self.statement()?.ipd.row_counts = Address::from(value),
            SQL_ATTR_APP_ROW_DESC => return self.use_descriptor(value, true),
            SQL_ATTR_APP_PARAM_DESC => return self.use_descriptor(value, false),
            SQL_ATTR_IMP_ROW_DESC | SQL_ATTR_IMP_PARAM_DESC => {
                return Err(Diagnostic::new(
                    HY017_IMPLICIT_DESCRIPTOR_HANDLE,
                    "the implementation descriptors of a statement cannot be replaced",
                ));
            }
            _ => return Err(unknown_statement_attribute(attribute)),
        }
        self.application_descriptor(ard)?.changed();
        Ok(())
    }

    /// SQLGetStmtAttr.
    pub fn attribute(&mut self, attribute: i32) -> Result<AttributeValue> {
        let statement = self.statement()?;
        if attribute == SQL_ATTR_ROW_NUMBER {
            return match &statement.results {
                Some(results) if results.is_positioned() => Ok(results.row_number() as usize),
                _ => Err(Diagnostic::new(S24000_INVALID_CURSOR_STATE, "the cursor is on no row")),
            };
        }
        if StatementAttributes::knows(attribute) {
            return self.effective(attribute);
        }
        let (ard, apd, ird_token, ipd_token) = (statement.ard, statement.apd, statement.ird_token, statement.ipd_token);
        let (row, parameter) = (statement.ird.clone(), statement.ipd.clone());
        Ok(match attribute {
            SQL_ATTR_ROW_ARRAY_SIZE => self.application_descriptor(ard)?.array_size,
            SQL_ATTR_ROW_BIND_TYPE => self.application_descriptor(ard)?.bind_type,
            SQL_ATTR_ROW_BIND_OFFSET_PTR => self.application_descriptor(ard)?.bind_offset.as_usize(),
            SQL_ATTR_ROW_OPERATION_PTR => self.application_descriptor(ard)?.array_status.as_usize(),
            SQL_ATTR_PARAMSET_SIZE => self.application_descriptor(apd)?.array_size,
            SQL_ATTR_PARAM_BIND_TYPE => self.application_descriptor(apd)?.bind_type,
            SQL_ATTR_PARAM_BIND_OFFSET_PTR => self.application_descriptor(apd)?.bind_offset.as_usize(),
            SQL_ATTR_PARAM_OPERATION_PTR => self.application_descriptor(apd)?.array_status.as_usize(),
            SQL_ATTR_ROW_STATUS_PTR => row.array_status.as_usize(),
            SQL_ATTR_ROWS_FETCHED_PTR => row.rows_processed.as_usize(),
            SQL_ATTR_PARAM_STATUS_PTR => parameter.array_status.as_usize(),
            SQL_ATTR_PARAMS_PROCESSED_PTR => parameter.rows_processed.as_usize(),
            SQL_ATTR_PGODBC_PARAM_ROW_COUNTS_PTR => parameter.row_counts.as_usize(),
            SQL_ATTR_APP_ROW_DESC => self.descriptor_token(ard),
            SQL_ATTR_APP_PARAM_DESC => self.descriptor_token(apd),
            SQL_ATTR_IMP_ROW_DESC => ird_token.as_raw(),
            SQL_ATTR_IMP_PARAM_DESC => ipd_token.as_raw(),
            _ => return Err(unknown_statement_attribute(attribute)),
        })
    }

    fn descriptor_token(&self, id: crate::handles::slab::Id) -> usize {
        self.state.descriptors.get(id).map_or(0, |object| object.token.as_raw())
    }

    /// Uses another ARD or APD: one of the application's, or again the implicit one (its handle or SQL_NULL_HDESC).
    ///
    /// HY024 for a handle that is no descriptor of this connection, HY017 for another statement's implicit one.
    fn use_descriptor(&mut self, handle: usize, for_rows: bool) -> Result {
        let statement = self.statement()?;
        let implicit = if for_rows { statement.implicit_ard } else { statement.implicit_apd };
        let chosen = if handle == 0 {
            implicit
        } else {
            match table::find(Token::from_raw(handle)) {
                Some(Object::Descriptor(connection, DescriptorPlace::Application(id)))
                    if std::sync::Arc::ptr_eq(&connection, self.connection) =>
                {
                    id
                }
                _ => {
                    return Err(Diagnostic::new(
                        HY024_INVALID_ATTRIBUTE_VALUE,
                        "the handle is no application descriptor of this connection",
                    ));
                }
            }
        };
        if chosen != implicit && !self.application_descriptor(chosen)?.explicit {
            return Err(Diagnostic::new(
                HY017_IMPLICIT_DESCRIPTOR_HANDLE,
                "the descriptor belongs to another statement; allocate one with SQLAllocHandle(SQL_HANDLE_DESC)",
            ));
        }
        self.application_descriptor(chosen)?.changed();
        let statement = self.statement()?;
        *(if for_rows { &mut statement.ard } else { &mut statement.apd }) = chosen;
        Ok(())
    }
}
