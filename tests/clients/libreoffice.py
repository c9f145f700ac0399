"""LibreOffice Base as a client: opens the database by an ODBC data source, lists its tables, reads a table and edits it
by its primary key. What it has done is checked at the server, by psql.

Called by tests/tools/libreoffice, which has made the server, the data source and a display. Debian's Python, whose module
uno speaks to the office.
"""

import os
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.util import Date

DIRECTORY, PICTURE = sys.argv[1], sys.argv[2]
PIPE = f"pgodbc_{os.getpid()}"
PSQL = ["psql", "-X", "-A", "-t", "-h", os.environ["PGODBC_TEST_HOST"], "-p", os.environ["PGODBC_TEST_PORT"], "-U",
        os.environ["PGODBC_TEST_USER"], "-d", os.environ["PGODBC_TEST_DATABASE"], "-v", "ON_ERROR_STOP=1"]

SETUP = """CREATE TABLE animals (id int PRIMARY KEY, name varchar(40) NOT NULL, born date, weight numeric(8,2),
  tame boolean, remarks text);
COMMENT ON TABLE animals IS 'the inhabitants';
INSERT INTO animals VALUES (1, 'Élan', '2019-05-04', 430.50, false, 'eats willows'), (2, 'Otter', '2021-04-01', 9.80, true, NULL),
  (3, 'Ψάρι', NULL, 0.05, false, E'two\\nlines');
CREATE VIEW tame_animals AS SELECT id, name FROM animals WHERE tame;
CREATE SCHEMA keepers;
CREATE TABLE keepers.people (id serial PRIMARY KEY, name text, animal int REFERENCES animals);"""




def named(table):
    """A table's name as the office has it: with its catalog, since the driver says that names may have one."""
    return f"{os.environ['PGODBC_TEST_DATABASE']}.{table}"


ANIMALS = named("public.animals")


def server(sql):
    return subprocess.run([*PSQL, "-c", sql], check=True, text=True, capture_output=True).stdout.strip()


def check(what, seen, expected):
    if seen != expected:
        sys.exit(f"{what}: {seen!r} instead of {expected!r}")
    print(f"  {what}")


def wait_for(what, attempt, seconds=120):
    """Tries until there is an answer."""
    end, error = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            answer = attempt()
            if answer is not None:
                return answer
        except Exception as problem:  # the office says in many ways that it is not there yet
            error = problem
        time.sleep(0.2)
    sys.exit(f"{what} has not come in {seconds} seconds: {error}")


def value(name, content):
    return PropertyValue(Name=name, Value=content)


def edit(connection, context):
    rows = context.ServiceManager.createInstanceWithContext("com.sun.star.sdb.RowSet", context)
    rows.ActiveConnection = connection
    rows.CommandType, rows.Command = 0, ANIMALS  # CommandType.TABLE
    rows.execute()
    seen = []
    while rows.next():
        seen.append((rows.getInt(1), rows.getString(2), rows.getString(4), rows.getBoolean(5)))
    check("reads a table", sorted(seen), [(1, "Élan", "430.50", False), (2, "Otter", "9.80", True), (3, "Ψάρι", "0.05", False)])
    rows.beforeFirst()
    while rows.next():
        if rows.getInt(1) == 2:
            rows.updateString(2, "Fischotter")
            rows.updateDate(3, Date(Day=2, Month=4, Year=2021))
            rows.updateRow()
    check("updates a row", server("SELECT name, born FROM animals WHERE id = 2"), "Fischotter|2021-04-02")
    rows.moveToInsertRow()
    rows.updateInt(1, 4)
    rows.updateString(2, "Biber")
    rows.updateString(4, "21.25")
    rows.updateBoolean(5, True)
    rows.insertRow()
    check("inserts a row", server("SELECT name, weight, tame, born IS NULL FROM animals WHERE id = 4"), "Biber|21.25|t|t")
    rows.beforeFirst()
    while rows.next():
        if rows.getInt(1) == 3:
            rows.deleteRow()
            break
    check("deletes a row", server("SELECT string_agg(id::text, ',' ORDER BY id) FROM animals"), "1,2,4")
    rows.dispose()


def picture():
    """Takes a picture of the screen's upper part, few colours."""
    subprocess.run(["import", "-window", "root", "-crop", "700x260+0+0", "+repage", "-colors", "16", "-strip", PICTURE], check=True)
    with open(PICTURE, "rb") as file:
        return file.read()


def show(desktop, path):
    """Opens the table in a window and takes a picture of the screen."""
    document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(path), "_blank", 0, ())
    controller = document.getCurrentController()
    wait_for("the database window's connection", lambda: controller.connect() or controller.isConnected() or None)
    table = controller.loadComponent(0, ANIMALS, False)  # DatabaseObject.TABLE
    for component in (controller, table.getController() if hasattr(table, "getController") else table):
        window = component.getFrame().getContainerWindow()
        window.setPosSize(0, 0, 1000, 560, 15)
    window.toFront()
    wait_for("a picture that stays", lambda: picture() == (time.sleep(1) or picture()) or None)
    table.getFrame().close(True) if hasattr(table, "getFrame") else None
    document.close(True)


def main():
    server(SETUP)
    office = subprocess.Popen(["soffice", f"-env:UserInstallation={uno.systemPathToFileUrl(DIRECTORY + '/profile')}", "--norestore",
                               "--nologo", "--nodefault", f"--accept=pipe,name={PIPE};urp;"])
    try:
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        context = wait_for("the office", lambda: resolver.resolve(f"uno:pipe,name={PIPE};urp;StarOffice.ComponentContext"))
        databases = context.ServiceManager.createInstanceWithContext("com.sun.star.sdb.DatabaseContext", context)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        source = databases.createInstance()
        source.URL = "sdbc:odbc:" + os.environ["PGODBC_TEST_DSN"]
        path = DIRECTORY + "/zoo.odb"
        source.DatabaseDocument.storeAsURL(uno.systemPathToFileUrl(path), ())
        connection = source.getConnection("", "")
        names = connection.getTables().getElementNames()
        check("lists tables and views", sorted(names), [named("keepers.people"), ANIMALS, named("public.tame_animals")])
        keys = connection.getTables().getByName(ANIMALS).getKeys()
        primary = [key for key in (keys.getByIndex(at) for at in range(keys.Count)) if key.Type == 1]
        check("sees the primary key", [key.getColumns().getElementNames() for key in primary], [("id",)])
        columns = connection.getTables().getByName(ANIMALS).getColumns()
        check("sees the columns", columns.getElementNames(), ("id", "name", "born", "weight", "tame", "remarks"))
        edit(connection, context)
        connection.close()
        show(desktop, path)
        print(f"  shows the table: {PICTURE}")
        try:
            desktop.terminate()
        except Exception:  # the bridge goes with the office
            pass
        office.wait(60)
    finally:
        if office.poll() is None:
            office.terminate()
            office.wait(30)
    print("LibreOffice Base works with the driver")


main()
