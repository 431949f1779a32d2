//! An `Issue` from its stories: every field that a leader weighs it by.

use crate::{
    answer, coordination,
    docs::{self, Doc, shown, typical},
    features::Features,
    framing, ids,
    movement::{Movement, movement},
    questions, risk,
    series::Utterance,
    summary,
    title::title,
    unknown,
    vector::{self, Vector},
    voices,
    window::Windows,
};
use jiff::civil::Date;
use model::{
    Agency, CoverageCount, Exemplar, Issue, IssueId, PlaceCode, Record, Region, Risk, SignalNote, SignalTally,
    SourceCount, Story, ToneCount, Topic, TopicId,
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Typical items shown of an issue.
const EXEMPLARS: usize = 6;
/// Of these, so many articles before anything else, so many citizens' voices next.
const EXEMPLARS_OF_ARTICLES: usize = 3;
const EXEMPLARS_OF_PUBLIC: usize = 2;

/// What all issues of one grouping are made from.
pub(crate) struct Material<'a> {
    /// Records in the order of time.
    pub(crate) records: &'a [&'a Record],
    pub(crate) features: &'a [Features],
    /// For each record the one that it is a copy of, or itself.
    pub(crate) original: &'a [usize],
    pub(crate) windows: &'a Windows<'a>,
    pub(crate) region: &'a Region,
}

/// Makes one issue of stories, each given as the positions of its documents in the order of time.
pub(crate) fn issue(material: &Material<'_>, id: &IssueId, stories: &[Vec<usize>], centre: &Vector) -> Issue {
    let Material { windows, region, .. } = *material;
    let of_story =
        |(story, members): (usize, &Vec<usize>)| members.iter().map(move |&member| (member, story)).collect::<Vec<_>>();
    let mut placed: Vec<(usize, usize)> = stories.iter().enumerate().flat_map(of_story).collect();
    placed.sort_unstable();
    let (members, story_of): (Vec<usize>, Vec<usize>) = placed.into_iter().unzip();
    let docs = material.docs(&members, centre);
    let now = || docs.iter().filter(|doc| doc.now);
    let shown = shown(&docs);

    let topics = topics(&shown);
    let topic = topics.first().and_then(|topic| region.topic(topic));
    let answerable = answerable(topic, region);
    let official_response = answer::official_response(&docs, &answerable, region);
    let moves = movement_of(&docs, windows.earlier(id), windows, region);
    let (risk, risk_reasons) = risk::assess(&risk::Matter {
        docs: &docs,
        stories: &story_of,
        windows,
        topic,
        region,
        movement: &moves,
        answered: official_response.is_some(),
    });
    let mut places: Vec<PlaceCode> = by_share(shown.iter().map(|doc| &doc.record.places));
    // The region as a whole says least about where something is.
    places.sort_by_key(|place| region.regency_of(place).is_none());
    let items = windows.trend(docs.iter().map(|doc| doc.record.at));
    let trend = windows.trend(docs.iter().filter(|doc| doc.voice).map(|doc| doc.record.at));
    // A campaign of advertorials is no rise, where anybody else speaks of the matter at all.
    let counts_in_rise = |doc: &&Doc<'_>| doc.voice && (doc.earned() || !docs.iter().any(Doc::earned));
    let rise = windows.change(&windows.trend(docs.iter().filter(counts_in_rise).map(|doc| doc.record.at))).rise();

    let mut tone = ToneCount::default();
    let mut coverage = CoverageCount::default();
    for doc in now() {
        doc.record.tone.filter(|_| doc.earned()).into_iter().for_each(|of| tone.add(of));
        coverage.add(doc.record.coverage, doc.record.kind);
    }
    let mut drafts: Vec<Story> = stories.iter().map(|story| self::story(material, story)).collect();
    drafts.sort_by(|a, b| {
        b.members.len().cmp(&a.members.len()).then(a.first_seen.cmp(&b.first_seen)).then(a.id.cmp(&b.id))
    });
    let time = |doc: &Doc<'_>| doc.record.at;
    let questions = questions::questions(&shown, topic, &region.wording);
    Issue {
        id: id.clone(),
        title: title(&shown, &typical(&docs), topic, &regencies(&shown, region), region),
        risk,
        risk_reasons,
        first_seen: docs.iter().map(time).min().unwrap_or_default(),
        last_seen: docs.iter().map(time).max().unwrap_or_default(),
        stories: drafts,
        count: now().count() as u32,
        total: if items.is_empty() { docs.len() as u32 } else { items.iter().filter_map(|day| day.count).sum() },
        topics,
        places,
        agencies: by_share(shown.iter().map(|doc| &doc.record.agencies)),
        rise,
        trend,
        // What is above green is in sight anyway, and what does not touch the government is for others to watch.
        weak_signal: moves.weak_signal && risk == Risk::Hijau && tone.n() > 0,
        usual: moves.usual,
        bursts: moves.bursts,
        coordination: coordination::coordination(&docs, region, &coordination::Options::default()),
        owner: topic.map(|topic| topic.lead.clone()),
        pinned: false,
        tone,
        unsure: now().filter(|doc| doc.record.unsure.iter().any(|field| field == "tone")).count() as u32,
        coverage,
        sources: sources(now()),
        summary: summary::summary(&shown, centre, &region.wording),
        exemplars: exemplars(&shown),
        statements: voices::statements(&shown),
        framing: framing::framing(&docs, topic, region),
        unknown: unknown::unknown(&shown, topic, region, official_response.is_some(), &questions),
        questions,
        official_response,
        signals: signals(now()),
        needs_verification: now().filter(|doc| doc.record.needs_verification()).count() as u32,
    }
}

/// How an issue moves, as far as its documents tell and those before the frame.
fn movement_of(docs: &[Doc<'_>], earlier: &[Utterance], windows: &Windows<'_>, region: &Region) -> Movement {
    let Some(context) = windows.context(region) else { return Movement::default() };
    let in_frame = docs.iter().map(|doc| Utterance::of(doc.record, doc.copy));
    let said: Vec<Utterance> = earlier.iter().copied().chain(in_frame).collect();
    let mut movement = movement(&said, context);
    if let Some(usual) = &mut movement.usual {
        usual.reach = reach(docs.iter().filter(|doc| doc.now));
    }
    movement
}

/// Likes, shares, comments and views; nothing where no source counts them.
fn reach<'a>(docs: impl Iterator<Item = &'a Doc<'a>>) -> Option<u64> {
    let counts = docs.flat_map(|doc| {
        let engagement = doc.record.engagement;
        [engagement.likes, engagement.shares, engagement.comments, engagement.views]
    });
    counts.flatten().fold(None, |sum: Option<u64>, count| Some(sum.unwrap_or(0).saturating_add(count)))
}

/// Makes one story of the positions of its documents in the order of time.
pub(crate) fn story(material: &Material<'_>, members: &[usize]) -> Story {
    let docs = material.docs(members, &material.middle(members));
    let all = typical(&docs);
    let topics = topics(&all);
    let topic = topics.first().and_then(|topic| material.region.topic(topic));
    let mut dates: BTreeMap<Date, u32> = BTreeMap::new();
    docs.iter().filter_map(|doc| doc.record.event_date).for_each(|date| *dates.entry(date).or_default() += 1);
    let dated: u32 = dates.values().sum();
    Story {
        id: ids::story(docs.iter().map(|doc| doc.record)),
        title: title(&all, &all, topic, &regencies(&all, material.region), material.region),
        // Agreement is more than half of those that name a day.
        event_date: dates.into_iter().find(|(_, count)| count * 2 > dated).map(|(date, _)| date),
        first_seen: docs.iter().map(|doc| doc.record.at).min().unwrap_or_default(),
        last_seen: docs.iter().map(|doc| doc.record.at).max().unwrap_or_default(),
        members: docs.iter().map(|doc| doc.record.key()).collect(),
        copies: docs.iter().filter(|doc| doc.copy).count() as u32,
    }
}

impl<'a> Material<'a> {
    fn docs(&self, members: &[usize], centre: &Vector) -> Vec<Doc<'a>> {
        docs::docs(members, self.records, self.features, self.original, self.windows, centre)
    }

    /// The direction of the documents' mean; the first hundred settle it.
    fn middle(&self, members: &[usize]) -> Vector {
        let mut sum: BTreeMap<u64, f32> = BTreeMap::new();
        for &member in members.iter().take(100) {
            self.features[member].terms.iter().for_each(|(term, weight)| *sum.entry(*term).or_default() += weight);
        }
        vector::unit(sum.into_iter().collect())
    }
}

/// Values by the number of lists that hold them, then by name.
fn by_share<'a, T: Ord + Clone + 'a>(lists: impl Iterator<Item = &'a Vec<T>>) -> Vec<T> {
    ranked(lists, |_| 1)
}

/// Topics by share, without those of a few documents only: a word in passing must not make a matter one of public
/// safety. The first topic of a document counts twice its second, three times its third.
fn topics(docs: &[&Doc<'_>]) -> Vec<TopicId> {
    let mut topics = ranked(docs.iter().map(|doc| &doc.record.topics), |position| 60 / (position as u32 + 1));
    topics.retain(|topic| docs.iter().filter(|doc| doc.record.topics.contains(topic)).count() * 4 >= docs.len());
    topics
}

fn ranked<'a, T: Ord + Clone + 'a>(lists: impl Iterator<Item = &'a Vec<T>>, weight: fn(usize) -> u32) -> Vec<T> {
    let mut counts: BTreeMap<&T, u32> = BTreeMap::new();
    for list in lists {
        let mut seen = BTreeSet::new();
        let once = list.iter().enumerate().filter(|(_, value)| seen.insert(*value));
        once.for_each(|(position, value)| *counts.entry(value).or_default() += weight(position));
    }
    let mut values: Vec<_> = counts.into_iter().collect();
    values.sort_by_key(|(_, count)| Reverse(*count));
    values.into_iter().map(|(value, _)| value.clone()).collect()
}

/// The regencies of a good part of the documents, most often named first.
fn regencies<'a>(shown: &[&Doc<'_>], region: &'a Region) -> Vec<&'a model::Place> {
    let of = |doc: &&Doc<'_>| -> Vec<PlaceCode> {
        let all = doc.record.places.iter().filter_map(|place| region.regency_of(place));
        all.map(|place| place.code.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    };
    let lists: Vec<Vec<PlaceCode>> = shown.iter().map(of).collect();
    let named = |place: &PlaceCode| lists.iter().filter(|list| list.contains(place)).count();
    let places = by_share(lists.iter());
    let most = places.first().map_or(0, named);
    places.iter().filter(|place| named(place) * 3 >= most).filter_map(|place| region.place(place)).collect()
}

/// The agencies that answer for a topic.
fn answerable<'a>(topic: Option<&Topic>, region: &'a Region) -> Vec<&'a Agency> {
    topic
        .map(|topic| topic.others.iter().chain([&topic.lead]).filter_map(|id| region.agency(id)).collect())
        .unwrap_or_default()
}

fn sources<'a>(docs: impl Iterator<Item = &'a Doc<'a>>) -> Vec<SourceCount> {
    let mut counts = BTreeMap::new();
    docs.for_each(|doc| *counts.entry((&doc.record.source, doc.record.kind)).or_insert(0) += 1);
    let mut sources: Vec<SourceCount> =
        counts.into_iter().map(|((source, kind), count)| SourceCount { source: source.clone(), kind, count }).collect();
    sources.sort_by_key(|source| Reverse(source.count));
    sources
}

/// Typical items of different sources: some articles, some citizens' voices, then whatever is most typical.
fn exemplars(shown: &[&Doc<'_>]) -> Vec<Exemplar> {
    let mut spoken = BTreeSet::new();
    let mut chosen = Vec::new();
    let mut choose = |most: usize, wanted: fn(&Doc<'_>) -> bool| {
        let room = most.min(EXEMPLARS - chosen.len());
        let others = shown.iter().filter(|doc| wanted(doc) && spoken.insert(&doc.record.source));
        chosen.extend(others.take(room).map(|doc| doc.exemplar()));
    };
    choose(EXEMPLARS_OF_ARTICLES, |doc| doc.article());
    choose(EXEMPLARS_OF_PUBLIC, |doc| doc.public());
    choose(EXEMPLARS, |_| true);
    chosen
}

fn signals<'a>(docs: impl Iterator<Item = &'a Doc<'a>>) -> Vec<SignalTally> {
    let mut tallies: BTreeMap<&str, (u32, &SignalNote)> = BTreeMap::new();
    for signal in docs.flat_map(|doc| &doc.record.signals) {
        tallies.entry(signal.id.as_str()).or_insert((0, signal)).0 += 1;
    }
    let mut tallies: Vec<SignalTally> =
        tallies.into_values().map(|(count, signal)| SignalTally { signal: signal.clone(), count }).collect();
    tallies.sort_by_key(|tally| Reverse(tally.count));
    tallies
}
