//! `SQLGetFunctions`: which functions do their work, in the three forms an application may ask.
//!
//! Source: ODBC reference, `SQLGetFunctions`. A function that is exported and does not work yet is not supported.

use crate::odbc::functions::{FUNCTIONS, FunctionId};

/// Elements of the array for SQL_API_ALL_FUNCTIONS, SQLUSMALLINT each.
pub const ODBC2_ARRAY_LENGTH: usize = 100;
/// Words of 16 bits in the bitmap for SQL_API_ODBC3_ALL_FUNCTIONS (SQL_API_ODBC3_ALL_FUNCTIONS_SIZE).
pub const ODBC3_BITMAP_LENGTH: usize = 250;

/// Whether one function is supported. A number that is no function's is not.
pub fn is_supported(id: FunctionId) -> bool {
    id.entry().is_some_and(|function| function.works)
}

/// Whether all of these are supported.
pub fn are_supported(ids: &[FunctionId]) -> bool {
    ids.iter().all(|id| is_supported(*id))
}

fn supported() -> impl Iterator<Item = usize> {
    FUNCTIONS.iter().filter(|function| function.works).map(|function| usize::from(function.id.0))
}

/// SQL_TRUE or SQL_FALSE for every function number below 100, for applications that ask as in ODBC 2.
pub fn odbc2_array() -> [u16; ODBC2_ARRAY_LENGTH] {
    let mut array = [0; ODBC2_ARRAY_LENGTH];
    for id in supported().filter(|id| *id < ODBC2_ARRAY_LENGTH) {
        array[id] = 1;
    }
    array
}

/// A bit for every function: bit `id % 16` of word `id / 16`, as the macro SQL_FUNC_EXISTS reads it.
pub fn odbc3_bitmap() -> [u16; ODBC3_BITMAP_LENGTH] {
    let mut bitmap = [0; ODBC3_BITMAP_LENGTH];
    for id in supported().filter(|id| *id < 16 * ODBC3_BITMAP_LENGTH) {
        bitmap[id / 16] |= 1 << (id % 16);
    }
    bitmap
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SQL_FUNC_EXISTS of sqlext.h, in Rust.
    fn exists(bitmap: &[u16], id: u16) -> bool {
        bitmap[usize::from(id >> 4)] & (1 << (id & 0xf)) != 0
    }

    #[test]
    fn the_three_forms_agree() {
        let (array, bitmap) = (odbc2_array(), odbc3_bitmap());
        for id in 0..4000 {
            let one = is_supported(FunctionId(id));
            assert_eq!(exists(&bitmap, id), one, "function {id}");
            if let Some(element) = array.get(usize::from(id)) {
                assert_eq!(*element == 1, one, "function {id}");
            }
        }
    }

    #[test]
    fn functions_that_work_are_told_from_those_that_do_not() {
        assert!(is_supported(FunctionId::FETCH_SCROLL));
        for function in FUNCTIONS {
            assert_eq!(is_supported(function.id), function.works, "{}", function.name);
        }
        // SQLDataSources is the driver manager's, SQLAllocStmt is mapped by it; 999 asks for the bitmap.
        for other in [57, 3, 0, 999, 3999] {
            assert!(!is_supported(FunctionId(other)), "{other}");
        }
        // Numbers from sql.h: SQLFetch is 13 (word 0), SQLGetDiagRec 1011 (word 63, bit 3).
        let bitmap = odbc3_bitmap();
        assert_eq!(bitmap[0] >> 13 & 1, 1);
        assert_eq!(bitmap[63] >> 3 & 1, 1);
        assert_eq!(odbc2_array()[13], 1);
    }
}
