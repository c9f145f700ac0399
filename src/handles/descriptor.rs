//! Descriptor handles: which descriptor a handle means, and the functions that read and set its fields.
//!
//! Source: ODBC reference, `SQLGetDescField`, `SQLSetDescField`, `SQLGetDescRec`, `SQLSetDescRec`, `SQLCopyDesc`.

use std::sync::Arc;

use super::connection::{Connection, ConnectionState, gone};
use super::slab::Id;
use super::statement::{Statement, StatementCall};
use super::states;
use super::table::{self, Object, Token};
use crate::descriptor::{
    Access, Address, ApplicationDescriptor, DataType, Field, FieldValue, ImplementationParameterDescriptor, Role,
    cannot_modify_ird,
};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::odbc::descriptor_fields::*;
use crate::odbc::functions::FunctionId;

/// Which descriptor of a connection a handle means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DescriptorPlace {
    /// An ARD or APD: allocated with a statement or by the application.
    Application(Id),
    /// The IRD of a statement.
    ImplementationRow(Id),
    /// The IPD of a statement.
    ImplementationParameter(Id),
}

/// An application descriptor with its handle.
#[derive(Debug)]
pub struct DescriptorObject {
    pub token: Token,
    pub diagnostics: Diagnostics,
    pub descriptor: ApplicationDescriptor,
}

impl DescriptorObject {
    /// Allocates an application descriptor on a connection whose lock is held, and gives its handle.
    pub fn allocate(connection: &Arc<Connection>, state: &mut ConnectionState, explicit: bool) -> (Id, Token) {
        let id = state.descriptors.insert(DescriptorObject {
            token: Token::from_raw(0),
            diagnostics: Diagnostics::default(),
            descriptor: ApplicationDescriptor::new(explicit),
        });
        let token = table::insert(Object::Descriptor(connection.clone(), DescriptorPlace::Application(id)));
        if let Some(object) = state.descriptors.get_mut(id) {
            object.token = token;
        }
        (id, token)
    }
}

/// A descriptor in its connection, while a function works on it: the connection's lock is held.
#[derive(Debug)]
pub struct DescriptorCall<'a> {
    pub connection: &'a Arc<Connection>,
    pub state: &'a mut ConnectionState,
    pub place: DescriptorPlace,
}

/// The fields that SQLGetDescRec answers.
#[derive(Clone, Debug, Default)]
pub struct DescriptorRecord {
    pub name: String,
    /// SQL_DESC_TYPE
    pub verbose_type: i16,
    /// SQL_DESC_DATETIME_INTERVAL_CODE
    pub code: i16,
    /// SQL_DESC_OCTET_LENGTH, bytes
    pub octet_length: isize,
    pub precision: i16,
    pub scale: i16,
    pub nullable: i16,
}

/// The arguments of SQLSetDescRec.
#[derive(Clone, Copy, Debug)]
pub struct RecordSetting {
    pub verbose_type: i16,
    pub code: i16,
    /// Bytes
    pub octet_length: isize,
    pub precision: i16,
    pub scale: i16,
    pub data: Address,
    pub length: Address,
    pub indicator: Address,
}

/// What SQLCopyDesc takes from a descriptor.
#[derive(Debug)]
pub enum CopiedDescriptor {
    Application(Box<ApplicationDescriptor>),
    ImplementationParameter(Box<ImplementationParameterDescriptor>),
    /// For each column the fields that other descriptors have too.
    ImplementationRow(Vec<Vec<(i16, FieldValue)>>),
}

/// Fields that an IRD has in common with the descriptors it may be copied to. The type comes first: it gives others their
/// defaults.
const COMMON_FIELDS: &[i16] = &[
    SQL_DESC_CONCISE_TYPE,
    SQL_DESC_DATETIME_INTERVAL_PRECISION,
    SQL_DESC_LENGTH,
    SQL_DESC_OCTET_LENGTH,
    SQL_DESC_PRECISION,
    SQL_DESC_SCALE,
    SQL_DESC_NUM_PREC_RADIX,
    SQL_DESC_NAME,
];

impl DescriptorCall<'_> {
    fn role(&self) -> Role {
        match self.place {
            DescriptorPlace::Application(_) => Role::Application,
            DescriptorPlace::ImplementationRow(_) => Role::ImplementationRow,
            DescriptorPlace::ImplementationParameter(_) => Role::ImplementationParameter,
        }
    }

    /// HY010 while a statement that the descriptor is associated with waits for data at execution, or for its outputs to be read
    /// (appendix B, "Statement Transitions", S8 to S10). It can be freed all the same, where it is the application's.
    pub fn check(&self, function: FunctionId) -> Result {
        if function == FunctionId::FREE_HANDLE || !self.connection.cancel.is_any_suspended() {
            return Ok(());
        }
        let waits = |statement: &Statement| states::check(function, statement.state(), true).is_err();
        let waits = match self.place {
            DescriptorPlace::ImplementationRow(id) | DescriptorPlace::ImplementationParameter(id) => {
                self.state.statements.get(id).is_some_and(waits)
            }
            DescriptorPlace::Application(id) => {
                self.state.statements.iter().any(|statement| statement.uses_descriptor(id) && waits(statement))
            }
        };
        match waits {
            true => Err(Diagnostic::new(
                HY010_FUNCTION_SEQUENCE_ERROR,
                format!("{}: the statement of this descriptor is in the middle of its execution", function.name()),
            )),
            false => Ok(()),
        }
    }

    /// Diagnostics of the functions called with this handle.
    pub fn diagnostics(&mut self) -> Result<&mut Diagnostics> {
        Ok(match self.place {
            DescriptorPlace::Application(id) => &mut self.state.descriptors.get_mut(id).ok_or_else(gone)?.diagnostics,
            DescriptorPlace::ImplementationRow(id) | DescriptorPlace::ImplementationParameter(id) => {
                &mut self.state.statement(id)?.implementation_diagnostics
            }
        })
    }

    /// SQLGetDescField. `None` (SQL_NO_DATA) for a record that there is not.
    ///
    /// HY091 for a field that is none, 07009 for a record number that is none, HY007 for the IRD of a statement that has
    /// been neither prepared nor executed.
    pub fn field(&mut self, record: i16, id: i16) -> Result<Option<(&'static Field, FieldValue)>> {
        let field = known_field(id)?;
        let number = if field.is_header { 0 } else { self.record_number(record)? };
        let value = match self.place {
            DescriptorPlace::Application(descriptor) => {
                self.state.descriptors.get(descriptor).ok_or_else(gone)?.descriptor.field(number, id)
            }
            DescriptorPlace::ImplementationParameter(statement) => {
                if !field.is_header || id == SQL_DESC_COUNT {
                    self.statement().populate_parameters()?;
                }
                self.state.statement(statement)?.ipd.field(number, id)
            }
            DescriptorPlace::ImplementationRow(_) => self.statement().row_descriptor_field(number, id)?,
        };
        Ok(value.map(|value| (field, value)))
    }

    /// The field that SQLSetDescField is to set, if it may: how its value travels is known from it.
    ///
    /// HY016 for the driver's fields of an IRD, HY091 for a field that is none or cannot be set here.
    pub fn field_to_set(&self, id: i16) -> Result<&'static Field> {
        let field = known_field(id)?;
        let role = self.role();
        match field.access(role) {
            Access::ReadWrite => Ok(field),
            _ if role == Role::ImplementationRow => Err(cannot_modify_ird()),
            // Setting it asks for the consistency check (SQLSetDescField, "Consistency checks").
            _ if id == SQL_DESC_DATA_PTR => Ok(field),
            access => Err(Diagnostic::new(
                HY091_INVALID_DESCRIPTOR_FIELD,
                match access {
                    Access::Read => format!("{} can be read, not set", field.name),
                    _ => format!("{} is no field of this kind of descriptor", field.name),
                },
            )),
        }
    }

    /// SQLSetDescField, for a field that may be set. 07009, HY021, HY092, HY105.
    pub fn set_field(&mut self, record: i16, field: &Field, value: &FieldValue) -> Result {
        let number = if field.is_header { 0 } else { self.record_number(record)? };
        match self.place {
            DescriptorPlace::Application(id) => {
                let object = self.state.descriptors.get_mut(id).ok_or_else(gone)?;
                object.descriptor.set_field(number, field.id, value)
            }
            DescriptorPlace::ImplementationParameter(id) => {
                self.state.statement(id)?.ipd.set_field(number, field.id, value)
            }
            DescriptorPlace::ImplementationRow(id) => self.state.statement(id)?.ird.set_field(field.id, value),
        }
    }

    /// SQLGetDescRec. `None` (SQL_NO_DATA) for a record that there is not; errors as for a field.
    pub fn record(&mut self, record: i16) -> Result<Option<DescriptorRecord>> {
        let Some((_, verbose_type)) = self.field(record, SQL_DESC_TYPE)? else { return Ok(None) };
        let verbose_type = verbose_type.number();
        let mut number = |id| -> Result<isize> { Ok(self.field(record, id)?.map_or(0, |(_, value)| value.number())) };
        let mut found = DescriptorRecord {
            name: String::new(),
            verbose_type: verbose_type as i16,
            code: number(SQL_DESC_DATETIME_INTERVAL_CODE)? as i16,
            octet_length: number(SQL_DESC_OCTET_LENGTH)?,
            precision: number(SQL_DESC_PRECISION)? as i16,
            scale: number(SQL_DESC_SCALE)? as i16,
            nullable: number(SQL_DESC_NULLABLE)? as i16,
        };
        if let Some((_, FieldValue::Text(name))) = self.field(record, SQL_DESC_NAME)? {
            found.name = name;
        }
        Ok(Some(found))
    }

    /// SQLSetDescRec: all at once, checked before anything is set. HY016, HY021, 07009.
    pub fn set_record(&mut self, record: i16, setting: &RecordSetting) -> Result {
        let number = self.record_number(record)?;
        let mut data_type = DataType::of_verbose(setting.verbose_type);
        if data_type.is_incomplete {
            data_type = data_type.with_code(setting.code)?;
        }
        match self.place {
            DescriptorPlace::Application(id) => {
                let descriptor = &mut self.state.descriptors.get_mut(id).ok_or_else(gone)?.descriptor;
                let mut set = descriptor.any_record(number).copied().unwrap_or_default();
                set.set_type(data_type);
                (set.precision, set.scale, set.octet_length) = (setting.precision, setting.scale, setting.octet_length);
                (set.data, set.length, set.indicator) = (setting.data, setting.length, setting.indicator);
                set.check()?;
                *descriptor.record_to_set(number) = set;
            }
            DescriptorPlace::ImplementationParameter(id) => {
                let descriptor = &mut self.state.statement(id)?.ipd;
                let mut copy = descriptor.clone();
                for (field, value) in [
                    (SQL_DESC_CONCISE_TYPE, data_type.concise.into()),
                    (SQL_DESC_PRECISION, setting.precision.into()),
                    (SQL_DESC_SCALE, setting.scale.into()),
                    (SQL_DESC_OCTET_LENGTH, setting.octet_length),
                    (SQL_DESC_DATA_PTR, 0),
                ] {
                    copy.set_field(number, field, &FieldValue::Number(value))?;
                }
                *descriptor = copy;
            }
            DescriptorPlace::ImplementationRow(_) => return Err(cannot_modify_ird()),
        }
        Ok(())
    }

    /// The source of SQLCopyDesc. For an IRD HY007 if its statement has been neither prepared nor executed, 24000 if it has no
    /// result set.
    pub fn copy(&mut self) -> Result<CopiedDescriptor> {
        Ok(match self.place {
            DescriptorPlace::Application(id) => {
                let object = self.state.descriptors.get(id).ok_or_else(gone)?;
                CopiedDescriptor::Application(Box::new(object.descriptor.clone()))
            }
            DescriptorPlace::ImplementationParameter(id) => {
                CopiedDescriptor::ImplementationParameter(Box::new(self.state.statement(id)?.ipd.clone()))
            }
            DescriptorPlace::ImplementationRow(_) => {
                let count = self.field(0, SQL_DESC_COUNT)?.map_or(0, |(_, value)| value.number() as i16);
                if count == 0 {
                    let text = "the statement of the source has no result set: there is no column to copy";
                    return Err(Diagnostic::new(S24000_INVALID_CURSOR_STATE, text));
                }
                let mut records = Vec::new();
                for record in 1..=count {
                    let mut fields = Vec::new();
                    for &id in COMMON_FIELDS {
                        fields.extend(self.field(record, id)?.map(|(_, value)| (id, value)));
                    }
                    records.push(fields);
                }
                CopiedDescriptor::ImplementationRow(records)
            }
        })
    }

    /// The target of SQLCopyDesc: everything is taken over but the kind of allocation. HY016 for an IRD.
    pub fn paste(&mut self, copied: &CopiedDescriptor) -> Result {
        match (self.place, copied) {
            (DescriptorPlace::ImplementationRow(_), _) => return Err(cannot_modify_ird()),
            (DescriptorPlace::Application(id), CopiedDescriptor::Application(source)) => {
                self.state.descriptors.get_mut(id).ok_or_else(gone)?.descriptor.copy_from(source);
            }
            (DescriptorPlace::ImplementationParameter(id), CopiedDescriptor::ImplementationParameter(source)) => {
                self.state.statement(id)?.ipd = (**source).clone();
            }
            (_, CopiedDescriptor::ImplementationRow(records)) => {
                self.paste_records(records.iter().map(Vec::as_slice))?
            }
            (_, CopiedDescriptor::Application(source)) => {
                let records = common_records(source.count(), |number, id| source.field(number, id));
                self.paste_records(records.iter().map(Vec::as_slice))?;
            }
            (_, CopiedDescriptor::ImplementationParameter(source)) => {
                let records = common_records(source.count(), |number, id| source.field(number, id));
                self.paste_records(records.iter().map(Vec::as_slice))?;
            }
        }
        Ok(())
    }

    /// Sets the fields of descriptors of another role that this one has as well.
    fn paste_records<'r>(&mut self, records: impl ExactSizeIterator<Item = &'r [(i16, FieldValue)]>) -> Result {
        let count = known_field(SQL_DESC_COUNT)?;
        self.set_field(0, count, &FieldValue::Number(records.len() as isize))?;
        for (record, fields) in (1..=i16::MAX).zip(records) {
            for (id, value) in fields {
                let field = known_field(*id)?;
                if field.access(self.role()) == Access::ReadWrite {
                    self.set_field(record, field, value)?;
                }
            }
        }
        Ok(())
    }

    /// 07009 for a negative number, and for record 0 of an IPD: parameters have no bookmark.
    fn record_number(&self, record: i16) -> Result<u16> {
        match u16::try_from(record) {
            Ok(0) if self.role() == Role::ImplementationParameter => {
                Err(Diagnostic::new(S07009_INVALID_DESCRIPTOR_INDEX, "parameters are numbered from 1"))
            }
            Ok(number) => Ok(number),
            Err(_) => {
                Err(Diagnostic::new(S07009_INVALID_DESCRIPTOR_INDEX, format!("the record number {record} is negative")))
            }
        }
    }

    /// The statement of an IRD or IPD.
    fn statement(&mut self) -> StatementCall<'_> {
        let id = match self.place {
            DescriptorPlace::Application(id)
            | DescriptorPlace::ImplementationRow(id)
            | DescriptorPlace::ImplementationParameter(id) => id,
        };
        StatementCall { connection: self.connection, state: self.state, id }
    }
}

/// The common fields of records 1 to `count`.
fn common_records(count: usize, field: impl Fn(u16, i16) -> Option<FieldValue>) -> Vec<Vec<(i16, FieldValue)>> {
    let record = |number| COMMON_FIELDS.iter().filter_map(|id| Some((*id, field(number, *id)?))).collect();
    (1..=u16::MAX).take(count).map(record).collect()
}

/// HY091 for a number that is no field's.
fn known_field(id: i16) -> Result<&'static Field> {
    Field::find(id)
        .ok_or_else(|| Diagnostic::new(HY091_INVALID_DESCRIPTOR_FIELD, format!("{id} is no descriptor field of ODBC")))
}
