//! Carries out a Plan as the tenant that owns it.
