//! Tokens: what the splitter, the messages and the formatter see of a text. The grammar reads the text itself.

use tickmark_diagnostics::{Diagnostic, codes};
use tickmark_source::{FileId, Span};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A bare word, keyword or not.
    Word,
    /// A name in backticks.
    Quoted,
    /// A number with all that touches it: `12%`, `1_000`, `2026-12-31T10:00:00Z`.
    Number,
    /// A text in quotes, raw or not.
    Text,
    /// `/…/`
    Regex,
    /// `$name`
    Param,
    /// A sign or a bracket.
    Sign,
    /// `# …`, without the line break.
    Comment,
    /// What no program holds; reported by the lexer.
    Bad,
}

/// A token, its bytes in the file, and whether it begins a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The column in bytes where the token is the first of its line.
    pub(crate) indent: Option<u32>,
}

impl Token {
    /// The token as it is written.
    pub(crate) fn text<'a>(&self, source: &'a str) -> &'a str {
        source.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// All tokens of a text, and what is wrong with some of them.
pub(crate) fn lex(file: FileId, source: &str) -> (Vec<Token>, Vec<Diagnostic>) {
    let mut lexer = Lexer {
        file,
        source,
        bytes: source.as_bytes(),
        at: 0,
        line_start: 0,
        fresh: true,
        // About as many as there are; what is too much is never written to.
        tokens: Vec::with_capacity(source.len() / 4),
        diagnostics: Vec::new(),
    };
    // A byte-order mark is no character of the program; it stays counted in the offsets.
    if source.starts_with('\u{FEFF}') {
        lexer.at = '\u{FEFF}'.len_utf8();
        lexer.line_start = lexer.at;
    }
    lexer.run();
    (lexer.tokens, lexer.diagnostics)
}

/// Whether a character may begin a bare word; the grammar's `letter`.
fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphabetic() || letter == '_' || !letter.is_ascii() && pest::unicode::XID_START(letter)
}

/// Whether it may go on; the grammar's `tail`.
fn is_word_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || !letter.is_ascii() && pest::unicode::XID_CONTINUE(letter)
}

/// Signs of several characters, the longest first; those that mean nothing here have the sign that does.
const SIGNS: [(&str, Option<Slip>); 18] = [
    ("===", Some(Slip { message: "`===` is no sign of the language", help: "equality is written `==`" })),
    ("!==", Some(Slip { message: "`!==` is no sign of the language", help: "inequality is written `!=`" })),
    ("==", None),
    ("!=", None),
    ("<=", None),
    (">=", None),
    ("<>", Some(Slip { message: "`<>` is no sign of the language", help: "inequality is written `!=`" })),
    ("&&", Some(Slip { message: "`&&` is no sign of the language", help: "write `and`" })),
    ("||", Some(Slip { message: "`||` is no sign of the language", help: "write `or`" })),
    ("=~", Some(MATCHES)),
    ("~=", Some(MATCHES)),
    ("!~", Some(Slip { message: "`!~` is no sign of the language", help: "write `not (x matches /…/)`" })),
    ("=>", Some(ARROW)),
    ("->", Some(ARROW)),
    (
        ":=",
        Some(Slip { message: "`:=` is no sign of the language", help: "a param or an attribute of a map takes `=`" }),
    ),
    ("??", Some(Slip { message: "`??` is no sign of the language", help: "a value for a missing one is `a else b`" })),
    ("//", Some(COMMENT)),
    ("/*", Some(COMMENT)),
];

const MATCHES: Slip =
    Slip { message: "this is no sign of the language", help: "write `matches`: `name matches /^prod-/`" };
const ARROW: Slip = Slip {
    message: "an arrow means nothing here",
    help: "a map leads `to` its noun; a condition is written `if A then B else C`",
};
const COMMENT: Slip =
    Slip { message: "this begins no comment", help: "a comment runs from `#` to the end of the line" };

/// Single characters that mean nothing here, with the word that does.
const STRAY: [(char, &str); 15] = [
    (';', "clauses end with their line; leave the `;` out"),
    ('!', "write `not`"),
    ('?', "a choice is written `if C then a else b`"),
    ('&', "write `and`"),
    ('|', "write `or`"),
    ('~', "write `matches` with `/…/`, or `like` with a pattern"),
    ('^', "there are no powers; multiply with `*`"),
    ('≠', "write `!=`"),
    ('≤', "write `<=`"),
    ('≥', "write `>=`"),
    ('“', "texts stand in straight quotes: `\"…\"`"),
    ('”', "texts stand in straight quotes: `\"…\"`"),
    ('‘', "texts stand in straight double quotes: `\"…\"`"),
    ('’', "texts stand in straight double quotes: `\"…\"`"),
    ('\u{A0}', "this is a no-break space; use an ordinary one"),
];

/// A message and the way out.
#[derive(Clone, Copy)]
struct Slip {
    message: &'static str,
    help: &'static str,
}

struct Lexer<'a> {
    file: FileId,
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    line_start: usize,
    /// Whether nothing but blanks stands before `at` on its line.
    fresh: bool,
    tokens: Vec<Token>,
    diagnostics: Vec<Diagnostic>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.bytes.get(self.at).copied() {
            match byte {
                b'\n' => {
                    self.at += 1;
                    self.line_start = self.at;
                    self.fresh = true;
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'#' => self.push(Kind::Comment, self.end_of_line(self.at)),
                b'"' => self.text(),
                b'`' => self.backticks(),
                b'\'' => self.single_quote(),
                b'$' => self.param(),
                b'0'..=b'9' => self.number(),
                b'/' if self.regex_may_begin() => self.regex(),
                b'(' | b')' | b'[' | b']' | b'{' | b'}' | b',' | b'.' | b'+' | b'*' | b'%' => {
                    self.push(Kind::Sign, self.at + 1)
                }
                b'-' if self.dashes_begin_comment() => {
                    self.slip(self.end_of_line(self.at), self.at + 2, COMMENT.message, COMMENT.help);
                }
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
                _ => self.sign(),
            }
        }
    }

    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or("")
    }

    fn push(&mut self, kind: Kind, end: usize) {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let indent = self.fresh.then(|| number(self.at - self.line_start));
        self.tokens.push(Token { kind, start: number(self.at), end: number(end), indent });
        self.fresh = false;
        self.at = end;
    }

    /// A bad token up to `end`, reported with a mark up to `mark`.
    fn slip(&mut self, end: usize, mark: usize, message: &str, help: &str) {
        self.bad(codes::syntax::FOREIGN, end, mark, message, help);
    }

    fn bad(&mut self, code: tickmark_diagnostics::Code, end: usize, mark: usize, message: &str, help: &str) {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span::new(self.file, number(self.at), number(mark));
        let diagnostic = Diagnostic::error(code, span, message);
        self.diagnostics.push(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
        self.push(Kind::Bad, end);
    }

    fn end_of_line(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or(&[]);
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(self.bytes.len(), |length| from + length);
        if end > from && self.bytes.get(end - 1) == Some(&b'\r') { end - 1 } else { end }
    }

    fn word(&mut self) {
        let length = self.rest().find(|letter| !is_word_letter(letter)).unwrap_or(self.rest().len());
        self.push(Kind::Word, self.at + length);
    }

    fn text(&mut self) {
        if self.rest().starts_with("\"\"\"") {
            let inside = self.source.get(self.at + 3..).unwrap_or("");
            match inside.find("\"\"\"") {
                Some(length) => self.push(Kind::Text, self.at + 3 + length + 3),
                None => self.bad(
                    codes::syntax::UNCLOSED,
                    self.bytes.len(),
                    self.at + 3,
                    "this raw text is never closed",
                    "end it with `\"\"\"`",
                ),
            }
            return;
        }
        let line = self.end_of_line(self.at);
        let mut at = self.at + 1;
        while at < line {
            match self.bytes.get(at) {
                Some(b'\\') => at += 2,
                Some(b'"') => return self.push(Kind::Text, at + 1),
                _ => at += 1,
            }
        }
        self.bad(
            codes::syntax::UNCLOSED,
            line,
            line,
            "this text is not closed on its line",
            "end it with `\"`; a text of several lines stands between `\"\"\"` and `\"\"\"`",
        );
    }

    fn backticks(&mut self) {
        let line = self.end_of_line(self.at);
        let inside = self.source.get(self.at + 1..line).unwrap_or("");
        match inside.find('`') {
            Some(length) if length > 0 => self.push(Kind::Quoted, self.at + 1 + length + 1),
            Some(_) => self.slip(self.at + 2, self.at + 2, "a name in backticks is empty", ""),
            None => self.bad(
                codes::syntax::UNCLOSED,
                line,
                line,
                "this name is not closed on its line",
                "end it with a backtick",
            ),
        }
    }

    fn single_quote(&mut self) {
        let after_word = self.tokens.last().is_some_and(|last| last.kind == Kind::Word && last.end as usize == self.at);
        if after_word {
            let word = self.tokens.last().map_or("", |last| last.text(self.source)).to_owned();
            let rest = self.source.get(self.at + 1..).unwrap_or("");
            let length = rest.find(|letter| !is_word_letter(letter)).unwrap_or(rest.len());
            let (end, short) = (self.at + 1 + length, rest.get(..length).unwrap_or("").to_owned());
            let help = match (word.as_str(), short.as_str()) {
                ("isn" | "aren", "t") => "write `is not`",
                ("doesn" | "don" | "hasn" | "haven", "t") => "write `has no …`, or `x is missing`",
                ("can", "t") => "write `cannot`",
                _ => "texts stand in double quotes, and words have no apostrophe",
            };
            if let Some(word) = self.tokens.pop() {
                self.at = word.start as usize;
                self.fresh = word.indent.is_some();
            }
            return self.slip(end, end, &format!("`{word}'{short}` is no word of the language"), help);
        }
        let line = self.end_of_line(self.at);
        let inside = self.source.get(self.at + 1..line).unwrap_or("");
        match inside.find('\'') {
            Some(length) => {
                let end = self.at + 1 + length + 1;
                let help = format!("write `\"{}\"`", inside.get(..length).unwrap_or(""));
                self.slip(end, end, "texts stand in double quotes", &help);
            }
            None => {
                self.slip(self.at + 1, self.at + 1, "a single quote means nothing here", "texts stand in double quotes")
            }
        }
    }

    fn param(&mut self) {
        let name = self.source.get(self.at + 1..).unwrap_or("");
        if name.starts_with(is_letter) {
            let length = name.find(|letter| !is_word_letter(letter)).unwrap_or(name.len());
            self.push(Kind::Param, self.at + 1 + length);
        } else {
            self.slip(
                self.at + 1,
                self.at + 1,
                "`$` stands before the name of a param",
                "write `$name`, without braces",
            );
        }
    }

    fn number(&mut self) {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let digits =
            |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit() || **byte == b'_').count();
        if let Some(length) = date_length(rest) {
            return self.push(Kind::Number, self.at + length);
        }
        let mut end = digits(0);
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
            end += 1 + digits(end + 1);
        }
        if bytes.get(end) == Some(&b'%') {
            end += 1;
        }
        // `90d`; also the tail of a control's id, which may well be `3b`, so that it is the grammar that complains.
        let after = rest.get(end..).unwrap_or("");
        end += after.find(|letter| !is_word_letter(letter)).unwrap_or(after.len());
        self.push(Kind::Number, self.at + end);
    }

    /// A slash begins a regular expression where a value may begin, and divides after a value.
    fn regex_may_begin(&self) -> bool {
        match self.tokens.iter().rev().find(|token| token.kind != Kind::Comment) {
            Some(last) => match last.kind {
                Kind::Word => last.text(self.source) == "matches",
                Kind::Sign => !matches!(last.text(self.source), ")" | "]" | "}" | "." | "*" | "+" | "%"),
                _ => false,
            },
            None => false,
        }
    }

    fn regex(&mut self) {
        let line = self.end_of_line(self.at);
        let mut at = self.at + 1;
        if matches!(self.bytes.get(at), Some(b'/' | b'*')) {
            return self.sign();
        }
        while at < line {
            match self.bytes.get(at) {
                Some(b'\\') => at += 2,
                Some(b'/') => return self.push(Kind::Regex, at + 1),
                _ => at += 1,
            }
        }
        self.bad(
            codes::syntax::UNCLOSED,
            line,
            line,
            "this regular expression is not closed on its line",
            "end it with `/`; a slash inside is written `\\/`",
        );
    }

    /// `-- note`: two dashes before a blank, where no number can follow.
    fn dashes_begin_comment(&self) -> bool {
        let rest = self.rest();
        rest.starts_with("--") && (self.fresh || rest.get(2..).is_some_and(|rest| rest.starts_with(' ')))
    }

    fn sign(&mut self) {
        let rest = self.rest();
        if rest.starts_with(is_letter) {
            return self.word();
        }
        for (sign, slip) in SIGNS {
            if rest.starts_with(sign) {
                let end = self.at + sign.len();
                return match slip {
                    None => self.push(Kind::Sign, end),
                    Some(slip) if sign == "//" => self.slip(self.end_of_line(self.at), end, slip.message, slip.help),
                    Some(slip) if sign == "/*" => {
                        let close = rest.find("*/").map_or(self.end_of_line(self.at), |length| self.at + length + 2);
                        self.slip(close, end, slip.message, slip.help);
                    }
                    Some(slip) => self.slip(end, end, slip.message, slip.help),
                };
            }
        }
        let Some(letter) = rest.chars().next() else {
            self.at = self.bytes.len();
            return;
        };
        let end = self.at + letter.len_utf8();
        if matches!(letter, '-' | '/' | '=' | '<' | '>' | ':') {
            return self.push(Kind::Sign, end);
        }
        self.stray(letter, end);
    }

    fn stray(&mut self, letter: char, end: usize) {
        // A run of rubbish is one mistake.
        if let Some(last) = self.tokens.last_mut().filter(|last| last.kind == Kind::Bad && last.end as usize == self.at)
        {
            last.end = u32::try_from(end).unwrap_or(u32::MAX);
            self.at = end;
            return;
        }
        let help = STRAY.iter().find(|(stray, _)| *stray == letter).map_or("", |(_, help)| *help);
        let message = if letter.is_control() || letter == '\u{A0}' {
            format!("the character U+{:04X} means nothing here", u32::from(letter))
        } else {
            format!("`{letter}` means nothing here")
        };
        let code = if help.is_empty() { codes::syntax::BAD_CHARACTER } else { codes::syntax::FOREIGN };
        self.bad(code, end, end, &message, help);
    }
}

/// The length of a date, with its time of day, at the start of the text.
fn date_length(text: &str) -> Option<usize> {
    let shape = |from: usize, pattern: &str| -> bool {
        let bytes = text.as_bytes().get(from..from + pattern.len());
        bytes.is_some_and(|bytes| {
            bytes
                .iter()
                .zip(pattern.bytes())
                .all(|(byte, wanted)| if wanted == b'0' { byte.is_ascii_digit() } else { *byte == wanted })
        })
    };
    if !shape(0, "0000-00-00") {
        return None;
    }
    let mut end = 10;
    if shape(end, "T00:00") {
        end += 6;
        if shape(end, ":00") {
            end += 3;
        }
        if shape(end, ".0") {
            end += 1 + text.bytes().skip(end + 1).take_while(u8::is_ascii_digit).count();
        }
        if text.as_bytes().get(end) == Some(&b'Z') {
            end += 1;
        } else if shape(end, "+00:00") || shape(end, "-00:00") {
            end += 6;
        }
    }
    Some(end)
}
