//! The `wenlu` command: see [`wenlu`] for the map.

fn main() {
    let folder = std::path::PathBuf::from("knowledge");
    match wenlu::knowledge::read_folder(&folder) {
        Ok((files, faults)) => {
            for fault in &faults {
                println!("{fault}");
            }
            println!("{} guides, {} faults", files.len(), faults.len());
        }
        Err(error) => println!("{error}"),
    }
}
