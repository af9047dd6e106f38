//! Numbers from a seed.

/// A small generator (xorshift64*): the same seed gives the same tree on every machine.
pub struct Random {
    state: u64,
    /// Every object made so far: most are made once.
    pub made: Vec<Known>,
    /// The objects that the folder at hand can see, so that most patches find something to patch.
    pub known: Vec<Known>,
}

/// What identifies an object.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub kind: &'static str,
    pub name: &'static str,
    pub namespace: Option<&'static str>,
}

impl Random {
    /// Seeds it; a few steps spread small seeds.
    pub fn new(seed: u64) -> Random {
        let mut random = Random { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, made: Vec::new(), known: Vec::new() };
        (0..8).for_each(|_| {
            random.next();
        });
        random
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    /// True once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of several.
    pub fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    /// A copy of one of several.
    pub fn one_value(&mut self, of: &[serde_json::Value]) -> serde_json::Value {
        of[self.below(of.len())].clone()
    }

    /// An object of this kind that the folder sees, if there is one.
    pub fn known_of(&mut self, kind: &str) -> Option<Known> {
        let all: Vec<Known> = self.known.iter().filter(|known| known.kind == kind).copied().collect();
        if all.is_empty() { None } else { Some(all[self.below(all.len())]) }
    }
}
