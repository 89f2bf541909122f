//! Templates: `[再](说|讲)一遍` as a small network of tokens.
//!
//! | written | means |
//! |---|---|
//! | `(a\|b)` | one of these |
//! | `[a\|b]` | one of these or nothing |
//! | `<name>` | the alternatives under `name` in `[words]` |
//! | `[a\|b]*` | one to three of these, in any order, or nothing |
//! | `~` | one to five tokens that name no service |
//! | `~~` | one to eight tokens of any kind |

use std::collections::{BTreeMap, HashMap};

use super::tokens::tokens;
use crate::text::pinyin::Syllable;

/// Where an edge leads and what it takes to go there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    pub to: usize,
    pub takes: Takes,
}

/// What an edge takes from what was heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Takes {
    Nothing,
    /// The symbol with this index.
    Symbol(usize),
    /// Any token; one that belongs to a service only if `services`.
    Any {
        services: bool,
    },
}

/// A token of the templates.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Symbol {
    pub text: String,
    pub syllable: Option<Syllable>,
    /// May be left out at little cost.
    pub weak: bool,
}

/// A template's part of the network: its nodes, from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Template {
    pub first: usize,
    pub last: usize,
}

/// All templates of a language. Edges lead to later nodes, but for loops that take a token.
#[derive(Debug, Default)]
pub(super) struct Network {
    pub nodes: Vec<Vec<Edge>>,
    pub symbols: Vec<Symbol>,
    index: HashMap<String, usize>,
}

impl Network {
    /// The symbol that is written so.
    pub fn symbol(&self, text: &str) -> Option<usize> {
        self.index.get(text).copied()
    }
}

/// Compiles templates into a network.
pub(super) struct Compiler<'a> {
    pub network: Network,
    pub words: &'a BTreeMap<String, String>,
    pub weak: &'a [String],
    pub chinese: bool,
}

impl Compiler<'_> {
    /// Adds a template.
    pub fn add(&mut self, source: &str) -> Result<Template, String> {
        let first = self.node();
        let mut parser = Parser {
            source,
            rest: source,
        };
        let last = self.alternatives(&mut parser, first, 0)?;
        if !parser.rest.is_empty() {
            return Err(format!("{source:?}: unexpected {:?}", parser.rest));
        }
        Ok(Template { first, last })
    }

    fn node(&mut self) -> usize {
        self.network.nodes.push(Vec::new());
        self.network.nodes.len() - 1
    }

    fn edge(&mut self, from: usize, to: usize, takes: Takes) {
        self.network.nodes[from].push(Edge { to, takes });
    }

    /// `a|b|c` from `start`; the node where they meet again.
    fn alternatives(
        &mut self,
        parser: &mut Parser<'_>,
        start: usize,
        depth: usize,
    ) -> Result<usize, String> {
        let mut ends = vec![self.sequence(parser, start, depth)?];
        while parser.eat('|') {
            ends.push(self.sequence(parser, start, depth)?);
        }
        if let [end] = ends[..] {
            return Ok(end);
        }
        let meet = self.node();
        for end in ends {
            self.edge(end, meet, Takes::Nothing);
        }
        Ok(meet)
    }

    fn sequence(
        &mut self,
        parser: &mut Parser<'_>,
        start: usize,
        depth: usize,
    ) -> Result<usize, String> {
        // A node of its own, so that alternatives that share a start stay in order.
        let mut at = self.node();
        self.edge(start, at, Takes::Nothing);
        loop {
            if parser.eat('(') {
                at = self.alternatives(parser, at, depth)?;
                parser.expect(')')?;
            } else if parser.eat('[') {
                at = self.option(parser, at, depth)?;
            } else if parser.eat('<') {
                at = self.word(parser, at, depth)?;
            } else if parser.eat('~') {
                let services = parser.eat('~');
                let after = self.node();
                self.edge(at, after, Takes::Any { services });
                self.edge(after, after, Takes::Any { services });
                at = after;
            } else {
                let literal = parser.literal();
                if literal.is_empty() {
                    return Ok(at);
                }
                for token in tokens(literal, self.chinese).tokens {
                    let symbol = self.symbol(&token.text, token.syllable);
                    let after = self.node();
                    self.edge(at, after, Takes::Symbol(symbol));
                    at = after;
                }
            }
        }
    }

    /// What stands in brackets, once or up to three times, or not at all. It is written
    /// out three times, so that the network stays free of loops.
    fn option(
        &mut self,
        parser: &mut Parser<'_>,
        start: usize,
        depth: usize,
    ) -> Result<usize, String> {
        let begin = parser.rest;
        let mut ends = vec![start];
        let mut at = self.alternatives(parser, start, depth)?;
        parser.expect(']')?;
        let end = parser.rest;
        if parser.eat('*') {
            for _ in 0..2 {
                ends.push(at);
                parser.rest = begin;
                at = self.alternatives(parser, at, depth)?;
            }
            parser.rest = end.strip_prefix('*').unwrap_or(end);
        }
        ends.push(at);
        let after = self.node();
        for end in ends {
            self.edge(end, after, Takes::Nothing);
        }
        Ok(after)
    }

    fn word(&mut self, parser: &mut Parser<'_>, at: usize, depth: usize) -> Result<usize, String> {
        const DEEPEST: usize = 8;
        let name = parser.until('>')?;
        let words = self.words;
        let source = words
            .get(name)
            .ok_or_else(|| format!("{:?}: there is no word <{name}>", parser.source))?;
        if depth == DEEPEST {
            return Err(format!("<{name}> contains itself"));
        }
        let mut inner = Parser {
            source,
            rest: source,
        };
        self.alternatives(&mut inner, at, depth + 1)
    }

    fn symbol(&mut self, text: &str, syllable: Option<Syllable>) -> usize {
        if let Some(symbol) = self.network.index.get(text) {
            return *symbol;
        }
        let symbol = self.network.symbols.len();
        self.network.symbols.push(Symbol {
            text: text.to_owned(),
            syllable,
            weak: self.weak.iter().any(|weak| weak == text),
        });
        self.network.index.insert(text.to_owned(), symbol);
        symbol
    }
}

struct Parser<'a> {
    source: &'a str,
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn eat(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, c: char) -> Result<(), String> {
        if self.eat(c) {
            Ok(())
        } else {
            Err(format!(
                "{:?}: {c:?} is missing before {:?}",
                self.source, self.rest
            ))
        }
    }

    fn until(&mut self, c: char) -> Result<&'a str, String> {
        let (name, rest) = self
            .rest
            .split_once(c)
            .ok_or_else(|| format!("{:?}: {c:?} is missing", self.source))?;
        self.rest = rest;
        Ok(name)
    }

    fn literal(&mut self) -> &'a str {
        let end = self
            .rest
            .find(['(', ')', '[', ']', '<', '>', '|', '*', '~'])
            .unwrap_or(self.rest.len());
        let (literal, rest) = self.rest.split_at(end);
        self.rest = rest;
        literal
    }
}
