-- Writes server_values.tsv: type OID, text form, binary form in hexadecimal, as this server sends them.
--   psql -X -q -At -F "$(printf '\t')" -f server_values.sql > server_values.tsv
-- The committed table was made by PostgreSQL 15. Values hold no tabs and no line ends.
set timezone = 'Asia/Kolkata';
set datestyle = iso;
set intervalstyle = postgres;
set extra_float_digits = 1;
set bytea_output = hex;

create function pg_temp.rows(type regtype, send regproc, literals text[]) returns table (oid oid, text text, hex text)
language plpgsql as $$
declare literal text;
begin
    foreach literal in array literals loop
        return query execute format(
            'select %s::oid, format(''%%s'', v), encode(%s(v), ''hex'') from (select %L::%s) as t(v)',
            type::oid, send, literal, type);
    end loop;
end $$;

select * from pg_temp.rows('bool', 'boolsend', '{t,f}');
select * from pg_temp.rows('int2', 'int2send', '{0,1,-1,127,128,255,256,-128,-129,32767,-32768}');
select * from pg_temp.rows('int4', 'int4send', '{0,1,-1,42,255,32768,65535,65536,2147483647,-2147483648}');
select * from pg_temp.rows('int8', 'int8send',
    '{0,1,-1,4294967295,4294967296,9007199254740993,9223372036854775807,-9223372036854775808}');
select * from pg_temp.rows('oid', 'oidsend', '{0,1,2147483648,4294967295}');
select * from pg_temp.rows('float4', 'float4send',
    '{0,-0,1,-1.5,0.1,0.5,1.1,255.5,-0.5,99999,100000,999999,1e6,1e-4,1e-5,123456.7,1.1754944e-38,1e-45,3.4028235e38,-3.4028235e38,NaN,Infinity,-Infinity,16777216,8388608,33554432,9e9,8.5899346e9}');
select * from pg_temp.rows('float8', 'float8send',
    '{0,-0,1,-1.5,0.1,0.5,1.9999,-0.5,3.14159265358979,1e14,999999999999999,1e15,1e16,1e22,1e23,-1e23,0.0001,0.00012345,0.00001,1e-300,1e300,5e-324,2.2250738585072014e-308,1.7976931348623157e308,NaN,Infinity,-Infinity,9007199254740993,9223372036854775807,18446744073709551615,2147483647.5,127.5,1e38,2e38,1e40}');
-- Powers of ten and of two, and numbers with random digits, for the shortest text.
select 701, format('%s', v), encode(float8send(v), 'hex') from (select ('1e' || e)::float8 from generate_series(-307, 308, 5) e) t(v);
select 701, format('%s', v), encode(float8send(v), 'hex') from (select power(2::float8, e) from generate_series(-1020, 1020, 17) e) t(v);
select 701, format('%s', v), encode(float8send(v), 'hex')
    from (select sin(n) * power(10::float8, n % 40 - 20) from generate_series(1, 200) n) t(v);
select 700, format('%s', v), encode(float4send(v), 'hex') from (select ('1e' || e)::float4 from generate_series(-37, 38) e) t(v);
select 700, format('%s', v), encode(float4send(v), 'hex') from (select power(2::float8, e)::float4 from generate_series(-126, 127) e) t(v);
select 700, format('%s', v), encode(float4send(v), 'hex')
    from (select (sin(n) * power(10::float8, n % 30 - 15))::float4 from generate_series(1, 200) n) t(v);
select * from pg_temp.rows('numeric', 'numeric_send',
    '{0,0.00,1,-1,1.50,-0.5,0.1,0.0001,0.00001234,12345.678900,10000,100000000,1e20,123456789012345678901234567890,255,256,-129,2147483648,9223372036854775808,18446744073709551616,99999999999999999999999999999999999999,0.99999999999999999999999999999999999999,1e400,1e-400,-1e-40,NaN,Infinity,-Infinity,1.9,2,-0.1}');
select 1700, format('%s', v), encode(numeric_send(v), 'hex')
    from (values (1e100 + 1e-100), (repeat('9', 1000)::numeric), (('0.' || repeat('7', 300))::numeric), (1234.5::numeric(20, 10))) t(v);
select * from pg_temp.rows('text', 'textsend', array['', 'a', 'hello world', 'Grüße', '日本語', 'a😀b', 'é', ' 42 ', '-7', '3.75', '1e3',
    '256', '1e400', 'abc', '2024-02-29', '10:11:12', '10:11:12.5', '2024-01-01 10:00:00.123456789', '2024-01-01 10:00:00.1234567891',
    '2024-01-01 10:00:00+02', '2023-02-29', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'NaN', '0', '1', '0.5', '-0.5', '1.5', '2', '3 days',
    'it''s "quoted" \back', repeat('0123456789', 30), repeat('äöü€😀', 20)]);
select * from pg_temp.rows('varchar', 'varcharsend', array['', 'x', 'naïve']);
select * from pg_temp.rows('bpchar', 'bpcharsend', array['ab  ', 'x']);
select * from pg_temp.rows('name', 'namesend', array['pg_class']);
select * from pg_temp.rows('bytea', 'byteasend', array['', '\x00', '\x00ff7f80', '\x5c78', '\x' || repeat('deadbeef', 20)]);
select * from pg_temp.rows('date', 'date_send', '{2000-01-01,1999-12-31,2024-02-29,1970-01-01,1900-03-01,0001-01-01,9999-12-31,10000-01-01,0001-12-31 BC,0044-03-15 BC,4713-01-01 BC,5874897-12-31,infinity,-infinity}');
select * from pg_temp.rows('time', 'time_send', '{00:00:00,23:59:59,23:59:59.999999,12:34:56.7,12:34:56.000001,24:00:00}');
select * from pg_temp.rows('timestamp', 'timestamp_send', array['2000-01-01 00:00:00', '1999-12-31 23:59:59.999999', '2024-02-29 12:34:56.789',
    '2024-02-29 00:00:00', '2024-02-29 12:34:56', '1969-12-31 23:59:59', '0001-01-01 00:00:00', '9999-12-31 23:59:59.999999',
    '10000-01-01 00:00:00', '0001-12-31 23:00:00.5 BC', '4713-01-01 00:00:00 BC', '294276-12-31 23:59:59.999999', 'infinity', '-infinity']);
select * from pg_temp.rows('interval', 'interval_send', array['0', '1 year', '-1 year', '1 year 2 mons 3 days 04:05:06.789', '-1 mons', '1 mon -1 day',
    '-1 day 02:00:00', '-1 year 2 days -3 hours', '1 day', '2 days', '04:05:06', '-04:05:06.000001', '100:00:00', '178000000 years', '-178000000 years',
    '2562047788:00:54.775807', '13 mons', '-13 mons', '25 hours', '90 minutes', '1 mon 1 day 1 sec', '999 days', '59.5 sec']);
select * from pg_temp.rows('uuid', 'uuid_send', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,00000000-0000-0000-0000-000000000000,ffffffff-ffff-ffff-ffff-ffffffffffff}');
select * from pg_temp.rows('bit(1)', 'bit_send', '{0,1}');
select * from pg_temp.rows('varbit', 'varbit_send', array['', '0', '1', '10', '101010101', '11111111', '0000000000000001']);
