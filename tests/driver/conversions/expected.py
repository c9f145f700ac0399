#!/usr/bin/env python3
"""Works out what every value becomes as every C type, by the ODBC reference's appendix D and Python's own arithmetic.

    tests/tools/with-server 15 -- python3 tests/driver/conversions/expected.py > tests/driver/conversions/expected.tsv

Nothing here comes from the driver. The texts come from the server, through psql; numbers, dates and intervals are made
from Python's int, Fraction, Decimal and struct. Each line is a value: its SQL expression, the first major version of the
server that has it, the name of its type (of a domain's base type), how many characters at the beginning of its text a
bound buffer must hold (22003 else), then the outcomes:

    C type code = outcome        all C types that are not there are 07006; 2(10,4) is SQL_C_NUMERIC of that precision and
                                 scale
    outcome: [SQLSTATE:]bytes    bytes of the C type in memory (little-endian) in hexadecimal; for SQL_C_WCHAR of the
                                 text in UTF-8; an SQLSTATE of warning in front of it
             !SQLSTATE           an error
             @today:bytes        the first six bytes are the current date
             >code               as that C type (SQL_C_DEFAULT)
             null                NULL
"""

import math, os, re, struct, subprocess
from decimal import Decimal
from fractions import Fraction

CHAR, WCHAR, BINARY = 1, -8, -2
INTEGERS = {-16: (4, 1), 4: (4, 1), -18: (4, 0), -15: (2, 1), 5: (2, 1), -17: (2, 0), -26: (1, 1), -6: (1, 1),
            -28: (1, 0), -25: (8, 1), -27: (8, 0)}
BIT, FLOAT, DOUBLE, NUMERIC, GUID = -7, 7, 8, 2, -11
DATES, TIMES, STAMPS = (91, 9), (92, 10), (93, 11)
TIME2, OFFSET, DEFAULT = 0x4000, 0x4001, 99
# Precision and scale of an application's descriptor.
NUMERICS = {f"2({precision},{scale})": (precision, scale) for precision, scale in ((1, 0), (5, 2), (12, 4), (38, 20), (38, 38))}
# code: first and last field of year, month, day, hour, minute, second
INTERVALS = {101: (0, 0), 102: (1, 1), 103: (2, 2), 104: (3, 3), 105: (4, 4), 106: (5, 5), 107: (0, 1), 108: (2, 3),
             109: (2, 4), 110: (2, 5), 111: (3, 4), 112: (3, 5), 113: (4, 5)}
UNITS = [12, 1, 86400, 3600, 60, 1]


def ok(data, state=None):
    return (state + ":" if state else "") + data.hex()


def integer(number, size, signed):
    """A number (Fraction) as a C integer: the whole part, 01S07 for a fraction, 22003 where it does not fit."""
    whole = math.trunc(number)
    low, high = (-(1 << 8 * size - 1), (1 << 8 * size - 1) - 1) if signed else (0, (1 << 8 * size) - 1)
    if not low <= whole <= high:
        return "!22003"
    return ok(whole.to_bytes(size, "little", signed=bool(signed)), "01S07" if whole != number else None)


def nearest(number, bits, least, most):
    """The nearest binary float (ties to even) with so many bits of significand; None beyond the range."""
    if number == 0:
        return Fraction(0)
    exponent = number.numerator.bit_length() - number.denominator.bit_length()
    while abs(number) >= Fraction(2) ** (exponent + 1):
        exponent += 1
    while abs(number) < Fraction(2) ** exponent:
        exponent -= 1
    unit = Fraction(2) ** (max(exponent, least) - bits + 1)
    rounded = Fraction(round(number / unit)) * unit  # round() of a Fraction is to even
    return None if abs(rounded) >= Fraction(2) ** (most + 1) or rounded == 0 else rounded


def single(number):
    rounded = nearest(number, 24, -126, 127)
    return "!22003" if rounded is None else ok(struct.pack("<f", float(rounded)))


def double(number):
    rounded = nearest(number, 53, -1022, 1023)
    return "!22003" if rounded is None else ok(struct.pack("<d", float(rounded)))


def bit(number):
    whole = math.trunc(number)
    if number < 0 or whole not in (0, 1):
        return "!22003"
    return ok(bytes([whole]), "01S07" if whole != number else None)


def numeric(number, precision=38, scale=0):
    scaled = abs(number) * Fraction(10) ** scale
    whole = math.trunc(scaled)
    if whole >= 10**precision:
        return "!22003"
    # 1 for positive; a zero is.
    sign = 0 if number < 0 and whole else 1
    state = "01S07" if whole != scaled else None
    return ok(struct.pack("<BbB", precision, scale, sign) + whole.to_bytes(16, "little"), state)


def numerics(number):
    return {code: numeric(number, *form) for code, form in NUMERICS.items()}


def interval_of_number(number, code):
    first, last = INTERVALS[code]
    if first != last:
        return None
    whole = math.trunc(abs(number))
    if whole > 0xFFFFFFFF:
        return "!22015"
    fraction = abs(number) - whole
    lost, micro = fraction != 0, 0
    if first == 5:
        micro = math.trunc(fraction * 1000000)
        lost = micro != fraction * 1000000
    fields = [0] * 5
    fields[first if first < 2 else first - 2] = whole
    if first == 5:
        fields[4] = micro
    sign = 1 if number < 0 else 0
    return ok(struct.pack("<ihh5I", code - 100, sign, 0, *fields), "01S07" if lost else None)


def interval(months, days, micro, code, lost=False):
    """lost: digits below the microsecond are left out."""
    first, last = INTERVALS[code]
    seconds_total = days * 86400 * 1000000 + micro
    fields = [0] * 5
    if last <= 1:
        # Days and time alone are no interval of years and months.
        if seconds_total and not months:
            return "!22015"
        total, rest_lost, sign = abs(months), seconds_total != 0, months < 0
    else:
        if months:
            return "!22015"
        total, sign = abs(seconds_total) // 1000000, seconds_total < 0
        fraction = abs(seconds_total) % 1000000
        rest_lost = False
    for field in range(first, last + 1):
        fields[field if field < 2 else field - 2] = total // UNITS[field]
        total %= UNITS[field]
    if max(fields) > 0xFFFFFFFF:
        return "!22015"
    lost = lost or rest_lost or total != 0
    if last == 5:
        fields[4] = fraction
    elif last > 1:
        lost = lost or fraction != 0
    return ok(struct.pack("<ihh5I", code - 100, 1 if sign else 0, 0, *fields), "01S07" if lost else None)


def characters(text):
    data = text.encode()
    return {CHAR: ok(data), WCHAR: ok(data)}


def exact(number, text, native=None, intervals=True):
    """What an exact number becomes."""
    out = characters(text)
    for code, (size, signed) in INTEGERS.items():
        out[code] = integer(number, size, signed)
    out[BIT], out[NUMERIC] = bit(number), numeric(number)
    out.update(numerics(number))
    out[DOUBLE], out[FLOAT] = double(number), single(number)
    if intervals:
        for code in INTERVALS:
            value = interval_of_number(number, code)
            if value:
                out[code] = value
    out[BINARY] = ok(native if native is not None else text.encode())
    return out


def special(text):
    """NaN and infinities of numeric and the floats."""
    state = "!22018" if text == "NaN" else "!22003"
    out = characters(text)
    for code in list(INTEGERS) + [BIT, NUMERIC] + list(NUMERICS):
        out[code] = state
    out[DOUBLE] = ok(struct.pack("<d", float(text)))
    out[FLOAT] = ok(struct.pack("<f", float(text)))
    return out


def date_bytes(y, m, d):
    return struct.pack("<hHH", y, m, d)


def moment(text, day=None, clock=None, offset=None, native=None, from_text=False):
    """day: (y, m, d) or a fault; clock: (h, m, s, nanoseconds)."""
    out = characters(text)
    fault = None
    if isinstance(day, str):
        fault = day
    elif day and not 1 <= day[0] <= 9999:
        fault = "!22008"
    elif clock and clock[0] > 23:
        fault = "!22008"
    missing = "!22018" if from_text else None

    def put(codes, value):
        for code in codes:
            if value is not None:
                out[code] = value

    has_day, has_clock = day is not None, clock is not None
    h, mi, s, ns = clock or (0, 0, 0, 0)
    if fault in ("!22007",):
        put(DATES + STAMPS + (OFFSET,), fault)
        if has_clock:
            put(TIMES + (TIME2,), fault)
    else:
        bad_day, bad_clock = fault and has_day and not 1 <= day[0] <= 9999, fault and clock and clock[0] > 23
        if has_day:
            put(DATES, fault if bad_day else ok(date_bytes(*day), "01S07" if (h, mi, s, ns) != (0, 0, 0, 0) else None))
        else:
            put(DATES, missing)
        if has_clock:
            put(TIMES, "!22008" if bad_clock else ok(struct.pack("<HHH", h, mi, s), "01S07" if ns else None))
            put((TIME2,), "!22008" if bad_clock else ok(struct.pack("<HHHHI", h, mi, s, 0, ns)))
        else:
            put(TIMES + (TIME2,), missing)
        if fault:
            put(STAMPS + (OFFSET,), fault)
        else:
            stamp = struct.pack("<hHHHHHI", *(day or (0, 0, 0)), h, mi, s, ns)
            today = "" if has_day else "@today:"
            put(STAMPS, today + ok(stamp))
            seconds = offset or 0
            hour, minute = int(seconds / 3600), int(math.fmod(int(seconds / 60), 60))
            state = "01S07" if seconds % 60 else None
            put((OFFSET,), today + ok(stamp + struct.pack("<hh", hour, minute), state))
    if native:
        out[BINARY] = out[native]
    return out


def guid(text):
    hexes = text.replace("-", "")
    data = bytes.fromhex(hexes)
    return struct.pack("<IHH", *struct.unpack(">IHH", data[:8])) + data[8:]


def text_value(text, number=None, moments=None, uuid=None, intervals=None):
    """Characters: a number, date, GUID or interval if they are one; else 22018."""
    out = {}
    everything = list(INTEGERS) + list(NUMERICS) + [BIT, NUMERIC, DOUBLE, FLOAT, GUID, TIME2, OFFSET] + list(INTERVALS)
    for code in everything + list(DATES + TIMES + STAMPS):
        out[code] = "!22018"
    if number is not None:
        out.update(exact(number, text))
        # "Interval Literal Syntax": one field is an unsigned integer behind a sign, of seconds with a fraction.
        for code, (first, last) in INTERVALS.items():
            if first != last or not re.fullmatch(r"[+-]?[0-9]+" + (r"(\.[0-9]*)?" if first == 5 else ""), text.strip()):
                out[code] = "!22018"
    if moments:
        out.update(moments)
    if uuid:
        out[GUID] = ok(guid(uuid))
    if intervals is not None:
        for code in INTERVALS:
            out[code] = interval(*intervals[:3], code, lost=len(intervals) > 3)
    out.update(characters(text))
    out[BINARY] = ok(text.encode())
    return out


VALUES = []


def value(sql, make, text=None):
    """text: for a value that the server which is asked does not have, or not as an argument of concat()."""
    VALUES.append((sql, make, text))


def number(sql, what, native):
    value(sql, lambda text: exact(Fraction(what), text, native))


for size, name in ((2, "int2"), (4, "int4"), (8, "int8")):
    top = 1 << 8 * size - 1
    for what in sorted({0, 1, -1, 2, 127, 128, 255, 256, -128, -129, 32767, -32768, top - 1, -top, top // 2}):
        if -top <= what < top:
            number(f"({what})::{name}", what, what.to_bytes(size, "little", signed=True))
    if size > 2:
        for what in (32768, 65535, 65536, -32769):
            number(f"({what})::{name}", what, what.to_bytes(size, "little", signed=True))
for what in (2147483648, 4294967295, 4294967296, -2147483649, 9007199254740993, 16777217):
    number(f"({what})::int8", what, what.to_bytes(8, "little", signed=True))
for what in (0, 1, 255, 2147483648, 4294967295):
    number(f"'{what}'::oid", what, what.to_bytes(8, "little"))
for kind in ("xid", "cid"):
    for what in (0, 4294967295):
        number(f"'{what}'::{kind}", what, what.to_bytes(8, "little"))

for literal in ("0", "1", "-1", "0.5", "-0.5", "1.9", "-1.9", "127.5", "255.99", "256", "2147483647.9", "2147483648",
                "-2147483648.5", "4294967295.5", "9223372036854775807", "9223372036854775808", "18446744073709551615",
                "18446744073709551616", "0.1", "123456.789012", "1e20", "9.99e37", "1e38", "1e-20", "1e39", "1e308", "1e400",
                "0.000001", "0.0000001", "1.00", "99999999999999999999999999999999999999"):
    value(f"'{literal}'::numeric", lambda text, literal=literal: exact(Fraction(Decimal(literal)), text))
value("'-99999999999999999999999999999999999999.5'::numeric", lambda text: exact(Fraction(-(10**39 - 5), 10), text))
value("('0.' || repeat('0', 999) || '1')::numeric(1000,1000)", lambda text: exact(Fraction(1, 10**1000), text))
value("'0.50'::numeric(8,2)", lambda text: exact(Fraction(1, 2), text))
value(f"(repeat('7', 900) || '.' || repeat('3', 100))::numeric", lambda text: {
    **exact(Fraction(int("7" * 900)), text), DOUBLE: "!22003", FLOAT: "!22003"})
for literal in ("NaN", "Infinity", "-Infinity"):
    def numeric_special(text, literal=literal):
        out = special(literal)
        state = out[NUMERIC]
        for code, (first, last) in INTERVALS.items():
            if first == last:
                out[code] = state
        out[BINARY] = ok(text.encode())
        return out
    value(f"'{literal}'::numeric", numeric_special)


def floating(what, pack):
    def make(text):
        out = exact(Fraction(what), text, struct.pack(pack, what), intervals=False)
        # As a decimal number a float is the shortest one that is read back as the same float: what the server prints.
        out[NUMERIC] = numeric(Fraction(Decimal(text)))
        out.update(numerics(Fraction(Decimal(text))))
        return out
    return make


for what in (0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 255.75, 256.0, 2147483647.5, 2147483648.0, -2147483649.0, 9.2233720368547748e18,
             9.2233720368547758e18, 1e20, 0.1, 1e300, -1e300, 1e38, 3.4028234663852886e38, 3.5e38, 123456789.125, 1e-5, 1e-30):
    value(f"'{what!r}'::float8", floating(what, "<d"))
for what in (0.0, 1.0, -1.5, 0.1, 16777216.0, 3.4028234663852886e38, 1e-30, 255.5, -1.04424225e-32):
    what = struct.unpack("<f", struct.pack("<f", what))[0]
    value(f"'{what!r}'::float4", floating(what, "<f"))
for name, pack in (("float8", "<d"), ("float4", "<f")):
    for literal in ("NaN", "Infinity", "-Infinity"):
        def float_special(text, literal=literal, pack=pack):
            out = special(literal)
            out[BINARY] = ok(struct.pack(pack, float(literal)))
            return out
        value(f"'{literal}'::{name}", float_special)

for what in (True, False):
    # bool is SQL_BIT: 1 or 0 as characters, too.
    value(str(what).lower(), lambda text, what=what: exact(Fraction(what), str(int(what)), bytes([what]), intervals=False))

# Dates and times.
INFINITE = "!22007"
for literal, day in (("2024-02-29", (2024, 2, 29)), ("0001-01-01", (1, 1, 1)), ("9999-12-31", (9999, 12, 31)),
                     ("1582-10-10", (1582, 10, 10)), ("1970-01-01", (1970, 1, 1)), ("0044-03-15 BC", (-43, 3, 15)),
                     ("10000-01-01", (10000, 1, 1)), ("5874897-12-31", (5874897, 12, 31)), ("4713-01-01 BC", (-4712, 1, 1)),
                     ("infinity", INFINITE), ("-infinity", INFINITE)):
    def make_date(text, day=day):
        out = moment(text, day)
        for code in TIMES + (TIME2,):
            out.pop(code, None)
        out[BINARY] = out[91]
        return out
    value(f"'{literal}'::date", make_date)
for literal, clock in (("00:00:00", (0, 0, 0, 0)), ("23:59:59", (23, 59, 59, 0)), ("12:34:56.789", (12, 34, 56, 789000000)),
                       ("00:00:00.000001", (0, 0, 0, 1000)), ("24:00:00", (24, 0, 0, 0))):
    def make_time(text, clock=clock):
        out = moment(text, None, clock)
        for code in DATES:
            out.pop(code, None)
        out[BINARY] = out[92]
        return out
    value(f"'{literal}'::time", make_time)
    for zone, offset in (("+05:30", 19800), ("-03:30", -12600), ("+00", 0), ("-15:59:59", -57599), ("+15:59", 57540)):
        value(f"'{literal}{zone}'::timetz", lambda text, clock=clock, offset=offset: make_zone(text, clock, offset))


def make_zone(text, clock, offset):
    """Characters, since no structure of the standard has an offset: leaving it out is a truncation."""
    out = moment(text, None, clock, offset, from_text=True)
    for code in TIMES + STAMPS + (TIME2,):
        today, data = re.fullmatch("(@today:)?(?:01S07:)?(.*)", out[code]).groups()
        if not data.startswith("!"):
            out[code] = f"{today or ''}01S07:{data}"
    return text_value(text, moments=out)


for literal, day, clock in (("2024-02-29 12:34:56.789012", (2024, 2, 29), (12, 34, 56, 789012000)),
                            ("2024-01-01 00:00:00", (2024, 1, 1), (0, 0, 0, 0)),
                            ("0001-01-01 00:00:00", (1, 1, 1), (0, 0, 0, 0)),
                            ("9999-12-31 23:59:59.999999", (9999, 12, 31), (23, 59, 59, 999999000)),
                            ("1969-12-31 23:59:59.5", (1969, 12, 31), (23, 59, 59, 500000000)),
                            ("0044-03-15 01:02:03 BC", (-43, 3, 15), (1, 2, 3, 0)),
                            ("294276-12-31 23:59:59.999999", (294276, 12, 31), (23, 59, 59, 999999000)),
                            ("4713-01-01 00:00:00 BC", (-4712, 1, 1), (0, 0, 0, 0)),
                            ("infinity", INFINITE, (0, 0, 0, 0)), ("-infinity", INFINITE, (0, 0, 0, 0))):
    value(f"'{literal}'::timestamp", lambda text, day=day, clock=clock: moment(text, day, clock, native=93))
# The session's zone is Asia/Kolkata: UTC and five and a half hours, and 5:53:28 before 1854 by the sun of Calcutta.
for literal, day, clock, offset in (("2024-02-29 07:04:56.5+00", (2024, 2, 29), (12, 34, 56, 500000000), 19800),
                                    ("1999-12-31 20:00:00+00", (2000, 1, 1), (1, 30, 0, 0), 19800),
                                    ("1800-01-01 00:00:00+00", (1800, 1, 1), (5, 53, 28, 0), 21208),
                                    ("0044-03-15 06:00:00+00 BC", (-43, 3, 15), (11, 53, 28, 0), 21208),
                                    ("9999-12-31 18:29:59.999999+00", (9999, 12, 31), (23, 59, 59, 999999000), 19800),
                                    ("9999-12-31 18:30:00+00", (10000, 1, 1), (0, 0, 0, 0), 19800),
                                    ("294276-12-31 00:00:00+00", (294276, 12, 31), (5, 30, 0, 0), 19800),
                                    ("infinity", INFINITE, (0, 0, 0, 0), 0), ("-infinity", INFINITE, (0, 0, 0, 0), 0)):
    value(f"'{literal}'::timestamptz",
          lambda text, day=day, clock=clock, offset=offset: moment(text, day, clock, offset, native=93))



def make_interval(*parts):
    return lambda text: text_value(text, intervals=parts)


for literal, months, days, micro in (("1 year 2 mons", 14, 0, 0), ("-14 mons", -14, 0, 0), ("0", 0, 0, 0),
                                     ("163 days 12:39:59.163", 0, 163, 45599163000), ("-3 days -04:05:06.25", 0, -3, -14706250000),
                                     ("100:00:00", 0, 0, 360000000000), ("1 mon 1 day", 1, 1, 0), ("-00:00:00.5", 0, 0, -500000),
                                     ("178000000 years", 2136000000, 0, 0), ("-2147483648 mons", -2147483648, 0, 0),
                                     ("2147483647 days", 0, 2147483647, 0), ("-2147483648 days", 0, -2147483648, 0),
                                     ("2562047788:00:54.775807", 0, 0, 9223372036854775807),
                                     ("-1 days +02:03:00", 0, -1, 7380000000)):
    value(f"'{literal}'::interval", make_interval(months, days, micro))
# Columns that are declared with fields: of one field they are a number, of years and months no days and time.
for fields, literal, count, parts in (("year", "-3 years", Fraction(-3), (-36, 0, 0)),
                                      ("month", "300 mons", Fraction(300), (300, 0, 0)),
                                      ("day", "70000 days", Fraction(70000), (0, 70000, 0)),
                                      ("hour", "1 day 02:00", Fraction(26), (0, 1, 7200000000)),
                                      ("minute", "-01:01", Fraction(-61), (0, 0, -3660000000)),
                                      ("second(2)", "-00:01:30.25", Fraction(-361, 4), (0, 0, -90250000)),
                                      ("second", "0", Fraction(0), (0, 0, 0)),
                                      ("year to month", "1 year 2 mons", None, (14, 0, 0)),
                                      ("day to second", "1 day 02:03:04.5", None, (0, 1, 7384500000))):
    def make_declared(text, count=count, parts=parts, is_year_month=fields[:4] in ("year", "mont")):
        out = text_value(text, number=count, intervals=parts)
        return {code: outcome for code, outcome in out.items()
                if code not in INTERVALS or (INTERVALS[code][1] <= 1) == is_year_month}
    value(f"'{literal}'::interval {fields}", make_declared)
# The least, which is no literal.
value("interval '-2562047788:00:54.775807' - interval '00:00:00.000001'", make_interval(0, 0, -(1 << 63)))

for literal in ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000",
                "ffffffff-ffff-ffff-ffff-ffffffffffff"):
    value(f"'{literal}'::uuid", lambda text, literal=literal: {
        **characters(text), GUID: ok(guid(literal)), BINARY: ok(guid(literal))})
for literal in ("infinity", "-infinity"):
    # No fields to put into a structure.
    value(f"'{literal}'::interval", lambda text: {
        **text_value(text), **{code: "!22015" for code in INTERVALS}}, text=literal)
for data in (b"", b"\x00", b"\x00\xff\x27\x5c", bytes(range(256))):
    value(f"'\\x{data.hex()}'::bytea", lambda text, data=data: {
        **characters(data.hex().upper()), BINARY: ok(data)})

# Characters, and what they are a literal of.
TEXTS = [("plain words", {}), ("", {}), ("  42  ", {"number": Fraction(42)}), ("-1.5", {"number": Fraction(-3, 2)}),
         ("1e3", {"number": Fraction(1000)}), ("1e400", {"number": Fraction(10) ** 400}), ("NaN", {}), ("grüße 😀 €", {}),
         ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", {"uuid": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}),
         ("{\"a\": [1, 2]}", {}), ("line\nfeed\ttab", {})]
for literal, known in TEXTS:
    for kind in ("text", "varchar", "varchar(100)"):
        quoted = literal.replace("'", "''")
        value(f"'{quoted}'::{kind}", lambda text, known=known: text_value(text, **known))
value("'ab'::char(5)", lambda text: text_value("ab   "))
value("'2024-02-29'::text", lambda text: text_value(text, moments=moment(text, (2024, 2, 29), from_text=True)))
value("'2024-02-29 12:34:56.5'::text",
      lambda text: text_value(text, moments=moment(text, (2024, 2, 29), (12, 34, 56, 500000000), from_text=True)))
value("'12:34:56.25'::varchar", lambda text: text_value(
    text, moments=moment(text, None, (12, 34, 56, 250000000), from_text=True), intervals=(0, 0, 45296250000)))
value("'0:00:01.0000001'::text", lambda text: text_value(text, intervals=(0, 0, 1000000, True)))
value("'163 12:39:59.163'::text", lambda text: text_value(text, intervals=(0, 163, 45599163000)))
value("'-1-2'::text", lambda text: text_value(text, intervals=(-14, 0, 0)))

# What is on both sides of the grammar's borders (appendix C, "Numeric Literal Syntax", "Date, Time, and Timestamp Escape
# Sequences", "Interval Literal Syntax").
day, clock = (2024, 2, 29), (12, 34, 56, 0)
for literal, known in (
        ("+7", {"number": Fraction(7)}), (".5", {"number": Fraction(1, 2)}), ("5.", {"number": Fraction(5)}),
        ("1e-3", {"number": Fraction(1, 1000)}), ("20240229", {"number": Fraction(20240229)}), ("0x10", {}), ("1,5", {}), ("--1", {}),
        ("1 2", {"intervals": (0, 1, 2 * 3600 * 10**6)}), ("1e", {}), (".", {}), ("Infinity", {}), ("infinity", {}),
        ("2023-02-29", {}), ("0000-01-01", {}), ("10000-01-01", {}), ("2024-13-01", {}), ("2024-2-9", {}),
        ("0044-03-15 BC", {}), ("2024-02-29 24:00:00", {}), ("2024-02-29 12:34:56+02", {}), ("2024-02-29 12:34:56 x", {}),
        ("23:59:60", {}), ("24:00:00", {"intervals": (0, 0, 86400 * 10**6)}),
        (" 2024-02-29 ", {"moments": moment("", day, from_text=True)}),
        ("2024-02-29 00:00:00", {"moments": moment("", day, (0, 0, 0, 0), from_text=True)}),
        ("2024-02-29T12:34:56", {"moments": moment("", day, clock, from_text=True)}),
        ("12:34:56", {"moments": moment("", None, clock, from_text=True), "intervals": (0, 0, 45296 * 10**6)}),
        ("163-11", {"intervals": (1967, 0, 0)}), ("163-13", {}), ("16 23:39:56.23", {"intervals": (0, 16, 85196230000)}),
        ("16 24:39:56", {}), ("INTERVAL '163-11' YEAR(3) TO MONTH", {"intervals": (1967, 0, 0)}),
        ("{INTERVAL -'16 23:39:56.23' DAY TO SECOND}", {"intervals": (0, -16, -85196230000)}),
        ("{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", {"uuid": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}),
        ("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", {"uuid": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}),
        ("a0eebc999c0b4ef8bb6d6bb9bd380a11", {}), ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g", {})):
    value(f"'{literal.replace(chr(39), chr(39) * 2)}'::text", lambda text, known=known: text_value(text, **known))

# Types that are text to ODBC.
for sql in ("'{\"a\": 1}'::json", "'{\"a\": 1, \"b\": [true, null]}'::jsonb", "'$.a[*]'::jsonpath", "'<a>b</a>'::xml",
            "'10.1.2.3/32'::inet", "'10.1.2.3/8'::inet", "'::1'::inet", "'10.0.0.0/8'::cidr", "'2001:db8::/32'::cidr",
            "'08:00:2b:01:02:03'::macaddr", "'08:00:2b:01:02:03:04:05'::macaddr8",
            "'(1,2)'::point", "'(1e-300,-Infinity)'::point", "'{1,-1,0}'::line", "'[(0,0),(1,1)]'::lseg",
            "'(1,1),(0,0)'::box", "'((0,0),(1,1))'::path", "'[(0,0),(1,1)]'::path", "'((0,0),(1,1),(2,0))'::polygon",
            "'<(0,0),1>'::circle", "'a fat cat'::tsvector", "''::tsvector", "'fat & cat'::tsquery",
            "'[1,5)'::int4range", "'empty'::int4range", "'(,)'::int4range", "'[1,5)'::int8range", "'[1.5,2.5]'::numrange",
            "'[2024-01-01,2024-02-01)'::daterange", "'[2024-01-01,infinity)'::daterange",
            "'[2024-01-01 00:00,2024-02-01 00:00)'::tsrange", "'[2024-01-01 00:00+00,2024-02-01 00:00+00)'::tstzrange",
            "'[1.5,2.5)'::pg_temp.conversions_span", "'{[1,2),[3,4)}'::int4multirange", "'{}'::int4multirange",
            "'{[1,2),[3,4)}'::int8multirange", "'{[1.5,2.5]}'::nummultirange", "'{[2024-01-01,2024-02-01)}'::datemultirange",
            "'{[2024-01-01 00:00,2024-02-01 00:00)}'::tsmultirange",
            "'{[2024-01-01 00:00+00,2024-02-01 00:00+00)}'::tstzmultirange",
            "array[1,null,3]::int4[]", "array[['a','b c'],['d\"','NULL']]::text[]", "'[0:2]={1,2,3}'::int4[]",
            "'{{{1,2},{3,4}},{{5,6},{7,8}}}'::int8[]", "array[true,false]", "array['2024-01-01'::date]",
            "array['2024-01-01 00:00+00'::timestamptz]", "array['1 day'::interval]", "array[1.50::numeric]", "'{}'::int4[]",
            "array['']::text[]", "array['\\x00ff'::bytea]", "array['{\"a\": 1}'::jsonb]", "array['[1,2)'::int4range]",
            "array['(1,2)'::point]", "array[1.5::float8]",
            "array['sad'::pg_temp.conversions_mood]", "array[row(1,'x y')::pg_temp.conversions_pair]",
            "array['a'::pg_temp.conversions_odd]",
            "row(1, 'a b', null)", "row(row(1), array[2])", "row('2024-01-01'::date, 'a\"b')", "row()",
            "'abc'::name", f"'{'n' * 63}'::name", "''::name", "'a'::\"char\"", "'\\200'::\"char\"", "''::\"char\"",
            "'16/B374D848'::pg_lsn", "'pg_class'::regclass", "'int4'::regtype", "'now'::regproc", "'abs(int4)'::regprocedure",
            "'pg_catalog'::regnamespace", "'simple'::regconfig", "'1 2 3'::int2vector", "'1 2 3 4'::oidvector", "'(0,1)'::tid",
            "'cursor'::refcursor", "'10:20:10,14,15'::pg_snapshot", "'10:20:10,14'::txid_snapshot",
            "'sad'::pg_temp.conversions_mood", "'grün'::pg_temp.conversions_mood", "row(1,'x y')::pg_temp.conversions_pair",
            "'Text'::pg_temp.conversions_text_domain", "'any thing'::pg_temp.conversions_odd",
            "'a=>1, \"b c\"=>NULL'::conversions.hstore", "''::conversions.hstore", "'GrÜn'::conversions.citext",
            "'Top.Science.Astronomy'::conversions.ltree", "'Top.*'::conversions.lquery", "'(1,2),(3,4)'::conversions.cube"):
    value(sql, lambda text: text_value(text))
value("'$.a'::text::jsonpath", lambda text: text_value(text))
value("'18446744073709551615'::xid8", lambda text: text_value(text, number=Fraction(18446744073709551615)))
# A GUID may be in braces, for the server's own input function, too.
guids = ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000"]
value(f"array['{guids[0]}'::uuid]", lambda text: text_value(text, uuid=guids[0]))
value(f"'{{{','.join(guids)}}}'::uuid[]", lambda text: text_value(text))
value("'a string'::cstring", lambda text: text_value(text), text="a string")
value("pg_sleep(0)", lambda text: text_value(text), text="")
value("42::pg_temp.conversions_domain", lambda text: exact(Fraction(42), text, (42).to_bytes(4, "little")))
value("42::pg_temp.conversions_deeper_domain", lambda text: exact(Fraction(42), text, (42).to_bytes(4, "little")))
value("1.5::pg_temp.conversions_numeric_domain", lambda text: exact(Fraction(3, 2), text))
# The number of a large object: it is read through it where a column of a table has the type.
value("'4294967295'::conversions.lo", lambda text: exact(Fraction(4294967295), text, (4294967295).to_bytes(8, "little")))
for literal in ("1010", "1", "0", "1" * 64):
    value(f"B'{literal}'::varbit", lambda text, literal=literal: exact(Fraction(int(literal)), text, intervals=False))
value("B''::varbit", lambda text: {**{code: "!22018" for code in exact(Fraction(0), text, intervals=False)},
                                   **characters(text), BINARY: ok(b"")})
value("'10101010'::bit(8)", lambda text: exact(Fraction(10101010), text, intervals=False))
for literal in ("1234.56", "-0.01", "0", "-92233720368547758.08", "92233720368547758.07", "1000000"):
    value(f"'{literal}'::money", lambda text, literal=literal: {
        **text_value(text), **exact(Fraction(Decimal(literal)), text, intervals=False)})

# What SQL_C_DEFAULT is for the SQL type that a server type is reported as (appendix D, "Default C data types"): all
# others are SQL_WVARCHAR or its kin.
DEFAULTS = {"bool": BIT, "int2": -15, "int4": -16, "int8": -25, "oid": -25, "xid": -25, "cid": -25, "float4": FLOAT,
            "float8": DOUBLE, "numeric": CHAR, "bytea": BINARY, "date": 91, "time": 92, "timestamp": 93,
            "timestamptz": 93, "uuid": GUID}


def kept(kind, text):
    """How many characters may not be cut off: appendix D has 22003 for whole digits, dates and times, GUIDs."""
    if kind in ("bool", "int2", "int4", "int8", "oid", "xid", "cid", "money", "uuid", "date"):
        return len(text)
    if kind in ("numeric", "float4", "float8", "time", "timetz", "timestamp", "timestamptz"):
        # Only digits behind the point are no other value when they are gone: no exponent, no offset, no BC.
        whole = re.fullmatch(r"(.*)\.[0-9]+", text)
        return len(whole[1]) if whole else len(text)
    return 0


def version(sql):
    if "interval" in sql and "infinity" in sql:
        return 17
    # What the input functions take.
    if "2562047788" in sql or "\\200" in sql:
        return 15
    return 14 if "multirange" in sql or sql.endswith("Infinity'::numeric") else 13


def psql(sql):
    env = dict(os.environ, PGPASSWORD=os.environ["PGODBC_TEST_PASSWORD"], PGCLIENTENCODING="UTF8")
    arguments = ["psql", "-XqAt", "-h", env["PGODBC_TEST_HOST"], "-p", env["PGODBC_TEST_PORT"], "-U",
                 env["PGODBC_TEST_USER"], "-d", env["PGODBC_TEST_DATABASE"], "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=terse", "-f", "-"]
    return subprocess.run(arguments, input=sql, env=env, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    setup = open(os.path.join(here, "setup.sql"), encoding="utf-8").read()
    answers = psql("begin;\n" + setup + "set TimeZone to 'Asia/Kolkata';\n" + "".join(map(question, VALUES)) + "rollback;\n")
    nulls = {}
    for (sql, make, text), answer in zip(VALUES, answers.split("\n")[-len(VALUES) - 1:-1]):
        answer, kind = answer.split("|")
        text = bytes.fromhex(answer).decode() if text is None else text
        outcomes = make(text)
        write(sql, version(sql), kind, kept(kind, text), outcomes)
        name = re.fullmatch(r".*::([a-z0-9_.\"]+(\([0-9,]+\))?(\[\])?)", sql, re.DOTALL)
        if name:
            nulls.setdefault(name[1], (version(sql), kind, outcomes))
    # A conversion that there is none for is refused for NULL as well.
    for name, (first, kind, outcomes) in nulls.items():
        write(f"null::{name}", first, kind, 0, {code: "null" for code in outcomes})


def question(value):
    """The text of a value as its output function writes it, in hexadecimal so that nothing is lost on the way; and the
    catalog's name of its type, or of a domain's base type."""
    sql, _, known = value
    text = f"encode(convert_to(concat({sql}), 'UTF8'), 'hex')" if known is None else "null"
    sql = sql if known is None else re.sub("^'.*'::", "null::", sql)
    return (f"select {text}, (with recursive base as (select typname, typbasetype from pg_type where oid = pg_typeof({sql}) "
            "union all select t.typname, t.typbasetype from pg_type t join base on t.oid = base.typbasetype) "
            "select typname from base where typbasetype = 0);\n")


def write(sql, version, kind, kept, outcomes):
    outcomes = {**outcomes, DEFAULT: f">{DEFAULTS.get(kind, WCHAR)}"}
    pairs = (f"{code}={outcome}" for code, outcome in sorted(outcomes.items(), key=lambda pair: str(pair[0])))
    print(sql.replace("\n", "\\n").replace("\t", "\\t"), version, kind, kept, *pairs, sep="\t")


main()
