//! Queue, backoff, lease, clock, events, metrics: runs any controller, knows no kind.
