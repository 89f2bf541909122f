//! What the program does as a whole.

mod knowledge;
