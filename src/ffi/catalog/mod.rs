//! Catalog functions.
//!
//! Source: ODBC reference, "Catalog functions", and the page of each function.

mod keys;
mod privileges;
mod procedures;
mod tables;

use super::asynchronous::{self, no_output};
use super::enter::Outcome;
use super::text::{self, Argument, Encoding};
use super::types::*;
use crate::catalog::{CatalogAnswer, CatalogOptions};
use crate::diag::Result;
use crate::handles::statement::StatementCall;
use crate::odbc::functions::FunctionId;

/// Reads a catalog function's texts (None for a null pointer) and asks its question.
fn ask<E: Encoding, const COUNT: usize>(
    handle: SQLHSTMT,
    function: FunctionId,
    texts: [Argument; COUNT],
    question: impl FnOnce([Option<&str>; COUNT], &CatalogOptions) -> Result<CatalogAnswer> + 'static,
) -> SQLRETURN {
    let input = || {
        let mut read: [Option<String>; COUNT] = [const { None }; COUNT];
        for (read, (text, length)) in read.iter_mut().zip(texts) {
            // SAFETY: a text with its length, by the function's page in the reference.
            *read = unsafe { text::read::<E>(text, length.into())? };
        }
        Ok(read)
    };
    let work = |call: &mut StatementCall<'_>, read: [Option<String>; COUNT]| {
        call.ask_catalog(|options| question(read.each_ref().map(Option::as_deref), options))?;
        Ok(Outcome::Success)
    };
    asynchronous::statement(handle, function, input, work, no_output)
}
