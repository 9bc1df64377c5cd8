//! `format` and `formatlist`, verb by verb as `cty` has them.

use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use super::{Outcome, json};
use crate::convert::convert;
use crate::eval::{Scope, pieces_of, text_of_pieces};
use crate::fault::Fault;
use crate::limits;
use crate::marks::Marks;
use crate::number::Number;
use crate::types::Type;
use crate::value::{Kind, Piece, Value};

/// The widest that a value is padded to, and the most digits behind a point.
const WIDEST: usize = 10_000;

/// `%[2]-08.3f` taken apart.
#[derive(Clone, Copy, Default)]
struct Verb {
    letter: char,
    sharp: bool,
    zero: bool,
    minus: bool,
    plus: bool,
    space: bool,
    width: Option<usize>,
    precision: Option<usize>,
    argument: Option<usize>,
}

pub(super) fn format(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let marks = Marks::all(&values.iter().map(Value::deep_marks).collect::<Vec<_>>());
    let Some((pattern, arguments)) = values.split_first() else { return Err(Fault::new("it wants a pattern")) };
    let Some(text) = pattern.as_text() else {
        return Ok(pattern.unknown_like(Type::Text).unwrap_or_else(Value::null).marked(&marks));
    };
    let arguments: Vec<Value> = arguments.iter().map(|argument| scope.world.settled(argument)).collect();
    Ok(formatted(text, &arguments)?.marked(&marks))
}

pub(super) fn formatlist(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let marks = Marks::all(&values.iter().map(|value| value.marks.clone()).collect::<Vec<_>>());
    let Some((pattern, arguments)) = values.split_first() else { return Err(Fault::new("it wants a pattern")) };
    let arguments: Vec<Value> = arguments.iter().map(|argument| scope.world.settled(argument)).collect();
    let unknown = [pattern].into_iter().chain(&arguments).find(|value| {
        value.as_unknown().is_some_and(|unknown| !unknown.ty.is_primitive() || std::ptr::eq(*value, pattern))
    });
    if let Some(unknown) = unknown {
        let list = unknown.unknown_like(Type::list(Type::Text)).unwrap_or_else(Value::null);
        return Ok(list.marked(&marks));
    }
    let text = pattern.as_text().ok_or_else(|| Fault::new("the pattern must be a string"))?;
    let mut length = None;
    for argument in &arguments {
        if let Some(items) = argument.as_items() {
            match length {
                None => length = Some(items.len()),
                Some(length) if length == items.len() => {}
                Some(length) => {
                    let other = items.len();
                    return Err(Fault::new(format!("lists of different lengths: {length} and {other}")));
                }
            }
        }
    }
    let mut list = Vec::new();
    for index in 0..length.unwrap_or(1) {
        let row: Vec<Value> = arguments
            .iter()
            .map(|argument| match argument.as_items() {
                Some(items) => items.get(index).cloned().unwrap_or_else(Value::null),
                None => argument.clone(),
            })
            .collect();
        let row_marks = Marks::all(&row.iter().map(Value::deep_marks).collect::<Vec<_>>());
        list.push(formatted(text, &row)?.marked(&row_marks));
    }
    Ok(Value::list(list).marked(&marks))
}

fn formatted(pattern: &str, arguments: &[Value]) -> Outcome {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = pattern;
    let mut next = 0_usize;
    let mut used = 0_usize;
    let mut total = 0_usize;
    while let Some(at) = rest.find('%') {
        let (before, from) = rest.split_at(at);
        pieces.push(Piece::Text(Arc::from(before)));
        let (verb, after) = parse_verb(from)?;
        rest = after;
        if verb.letter == '%' {
            pieces.push(Piece::Text(Arc::from("%")));
            continue;
        }
        let index = verb.argument.unwrap_or(next);
        next = index + 1;
        used = used.max(next);
        let Some(argument) = arguments.get(index) else {
            return Err(Fault::new(format!("not enough arguments for `%{}`: {next} wanted", verb.letter)));
        };
        if argument.is_wholly_known() {
            let text = one(verb, argument)?;
            total += text.len();
            pieces.push(Piece::Text(Arc::from(text)));
        } else if matches!(verb.letter, 's' | 'v') && verb.width.is_none() && verb.precision.is_none() && !verb.sharp {
            match pieces_of(argument) {
                Ok(more) if pieces.len() <= limits::PIECES => pieces.extend(more),
                Ok(_) => {}
                Err(_) => pieces.push(Piece::Hole(argument.unknown_like(Type::Text).unwrap_or_else(Value::null))),
            }
        } else {
            pieces.push(Piece::Hole(argument.unknown_like(Type::Text).unwrap_or_else(Value::null)));
        }
        if total > limits::TEXT {
            return Err(Fault::new("the text would be longer than the limit of 16 MiB"));
        }
    }
    pieces.push(Piece::Text(Arc::from(rest)));
    if used < arguments.len() {
        return Err(Fault::new(format!("too many arguments: the pattern uses {used}")));
    }
    Ok(text_of_pieces(pieces))
}

/// Reads a verb at the start of a text, `%` included.
fn parse_verb(text: &str) -> Result<(Verb, &str), Fault> {
    let mut verb = Verb::default();
    let mut letters = text.char_indices().skip(1).peekable();
    let mut digits: Option<usize> = None;
    let mut in_precision = false;
    let mut flags = true;
    while let Some((at, letter)) = letters.next() {
        match letter {
            '#' if flags => verb.sharp = true,
            '0' if flags => verb.zero = true,
            '-' if flags => verb.minus = true,
            '+' if flags => verb.plus = true,
            ' ' if flags => verb.space = true,
            '0'..='9' => {
                flags = false;
                let digit = letter.to_digit(10).and_then(|digit| usize::try_from(digit).ok()).unwrap_or(0);
                digits = Some(digits.unwrap_or(0).saturating_mul(10).saturating_add(digit));
            }
            '.' if !in_precision => {
                flags = false;
                in_precision = true;
                verb.width = digits.take();
                digits = Some(0);
            }
            '[' => {
                flags = false;
                let inside: String = letters.by_ref().map(|(_, letter)| letter).take_while(|l| *l != ']').collect();
                let index = inside.parse::<usize>().ok().and_then(|index| index.checked_sub(1));
                verb.argument =
                    Some(index.ok_or_else(|| Fault::new(format!("`[{inside}]` is no number of an argument")))?);
            }
            letter => {
                if in_precision {
                    verb.precision = digits;
                } else if digits.is_some() {
                    verb.width = digits;
                }
                if verb.width.unwrap_or(0).max(verb.precision.unwrap_or(0)) > WIDEST {
                    return Err(Fault::new(format!("a width above the limit of {WIDEST}")));
                }
                verb.letter = letter;
                let end = at + letter.len_utf8();
                return Ok((verb, text.get(end..).unwrap_or("")));
            }
        }
    }
    Err(Fault::new("the pattern ends in the middle of a verb"))
}

/// A known value by a verb.
fn one(verb: Verb, value: &Value) -> Result<String, Fault> {
    let wanted = |ty: Type| {
        if value.is_null() {
            return Err(Fault::new(format!("`%{}` of null", verb.letter)));
        }
        convert(value, &ty).map_err(|fault| Fault::new(format!("`%{}`: {}", verb.letter, fault.message)))
    };
    match verb.letter {
        'v' => Ok(pad(verb, as_is(verb, value))),
        't' => Ok(pad(verb, wanted(Type::Bool)?.as_bool().unwrap_or(false).to_string())),
        'd' | 'b' | 'o' | 'x' | 'X' => {
            let number = wanted(Type::Number)?;
            let number = number.as_number().filter(|number| number.is_integer());
            let number = number.ok_or_else(|| Fault::new(format!("`%{}` wants a whole number", verb.letter)))?;
            Ok(integer(verb, number))
        }
        'e' | 'E' | 'f' | 'g' | 'G' => {
            let number = wanted(Type::Number)?;
            let number = number.as_number().ok_or_else(|| Fault::new("a number is required"))?;
            Ok(float(verb, number))
        }
        's' | 'q' => {
            let text = wanted(Type::Text)?;
            let text: String = text.as_text().map_or("", |text| text).to_owned();
            let text = match verb.precision {
                Some(most) => text.graphemes(true).take(most).collect(),
                None => text,
            };
            Ok(pad(verb, if verb.letter == 'q' { json::quoted(&text) } else { text }))
        }
        letter => Err(Fault::new(format!("there is no verb `%{letter}`"))),
    }
}

fn as_is(verb: Verb, value: &Value) -> String {
    if !verb.sharp {
        match &value.kind {
            Kind::Text(_) | Kind::Json(_) => return value.as_text().map_or("", |text| text).to_owned(),
            Kind::Number(number) => return general(number, None, 'e', false),
            _ => {}
        }
    }
    json::write_text(value)
}

/// Blanks up to the width; a text counts in letters as people see them.
fn pad(verb: Verb, text: String) -> String {
    let width = verb.width.unwrap_or(0);
    let length = text.graphemes(true).count();
    let blanks = width.saturating_sub(length);
    if blanks == 0 {
        return text;
    }
    // `cty` fills with zeros on whichever side it pads.
    let filler = if verb.zero { "0" } else { " " };
    let blanks = filler.repeat(blanks);
    if verb.minus { format!("{text}{blanks}") } else { format!("{blanks}{text}") }
}

/// Blanks or zeros up to the width, with the sign in front, as Go pads numbers.
fn pad_number(verb: Verb, negative: bool, prefix: &str, digits: &str) -> String {
    let sign = match (negative, verb.plus, verb.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (.., true) => " ",
        _ => "",
    };
    let length = sign.len() + prefix.len() + digits.len();
    let missing = verb.width.unwrap_or(0).saturating_sub(length);
    if verb.minus {
        format!("{sign}{prefix}{digits}{}", " ".repeat(missing))
    } else if verb.zero && verb.precision.is_none() {
        format!("{sign}{prefix}{}{digits}", "0".repeat(missing))
    } else {
        format!("{}{sign}{prefix}{digits}", " ".repeat(missing))
    }
}

fn integer(verb: Verb, number: &Number) -> String {
    let base = match verb.letter {
        'b' => 2,
        'o' => 8,
        'x' | 'X' => 16,
        _ => 10,
    };
    let digits = number.absolute().to_base(base).unwrap_or_default();
    let digits = if verb.letter == 'X' { digits.to_uppercase() } else { digits };
    let prefix = match (verb.sharp, verb.letter) {
        (true, 'b') => "0b",
        (true, 'o') => "0",
        (true, 'x') => "0x",
        (true, 'X') => "0X",
        _ => "",
    };
    let least = verb.precision.unwrap_or(0);
    let digits = format!("{digits:0>least$}");
    pad_number(verb, number.is_negative(), prefix, &digits)
}

fn float(verb: Verb, number: &Number) -> String {
    let digits = match verb.letter {
        'f' => fixed(number, verb.precision.unwrap_or(6)),
        'e' | 'E' => scientific(number, verb.precision.unwrap_or(6), verb.letter),
        letter => general(&number.absolute(), verb.precision, if letter == 'g' { 'e' } else { 'E' }, verb.sharp),
    };
    // The precision of a float is no minimum of digits, so that zeros still fill.
    pad_number(Verb { precision: None, ..verb }, number.is_negative(), "", digits.trim_start_matches('-'))
}

/// Digits rounded to the nearest with so many of them, and where the point is then.
fn rounded(digits: &str, point: i64, count: i64) -> (String, i64) {
    if count < 0 {
        return ("0".to_owned(), 1);
    }
    let count = usize::try_from(count).unwrap_or(0);
    let bytes = digits.as_bytes();
    if count >= bytes.len() {
        return (format!("{digits:0<count$}"), point);
    }
    let (kept, rest) = bytes.split_at(count);
    let up = match rest.split_first() {
        Some((b'5', tail)) if tail.iter().all(|digit| *digit == b'0') => kept.last().is_some_and(|last| last % 2 == 1),
        Some((first, _)) => *first >= b'5',
        None => false,
    };
    let mut kept = kept.to_vec();
    if !up {
        return (String::from_utf8_lossy(&kept).into_owned(), point);
    }
    for digit in kept.iter_mut().rev() {
        if *digit == b'9' {
            *digit = b'0';
        } else {
            *digit += 1;
            return (String::from_utf8_lossy(&kept).into_owned(), point);
        }
    }
    (format!("1{}", String::from_utf8_lossy(&kept)), point + 1)
}

fn fixed(number: &Number, places: usize) -> String {
    let (digits, point) = number.exact_digits();
    let wanted = point.saturating_add(i64::try_from(places).unwrap_or(0));
    let (digits, point) = rounded(&digits, point, wanted);
    let (whole, mut fraction) = match usize::try_from(point) {
        Ok(point) => {
            let padded = format!("{digits:0<point$}");
            let (whole, fraction) = padded.split_at(point.min(padded.len()));
            (whole.to_owned(), fraction.to_owned())
        }
        Err(_) => (String::new(), format!("{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0)))),
    };
    fraction.truncate(places);
    let fraction = format!("{fraction:0<places$}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if places == 0 { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

fn with_exponent(digits: &str, point: i64, letter: char) -> String {
    let (first, rest) = digits.split_at(1.min(digits.len()));
    let exponent = if digits.bytes().all(|digit| digit == b'0') { 0 } else { point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    let dot = if rest.is_empty() { "" } else { "." };
    format!("{first}{dot}{rest}{letter}{sign}{:02}", exponent.abs())
}

fn scientific(number: &Number, places: usize, letter: char) -> String {
    let (digits, point) = number.exact_digits();
    let digits = digits.trim_start_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    let (digits, point) = rounded(digits, point, i64::try_from(places + 1).unwrap_or(i64::MAX));
    with_exponent(&digits, point, letter)
}

/// Go's `%g`: the exponent is written where it is below -4 or not below the precision, for the shortest form below 6 or
/// 21 as the caller of Go has it; `big.Float` has 6.
fn general(number: &Number, precision: Option<usize>, letter: char, keep_zeros: bool) -> String {
    let sign = if number.is_negative() { "-" } else { "" };
    let (digits, point) = match precision {
        None => {
            let text = number.absolute().to_string();
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            let all = format!("{whole}{fraction}");
            let zeros = all.len() - all.trim_start_matches('0').len();
            let point = i64::try_from(whole.len()).unwrap_or(0) - i64::try_from(zeros).unwrap_or(0);
            (all.trim_start_matches('0').trim_end_matches('0').to_owned(), point)
        }
        Some(precision) => {
            let (digits, point) = number.exact_digits();
            let digits = digits.trim_start_matches('0').to_owned();
            let (digits, point) = rounded(&digits, point, i64::try_from(precision.max(1)).unwrap_or(i64::MAX));
            let digits = if keep_zeros { digits } else { digits.trim_end_matches('0').to_owned() };
            (digits, point)
        }
    };
    if digits.is_empty() {
        return format!("{sign}0");
    }
    let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let limit = match precision {
        None => 6,
        Some(precision) => {
            let precision = i64::try_from(precision.max(1)).unwrap_or(i64::MAX);
            if precision > length && length >= point { length } else { precision }
        }
    };
    let exponent = point - 1;
    if exponent < -4 || exponent >= limit {
        return format!("{sign}{}", with_exponent(&digits, point, letter));
    }
    let text = match usize::try_from(point) {
        Ok(0) => format!("0.{digits}"),
        Ok(point) if point >= digits.len() => format!("{digits:0<point$}"),
        Ok(point) => {
            let (whole, fraction) = digits.split_at(point);
            format!("{whole}.{fraction}")
        }
        Err(_) => format!("0.{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0))),
    };
    format!("{sign}{text}")
}
