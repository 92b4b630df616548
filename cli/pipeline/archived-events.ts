import type { ArchivePage } from '../../shared/control-api.ts';
import type { LocalControl } from './local-control.ts';

export interface ArchivedWindow {
  readonly since: Date;
  readonly until: Date;
  readonly first?: 'oldest' | 'newest';
}

/** The events of the local runtime's archive, those of both times included, oldest first unless asked otherwise; AWS has no call for it. */
export async function* archivedEvents(
  control: LocalControl,
  name: string,
  { since, until, first }: ArchivedWindow,
): AsyncGenerator {
  let after: string | undefined;
  do {
    const page: ArchivePage = await control.ask('archive', {
      name,
      since: since.toISOString(),
      until: until.toISOString(),
      ...(first !== undefined && { first }),
      after,
    });
    yield* page.events;
    after = page.next;
  } while (after !== undefined);
}
