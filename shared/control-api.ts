/** The running pipeline: what `runtime.json` in the data folder holds, and `npm start -- --json` prints. */
export interface RuntimeDescription {
  readonly schemaVersion: 1;
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  readonly stackName: string;
  /** Every output of the stack, with its value on this machine. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly dataDir: string;
  /** For the calls under `/_sluice/`. */
  readonly controlToken: string;
  readonly pid: number;
}
