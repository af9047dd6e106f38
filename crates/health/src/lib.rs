//! Object to Health, as kstatus judges it, and CEL health expressions.
