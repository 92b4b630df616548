/** A row in plain values, as the SDK's document client has it. */
export type Row = Readonly<Record<string, unknown>>;
