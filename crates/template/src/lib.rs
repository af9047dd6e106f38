//! Go text/template and the function library that Helm charts use, pure.
