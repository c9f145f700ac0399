//! UPDATE and DELETE by arrays of parameters, sent as one statement over arrays where nobody can tell: the outcome is that of
//! the pipeline, which executes set by set, whatever the table has and whatever the sets hold.

use crate::arrays::execute;
use crate::common::proxy::Line;
use crate::common::unique;

/// A table of the columns `a` and `b`, what else it has, and a statement whose parameters are an integer and a text.
struct Case {
    name: &'static str,
    columns: &'static str,
    /// `{t}` is the table.
    also: &'static [&'static str],
    statement: &'static str,
    /// It travels as one statement where no key is repeated.
    as_arrays: bool,
}

const UPDATE: &str = "update {t} set a = ? where b = ?";
const DELETE: &str = "delete from {t} where a = ? and b = ?";
/// Notes what it fires for, in its order.
const NOTE: &[&str] = &[
    "create table {t}_log (n serial, what text)",
    "create function {t}_note() returns trigger language plpgsql as $$ begin \
     insert into {t}_log (what) values (tg_op || tg_level || coalesce(new.b, old.b, '-')); return null; end $$",
];

const CASES: &[Case] = &[
    Case { name: "plain", columns: "a int, b text", also: &[], statement: UPDATE, as_arrays: true },
    Case {
        name: "indexed",
        columns: "a int check (a <> 44), b varchar(20) primary key, c int default 7",
        also: &["create index on {t} (a)"],
        statement: UPDATE,
        as_arrays: true,
    },
    Case {
        name: "references",
        columns: "a int, b text",
        also: &[
            "create table {t}_other as select i as a from generate_series(1, 40) i",
            "alter table {t}_other add primary key (a)",
            "update {t} set a = 1",
            "alter table {t} add foreign key (a) references {t}_other",
        ],
        statement: UPDATE,
        as_arrays: true,
    },
    Case { name: "unique", columns: "a int unique, b text", also: &[], statement: UPDATE, as_arrays: false },
    Case {
        name: "unique_expression",
        columns: "a int, b text",
        also: &["create unique index on {t} ((a + 0))"],
        statement: UPDATE,
        as_arrays: false,
    },
    Case {
        name: "unique_computed",
        columns: "a int, b text, c int generated always as (a * 2) stored unique",
        also: &[],
        statement: UPDATE,
        as_arrays: false,
    },
    Case {
        name: "excluding",
        columns: "a int, b text, exclude using btree (a with =)",
        also: &[],
        statement: UPDATE,
        as_arrays: false,
    },
    Case {
        name: "computed_key",
        columns: "a int, c text, b text generated always as ('k' || chr(97 + a % 26)) stored",
        also: &[],
        statement: UPDATE,
        as_arrays: false,
    },
    Case { name: "padded_key", columns: "a int, b char(5)", also: &[], statement: UPDATE, as_arrays: false },
    Case {
        name: "key_is_set",
        columns: "a int, b text",
        also: &[],
        statement: "update {t} set a = ?, b = 'k1' where b = ?",
        as_arrays: false,
    },
    Case {
        name: "row_trigger",
        columns: "a int, b text",
        also: &[NOTE[0], NOTE[1], "create trigger note after update on {t} for each row execute function {t}_note()"],
        statement: UPDATE,
        as_arrays: false,
    },
    Case {
        name: "statement_trigger",
        columns: "a int, b text",
        also: &[
            NOTE[0],
            NOTE[1],
            "create trigger note after delete on {t} for each statement execute function {t}_note()",
        ],
        statement: DELETE,
        as_arrays: false,
    },
    Case {
        name: "rule",
        columns: "a int, b text",
        also: &[
            NOTE[0],
            "create rule note as on delete to {t} do also insert into {t}_log (what) values ('deleted ' || old.b)",
        ],
        statement: DELETE,
        as_arrays: false,
    },
    Case {
        name: "to_itself",
        columns: "a int, b text primary key, c int unique",
        also: &["update {t} set c = a", "alter table {t} add foreign key (a) references {t} (c)"],
        statement: UPDATE,
        as_arrays: false,
    },
    Case { name: "delete", columns: "a int, b text", also: &[], statement: DELETE, as_arrays: true },
    Case {
        name: "delete_referenced",
        columns: "a int, b text primary key",
        also: &["create table {t}_child (b text references {t})", "insert into {t}_child values ('k5'), ('k9')"],
        statement: DELETE,
        as_arrays: true,
    },
    Case {
        name: "delete_cascading",
        columns: "a int, b text primary key",
        also: &[
            "create table {t}_child (b text references {t} on delete cascade)",
            "insert into {t}_child select b from {t}",
            NOTE[0],
            NOTE[1],
            "create trigger note after delete on {t}_child for each row execute function {t}_note()",
        ],
        statement: DELETE,
        as_arrays: false,
    },
    Case {
        name: "with_child",
        columns: "a int, b text",
        also: &["create table {t}_child () inherits ({t})", "insert into {t}_child values (3, 'k3')"],
        statement: UPDATE,
        as_arrays: false,
    },
    Case {
        name: "view",
        columns: "a int, b text",
        also: &["alter table {t} rename to {t}_table", "create view {t} as select * from {t}_table"],
        statement: UPDATE,
        as_arrays: false,
    },
];

/// Sets of an integer and a key, of which there may be fewer than sets.
type Sets = Vec<(i32, Option<String>)>;

/// Different keys in no order; the same with integers that some tables refuse; keys that repeat; and NULLs among them. The
/// same at every run.
fn batches() -> [Sets; 4] {
    let key = |number: u64| Some(format!("k{number}"));
    let different = (0..40).map(|set| (set as i32 + 1, key(1 + set * 7 % 40))).collect();
    let refused = (0..40).map(|set| (set as i32 + 20, key(1 + set * 11 % 40))).collect();
    let mut state = 7u64;
    let mut below = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let repeating = (0..60).map(|_| (1 + below(50) as i32, key(1 + below(45)))).collect();
    let with_null = (0..30).map(|set| (set + 3, if set % 9 == 4 { None } else { key(1 + below(40)) })).collect();
    [different, refused, repeating, with_null]
}

/// Makes a case's table with rows `k1` to `k40`, executes the batches, and gives what came of it, and how many statements
/// the second execution of the first batch was to the server.
fn run(case: &Case, mechanism: &str) -> (Vec<String>, usize) {
    let line = Line::with(&format!("BatchMechanism={mechanism}"));
    let connection = &line.connection;
    let name = unique(case.name);
    let in_table = |text: &str| text.replace("{t}", &name);
    connection.run(&in_table(&format!("create table {{t}} ({})", case.columns)));
    let is_computed = case.columns.contains("b text generated");
    let columns = if is_computed { "a" } else { "a, b" };
    let values = if is_computed { "i" } else { "i, 'k' || i" };
    // A foreign key of the table to itself is made when its rows are there.
    connection.run(&in_table(&format!("insert into {{t}} ({columns}) select {values} from generate_series(1, 40) i")));
    case.also.iter().for_each(|statement| connection.run(&in_table(statement)));
    let statement = connection.statement();
    statement.prepare(&in_table(case.statement)).success();
    let [different, ..] = batches();
    let (integers, keys): (Vec<i32>, Vec<_>) = different.into_iter().unzip();
    let mut told = Vec::new();
    let mut do_batch = |integers: &[i32], keys: &[Option<String>]| {
        let keys: Vec<Option<&str>> = keys.iter().map(Option::as_deref).collect();
        told.push(execute(&statement, integers, Some(&keys), &[]).told(&statement));
    };
    for (number, batch) in batches().into_iter().enumerate() {
        let (integers, keys): (Vec<i32>, Vec<_>) = batch.into_iter().unzip();
        do_batch(&integers, &keys);
        // Again, and with every text of the statement at the server.
        if number > 0 {
            do_batch(&integers, &keys);
        }
    }
    let observed = line.proxy.observe(|| do_batch(&integers, &keys));
    let rows = connection.value(&in_table(
        "select string_agg(format('%s %s', coalesce(a::text, '-'), coalesce(b, '-')), ',' order by a, b) from {t}",
    ));
    told.push(format!("{rows:?}"));
    if case.also.contains(&NOTE[0]) {
        told.push(format!("{:?}", connection.value(&in_table("select string_agg(what, ',' order by n) from {t}_log"))));
    }
    (told, observed.count('E'))
}

#[test]
fn changes_by_arrays_have_the_outcome_of_set_by_set() {
    for case in CASES {
        let (expected, one_by_one) = run(case, "pipeline");
        let (told, sent) = run(case, "auto");
        assert_eq!(told, expected, "{}", case.name);
        assert!(one_by_one >= 40, "{}: {one_by_one}", case.name);
        if case.as_arrays {
            assert!(sent <= 2, "{}: {sent} statements were sent", case.name);
        } else {
            assert!(sent >= 40, "{}: {sent} statements were sent", case.name);
        }
    }
}
