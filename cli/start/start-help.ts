import { startCommand } from '../../shared/own-commands.ts';

/** The help of the start: at most 80 columns wide. */
export const START_HELP = `Usage: ${startCommand('[options]')}

Runs the pipeline of this project on this machine: S3, EventBridge, SQS,
DynamoDB and the functions of the synthesized template, behind one loopback
port. The app of the project's cdk.json is synthesized first. Ctrl-C stops it;
what was uploaded stays in the data folder.

  --port N          loopback port for every service
                    (default 4566; 0 takes a free one)
  --console-port N  loopback port of the console, a page in the browser
                    (default: the one after --port, or a free one)
  --no-console      serve no console
  --data-dir DIR    where objects, queues, tables and logs are kept
                    (default .sluice)
  --fresh           empty the data folder first
  --stage NAME      CDK context "stage": dev, prod or a name of yours
                    (default: that of cdk.json, else dev)
  -c, --context NAME=VALUE
                    more CDK context, over that of cdk.json; may be repeated
  --stack NAME      which stack, where the app has several
  --region NAME     Region that the pipeline believes to be in
                    (default us-east-1)
  --assembly DIR    run this cloud assembly as it is, and synthesize nothing
  --watch           reload handlers, patterns and the rest of the template when
                    a source is saved; what is kept stays
  --private         let in only who signs with the secret of this start, which
                    npx sluice env prints: for a machine with other users
  --inspect NAME    let a debugger attach to the function of this consumer: one
                    invocation at a time, and time at a breakpoint does not
                    count
  --inspect-port N  loopback port of that debugger
                    (default 9229; 0 takes a free one)
  --json            print one line of JSON when ready; all else goes to stderr,
                    the console's address too, which is served only with
                    --console-port then
  --logs            show the functions' own lines instead of one line per object
                    (sluice logs shows them later too)
  --quiet           show neither
  -h, --help        this text

Then, in another terminal:

  npx sluice put report.csv csv/
  eval "$(npx sluice env)"              # for the AWS CLI, boto3 and any SDK
  aws s3 cp report.csv "s3://$SLUICE_BUCKET/csv/report.csv"
`;
