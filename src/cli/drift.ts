import pLimit from 'p-limit';
import { byWhom } from './audit.js';
import type { Declared } from './declarations.js';
import { EXIT } from './failure.js';
import { type LastChange, LastChanges } from './last-changes.js';
import type { Output } from './output.js';
import { type PlanOptions, planned, type Step } from './plan.js';
import { changedValues } from './plan-text.js';
import { progress } from './progress.js';
import { Session } from './session.js';

const CONCURRENCY = 4;

interface DriftedField {
  readonly field: string;
  readonly file: unknown;
  readonly registry: unknown;
}

/** What differs between the file and the registry about one client. */
interface Drift {
  readonly domain: string;
  readonly clientId: string;
  /** `missing`: not in the registry; `unnamed`: not in the file. */
  readonly kind: 'differs' | 'missing' | 'unnamed';
  readonly fields?: readonly DriftedField[];
}

/** The same, with who did it. */
interface Explained extends Omit<Drift, 'fields'> {
  /** The deletion of a missing client, or the creation of an unnamed one. */
  readonly lastChange?: LastChange;
  readonly fields?: readonly (DriftedField & { readonly lastChange: LastChange })[];
}

export interface DriftOptions extends Pick<PlanOptions, 'domain' | 'managedBy'> {
  readonly unnamed?: boolean;
}

/** Shows what differs from the file, field by field, and who changed it when. */
export async function drift(declared: Declared, options: DriftOptions, output: Output): Promise<void> {
  const { managedBy = options.managedBy } = declared;
  const session = new Session().inNameOf({ managedBy });
  const steps = await planned(session, declared, { domain: options.domain, managedBy: options.managedBy });
  const drifted = steps.flatMap((step) => driftOf(step, managedBy));
  if (options.unnamed) for await (const each of unnamed(session, declared)) drifted.push(each);
  const explained = await explainedAll(session, drifted);
  output.result(explained, (shown) => driftText(shown, declared.declarations.length, output));
  if (explained.some(isNotPermitted)) output.remark('Who did it is not known: the key has no audit:read.');
  if (drifted.length > 0) process.exitCode = EXIT.pending;
}

/** What differs, which is what `apply` would change, or would change if no other manager managed the client. */
function driftOf({ domain, clientId, action, changes, managedBy }: Step, manager = null as string | null): Drift[] {
  if (action === 'refused') {
    return [
      { domain, clientId, kind: 'differs', fields: [{ field: 'managedBy', file: manager, registry: managedBy }] },
    ];
  }
  if (action === 'create') return [{ domain, clientId, kind: 'missing' }];
  const fields = changes
    .filter((change) => !isRenewal(change))
    .map(({ field, before, after }) => ({ field, file: after, registry: before }));
  return fields.length === 0 ? [] : [{ domain, clientId, kind: 'differs', fields }];
}

/** A file says how long a client is to exist, not until when: so another expiry is no difference. */
function isRenewal({ field, before, after }: Step['changes'][number]): boolean {
  return field === 'expiresAt' && before !== null && after !== null;
}

/** The clients that the file does not name, in the domains that it names. */
async function* unnamed(session: Session, { declarations }: Declared): AsyncGenerator<Drift, void> {
  const named = new Set(declarations.map(({ domain, clientId }) => `${domain}/${clientId}`));
  for (const domain of new Set(declarations.map((declaration) => declaration.domain))) {
    const pages = session.pages((query) =>
      session.api.GET('/v1/domain/{domain}/client', { params: { path: { domain }, query: { limit: 100, ...query } } }),
    );
    for await (const page of pages) {
      for (const { clientId } of page)
        if (!named.has(`${domain}/${clientId}`)) yield { domain, clientId, kind: 'unnamed' };
    }
  }
}

async function explainedAll(session: Session, drifted: readonly Drift[]): Promise<Explained[]> {
  const lastChanges = new LastChanges(session);
  const bar = await progress('Asking the audit', drifted.length);
  const inTurn = pLimit(CONCURRENCY);
  try {
    return await Promise.all(
      drifted.map((each) =>
        inTurn(async () => {
          const explained = await explainedBy(lastChanges, each).catch((error: unknown) => {
            inTurn.clearQueue();
            throw error;
          });
          bar.step();
          return explained;
        }),
      ),
    );
  } finally {
    bar.stop();
  }
}

async function explainedBy(lastChanges: LastChanges, { fields = [], ...drift }: Drift): Promise<Explained> {
  if (drift.kind === 'missing') return { ...drift, lastChange: await lastChanges.deletionOf(drift) };
  if (drift.kind === 'unnamed') return { ...drift, lastChange: await lastChanges.creationOf(drift) };
  const names = fields.map(({ field }) => field);
  const found = await lastChanges.ofFields(drift, names);
  return { ...drift, fields: fields.map((field, index) => ({ ...field, lastChange: found[index]! })) };
}

function isNotPermitted({ lastChange, fields = [] }: Explained): boolean {
  return [lastChange, ...fields.map((field) => field.lastChange)].some(
    (change) => change && 'unknown' in change && change.unknown === 'not_permitted',
  );
}

function driftText(drifted: readonly Explained[], declared: number, output: Output): string {
  const count = (kind: Drift['kind']) => drifted.filter((each) => each.kind === kind).length;
  const [differing, missing, others] = [count('differs'), count('missing'), count('unnamed')];
  const same = declared - differing - missing;
  if (drifted.length === 0) return `No drift: ${same} as the file says.`;
  const sums = [
    `${differing} not as the file says`,
    `${missing} missing`,
    ...(others === 0 ? [] : [`${others} not in the file`]),
    `${same} as the file says`,
  ];
  return [...drifted.map((each) => `${textOf(each, output)}\n`), `Drift: ${sums.join(', ')}.`].join('\n');
}

function textOf({ domain, clientId, kind, fields = [], lastChange }: Explained, output: Output): string {
  const name = `${domain}/${clientId}`;
  if (kind === 'missing') {
    return `${output.paint('red', `- ${name}`)}\n    Not in the registry; ${deedText('deleted', lastChange)}`;
  }
  if (kind === 'unnamed') {
    return `${output.paint('green', `+ ${name}`)}\n    Not in the file; ${deedText('created', lastChange)}`;
  }
  const width = Math.max(...fields.map(({ field }) => field.length));
  const lines = fields.flatMap(({ field, file, registry, lastChange }) => {
    const told = [...changedValues(file, registry, output), output.paint('dim', deedText('changed', lastChange))];
    return told.map((line, index) => `    ${(index === 0 ? field : '').padEnd(width)}  ${line}`);
  });
  return [output.paint('yellow', `~ ${name}`), ...lines].join('\n');
}

const REASONS = {
  not_in_audit: 'the audit has no entry of it',
  not_permitted: 'the key may not read the audit',
  not_asked: 'the audit was not asked, there is too much drift',
} as const;

function deedText(what: string, change: LastChange | undefined): string {
  if (!change || 'unknown' in change)
    return `by whom it was ${what} is not known: ${REASONS[change?.unknown ?? 'not_in_audit']}`;
  return `${change.action === 'client.created' ? 'created' : what} ${change.at} ${byWhom(change)}`;
}
