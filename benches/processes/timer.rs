//! Times whole processes side by side. Reads lines `name<TAB>word<TAB>word…` from standard input,
//! a `#` line begins a group whose first command is what the others are measured against. Runs the
//! commands of a group in turn, round by round, so that a disturbance hits all of them.
//!
//!     timer ROUNDS < commands

use std::io::BufRead;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

struct Timed {
    name: String,
    words: Vec<String>,
    times: Vec<Duration>,
    code: Option<i32>,
}

fn main() {
    let rounds: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).expect("timer ROUNDS");
    let mut groups: Vec<(String, Vec<Timed>)> = Vec::new();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("standard input is text");
        if let Some(title) = line.strip_prefix('#') {
            groups.push((title.trim().to_owned(), Vec::new()));
            continue;
        }
        let mut words = line.split('\t').map(str::to_owned);
        let (Some(name), Some((_, group))) = (words.next(), groups.last_mut()) else { continue };
        group.push(Timed { name, words: words.collect(), times: Vec::new(), code: None });
    }
    for (title, mut group) in groups {
        // Slow ones in fewer rounds, and two rounds to warm up.
        for round in 0..rounds + 2 {
            for timed in &mut group {
                let slow = timed.times.first().is_some_and(|t| t.as_millis() > 100);
                if slow && round > 2 + rounds / 20 {
                    continue;
                }
                let (took, code) = once(&timed.words);
                timed.code = code;
                if round >= 2 {
                    timed.times.push(took);
                }
            }
        }
        table(&title, &mut group);
    }
}

fn once(words: &[String]) -> (Duration, Option<i32>) {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status().expect("the command can be started");
    (start.elapsed(), status.code())
}

fn table(title: &str, group: &mut [Timed]) {
    println!("\n{title}\n");
    println!("| command | exit | runs | median ms | min ms | × by median | × by min |");
    println!("|---|---|---|---|---|---|---|");
    let mut base = None;
    for timed in group {
        timed.times.sort();
        let ms = |t: Duration| t.as_secs_f64() * 1e3;
        let (median, min) = (ms(timed.times[timed.times.len() / 2]), ms(timed.times[0]));
        let (base_median, base_min) = *base.get_or_insert((median, min));
        let code = timed.code.map_or("signal".to_owned(), |code| code.to_string());
        println!(
            "| {} | {code} | {} | {median:.3} | {min:.3} | {:.2} | {:.2} |",
            timed.name, timed.times.len(), median / base_median, min / base_min
        );
    }
}
