"""Catalog functions in a database of 20,000 tables with 300,000 columns: pgodbc, psqlODBC, and psql with a query written
by hand for the same rows, in one run.

Called by tests/tools/bench-catalog. The targets are those of the project: at least twice as fast as psqlODBC, and no slower
than 1.3 times psql's own measure (\\timing: until the rows have come, not how it prints them).
"""

import os
import statistics
import subprocess
import sys
import time

PROGRAM, PSQL = os.environ["PGODBC_BENCH_CATALOG"], os.environ["PGODBC_BENCH_PSQL"]
HOST, PORT, DATABASE, USER = (os.environ["PGODBC_TEST_" + name] for name in ("HOST", "PORT", "DATABASE", "USER"))
DRIVERS = {"pgodbc": os.environ["PGODBC_TEST_DRIVER"], "psqlODBC": os.environ["PGODBC_BENCH_PEER"]}
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SCHEMAS, TABLES = 20, int(os.environ.get("TABLES", "20000"))
SCHEMA, TABLE = "bench7", "table7"
# Given as they are, as most applications do: to the function their underscores are wildcards.
UNDERSCORED = "bench_8", "table_8"

# Less than SQLColumns gives: domains are not followed to their base types, dropped columns not counted out of the numbers.
COLUMNS = """SELECT current_database(), n.nspname, c.relname, a.attname, a.atttypid, t.typname, a.atttypmod, a.attlen,
       a.attnotnull, d.description, pg_get_expr(f.adbin, f.adrelid), a.attnum
  FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef f ON f.adrelid = CASE WHEN a.atthasdef THEN a.attrelid END AND f.adnum = a.attnum
  LEFT JOIN pg_description d ON d.objoid = a.attrelid AND d.objsubid = a.attnum AND d.classoid = 'pg_class'::regclass
 WHERE c.relkind IN ('r','p','v','m','f') {where} ORDER BY n.nspname, c.relname, a.attnum"""

# name: times a round, the query that psql runs
ALL_QUESTIONS = {
    "tables": (3, """SELECT current_database(), n.nspname, c.relname, c.relkind, d.description
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_description d ON d.objoid = c.oid AND d.objsubid = 0 AND d.classoid = 'pg_class'::regclass
 WHERE c.relkind IN ('r','p','v','m','f') ORDER BY c.relkind, n.nspname, c.relname"""),
    "columns-of-table": (31, COLUMNS.format(where=f"AND n.nspname = '{SCHEMA}' AND c.relname = '{TABLE}'")),
    "columns-unescaped": (31, COLUMNS.format(where="AND n.nspname LIKE '%s' AND c.relname LIKE '%s'" % UNDERSCORED)),
    "columns-of-schema": (3, COLUMNS.format(where=f"AND n.nspname = '{SCHEMA}'")),
    "columns": (1, COLUMNS.format(where="")),
    "primary-keys": (31, f"""SELECT current_database(), n.nspname, c.relname, a.attname, k.place, x.conname
  FROM pg_constraint x JOIN pg_class c ON c.oid = x.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL unnest(x.conkey) WITH ORDINALITY k (number, place)
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
 WHERE x.contype = 'p' AND n.nspname = '{SCHEMA}' AND c.relname = '{TABLE}' ORDER BY k.place"""),
    "foreign-keys": (31, f"""SELECT pn.nspname, pc.relname, pa.attname, n.nspname, c.relname, a.attname, k.place, x.confupdtype,
       x.confdeltype, x.conname, y.relname, x.condeferrable, x.condeferred
  FROM pg_constraint x JOIN pg_class c ON c.oid = x.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_class pc ON pc.oid = x.confrelid JOIN pg_namespace pn ON pn.oid = pc.relnamespace
  LEFT JOIN pg_class y ON y.oid = x.conindid
  CROSS JOIN LATERAL unnest(x.conkey, x.confkey) WITH ORDINALITY k (number, referenced, place)
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
  JOIN pg_attribute pa ON pa.attrelid = pc.oid AND pa.attnum = k.referenced
 WHERE x.contype = 'f' AND n.nspname = '{SCHEMA}' AND c.relname = '{TABLE}' ORDER BY pn.nspname, pc.relname, k.place"""),
}


QUESTIONS = {name: ALL_QUESTIONS[name] for name in os.environ.get("QUESTIONS", " ".join(ALL_QUESTIONS)).split()}


def name_of(kind, number):
    """Every other name has an underscore."""
    return f"{kind}{number}" if number % 2 else f"{kind}_{number}"


def psql(*arguments, **more):
    command = [PSQL, "-X", "-h", HOST, "-p", PORT, "-U", USER, "-d", DATABASE, "-v", "ON_ERROR_STOP=1", *arguments]
    return subprocess.run(command, check=True, text=True, capture_output=True, **more).stdout


def fill():
    """The schemas: each table has 15 columns, a primary key and a foreign key to the first table of its schema."""
    script = ["SET synchronous_commit = off;"]
    for schema in range(SCHEMAS):
        in_schema = name_of("bench", schema)
        script.append(f"CREATE SCHEMA {in_schema};")
        for first in range(0, TABLES // SCHEMAS, 500):
            script.append(f"""DO $$ BEGIN FOR t IN {first}..{min(first + 500, TABLES // SCHEMAS) - 1} LOOP
  EXECUTE format('CREATE TABLE {in_schema}.table%s%s (id int PRIMARY KEY, parent int%s, name varchar(40) NOT NULL,
    note text, amount numeric(12,2) DEFAULT 0, at timestamp, on_day date, ok boolean DEFAULT true, ratio float8, small int2,
    big int8, key uuid, data bytea, tags text[], extra jsonb)',
    CASE WHEN t % 2 = 0 THEN '_' ELSE '' END, t, CASE WHEN t > 0 THEN ' REFERENCES {in_schema}.table_0' ELSE '' END); END LOOP; END $$;""")
    psql("-q", input="\n".join(script) + "\nVACUUM ANALYZE;")


def by_psql(query, times):
    lines = ["\\timing on", "\\o /dev/null"] + [query.replace("\n", " ") + ";"] * times
    taken = [line.split()[1] for line in psql("-q", input="\n".join(lines)).splitlines() if line.startswith("Time:")]
    return statistics.median(float(milliseconds) / 1000 for milliseconds in taken)


def by_driver(driver, question, times):
    text = f"Driver={driver};Servername={HOST};Port={PORT};Database={DATABASE};Username={USER};"
    schema, table = UNDERSCORED if question == "columns-unescaped" else (SCHEMA, TABLE)
    command = [PROGRAM, text, question, schema, table, str(times)]
    rows, seconds = subprocess.run(command, check=True, text=True, capture_output=True).stdout.split()
    return int(rows), float(seconds)


def main():
    start = time.time()
    fill()
    print(f"{TABLES} tables, made in {time.time() - start:.0f} s; medians of {ROUNDS} rounds, in milliseconds\n")
    print(f"{'':20}{'rows':>8}{'pgodbc':>11}{'psqlODBC':>11}{'psql':>11}{'to psqlODBC':>13}{'to psql':>9}")
    missed = []
    for question, (times, query) in QUESTIONS.items():
        taken = {name: [] for name in [*DRIVERS, "psql"]}
        rows = {}
        for _ in range(ROUNDS):
            for name, driver in DRIVERS.items():
                rows[name], seconds = by_driver(driver, question, times)
                taken[name].append(seconds)
            taken["psql"].append(by_psql(query, times))
        own, peer, hand = (statistics.median(taken[name]) for name in ("pgodbc", "psqlODBC", "psql"))
        print(f"{question:20}{rows['pgodbc']:>8}{own * 1e3:>11.2f}{peer * 1e3:>11.2f}{hand * 1e3:>11.2f}"
              f"{peer / own:>12.1f}x{own / hand:>8.2f}x", flush=True)
        if peer < 2 * own:
            missed.append(f"{question}: {peer / own:.2f} times as fast as psqlODBC, the target is 2")
        if own > 1.3 * hand:
            missed.append(f"{question}: {own / hand:.2f} times psql, the target is 1.3")
    print("\n" + ("\n".join(missed) if missed else "all targets hold"))
    return 1 if missed else 0


sys.exit(main())
