//! kubectl over HTTPS, with the kubeconfig that the server writes.

use std::path::PathBuf;
use std::process::Command;

use apiserver::{ApiServer, Options};

struct Kubectl {
    folder: tempfile::TempDir,
    _server: ApiServer,
}

impl Kubectl {
    /// None where kubectl is not installed.
    async fn start(options: Options) -> Option<Kubectl> {
        if Command::new("kubectl").arg("version").arg("--client").output().is_err() {
            eprintln!("SKIPPED: kubectl is not installed");
            return None;
        }
        let server = ApiServer::open(options).unwrap();
        let serving = server.serve("127.0.0.1:0").await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config"), &serving.kubeconfig).unwrap();
        Some(Kubectl { folder, _server: server })
    }

    /// Runs kubectl; stdout if it succeeds, stderr if not.
    async fn run(&self, line: &str) -> Result<String, String> {
        self.run_with(line, "").await
    }

    async fn run_with(&self, line: &str, input: &str) -> Result<String, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let (config, home) = (self.path("config"), self.folder.path().to_owned());
        let input_file = self.path("input");
        std::fs::write(&input_file, input).unwrap();
        let output = tokio::task::spawn_blocking(move || {
            let mut command = Command::new("kubectl");
            command.args(&words).env("KUBECONFIG", config).env("HOME", home);
            command.stdin(std::fs::File::open(input_file).unwrap()).output().unwrap()
        });
        let output = output.await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

const DEPLOYMENT: &str = r"
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'nginx:1'}]}
";

#[tokio::test(flavor = "multi_thread")]
async fn everyday_commands_work() {
    let Some(kubectl) = Kubectl::start(Options::default()).await else { return };
    let version = kubectl.run("version").await.unwrap();
    assert!(version.contains("Server Version: v1.36.3"), "{version}");
    assert!(kubectl.run("get ns").await.unwrap().contains("kube-system"));
    assert!(kubectl.run("api-resources").await.unwrap().contains("deployments"));
    assert!(kubectl.run_with("apply -f -", DEPLOYMENT).await.unwrap().contains("deployment.apps/web created"));
    assert!(kubectl.run_with("apply -f -", DEPLOYMENT).await.unwrap().contains("deployment.apps/web unchanged"));
    let changed = DEPLOYMENT.replace("replicas: 2", "replicas: 3");
    assert!(kubectl.run_with("apply -f -", &changed).await.unwrap().contains("deployment.apps/web configured"));
    assert_eq!(kubectl.run("get deploy web -o jsonpath={.spec.replicas}").await.unwrap(), "3");
    assert!(kubectl.run("label deploy web tier=front").await.unwrap().contains("labeled"));
    assert!(kubectl.run("annotate deploy web note=x").await.unwrap().contains("annotated"));
    assert!(kubectl.run("scale deploy web --replicas=5").await.unwrap().contains("scaled"));
    assert_eq!(kubectl.run("get deploy web -o jsonpath={.spec.replicas}").await.unwrap(), "5");
    assert!(kubectl.run("describe deploy web").await.unwrap().contains("nginx:1"));
    assert!(kubectl.run("delete deploy web").await.unwrap().contains("deleted"));
    assert!(kubectl.run("get deploy web").await.unwrap_err().contains("NotFound"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_and_whether() {
    let Some(kubectl) = Kubectl::start(Options::default()).await else { return };
    assert_eq!(kubectl.run("auth can-i create deployments").await.unwrap().trim(), "yes");
    assert!(kubectl.run("auth whoami").await.unwrap().contains("system:admin"));
    assert!(kubectl.run("create sa builder").await.unwrap().contains("created"));
    assert!(kubectl.run("create token builder").await.unwrap().split('.').count() == 3);
    assert!(kubectl.run("create ns shop").await.unwrap().contains("created"));
    assert!(kubectl.run("create cm settings -n shop --from-literal=a=b").await.unwrap().contains("created"));
    assert!(kubectl.run("delete ns shop").await.unwrap().contains("deleted"));
    assert!(kubectl.run("get cm settings -n shop").await.unwrap_err().contains("NotFound"));
}
