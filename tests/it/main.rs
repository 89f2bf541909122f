
mod dialogue;
