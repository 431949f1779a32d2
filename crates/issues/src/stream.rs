//! Stand-in.
#![allow(missing_docs)]
use crate::*;
#[derive(Serialize, Deserialize)]
pub struct Stream {
    json: Vec<String>,
    options: Vec<u8>,
    sequence: u64,
}
impl Stream {
    pub fn new(_options: &Options) -> Self {
        Self { json: vec![], options: vec![], sequence: 0 }
    }
    pub fn last_sequence(&self) -> u64 {
        self.sequence
    }
    pub fn add(&mut self, records: &[Record], _region: &Region) {
        for r in records {
            self.sequence = r.sequence;
            self.json.push(serde_json::to_string(r).expect("x"));
        }
    }
    pub fn retire(&mut self) -> Vec<Member> {
        vec![]
    }
    pub fn members(&self) -> Vec<Member> {
        let records: Vec<Record> = self.json.iter().map(|j| serde_json::from_str(j).expect("x")).collect();
        let g = group(&records, &Frame { windows: vec![] }, &Region::default(), &Options::default());
        let by: BTreeMap<_, _> = records.iter().map(|r| (r.key(), r)).collect();
        let mut out = vec![];
        for i in &g.issues {
            for s in &i.stories {
                for m in &s.members {
                    let r = by[m];
                    out.push(Member {
                        key: m.clone(),
                        story: s.id.clone(),
                        issue: i.id.clone(),
                        copy_of: None,
                        at: r.at,
                        kind: r.kind,
                        coverage: r.coverage,
                        author: None,
                    });
                }
            }
        }
        out
    }
}
pub fn assemble(
    records: &[Record],
    _members: &[Member],
    frame: &Frame,
    region: &Region,
    options: &Options,
    _history: Option<&History>,
) -> Grouping {
    group(records, frame, region, options)
}
