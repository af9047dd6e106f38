//! One module per kind: the seven stages from resolve to report.
