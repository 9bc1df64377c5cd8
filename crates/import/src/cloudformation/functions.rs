//! The intrinsic functions.

use super::evaluate::{Evaluator, Keys, Truth, known_text, shown_expression};
use crate::tree::{Node, Value};
use base64::Engine as _;
use std::net::Ipv4Addr;

/// What a function gives; `None` where that is `AWS::NoValue`.
pub(super) fn call(
    evaluator: &Evaluator<'_>,
    node: &Node,
    function: &str,
    argument: &Node,
    keys: Keys,
) -> Option<Node> {
    let value = match function {
        "Ref" => return reference(evaluator, node, argument),
        "Fn::If" => return choose(evaluator, node, argument, keys),
        "Fn::GetAtt" => Err("it is known once the stack is deployed".to_owned()),
        "Fn::Sub" => substitute(evaluator, argument),
        "Fn::Join" => join(evaluator, argument),
        "Fn::Select" => return Some(evaluator.limited(select(evaluator, node, argument, keys))),
        "Fn::Split" => split(evaluator, argument),
        "Fn::FindInMap" => find_in_map(evaluator, argument, keys),
        "Fn::Base64" => text_of(evaluator, argument).and_then(|text| {
            let encoded = base64::engine::general_purpose::STANDARD.encode(text.as_bytes());
            affordable(evaluator, encoded)
        }),
        "Fn::Cidr" => cidr(evaluator, argument),
        "Fn::Length" => list_of(evaluator, argument).map(|items| {
            // A list in memory is far shorter than 2^53.
            #[expect(clippy::cast_precision_loss, reason = "a length of a list in memory")]
            Value::Number(items.len() as f64)
        }),
        "Fn::ImportValue" => Err("it is exported by another stack".to_owned()),
        "Fn::Transform" => Err("a macro does it when the stack is deployed".to_owned()),
        _ => match evaluator.truth(node) {
            Truth::Known(value) => Ok(Value::Bool(value)),
            Truth::Unknown(_) => Err("it is not known before it is deployed".to_owned()),
        },
    };
    let value = value.unwrap_or_else(|why| unknown(node, &why));
    Some(evaluator.limited(node.with(value)))
}

/// A value that is not known: the expression, and why.
fn unknown(node: &Node, why: &str) -> Value {
    let expression = shown_expression(node);
    // The reason of an inner expression names that one already.
    Value::Unknown(if why.starts_with('`') { why.to_owned() } else { format!("`{expression}`: {why}") })
}

fn affordable(evaluator: &Evaluator<'_>, text: String) -> Result<Value, String> {
    if evaluator.affords(text.len()) { Ok(Value::Text(text)) } else { Err("it goes beyond the limit".to_owned()) }
}

/// `Ref`: of a parameter its default, of anything else what is known when the stack is deployed.
fn reference(evaluator: &Evaluator<'_>, node: &Node, argument: &Node) -> Option<Node> {
    let name = match &argument.value {
        Value::Text(name) if name == "AWS::NoValue" => return None,
        Value::Text(name) => name,
        _ => return Some(node.with(unknown(node, "it names nothing"))),
    };
    let value = match variable(evaluator, name) {
        Ok(value) => value,
        Err(why) => unknown(node, &why),
    };
    Some(evaluator.limited(node.with(value)))
}

/// The value of a parameter.
fn variable(evaluator: &Evaluator<'_>, name: &str) -> Result<Value, String> {
    if name.starts_with("AWS::") {
        return Err(format!("`{name}` is known once the stack is deployed"));
    }
    let Some(parameter) = evaluator.template.parameters.get(name) else {
        return Err(if evaluator.template.by_name.contains_key(name) {
            "it is known once the stack is deployed".to_owned()
        } else {
            format!("the template has no parameter or resource `{name}`")
        });
    };
    let ty = parameter.text_of("Type").unwrap_or_default();
    if matches!(parameter.get("NoEcho").map(|node| &node.value), Some(Value::Bool(true)))
        || parameter.text_of("NoEcho").is_some_and(|text| text == "true")
    {
        return Err(format!("the parameter `{name}` is `NoEcho`: sensitive, and not read"));
    }
    let Some(default) = parameter.get("Default") else {
        return Err(format!("the parameter `{name}` has no default"));
    };
    if ty.starts_with("AWS::SSM::Parameter::") {
        return Err(format!("the parameter `{name}` is kept in Systems Manager"));
    }
    let written = known_text(default).map_err(|_| format!("the default of the parameter `{name}` is no text"))?;
    if ty == "CommaDelimitedList" || ty.starts_with("List<") {
        let items = written.split(',').map(|item| default.with(Value::Text(item.trim().to_owned())));
        return Ok(Value::List(items.collect()));
    }
    if ty == "Number"
        && let Ok(number) = written.trim().parse::<f64>()
        && number.is_finite()
    {
        return Ok(Value::Number(number));
    }
    Ok(match written.as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => Value::Text(written),
    })
}

/// `Fn::If`.
fn choose(evaluator: &Evaluator<'_>, node: &Node, argument: &Node, keys: Keys) -> Option<Node> {
    let [condition, yes, no] = argument.items() else {
        return Some(node.with(unknown(node, "it takes a condition and two values")));
    };
    let truth = match &condition.value {
        Value::Text(name) => evaluator.condition(name),
        _ => evaluator.truth(condition),
    };
    match truth {
        Truth::Known(true) => evaluator.value(yes, keys),
        Truth::Known(false) => evaluator.value(no, keys),
        Truth::Unknown(why) => {
            let (yes, no) = (evaluator.value(yes, keys), evaluator.value(no, keys));
            match (&yes, &no) {
                (None, None) => None,
                (Some(yes), Some(no)) if same(yes, no) => Some(yes.clone()),
                _ => {
                    let why = format!("`{}`: {why}", shown_expression(node));
                    let may_be_missing = [&yes, &no].into_iter().any(may_be_missing);
                    Some(node.with(if may_be_missing { Value::MayBeMissing(why) } else { Value::Unknown(why) }))
                }
            }
        }
    }
}

/// Whether a value takes its property away, or may do so.
fn may_be_missing(value: &Option<Node>) -> bool {
    value.as_ref().is_none_or(|node| matches!(node.value, Value::Null | Value::MayBeMissing(_)))
}

/// Whether two values are the same, wherever they stand. What is not known is like nothing.
fn same(left: &Node, right: &Node) -> bool {
    match (&left.value, &right.value) {
        (Value::Unknown(_) | Value::MayBeMissing(_), _) | (_, Value::Unknown(_) | Value::MayBeMissing(_)) => false,
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| l.0 == r.0 && same(&l.1, &r.1))
        }
        (left, right) => left == right,
    }
}

/// `Fn::Sub`: a text with `${…}` in it, or such a text and a map of values for it.
fn substitute(evaluator: &Evaluator<'_>, argument: &Node) -> Result<Value, String> {
    let (text, own) = match argument.items() {
        [text, own] => (text, Some(own)),
        _ => (argument, None),
    };
    let Value::Text(text) = &text.value else { return Err("it takes a text".to_owned()) };
    let mut out = String::new();
    for part in parts(text) {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Name(name) => {
                let value = match own.and_then(|own| own.get(name)) {
                    Some(node) => evaluator.value(node, Keys::Free).map_or(Value::Null, |node| node.value),
                    None if name.contains('.') => {
                        return Err("it is known once the stack is deployed".to_owned());
                    }
                    None => variable(evaluator, name)?,
                };
                out.push_str(&known_text(&Node { value, offset: 0 })?);
            }
        }
        if !evaluator.affords(out.len()) {
            return Err("it goes beyond the limit".to_owned());
        }
    }
    Ok(Value::Text(out))
}

/// A part of a text of `Fn::Sub`.
pub(super) enum Part<'a> {
    Text(&'a str),
    Name(&'a str),
}

/// The parts of a text: `${!x}` stands for `${x}`.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("${") {
        parts.push(Part::Text(before));
        match from.split_once('}') {
            Some((name, behind)) => {
                match name.strip_prefix('!') {
                    Some(literal) => parts.extend([Part::Text("${"), Part::Text(literal), Part::Text("}")]),
                    None => parts.push(Part::Name(name.trim())),
                }
                rest = behind;
            }
            None => {
                parts.push(Part::Text("${"));
                rest = from;
            }
        }
    }
    parts.push(Part::Text(rest));
    parts
}

fn text_of(evaluator: &Evaluator<'_>, node: &Node) -> Result<String, String> {
    let value = evaluator.value(node, Keys::Free);
    value.map_or_else(|| Err("`AWS::NoValue` stands where a text is needed".to_owned()), |node| known_text(&node))
}

fn list_of(evaluator: &Evaluator<'_>, node: &Node) -> Result<Vec<Node>, String> {
    match evaluator.value(node, Keys::Free).map(|node| node.value) {
        Some(Value::List(items)) => Ok(items),
        Some(Value::Unknown(why) | Value::MayBeMissing(why)) => Err(why),
        _ => Err("there is no list where one is needed".to_owned()),
    }
}

/// `Fn::Join`.
fn join(evaluator: &Evaluator<'_>, argument: &Node) -> Result<Value, String> {
    let [between, items] = argument.items() else { return Err("it takes a text and a list".to_owned()) };
    let between = text_of(evaluator, between)?;
    let mut texts = Vec::new();
    let mut length = 0;
    for item in list_of(evaluator, items)? {
        let text = known_text(&item)?;
        length += text.len() + between.len();
        if !evaluator.affords(length) {
            return Err("it goes beyond the limit".to_owned());
        }
        texts.push(text);
    }
    Ok(Value::Text(texts.join(&between)))
}

/// `Fn::Select`: the item, even where others are not known.
fn select(evaluator: &Evaluator<'_>, node: &Node, argument: &Node, keys: Keys) -> Node {
    let select = || -> Result<Node, String> {
        let [index, items] = argument.items() else { return Err("it takes a number and a list".to_owned()) };
        let index = text_of(evaluator, index)?.trim().parse::<usize>().map_err(|_| "its number is none".to_owned())?;
        let items = match evaluator.value(items, keys).map(|node| node.value) {
            Some(Value::List(items)) => items,
            Some(Value::Unknown(why) | Value::MayBeMissing(why)) => return Err(why),
            _ => return Err("there is no list where one is needed".to_owned()),
        };
        items.into_iter().nth(index).ok_or_else(|| "the list is shorter".to_owned())
    };
    match select() {
        // The item stands here, wherever the list is written.
        Ok(item) => node.with(item.value),
        Err(why) => node.with(unknown(node, &why)),
    }
}

/// `Fn::Split`.
fn split(evaluator: &Evaluator<'_>, argument: &Node) -> Result<Value, String> {
    let [between, text] = argument.items() else { return Err("it takes two texts".to_owned()) };
    let (between, text) = (text_of(evaluator, between)?, text_of(evaluator, text)?);
    if between.is_empty() {
        return Err("it splits at nothing".to_owned());
    }
    let items: Vec<Node> = text.split(&between).map(|item| argument.with(Value::Text(item.to_owned()))).collect();
    // A list is larger than the text that it was.
    if evaluator.affords(items.len() * 32) {
        Ok(Value::List(items.into_iter().map(|item| evaluator.limited(item)).collect()))
    } else {
        Err("it goes beyond the limit".to_owned())
    }
}

/// `Fn::FindInMap`, with the default of the language extensions.
fn find_in_map(evaluator: &Evaluator<'_>, argument: &Node, keys: Keys) -> Result<Value, String> {
    let ([map, first, second], default) = match argument.items() {
        [map, first, second] => ([map, first, second], None),
        [map, first, second, rest] => ([map, first, second], rest.get("DefaultValue")),
        _ => return Err("it takes a map and two keys".to_owned()),
    };
    let (map, first, second) = (text_of(evaluator, map)?, text_of(evaluator, first)?, text_of(evaluator, second)?);
    let found = evaluator.template.mappings.get(&map).and_then(|map| map.get(&first)?.get(&second)).or(default);
    match found {
        Some(node) => Ok(evaluator.value(node, keys).map_or(Value::Null, |node| node.value)),
        None => Err("the template has no such entry".to_owned()),
    }
}

/// `Fn::Cidr` of an IPv4 block: that many blocks of that many host bits each, from its start.
fn cidr(evaluator: &Evaluator<'_>, argument: &Node) -> Result<Value, String> {
    let number = |node: &Node, most: u32| -> Result<u32, String> {
        let number = text_of(evaluator, node)?.trim().parse::<u32>().ok();
        number.filter(|number| (1..=most).contains(number)).ok_or_else(|| "its numbers are out of range".to_owned())
    };
    let (block, count, bits) = match argument.items() {
        [block, count] => (block, number(count, 256)?, 8),
        [block, count, bits] => (block, number(count, 256)?, number(bits, 32)?),
        _ => return Err("it takes a block, a count and a number of bits".to_owned()),
    };
    let block = text_of(evaluator, block)?;
    let parsed = block.split_once('/').and_then(|(address, prefix)| {
        let address: Ipv4Addr = address.parse().ok()?;
        let prefix: u32 = prefix.parse().ok().filter(|prefix| *prefix <= 32)?;
        Some((u64::from(u32::from(address)), prefix))
    });
    let Some((address, prefix)) = parsed else { return Err("only IPv4 blocks are worked out".to_owned()) };
    let size = 1_u64 << (32 - prefix);
    let start = address & !(size - 1);
    let each = 1_u64 << bits;
    if each.saturating_mul(u64::from(count)) > size {
        return Err("the block does not hold as many".to_owned());
    }
    let blocks = (0..u64::from(count)).filter_map(|index| u32::try_from(start + index * each).ok());
    let texts = blocks.map(|first| format!("{}/{}", Ipv4Addr::from(first), 32 - bits));
    Ok(Value::List(texts.map(|text| argument.with(Value::Text(text))).collect()))
}
