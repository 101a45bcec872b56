import { confirm } from './ask.js';
import type { Declared } from './declarations.js';
import { CliFailure, EXIT } from './failure.js';
import type { Output } from './output.js';
import { carryOut, planned, type Step } from './plan.js';
import { planText } from './plan-text.js';
import { progress } from './progress.js';
import { Session } from './session.js';

export interface ApplyOptions {
  /** Only print the plan. */
  readonly plan?: boolean;
  readonly yes?: boolean;
}

/** What was done, or would be done, to one client. */
interface AppliedStep extends Pick<Step, 'action' | 'changes' | 'secret'> {
  readonly domain: string;
  readonly clientId: string;
  readonly applied: boolean;
  readonly clientSecret?: string;
}

/** Shows the plan, asks for confirmation, and applies it. If a later step fails, the earlier ones stay done. */
export async function apply(declared: Declared, options: ApplyOptions, output: Output): Promise<void> {
  if (output.isJson && !options.plan && !options.yes) {
    throw new CliFailure('With --json nobody can be asked: say --plan or --yes.', EXIT.usage);
  }
  // Set before the plan is printed, because a broken pipe may be noticed only later.
  if (!options.plan) output.carryOn();
  const session = new Session();
  const steps = await planned(session, declared);
  const due = steps.filter(({ action }) => action !== 'none');
  if (!output.isJson) output.result(steps, (shown) => planText(shown, output));
  if (options.plan || due.length === 0) {
    if (output.isJson)
      output.result(
        steps.map((step) => appliedStepOf(step, false)),
        () => '',
      );
    if (due.length > 0) process.exitCode = EXIT.pending;
    return;
  }
  await confirm('Do this?', options);
  await carryOutAll(session, steps, output);
}

async function carryOutAll(session: Session, steps: readonly Step[], output: Output): Promise<void> {
  const applied = steps.map((step) => appliedStepOf(step, false));
  const bar = await progress('Applying', steps.length);
  try {
    for (const [index, step] of steps.entries()) {
      if (step.action !== 'none') {
        const clientSecret = await carryOut(session, step).catch((error: Error) => {
          throw error instanceof CliFailure ? new CliFailure(`${step.name}: ${error.message}`, error.exitCode) : error;
        });
        applied[index] = appliedStepOf(step, true, clientSecret);
      }
      bar.step();
    }
  } finally {
    bar.stop();
    // Also after a failure, because the new secrets are shown only this once.
    output.result(applied, appliedText);
    if (applied.some(({ clientSecret }) => clientSecret))
      output.remark('Keep the secrets now: they are shown this once.');
  }
}

function appliedStepOf(
  { declaration, action, changes, secret }: Step,
  applied: boolean,
  made: string | null = null,
): AppliedStep {
  const { domain, clientId } = declaration;
  return { domain, clientId, action, changes, secret, applied, ...(made === null ? {} : { clientSecret: made }) };
}

function appliedText(applied: readonly AppliedStep[]): string {
  const done = applied.filter((step) => step.applied);
  return done
    .map(({ domain, clientId, action, clientSecret }) => {
      const told = clientSecret === undefined ? '' : `, client secret ${clientSecret}`;
      return `${domain}/${clientId}: ${action === 'create' ? 'created' : 'changed'}${told}`;
    })
    .join('\n');
}
