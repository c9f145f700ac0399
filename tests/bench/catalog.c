/* One catalog function on an ODBC connection, timed: what make bench-catalog runs for each driver.
 *
 *   catalog CONNECTION-STRING QUESTION SCHEMA TABLE TIMES
 *
 * Prints the rows and the median of the seconds from the call to the last row, all columns bound as text. */
#include <sql.h>
#include <sqlext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { COLUMNS = 20, WIDTH = 260, MOST = 100 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void check(SQLRETURN code, SQLSMALLINT type, SQLHANDLE handle, const char *what) {
    if (SQL_SUCCEEDED(code)) return;
    SQLCHAR state[6] = "", message[512] = "";
    SQLGetDiagRec(type, handle, 1, state, NULL, message, sizeof message, NULL);
    fprintf(stderr, "%s: %s %s\n", what, state, message);
    exit(1);
}

static int by_value(const void *a, const void *b) {
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

static SQLRETURN ask(SQLHSTMT s, const char *question, char *schema, char *table) {
    SQLCHAR *in = (SQLCHAR *)schema, *of = (SQLCHAR *)table;
    if (!strcmp(question, "tables")) return SQLTables(s, NULL, 0, NULL, 0, NULL, 0, NULL, 0);
    if (!strcmp(question, "columns-of-table") || !strcmp(question, "columns-unescaped"))
        return SQLColumns(s, NULL, 0, in, SQL_NTS, of, SQL_NTS, NULL, 0);
    if (!strcmp(question, "columns-of-schema")) return SQLColumns(s, NULL, 0, in, SQL_NTS, NULL, 0, NULL, 0);
    if (!strcmp(question, "columns")) return SQLColumns(s, NULL, 0, NULL, 0, NULL, 0, NULL, 0);
    if (!strcmp(question, "primary-keys")) return SQLPrimaryKeys(s, NULL, 0, in, SQL_NTS, of, SQL_NTS);
    if (!strcmp(question, "foreign-keys")) return SQLForeignKeys(s, NULL, 0, NULL, 0, NULL, 0, NULL, 0, in, SQL_NTS, of, SQL_NTS);
    fprintf(stderr, "%s is no question\n", question);
    exit(2);
}

int main(int count, char **words) {
    if (count != 6) return 2;
    int times = atoi(words[5]);
    if (times < 1 || times > MOST) return 2;
    SQLHENV environment;
    SQLHDBC connection;
    SQLHSTMT statement;
    static char values[COLUMNS][WIDTH];
    static SQLLEN lengths[COLUMNS];
    double seconds[MOST];
    long rows = 0;
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment);
    SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
    SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection);
    check(SQLDriverConnect(connection, NULL, (SQLCHAR *)words[1], SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT), SQL_HANDLE_DBC,
          connection, "connect");
    for (int run = 0; run < times; run++) {
        check(SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement), SQL_HANDLE_DBC, connection, "statement");
        double start = now();
        check(ask(statement, words[2], words[3], words[4]), SQL_HANDLE_STMT, statement, words[2]);
        SQLSMALLINT columns = 0;
        SQLNumResultCols(statement, &columns);
        for (SQLSMALLINT column = 0; column < columns && column < COLUMNS; column++)
            SQLBindCol(statement, column + 1, SQL_C_CHAR, values[column], WIDTH, &lengths[column]);
        for (rows = 0;; rows++) {
            SQLRETURN code = SQLFetch(statement);
            if (code == SQL_NO_DATA) break;
            check(code, SQL_HANDLE_STMT, statement, "fetch");
        }
        seconds[run] = now() - start;
        SQLFreeHandle(SQL_HANDLE_STMT, statement);
    }
    qsort(seconds, times, sizeof *seconds, by_value);
    printf("%ld %.6f\n", rows, seconds[times / 2]);
    SQLDisconnect(connection);
    SQLFreeHandle(SQL_HANDLE_DBC, connection);
    SQLFreeHandle(SQL_HANDLE_ENV, environment);
    return 0;
}
