"""What an application does with the driver, in Python: part of `make demo`."""

import os
import time

import pyodbc

connection = pyodbc.connect(f"DSN={os.environ['PGODBC_TEST_DSN']}")
cursor = connection.cursor()
print("connected to", connection.getinfo(pyodbc.SQL_DBMS_NAME), connection.getinfo(pyodbc.SQL_DBMS_VER))
print("by", connection.getinfo(pyodbc.SQL_DRIVER_NAME), connection.getinfo(pyodbc.SQL_DRIVER_VER))

print("\nthe tables:")
for row in cursor.tables(schema="public", tableType="TABLE").fetchall():
    print("  ", row.table_name)

print("\nthe first row of every_type:")
cursor.execute("select * from every_type where small = ?", 1)
row = cursor.fetchone()
for (name, kind, *_), value in zip(cursor.description, row):
    print(f"   {name:<10} {kind.__name__:<10} {value!r}")

print("\nparameters, executemany, commit and rollback:")
cursor.execute("create temp table orders (id int, customer text, total numeric(8, 2))")
cursor.executemany("insert into orders values (?, ?, ?)", [(1, "Ada", "12.50"), (2, "Zoë", "7.25"), (3, "李", "99.00")])
connection.commit()
cursor.execute("delete from orders")
print("   deleted", cursor.rowcount, "and thought better of it")
connection.rollback()
for row in cursor.execute("select customer, total from orders where total > ? order by total", 10):
    print(f"   {row.customer:<4} {row.total:>8}")

print("\nan error:")
try:
    cursor.execute("select salary from every_type")
except pyodbc.Error as error:
    print("  ", error.args[0], error.args[1].splitlines()[0])
connection.rollback()

start = time.perf_counter()
cursor.execute("select aid, bid, abalance, filler from pgbench_accounts")
first = cursor.fetchone()
waited = time.perf_counter() - start
count = 1 + len(cursor.fetchall())
took = time.perf_counter() - start
print(f"\n{count} rows of pgbench_accounts in {took * 1000:.0f} ms, the first after {waited * 1000:.1f} ms")
