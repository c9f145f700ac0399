//! The expected texts and columns are those that PostgreSQL documents for function calls and CALL.

use super::*;
use crate::sql::{ScanOptions, translate};

const INT4: u32 = 23;

/// "in a, out b, inout c, variadic d, in e =": `=` has a default.
fn arguments(list: &str) -> Vec<RoutineArgument> {
    list.split(',').map(str::trim).filter(|argument| !argument.is_empty()).map(argument).collect()
}

fn argument(text: &str) -> RoutineArgument {
    let mut words = text.split(' ');
    let mode = match words.next() {
        Some("out") => Mode::Out,
        Some("inout") => Mode::InOut,
        Some("variadic") => Mode::Variadic,
        _ => Mode::In,
    };
    let name = words.next().filter(|name| *name != "=").unwrap_or_default().to_owned();
    RoutineArgument { name, mode, type_oid: INT4, has_default: text.ends_with('=') }
}

fn function(list: &str) -> Routine {
    Routine { is_procedure: false, returns_set: false, return_type: INT4, arguments: arguments(list) }
}

fn procedure(list: &str) -> Routine {
    Routine { is_procedure: true, ..function(list) }
}

/// How markers are bound, by letters: `i`nput, `o`utput, `b`oth, `d`efault, `-` not at all.
fn plan(call: &str, routines: &[Routine], bound: &str) -> Result<Option<CallPlan>, String> {
    named_plan(call, routines, bound, &[])
}

fn named_plan(call: &str, routines: &[Routine], bound: &str, names: &[&str]) -> Result<Option<CallPlan>, String> {
    let translated = translate(call, &ScanOptions::default()).expect("the call is understood");
    let escape = translated.statements[0].call.clone().expect("it is a call");
    plan_call(&escape, routines, &|marker| {
        let index = usize::from(marker) - 1;
        let letter = bound.as_bytes().get(index).copied().unwrap_or(b'-');
        BoundMarker {
            parameter_type: match letter {
                b'i' | b'd' => SQL_PARAM_INPUT,
                b'o' => SQL_PARAM_OUTPUT,
                b'b' => SQL_PARAM_INPUT_OUTPUT,
                _ => 0,
            },
            is_default: letter == b'd',
            name: names.get(index).copied().unwrap_or_default().to_owned(),
        }
    })
}

/// The text, and "marker=column" of each output.
fn told(plan: Result<Option<CallPlan>, String>) -> (String, String) {
    let plan = plan.expect("a plan").expect("a routine");
    let outputs = plan.outputs.iter().map(|output| format!("{}={}", output.marker, output.column));
    (plan.text, Vec::from_iter(outputs).join(" "))
}

#[test]
fn outputs_are_columns_of_the_answer_and_no_arguments_of_a_function() {
    for (call, routine, bound, text, outputs) in [
        ("{call f(?, ?)}", function("in a, out b"), "io", "SELECT * FROM f($1)", "2=0"),
        ("{call f(?, ?, ?)}", function("out a, in b, inout c"), "oib", "SELECT * FROM f($2, $3)", "1=0 3=1"),
        ("{?=call f(?)}", function("in a"), "oi", "SELECT f($2)", "1=0"),
        ("{?=call f}", function(""), "o", "SELECT f()", "1=0"),
        ("{?=call f(?)}", function("in a, out b"), "oi", "SELECT * FROM f($2)", "1=0"),
        ("{?=call f(?, ?)}", function("in a, out b"), "oio", "SELECT * FROM f($2)", "1=0 3=0"),
        ("{?=call f(?)}", function("in a, out b, out c"), "oi", "SELECT * FROM f($2)", "1=0"),
        // The return value's marker stands for the first output.
        ("{?=call f(?, ?)}", function("in a, out b, out c"), "oio", "SELECT * FROM f($2)", "1=0 3=1"),
        // For the inputs only: the outputs are a result set.
        ("{call f(?)}", function("in a, out b"), "i", "SELECT * FROM f($1)", ""),
        ("{call f(?)}", function("in a"), "i", "SELECT * FROM f($1)", ""),
        ("{call p(?, ?)}", procedure("in a, inout b"), "ib", "CALL p($1, $2)", "2=0"),
        ("{call p(?, ?)}", procedure("in a, inout b"), "io", "CALL p($1, $2)", "2=0"),
        ("{call p(?, ?)}", procedure("in a, out b"), "io", "CALL p($1, $2)", "2=0"),
        ("{call p(?)}", procedure("in a, out b"), "i", "CALL p($1, NULL)", ""),
        ("{call p(?)}", procedure("in a"), "i", "CALL p($1)", ""),
        ("{?=call p(?)}", procedure("out a, in b"), "oi", "CALL p($1, $2)", "1=0"),
        ("{call f(1, 'x', ?)}", function("in a, in b, out c"), "o", "SELECT * FROM f(1, 'x')", "1=0"),
    ] {
        assert_eq!(told(plan(call, &[routine], bound)), (text.to_owned(), outputs.to_owned()), "{call} {bound}");
    }
}

#[test]
fn what_is_left_out_takes_its_default_by_the_names_of_the_others() {
    let routine = || [function("in a, in b =, in c =")];
    for (call, bound, text) in [
        ("{call f(?, ?, ?)}", "idi", r#"SELECT * FROM f($1, "c" => $3)"#),
        ("{call f(?, ?, ?)}", "iid", "SELECT * FROM f($1, $2)"),
        ("{call f(?,, ?)}", "ii", r#"SELECT * FROM f($1, "c" => $2)"#),
        ("{call f(?)}", "i", "SELECT * FROM f($1)"),
        ("{call f(1, , 2)}", "", r#"SELECT * FROM f(1, "c" => 2)"#),
    ] {
        assert_eq!(told(plan(call, &routine(), bound)).0, text, "{call} {bound}");
    }
    let left_out = plan("{call f(?, ?, ?)}", &routine(), "idi").expect("a plan").expect("a routine");
    assert_eq!(left_out.valueless, [Valueless { marker: 2, type_oid: INT4, is_absent: true }]);
    assert!(plan("{call f(?, ?, ?)}", &routine(), "dii").is_err(), "a has no default");
    assert!(plan("{call f(?, ?)}", &[function("in , in =, in =")], "id").is_ok(), "at the end no name is needed");
    assert!(plan("{call f(?, ?, ?)}", &[function("in , in =, in =")], "idi").is_err(), "c has no name");
}

#[test]
fn named_parameters_go_where_their_names_say() {
    let routine = || [function("in a =, in b, in c =")];
    assert_eq!(told(named_plan("{call f(?)}", &routine(), "i", &["b"])).0, r#"SELECT * FROM f("b" => $1)"#);
    assert_eq!(told(named_plan("{call f(?, ?)}", &routine(), "ii", &["B", "a"])).0, "SELECT * FROM f($2, $1)");
    assert!(named_plan("{call f(?)}", &routine(), "i", &["x"]).is_err());
    assert!(named_plan("{call f(?, ?)}", &routine(), "ii", &["b", "b"]).is_err());
    let quoted = [function("in x =, in A\"b")];
    assert_eq!(told(named_plan("{call f(?)}", &quoted, "i", &["A\"b"])).0, r#"SELECT * FROM f("A""b" => $1)"#);
}

#[test]
fn variadic_arguments_are_as_many_as_there_are() {
    let routine = || [function("in a, variadic b")];
    assert_eq!(told(plan("{call f(?, ?, 3)}", &routine(), "ii")).0, "SELECT * FROM f($1, $2, 3)");
    assert!(plan("{call f(?, ?, ?)}", &routine(), "iio").is_err());
}

#[test]
fn of_overloads_the_one_that_fits_the_bindings_is_called() {
    let routines = [function("in a, in b"), function("in a, out b")];
    assert_eq!(told(plan("{call f(?, ?)}", &routines, "ii")).0, "SELECT * FROM f($1, $2)");
    assert_eq!(told(plan("{call f(?, ?)}", &routines, "io")).0, "SELECT * FROM f($1)");
    let kinds = [function("inout a"), procedure("inout a")];
    let error = plan("{call f(?)}", &kinds, "b").expect_err("two kinds fit");
    assert!(error.contains("fits equally function f(INOUT a) or procedure f(INOUT a)"), "{error}");
    let mut types = [procedure("in a, inout b"), procedure("in a, inout b")];
    types[1].arguments[1].type_oid = 25;
    let plan = plan("{call p(?, ?)}", &types, "io").expect("a plan").expect("a routine");
    assert_eq!(plan.valueless, [Valueless { marker: 2, type_oid: 0, is_absent: false }]);
}

#[test]
fn a_call_that_fits_nothing_is_refused_where_the_driver_has_to_know_and_else_left_to_the_server() {
    for (call, routine, bound) in [
        ("{call f(?)}", function("in a"), "o"),
        ("{call f(?)}", function("in a"), "b"),
        ("{?=call p(?)}", procedure("in a"), "oi"),
        ("{?=call f(?)}", function("in a"), "ii"),
        ("{?=call f(?, ?)}", function("inout a, inout b"), "obb"),
        ("{call f(?, ?)}", function("in a"), "io"),
        ("{call f(?, ?)}", Routine { returns_set: true, ..function("in a, out b") }, "io"),
    ] {
        let error = plan(call, &[routine], bound).expect_err(call);
        assert!(error.contains("does not fit"), "{call}: {error}");
    }
    assert_eq!(told(plan("{call f(?, ?)}", &[function("in a")], "ii")).0, "SELECT * FROM f($1, $2)");
    assert_eq!(plan("{call f(?)}", &[], "i"), Ok(None));
}

#[test]
fn modes_are_those_of_the_arguments_whether_they_are_bound_or_not() {
    let plan = plan("{?=call f(?, ?)}", &[function("in a, out b")], "---").expect("a plan").expect("a routine");
    assert_eq!(plan.modes, [(1, SQL_PARAM_OUTPUT), (3, SQL_PARAM_OUTPUT)]);
    assert!(plan.outputs.is_empty());
    assert_eq!(plan.text, "SELECT * FROM f($2)");
}
