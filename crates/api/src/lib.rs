//! The kinds Sluice speaks: the Flux API as plain data, and the CRDs made from it.
