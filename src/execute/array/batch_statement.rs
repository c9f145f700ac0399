//! A batch as one statement: one over arrays, or for an INSERT a COPY (`insert.rs`, `change.rs`).
//!
//! Whether that has the outcome of the statement set by set is asked once for a prepared statement. A failing set makes the
//! whole batch fail; the pipeline then finds out which it was.

use bytes::{BufMut, BytesMut};
use postgres_protocol::message::frontend;

use super::change::has_repeated_keys;
use super::element::{patch_length, write_element};
use super::{Batch, ParameterSets};
use crate::config::BatchMechanism;
use crate::convert::{Class, Encoder, Scratch, server_type};
use crate::diag::Result;
use crate::execute::execution::Execution;
use crate::execute::flight::{close_unused, unwritable, write_parse};
use crate::execute::own_query::OwnQuery;
use crate::execute::prepared::Prepared;
use crate::sql::StatementKind;
use crate::wire::{Backend, DataRow, ServerFamily};

/// What a prepared statement is as one statement for many sets.
#[derive(Debug)]
pub(in crate::execute) struct BatchStatement {
    form: Form,
    elements: Vec<Element>,
    /// Its name at the server, once it has been parsed there.
    pub(in crate::execute) name: String,
    parsed: bool,
}

/// How one statement says what many sets say.
#[derive(Debug)]
pub(super) struct Form {
    pub text: String,
    pub values: FormValues,
}

/// How its values travel.
#[derive(Debug)]
pub(super) enum FormValues {
    /// An array for each parameter. No two sets may have the same values for these parameters (from 0).
    Arrays { different: Vec<usize> },
    /// The rows of a COPY. Of each column its parameter (from 0).
    Rows { columns: Vec<usize> },
}

/// Types whose arrays are sent in binary: their OID, their array's OID, and the name that a cast has. What is not here
/// travels by pipeline. For the character types the binary form of an element is its text.
const ARRAYS: &[(u32, u32, &str)] = &[
    (16, 1000, "bool"),
    (17, 1001, "bytea"),
    (20, 1016, "int8"),
    (21, 1005, "int2"),
    (23, 1007, "int4"),
    (25, 1009, "text"),
    (700, 1021, "float4"),
    (701, 1022, "float8"),
    (1042, 1014, "bpchar"),
    (1043, 1015, "varchar"),
    (1082, 1182, "date"),
    (1083, 1183, "time"),
    (1114, 1115, "timestamp"),
    (1184, 1185, "timestamptz"),
    (1186, 1187, "interval"),
    (2950, 2951, "uuid"),
];

/// The OID of text.
const TEXT: u32 = 25;

/// Types whose values in text format travel as an array of texts, each cast by the type's own input function as a single
/// parameter would be: no cast of the catalog leads from text to them.
const CAST_FROM_TEXT: &[u32] =
    &[16, 20, 21, 23, 114, 650, 700, 701, 790, 829, 869, 1082, 1083, 1114, 1184, 1186, 1266, 1700, 2950, 3802];

/// How one parameter's values travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element {
    /// The type of the array's elements, the array's type, and the name of the former.
    pub(super) oid: u32,
    array: u32,
    pub(super) name: &'static str,
    /// What each element is cast to.
    cast: Option<&'static str>,
}

impl Element {
    /// The cast behind an element.
    pub(super) fn cast(&self) -> String {
        self.cast.map(|name| format!("::pg_catalog.{name}")).unwrap_or_default()
    }
}

/// Fewer sets than this are not worth a statement of their own.
const WORTHWHILE: usize = 8;

impl Execution<'_> {
    /// Sends a batch as one statement; `None` where that cannot be done with the same outcome.
    pub(super) fn send_as_one(
        &mut self,
        prepared: &mut Prepared,
        sets: &ParameterSets<'_>,
        batch: &[usize],
    ) -> Result<Option<Batch>> {
        let worthwhile = match self.batch {
            BatchMechanism::Auto => batch.len() >= WORTHWHILE,
            BatchMechanism::Unnest | BatchMechanism::Copy => true,
            BatchMechanism::Pipeline => false,
        };
        // Long values would be copied into the arrays.
        if !worthwhile || sets.has_long_data() || self.session.profile().family != ServerFamily::PostgreSql {
            return Ok(None);
        }
        // Nothing may run on the session any more: only then is its word on the transaction the last one.
        self.session.park_running(self.deadline)?;
        if !self.transaction.will_undo(self.session, self.autocommit) {
            return Ok(None);
        }
        let Some(elements) = elements(prepared, sets) else { return Ok(None) };
        if !self.find_batch_statement(prepared, &elements)? {
            return Ok(None);
        }
        let values = prepared.batch_statement().map(|known| &known.form.values);
        if let Some(FormValues::Arrays { different }) = values
            && has_repeated_keys(different, sets, batch)
        {
            return Ok(None);
        }
        let exchange = self.session.begin(self.deadline)?;
        let mut steps = Vec::new();
        let opened = self.transaction.write_opening(self.session, prepared, self.autocommit, &mut steps);
        let written = opened.and_then(|()| {
            let out = self.session.frontend();
            close_unused(self.names, out)?;
            let Some(known) = prepared.batch_statement() else { return Ok(false) };
            match &known.form.values {
                FormValues::Arrays { .. } => known.write_arrays(sets, batch, out),
                FormValues::Rows { columns } => {
                    known.write_copy(out)?;
                    self.copy_rows(columns, sets, batch).map(|()| true)
                }
            }
        });
        if !self.unless_unwritten(prepared, written)? {
            // A value cannot be encoded, or was cut: the pipeline says which set it is in.
            self.session.forget_unsent();
            return Ok(Some(Batch::Unclear));
        }
        self.session.send(self.deadline)?;
        let mut affected = 0;
        let mut failed = false;
        while let Some(message) = self.session.next(exchange, self.deadline)? {
            match message {
                Backend::CommandComplete(tag) => affected = tag.row_count().unwrap_or(0),
                Backend::ErrorResponse(_) => failed = true,
                _ => {}
            }
        }
        if failed {
            prepared.forget_batch_statement(self.names);
            return Ok(Some(Batch::Unclear));
        }
        if let Some(known) = prepared.batch_statement() {
            known.parsed = !known.name.is_empty();
        }
        self.transaction.succeeded(prepared);
        Ok(Some(Batch::Done(affected)))
    }

    /// Whether there is a statement for many sets, found out at the first batch.
    fn find_batch_statement(&mut self, prepared: &mut Prepared, elements: &[Element]) -> Result<bool> {
        if prepared.batch_statement().is_some_and(|known| known.elements != elements) {
            // Its parameters have been bound anew.
            prepared.forget_batch_statement(self.names);
        }
        if let Some(known) = prepared.batch_statement_known() {
            return Ok(known);
        }
        // A large object is made by the text that the pipeline sends.
        let first = prepared.first().filter(|_| !prepared.makes_objects());
        let form = match first.map(|first| (first.kind, first.text.as_str())) {
            Some((StatementKind::Insert, text)) => self.insert_form(text, elements)?,
            Some((StatementKind::Update | StatementKind::Delete, text)) => self.change_form(text, elements)?,
            _ => None,
        };
        let is_found = form.is_some();
        prepared.set_batch_statement(form.map(|form| BatchStatement {
            form,
            elements: elements.to_vec(),
            name: self.names.next(),
            parsed: false,
        }));
        Ok(is_found)
    }

    /// Asks the server about a table.
    pub(super) fn ask_catalog(&mut self, text: &str, parameters: &[String], take: impl FnMut(DataRow<'_>)) -> Result {
        let (session, transaction, names) = (&mut *self.session, &mut *self.transaction, &mut *self.names);
        OwnQuery { session, transaction, names, kept: None, deadline: self.deadline }.rows(text, parameters, take)
    }
}

/// How the values of each parameter travel: as what it is declared, or for an untyped one what the server has inferred.
/// `None` if one has no array that can be sent.
fn elements(prepared: &Prepared, sets: &ParameterSets<'_>) -> Option<Vec<Element>> {
    let described = &prepared.description()?.parameters;
    let of_parameter = |(index, encoder): (usize, &Encoder)| {
        let declared = sets.types()[index];
        let oid = if declared != 0 { declared } else { *described.get(index)? };
        let known = |oid: u32| ARRAYS.iter().find(|(known, ..)| *known == oid);
        if encoder.format() == 1 || server_type(oid).class == Class::Text && known(oid).is_some() {
            return known(oid).map(|&(oid, array, name)| Element { oid, array, name, cast: None });
        }
        let &(text, array, name) = known(TEXT)?;
        let cast = Some(server_type(oid).name);
        CAST_FROM_TEXT.contains(&oid).then_some(Element { oid: text, array, name, cast })
    };
    sets.encoders().enumerate().map(of_parameter).collect()
}

impl BatchStatement {
    /// Parse, unless the server has it, Bind with an array for each parameter, Execute and Sync. `false` if a value cannot be
    /// encoded as it is.
    fn write_arrays(&self, sets: &ParameterSets<'_>, batch: &[usize], out: &mut BytesMut) -> Result<bool> {
        self.write_parse(self.elements.iter().map(|element| element.array), out)?;
        if !write_bind(&self.name, sets, batch, &self.elements, out)? {
            return Ok(false);
        }
        frontend::execute("", 0, out).map_err(unwritable)?;
        frontend::sync(out);
        Ok(true)
    }

    pub(super) fn write_parse(&self, types: impl IntoIterator<Item = u32>, out: &mut BytesMut) -> Result {
        if self.parsed { Ok(()) } else { write_parse(&self.name, &self.form.text, types, out) }
    }
}

/// Bind with an array for each parameter (PostgreSQL documentation, "Message Formats"; `array_recv`: dimensions, whether
/// there are NULLs, the element type, length and lower bound, then the elements). `false` if a value cannot be encoded as
/// it is.
fn write_bind(
    statement: &str,
    sets: &ParameterSets<'_>,
    batch: &[usize],
    elements: &[Element],
    out: &mut BytesMut,
) -> Result<bool> {
    let mut scratch = Scratch::default();
    out.put_u8(b'B');
    let message_at = out.len();
    out.put_u32(0);
    out.put_u8(0);
    out.put_slice(statement.as_bytes());
    out.put_u8(0);
    out.put_u16(1);
    out.put_i16(1);
    out.put_u16(elements.len() as u16);
    for (index, element) in elements.iter().enumerate() {
        let array_at = out.len();
        out.put_u32(0);
        out.put_i32(1);
        out.put_i32(1);
        out.put_u32(element.oid);
        out.put_i32(batch.len() as i32);
        out.put_i32(1);
        for &set in batch {
            match write_element(sets, index, set, out, &mut scratch) {
                Ok(None) => {}
                Ok(Some(_)) | Err(_) => return Ok(false),
            }
        }
        if patch_length(out, array_at, 4).is_err() {
            return Ok(false);
        }
    }
    out.put_u16(0);
    Ok(patch_length(out, message_at, 0).is_ok())
}
