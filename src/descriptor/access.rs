//! Reading and setting single fields of the descriptors that the driver keeps field by field: ARD, APD and IPD. Who may
//! do so is decided before, by the table of fields.
//!
//! Source: ODBC reference, `SQLSetDescField`, `SQLGetDescField`, "Consistency checks".

use super::data_type::{DataType, is_sql_type};
use super::fields::FieldValue;
use super::{Address, ApplicationDescriptor, ImplementationParameterDescriptor, ImplementationRowDescriptor};
use super::{ApplicationRecord, ParameterRecord};
use crate::convert::check_c_type;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::odbc::descriptor_fields::*;
use crate::odbc::types::*;
use crate::odbc::values::*;

/// The reference's default for the leading precision of intervals.
const DEFAULT_LEADING_PRECISION: i32 = 2;

impl ApplicationDescriptor {
    /// A field of the header, or of record `number`; `None` if there is no such record.
    pub fn field(&self, number: u16, field: i16) -> Option<FieldValue> {
        use FieldValue::{Number, Pointer};
        Some(match field {
            SQL_DESC_ALLOC_TYPE if self.explicit => Number(SQL_DESC_ALLOC_USER.into()),
            SQL_DESC_ALLOC_TYPE => Number(SQL_DESC_ALLOC_AUTO.into()),
            SQL_DESC_ARRAY_SIZE => Number(self.array_size as isize),
            SQL_DESC_ARRAY_STATUS_PTR => Pointer(self.array_status),
            SQL_DESC_BIND_OFFSET_PTR => Pointer(self.bind_offset),
            SQL_DESC_BIND_TYPE => Number(self.bind_type as isize),
            SQL_DESC_COUNT => Number(self.count() as isize),
            SQL_DESC_ROWS_PROCESSED_PTR => Pointer(Address::NULL),
            _ => self.any_record(number)?.field(field),
        })
    }

    /// Sets a field of the header, or of record `number`. A failure leaves the field as it was.
    ///
    /// 07009 and HY092 for values that the field cannot have, HY021 for an inconsistent record.
    pub fn set_field(&mut self, number: u16, field: i16, value: &FieldValue) -> Result {
        let amount = value.number();
        match field {
            SQL_DESC_ARRAY_SIZE if amount == 0 => return Err(impossible("SQL_DESC_ARRAY_SIZE", amount)),
            SQL_DESC_ARRAY_SIZE => self.array_size = amount as usize,
            SQL_DESC_ARRAY_STATUS_PTR => self.array_status = value.address(),
            SQL_DESC_BIND_OFFSET_PTR => self.bind_offset = value.address(),
            SQL_DESC_BIND_TYPE => self.bind_type = amount as usize,
            SQL_DESC_COUNT => self.set_count(count(amount)?),
            SQL_DESC_DATA_PTR => {
                let mut record = self.any_record(number).copied().unwrap_or_default();
                record.data = value.address();
                if !record.data.is_null() {
                    record.check()?;
                }
                self.bind(number, record);
            }
            _ => {
                let mut record = self.any_record(number).copied().unwrap_or_default();
                record.set(field, value)?;
                *self.record_to_set(number) = record;
            }
        }
        self.changed();
        Ok(())
    }
}

impl ApplicationRecord {
    fn field(&self, field: i16) -> FieldValue {
        use FieldValue::{Number, Pointer, Text};
        match field {
            SQL_DESC_CONCISE_TYPE => Number(self.c_type.into()),
            SQL_DESC_TYPE => Number(self.data_type().verbose().into()),
            SQL_DESC_DATETIME_INTERVAL_CODE => Number(self.data_type().code().into()),
            SQL_DESC_DATETIME_INTERVAL_PRECISION if self.leading_precision == 0 && self.data_type().is_interval() => {
                Number(DEFAULT_LEADING_PRECISION as isize)
            }
            SQL_DESC_DATETIME_INTERVAL_PRECISION => Number(self.leading_precision as isize),
            SQL_DESC_DATA_PTR => Pointer(self.data),
            SQL_DESC_INDICATOR_PTR => Pointer(self.indicator),
            SQL_DESC_OCTET_LENGTH_PTR => Pointer(self.length),
            SQL_DESC_OCTET_LENGTH => Number(self.octet_length),
            SQL_DESC_LENGTH => Number(self.column_length as isize),
            SQL_DESC_PRECISION => Number(self.precision.into()),
            SQL_DESC_SCALE => Number(self.scale.into()),
            SQL_DESC_NUM_PREC_RADIX => Number(self.radix as isize),
            SQL_DESC_NAME => Text(String::new()),
            // Not a field of application descriptors: undefined, and always the same.
            _ => Number(0),
        }
    }

    /// Sets a field other than SQL_DESC_DATA_PTR. All but the deferred ones, the addresses, unbind the record.
    fn set(&mut self, field: i16, value: &FieldValue) -> Result {
        let number = value.number();
        match field {
            SQL_DESC_INDICATOR_PTR => {
                self.indicator = value.address();
                return Ok(());
            }
            SQL_DESC_OCTET_LENGTH_PTR => {
                self.length = value.address();
                return Ok(());
            }
            SQL_DESC_TYPE => self.set_type(DataType::of_verbose(small("SQL_DESC_TYPE", number)?)),
            SQL_DESC_CONCISE_TYPE => self.set_type(DataType::new(small("SQL_DESC_CONCISE_TYPE", number)?)),
            SQL_DESC_DATETIME_INTERVAL_CODE => {
                let code = small("SQL_DESC_DATETIME_INTERVAL_CODE", number)?;
                let data_type = self.data_type().with_code(code)?;
                self.set_type(data_type);
            }
            SQL_DESC_DATETIME_INTERVAL_PRECISION => self.leading_precision = number as i32,
            SQL_DESC_LENGTH => self.column_length = number as usize,
            SQL_DESC_OCTET_LENGTH if number < 0 => return Err(impossible("SQL_DESC_OCTET_LENGTH", number)),
            SQL_DESC_OCTET_LENGTH => self.octet_length = number,
            SQL_DESC_PRECISION => self.precision = small("SQL_DESC_PRECISION", number)?,
            SQL_DESC_SCALE => self.scale = small("SQL_DESC_SCALE", number)?,
            SQL_DESC_NUM_PREC_RADIX => self.radix = radix(number)?,
            _ => return Err(unknown_field(field)),
        }
        self.data = Address::NULL;
        Ok(())
    }

    /// Sets the type with the fields that get a default from it ("SQL_DESC_TYPE").
    pub fn set_type(&mut self, data_type: DataType) {
        (self.c_type, self.is_type_incomplete) = (data_type.concise, data_type.is_incomplete);
        (self.precision, self.scale, self.leading_precision) = (data_type.default_precision(), 0, 0);
        if data_type.is_character() {
            self.column_length = 1;
        }
    }

    /// HY021 if the fields do not go together.
    pub fn check(&self) -> Result {
        let data_type = self.data_type();
        if !data_type.is_incomplete && check_c_type(self.c_type).is_err() {
            return Err(Diagnostic::new(
                HY021_INCONSISTENT_DESCRIPTOR,
                format!("SQL_DESC_CONCISE_TYPE {} is no C data type", self.c_type),
            ));
        }
        data_type.check(self.precision, self.leading_precision)
    }
}

impl ImplementationParameterDescriptor {
    /// A field of the header, or of record `number` (from 1); `None` if there is no such record.
    pub fn field(&self, number: u16, field: i16) -> Option<FieldValue> {
        use FieldValue::{Number, Pointer, Text};
        Some(match field {
            SQL_DESC_ALLOC_TYPE => Number(SQL_DESC_ALLOC_AUTO.into()),
            SQL_DESC_ARRAY_STATUS_PTR => Pointer(self.array_status),
            SQL_DESC_ROWS_PROCESSED_PTR => Pointer(self.rows_processed),
            SQL_DESC_COUNT => Number(self.count() as isize),
            SQL_DESC_ARRAY_SIZE | SQL_DESC_BIND_TYPE | SQL_DESC_BIND_OFFSET_PTR => Number(0),
            SQL_DESC_NAME => self.any_record(number).map(|_| Text(self.name(number).to_owned()))?,
            SQL_DESC_UNNAMED => {
                self.any_record(number)?;
                Number(if self.name(number).is_empty() { SQL_UNNAMED } else { SQL_NAMED }.into())
            }
            _ => self.any_record(number)?.field(field),
        })
    }

    /// Sets a field of the header, or of record `number` (from 1). A failure leaves the field as it was.
    ///
    /// 07009, HY091, HY092 and HY105 for values that the field cannot have, HY021 for an inconsistent record.
    pub fn set_field(&mut self, number: u16, field: i16, value: &FieldValue) -> Result {
        match field {
            SQL_DESC_ARRAY_STATUS_PTR => self.array_status = value.address(),
            SQL_DESC_ROWS_PROCESSED_PTR => self.rows_processed = value.address(),
            SQL_DESC_COUNT => self.set_count(count(value.number())?),
            SQL_DESC_NAME => {
                let FieldValue::Text(name) = value else { return Err(impossible("SQL_DESC_NAME", value.number())) };
                self.set_name(number, name.clone());
            }
            // Unnaming a parameter is all that can be done by this field.
            SQL_DESC_UNNAMED if value.number() == isize::from(SQL_UNNAMED) => self.set_name(number, String::new()),
            SQL_DESC_UNNAMED if value.number() == isize::from(SQL_NAMED) => {
                return Err(Diagnostic::new(
                    HY091_INVALID_DESCRIPTOR_FIELD,
                    "a parameter is named by SQL_DESC_NAME; SQL_DESC_UNNAMED can be set to SQL_UNNAMED only",
                ));
            }
            SQL_DESC_UNNAMED => return Err(impossible("SQL_DESC_UNNAMED", value.number())),
            // Setting the address asks for the check and does nothing else.
            SQL_DESC_DATA_PTR => return self.any_record(number).copied().unwrap_or_default().check(),
            _ => {
                let mut record = self.any_record(number).copied().unwrap_or_default();
                record.is_automatic = false;
                record.set(field, value.number())?;
                if record.parameter_type == 0 {
                    record.parameter_type = SQL_PARAM_INPUT;
                }
                self.bind(number, record);
            }
        }
        Ok(())
    }
}

impl ParameterRecord {
    fn field(&self, field: i16) -> FieldValue {
        use FieldValue::{Number, Text};
        let data_type = self.data_type();
        let seconds = data_type.is_datetime() || data_type.is_interval();
        match field {
            SQL_DESC_CONCISE_TYPE => Number(self.sql_type.into()),
            SQL_DESC_TYPE => Number(data_type.verbose().into()),
            SQL_DESC_DATETIME_INTERVAL_CODE => Number(data_type.code().into()),
            SQL_DESC_DATETIME_INTERVAL_PRECISION if data_type.is_interval() => Number(self.column_size as isize),
            SQL_DESC_LENGTH if !data_type.is_exact_numeric() && !data_type.is_interval() => {
                Number(self.column_size as isize)
            }
            SQL_DESC_PRECISION if seconds => Number(self.decimal_digits.into()),
            SQL_DESC_PRECISION if !data_type.is_character() && !data_type.is_binary() => {
                Number(self.column_size as isize)
            }
            SQL_DESC_SCALE if !seconds => Number(self.decimal_digits.into()),
            // The default, where it has not been bound.
            SQL_DESC_PARAMETER_TYPE if self.parameter_type == 0 => Number(SQL_PARAM_INPUT.into()),
            SQL_DESC_PARAMETER_TYPE => Number(self.parameter_type.into()),
            SQL_DESC_OCTET_LENGTH => Number(self.octet_length),
            SQL_DESC_NUM_PREC_RADIX => Number(self.radix as isize),
            SQL_DESC_NULLABLE => Number(SQL_NULLABLE.into()),
            SQL_DESC_CASE_SENSITIVE => Number(data_type.is_character().into()),
            SQL_DESC_TYPE_NAME | SQL_DESC_LOCAL_TYPE_NAME => Text(self.type_name.to_owned()),
            // Undefined, and always the same.
            _ => Number(0),
        }
    }

    fn set(&mut self, field: i16, number: isize) -> Result {
        let data_type = self.data_type();
        let seconds = data_type.is_datetime() || data_type.is_interval();
        match field {
            SQL_DESC_TYPE => self.set_type(DataType::of_verbose(small("SQL_DESC_TYPE", number)?)),
            SQL_DESC_CONCISE_TYPE => self.set_type(DataType::new(small("SQL_DESC_CONCISE_TYPE", number)?)),
            SQL_DESC_DATETIME_INTERVAL_CODE => {
                let data_type = data_type.with_code(small("SQL_DESC_DATETIME_INTERVAL_CODE", number)?)?;
                self.set_type(data_type);
            }
            SQL_DESC_DATETIME_INTERVAL_PRECISION if data_type.is_interval() => self.column_size = number as usize,
            // What has no meaning for the type is taken and does nothing: applications and SQLCopyDesc set all fields.
            SQL_DESC_DATETIME_INTERVAL_PRECISION => {}
            SQL_DESC_LENGTH if data_type.is_exact_numeric() || data_type.is_interval() => {}
            SQL_DESC_PRECISION if data_type.is_character() || data_type.is_binary() => {}
            SQL_DESC_LENGTH => self.column_size = number as usize,
            SQL_DESC_PRECISION if seconds => self.decimal_digits = small("SQL_DESC_PRECISION", number)?,
            SQL_DESC_PRECISION => self.column_size = usize::from(small("SQL_DESC_PRECISION", number)?.unsigned_abs()),
            SQL_DESC_SCALE if seconds => {}
            SQL_DESC_SCALE => self.decimal_digits = small("SQL_DESC_SCALE", number)?,
            SQL_DESC_PARAMETER_TYPE => self.parameter_type = parameter_type(number)?,
            SQL_DESC_OCTET_LENGTH => self.octet_length = number,
            SQL_DESC_NUM_PREC_RADIX => self.radix = radix(number)?,
            _ => return Err(unknown_field(field)),
        }
        Ok(())
    }

    /// Sets the type with the fields that get a default from it ("SQL_DESC_TYPE").
    pub fn set_type(&mut self, data_type: DataType) {
        (self.sql_type, self.is_type_incomplete) = (data_type.concise, data_type.is_incomplete);
        self.type_name = "";
        self.decimal_digits = 0;
        if data_type.is_datetime() || data_type.is_interval() {
            self.decimal_digits = data_type.default_precision();
            self.column_size = if data_type.is_interval() { DEFAULT_LEADING_PRECISION as usize } else { 0 };
        } else if data_type.is_character() {
            self.column_size = 1;
        } else {
            self.column_size = usize::from(data_type.default_precision().unsigned_abs());
        }
    }

    /// HY021 if the fields do not go together.
    pub fn check(&self) -> Result {
        let data_type = self.data_type();
        if !data_type.is_incomplete && !is_sql_type(self.sql_type) {
            return Err(Diagnostic::new(
                HY021_INCONSISTENT_DESCRIPTOR,
                format!("SQL_DESC_CONCISE_TYPE {} is no SQL data type", self.sql_type),
            ));
        }
        let seconds = data_type.is_datetime() || data_type.is_interval();
        let column_size = i32::try_from(self.column_size).unwrap_or(i32::MAX);
        let precision = if seconds { self.decimal_digits } else { i16::try_from(column_size).unwrap_or(i16::MAX) };
        data_type.check(precision, column_size)
    }
}

impl ImplementationRowDescriptor {
    /// A field of the header that does not come from the columns.
    pub fn header_field(&self, field: i16) -> FieldValue {
        match field {
            SQL_DESC_ALLOC_TYPE => FieldValue::Number(SQL_DESC_ALLOC_AUTO.into()),
            SQL_DESC_ARRAY_STATUS_PTR => FieldValue::Pointer(self.array_status),
            SQL_DESC_ROWS_PROCESSED_PTR => FieldValue::Pointer(self.rows_processed),
            _ => FieldValue::Number(0),
        }
    }

    /// Sets one of the two fields that an application may set. HY016 for any other.
    pub fn set_field(&mut self, field: i16, value: &FieldValue) -> Result {
        match field {
            SQL_DESC_ARRAY_STATUS_PTR => self.array_status = value.address(),
            SQL_DESC_ROWS_PROCESSED_PTR => self.rows_processed = value.address(),
            _ => return Err(cannot_modify_ird()),
        }
        Ok(())
    }
}

pub fn cannot_modify_ird() -> Box<Diagnostic> {
    Diagnostic::new(
        HY016_CANNOT_MODIFY_IRD,
        "an implementation row descriptor is the driver's; only SQL_DESC_ARRAY_STATUS_PTR and \
         SQL_DESC_ROWS_PROCESSED_PTR can be set in it",
    )
}

fn unknown_field(field: i16) -> Box<Diagnostic> {
    Diagnostic::new(HY091_INVALID_DESCRIPTOR_FIELD, format!("field {field} cannot be set in this descriptor"))
}

fn impossible(field: &str, value: isize) -> Box<Diagnostic> {
    Diagnostic::new(HY092_INVALID_ATTRIBUTE, format!("{field} cannot be {value}"))
}

fn small(field: &str, value: isize) -> Result<i16> {
    i16::try_from(value).map_err(|_| impossible(field, value))
}

fn count(value: isize) -> Result<u16> {
    u16::try_from(value)
        .ok()
        .filter(|count| *count <= i16::MAX as u16)
        .ok_or_else(|| Diagnostic::new(S07009_INVALID_DESCRIPTOR_INDEX, format!("SQL_DESC_COUNT cannot be {value}")))
}

/// 10 for exact numbers, 2 for approximate ones, 0 for everything else.
fn radix(value: isize) -> Result<i32> {
    match value {
        0 | 2 | 10 => Ok(value as i32),
        other => Err(impossible("SQL_DESC_NUM_PREC_RADIX", other)),
    }
}

fn parameter_type(value: isize) -> Result<i16> {
    let known = [
        SQL_PARAM_INPUT,
        SQL_PARAM_INPUT_OUTPUT,
        SQL_PARAM_OUTPUT,
        SQL_PARAM_INPUT_OUTPUT_STREAM,
        SQL_PARAM_OUTPUT_STREAM,
    ];
    let known = known.into_iter().find(|known| isize::from(*known) == value);
    known.ok_or_else(|| Diagnostic::new(HY105_INVALID_PARAMETER_TYPE, format!("{value} is no parameter type")))
}
