//! `pilah triage`: a file of complaints in, a file of decisions out.

use pilah::model::Batch;
use pilah::routing::{
    DECISION_SCHEMA, DecisionSheet, Instance, Triage as Decider, triage_sheet, triage_stream,
};
use pilah::{Bundle, Result};

use crate::args::{OutputFormat, Triage};
use crate::commands::stream;
use crate::files::{Outcome, Rejects, open, say};
use crate::output::Output;
use crate::unknown::Unknown;

pub(crate) fn run(args: &Triage) -> Result<Outcome> {
    // Without --schema there is an input: the parser sees to it.
    let Some(input) = args.input.as_deref().filter(|_| !args.schema) else {
        return say(format_args!("{}", DECISION_SCHEMA.trim_end())).map(|()| Outcome::Done);
    };
    let mut instance =
        args.instance.as_ref().map_or_else(|| Ok(Instance::whole_country()), Instance::load)?;
    instance.territory = args.within.or(instance.territory);
    let model = args.model.as_ref().map(Bundle::load).transpose()?;
    let worker = || match &model {
        Some(model) => Decider::with_model(model, &instance),
        None => Decider::of(&instance),
    };
    let rejects = Rejects::new(&args.source)?;
    let mut reader = open(input, &args.source, Vec::new(), args.fields.named())?;
    let mut unknown = Unknown::default();
    let mut out = Output::create(args.output.as_deref())?;
    let format = args.to.unwrap_or_else(|| OutputFormat::guess(args.output.as_deref()));
    let outcome = stream(input, rejects, args.threads, "deciding", |threads, after| {
        let mut sheet = match format {
            OutputFormat::Jsonl => None,
            OutputFormat::Csv => Some(DecisionSheet::csv(&mut out)?),
            OutputFormat::Xlsx => Some(DecisionSheet::xlsx(&mut out)?),
        };
        let after = |batch: &Batch| {
            unknown.add_batch(batch);
            after(batch);
        };
        let rows = match &mut sheet {
            Some(sheet) => triage_sheet(worker, &mut reader, sheet, threads, after)?,
            None => return triage_stream(worker, &mut reader, &mut out, threads, after),
        };
        sheet.map(DecisionSheet::finish).transpose()?;
        Ok(rows)
    })?;
    out.finish()?;
    unknown.report(input);
    Ok(outcome)
}
