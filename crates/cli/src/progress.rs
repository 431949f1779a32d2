//! Progress on standard error: bars with rate and ETA on a terminal, plain lines otherwise.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use pipeline::{Progress, Task};
use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Bars where somebody looks, lines where something reads.
pub struct Watcher {
    bars: Option<MultiProgress>,
}

impl Watcher {
    /// Decides by whether standard error is a terminal.
    pub fn new() -> Self {
        let bars =
            std::io::stderr().is_terminal().then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()));
        Self { bars }
    }
}

impl Progress for Watcher {
    fn begin(&self, name: &str, total: Option<u64>) -> Box<dyn Task> {
        let Some(bars) = &self.bars else {
            return Box::new(Line { name: name.to_owned(), total, done: AtomicU64::new(0) });
        };
        let bar = bars.add(total.map_or_else(ProgressBar::new_spinner, ProgressBar::new));
        let template = match total {
            Some(_) => "{prefix:>20} {bar:24} {human_pos}/{human_len}  {per_sec}  ETA {eta}",
            None => "{prefix:>20} {spinner} {human_pos} items  {per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        Box::new(Bar(bar))
    }

    fn notice(&self, message: &str) {
        match &self.bars {
            // A message between bars must not tear them.
            Some(bars) => drop(bars.println(message)),
            None => say(message),
        }
    }
}

struct Bar(ProgressBar);

impl Task for Bar {
    fn advance(&self, items: u64) {
        self.0.inc(items);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

struct Line {
    name: String,
    total: Option<u64>,
    done: AtomicU64,
}

impl Task for Line {
    fn advance(&self, items: u64) {
        self.done.fetch_add(items, Ordering::Relaxed);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let done = self.done.load(Ordering::Relaxed);
        match self.total {
            Some(total) if total != done => say(&format!("{}: {done} of {total}", self.name)),
            _ => say(&format!("{}: {done}", self.name)),
        }
    }
}

/// One line on standard error; where that is closed, nobody wanted to hear it.
pub fn say(message: &str) {
    drop(writeln!(std::io::stderr(), "{message}"));
}
