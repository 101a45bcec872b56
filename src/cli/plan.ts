import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import type { AdminSchemas, V1Schemas } from '#api-client';
import type { Declaration, Declared } from './declarations.js';
import { type Fault, failureOfAll } from './faults.js';
import { CLIENT_PATH, WHOLE_CLIENT_PATH } from './paths.js';
import { problemSentence, violationsOf } from './problem.js';
import { progress } from './progress.js';
import type { Session } from './session.js';

const CONCURRENCY = 8;

type Headers = Readonly<Record<string, string>>;

/** What would happen to one client. */
export interface Step {
  /** Absent = the file does not name it. */
  readonly declaration?: Declaration;
  readonly domain: string;
  readonly clientId: string;
  /** Domain and id. */
  readonly name: string;
  /** `refused`: another manager manages it. */
  readonly action: 'create' | 'change' | 'remove' | 'refused' | 'none';
  readonly changes: V1Schemas['Plan']['changes'];
  readonly secret: V1Schemas['Plan']['clientSecret'];
  /** The version that the plan is about; the write fails if it has changed. */
  readonly condition: Headers;
  /** The manager of a client that is refused. */
  readonly managedBy?: string;
  /** The manager to set, and the condition for that; absent = the manager stays as it is. */
  readonly claim?: { readonly managedBy: string; readonly condition: Headers };
}

export interface PlanOptions {
  /** The domain that `prune` looks at, if the file has no clients. */
  readonly domain: string;
  readonly prune?: boolean;
  readonly force?: boolean;
  /** The manager, if the file does not name one. */
  readonly managedBy?: string;
}

/** Asks the server what it would do. Fails with all violations and all mistakes of the file at once. */
export async function planned(session: Session, declared: Declared, options: PlanOptions): Promise<Step[]> {
  const { declarations, faults } = declared;
  const bar = await progress('Planning', declarations.length);
  const inTurn = pLimit(CONCURRENCY);
  const inTurns = <From, To>(all: readonly From[], work: (one: From) => Promise<To>) =>
    Promise.all(
      all.map((one) =>
        inTurn(() =>
          work(one).catch((error: unknown) => {
            inTurn.clearQueue();
            throw error;
          }),
        ),
      ),
    );
  try {
    const answers = await inTurns(declarations, async (declaration) => {
      const answer = await stepOf(session, declaration, declared.managedBy, options);
      bar.step();
      return answer;
    });
    const steps = answers.filter((answer): answer is Step => !isFaults(answer));
    const all = [...faults, ...answers.filter(isFaults).flat()];
    if (all.length > 0) throw failureOfAll(all);
    if (!options.prune) return steps;
    const others = await inTurns(await othersOf(session, declared, options), (other) => removalOf(session, other));
    return [...steps, ...others.flat()];
  } finally {
    bar.stop();
  }
}

/** What would happen to a client, or its violations. `manager`: the manager to set. */
async function stepOf(
  session: Session,
  declaration: Declaration,
  manager: string | undefined,
  { force = false, managedBy }: PlanOptions,
): Promise<Step | readonly Fault[]> {
  const { domain, clientId, body, expiresInSeconds } = declaration;
  if (clientId === '') return faultsBesideTheId(session, declaration);
  const path = { domain, clientId };
  const found = await session.answer(session.api.GET(CLIENT_PATH, { params: { path } }));
  const ofId = faultsOf(declaration, found);
  if (ofId.length > 0) return [...ofId, ...(await faultsBesideTheId(session, declaration))];
  const current = await session.dataOrNothing(Promise.resolve(found));
  const condition: Record<string, string> = current ? { 'if-match': current.etag } : { 'if-none-match': '*' };
  const step = { declaration, domain, clientId, name: `${domain}/${clientId}`, condition };
  const refused = (by: string): Step => ({ ...step, action: 'refused', changes: [], secret: 'none', managedBy: by });
  const whole = current && manager !== undefined ? await aboutOf(session, path) : undefined;
  const foreign = whole?.about?.managedBy ?? manager;
  const isForeign = foreign !== undefined && foreign !== manager;
  if (isForeign && !force) return refused(foreign);
  // Also with force, so that the server checks the name before anything is written.
  const inItsName = manager !== undefined && !isForeign ? { 'managed-by': manager } : {};
  const answer = await session.answer(
    session.api.PUT(CLIENT_PATH, {
      params: { path, query: { dryRun: true, expiresInSeconds } },
      body,
      headers: { ...condition, ...inItsName },
    }),
  );
  const faults = faultsOf(declaration, answer);
  if (faults.length > 0) return faults;
  if (answer.response.status === 409) {
    const about = (await aboutOf(session, path)).about;
    if (about?.locked && about.managedBy !== (manager ?? managedBy)) return refused(about.managedBy!);
  }
  const plan = (await session.data(Promise.resolve(answer))) as V1Schemas['Plan'];
  const claims = manager === undefined ? [] : claimsOf(manager, whole?.about ?? undefined);
  const changes = [...plan.changes, ...claims];
  const isNothing = changes.length === 0 && !plan.created;
  return {
    ...step,
    action: isNothing ? 'none' : plan.created ? 'create' : 'change',
    changes,
    secret: plan.clientSecret,
    ...(claims.length > 0 && { claim: { managedBy: manager!, condition: whole?.condition ?? {} } }),
  };
}

/** What is said of a client, and the condition that it is still so. */
async function aboutOf(
  session: Session,
  path: { readonly domain: string; readonly clientId: string },
): Promise<{ readonly about: AdminSchemas['WholeClient']['about']; readonly condition: Headers }> {
  const answer = await session.answer(session.api.GET(WHOLE_CLIENT_PATH, { params: { path } }));
  const { about } = await session.data(Promise.resolve(answer));
  return { about, condition: { 'if-match': answer.response.headers.get('etag') ?? '*' } };
}

/** The changes of `managedBy` and `locked` when the manager marks and locks its clients. */
function claimsOf(manager: string, about: AdminSchemas['About'] | undefined): Step['changes'] {
  const claims: Step['changes'] = [];
  const before = about?.managedBy ?? null;
  if (before !== manager) claims.push({ field: 'managedBy', before, after: manager });
  if (!about?.locked) claims.push({ field: 'locked', before: about ? false : null, after: true });
  return claims;
}

/** The clients that the file’s manager manages and the file does not name, in the domains of the others. */
async function othersOf(
  session: Session,
  { declarations, managedBy }: Declared,
  options: PlanOptions,
): Promise<{ domain: string; clientId: string }[]> {
  const named = new Set(declarations.map(({ domain, clientId }) => `${domain}/${clientId}`));
  const domains = new Set(declarations.map(({ domain }) => domain));
  const others: { domain: string; clientId: string }[] = [];
  for (const domain of domains.size === 0 ? [options.domain] : domains) {
    const pages = session.pages((query) =>
      session.api.GET('/admin/domains/{domain}/clients', {
        params: { path: { domain }, query: { managedBy, ...query } },
      }),
    );
    for await (const page of pages)
      for (const { clientId } of page) if (!named.has(`${domain}/${clientId}`)) others.push({ domain, clientId });
  }
  return others;
}

/** None if the client is gone by now. */
async function removalOf(session: Session, path: { domain: string; clientId: string }): Promise<Step[]> {
  const { domain, clientId } = path;
  const current = await session.dataOrNothing(session.api.GET(CLIENT_PATH, { params: { path } }));
  if (!current) return [];
  const condition = { 'if-match': current.etag };
  return [
    { domain, clientId, name: `${domain}/${clientId}`, action: 'remove', changes: [], secret: 'none', condition },
  ];
}

/** The other violations of a client whose id is not valid, found with an id that nobody has. */
async function faultsBesideTheId(session: Session, declaration: Declaration): Promise<readonly Fault[]> {
  const { expiresInSeconds, domain } = declaration;
  const { clientId: _, ...body } = declaration.body;
  const path = { domain, clientId: randomUUID() };
  const query = { dryRun: true, expiresInSeconds };
  const answer = await session.answer(session.api.PUT(CLIENT_PATH, { params: { path, query }, body }));
  const faults = faultsOf(declaration, answer);
  if (faults.length === 0) await session.done(Promise.resolve(answer));
  return faults;
}

/** The violations of a client, or the fact that its domain does not exist. */
function faultsOf(declaration: Declaration, { error, response }: { error?: unknown; response: Response }): Fault[] {
  const sentence = problemSentence(error) ?? '';
  if (response.status === 404 && /domain/.test(sentence)) return [declaration.fault('domain', sentence)];
  return violationsOf(error).map(({ field, message }) => declaration.fault(field, message));
}

function isFaults(answer: Step | readonly Fault[]): answer is readonly Fault[] {
  return Array.isArray(answer);
}

/** Carries out a step, except that it does not mark the client for its manager. Returns the new secret, or null. */
export async function carryOut(session: Session, step: Step): Promise<string | null> {
  const { declaration, domain, clientId, action, condition } = step;
  const path = { domain, clientId };
  if (!declaration) {
    await session.done(session.api.DELETE(CLIENT_PATH, { params: { path }, headers: condition }));
    return null;
  }
  // What exists is locked first, so that nobody changes it in between.
  if (action === 'change') await claimed(session, step);
  const { body, expiresInSeconds } = declaration;
  const done = await session.data(
    session.api.PUT(CLIENT_PATH, {
      params: { path, query: { expiresInSeconds } },
      body,
      headers: { ...condition, 'idempotency-key': randomUUID() },
    }),
  );
  return (done as V1Schemas['ProvisionedClient']).clientSecret;
}

/** Marks and locks the client in the name of its manager, if the step says so. */
export async function claimed(session: Session, { domain, clientId, claim }: Step): Promise<void> {
  if (!claim) return;
  const { managedBy, condition } = claim;
  const asked = { params: { path: { domain, clientId } }, body: { managedBy, locked: true }, headers: condition };
  await session.done(session.api.PUT(`${WHOLE_CLIENT_PATH}/about`, asked));
}
