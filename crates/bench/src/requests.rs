//! What the API server was asked, counted by the server itself.
//!
//! Leases, events of the server's own and the checks of its controllers are there without Sluice too; a baseline takes them out.

use anyhow::Result;
use testing::kube::KubeApiServer;

/// Verbs that change something, in the words of the metric.
const WRITES: [&str; 6] = ["POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION"];
/// Verbs that read, watches apart.
const READS: [&str; 2] = ["GET", "LIST"];
const METRIC: &str = "apiserver_request_total{";

/// Counts since the server started.
#[derive(Clone, Copy)]
pub struct Requests {
    /// Requests that change something.
    pub writes: f64,
    /// Requests that read, watches apart.
    pub reads: f64,
}

impl Requests {
    /// What came since an earlier count.
    pub fn since(self, earlier: Requests) -> Requests {
        Requests { writes: self.writes - earlier.writes, reads: self.reads - earlier.reads }
    }
}

/// Asks the server. The question itself counts as a read.
pub async fn count(server: &KubeApiServer) -> Result<Requests> {
    let authority = reqwest::Certificate::from_pem(&std::fs::read(server.ca())?)?;
    let client = reqwest::Client::builder().tls_certs_only([authority]).build()?;
    let response = client.get(format!("{}/metrics", server.url())).bearer_auth(server.token()).send().await?;
    Ok(sum(&response.error_for_status()?.text().await?))
}

fn sum(metrics: &str) -> Requests {
    let mut requests = Requests { writes: 0.0, reads: 0.0 };
    for line in metrics.lines().filter_map(|line| line.strip_prefix(METRIC)) {
        let Some((labels, count)) = line.rsplit_once(' ') else { continue };
        let is = |verbs: &[&str]| verbs.iter().any(|verb| labels.contains(&format!("verb=\"{verb}\"")));
        let count: f64 = count.parse().unwrap_or(0.0);
        if is(&WRITES) {
            requests.writes += count;
        } else if is(&READS) {
            requests.reads += count;
        }
    }
    requests
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watches_are_neither_reads_nor_writes() {
        let line = |verb: &str, count: u8| format!("apiserver_request_total{{code=\"200\",resource=\"pods\",verb=\"{verb}\"}} {count}\n");
        let requests = sum(&(line("WATCH", 7) + &line("LIST", 2) + &line("APPLY", 3)));
        assert_eq!((requests.writes, requests.reads), (3.0, 2.0));
    }
}
