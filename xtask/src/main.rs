//! The scripts of the project.

fn main() {}
