/** The last part of a queue's URL. */
export const queueName = ({ queueUrl }: { readonly queueUrl: string }): string =>
  queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
