import { visible } from '#visible';
import { confirm } from './ask.js';
import type { Declared } from './declarations.js';
import { CliFailure, EXIT } from './failure.js';
import type { Output } from './output.js';
import { carryOut, claimed, type PlanOptions, planned, type Step } from './plan.js';
import { planText } from './plan-text.js';
import { progress } from './progress.js';
import { Session } from './session.js';

export interface ApplyOptions extends PlanOptions {
  /** Only print the plan. */
  readonly plan?: boolean;
  readonly yes?: boolean;
}

/** What was done, or would be done, to one client. */
interface AppliedStep extends Pick<Step, 'domain' | 'clientId' | 'action' | 'changes' | 'secret' | 'managedBy'> {
  readonly applied: boolean;
  readonly clientSecret?: string;
}

/** Shows the plan, asks for confirmation, and applies it. If a later step fails, the earlier ones stay done. */
export async function apply(declared: Declared, options: ApplyOptions, output: Output): Promise<void> {
  if (output.isJson && !options.plan && !options.yes) {
    throw new CliFailure('With --json nobody can be asked: say --plan or --yes.', EXIT.usage);
  }
  const { managedBy = options.managedBy } = declared;
  if (options.managedBy !== undefined && managedBy !== options.managedBy) {
    throw new CliFailure(`The file is ${managedBy}’s, the command ${options.managedBy}’s.`, EXIT.usage);
  }
  if (options.prune && declared.managedBy === undefined) {
    throw new CliFailure('--prune removes only what managedBy manages: say it at the top of the file.', EXIT.usage);
  }
  // Set before the plan is printed, because a broken pipe may be noticed only later.
  if (!options.plan) output.carryOn();
  const session = new Session().inNameOf({ managedBy, force: options.force });
  const steps = await planned(session, declared, options);
  const due = steps.filter(({ action }) => action !== 'none');
  const refused = steps.filter(({ action }) => action === 'refused');
  if (!output.isJson) output.result(steps, (shown) => planText(shown, output));
  if (options.plan || due.length === 0 || refused.length > 0) {
    if (output.isJson)
      output.result(
        steps.map((step) => appliedStepOf(step, false)),
        () => '',
      );
    if (refused.length > 0) {
      const whose = refused.map(({ name, managedBy: other = '' }) => `${name} (${visible(other)})`);
      throw new CliFailure(
        `Others manage what this would change: ${whose.join(', ')}. Nothing was done; the operator can --force it.`,
      );
    }
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
        const named = (error: Error) => {
          throw error instanceof CliFailure ? new CliFailure(`${step.name}: ${error.message}`, error.exitCode) : error;
        };
        const clientSecret = await carryOut(session, step).catch(named);
        applied[index] = appliedStepOf(step, true, clientSecret);
        // Whatever comes of this, the secret is shown.
        if (step.action === 'create') await claimed(session, step).catch(named);
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
  { domain, clientId, action, changes, secret, managedBy }: Step,
  applied: boolean,
  made: string | null = null,
): AppliedStep {
  const manager = managedBy === undefined ? {} : { managedBy };
  const shown = made === null ? {} : { clientSecret: made };
  return { domain, clientId, action, changes, secret, applied, ...manager, ...shown };
}

const DONE = {
  create: 'created',
  change: 'changed',
  remove: 'removed',
  refused: 'refused',
  none: 'as it was',
} as const;

function appliedText(applied: readonly AppliedStep[]): string {
  const done = applied.filter((step) => step.applied);
  return done
    .map(({ domain, clientId, action, clientSecret }) => {
      const told = clientSecret === undefined ? '' : `, client secret ${clientSecret}`;
      return `${domain}/${clientId}: ${DONE[action]}${told}`;
    })
    .join('\n');
}
