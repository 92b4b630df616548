import type { PartKind } from './part-kind.ts';

/** Lines in a square of 16. */
const PATHS: Readonly<Record<PartKind, string>> = {
  bucket: 'M2.5 4 H13.5 L12 13.5 H4 Z M2.5 4 C2.5 2.4 13.5 2.4 13.5 4',
  bus: 'M1.5 6 H14.5 M1.5 10 H14.5 M5 3 V6 M11 10 V13',
  archive: 'M2 3 H14 V6.5 H2 Z M3 6.5 V13 H13 V6.5 M6.5 9 H9.5',
  rule: 'M2 3 H14 L9.5 8.5 V13.5 L6.5 12 V8.5 Z',
  queue: 'M2 4 H6 V12 H2 Z M8 4 H10.5 V12 H8 Z M12.5 4 H14 V12 H12.5',
  function: 'M4 13.5 L8.2 5 M5 2.5 H6.5 L11.5 13.5 H13',
  drainer: 'M8 8 m-2.5 -2.5 a2.5 2.5 0 1 1 5 0 a2.5 2.5 0 1 1 -5 0 M3 14 C3 9.5 13 9.5 13 14',
  'other-bus': 'M1.5 6 H14.5 M1.5 10 H14.5 M8 1.5 V6 M8 10 V14.5',
  'state-machine':
    'M5.5 2 H10.5 V5 H5.5 Z M2 11 H6.5 V14 H2 Z M9.5 11 H14 V14 H9.5 Z M8 5 L4.2 11 M8 5 L11.8 11',
  table: 'M2 3 H14 V13 H2 Z M2 6.3 H14 M2 9.6 H14 M6.5 3 V13',
  objects: 'M4 2 H9.5 L12.5 5 V14 H4 Z M9.5 2 V5 H12.5',
};

export function PartIcon({ kind }: { readonly kind: PartKind }) {
  return (
    <svg class="part-icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[kind]} />
    </svg>
  );
}
