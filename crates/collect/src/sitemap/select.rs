//! Which addresses of the maps are wanted: of those with a time the ones behind the horizon, of the others the unknown.

use super::Run;
use super::map::{Entry, Map};
use crate::addresses;
use crate::articles::Wanted;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Entries without a time that are remembered of each end of a map, and of all maps together.
const END_MAX: usize = 500;
const UNDATED_MAX: usize = 1_500;
/// Entries with a time that one run considers, newest first; the queue must be able to remember them all.
const DATED_MAX: usize = 1_500;

impl Run<'_> {
    /// Sorts a map's entries into those with and without a time.
    pub(super) fn take(&mut self, address: &str, map: Map) {
        let site = Url::parse(&self.site.options.url).expect("checked when the collector was built");
        let foreign = map.entries.len();
        let entries: Vec<(Url, Entry)> = map
            .entries
            .into_iter()
            .filter_map(|entry| Some((addresses::clean(&entry.loc)?, entry)))
            .filter(|(url, _)| addresses::same_site(url, &site))
            .collect();
        // Only a site itself can say what is its own.
        self.left_out += (foreign - entries.len()) as u64;
        let entries: Vec<(Url, Entry)> =
            entries.into_iter().filter(|(url, entry)| self.is_wanted(url, entry)).collect();
        // Some programs write the moment of the request as every page's last change.
        let times: BTreeSet<Timestamp> = entries.iter().filter_map(|(_, entry)| entry.lastmod).collect();
        let idle =
            entries.len() > 10 && times.len() == 1 && times.first().is_some_and(|time| time.as_second() % 60 != 0);
        let mut undated = Vec::new();
        for (url, entry) in entries {
            let lastmod = entry.lastmod.filter(|_| !idle);
            let day =
                || addresses::date_in_path(&url)?.to_zoned(self.site.zone.clone()).ok().map(|day| day.timestamp());
            let time = lastmod.max(entry.published_at).or_else(day);
            let wanted = Wanted {
                url: url.into(),
                version: lastmod.map(|time| time.to_string()).unwrap_or_default(),
                title: entry.title,
                published_at: entry.published_at,
                tags: entry.keywords,
                ..Wanted::default()
            };
            match time {
                Some(time) => self.dated.push((time, wanted)),
                None => undated.push(wanted),
            }
        }
        if undated.is_empty() {
            return;
        }
        let count = undated.len();
        if count > 2 * END_MAX {
            undated.drain(END_MAX..count - END_MAX);
        }
        let known = self.cursor.maps.get(address).map_or(0, |map| map.undated);
        let is_new = self.cursor.queue.news();
        let new = undated.iter().filter(|wanted| is_new(wanted)).count();
        drop(is_new);
        if known > 0 && count > known + new {
            let lost = count - known - new;
            self.skip(
                address,
                format!("it has {lost} new addresses that stand neither at its beginning nor at its end"),
            );
        }
        if let Some(map) = self.maps.get_mut(address) {
            map.undated = count;
        }
        self.undated.push((address.to_owned(), undated));
    }

    fn is_wanted(&self, url: &Url, entry: &Entry) -> bool {
        let options = &self.site.options;
        let path = addresses::path_and_query(url);
        let matched = |patterns: &[String]| patterns.iter().any(|pattern| addresses::matches(pattern, path));
        if matched(&options.exclude) {
            return false;
        }
        // What a news map lists, or the pipeline asks for, is an article whatever its address looks like.
        if !options.include.is_empty() {
            matched(&options.include)
        } else {
            entry.title.is_some() || !addresses::is_listing(url)
        }
    }

    /// The articles that are wanted, newest first.
    pub(super) fn wanted(&mut self, horizon: Timestamp) -> Vec<Wanted> {
        self.dated.retain(|(time, _)| *time >= horizon);
        self.dated.sort_by(|(a, _), (b, _)| b.cmp(a));
        // The same article in a news map and in the site's map counts once; the news map knows its title.
        let mut met: BTreeMap<String, usize> = BTreeMap::new();
        let mut merged: Vec<(Timestamp, Wanted)> = Vec::new();
        for (time, wanted) in std::mem::take(&mut self.dated) {
            match met.get(&wanted.url) {
                Some(at) => {
                    let kept = &mut merged[*at].1;
                    kept.title = kept.title.take().or(wanted.title);
                    kept.published_at = kept.published_at.or(wanted.published_at);
                    if kept.tags.is_empty() {
                        kept.tags = wanted.tags;
                    }
                }
                None => {
                    met.insert(wanted.url.clone(), merged.len());
                    merged.push((time, wanted));
                }
            }
        }
        self.dated = merged;
        if self.dated.len() > DATED_MAX {
            let is_new = self.cursor.queue.news();
            let lost = self.dated[DATED_MAX..].iter().filter(|(_, wanted)| is_new(wanted)).count();
            drop(is_new);
            if lost > 0 {
                let reason = format!(
                    "{lost} addresses are older than the newest {DATED_MAX} and were left; a smaller `since_days` avoids this"
                );
                self.skip(&self.site.options.url, reason);
            }
            self.dated.truncate(DATED_MAX);
        }
        let mut wanted: Vec<Wanted> = self.dated.iter().map(|(_, wanted)| wanted.clone()).collect();
        // Later maps of a numbered family and later entries are newer.
        let undated = self.undated.iter().flat_map(|(_, undated)| undated).rev();
        let undated = undated.filter(|wanted| !met.contains_key(&wanted.url)).take(UNDATED_MAX).cloned();
        let undated: Vec<Wanted> = undated.collect();
        let fetched = if self.first { usize::from(self.site.options.articles_first_run) } else { undated.len() };
        let old = undated.split_at(fetched.min(undated.len()));
        for known in old.1.iter().rev() {
            self.cursor.queue.note(known);
        }
        wanted.extend(old.0.iter().cloned());
        wanted
    }
}
