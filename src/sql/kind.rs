//! What kind of statement a text is.
//!
//! Seen from the leading keywords; PostgreSQL documentation, part VI (SQL commands). The kind serves diagnostics
//! (SQL_DIAG_DYNAMIC_FUNCTION), transactions and cursors; whether rows come is for the server to say.

use super::lexer::{Token, TokenKind};
use crate::odbc::diagnostic_fields::*;

/// The kinds that somebody asks for. More than one command may be of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatementKind {
    /// SELECT, TABLE.
    Select,
    Values,
    Insert,
    Update,
    Delete,
    Merge,
    Explain,
    Show,
    Fetch,
    /// BEGIN, START TRANSACTION.
    Begin,
    /// COMMIT, END.
    Commit,
    /// ROLLBACK, ABORT.
    Rollback,
    Savepoint,
    ReleaseSavepoint,
    RollbackToSavepoint,
    /// PREPARE TRANSACTION: ends the transaction as COMMIT does.
    PrepareTransaction,
    /// CALL, and the escape `{call ..}`.
    Call,
    /// DO: a block of a procedural language.
    Do,
    Copy,
    /// SET, RESET, DISCARD: the session's own settings.
    Set,
    AlterDomain,
    AlterTable,
    CreateCollation,
    CreateDomain,
    CreateIndex,
    CreateSchema,
    CreateTable,
    CreateView,
    DropCollation,
    DropDomain,
    DropIndex,
    DropSchema,
    DropTable,
    DropView,
    Grant,
    Revoke,
    Other,
}

use StatementKind as K;

/// Kind, SQL_DIAG_DYNAMIC_FUNCTION, SQL_DIAG_DYNAMIC_FUNCTION_CODE. Source: `SQLGetDiagField`, "Values of the dynamic
/// function fields". What is not here is unknown: an empty text and SQL_DIAG_UNKNOWN_STATEMENT.
const DYNAMIC_FUNCTIONS: &[(StatementKind, &str, i32)] = &[
    (K::Select, "SELECT CURSOR", SQL_DIAG_SELECT_CURSOR),
    (K::Values, "SELECT CURSOR", SQL_DIAG_SELECT_CURSOR),
    (K::Insert, "INSERT", SQL_DIAG_INSERT),
    (K::Update, "UPDATE WHERE", SQL_DIAG_UPDATE_WHERE),
    (K::Delete, "DELETE WHERE", SQL_DIAG_DELETE_WHERE),
    (K::Call, "CALL", SQL_DIAG_CALL),
    (K::AlterDomain, "ALTER DOMAIN", SQL_DIAG_ALTER_DOMAIN),
    (K::AlterTable, "ALTER TABLE", SQL_DIAG_ALTER_TABLE),
    (K::CreateCollation, "CREATE COLLATION", SQL_DIAG_CREATE_COLLATION),
    (K::CreateDomain, "CREATE DOMAIN", SQL_DIAG_CREATE_DOMAIN),
    (K::CreateIndex, "CREATE INDEX", SQL_DIAG_CREATE_INDEX),
    (K::CreateSchema, "CREATE SCHEMA", SQL_DIAG_CREATE_SCHEMA),
    (K::CreateTable, "CREATE TABLE", SQL_DIAG_CREATE_TABLE),
    (K::CreateView, "CREATE VIEW", SQL_DIAG_CREATE_VIEW),
    (K::DropCollation, "DROP COLLATION", SQL_DIAG_DROP_COLLATION),
    (K::DropDomain, "DROP DOMAIN", SQL_DIAG_DROP_DOMAIN),
    (K::DropIndex, "DROP INDEX", SQL_DIAG_DROP_INDEX),
    (K::DropSchema, "DROP SCHEMA", SQL_DIAG_DROP_SCHEMA),
    (K::DropTable, "DROP TABLE", SQL_DIAG_DROP_TABLE),
    (K::DropView, "DROP VIEW", SQL_DIAG_DROP_VIEW),
    (K::Grant, "GRANT", SQL_DIAG_GRANT),
    (K::Revoke, "REVOKE", SQL_DIAG_REVOKE),
];

/// Leading keywords, without [`MODIFIERS`] from the second word on, and the kind. The first row that fits decides.
const KINDS: &[(&[&str], StatementKind)] = &[
    (&["SELECT"], K::Select),
    (&["TABLE"], K::Select),
    (&["VALUES"], K::Values),
    (&["INSERT"], K::Insert),
    (&["UPDATE"], K::Update),
    (&["DELETE"], K::Delete),
    (&["MERGE"], K::Merge),
    (&["EXPLAIN"], K::Explain),
    (&["SHOW"], K::Show),
    (&["FETCH"], K::Fetch),
    (&["BEGIN"], K::Begin),
    (&["START", "TRANSACTION"], K::Begin),
    (&["COMMIT", "PREPARED"], K::Other),
    (&["COMMIT"], K::Commit),
    (&["END"], K::Commit),
    (&["ROLLBACK", "PREPARED"], K::Other),
    (&["ROLLBACK", "TO"], K::RollbackToSavepoint),
    (&["ROLLBACK", "WORK", "TO"], K::RollbackToSavepoint),
    (&["ROLLBACK", "TRANSACTION", "TO"], K::RollbackToSavepoint),
    (&["ROLLBACK"], K::Rollback),
    (&["ABORT"], K::Rollback),
    (&["SAVEPOINT"], K::Savepoint),
    (&["RELEASE"], K::ReleaseSavepoint),
    (&["PREPARE", "TRANSACTION"], K::PrepareTransaction),
    (&["CALL"], K::Call),
    (&["DO"], K::Do),
    (&["COPY"], K::Copy),
    (&["SET"], K::Set),
    (&["RESET"], K::Set),
    (&["DISCARD"], K::Set),
    (&["ALTER", "DOMAIN"], K::AlterDomain),
    (&["ALTER", "TABLE"], K::AlterTable),
    (&["CREATE", "COLLATION"], K::CreateCollation),
    (&["CREATE", "DOMAIN"], K::CreateDomain),
    (&["CREATE", "INDEX"], K::CreateIndex),
    (&["CREATE", "SCHEMA"], K::CreateSchema),
    (&["CREATE", "TABLE"], K::CreateTable),
    (&["CREATE", "VIEW"], K::CreateView),
    (&["DROP", "COLLATION"], K::DropCollation),
    (&["DROP", "DOMAIN"], K::DropDomain),
    (&["DROP", "INDEX"], K::DropIndex),
    (&["DROP", "SCHEMA"], K::DropSchema),
    (&["DROP", "TABLE"], K::DropTable),
    (&["DROP", "VIEW"], K::DropView),
    (&["GRANT"], K::Grant),
    (&["REVOKE"], K::Revoke),
];

/// Words between the verb and the object of CREATE, ALTER and DROP.
const MODIFIERS: &[&str] = &[
    "OR",
    "REPLACE",
    "TEMP",
    "TEMPORARY",
    "GLOBAL",
    "LOCAL",
    "UNLOGGED",
    "FOREIGN",
    "UNIQUE",
    "RECURSIVE",
    "MATERIALIZED",
];

/// What the server says of a statement inside a transaction block ("cannot run inside a transaction block", 25001).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InTransactionBlock {
    Allowed,
    /// Its words do not tell. It calls nothing of the application's: once refused, it can be sent again without a
    /// transaction, and no change is committed that might have been rolled back.
    MayBeRefused,
    Refused,
}

/// Statements that the server refuses in a transaction block, by leading keywords; with `true`, only if CONCURRENTLY is
/// among the next ones.
const REFUSED_IN_TRANSACTION: &[(&[&str], bool)] = &[
    (&["VACUUM"], false),
    (&["ALTER", "SYSTEM"], false),
    (&["ALTER", "TABLE"], true),
    (&["CREATE", "DATABASE"], false),
    (&["DROP", "DATABASE"], false),
    (&["CREATE", "TABLESPACE"], false),
    (&["DROP", "TABLESPACE"], false),
    (&["CREATE", "SUBSCRIPTION"], false),
    (&["DROP", "SUBSCRIPTION"], false),
    (&["REINDEX", "DATABASE"], false),
    (&["REINDEX", "SYSTEM"], false),
    (&["REINDEX", "SCHEMA"], false),
    (&["DISCARD", "ALL"], false),
    (&["REINDEX"], true),
    (&["CREATE", "INDEX"], true),
    (&["DROP", "INDEX"], true),
    (&["COMMIT", "PREPARED"], false),
    (&["ROLLBACK", "PREPARED"], false),
];

/// Statements that it refuses there by what they are about: all tables or a partitioned one, a tablespace, a subscription.
const MAY_BE_REFUSED_IN_TRANSACTION: &[&[&str]] =
    &[&["REINDEX"], &["CLUSTER"], &["ALTER", "DATABASE"], &["ALTER", "SUBSCRIPTION"]];

/// How many leading keywords can matter: CREATE OR REPLACE GLOBAL TEMPORARY RECURSIVE VIEW is six.
const LEADING_WORDS: usize = 8;

impl StatementKind {
    /// Whether it changes neither the catalog nor what the user may do, nor takes such a change back. (A function that it
    /// calls might.)
    pub fn leaves_catalog_alone(self) -> bool {
        matches!(
            self,
            K::Select
                | K::Values
                | K::Insert
                | K::Update
                | K::Delete
                | K::Merge
                | K::Show
                | K::Fetch
                | K::Begin
                | K::Savepoint
                | K::ReleaseSavepoint
        )
    }

    /// Whether statements that were prepared before it mean the same after it, as far as the text tells.
    pub fn leaves_meaning_alone(self) -> bool {
        self.leaves_catalog_alone() || self.controls_transaction() || matches!(self, K::Call | K::Explain | K::Copy)
    }

    /// SQL_DIAG_DYNAMIC_FUNCTION and SQL_DIAG_DYNAMIC_FUNCTION_CODE.
    pub fn dynamic_function(self) -> (&'static str, i32) {
        let row = DYNAMIC_FUNCTIONS.iter().find(|row| row.0 == self);
        row.map_or(("", SQL_DIAG_UNKNOWN_STATEMENT), |row| (row.1, row.2))
    }

    /// Whether the statement begins or ends a transaction, or sets or goes back to a savepoint.
    pub fn controls_transaction(self) -> bool {
        self.bounds_transaction() || matches!(self, K::Savepoint | K::ReleaseSavepoint | K::RollbackToSavepoint)
    }

    /// Whether it may end a transaction with its changes kept: procedures and blocks may have a COMMIT.
    pub fn may_commit(self) -> bool {
        matches!(self, K::Commit | K::PrepareTransaction | K::Call | K::Do)
    }

    /// Whether the statement begins or ends a transaction.
    pub fn bounds_transaction(self) -> bool {
        matches!(self, K::Begin | K::Commit | K::Rollback | K::PrepareTransaction)
    }
}

/// Watches the tokens of one statement go by and tells its kind.
#[derive(Debug, Default)]
pub(super) struct Classifier<'t> {
    leading: Vec<&'t str>,
    leading_is_over: bool,
    /// Parentheses before the first word: `(SELECT ..) UNION ..`.
    outer_parentheses: usize,
    started: bool,
    /// In `WITH ..`: the statement's own verb, once it has come.
    verb: Option<StatementKind>,
    /// In `WITH ..`: the next word is the name of a common table expression.
    expects_name: bool,
    has_returning: bool,
    /// FROM STDIN has come.
    from_stdin: bool,
    last_word: &'t str,
    /// BEGIN ATOMIC and CASE that are open in the body of a function written in SQL (CREATE FUNCTION, 14 and later).
    body_depth: usize,
}

impl<'t> Classifier<'t> {
    /// Whether anything but blanks and comments has come.
    pub(super) fn has_started(&self) -> bool {
        self.started
    }

    /// Whether a semicolon belongs to the body of a function.
    pub(super) fn is_in_body(&self) -> bool {
        self.body_depth > 0
    }

    /// Takes the next token; `parentheses` is how many are open before it.
    pub(super) fn take(&mut self, token: Token<'t>, parentheses: usize) {
        if !token.kind.is_significant() {
            return;
        }
        self.started = true;
        if token.kind == TokenKind::Word {
            self.take_word(token.text, parentheses);
            return;
        }
        if self.leading.is_empty() && token.kind == TokenKind::OpenParenthesis {
            self.outer_parentheses = parentheses + 1;
            return;
        }
        self.leading_is_over = true;
        let names_follow = token.kind == TokenKind::Comma && parentheses == self.outer_parentheses;
        self.expects_name = self.is_with() && self.verb.is_none() && names_follow;
    }

    fn is_with(&self) -> bool {
        self.leading.first().is_some_and(|word| word.eq_ignore_ascii_case("WITH"))
    }

    fn take_word(&mut self, word: &'t str, parentheses: usize) {
        if !self.leading_is_over && self.leading.len() < LEADING_WORDS {
            self.leading.push(word);
        }
        let outermost = parentheses == self.outer_parentheses;
        if outermost && word.eq_ignore_ascii_case("RETURNING") {
            self.has_returning = true;
        }
        // The grammar takes either word for the client (gram.y, copy_file_name).
        let is_client = ["STDIN", "STDOUT"].iter().any(|name| word.eq_ignore_ascii_case(name));
        if outermost && is_client && self.last_word.eq_ignore_ascii_case("FROM") {
            self.from_stdin = true;
        }
        if outermost && self.is_with() && self.verb.is_none() {
            self.take_word_of_with(word);
        }
        if self.body_depth > 0 {
            if word.eq_ignore_ascii_case("CASE") {
                self.body_depth += 1;
            } else if word.eq_ignore_ascii_case("END") {
                self.body_depth -= 1;
            }
        } else if word.eq_ignore_ascii_case("ATOMIC")
            && self.last_word.eq_ignore_ascii_case("BEGIN")
            && outermost
            && (self.leads_with(&["CREATE", "FUNCTION"]) || self.leads_with(&["CREATE", "PROCEDURE"]))
        {
            self.body_depth = 1;
        }
        self.last_word = word;
    }

    fn take_word_of_with(&mut self, word: &str) {
        if self.expects_name {
            self.expects_name = word.eq_ignore_ascii_case("RECURSIVE");
        } else if self.leading.len() == 1 && !self.leading_is_over {
            // the word WITH itself
            self.expects_name = true;
        } else {
            let verbs = KINDS[..7].iter();
            self.verb = verbs.filter(|row| row.0[0].eq_ignore_ascii_case(word)).map(|row| row.1).next();
        }
    }

    /// Whether the leading words are these, modifiers left out.
    fn leads_with(&self, words: &[&str]) -> bool {
        let mut leading = self.leading.iter().enumerate().filter(|(index, word)| {
            *index == 0 || !MODIFIERS.iter().any(|modifier| modifier.eq_ignore_ascii_case(word))
        });
        words.iter().all(|word| leading.next().is_some_and(|(_, other)| other.eq_ignore_ascii_case(word)))
    }

    pub(super) fn kind(&self) -> StatementKind {
        if self.is_with() {
            return self.verb.unwrap_or(K::Other);
        }
        KINDS.iter().find(|row| self.leads_with(row.0)).map_or(K::Other, |row| row.1)
    }

    pub(super) fn has_returning(&self) -> bool {
        self.has_returning && matches!(self.kind(), K::Insert | K::Update | K::Delete | K::Merge)
    }

    /// COPY .. FROM STDIN.
    pub(super) fn copies_in(&self) -> bool {
        self.from_stdin && self.kind() == K::Copy
    }

    pub(super) fn in_transaction_block(&self) -> InTransactionBlock {
        let concurrently = self.leading.iter().any(|word| word.eq_ignore_ascii_case("CONCURRENTLY"));
        if REFUSED_IN_TRANSACTION.iter().any(|row| self.leads_with(row.0) && (!row.1 || concurrently)) {
            InTransactionBlock::Refused
        } else if MAY_BE_REFUSED_IN_TRANSACTION.iter().any(|words| self.leads_with(words)) {
            InTransactionBlock::MayBeRefused
        } else {
            InTransactionBlock::Allowed
        }
    }
}
