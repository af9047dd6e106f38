//! Chart.yaml, Chart.lock and their older forms: reading, cleaning, checking.
//!
//! Refuses to be: a judge of style; that is `lint`.

use object::Value;
use template::Time;
use template::value::Zone;

use crate::decode::{DECODING, Fields};
use crate::{Error, Result};

/// Chart.yaml. Absent texts are empty.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    /// `apiVersion`: `v1` or `v2`; `v1` where it is absent.
    pub api_version: String,
    /// `name`.
    pub name: String,
    /// `version`.
    pub version: String,
    /// `appVersion`.
    pub app_version: String,
    /// `kubeVersion`: a constraint.
    pub kube_version: String,
    /// `description`.
    pub description: String,
    /// `type`: empty, `application` or `library`.
    pub kind: String,
    /// `home`.
    pub home: String,
    /// `icon`.
    pub icon: String,
    /// `sources`.
    pub sources: Vec<String>,
    /// `keywords`.
    pub keywords: Vec<String>,
    /// `maintainers`.
    pub maintainers: Vec<Maintainer>,
    /// `condition`, which Helm keeps but does not use here.
    pub condition: String,
    /// `tags`, which Helm keeps but does not use here.
    pub tags: String,
    /// `deprecated`.
    pub deprecated: bool,
    /// `annotations`; none where absent.
    pub annotations: Option<Vec<(String, String)>>,
    /// `dependencies`; none where absent, which is not the same as an empty list.
    pub dependencies: Option<Vec<Dependency>>,
}

/// Who maintains a chart.
#[derive(Clone, Debug, Default)]
pub struct Maintainer {
    /// Name of a person or organisation.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Address of a page.
    pub url: String,
}

/// One dependency that a chart declares.
#[derive(Clone, Debug, Default)]
pub struct Dependency {
    /// Name in the dependency's own Chart.yaml.
    pub name: String,
    /// Constraint.
    pub version: String,
    /// Where it comes from.
    pub repository: String,
    /// Comma-separated paths of booleans in the values; the first one that exists decides.
    pub condition: String,
    /// Names that `tags.<name>` of the values switches on or off.
    pub tags: Vec<String>,
    /// `enabled` as written; rendering decides anew.
    pub enabled: bool,
    /// What is taken over from the dependency's values: names or child/parent pairs.
    pub import_values: Vec<Value>,
    /// The name it goes by in this chart, empty for its own.
    pub alias: String,
}

/// Chart.lock or requirements.lock.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// When it was made.
    pub generated: String,
    /// Digest of the declared dependencies.
    pub digest: String,
    /// The exact versions.
    pub dependencies: Vec<Dependency>,
}

type Decoded<T> = std::result::Result<T, String>;

impl Metadata {
    /// Reads the fields that `value` has over those of `self`, as Go does when two files describe one chart.
    pub(crate) fn read(&mut self, value: &Value) -> Decoded<()> {
        let Some(fields) = Fields::of(value, "loader.chartBase")? else { return Ok(()) };
        let texts: [(&str, &mut String); 11] = [
            ("apiVersion", &mut self.api_version),
            ("name", &mut self.name),
            ("version", &mut self.version),
            ("appVersion", &mut self.app_version),
            ("kubeVersion", &mut self.kube_version),
            ("description", &mut self.description),
            ("type", &mut self.kind),
            ("home", &mut self.home),
            ("icon", &mut self.icon),
            ("condition", &mut self.condition),
            ("tags", &mut self.tags),
        ];
        for (name, field) in texts {
            if fields.get(name).is_some() {
                *field = fields.text(name)?;
            }
        }
        self.read_lists(fields)
    }

    fn read_lists(&mut self, fields: Fields<'_>) -> Decoded<()> {
        if fields.get("sources").is_some() {
            self.sources = fields.texts("sources")?;
        }
        if fields.get("keywords").is_some() {
            self.keywords = fields.texts("keywords")?;
        }
        if fields.get("deprecated").is_some() {
            self.deprecated = fields.boolean("deprecated")?;
        }
        if let Some(annotations) = fields.text_map("annotations")? {
            self.annotations = Some(annotations);
        }
        if let Some(items) = fields.list("maintainers", "[]*v2.Maintainer")? {
            self.maintainers = items.iter().map(|item| Maintainer::read(item, fields)).collect::<Decoded<_>>()?;
        }
        if let Some(items) = fields.list("dependencies", "[]*v2.Dependency")? {
            self.dependencies = Some(items.iter().map(|item| Dependency::read(item, fields)).collect::<Decoded<_>>()?);
        }
        Ok(())
    }

    /// Cleans every text of unprintable characters and checks what every chart must have.
    pub(crate) fn validate(&mut self) -> Result<()> {
        self.clean();
        let refuse = |message: String| Err(Error::Metadata(message));
        if self.name.is_empty() {
            return refuse("chart.metadata.name is required".into());
        }
        if self.name == "." || self.name == ".." {
            return refuse(format!("chart.metadata.name {:?} is not allowed", self.name));
        }
        if self.name.contains('/') {
            return refuse(format!("chart.metadata.name {:?} is invalid", self.name));
        }
        if self.version.is_empty() {
            return refuse("chart.metadata.version is required".into());
        }
        if semver::Version::parse_lenient(&self.version).is_err() {
            return refuse(format!("chart.metadata.version {:?} is invalid", self.version));
        }
        if !["", "application", "library"].contains(&self.kind.as_str()) {
            return refuse("chart.metadata.type must be application or library".into());
        }
        self.validate_dependencies()
    }

    fn clean(&mut self) {
        let texts = [
            &mut self.name,
            &mut self.description,
            &mut self.home,
            &mut self.icon,
            &mut self.condition,
            &mut self.tags,
            &mut self.app_version,
            &mut self.kube_version,
        ];
        let people = self.maintainers.iter_mut().flat_map(|person| [&mut person.name, &mut person.email, &mut person.url]);
        texts.into_iter().chain(&mut self.sources).chain(&mut self.keywords).chain(people).for_each(clean);
        for dependency in self.dependencies.iter_mut().flatten() {
            let texts = [&mut dependency.name, &mut dependency.version, &mut dependency.repository, &mut dependency.condition];
            texts.into_iter().chain(&mut dependency.tags).for_each(clean);
        }
    }

    fn validate_dependencies(&self) -> Result<()> {
        let mut seen = std::collections::BTreeSet::new();
        for dependency in self.dependencies.iter().flatten() {
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            if !dependency.alias.chars().all(is_word) {
                return Err(Error::Metadata(format!("dependency {:?} has disallowed characters in the alias", dependency.name)));
            }
            if !seen.insert(dependency.local_name()) {
                return Err(Error::Metadata(format!("more than one dependency with name or alias {:?}", dependency.local_name())));
            }
        }
        Ok(())
    }
}

impl Maintainer {
    fn read<'a>(value: &'a Value, chart: Fields<'a>) -> Decoded<Maintainer> {
        let empty = "validation: maintainers must not contain empty or null nodes";
        let fields = chart.inner(value, "maintainers.", "v2.Maintainer")?.ok_or(empty)?;
        Ok(Maintainer { name: fields.text("name")?, email: fields.text("email")?, url: fields.text("url")? })
    }
}

impl Dependency {
    /// The name it goes by in the chart that declares it.
    pub fn local_name(&self) -> &str {
        if self.alias.is_empty() { &self.name } else { &self.alias }
    }

    fn read<'a>(value: &'a Value, holder: Fields<'a>) -> Decoded<Dependency> {
        let empty = "validation: dependencies must not contain empty or null nodes";
        let fields = holder.inner(value, "dependencies.", "v2.Dependency")?.ok_or(empty)?;
        Ok(Dependency {
            name: fields.text("name")?,
            version: fields.text("version")?,
            repository: fields.text("repository")?,
            condition: fields.text("condition")?,
            tags: fields.texts("tags")?,
            enabled: fields.boolean("enabled")?,
            import_values: fields.list("import-values", "[]interface {}")?.cloned().unwrap_or_default(),
            alias: fields.text("alias")?,
        })
    }
}

impl Lock {
    pub(crate) fn read(value: &Value) -> Decoded<Lock> {
        let Some(fields) = Fields::of(value, "v2.Lock")? else { return Ok(Lock::default()) };
        let dependencies = fields.list("dependencies", "[]*v2.Dependency")?.map_or(&[][..], Vec::as_slice);
        let generated = fields.text("generated")?;
        if !generated.is_empty() {
            Time::parse("2006-01-02T15:04:05Z07:00", &generated, Zone::utc()).map_err(|message| format!("{DECODING}: {message}"))?;
        }
        Ok(Lock {
            generated,
            digest: fields.text("digest")?,
            dependencies: dependencies.iter().map(|item| Dependency::read(item, fields)).collect::<Decoded<_>>()?,
        })
    }
}

/// White space becomes a blank, control characters go.
fn clean(text: &mut String) {
    if text.chars().any(|c| c != ' ' && (c.is_whitespace() || c.is_control())) {
        let visible = text.chars().filter(|c| c.is_whitespace() || !c.is_control());
        *text = visible.map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    }
}
