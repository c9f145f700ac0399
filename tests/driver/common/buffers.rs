//! C types of fixed length, as an application declares them (sqltypes.h).

use crate::odbc::types::*;

/// A type that can be bound: its C type code goes with it.
pub trait Fixed: Copy + Default {
    const C_TYPE: i16;
}

macro_rules! fixed {
    ($($type:ty => $c_type:expr;)*) => { $(impl Fixed for $type { const C_TYPE: i16 = $c_type; })* };
}

fixed! {
    i16 => SQL_C_SSHORT;
    u16 => SQL_C_USHORT;
    i32 => SQL_C_SLONG;
    u32 => SQL_C_ULONG;
    i64 => SQL_C_SBIGINT;
    u64 => SQL_C_UBIGINT;
    f32 => SQL_C_FLOAT;
    f64 => SQL_C_DOUBLE;
    Date => SQL_C_TYPE_DATE;
    Time => SQL_C_TYPE_TIME;
    Timestamp => SQL_C_TYPE_TIMESTAMP;
    Bit => SQL_C_BIT;
}

/// SQL_C_BIT: 0 or 1.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bit(pub u8);

/// SQL_DATE_STRUCT
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Date {
    pub year: i16,
    pub month: u16,
    pub day: u16,
}

/// SQL_TIME_STRUCT
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Time {
    pub hour: u16,
    pub minute: u16,
    pub second: u16,
}

/// SQL_TIMESTAMP_STRUCT; the fraction is in nanoseconds.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timestamp {
    pub year: i16,
    pub month: u16,
    pub day: u16,
    pub hour: u16,
    pub minute: u16,
    pub second: u16,
    pub fraction: u32,
}
