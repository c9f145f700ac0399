//! What the server says of a statement's parameters.
//!
//! Source: ODBC reference, `SQLDescribeParam`, "Automatic population of the IPD".

use super::StatementCall;
use crate::convert::{describe, describe_large_object, server_type};
use crate::descriptor::ParameterRecord;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::odbc::attributes::*;
use crate::odbc::types::SQL_NULLABLE;
use crate::odbc::values::SQL_PARAM_INPUT;

/// What SQLDescribeParam answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterDescription {
    pub sql_type: i16,
    /// Characters, digits or bytes; 0: not known.
    pub column_size: u64,
    pub decimal_digits: i16,
    /// Every parameter may be NULL as far as the server says.
    pub nullable: i16,
    /// Bytes of a value in its default C type; 0: not known.
    pub octet_length: i64,
    /// 10 or 2 for numbers.
    pub radix: i32,
    /// The server's name of the type; empty for one that the driver does not know by OID.
    pub type_name: &'static str,
}

impl StatementCall<'_> {
    /// Automatic population of the IPD, where SQL_ATTR_ENABLE_AUTO_IPD asks for it: a prepared statement's parameters
    /// that the application has not declared are declared as the server describes them.
    pub fn populate_parameters(&mut self) -> Result {
        let statement = self.statement()?;
        let is_asked = statement.is_prepared && statement.attributes.get(SQL_ATTR_ENABLE_AUTO_IPD) == SQL_TRUE;
        let count = statement.prepared.as_ref().map_or(0, |prepared| prepared.parameter_count());
        if !is_asked || (1..=count).all(|number| statement.ipd.is_populated(number)) {
            return Ok(());
        }
        for number in 1..=count {
            let described = self.describe_parameter(number)?;
            let parameter_type =
                self.statement()?.prepared.as_ref().map_or(SQL_PARAM_INPUT, |prepared| prepared.parameter_type(number));
            let record = ParameterRecord {
                parameter_type,
                sql_type: described.sql_type,
                column_size: described.column_size as usize,
                decimal_digits: described.decimal_digits,
                octet_length: described.octet_length as isize,
                radix: described.radix,
                type_name: described.type_name,
                ..ParameterRecord::default()
            };
            self.statement()?.ipd.populate(number, record);
        }
        Ok(())
    }

    /// SQLDescribeParam: the type that the server has for a parameter, asked once. The server knows types, no lengths.
    ///
    /// 07009 for a parameter that the statement does not have; the server's errors in the statement.
    pub fn describe_parameter(&mut self, number: u16) -> Result<ParameterDescription> {
        let is_odbc2 = self.connection.environment.is_odbc2();
        let prepared = self.statement()?.prepared.as_ref();
        let count = prepared.map_or(0, |prepared| prepared.parameter_count());
        let Some((index, place)) = prepared.and_then(|prepared| prepared.place_of(number)) else {
            return Err(Diagnostic::new(
                S07009_INVALID_DESCRIPTOR_INDEX,
                format!("there is no parameter {number}; the statement has {count}"),
            ));
        };
        self.describe_prepared(index)?;
        let description =
            self.statement()?.prepared.as_ref().and_then(|prepared| prepared.description_of(index)).ok_or_else(
                || Diagnostic::new(HY000_GENERAL_ERROR, format!("the server has not described parameter {number}")),
            )?;
        let oid = description.parameters.get(place).copied().unwrap_or_default();
        let is_object = self.is_object_type(oid)?;
        let types = &self.state.types;
        let described = if is_object { describe_large_object(types) } else { describe(oid, -1, types) };
        // What has no limit has no size: applications that allocate by it would take a gigabyte for every value.
        let is_unbounded = described.column_size >= types.unbounded_size;
        Ok(ParameterDescription {
            sql_type: super::metadata::for_version(described.concise_type, is_odbc2),
            column_size: if is_unbounded { 0 } else { described.column_size },
            decimal_digits: described.decimal_digits,
            nullable: SQL_NULLABLE,
            octet_length: if is_unbounded { 0 } else { described.octet_length },
            radix: described.radix,
            type_name: server_type(oid).name,
        })
    }
}
