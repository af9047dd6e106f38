//! The named limits of a render. Every refusal that Go would answer with a crash or an endless loop has its name here.

/// Bounds for one [`crate::Render`]. Defaults suit the largest public charts with two orders of magnitude to spare.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes a single template execution may write (`output_bytes`, 256 MiB).
    pub output_bytes: usize,
    /// Bytes of one string value (`string_bytes`, 64 MiB).
    pub string_bytes: usize,
    /// Templates being executed inside each other, whatever their names (`template_depth`, 5,000).
    pub template_depth: usize,
    /// Nodes evaluated and list or map entries produced by functions (`steps`, 200 million).
    pub steps: u64,
    /// Levels of lists and maps inside each other that are printed, copied, compared or converted (`value_depth`, 1,000).
    pub value_depth: usize,
    /// Bytes of a compiled regular expression (`regex_bytes`, 10 MiB).
    pub regex_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            output_bytes: 256 << 20,
            string_bytes: 64 << 20,
            template_depth: 5_000,
            steps: 200_000_000,
            value_depth: 1_000,
            regex_bytes: 10 << 20,
        }
    }
}

/// Includes of one name inside each other; the number and the message are Helm's.
pub(crate) const INCLUDE_DEPTH_MAX: u32 = 1_000;
/// Parentheses inside each other; Go's number.
pub(crate) const PAREN_DEPTH_MAX: usize = 10_000;
/// Control blocks (`if`, `with`, `range`, `block`) inside each other.
pub(crate) const BLOCK_DEPTH_MAX: usize = 10_000;
/// Stack that must be left before recursion goes on, and the size of each further segment.
const STACK_RED_ZONE: usize = 128 << 10;
const STACK_SEGMENT: usize = 2 << 20;

/// Runs `f` with enough stack left, on a further heap-allocated segment where needed.
///
/// Every recursion of this crate passes here, so depth limits hold on a thread of any stack size.
pub(crate) fn with_stack<R>(f: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(STACK_RED_ZONE, STACK_SEGMENT, f)
}
