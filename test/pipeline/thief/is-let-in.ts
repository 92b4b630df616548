/** @returns whether the service lets it @throws Error where it fails for a reason that has nothing to do with who asks */
export async function isLetIn(what: string, attempt: Promise<unknown>): Promise<boolean> {
  try {
    await attempt;
    return true;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    if (name.startsWith('AccessDenied') || $metadata?.httpStatusCode === 403) return false;
    // nobody is served it, the user of the machine neither
    if ($metadata?.httpStatusCode === 501) return false;
    if (name === 'ReceiptHandleIsInvalid') return true;
    throw new Error(`${what}: ${name}: ${message}`, { cause: error });
  }
}
