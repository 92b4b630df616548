import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';

/** As far as the AWS SDK's clients say where they would send a request. */
interface EndpointConfig {
  readonly config: { endpoint?: () => Promise<{ readonly hostname: string }> };
}

/**
 * A local pipeline is spoken to on this machine, whatever the environment and the configuration of AWS say.
 *
 * @param clients by service
 * @throws CliError naming the service and the host when a client would send its requests elsewhere
 */
export async function refuseOtherHosts(clients: Readonly<Record<string, EndpointConfig>>): Promise<void> {
  for (const [service, { config }] of Object.entries(clients)) {
    const hostname = (await config.endpoint?.())?.hostname;
    if (hostname === '127.0.0.1') continue;
    throw new CliError(
      `the ${service} client would speak to ${hostname ?? 'AWS'}, and not to the pipeline on this machine`,
      {
        exitCode: EXIT.notReachable,
        nextStep: `unset AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_${service.toUpperCase()}, and look for endpoint_url in the file of AWS_CONFIG_FILE; or say --target aws`,
      },
    );
  }
}
