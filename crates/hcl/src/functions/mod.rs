//! Terraform's built-in functions.
//!
//! Most take known values of simple types and give one; what is unknown makes their result unknown. Those that put
//! collections together look at what is unknown themselves, so that an unknown is only ever that value.

mod collection;
mod convert_to;
mod date;
mod encode;
mod files;
mod format;
mod hash;
mod json;
mod merge;
mod network;
mod numeric;
mod sets;
mod text;
mod yaml_read;
mod yaml_write;

use crate::convert::convert;
use crate::eval::Scope;
use crate::fault::Fault;
use crate::syntax::{Call, Node};
use crate::types::Type;
use crate::value::{Kind, Value, Why};

pub(crate) use json::{decode as decode_json, pieces as json_pieces, write_text as write_json_text};
pub(crate) use merge::merge;

type Outcome = Result<Value, Fault>;

/// How a function is called.
enum Body {
    /// With known values of the types of its parameters; the result has the marks of all of them.
    Plain(fn(&[Value]) -> Outcome),
    /// With values as they are: it looks at unknowns and marks itself.
    Own(fn(&Scope<'_, '_>, &[Value]) -> Outcome),
}

/// A function: its parameters, one letter each, and what it gives.
///
/// `t` text, `n` number, `b` truth value, `L` list of texts, `N` list of numbers, `a` anything but null, `?` anything. A
/// `*` behind the last one lets it come any number of times.
struct Function {
    parameters: &'static str,
    result: char,
    body: Body,
}

fn plain(parameters: &'static str, result: char, body: fn(&[Value]) -> Outcome) -> Option<Function> {
    Some(Function { parameters, result, body: Body::Plain(body) })
}

fn own(parameters: &'static str, body: fn(&Scope<'_, '_>, &[Value]) -> Outcome) -> Option<Function> {
    Some(Function { parameters, result: 'a', body: Body::Own(body) })
}

fn find(name: &str) -> Option<Function> {
    find_numeric(name).or_else(|| find_text(name)).or_else(|| find_collection(name)).or_else(|| find_other(name))
}

fn find_numeric(name: &str) -> Option<Function> {
    match name {
        "abs" => plain("n", 'n', numeric::abs),
        "ceil" => plain("n", 'n', numeric::ceil),
        "floor" => plain("n", 'n', numeric::floor),
        "log" => plain("nn", 'n', numeric::log),
        "max" => plain("nn*", 'n', numeric::max),
        "min" => plain("nn*", 'n', numeric::min),
        "parseint" => plain("an", 'n', numeric::parseint),
        "pow" => plain("nn", 'n', numeric::pow),
        "signum" => plain("n", 'n', numeric::signum),
        "sum" => plain("a", 'n', numeric::sum),
        "range" => plain("nn*", 'N', numeric::range),
        _ => None,
    }
}

fn find_text(name: &str) -> Option<Function> {
    match name {
        "chomp" => plain("t", 't', text::chomp),
        "endswith" => plain("tt", 'b', text::endswith),
        "format" => own("t?*", format::format),
        "formatlist" => own("t?*", format::formatlist),
        "indent" => plain("nt", 't', text::indent),
        "join" => own("ta*", text::join),
        "lower" => plain("t", 't', text::lower),
        "regex" => plain("tt", 'a', text::regex),
        "regexall" => plain("tt", 'a', text::regexall),
        "replace" => plain("ttt", 't', text::replace),
        "split" => plain("tt", 'L', text::split),
        "startswith" => own("tt", text::startswith),
        "strcontains" => plain("tt", 'b', text::strcontains),
        "strrev" => plain("t", 't', text::strrev),
        "substr" => plain("tnn", 't', text::substr),
        "title" => plain("t", 't', text::title),
        "trim" => plain("tt", 't', text::trim),
        "trimprefix" => plain("tt", 't', text::trimprefix),
        "trimspace" => plain("t", 't', text::trimspace),
        "trimsuffix" => plain("tt", 't', text::trimsuffix),
        "upper" => plain("t", 't', text::upper),
        "base64decode" => plain("t", 't', encode::base64decode),
        "base64encode" => plain("t", 't', encode::base64encode),
        "base64gzip" => None,
        "csvdecode" => plain("t", 'a', encode::csvdecode),
        "jsondecode" => own("t", json::jsondecode),
        "jsonencode" => own("?", json::jsonencode),
        "textdecodebase64" => plain("tt", 't', encode::textdecodebase64),
        "textencodebase64" => plain("tt", 't', encode::textencodebase64),
        "urlencode" => plain("t", 't', encode::urlencode),
        "urldecode" => plain("t", 't', encode::urldecode),
        "yamldecode" => plain("t", 'a', yaml_read::yamldecode),
        "yamlencode" => plain("?", 't', yaml_write::yamlencode),
        _ => None,
    }
}

fn find_collection(name: &str) -> Option<Function> {
    match name {
        "alltrue" => own("a", collection::alltrue),
        "anytrue" => own("a", collection::anytrue),
        "chunklist" => own("an", collection::chunklist),
        "coalesce" => own("?*", collection::coalesce),
        "coalescelist" => own("?*", collection::coalescelist),
        "compact" => own("a", collection::compact),
        "concat" => own("a*", merge::concat),
        "contains" => own("a?", collection::contains),
        "distinct" => own("a", collection::distinct),
        "element" => own("an", collection::element),
        "flatten" => own("a", merge::flatten),
        "index" => own("a?", collection::index),
        "keys" => own("a", collection::keys),
        "length" => own("a", collection::length),
        "lookup" => own("at?*", collection::lookup),
        "list" | "map" => None,
        "matchkeys" => own("aaa", collection::matchkeys),
        "merge" => own("?*", merge),
        "one" => own("a", collection::one),
        "reverse" => own("a", collection::reverse),
        "setintersection" => own("aa*", sets::intersection),
        "setproduct" => own("aa*", sets::product),
        "setsubtract" => own("aa", sets::subtract),
        "setsymmetricdifference" => own("aa", sets::symmetric_difference),
        "setunion" => own("aa*", sets::union),
        "slice" => own("ann", collection::slice),
        "sort" => plain("L", 'L', collection::sort),
        "transpose" => plain("a", 'a', merge::transpose),
        "values" => own("a", collection::values),
        "zipmap" => own("aa", merge::zipmap),
        _ => None,
    }
}

fn find_other(name: &str) -> Option<Function> {
    match name {
        "tobool" => own("?", convert_to::tobool),
        "tolist" => own("?", convert_to::tolist),
        "tomap" => own("?", convert_to::tomap),
        "tonumber" => own("?", convert_to::tonumber),
        "toset" => own("?", convert_to::toset),
        "tostring" => own("?", convert_to::tostring),
        "sensitive" => own("?", convert_to::sensitive),
        "nonsensitive" => own("?", convert_to::nonsensitive),
        "issensitive" => own("?", convert_to::issensitive),
        "ephemeralasnull" => own("?", convert_to::same),
        "formatdate" => plain("tt", 't', date::formatdate),
        "timeadd" => plain("tt", 't', date::timeadd),
        "timecmp" => plain("tt", 'n', date::timecmp),
        "base64sha256" => plain("t", 't', hash::base64sha256),
        "base64sha512" => plain("t", 't', hash::base64sha512),
        "md5" => plain("t", 't', hash::md5),
        "sha1" => plain("t", 't', hash::sha1),
        "sha256" => plain("t", 't', hash::sha256),
        "sha512" => plain("t", 't', hash::sha512),
        "uuidv5" => plain("tt", 't', hash::uuidv5),
        "cidrhost" => plain("tn", 't', network::cidrhost),
        "cidrnetmask" => plain("t", 't', network::cidrnetmask),
        "cidrsubnet" => plain("tnn", 't', network::cidrsubnet),
        "cidrsubnets" => plain("tn*", 'L', network::cidrsubnets),
        "abspath" | "pathexpand" => None,
        "basename" => plain("t", 't', files::basename),
        "dirname" => plain("t", 't', files::dirname),
        "file" => own("t", files::file),
        "fileexists" => own("t", files::fileexists),
        "fileset" => own("tt", files::fileset),
        "filebase64" => own("t", files::filebase64),
        "filemd5" => own("t", files::filemd5),
        "filesha1" => own("t", files::filesha1),
        "filesha256" => own("t", files::filesha256),
        "filesha512" => own("t", files::filesha512),
        "filebase64sha256" => own("t", files::filebase64sha256),
        "filebase64sha512" => own("t", files::filebase64sha512),
        "templatefile" => own("ta", files::templatefile),
        "templatestring" => own("ta", files::templatestring),
        _ => None,
    }
}

/// Functions of Terraform that give another result each time, or ask the machine or a provider.
fn is_impure(name: &str) -> bool {
    matches!(
        name,
        "timestamp" | "plantimestamp" | "uuid" | "bcrypt" | "rsadecrypt" | "abspath" | "pathexpand" | "base64gzip"
    ) || name.starts_with("provider::")
}

/// Calls a function.
pub(crate) fn call(scope: &mut Scope<'_, '_>, call: &Call, node: &Node) -> Outcome {
    let name = call.name.strip_prefix("core::").unwrap_or(&call.name);
    match name {
        "try" => return attempt(scope, call),
        "can" => return can(scope, call),
        _ => {}
    }
    let arguments = arguments(scope, call)?;
    let arguments = match arguments {
        Ok(arguments) => arguments,
        Err(unknown) => return Ok(unknown),
    };
    let Some(function) = find(name) else {
        if is_impure(name) {
            let reason = format!("the result of `{name}` is not known before Terraform runs");
            let marks = crate::marks::Marks::all(&arguments.iter().map(Value::deep_marks).collect::<Vec<_>>());
            return Ok(Value::unknown(Type::Any, Why::Function, format!("{name}(…)"), reason).marked(&marks));
        }
        return Err(Fault::new(format!("there is no function `{name}`")).at(node.span));
    };
    let width: u64 = arguments.iter().map(breadth).sum();
    if let Some(stopped) = scope.world.steps(width) {
        return Ok(stopped);
    }
    run(scope, &function, arguments).map_err(|fault| Fault { message: format!("`{name}`: {}", fault.message), ..fault })
}

/// How much a function may have to look at, for the counting of steps.
fn breadth(value: &Value) -> u64 {
    let length = value.as_text().map_or(0, |text| text.len() / 64);
    let items = value.as_items().map_or(0, |items| items.len()) + value.as_entries().map_or(0, |entries| entries.len());
    u64::try_from(length + items).unwrap_or(u64::MAX) + 1
}

/// The values of the arguments; an unknown where it is not known how many there are.
fn arguments(scope: &mut Scope<'_, '_>, call: &Call) -> Result<Result<Vec<Value>, Value>, Fault> {
    let mut values = Vec::with_capacity(call.arguments.len());
    for (index, argument) in call.arguments.iter().enumerate() {
        let value = scope.eval(argument)?;
        if !call.expand || index + 1 < call.arguments.len() {
            values.push(value);
            continue;
        }
        match &value.kind {
            Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => {
                values.extend(items.iter().map(|item| item.clone().marked(&value.marks)));
            }
            Kind::Unknown(_) | Kind::Handle(_) => {
                let unknown = scope.world.settled(&value);
                return Ok(Err(unknown.unknown_like(Type::Any).unwrap_or(unknown)));
            }
            _ => return Err(Fault::new("`...` wants a list").at(argument.span)),
        }
    }
    Ok(Ok(values))
}

fn run(scope: &Scope<'_, '_>, function: &Function, arguments: Vec<Value>) -> Outcome {
    let letters: Vec<char> = function.parameters.chars().filter(|letter| *letter != '*').collect();
    let several = function.parameters.ends_with('*');
    let fewest = if several { letters.len() - 1 } else { letters.len() };
    if arguments.len() < fewest || (!several && arguments.len() > letters.len()) {
        let s = if fewest == 1 { "" } else { "s" };
        let at_least = if several { "at least " } else { "" };
        return Err(Fault::new(format!("it wants {at_least}{fewest} argument{s}, not {}", arguments.len())));
    }
    let is_plain = matches!(function.body, Body::Plain(_));
    let mut values = Vec::with_capacity(arguments.len());
    let mut marks = Vec::new();
    for (index, argument) in arguments.into_iter().enumerate() {
        let letter = letters.get(index).or(letters.last()).copied().unwrap_or('?');
        if argument.is_null() && letter != '?' {
            return Err(Fault::new(format!("argument {} cannot be null", index + 1)));
        }
        let settled =
            if is_plain || matches!(letter, 't' | 'n' | 'b') { scope.world.settled(&argument) } else { argument };
        let converted = match type_of(letter) {
            Type::Any => settled,
            ty => convert(&settled, &ty)
                .map_err(|fault| Fault::new(format!("argument {}: {}", index + 1, fault.message)))?,
        };
        if is_plain {
            marks.push(converted.deep_marks());
        }
        values.push(converted);
    }
    match function.body {
        Body::Own(body) => body(scope, &values),
        Body::Plain(body) => {
            let marks = crate::marks::Marks::all(&marks);
            let unknown = values.iter().find_map(|value| value.unknown_like(type_of(function.result)));
            match unknown {
                Some(unknown) => Ok(unknown.marked(&marks)),
                None => Ok(body(&values)?.marked(&marks)),
            }
        }
    }
}

fn type_of(letter: char) -> Type {
    match letter {
        't' => Type::Text,
        'n' => Type::Number,
        'b' => Type::Bool,
        'L' => Type::list(Type::Text),
        'N' => Type::list(Type::Number),
        _ => Type::Any,
    }
}

/// `try`: the first argument that Terraform would not refuse.
fn attempt(scope: &mut Scope<'_, '_>, call: &Call) -> Outcome {
    let mut last = Fault::new("`try` wants at least one argument");
    for (index, argument) in call.arguments.iter().enumerate() {
        match scope.eval(argument) {
            Ok(value) => {
                // What is not known may turn out not to be there, and then what comes behind it is meant. The attribute of a
                // resource that is written here is there.
                let doubtful = value.as_unknown().is_some_and(|unknown| unknown.why != Why::Apply);
                let behind = call.arguments.get(index + 1..).filter(|_| doubtful).unwrap_or_default();
                let null = behind.iter().any(|other| scope.eval(other).is_ok_and(|other| other.may_be_null()));
                return Ok(value.or_null(null));
            }
            Err(fault) => last = fault,
        }
    }
    Err(last)
}

/// `can`: whether Terraform would not refuse the argument.
fn can(scope: &mut Scope<'_, '_>, call: &Call) -> Outcome {
    let Some(argument) = call.arguments.first() else { return Err(Fault::new("`can` wants one argument")) };
    Ok(match scope.eval(argument) {
        Err(_) => Value::bool(false),
        Ok(value) => {
            let settled = scope.world.settled(&value);
            settled.unknown_like(Type::Bool).unwrap_or_else(|| Value::bool(true).marked(&value.deep_marks()))
        }
    })
}

/// The text of an argument that has been converted to one.
fn text_at(values: &[Value], index: usize) -> Result<&str, Fault> {
    let text = values.get(index).and_then(Value::as_text);
    text.map(|text| &**text).ok_or_else(|| Fault::new(format!("argument {} must be a string", index + 1)))
}

/// The number of an argument that has been converted to one.
fn number_at(values: &[Value], index: usize) -> Result<&crate::number::Number, Fault> {
    values
        .get(index)
        .and_then(Value::as_number)
        .ok_or_else(|| Fault::new(format!("argument {} must be a number", index + 1)))
}

/// A whole number of an argument.
fn integer_at(values: &[Value], index: usize) -> Result<i128, Fault> {
    number_at(values, index)?
        .to_integer()
        .ok_or_else(|| Fault::new(format!("argument {} must be a whole number", index + 1)))
}
