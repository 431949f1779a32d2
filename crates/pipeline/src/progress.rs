//! `Progress`: what a run tells a watcher while it works. The edge decides whether that is a bar or a line.

/// Somebody who watches.
pub trait Progress: Sync {
    /// A piece of work begins; `total` is its number of items where that is known.
    fn begin(&self, name: &str, total: Option<u64>) -> Box<dyn Task>;

    /// Something the user should know: a source was down, an index was set aside.
    fn notice(&self, message: &str);
}

/// One piece of work in progress; dropping it ends it.
pub trait Task: Send + Sync {
    /// So many more items are done.
    fn advance(&self, items: u64);
}

/// Nobody watches.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _name: &str, _total: Option<u64>) -> Box<dyn Task> {
        Box::new(Silent)
    }

    fn notice(&self, _message: &str) {}
}

impl Task for Silent {
    fn advance(&self, _items: u64) {}
}
