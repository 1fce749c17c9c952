//! An intake service in async code: many complaints at once, on one thread of tokio, none of which waits for the disk.
//!
//! ```sh
//! cargo run --release --example submit_async -- /tmp/complaints
//! ```

use std::sync::Arc;

use pilah::complaint::Complaint;
use pilah::engine::{Engine, Options, Submission};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("name a folder for the store")?;
    // Options of `'static` parts make a writer that tasks can share; an instance of your own is leaked once at the start.
    let writer = Arc::new(Engine::create(&folder)?.writer(Options::default())?);
    let tasks: Vec<_> = (0..100)
        .map(|number| {
            let writer = writer.clone();
            tokio::spawn(async move {
                let text = format!("Lampu jalan nomor {number} di depan balai RW mati");
                let complaint =
                    Complaint { text: &text, village: "Mojo", district: "Gubeng", ..Complaint::default() };
                let submission = Submission::new(format!("async:{number}").parse()?, complaint);
                let receipt = writer.submit_async(&submission).await?;
                Ok::<_, pilah::Error>((receipt.id, receipt.decision.action))
            })
        })
        .collect();
    for task in tasks {
        let (id, action) = task.await??;
        println!("{id}: {action}");
    }
    // The last to hold the writer closes it: what was acknowledged is durable, the index follows.
    Arc::into_inner(writer).ok_or("a task still holds the writer")?.close()?;
    Ok(())
}
