#!/usr/bin/env python3
"""Checks parameters.tsv against the ODBC reference: the SQLSTATE of every parameter as every SQL type.

    python3 tests/driver/conversions/appendix_d_parameters.py

A second derivation, from the bytes alone, through the tests of appendix D's pages "C to SQL: Character", "Numeric", "Bit",
"Binary", "Date", "GUID", "Time", "Timestamp", "Year-Month Intervals" and "Day-Time Intervals". Where the driver does something
else on purpose, DEVIATIONS says so and why. ColumnSize neither cuts nor refuses a value (docs/types.md): no 22001 for
lengths.
"""

import os, re, struct, sys
from collections import Counter
from decimal import Decimal
from fractions import Fraction

from appendix_d import DATE, INTERVALS, NUMERIC_LITERAL, SIZES, TIME, literal, literal_with_its_fields, split

INTEGERS = {-16: "<i", 4: "<i", -18: "<I", -15: "<h", 5: "<h", -17: "<H", -26: "<b", -6: "<b", -28: "<B", -25: "<q", -27: "<Q"}
CHARACTERS, BINARIES, EXACT = (1, 12, -1, -8, -9, -10), (-2, -3, -4), (2, 3)
# Signed, in bytes. The server has no type of one byte: SQL_TINYINT is a smallint.
SIZED = {-6: 2, 5: 2, 4: 4, -5: 8}
APPROXIMATE, BIT, GUID = (6, 7, 8), -7, -11
DATES, TIMES, STAMPS = (91, 9), (92, 10, -154), (93, 11, -155)
TIME2, OFFSET = 0x4000, 0x4001
INTERVALS = {int(code): fields for code, fields in INTERVALS.items()}
NONE, SILENT = "07006", "silent"
# What is optional by the page: "a driver may optionally return SQL_SUCCESS_WITH_INFO and 01S07".
CUT = "|01S07"


def interval_of(total, first, last, code):
    """Whether a number of months or microseconds is a whole number of the last field of an SQL type."""
    sizes = (12, 1, 86400 * 10**6, 3600 * 10**6, 60 * 10**6, 1)
    return "22015" if total % sizes[INTERVALS[code][1]] else ""


def number(value, sql_type, is_exact):
    if sql_type in SIZED:
        whole = abs(value) // 1 * (1 if value >= 0 else -1)
        limit = 1 << 8 * SIZED[sql_type] - 1
        return "22003" if not -limit <= whole < limit else CUT if whole != value else ""
    if sql_type in (*EXACT, *CHARACTERS):
        return ""
    if sql_type in APPROXIMATE:
        greatest = (2 - Fraction(1, 1 << 24)) * Fraction(2) ** 127 if sql_type == 7 else Fraction(2) ** 1024
        return "22003" if abs(value) >= greatest else ""
    if sql_type == BIT:
        return "" if value in (0, 1) else "22001" if 0 < value < 2 else "22003"
    if sql_type in INTERVALS and is_exact and len(set(INTERVALS[sql_type])) == 1:
        units = value * 10**6 if INTERVALS[sql_type][0] == 5 else value
        return "" if units == units // 1 else "22015"
    return NONE


def moment(parts, sql_type, invalid):
    """A date, a time (hour, minute, second, nanosecond) or both."""
    day, clock = parts
    if sql_type in CHARACTERS:
        return "22008" if invalid or clock and clock[2] > 59 else ""
    if sql_type in (*TIMES, *STAMPS) and clock and clock[2] > 59 and not invalid:
        return "22008"
    if sql_type in DATES:
        return NONE if day is None else "22007" if invalid else "22008" if clock and any(clock) else ""
    if sql_type in TIMES:
        return NONE if clock is None else "22007" if invalid else "22008" if day and clock[3] or clock[3] % 1000 else ""
    if sql_type in STAMPS:
        return "22007" if invalid else "22008" if clock and clock[3] % 1000 else ""
    return NONE


def is_invalid(day, clock):
    """By "C Data Types". A leap second is valid, and no time of the server's: 22008."""
    if clock and clock[3] > 999_999_999:
        return True
    if clock and clock[2] in (60, 61):
        clock = (*clock[:2], 59, 0)
    text = f"{day[0]:04}-{day[1]:02}-{day[2]:02}" if day else ""
    time = f"{clock[0]:02}:{clock[1]:02}:{clock[2]:02}" if clock else ""
    form = f"{DATE} {TIME}" if day and clock else DATE if day else TIME
    return split(f"{text} {time}".strip(), form) is None or bool(day) and not 1 <= day[0] <= 9999


def character(text, sql_type, cast):
    stripped = text.strip(" ")
    if sql_type in CHARACTERS:
        return ""
    is_number = NUMERIC_LITERAL.fullmatch(stripped)
    if sql_type in SIZED or sql_type in EXACT:
        state = number(Fraction(Decimal(stripped)), sql_type, True) if is_number else "22018"
        # "Loss of whole digits" and "truncation of fractional digits" both are 22001 on this page.
        return "22001" if state in ("22003", CUT) else state
    if sql_type in APPROXIMATE or sql_type == BIT:
        return number(Fraction(Decimal(stripped)), sql_type, True) if is_number else "22018"
    if sql_type in BINARIES:
        return "" if re.fullmatch("[0-9a-fA-F]*", text) else "22018"
    if sql_type in (*DATES, *TIMES, *STAMPS):
        for form in (DATE, TIME, f"{DATE} {TIME}"):
            parts = split(stripped, form)
            if parts:
                clock = parts[1] and (parts[1].hour, parts[1].minute, parts[1].second, int(parts[2].ljust(9, "0")[:9]))
                state = moment((parts[0], clock), sql_type, False)
                if state != NONE:
                    return state
        return "22018"
    if sql_type in INTERVALS:
        known = literal(stripped, str(sql_type)) or literal_with_its_fields(stripped)
        if not known:
            return "22018"
        months, seconds = known
        first, last = INTERVALS[sql_type]
        if (months != 0) != (last < 2) and (months, seconds) != (0, 0):
            return "22018"
        return interval_of(abs(months) if last < 2 else abs(seconds) * 10**6, first, last, sql_type)
    return NONE


LENGTHS = {-7: 1, 5: 2, 4: 4, -5: 8, 7: 4, 6: 8, 8: 8, 91: 6, 9: 6, 92: 6, 10: 6, 93: 16, 11: 16, -11: 16, -154: 12, -155: 20}


def expected(c_type, data, sql_type, cast):
    if c_type in (1, -8):
        return character(data.decode(), sql_type, cast)
    if c_type == -2:
        if sql_type in CHARACTERS:
            try:
                return data.decode() and ""
            except UnicodeDecodeError:
                return SILENT
        if sql_type in BINARIES:
            return ""
        return NONE if sql_type in INTERVALS else "" if len(data) == LENGTHS.get(sql_type) else "22003"
    if c_type in INTEGERS:
        return number(Fraction(struct.unpack(INTEGERS[c_type], data)[0]), sql_type, True)
    if c_type in (7, 8):
        value = struct.unpack("<f" if c_type == 7 else "<d", data)[0]
        if value != value or value in (float("inf"), float("-inf")):
            return NONE if number(Fraction(0), sql_type, False) == NONE else SILENT
        return number(Fraction(value), sql_type, False)
    if c_type == 2:
        _, scale, sign = struct.unpack("<BbB", data[:3])
        value = Fraction(int.from_bytes(data[3:], "little")) / Fraction(10) ** scale
        return number(value if sign else -value, sql_type, True)
    if c_type == BIT:
        if sql_type in INTERVALS:
            return NONE
        return SILENT if data[0] > 1 else number(Fraction(data[0]), sql_type, False)
    if c_type == GUID:
        return "" if sql_type in (GUID, *CHARACTERS) else NONE
    if c_type in INTERVALS:
        first, last = INTERVALS[c_type]
        fields = struct.unpack("<5I", data[8:])
        sizes = tuple(size * 10**6 if at > 1 else size for at, size in enumerate(SIZES))
        total = sum(fields[at if at < 2 else at - 2] * sizes[at] for at in range(first, last + 1)) + (fields[4] if last == 5 else 0)
        if sql_type in CHARACTERS:
            return ""
        if sql_type in SIZED or sql_type in EXACT:
            return NONE if first != last else number(Fraction(total, sizes[first]), sql_type, True)
        if sql_type not in INTERVALS or (last < 2) != (INTERVALS[sql_type][1] < 2):
            return NONE
        return interval_of(total, first, last, sql_type)
    if c_type in (91, 9):
        day = struct.unpack("<hHH", data)
        return moment((day, None), sql_type, is_invalid(day, None))
    if c_type in (92, 10, TIME2):
        clock = (*struct.unpack("<HHH", data[:6]), struct.unpack("<I", data[8:])[0] if c_type == TIME2 else 0)
        return moment((None, clock), sql_type, is_invalid(None, clock))
    day, clock = struct.unpack("<hHH", data[:6]), struct.unpack("<HHHI", data[6:16])
    hours, minutes = struct.unpack("<hh", data[16:]) if c_type == OFFSET else (0, 0)
    is_offset = hours * minutes >= 0 and abs(hours) < 16 and abs(minutes) < 60
    return moment((day, clock), sql_type, is_invalid(day, clock) or not is_offset)


# C types, SQL types, the SQLSTATE of the reference, that of the driver, why.
TEXTS, MOMENTS = (1, -8), (*DATES, *TIMES, *STAMPS)
DEVIATIONS = [
    (TEXTS, INTERVALS, "22018", "|22015|22007",
     "What is no literal of ODBC's the server reads, in its own forms: what the type cannot hold is 22015."),
    (TEXTS, [BIT], "22018", "", "true, false, yes, no and their beginnings are the server's words for a bool."),
    (TEXTS, [GUID], NONE, "|22018", "The page does not list SQL_GUID; applications send GUIDs as text."),
    (TEXTS, MOMENTS, "22018", "|22007|22008", "What is no literal of ODBC's the server reads: infinity, BC, 24:00:00, an offset."),
    (TEXTS, BINARIES, "22018", "", "The server's own prefix, \\x, is allowed."),
    (TEXTS, BINARIES, "", "22018", "A last digit without its pair would be dropped by the page; nothing is dropped without a word."),
    (TEXTS, SIZED, "22001", "22003", "Whole digits: as on the page of numeric C types, and as the server says it."),
    ((*STAMPS, OFFSET), TIMES, "22008", "", "The server's time has a fraction of microseconds: nothing is cut off."),
    (TEXTS, APPROXIMATE, "22018", "", "NaN and infinities are the server's numbers."),
]


def agrees(reference, ours):
    if reference == SILENT:
        return ours in ("", "null") or len(ours) == 5
    return re.fullmatch(reference, ours) is not None


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    wrong, used, rows = [], Counter(), 0
    with open(os.path.join(here, "parameters.tsv") if len(sys.argv) < 2 else sys.argv[1], encoding="utf-8") as table:
        for line in table:
            c_type, data, sql_type, cast, outcome = line.rstrip("\n").split("\t")
            rows += 1
            # SQL_C_DEFAULT is the C type of another row; NULL has no value to refuse.
            if c_type == "99" or data == "null":
                continue
            c_type, sql_type = int(c_type), int(sql_type)
            ours = outcome[1:] if outcome.startswith("!") else "01S07" if outcome.startswith("01S07:") else ""
            reference = expected(c_type, bytes.fromhex(data), sql_type, cast)
            if agrees(reference, ours):
                continue
            at = next((at for at, (c_types, sql_types, state, driver, _) in enumerate(DEVIATIONS)
                       if c_type in c_types and sql_type in sql_types and state == reference and re.fullmatch(driver, ours)), None)
            if at is None:
                wrong.append(f"{c_type} {data[:60]} as {sql_type} ({cast}): {reference or 'success'} by the reference, not {ours or 'success'}")
            else:
                used[at] += 1
    wrong += [f"no parameter for this deviation: {row}" for at, row in enumerate(DEVIATIONS) if not used[at]]
    print("\n".join(wrong) or f"{rows} parameters, {sum(used.values())} deviations on purpose")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
