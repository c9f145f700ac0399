//! How a `{call ..}` escape is said to the server: which function or procedure it means, which parameters are outputs,
//! and what is left out. Pure: the catalog has been asked before (`routines.rs`).
//!
//! PostgreSQL calls a function by SELECT, with its input arguments only, and a procedure by CALL, with a place for each
//! argument, and answers either with one row of the output arguments. An application may write a marker for every
//! argument, as the reference has it, or for the inputs only; then the outputs are a result set.
//!
//! Source: ODBC reference, "Procedure parameters", "Binding parameters by name", "SQL_DEFAULT_PARAM" in
//! `SQLBindParameter`; PostgreSQL documentation, "Calling functions", "CALL".

use crate::odbc::values::*;
use crate::sql::CallEscape;

/// A function or a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Routine {
    pub is_procedure: bool,
    pub returns_set: bool,
    /// The type it returns; of no meaning with output arguments.
    pub return_type: u32,
    /// Its arguments in the order of the call; not the columns of RETURNS TABLE.
    pub arguments: Vec<RoutineArgument>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RoutineArgument {
    /// Empty for one without a name.
    pub name: String,
    pub mode: Mode,
    /// 0 for a type that depends on the call.
    pub type_oid: u32,
    pub has_default: bool,
}

/// The way of an argument's value (`pg_proc.proargmodes`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    In,
    Out,
    InOut,
    /// The last one takes any number of arguments.
    Variadic,
}

/// What the application has said of a marker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct BoundMarker {
    /// SQL_PARAM_INPUT and so on; 0: not bound.
    pub parameter_type: i16,
    /// Its value is SQL_DEFAULT_PARAM.
    pub is_default: bool,
    /// SQL_DESC_NAME of the IPD; empty: none.
    pub name: String,
}

/// A call, ready to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CallPlan {
    pub text: String,
    /// The markers that are bound as outputs, and which column of the answer's row each receives.
    pub outputs: Vec<CallOutput>,
    /// Columns of that row.
    pub width: usize,
    /// The markers without a value for the server, with the type of the argument.
    pub valueless: Vec<Valueless>,
    /// Markers that are output arguments or the return value, bound or not, and how they would be bound.
    pub modes: Vec<(u16, i16)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CallOutput {
    /// Its number in the statement, from 1.
    pub marker: u16,
    /// From 0.
    pub column: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Valueless {
    pub marker: u16,
    pub type_oid: u32,
    /// It does not occur in the text: the server can infer no type for it.
    pub is_absent: bool,
}

/// What an argument of the routine is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given<'a> {
    /// Nothing: its default, or an output that nobody wants.
    Nothing,
    /// A marker whose value is SQL_DEFAULT_PARAM.
    Default(u16),
    Marker(u16),
    Text(&'a str),
}

/// A plan and how badly it fits: 0 is as the application has said.
type Candidate = (u32, CallPlan);

/// Chooses among the routines of a name. `Err` says why none can be called; `None`: there is none to choose, or none
/// that fits and nothing that depends on it, so that the server may say what it thinks.
pub(super) fn plan_call(
    call: &CallEscape,
    routines: &[Routine],
    bound: &dyn Fn(u16) -> BoundMarker,
) -> Result<Option<CallPlan>, String> {
    let mut fitting: Vec<Candidate> = routines.iter().filter_map(|routine| best_form(call, routine, bound)).collect();
    fitting.sort_by_key(|(cost, _)| *cost);
    let mut best = Vec::from_iter(
        fitting.iter().take_while(|candidate| candidate.0 == fitting[0].0).map(|candidate| candidate.1.clone()),
    )
    .into_iter();
    let markers = (0..call.arguments.len()).filter_map(|index| call.marker(index));
    let depends =
        call.returns_value || call.as_function().is_err() || markers.map(bound).any(|marker| marker.depends());
    let Some(mut plan) = best.next() else {
        return match routines.first() {
            Some(_) if depends => Err(refusal("does not fit", call, routines)),
            Some(first) => Ok(Some(CallPlan { text: calling(call, first, &trimmed(call)), ..CallPlan::default() })),
            None => Ok(None),
        };
    };
    for other in best {
        if depends && (&other.text, &other.outputs) != (&plan.text, &plan.outputs) {
            return Err(refusal("fits equally", call, routines));
        }
        // Which of them it is the server decides by the other arguments.
        for (mine, other) in plan.valueless.iter_mut().zip(&other.valueless) {
            if mine.type_oid != other.type_oid && !mine.is_absent {
                mine.type_oid = 0;
            }
        }
    }
    Ok(Some(plan))
}

impl BoundMarker {
    /// Whether the text can be made only by who knows the routine.
    fn depends(&self) -> bool {
        self.is_default || !self.name.is_empty() || self.is_output()
    }

    fn is_output(&self) -> bool {
        !matches!(self.parameter_type, 0 | SQL_PARAM_INPUT)
    }

    fn is_output_only(&self) -> bool {
        matches!(self.parameter_type, SQL_PARAM_OUTPUT | SQL_PARAM_OUTPUT_STREAM)
    }
}

impl RoutineArgument {
    fn is_in_answer(&self) -> bool {
        matches!(self.mode, Mode::Out | Mode::InOut)
    }
}

/// The text of a call. One value that is no set is selected as such: a composite value would become columns in FROM.
fn calling(call: &CallEscape, routine: &Routine, arguments: &[String]) -> String {
    let (name, arguments) = (&call.name, arguments.join(", "));
    if routine.is_procedure {
        return format!("CALL {name}({arguments})");
    }
    let is_value = call.returns_value && !routine.arguments.iter().any(RoutineArgument::is_in_answer);
    format!("SELECT {}{name}({arguments})", if is_value { "" } else { "* FROM " })
}

fn trimmed(call: &CallEscape) -> Vec<String> {
    call.arguments.iter().map(|argument| argument.trim().to_owned()).collect()
}

fn refusal(verdict: &str, call: &CallEscape, routines: &[Routine]) -> String {
    let argument = |(index, argument): (usize, &RoutineArgument)| {
        let mode = match argument.mode {
            Mode::In => "",
            Mode::Out => "OUT ",
            Mode::InOut => "INOUT ",
            Mode::Variadic => "VARIADIC ",
        };
        match argument.name.as_str() {
            "" => format!("{mode}${}", index + 1),
            name => format!("{mode}{name}"),
        }
    };
    let signature = |routine: &Routine| {
        let kind = match routine {
            Routine { is_procedure: true, .. } => "procedure",
            Routine { returns_set: true, .. } => "set-returning function",
            _ => "function",
        };
        let arguments = Vec::from_iter(routine.arguments.iter().enumerate().map(argument));
        format!("{kind} {}({})", call.name, arguments.join(", "))
    };
    format!(
        "the call {verdict} {}: parameters must be bound in the number, under the names and in the directions of its \
         arguments; only an argument with a default can be left out; a procedure has no return value, and the outputs of \
         a function that returns a set are its result set",
        Vec::from_iter(routines.iter().map(signature)).join(" or ")
    )
}

/// How the call means the routine best: with the return value's marker for the first output, or a marker for each
/// argument, or for the inputs only.
fn best_form(call: &CallEscape, routine: &Routine, bound: &dyn Fn(u16) -> BoundMarker) -> Option<Candidate> {
    let form = Form { call, routine, bound };
    let all = Vec::from_iter(0..routine.arguments.len());
    let is_out = |place: usize| routine.arguments[place].mode == Mode::Out;
    let inputs = Vec::from_iter(all.iter().copied().filter(|place| !is_out(*place)));
    let mut forms = Vec::new();
    if let Some(first) = all.iter().copied().find(|place| is_out(*place)).filter(|_| call.returns_value) {
        let others = Vec::from_iter(all.iter().copied().filter(|place| *place != first));
        forms.extend(form.plan(&others, Some(first)));
    }
    forms.extend(form.plan(&all, None));
    if inputs.len() < all.len() {
        forms.extend(form.plan(&inputs, None));
    }
    // The first of those that fit as well.
    forms.into_iter().min_by_key(|(cost, _)| *cost)
}

struct Form<'a> {
    call: &'a CallEscape,
    routine: &'a Routine,
    bound: &'a dyn Fn(u16) -> BoundMarker,
}

/// The call's arguments by the routine's, and what a variadic one is given beyond the first.
struct Dealt<'a> {
    given: Vec<Given<'a>>,
    more: Vec<Given<'a>>,
}

impl<'a> Form<'a> {
    /// The plan where the call's arguments are those of `places`, and the return value is `returned`'s.
    fn plan(&self, places: &[usize], returned: Option<usize>) -> Option<Candidate> {
        let routine = self.routine;
        let mut dealt = self.deal(places)?;
        let mut plan = CallPlan::default();
        let mut cost = 0;
        match returned {
            Some(place) => dealt.given[place] = Given::Marker(1),
            None if self.call.returns_value => self.return_value(&mut plan)?,
            None => {}
        }
        let variadic = routine.arguments.last().into_iter().cycle();
        let given = routine.arguments.iter().zip(&dealt.given).chain(variadic.zip(&dealt.more));
        for (argument, given) in given {
            cost += self.take(argument, *given, &mut plan)?;
        }
        let answer = routine.arguments.iter().zip(&dealt.given).filter(|(argument, _)| argument.is_in_answer());
        for (column, (_, given)) in answer.enumerate() {
            plan.width = column + 1;
            if let Given::Marker(marker) = *given
                && (self.bound)(marker).is_output()
            {
                plan.outputs.push(CallOutput { marker, column });
            }
        }
        if !plan.outputs.is_empty() && routine.returns_set {
            return None;
        }
        plan.text = calling(self.call, routine, &self.arguments(&dealt)?);
        Some((cost, plan))
    }

    /// Deals the call's arguments out: by name where the marker has one, else in order.
    fn deal(&self, places: &[usize]) -> Option<Dealt<'a>> {
        let Form { call, routine, bound } = *self;
        let mut dealt = Dealt { given: vec![Given::Nothing; routine.arguments.len()], more: Vec::new() };
        let mut next = 0;
        for (index, text) in call.arguments.iter().enumerate() {
            let marker = call.marker(index);
            let said = marker.map(bound).unwrap_or_default();
            let given = match marker {
                _ if text.is_empty() => Given::Nothing,
                Some(marker) if said.is_default => Given::Default(marker),
                Some(marker) => Given::Marker(marker),
                None => Given::Text(text),
            };
            if !said.name.is_empty() {
                let folded = said.name.to_lowercase();
                let is_named = |place: &&usize| {
                    let name = &routine.arguments[**place].name;
                    *name == said.name || *name == folded
                };
                let slot = &mut dealt.given[*places.iter().find(is_named)?];
                if *slot != Given::Nothing {
                    return None;
                }
                *slot = given;
            } else if let Some(place) = places.get(next) {
                next += 1;
                let slot = &mut dealt.given[*place];
                if *slot != Given::Nothing {
                    return None;
                }
                *slot = given;
            } else if routine.arguments.last().is_some_and(|last| last.mode == Mode::Variadic) {
                dealt.more.push(given);
            } else {
                return None;
            }
        }
        Some(dealt)
    }

    /// The marker of `{?=call ..}`, where it is no output argument's: the function's value, or its only output.
    fn return_value(&self, plan: &mut CallPlan) -> Option<()> {
        let routine = self.routine;
        let outputs = Vec::from_iter(routine.arguments.iter().filter(|argument| argument.is_in_answer()));
        let type_oid = match outputs[..] {
            [] if !routine.is_procedure => routine.return_type,
            [only] => only.type_oid,
            _ => return None,
        };
        let said = (self.bound)(1);
        if said.parameter_type == SQL_PARAM_INPUT {
            return None;
        }
        plan.width = 1;
        plan.valueless.push(Valueless { marker: 1, type_oid, is_absent: true });
        plan.modes.push((1, SQL_PARAM_OUTPUT));
        if said.is_output() {
            plan.outputs.push(CallOutput { marker: 1, column: 0 });
        }
        Some(())
    }

    /// Notes what an argument is given; how badly it fits, `None` if it does not.
    fn take(&self, argument: &RoutineArgument, given: Given<'_>, plan: &mut CallPlan) -> Option<u32> {
        let type_oid = argument.type_oid;
        match (given, argument.mode) {
            (Given::Nothing, Mode::Out) => Some(0),
            (Given::Nothing, _) => argument.has_default.then_some(1),
            (Given::Default(marker), mode) => {
                plan.valueless.push(Valueless { marker, type_oid, is_absent: true });
                (mode == Mode::Out || argument.has_default).then_some(0)
            }
            (Given::Text(_), mode) => Some(u32::from(mode == Mode::Out)),
            (Given::Marker(marker), Mode::In | Mode::Variadic) => (!(self.bound)(marker).is_output()).then_some(0),
            (Given::Marker(marker), Mode::InOut) => {
                plan.modes.push((marker, SQL_PARAM_INPUT_OUTPUT));
                if (self.bound)(marker).is_output_only() {
                    plan.valueless.push(Valueless { marker, type_oid, is_absent: false });
                }
                Some(0)
            }
            (Given::Marker(marker), Mode::Out) => {
                plan.modes.push((marker, SQL_PARAM_OUTPUT));
                plan.valueless.push(Valueless { marker, type_oid, is_absent: !self.routine.is_procedure });
                Some(match (self.bound)(marker).parameter_type {
                    0 | SQL_PARAM_OUTPUT | SQL_PARAM_OUTPUT_STREAM => 0,
                    SQL_PARAM_INPUT => 4,
                    _ => 1,
                })
            }
        }
    }

    /// The argument list: in order up to the first that is left out, from there on by name.
    fn arguments(&self, dealt: &Dealt<'_>) -> Option<Vec<String>> {
        let mut by_name = false;
        let mut arguments = Vec::new();
        for (argument, given) in self.routine.arguments.iter().zip(&dealt.given) {
            let is_out = argument.mode == Mode::Out;
            if is_out && !self.routine.is_procedure {
                continue;
            }
            let value = match given {
                Given::Nothing | Given::Default(_) if is_out => "NULL".to_owned(),
                Given::Nothing | Given::Default(_) => {
                    by_name = true;
                    continue;
                }
                Given::Marker(marker) => format!("${marker}"),
                Given::Text(text) => text.trim().to_owned(),
            };
            arguments.push(match by_name {
                false => value,
                true if argument.name.is_empty() || argument.mode == Mode::Variadic => return None,
                true => format!("\"{}\" => {value}", argument.name.replace('"', "\"\"")),
            });
        }
        for given in &dealt.more {
            arguments.push(match given {
                Given::Marker(marker) => format!("${marker}"),
                Given::Text(text) => text.trim().to_owned(),
                Given::Nothing | Given::Default(_) => return None,
            });
        }
        Some(arguments)
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
#[path = "call_tests.rs"]
mod tests;
