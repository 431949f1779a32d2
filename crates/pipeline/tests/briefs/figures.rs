//! Every figure of a brief leads to its documents, and they add up.

use crate::room::Room;

/// Fewer than stand behind most figures: what is not listed is counted all the same.
const LISTED: usize = 3;

#[test]
fn every_figure_of_the_sample_adds_up() {
    let room = Room::sample();
    let brief = room.brief();
    assert!(brief.figures.len() > 150, "{} figures", brief.figures.len());
    let mut wrong = Vec::new();
    for figure in &brief.figures {
        let found = room.office.explain(&brief, &figure.id, LISTED).unwrap();
        assert!(found.documents.len() <= LISTED, "{}", figure.id);
        if !found.adds_up() {
            wrong.push(format!("{} ({}): shown {}, counted {}", figure.id, figure.label, figure.value, found.counted));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), brief.figures.len(), wrong.join("\n"));
}

#[test]
fn a_wrong_figure_does_not_add_up_and_an_unknown_one_is_refused() {
    let room = Room::sample();
    let mut brief = room.brief();
    let figure = brief.figures.iter_mut().find(|figure| figure.id == "nada:negatif").unwrap();
    figure.value += 1;
    assert!(!room.office.explain(&brief, "nada:negatif", LISTED).unwrap().adds_up());
    let error = room.office.explain(&brief, "cuaca:hujan", LISTED).unwrap_err().to_string();
    assert!(error.contains("cuaca") && error.contains("topik"), "{error}");
}
