# Perl's DBI with DBD::ODBC through unixODBC: what its users do.
#
# Run by: tests/tools/with-server 15 -- perl tests/clients/dbd_odbc.pl

# Debian's DBD::ODBC is built for narrow characters: texts are octets in UTF-8.

use strict;
use warnings;
use utf8;
use DBI qw(:sql_types);
use Test::More;

binmode Test::More->builder->$_, ':encoding(UTF-8)' for qw(output failure_output todo_output);
my $data_source = $ENV{PGODBC_TEST_DSN} or BAIL_OUT('PGODBC_TEST_DSN is not set; see the first lines of this file');

# What a text is in the narrow functions.
sub octets {
    my ($text) = @_;
    utf8::encode($text);
    return $text;
}

sub connection {
    my %options = @_;
    return DBI->connect("dbi:ODBC:DSN=$data_source", undef, undef,
        { RaiseError => 1, PrintError => 0, AutoCommit => 1, %options });
}

my $connection = connection();

subtest 'information' => sub {
    is $connection->get_info(17), 'PostgreSQL', 'SQL_DBMS_NAME';
    is $connection->get_info(29), '"', 'SQL_IDENTIFIER_QUOTE_CHAR';
    is $connection->quote_identifier('a"b'), '"a""b"', 'quoted by what the driver says';
    ok $connection->ping, 'ping';
};

subtest 'values' => sub {
    # PostgreSQL's literal, and what Perl has of it.
    my @values = (
        ['int4', "'-2147483648'", '-2147483648'],
        ['int8', "'9223372036854775807'", '9223372036854775807'],
        ['numeric', "'12345678901234567890.123456789'", '12345678901234567890.123456789'],
        ['float8', "'0.1'", '0.1'],
        ['bool', "'t'", '1'],
        ['text', q{U&'\00e4\20ac\+01f600'}, octets("ä€😀")],
        ['varchar(5)', "'abc  '", 'abc  '],
        ['char(5)', "'abc'", 'abc  '],
        ['date', "'2024-02-29'", '2024-02-29'],
        ['timestamp', "'2024-02-29 23:59:59.123456'", '2024-02-29 23:59:59.123456'],
        ['uuid', "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
        ['json', q{'{"a": [1, 2]}'}, '{"a": [1, 2]}'],
        ['int4[]', "'{1,NULL,3}'", '{1,NULL,3}'],
        ['bytea', q{'\x00ff10'}, "\x00\xff\x10"],
    );
    for (@values) {
        my ($type, $literal, $expected) = @$_;
        my ($got, $null) = $connection->selectrow_array("SELECT CAST($literal AS $type), CAST(NULL AS $type)");
        # A uuid may come in capital letters.
        is lc $got, lc $expected, "$type is read";
        is $null, undef, "NULL of $type";
        next if $type eq 'bytea';
        is $connection->selectrow_array("SELECT CAST(? AS $type) = CAST($literal AS $type)", undef, $expected), '1',
            "$type is sent"
            unless $type eq 'json';
    }
};

subtest 'long values' => sub {
    local $connection->{LongReadLen} = 300_000;
    my $text = octets join '', map { chr(0x20AC) . $_ } 1 .. 30_000;
    my $insert = $connection->prepare('SELECT CAST(? AS text) AS t, octet_length(CAST(? AS text))');
    $insert->bind_param(1, $text, SQL_WLONGVARCHAR);
    $insert->bind_param(2, $text, SQL_WLONGVARCHAR);
    $insert->execute;
    my ($back, $length) = $insert->fetchrow_array;
    ok $back eq $text, 'a text of ' . length($text) . ' characters comes back';
    is $length, length $text, 'the server has all of it';

    my $bytes = join '', map { chr($_ % 256) } 0 .. 99_999;
    my $binary = $connection->prepare('SELECT CAST(? AS bytea), md5(CAST(? AS bytea))');
    $binary->bind_param($_, $bytes, SQL_LONGVARBINARY) for 1, 2;
    $binary->execute;
    my ($returned, $digest) = $binary->fetchrow_array;
    ok $returned eq $bytes, 'bytes come back';
    require Digest::MD5;
    is $digest, Digest::MD5::md5_hex($bytes), 'the server has them';

    local $connection->{LongReadLen} = 10;
    my $short = $connection->prepare("SELECT CAST(repeat('x', 20) AS text)");
    $short->execute;
    ok !eval { $short->fetchrow_array; 1 }, 'what is longer than LongReadLen is an error';
    like $DBI::errstr, qr/truncat/i, 'that says so';
};

subtest 'parameters and columns are described' => sub {
    my $statement = $connection->prepare('SELECT CAST(? AS int4) AS a, CAST(? AS varchar(7)) AS b, CAST(? AS numeric(9, 2)) AS c');
    is $statement->{NUM_OF_PARAMS}, 3, 'parameters';
    $statement->execute(1, 'x', '2.50');
    is_deeply $statement->{NAME}, [qw(a b c)], 'names';
    is_deeply $statement->{TYPE}, [SQL_INTEGER, SQL_VARCHAR, SQL_NUMERIC], 'types';
    is_deeply $statement->{PRECISION}, [10, 7, 9], 'sizes';
    is $statement->{SCALE}[2], 2, 'scale';
    is_deeply $statement->fetchrow_arrayref, [1, 'x', '2.50'], 'row';
    is $statement->fetchrow_arrayref, undef, 'the end';
};

subtest 'transactions' => sub {
    $connection->do('CREATE TEMP TABLE account (id int PRIMARY KEY, amount numeric(10, 2))');
    is $connection->do('INSERT INTO account SELECT i, 100 FROM generate_series(1, 3) i'), 3, 'rows';
    is $connection->do('DELETE FROM account WHERE id > 99'), '0E0', 'no row, and no error';
    $connection->begin_work;
    is $connection->do('UPDATE account SET amount = amount - ? WHERE id = ?', undef, 10, 1), 1, 'one row';
    ok !eval { $connection->do('INSERT INTO account VALUES (1, 1)'); 1 }, 'a duplicate is refused';
    is $connection->state, '23505', 'SQLSTATE';
    like $connection->errstr, qr/account_pkey/, 'the message names the constraint';
    is $connection->selectrow_array('SELECT amount FROM account WHERE id = 1'), '90.00',
        'the transaction goes on after a failing statement';
    $connection->rollback;
    is $connection->selectrow_array('SELECT sum(amount) FROM account'), '300.00', 'rolled back';
    ok $connection->{AutoCommit}, 'AutoCommit is on again';
};

subtest 'arrays of parameters' => sub {
    $connection->do('CREATE TEMP TABLE many (id int PRIMARY KEY, name text)');
    my $insert = $connection->prepare('INSERT INTO many VALUES (?, ?)');
    my @ids = (1 .. 250);
    my $tuples = $insert->execute_array({ ArrayTupleStatus => \my @statuses }, \@ids, [map { octets("name $_ ä") } @ids]);
    is $tuples, 250, 'tuples';
    is_deeply [$connection->selectrow_array("SELECT count(*), max(name) FILTER (WHERE id = 250) FROM many")],
        [250, octets("name 250 ä")], 'rows';
    ok !eval { $insert->execute_array({ ArrayTupleStatus => \@statuses }, [251, 250, 252], ['a', 'b', 'c']); 1 }
        || ref $statuses[1], 'a duplicate in the middle is told';
    is ref $statuses[1], 'ARRAY', 'its status is an error';
    is $statuses[1][2], '23505', 'with the SQLSTATE';
    is $connection->selectrow_array('SELECT count(*) FROM many WHERE id IN (251, 252)'), 2, 'the others are there';
};

subtest 'catalog' => sub {
    $connection->do('CREATE TEMP TABLE parent (id int PRIMARY KEY, "Größe" numeric(5, 1) NOT NULL)');
    $connection->do('CREATE TEMP TABLE child (parent int REFERENCES parent)');
    my $tables = $connection->table_info(undef, undef, 'parent', undef)->fetchall_arrayref({});
    is scalar(@$tables), 1, 'one table';
    my $schema = $tables->[0]{TABLE_SCHEM};
    my $columns = $connection->column_info(undef, $schema, 'parent', '%')->fetchall_arrayref({});
    is_deeply [map { $_->{COLUMN_NAME} } @$columns], ["id", octets("Größe")], 'columns';
    is $columns->[1]{COLUMN_SIZE}, 5, 'size';
    is $columns->[1]{NULLABLE}, 0, 'NOT NULL';
    is_deeply [$connection->primary_key(undef, $schema, 'parent')], ['id'], 'primary key';
    my $foreign = $connection->foreign_key_info(undef, $schema, 'parent', undef, $schema, 'child')->fetchall_arrayref({});
    is_deeply [map { $_->{FKCOLUMN_NAME} } @$foreign], ['parent'], 'foreign key';
    ok scalar(@{ $connection->type_info_all }) > 10, 'type_info_all';
    ok $connection->type_info(SQL_INTEGER)->{TYPE_NAME}, 'type_info of one';
};

subtest 'several results and calls' => sub {
    my $statement = $connection->prepare("SELECT 1 AS a; SELECT 'x' AS b UNION ALL SELECT 'y' ORDER BY 1");
    $statement->execute;
    is_deeply $statement->fetchall_arrayref, [[1]], 'first';
    ok $statement->{odbc_more_results}, 'there is another';
    is_deeply $statement->fetchall_arrayref, [['x'], ['y']], 'second';
    ok !$statement->{odbc_more_results}, 'no third';
    $connection->do('CREATE FUNCTION pg_temp.double_of(n int) RETURNS int LANGUAGE sql AS $$ SELECT 2 * n $$');
    my $call = $connection->prepare('{? = call pg_temp.double_of(?)}');
    $call->bind_param_inout(1, \my $doubled, 20, SQL_INTEGER);
    $call->bind_param(2, 21, SQL_INTEGER);
    $call->execute;
    is $doubled, 42, 'what a function returns';
};

subtest 'errors' => sub {
    ok !eval { $connection->do('SELECT nonsense FROM nowhere'); 1 }, 'refused';
    is $connection->state, '42S02', 'SQLSTATE of ODBC';
    like $connection->errstr, qr/nowhere/, 'message';
    my $wrong = eval { DBI->connect("dbi:ODBC:DSN=$data_source;UID=scram_user;PWD=wrong", undef, undef,
        { RaiseError => 1, PrintError => 0 }) };
    ok !$wrong, 'a wrong password is refused';
    is $DBI::state, '28000', 'with its SQLSTATE';
    unlike $DBI::errstr, qr/wrong/, 'without the password';
};

$connection->disconnect;
done_testing;
