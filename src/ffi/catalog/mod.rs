//! Catalog functions.
//!
//! Source: ODBC reference, "Catalog functions", and the page of each function.

mod keys;
mod privileges;
mod procedures;
mod tables;

use std::ffi::c_void;

use super::connection::optional_text;
use super::enter::{self, Outcome};
use super::text::Encoding;
use super::types::*;
use crate::catalog::{CatalogAnswer, CatalogOptions};
use crate::diag::Result;
use crate::odbc::functions::FunctionId;

/// A text argument with its length in characters.
type Text = (*const c_void, SQLSMALLINT);

fn text<T>(address: *mut T, length: SQLSMALLINT) -> Text {
    (address.cast_const().cast(), length)
}

/// Reads a catalog function's texts (None for a null pointer) and asks its question.
fn ask<E: Encoding, const COUNT: usize>(
    handle: SQLHSTMT,
    function: FunctionId,
    texts: [Text; COUNT],
    question: impl FnOnce([Option<&str>; COUNT], &CatalogOptions) -> Result<CatalogAnswer>,
) -> SQLRETURN {
    enter::statement(handle, function, |call| {
        let mut read: [Option<String>; COUNT] = [const { None }; COUNT];
        for (read, text) in read.iter_mut().zip(texts) {
            *read = optional_text::<E>(text)?;
        }
        call.ask_catalog(|options| question(read.each_ref().map(Option::as_deref), options))?;
        Ok(Outcome::Success)
    })
}
