//! What is known of each site's `robots.txt`, and for how long it counts (RFC 9309, sections 2.3 and 2.4).

use crate::robots::Robots;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use url::Url;

/// How long a file counts.
const FRESH: Duration = Duration::from_secs(24 * 60 * 60);
/// How soon one that cannot be read is asked for again, where an older one counts on.
const AGAIN: Duration = Duration::from_secs(10 * 60);
/// After this long a file that nobody can read is no wish any more.
const GIVEN_UP: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const SITES_MAX: usize = 32 << 10;
const BYTES_MAX: usize = 64 << 20;

/// What came of asking for the file.
pub(crate) enum Asked {
    /// This file; an empty one where the server has none (400 to 499).
    File(Robots),
    /// Nothing that says what the site wants (500 to 599, or no answer), and why.
    Unreadable(String),
}

/// What counts now.
#[derive(Clone)]
pub(crate) enum Wishes {
    Known(Arc<Robots>),
    Unreadable(String),
}

/// All sites, by scheme, host and port.
#[derive(Default)]
pub(crate) struct Cache {
    sites: Mutex<HashMap<String, Arc<Turn<Site>>>>,
    weight: Arc<AtomicUsize>,
}

/// One site; whoever holds it asks, and the others wait for what it brings.
#[derive(Default)]
pub(crate) struct Site {
    file: Option<Arc<Robots>>,
    /// What all files together weigh, this one included.
    weight: Arc<AtomicUsize>,
    /// When to ask again.
    until: Option<Duration>,
    /// Since when, and why, the file cannot be read.
    unreadable: Option<(Duration, String)>,
}

impl Cache {
    pub(crate) async fn site(&self, url: &Url, now: Duration) -> OwnedMutexGuard<Site> {
        let key = url.origin().ascii_serialization();
        let site = {
            let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
            let full = sites.len() >= SITES_MAX || self.weight.load(Ordering::Relaxed) > BYTES_MAX;
            if full && !sites.contains_key(&key) {
                forget(&mut sites, now);
            }
            let new = || {
                let mut site = Site::default();
                site.weight = self.weight.clone();
                Arc::new(Turn::new(site))
            };
            sites.entry(key).or_insert_with(new).clone()
        };
        site.lock_owned().await
    }
}

/// Forgets the half of the sites that was asked longest ago; never one that is in use.
fn forget(sites: &mut HashMap<String, Arc<Turn<Site>>>, now: Duration) {
    let until = |site: &Arc<Turn<Site>>| site.try_lock().ok().and_then(|site| site.until).unwrap_or(now);
    let mut ends: Vec<_> = sites.values().map(until).collect();
    ends.sort_unstable();
    let middle = ends.get(ends.len() / 2).copied().unwrap_or(now);
    sites.retain(|_, site| Arc::strong_count(site) > 1 || until(site) > middle);
}

impl Site {
    /// What counts, unless it is time to ask.
    pub(crate) fn current(&self, now: Duration) -> Option<Wishes> {
        self.until.filter(|until| now < *until).map(|_| self.wishes(now))
    }

    /// Takes in what came of asking.
    pub(crate) fn learn(&mut self, asked: Asked, now: Duration) -> Wishes {
        match asked {
            Asked::File(robots) => {
                self.forget();
                self.weight.fetch_add(robots.weight(), Ordering::Relaxed);
                (self.file, self.until, self.unreadable) = (Some(Arc::new(robots)), Some(now + FRESH), None);
                self.wishes(now)
            }
            Asked::Unreadable(reason) => {
                let since = self.unreadable.as_ref().map_or(now, |(since, _)| *since);
                self.unreadable = Some((since, reason));
                let wishes = self.wishes(now);
                // Where nothing may be fetched, asking again is all that is sent, and a site that recovers is seen at once.
                self.until = matches!(wishes, Wishes::Known(_)).then_some(now + AGAIN);
                wishes
            }
        }
    }

    fn forget(&mut self) {
        if let Some(file) = self.file.take() {
            self.weight.fetch_sub(file.weight(), Ordering::Relaxed);
        }
    }

    /// The last file that could be read counts on; where there never was one, nothing may be fetched, but not for ever.
    fn wishes(&self, now: Duration) -> Wishes {
        match (&self.file, &self.unreadable) {
            (Some(file), _) => Wishes::Known(file.clone()),
            (None, Some((since, reason))) if now.saturating_sub(*since) < GIVEN_UP => {
                Wishes::Unreadable(reason.clone())
            }
            (None, _) => Wishes::Known(Arc::default()),
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_cache_stays_within_its_weight() {
        let cache = Cache::default();
        let rules = "disallow: /x\n".repeat(40_000);
        let file = Robots::parse(format!("user-agent: *\n{rules}").as_bytes(), "Pesut");
        let most = BYTES_MAX / file.weight() + 1;
        for number in 0..most * 3 {
            let url = Url::parse(&format!("https://media{number}.example/")).unwrap();
            let now = Duration::from_secs(number as u64);
            cache.site(&url, now).await.learn(Asked::File(file.clone()), now);
            assert!(cache.weight.load(Ordering::Relaxed) <= BYTES_MAX + file.weight());
        }
        assert!(cache.sites.lock().unwrap().len() <= most);
    }

    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    fn file() -> Asked {
        Asked::File(Robots::parse(b"user-agent: *\ndisallow: /x", "Pesut"))
    }

    fn unreadable() -> Asked {
        Asked::Unreadable("HTTP 500".into())
    }

    fn forbids(wishes: &Wishes) -> bool {
        match wishes {
            Wishes::Known(robots) => robots.forbids("/x").is_some(),
            Wishes::Unreadable(_) => true,
        }
    }

    #[test]
    fn a_file_counts_for_a_day_and_the_last_one_counts_on() {
        let mut site = Site::default();
        assert!(site.current(DAY).is_none());
        assert!(forbids(&site.learn(file(), DAY)));
        assert!(site.current(DAY * 2 - Duration::from_secs(1)).is_some() && site.current(DAY * 2).is_none());
        assert!(matches!(site.learn(unreadable(), DAY * 2), Wishes::Known(_)));
        assert!(matches!(site.learn(unreadable(), DAY * 99), Wishes::Known(file) if file.forbids("/x").is_some()));
    }

    #[test]
    fn a_file_that_nobody_can_read_forbids_everything_for_thirty_days() {
        let mut site = Site::default();
        assert!(matches!(site.learn(unreadable(), DAY), Wishes::Unreadable(_)));
        assert!(site.current(DAY).is_none(), "asked again at once");
        assert!(matches!(site.learn(unreadable(), DAY * 30), Wishes::Unreadable(_)));
        let given_up = site.learn(unreadable(), DAY * 31);
        assert!(!forbids(&given_up));
        assert!(!forbids(&site.learn(Asked::File(Robots::default()), DAY * 32)));
    }
}
