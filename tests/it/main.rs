//! Integration tests: one binary, a file for each part of the product.

mod models;
