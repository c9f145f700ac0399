//! ARD and APD: the application's buffers.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Address;
use super::data_type::DataType;
use crate::odbc::types::SQL_C_DEFAULT;
use crate::odbc::values::{SQL_NULL_DATA, SQL_PARAM_IGNORE};

static REVISIONS: AtomicU64 = AtomicU64::new(1);

/// An application row or parameter descriptor.
#[derive(Clone, Debug)]
pub struct ApplicationDescriptor {
    /// Allocated by the application (SQL_DESC_ALLOC_USER), not with a statement.
    pub explicit: bool,
    /// SQL_DESC_ARRAY_SIZE: rows in a rowset, or parameter sets.
    pub array_size: usize,
    /// SQL_DESC_ARRAY_STATUS_PTR: array of SQLUSMALLINT; for row descriptors the operation array.
    pub array_status: Address,
    /// SQL_DESC_BIND_OFFSET_PTR: points to a SQLLEN added to every bound address at each call.
    pub bind_offset: Address,
    /// SQL_DESC_BIND_TYPE: 0 for column-wise binding, else the length in bytes of a row.
    pub bind_type: usize,
    /// Record 0, the bookmark column of a row descriptor.
    bookmark: ApplicationRecord,
    /// Records from 1.
    records: Vec<ApplicationRecord>,
    /// New at each change and never the same for two descriptors: a plan made from one knows when it is stale.
    revision: u64,
}

/// One bound column or parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApplicationRecord {
    /// SQL_DESC_CONCISE_TYPE: the C type.
    pub c_type: i16,
    /// SQL_DESC_TYPE was set to a verbose type, and its code has not been: `c_type` is that verbose type.
    pub is_type_incomplete: bool,
    /// SQL_DESC_DATA_PTR.
    pub data: Address,
    /// SQL_DESC_OCTET_LENGTH: bytes in the buffer (one element of it, with arrays).
    pub octet_length: isize,
    /// SQL_DESC_OCTET_LENGTH_PTR: where lengths are written or read.
    pub length: Address,
    /// SQL_DESC_INDICATOR_PTR: where SQL_NULL_DATA is written or read; often the same as `length`.
    pub indicator: Address,
    /// SQL_DESC_PRECISION and SQL_DESC_SCALE, for SQL_C_NUMERIC; digits of seconds for times and intervals.
    pub precision: i16,
    pub scale: i16,
    /// SQL_DESC_DATETIME_INTERVAL_PRECISION: digits of an interval's leading field; 0 if it was not set.
    pub leading_precision: i32,
    /// SQL_DESC_LENGTH: characters. Nothing depends on it, it reads back.
    pub column_length: usize,
    /// SQL_DESC_NUM_PREC_RADIX. Nothing depends on it, it reads back.
    pub radix: i32,
}

impl Default for ApplicationRecord {
    /// What `SQLSetDescField` initialises a record to.
    fn default() -> ApplicationRecord {
        ApplicationRecord {
            c_type: SQL_C_DEFAULT,
            is_type_incomplete: false,
            data: Address::NULL,
            octet_length: 0,
            length: Address::NULL,
            indicator: Address::NULL,
            precision: 0,
            scale: 0,
            leading_precision: 0,
            column_length: 0,
            radix: 0,
        }
    }
}

impl ApplicationDescriptor {
    pub fn new(explicit: bool) -> ApplicationDescriptor {
        ApplicationDescriptor {
            explicit,
            array_size: 1,
            array_status: Address::NULL,
            bind_offset: Address::NULL,
            bind_type: 0,
            bookmark: ApplicationRecord::default(),
            records: Vec::new(),
            revision: REVISIONS.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// Record `number`, if it has been bound; 0 is the bookmark's.
    pub fn record(&self, number: u16) -> Option<&ApplicationRecord> {
        self.any_record(number).filter(|record| record.is_bound())
    }

    /// Record `number`, bound or not.
    pub fn any_record(&self, number: u16) -> Option<&ApplicationRecord> {
        match number.checked_sub(1) {
            None => Some(&self.bookmark),
            Some(index) => self.records.get(usize::from(index)),
        }
    }

    /// Binds or unbinds record `number`, making records before it unbound ones where there were none.
    ///
    /// Unbinding the highest lowers SQL_DESC_COUNT to the next bound one (`SQLBindCol`, "Unbinding columns").
    pub fn bind(&mut self, number: u16, record: ApplicationRecord) {
        let is_highest = usize::from(number) >= self.records.len();
        *self.record_to_set(number) = record;
        if is_highest && !record.is_bound() {
            let bound = self.records.iter().rposition(ApplicationRecord::is_bound);
            self.records.truncate(bound.map_or(0, |index| index + 1));
        }
    }

    /// Record `number` to be changed; SQL_DESC_COUNT grows to it.
    pub fn record_to_set(&mut self, number: u16) -> &mut ApplicationRecord {
        self.changed();
        match number.checked_sub(1) {
            None => &mut self.bookmark,
            Some(index) => {
                let index = usize::from(index);
                if self.records.len() <= index {
                    self.records.resize(index + 1, ApplicationRecord::default());
                }
                &mut self.records[index]
            }
        }
    }

    /// SQL_UNBIND, SQL_RESET_PARAMS: SQL_DESC_COUNT becomes 0. The bookmark column stays bound (`SQLFreeStmt`).
    pub fn unbind_all(&mut self) {
        self.set_count(0);
    }

    /// SQL_DESC_COUNT: the highest record that has been set.
    pub fn count(&self) -> usize {
        self.records.len()
    }

    /// Sets SQL_DESC_COUNT: records above are gone, new ones are unbound.
    pub fn set_count(&mut self, count: u16) {
        self.records.resize(usize::from(count), ApplicationRecord::default());
        self.changed();
    }

    /// All bound records with their numbers from 1.
    pub fn bound(&self) -> impl Iterator<Item = (u16, &ApplicationRecord)> {
        (1..=u16::MAX).zip(&self.records).filter(|(_, record)| record.is_bound())
    }

    /// Of an APD: whether there is an array of parameter sets, be it of a single one that is to be left out
    /// (SQL_ATTR_PARAM_OPERATION_PTR).
    pub fn has_sets(&self) -> bool {
        self.array_size > 1 || self.array_status.read::<u16>() == Some(SQL_PARAM_IGNORE)
    }

    /// Takes over another descriptor's fields, all but the kind of allocation (`SQLCopyDesc`).
    pub fn copy_from(&mut self, other: &ApplicationDescriptor) {
        *self = ApplicationDescriptor { explicit: self.explicit, ..other.clone() };
        self.changed();
    }

    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// To be called after a header field was changed.
    pub fn changed(&mut self) {
        self.revision = REVISIONS.fetch_add(1, Ordering::Relaxed);
    }
}

impl ApplicationRecord {
    /// Its three type fields.
    pub fn data_type(&self) -> DataType {
        DataType { concise: self.c_type, is_incomplete: self.is_type_incomplete }
    }

    /// A record with none of its three addresses is unbound.
    pub fn is_bound(&self) -> bool {
        !(self.data.is_null() && self.length.is_null() && self.indicator.is_null())
    }

    /// Reads length and indicator of element `row` of a parameter buffer: SQL_NULL_DATA if the indicator says so, else
    /// the length (bytes, SQL_NTS or a data-at-execution value), else `without`.
    pub fn read_length(&self, offset: usize, row: usize, stride: usize, without: isize) -> isize {
        let at = offset + row * stride;
        if self.indicator.offset(at).read::<isize>() == Some(SQL_NULL_DATA) {
            return SQL_NULL_DATA;
        }
        self.length.offset(at).read().unwrap_or(without)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(c_type: i16) -> ApplicationRecord {
        ApplicationRecord { c_type, data: Address::from(64), ..ApplicationRecord::default() }
    }

    #[test]
    fn unbinding_the_highest_column_lowers_the_count_to_the_next_bound_one() {
        let mut descriptor = ApplicationDescriptor::new(false);
        descriptor.bind(2, bound(1));
        descriptor.bind(5, bound(1));
        assert_eq!(descriptor.count(), 5);
        assert!(descriptor.record(1).is_none() && descriptor.record(5).is_some());
        descriptor.bind(5, ApplicationRecord::default());
        assert_eq!(descriptor.count(), 2);
        assert_eq!(descriptor.bound().map(|(number, _)| number).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn every_change_makes_a_new_revision() {
        let mut descriptor = ApplicationDescriptor::new(false);
        let before = descriptor.revision();
        descriptor.bind(1, bound(4));
        let bound_once = descriptor.revision();
        descriptor.unbind_all();
        assert!(before < bound_once && bound_once < descriptor.revision());
    }

    #[test]
    fn null_in_the_indicator_wins_over_the_length() {
        let lengths = [5isize, 6];
        let indicators = [0isize, SQL_NULL_DATA];
        let record = ApplicationRecord {
            length: Address::new(lengths.as_ptr()),
            indicator: Address::new(indicators.as_ptr()),
            ..bound(1)
        };
        assert_eq!(record.read_length(0, 0, size_of::<isize>(), -3), 5);
        assert_eq!(record.read_length(0, 1, size_of::<isize>(), -3), SQL_NULL_DATA);
        assert_eq!(bound(1).read_length(0, 0, 8, -3), -3);
    }
}
