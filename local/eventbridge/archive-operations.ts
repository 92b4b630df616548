import type { Archive } from './archives.ts';
import { busArn, checkBus } from './bus-name.ts';
import type { EventBus } from './event-bus.ts';
import type { Input } from '../protocols/input.ts';
import type { Operation } from './operation.ts';
import { page } from './paging.ts';

const ARCHIVE_NAME = /^[.\-_A-Za-z0-9]{1,48}$/;
const LONGEST_RETENTION_DAYS = 2 ** 31 - 1;

/** The operations on archives. An archive is usable at once: it has no state but ENABLED. */
export function archiveOperations(bus: EventBus): Readonly<Record<string, Operation>> {
  const { archives } = bus;
  const resource = (input: Input) => archives.arn(input.text('ArchiveName', ARCHIVE_NAME));
  const summary = ({ name, retentionDays, createdAt }: Archive) => {
    const { eventCount, sizeBytes } = archives.contents(name);
    return {
      ArchiveName: name,
      EventSourceArn: busArn(bus.location),
      State: 'ENABLED',
      RetentionDays: retentionDays,
      SizeBytes: sizeBytes,
      EventCount: eventCount,
      CreationTime: createdAt / 1_000,
    };
  };

  return {
    CreateArchive: {
      resource,
      answer(input) {
        const name = input.text('ArchiveName', ARCHIVE_NAME);
        checkBus(bus.location, input.text('EventSourceArn'));
        const archive = {
          name,
          pattern: input.optionalText('EventPattern') ?? null,
          description: input.optionalText('Description') ?? null,
          retentionDays: input.integer('RetentionDays', 0, LONGEST_RETENTION_DAYS) ?? 0,
        };
        input.finish();
        const { createdAt } = archives.create(archive);
        bus.wakeSweep();
        return { ArchiveArn: archives.arn(name), State: 'ENABLED', CreationTime: createdAt / 1_000 };
      },
    },
    DescribeArchive: {
      resource,
      answer(input) {
        const archive = archives.get(input.text('ArchiveName', ARCHIVE_NAME));
        input.finish();
        const { description, pattern } = archive;
        return {
          ...summary(archive),
          ArchiveArn: archives.arn(archive.name),
          ...(description !== null && { Description: description }),
          ...(pattern !== null && { EventPattern: pattern }),
        };
      },
    },
    UpdateArchive: {
      resource,
      answer(input) {
        const { createdAt, ...kept } = archives.get(input.text('ArchiveName', ARCHIVE_NAME));
        const changed = {
          ...kept,
          pattern: input.optionalText('EventPattern') ?? kept.pattern,
          description: input.optionalText('Description') ?? kept.description,
          retentionDays: input.integer('RetentionDays', 0, LONGEST_RETENTION_DAYS) ?? kept.retentionDays,
        };
        input.finish();
        archives.update(changed);
        bus.wakeSweep();
        return { ArchiveArn: archives.arn(kept.name), State: 'ENABLED', CreationTime: createdAt / 1_000 };
      },
    },
    DeleteArchive: {
      resource,
      answer(input) {
        const { name } = archives.get(input.text('ArchiveName', ARCHIVE_NAME));
        input.finish();
        archives.delete(name);
        return {};
      },
    },
    ListArchives: {
      resource: () => archives.arn('*'),
      answer(input) {
        const source = input.optionalText('EventSourceArn') ?? busArn(bus.location);
        const state = input.optionalText('State') ?? 'ENABLED';
        const known = source === busArn(bus.location) && state === 'ENABLED';
        const { items, next } = page(input, known ? archives.list() : []);
        input.finish();
        return { Archives: items.map(summary), ...next };
      },
    },
  };
}
