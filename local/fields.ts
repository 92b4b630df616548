/**
 * Fields that are read by name: of a request, or of a resource in the template. What nobody has read in the end is
 * refused by its name, so that nothing is passed over in silence.
 */
export abstract class Fields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #read = new Set<string>();

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = fields;
  }

  /** The fields are read by nobody, since they mean nothing on one machine, where only one user can look. */
  passOver(...names: readonly string[]): void {
    for (const name of names) this.#read.add(name);
  }

  /** @throws an error that names the first field which was neither read nor passed over */
  finish(): void {
    const unread = Object.keys(this.#fields).find(
      (name) => !this.#read.has(name) && this.value(name) !== undefined,
    );
    if (unread !== undefined) this.refuseUnread(unread);
  }

  /** The field as it is written, without a look at what it refers to. */
  asWritten(name: string): unknown {
    this.passOver(name);
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  protected value(name: string): unknown {
    this.#read.add(name);
    // clients write null for what is not there
    return Object.hasOwn(this.#fields, name) ? (this.#fields[name] ?? undefined) : undefined;
  }

  protected abstract refuseUnread(name: string): never;
}
