-- One column of every common type, and rows that are not all alike.
create table every_type (
    small smallint primary key,
    whole integer,
    big bigint,
    single real,
    double double precision,
    price numeric(12, 2),
    yes boolean,
    label varchar(40),
    story text,
    fixed char(6),
    bytes bytea,
    day date,
    moment timestamp,
    instant timestamptz,
    clock time,
    span interval,
    key uuid,
    document jsonb,
    numbers integer[]
);
insert into every_type values
    (1, 2147483647, 9223372036854775807, 0.5, 3.141592653589793, 19.99, true, 'plain', 'A longer text, of no length.',
     'fixed', '\x00ff10', '2024-02-29', '2024-02-29 12:34:56.789012', '2024-02-29 12:34:56+00', '23:59:59', '1 day 02:03:04',
     '7f0e0d0c-0b0a-4908-8706-050403020100', '{"a": [1, 2]}', '{1, 2, 3}'),
    (2, -2147483648, -9223372036854775808, -1.25, 1e300, -0.01, false, 'grüße 😀', 'Unicode beyond the BMP: 𝔘 日本', 'x',
     '\x', '1970-01-01', '1970-01-01 00:00:00', '1970-01-01 00:00:00+00', '00:00:00', '-3 months',
     '00000000-0000-0000-0000-000000000000', 'null', '{}');
insert into every_type (small) values (3);
