"""pyodbc 5 through unixODBC: what its users do.

Run by: tests/tools/with-server 15 -- .cache/venv/bin/python tests/clients/pyodbc_client.py
"""

import datetime
import decimal
import os
import sys
import unittest
import uuid

import pyodbc

pyodbc.pooling = False
DSN = os.environ.get("PGODBC_TEST_DSN")
if not DSN:
    sys.exit("PGODBC_TEST_DSN is not set: " + __doc__)


def connect(**options):
    return pyodbc.connect(f"DSN={DSN}", **options)


class Connecting(unittest.TestCase):
    def test_by_data_source(self):
        with connect() as connection:
            self.assertEqual(connection.execute("select 1").fetchval(), 1)

    def test_by_string(self):
        variables = {name: os.environ["PGODBC_TEST_" + name] for name in ("DRIVER_NAME", "HOST", "PORT", "DATABASE")}
        string = "DRIVER={{{DRIVER_NAME}}};Server={HOST};Port={PORT};Database={DATABASE}".format(**variables)
        connection = pyodbc.connect(string, uid="scram_user", pwd="secret")
        self.assertEqual(connection.execute("select current_user").fetchval(), "scram_user")

    def test_wrong_password(self):
        with self.assertRaises(pyodbc.InterfaceError) as caught:
            pyodbc.connect(f"DSN={DSN};UID=scram_user;PWD=wrong")
        self.assertEqual(caught.exception.args[0], "28000")
        self.assertIn("scram_user", caught.exception.args[1])

    def test_timeouts(self):
        connection = connect(timeout=5)
        connection.timeout = 1
        with self.assertRaises(pyodbc.OperationalError) as caught:
            connection.execute("select pg_sleep(30)")
        self.assertEqual(caught.exception.args[0], "HYT00")
        connection.rollback()
        connection.timeout = 0
        self.assertEqual(connection.execute("select 1").fetchval(), 1)

    def test_information(self):
        connection = connect()
        self.assertEqual(connection.getinfo(pyodbc.SQL_DBMS_NAME), "PostgreSQL")
        self.assertEqual(connection.getinfo(pyodbc.SQL_DRIVER_ODBC_VER), "03.80")
        self.assertEqual(connection.getinfo(pyodbc.SQL_IDENTIFIER_QUOTE_CHAR), '"')


class Types(unittest.TestCase):
    """Every common type as a literal of the server's and as a parameter; the server compares."""

    CASES = [
        ("int2", "(-32768)::int2", -32768),
        ("int4", "2147483647", 2147483647),
        ("int8", "(-9223372036854775808)", -9223372036854775808),
        ("float8", "0.1::float8", 0.1),
        ("float4", "0.5::float4", 0.5),
        ("numeric(30,10)", "12345678901234567890.0123456789", decimal.Decimal("12345678901234567890.0123456789")),
        ("bool", "true", True),
        ("bool", "false", False),
        ("text", "'text'", "text"),
        ("varchar(20)", "'grüße 😀 𝔘'", "grüße 😀 𝔘"),
        ("char(5)", "'x'", "x    "),
        ("bytea", "'\\x00ff10'", b"\x00\xff\x10"),
        ("date", "'2024-02-29'", datetime.date(2024, 2, 29)),
        ("time(0)", "'23:59:58'", datetime.time(23, 59, 58)),
        ("timestamp", "'2024-02-29 12:34:56.789012'", datetime.datetime(2024, 2, 29, 12, 34, 56, 789012)),
        ("text", "''", ""),
    ]

    @classmethod
    def setUpClass(cls):
        cls.connection = connect(autocommit=True)

    def test_values_come(self):
        for kind, literal, value in self.CASES:
            with self.subTest(kind=kind, literal=literal):
                got = self.connection.execute(f"select {literal}::{kind}").fetchval()
                self.assertEqual(got, value)
                self.assertIs(type(got), type(value))

    def test_values_go(self):
        for kind, literal, value in self.CASES:
            with self.subTest(kind=kind, literal=literal):
                same = self.connection.execute(f"select ?::{kind} = {literal}::{kind}", value).fetchval()
                self.assertTrue(same)

    def test_nulls(self):
        for kind in sorted({kind for kind, _, _ in self.CASES}):
            with self.subTest(kind=kind):
                self.assertIsNone(self.connection.execute(f"select null::{kind}").fetchval())
                self.assertIsNone(self.connection.execute(f"select ?::{kind}", None).fetchval())

    def test_uuid(self):
        value = uuid.uuid4()
        got = self.connection.execute("select ?::uuid", value).fetchval()
        self.assertEqual(uuid.UUID(str(got)), value)

    def test_timestamp_with_time_zone(self):
        self.connection.execute("set time zone 'UTC'")
        got = self.connection.execute("select timestamptz '2024-02-29 12:00:00+02'").fetchval()
        self.assertEqual(got.replace(tzinfo=None) if hasattr(got, "tzinfo") else got, datetime.datetime(2024, 2, 29, 10))

    def test_long_values(self):
        text = "0123456789" * (1 << 20)
        self.assertEqual(len(text), 10 * (1 << 20))
        length, digest = self.connection.execute("select length(v), md5(v) from (select ?::text as v) t", text).fetchone()
        expected = self.connection.execute("select md5(repeat('0123456789', 1048576))").fetchval()
        self.assertEqual((length, digest), (len(text), expected))
        self.assertEqual(self.connection.execute("select repeat('0123456789', 1048576)").fetchval(), text)
        binary = bytes(range(256)) * 4096
        self.assertEqual(self.connection.execute("select ?::bytea", binary).fetchval(), binary)

    def test_long_values_beyond_the_bmp(self):
        # pyodbc asks for pieces until one is not full: none may be cut short where it divides a character.
        for lead in range(5):
            text = "a" * lead + "😀é日" * 6000
            self.assertEqual(self.connection.execute("select repeat('a', ?) || repeat('😀é日', 6000)", lead).fetchval(), text)
        # This is why WholeCharacters is not the default: pyodbc takes the end of a shorter piece for text.
        with pyodbc.connect(f"DSN={DSN};WholeCharacters=1") as connection:
            read = connection.execute("select 'aa' || repeat('😀é日', 6000)").fetchval()
            self.assertIn("\0", read, "pyodbc has learnt to read pieces that are not full")

    def test_description(self):
        cursor = self.connection.execute("select 1 as number, 'x'::varchar(7) as text, 1.5::numeric(8,2) as price")
        names, types = [column[0] for column in cursor.description], [column[1] for column in cursor.description]
        self.assertEqual(names, ["number", "text", "price"])
        self.assertEqual(types, [int, str, decimal.Decimal])
        self.assertEqual(cursor.description[1][3], 7)
        self.assertEqual(cursor.description[2][4:6], (8, 2))


class Statements(unittest.TestCase):
    def setUp(self):
        self.connection = connect()
        self.cursor = self.connection.cursor()
        self.cursor.execute("create temp table things (id int primary key, name text, price numeric(8,2))")
        self.connection.commit()

    def tearDown(self):
        self.connection.close()

    def count(self):
        return self.cursor.execute("select count(*) from things").fetchval()

    def test_executemany(self):
        rows = [(number, f"name {number} 😀", decimal.Decimal(number) / 4) for number in range(500)]
        self.cursor.executemany("insert into things values (?, ?, ?)", rows)
        self.connection.commit()
        got = self.cursor.execute("select id, name, price from things order by id").fetchall()
        self.assertEqual([tuple(row) for row in got], rows)

    def test_nulls_in_executemany(self):
        rows = [(1, None, None), (2, "two", None), (3, None, decimal.Decimal("1.25"))]
        self.cursor.executemany("insert into things values (?, ?, ?)", rows)
        got = self.cursor.execute("select * from things order by id").fetchall()
        self.assertEqual([tuple(row) for row in got], rows)

    def test_commit_and_rollback(self):
        self.cursor.execute("insert into things values (1, 'kept', 1)")
        self.connection.commit()
        self.cursor.execute("insert into things values (2, 'gone', 2)")
        self.assertEqual(self.count(), 2)
        self.connection.rollback()
        self.assertEqual(self.count(), 1)

    def test_an_error_and_after(self):
        self.cursor.execute("insert into things values (1, 'one', 1)")
        self.connection.commit()
        with self.assertRaises(pyodbc.IntegrityError) as caught:
            self.cursor.execute("insert into things values (1, 'again', 1)")
        self.assertEqual(caught.exception.args[0], "23505")
        self.connection.rollback()
        with self.assertRaises(pyodbc.ProgrammingError) as caught:
            self.cursor.execute("select * from nowhere")
        self.assertEqual(caught.exception.args[0], "42S02")
        self.connection.rollback()
        self.assertEqual(self.count(), 1)

    def test_rowcount(self):
        self.cursor.execute("insert into things select i, 'n', i from generate_series(1, 20) i")
        self.assertEqual(self.cursor.rowcount, 20)
        self.cursor.execute("update things set price = 0 where id > 15")
        self.assertEqual(self.cursor.rowcount, 5)
        self.cursor.execute("delete from things where id = 4711")
        self.assertEqual(self.cursor.rowcount, 0)

    def test_fetching(self):
        self.cursor.execute("select i, 'row ' || i from generate_series(1, 10000) i")
        self.assertEqual(tuple(self.cursor.fetchone()), (1, "row 1"))
        self.assertEqual([row[0] for row in self.cursor.fetchmany(3)], [2, 3, 4])
        rest = self.cursor.fetchall()
        self.assertEqual((len(rest), tuple(rest[-1])), (9996, (10000, "row 10000")))
        self.assertIsNone(self.cursor.fetchone())

    def test_several_results(self):
        self.cursor.execute("select 1; select 'two'")
        self.assertEqual(self.cursor.fetchval(), 1)
        self.assertTrue(self.cursor.nextset())
        self.assertEqual(self.cursor.fetchval(), "two")
        self.assertFalse(self.cursor.nextset())

    def test_cursors_side_by_side(self):
        other = self.connection.cursor()
        self.cursor.execute("select generate_series(1, 3000)")
        other.execute("select generate_series(3001, 6000)")
        for expected in range(1, 3001):
            self.assertEqual((self.cursor.fetchval(), other.fetchval()), (expected, expected + 3000))

    def test_catalog(self):
        names = [row.table_name for row in self.cursor.tables(table="things")]
        self.assertEqual(names, ["things"])
        columns = [(row.column_name, row.type_name) for row in self.cursor.columns(table="things")]
        self.assertEqual([name for name, _ in columns], ["id", "name", "price"])

    def test_messages(self):
        self.cursor.execute("do $$ begin raise notice 'mind the gap'; end $$")
        self.assertTrue(any("mind the gap" in text for _, text in self.cursor.messages), self.cursor.messages)


class Procedures(unittest.TestCase):
    """pyodbc binds inputs only: what a call puts out is its result."""

    def setUp(self):
        self.connection = connect()
        self.cursor = self.connection.cursor()
        for definition in (
            "create function pg_temp.numbers(count int) returns setof int language sql as 'select generate_series(1, $1)'",
            "create function pg_temp.twice(a int) returns int language sql as 'select 2 * a'",
            "create function pg_temp.parts(a int, out half int, out rest text) language sql as $$ select a / 2, 'rest ' || a % 2 $$",
            "create function pg_temp.things() returns table (id int, name text) language sql as $$ values (1, 'one'), (2, null) $$",
            "create procedure pg_temp.add(a int, inout total int) language plpgsql as 'begin total := total + a; end'",
            "create procedure pg_temp.fail(a int) language plpgsql as $$ begin raise exception 'no % for you', a; end $$",
        ):
            self.cursor.execute(definition)
        self.connection.commit()

    def tearDown(self):
        self.connection.close()

    def test_a_call_that_returns_rows(self):
        rows = self.cursor.execute("{call pg_temp.numbers(?)}", 3).fetchall()
        self.assertEqual([tuple(row) for row in rows], [(1,), (2,), (3,)])
        self.cursor.execute("{CALL pg_temp.things()}")
        self.assertEqual([column[0] for column in self.cursor.description], ["id", "name"])
        self.assertEqual([tuple(row) for row in self.cursor.fetchall()], [(1, "one"), (2, None)])
        self.assertFalse(self.cursor.nextset())

    def test_a_value(self):
        for number in (4, 5):
            self.assertEqual(self.cursor.execute("{call pg_temp.twice(?)}", number).fetchval(), 2 * number)

    def test_outputs_are_columns(self):
        row = self.cursor.execute("{call pg_temp.parts(?)}", 7).fetchone()
        self.assertEqual((row.half, row.rest), (3, "rest 1"))
        self.assertEqual(tuple(self.cursor.execute("{call pg_temp.add(?, ?)}", 1, 41).fetchone()), (42,))

    def test_an_error_leaves_the_transaction(self):
        self.cursor.execute("create temp table kept (a int)")
        with self.assertRaises(pyodbc.Error) as caught:
            self.cursor.execute("{call pg_temp.fail(?)}", 7)
        self.assertEqual(caught.exception.args[0], "P0001")
        self.assertIn("no 7 for you", caught.exception.args[1])
        self.cursor.execute("insert into kept values (1)")
        self.connection.commit()
        self.assertEqual(self.cursor.execute("select count(*) from kept").fetchval(), 1)

    def test_many(self):
        self.cursor.execute("create temp table called (a int)")
        self.cursor.execute("create procedure pg_temp.note(a int) language sql as 'insert into called values (a)'")
        self.cursor.executemany("{call pg_temp.note(?)}", [(number,) for number in range(20)])
        self.assertEqual(self.cursor.execute("select count(distinct a) from called").fetchval(), 20)
        self.cursor.fast_executemany = True
        self.cursor.executemany("{call pg_temp.note(?)}", [(number,) for number in range(20, 40)])
        self.assertEqual(self.cursor.execute("select count(distinct a) from called").fetchval(), 40)


if __name__ == "__main__":
    unittest.main()
