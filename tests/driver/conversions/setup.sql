create type pg_temp.conversions_mood as enum ('sad', 'ok');
create domain pg_temp.conversions_domain as int4 check (value > 0);
create domain pg_temp.conversions_text_domain as text;
create type pg_temp.conversions_pair as (a int, b text);
