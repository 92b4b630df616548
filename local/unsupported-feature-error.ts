/** An AWS feature that the local runtime does not have. It is named, never approximated in silence. */
export class UnsupportedFeatureError extends Error {
  override readonly name = 'UnsupportedFeatureError';
  /** @param feature e.g. `AWS::SNS::Topic "Alerts"` */
  constructor(feature: string, nextStep = 'take it out of the template, or run this against AWS') {
    super(`the local runtime does not support ${feature}; ${nextStep}`);
  }
}
