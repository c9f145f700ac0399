"""Runs the scenarios of odbcbench for pgodbc, psqlODBC and the floor in turns, and says which targets hold.

Called by tests/tools/bench, which says by environment variables where the server and the programs are. Only ratios that
were taken in one run count: the three take turns, and of each the median of the rounds is compared. CPU is that of the
client process alone, with the program's own arithmetic and the driver manager's work in it.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time

import report

ROUNDS = int(os.environ.get("ROUNDS", "3"))
PROGRAMS = os.environ["PGODBC_BENCH_PROGRAMS"]
RESULTS = os.environ["PGODBC_BENCH_RESULTS"]
PSQL = os.environ["PGODBC_BENCH_PSQL"]
HOST, PORT, DATABASE, USER = (os.environ["PGODBC_TEST_" + name] for name in ("HOST", "PORT", "DATABASE", "USER"))

DRIVERS = {"pgodbc": os.environ["PGODBC_TEST_DRIVER"], "psqlODBC": os.environ["PGODBC_BENCH_PEER"]}

MIXED = "SELECT id, n, f, amount, name, at, ok FROM bench_mixed WHERE id <= "
FLOOR = {
    "fetch_block": MIXED + "1000000",
    "fetch_row": MIXED + "1000000",
    "fetch_getdata": MIXED + "1000000",
    "fetch_row_5M": MIXED + "5000000",
    "fetch_ints": "SELECT a,b,c,d,e,f,g,h,i,j FROM bench_ints WHERE a <= 1000000",
    "blob": "SELECT decode(repeat('0123456789abcdef', 8388608), 'hex')",
    "fetch_wtext": "SELECT t FROM bench_text WHERE id <= 200000",
}

# Name, the program's arguments, the rounds of pgodbc's and of psqlODBC's.
SCENARIOS = [
    ("idle", ["idle"]),
    ("fetch_block", ["fetch_block"]),
    ("fetch_columns", ["fetch_columns"]),
    ("fetch_ints", ["fetch_ints"]),
    ("fetch_row", ["fetch_row"]),
    ("fetch_getdata", ["fetch_getdata"]),
    ("fetch_wtext", ["fetch_wtext"]),
    ("fetch_row_5M", ["fetch_row", "5000000"]),
    ("point_select", ["point_select"]),
    ("insert_row", ["insert_row"]),
    ("insert_array", ["insert_array"]),
    ("update_array", ["update_array"]),
    ("delete_array", ["delete_array"]),
    ("blob", ["blob"]),
    ("connect", ["connect"]),
]
# These need more memory than some machines have, with a driver that keeps all rows.
OF_PGODBC = [("fetch_50M", ["fetch_numbers"], ""), ("scroll_10M", ["scroll"], f";CursorMemory={report.CURSOR_MEMORY}")]


def run(arguments, **options):
    """One run of a program: its figures by name. Fails with what it said."""
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=900, **options)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stderr or done.stdout}")
    found = dict(re.findall(r"(\w+)=(\S+)", done.stdout))
    return {name: value if name == "check" else float(value) for name, value in found.items()}


def connection_string(driver):
    server = f"SERVER={HOST};PORT={PORT};DATABASE={DATABASE};UID={USER};PWD=secret;SSLMODE=disable"
    return f"DRIVER={DRIVERS[driver]};{server}"


def odbcbench(driver, arguments, program="odbcbench", keywords=""):
    return run([f"{PROGRAMS}/{program}", connection_string(driver) + keywords, *arguments])


def floor(query, *how):
    return run([f"{PROGRAMS}/floor", HOST, PORT, USER, DATABASE, query, *map(str, how)])


def psql(*commands):
    arguments = [PSQL, "-h", HOST, "-p", PORT, "-U", USER, "-d", DATABASE, "-X", "-q", "-v", "ON_ERROR_STOP=1"]
    for command in commands:
        arguments += ["-c", command]
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)


CHANGES = {
    "update_array": "update bench_change set n = i where id = (i::int8 * 7919) % 100000",
    "delete_array": "delete from bench_change where id = (i::int8 * 7919) % 100000",
}


def timed_by_psql(text):
    """Seconds that statements take by psql's own clock, without connecting."""
    out = subprocess.run(
        [PSQL, "-h", HOST, "-p", PORT, "-U", USER, "-d", DATABASE, "-X", "-v", "ON_ERROR_STOP=1"],
        input=text, capture_output=True, text=True, check=True).stdout
    return {"wall": sum(float(found) for found in re.findall(r"Time: ([\d.]+) ms", out)) / 1000}


def loop_in_server(change):
    """The same rows changed one by one by a loop inside the server: what no client can beat row by row."""
    return timed_by_psql(
        "TRUNCATE bench_change; INSERT INTO bench_change SELECT i, i FROM generate_series(0, 99999) i;\n"
        f"ANALYZE bench_change;\n\\timing on\nDO $$ begin for i in 0..49999 loop {change}; end loop; end $$;\n")


def copy_by_psql(rows_file):
    """psql's COPY of insert_array's rows into the same table; seconds, without connecting."""
    with open(rows_file) as file:
        rows = file.read()
    begin = "TRUNCATE bench_insert;\n\\timing on\nBEGIN;\nCOPY bench_insert FROM STDIN;\n"
    return timed_by_psql(begin + rows + "\\.\nCOMMIT;\n")


def measure():
    figures = {}

    def add(scenario, who, found):
        figures.setdefault(scenario, {}).setdefault(who, []).append(found)

    rows_file = f"{PROGRAMS}/rows.txt"
    with open(rows_file, "w") as file:
        for i in range(200000):
            file.write(f"{i}\t{i % 1000}\t{i * 0.5}\tname-{i}\t"
                       f"2024-{1 + i % 12:02}-{1 + i % 28:02} {i % 24:02}:{i % 60:02}:{i % 60:02}.123456\n")
    # Read once, so that the first round is not the one that reads from the disk.
    for query in FLOOR.values():
        floor(query, 0)
    for name in (name for name, _ in SCENARIOS):
        arguments = dict(SCENARIOS)[name]
        # Whether the server compiles a query before it sends the first row, and how long that takes, is not the client's.
        psql(f"ALTER DATABASE {DATABASE} SET jit = {'off' if name == 'fetch_row_5M' else 'on'}")
        print(f"  {name:14}", end="", flush=True)
        begin = time.monotonic()
        for _ in range(ROUNDS):
            for driver in DRIVERS:
                add(name, driver, odbcbench(driver, arguments))
            if name in FLOOR:
                add(name, "floor", floor(FLOOR[name], 0))
                add(name, "floor, binary", floor(FLOOR[name], 1))
            if name == "insert_array":
                add(name, "COPY", copy_by_psql(rows_file))
            if name == "point_select":
                add(name, "floor", floor("SELECT name, f FROM bench_mixed WHERE id = $1", "point", 20000))
            if name in CHANGES:
                add(name, "loop in server", loop_in_server(CHANGES[name]))
            if name == "fetch_wtext":
                add(name, "checksum", odbcbench("pgodbc", ["checksum"]))
            if name == "fetch_getdata":
                add(name, "without manager", odbcbench("pgodbc", arguments, "odbcbench-direct"))
        checks = {found["check"] for who in DRIVERS for found in figures[name][who]}
        if len(checks) != 1:
            sys.exit(f"\n{name}: the drivers returned different values: {figures[name]}")
        print(f" {time.monotonic() - begin:6.1f} s", flush=True)
    for name, arguments, keywords in OF_PGODBC:
        print(f"  {name:14}", end="", flush=True)
        begin = time.monotonic()
        add(name, "pgodbc", odbcbench("pgodbc", arguments, keywords=keywords))
        print(f" {time.monotonic() - begin:6.1f} s", flush=True)
    # What disturbs a wait of a few milliseconds only makes it longer: of the time to the first row the best counts.
    of_rounds = {"first_ms": min}
    return {
        scenario: {
            who: {figure: of_rounds.get(figure, statistics.median)(found[figure] for found in rounds)
                  for figure in rounds[0] if figure != "check"}
            for who, rounds in of_scenario.items()
        }
        for scenario, of_scenario in figures.items()
    }


def main():
    print("making the tables (about 1 GB)", flush=True)
    odbcbench("psqlODBC", ["setup"])
    psql("CREATE UNLOGGED TABLE bench_insert (id int8, n int4, f float8, name text, at timestamp)", "CHECKPOINT")
    print(f"{ROUNDS} rounds, seconds for each scenario:", flush=True)
    m = measure()
    with open(RESULTS, "w") as file:
        json.dump({"rounds": ROUNDS, "cores": os.cpu_count(), "figures": m}, file, indent=1)
    print("\n" + report.text(m, ROUNDS))
    print(f"\nFigures in {RESULTS}")


if __name__ == "__main__":
    main()
