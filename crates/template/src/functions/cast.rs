//! Conversions
