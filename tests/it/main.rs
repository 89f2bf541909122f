//! Integration tests: one binary, a file for each part of the product.

mod knowledge;
mod models;
