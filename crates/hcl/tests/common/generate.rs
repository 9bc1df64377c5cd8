//! Expressions made up by chance, of a type each, so that most of them mean something.

/// A generator of numbers that gives the same each time (SplitMix64).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    pub(crate) fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }
}

const TEXTS: [&str; 30] = [
    "",
    "a",
    "b",
    "hello",
    "Hello World",
    "foo-bar_baz",
    "  padded ",
    "x,y,z",
    "line one\\nline two\\n",
    "10.0.0.0/16",
    "déjà vu",
    "e\u{301}cole",
    "日本語",
    "<&>",
    "quote\\\"d",
    "back\\\\slash",
    "tab\\there",
    "$${not} %%{this}",
    "true",
    "12",
    "-3.5",
    "1e3",
    "null",
    "2024-02-29T23:59:58Z",
    "2023-12-31T10:20:30-05:00",
    "{\\\"k\\\": [1, \\\"v\\\"]}",
    "aGVsbG8=",
    "👍🏽 ok",
    "k1",
    "k2",
];
const NUMBERS: [&str; 20] = [
    "0",
    "1",
    "-1",
    "2",
    "3",
    "7",
    "10",
    "16",
    "255",
    "1024",
    "0.5",
    "-2.25",
    "1.1",
    "3.14159",
    "100000",
    "1000000",
    "9007199254740993",
    "12345678901234567890123",
    "1e10",
    "0.000001",
];

/// The type of an expression to make.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Text,
    Number,
    Bool,
    Texts,
    Numbers,
    TextSet,
    TextMap,
    Object,
    Any,
}

pub(crate) struct Maker<'c> {
    pub(crate) chance: &'c mut Chance,
    /// Names that can be spoken of, with their types.
    pub(crate) names: Vec<(String, Kind)>,
    fresh: u32,
}

impl<'c> Maker<'c> {
    pub(crate) fn new(chance: &'c mut Chance) -> Self {
        Maker { chance, names: Vec::new(), fresh: 0 }
    }

    fn fresh(&mut self) -> String {
        self.fresh += 1;
        format!("v{}", self.fresh)
    }

    pub(crate) fn expression(&mut self, kind: Kind, depth: u32) -> String {
        let known: Vec<String> =
            self.names.iter().filter(|(_, of)| *of == kind).map(|(name, _)| name.clone()).collect();
        if !known.is_empty() && self.chance.below(4) == 0 {
            return known[usize::try_from(self.chance.below(known.len() as u64)).unwrap()].clone();
        }
        if depth == 0 {
            return self.leaf(kind);
        }
        match self.chance.below(12) {
            0 => {
                let condition = self.expression(Kind::Bool, depth - 1);
                let (a, b) = (self.expression(kind, depth - 1), self.expression(kind, depth - 1));
                format!("({condition} ? {a} : {b})")
            }
            1 => {
                let wild = self.expression(Kind::Any, depth - 1);
                let sure = self.expression(kind, depth - 1);
                format!("try({}, {sure})", self.bend(&wild))
            }
            _ => match kind {
                Kind::Text => self.text(depth - 1),
                Kind::Number => self.number(depth - 1),
                Kind::Bool => self.truth(depth - 1),
                Kind::Texts => self.texts(depth - 1),
                Kind::Numbers => self.numbers(depth - 1),
                Kind::TextSet => self.text_set(depth - 1),
                Kind::TextMap => self.text_map(depth - 1),
                Kind::Object => self.object(depth - 1),
                Kind::Any => self.any(depth - 1),
            },
        }
    }

    /// An expression that may well be refused.
    fn bend(&mut self, expression: &str) -> String {
        match self.chance.below(5) {
            0 => format!("{expression}.nothing"),
            1 => format!("{expression}[0]"),
            2 => format!("tonumber({expression})"),
            3 => format!("{expression}[\"a\"]"),
            _ => format!("tolist({expression})"),
        }
    }

    fn leaf(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Text => format!("\"{}\"", self.chance.one(&TEXTS)),
            Kind::Number => self.chance.one(&NUMBERS).to_owned(),
            Kind::Bool => self.chance.one(&["true", "false"]).to_owned(),
            Kind::Texts => self.list(Kind::Text),
            Kind::Numbers => self.list(Kind::Number),
            Kind::TextSet => format!("toset({})", self.list(Kind::Text)),
            Kind::TextMap => {
                let count = self.chance.below(4);
                let entries: Vec<String> =
                    (0..count).map(|index| format!("\"k{index}\" = {}", self.leaf(Kind::Text))).collect();
                format!("tomap({{{}}})", entries.join(", "))
            }
            Kind::Object => {
                let (a, b, c) = (self.leaf(Kind::Text), self.leaf(Kind::Number), self.leaf(Kind::Bool));
                format!("{{a = {a}, b = {b}, \"c d\" = {c}}}")
            }
            Kind::Any => {
                let kind = [Kind::Text, Kind::Number, Kind::Bool, Kind::Texts, Kind::Object];
                let kind = kind[usize::try_from(self.chance.below(5)).unwrap()];
                self.leaf(kind)
            }
        }
    }

    fn list(&mut self, of: Kind) -> String {
        // Terraform types the elements of empty lists, we do not: few of them.
        let count = if self.chance.below(40) == 0 { 0 } else { 1 + self.chance.below(4) };
        let items: Vec<String> = (0..count).map(|_| self.leaf(of)).collect();
        format!("[{}]", items.join(", "))
    }

    fn e(&mut self, kind: Kind, depth: u32) -> String {
        self.expression(kind, depth)
    }

    fn small(&mut self) -> String {
        self.chance.one(&["0", "1", "2", "3", "-1", "5"]).to_owned()
    }

    fn text(&mut self, depth: u32) -> String {
        let text = self.e(Kind::Text, depth);
        let other = self.e(Kind::Text, depth);
        let number = self.e(Kind::Number, depth);
        let list = self.e(Kind::Texts, depth);
        let any = self.e(Kind::Any, depth);
        let small = self.small();
        match self.chance.below(44) {
            0 => format!("\"<${{{text}}}|${{{number}}}>\""),
            1 => format!("upper({text})"),
            2 => format!("lower({text})"),
            3 => format!("title({text})"),
            4 => format!("trimspace({text})"),
            5 => format!("trim({text}, {other})"),
            6 => format!("trimprefix({text}, \"h\")"),
            7 => format!("trimsuffix({text}, \"o\")"),
            8 => format!("chomp({text})"),
            9 => format!("indent({}, {text})", self.chance.below(4)),
            10 => format!("join({other}, {list})"),
            11 => format!("replace({text}, {other}, \"_\")"),
            12 => format!("replace({text}, \"/[aeiou](.)/\", \"<$1>\")"),
            13 => format!("strrev({text})"),
            14 => format!("substr({text}, {small}, {})", self.small()),
            15 => format!("format(\"%s-%s\", {text}, {number})"),
            16 => {
                let verb = self.chance.one(&["%v", "%#v", "%5v", "%-6v", "%q", "%5s", "%-5s", "%.2s", "%05s"]);
                format!("try(format(\"[{verb}]\", {any}), \"refused\")")
            }
            17 => {
                let verb = self.chance.one(&[
                    "%d", "%5d", "%-5d", "%05d", "%+d", "% d", "%x", "%X", "%#x", "%o", "%b", "%f", "%.2f", "%8.3f",
                    "%e", "%.3e", "%g", "%.3g", "%G", "%E", "%08.2f", "%+.1f",
                ]);
                format!("try(format(\"[{verb}]\", {number}), \"refused\")")
            }
            18 => format!("jsonencode({any})"),
            19 => format!("base64encode({text})"),
            20 => format!("try(base64decode({text}), \"refused\")"),
            21 => format!("urlencode({text})"),
            22 => format!("md5({text})"),
            23 => format!("sha1({text})"),
            24 => format!("sha256({text})"),
            25 => format!("base64sha256({text})"),
            26 => format!("sha512({text})"),
            27 => format!("base64sha512({text})"),
            28 => format!("uuidv5(\"url\", {text})"),
            29 => format!("yamlencode({any})"),
            30 => format!("try(regex(\"[a-z]+\", {text}), \"refused\")"),
            31 => format!("try(coalesce(null, {text}, {other}), \"refused\")"),
            32 => format!("try(element({list}, abs({small})), \"refused\")"),
            33 => format!("lookup({}, \"k1\", {text})", self.e(Kind::TextMap, depth)),
            34 => format!("tostring({number})"),
            35 => {
                let name = self.fresh();
                format!("\"%{{ for {name} in {list} ~}} ${{{name}}}, %{{ endfor }}end\"")
            }
            36 => {
                let condition = self.e(Kind::Bool, depth);
                format!("\"start %{{ if {condition} ~}} ${{{text}}} %{{~ else }} no %{{ endif ~}}  end\"")
            }
            37 => format!("try(cidrsubnet(\"10.1.0.0/16\", {}, abs({small})), \"refused\")", self.chance.below(10)),
            38 => format!("try(cidrhost(\"192.168.8.0/21\", {number}), \"refused\")"),
            39 => {
                let spec = self.chance.one(&[
                    "YYYY-MM-DD",
                    "DD MMM YY",
                    "EEEE, D MMMM YYYY",
                    "hh:mm:ss",
                    "H 'o''clock' AA",
                    "h:m:s aa ZZZZZ",
                    "ZZZ Z ZZZZ",
                    "EEE HH M",
                ]);
                format!("try(formatdate(\"{spec}\", {text}), \"refused\")")
            }
            40 => {
                let duration = self.chance.one(&["10m", "-1h30m", "36h", "0.5s", "1000h", "90s", "x"]);
                format!("try(timeadd({text}, \"{duration}\"), \"refused\")")
            }
            41 => format!("try(textencodebase64({text}, \"UTF-16LE\"), \"refused\")"),
            42 => format!("try({list}[{small}], \"refused\")"),
            _ => format!("try(one({list}), \"refused\")"),
        }
    }

    fn number(&mut self, depth: u32) -> String {
        let (a, b) = (self.e(Kind::Number, depth), self.e(Kind::Number, depth));
        let list = self.e(Kind::Numbers, depth);
        let any = self.e(Kind::Any, depth);
        match self.chance.below(22) {
            0 => format!("({a} + {b})"),
            1 => format!("({a} - {b})"),
            2 => format!("({a} * {b})"),
            // What is divided by zero is infinite in Terraform, which has no notation for it; we refuse it.
            3 => format!("({a} / {})", self.chance.one(&["2", "3", "-7", "0.1", "1e10"])),
            4 => format!("try({a} % {b}, -1)"),
            5 => format!("-({a})"),
            6 => format!("abs({a})"),
            7 => format!("ceil({a})"),
            8 => format!("floor({a})"),
            9 => format!("max({a}, {b})"),
            10 => format!("min({a}, {b})"),
            11 => format!("try(signum({a}), -9)"),
            12 => format!("try(sum({list}), -1)"),
            13 => format!("length({})", self.e(Kind::Text, depth)),
            14 => format!("length({})", self.e(Kind::Texts, depth)),
            15 => format!("try(parseint({}, 16), -1)", self.e(Kind::Text, depth)),
            16 => format!("try(tonumber({any}), -1)"),
            17 => format!("try(index({}, \"a\"), -1)", self.e(Kind::Texts, depth)),
            // Read again from its digits: floats of Go carry a precision that we do not follow through sums.
            18 => format!("tonumber(tostring(try(pow({a}, 2), -1)))"),
            19 => format!("try(length({any}), -1)"),
            20 => "try(timecmp(\"2024-02-29T23:59:58Z\", \"2024-02-29T22:59:58-01:00\"), -9)".to_owned(),
            _ => format!("floor(log(abs({a}) + 1, 2) * 1000000)"),
        }
    }

    fn truth(&mut self, depth: u32) -> String {
        let (a, b) = (self.e(Kind::Number, depth), self.e(Kind::Number, depth));
        let (x, y) = (self.e(Kind::Any, depth), self.e(Kind::Any, depth));
        let text = self.e(Kind::Text, depth);
        let list = self.e(Kind::Texts, depth);
        match self.chance.below(18) {
            0 => format!("({a} < {b})"),
            1 => format!("({a} >= {b})"),
            2 => format!("({x} == {y})"),
            3 => format!("({x} != {y})"),
            4 => format!("({a} == {b})"),
            5 => {
                let (p, q) = (self.e(Kind::Bool, depth), self.e(Kind::Bool, depth));
                format!("({p} && {q})")
            }
            6 => {
                let (p, q) = (self.e(Kind::Bool, depth), self.e(Kind::Bool, depth));
                format!("({p} || {q})")
            }
            7 => format!("!({})", self.e(Kind::Bool, depth)),
            8 => format!("can({})", self.bend(&x)),
            9 => format!("contains({list}, {text})"),
            10 => format!("startswith({text}, \"h\")"),
            11 => format!("endswith({text}, \"o\")"),
            12 => format!("strcontains({text}, \"l\")"),
            13 => format!("try(tobool({x}), false)"),
            14 => format!("alltrue([{}, {}])", self.leaf(Kind::Bool), self.leaf(Kind::Bool)),
            15 => format!("anytrue([{}, {}])", self.leaf(Kind::Bool), self.leaf(Kind::Bool)),
            16 => format!("({x} == null || null != {y})"),
            _ => format!("can(regex(\"^[a-z]+$\", {text}))"),
        }
    }

    fn texts(&mut self, depth: u32) -> String {
        let list = self.e(Kind::Texts, depth);
        let other = self.e(Kind::Texts, depth);
        let text = self.e(Kind::Text, depth);
        let map = self.e(Kind::TextMap, depth);
        let small = self.small();
        match self.chance.below(26) {
            0 => format!("concat({list}, {other})"),
            1 => format!("compact(concat({list}, [null, \"\"]))"),
            2 => format!("distinct({list})"),
            3 => format!("reverse({list})"),
            4 => format!("sort({list})"),
            5 => format!("split({text}, {})", self.e(Kind::Text, depth)),
            6 => format!("keys({map})"),
            7 => format!("values({map})"),
            8 => format!("try(slice({list}, 0, {small}), [])"),
            9 => format!("tolist({list})"),
            10 => format!("tolist({})", self.e(Kind::TextSet, depth)),
            11 => format!("formatlist(\"%s!\", {list})"),
            12 => format!("try(formatlist(\"%s=%s\", {list}, {other}), [])"),
            13 => format!("regexall(\"[a-z]\", {text})"),
            14 => {
                let name = self.fresh();
                self.names.push((name.clone(), Kind::Text));
                let body = self.e(Kind::Text, depth.min(1));
                let condition = self.e(Kind::Bool, depth.min(1));
                self.names.pop();
                format!("[for {name} in {list} : {body} if {condition}]")
            }
            15 => {
                let (key, value) = (self.fresh(), self.fresh());
                format!("[for {key}, {value} in {map} : \"${{{key}}}=${{{value}}}\"]")
            }
            16 => {
                let (key, value) = (self.fresh(), self.fresh());
                format!("[for {key}, {value} in {list} : \"${{{key}}}=${{{value}}}\"]")
            }
            17 => format!("flatten([{list}, [{text}, {other}]])"),
            18 => format!("try(coalescelist({list}, {other}), [])"),
            19 => format!("matchkeys({list}, {list}, {other})"),
            20 => format!("flatten(chunklist({list}, 2))"),
            21 => format!("[{text}, {}...]", "1").replace(", 1...", ""),
            22 => format!("[{text}, {}]", self.e(Kind::Text, depth)),
            23 => format!("{list}[*]"),
            24 => format!("[{{a = {text}}}, {{a = \"z\"}}][*].a"),
            _ => format!("tolist(setunion({list}, {other}))"),
        }
    }

    fn numbers(&mut self, depth: u32) -> String {
        let list = self.e(Kind::Numbers, depth);
        let a = self.e(Kind::Number, depth);
        match self.chance.below(7) {
            0 => format!("[{a}, {}]", self.e(Kind::Number, depth)),
            1 => format!("try(range({a}), [])"),
            2 => format!("try(range({a}, {}), [])", self.small()),
            3 => format!("reverse({list})"),
            4 => {
                let name = self.fresh();
                format!("[for {name} in {list} : {name} * 2]")
            }
            5 => format!("concat({list}, [{a}])"),
            _ => format!("tolist(toset({list}))"),
        }
    }

    fn text_set(&mut self, depth: u32) -> String {
        let (a, b) = (self.e(Kind::TextSet, depth), self.e(Kind::TextSet, depth));
        match self.chance.below(6) {
            0 => format!("setunion({a}, {b})"),
            1 => format!("setintersection({a}, {b})"),
            2 => format!("setsubtract({a}, {b})"),
            3 => format!("setunion(setsubtract({a}, {b}), setsubtract({b}, {a}))"),
            4 => format!("toset(keys({}))", self.e(Kind::TextMap, depth)),
            _ => format!("toset({})", self.e(Kind::Texts, depth)),
        }
    }

    fn text_map(&mut self, depth: u32) -> String {
        let (a, b) = (self.e(Kind::TextMap, depth), self.e(Kind::TextMap, depth));
        let list = self.e(Kind::Texts, depth);
        match self.chance.below(7) {
            0 => format!("merge({a}, {b})"),
            1 => format!("tomap({{ for s in distinct({list}) : \"k-${{s}}\" => upper(s) }})"),
            2 => format!("tomap({{ for k, v in {a} : v => k... }}) == null ? {b} : {b}"),
            3 => format!("try(zipmap(distinct({list}), distinct({list})), {b})"),
            4 => format!("tomap({{ for k, v in {a} : k => \"${{v}}!\" if v != \"a\" }})"),
            5 => format!("{{ for k, v in transpose({{x = {list}, y = [\"a\"]}}) : k => join(\"+\", v) }}"),
            _ => format!("merge({a}, {{zz = {}}})", self.e(Kind::Text, depth)),
        }
    }

    fn object(&mut self, depth: u32) -> String {
        let (a, b) = (self.e(Kind::Any, depth), self.e(Kind::Any, depth));
        match self.chance.below(8) {
            0 => format!("{{a = {a}, b = {b}}}"),
            1 => format!("merge({}, {{x = {a}}})", self.e(Kind::Object, depth)),
            2 => format!("jsondecode(jsonencode({}))", self.e(Kind::Object, depth)),
            3 => format!("{{ for s in {} : s => length(s)... }}", self.e(Kind::Texts, depth)),
            4 => format!("{{ for i, s in {} : \"i${{i}}\" => {{v = s}} }}", self.e(Kind::Texts, depth)),
            5 => format!("yamldecode(yamlencode({}))", self.e(Kind::Object, depth)),
            6 => format!("try(regex(\"(?P<first>[a-z])(?P<rest>.*)\", {}), {{a = 1}})", self.e(Kind::Text, depth)),
            _ => format!("{{ (upper({})) = {a}, \"${{1 + 1}}\" = {b} }}", self.e(Kind::Text, depth)),
        }
    }

    fn any(&mut self, depth: u32) -> String {
        let kinds = [
            Kind::Text,
            Kind::Number,
            Kind::Bool,
            Kind::Texts,
            Kind::Numbers,
            Kind::TextSet,
            Kind::TextMap,
            Kind::Object,
        ];
        let kind = kinds[usize::try_from(self.chance.below(8)).unwrap()];
        let inner = self.e(kind, depth);
        match self.chance.below(13) {
            0 => format!("[{inner}, {}]", self.e(Kind::Any, depth)),
            1 => format!("setproduct({}, {})", self.e(Kind::Texts, depth), self.e(Kind::Numbers, depth)),
            2 => format!("setproduct({}, {})", self.e(Kind::TextSet, depth), self.e(Kind::TextSet, depth)),
            3 => format!("chunklist({}, 2)", self.e(Kind::Texts, depth)),
            4 => format!("try(csvdecode(\"a,b\\n1,${{{}}}\\n\"), 0)", "\"x y\""),
            5 => format!("try(jsondecode({}), \"refused\")", self.e(Kind::Text, depth)),
            6 => format!("try(yamldecode({}), \"refused\")", self.e(Kind::Text, depth)),
            7 => format!("try(tolist([{inner}, {}]), \"refused\")", self.e(Kind::Any, depth)),
            8 => format!("try(toset([{inner}, {}]), \"refused\")", self.e(Kind::Any, depth)),
            9 => format!("try(tomap({{a = {inner}, b = {}}}), \"refused\")", self.e(Kind::Any, depth)),
            10 => format!("try(concat({inner}, {}), \"refused\")", self.e(Kind::Any, depth)),
            _ => inner,
        }
    }
}
