/* odbcbench: the same work through any ODBC driver, by unixODBC.
 *
 *   odbcbench "DRIVER=/path/driver.so;SERVER=...;..." SCENARIO [ROWS]
 *
 * Prints one line: scenario rows wall_s cpu_s maxrss_kb first_row_ms check
 * (cpu_s: this process alone, user + system; check: a sum over the data, equal
 * for every driver that returned the same values).  One scenario a process, so
 * that maxrss is its own.
 *
 * Beside what drivers are measured by there are: idle (connected, nothing done: the memory that all scenarios begin
 * with) and checksum (fetch_wtext's own arithmetic, without any driver).
 */
#include <sql.h>
#include <sqlext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static SQLHENV env;
static SQLHDBC dbc;
static const char *connstr;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}
static double cpu(void)
{
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) * 1e-6;
}
/* Peak memory in KiB. Not getrusage's, which also counts what the process was before it became this program. */
static long peak(void)
{
    char line[256];
    long kib = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f)) if (sscanf(line, "VmHWM: %ld", &kib) == 1) break;
    if (f) fclose(f);
    return kib;
}
static void fail(SQLSMALLINT type, SQLHANDLE h, const char *what)
{
    SQLCHAR state[6] = "", msg[1024] = "";
    SQLINTEGER native = 0;
    SQLSMALLINT n;
    SQLGetDiagRec(type, h, 1, state, &native, msg, sizeof msg, &n);
    fprintf(stderr, "%s: [%s] %s\n", what, state, msg);
    exit(1);
}
static int OK(SQLRETURN rc) { return rc == SQL_SUCCESS || rc == SQL_SUCCESS_WITH_INFO; }
#define CS(st, call) do { SQLRETURN rc_ = (call); if (!OK(rc_) && rc_ != SQL_NO_DATA) fail(SQL_HANDLE_STMT, st, #call); } while (0)

static void connect_it(void)
{
    SQLAllocHandle(SQL_HANDLE_DBC, env, &dbc);
    if (!OK(SQLDriverConnect(dbc, NULL, (SQLCHAR *)connstr, SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT)))
        fail(SQL_HANDLE_DBC, dbc, "SQLDriverConnect");
}
static void exec_quiet(const char *sql)
{
    SQLHSTMT st;
    SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
    CS(st, SQLExecDirect(st, (SQLCHAR *)sql, SQL_NTS));
    SQLFreeHandle(SQL_HANDLE_STMT, st);
}

static double t_first;
static unsigned long long sum;
static unsigned long long mix(const void *p, size_t n)
{
    const unsigned char *b = p;
    unsigned long long h = 1469598103934665603ull;
    for (size_t i = 0; i < n; i++) h = (h ^ b[i]) * 1099511628211ull;
    return h;
}

/* Columns of the "mixed" table: id int8, n int4, f float8, amount numeric(12,2), name text, at timestamp, ok bool */
typedef struct { SQLBIGINT id; SQLINTEGER n; double f; char amount[32]; char name[64]; SQL_TIMESTAMP_STRUCT at; unsigned char ok; SQLLEN l[7]; } Mixed;

static void bind_mixed(SQLHSTMT st, Mixed *m)
{
    CS(st, SQLBindCol(st, 1, SQL_C_SBIGINT, &m->id, 0, &m->l[0]));
    CS(st, SQLBindCol(st, 2, SQL_C_SLONG, &m->n, 0, &m->l[1]));
    CS(st, SQLBindCol(st, 3, SQL_C_DOUBLE, &m->f, 0, &m->l[2]));
    CS(st, SQLBindCol(st, 4, SQL_C_CHAR, m->amount, sizeof m->amount, &m->l[3]));
    CS(st, SQLBindCol(st, 5, SQL_C_CHAR, m->name, sizeof m->name, &m->l[4]));
    CS(st, SQLBindCol(st, 6, SQL_C_TYPE_TIMESTAMP, &m->at, 0, &m->l[5]));
    CS(st, SQLBindCol(st, 7, SQL_C_BIT, &m->ok, 0, &m->l[6]));
}
static void add_mixed(const Mixed *m)
{
    sum += m->id + m->n + (unsigned long long)m->f + m->ok + m->at.day + m->at.second;
    sum += mix(m->amount, m->l[3]) + mix(m->name, m->l[4]);
}

static long fetch_mixed(long rows, int array, int getdata)
{
    SQLHSTMT st;
    char sql[256];
    long n = 0;
    double t0 = now();
    SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
    snprintf(sql, sizeof sql, "SELECT id, n, f, amount, name, at, ok FROM bench_mixed WHERE id <= %ld", rows);
    Mixed *m = calloc(array ? array : 1, sizeof *m);
    SQLULEN got = 0;
    if (array) {
        CS(st, SQLSetStmtAttr(st, SQL_ATTR_ROW_BIND_TYPE, (SQLPOINTER)sizeof(Mixed), 0));
        CS(st, SQLSetStmtAttr(st, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)(size_t)array, 0));
        CS(st, SQLSetStmtAttr(st, SQL_ATTR_ROWS_FETCHED_PTR, &got, 0));
    }
    if (!getdata) bind_mixed(st, m);
    CS(st, SQLExecDirect(st, (SQLCHAR *)sql, SQL_NTS));
    SQLRETURN rc;
    while (OK(rc = SQLFetch(st))) {
        if (!n) t_first = now() - t0;
        if (getdata) {
            CS(st, SQLGetData(st, 1, SQL_C_SBIGINT, &m->id, 0, &m->l[0]));
            CS(st, SQLGetData(st, 2, SQL_C_SLONG, &m->n, 0, &m->l[1]));
            CS(st, SQLGetData(st, 3, SQL_C_DOUBLE, &m->f, 0, &m->l[2]));
            CS(st, SQLGetData(st, 4, SQL_C_CHAR, m->amount, sizeof m->amount, &m->l[3]));
            CS(st, SQLGetData(st, 5, SQL_C_CHAR, m->name, sizeof m->name, &m->l[4]));
            CS(st, SQLGetData(st, 6, SQL_C_TYPE_TIMESTAMP, &m->at, 0, &m->l[5]));
            CS(st, SQLGetData(st, 7, SQL_C_BIT, &m->ok, 0, &m->l[6]));
        }
        long k = array ? (long)got : 1;
        for (long i = 0; i < k; i++) add_mixed(m + i);
        n += k;
    }
    if (rc == SQL_ERROR) fail(SQL_HANDLE_STMT, st, "SQLFetch");
    SQLFreeHandle(SQL_HANDLE_STMT, st);
    free(m);
    return n;
}

/* the same rows as fetch_mixed with row arrays, bound by column */
static long fetch_columns(long rows)
{
    enum { ARRAY = 1000 };
    static SQLBIGINT id[ARRAY]; static SQLINTEGER number[ARRAY]; static double f[ARRAY];
    static char amount[ARRAY][32], name[ARRAY][64];
    static SQL_TIMESTAMP_STRUCT at[ARRAY]; static unsigned char ok[ARRAY]; static SQLLEN l[7][ARRAY];
    SQLHSTMT st;
    char sql[256];
    SQLULEN got = 0;
    long n = 0;
    double t0 = now();
    SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
    snprintf(sql, sizeof sql, "SELECT id, n, f, amount, name, at, ok FROM bench_mixed WHERE id <= %ld", rows);
    CS(st, SQLSetStmtAttr(st, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)(size_t)ARRAY, 0));
    CS(st, SQLSetStmtAttr(st, SQL_ATTR_ROWS_FETCHED_PTR, &got, 0));
    CS(st, SQLBindCol(st, 1, SQL_C_SBIGINT, id, 0, l[0]));
    CS(st, SQLBindCol(st, 2, SQL_C_SLONG, number, 0, l[1]));
    CS(st, SQLBindCol(st, 3, SQL_C_DOUBLE, f, 0, l[2]));
    CS(st, SQLBindCol(st, 4, SQL_C_CHAR, amount, sizeof *amount, l[3]));
    CS(st, SQLBindCol(st, 5, SQL_C_CHAR, name, sizeof *name, l[4]));
    CS(st, SQLBindCol(st, 6, SQL_C_TYPE_TIMESTAMP, at, 0, l[5]));
    CS(st, SQLBindCol(st, 7, SQL_C_BIT, ok, 0, l[6]));
    CS(st, SQLExecDirect(st, (SQLCHAR *)sql, SQL_NTS));
    SQLRETURN rc;
    while (OK(rc = SQLFetch(st))) {
        if (!n) t_first = now() - t0;
        for (SQLULEN i = 0; i < got; i++) {
            sum += id[i] + number[i] + (unsigned long long)f[i] + ok[i] + at[i].day + at[i].second;
            sum += mix(amount[i], l[3][i]) + mix(name[i], l[4][i]);
        }
        n += got;
    }
    if (rc == SQL_ERROR) fail(SQL_HANDLE_STMT, st, "SQLFetch");
    SQLFreeHandle(SQL_HANDLE_STMT, st);
    return n;
}

/* ten int4 columns, block fetch of 1000, column-wise */
static long fetch_ints(long rows)
{
    SQLHSTMT st;
    char sql[256];
    static SQLINTEGER v[10][1000];
    static SQLLEN l[10][1000];
    SQLULEN got = 0;
    long n = 0;
    double t0 = now();
    SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
    snprintf(sql, sizeof sql, "SELECT a,b,c,d,e,f,g,h,i,j FROM bench_ints WHERE a <= %ld", rows);
    CS(st, SQLSetStmtAttr(st, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)1000, 0));
    CS(st, SQLSetStmtAttr(st, SQL_ATTR_ROWS_FETCHED_PTR, &got, 0));
    for (int c = 0; c < 10; c++) CS(st, SQLBindCol(st, c + 1, SQL_C_SLONG, v[c], 0, l[c]));
    CS(st, SQLExecDirect(st, (SQLCHAR *)sql, SQL_NTS));
    SQLRETURN rc;
    while (OK(rc = SQLFetch(st))) {
        if (!n) t_first = now() - t0;
        for (SQLULEN r = 0; r < got; r++) for (int c = 0; c < 10; c++) sum += v[c][r];
        n += got;
    }
    if (rc == SQL_ERROR) fail(SQL_HANDLE_STMT, st, "SQLFetch");
    SQLFreeHandle(SQL_HANDLE_STMT, st);
    return n;
}

/* 1 KiB texts as SQL_C_WCHAR, what pyodbc and Excel ask for */
static long fetch_wtext(long rows)
{
    SQLHSTMT st;
    char sql[256];
    static SQLWCHAR w[4096];
    SQLLEN l;
    long n = 0;
    double t0 = now();
    SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
    snprintf(sql, sizeof sql, "SELECT t FROM bench_text WHERE id <= %ld", rows);
    CS(st, SQLBindCol(st, 1, SQL_C_WCHAR, w, sizeof w, &l));
    CS(st, SQLExecDirect(st, (SQLCHAR *)sql, SQL_NTS));
    SQLRETURN rc;
    while (OK(rc = SQLFetch(st))) { if (!n) t_first = now() - t0; sum += mix(w, l); n++; }
    if (rc == SQL_ERROR) fail(SQL_HANDLE_STMT, st, "SQLFetch");
    SQLFreeHandle(SQL_HANDLE_STMT, st);
    return n;
}

static long point_select(long rows)
{
    SQLHSTMT st;
    SQLBIGINT id; SQLLEN lid = 0, l1, l2;
    char name[64]; double f;
    SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
    CS(st, SQLPrepare(st, (SQLCHAR *)"SELECT name, f FROM bench_mixed WHERE id = ?", SQL_NTS));
    CS(st, SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, &id, 0, &lid));
    CS(st, SQLBindCol(st, 1, SQL_C_CHAR, name, sizeof name, &l1));
    CS(st, SQLBindCol(st, 2, SQL_C_DOUBLE, &f, 0, &l2));
    for (long i = 0; i < rows; i++) {
        id = 1 + (i * 7919) % 100000;
        CS(st, SQLExecute(st));
        SQLRETURN rc = SQLFetch(st);
        if (!OK(rc)) fail(SQL_HANDLE_STMT, st, "SQLFetch");
        sum += mix(name, l1) + (unsigned long long)f;
        CS(st, SQLFreeStmt(st, SQL_CLOSE));
    }
    SQLFreeHandle(SQL_HANDLE_STMT, st);
    return rows;
}

static void insert_table(void)
{
    exec_quiet("DROP TABLE IF EXISTS bench_insert");
    exec_quiet("CREATE UNLOGGED TABLE bench_insert (id int8, n int4, f float8, name text, at timestamp)");
}
static void check_insert(void)
{
    SQLHSTMT st; SQLBIGINT v = 0; SQLLEN l;
    SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
    CS(st, SQLExecDirect(st, (SQLCHAR *)"SELECT coalesce(sum(id + n + length(name) + extract(day from at)::int8 + f::int8),0)::int8 + count(*) FROM bench_insert", SQL_NTS));
    CS(st, SQLFetch(st));
    CS(st, SQLGetData(st, 1, SQL_C_SBIGINT, &v, 0, &l));
    sum += v;
    SQLFreeHandle(SQL_HANDLE_STMT, st);
}
typedef struct { SQLBIGINT id; SQLINTEGER n; double f; char name[32]; SQL_TIMESTAMP_STRUCT at; SQLLEN l[5]; } Ins;
static void fill(Ins *r, long i)
{
    r->id = i; r->n = (int)(i % 1000); r->f = i * 0.5;
    r->l[0] = r->l[1] = r->l[2] = r->l[4] = 0;
    r->l[3] = snprintf(r->name, sizeof r->name, "name-%ld", i);
    r->at = (SQL_TIMESTAMP_STRUCT){2024, 1 + i % 12, 1 + i % 28, i % 24, i % 60, i % 60, 123456000};
}
static void bind_ins(SQLHSTMT st, Ins *r)
{
    CS(st, SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, &r->id, 0, &r->l[0]));
    CS(st, SQLBindParameter(st, 2, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &r->n, 0, &r->l[1]));
    CS(st, SQLBindParameter(st, 3, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0, &r->f, 0, &r->l[2]));
    CS(st, SQLBindParameter(st, 4, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 32, 0, r->name, sizeof r->name, &r->l[3]));
    CS(st, SQLBindParameter(st, 5, SQL_PARAM_INPUT, SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, 26, 6, &r->at, 0, &r->l[4]));
}
static const char *INSERT = "INSERT INTO bench_insert (id, n, f, name, at) VALUES (?, ?, ?, ?, ?)";

static double insert_wall, insert_cpu;
static long insert_rows(long rows, int array)
{
    SQLHSTMT st;
    insert_table();
    double t0 = now(), c0 = cpu();
    SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
    SQLSetConnectAttr(dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)SQL_AUTOCOMMIT_OFF, 0);
    Ins *r = calloc(array ? array : 1, sizeof *r);
    SQLULEN done = 0;
    static SQLUSMALLINT status[100000];
    CS(st, SQLPrepare(st, (SQLCHAR *)INSERT, SQL_NTS));
    if (array) {
        CS(st, SQLSetStmtAttr(st, SQL_ATTR_PARAM_BIND_TYPE, (SQLPOINTER)sizeof(Ins), 0));
        CS(st, SQLSetStmtAttr(st, SQL_ATTR_PARAMS_PROCESSED_PTR, &done, 0));
        CS(st, SQLSetStmtAttr(st, SQL_ATTR_PARAM_STATUS_PTR, status, 0));
    }
    bind_ins(st, r);
    for (long i = 0; i < rows; ) {
        long k = array ? (rows - i < array ? rows - i : array) : 1;
        for (long j = 0; j < k; j++) fill(r + j, i + j);
        if (array) CS(st, SQLSetStmtAttr(st, SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)(size_t)k, 0));
        CS(st, SQLExecute(st));
        SQLFreeStmt(st, SQL_CLOSE);
        i += k;
    }
    SQLEndTran(SQL_HANDLE_DBC, dbc, SQL_COMMIT);
    SQLSetConnectAttr(dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)SQL_AUTOCOMMIT_ON, 0);
    SQLFreeHandle(SQL_HANDLE_STMT, st);
    insert_wall = now() - t0; insert_cpu = cpu() - c0;
    check_insert();
    free(r);
    return rows;
}

/* rows changed by arrays of parameters, 1000 sets an execution, one transaction */
static long change_array(long rows, const char *sql, int with_n)
{
    enum { SETS = 1000 };
    SQLHSTMT st;
    static SQLINTEGER n[SETS];
    static SQLBIGINT id[SETS];
    static SQLLEN ln[SETS], lid[SETS];
    static SQLUSMALLINT status[SETS];
    SQLULEN done = 0;
    exec_quiet("DROP TABLE IF EXISTS bench_change");
    exec_quiet("CREATE UNLOGGED TABLE bench_change (id int8 PRIMARY KEY, n int4)");
    exec_quiet("INSERT INTO bench_change SELECT i, i FROM generate_series(0, 99999) i");
    exec_quiet("ANALYZE bench_change");
    double t0 = now(), c0 = cpu();
    SQLSetConnectAttr(dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)SQL_AUTOCOMMIT_OFF, 0);
    SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
    CS(st, SQLPrepare(st, (SQLCHAR *)sql, SQL_NTS));
    CS(st, SQLSetStmtAttr(st, SQL_ATTR_PARAMS_PROCESSED_PTR, &done, 0));
    CS(st, SQLSetStmtAttr(st, SQL_ATTR_PARAM_STATUS_PTR, status, 0));
    CS(st, SQLSetStmtAttr(st, SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)(size_t)SETS, 0));
    if (with_n) CS(st, SQLBindParameter(st, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, n, 0, ln));
    CS(st, SQLBindParameter(st, 1 + with_n, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, id, 0, lid));
    for (long i = 0; i < rows; i += SETS) {
        for (long j = 0; j < SETS; j++) { id[j] = ((i + j) * 7919) % 100000; n[j] = (int)(i + j); }
        CS(st, SQLExecute(st));
        SQLFreeStmt(st, SQL_CLOSE);
    }
    SQLEndTran(SQL_HANDLE_DBC, dbc, SQL_COMMIT);
    SQLSetConnectAttr(dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)SQL_AUTOCOMMIT_ON, 0);
    SQLFreeHandle(SQL_HANDLE_STMT, st);
    insert_wall = now() - t0; insert_cpu = cpu() - c0;
    SQLBIGINT v = 0; SQLLEN l;
    SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
    CS(st, SQLExecDirect(st, (SQLCHAR *)"SELECT coalesce(sum(id * 31 + n), 0)::int8 + count(*) FROM bench_change", SQL_NTS));
    CS(st, SQLFetch(st));
    CS(st, SQLGetData(st, 1, SQL_C_SBIGINT, &v, 0, &l));
    sum += v;
    SQLFreeHandle(SQL_HANDLE_STMT, st);
    return rows;
}

/* what fetch_wtext's own check sum costs: the program's work, whatever the driver */
static long checksum(long rows)
{
    static SQLWCHAR w[1024];
    for (int i = 0; i < 1024; i++) w[i] = "0123456789abcdef"[i % 16];
    for (long i = 0; i < rows; i++) sum += mix(w, sizeof w);
    return rows;
}

static long connects(long rows)
{
    for (long i = 0; i < rows; i++) {
        SQLDisconnect(dbc); SQLFreeHandle(SQL_HANDLE_DBC, dbc);
        connect_it();
        exec_quiet("SELECT 1");
    }
    return rows;
}

/* every table and column of a database with many tables, as a BI tool's navigator asks */
static long catalog(long rows)
{
    SQLHSTMT st;
    long n = 0;
    for (long i = 0; i < rows; i++) {
        SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
        CS(st, SQLTables(st, NULL, 0, NULL, 0, (SQLCHAR *)"%", SQL_NTS, (SQLCHAR *)"TABLE", SQL_NTS));
        while (OK(SQLFetch(st))) n++;
        SQLFreeHandle(SQL_HANDLE_STMT, st);
        SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
        CS(st, SQLColumns(st, NULL, 0, (SQLCHAR *)"public", SQL_NTS, (SQLCHAR *)"%", SQL_NTS, (SQLCHAR *)"%", SQL_NTS));
        while (OK(SQLFetch(st))) n++;
        SQLFreeHandle(SQL_HANDLE_STMT, st);
        SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
        CS(st, SQLPrimaryKeys(st, NULL, 0, (SQLCHAR *)"public", SQL_NTS, (SQLCHAR *)"bench_mixed", SQL_NTS));
        while (OK(SQLFetch(st))) n++;
        SQLFreeHandle(SQL_HANDLE_STMT, st);
    }
    sum = 0;
    return n;
}

/* one big bytea, read in 64 KiB pieces by SQLGetData */
static long blob(long mib)
{
    SQLHSTMT st; SQLLEN l; static char buf[65536]; char sql[160]; long long got = 0;
    SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
    snprintf(sql, sizeof sql, "SELECT decode(repeat('0123456789abcdef', %ld), 'hex')", mib * 131072);
    CS(st, SQLExecDirect(st, (SQLCHAR *)sql, SQL_NTS));
    CS(st, SQLFetch(st));
    SQLRETURN rc;
    while (OK(rc = SQLGetData(st, 1, SQL_C_BINARY, buf, sizeof buf, &l))) {
        long k = l == SQL_NO_TOTAL || l > (SQLLEN)sizeof buf ? (long)sizeof buf : (long)l;
        sum += (unsigned char)buf[0] + (unsigned char)buf[k - 1]; got += k;
        if (rc == SQL_SUCCESS) break;
    }
    SQLFreeHandle(SQL_HANDLE_STMT, st);
    return (long)(got >> 20);
}

/* one column of many rows, by row arrays of 1000 */
static long fetch_numbers(long rows)
{
    SQLHSTMT st; SQLRETURN rc; SQLULEN got = 0; char sql[96]; long n = 0;
    static SQLBIGINT id[1000]; static SQLLEN l[1000];
    SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
    CS(st, SQLSetStmtAttr(st, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)1000, 0));
    CS(st, SQLSetStmtAttr(st, SQL_ATTR_ROWS_FETCHED_PTR, &got, 0));
    CS(st, SQLBindCol(st, 1, SQL_C_SBIGINT, id, 0, l));
    snprintf(sql, sizeof sql, "SELECT generate_series(1, %ld)::int8", rows);
    CS(st, SQLExecDirect(st, (SQLCHAR *)sql, SQL_NTS));
    while (OK(rc = SQLFetch(st)))
        for (SQLULEN i = 0; i < got; i++)
            if (id[i] != ++n) { fprintf(stderr, "row %ld has the number %lld\n", n, (long long)id[i]); exit(1); }
    SQLFreeHandle(SQL_HANDLE_STMT, st);
    return n;
}

/* a static cursor: to its last row, then to and fro; every row is the one that was asked for */
static long scroll(long rows)
{
    SQLHSTMT st; SQLBIGINT id = 0; SQLLEN l1, l2; char sql[128], text[40];
    SQLAllocHandle(SQL_HANDLE_STMT, dbc, &st);
    CS(st, SQLSetStmtAttr(st, SQL_ATTR_CURSOR_TYPE, (SQLPOINTER)SQL_CURSOR_STATIC, 0));
    CS(st, SQLBindCol(st, 1, SQL_C_SBIGINT, &id, 0, &l1));
    CS(st, SQLBindCol(st, 2, SQL_C_CHAR, text, sizeof text, &l2));
    snprintf(sql, sizeof sql, "SELECT i::int8, 'customer number ' || i FROM (SELECT generate_series(1, %ld) AS i) s", rows);
    CS(st, SQLExecDirect(st, (SQLCHAR *)sql, SQL_NTS));
    CS(st, SQLFetchScroll(st, SQL_FETCH_LAST, 0));
    for (long k = 0, at = rows; ; k++) {
        if (id != at || atol(text + 16) != at) {
            fprintf(stderr, "row %ld is number %lld, %s\n", at, (long long)id, text);
            exit(1);
        }
        if (k == 100000) break;
        at = k % 1000 ? at % rows + 1 : 1 + (k * 7919) % rows;
        CS(st, SQLFetchScroll(st, SQL_FETCH_ABSOLUTE, at));
    }
    SQLFreeHandle(SQL_HANDLE_STMT, st);
    return rows;
}

static void setup(void)
{
    exec_quiet("DROP TABLE IF EXISTS bench_mixed, bench_ints, bench_text");
    exec_quiet("CREATE TABLE bench_mixed AS SELECT i::int8 AS id, (i % 1000)::int4 AS n, i * 1.25::float8 AS f, (i % 100000 + 0.25)::numeric(12,2) AS amount, 'customer number ' || i AS name, timestamp '2020-01-01' + i * interval '37 seconds' AS at, i % 3 = 0 AS ok FROM generate_series(1, 5000000) i");
    exec_quiet("ALTER TABLE bench_mixed ADD PRIMARY KEY (id)");
    exec_quiet("CREATE TABLE bench_ints AS SELECT i AS a, i+1 AS b, i+2 AS c, i%7 AS d, i%1000 AS e, -i AS f, 1 AS g, 2000000000 AS h, i*2 AS i, i/3 AS j FROM generate_series(1, 2000000) i");
    exec_quiet("CREATE TABLE bench_text AS SELECT i AS id, repeat(md5(i::text), 32) AS t FROM generate_series(1, 200000) i");
    exec_quiet("VACUUM ANALYZE");
}

int main(int argc, char **argv)
{
    if (argc < 3) { fprintf(stderr, "usage: odbcbench CONNSTR SCENARIO [ROWS]\n"); return 2; }
    connstr = argv[1];
    const char *s = argv[2];
    long rows = argc > 3 ? atol(argv[3]) : 0, n = 0;
    SQLAllocHandle(SQL_HANDLE_ENV, NULL, &env);
    SQLSetEnvAttr(env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
    connect_it();
    double t0 = now(), c0 = cpu();
    if (!strcmp(s, "setup")) setup();
    else if (!strcmp(s, "fetch_row")) n = fetch_mixed(rows ? rows : 1000000, 0, 0);
    else if (!strcmp(s, "fetch_columns")) n = fetch_columns(rows ? rows : 1000000);
    else if (!strcmp(s, "fetch_block")) n = fetch_mixed(rows ? rows : 1000000, 1000, 0);
    else if (!strcmp(s, "fetch_getdata")) n = fetch_mixed(rows ? rows : 1000000, 0, 1);
    else if (!strcmp(s, "fetch_ints")) n = fetch_ints(rows ? rows : 1000000);
    else if (!strcmp(s, "fetch_numbers")) n = fetch_numbers(rows ? rows : 50000000);
    else if (!strcmp(s, "scroll")) n = scroll(rows ? rows : 10000000);
    else if (!strcmp(s, "fetch_wtext")) n = fetch_wtext(rows ? rows : 200000);
    else if (!strcmp(s, "point_select")) n = point_select(rows ? rows : 20000);
    else if (!strcmp(s, "insert_row")) n = insert_rows(rows ? rows : 20000, 0);
    else if (!strcmp(s, "insert_array")) n = insert_rows(rows ? rows : 200000, 1000);
    else if (!strcmp(s, "update_array")) n = change_array(rows ? rows : 50000, "UPDATE bench_change SET n = ? WHERE id = ?", 1);
    else if (!strcmp(s, "delete_array")) n = change_array(rows ? rows : 50000, "DELETE FROM bench_change WHERE id = ?", 0);
    else if (!strcmp(s, "checksum")) n = checksum(rows ? rows : 200000);
    else if (!strcmp(s, "idle")) n = 0;
    else if (!strcmp(s, "connect")) n = connects(rows ? rows : 100);
    else if (!strcmp(s, "catalog")) n = catalog(rows ? rows : 3);
    else if (!strcmp(s, "blob")) n = blob(rows ? rows : 64);
    else { fprintf(stderr, "no such scenario: %s\n", s); return 2; }
    double wall = now() - t0, used = cpu() - c0;
    if (insert_wall > 0) { wall = insert_wall; used = insert_cpu; }
    printf("%s rows=%ld wall=%.3f cpu=%.3f rss_kb=%ld first_ms=%.1f check=%llx\n", s, n, wall, used, peak(), t_first * 1e3, sum);
    SQLDisconnect(dbc);
    SQLFreeHandle(SQL_HANDLE_DBC, dbc);
    SQLFreeHandle(SQL_HANDLE_ENV, env);
    return 0;
}
