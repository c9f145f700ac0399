//! Bookmarks: column 0.
//!
//! Source: ODBC reference, "Bookmarks", `SQLBindCol`, `SQLSetStmtAttr` (SQL_ATTR_USE_BOOKMARKS).

use super::{ColumnBinding, StatementCall};
use crate::convert::{SqlType, TypeOptions, describe};
use crate::cursor::BOOKMARK;
use crate::descriptor::Column;
use crate::diag::sqlstate::*;
use crate::diag::{Diagnostic, Result};
use crate::odbc::attributes::*;
use crate::odbc::types::*;

/// Bytes of a bookmark: a SQLULEN.
const BOOKMARK_SIZE: u64 = 8;

impl StatementCall<'_> {
    /// 07009 where bookmarks are off. 07006 for a C type that is not the one of the bookmarks that are on.
    pub(super) fn check_bookmark_binding(&mut self, binding: &ColumnBinding) -> Result {
        self.require_bookmarks()?;
        let is_unbinding = binding.data.is_null() && binding.indicator.is_null();
        if is_unbinding || [SQL_C_BOOKMARK, SQL_C_VARBOOKMARK].contains(&binding.c_type) {
            return Ok(());
        }
        Err(Diagnostic::new(
            S07006_RESTRICTED_DATA_TYPE,
            "column 0 is the bookmark: it is bound as SQL_C_VARBOOKMARK (or SQL_C_BOOKMARK)",
        ))
    }

    /// Column 0 as the IRD has it. 07009 where bookmarks are off.
    pub(super) fn bookmark_column(&mut self) -> Result<Column> {
        self.require_bookmarks()?;
        let is_variable = self.statement()?.attributes.get(SQL_ATTR_USE_BOOKMARKS) == SQL_UB_VARIABLE;
        let number = describe(BOOKMARK.oid, BOOKMARK.modifier, &TypeOptions::default());
        let concise = if is_variable { SQL_BINARY } else { SQL_BIGINT };
        let sql = SqlType {
            concise_type: concise,
            verbose_type: concise,
            column_size: if is_variable { BOOKMARK_SIZE } else { number.column_size },
            octet_length: BOOKMARK_SIZE as i64,
            unsigned: true,
            searchable: SQL_PRED_NONE,
            type_name: "".into(),
            ..number
        };
        Ok(Column {
            name: String::new(),
            table_oid: 0,
            column_id: 0,
            kind: BOOKMARK,
            sql,
            nullable: SQL_NO_NULLS,
            is_large_object: false,
        })
    }
}
