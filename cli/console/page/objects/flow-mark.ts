import type { FlowDocument } from '../flow-feed.ts';

/** The same as long as nothing has come, gone or been dealt with. */
export function flowMark(flow: FlowDocument | undefined): string {
  if (flow === undefined) return '';
  return JSON.stringify([
    flow.bus.published,
    flow.bus.waiting,
    flow.consumers.map(
      ({ name, matched, delivered, done, failed, waiting, deadLetters, ruleDeadLetters }) => [
        name,
        matched,
        delivered,
        done,
        failed,
        waiting,
        deadLetters,
        ruleDeadLetters,
      ],
    ),
  ]);
}
