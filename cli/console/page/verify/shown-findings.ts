import { FINDING_CLASSES, type FindingClass } from '../../../verify/finding-classes.ts';
import type { verifyDocument } from '../../../verify/verify-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';

export type VerifyDocument = DocumentOf<typeof verifyDocument>;
export type ShownFinding = VerifyDocument['findings'][number];

export interface FindingFilters {
  readonly class?: string | undefined;
  readonly consumer?: string | undefined;
}

export const isShown = (filters: FindingFilters, { class: found, consumer }: ShownFinding): boolean =>
  (filters.class === undefined || filters.class === found) &&
  (filters.consumer === undefined || filters.consumer === consumer);

/** Names one finding: a key may differ at two consumers. */
export const findingId = ({ class: found, consumer, key, bucket }: ShownFinding): string =>
  JSON.stringify([found, consumer, bucket, key]);

/** How many findings there are of each class, the worst first as the classes are listed; of none there is no bar. */
export const classCounts = ({
  counts,
}: Pick<VerifyDocument, 'counts'>): readonly (readonly [FindingClass, number])[] =>
  FINDING_CLASSES.flatMap((name) => {
    const count = counts[name] ?? 0;
    return count === 0 ? [] : [[name, count] as const];
  });

/** Whether a repair touches it at all: what waits mends itself, and a foreign row belongs to somebody else. */
export const canBeRepaired = ({ class: found, skipped }: ShownFinding): boolean =>
  found !== 'waiting' && (found !== 'foreign' || skipped !== undefined);

/** What is chosen to be repaired. */
export interface RepairChoice {
  readonly keys: readonly string[];
  readonly classes: readonly string[];
  /** Under which all of a class are meant. */
  readonly prefix: string;
}

/** Chosen one by one: their keys, each in its class. */
export const choiceOf = (findings: readonly ShownFinding[]): RepairChoice => ({
  keys: [...new Set(findings.map(({ key }) => key))],
  classes: [...new Set(findings.map((finding) => finding.class))],
  prefix: '',
});

export const repairArgs = ({ keys, classes, prefix }: RepairChoice): readonly string[] => [
  'verify',
  '--repair',
  ...(prefix === '' ? [] : [`--prefix=${prefix}`]),
  ...keys.map((key) => `--key=${key}`),
  ...classes.map((name) => `--class=${name}`),
];

/** Those of a document that a repair of this choice sends. */
export const toBeRepaired = (
  { findings }: Pick<VerifyDocument, 'findings'>,
  { keys, classes }: RepairChoice,
): readonly ShownFinding[] => {
  const chosen = new Set(keys);
  return findings.filter(
    (finding) =>
      canBeRepaired(finding) &&
      classes.includes(finding.class) &&
      (chosen.size === 0 || chosen.has(finding.key)),
  );
};

/** What the bucket or the row holds: a version's id, or that there is none. */
export function stateText(
  one: {
    readonly versionId?: string;
    readonly isDeleted?: boolean;
    readonly isDeleteMarker?: boolean;
  } | null,
): string {
  if (one === null) return 'nothing';
  if (one.isDeleted === true || one.isDeleteMarker === true) return 'deleted';
  return one.versionId ?? 'an object';
}
