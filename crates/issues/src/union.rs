//! Union-find: sets that only grow together; a set goes by its smallest member.

pub(crate) struct Union(Vec<usize>);

impl Union {
    /// Each of so many members on its own.
    pub(crate) fn new(members: usize) -> Self {
        Self((0..members).collect())
    }

    /// The smallest member of the set.
    pub(crate) fn find(&mut self, mut member: usize) -> usize {
        while self.0[member] != member {
            self.0[member] = self.0[self.0[member]];
            member = self.0[member];
        }
        member
    }

    /// Makes one set of two.
    pub(crate) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b)] = a.min(b);
    }
}
