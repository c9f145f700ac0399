//! The room as a whole: every case through `converter` and `encoder`, as applications see it.
