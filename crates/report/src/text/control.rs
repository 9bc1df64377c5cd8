//! One control on the page: its heading, its subjects, and what to do about them.

use tickmark_results::{ControlResult, EvidenceKind, SubjectResult, Verdict};

use super::{Page, signs, tree};
use crate::clean;
use crate::excerpt::{Mark, excerpt, value_span};
use crate::style::{Paint, columns, grouped, wrap};

/// How many lines of facts are shown of one subject.
const EXCERPT_MARKS: usize = 3;

/// How many missing values are told of one subject.
const MISSING: usize = 3;

/// The subjects of a control that did not pass, worst first.
pub(super) fn block(control: &ControlResult, page: &Page<'_>) -> String {
    let mut out = heading(control, page);
    let many = control
        .subjects
        .iter()
        .any(|subject| control.subjects.first().is_some_and(|first| first.sentence != subject.sentence));
    for verdict in [Verdict::Fail, Verdict::Unknown, Verdict::Pending, Verdict::Excepted] {
        let subjects: Vec<&SubjectResult> =
            control.subjects.iter().filter(|subject| subject.verdict == verdict).collect();
        let shown = if page.options.verbose { subjects.len() } else { page.options.subjects.min(subjects.len()) };
        let mut told = "";
        for subject in subjects.iter().take(shown) {
            // Failures are shown with their facts and need air; the others are lines of a list.
            if verdict == Verdict::Fail || subjects.first().is_some_and(|first| std::ptr::eq(*first, *subject)) {
                out.push('\n');
            }
            let with_sentence = page.options.verbose || many && verdict == Verdict::Fail && subject.sentence != told;
            out.push_str(&one(subject, with_sentence, page));
            told = subject.sentence.as_str();
        }
        if shown < subjects.len() {
            let more = grouped((subjects.len() - shown) as u64);
            let word = verdict.word();
            let text = format!(
                "… and {more} more {word} (`tickmark explain {}`, or `--format json`, lists all)",
                clean(&control.id)
            );
            out.push_str(if verdict == Verdict::Fail { "\n" } else { "" });
            for line in wrap(&text, page.style().fit().saturating_sub(2)) {
                out.push_str(&format!("  {}\n", page.style().paint(Paint::Faint, &line)));
            }
        }
    }
    if let Some(fix) = fix(control, page) {
        out.push('\n');
        out.push_str(&fix);
    }
    out
}

/// Status, id, title, severity; then why, and the criteria by their titles.
pub(super) fn heading(control: &ControlResult, page: &Page<'_>) -> String {
    let style = page.style();
    let sign = signs::of_status(control.status);
    let status = format!("{} {}", sign.mark, sign.word.to_uppercase());
    let id = clean(&control.id);
    let severity = control.severity.word();
    let painted =
        signs::of_severity(control.severity).map_or_else(|| severity.to_owned(), |paint| style.paint(paint, severity));
    let width = style.fit().saturating_sub(columns(&status) + columns(&id) + 4);
    let suffix = format!("({severity})");
    let mut out = format!("{}  {}  ", style.paint_strong(sign.paint, &status), style.paint(Paint::Strong, &id));
    // The severity is one word and so ends the last line.
    for (index, line) in wrap(&format!("{} {suffix}", clean(&control.title)), width).iter().enumerate() {
        let (title, suffix) = match line.strip_suffix(&suffix) {
            Some(title) => {
                (title.trim_end(), if title.is_empty() { format!("({painted})") } else { format!(" ({painted})") })
            }
            None => (line.as_str(), String::new()),
        };
        let indent = if index == 0 { "" } else { "  " };
        out.push_str(&format!("{indent}{}{suffix}\n", style.paint(Paint::Strong, title)));
    }
    out.push_str(&lines("", &clean(&control.reason), page));
    let titled = |cite: &String| match tickmark_catalog::find(cite) {
        Some(criterion) => format!("{} {}", clean(cite), criterion.title),
        None => clean(cite).into_owned(),
    };
    for (index, cite) in control.cites.iter().enumerate() {
        out.push_str(&lines(if index == 0 { "cites" } else { " " }, &titled(cite), page));
    }
    if page.options.verbose && !control.also.is_empty() {
        for (index, cite) in control.also.iter().enumerate() {
            out.push_str(&lines(if index == 0 { "also" } else { " " }, &titled(cite), page));
        }
    }
    if let Some(owner) = &control.owner {
        out.push_str(&lines("owner", &clean(owner), page));
    }
    if let Some(because) = control.because.as_ref().filter(|_| page.options.verbose) {
        out.push_str(&lines("why", &clean(because), page));
    }
    out
}

/// What to do about it.
pub(super) fn fix(control: &ControlResult, page: &Page<'_>) -> Option<String> {
    control.fix.as_ref().map(|fix| lines("fix", &clean(fix), page))
}

/// A name and a text that wraps beside it; without a name, a line of its own.
pub(super) fn lines(name: &str, text: &str, page: &Page<'_>) -> String {
    let style = page.style();
    let (head, hanging) = if name.is_empty() {
        ("  ".to_owned(), "  ".to_owned())
    } else {
        (style.paint(Paint::Faint, &format!("  {name:<6}")), " ".repeat(8))
    };
    let mut out = String::new();
    for (index, line) in wrap(text, style.fit().saturating_sub(hanging.len())).into_iter().enumerate() {
        out.push_str(&format!("{}{line}\n", if index == 0 { &head } else { &hanging }));
    }
    out
}

/// One subject: a failure with its facts and its explanation, anything else in a line or two.
fn one(subject: &SubjectResult, with_sentence: bool, page: &Page<'_>) -> String {
    let mut out = headline(subject, page);
    if with_sentence {
        out.push_str(&sentence(subject, page));
    }
    match subject.verdict {
        Verdict::Fail => {
            out.push_str(&facts(subject, page));
            push_tree(subject, &mut out, page);
        }
        Verdict::Unknown if page.options.verbose => push_tree(subject, &mut out, page),
        Verdict::Unknown => out.push_str(&missing(subject, page)),
        Verdict::Pending | Verdict::Excepted | Verdict::Pass => {}
    }
    out
}

/// Everything about one subject, whatever its verdict.
pub(super) fn proof(subject: &SubjectResult, page: &Page<'_>) -> String {
    let mut out = headline(subject, page);
    out.push_str(&sentence(subject, page));
    out.push_str(&facts(subject, page));
    push_tree(subject, &mut out, page);
    out
}

fn push_tree(subject: &SubjectResult, out: &mut String, page: &Page<'_>) {
    for line in tree::tree(&subject.because, 4, page) {
        out.push_str(&line);
        out.push('\n');
    }
}

/// Mark, verdict where the mark is not enough, noun and id, message.
fn headline(subject: &SubjectResult, page: &Page<'_>) -> String {
    let style = page.style();
    let sign = signs::of_verdict(subject.verdict);
    let name = match (subject.noun.is_empty(), subject.id.as_str()) {
        (true, "*") => "the whole".to_owned(),
        (true, id) => clean(id).into_owned(),
        (false, id) => format!("{} {}", clean(&subject.noun), clean(id)),
    };
    let mark = format!("{} {}", sign.mark, sign.word);
    let message = clean(&subject.message);
    // A message that names the subject itself needs no name before it.
    let named = !subject.id.is_empty() && subject.id != "*" && message.contains(&*clean(&subject.id));
    let text = match (message.is_empty(), named) {
        (true, _) => name.clone(),
        (false, true) => message.into_owned(),
        (false, false) => format!("{name}: {message}"),
    };
    let wrapped = wrap(&text, style.fit().saturating_sub(4 + mark.len()));
    let mut out = String::new();
    for (index, line) in wrapped.into_iter().enumerate() {
        if index == 0 {
            // The name is painted where it was not broken.
            let line = match line.strip_prefix(&name) {
                Some(rest) => format!("{}{rest}", style.paint(Paint::Strong, &name)),
                None => line,
            };
            out.push_str(&format!("  {}  {line}\n", style.paint(sign.paint, &mark)));
        } else {
            out.push_str(&format!("    {line}\n"));
        }
    }
    out
}

/// The sentence that gave the verdict, on one line.
fn sentence(subject: &SubjectResult, page: &Page<'_>) -> String {
    let style = page.style();
    let words: Vec<&str> = subject.sentence.split_whitespace().collect();
    let text = format!("`{}`", words.join(" "));
    wrap(&clean(&text), style.fit().saturating_sub(4))
        .into_iter()
        .map(|line| format!("    {}\n", style.paint(Paint::Faint, &line)))
        .collect()
}

/// The lines of facts: the values that decided, where they stand in the subject's file; else the subject itself.
fn facts(subject: &SubjectResult, page: &Page<'_>) -> String {
    let Some(place) = subject.place else { return String::new() };
    let style = page.style();
    let paint = signs::of_verdict(subject.verdict).paint;
    let decided = [EvidenceKind::Value, EvidenceKind::Missing];
    let mut marks: Vec<Mark> = Vec::new();
    for at in tree::leaves(&subject.because, &decided).into_iter().filter_map(|one| one.place) {
        let span = value_span(page.places.bytes(place.file), at);
        let known = marks.iter().any(|mark| mark.span == span);
        if at.file == place.file && !known && marks.len() < EXCERPT_MARKS {
            marks.push(Mark { span, text: String::new(), paint });
        }
    }
    if marks.is_empty() {
        let span = value_span(page.places.bytes(place.file), place);
        marks.push(Mark { span, text: String::new(), paint });
    }
    let at = style.paint(Paint::Faint, &format!("→ {}", page.places.describe(place)));
    format!("    {at}\n{}", excerpt(&marks, place.file, &page.places, style, 3))
}

/// What was missing, each with its place; what the explanation begins with where nothing is.
fn missing(subject: &SubjectResult, page: &Page<'_>) -> String {
    let style = page.style();
    let mut reasons = tree::leaves(&subject.because, &[EvidenceKind::Missing]);
    if reasons.is_empty() {
        reasons = subject.because.iter().collect();
    }
    let mut out = String::new();
    // Of a contradiction, also where its values stand.
    let told = reasons.iter().take(MISSING).flat_map(|reason| {
        let values = reason.children.iter().filter(|child| child.kind == EvidenceKind::Value && child.place.is_some());
        std::iter::once(*reason).chain(values)
    });
    for reason in told {
        let width = style.fit().saturating_sub(6);
        for (index, line) in
            tree::with_place(&clean(&reason.text), None, reason.place, width, page).into_iter().enumerate()
        {
            out.push_str(&format!("    {}{line}\n", if index == 0 { "· " } else { "  " }));
        }
    }
    if reasons.len() > MISSING {
        let text = format!("    · {} more values", grouped((reasons.len() - MISSING) as u64));
        out.push_str(&format!("{}\n", style.paint(Paint::Faint, &text)));
    }
    out
}
