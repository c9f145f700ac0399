<?php
// PHP's odbc functions and PDO_ODBC through unixODBC: what their users do.
//
// Run by: tests/tools/with-server 15 -- php tests/clients/php_odbc.php

declare(strict_types=1);
error_reporting(E_ALL);
ini_set('display_errors', 'stderr');
ini_set('odbc.defaultlrl', '1000000');

$data_source = getenv('PGODBC_TEST_DSN') ?: exit("PGODBC_TEST_DSN is not set; see the first lines of this file\n");
$failures = 0;
$count = 0;

function same($expected, $got, string $what): void
{
    global $failures, $count;
    $count++;
    if ($expected === $got) {
        return;
    }
    $failures++;
    fprintf(STDERR, "FAILED %s\n  expected %s\n  got      %s\n", $what, var_export($expected, true), var_export($got, true));
}

function scalar($connection, string $query)
{
    $result = odbc_exec($connection, $query);
    return odbc_fetch_row($result) ? odbc_result($result, 1) : null;
}

// PostgreSQL's literal, and what PHP has of it: all of it is text.
const VALUES = [
    ['int4', "'-2147483648'", '-2147483648'],
    ['int8', "'9223372036854775807'", '9223372036854775807'],
    ['numeric', "'12345678901234567890.123456789'", '12345678901234567890.123456789'],
    ['float8', "'0.1'", '0.1'],
    ['bool', "'t'", '1'],
    ['text', "'ä€😀'", 'ä€😀'],
    ['char(5)', "'abc'", 'abc  '],
    ['date', "'2024-02-29'", '2024-02-29'],
    ['time', "'23:59:59'", '23:59:59'],
    ['timestamp', "'2024-02-29 23:59:59.123456'", '2024-02-29 23:59:59.123456'],
    ['interval', "'1 mon 2 days'", '1 mon 2 days'],
    ['json', "'{\"a\": [1, 2]}'", '{"a": [1, 2]}'],
    ['int4[]', "'{1,NULL,3}'", '{1,NULL,3}'],
    ['inet', "'::1/128'", '::1'],
];

// The odbc functions.
$connection = odbc_connect("DSN=$data_source", '', '');
foreach (VALUES as [$type, $literal, $expected]) {
    same($expected, scalar($connection, "SELECT CAST($literal AS $type)"), "$type by odbc_exec");
    same(null, scalar($connection, "SELECT CAST(NULL AS $type)"), "NULL of $type");
    $statement = odbc_prepare($connection, "SELECT CAST(CAST(? AS $type) AS text) = CAST(CAST($literal AS $type) AS text)");
    odbc_execute($statement, [$expected]);
    odbc_fetch_row($statement);
    same('1', odbc_result($statement, 1), "$type as a parameter");
}
$long = str_repeat('0123456789ä', 50000);
$statement = odbc_prepare($connection, 'SELECT CAST(? AS text) AS t, octet_length(CAST(? AS text)) AS n');
odbc_execute($statement, [$long, $long]);
same(['t' => $long, 'n' => (string) strlen($long)], odbc_fetch_array($statement), 'a long text');
odbc_exec($connection, 'CREATE TEMP TABLE stock (id int PRIMARY KEY, name varchar(20) NOT NULL, price numeric(8, 2), data bytea)');
$insert = odbc_prepare($connection, 'INSERT INTO stock VALUES (?, ?, ?, ?)');
foreach ([[1, 'apple', '0.30', "\x00\xff"], [2, 'Öl', '12.00', null]] as $row) {
    same(true, odbc_execute($insert, $row), 'a row is inserted');
}
same(1, odbc_num_rows($insert), 'rows of an INSERT');
$result = odbc_exec($connection, 'SELECT * FROM stock ORDER BY id');
same(4, odbc_num_fields($result), 'fields');
same(['name', 'varchar', 20], [odbc_field_name($result, 2), odbc_field_type($result, 2), odbc_field_len($result, 2)], 'a field');
same([8, 2], [odbc_field_len($result, 3), odbc_field_scale($result, 3)], 'a numeric field');
odbc_binmode($result, ODBC_BINMODE_RETURN);
$first = odbc_fetch_array($result);
same("\x00\xff", $first['data'], 'bytes');
same(['id' => '2', 'name' => 'Öl', 'price' => '12.00', 'data' => null], odbc_fetch_array($result), 'the second row');
same(false, odbc_fetch_array($result), 'the end');
odbc_autocommit($connection, false);
odbc_exec($connection, 'DELETE FROM stock');
odbc_rollback($connection);
same('2', scalar($connection, 'SELECT count(*) FROM stock'), 'rolled back');
odbc_autocommit($connection, true);
same(false, @odbc_exec($connection, 'SELECT * FROM nowhere'), 'an error');
same('S0002', odbc_error($connection), 'its SQLSTATE, as ODBC 2 has it');
same(true, str_contains(odbc_errormsg($connection), 'nowhere'), 'its message');
same(false, @odbc_connect("DSN=$data_source;UID=scram_user;PWD=wrong", '', ''), 'a wrong password');
same('28000', odbc_error(), 'its SQLSTATE');

// All catalog functions there are.
$schema = scalar($connection, "SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()");
$catalog = [
    'odbc_tables' => [null, $schema, 'stock', 'LOCAL TEMPORARY'],
    'odbc_columns' => [null, $schema, 'stock', '%'],
    'odbc_primarykeys' => [null, $schema, 'stock'],
    'odbc_statistics' => [null, $schema, 'stock', SQL_INDEX_UNIQUE, SQL_QUICK],
    'odbc_specialcolumns' => [SQL_BEST_ROWID, null, $schema, 'stock', SQL_SCOPE_SESSION, SQL_NULLABLE],
    'odbc_tableprivileges' => [null, $schema, 'stock'],
    'odbc_columnprivileges' => [null, $schema, 'stock', 'name'],
    'odbc_foreignkeys' => [null, $schema, 'stock', '', '', ''],
    'odbc_procedures' => [null, 'pg_catalog', 'upper'],
    'odbc_procedurecolumns' => [null, 'pg_catalog', 'left', '%'],
    'odbc_gettypeinfo' => [SQL_INTEGER],
];
// The fewest rows of each: the table has a row version, privileges of its owner's, a key and no foreign key.
$fewest = [1, 4, 1, 1, 1, 1, 1, 0, 1, 3, 1];
foreach (array_map(null, array_keys($catalog), $catalog, $fewest) as [$function, $arguments, $least]) {
    $result = $function($connection, ...$arguments);
    $rows = 0;
    while ($result && odbc_fetch_row($result)) {
        $rows++;
    }
    same(true, $least === 0 ? $rows === 0 : $rows >= $least, "$function: $rows rows");
}
odbc_close($connection);

// PDO.
$pdo = new PDO("odbc:DSN=$data_source", null, null, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
foreach (VALUES as [$type, $literal, $expected]) {
    same([$expected, null], $pdo->query("SELECT CAST($literal AS $type), CAST(NULL AS $type)")->fetch(PDO::FETCH_NUM), "$type by PDO");
    $statement = $pdo->prepare("SELECT CAST(CAST(:value AS $type) AS text) = CAST(CAST($literal AS $type) AS text)");
    $statement->execute(['value' => $expected]);
    same('1', $statement->fetchColumn(), "$type as a parameter of PDO");
}
$statement = $pdo->prepare('SELECT CAST(? AS text)');
$statement->execute([$long]);
same($long, $statement->fetchColumn(), 'a long text by PDO');
$statement->execute([null]);
same(null, $statement->fetchColumn(), 'NULL by PDO');
$pdo->exec('CREATE TEMP TABLE item (id serial PRIMARY KEY, data bytea)');
$statement = $pdo->prepare('INSERT INTO item (data) VALUES (?)');
$stream = fopen('php://memory', 'r+');
fwrite($stream, str_repeat("\x00\x01\xfe\xff", 20000));
rewind($stream);
$statement->bindParam(1, $stream, PDO::PARAM_LOB);
$statement->execute();
same(1, $statement->rowCount(), 'rows of an INSERT by PDO');
same(md5(str_repeat("\x00\x01\xfe\xff", 20000)), $pdo->query('SELECT md5(data) FROM item')->fetchColumn(), 'bytes from a stream');
$pdo->beginTransaction();
$pdo->exec('DELETE FROM item');
$pdo->rollBack();
same('1', $pdo->query('SELECT count(*) FROM item')->fetchColumn(), 'rolled back by PDO');
try {
    $pdo->query('SELECT 1/0');
    same(true, false, 'a division by zero');
} catch (PDOException $error) {
    same('22012', $error->getCode(), 'its SQLSTATE by PDO');
}
$statement = $pdo->query("SELECT 1; SELECT 'two'");
same(1, (int) $statement->fetchColumn(), 'the first result');
same(true, $statement->nextRowset(), 'there is another');
same('two', $statement->fetchColumn(), 'the second result');

printf("%d checks, %d failed\n", $count, $failures);
exit($failures === 0 ? 0 : 1);
