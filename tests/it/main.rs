//! Integration tests: one binary, a file for each part of the product.

mod ask;
mod assistant;
mod audio;
mod common;
mod dialogue;
mod knowledge;
mod models;
mod recognition;
mod search;
mod server;
mod speech;
mod store;
mod talk;
mod virtual_audio;
