//! Which functions and procedures have a name: the catalog's answer.
//!
//! Source: PostgreSQL documentation, `pg_proc`.

use super::call::{Mode, Routine, RoutineArgument, plan_call};
use super::execution::Execution;
use super::own_query::OwnQuery;
use super::prepared::Prepared;
use crate::cursor::Results;
use crate::diag::sqlstate::S42000_SYNTAX_ERROR_OR_ACCESS_VIOLATION;
use crate::diag::{Diagnostic, Result};
use crate::sql::ScanOptions;
use crate::wire::{DataRow, ServerFamily, TransactionStatus};

/// One row an argument, one without an argument for a routine that has none. `$1` is the name as it was written, with
/// its schema and quotes; without a schema it is looked for along the search path. A default is the last inputs' to
/// have. Pseudo-types ('p') depend on the call: 0.
const ROUTINES: &str = "\
SELECT p.oid, p.prokind, p.proretset, p.prorettype, a.mode, a.name, a.type,
       a.input > p.pronargs - p.pronargdefaults
  FROM (SELECT pg_catalog.parse_ident($1) AS parts) i
  JOIN pg_catalog.pg_proc p ON p.proname = i.parts[pg_catalog.array_length(i.parts, 1)]
  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
   AND CASE WHEN pg_catalog.array_length(i.parts, 1) = 1 THEN pg_catalog.pg_function_is_visible(p.oid)
            WHEN i.parts[pg_catalog.array_length(i.parts, 1) - 1] = 'pg_temp' THEN n.oid = pg_catalog.pg_my_temp_schema()
            ELSE n.nspname = i.parts[pg_catalog.array_length(i.parts, 1) - 1] END
  LEFT JOIN LATERAL (
        SELECT k.place, k.mode, coalesce(p.proargnames[k.place], '') AS name,
               CASE WHEN t.typtype = 'p' THEN 0 ELSE t.oid END AS type,
               pg_catalog.count(*) FILTER (WHERE k.mode IN ('i', 'b', 'v')) OVER (ORDER BY k.place) AS input
          FROM (SELECT place, type, coalesce(p.proargmodes[place], 'i') AS mode
                  FROM pg_catalog.unnest(coalesce(p.proallargtypes, p.proargtypes::pg_catalog.oid[]))
                       WITH ORDINALITY u (type, place)) k
          JOIN pg_catalog.pg_type t ON t.oid = k.type) a ON a.mode <> 't'
 WHERE p.prokind IN ('f', 'p')
 ORDER BY p.oid, a.place";

impl Execution<'_> {
    /// The rows of the cursors that a call has returned, each a result set, in the place of their names. They are open in
    /// a transaction only; without one the names stay.
    pub fn open_refcursors(&mut self, prepared: &Prepared, mut results: Results) -> Result<Results> {
        let in_transaction = self.session.transaction_status() != TransactionStatus::Idle || !self.autocommit;
        if !prepared.has_calls() || prepared.kinds().count() != 1 || !in_transaction {
            return Ok(results);
        }
        let Some(names) = results.cursor_names(self.session, self.deadline)? else { return Ok(results) };
        if names.is_empty() {
            return Ok(Results::of_count(0));
        }
        let quoted = names.iter().map(|name| format!("FETCH ALL IN \"{}\"", name.replace('"', "\"\"")));
        let mut fetching = Prepared::new(&Vec::from_iter(quoted).join(";"), &ScanOptions::default())?;
        self.execute_once(&mut fetching)
    }

    /// Finds out for each call of the list how it is to be said, by what is bound now. The catalog is asked once.
    ///
    /// 42000 for a call that fits none of the functions and procedures of its name.
    pub(super) fn plan_calls(&mut self, prepared: &mut Prepared) -> Result {
        if !prepared.has_calls() || self.session.profile().family != ServerFamily::PostgreSql {
            return Ok(());
        }
        let (parameters, deadline) = (self.parameters, self.deadline);
        let mut first = 1;
        for statement in prepared.statements() {
            if let Some(call) = &statement.statement.call {
                if statement.routines.is_none() {
                    let (session, transaction, names) = (&mut *self.session, &mut *self.transaction, &mut *self.names);
                    let mut query = OwnQuery { session, transaction, names, kept: None, deadline };
                    statement.routines = Some(routines(&mut query, &call.name)?);
                }
                let bound = |marker| parameters.bound_marker(first - 1 + marker);
                let plan = plan_call(call, statement.routines.as_deref().unwrap_or_default(), &bound)
                    .map_err(|refusal| Diagnostic::new(S42000_SYNTAX_ERROR_OR_ACCESS_VIOLATION, refusal))?;
                match plan {
                    Some(plan) => statement.plan_call(plan, self.names),
                    // The server says that there is none of the name.
                    None => call.as_function().map(drop)?,
                }
            }
            first += statement.statement.parameter_count;
        }
        Ok(())
    }
}

/// The functions and procedures that a call of `name` may mean, in the order of their OIDs.
///
/// The server's error for a name that is none.
pub(super) fn routines(query: &mut OwnQuery<'_>, name: &str) -> Result<Vec<Routine>> {
    let mut found: Vec<(String, Routine)> = Vec::new();
    query.rows(ROUTINES, &[name.to_owned()], |row| read(row, &mut found))?;
    Ok(found.into_iter().map(|(_, routine)| routine).collect())
}

fn read(row: DataRow<'_>, found: &mut Vec<(String, Routine)>) {
    let text = |column| row.get(column).flatten().map(String::from_utf8_lossy).unwrap_or_default();
    let number = |column| text(column).parse().unwrap_or_default();
    let oid = text(0);
    if found.last().is_none_or(|(last, _)| *last != oid) {
        let routine = Routine {
            is_procedure: text(1) == "p",
            returns_set: text(2) == "t",
            return_type: number(3),
            arguments: Vec::new(),
        };
        found.push((oid.into_owned(), routine));
    }
    let mode = match &*text(4) {
        "i" => Mode::In,
        "o" => Mode::Out,
        "b" => Mode::InOut,
        "v" => Mode::Variadic,
        _ => return,
    };
    if let Some((_, routine)) = found.last_mut() {
        let argument =
            RoutineArgument { name: text(5).into_owned(), mode, type_oid: number(6), has_default: text(7) == "t" };
        routine.arguments.push(argument);
    }
}
