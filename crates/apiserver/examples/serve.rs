//! Serves an empty cluster on a port until interrupted, and prints the kubeconfig's path.

use apiserver::{ApiServer, Authorization, Options};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options { simulate_workloads: true, authorization: Authorization::Rbac, ..Options::default() };
    let server = ApiServer::open(options)?;
    let serving = server.serve("127.0.0.1:6443").await?;
    let path = std::env::args().nth(1).unwrap_or_else(|| "kubeconfig".into());
    std::fs::write(&path, &serving.kubeconfig)?;
    println!("https://{} KUBECONFIG={path}", serving.address);
    tokio::signal::ctrl_c().await?;
    server.shutdown().await;
    Ok(())
}
