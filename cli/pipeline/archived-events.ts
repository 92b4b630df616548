import type { ArchivePage } from '../../shared/control-api.ts';
import type { LocalControl } from './local-control.ts';

/** The events of the local runtime's archive, oldest first, those of both times included; AWS has no call for it. */
export async function* archivedEvents(
  control: LocalControl,
  name: string,
  { since, until }: { readonly since: Date; readonly until: Date },
): AsyncGenerator {
  let after: string | undefined;
  do {
    const page: ArchivePage = await control.ask('archive', {
      name,
      since: since.toISOString(),
      until: until.toISOString(),
      after,
    });
    yield* page.events;
    after = page.next;
  } while (after !== undefined);
}
