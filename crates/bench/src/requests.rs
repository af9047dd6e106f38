//! What the API server was asked, counted by the server itself.
//!
//! Leases are the heartbeats of the server and its controllers and are left out: Sluice runs without leader election here, and a beat
//! more or less in an interval would hide one write of ours. What else the server asks of itself is taken out by a baseline.

use anyhow::Result;
use testing::kube::KubeApiServer;

/// Verbs that change something, in the words of the metric.
const WRITES: [&str; 6] = ["POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION"];
/// Verbs that read, watches apart.
const READS: [&str; 2] = ["GET", "LIST"];
/// What only beats: the server's own leases.
const BEATS: &str = "resource=\"leases\"";
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
    for line in metrics.lines().filter_map(|line| line.strip_prefix(METRIC)).filter(|line| !line.contains(BEATS)) {
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

    fn line(verb: &str, resource: &str, count: u8) -> String {
        format!("apiserver_request_total{{code=\"200\",resource=\"{resource}\",verb=\"{verb}\"}} {count}\n")
    }

    #[test]
    fn watches_are_neither_reads_nor_writes() {
        let requests = sum(&(line("WATCH", "pods", 7) + &line("LIST", "pods", 2) + &line("APPLY", "pods", 3)));
        assert_eq!((requests.writes, requests.reads), (3.0, 2.0));
    }

    #[test]
    fn heartbeats_are_not_counted() {
        let requests = sum(&(line("PUT", "leases", 9) + &line("GET", "leases", 9) + &line("PUT", "pods", 1)));
        assert_eq!((requests.writes, requests.reads), (1.0, 0.0));
    }
}
