//! The rows of a cursor that keeps them: read from the server as far as somebody has asked for them.

use std::collections::BTreeSet;

use super::fetch::cut_off;
use super::keyset::KeysetRows;
use super::row_store::RowStore;
use super::scroll::Position;
use crate::diag::{Diagnostic, Result};
use crate::transport::Deadline;
use crate::wire::{Backend, ExchangeId, Session};

#[derive(Debug)]
pub(super) struct KeptRows {
    pub store: RowStore,
    /// All rows of the result are in the store.
    pub is_complete: bool,
    /// A row has been read from the exchange and not been stored.
    waiting: bool,
    pub position: Position,
    /// Numbers (from 1) of the rows that have been deleted: through the cursor, or, where rows are read again, by anybody.
    pub deleted: BTreeSet<u64>,
    /// What has been found out of rows that were read again; `None`: the rows are those of the snapshot.
    pub keyset: Option<KeysetRows>,
}

/// How reading has ended.
#[derive(Debug)]
pub(super) enum Filled {
    /// There are as many as were wanted; more may come.
    Enough,
    /// The server has sent them all, and so many of them.
    Ended(Option<u64>),
    Failed(Box<Diagnostic>),
}

impl KeptRows {
    /// Rows that are all there.
    pub fn complete(store: RowStore) -> KeptRows {
        KeptRows { is_complete: true, ..KeptRows::from_server(store, false) }
    }

    /// Rows that are to be read; `waiting`: the first one has been.
    pub fn from_server(store: RowStore, waiting: bool) -> KeptRows {
        KeptRows {
            store,
            is_complete: false,
            waiting,
            position: Position::BeforeStart,
            deleted: BTreeSet::new(),
            keyset: None,
        }
    }

    /// Whether there are so many rows in the store, or all that there will be.
    pub fn has(&self, rows: u64) -> bool {
        self.is_complete || self.store.count() >= rows
    }

    /// Reads until there are `wanted` rows.
    pub fn read(
        &mut self,
        session: &mut Session,
        exchange: ExchangeId,
        wanted: u64,
        deadline: Deadline,
    ) -> Result<Filled> {
        if std::mem::take(&mut self.waiting)
            && let Some(row) = session.current_row(exchange)
        {
            self.store.push(row)?;
        }
        while !self.has(wanted) {
            match session.next(exchange, deadline)? {
                Some(Backend::DataRow(row)) => self.store.push(row)?,
                Some(Backend::CommandComplete(tag)) => return Ok(Filled::Ended(tag.row_count())),
                Some(Backend::ErrorResponse(error)) => return Ok(Filled::Failed(error)),
                Some(_) => {}
                None => return Err(cut_off()),
            }
        }
        Ok(Filled::Enough)
    }
}
