#!/usr/bin/env python3
"""Checks expected.tsv against the ODBC reference: the SQLSTATE of every value as every C type.

    python3 tests/driver/conversions/appendix_d.py

A second derivation, which knows nothing of expected.py: the SQL type that a column is reported as and the text that the
server prints lead through the tests of appendix D's pages ("SQL to C: Character", "Numeric", "Bit", "Binary", "Date",
"GUID", "Time", "Timestamp", "Year-Month Intervals", "Day-Time Intervals") to an SQLSTATE. Where the driver does something
else on purpose, DEVIATIONS says so and why; one that is used nowhere is an error, too.

Of values that ODBC does not know (infinities, NaN, years before 1 and after 9999, 24:00:00) the reference says nothing:
they must be errors, unless the C type holds them.
"""

import os, re, sys
from collections import Counter
from datetime import date, time
from decimal import Decimal
from fractions import Fraction

CHARACTERS, BINARY, DEFAULT, BIT, GUID = ("1", "-8"), "-2", "99", "-7", "-11"
INTEGERS = {"-16": (4, 1), "4": (4, 1), "-18": (4, 0), "-15": (2, 1), "5": (2, 1), "-17": (2, 0), "-26": (1, 1),
            "-6": (1, 1), "-28": (1, 0), "-25": (8, 1), "-27": (8, 0)}
FLOAT, DOUBLE = "7", "8"
NUMERICS = {"2": (38, 0), "2(1,0)": (1, 0), "2(5,2)": (5, 2), "2(12,4)": (12, 4), "2(38,20)": (38, 20), "2(38,38)": (38, 38)}
DATES, TIMES, STAMPS = ("91", "9"), ("92", "10"), ("93", "11")
# The driver's own: a time with its fraction; a timestamp with hours and minutes of its offset.
TIME2, OFFSET = "16384", "16385"
# The fields from first to last, of year, month, day, hour, minute, second.
INTERVALS = {"101": (0, 0), "102": (1, 1), "103": (2, 2), "104": (3, 3), "105": (4, 4), "106": (5, 5), "107": (0, 1),
             "108": (2, 3), "109": (2, 4), "110": (2, 5), "111": (3, 4), "112": (3, 5), "113": (4, 5)}
NUMBERS = [*INTEGERS, *NUMERICS, FLOAT, DOUBLE, BIT]
MOMENTS = [*DATES, *TIMES, *STAMPS, TIME2, OFFSET]
CODES = [*CHARACTERS, BINARY, *NUMBERS, GUID, *MOMENTS, *INTERVALS]

# What a server type is reported as (docs/types.md); all others are characters.
FAMILIES = {"bool": "bit", "bytea": "binary", "date": "date", "time": "time", "timestamp": "timestamp",
            "timestamptz": "timestamp", "uuid": "guid", "float4": "approximate", "float8": "approximate",
            **dict.fromkeys(("int2", "int4", "int8", "oid", "xid", "cid", "numeric"), "exact")}

# "Default C data types".
DEFAULTS = {"bool": BIT, "bytea": BINARY, "date": "91", "time": "92", "timestamp": "93", "timestamptz": "93", "uuid": GUID,
            "float4": FLOAT, "float8": DOUBLE, "int2": "-15", "int4": "-16", "int8": "-25", "oid": "-25", "xid": "-25",
            "cid": "-25", "numeric": "1"}

NONE = "07006"  # no conversion
SILENT = "silent"  # the reference does not know such a value
REFUSED = "refused"  # an error; the reference leaves open which of several

NUMERIC_LITERAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
DATE = r"(\d{4})-(\d\d)-(\d\d)"
TIME = r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?"


def number(value, code):
    """"SQL to C: Numeric", and "Character" for a numeric-literal."""
    whole, is_cut = abs(value) // 1, value != value // 1
    if code in INTEGERS:
        size, signed = INTEGERS[code]
        least, greatest = (-(1 << 8 * size - 1), (1 << 8 * size - 1) - 1) if signed else (0, (1 << 8 * size) - 1)
        cut = whole if value >= 0 else -whole
        return ("01S07" if is_cut else "") if least <= cut <= greatest else "22003"
    if code in NUMERICS:
        precision, scale = NUMERICS[code]
        units = abs(value) * 10**scale
        return "22003" if units >= 10**precision else "01S07" if units != units // 1 else ""
    if code == BIT:
        return "" if value in (0, 1) else "01S07" if 0 < value < 2 else "22003"
    # Halfway between the greatest number and what would be the next one; half of the least.
    bits, least, greatest = (24, -149, 127) if code == FLOAT else (53, -1074, 1023)
    beyond = (2 - Fraction(1, 1 << bits)) * Fraction(2) ** greatest
    is_zero = 0 < abs(value) <= Fraction(2) ** (least - 1)
    return "22003" if abs(value) >= beyond or is_zero else ""


def count(value, code):
    """A number as an interval of one field. The leading precision is not two digits: see LEADING."""
    first, last = INTERVALS[code]
    if first != last:
        return "22015"
    if abs(value) // 1 > LEADING:
        return "22015"
    units = value * 10**6 if first == 5 else value
    return "01S07" if units != units // 1 else ""


# The reference has a leading precision of two digits where the application sets none: an interval of 100 days would be
# 22015, though the structure has 32 bits for them. Applications do not set it.
LEADING = 0xFFFFFFFF


def split(text, form):
    """A date or time (or None where it is none) and the digits of a fraction."""
    found = re.fullmatch(form, text)
    if not found:
        return None
    try:
        groups = list(found.groups())
        day = date(*map(int, groups[:3])) if form.startswith(DATE) else None
        clock = time(*map(int, groups[-4:-1])) if form.endswith(TIME) else None
        return day, clock, (groups[-1] or "") if clock is not None else ""
    except ValueError:
        return None


def moment(day, clock, fraction, code):
    """"SQL to C: Date", "Time", "Timestamp", and the same of "Character"; day or clock is None where there is none."""
    fraction = fraction.rstrip("0")
    has_time = clock is not None and (clock != time() or fraction != "")
    if code in DATES:
        return "07006" if day is None else "01S07" if has_time else ""
    if code in TIMES:
        return "07006" if clock is None else "01S07" if fraction else ""
    if code == TIME2:
        return "07006" if clock is None else "01S07" if len(fraction) > 9 else ""
    return "01S07" if len(fraction) > 9 else ""


def months_and_seconds(text):
    """An interval that the server prints, in months and seconds (Fraction)."""
    found = re.fullmatch(r"(?:(-?\d+) years? ?)?(?:\+?(-?\d+) mons? ?)?(?:\+?(-?\d+) days? ?)?(?:([+-])?(\d+):([0-5]\d):([0-5]\d(?:\.\d+)?))?", text)
    if not found or not text:
        return None
    years, months, days = (int(group or 0) for group in found.groups()[:3])
    seconds = Fraction(0) if found[5] is None else int(found[5]) * 3600 + int(found[6]) * 60 + Fraction(found[7])
    return years * 12 + months, days * 86400 + (-seconds if found[4] == "-" else seconds)


# The forms of a year-month and of a day-time literal by their first and last field; those of one field are below.
LITERALS = {(0, 1): r"(\d+)-(\d\d?)", (2, 5): r"(\d+) (\d\d?):(\d\d?):(\d\d?(?:\.\d*)?)", (3, 5): r"(\d+):(\d\d?):(\d\d?(?:\.\d*)?)",
            (2, 4): r"(\d+) (\d\d?):(\d\d?)", (2, 3): r"(\d+) (\d\d?)", (3, 4): r"(\d+):(\d\d?)", (4, 5): r"(\d+):(\d\d?(?:\.\d*)?)"}
SIZES = (12, 1, 86400, 3600, 60, 1)


def literal(text, code):
    """An interval-string of appendix C, "Interval Literal Syntax", in months and seconds: of the C type's own fields, else of
    others that the text leaves no doubt of. "The trailing fields follow the usual constraints of the Gregorian calendar"."""
    first, last = INTERVALS[code]
    if first == last:
        found = re.fullmatch(r"([+-]?)(\d+)(\.\d*)?", text)
        if found and (first == 5 or found[3] is None):
            total = Fraction((found[2] + (found[3] or "")).rstrip(".")) * SIZES[first] * (-1 if found[1] == "-" else 1)
            return (total, Fraction(0)) if first < 2 else (0, total)
    forms = [form for form in LITERALS if form == (first, last)] + [form for form in LITERALS if form != (first, last)]
    for form in forms:
        found = re.fullmatch("([+-]?)" + LITERALS[form], text)
        if not found:
            continue
        values = [Fraction(group.rstrip(".")) for group in found.groups()[1:]]
        limits = (None, 12, None, 24, 60, 60)
        if any(value >= limits[form[0] + at] for at, value in enumerate(values) if at):
            return None
        total = sum(value * SIZES[form[0] + at] for at, value in enumerate(values)) * (-1 if found[1] == "-" else 1)
        return (total, Fraction(0)) if form[1] < 2 else (0, total)
    return None


def literal_with_its_fields(text):
    """INTERVAL '1-2' YEAR TO MONTH, also as an escape sequence."""
    names = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"]
    found = re.fullmatch(r"(?:\{ *)?INTERVAL *([+-]?) *'([^']*)' *(\w+)(?:\([\d, ]*\))?(?: TO (\w+)(?:\(\d+\))?)?(?: *\})?", text)
    if not found or found[3] not in names or found[4] not in [None, *names]:
        return None
    fields = (names.index(found[3]), names.index(found[4] or found[3]))
    code = next((code for code, known in INTERVALS.items() if known == fields), None)
    known = code and literal(found[2], code)
    return known and tuple(-part if found[1] == "-" else part for part in known)


def interval(months, seconds, code):
    """"SQL to C: Year-Month Intervals", "Day-Time Intervals"."""
    first, last = INTERVALS[code]
    sizes = (12, 1, 86400, 3600, 60, Fraction(1, 10**6))
    total = abs(months) if last < 2 else abs(seconds)
    # No year-month type converts to a day-time one, nor the reverse.
    if months and last >= 2 or seconds and not months and last < 2:
        return REFUSED
    leading = total // (1 if first == 5 else sizes[first])
    if leading > LEADING:
        return "22015"
    return "01S07" if total % sizes[last] or last < 2 and seconds else ""


def character(text, code, kind):
    stripped = text.strip(" ")
    if code in (*CHARACTERS, BINARY):
        return ""
    if code in NUMBERS:
        return number(Fraction(Decimal(stripped)), code) if NUMERIC_LITERAL.fullmatch(stripped) else "22018"
    if code in MOMENTS:
        for form in (DATE, TIME, f"{DATE} {TIME}"):
            parts = split(stripped, form)
            if parts and moment(*parts, code) != "07006":
                return moment(*parts, code)
        return "22018"
    if code in INTERVALS:
        known = literal(stripped, code) or literal_with_its_fields(stripped) or months_and_seconds(stripped)
        return interval(*known, code) if known else "22018"
    return NONE


def declared(text, code, fields):
    """A column declared with fields: of one field it is a number; years and months are no days and time."""
    months, seconds = months_and_seconds(text)
    first, last = fields
    if code in NUMBERS and first == last:
        return number(Fraction(months, SIZES[first]) if first < 2 else seconds / SIZES[first], code)
    if code in INTERVALS and (INTERVALS[code][1] < 2) != (last < 2):
        return NONE
    return character(text, code, "interval")


def fields_of(sql):
    """What an expression declares its interval with; None: nothing."""
    names = ["year", "month", "day", "hour", "minute", "second"]
    found = re.search(r"::interval (\w+)(?:\(\d\))?(?: to (\w+))?$", sql)
    return found and (names.index(found[1]), names.index(found[2] or found[1]))


def exact(text, code, kind):
    if code in (*CHARACTERS, BINARY):
        return ""
    if text in ("NaN", "Infinity", "-Infinity"):
        return SILENT if code in NUMBERS or code in INTERVALS and len(set(INTERVALS[code])) == 1 else NONE
    value = Fraction(Decimal(text))
    return number(value, code) if code in NUMBERS else count(value, code) if code in INTERVALS else NONE


def approximate(text, code, kind):
    return NONE if code in INTERVALS else exact(text, code, kind)


def bit(text, code, kind):
    return "" if code in (*CHARACTERS, BINARY, *NUMBERS) else NONE


def binary(text, code, kind):
    return "" if code in (*CHARACTERS, BINARY) else NONE


def guid(text, code, kind):
    return "" if code in (*CHARACTERS, BINARY, GUID) else NONE


def datetime(text, code, kind):
    if code in CHARACTERS:
        return ""
    # As the default C type of the SQL type.
    code = DEFAULTS[kind] if code == BINARY else code
    if code not in MOMENTS:
        return NONE
    if kind == "date" and code in (*TIMES, TIME2) or kind == "time" and code in DATES:
        return NONE
    found = re.fullmatch(r"(.*?)([+-]\d\d(?::\d\d)?(?::(\d\d))?)?( BC)?", text) if kind == "timestamptz" else None
    text, seconds, era = (found[1], found[3], found[4]) if found else (text, None, None)
    if era and code in (*TIMES, TIME2):
        text = "0001" + text[4:]
    form = {"date": DATE, "time": TIME}.get(kind, f"{DATE} {TIME}")
    parts = split(text, form) if not era or code in (*TIMES, TIME2) else None
    if parts is None and code in (*TIMES, TIME2) and kind != "time":
        # The date is ignored, also one that is not ODBC's.
        found = re.search(TIME, text)
        parts = found and split(found[0], TIME)
    if parts is None:
        return SILENT
    return "01S07" if seconds and code == OFFSET else moment(*parts, code)


# Type, C types, the SQLSTATE of the reference, that of the driver, why; types and SQLSTATEs are regular expressions.
SEVERAL = [code for code, (first, last) in INTERVALS.items() if first != last]
DEVIATIONS = [
    ("int2|int4|int8|oid|xid|cid|numeric", SEVERAL, "22015", "07006",
     "The page lists these C types with no outcome but 22015: a pair that never succeeds is refused as one."),
    (".*", [GUID], NONE, "|22018", "A GUID in a character column is converted, as SQL_C_GUID is from a GUID's own text."),
    ("timetz", [*TIMES, *STAMPS, TIME2, OFFSET], "22018", "|01S07|22008",
     "A time with an offset is no time-value; it is one without what the structure cannot hold."),
    ("bool", ["2(38,38)"], "", "22003", "The page has no outcome for a descriptor's precision without a whole digit."),
    ("interval", MOMENTS, "", "22018", "An interval is no time of day, though a short one looks like it."),
    ("interval", INTERVALS, "22018", "22015", "Infinity (PostgreSQL 17) is an interval, with fields that no structure holds."),
    ("text", MOMENTS, "22018", "|01S07", "ISO 8601 has a T where a timestamp-value has a blank."),
    ("money", NUMBERS, "22018", "|01S07|22003", "An amount is a number, where its text leaves no doubt of its separators."),
    ("bit|varbit", [*MOMENTS, *INTERVALS], "|22018|22015", NONE, "The digits of a bit string are no date, time or interval."),
]


def deviation(kind, code, expected, seen):
    for at, (kinds, codes, reference, ours, _) in enumerate(DEVIATIONS):
        if re.fullmatch(kinds, kind) and code in codes and re.fullmatch(reference, expected) and re.fullmatch(ours, seen):
            return at
    return None


def state(outcome):
    """An outcome of expected.tsv: the SQLSTATE and whether it is an error."""
    if outcome.startswith("!"):
        return outcome[1:], True
    found = re.match("(?:@today:)?(01S07|01004):", outcome)
    return (found[1] if found else ""), False


def agrees(expected, outcome, kind, code):
    seen, is_error = state(outcome)
    if expected == SILENT:
        # A float holds it.
        return is_error or code in (FLOAT, DOUBLE) and seen == ""
    return is_error if expected == REFUSED else seen == expected


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    cells, wrong, used = 0, [], Counter()
    with open(os.path.join(here, "expected.tsv") if len(sys.argv) < 2 else sys.argv[1], encoding="utf-8") as table:
        for line in table:
            sql, _, kind, _, *pairs = line.rstrip("\n").split("\t")
            outcomes = dict(pair.split("=", 1) for pair in pairs)
            family = FAMILIES.get(kind, "character")
            rule = {"date": datetime, "time": datetime, "timestamp": datetime}.get(family) or globals()[family]
            if outcomes[DEFAULT] != ">" + DEFAULTS.get(kind, "-8"):
                wrong.append(f"{sql} as SQL_C_DEFAULT: {outcomes[DEFAULT]}")
            is_null = outcomes["1"] == "null"
            text = "" if is_null else bytes.fromhex(state_less(outcomes["1"])).decode()
            for code in CODES:
                outcome = outcomes.get(code, "!" + NONE)
                cells += 1
                if is_null:
                    # Pairs without a conversion are known before the value is.
                    continue
                fields = fields_of(sql)
                expected = declared(text, code, fields) if fields else rule(text, code, kind)
                if agrees(expected, outcome, kind, code):
                    continue
                at = deviation(kind, code, expected, state(outcome)[0])
                if at is None:
                    wrong.append(f"{sql} ({kind}) as {code}: {expected or 'success'} by the reference, not {outcome[:40]}")
                else:
                    used[at] += 1
    wrong += [f"no value for this deviation: {row}" for at, row in enumerate(DEVIATIONS) if not used[at]]
    print("\n".join(wrong) or f"{cells} cells, {sum(used.values())} deviations on purpose")
    sys.exit(bool(wrong))


def state_less(outcome):
    return outcome.split(":")[-1]


if __name__ == "__main__":
    main()
