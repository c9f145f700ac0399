//! What a test does with a statement.

use super::api::Handle;
use super::buffers::Fixed;
use super::handles::Statement;
use super::outcome::{Outcome, records};
use super::text::{Wide, decode};
use super::{Record, api};
use crate::odbc::types::*;
use crate::odbc::values::*;
use std::ffi::c_void;
use std::ptr::null_mut;

/// A parameter's description for SQLBindParameter.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    pub c_type: i16,
    pub sql_type: i16,
    pub column_size: usize,
    pub decimal_digits: i16,
}

/// What SQLDescribeCol says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    pub name: String,
    pub data_type: i16,
    pub column_size: usize,
    pub decimal_digits: i16,
    pub nullable: i16,
}

impl Statement<'_> {
    pub fn outcome(&self, code: i16) -> Outcome {
        Outcome::new(self.api, code, SQL_HANDLE_STMT, self.handle)
    }

    pub fn records(&self) -> Vec<Record> {
        records(self.api, SQL_HANDLE_STMT, self.handle)
    }

    pub fn execute_direct(&self, sql: &str) -> Outcome {
        let text = Wide::new(sql);
        // unixODBC refuses a length of zero.
        let length = if text.length == 0 { SQL_NTS } else { text.length as i32 };
        // SAFETY: a terminated text of the given length.
        self.outcome(unsafe { self.api.SQLExecDirectW(self.handle, text.address(), length) })
    }

    pub fn prepare(&self, sql: &str) -> Outcome {
        let text = Wide::new(sql);
        // SAFETY: a terminated text.
        self.outcome(unsafe { self.api.SQLPrepareW(self.handle, text.address(), SQL_NTS) })
    }

    pub fn execute(&self) -> Outcome {
        // SAFETY: bound buffers live in the tests' frames until the statement is unbound or freed.
        self.outcome(unsafe { self.api.SQLExecute(self.handle) })
    }

    pub fn fetch(&self) -> Outcome {
        // SAFETY: as above.
        self.outcome(unsafe { self.api.SQLFetch(self.handle) })
    }

    pub fn fetch_scroll(&self, orientation: i16, offset: isize) -> Outcome {
        // SAFETY: as above.
        self.outcome(unsafe { self.api.SQLFetchScroll(self.handle, orientation, offset) })
    }

    pub fn more_results(&self) -> Outcome {
        // SAFETY: as above.
        self.outcome(unsafe { self.api.SQLMoreResults(self.handle) })
    }

    pub fn close_cursor(&self) -> Outcome {
        // SAFETY: no addresses.
        self.outcome(unsafe { self.api.SQLCloseCursor(self.handle) })
    }

    /// SQLFreeStmt with SQL_CLOSE, SQL_UNBIND or SQL_RESET_PARAMS.
    pub fn free(&self, option: u16) -> Outcome {
        // SAFETY: no addresses.
        self.outcome(unsafe { self.api.SQLFreeStmt(self.handle, option) })
    }

    pub fn cancel(&self) -> Outcome {
        // SAFETY: no addresses.
        self.outcome(unsafe { self.api.SQLCancel(self.handle) })
    }

    pub fn set(&self, attribute: i32, value: usize) -> Outcome {
        // SAFETY: an integer, or the address of something that outlives its use, as the test sees to.
        self.outcome(unsafe { self.api.SQLSetStmtAttrW(self.handle, attribute, value as *mut c_void, 0) })
    }

    /// An attribute that is an SQLULEN.
    #[track_caller]
    pub fn get_attribute(&self, attribute: i32) -> usize {
        let mut value = usize::MAX;
        // SAFETY: room for the longest integer attribute.
        let code = unsafe { self.api.SQLGetStmtAttrW(self.handle, attribute, (&raw mut value).cast(), 8, null_mut()) };
        self.outcome(code).success();
        value
    }

    /// # Safety
    /// `value` and `indicator` must stay valid, for `capacity` bytes and one length a row, while they are bound.
    pub unsafe fn bind_column(
        &self,
        column: u16,
        c_type: i16,
        value: *mut c_void,
        capacity: isize,
        indicator: *mut isize,
    ) -> Outcome {
        // SAFETY: the caller's promise.
        self.outcome(unsafe { self.api.SQLBindCol(self.handle, column, c_type, value, capacity, indicator) })
    }

    /// # Safety
    /// `value` and `indicator` must stay valid while they are bound.
    pub unsafe fn bind_parameter(
        &self,
        number: u16,
        parameter: Parameter,
        value: *mut c_void,
        capacity: isize,
        indicator: *mut isize,
    ) -> Outcome {
        let Parameter { c_type, sql_type, column_size, decimal_digits } = parameter;
        // SAFETY: the caller's promise.
        self.outcome(unsafe {
            self.api.SQLBindParameter(
                self.handle,
                number,
                SQL_PARAM_INPUT,
                c_type,
                sql_type,
                column_size,
                decimal_digits,
                value,
                capacity,
                indicator,
            )
        })
    }

    /// SQLParamData, and the address that it gives.
    pub fn parameter_data(&self) -> (Outcome, usize) {
        let mut address = null_mut();
        // SAFETY: room for an address.
        let code = unsafe { self.api.SQLParamData(self.handle, &raw mut address) };
        (self.outcome(code), address.addr())
    }

    /// SQLPutData of all of `data`.
    pub fn put(&self, data: &[u8]) -> Outcome {
        self.put_length(data, data.len() as isize)
    }

    /// SQLPutData with a length of the caller's.
    pub fn put_length(&self, data: &[u8], length: isize) -> Outcome {
        // SAFETY: `length` is that of the data or a special value; data given with SQL_NTS is terminated.
        self.outcome(unsafe { self.api.SQLPutData(self.handle, data.as_ptr().cast_mut().cast(), length) })
    }

    /// SQLDescribeParam: SQL type, size, decimal digits, nullable.
    pub fn describe_parameter(&self, number: u16) -> (Outcome, (i16, usize, i16, i16)) {
        let (mut data_type, mut size, mut digits, mut nullable) = (i16::MIN, usize::MAX, -1, -1);
        // SAFETY: room for each answer.
        let code = unsafe {
            let (data_type, digits, nullable) = (&raw mut data_type, &raw mut digits, &raw mut nullable);
            self.api.SQLDescribeParam(self.handle, number, data_type, &raw mut size, digits, nullable)
        };
        (self.outcome(code), (data_type, size, digits, nullable))
    }

    #[track_caller]
    pub fn column_count(&self) -> i16 {
        let mut count = -1;
        // SAFETY: room for the answer.
        let code = unsafe { self.api.SQLNumResultCols(self.handle, &raw mut count) };
        self.outcome(code).success();
        count
    }

    #[track_caller]
    pub fn parameter_count(&self) -> i16 {
        let mut count = -1;
        // SAFETY: room for the answer.
        let code = unsafe { self.api.SQLNumParams(self.handle, &raw mut count) };
        self.outcome(code).success();
        count
    }

    #[track_caller]
    pub fn row_count(&self) -> isize {
        let mut count = -2;
        // SAFETY: room for the answer.
        let code = unsafe { self.api.SQLRowCount(self.handle, &raw mut count) };
        self.outcome(code).success();
        count
    }

    #[track_caller]
    pub fn describe(&self, column: u16) -> Description {
        let name = Wide::room(200);
        let (mut length, mut data_type, mut column_size, mut decimal_digits, mut nullable) = (0, 0, 0, 0, -1);
        // SAFETY: room for each answer.
        let code = unsafe {
            self.api.SQLDescribeColW(
                self.handle,
                column,
                name.address(),
                200,
                &raw mut length,
                &raw mut data_type,
                &raw mut column_size,
                &raw mut decimal_digits,
                &raw mut nullable,
            )
        };
        self.outcome(code).success();
        Description { name: name.read(), data_type, column_size, decimal_digits, nullable }
    }

    /// A column attribute that is a number.
    #[track_caller]
    pub fn column_number(&self, column: u16, field: u16) -> isize {
        let mut number = isize::MIN;
        // SAFETY: room for the number; no text is asked for.
        let code = unsafe {
            self.api.SQLColAttributeW(self.handle, column, field, null_mut(), 0, null_mut(), &raw mut number)
        };
        self.outcome(code).success();
        number
    }

    /// A column attribute that is text.
    #[track_caller]
    pub fn column_text(&self, column: u16, field: u16) -> String {
        let text = Wide::room(300);
        let mut length = -1;
        let capacity = text.capacity_bytes() as i16;
        // SAFETY: room of the given size in bytes.
        let code = unsafe {
            let address = text.address();
            self.api.SQLColAttributeW(self.handle, column, field, address, capacity, &raw mut length, null_mut())
        };
        self.outcome(code).success();
        let read = text.read();
        let bytes = super::text::encode(&read, self.api.manager.wide_width()).len();
        assert_eq!(length as usize, bytes, "the length of field {field} in bytes");
        read
    }

    /// SQLGetData into a buffer of raw bytes; also what the indicator then is.
    pub fn get_data(&self, column: u16, c_type: i16, buffer: &mut [u8]) -> (Outcome, isize) {
        let mut indicator = isize::MIN;
        // SAFETY: room of the given size.
        let code = unsafe {
            let (address, capacity) = (buffer.as_mut_ptr().cast(), buffer.len() as isize);
            self.api.SQLGetData(self.handle, column, c_type, address, capacity, &raw mut indicator)
        };
        (self.outcome(code), indicator)
    }

    /// SQLGetData of a C type of fixed length; None for NULL.
    #[track_caller]
    pub fn get<T: Fixed>(&self, column: u16) -> Option<T> {
        let (outcome, value) = self.try_get(column);
        outcome.success();
        value
    }

    /// The same, whatever becomes of it.
    pub fn try_get<T: Fixed>(&self, column: u16) -> (Outcome, Option<T>) {
        let mut value = T::default();
        let mut indicator = isize::MIN;
        // SAFETY: room for the type; its buffer length is ignored by definition.
        let code = unsafe {
            self.api.SQLGetData(self.handle, column, T::C_TYPE, (&raw mut value).cast(), 0, &raw mut indicator)
        };
        (self.outcome(code), (indicator != SQL_NULL_DATA).then_some(value))
    }

    /// A column of the current row as text, read in as many pieces as it needs; None for NULL.
    #[track_caller]
    pub fn get_text(&self, column: u16) -> Option<String> {
        let width = api().manager.wide_width();
        let mut bytes = Vec::new();
        loop {
            let mut buffer = [0_u8; 8192];
            let (outcome, indicator) = self.get_data(column, SQL_C_WCHAR, &mut buffer);
            match outcome.code {
                SQL_SUCCESS if indicator == SQL_NULL_DATA => return None,
                SQL_SUCCESS => {
                    bytes.extend(&buffer[..indicator as usize]);
                    return Some(decode(&bytes, width));
                }
                SQL_SUCCESS_WITH_INFO => {
                    outcome.info("01004");
                    let units = buffer.chunks_exact(width);
                    let end = units.clone().position(|unit| unit.iter().all(|byte| *byte == 0));
                    bytes.extend(&buffer[..end.expect("a piece is terminated") * width]);
                }
                _ => panic!("SQLGetData of column {column}: {outcome:?}"),
            }
        }
    }

    /// The rows of the result that is open, as text.
    #[track_caller]
    pub fn fetch_rows(&self) -> Vec<Vec<Option<String>>> {
        let columns = self.column_count() as u16;
        let mut rows = Vec::new();
        loop {
            let outcome = self.fetch();
            if outcome.code == SQL_NO_DATA {
                return rows;
            }
            outcome.succeeded();
            rows.push((1..=columns).map(|column| self.get_text(column)).collect());
        }
    }

    /// Executes a query and reads all of it; the cursor is closed afterwards.
    #[track_caller]
    pub fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        self.execute_direct(sql).succeeded();
        let rows = self.fetch_rows();
        self.close_cursor().success();
        rows
    }

    /// A field of the diagnostic header or of a record, that is a number of 8 bytes or fewer.
    #[track_caller]
    pub fn diagnostic_number(&self, record: i16, field: i16) -> i64 {
        let mut value: i64 = 0;
        // SAFETY: room for the longest integer.
        let code = unsafe {
            let (handle, room) = (self.handle, (&raw mut value).cast());
            self.api.SQLGetDiagFieldW(SQL_HANDLE_STMT, handle, record, field, room, 8, null_mut())
        };
        assert_eq!(code, SQL_SUCCESS, "diagnostic field {field} of record {record}");
        value
    }

    /// A field that is text.
    #[track_caller]
    pub fn diagnostic_text(&self, record: i16, field: i16) -> String {
        let text = Wide::room(2000);
        let mut length = 0;
        // SAFETY: room of the given size in bytes.
        let code = unsafe {
            let (handle, room, capacity) = (self.handle, text.address(), text.capacity_bytes() as i16);
            self.api.SQLGetDiagFieldW(SQL_HANDLE_STMT, handle, record, field, room, capacity, &raw mut length)
        };
        assert_eq!(code, SQL_SUCCESS, "diagnostic field {field} of record {record}");
        text.read()
    }
}

/// Texts of rows, for comparisons: `texts([["1", "a"]])`.
pub fn texts<const N: usize>(rows: impl IntoIterator<Item = [&'static str; N]>) -> Vec<Vec<Option<String>>> {
    rows.into_iter().map(|row| row.into_iter().map(|text| Some(text.to_owned())).collect()).collect()
}

/// An address that no handle has.
pub fn made_up_handle() -> Handle {
    0x0dea_dbee_f000_usize as Handle
}
