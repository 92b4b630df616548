import { FAULT_NAMES } from './faults.ts';
import type { Shrunk } from './shrink.ts';
import type { Simulation } from './simulate.ts';

const hex = (seed: number): string => `0x${seed.toString(16).padStart(8, '0')}`;

/** The figures, which are published together or not at all. */
export function figureBlock(
  simulation: Simulation,
  run: { seed: number; seconds: number; cpuSeconds: number; mostBytes: number; rate: number },
): string {
  const { figures, counts, histories, repeated, mismatches, steps } = simulation;
  const { seconds, cpuSeconds, mostBytes } = run;
  const faults = FAULT_NAMES.map((fault) => `    ${fault.padEnd(26)} ${number(counts.get(fault) ?? 0)}`);
  return [
    `seed ${hex(run.seed)}, ${histories} histories (${repeated} of them run twice), fault rate ${run.rate}`,
    `  events accepted              ${number(figures.events)}`,
    `  deliveries                   ${number(figures.deliveries)} in ${number(figures.invocations)} invocations, ${number(steps)} steps`,
    '  faults injected',
    ...faults,
    `  recorded                     ${number(figures.recorded)} rows, ${number(figures.lines)} lines`,
    `  superseded                   ${number(figures.superseded)}`,
    `  skipped by name              ${number(figures.skipped)}`,
    `  dead-lettered                ${number(figures.deadLettered)}, then redriven where that can help`,
    `  lost                         ${number(figures.lost)}`,
    `  duplicate effects on rows    ${number(figures.duplicateEffects)}`,
    `  foreign effects              ${number(figures.foreignEffects)}`,
    `  trace mismatches             ${mismatches} of ${repeated}`,
    `  trace hash                   ${simulation.traceHash()}`,
    `  took                         ${seconds.toFixed(0)} s, ${(figures.events / seconds).toFixed(0)} events a second; ${cpuSeconds.toFixed(0)} s of CPU, start and synthesis included; ${(mostBytes / 1e6).toFixed(0)} MB of memory at most`,
  ].join('\n');
}

const number = (value: number): string => value.toLocaleString('en-US');

/** What failed, in one line that reproduces it. */
export function failureLine(
  { operations, only, outcome }: Shrunk,
  run: { seed: number; rate: number; breakage: string | undefined },
): string {
  const { invariant, step } = outcome.violation!;
  const faults = [...only].join(',');
  const more = [
    ...(run.rate === 1 ? [] : [`--fault-rate ${run.rate}`]),
    ...(run.breakage === undefined ? [] : [`--break ${run.breakage}`]),
  ];
  const flags = [
    `--seed ${hex(run.seed)}`,
    `--keep ${operations.map(({ n }) => n).join(',')}`,
    `--faults ${faults === '' ? 'none' : faults}`,
    ...more,
  ];
  return `FAIL ${invariant} seed=${hex(run.seed)} step=${step} faults=[${faults}] -> npm run sim -- ${flags.join(' ')}`;
}

/** What happened, for who looks into it. */
export function failureDetails({ operations, outcome }: Shrunk): string {
  const lines = operations.map((operation) => `  ${JSON.stringify(operation)}`);
  return [outcome.violation!.what, `${operations.length} operations are left of the history:`, ...lines].join(
    '\n',
  );
}
