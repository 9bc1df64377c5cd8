//! The tree as S-expressions without spans: equal prints mean equal trees.

use std::fmt::Write;

use crate::ast::{
    Action, Argument, AttributeDecl, ClosureKind, Control, Domain, Entity, Exception, ExceptionSubject, Expr, ExprKind,
    FieldKind, File, Filter, FilterKind, GivenKind, Item, Map, Name, Object, Period, PeriodKind, Phrase, Predicate,
    PredicateKind, Quantifier, QuantifierKind, Relation, RelationBody, Sentence, Template, TemplatePart, Test, Text,
    TypeExpr, TypeKind,
};

/// The tree of a file without its spans, an item a line. Parentheses of the text are kept as `(paren …)`.
#[must_use]
pub fn debug_tree(file: &File) -> String {
    let mut lines = String::new();
    if let Some(pack) = &file.pack {
        let _ = writeln!(lines, "{}", list("pack", [name(&pack.name), title(pack.title.as_ref())]));
    }
    for each in &file.items {
        lines.push_str(&item(each));
        lines.push('\n');
    }
    lines
}

/// `(head a b)`, empty parts left out.
fn list(head: &str, parts: impl IntoIterator<Item = String>) -> String {
    let mut text = format!("({head}");
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        text.push(' ');
        text.push_str(&part);
    }
    text.push(')');
    text
}

fn item(item: &Item) -> String {
    match item {
        Item::Param(param) => list("param", [name(&param.name), expr(&param.value), title(param.doc.as_ref())]),
        Item::Entity(each) => entity(each),
        Item::Adjective(each) => list(
            "adjective",
            [name(&each.name), name(&each.noun), optional_name(each.binder.as_ref()), expr(&each.condition)],
        ),
        Item::Relation(each) => relation(each),
        Item::Map(each) => map(each),
        Item::Capability(each) => list(
            "capability",
            [name(&each.name), title(each.title.as_ref())].into_iter().chain(each.actions.iter().map(text)),
        ),
        Item::Control(each) => control(each),
        Item::Exception(each) => exception(each),
        Item::Test(each) => test(each),
    }
}

fn name(name: &Name) -> String {
    name.text.to_string()
}

fn optional_name(given: Option<&Name>) -> String {
    given.map_or(String::new(), |each| format!("@{}", name(each)))
}

fn text(text: &Text) -> String {
    format!("{:?}", text.text)
}

fn title(given: Option<&Text>) -> String {
    given.map_or(String::new(), text)
}

fn entity(entity: &Entity) -> String {
    let key = if entity.key.is_empty() { String::new() } else { list("key", entity.key.iter().map(name)) };
    let head = [name(&entity.name), title(entity.doc.as_ref()), key];
    list("entity", head.into_iter().chain(entity.attributes.iter().map(attribute)))
}

fn attribute(each: &AttributeDecl) -> String {
    let event = if each.event { "event" } else { "" };
    let optional = if each.optional { "optional" } else { "" };
    list(&each.name.text, [event.to_owned(), optional.to_owned(), type_expr(&each.ty), title(each.doc.as_ref())])
}

fn type_expr(ty: &TypeExpr) -> String {
    match &ty.kind {
        TypeKind::Text => "text".to_owned(),
        TypeKind::Number => "number".to_owned(),
        TypeKind::Bool => "bool".to_owned(),
        TypeKind::Time => "time".to_owned(),
        TypeKind::Duration => "duration".to_owned(),
        TypeKind::Any => "any".to_owned(),
        TypeKind::OneOf(values) => list("one-of", values.iter().map(text)),
        TypeKind::Ordered(values) => list("ordered", values.iter().map(text)),
        TypeKind::List(inner) => list("list", [type_expr(inner)]),
        TypeKind::Map(inner) => list("map", [type_expr(inner)]),
        TypeKind::Record(attributes) => list("record", attributes.iter().map(attribute)),
        TypeKind::One(noun) => list("one", [name(noun)]),
        TypeKind::Many(noun) => list("many", [name(noun)]),
    }
}

fn relation(each: &Relation) -> String {
    let body = match &each.body {
        RelationBody::Phrase(body) => phrase(body),
        RelationBody::Path(path) => list("path", [expr(path)]),
    };
    list("relation", [name(&each.name), name(&each.noun), optional_name(each.binder.as_ref()), body])
}

fn map(each: &Map) -> String {
    let child_of =
        each.child_of.as_ref().map_or(String::new(), |parent| list("of", [name(&parent.noun), name(&parent.binder)]));
    let assignments =
        each.assignments.iter().map(|assignment| list("=", [name(&assignment.name), expr(&assignment.value)]));
    list("map", [phrase(&each.from), name(&each.to), child_of].into_iter().chain(assignments))
}

fn control(each: &Control) -> String {
    let fields = each.fields.iter().map(|each| field(&each.kind));
    let sentences = each.sentences.iter().map(|each| {
        let message = each.otherwise.as_ref().map_or(String::new(), |message| list("otherwise", [template(message)]));
        list("says", [sentence(&each.sentence), message])
    });
    list("control", [name(&each.id), title(each.title.as_ref())].into_iter().chain(fields).chain(sentences))
}

fn field(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Cites(ids) => list("cites", ids.iter().map(name)),
        FieldKind::Also(ids) => list("also", ids.iter().map(name)),
        FieldKind::Severity(word) => list("severity", [name(word)]),
        FieldKind::Owner(owner) => list("owner", [text(owner)]),
        FieldKind::Because(reason) => list("because", [text(reason)]),
        FieldKind::Fix(fix) => list("fix", [text(fix)]),
        FieldKind::Tags(tags) => list("tags", tags.iter().map(text)),
        FieldKind::AppliesWhen(condition) => list("applies-when", [expr(condition)]),
    }
}

fn exception(each: &Exception) -> String {
    let subject = match &each.subject {
        ExceptionSubject::Record(noun, id) => list("record", [name(noun), text(id)]),
        ExceptionSubject::Phrase(subject) => phrase(subject),
    };
    let field = |head: &str, value: Option<&Text>| value.map_or(String::new(), |value| list(head, [text(value)]));
    list(
        "exception",
        [
            name(&each.control),
            subject,
            field("reason", each.reason.as_ref()),
            field("owner", each.owner.as_ref()),
            field("approved_by", each.approved_by.as_ref()),
            field("expires", each.expires.as_ref()),
        ],
    )
}

fn test(each: &Test) -> String {
    let as_of = each.as_of.as_ref().map_or(String::new(), |date| list("as-of", [date.text.to_string()]));
    let period = each
        .period
        .as_ref()
        .map_or(String::new(), |(from, to)| list("period", [from.text.to_string(), to.text.to_string()]));
    let given = each.given.iter().map(|given| {
        list("given", [name(&given.noun), title(given.id.as_ref())].into_iter().chain(record(&given.record)))
    });
    let expect = each.expect.iter().map(|expect| {
        let subject = expect.subject.as_ref().map_or(String::new(), |(noun, id)| list("for", [name(noun), text(id)]));
        list("expect", [name(&expect.verdict), subject])
    });
    list("test", [name(&each.control), title(each.name.as_ref()), as_of, period].into_iter().chain(given).chain(expect))
}

fn record(entries: &[(Name, crate::ast::GivenValue)]) -> Vec<String> {
    entries.iter().map(|(key, value)| list(":", [format!("{:?}", key.text), given_kind(&value.kind)])).collect()
}

fn given_kind(kind: &GivenKind) -> String {
    match kind {
        GivenKind::Null => "null".to_owned(),
        GivenKind::Unknown => "unknown".to_owned(),
        GivenKind::Bool(value) => value.to_string(),
        GivenKind::Number(number) => number.to_string(),
        GivenKind::Duration(number, unit) => format!("{number}-{unit:?}").to_lowercase(),
        GivenKind::Time(time) => time.to_string(),
        GivenKind::Text(text) => format!("{text:?}"),
        GivenKind::List(values) => list("list", values.iter().map(|value| given_kind(&value.kind))),
        GivenKind::Record(entries) => list("record", record(entries)),
    }
}

fn sentence(sentence: &Sentence) -> String {
    let said = sentence.predicate.as_ref().map_or(String::new(), predicate);
    list(&quantifier(&sentence.quantifier), [phrase(&sentence.phrase), said])
}

fn quantifier(quantifier: &Quantifier) -> String {
    match &quantifier.kind {
        QuantifierKind::Every => "every".to_owned(),
        QuantifierKind::No => "no".to_owned(),
        QuantifierKind::Some => "some".to_owned(),
        QuantifierKind::AtLeast(count) => format!("at-least {}", expr(count)),
        QuantifierKind::AtMost(count) => format!("at-most {}", expr(count)),
        QuantifierKind::Exactly(count) => format!("exactly {}", expr(count)),
    }
}

fn phrase(phrase: &Phrase) -> String {
    let words: Vec<&str> = phrase.article.iter().chain(&phrase.words).map(|word| word.text.as_str()).collect();
    let domain = match &phrase.domain {
        None => String::new(),
        Some(Domain::Of(inner)) => list("of", [self::phrase(inner)]),
        Some(Domain::In(path)) => list("in", [expr(path)]),
        Some(Domain::All(_)) => "in-all".to_owned(),
    };
    let words = format!("<{}>", words.join(" "));
    if phrase.domain.is_none() && phrase.filters.is_empty() {
        return words;
    }
    list("phrase", [words, domain].into_iter().chain(phrase.filters.iter().map(filter)))
}

fn filter(filter: &Filter) -> String {
    match &filter.kind {
        FilterKind::Where(condition) => list("where", [expr(condition)]),
        FilterKind::That(said) => list("that", [predicate(said)]),
        FilterKind::Before(time) => list("before", [expr(time)]),
        FilterKind::After(time) => list("after", [expr(time)]),
        FilterKind::Within(duration, None) => list("within", [expr(duration)]),
        FilterKind::Within(duration, Some((side, time))) => {
            list("within", [expr(duration), format!("{side:?}").to_lowercase(), expr(time)])
        }
        FilterKind::During(span) => list("during", [period(span)]),
        FilterKind::AtLeastEvery(duration, span) => {
            list("at-least-every", [expr(duration), span.as_ref().map_or(String::new(), period)])
        }
        FilterKind::InEach(unit, span) => {
            list("in-each", [format!("{unit:?}").to_lowercase(), span.as_ref().map_or(String::new(), period)])
        }
    }
}

fn period(period: &Period) -> String {
    match &period.kind {
        PeriodKind::Given => "$period".to_owned(),
        PeriodKind::Range(from, to) => list("to", [expr(from), expr(to)]),
    }
}

fn predicate(predicate: &Predicate) -> String {
    let parts: Vec<String> = predicate.parts.iter().map(|part| predicate_kind(&part.kind)).collect();
    parts.join(" & ")
}

fn predicate_kind(kind: &PredicateKind) -> String {
    match kind {
        PredicateKind::Has(objects) => list("has", objects.iter().map(object)),
        PredicateKind::Is(words) => {
            list("is", words.iter().map(|word| format!("{}{}", if word.not { "!" } else { "" }, word.adjective.text)))
        }
        PredicateKind::IsMissing { not: false } => "(is-missing)".to_owned(),
        PredicateKind::IsMissing { not: true } => "(is-not-missing)".to_owned(),
        PredicateKind::Can { not, action, on } => {
            let action = match action {
                Action::Capability(capability) => name(capability),
                Action::Literal(literal) => text(literal),
            };
            let on = on.as_ref().map_or(String::new(), |on| list("on", [phrase(on)]));
            list(if *not { "cannot" } else { "can" }, [action, on])
        }
        PredicateKind::Condition(condition) => list(":", [expr(condition)]),
    }
}

fn object(object: &Object) -> String {
    match &object.quantifier {
        Some(each) => list(&quantifier(each), [phrase(&object.phrase)]),
        None => phrase(&object.phrase),
    }
}

fn expr(value: &Expr) -> String {
    match &value.kind {
        ExprKind::Number(number) => number.to_string(),
        ExprKind::Duration(number, unit) => format!("{number}-{unit:?}").to_lowercase(),
        ExprKind::Time(time) => time.to_string(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Text(text) => template(text),
        ExprKind::Regex(pattern) => list("regex", [format!("{pattern:?}")]),
        ExprKind::List(values) => list("list", values.iter().map(expr)),
        ExprKind::Word(word) => word.to_string(),
        ExprKind::Param(name) => format!("${name}"),
        ExprKind::Member(base, member) => list(".", [expr(base), name(member)]),
        ExprKind::Index(base, key) => list("index", [expr(base), expr(key)]),
        ExprKind::Closure(base, ClosureKind::ZeroOrMore) => list("closure*", [expr(base)]),
        ExprKind::Closure(base, ClosureKind::OneOrMore) => list("closure+", [expr(base)]),
        ExprKind::Call(function, arguments) => {
            list("call", [name(function)].into_iter().chain(arguments.iter().map(argument)))
        }
        ExprKind::Negate(inner) => list("negate", [expr(inner)]),
        ExprKind::Binary(op, left, right) => list(&format!("{op:?}").to_lowercase(), [expr(left), expr(right)]),
        ExprKind::Not(inner) => list("not", [expr(inner)]),
        ExprKind::Exists(inner) => list("exists", [expr(inner)]),
        ExprKind::If(condition, then, otherwise) => list("if", [expr(condition), expr(then), expr(otherwise)]),
        ExprKind::Predicate(path, said) => list("subject", [expr(path), predicate(said)]),
        ExprKind::Sentence(nested) => sentence(nested),
        ExprKind::Paren(inner) => list("paren", [expr(inner)]),
    }
}

fn argument(argument: &Argument) -> String {
    match argument {
        Argument::Expr(value) => expr(value),
        Argument::Phrase(noun) => list("noun", [phrase(noun)]),
        Argument::FilteredPath(path, filters) => {
            list("filtered", [expr(path)].into_iter().chain(filters.iter().map(filter)))
        }
    }
}

fn template(template: &Template) -> String {
    let parts: Vec<String> = template
        .parts
        .iter()
        .map(|part| match part {
            TemplatePart::Text(text) => format!("{text:?}"),
            TemplatePart::Hole(hole) => list("hole", [expr(hole)]),
        })
        .collect();
    match parts.as_slice() {
        [] => "\"\"".to_owned(),
        [one] if matches!(template.parts.first(), Some(TemplatePart::Text(_))) => one.clone(),
        _ => list("template", parts),
    }
}
