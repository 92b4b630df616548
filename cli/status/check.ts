/** One thing that was looked at: a part of the pipeline, a joint between two, a permission. */
export interface Check {
  /** `csv-row-counter queue → function` */
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  readonly nextStep?: string;
}

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
