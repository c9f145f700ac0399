//! What the caller says of a column, and what the connection and the application asked for.

use crate::config::{NarrowEncoding, TypeSettings};

/// Wire format of a value (protocol, "Formats and format codes").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Text,
    Binary,
}

impl Format {
    /// The protocol's format code.
    pub fn code(self) -> i16 {
        match self {
            Format::Text => 0,
            Format::Binary => 1,
        }
    }

    /// The format for a protocol's code; anything but 1 is text.
    pub fn from_code(code: i16) -> Format {
        if code == 1 { Format::Binary } else { Format::Text }
    }
}

/// A result column as RowDescription says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnType {
    pub oid: u32,
    pub modifier: i32,
    pub format: Format,
}

/// What a SQLWCHAR is: the driver manager decides (unixODBC 2 bytes, iODBC 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WideUnit {
    Utf16,
    Utf32,
}

impl WideUnit {
    /// Bytes of one unit.
    pub fn size(self) -> usize {
        match self {
            WideUnit::Utf16 => 2,
            WideUnit::Utf32 => 4,
        }
    }
}

/// Precision and scale for SQL_C_NUMERIC: SQL_DESC_PRECISION and SQL_DESC_SCALE of the application's descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumericTarget {
    /// Decimal digits, 1 to 38.
    pub precision: u8,
    pub scale: i8,
}

impl Default for NumericTarget {
    /// The structure's 16 bytes hold 38 digits; the reference's default scale is 0
    /// ("Overriding default precision and scale for numeric data types").
    fn default() -> NumericTarget {
        NumericTarget { precision: 38, scale: 0 }
    }
}

/// Precisions for the interval C types: fields of the application's descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntervalTarget {
    /// SQL_DESC_PRECISION: digits of the fraction of a second, and so the unit of the structure's fraction. 0 to 9.
    pub seconds_precision: u8,
    /// SQL_DESC_DATETIME_INTERVAL_PRECISION: digits of the leading field, more are 22015; 0: as many as the structure holds.
    pub leading_precision: u8,
}

impl Default for IntervalTarget {
    /// Six digits of seconds are the reference's default. Its default of two digits for the leading field would refuse
    /// 100 days, which the structure holds: the driver limits it only where the application sets the field.
    fn default() -> IntervalTarget {
        IntervalTarget { seconds_precision: 6, leading_precision: 0 }
    }
}

impl IntervalTarget {
    /// Whether the leading field's digits are not too many.
    pub(super) fn holds_leading(self, field: u32) -> bool {
        self.leading_precision == 0 || field.checked_ilog10().unwrap_or(0) < u32::from(self.leading_precision)
    }
}

/// What the application and the connection ask of conversions.
#[derive(Clone, Copy, Debug)]
pub struct ConvertOptions {
    pub wide: WideUnit,
    /// The encoding of narrow text.
    pub narrow: NarrowEncoding,
    pub numeric: NumericTarget,
    pub interval: IntervalTarget,
    /// SQL_ATTR_MAX_LENGTH: bytes of character or binary data, 0 for no limit.
    pub max_length: usize,
    /// The value may be read in pieces (`SQLGetData`): a number or date that does not fit its buffer as text then comes
    /// in pieces with 01004. Otherwise (bound columns) losing whole digits is 22003.
    pub in_pieces: bool,
    /// WholeCharacters: such a piece divides a character only where its buffer has no room for one.
    pub whole_characters: bool,
    /// TrueIsMinus1: `true` is -1 as characters and as a number (not as SQL_C_BIT).
    pub true_is_minus_one: bool,
    /// LFConversion: a line feed is CR LF to the application.
    pub line_feeds: bool,
    /// The application's current date (year, month, day): what a time becomes a timestamp with.
    pub today: fn() -> (i32, u8, u8),
}

impl Default for ConvertOptions {
    fn default() -> ConvertOptions {
        ConvertOptions {
            wide: WideUnit::Utf16,
            narrow: NarrowEncoding::UTF_8,
            numeric: NumericTarget::default(),
            interval: IntervalTarget::default(),
            max_length: 0,
            in_pieces: false,
            whole_characters: false,
            true_is_minus_one: false,
            line_feeds: false,
            today: super::datetime::today_in_utc,
        }
    }
}

/// The longest of a column's values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Longest {
    /// Characters, or bytes of binary data.
    pub length: u64,
    /// The most digits of a number before its point, and behind it.
    pub whole: u32,
    pub scale: u16,
}

/// How types are reported.
#[derive(Clone, Copy, Debug)]
pub struct TypeOptions {
    /// Character columns are SQL_WCHAR, SQL_WVARCHAR, SQL_WLONGVARCHAR (else SQL_CHAR ..).
    pub wide_characters: bool,
    /// What their octet lengths count in.
    pub wide: WideUnit,
    /// Column size, in characters or bytes, of types without a declared length.
    pub unbounded_size: u64,
    /// What such types' values are at most in a result that has been read, in its place.
    pub longest: Option<Longest>,
    /// Precision and scale of `numeric` without any.
    pub unconstrained_numeric: (u16, i16),
    /// What keywords change of it.
    pub settings: TypeSettings,
}

impl TypeOptions {
    /// What holds where nothing is said.
    pub const DEFAULT: TypeOptions = TypeOptions {
        wide_characters: true,
        wide: WideUnit::Utf16,
        // The server's own limit of a value, 1 GB less a byte. Twice that (UTF-16) still is a positive 32-bit number,
        // which is what applications store it in. 0 would be refused by arrow-odbc, small numbers make applications cut.
        unbounded_size: 1_073_741_823,
        longest: None,
        // 1000 is the largest precision that can be declared, and a buffer of so many digits for each row of a rowset can
        // be had (odbc-api, nanodbc: column size and 2); 147455, the most that a value has, is no 16-bit precision. Above 38
        // applications that hold decimals in 128 bits go by text; a scale of 0 would make others (Tableau) read integers.
        unconstrained_numeric: (1000, 6),
        settings: TypeSettings::DEFAULT,
    };
}

impl Default for TypeOptions {
    fn default() -> TypeOptions {
        TypeOptions::DEFAULT
    }
}
