//! Tests that use the library from outside.

mod audio;
mod virtual_audio;
