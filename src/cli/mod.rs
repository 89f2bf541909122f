//! The subcommands of `wenlu`, one file each.

pub mod knowledge_test;
pub mod tune;
