//! Templates by dice: expressions of every family over literals and values of every type, inside every action.
//!
//! Types are only a hint: one argument in twelve is of another type, so that refusals are compared too.

use super::pools::{
    ANYS, CONSTRAINTS, DATES, DURATIONS, FLOATS, FORMATS, INTS, JSONS, LISTS, MAPS, PATHS, REGEXES, TEXTS, TOMLS, URLS, VERSIONS, YAMLS,
};
use super::random::Random;

/// The values that questions look at.
pub const VALUES: &str = "str: hello\nnum: 5\nbig: 12345678901\nflt: 1.5\nyes: true\nnone: null\nempty: \"\"\nlst: [3, a, 1.5, true, null]\n\
                          nums: [3, 1, 2]\nwords: [b, a, c, a]\nmaps: [{name: x, n: 1}, {name: y, n: 2}, {n: 3}]\n\
                          map: {k: v, a: {b: {c: 1}}, n: 2, \"x-y\": z}\nmulti: |\n  one\n  two\nunicode: \"héllo wörld ☃\"\n";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Int,
    /// A count that is never worked out, so that no list or string gets long.
    Count,
    Float,
    Bool,
    List,
    Texts,
    Map,
    Any,
    Regex,
    Path,
    Version,
    Constraint,
    Url,
    Json,
    Yaml,
    Toml,
    Date,
    Duration,
    Format,
}
use Kind::{
    Any, Bool, Constraint, Count, Date, Duration, Float, Format, Int, Json, List, Map, Path, Regex, Text, Texts, Toml, Url, Version, Yaml,
};

type Function = (&'static str, &'static [Kind], Kind);

/// Functions with the arguments they like and what they give. A name that ends in `*` takes its last argument several times.
const FUNCTIONS: &[Function] = &[
    ("trim", &[Text], Text),
    ("trimAll", &[Text, Text], Text),
    ("trimSuffix", &[Text, Text], Text),
    ("trimPrefix", &[Text, Text], Text),
    ("upper", &[Text], Text),
    ("lower", &[Text], Text),
    ("title", &[Text], Text),
    ("untitle", &[Text], Text),
    ("swapcase", &[Text], Text),
    ("repeat", &[Count, Text], Text),
    ("substr", &[Count, Count, Text], Text),
    ("trunc", &[Count, Text], Text),
    ("nospace", &[Text], Text),
    ("initials", &[Text], Text),
    ("abbrev", &[Count, Text], Text),
    ("abbrevboth", &[Count, Count, Text], Text),
    ("wrap", &[Count, Text], Text),
    ("wrapWith", &[Count, Text, Text], Text),
    ("contains", &[Text, Text], Bool),
    ("hasPrefix", &[Text, Text], Bool),
    ("hasSuffix", &[Text, Text], Bool),
    ("quote*", &[Any], Text),
    ("squote*", &[Any], Text),
    ("cat*", &[Any], Text),
    ("indent", &[Count, Text], Text),
    ("nindent", &[Count, Text], Text),
    ("replace", &[Text, Text, Text], Text),
    ("plural", &[Text, Text, Count], Text),
    ("snakecase", &[Text], Text),
    ("camelcase", &[Text], Text),
    ("kebabcase", &[Text], Text),
    ("sha1sum", &[Text], Text),
    ("sha256sum", &[Text], Text),
    ("sha512sum", &[Text], Text),
    ("adler32sum", &[Text], Text),
    ("toString", &[Any], Text),
    ("toStrings", &[List], Texts),
    ("join", &[Text, List], Text),
    ("sortAlpha", &[List], Texts),
    ("split", &[Text, Text], Map),
    ("splitList", &[Text, Text], Texts),
    ("splitn", &[Text, Count, Text], Map),
    ("b64enc", &[Text], Text),
    ("b64dec", &[Text], Text),
    ("b32enc", &[Text], Text),
    ("b32dec", &[Text], Text),
    ("atoi", &[Text], Int),
    ("int", &[Any], Int),
    ("int64", &[Any], Int),
    ("float64", &[Any], Float),
    ("toDecimal", &[Any], Int),
    ("add*", &[Int], Int),
    ("add1", &[Any], Int),
    ("sub", &[Int, Int], Int),
    ("mul*", &[Int], Int),
    ("div", &[Int, Int], Int),
    ("mod", &[Int, Int], Int),
    ("max*", &[Int], Int),
    ("min*", &[Int], Int),
    ("biggest*", &[Int], Int),
    ("maxf*", &[Float], Float),
    ("minf*", &[Float], Float),
    ("addf*", &[Float], Float),
    ("add1f", &[Float], Float),
    ("subf*", &[Float], Float),
    ("mulf*", &[Float], Float),
    ("divf*", &[Float], Float),
    ("ceil", &[Float], Float),
    ("floor", &[Float], Float),
    ("round", &[Float, Count], Float),
    ("until", &[Count], List),
    ("untilStep", &[Count, Count, Count], List),
    ("seq*", &[Count], Text),
    ("len", &[Any], Int),
    ("list*", &[Any], List),
    ("tuple*", &[Any], List),
    ("first", &[List], Any),
    ("rest", &[List], List),
    ("last", &[List], Any),
    ("initial", &[List], List),
    ("append", &[List, Any], List),
    ("prepend", &[List, Any], List),
    ("concat*", &[List], List),
    ("reverse", &[List], List),
    ("uniq", &[List], List),
    ("without*", &[List, Any], List),
    ("has", &[Any, List], Bool),
    ("compact", &[List], List),
    ("slice", &[List, Count, Count], List),
    ("slice", &[Text, Count], Text),
    ("chunk", &[Count, List], List),
    ("mustFirst", &[Any], Any),
    ("mustAppend", &[List, Any], List),
    ("mustSlice", &[List, Int], List),
    ("dict*", &[Text, Any], Map),
    ("get", &[Map, Text], Any),
    ("set", &[Map, Text, Text], Map),
    ("unset", &[Map, Text], Map),
    ("hasKey", &[Map, Text], Bool),
    ("pluck*", &[Text, Map], List),
    ("sortAlpha (keys", &[Map], Texts),
    ("sortAlpha (values", &[Map], List),
    ("pick*", &[Map, Text], Map),
    ("omit*", &[Map, Text], Map),
    ("merge*", &[Map, Map], Map),
    ("mergeOverwrite*", &[Map, Map], Map),
    ("mustMerge*", &[Map, Map], Map),
    ("deepCopy", &[Any], Any),
    ("dig", &[Text, Any, Map], Any),
    ("dig", &[Text, Text, Any, Map], Any),
    ("default", &[Any, Any], Any),
    ("empty", &[Any], Bool),
    ("coalesce*", &[Any], Any),
    ("ternary", &[Any, Any, Bool], Any),
    ("all*", &[Any], Bool),
    ("any*", &[Any], Bool),
    ("toJson", &[Any], Text),
    ("toPrettyJson", &[Any], Text),
    ("toRawJson", &[Any], Text),
    ("mustToJson", &[Any], Text),
    ("fromJson", &[Json], Any),
    ("mustFromJson", &[Json], Any),
    ("fromJsonArray", &[Json], List),
    ("toYaml", &[Any], Text),
    ("mustToYaml", &[Any], Text),
    ("toYamlPretty", &[Any], Text),
    ("fromYaml", &[Yaml], Map),
    ("fromYamlArray", &[Yaml], List),
    ("toToml", &[Map], Text),
    ("fromToml", &[Toml], Map),
    ("regexMatch", &[Regex, Text], Bool),
    ("regexFind", &[Regex, Text], Text),
    ("regexFindAll", &[Regex, Text, Count], Texts),
    ("regexReplaceAll", &[Regex, Text, Text], Text),
    ("regexReplaceAllLiteral", &[Regex, Text, Text], Text),
    ("regexSplit", &[Regex, Text, Count], Texts),
    ("mustRegexMatch", &[Regex, Text], Bool),
    ("mustRegexReplaceAll", &[Regex, Text, Text], Text),
    ("regexQuoteMeta", &[Text], Text),
    ("base", &[Path], Path),
    ("dir", &[Path], Path),
    ("ext", &[Path], Path),
    ("clean", &[Path], Path),
    ("isAbs", &[Path], Bool),
    ("osBase", &[Path], Path),
    ("osDir", &[Path], Path),
    ("osClean", &[Path], Path),
    ("osExt", &[Path], Path),
    ("osIsAbs", &[Path], Bool),
    ("semver", &[Version], Any),
    ("semverCompare", &[Constraint, Version], Bool),
    ("urlParse", &[Url], Map),
    ("urlJoin", &[Map], Url),
    ("urlquery*", &[Any], Text),
    ("html*", &[Any], Text),
    ("js*", &[Any], Text),
    ("typeOf", &[Any], Text),
    ("kindOf", &[Any], Text),
    ("kindIs", &[Text, Any], Bool),
    ("typeIs", &[Text, Any], Bool),
    ("typeIsLike", &[Text, Any], Bool),
    ("deepEqual", &[Any, Any], Bool),
    ("eq*", &[Any, Any], Bool),
    ("ne", &[Any, Any], Bool),
    ("lt", &[Int, Int], Bool),
    ("le", &[Float, Float], Bool),
    ("gt", &[Text, Text], Bool),
    ("ge", &[Any, Any], Bool),
    ("and*", &[Any], Any),
    ("or*", &[Any], Any),
    ("not", &[Any], Bool),
    ("index", &[List, Count], Any),
    ("index", &[Map, Text], Any),
    ("print*", &[Any], Text),
    ("println*", &[Any], Text),
    ("printf", &[Format, Any], Text),
    ("printf", &[Format, Any, Any], Text),
    ("toDate", &[Format, Text], Date),
    ("date", &[Format, Date], Text),
    ("dateInZone", &[Format, Date, Text], Text),
    ("dateModify", &[Duration, Date], Date),
    ("htmlDate", &[Date], Text),
    ("unixEpoch", &[Date], Text),
    ("duration", &[Any], Text),
    ("durationRound", &[Any], Text),
    ("mustDateModify", &[Duration, Date], Date),
    ("derivePassword", &[Count, Text, Text, Text, Text], Text),
    ("decryptAES", &[Text, Text], Text),
    ("required", &[Text, Any], Any),
    ("tpl", &[Text, Map], Text),
    ("include", &[Text, Any], Text),
    ("lookup", &[Text, Text, Text, Text], Map),
    ("getHostByName", &[Text], Text),
    ("hello", &[], Text),
    ("fail", &[Text], Text),
    ("durationSeconds", &[Duration], Float),
    ("durationMilliseconds", &[Duration], Int),
    ("durationHours", &[Duration], Float),
    ("mustToDuration", &[Duration], Any),
    ("toDuration", &[Duration], Any),
    ("durationTruncate", &[Duration, Duration], Any),
    ("durationRoundTo", &[Duration, Duration], Any),
];

/// What the questions' templates may call.
pub const DEFINITIONS: &str = "{{ define \"d\" }}<{{ . }}>{{ end }}{{ define \"dd\" }}{{ template \"d\" . }}{{- . | toJson -}}{{ end }}";

/// A template with a few actions.
pub fn template(random: &mut Random) -> String {
    let mut text = String::from("{{ $v := 1 }}");
    if random.chance(15) {
        text.push_str(&format!("{{{{ block \"b\" {} }}}}{}{{{{ end }}}}", pipeline(random), action(random, 1)));
    }
    for _ in 0..=random.below(2) {
        text.push_str(&action(random, 2));
    }
    text
}

fn action(random: &mut Random, depth: usize) -> String {
    let trim = |random: &mut Random, open: bool| match (random.below(6), open) {
        (0, true) => "{{- ",
        (_, true) => "{{ ",
        (0, false) => " -}}",
        (_, false) => " }}",
    };
    let (open, close) = (trim(random, true), trim(random, false));
    let inner = |random: &mut Random| if depth == 0 { " . ".to_owned() } else { format!(" {} ", action(random, depth - 1)) };
    let value = pipeline(random);
    match random.below(18) {
        0 => format!("{open}if {value}{close}{}{{{{ else }}}}{}{{{{ end }}}}", inner(random), inner(random)),
        1 => format!("{open}if {value}{close}{}{{{{ else if {} }}}}x{{{{ end }}}}", inner(random), pipeline(random)),
        2 => format!("{open}with {value}{close}{}{{{{ else }}}}{}{{{{ end }}}}", inner(random), inner(random)),
        3 => format!("{open}with $v := {value}{close}{{{{ $v }}}}{}{{{{ end }}}}", inner(random)),
        4 => format!(
            "{open}range $i, $v := {}{close}{{{{ $i }}}}={{{{ $v }}}};{}{{{{ else }}}}none{{{{ end }}}}",
            iterable(random),
            inner(random)
        ),
        5 => format!("{open}range {}{close}[{{{{ . }}}}{}]{{{{ end }}}}", iterable(random), inner(random)),
        6 => format!(
            "{open}range $v := {}{close}{{{{ if {} }}}}{{{{ break }}}}{{{{ end }}}}{{{{ $v }}}},{{{{ end }}}}",
            iterable(random),
            expression(random, Bool, 1)
        ),
        7 => format!(
            "{open}range {}{close}{{{{ if {} }}}}{{{{ continue }}}}{{{{ end }}}}{{{{ . }}}},{{{{ end }}}}",
            iterable(random),
            expression(random, Bool, 1)
        ),
        8 => format!("{open}$v = {value}{close}{{{{ $v }}}}"),
        9 => format!("{{{{{}/* a comment */{}}}}} text {{{{ {value} }}}}", random.pick(&["", "- "]), random.pick(&["", " -"])),
        10 | 11 => format!("{open}template \"{}\" {value}{close}", random.pick(&["d", "d", "dd"])),
        12 if depth == 0 => "{{ $.Capabilities.KubeVersion }}{{ with $.Capabilities }}{{ .KubeVersion.Minor }}{{ end }}".into(),
        _ => format!("{open}{value}{close}"),
    }
}

fn iterable(random: &mut Random) -> String {
    let kind = *random.pick(&[List, List, Texts, Map, Count]);
    expression(random, kind, 1)
}

fn pipeline(random: &mut Random) -> String {
    let kind = *random.pick(&[Any, Text, Text, Int, List, Map, Bool, Float, Date]);
    let mut text = bare(random, kind, 2);
    for _ in 0..random.below(3) {
        text.push_str(match random.below(14) {
            0 => " | quote",
            1 => " | toJson",
            2 => " | toYaml",
            3 => " | default \"d\"",
            4 => " | toString | upper",
            5 => " | printf \"%v\"",
            6 => " | len",
            7 => " | typeOf",
            8 => " | toString | trunc 8",
            9 => " | int",
            10 => " | kindOf",
            11 => " | printf \"%#v\"",
            12 => " | toString | b64enc",
            _ => " | toString | nindent 2",
        });
    }
    text
}

/// An expression as an operand: a literal, a field, or a call in parentheses.
fn expression(random: &mut Random, kind: Kind, depth: usize) -> String {
    let text = bare(random, kind, depth);
    if text.contains(' ') && !text.starts_with(['"', '`', '(']) { format!("({text})") } else { text }
}

fn bare(random: &mut Random, kind: Kind, depth: usize) -> String {
    if kind == Count {
        return literal(random, kind).to_owned();
    }
    let kind = if random.chance(4) { *random.pick(&[Text, Int, Float, Bool, List, Map, Any]) } else { kind };
    if depth == 0 || random.chance(35) {
        return literal(random, kind).to_owned();
    }
    let fitting: Vec<&Function> = FUNCTIONS.iter().filter(|(_, _, gives)| gives_kind(*gives, kind)).collect();
    if fitting.is_empty() {
        return literal(random, kind).to_owned();
    }
    let function = *random.pick(&fitting);
    call(random, function, depth)
}

fn gives_kind(gives: Kind, wanted: Kind) -> bool {
    gives == wanted || wanted == Any || (gives == Texts && wanted == List)
}

fn call(random: &mut Random, function: &Function, depth: usize) -> String {
    let (name, takes, _) = function;
    let (name, repeats) = name.strip_suffix('*').map_or((*name, false), |name| (name, true));
    let mut parts = vec![name.to_owned()];
    for kind in *takes {
        parts.push(expression(random, *kind, depth - 1));
    }
    if repeats {
        let period = if name == "dict" { 2 } else { 1 };
        for _ in 0..random.below(3) {
            for kind in &takes[takes.len() - period..] {
                parts.push(expression(random, *kind, depth - 1));
            }
        }
    }
    if random.chance(2) {
        parts.pop();
    }
    let text = parts.join(" ");
    // A name that opens a parenthesis of its own.
    if name.contains('(') { text + ")" } else { text }
}

fn literal(random: &mut Random, kind: Kind) -> &'static str {
    let any: [&[&'static str]; 7] = [TEXTS, INTS, FLOATS, MAPS, LISTS, ANYS, ANYS];
    let pool: &[&'static str] = match kind {
        Text => TEXTS,
        Int => INTS,
        Count => &["0", "1", "2", "5", "12", "-1", "-3", "(int $.Values.num)", "3", "1", "2", "4", "\"3\"", "3.0", "nil"],
        Float => FLOATS,
        Bool => &["true", "false", "$.Values.yes"],
        List => LISTS,
        Texts => &["$.Values.words", "(list \"x\" \"y\")", "(splitList \",\" \"a,b\")"],
        Map => MAPS,
        Regex => REGEXES,
        Path => PATHS,
        Version => VERSIONS,
        Constraint => CONSTRAINTS,
        Url => URLS,
        Json => JSONS,
        Yaml => YAMLS,
        Toml => TOMLS,
        Date => DATES,
        Duration => DURATIONS,
        Format => FORMATS,
        Any => any[random.below(any.len())],
    };
    random.pick::<&str>(pool)
}
