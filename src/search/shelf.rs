//! A tantivy index over analysed texts, kept in memory.

use std::collections::{HashMap, HashSet};

use tantivy::collector::TopDocs;
use tantivy::columnar::Column;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, WhitespaceTokenizer};
use tantivy::{DocAddress, Index, ReloadPolicy, TantivyDocument, Term};

use super::SearchError;
use super::analysis::{Analysis, FIELDS, Field};

/// What tantivy may use while it writes, in bytes; more than any collection of guides needs.
const WRITING_BYTES: usize = 100_000_000;

/// Texts of several owners (guides), searchable field by field.
pub(super) struct Shelf {
    searcher: tantivy::Searcher,
    /// For each segment: document → its text's place in the order of building.
    places: Vec<Column<u64>>,
    fields: [tantivy::schema::Field; FIELDS],
    /// For each field: token → how common it is.
    tokens: [HashMap<String, Commonness>; FIELDS],
    texts: usize,
    owners: usize,
}

#[derive(Debug, Default, Clone, Copy)]
struct Commonness {
    texts: u32,
    owners: u32,
    last_owner: Option<u32>,
}

/// A text that was found: its place in the order of building, and its score.
pub(super) type Hit = (u32, f32);

impl Shelf {
    /// Indexes `texts`, each with the number of its owner; those of one owner must be neighbours.
    pub fn build<'a>(
        texts: impl IntoIterator<Item = (u32, &'a Analysis)>,
    ) -> Result<Self, SearchError> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("tokens")
            .set_index_option(IndexRecordOption::WithFreqs);
        let options = TextOptions::default().set_indexing_options(indexing);
        let fields = Field::ALL.map(|field| schema.add_text_field(field.name(), options.clone()));
        let place = schema.add_u64_field(PLACE, FAST);
        let index = Index::create_in_ram(schema.build());
        index
            .tokenizers()
            .register("tokens", TextAnalyzer::from(WhitespaceTokenizer::default()));

        let mut writer = index.writer_with_num_threads(1, WRITING_BYTES)?;
        let mut tokens: [HashMap<String, Commonness>; FIELDS] = Default::default();
        let (mut count, mut owners) = (0_u64, HashSet::new());
        for (owner, analysis) in texts {
            let mut document = TantivyDocument::default();
            for (i, field) in fields.iter().enumerate() {
                document.add_text(*field, analysis.fields[i].join(" "));
                for token in &analysis.fields[i] {
                    let common = tokens[i].entry(token.clone()).or_default();
                    common.texts += 1;
                    if common.last_owner.replace(owner) != Some(owner) {
                        common.owners += 1;
                    }
                }
            }
            document.add_u64(place, count);
            writer.add_document(document)?;
            count += 1;
            owners.insert(owner);
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        let searcher = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?
            .searcher();
        let places = searcher
            .segment_readers()
            .iter()
            .map(|s| s.fast_fields().u64(PLACE))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            searcher,
            places,
            fields,
            tokens,
            texts: count as usize,
            owners: owners.len(),
        })
    }

    /// How much `token` tells about which owner is meant: BM25's inverse frequency, but over
    /// owners instead of texts, for a word that stands in all questions of one guide tells a lot.
    pub fn informativeness(&self, field: Field, token: &str) -> f32 {
        let common = self.tokens[field as usize]
            .get(token)
            .copied()
            .unwrap_or_default();
        inverse_frequency(self.owners, common.owners)
    }

    /// What a text of middle length with all of `tokens` would score.
    pub fn ideal(&self, field: Field, tokens: &[String]) -> f32 {
        tokens
            .iter()
            .map(|token| self.informativeness(field, token))
            .sum()
    }

    /// The best `limit` texts for `tokens`: BM25, each token weighed by its informativeness.
    pub fn find(
        &self,
        field: Field,
        tokens: &[String],
        limit: usize,
    ) -> Result<Vec<Hit>, SearchError> {
        self.find_weighed(field, tokens, limit, |common| {
            inverse_frequency(self.owners, common.owners)
                / inverse_frequency(self.texts, common.texts)
        })
    }

    /// The same by BM25 as it is.
    pub fn find_plain(
        &self,
        field: Field,
        tokens: &[String],
        limit: usize,
    ) -> Result<Vec<Hit>, SearchError> {
        self.find_weighed(field, tokens, limit, |_| 1.0)
    }

    fn find_weighed(
        &self,
        field: Field,
        tokens: &[String],
        limit: usize,
        weight: impl Fn(Commonness) -> f32,
    ) -> Result<Vec<Hit>, SearchError> {
        let clause = |token: &String| {
            let common = *self.tokens[field as usize].get(token)?;
            let term = Term::from_field_text(self.fields[field as usize], token);
            let query = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
            Some((
                Occur::Should,
                Box::new(BoostQuery::new(query, weight(common))) as Box<dyn Query>,
            ))
        };
        let clauses: Vec<_> = tokens.iter().filter_map(clause).collect();
        if clauses.is_empty() {
            return Ok(Vec::new());
        }
        let best = TopDocs::with_limit(limit).order_by_score();
        let found = self.searcher.search(&BooleanQuery::new(clauses), &best)?;
        Ok(found
            .into_iter()
            .map(|(score, at)| (self.place(at), score))
            .collect())
    }

    fn place(&self, at: DocAddress) -> u32 {
        let place = self
            .places
            .get(at.segment_ord as usize)
            .and_then(|column| column.first(at.doc_id));
        place
            .and_then(|place| u32::try_from(place).ok())
            .unwrap_or_default()
    }
}

/// The numeric field that holds a text's place.
const PLACE: &str = "place";

/// BM25's inverse document frequency.
fn inverse_frequency(all: usize, with: u32) -> f32 {
    let (all, with) = (all as f32, with as f32);
    (1.0 + (all - with + 0.5).max(0.5) / (with + 0.5)).ln()
}
