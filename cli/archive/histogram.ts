import type { DocumentOf } from '../terminal/document.ts';
import type { archiveDocument } from './archive-document.ts';
import type { Periods } from './periods.ts';

type ArchiveDocument = DocumentOf<typeof archiveDocument>;

/** The events of an archive over time: what its document says of them. */
export type Histogram = Pick<
  ArchiveDocument,
  | 'since'
  | 'until'
  | 'periodSeconds'
  | 'countedBy'
  | 'isCounted'
  | 'times'
  | 'types'
  | 'oldest'
  | 'newest'
  | 'note'
>;

/** What was asked for. */
export interface HistogramQuestion {
  /** @default where the archive's oldest event is; in AWS, where nobody can ask for it, a day ago */
  readonly since: Date | undefined;
  /** Not included. */
  readonly until: Date;
  /** At most so many periods. */
  readonly most: number;
}

/** What every histogram says of its periods. */
export const periodFields = ({ seconds, starts }: Periods, until: Date) => ({
  since: (starts[0] ?? until).toISOString(),
  until: until.toISOString(),
  periodSeconds: seconds,
  times: starts.map((start) => start.toISOString()),
});
