//! One execution as one flight of messages: what the transaction needs in front (`transaction.rs`), then for each
//! statement Parse and Describe where the server needs or we need them, Bind and Execute, and one Sync behind it all.
//!
//! Source: PostgreSQL documentation, "Extended Query". One Sync makes a statement list one implicit transaction, as
//! with a simple query. Execute has no row limit: one would keep the server from using parallel workers.

use std::error::Error;

use bytes::BytesMut;
use postgres_protocol::IsNull;
use postgres_protocol::message::frontend;

use super::parameters::{Parameter, Parameters, Share};
use super::prepared::{Prepared, PreparedStatement};
use super::statement_names::StatementNames;
use crate::config::ResultFormat;
use crate::convert::{ConvertOptions, Format, Scratch};
use crate::cursor::Step;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Diagnostics, Result};
use crate::sql::{ALL_FLOAT_DIGITS, with_objects};

/// What a flight is written from, beside its statements.
pub(super) struct Flight<'a> {
    pub parameters: Parameters<'a>,
    pub convert: &'a ConvertOptions,
    pub format: ResultFormat,
}

/// A value that is not copied into the flight: it is sent from where it is.
#[derive(Debug)]
pub(super) struct Insertion<'a> {
    /// Bytes of the flight that go before it.
    pub at: usize,
    pub value: &'a [u8],
}

/// PostgreSQL takes no message of more than 1 GiB less a byte (MaxAllocSize, PQ_LARGE_MESSAGE_LIMIT); it would close
/// the connection.
pub(super) const LONGEST_MESSAGE: usize = 0x3fff_fffe;

/// Writes all messages of an execution, but for the values that it gives back. What is lost in a parameter's conversion
/// is told to `diagnostics`.
pub(super) fn write_flight<'a>(
    flight: &Flight<'a>,
    prepared: &mut Prepared,
    names: &mut StatementNames,
    diagnostics: &mut Diagnostics,
    out: &mut BytesMut,
    steps: &mut Vec<Step>,
) -> Result<Vec<Insertion<'a>>> {
    close_unused(names, out)?;
    let mut insertions = Vec::new();
    let inference = prepared.inference.clone();
    let mut first_parameter = 1;
    for (index, statement) in prepared.statements().iter_mut().enumerate() {
        let share = share(statement, first_parameter);
        let values = flight.parameters.encode(&share, flight.convert, &inference)?;
        first_parameter = first_parameter.saturating_add(share.count);
        let has_outputs = !statement.plan.outputs.is_empty();
        let types = inference.types(values.iter().map(Parameter::oid));
        parse(statement, types, out)?;
        let columns = match flight.format {
            ResultFormat::Text => statement.description.as_ref().and_then(|described| described.columns.clone()),
            _ => statement.binary_columns.clone(),
        };
        if statement.description.is_none() {
            frontend::describe(b'S', &statement.name, out).map_err(unwritable)?;
        }
        let formats: Vec<i16> = columns
            .iter()
            .flat_map(|columns| columns.iter())
            .map(|column| i16::from(column.kind.format == Format::Binary))
            .collect();
        bind(&statement.name, &values, &formats, diagnostics, out, &mut insertions)?;
        frontend::execute("", 0, out).map_err(unwritable)?;
        steps.push(Step::Statement { index, columns, has_outputs });
        if statement.statement.rounds_floats {
            // Right behind it, so that no rollback brings it back without this.
            write_internal(ALL_FLOAT_DIGITS, out)?;
            steps.push(Step::Internal);
            diagnostics.push(*Diagnostic::new(
                S01000_GENERAL_WARNING,
                "extra_float_digits is 1 again: the driver reads and delivers floats with all their digits",
            ));
        }
    }
    // The server would take a Sync for part of the data: `Session::hold_sync`.
    match prepared.copies_in() {
        true => frontend::flush(out),
        false => frontend::sync(out),
    }
    Ok(insertions)
}

/// Writes the question for a statement's parameters and columns.
pub(super) fn write_description(
    prepared: &mut Prepared,
    index: usize,
    names: &mut StatementNames,
    parameters: &Parameters<'_>,
    convert: &ConvertOptions,
    out: &mut BytesMut,
) -> Result {
    close_unused(names, out)?;
    let inference = prepared.inference.clone();
    let first_parameter = prepared.first_parameter(index);
    if let Some(statement) = prepared.statements().get_mut(index) {
        let share = share(statement, first_parameter);
        let types = inference.types(parameters.declared_types(&share, convert, &inference));
        parse(statement, types, out)?;
        frontend::describe(b'S', &statement.name, out).map_err(unwritable)?;
    }
    frontend::sync(out);
    Ok(())
}

/// A statement's parameters, of which `first` is the first one's number in the list.
pub(super) fn share(statement: &PreparedStatement, first: u16) -> Share<'_> {
    Share { first, count: statement.statement.parameter_count, plan: &statement.plan }
}

/// A statement of the driver's own, in the flight of the application's.
pub(super) fn write_internal(text: &str, out: &mut BytesMut) -> Result {
    frontend::parse("", text, std::iter::empty(), out).map_err(unwritable)?;
    write_bare_bind("", out)?;
    frontend::execute("", 0, out).map_err(unwritable)
}

/// Bind for a statement that has no parameters and no result to be read.
pub(super) fn write_bare_bind(statement: &str, out: &mut BytesMut) -> Result {
    bind(statement, &[], &[], &mut Diagnostics::default(), out, &mut Vec::new())
}

/// Parse, unless the server has the statement with these parameter types.
pub(super) fn parse(statement: &mut PreparedStatement, types: Vec<u32>, out: &mut BytesMut) -> Result {
    let named = !statement.name.is_empty();
    if named && statement.is_parsed_with(&types) {
        return Ok(());
    }
    if named && statement.parsed_with.is_some() {
        frontend::close(b'S', &statement.name, out).map_err(unwritable)?;
    }
    let is_bytes = |number: &u16| types.get(usize::from(*number) - 1) == Some(&BYTEA_OID);
    let objects: Vec<u16> = statement.objects.iter().copied().filter(is_bytes).collect();
    let text = with_objects(&statement.statement.text, &objects, &statement.options);
    write_parse(&statement.name, &text, types.iter().copied(), out)?;
    statement.parsed_with = Some(types);
    statement.confirmed = false;
    statement.description = None;
    statement.binary_columns = None;
    Ok(())
}

/// The OID of bytea.
const BYTEA_OID: u32 = 17;

/// One Parse message.
pub(super) fn write_parse(name: &str, text: &str, types: impl IntoIterator<Item = u32>, out: &mut BytesMut) -> Result {
    frontend::parse(name, text, types, out).map_err(unwritable)
}

fn bind<'a>(
    statement: &str,
    values: &[Parameter<'a>],
    result_formats: &[i16],
    diagnostics: &mut Diagnostics,
    out: &mut BytesMut,
    insertions: &mut Vec<Insertion<'a>>,
) -> Result {
    let mut scratch = Scratch::default();
    let (start, first_insertion) = (out.len(), insertions.len());
    let written = frontend::bind(
        "",
        statement,
        values.iter().map(Parameter::format),
        values,
        |value, out| {
            // As it is: `?` would box the box, and it could not be taken out again below.
            let warning =
                value.write(out, &mut scratch).map_err(|diagnostic| diagnostic as Box<dyn Error + Sync + Send>)?;
            if let Some(warning) = warning {
                diagnostics.push(*warning);
            }
            if let Some(ready) = value.ready() {
                insertions.push(Insertion { at: out.len(), value: ready });
            }
            Ok(if value.is_null() { IsNull::Yes } else { IsNull::No })
        },
        result_formats.iter().copied(),
        out,
    );
    written.map_err(|error| match error {
        frontend::BindError::Conversion(error) => match error.downcast::<Diagnostic>() {
            Ok(diagnostic) => diagnostic,
            Err(other) => Diagnostic::new(HY000_GENERAL_ERROR, format!("a parameter could not be encoded: {other}")),
        },
        frontend::BindError::Serialization(error) => unwritable(error),
    })?;
    let added = &insertions[first_insertion..];
    let length = out.len() - start + added.iter().map(|insertion| insertion.value.len()).sum::<usize>();
    if length > LONGEST_MESSAGE {
        return Err(Diagnostic::new(
            HY000_GENERAL_ERROR,
            format!("the parameters take {length} bytes together; the server takes less than 1 GiB in one statement"),
        ));
    }
    for Insertion { at, value } in added {
        // The length in front of the value, written for an empty one.
        out[at - 4..*at].copy_from_slice(&(value.len() as u32).to_be_bytes());
    }
    // The message's own length: all but its type.
    out[start + 1..start + 5].copy_from_slice(&((length - 1) as u32).to_be_bytes());
    Ok(())
}

/// Close for the named statements that nobody uses any more, in front of the flight that goes out anyway.
pub(super) fn close_unused(names: &mut StatementNames, out: &mut BytesMut) -> Result {
    for name in names.unused.drain(..) {
        frontend::close(b'S', &name, out).map_err(unwritable)?;
    }
    Ok(())
}

/// What a message cannot carry: a text with a NUL inside, or more than 2 GiB.
pub(super) fn unwritable(error: std::io::Error) -> Box<Diagnostic> {
    Diagnostic::new(HY000_GENERAL_ERROR, format!("the statement cannot be sent: {error}"))
}
