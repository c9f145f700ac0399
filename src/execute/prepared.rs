//! A statement list that was prepared: its text translated, and what the server knows and said of each statement.

use std::cell::OnceCell;
use std::sync::Arc;

use super::array::BatchStatement;
use super::call::{CallPlan, Routine};
use super::statement_names::StatementNames;
use crate::convert::{ColumnType, Format, wants_binary};
use crate::cursor::StatementDescription;
use crate::descriptor::{Column, Columns};
use crate::diag::Result;
use crate::odbc::values::SQL_PARAM_INPUT;
use crate::sql::{
    IDENTITY, InTransactionBlock, NO_IDENTITY, ScanOptions, Statement, StatementKind, Translated, may_set_styles,
    only_reads, selects_constants, translate,
};

/// What `SQLPrepare` or `SQLExecDirect` was given.
#[derive(Debug)]
pub struct Prepared {
    /// The text as it was given, and how it was read.
    source: Box<str>,
    options: ScanOptions,
    statements: Vec<PreparedStatement>,
    /// Whether it writes nothing, once somebody has asked: the text is read for it.
    only_reads: OnceCell<bool>,
    /// By SQLExecDirect, on whatever handle.
    executions: u32,
    /// Columns at the end of its rows that are the driver's.
    hidden: usize,
    /// The statement for many sets of a change; the outer `None`: nobody has asked, the inner: there is none.
    batch_statement: Option<Option<BatchStatement>>,
    /// The server has refused it in a transaction, as its text does not tell (REINDEX of a partitioned table).
    runs_outside: bool,
    /// The transaction that it was last executed in, by its number on the connection.
    used_in: Option<u64>,
    pub(super) inference: Inference,
}

/// What the server's answers have taught of declaring the parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Inference {
    /// Untyped parameters, by their numbers in their statement, that the server can infer no type for (`? IS NULL`):
    /// they are declared as text.
    pub text: Vec<u16>,
    /// SQL_BIT goes untyped, as 0 and 1: it is for a column that is no boolean.
    pub bits_untyped: bool,
    /// Nothing is declared: the statement does not go with the types that the application named (an integer for a text
    /// column), and the server reads the values' texts as it infers.
    pub all_untyped: bool,
    /// Parameters whose declaration does not follow from their SQL type alone, by their numbers in the list: what they are
    /// declared as in this execution.
    pub settled: Vec<(u16, u32)>,
}

/// The OID of text.
const TEXT_OID: u32 = 25;
/// The OID of timetz: nothing is declared as it that the server has not said to be it.
const TIMETZ_OID: u32 = 1266;

impl Inference {
    /// What a parameter is declared as, where its values have settled that.
    pub(super) fn settled(&self, number: u16) -> Option<u32> {
        self.settled.iter().find(|(settled, _)| *settled == number).map(|(_, oid)| *oid)
    }

    /// What parameters of these types ($1 first) are declared as.
    pub(super) fn types(&self, types: impl IntoIterator<Item = u32>) -> Vec<u32> {
        let declared = |(number, oid)| if oid == 0 && self.text.contains(&number) { TEXT_OID } else { oid };
        (1..=u16::MAX).zip(types).map(declared).collect()
    }
}

/// Outer joins are LEFT, RIGHT or FULL, with OUTER or without.
const NULL_MAKERS: &[&str] = &["LEFT", "RIGHT", "FULL", "ROLLUP", "CUBE", "GROUPING"];

/// One statement of the list.
#[derive(Debug)]
pub(super) struct PreparedStatement {
    pub statement: Statement,
    /// Its name at the server; empty for the unnamed statement, which holds for one flight only.
    pub name: String,
    /// The parameter types declared when it was parsed; `None` while the server does not have it.
    pub parsed_with: Option<Vec<u32>>,
    /// The flight that parsed it has gone well.
    pub confirmed: bool,
    pub description: Option<StatementDescription>,
    /// Its columns in the formats that are asked for once they are known.
    pub binary_columns: Option<Columns>,
    /// The parameters (from 1) that large objects are made of, where they are bound as bytes.
    pub objects: Vec<u16>,
    /// How its text is to be read.
    pub options: ScanOptions,
    /// The functions and procedures that its call may mean, once the catalog has been asked.
    pub routines: Option<Vec<Routine>>,
    /// How its call was said last.
    pub plan: CallPlan,
}

impl PreparedStatement {
    /// Says a call in another way: what the server holds is of no use if its text has changed.
    pub(super) fn plan_call(&mut self, plan: CallPlan, names: &mut StatementNames) {
        if plan != self.plan {
            if self.parsed_with.take().is_some() && !self.name.is_empty() {
                names.unused.push(std::mem::take(&mut self.name));
                self.name = names.next();
            }
            self.confirmed = false;
            self.description = None;
            self.binary_columns = None;
        }
        self.statement.text.clone_from(&plan.text);
        self.plan = plan;
    }

    /// Whether what the server has was parsed with these types. A type that it inferred itself may as well be declared.
    pub(super) fn is_parsed_with(&self, types: &[u32]) -> bool {
        let Some(parsed) = self.parsed_with.as_ref().filter(|parsed| parsed.len() == types.len()) else { return false };
        let inferred = self.description.as_ref().map_or(&[][..], |description| &description.parameters);
        parsed.iter().zip(types).enumerate().all(|(index, (parsed, declared))| {
            parsed == declared || *parsed == 0 && inferred.get(index) == Some(declared)
        })
    }
}

impl Prepared {
    /// Translates a text. Nothing is sent: `SQLPrepare` costs no round trip until something asks.
    ///
    /// 42000 for a text whose escapes or quotes cannot be understood.
    pub fn new(text: &str, options: &ScanOptions) -> Result<Prepared> {
        let Translated { statements, .. } = translate(text, options)?;
        let statements = statements
            .into_iter()
            .map(|statement| PreparedStatement {
                statement,
                name: String::new(),
                parsed_with: None,
                confirmed: false,
                description: None,
                binary_columns: None,
                objects: Vec::new(),
                options: *options,
                routines: None,
                plan: CallPlan::default(),
            })
            .collect();
        let source = text.into();
        Ok(Prepared {
            source,
            options: *options,
            statements,
            executions: 0,
            hidden: 0,
            only_reads: OnceCell::new(),
            batch_statement: None,
            runs_outside: false,
            used_in: None,
            inference: Inference::default(),
        })
    }

    /// The same list, whose rows have so many columns at their end that are the driver's.
    pub fn hiding(self, hidden: usize) -> Prepared {
        Prepared { hidden, ..self }
    }

    pub(super) fn hidden(&self) -> usize {
        self.hidden
    }

    /// The text as it was given.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    pub(super) fn options(&self) -> ScanOptions {
        self.options
    }

    /// Counts an execution by SQLExecDirect: how many there were.
    pub(super) fn count_execution(&mut self) -> u32 {
        self.executions = self.executions.saturating_add(1);
        self.executions
    }

    /// Parameters of all its statements.
    pub fn parameter_count(&self) -> u16 {
        self.statements.iter().map(|prepared| prepared.statement.parameter_count).fold(0, u16::saturating_add)
    }

    /// Whether there is nothing to execute.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// The statement whose columns the IRD shows before execution: the first of the list.
    pub fn first(&self) -> Option<&Statement> {
        self.statements.first().map(|prepared| &prepared.statement)
    }

    /// Whether it is one statement that returns rows, as far as its first word tells.
    pub(super) fn is_single_query(&self) -> bool {
        matches!(&self.statements[..], [PreparedStatement { statement, .. }]
            if matches!(statement.kind, StatementKind::Select | StatementKind::Values) || statement.has_returning)
    }

    /// Whether a statement of the list is a COPY FROM STDIN.
    pub(super) fn copies_in(&self) -> bool {
        self.statements.iter().any(|prepared| prepared.statement.copies_in)
    }

    /// Whether `@@IDENTITY` occurs in the list.
    pub(super) fn asks_identity(&self) -> bool {
        self.statements.iter().any(|prepared| prepared.statement.asks_identity)
    }

    /// Has the list say what there is of an identity (`known`), or NULL in its place.
    pub(super) fn set_identity(&mut self, known: bool, names: &mut StatementNames) {
        let (from, to) = if known { (NO_IDENTITY, IDENTITY) } else { (IDENTITY, NO_IDENTITY) };
        for prepared in self.statements.iter_mut().filter(|prepared| prepared.statement.asks_identity) {
            prepared.statement.text = prepared.statement.text.replace(from, to);
        }
        self.give_up_at_server(names);
    }

    /// Whether a statement of the list is a `{call ..}` escape.
    pub fn has_calls(&self) -> bool {
        self.statements.iter().any(|prepared| prepared.statement.call.is_some())
    }

    /// Whether parameter `number` (from 1) of the list is an output, and which: SQL_PARAM_OUTPUT, SQL_PARAM_INPUT_OUTPUT,
    /// as far as a call has been described. SQL_PARAM_INPUT for any other.
    pub fn parameter_type(&self, number: u16) -> i16 {
        let Some((index, place)) = self.place_of(number) else { return SQL_PARAM_INPUT };
        let modes = &self.statements[index].plan.modes;
        modes.iter().find(|mode| usize::from(mode.0) == place + 1).map_or(SQL_PARAM_INPUT, |mode| mode.1)
    }

    /// Where the values of the row that answers the call of statement `index` go: how many it has, and the numbers in the
    /// list of the parameters that are outputs with their columns from 0.
    pub fn outputs(&self, index: usize) -> (usize, Vec<(u16, usize)>) {
        let Some(PreparedStatement { plan, .. }) = self.statements.get(index) else { return Default::default() };
        let first = self.first_parameter(index);
        let outputs = plan.outputs.iter().map(|output| (first - 1 + output.marker, output.column));
        (plan.width, outputs.collect())
    }

    /// Whether the row that answers the first statement goes to output parameters, and is no result set.
    pub fn has_outputs(&self) -> bool {
        self.statements.first().is_some_and(|prepared| !prepared.plan.outputs.is_empty())
    }

    /// What the catalog has said of calls is asked again.
    pub(super) fn forget_routines(&mut self) {
        self.statements.iter_mut().for_each(|prepared| prepared.routines = None);
    }

    /// Whether it is one query whose result is as small as its text.
    pub(super) fn selects_constants(&self) -> bool {
        matches!(&self.statements[..], [PreparedStatement { statement, .. }]
            if selects_constants(statement.kind, &statement.text))
    }

    /// Whether it may set a style of dates for its own values (`set_config`), as far as its text tells.
    pub(super) fn may_set_styles(&self) -> bool {
        self.statements.iter().any(|prepared| may_set_styles(&prepared.statement.text))
    }

    /// The kinds of its statements.
    pub fn kinds(&self) -> impl Iterator<Item = StatementKind> {
        self.statements.iter().map(|prepared| prepared.statement.kind)
    }

    /// Whether something in the text can make NULL of a table's value that never is: an outer join, grouping sets. Words in
    /// names and literals count as well.
    pub fn may_add_nulls(&self) -> bool {
        let words = |text: &str| {
            text.split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| NULL_MAKERS.iter().any(|maker| word.eq_ignore_ascii_case(maker)))
        };
        self.statements.iter().any(|prepared| words(&prepared.statement.text))
    }

    /// Whether its statements are kept at the server, to be executed again.
    pub(super) fn has_names(&self) -> bool {
        self.statements.iter().any(|prepared| !prepared.name.is_empty())
    }

    /// Whether this is one query that writes nothing, as far as its text tells.
    pub fn only_reads(&self) -> bool {
        *self.only_reads.get_or_init(|| match &self.statements[..] {
            [prepared] => only_reads(prepared.statement.kind, &prepared.statement.text, &prepared.options),
            _ => false,
        })
    }

    /// Whether a statement of the list begins or ends a transaction, or works with savepoints.
    pub fn controls_transaction(&self) -> bool {
        self.kinds().any(StatementKind::controls_transaction)
    }

    /// Whether what the first statements of the list have done may stand when a later one fails.
    pub(super) fn may_commit_in_part(&self) -> bool {
        self.statements.len() > 1 && self.kinds().any(StatementKind::may_commit)
    }

    /// Whether the (first) statement calls a procedure, as far as its call has been planned.
    pub(super) fn calls_procedure(&self) -> bool {
        self.first().is_some_and(|first| {
            first.kind == StatementKind::Call && (first.call.is_none() || first.text.starts_with("CALL"))
        })
    }

    /// Whether the server refuses a statement of the list in a transaction (VACUUM, CREATE DATABASE).
    pub fn runs_outside_transaction(&self) -> bool {
        self.runs_outside || self.blocks().any(|block| block == InTransactionBlock::Refused)
    }

    /// Whether it refuses each of them there. A list of which it takes some is better refused than committed in part.
    pub(super) fn only_runs_outside_transaction(&self) -> bool {
        self.runs_outside || self.blocks().all(|block| block == InTransactionBlock::Refused)
    }

    /// It has been refused in a transaction. If that may be the statement's own nature, no transaction is opened for it from
    /// now on; else (a function that it calls may have been refused) nothing changes.
    pub(super) fn leave_transactions(&mut self) -> bool {
        let is_of_its_nature =
            self.statements.len() == 1 && self.blocks().all(|block| block == InTransactionBlock::MayBeRefused);
        is_of_its_nature && !std::mem::replace(&mut self.runs_outside, true)
    }

    fn blocks(&self) -> impl Iterator<Item = InTransactionBlock> {
        self.statements.iter().map(|prepared| prepared.statement.in_transaction_block)
    }

    /// Whether the server may refuse what it holds of the list: not in a transaction that it has been executed in before,
    /// whose locks keep others from changing its tables, as long as that changes none itself.
    pub(super) fn may_be_stale(&self, transaction: u64) -> bool {
        self.is_held_by_server() && self.used_in != Some(transaction)
    }

    /// It has been executed in this transaction.
    pub(super) fn note_use_in(&mut self, transaction: u64) {
        self.used_in = Some(transaction);
    }

    /// Whether a name occurs in its text, in whatever case.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.statements.iter().any(|prepared| prepared.statement.text.to_ascii_lowercase().contains(name))
    }

    /// What the server said of the first statement, if it has been asked.
    pub fn description(&self) -> Option<&StatementDescription> {
        self.description_of(0)
    }

    /// What the server said of statement `index` of the list, if it has been asked.
    pub fn description_of(&self, index: usize) -> Option<&StatementDescription> {
        self.statements.get(index)?.description.as_ref()
    }

    /// Where parameter `number` (from 1) of the list is: its statement from 0, its number in that statement from 0.
    pub fn place_of(&self, number: u16) -> Option<(usize, usize)> {
        let mut rest = usize::from(number).checked_sub(1)?;
        for (index, prepared) in self.statements.iter().enumerate() {
            match rest.checked_sub(prepared.statement.parameter_count.into()) {
                Some(left) => rest = left,
                None => return Some((index, rest)),
            }
        }
        None
    }

    /// The type that the server gives parameter `number` (from 1) of the list by itself, if it has been asked without one
    /// being declared, or with one that is such an answer.
    pub(super) fn inferred(&self, number: u16) -> Option<u32> {
        let (index, place) = self.place_of(number)?;
        let PreparedStatement { parsed_with, description, .. } = self.statements.get(index)?;
        let declared = *parsed_with.as_ref()?.get(place)?;
        let described = *description.as_ref()?.parameters.get(place)?;
        (declared == 0 || declared == TIMETZ_OID).then_some(described)
    }

    /// The number in the list of statement `index`'s first parameter.
    pub(super) fn first_parameter(&self, index: usize) -> u16 {
        let before = self.statements.iter().take(index).map(|prepared| prepared.statement.parameter_count);
        before.fold(1, u16::saturating_add)
    }

    /// Gives the statements names of their own at the server, so that executing again costs no Parse.
    pub fn keep_at_server(&mut self, names: &mut StatementNames) {
        for prepared in &mut self.statements {
            if prepared.name.is_empty() {
                prepared.name = names.next();
            }
        }
    }

    /// The statement list is not used any more; its statements at the server are closed in the next flight.
    pub fn release(mut self, names: &mut StatementNames) {
        self.forget_batch_statement(names);
        for prepared in self.statements {
            if prepared.parsed_with.is_some() && !prepared.name.is_empty() {
                names.unused.push(prepared.name);
            }
        }
    }

    /// Whether the (first) statement returns rows, as far as the server has been asked.
    pub fn returns_rows(&self) -> bool {
        self.description().is_some_and(|description| description.columns.is_some())
    }

    /// The result's columns as they are asked for from now on.
    pub(super) fn result_columns(&self) -> Option<Columns> {
        self.statements.first()?.binary_columns.clone()
    }

    /// The only statement of a list that has been found to have one.
    pub(super) fn single(&mut self) -> &mut PreparedStatement {
        &mut self.statements[0]
    }

    /// Whether the statement has a statement for many sets, if that has been found out.
    pub(super) fn batch_statement_known(&self) -> Option<bool> {
        self.batch_statement.as_ref().map(Option::is_some)
    }

    pub(super) fn set_batch_statement(&mut self, form: Option<BatchStatement>) {
        self.batch_statement = Some(form);
    }

    pub(super) fn batch_statement(&mut self) -> Option<&mut BatchStatement> {
        self.batch_statement.as_mut()?.as_mut()
    }

    /// The statement for many sets is not at the server, or not to be relied on, any more.
    pub(super) fn forget_batch_statement(&mut self, names: &mut StatementNames) {
        if let Some(Some(form)) = self.batch_statement.take()
            && !form.name.is_empty()
        {
            names.unused.push(form.name);
        }
    }

    pub(super) fn statements(&mut self) -> &mut [PreparedStatement] {
        &mut self.statements
    }

    /// Whether large objects are made of parameters.
    pub(super) fn makes_objects(&self) -> bool {
        self.statements.iter().any(|prepared| !prepared.objects.is_empty())
    }

    /// Keeps what the server said of statement `index`.
    pub(super) fn keep_description(&mut self, index: usize, description: StatementDescription) {
        if let Some(prepared) = self.statements.get_mut(index) {
            let mut description = description;
            // The server knows nothing of a parameter that does not occur in the text of the call.
            for valueless in prepared.plan.valueless.iter().filter(|valueless| valueless.type_oid != 0) {
                if let Some(oid) = description.parameters.get_mut(usize::from(valueless.marker) - 1) {
                    *oid = valueless.type_oid;
                }
            }
            prepared.binary_columns = description.columns.as_ref().map(in_binary);
            prepared.description = Some(description);
        }
    }

    /// The flight has gone well: what it has parsed is there.
    pub(super) fn confirm(&mut self) {
        for prepared in &mut self.statements {
            prepared.confirmed = true;
        }
    }

    /// Whether an earlier flight has left a statement of the list at the server.
    pub(super) fn is_held_by_server(&self) -> bool {
        self.statements.iter().any(|prepared| prepared.confirmed && !prepared.name.is_empty())
    }

    /// Whether the server holds all of its statements.
    pub(super) fn is_held_wholly(&self) -> bool {
        self.statements.iter().all(|prepared| prepared.confirmed && !prepared.name.is_empty())
    }

    /// What the unnamed statement's flight has told holds for that flight only.
    pub(super) fn forget_flight(&mut self) {
        for prepared in &mut self.statements {
            prepared.parsed_with = None;
            prepared.description = None;
            prepared.binary_columns = None;
        }
    }

    /// Whether it may make the server forget statements that were prepared: DISCARD ALL, DEALLOCATE.
    pub fn drops_statements(&self) -> bool {
        self.may_say(&["discard", "deallocate"])
    }

    /// Whether it may put settings of the session back: DISCARD ALL, RESET ALL.
    pub fn resets_settings(&self) -> bool {
        self.may_say(&["discard", "reset"])
    }

    /// Whether one of these words is in a statement that is not known to have no such effect.
    fn may_say(&self, words: &[&str]) -> bool {
        let mut others = self.statements.iter().filter(|prepared| !prepared.statement.kind.leaves_meaning_alone());
        others.any(|prepared| {
            let mut said = prepared.statement.text.split(|c: char| !c.is_ascii_alphabetic());
            said.any(|said| words.iter().any(|word| said.eq_ignore_ascii_case(word)))
        })
    }

    /// Nothing that the server has of the list is used any more; it is parsed again under new names.
    pub fn give_up_at_server(&mut self, names: &mut StatementNames) {
        self.forget_batch_statement(names);
        for prepared in &mut self.statements {
            prepared.confirmed = false;
            prepared.routines = None;
        }
        self.forget_unconfirmed(names);
    }

    /// The flight has failed. What it was to parse may be there or not: its name is given up. What was there before
    /// still is, prepared statements outlive a failed transaction.
    pub(super) fn forget_unconfirmed(&mut self, names: &mut StatementNames) {
        for prepared in self.statements.iter_mut().filter(|prepared| !prepared.confirmed) {
            if prepared.parsed_with.take().is_some() && !prepared.name.is_empty() {
                names.unused.push(std::mem::take(&mut prepared.name));
                prepared.name = names.next();
            }
            prepared.description = None;
            prepared.binary_columns = None;
        }
    }
}

/// The same columns, in binary format wherever there is a codec.
fn in_binary(columns: &Columns) -> Columns {
    let columns = columns.iter().map(|column| Column {
        kind: ColumnType {
            format: if wants_binary(column.kind.oid) { Format::Binary } else { Format::Text },
            ..column.kind
        },
        ..column.clone()
    });
    Arc::from_iter(columns)
}
