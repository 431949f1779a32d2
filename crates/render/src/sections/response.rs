//! What to answer and what to do: summary, questions, analysis, options, yesterday's tasks.

use super::{Context, SENTENCE, TITLE, lines, or_note, pairs, plain, row, table};
use crate::lead::NOTHING;
use crate::paper::{Block, Cell, Level, Line, Question, References};
use crate::words::{cut, number};
use model::{QuestionAnswer, Recommendation};

pub(super) fn bluf(context: &Context<'_>) -> Vec<Block> {
    let brief = context.brief;
    let mut blocks = Vec::new();
    let statements = context.shown(&brief.bluf).iter().map(|line| context.known.marked(line, SENTENCE));
    lines(&mut blocks, None, statements.collect());
    let rows = brief.decisions.iter().map(|asked| {
        row([&asked.text, &asked.deadline, &asked.owner, &asked.cost_of_waiting]
            .map(|text| Cell::text(cut(text, SENTENCE))))
    });
    let columns = [("Keputusan", 5), ("Tenggat", 2), ("Pelaksana", 3), ("Bila ditunda", 4)];
    table(&mut blocks, "Keputusan yang diminta", &columns, rows.collect());
    or_note(blocks, NOTHING)
}

pub(super) fn questions(context: &Context<'_>) -> Vec<Block> {
    let brief = context.brief;
    let mut blocks = Vec::new();
    for issue in context.shown(&brief.questions) {
        blocks.push(Block::Title { level: Level::of(issue.risk), text: cut(&issue.title, TITLE) });
        blocks.push(Block::Questions { items: issue.items.iter().map(|item| question(item, context.known)).collect() });
    }
    context.left_out(&mut blocks, brief.questions.len());
    let none = if brief.alerts.is_empty() {
        "Tidak ada isu merah atau oranye, sehingga tidak disiapkan tanya jawab."
    } else {
        "Data belum ada: tanya jawab belum disiapkan."
    };
    or_note(blocks, none)
}

fn question(item: &QuestionAnswer, known: &References) -> Question {
    let mut answer =
        if item.missing { known.line(&item.answer, SENTENCE) } else { known.marked(&item.answer, SENTENCE) };
    // The papers set these words as a label before the answer.
    if let Some(rest) = answer.text.strip_prefix("Data belum ada: ").filter(|_| item.missing) {
        answer.text = crate::words::capital(rest);
    }
    Question {
        question: cut(&item.question, 300),
        asked: item.asked.map_or_else(String::new, |count| format!("ditanyakan {} kali", number(count))),
        answer,
        missing: item.missing,
    }
}

pub(super) fn analysis(context: &Context<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let statements = context.shown(&context.brief.analysis).iter();
    lines(&mut blocks, None, statements.map(|line| context.known.marked(line, SENTENCE)).collect());
    context.left_out(&mut blocks, context.brief.analysis.len());
    or_note(blocks, "Data belum ada.")
}

pub(super) fn recommendations(context: &Context<'_>) -> Vec<Block> {
    let shown = context.shown(&context.brief.recommendations);
    let mut blocks: Vec<Block> = shown.iter().flat_map(|advice| recommendation(advice, context.known)).collect();
    context.left_out(&mut blocks, context.brief.recommendations.len());
    or_note(blocks, "Tidak ada rekomendasi: tidak ada isu yang memerlukannya dalam periode ini.")
}

fn recommendation(advice: &Recommendation, known: &References) -> Vec<Block> {
    let mut blocks = vec![Block::Title { level: Level::of(advice.risk), text: cut(&advice.title, TITLE) }];
    let options = advice.options.iter().map(|option| Line {
        tag: Some(match (option.recommended, option.rejected) {
            (true, _) => "Disarankan",
            (false, true) => "Bukan dulu",
            (false, false) => "Pilihan",
        }),
        ..Line::plain(&format!("{}: {}", option.name, option.reason), SENTENCE)
    });
    lines(&mut blocks, None, options.collect());
    // The steps of the other options would bury those of the recommended one.
    let steps = advice.options.first().map_or(&[][..], |option| option.steps.as_slice());
    lines(&mut blocks, Some("Langkah yang disarankan"), plain(steps));
    lines(&mut blocks, Some("Tiga pesan kunci untuk diisi"), plain(&advice.messages));
    if !advice.refs.is_empty() {
        let proof = Line { refs: known.runs(&advice.refs), ..Line::plain("Dokumen yang menjadi dasar", SENTENCE) };
        lines(&mut blocks, None, vec![proof]);
    }
    blocks.push(pairs([
        ("Kewenangan", advice.authority.clone()),
        ("Penanggung jawab", advice.owner.clone()),
        ("Pesan kunci", advice.message.clone()),
        ("Juru bicara", advice.spokesperson.clone()),
        ("Kanal", advice.channels.clone()),
        ("Waktu", advice.time.clone()),
        ("Risiko", advice.risk_note.clone()),
        ("Risiko bertindak", advice.risk_of_acting.clone()),
        ("Risiko menunda", advice.risk_of_waiting.clone()),
    ]));
    blocks
}

pub(super) fn followup(context: &Context<'_>) -> Vec<Block> {
    let brief = context.brief;
    let mut blocks = Vec::new();
    let statements = context.shown(&brief.followup).iter().map(|line| context.known.line(line, SENTENCE));
    lines(&mut blocks, None, statements.collect());
    context.left_out(&mut blocks, brief.followup.len());
    or_note(blocks, "Data belum ada: belum ada tindak lanjut yang dicatat.")
}
