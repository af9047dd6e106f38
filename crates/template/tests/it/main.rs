//! The engine against shown questions and answers: tiny charts, and the tables of Go's and sprig's own tests.

mod answers;
mod charts;
mod docs;
mod host;
mod hostile;
mod tables;
