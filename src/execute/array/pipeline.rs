//! A batch of parameter sets as a pipeline: Bind and Execute for each, and one Sync behind them all.

use bytes::{BufMut, BytesMut};
use postgres_protocol::message::frontend;

use super::element::{write_element, write_length};
use super::sets::{LONG_VALUE, SetValue};
use super::{Batch, ParameterSets};
use crate::convert::{Format, Scratch};
use crate::diag::{Diagnostic, Result};
use crate::execute::execution::Execution;
use crate::execute::flight::{Insertion, close_unused, parse, unwritable};
use crate::execute::prepared::Prepared;
use crate::wire::{Backend, ExchangeId};

/// What has been written goes out when it has grown to this many bytes.
const SEND_AT: usize = 128 * 1024;

/// What went into a pipeline.
pub(super) struct Sent {
    /// The sets that were sent, in order.
    pub sets: Vec<usize>,
    /// Those that could not be encoded, and why.
    pub refused: Vec<(usize, Box<Diagnostic>)>,
    /// What was cut of those that were sent: told once they have been executed.
    pub warnings: Vec<Diagnostic>,
}

/// What a set that cannot be encoded does to a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    EndsIt,
    IsLeftOut,
}

impl Execution<'_> {
    pub(super) fn send_as_pipeline(
        &mut self,
        prepared: &mut Prepared,
        sets: &ParameterSets<'_>,
        batch: &[usize],
    ) -> Result<Batch> {
        let (exchange, opening, sent) = self.write_pipeline(prepared, sets, batch, Refusal::EndsIt)?;
        let mut completed = 0_usize;
        let mut affected = 0;
        let mut failure = None;
        while let Some(message) = self.session.next(exchange, self.deadline)? {
            match message {
                Backend::CommandComplete(tag) => {
                    if let Some(set) = completed.checked_sub(opening).and_then(|place| sent.sets.get(place)) {
                        let rows = tag.row_count().unwrap_or(0);
                        affected += rows;
                        self.parameters.ipd.report_row_count(*set, isize::try_from(rows).unwrap_or(-1));
                    }
                    completed += 1;
                }
                Backend::EmptyQueryResponse => completed += 1,
                Backend::ErrorResponse(error) => failure = failure.or(Some(error)),
                _ => {}
            }
        }
        match failure {
            None => prepared.confirm(),
            Some(_) => prepared.forget_unconfirmed(self.names),
        }
        if let Some(error) = failure {
            let place = completed.saturating_sub(opening);
            let is_of_end = place >= sent.sets.len() && !sent.sets.is_empty();
            return Ok(if is_of_end { Batch::FailedTogether(error) } else { Batch::Failed(affected, place, error) });
        }
        self.transaction.succeeded(prepared);
        sent.warnings.into_iter().for_each(|warning| self.diagnostics.push(warning));
        Ok(match sent.refused.into_iter().next() {
            None => Batch::Done(affected),
            Some((_, error)) => Batch::Partly(affected, sent.sets.len(), error),
        })
    }

    /// Writes and sends a pipeline. Gives its exchange, the driver's own statements in front, and what was sent.
    pub(super) fn write_pipeline(
        &mut self,
        prepared: &mut Prepared,
        sets: &ParameterSets<'_>,
        batch: &[usize],
        refusal: Refusal,
    ) -> Result<(ExchangeId, usize, Sent)> {
        let exchange = self.session.begin(self.deadline)?;
        let mut steps = Vec::new();
        // The unnamed statement is parsed anew, perhaps by another server process: it says again which columns it has.
        let describes = prepared.returns_rows() && !self.names.are_given();
        let opened = self.transaction.write_opening(self.session, prepared, self.autocommit, &mut steps);
        let written = opened.and_then(|()| {
            let out = self.session.frontend();
            close_unused(self.names, out)?;
            let statement = prepared.single();
            parse(statement, sets.types().to_vec(), out)
        });
        self.unless_unwritten(prepared, written)?;
        let formats: Vec<i16> = prepared.result_formats();
        let name = prepared.single().name.clone();
        let head = bind_head(&name, sets);
        let mut sent = Sent { sets: Vec::with_capacity(batch.len()), refused: Vec::new(), warnings: Vec::new() };
        let mut scratch = Scratch::default();
        for &set in batch {
            let out = self.session.frontend();
            let start = out.len();
            let mut insertions = Vec::new();
            match write_bind(&head, sets, set, &formats, out, &mut scratch, &mut insertions) {
                Ok(warnings) => {
                    if describes {
                        frontend::describe(b'P', "", out).map_err(unwritable)?;
                    }
                    frontend::execute("", 0, out).map_err(unwritable)?;
                    if !insertions.is_empty() {
                        self.send(&insertions)?;
                    }
                    sent.sets.push(set);
                    sent.warnings.extend(warnings.into_iter().map(|warning| *Box::new(warning).in_row(set + 1)));
                }
                Err(error) => {
                    out.truncate(start);
                    sent.refused.push((set, error));
                    if refusal == Refusal::EndsIt {
                        break;
                    }
                }
            }
            if self.session.frontend().len() >= SEND_AT {
                self.session.send(self.deadline)?;
            }
        }
        frontend::sync(self.session.frontend());
        self.session.send(self.deadline)?;
        Ok((exchange, steps.len(), sent))
    }
}

/// What is the same in every Bind of a pipeline: portal, statement and parameter formats.
fn bind_head(statement: &str, sets: &ParameterSets<'_>) -> Vec<u8> {
    let mut head = vec![0];
    head.extend_from_slice(statement.as_bytes());
    head.push(0);
    let formats: Vec<i16> = sets.encoders().map(|encoder| encoder.format()).collect();
    head.put_u16(formats.len() as u16);
    formats.iter().for_each(|format| head.put_i16(*format));
    head.put_u16(formats.len() as u16);
    head
}

/// One Bind (PostgreSQL documentation, "Message Formats"), written in place: values know their length when they are there.
///
/// Long values that are ready to be sent are not copied: `insertions` says where they go.
fn write_bind<'a>(
    head: &[u8],
    sets: &ParameterSets<'a>,
    set: usize,
    result_formats: &[i16],
    out: &mut BytesMut,
    scratch: &mut Scratch,
    insertions: &mut Vec<Insertion<'a>>,
) -> Result<Vec<Diagnostic>> {
    out.put_u8(b'B');
    let length_at = out.len();
    out.put_u32(0);
    out.put_slice(head);
    let mut warnings = Vec::new();
    let mut inserted = 0;
    for index in 0..sets.encoders().count() {
        match sets.value(index, set)? {
            SetValue::Ready(value) if value.len() >= LONG_VALUE => {
                out.put_u32(value.len() as u32);
                insertions.push(Insertion { at: out.len(), value });
                inserted += value.len();
            }
            _ => warnings.extend(write_element(sets, index, set, out, scratch)?.map(|warning| *warning)),
        }
    }
    out.put_u16(result_formats.len() as u16);
    result_formats.iter().for_each(|format| out.put_i16(*format));
    write_length(out, length_at, out.len() - length_at + inserted)?;
    Ok(warnings)
}

impl Prepared {
    /// The formats that the result's columns are asked for in; none: text for all.
    fn result_formats(&mut self) -> Vec<i16> {
        let columns = self.single().binary_columns.clone();
        columns
            .iter()
            .flat_map(|columns| columns.iter())
            .map(|column| i16::from(column.kind.format == Format::Binary))
            .collect()
    }
}
