//! Model files: what is needed, fetching, verifying and converting it.
