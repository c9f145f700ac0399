//! One pass over a text: statements split, parameter markers numbered, escape sequences translated.

use super::call::CallEscape;
use super::float_digits::rounds_floats;
use super::function_escape;
use super::identity;
use super::kind::Classifier;
use super::lexer::{Lexer, Token, TokenKind, is_blank, is_identifier_byte};
use super::literals::{self, LiteralEscape};
use super::{ScanOptions, Statement, StatementKind, Translated};
use crate::diag::sqlstate::S42000_SYNTAX_ERROR_OR_ACCESS_VIOLATION;
use crate::diag::{Diagnostic, Result};

/// How deep escapes may nest. A translated escape is copied once for each escape around it, so that this bounds the work.
const DEEPEST_NESTING: usize = 64;

/// 42000 with a text of the driver's own.
pub(super) fn syntax_error(message: impl Into<String>) -> Box<Diagnostic> {
    Diagnostic::new(S42000_SYNTAX_ERROR_OR_ACCESS_VIOLATION, message)
}

/// Splits a text into statements, numbers its markers (`?` becomes `$1` ..; `??` is a literal `?`) and translates its
/// escapes. A text with neither comes back byte for byte, cut at the semicolons between its statements.
///
/// # Errors
/// 42000: an escape that is not closed, nested too deep or has unfit arguments; more than 65,535 markers in a statement
/// (the protocol counts them in 16 bits). 22007, 22015, 22018: a literal escape with no valid value.
pub fn translate(text: &str, options: &ScanOptions) -> Result<Translated> {
    let mut translator = Translator::new(text, options, Output::Statements);
    translator.run()?;
    Ok(Translated { statements: translator.statements })
}

/// What `SQLNativeSql` answers: escapes are translated, markers and semicolons stay where they are.
///
/// # Errors
/// As [`translate`].
pub fn native_sql(text: &str, options: &ScanOptions) -> Result<String> {
    let mut translator = Translator::new(text, options, Output::NativeText);
    translator.run()?;
    Ok(translator.output)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Output {
    Statements,
    NativeText,
}

/// An escape that holds SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NestingEscape {
    Function,
    OuterJoin,
    Call { returns_value: bool },
}

/// What a `{` begins.
enum Brace {
    Literal(LiteralEscape, usize),
    Nesting(NestingEscape, usize),
    /// No escape: the server may know what it is (CrateDB's object literals).
    Plain,
}

/// An escape whose `}` has not come yet.
struct Frame {
    escape: NestingEscape,
    /// Byte offset of its `{` in the source.
    source_start: usize,
    /// Where its translated content begins in the output.
    start: usize,
    /// Parentheses that were open before it.
    parentheses: usize,
    /// Plain `{` inside that are open.
    braces: usize,
    /// Offsets in the output: after the argument list's `(`, of its commas, of its `)`.
    open: Option<usize>,
    commas: Vec<usize>,
    close: Option<usize>,
}

struct Translator<'t> {
    text: &'t str,
    lexer: Lexer<'t>,
    options: &'t ScanOptions,
    mode: Output,
    /// The translation of the current statement; of the whole text for `SQLNativeSql`.
    output: String,
    markers: u16,
    parentheses: usize,
    frames: Vec<Frame>,
    classifier: Classifier<'t>,
    call: Option<CallEscape>,
    /// The last thing written was not the source's own text: the next must not run into it.
    after_insertion: bool,
    /// The last token was the end of an operand.
    after_operand: bool,
    asks_identity: bool,
    statements: Vec<Statement>,
}

impl<'t> Translator<'t> {
    fn new(text: &'t str, options: &'t ScanOptions, mode: Output) -> Translator<'t> {
        Translator {
            text,
            lexer: Lexer::new(text, options.standard_conforming_strings),
            options,
            mode,
            output: String::with_capacity(text.len() + 16),
            markers: 0,
            parentheses: 0,
            frames: Vec::new(),
            classifier: Classifier::default(),
            call: None,
            after_insertion: false,
            after_operand: false,
            asks_identity: false,
            statements: Vec::new(),
        }
    }

    fn run(&mut self) -> Result {
        while let Some(token) = self.lexer.next() {
            self.take(token)?;
        }
        if let Some(frame) = self.frames.last() {
            return Err(syntax_error(format!("{} has no closing '}}'", self.describe(frame.source_start))));
        }
        self.end_statement()
    }

    fn take(&mut self, token: Token<'t>) -> Result {
        if self.call.is_some() && token.kind.is_significant() && token.kind != TokenKind::Semicolon {
            return Err(syntax_error("a {call ..} escape must be the whole statement; other text follows it"));
        }
        let started = self.classifier.has_started();
        if token.kind != TokenKind::Semicolon {
            self.classifier.take(token, self.parentheses);
        }
        let after_operand = self.after_operand;
        if token.kind.is_significant() {
            self.after_operand = match token.kind {
                TokenKind::Word => identity::is_operand(token.text),
                TokenKind::Other => token.text == "]" || token.text.starts_with('$'),
                kind => !matches!(kind, TokenKind::OpenParenthesis | TokenKind::Comma | TokenKind::Semicolon),
            };
        }
        match token.kind {
            TokenKind::Other
                if token.text == "@" && !after_operand && identity::after_at(self.lexer.rest()).is_some() =>
            {
                self.lexer.advance(identity::after_at(self.lexer.rest()).unwrap_or_default());
                self.insert(identity::IDENTITY);
                (self.after_operand, self.asks_identity) = (true, true);
            }
            TokenKind::Marker => self.marker()?,
            TokenKind::EscapedMarker => self.copy("?"),
            TokenKind::OpenBrace if !self.options.noscan => self.open_brace(token, started)?,
            TokenKind::CloseBrace if !self.frames.is_empty() => self.close_brace()?,
            TokenKind::Semicolon if self.splits_here() => {
                self.end_statement()?;
                if self.mode == Output::NativeText {
                    self.output.push(';');
                }
            }
            TokenKind::OpenParenthesis => {
                self.parentheses += 1;
                self.copy(token.text);
                let (inside, length) = (self.parentheses, self.output.len());
                if let Some(frame) = self.frames.last_mut()
                    && frame.open.is_none()
                    && inside == frame.parentheses + 1
                {
                    frame.open = Some(length);
                }
            }
            TokenKind::CloseParenthesis => {
                self.close_parenthesis();
                self.copy(token.text);
            }
            TokenKind::Comma => {
                let (inside, length) = (self.parentheses, self.output.len());
                if let Some(frame) = self.frames.last_mut()
                    && inside == frame.parentheses + 1
                    && frame.braces == 0
                    && frame.close.is_none()
                {
                    frame.commas.push(length);
                }
                self.copy(token.text);
            }
            _ => self.copy(token.text),
        }
        Ok(())
    }

    /// Whether a semicolon ends the statement here: not in parentheses (CREATE RULE .. DO (a; b)), not in the body of a
    /// function (BEGIN ATOMIC .. END), not in an escape.
    fn splits_here(&self) -> bool {
        self.parentheses == 0 && self.frames.is_empty() && !self.classifier.is_in_body()
    }

    /// Writes the source's own text.
    fn copy(&mut self, text: &str) {
        if self.after_insertion {
            self.separate(text);
            self.after_insertion = false;
        }
        self.output.push_str(text);
    }

    /// Writes text that was not in the source.
    fn insert(&mut self, text: &str) {
        self.separate(text);
        self.output.push_str(text);
        self.after_insertion = true;
    }

    /// A blank, if what follows would become part of the last word: `?1` must not be read as parameter 11.
    fn separate(&mut self, following: &str) {
        let before = self.output.as_bytes().last().is_some_and(|byte| is_identifier_byte(*byte));
        let after = following.as_bytes().first().is_some_and(|byte| is_identifier_byte(*byte));
        if before && after {
            self.output.push(' ');
        }
    }

    fn marker(&mut self) -> Result {
        if self.mode == Output::NativeText {
            self.copy("?");
            return Ok(());
        }
        self.markers = self.markers.checked_add(1).ok_or_else(|| {
            syntax_error("the statement has more than 65535 parameter markers; split it, or pass an array")
        })?;
        self.insert(&format!("${}", self.markers));
        Ok(())
    }

    fn open_brace(&mut self, token: Token<'t>, started: bool) -> Result {
        match brace(self.lexer.rest()) {
            Brace::Plain => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.braces += 1;
                }
                self.copy(token.text);
            }
            Brace::Literal(escape, keyword) => {
                let (rest, standard) = (self.lexer.rest(), self.options.standard_conforming_strings);
                let (sql, length) = literals::translate(escape, &rest[keyword..], standard)?;
                self.lexer.advance(keyword + length);
                self.insert(&sql);
            }
            Brace::Nesting(escape, keyword) => {
                if self.frames.len() >= DEEPEST_NESTING {
                    return Err(syntax_error(format!("escapes are nested more than {DEEPEST_NESTING} deep")));
                }
                if let NestingEscape::Call { returns_value } = escape {
                    if !self.frames.is_empty() || started {
                        return Err(syntax_error("a {call ..} escape must be the whole statement"));
                    }
                    self.markers += u16::from(returns_value);
                }
                self.lexer.advance(keyword);
                self.frames.push(Frame {
                    escape,
                    source_start: token.start,
                    start: self.output.len(),
                    parentheses: self.parentheses,
                    braces: 0,
                    open: None,
                    commas: Vec::new(),
                    close: None,
                });
            }
        }
        Ok(())
    }

    fn close_parenthesis(&mut self) {
        self.parentheses = self.parentheses.saturating_sub(1);
        let (outside, length) = (self.parentheses, self.output.len());
        if let Some(frame) = self.frames.last_mut()
            && outside == frame.parentheses
            && frame.open.is_some()
            && frame.close.is_none()
        {
            frame.close = Some(length);
        }
    }

    fn close_brace(&mut self) -> Result {
        let Some(mut frame) = self.frames.pop() else { return Ok(()) };
        if frame.braces > 0 {
            frame.braces -= 1;
            self.frames.push(frame);
            self.copy("}");
            return Ok(());
        }
        if self.parentheses != frame.parentheses {
            let place = self.describe(frame.source_start);
            return Err(syntax_error(format!("the parentheses in {place} do not match")));
        }
        if frame.escape == NestingEscape::OuterJoin {
            self.after_insertion = true;
            return Ok(());
        }
        let content = self.output.split_off(frame.start);
        let (name, arguments) = self.take_apart(&frame, &content)?;
        match frame.escape {
            NestingEscape::Call { returns_value } => {
                let call = CallEscape::new(name, &arguments, returns_value);
                // With a parameter left out there is a text once the parameters' names are known.
                let text = match self.mode {
                    Output::Statements => call.as_function().unwrap_or_default(),
                    Output::NativeText => call.as_function()?,
                };
                self.insert(&text);
                self.call = Some(call);
            }
            _ => match function_escape::translate(name, &arguments)? {
                Some(sql) => self.insert(&sql),
                None => self.insert(function_escape::trim(&content)),
            },
        }
        Ok(())
    }

    /// The name and the arguments of a call.
    fn take_apart<'c>(&self, frame: &Frame, content: &'c str) -> Result<(&'c str, Vec<&'c str>)> {
        let Some(open) = frame.open else {
            return Ok((without_comments(content), Vec::new()));
        };
        let (open, close) = (open - frame.start, frame.close.map_or(content.len(), |close| close - frame.start));
        let name = without_comments(&content[..open - 1]);
        let after = without_comments(content[close..].trim_start_matches(')'));
        if name.is_empty() || !after.is_empty() {
            let place = self.describe(frame.source_start);
            let what =
                if name.is_empty() { "has no name before its arguments" } else { "has text after its arguments" };
            return Err(syntax_error(format!("{place} {what}")));
        }
        let mut arguments = Vec::with_capacity(frame.commas.len() + 1);
        let mut from = open;
        for comma in &frame.commas {
            let comma = comma - frame.start;
            arguments.push(&content[from..comma]);
            from = comma + 1;
        }
        arguments.push(&content[from..close]);
        if arguments.len() == 1 && arguments.iter().all(|argument| argument.trim().is_empty()) {
            arguments.clear();
        }
        Ok((name, arguments))
    }

    /// "the escape at character 12 ({fn lcase(..)"
    fn describe(&self, source_start: usize) -> String {
        let before = self.text.get(..source_start).unwrap_or("");
        let beginning: String = self.text.get(source_start..).unwrap_or("").chars().take(24).collect();
        format!("the escape at character {} ({beginning:?} ..)", before.chars().count() + 1)
    }

    fn end_statement(&mut self) -> Result {
        let classifier = std::mem::take(&mut self.classifier);
        let call = self.call.take();
        let markers = std::mem::take(&mut self.markers);
        let asks_identity = std::mem::take(&mut self.asks_identity);
        (self.after_insertion, self.after_operand) = (false, false);
        if self.mode == Output::NativeText {
            return Ok(());
        }
        let mut text = std::mem::take(&mut self.output);
        // The first of many statements was given room for the whole text.
        if text.capacity() / 2 > text.len() {
            text.shrink_to_fit();
        }
        if classifier.has_started() {
            let kind = if call.is_some() { StatementKind::Call } else { classifier.kind() };
            self.statements.push(Statement {
                rounds_floats: rounds_floats(kind, &text),
                text,
                parameter_count: markers,
                kind,
                has_returning: classifier.has_returning(),
                in_transaction_block: classifier.in_transaction_block(),
                copies_in: classifier.copies_in(),
                asks_identity,
                call,
            });
        }
        Ok(())
    }
}

/// How many bytes of blanks and comments a text begins with.
fn leading(text: &str) -> usize {
    let mut tokens = Lexer::new(text, true);
    tokens.find(|token| token.kind.is_significant()).map_or(text.len(), |token| token.start)
}

/// A text without the blanks and comments around it.
fn without_comments(text: &str) -> &str {
    let mut significant = Lexer::new(text, true).filter(|token| token.kind.is_significant());
    let Some(first) = significant.next() else { return "" };
    let last = significant.last().unwrap_or(first);
    text.get(first.start..last.start + last.text.len()).unwrap_or_default()
}

/// What a `{` begins, seen from the text after it, and how long its keyword is with the blanks before it.
///
/// A known keyword alone makes no escape: what must follow it has to follow, so that `{d = 1}` stays what it is.
fn brace(rest: &str) -> Brace {
    let blanks = |text: &str| text.bytes().take_while(|byte| is_blank(*byte)).count();
    let start = blanks(rest);
    let text = &rest[start..];
    if let Some(after) = text.strip_prefix('?') {
        let equals = blanks(after);
        let Some(after) = after[equals..].strip_prefix('=') else { return Brace::Plain };
        let gap = blanks(after);
        let word = start + 1 + equals + 1 + gap;
        let is_call = rest.get(word..word + 4).is_some_and(|word| word.eq_ignore_ascii_case("call"));
        let ends = rest.as_bytes().get(word + 4).is_some_and(|byte| is_blank(*byte));
        let escape = NestingEscape::Call { returns_value: true };
        return if is_call && ends { Brace::Nesting(escape, word + 4) } else { Brace::Plain };
    }
    let length = text.bytes().take_while(|byte| is_identifier_byte(*byte)).take(16).count();
    let Some(keyword) = text.get(..length) else { return Brace::Plain };
    let after = &text[length..];
    let gap = blanks(after);
    let next = after.as_bytes().get(gap).copied();
    let literal = match keyword.to_ascii_lowercase().as_str() {
        "d" => LiteralEscape::Date,
        "t" => LiteralEscape::Time,
        "ts" => LiteralEscape::Timestamp,
        "guid" => LiteralEscape::Guid,
        "interval" => LiteralEscape::Interval,
        "escape" => LiteralEscape::Like,
        keyword => {
            let escape = match keyword {
                "fn" => NestingEscape::Function,
                "oj" => NestingEscape::OuterJoin,
                "call" => NestingEscape::Call { returns_value: false },
                _ => return Brace::Plain,
            };
            let gap = gap + leading(&after[gap..]);
            let next = after.as_bytes().get(gap).copied();
            let names = next.is_some_and(|byte| byte == b'"' || is_identifier_byte(byte) && !byte.is_ascii_digit());
            let opens = escape == NestingEscape::OuterJoin && matches!(next, Some(b'(' | b'{'));
            let parted = gap > 0 || next == Some(b'"');
            return if (names || opens) && parted { Brace::Nesting(escape, start + length) } else { Brace::Plain };
        }
    };
    let signed = literal == LiteralEscape::Interval && matches!(next, Some(b'+' | b'-'));
    if next == Some(b'\'') || signed { Brace::Literal(literal, start + length) } else { Brace::Plain }
}
