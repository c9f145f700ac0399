//! One execution as one flight of messages: BEGIN where a transaction has to be opened, then for each statement Parse
//! and Describe where the server needs or we need them, Bind and Execute, and one Sync behind it all.
//!
//! Source: PostgreSQL documentation, "Extended Query". One Sync makes a statement list one implicit transaction, as
//! with a simple query. Execute has no row limit: one would keep the server from using parallel workers.

use std::error::Error;

use bytes::BytesMut;
use postgres_protocol::IsNull;
use postgres_protocol::message::frontend;

use super::parameters::{Parameter, Parameters};
use super::prepared::{Prepared, PreparedStatement, StatementNames};
use crate::convert::{ConvertOptions, Format, Scratch, TypeOptions};
use crate::cursor::{Results, Step};
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::transport::Deadline;
use crate::wire::{Session, TransactionStatus};

/// What an execution depends on beside its statement and parameters.
#[derive(Clone, Copy, Debug)]
pub struct ExecuteOptions<'a> {
    pub convert: &'a ConvertOptions,
    pub types: &'a TypeOptions,
    /// SQL_ATTR_AUTOCOMMIT: if off, the first statement opens a transaction.
    pub autocommit: bool,
    pub deadline: Deadline,
}

/// The OID that an untyped parameter is declared as where the server cannot infer one: text.
const TEXT_OID: u32 = 25;
/// indeterminate_datatype: "could not determine data type of parameter $1".
const INDETERMINATE_DATATYPE: &str = "42P18";
/// feature_not_supported: among others, "cached plan must not change result type".
const FEATURE_NOT_SUPPORTED: &str = "0A000";
/// invalid_sql_statement_name: "prepared statement .. does not exist".
const INVALID_SQL_STATEMENT_NAME: &str = "26000";

/// Executes a prepared list and reads to its first result.
///
/// There is a second try where the first has left no trace in a transaction and the server says what to do better: an
/// untyped parameter that it can infer no type for (`? IS NULL`) is declared as text; a statement that it holds from
/// before and cannot use any more (its tables have changed, or a pooler has lost it) is parsed again.
pub fn execute(
    session: &mut Session,
    names: &mut StatementNames,
    prepared: &mut Prepared,
    parameters: Parameters<'_>,
    options: &ExecuteOptions<'_>,
) -> Result<Results> {
    let mut began = false;
    let held = prepared.is_held_by_server();
    let error = match execute_once(session, names, prepared, parameters, options, 0, &mut began) {
        Err(error) if may_try_again(session, began) => error,
        outcome => return outcome,
    };
    let untyped = match server_code(&error) {
        INDETERMINATE_DATATYPE => TEXT_OID,
        FEATURE_NOT_SUPPORTED | INVALID_SQL_STATEMENT_NAME if held => 0,
        _ => return Err(error),
    };
    if session.transaction_status() == TransactionStatus::Failed {
        super::command(session, "ROLLBACK", options.deadline)?;
    }
    prepared.give_up_at_server(names);
    execute_once(session, names, prepared, parameters, options, untyped, &mut began)
}

/// Asks the server for parameters and columns of the first statement, without executing it. One round trip, and none
/// if it has been asked before.
pub fn describe(
    session: &mut Session,
    names: &mut StatementNames,
    prepared: &mut Prepared,
    parameters: Parameters<'_>,
    options: &ExecuteOptions<'_>,
) -> Result {
    if prepared.description().is_some() {
        return Ok(());
    }
    prepared.keep_at_server(names);
    let Some(first) = prepared.statements().first_mut() else { return Ok(()) };
    let types = parameters.declared_types(1, first.statement.parameter_count, options.convert);
    let exchange = session.begin(options.deadline)?;
    let write = |out: &mut BytesMut| {
        close_unused(names, out)?;
        parse(first, types, out)?;
        frontend::describe(b'S', &first.name, out).map_err(unwritable)
    };
    if let Err(error) = write(session.frontend()) {
        session.forget_unsent();
        prepared.forget_unconfirmed(names);
        return Err(error);
    }
    frontend::sync(session.frontend());
    session.send(options.deadline)?;
    let mut results = Results::of_exchange(exchange, [Step::Statement { index: 0, columns: None }]);
    let outcome = results.advance(session, options.types, options.deadline);
    keep_descriptions(prepared, &mut results);
    match outcome {
        Ok(_) => prepared.confirm(),
        Err(_) => prepared.forget_unconfirmed(names),
    }
    outcome.map(drop)
}

fn execute_once(
    session: &mut Session,
    names: &mut StatementNames,
    prepared: &mut Prepared,
    parameters: Parameters<'_>,
    options: &ExecuteOptions<'_>,
    untyped: u32,
    began: &mut bool,
) -> Result<Results> {
    // Whatever still ran has been read to its end now: only so is the server's word on the transaction the last one.
    let exchange = session.begin(options.deadline)?;
    *began = !options.autocommit
        && session.transaction_status() == TransactionStatus::Idle
        && prepared.first().is_some_and(|first| !first.kind.controls_transaction());
    let mut steps = Vec::with_capacity(prepared.statements().len() + 1);
    let out = session.frontend();
    if let Err(error) = write_flight(names, prepared, parameters, options, untyped, *began, out, &mut steps) {
        session.forget_unsent();
        prepared.forget_unconfirmed(names);
        return Err(error);
    }
    session.send(options.deadline)?;
    let mut results = Results::of_exchange(exchange, steps);
    let outcome = results.advance(session, options.types, options.deadline);
    keep_descriptions(prepared, &mut results);
    match outcome {
        Ok(_) => {
            prepared.confirm();
            Ok(results)
        }
        Err(error) => {
            prepared.forget_unconfirmed(names);
            if !session.is_dead() {
                let _ = results.close(Some(session), true, options.deadline);
            }
            Err(error)
        }
    }
}

/// Writes all messages of an execution.
fn write_flight(
    names: &mut StatementNames,
    prepared: &mut Prepared,
    parameters: Parameters<'_>,
    options: &ExecuteOptions<'_>,
    untyped: u32,
    begin: bool,
    out: &mut BytesMut,
    steps: &mut Vec<Step>,
) -> Result {
    close_unused(names, out)?;
    if begin {
        frontend::parse("", "BEGIN", std::iter::empty(), out).map_err(unwritable)?;
        bind("", &[], &[], out)?;
        frontend::execute("", 0, out).map_err(unwritable)?;
        steps.push(Step::Internal);
    }
    let mut first_parameter = 1;
    for (index, statement) in prepared.statements().iter_mut().enumerate() {
        let count = statement.statement.parameter_count;
        let values = parameters.encode(first_parameter, count, options.convert)?;
        first_parameter = first_parameter.saturating_add(count);
        let types = values.iter().map(|value| if value.oid() == 0 { untyped } else { value.oid() }).collect();
        parse(statement, types, out)?;
        let columns = statement.binary_columns.clone();
        if statement.description.is_none() {
            frontend::describe(b'S', &statement.name, out).map_err(unwritable)?;
        }
        let formats: Vec<i16> = columns
            .iter()
            .flat_map(|columns| columns.iter())
            .map(|column| i16::from(column.kind.format == Format::Binary))
            .collect();
        bind(&statement.name, &values, &formats, out)?;
        frontend::execute("", 0, out).map_err(unwritable)?;
        steps.push(Step::Statement { index, columns });
    }
    frontend::sync(out);
    Ok(())
}

/// Parse, unless the server has the statement with these parameter types.
fn parse(statement: &mut PreparedStatement, types: Vec<u32>, out: &mut BytesMut) -> Result {
    let named = !statement.name.is_empty();
    if named && statement.parsed_with.as_ref() == Some(&types) {
        return Ok(());
    }
    if named && statement.parsed_with.is_some() {
        frontend::close(b'S', &statement.name, out).map_err(unwritable)?;
    }
    frontend::parse(&statement.name, &statement.statement.text, types.iter().copied(), out).map_err(unwritable)?;
    statement.parsed_with = Some(types);
    statement.confirmed = false;
    statement.description = None;
    statement.binary_columns = None;
    Ok(())
}

fn bind(statement: &str, values: &[Parameter], result_formats: &[i16], out: &mut BytesMut) -> Result {
    let mut scratch = Scratch::default();
    let written = frontend::bind(
        "",
        statement,
        values.iter().map(Parameter::format),
        values,
        |value, out| {
            // As it is: `?` would box the box, and it could not be taken out again below.
            value.write(out, &mut scratch).map_err(|diagnostic| diagnostic as Box<dyn Error + Sync + Send>)?;
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
    })
}

/// Close for the named statements that nobody uses any more, in front of the flight that goes out anyway.
fn close_unused(names: &mut StatementNames, out: &mut BytesMut) -> Result {
    for name in names.unused.drain(..) {
        frontend::close(b'S', &name, out).map_err(unwritable)?;
    }
    Ok(())
}

fn keep_descriptions(prepared: &mut Prepared, results: &mut Results) {
    for (index, description) in results.take_described() {
        prepared.keep_description(index, description);
    }
}

/// The SQLSTATE that the server sent; empty for an error of the driver's own.
fn server_code(error: &Diagnostic) -> &str {
    error.server.as_ref().map_or("", |server| &server.sqlstate)
}

/// The failed try has left nothing behind: it was its own transaction, or the BEGIN went with it.
fn may_try_again(session: &Session, began: bool) -> bool {
    !session.is_dead()
        && match session.transaction_status() {
            TransactionStatus::Idle => true,
            TransactionStatus::Failed => began,
            TransactionStatus::InTransaction => false,
        }
}

/// What a message cannot carry: a text with a NUL inside, or more than 2 GiB.
fn unwritable(error: std::io::Error) -> Box<Diagnostic> {
    Diagnostic::new(HY000_GENERAL_ERROR, format!("the statement cannot be sent: {error}"))
}
