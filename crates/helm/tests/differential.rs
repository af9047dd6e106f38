//! Generated charts and flipped values of real charts, rendered here and by the real helm: the same documents, the same refusals.
//!
//! Needs Go (and real charts, by default the shared cases); says so and passes where they are missing. `SLUICE_CHARTS=5000` for the
//! full run, `SLUICE_SEED=n` to begin elsewhere, `SLUICE_CHARTS_FROM=folder` for other real charts. A difference prints its seed and
//! leaves its chart in the temporary folder.

#![allow(clippy::unwrap_used)]

mod common;
#[path = "differential/features.rs"]
mod features;
#[path = "differential/generate.rs"]
mod generate;
#[path = "differential/oracle.rs"]
mod oracle;
#[path = "differential/pools.rs"]
mod pools;
#[path = "differential/questions.rs"]
mod questions;
#[path = "differential/random.rs"]
mod random;

use std::path::{Path, PathBuf};

use helm::{Capabilities, KubeVersion, RenderOptions, values};
use object::Value;
use oracle::Oracle;
use random::Random;
use template::{Certificate, CertificateRequest, KeyKind, KeySource};

/// Cases of each kind in an ordinary run.
const CASES: u64 = 150;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// What this crate makes of a chart: its documents, or its refusal.
fn ours(folder: &Path, values: &str) -> Result<Vec<Value>, String> {
    let capabilities = Capabilities { kube_version: KubeVersion::parse("v1.33.0").unwrap(), ..Capabilities::default() };
    let options =
        RenderOptions { release_name: "r".into(), namespace: "test-ns".into(), capabilities, threads_max: 2, ..RenderOptions::default() };
    let render = || {
        let values = values::load(values)?;
        let chart = common::chart(folder)?;
        helm::check_installable(&chart)?;
        helm::render(&chart, &values, &options, &Host)
    };
    let rendered = render().map_err(|error| error.to_string())?;
    let hooks = rendered.hooks.into_iter().map(|hook| hook.manifest.value);
    let mut documents: Vec<Value> = rendered.manifests.into_iter().map(|manifest| manifest.value).chain(hooks).collect();
    documents.retain(|value| !value.is_null());
    documents.sort_by_cached_key(ToString::to_string);
    Ok(documents)
}

/// No randomness, and keys that are none: what they reach differs between two runs of helm too, and is left out.
struct Host;

impl template::Host for Host {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }

    fn keys(&self) -> &dyn KeySource {
        &Host
    }
}

impl KeySource for Host {
    fn private_key(&self, _: KeyKind) -> Result<String, String> {
        Ok("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".into())
    }

    fn certificate(&self, _: &CertificateRequest) -> Result<Certificate, String> {
        Ok(Certificate { cert: "certificate".into(), key: "key".into() })
    }
}

/// Whether `ours` equals `theirs` wherever helm agrees with itself.
fn agree(ours: &Value, theirs: &Value, again: &Value) -> bool {
    match (ours, theirs, again) {
        _ if theirs == again => ours == theirs,
        (Value::Object(ours), Value::Object(theirs), Value::Object(again)) => {
            ours.keys().eq(theirs.keys())
                && ours.iter().all(|(key, ours)| again.get(key).is_some_and(|again| agree(ours, &theirs[key], again)))
        }
        (Value::Array(ours), Value::Array(theirs), Value::Array(again)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).zip(again).all(|((ours, theirs), again)| agree(ours, theirs, again))
        }
        (Value::String(_), Value::String(_), _) => true,
        _ => false,
    }
}

/// The same documents by kind and name, which randomness seldom reaches.
fn by_name(documents: Vec<Value>) -> Value {
    let mut documents = documents;
    documents.sort_by_cached_key(|document| {
        [&document["apiVersion"], &document["kind"], &document["metadata"]["namespace"], &document["metadata"]["name"]]
            .map(ToString::to_string)
    });
    Value::Array(documents)
}

/// The difference between both answers for one chart, if there is one.
fn difference(oracle: &mut Oracle, folder: &Path, values: &str) -> Option<String> {
    let theirs = oracle.template(folder, values);
    match (ours(folder, values), theirs) {
        (Ok(ours), Ok(theirs)) => {
            let theirs = common::documents(&theirs);
            if ours != theirs {
                let again = common::documents(&oracle.template(folder, values).unwrap_or_default());
                if again != theirs && agree(&by_name(ours.clone()), &by_name(theirs.clone()), &by_name(again)) {
                    return None;
                }
            }
            let extra = ours.iter().find(|value| !theirs.contains(value));
            let missing = theirs.iter().find(|value| !ours.contains(value));
            (ours != theirs).then(|| format!("{}\nours   {}\nhelm's {}", first_difference(&ours, &theirs), shown(extra), shown(missing)))
        }
        (Err(ours), Err(theirs)) => (!same_refusal(&ours, &theirs)).then(|| format!("refusals\nours  {ours}\nhelm's {theirs}")),
        (Ok(_), Err(theirs)) => Some(format!("helm refuses: {theirs}")),
        (Err(ours), Ok(_)) => Some(format!("we refuse: {ours}")),
    }
}

/// Where two lists of documents differ first, as a path and both values.
fn first_difference(ours: &[Value], theirs: &[Value]) -> String {
    fn descend(path: &str, ours: &Value, theirs: &Value) -> Option<String> {
        match (ours, theirs) {
            _ if ours == theirs => None,
            (Value::Object(left), Value::Object(right)) => {
                let keys: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
                keys.into_iter().find_map(|key| descend(&format!("{path}/{key}"), &ours[key], &theirs[key]))
            }
            (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
                left.iter().zip(right).enumerate().find_map(|(at, (ours, theirs))| descend(&format!("{path}/{at}"), ours, theirs))
            }
            _ => Some(format!("{path}: ours {ours:?}, helm's {theirs:?}")),
        }
    }
    descend("", &by_name(ours.to_vec()), &by_name(theirs.to_vec())).unwrap_or_default()
}

/// A document with the encoded lines of generated templates in plain text.
fn shown(document: Option<&Value>) -> String {
    use base64::Engine as _;
    let Some(document) = document else { return "-".into() };
    let decode = |text: &Value| base64::engine::general_purpose::STANDARD.decode(text.as_str()?).ok();
    let lines = document["data"].as_object().into_iter().flatten().filter_map(|(key, text)| Some((key, decode(text)?)));
    let lines: Vec<String> = lines.map(|(key, text)| format!("{key}: {}", String::from_utf8_lossy(&text))).collect();
    if lines.is_empty() { document.to_string() } else { format!("{}\n  {}", document["metadata"], lines.join("\n  ")) }
}

/// Refusals agree in their first line, which says where; YAML libraries word the rest differently.
fn same_refusal(ours: &str, theirs: &str) -> bool {
    let first = |text: &str| text.trim().lines().next().unwrap_or_default().split(": ").next().unwrap_or_default().to_owned();
    first(ours) == first(theirs)
}

fn report(name: &str, count: u64, differences: &[String]) {
    println!("{name}: {} passed, {} differ", count - differences.len() as u64, differences.len());
    let shown: Vec<&str> = differences.iter().take(setting("SLUICE_SHOW", 10) as usize).map(String::as_str).collect();
    assert!(differences.is_empty(), "\n{}", shown.join("\n\n"));
}

#[test]
fn generated_charts() {
    let Some(mut oracle) = Oracle::start() else { return };
    let (first, count) = (setting("SLUICE_SEED", 1), setting("SLUICE_CHARTS", CASES));
    let root = tempfile::tempdir().unwrap();
    let mut differences = Vec::new();
    for seed in first..first + count {
        let folder = root.path().join(format!("chart-{seed}"));
        let values = generate::chart(&mut Random::new(seed), &folder);
        if let Some(difference) = difference(&mut oracle, &folder, &values) {
            let kept = std::env::temp_dir().join(format!("sluice-chart-{seed}"));
            let _ = std::fs::remove_dir_all(&kept);
            std::fs::rename(&folder, &kept).unwrap();
            std::fs::write(kept.join("flipped.yaml"), values).unwrap();
            differences.push(format!("seed {seed}, kept in {}\n{difference}", kept.display()));
        } else {
            std::fs::remove_dir_all(&folder).unwrap();
        }
    }
    report("generated charts", count, &differences);
}

/// Charts with everything charts may hold print the same text, document by document in the same order, or are refused alike.
#[test]
fn generated_features() {
    let Some(mut oracle) = Oracle::start() else { return };
    let (first, count) = (setting("SLUICE_SEED", 1), setting("SLUICE_CHARTS", CASES));
    let root = tempfile::tempdir().unwrap();
    let mut differences = Vec::new();
    for seed in first..first + count {
        let folder = root.path().join("root");
        let flags = features::chart(&mut Random::new(seed), &folder);
        let theirs = oracle.ask(&folder, &flags.values, &flags.arguments());
        let found = match (common::printed(&folder, &flags, &Host), theirs) {
            (Ok(ours), Ok(theirs)) => (ours != theirs).then(|| first_line(&ours, &theirs)),
            (Err(ours), Err(theirs)) => (!same_refusal(&ours, &theirs)).then(|| format!("refusals\nours  {ours}\nhelm's {theirs}")),
            (Ok(_), Err(theirs)) => Some(format!("helm refuses: {theirs}")),
            (Err(ours), Ok(_)) => Some(format!("we refuse: {ours}")),
        };
        if let Some(found) = found {
            let kept = std::env::temp_dir().join(format!("sluice-features-{seed}"));
            let _ = std::fs::remove_dir_all(&kept);
            std::fs::rename(&folder, &kept).unwrap();
            std::fs::write(kept.join("flipped.yaml"), &flags.values).unwrap();
            differences.push(format!("seed {seed}, kept in {} {:?}\n{found}", kept.display(), flags.arguments()));
        } else {
            std::fs::remove_dir_all(&folder).unwrap();
        }
    }
    report("generated features", count, &differences);
}

/// The first line in which two texts differ, with the one before.
fn first_line(ours: &str, theirs: &str) -> String {
    let same = ours.lines().zip(theirs.lines()).take_while(|(ours, theirs)| ours == theirs).count();
    let line = |text: &str| text.lines().skip(same.saturating_sub(1)).take(2).collect::<Vec<_>>().join(" / ");
    format!("line {same}\nours   {}\nhelm's {}", line(ours), line(theirs))
}

/// Templates by dice give the same text, or the same refusal to the letter.
#[test]
fn generated_templates() {
    let Some(mut oracle) = Oracle::start() else { return };
    let (first, count) = (setting("SLUICE_SEED", 1), setting("SLUICE_CHARTS", CASES * 4));
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("templates")).unwrap();
    std::fs::write(folder.path().join("Chart.yaml"), "apiVersion: v2\nname: c\nversion: 1.0.0\n").unwrap();
    let mut differences = Vec::new();
    for seed in first..first + count {
        let question = questions::template(&mut Random::new(seed));
        let text =
            format!("{}{{{{ define \"q\" }}}}{question}{{{{ end }}}}\nv: {{{{ include \"q\" . | b64enc }}}}\n", questions::DEFINITIONS);
        std::fs::write(folder.path().join("templates/t.yaml"), text).unwrap();
        let theirs = oracle.template(folder.path(), questions::VALUES).map(|text| decoded(&common::documents(&text)));
        let ours = ours(folder.path(), questions::VALUES).map(|documents| decoded(&documents));
        if ours != theirs && !is_excused(&ours, &theirs) {
            differences.push(format!("seed {seed}: {question}\n  ours   {ours:?}\n  helm's {theirs:?}"));
        }
    }
    report("generated templates", count, &differences);
}

/// The text that a question's chart holds in its only document.
fn decoded(documents: &[Value]) -> String {
    use base64::Engine as _;
    let bytes = documents[0]["v"].as_str().map(|text| base64::engine::general_purpose::STANDARD.decode(text).unwrap());
    without_addresses(&String::from_utf8_lossy(&bytes.unwrap_or_default()))
}

/// What cannot be compared: helm died or printed an address, or a value that holds itself met the limit.
fn is_excused(ours: &Result<String, String>, theirs: &Result<String, String>) -> bool {
    let has_address = theirs.as_ref().is_ok_and(|text| text.contains("0x") || text.contains("%!s(*"));
    let is_cycle = ours.as_ref().is_err_and(|error| error.contains("limit value_depth passed"));
    *theirs == Err(oracle::DIED.into()) || has_address || is_cycle
}

/// Pointers print as addresses in Go, which tell nothing.
fn without_addresses(text: &str) -> String {
    let text = text.replace("0X", "0x");
    let mut parts = text.split("0x");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        shown.push_str("0x");
        shown.push_str(&part[if digits > 8 { digits } else { 0 }..]);
    }
    shown
}

#[test]
fn flipped_values_of_real_charts() {
    let (Some(shared), Some(mut oracle)) = (real_charts(), Oracle::start()) else { return };
    let (first, count) = (setting("SLUICE_SEED", 1), setting("SLUICE_CHARTS", CASES));
    let charts = charts_below(&shared);
    let mut differences = Vec::new();
    for seed in first..first + count {
        let mut random = Random::new(seed);
        let folder = random.pick(&charts);
        let defaults = std::fs::read_to_string(folder.join("values.yaml")).unwrap_or_default();
        let values = generate::flips(&mut random, &values::load(&defaults).unwrap_or_default());
        if let Some(difference) = difference(&mut oracle, folder, &values) {
            differences.push(format!("seed {seed} of {}\n{values}{difference}", folder.display()));
        }
    }
    report("flipped values", count, &differences);
}

/// Real charts render with their defaults, and with the values files that their authors test with, as with helm.
#[test]
fn real_charts_with_their_authors_values() {
    let (Some(root), Some(mut oracle)) = (real_charts(), Oracle::start()) else { return };
    let mut differences = Vec::new();
    let mut count = 0;
    for folder in charts_below(&root) {
        for values in authors_values(&folder) {
            count += 1;
            let text = std::fs::read_to_string(&values).unwrap_or_default();
            let found = difference(&mut oracle, &folder, &text);
            differences.extend(found.map(|difference| format!("{} {}\n{difference}", folder.display(), values.display())));
        }
    }
    report("real charts", count, &differences);
}

/// No file, which is the defaults alone, and every file of `ci/`.
fn authors_values(folder: &Path) -> Vec<PathBuf> {
    let mut files = vec![PathBuf::new()];
    for entry in std::fs::read_dir(folder.join("ci")).into_iter().flatten() {
        let path = entry.unwrap().path();
        files.extend(Some(path).filter(|path| path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml")));
    }
    files.sort();
    files
}

/// Where real charts lie, as `<repository>/<chart>`: `SLUICE_CHARTS_FROM`, or the shared cases.
fn real_charts() -> Option<PathBuf> {
    std::env::var_os("SLUICE_CHARTS_FROM").map(PathBuf::from).or_else(|| common::shared("helm/charts"))
}

fn charts_below(folder: &Path) -> Vec<PathBuf> {
    let repositories = std::fs::read_dir(folder).unwrap().flat_map(|entry| std::fs::read_dir(entry.unwrap().path()).unwrap());
    let mut charts: Vec<PathBuf> = repositories.map(|entry| entry.unwrap().path()).collect();
    charts.sort();
    charts
}
