//! To the date, time and timestamp C types.
//!
//! Source: ODBC reference, "SQL to C: Date", "SQL to C: Time", "SQL to C: Timestamp", "SQL to C: Character". A time zone
//! offset has no place in the standard structures: they get the local time that the server shows. A timestamptz is shown in
//! the session's zone, which tells its offset; that of a timetz is its own, and leaving it out is a truncation (01S07).

use odbc_sys::{Date, Time, Timestamp};

use super::super::buffer::Destination;
use super::super::c_type::{SQL_C_SS_TIME2, SQL_C_SS_TIMESTAMPOFFSET};
use super::super::converter::{Convert, Converted, Converter, Scratch};
use super::super::datetime::{Clock, Day, Moment, today};
use super::super::fault::Fault;
use super::super::options::ConvertOptions;
use super::report;
use super::source::Moments;
use crate::diag::Result;
use crate::odbc::types::{SQL_C_TYPE_DATE, SQL_C_TYPE_TIME, SQL_C_TYPE_TIMESTAMP};

/// SQL_SS_TIME2_STRUCT (msodbcsql.h).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Time2 {
    pub(in super::super) hour: u16,
    pub(in super::super) minute: u16,
    pub(in super::super) second: u16,
    pub(in super::super) padding: u16,
    /// Nanoseconds.
    pub(in super::super) fraction: u32,
}

/// SQL_SS_TIMESTAMPOFFSET_STRUCT (msodbcsql.h).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct TimestampOffset {
    pub(in super::super) timestamp: Timestamp,
    pub(in super::super) offset_hour: i16,
    pub(in super::super) offset_minute: i16,
}

/// From timestamps and texts to all of them.
pub(in super::super) fn pick<S: Moments>(target: i16, _: &ConvertOptions) -> Option<Convert> {
    Some(match target {
        SQL_C_TYPE_DATE => moment::<S, Date>,
        SQL_C_TYPE_TIME => moment::<S, Time>,
        SQL_C_TYPE_TIMESTAMP => moment::<S, Timestamp>,
        SQL_C_SS_TIME2 => moment::<S, Time2>,
        SQL_C_SS_TIMESTAMPOFFSET => moment::<S, TimestampOffset>,
        _ => return None,
    })
}

/// A date is no time.
pub(in super::super) fn pick_date<S: Moments>(target: i16, options: &ConvertOptions) -> Option<Convert> {
    if matches!(target, SQL_C_TYPE_TIME | SQL_C_SS_TIME2) { None } else { pick::<S>(target, options) }
}

/// A time is no date.
pub(in super::super) fn pick_time<S: Moments>(target: i16, options: &ConvertOptions) -> Option<Convert> {
    if target == SQL_C_TYPE_DATE { None } else { pick::<S>(target, options) }
}

fn moment<S: Moments, T: Target>(
    converter: &Converter,
    value: &[u8],
    destination: Destination,
    _: u64,
    _: &mut Scratch,
) -> Result<Converted> {
    let moment = S::moment(value).map(|moment| match moment.day {
        Some(_) => moment,
        None => alone::<T>(moment, &converter.options),
    });
    match moment.and_then(|moment| T::from_moment(&moment)) {
        Ok((structure, fraction_lost)) => {
            destination.write(structure);
            Ok(Converted::fixed(size_of::<T>(), fraction_lost))
        }
        Err(fault) => Err(report::<S>(fault, value, converter)),
    }
}

/// A time without a date: as a timestamp it has the current one ("SQL to C: Time"). Its offset, if it has any, is nowhere else.
fn alone<T: Target>(time: Moment, options: &ConvertOptions) -> Moment {
    let offset_lost = time.offset.is_some() && !T::HAS_OFFSET;
    let day = T::HAS_DAY.then(|| today(options));
    Moment { day, fraction_lost: time.fraction_lost || offset_lost, ..time }
}

/// A C structure made from a moment, and whether something was cut off.
trait Target: Copy {
    /// It has a date and a time: a time alone gets the current date.
    const HAS_DAY: bool = false;
    /// It says its offset from UTC.
    const HAS_OFFSET: bool = false;
    fn from_moment(moment: &Moment) -> Result<(Self, bool), Fault>;
}

/// The year of a C structure: 1 to 9999 ("Constraints of the Gregorian calendar").
fn year(day: Day) -> Result<i16, Fault> {
    if (1..=9999).contains(&day.year) { Ok(day.year as i16) } else { Err(Fault::DateOutOfRange) }
}

/// The hours of a C structure go to 23: 24:00:00 does not fit.
fn clock(clock: Clock) -> Result<Clock, Fault> {
    if clock.hour < 24 { Ok(clock) } else { Err(Fault::DateOutOfRange) }
}

impl Target for Date {
    #[inline]
    fn from_moment(moment: &Moment) -> Result<(Date, bool), Fault> {
        let day = moment.day.ok_or(Fault::NotADate)?;
        let lost = moment.fraction_lost || moment.clock.is_some_and(|clock| clock != Clock::default());
        Ok((Date { year: year(day)?, month: day.month.into(), day: day.day.into() }, lost))
    }
}

impl Target for Time {
    #[inline]
    fn from_moment(moment: &Moment) -> Result<(Time, bool), Fault> {
        let time = clock(moment.clock.ok_or(Fault::NotADate)?)?;
        let lost = moment.fraction_lost || time.nanosecond != 0;
        Ok((Time { hour: time.hour.into(), minute: time.minute.into(), second: time.second.into() }, lost))
    }
}

impl Target for Time2 {
    fn from_moment(moment: &Moment) -> Result<(Time2, bool), Fault> {
        let time = clock(moment.clock.ok_or(Fault::NotADate)?)?;
        let structure = Time2 {
            hour: time.hour.into(),
            minute: time.minute.into(),
            second: time.second.into(),
            padding: 0,
            fraction: time.nanosecond,
        };
        Ok((structure, moment.fraction_lost))
    }
}

impl Target for Timestamp {
    const HAS_DAY: bool = true;

    /// A date is its midnight.
    #[inline]
    fn from_moment(moment: &Moment) -> Result<(Timestamp, bool), Fault> {
        let day = moment.day.ok_or(Fault::NotADate)?;
        let time = clock(moment.clock.unwrap_or_default())?;
        let structure = Timestamp {
            year: year(day)?,
            month: day.month.into(),
            day: day.day.into(),
            hour: time.hour.into(),
            minute: time.minute.into(),
            second: time.second.into(),
            fraction: time.nanosecond,
        };
        Ok((structure, moment.fraction_lost))
    }
}

impl Target for TimestampOffset {
    const HAS_DAY: bool = true;
    const HAS_OFFSET: bool = true;

    /// Without an offset in the value the structure says +00:00. Seconds of an offset (local mean times before about
    /// 1900) have no place: 01S07.
    fn from_moment(moment: &Moment) -> Result<(TimestampOffset, bool), Fault> {
        let (timestamp, lost) = Timestamp::from_moment(moment)?;
        let offset = moment.offset.unwrap_or(0);
        let structure = TimestampOffset {
            timestamp,
            offset_hour: (offset / 3600) as i16,
            offset_minute: (offset / 60 % 60) as i16,
        };
        Ok((structure, lost || offset % 60 != 0))
    }
}
