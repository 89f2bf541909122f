//! Matching tokens against a template, with a price for every difference.

use super::sounds::distance;
use super::template::{Network, Takes, Template};
use super::tokens::Token;

/// Taking in, or leaving out, a token that hardly matters (了, 吧, please).
const WEAK: f32 = 0.2;
/// Taking in, or leaving out, any other token.
const STRONG: f32 = 1.0;
/// A token that names a service must not be explained away.
const SERVICE: f32 = 9.0;
/// A token that a wildcard takes.
pub(super) const WILD: f32 = 0.04;
/// The most tokens that wildcards take, by whether they may name a service.
const WILDEST: [u8; 2] = [5, 8];
/// A symbol counts as found below this distance.
const FOUND: f32 = 0.5;

/// What was heard, prepared for a network.
pub(super) struct Heard {
    /// For each token, how far it is from each symbol.
    far: Vec<Vec<f32>>,
    /// For each token, what it costs to pass it over.
    skip: Vec<f32>,
    /// For each token, whether it belongs to the name of a service.
    pub service: Vec<bool>,
    /// For each token, whether a clause begins with it; wildcards end there.
    begins: Vec<bool>,
}

impl Heard {
    pub fn new(network: &Network, tokens: &[Token], weak: &[bool], service: Vec<bool>) -> Self {
        // A particle that sounds like a word is still a particle: 那医保卡 is not 拿医保卡.
        let far = |(token, weak): (&Token, &bool)| {
            let symbols = network.symbols.iter();
            let apart = symbols.map(|s| distance(token, &s.text, s.syllable));
            let apart = apart.map(|far| {
                if *weak && far > 0.0 {
                    far.max(FOUND)
                } else {
                    far
                }
            });
            apart.collect()
        };
        let skip = weak
            .iter()
            .zip(&service)
            .map(|(weak, service)| match (service, weak) {
                (true, _) => SERVICE,
                (_, true) => WEAK,
                _ => STRONG,
            });
        let clause = |at: usize| tokens.get(at).map(|token| token.clause);
        let begins = (0..tokens.len()).map(|at| at > 0 && clause(at) != clause(at - 1));
        Self {
            begins: begins.collect(),
            far: tokens.iter().zip(weak).map(far).collect(),
            skip: skip.collect(),
            service,
        }
    }
}

/// A template that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    /// One past the last token.
    pub end: usize,
    /// The price of all differences.
    pub cost: f32,
    /// How many of the template's symbols were found.
    pub symbols: u8,
    /// How many tokens wildcards took.
    pub wild: u8,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    cost: f32,
    symbols: u8,
    wild: u8,
}

impl Cell {
    const NONE: Self = Self {
        cost: f32::INFINITY,
        symbols: 0,
        wild: 0,
    };

    fn lower(&mut self, other: Self) {
        let better =
            other.cost < self.cost || (other.cost == self.cost && other.symbols > self.symbols);
        if better {
            *self = other;
        }
    }

    fn plus(self, cost: f32) -> Self {
        Self {
            cost: self.cost + cost,
            ..self
        }
    }
}

/// Matches a template from the token `start` on; every end up to `limit` that is reached
/// for at most `budget`.
pub(super) fn run(
    network: &Network,
    template: Template,
    heard: &Heard,
    start: usize,
    limit: usize,
    budget: f32,
) -> Vec<Found> {
    let size = template.last - template.first + 1;
    let mut row = vec![Cell::NONE; size];
    row[0] = Cell {
        cost: 0.0,
        ..Cell::NONE
    };
    pass(network, template, &mut row, budget);
    let mut found = Vec::new();
    for token in start..limit {
        let mut next = vec![Cell::NONE; size];
        let mut alive = false;
        for node in 0..size {
            let cell = row[node];
            if cell.cost > budget {
                continue;
            }
            alive = true;
            next[node].lower(cell.plus(heard.skip[token]));
            for edge in &network.nodes[template.first + node] {
                let to = edge.to - template.first;
                match edge.takes {
                    Takes::Nothing => {}
                    Takes::Symbol(symbol) => {
                        let far = heard.far[token][symbol];
                        let far = if far > 0.0 && heard.service[token] {
                            SERVICE
                        } else {
                            far
                        };
                        let mut cell = cell.plus(far);
                        cell.symbols += u8::from(far < FOUND);
                        next[to].lower(cell);
                    }
                    Takes::Any { services } => {
                        let allowed = services || !heard.service[token];
                        if allowed
                            && !heard.begins[token]
                            && cell.wild < WILDEST[usize::from(services)]
                        {
                            let mut cell = cell.plus(WILD);
                            cell.wild += 1;
                            next[to].lower(cell);
                        }
                    }
                }
            }
        }
        if !alive {
            break;
        }
        pass(network, template, &mut next, budget);
        row = next;
        let cell = row[template.last - template.first];
        if cell.cost <= budget {
            found.push(Found {
                end: token + 1,
                cost: cell.cost,
                symbols: cell.symbols,
                wild: cell.wild,
            });
        }
    }
    found
}

/// Goes on without taking a token: freely, or by leaving a symbol out.
fn pass(network: &Network, template: Template, row: &mut [Cell], budget: f32) {
    for node in 0..row.len() {
        let cell = row[node];
        if cell.cost > budget {
            continue;
        }
        for edge in &network.nodes[template.first + node] {
            let to = edge.to - template.first;
            match edge.takes {
                Takes::Nothing => row[to].lower(cell),
                Takes::Symbol(symbol) => {
                    let weak = network.symbols[symbol].weak;
                    row[to].lower(cell.plus(if weak { WEAK } else { STRONG }));
                }
                Takes::Any { .. } => {}
            }
        }
    }
}
