/** Another program listens on the port that something here is to listen on. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  /**
   * @param what that listens there: `port`, `the inspector's port`
   * @param flag by which a user chooses another one: `--port`
   */
  constructor(what: string, port: number, flag: string, cause?: Error) {
    super(
      `${what} ${port} is taken by another program; stop that one, or choose another port with ${flag} (0 takes a free one)`,
      { cause },
    );
  }
}
