//! Catalog functions.
//!
//! Source: ODBC reference, "Catalog functions", and the page of each function.

mod keys;
mod privileges;
mod procedures;
mod tables;

use super::enter::{self, Outcome};
use super::text::{self, Argument, Encoding};
use super::types::*;
use crate::catalog::{CatalogAnswer, CatalogOptions};
use crate::diag::Result;
use crate::odbc::functions::FunctionId;

/// Reads a catalog function's texts (None for a null pointer) and asks its question.
fn ask<E: Encoding, const COUNT: usize>(
    handle: SQLHSTMT,
    function: FunctionId,
    texts: [Argument; COUNT],
    question: impl FnOnce([Option<&str>; COUNT], &CatalogOptions) -> Result<CatalogAnswer>,
) -> SQLRETURN {
    enter::statement(handle, function, |call| {
        let mut read: [Option<String>; COUNT] = [const { None }; COUNT];
        for (read, (text, length)) in read.iter_mut().zip(texts) {
            // SAFETY: a text with its length, by the function's page in the reference.
            *read = unsafe { text::read::<E>(text, length.into())? };
        }
        call.ask_catalog(|options| question(read.each_ref().map(Option::as_deref), options))?;
        Ok(Outcome::Success)
    })
}
