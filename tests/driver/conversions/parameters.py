#!/usr/bin/env python3
"""Works out what parameters of every C type arrive as, by the ODBC reference's appendix D ("C to SQL").

    tests/tools/with-server 15 -- python3 tests/driver/conversions/parameters.py > tests/driver/conversions/parameters.tsv

Each line: C type code, the value's bytes in hexadecimal (little-endian; SQL_C_WCHAR: the text in UTF-8; null), SQL type
code, the server type that it is cast to, the outcome. Outcome: the text that the server prints for the same value written as a
literal of SQL, in hexadecimal; an SQLSTATE of warning and a colon in front of it; null; or ! and the SQLSTATE of an error.
"""

import math, os, struct, subprocess
from fractions import Fraction

CHAR, WCHAR, BINARY, BIT, FLOAT, DOUBLE, NUMERIC, GUID = 1, -8, -2, -7, 7, 8, 2, -11
INTEGERS = {-16: "<i", 4: "<i", -18: "<I", -15: "<h", 5: "<h", -17: "<H", -26: "<b", -6: "<b", -28: "<B", -25: "<q", -27: "<Q"}
TIME2, OFFSET = 0x4000, 0x4001
FIELDS = ["year", "month", "day", "hour", "minute", "second"]
INTERVALS = {101: (0, 0), 102: (1, 1), 103: (2, 2), 104: (3, 3), 105: (4, 4), 106: (5, 5), 107: (0, 1), 108: (2, 3),
             109: (2, 4), 110: (2, 5), 111: (3, 4), 112: (3, 5), 113: (4, 5)}
INTEGER_TYPES = {-6: ("int2", 2), 5: ("int2", 2), 4: ("int4", 4), -5: ("int8", 8)}
EXACT = {2: "numeric", 3: "numeric"}
APPROXIMATE = {7: "float4", 6: "float8", 8: "float8"}
CHARACTERS = [1, 12, -1, -8, -9, -10]
BINARIES = [-2, -3, -4]
DATES, TIMES, STAMPS = [91, 9], [92, 10], [93, 11]
SQL_BIT, SQL_GUID, SQL_TIME2, SQL_OFFSET = -7, -11, -154, -155
CASTS = {SQL_BIT: "bool", SQL_GUID: "uuid", SQL_TIME2: "time", SQL_OFFSET: "timestamptz"}
for codes, name in ((CHARACTERS, "text"), (BINARIES, "bytea"), (DATES, "date"), (TIMES, "time"), (STAMPS, "timestamp")):
    CASTS.update({code: name for code in codes})
CASTS.update({code: name for code, (name, _) in INTEGER_TYPES.items()})
CASTS.update(EXACT)
CASTS.update(APPROXIMATE)
CASTS.update({code: "interval" for code in INTERVALS})

CASES = []


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def case(c_type, data, sql_type, outcome, cast=None):
    """outcome: !SQLSTATE, or [SQLSTATE:] and a literal of SQL."""
    CASES.append((c_type, data, sql_type, cast or CASTS[sql_type], outcome))


def restricted(c_type, data, sql_types):
    for sql_type in sql_types:
        case(c_type, data, sql_type, "!07006")


def exact_number(c_type, data, number, literal, bit="!22003"):
    """A number to the numeric SQL types: whole digits are never lost (22003), a fraction is, with 01S07."""
    for sql_type, (name, size) in INTEGER_TYPES.items():
        whole = math.trunc(number)
        if not -(1 << 8 * size - 1) <= whole < 1 << 8 * size - 1:
            case(c_type, data, sql_type, "!22003")
        else:
            case(c_type, data, sql_type, ("01S07:" if whole != number else "") + f"'{whole}'")
    for sql_type in EXACT:
        case(c_type, data, sql_type, quoted(literal))
    for sql_type in APPROXIMATE:
        case(c_type, data, sql_type, quoted(literal))
    if number in (0, 1):
        case(c_type, data, SQL_BIT, f"'{int(number)}'")
    else:
        case(c_type, data, SQL_BIT, "!22001" if 0 < number < 2 else "!22003")
    for sql_type in CHARACTERS:
        case(c_type, data, sql_type, quoted(literal))


ZONED = [SQL_OFFSET]
CLOCKS = TIMES + [SQL_TIME2]
MOMENTS = DATES + CLOCKS + STAMPS + ZONED
SINGLE = [code for code, (first, last) in INTERVALS.items() if first == last]
SEVERAL = [code for code, (first, last) in INTERVALS.items() if first != last]

for c_type, form in INTEGERS.items():
    size = struct.calcsize(form)
    top = 1 << (8 * size - (form[1].islower()))
    low = -top if form[1].islower() else 0
    for number in sorted({0, 1, 2, 100, low, low + 1, top - 1, top // 3, min(top - 1, 40000)}):
        data = struct.pack(form, number)
        exact_number(c_type, data, number, str(number))
        for sql_type in SINGLE:
            if abs(number) < 1000:
                case(c_type, data, sql_type, f"'{number} {FIELDS[INTERVALS[sql_type][0]]}'")
    restricted(c_type, struct.pack(form, 1), MOMENTS + BINARIES + [SQL_GUID] + SEVERAL)

for value in (0, 1):
    data = bytes([value])
    exact_number(BIT, data, value, str(value))
restricted(BIT, b"\x01", MOMENTS + BINARIES + [SQL_GUID] + list(INTERVALS))
case(BIT, b"\x02", SQL_BIT, "!22003")

for c_type, form in ((DOUBLE, "<d"), (FLOAT, "<f")):
    for value in (0.0, 1.0, -1.0, 0.5, 1.5, -2.75, 32767.0, 32768.0, 123456.0, 2147483648.0, 0.1, 1e-7, 1048576.25):
        data = struct.pack(form, value)
        stored = struct.unpack(form, data)[0]
        # As a decimal number a float is the shortest one that reads back: what the server prints for it.
        literal = f"('{stored!r}'::float8)" if form == "<d" else f"('{stored!r}'::float4)"
        number = Fraction(stored)
        for sql_type, (name, size) in INTEGER_TYPES.items():
            whole = math.trunc(number)
            fits = -(1 << 8 * size - 1) <= whole < 1 << 8 * size - 1
            case(c_type, data, sql_type, ("01S07:" if whole != number else "") + f"'{whole}'" if fits else "!22003")
        for sql_type in list(EXACT):
            case(c_type, data, sql_type, f"{literal}::text::numeric")
        for sql_type in APPROXIMATE:
            name = APPROXIMATE[sql_type]
            # A float4 for a float8 is its exact value.
            case(c_type, data, sql_type, f"('{stored!r}'::float8)::{name}")
        for sql_type in CHARACTERS:
            case(c_type, data, sql_type, f"{literal}::text")
        if number in (0, 1):
            case(c_type, data, SQL_BIT, f"'{int(number)}'")
        else:
            case(c_type, data, SQL_BIT, "!22001" if 0 < number < 2 else "!22003")
    for text in ("NaN", "Infinity", "-Infinity"):
        data = struct.pack(form, float(text))
        for sql_type in list(APPROXIMATE) + CHARACTERS:
            case(c_type, data, sql_type, quoted(text))
        for sql_type in INTEGER_TYPES:
            case(c_type, data, sql_type, "!22018" if text == "NaN" else "!22003")
    restricted(c_type, struct.pack(form, 1.0), MOMENTS + BINARIES + [SQL_GUID] + list(INTERVALS))
case(DOUBLE, struct.pack("<d", 1e300), 7, "!22003")


def numeric(number, precision, scale):
    return struct.pack("<BbB", precision, scale, 0 if number < 0 else 1) + abs(number).to_bytes(16, "little")


# SQL_NUMERIC_STRUCT; no descriptor field is set: the structure's own scale counts.
for number, scale in ((0, 0), (1, 0), (-1, 0), (12345, 2), (-5, 1), (10**38 - 1, 0), (10**38 - 1, 38), (7, -3), (32768, 0)):
    value = Fraction(number) / Fraction(10) ** scale
    digits = str(abs(number)).rjust(scale + 1, "0")
    literal = ("-" if number < 0 else "") + (f"{digits[:-scale]}.{digits[-scale:]}" if scale > 0 else digits)
    exact_number(NUMERIC, numeric(number, 38, scale), value, str(number * 10 ** -scale) if scale < 0 else literal)
for sql_type in SINGLE:
    case(NUMERIC, numeric(-12, 38, 0), sql_type, f"'-12 {FIELDS[INTERVALS[sql_type][0]]}'")
    case(NUMERIC, numeric(1725, 38, 2), sql_type, "'17.25 second'" if sql_type == 106 else "!22015")
restricted(NUMERIC, numeric(1, 38, 0), MOMENTS + BINARIES + [SQL_GUID] + SEVERAL)

# Characters go to everything.
TEXTS = {
    "text": [("plain 'quoted' \\ text", None), ("", None), ("grüße 😀", None)],
    "int2": [("42", None), (" -7 ", None), ("40000", "!22003"), ("x", "!22018")],
    "int4": [("2147483647", None), ("2147483648", "!22003"), ("", "!22018"), ("1.0", "'1'"), ("5.", "'5'"), ("1e3", "'1000'"),
             ("1.5", "!22001"), ("-0.5", "!22001")],
    "int8": [("-9223372036854775808", None), ("9223372036854775808", "!22003"), ("9223372036854775807.5", "!22001")],
    "numeric": [("1.50", None), ("1e-20", None), ("9" * 1000, None), ("one", "!22018")],
    "float4": [("1.5", None), ("NaN", None)],
    "float8": [("1e300", None), ("0.1", None), ("1e400", "!22003")],
    "bool": [("1", None), ("true", None), ("f", None), ("yes", None), ("1.0", "'1'"), ("-0", "'0'"),
             ("2", "!22003"), ("-1", "!22003"), ("-0.5", "!22003"), ("0.5", "!22001"), ("1.5", "!22001"), ("x", "!22018")],
    "date": [("2024-02-29", None), ("infinity", None), ("0044-03-15 BC", None), ("2023-02-29", "!22008")],
    "time": [("23:59:59.999999", None), ("24:00:00", None)],
    "timestamp": [("2024-02-29 12:34:56.789012", None), ("294276-12-31 23:59:59", None), ("yesterday noon?", "!22007")],
    "timestamptz": [("2024-02-29 12:34:56+05:30", None)],
    "uuid": [("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", None), ("not one", "!22018")],
    # What becomes of a text for an interval depends on the type's fields: below. This one the server refuses, in its words.
    "interval": [("1 fortnight and a half", "!22007")],
    # The server's own prefix is allowed.
    "bytea": [("00FF275c", "'\\x00ff275c'"), ("\\x00FF275c", "'\\x00ff275c'"), ("\\x", "'\\x'"), ("123", "!22018"), ("", "'\\x'"), ("0", "!22018"), ("zz", "!22018")],
}
for sql_type, cast in CASTS.items():
    for text, outcome in TEXTS[cast]:
        for c_type in (CHAR, WCHAR):
            case(c_type, text.encode(), sql_type, outcome or quoted(text))


def months(sql_type):
    """Whether an interval type is one of years and months."""
    return INTERVALS[sql_type][1] < 2


UNITS = [12, 1, 86400, 3600, 60, Fraction(1, 10**6)]


def interval(c_type, data, sql_type, literal, amount, is_months, other_family):
    """An interval of so many months, or seconds: "the value in one of the fields is truncated" is 22015."""
    if is_months != months(sql_type):
        return case(c_type, data, sql_type, other_family)
    # Its last field's unit, in which it must be whole.
    whole = (amount / Fraction(UNITS[INTERVALS[sql_type][1]])).denominator == 1
    case(c_type, data, sql_type, quoted(literal) if whole else "!22015")


for sql_type, (first, last) in INTERVALS.items():
    for text, amount, is_months in (("1 day 02:03:04", 93784, False), ("1 year 2 mons", 14, True), ("2 years", 24, True),
                                    ("48:00:00", 172800, False), ("00:00:05.123456", Fraction(5123456, 10**6), False),
                                    ("00:00:05.1234567", Fraction(51234567, 10**7), False), ("1 mon 1 day", None, None)):
        for c_type in (CHAR, WCHAR):
            if amount is None:
                case(c_type, text.encode(), sql_type, "!22015")
            else:
                interval(c_type, text.encode(), sql_type, text, amount, is_months, "!22015")
    # A number is a count of the one field.
    for text in ("3", "1.55", "5.1234567"):
        fits = "!22018" if first != last else "!22015" if "." in text and (first != 5 or len(text) > 8) else f"'{text} {FIELDS[first]}'"
        for c_type in (CHAR, WCHAR):
            case(c_type, text.encode(), sql_type, fits)
# A character parameter is what the server makes of it, whatever the type.
for cast, literal in (("json", '{"a": [1]}'), ("jsonb", '{"a": 1}'), ("int4[]", "{1,2,NULL}"), ("inet", "10.0.0.1"),
                      ("bit(4)", "1010"), ("money", "$12.50"), ("int4range", "[1,5)"), ("point", "(1,2)"), ("xml", "<a/>"),
                      ("tsvector", "'a' 'b'"), ("macaddr", "08:00:2b:01:02:03"), ("text[]", '{"a b",c}')):
    for c_type in (CHAR, WCHAR):
        case(c_type, literal.encode(), 12, quoted(literal), cast)

# Bytes.
for data in (b"", b"\x00", bytes(range(256)), b"'\\"):
    for sql_type in BINARIES:
        case(BINARY, data, sql_type, f"'\\x{data.hex()}'")
for sql_type in CHARACTERS:
    case(BINARY, "grüße".encode(), sql_type, quoted("grüße"))
    case(BINARY, b"\xff\xfe", sql_type, "!22018")
for sql_type, form, value in ((4, "<i", -5), (-5, "<q", 1 << 40), (5, "<h", 7), (8, "<d", 0.25), (SQL_BIT, "<B", 1)):
    case(BINARY, struct.pack(form, value), sql_type, f"'{value}'")
    case(BINARY, struct.pack(form, value) + b"\0", sql_type, "!22003")
fixed = [(code, struct.pack("<hHH", 2024, 2, 29), "'2024-02-29'") for code in DATES]
fixed += [(code, struct.pack("<HHH", 23, 59, 58), "'23:59:58'") for code in TIMES]
fixed += [(code, struct.pack("<hHHHHHI", 2024, 2, 29, 12, 34, 56, 789012000), "'2024-02-29 12:34:56.789012'") for code in STAMPS]
fixed += [(6, struct.pack("<d", -1.5), "'-1.5'"), (7, struct.pack("<f", 0.5), "'0.5'"),
          (SQL_GUID, bytes(range(16)), "'03020100-0504-0706-0809-0a0b0c0d0e0f'")]
for sql_type, data, literal in fixed:
    case(BINARY, data, sql_type, literal)
    case(BINARY, data[:-1], sql_type, "!22003")
    case(BINARY, data + b"\0", sql_type, "!22003")
restricted(BINARY, b"\0" * 28, INTERVALS)

# Dates and times.
date = lambda y, m, d: struct.pack("<hHH", y, m, d)
time = lambda h, m, s: struct.pack("<HHH", h, m, s)
stamp = lambda y, m, d, h, mi, s, ns: struct.pack("<hHHHHHI", y, m, d, h, mi, s, ns)
for c_type in DATES:
    for parts, text in (((2024, 2, 29), "2024-02-29"), ((1, 1, 1), "0001-01-01"), ((9999, 12, 31), "9999-12-31")):
        for sql_type in DATES + STAMPS:
            case(c_type, date(*parts), sql_type, quoted(text))
        for sql_type in CHARACTERS:
            case(c_type, date(*parts), sql_type, quoted(text))
    for parts in ((2023, 2, 29), (2024, 13, 1), (2024, 0, 1), (0, 1, 1), (10000, 1, 1), (2024, 4, 31)):
        case(c_type, date(*parts), 91, "!22007")
        for sql_type in CHARACTERS:
            case(c_type, date(*parts), sql_type, "!22008")
    case(c_type, date(2024, 2, 29), SQL_OFFSET, "'2024-02-29'")
    restricted(c_type, date(2024, 1, 1), CLOCKS + list(INTEGER_TYPES) + list(EXACT) + list(APPROXIMATE) + BINARIES + [SQL_BIT, SQL_GUID] + list(INTERVALS))
for c_type in TIMES + [TIME2]:
    more = struct.pack("<HI", 0, 0) if c_type == TIME2 else b""
    for parts, text in (((23, 59, 59), "23:59:59"), ((0, 0, 0), "00:00:00")):
        for sql_type in CLOCKS + CHARACTERS:
            case(c_type, time(*parts) + more, sql_type, quoted(text))
        # On the current date.
        for sql_type in STAMPS:
            case(c_type, time(*parts) + more, sql_type, quoted("2024-01-01 " + text), "timestamp::time")
    # Leap seconds are of the calendar, and not of the server's.
    for parts in ((24, 0, 0), (1, 60, 0), (1, 2, 62), (1, 2, 60), (1, 2, 61)):
        for sql_type in CLOCKS + STAMPS + CHARACTERS:
            is_invalid = parts[2] not in (60, 61) and sql_type not in CHARACTERS
            case(c_type, time(*parts) + more, sql_type, "!22007" if is_invalid else "!22008")
    restricted(c_type, time(1, 2, 3) + more, DATES + list(INTEGER_TYPES) + list(EXACT) + list(APPROXIMATE) + BINARIES + [SQL_BIT, SQL_GUID] + list(INTERVALS))
for sql_type in CLOCKS + CHARACTERS:
    case(TIME2, time(1, 2, 3) + struct.pack("<HI", 0, 4000), sql_type, "'01:02:03.000004'")
for sql_type in CLOCKS:
    case(TIME2, time(1, 2, 3) + struct.pack("<HI", 0, 1), sql_type, "!22008")
for c_type in STAMPS:
    for parts, text in (((2024, 2, 29, 12, 34, 56, 789012000), "2024-02-29 12:34:56.789012"),
                        ((1, 1, 1, 0, 0, 0, 0), "0001-01-01 00:00:00"), ((9999, 12, 31, 23, 59, 59, 999999000), "9999-12-31 23:59:59.999999")):
        for sql_type in STAMPS + CHARACTERS:
            case(c_type, stamp(*parts), sql_type, quoted(text))
        for sql_type in CLOCKS:
            case(c_type, stamp(*parts), sql_type, quoted(text[11:]))
        # In the session's zone.
        case(c_type, stamp(*parts), SQL_OFFSET, quoted(text))
        for sql_type in DATES:
            case(c_type, stamp(*parts), sql_type, quoted(text[:10]) if text.endswith("00:00:00") else "!22008")
    case(c_type, stamp(2024, 1, 1, 0, 0, 0, 1), 93, "!22008")
    case(c_type, stamp(2023, 2, 29, 0, 0, 0, 0), 93, "!22007")
    case(c_type, stamp(2024, 1, 1, 0, 0, 0, 1000000000), 93, "!22007")
    restricted(c_type, stamp(2024, 1, 1, 0, 0, 0, 0), list(INTEGER_TYPES) + list(EXACT) + list(APPROXIMATE) + BINARIES + [SQL_BIT, SQL_GUID] + list(INTERVALS))
for offset, suffix in (((-3, -30), "-03:30"), ((0, 0), "+00"), ((5, 30), "+05:30"), ((14, 0), "+14"), ((-12, 0), "-12")):
    data = stamp(2024, 2, 29, 12, 34, 56, 789012000) + struct.pack("<hh", *offset)
    literal = f"'2024-02-29 12:34:56.789012{suffix}'"
    case(OFFSET, data, SQL_OFFSET, literal)
    for sql_type in CHARACTERS:
        case(OFFSET, data, sql_type, literal + "::timestamptz", "timestamptz")
    # The instant, in the session's zone.
    for sql_type in STAMPS:
        case(OFFSET, data, sql_type, literal + "::timestamptz")
    for sql_type in DATES:
        case(OFFSET, data, sql_type, "!22008")
        case(OFFSET, stamp(2024, 2, 29, 0, 0, 0, 0) + struct.pack("<hh", *offset), sql_type, "'2024-02-29'")
    # The date and the offset are no part of it.
    for sql_type in CLOCKS:
        case(OFFSET, data, sql_type, "'12:34:56.789012'")
for offset in ((3, -30), (-3, 30), (0, 60), (16, 0)):
    case(OFFSET, stamp(2024, 2, 29, 12, 0, 0, 0) + struct.pack("<hh", *offset), SQL_OFFSET, "!22007")
case(OFFSET, stamp(2024, 2, 29, 12, 0, 0, 1) + struct.pack("<hh", 0, 0), SQL_OFFSET, "!22008")
case(OFFSET, stamp(2023, 2, 29, 12, 0, 0, 0) + struct.pack("<hh", 0, 0), SQL_OFFSET, "!22007")
restricted(OFFSET, stamp(2024, 2, 29, 12, 0, 0, 0) + struct.pack("<hh", 0, 0), list(INTEGER_TYPES) + list(EXACT) + list(APPROXIMATE) + BINARIES + [SQL_BIT, SQL_GUID] + list(INTERVALS))

guid = struct.pack("<IHH", 0xA0EEBC99, 0x9C0B, 0x4EF8) + bytes.fromhex("bb6d6bb9bd380a11")
for sql_type in [SQL_GUID] + CHARACTERS:
    case(GUID, guid, sql_type, "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'")
restricted(GUID, guid, MOMENTS + list(INTEGER_TYPES) + list(EXACT) + list(APPROXIMATE) + BINARIES + [SQL_BIT] + list(INTERVALS))

# Intervals: the fields that the C type has; one field is also a number.
for c_type, (first, last) in INTERVALS.items():
    for sign in (0, 1):
        fields = [0] * 5
        text = []
        for field in range(first, last + 1):
            value = [3, 7, 5, 11, 13, 17][field]
            fields[field if field < 2 else field - 2] = value
            text.append(f"{'-' if sign else ''}{value} {FIELDS[field]}")
        if last == 5:
            fields[4] = 250000
            text[-1] = f"{'-' if sign else ''}17.25 second"
        data = struct.pack("<ihh5I", c_type - 100, sign, 0, *fields)
        amount = sum((Fraction(69, 4) if field == 5 else [3, 7, 5, 11, 13][field]) * (UNITS[field] if field < 5 else 1)
                     for field in range(first, last + 1))
        for sql_type in INTERVALS:
            interval(c_type, data, sql_type, " ".join(text), Fraction(amount), last < 2, "!07006")
        for sql_type in CHARACTERS:
            case(c_type, data, sql_type, f"({quoted(' '.join(text))}::interval)::text")
        for sql_type in list(INTEGER_TYPES) + list(EXACT):
            if first != last:
                case(c_type, data, sql_type, "!07006")
                continue
            number = (-1 if sign else 1) * [3, 7, 5, 11, 13, Fraction(69, 4)][first]
            if sql_type in EXACT:
                case(c_type, data, sql_type, quoted(str(number) if first != 5 else ("-17.25" if sign else "17.25")))
            else:
                case(c_type, data, sql_type, ("01S07:" if first == 5 else "") + f"'{math.trunc(number)}'")
    restricted(c_type, data, MOMENTS + BINARIES + list(APPROXIMATE) + [SQL_BIT, SQL_GUID])


# NULL goes wherever a value goes.
for c_type, sql_type in sorted({(c_type, sql_type) for c_type, _, sql_type, _, _ in CASES}):
    refused = all(outcome == "!07006" for c, _, s, _, outcome in CASES if (c, s) == (c_type, sql_type))
    CASES.append((c_type, None, sql_type, CASTS[sql_type], "!07006" if refused else "null"))

# SQL_C_DEFAULT is the C type of appendix D, "Default C data types".
DEFAULTS = {SQL_BIT: BIT, 5: -15, 4: -16, -5: -25, 7: FLOAT, 6: DOUBLE, 8: DOUBLE, 2: CHAR, 3: CHAR, SQL_GUID: GUID,
            SQL_TIME2: TIME2, SQL_OFFSET: OFFSET, -6: -26, **{code: code for code in INTERVALS},
            **{code: WCHAR if code in (-8, -9, -10) else CHAR for code in CHARACTERS}, **{code: BINARY for code in BINARIES},
            **{code: 91 for code in DATES}, **{code: 92 for code in TIMES}, **{code: 93 for code in STAMPS}}
DEFAULT = 99
CASES += [(DEFAULT, data, sql_type, cast, outcome) for c_type, data, sql_type, cast, outcome in CASES
          if DEFAULTS[sql_type] == c_type and c_type != WCHAR]


def psql(sql):
    env = dict(os.environ, PGPASSWORD=os.environ["PGODBC_TEST_PASSWORD"], PGCLIENTENCODING="UTF8")
    arguments = ["psql", "-XqAt", "-h", env["PGODBC_TEST_HOST"], "-p", env["PGODBC_TEST_PORT"], "-U",
                 env["PGODBC_TEST_USER"], "-d", env["PGODBC_TEST_DATABASE"], "-v", "ON_ERROR_STOP=1", "-f", "-"]
    return subprocess.run(arguments, input=sql, env=env, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout


def main():
    literals = [(index, outcome.split(":", 1)[1] if outcome.startswith("01S07:") else outcome)
                for index, (*_, outcome) in enumerate(CASES) if not outcome.startswith(("!", "null"))]
    asked = "".join(f"select encode(convert_to(({literal}::{CASES[index][3]})::text, 'UTF8'), 'hex');\n"
                    for index, literal in literals)
    answers = psql("set TimeZone to 'Asia/Kolkata';\n" + asked).split("\n")
    texts = {index: answer for (index, _), answer in zip(literals, answers)}
    for index, (c_type, data, sql_type, cast, outcome) in enumerate(CASES):
        if index in texts:
            outcome = ("01S07:" if outcome.startswith("01S07:") else "") + texts[index]
        print(c_type, "null" if data is None else data.hex(), sql_type, cast, outcome, sep="\t")


main()
