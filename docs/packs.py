#!/usr/bin/env python3
"""Writes the pages of the built-in packs (`docs/src/packs/`) from their controls: what each asks, and which criteria it answers to;
and the page of the vocabulary (`docs/src/vocabulary.md`) from its files: every noun with what is known of it.

    docs/packs.py          renews the pages
    docs/packs.py --check  ends with an error where a page is out of date
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKS = {
    "infrastructure": "One control for whatever cloud it is.",
    "terraform-aws": "Resources of the AWS provider, in configurations, plans and states.",
    "terraform-google": "Resources of the Google provider, in configurations, plans and states.",
    "terraform-azure": "Resources of the Azure provider, in configurations, plans and states.",
    "cloudformation": "Resources of CloudFormation templates.",
    "kubernetes": "Manifests, as they are written or as Helm and Kustomize print them.",
}
# Packs whose page shows each control with its sentences.
LONG_PACKS = {
    "soc2-ai": "SOC 2 for companies that build or run AI.",
}
VOCABULARY = ROOT / "controls" / "vocabulary"
CONTROL = re.compile(r'^control (\S+) "(.*)" \{$')
FIELD = re.compile(r'^  (cites|also|severity|because)\s+"?(.*?)"?$')


def controls(path):
    """The controls of a file, in its order: id, title and fields."""
    found = []
    for line in path.read_text().splitlines():
        if control := CONTROL.match(line):
            found.append({"id": control[1], "title": control[2], "severity": "medium"})
        elif line == "}":
            found.append(None)
        elif (field := FIELD.match(line)) and found and found[-1]:
            found[-1][field[1]] = field[2]
    return [control for control in found if control]


def page(pack, what):
    files = sorted((ROOT / "controls" / pack).glob("*.tick"))
    lines = [f"# The pack `{pack}`", "", f"{what} `tickmark check PATH --pack {pack}` runs it; `tickmark explain ID --pack {pack}` reads a", "control in plain words."]
    total = 0
    for path in files:
        # The comment at the head of a file says what its controls are about.
        head = []
        for line in path.read_text().splitlines():
            if not line.startswith("#"):
                break
            head.append(line.removeprefix("#").strip())
        lines += ["", f"## {path.stem.capitalize()}", "", " ".join(head), "", "| control | says | severity | criteria |", "|---|---|---|---|"]
        for control in controls(path):
            total += 1
            lines.append(f"| {control['id']} | **{control['title']}.** {control['because']} | {control['severity']} | {control['cites']} |")
    lines += ["", f"{total} controls."]
    return "\n".join(lines) + "\n"


class Item:
    """A definition of the vocabulary: a noun, an adjective or a relation, with the comment above it."""

    def __init__(self, kind, name, noun, text, comment, family):
        self.kind, self.name, self.noun, self.text, self.comment, self.family = kind, name, noun, text, comment, family

    def attributes(self):
        """Of a noun: name, type and meaning of each attribute, in its order."""
        body = re.sub(r"^\s*#.*$", "", self.text, flags=re.M)
        body = body[body.index("{") + 1 : body.rindex("}")]
        body = re.sub(r"\n {4,}", " ", body)  # a type that goes on in the next line
        for line in body.splitlines():
            line = re.sub(r'\s+# .*$', "", line).strip()
            if not line or line.startswith("key "):
                continue
            name, rest = line.split(None, 1)
            # What stands in quotation marks after the type says what is meant; in an enum, quoted words are the type.
            says = re.search(r'(?<![,f])(?<!ordered)  "([^"]*)"$', rest)
            kind = rest[: says.start()] if says else rest
            yield name, kind.strip(), says[1] if says else ""

    def key(self):
        found = re.search(r"^  key ([^#\n]*)", self.text, flags=re.M)
        return found[1].strip() if found else ""


def vocabulary():
    """Every definition of the vocabulary, family by family; maps are not among them."""
    items = []
    for path in sorted(VOCABULARY.glob("*.tick")):
        comment, lines = [], path.read_text().splitlines()
        start = 0
        while start < len(lines):
            line = lines[start]
            head = re.match(r"(entity|adjective|relation) (\w+)(?: for (\w+)| of (\w+))?", line)
            if line.startswith("#"):
                comment.append(line.lstrip("# ").rstrip())
            elif not head:
                comment = []
            if head:
                end = start + 1
                while end < len(lines) and (lines[end].startswith(" ") or lines[end] == "}"):
                    end += 1
                text = "\n".join(lines[start:end])
                said = "" if head[1] == "entity" else " ".join(comment)
                items.append(Item(head[1], head[2], head[3] or head[4], text, said, path.stem))
                comment, start = [], end
            else:
                start += 1
    return items


def cell(text):
    """A text that stands in a cell of a table."""
    return text.replace("|", "\\|")


def vocabulary_page(items):
    nouns = [item for item in items if item.kind == "entity"]
    lines = ["# The vocabulary", ""]
    lines += [f"The library's {len(nouns)} nouns, family by family, as `controls/vocabulary/` has them; this page is written from there. Raw nouns of exports", "are [mapped](maps.md) to them, and registers may speak of them directly. A file of your own may declare a noun anew, and may define", "an adjective or relation anew: yours is taken instead. The nouns [about the checking itself](nouns.md#nouns-about-the-checking-itself)", "(`source`, `control`, `criterion`, `verdict`, `exception`) are not here: nobody supplies them.", ""]
    lines += ["| noun | is |", "|---|---|"]
    for noun in sorted(nouns, key=lambda noun: noun.name):
        lines.append(f"| [{noun.name}](#{noun.name}) | {cell(title(noun))} |")
    family = None
    for noun in nouns:
        if noun.family != family:
            family = noun.family
            head = (VOCABULARY / f"{family}.tick").read_text().splitlines()[0].lstrip("# ")
            lines += ["", f"## {family.capitalize()}", "", head]
        lines += ["", f"### {noun.name}", "", title(noun) + ("." if noun.key() == "" else f". Known by `{noun.key()}`.")]
        lines += ["", "| attribute | type | says |", "|---|---|---|"]
        lines += [f"| `{name}` | {cell(kind)} | {cell(says)} |" for name, kind, says in noun.attributes()]
        for kind, word in (("adjective", "Adjectives"), ("relation", "Relations")):
            defined = [item for item in items if item.kind == kind and item.noun == noun.name]
            if defined:
                lines += ["", f"{word}:", ""]
                for item in defined:
                    meaning = re.sub(r"\s+", " ", item.text.split(":", 1)[1]).strip()
                    lines.append(f"- **{item.name}** `{meaning}`" + (f" — {item.comment}" if item.comment else ""))
    return "\n".join(lines) + "\n"


def title(noun):
    return re.search(r'"([^"]*)" \{', noun.text)[1]


def sentences(path):
    """The sentences of each control of a file, as they stand there but for their messages."""
    found, current = {}, None
    for line in path.read_text().splitlines():
        if control := CONTROL.match(line):
            current = found.setdefault(control[1], [])
        elif line == "}":
            current = None
        elif current is not None and line.strip() and not re.match(r"  (cites|also|severity|owner|because|fix|tags|applies when)\s", line):
            if not line.startswith("    otherwise"):
                current.append(line.removeprefix("  "))
    return found


def reads(text, items):
    """The nouns that sentences look at, by way of the adjectives and relations that they use, in the order of the alphabet."""
    nouns = {item.name: item for item in items if item.kind == "entity"}
    defined = [item for item in items if item.kind != "entity"]
    known, seen = set(), set()
    words = set(re.findall(r"[a-z_]+", re.sub(r'"[^"]*"', "", text)))
    while True:
        spoken = {word[:-1] for word in words if word.endswith("s")} | words
        more = {noun for noun in nouns if noun in spoken}
        for noun in known | more:
            for name, kind, _ in nouns[noun].attributes():
                to = re.search(r"(?:one|many) (\w+)$", kind)
                if to and to[1] in nouns and name in words | {word + "s" for word in words}:
                    more.add(to[1])
        for item in defined:
            if item.name in spoken and item not in seen and (item.noun in known | more):
                seen.add(item)
                words |= set(re.findall(r"[a-z_]+", re.sub(r'"[^"]*"', "", item.text)))
        # A word that is a plain attribute of a noun at hand is not the noun of that name.
        plain = {name for noun in known | more for name, kind, _ in nouns[noun].attributes() if not re.search(r"(one|many) \w+$", kind)}
        more -= plain
        if more <= known and not (words - spoken):
            return sorted(known)
        known |= more


def long_page(pack, what, items):
    """The page of a pack whose controls are read one by one, rather than looked up."""
    lines = [f"# The pack `{pack}`", "", f"{what} `tickmark check PATH --pack {pack}` runs it, over a period with", f"`--period FROM..TO`; `tickmark explain ID --pack {pack}` reads a control with every word that it uses. What the nouns mean is told by", "the [vocabulary](../vocabulary.md)."]
    total = 0
    for path in sorted((ROOT / "controls" / pack).glob("*.tick")):
        said = sentences(path)
        lines += ["", f"## {path.stem.replace('-', ', ').capitalize()}", "", path.read_text().splitlines()[0].lstrip("# ")]
        for control in controls(path):
            total += 1
            text = "\n".join(said[control["id"]])
            also = f"; others file it under {control['also']} too" if "also" in control else ""
            lines += ["", f"### {control['id']} {control['title']}", "", control["because"], "", "```text", text, "```", ""]
            lines += [f"- answers to {control['cites']}{also}", f"- severity {control['severity']}"]
            lines += [f"- looks at {', '.join(f'[{noun}](../vocabulary.md#{noun})' for noun in reads(text, items))}"]
    lines += ["", f"{total} controls."]
    return "\n".join(lines) + "\n"


def main():
    late = []
    items = vocabulary()
    pages = {f"packs/{pack}.md": page(pack, what) for pack, what in PACKS.items()}
    pages |= {f"packs/{pack}.md": long_page(pack, what, items) for pack, what in LONG_PACKS.items()}
    pages["vocabulary.md"] = vocabulary_page(items)
    for name, text in pages.items():
        path = ROOT / "docs" / "src" / name
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text() != text:
                late.append(str(path.relative_to(ROOT)))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    for path in late:
        print(f"{path} is out of date: run docs/packs.py")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
