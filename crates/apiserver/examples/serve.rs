//! Serves an empty cluster with RBAC until interrupted: `serve [kubeconfig to write] [address] [--simulate-workloads]`.

use apiserver::{ApiServer, Authorization, Options};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (flags, words): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|word| word.starts_with("--"));
    let simulate_workloads = flags.iter().any(|flag| flag == "--simulate-workloads");
    let server = ApiServer::open(Options { simulate_workloads, authorization: Authorization::Rbac, ..Options::default() })?;
    let serving = server.serve(words.get(1).map_or("127.0.0.1:6443", String::as_str)).await?;
    let path = words.first().map_or("kubeconfig", String::as_str);
    std::fs::write(path, &serving.kubeconfig)?;
    println!("https://{} KUBECONFIG={path}", serving.address);
    tokio::signal::ctrl_c().await?;
    server.shutdown().await;
    Ok(())
}
