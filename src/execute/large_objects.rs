//! Large objects, by the server's functions: what a cursor reads of one, and parameters that make one of bytes.
//!
//! A parameter for a column of large objects is sent as bytea, and the statement makes an object of it
//! (`sql::with_objects`): in one transaction with the rest of the statement, so that a failing one leaves none behind.
//! Which parameters these are only the server knows: it refuses bytea for them, and is asked then.
//!
//! Sources: PostgreSQL documentation, "Large Objects", "Server-Side Functions"; contrib module lo, whose domain says that
//! an OID is that of an object.

use bytes::BytesMut;

use super::execution::Execution;
use super::flight::{share, write_parse};
use super::own_query::{OwnQueries, OwnQuery};
use super::prepared::Prepared;
use super::query::unwritable;
use super::statement_names::StatementNames;
use super::transaction::TransactionControl;
use crate::convert::Format;
use crate::cursor::ObjectReader;
use crate::diag::{Diagnostic, Result, sqlstate};
use crate::transport::Deadline;
use crate::wire::{Backend, Session};
use postgres_protocol::message::frontend;

/// Reads an object through queries of the driver's own.
#[derive(Debug)]
pub struct ObjectQueries<'a> {
    pub transaction: &'a mut TransactionControl,
    pub names: &'a mut StatementNames,
    pub kept: &'a mut OwnQueries,
    pub deadline: Deadline,
}

/// An object's size and a part of it. The descriptor lives no longer than the query, which needs no transaction therefore.
/// 262144 is INV_READ, 2 is SEEK_END.
const READ: &str =
    "SELECT pg_catalog.lo_lseek64(o.fd, 0, 2), pg_catalog.lo_get($1::pg_catalog.oid, $2::pg_catalog.int8, \
                    $3::pg_catalog.int4), pg_catalog.lo_close(o.fd)
  FROM (SELECT pg_catalog.lo_open($1::pg_catalog.oid, 262144) OFFSET 0) o (fd)";

impl ObjectReader for ObjectQueries<'_> {
    fn read(
        &mut self,
        session: &mut Session,
        oid: u32,
        offset: u64,
        length: usize,
        bytes: &mut Vec<u8>,
    ) -> Result<u64> {
        let ObjectQueries { transaction, names, kept, deadline } = self;
        let mut query = OwnQuery { session, transaction, names, kept: Some(kept), deadline: *deadline };
        let mut size = None;
        let parameters = [oid.to_string(), offset.to_string(), length.to_string()];
        query.rows_in(Format::Binary, READ, &parameters, |row| {
            let total = row.get(0).flatten().and_then(|size| <[u8; 8]>::try_from(size).ok());
            size = total.and_then(|size| u64::try_from(i64::from_be_bytes(size)).ok());
            bytes.extend_from_slice(row.get(1).flatten().unwrap_or_default());
        })?;
        size.ok_or_else(|| {
            Diagnostic::new(
                sqlstate::HY000_GENERAL_ERROR,
                format!("the server did not say how long the large object {oid} is"),
            )
        })
    }
}

/// Which of these types are domains over oid that say so.
const OBJECT_TYPES: &str = "SELECT t.oid FROM pg_catalog.pg_type t WHERE t.oid = ANY ($1::pg_catalog.oid[]) \
                            AND t.typtype = 'd' AND t.typbasetype = 26 AND t.typname = 'lo'";
const OID: u32 = 26;
const BYTEA: u32 = 17;

impl Execution<'_> {
    /// Asks which parameters that are bound as bytes are for large objects. Whether that is other than was known.
    pub(super) fn find_objects(&mut self, prepared: &mut Prepared) -> Result<bool> {
        self.transaction.recover(self.session, self.deadline)?;
        let oid_is_object = self.types.settings.oid_as_long;
        let mut is_new = false;
        for index in 0..prepared.statements().len() {
            let first = prepared.first_parameter(index);
            let inference = prepared.inference.clone();
            let Some(statement) = prepared.statements().get_mut(index) else { continue };
            let count = statement.statement.parameter_count;
            let declared =
                inference.types(self.parameters.declared_types(&share(statement, first), self.convert, &inference));
            if !declared.contains(&BYTEA) {
                continue;
            }
            let untyped = declared.iter().map(|&oid| if oid == BYTEA { 0 } else { oid });
            let described = self.parameter_types(&statement.statement.text, untyped)?;
            let asked: Vec<String> = described.iter().map(u32::to_string).collect();
            let mut objects: Vec<u32> = if oid_is_object { vec![OID] } else { Vec::new() };
            let (session, transaction, names) = (&mut *self.session, &mut *self.transaction, &mut *self.names);
            let mut query = OwnQuery { session, transaction, names, kept: None, deadline: self.deadline };
            query.rows(OBJECT_TYPES, &[format!("{{{}}}", asked.join(","))], |row| {
                let oid = row.get(0).flatten().and_then(|text| str::from_utf8(text).ok()?.parse::<u32>().ok());
                objects.extend(oid);
            })?;
            let found: Vec<u16> = (1..=count)
                .zip(declared.iter().zip(&described))
                .filter(|(_, (declared, described))| **declared == BYTEA && objects.contains(described))
                .map(|(number, _)| number)
                .collect();
            is_new |= found != statement.objects;
            statement.objects = found;
        }
        Ok(is_new)
    }

    /// The types that the server gives a statement's parameters.
    fn parameter_types(&mut self, text: &str, declared: impl IntoIterator<Item = u32>) -> Result<Vec<u32>> {
        let mut message = BytesMut::new();
        write_parse("", text, declared, &mut message)?;
        frontend::describe(b'S', "", &mut message).map_err(unwritable)?;
        frontend::sync(&mut message);
        let exchange = self.transaction.send_own(self.session, &message, self.deadline)?;
        let mut outcome = Ok(Vec::new());
        while let Some(message) = self.session.next(exchange, self.deadline)? {
            match message {
                Backend::ParameterDescription(parameters) => outcome = Ok(parameters.oids().collect()),
                Backend::ErrorResponse(error) => outcome = Err(error),
                _ => {}
            }
        }
        outcome
    }
}
