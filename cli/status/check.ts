import type { checkSchema } from './check-schema.ts';
import type { DocumentOf } from '../terminal/document.ts';

export type Check = DocumentOf<typeof checkSchema>;

export const ok = (name: string, detail: string): Check => ({ name, state: 'ok', detail });

export const warning = (name: string, detail: string, nextStep?: string): Check => ({
  name,
  state: 'warning',
  detail,
  ...(nextStep !== undefined && { nextStep }),
});

export const failed = (name: string, detail: string, nextStep?: string): Check => ({
  name,
  state: 'failed',
  detail,
  ...(nextStep !== undefined && { nextStep }),
});
