//! What the figures were taken on: a figure without its machine means nothing.

use std::fs;

/// Cores, memory and kernel in one line.
pub fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let gib = field(&memory, "MemTotal:").unwrap_or(0) / (1 << 20);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cores} cores, {gib} GiB, kernel {}", kernel.trim())
}

/// Peak resident memory of a running process in MiB, 0 once it has ended.
pub fn peak_rss_mib(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    field(&status, "VmHWM:").unwrap_or(0) as f64 / 1024.0
}

/// The number behind a name in a file of /proc; memory there is in KiB.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
