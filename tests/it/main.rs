//! Integration tests: one binary, a file for each part of the product.

mod audio;
mod knowledge;
mod models;
mod search;
