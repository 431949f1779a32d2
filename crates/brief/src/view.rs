//! `View`: the input as the sections look at it: what is urgent, who answers, by when, and what things are called.

use crate::{Input, naming, situation, words};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use model::{
    Agency, AgencyId, Authority, Clarification, DeadlineClock, DocumentKey, Exemplar, Issue, IssueId, Medium, Nature,
    Place, PlaceCode, PlaceLevel, Play, PlayClass, Record, Risk, Section, SourceKind, SourceName, Statement, Topic,
    TopicId, Window,
};
use std::collections::BTreeMap;

/// Urgent issues shown and decisions asked at most; more would not be read, and an office can only ask for fewer.
pub(crate) const URGENT_MAX: usize = 3;

/// From this many items on an issue is called by its topic and places.
const MANY_REPORTS: u32 = 5;

/// Places named in a heading; more would not fit a phone's two lines.
const HEADING_PLACES: usize = 3;

/// The play that stands in where a topic has none.
const FALLBACK_PLAY: &str = "umum";

/// Those who hold the power that are named; more would be nobody's task.
const HOLDERS: usize = 2;

/// The agency that stands for the government of whichever regency it is.
const ANY_LOCAL: &str = "pemkab";

/// The input with what every section looks up in it.
pub(crate) struct View<'a> {
    pub(crate) input: &'a Input<'a>,
    pub(crate) zone: TimeZone,
    /// "WITA".
    pub(crate) zone_label: &'a str,
    /// The brief's window.
    pub(crate) window: Window,
    /// The brief's local date.
    pub(crate) date: Date,
    /// Issues with an item in the window: most serious first, then largest.
    pub(crate) issues: Vec<&'a Issue>,
    records: BTreeMap<DocumentKey, &'a Record>,
    /// Issues that are called by topic and places instead of by a headline.
    headings: BTreeMap<IssueId, String>,
}

impl<'a> View<'a> {
    pub(crate) fn new(input: &'a Input<'a>) -> Self {
        // A region with an unknown zone must still get its brief, with times that say what they are.
        let (zone, zone_label) = match TimeZone::get(&input.region.zone) {
            Ok(zone) => (zone, input.region.zone_label.as_str()),
            Err(_) => (TimeZone::UTC, "UTC"),
        };
        let (window, date) = match input.frame.windows.last() {
            Some(last) => (last.window, last.date),
            None => (input.tables.window, input.tables.window.to.to_zoned(zone.clone()).date()),
        };
        let mut issues: Vec<&Issue> = input.issues.iter().filter(|issue| issue.count > 0).collect();
        issues.sort_by(|a, b| b.risk.cmp(&a.risk).then(b.count.cmp(&a.count)).then(a.id.cmp(&b.id)));
        let records = input.clippings.iter().map(|record| (record.key(), record)).collect();
        let mut view = Self { input, zone, zone_label, window, date, issues, records, headings: BTreeMap::new() };
        view.headings = view.composed_headings();
        view
    }

    /// "Kelangkaan BBM di Muara Biru dan Teluk Kencana" for urgent issues of many reports, where one outlet's headline says too little.
    ///
    /// A claim is called by what circulates or keeps its own words, and of two issues that would be called the same only
    /// the more serious one is.
    fn composed_headings(&self) -> BTreeMap<IssueId, String> {
        let mut headings: BTreeMap<IssueId, String> = BTreeMap::new();
        for issue in &self.issues {
            let many = issue.count >= MANY_REPORTS && issue.risk >= Risk::Oranye && !is_claim(issue);
            let heading = if many { self.by_topic(issue) } else { naming::claim_name(self, issue) };
            let Some(heading) = heading else { continue };
            if !headings.values().any(|other| *other == heading) {
                headings.insert(issue.id.clone(), heading);
            }
        }
        headings
    }

    /// Topic and places of an issue of many reports.
    fn by_topic(&self, issue: &Issue) -> Option<String> {
        let topic = self.topic(issue).filter(|topic| !topic.short.is_empty())?;
        let places: Vec<String> = self.place_names(&issue.places).into_iter().take(HEADING_PLACES).collect();
        let short = words::without_verdict(&topic.short);
        Some(match places.is_empty() {
            true => short,
            false => format!("{short} di {}", words::list(&places)),
        })
    }

    /// The name of an issue that is called by topic and places, or by what circulates.
    pub(crate) fn composed(&self, issue: &Issue) -> Option<String> {
        self.headings.get(&issue.id).cloned()
    }

    /// What an issue is called over its own lines, at most so long.
    ///
    /// A claim that nobody has judged says so in its heading.
    pub(crate) fn heading(&self, issue: &Issue, limit: usize) -> String {
        match self.composed(issue) {
            Some(name) if is_claim(issue) && situation::claim_status(self, issue).is_some_and(situation::is_open) => {
                format!("{name} ({})", naming::OPEN)
            }
            Some(name) => name,
            None => words::shorten(&issue.title, limit),
        }
    }

    /// What an issue is called inside a sentence: a headline is quoted, a composed name is not.
    pub(crate) fn called(&self, issue: &Issue, limit: usize) -> String {
        self.composed(issue).map_or_else(|| words::quote(&issue.title, limit), |name| words::uncapital(&name))
    }

    /// Issues of the two upper levels, at most three.
    pub(crate) fn urgent(&self) -> &[&'a Issue] {
        let limit = self.input.options.layout.limit(Section::Alerts, URGENT_MAX).min(URGENT_MAX);
        &self.issues[..self.urgent_count().min(limit)]
    }

    /// How many issues are of the two upper levels.
    pub(crate) fn urgent_count(&self) -> usize {
        self.issues.iter().take_while(|issue| issue.risk >= Risk::Oranye).count()
    }

    /// The clippings of an issue, in the order of its stories.
    pub(crate) fn records_of(&self, issue: &'a Issue) -> impl Iterator<Item = &'a Record> {
        let members = issue.stories.iter().flat_map(|story| &story.members);
        let records = members.filter_map(|key| self.record(key));
        records.filter(|record| !record.withdrawn && record.spam.is_none())
    }

    /// "19 November pukul 05.12 WITA".
    pub(crate) fn at_words(&self, at: Timestamp) -> String {
        let day = at.to_zoned(self.zone.clone()).date();
        let year = if day.year() == self.date.year() { String::new() } else { format!(" {}", day.year()) };
        format!("{}{year} pukul {}", words::day_month_long(day), self.clock(at))
    }

    /// "19 Nov 05.12", for charts.
    pub(crate) fn moment_short(&self, at: Timestamp) -> String {
        let day = at.to_zoned(self.zone.clone()).date();
        format!("{} {}", words::day_month(day), words::time(at, &self.zone))
    }

    /// The clipping of a document, if it was handed over.
    pub(crate) fn record(&self, key: &DocumentKey) -> Option<&'a Record> {
        self.records.get(key).copied()
    }

    /// Clippings that count in the window's figures.
    pub(crate) fn current(&self) -> impl Iterator<Item = &'a Record> + use<'a> {
        let window = self.window;
        self.input
            .clippings
            .iter()
            .filter(move |record| !record.withdrawn && record.spam.is_none() && window.contains(record.at))
    }

    /// True where the item was received in the window but is dated before it.
    pub(crate) fn is_late(&self, record: &Record) -> bool {
        record.at <= self.window.from
    }

    /// The first topic of the issue that the region knows.
    pub(crate) fn topic(&self, issue: &Issue) -> Option<&'a Topic> {
        issue.topics.iter().find_map(|id| self.input.region.topic(id))
    }

    /// What the region's playbook says to the issue, and whether it was written for its topic.
    pub(crate) fn play(&self, issue: &Issue) -> Option<(&'a Play, bool)> {
        let region = self.input.region;
        issue
            .topics
            .iter()
            .find_map(|id| region.play(id))
            .map(|play| (play, true))
            .or_else(|| region.play(&TopicId::from(FALLBACK_PLAY)).map(|play| (play, false)))
    }

    /// The last clarification of an issue that people recorded by the cut-off.
    pub(crate) fn clarification(&self, issue: &Issue) -> Option<&'a Clarification> {
        let published = |c: &&Clarification| c.issue == issue.id && c.published_at <= self.window.to;
        self.input.clarifications.iter().filter(published).max_by_key(|c| c.published_at)
    }

    /// A topic's label in words that judge no claim.
    pub(crate) fn topic_label(&self, id: &TopicId) -> String {
        words::without_verdict(self.input.region.topic(id).map_or(id.as_str(), |topic| topic.label.as_str()))
    }

    /// What an agency is called in a sentence.
    pub(crate) fn agency(&self, id: &AgencyId) -> Option<&'a str> {
        self.input.region.agency(id).map(short_name)
    }

    /// The sort of matter that an issue is.
    pub(crate) fn class(&self, issue: &Issue) -> PlayClass {
        // The fallback stands in for what no play names, whatever sort it was given.
        self.play(issue).filter(|(_, own)| *own).map_or(PlayClass::Umum, |(play, _)| play.class)
    }

    /// The agency of the office's own government that leads the issue.
    pub(crate) fn lead(&self, issue: &Issue) -> Option<&'a str> {
        let region = self.input.region;
        let owner = issue.owner.as_ref().and_then(|id| region.agency(id));
        let owner = owner.filter(|agency| agency.level == Authority::Provinsi);
        let topic = || self.topic(issue).and_then(|topic| region.agency(&topic.lead));
        owner.or_else(topic).map(short_name)
    }

    /// The same, or the office itself where nobody leads.
    pub(crate) fn lead_of(&self, issue: &Issue) -> &'a str {
        self.lead(issue).unwrap_or(&self.input.region.office)
    }

    /// Who carries a matter out: the lead agency for the province's own, otherwise those who hold the power,
    /// with the lead agency preparing.
    pub(crate) fn owner(&self, issue: &Issue) -> String {
        let lead = self.lead_of(issue);
        match self.topic(issue) {
            Some(topic) if topic.authority != Authority::Provinsi => {
                format!("{lead} menyiapkan bahan; koordinasikan dengan {}", self.holder_words(issue))
            }
            Some(_) => format!("{lead} melaksanakan"),
            None => format!("{lead} menentukan penanggung jawab"),
        }
    }

    /// Those who hold the power over an issue, in words; the lead agency where it is the province's own.
    pub(crate) fn holder_words(&self, issue: &Issue) -> String {
        let Some(topic) = self.topic(issue).filter(|topic| topic.authority != Authority::Provinsi) else {
            return self.lead_of(issue).to_owned();
        };
        let holders = self.holders(issue, topic);
        match holders.is_empty() {
            true => format!("pemilik kewenangan ({})", topic.authority.label()),
            false => words::list(&holders),
        }
    }

    /// The agencies that hold the power: those that the play names, those of the topic's level, or all others where it
    /// is shared. Governments of regencies and cities are those of the places where the issue is.
    fn holders(&self, issue: &Issue, topic: &Topic) -> Vec<&'a str> {
        let region = self.input.region;
        let named = self.play(issue).map_or(&[][..], |(play, _)| play.coordinate.as_slice());
        let mut holders: Vec<&Agency> = named.iter().filter_map(|id| region.agency(id)).collect();
        if holders.is_empty() {
            let others = || topic.others.iter().filter_map(|id| region.agency(id));
            holders = others().filter(|agency| agency.level == topic.authority).collect();
            if holders.is_empty() {
                holders = others().filter(|agency| agency.level != Authority::Provinsi).collect();
            }
        }
        // Those who group issues may know more exactly who answers for this one.
        let owner = issue.owner.as_ref().and_then(|id| region.agency(id));
        holders.splice(0..0, owner.filter(|owner| owner.level != Authority::Provinsi));
        let mut names: Vec<&'a str> = Vec::new();
        for holder in holders {
            let told = if self.is_local(holder) { self.local_names(issue) } else { vec![short_name(holder)] };
            for name in told {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names.truncate(HOLDERS);
        names
    }

    /// True for the government of a regency or city, and for the word for any of them.
    fn is_local(&self, agency: &Agency) -> bool {
        let governs = self.input.region.governments.iter().any(|(_, id)| *id == agency.id);
        governs || agency.level == Authority::KabKota && agency.id.as_str() == ANY_LOCAL
    }

    /// The governments of the regencies and cities where the issue is; of many places all together, and of none known
    /// those that it concerns.
    fn local_names(&self, issue: &Issue) -> Vec<&'a str> {
        let region = self.input.region;
        let mut names: Vec<&str> = Vec::new();
        for place in issue.places.iter().filter_map(|code| region.regency_of(code)) {
            let governs = region.governments.iter().find(|(code, _)| *code == place.code);
            if let Some(agency) = governs.and_then(|(_, id)| region.agency(id)).map(short_name)
                && !names.contains(&agency)
            {
                names.push(agency);
            }
        }
        match names.len() {
            0 => vec!["pemerintah kabupaten/kota setempat"],
            1..HOLDERS => names,
            _ => vec!["pemerintah kabupaten/kota terdampak"],
        }
    }

    /// By when an issue wants its answer: by its level, sooner where its play says so; day and night where public
    /// safety is concerned. Absent for a level without a time.
    ///
    /// Counted from the cut-off; from the moment the brief lies on the desk where it would have passed by then.
    pub(crate) fn due(&self, issue: &Issue) -> Option<Timestamp> {
        let limit = self.input.region.guide.deadline(issue.risk).map(|limit| (limit.clock, limit.hours));
        let limit = limit.or_else(|| answer_hours(issue.risk).map(|hours| (DeadlineClock::Jalan, hours)));
        let (clock, hours) = limit?;
        let safety = self.topic(issue).is_some_and(|topic| topic.serta_merta);
        let due =
            self.running(if safety && clock == DeadlineClock::Kerja { DeadlineClock::Jalan } else { clock }, hours);
        let sooner = self.play(issue).map(|(play, _)| play.deadline_hours).filter(|_| issue.risk >= Risk::Oranye);
        let sooner = sooner
            .filter(|sooner| (1..hours).contains(sooner))
            .map(|sooner| self.running(if safety { DeadlineClock::Jalan } else { clock }, sooner));
        Some(sooner.map_or(due, |sooner| sooner.min(due)))
    }

    /// When so many hours of a clock are over.
    fn running(&self, clock: DeadlineClock, hours: u8) -> Timestamp {
        let guide = &self.input.region.guide;
        let from = self.window.to;
        match clock {
            DeadlineClock::HariYangSama => guide.hours.closing(self.desk(), &self.zone, &guide.holidays),
            DeadlineClock::Kerja => {
                let due = guide.hours.after(from, hours, &self.zone, &guide.holidays);
                if due > self.desk() { due } else { guide.hours.after(self.desk(), hours, &self.zone, &guide.holidays) }
            }
            DeadlineClock::Jalan => self.after(hours),
        }
    }

    /// So many hours after the cut-off, or after the desk where that would have passed by then.
    fn after(&self, hours: u8) -> Timestamp {
        let hours = SignedDuration::from_hours(i64::from(hours));
        let due = self.window.to + hours;
        if due > self.desk() { due } else { self.desk() + hours }
    }

    /// When the brief lies on the desk: nobody can act before reading.
    fn desk(&self) -> Timestamp {
        self.window.to + SignedDuration::from_mins(i64::from(self.input.options.delivery_minutes))
    }

    /// "10.00 WITA", with the day where it is another one.
    pub(crate) fn due_words(&self, due: Timestamp) -> String {
        let day = due.to_zoned(self.zone.clone()).date();
        let clock = self.clock(due);
        if day == self.date { clock } else { format!("{clock} ({})", words::day_month(day)) }
    }

    /// When something that should take so many hours, day or night, is due: "10.00 WITA".
    pub(crate) fn deadline(&self, hours: u8) -> String {
        self.due_words(self.after(hours))
    }

    /// True where the brief's own window has no usable data: what was not counted is then unknown, not zero.
    pub(crate) fn is_gap(&self) -> bool {
        self.input.frame.windows.last().is_some_and(|window| window.gap)
    }

    /// "06.00 WITA".
    pub(crate) fn clock(&self, at: Timestamp) -> String {
        format!("{} {}", words::time(at, &self.zone), self.zone_label)
    }

    /// "20 Nov 2026 05.12", for tables that name the zone elsewhere.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        words::moment(at, &self.zone)
    }

    /// The registry's entry of a source, found by host or by name.
    pub(crate) fn medium(&self, source: &SourceName) -> Option<&'a Medium> {
        let name = source.as_str();
        self.input
            .region
            .media
            .iter()
            .find(|medium| medium.host.eq_ignore_ascii_case(name) || medium.name.eq_ignore_ascii_case(name))
    }

    /// What a source is called.
    pub(crate) fn source_name<'s>(&self, source: &'s SourceName) -> &'s str
    where
        'a: 's,
    {
        self.medium(source).map_or(source.as_str(), |medium| medium.name.as_str())
    }

    /// Short names of the regencies and cities concerned, each once.
    pub(crate) fn place_names(&self, codes: &[PlaceCode]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for place in codes.iter().filter_map(|code| self.regency(code)) {
            if !names.contains(&place.short) {
                names.push(place.short.clone());
            }
        }
        names
    }

    /// The regency or city of a place, or the area of its own that stands beside them; never the whole region.
    fn regency(&self, code: &PlaceCode) -> Option<&'a Place> {
        let region = self.input.region;
        region.regency_of(code).or_else(|| {
            region.place(code).filter(|place| place.level == PlaceLevel::Province && place.code != region.code)
        })
    }
}

fn short_name(agency: &Agency) -> &str {
    if agency.short.is_empty() { &agency.name } else { &agency.short }
}

/// Whose power a topic is: "kewenangan: BUMN".
pub(crate) fn power(topic: &Topic) -> String {
    match topic.authority {
        Authority::Campuran => topic.authority.label().to_owned(),
        other => format!("kewenangan: {}", other.label()),
    }
}

/// What citizens speak through, in a sentence.
pub(crate) fn voice_kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::News => "berita",
        SourceKind::Official => "kanal resmi",
        SourceKind::Factcheck => "cek fakta",
        SourceKind::Broadcast => "siaran",
        SourceKind::Post => "unggahan warga",
        SourceKind::Comment => "komentar warga",
        SourceKind::Complaint => "aduan",
        SourceKind::Review => "ulasan",
    }
}

/// True where most of the issue's items carry a claim that nobody has checked.
pub(crate) fn is_claim(issue: &Issue) -> bool {
    issue.needs_verification * 2 > issue.count
}

/// Hours in which an issue of this level wants an answer; the milder levels have a day.
///
/// The limits are the office's own proposal: one hour for merah, four working hours for oranye.
pub(crate) fn answer_hours(risk: Risk) -> Option<u8> {
    match risk {
        Risk::Merah => Some(1),
        Risk::Oranye => Some(4),
        Risk::Kuning | Risk::Hijau => None,
    }
}

/// True where the matter wants an answer at all: someone objects, asks, or may be harmed.
pub(crate) fn wants_answer(issue: &Issue) -> bool {
    issue.risk >= Risk::Kuning
        || issue.tone.negatif + issue.tone.berpotensi_negatif > 0
        || !issue.questions.is_empty()
        || issue.needs_verification > 0
}

/// An issue's exemplars that can stand behind a statement about the whole issue, at most three.
pub(crate) fn proof(issue: &Issue) -> impl Iterator<Item = &Exemplar> {
    issue.exemplars.iter().take(3)
}

/// A sentence that was counted or quoted.
pub(crate) fn fact(text: impl Into<String>, refs: Vec<u32>) -> Statement {
    Statement { text: text.into(), nature: Nature::Fakta, refs }
}

/// A sentence that reads what was counted.
pub(crate) fn assessment(text: impl Into<String>, refs: Vec<u32>) -> Statement {
    Statement { text: text.into(), nature: Nature::Penilaian, refs }
}
