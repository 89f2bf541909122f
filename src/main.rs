//! Provisional: the integrator replaces this.
use clap::Parser;
#[derive(clap::Parser)]
enum Cli { Test(wenlu::cli::knowledge_test::Args), Tune(wenlu::cli::tune::Args), Misled }
fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let folder = std::path::PathBuf::from(std::env::var("WENLU_KNOWLEDGE").unwrap_or("knowledge".into()));
    let (files, _) = wenlu::knowledge::read_folder(&folder)?;
    let knowledge: wenlu::knowledge::Knowledge = files.into_iter().map(|f| f.guide).collect();
    match cli {
        Cli::Test(a) => wenlu::cli::knowledge_test::run(&a, &knowledge),
        Cli::Tune(a) => wenlu::cli::tune::run(&a, &knowledge),
        Cli::Misled => { for m in wenlu::search::Searcher::build(&knowledge)?.misled() { println!("{} {} -> {}  {}", m.language, m.guide, m.finds, m.text) } Ok(()) }
    }
}
