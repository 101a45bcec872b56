import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import type { V1Schemas } from '#api-client';
import type { Declaration, Declared } from './declarations.js';
import { type Fault, failureOfAll } from './faults.js';
import { problemSentence, violationsOf } from './problem.js';
import { progress } from './progress.js';
import type { Session } from './session.js';

const CONCURRENCY = 8;
const CLIENT = '/v1/domain/{domain}/client/{clientId}';

/** What would become of one client. */
export interface Step {
  readonly declaration: Declaration;
  /** Domain and id. */
  readonly name: string;
  readonly action: 'create' | 'change' | 'none';
  readonly changes: V1Schemas['PlanDto']['changes'];
  readonly secret: V1Schemas['PlanDto']['clientSecret'];
  /** So that what is carried out is what was planned, or nothing. */
  readonly condition: Readonly<Record<string, string>>;
}

/** Asks the server what it would do. What breaks its rules is reported all at once, beside what is wrong with the file. */
export async function planned(session: Session, { declarations, faults }: Declared): Promise<Step[]> {
  const bar = await progress('Planning', declarations.length);
  const inTurn = pLimit(CONCURRENCY);
  try {
    const answers = await Promise.all(
      declarations.map((declaration) =>
        inTurn(async () => {
          const answer = await stepOf(session, declaration).catch((error: unknown) => {
            inTurn.clearQueue();
            throw error;
          });
          bar.step();
          return answer;
        }),
      ),
    );
    const steps = answers.filter((answer): answer is Step => !isFaults(answer));
    const all = [...faults, ...answers.filter(isFaults).flat()];
    if (all.length > 0) throw failureOfAll(all);
    return steps;
  } finally {
    bar.stop();
  }
}

/** What would become of a client, or what is wrong with it. */
async function stepOf(session: Session, declaration: Declaration): Promise<Step | readonly Fault[]> {
  const { domain, clientId, body, expiresInSeconds } = declaration;
  if (clientId === '') return faultsBesideTheId(session, declaration);
  const path = { domain, clientId };
  const found = await session.answer(session.api.GET(CLIENT, { params: { path } }));
  const ofId = faultsOf(declaration, found);
  if (ofId.length > 0) return [...ofId, ...(await faultsBesideTheId(session, declaration))];
  const current = await session.dataOrNothing(Promise.resolve(found));
  const condition: Record<string, string> = current ? { 'if-match': current.etag } : { 'if-none-match': '*' };
  const answer = await session.answer(
    session.api.PUT(CLIENT, { params: { path, query: { dryRun: true, expiresInSeconds } }, body, headers: condition }),
  );
  const faults = faultsOf(declaration, answer);
  if (faults.length > 0) return faults;
  const plan = (await session.data(Promise.resolve(answer))) as V1Schemas['PlanDto'];
  const isNothing = plan.changes.length === 0 && !plan.created;
  return {
    declaration,
    name: `${domain}/${clientId}`,
    action: isNothing ? 'none' : plan.created ? 'create' : 'change',
    changes: plan.changes,
    secret: plan.clientSecret,
    condition,
  };
}

/** What else is wrong with a client whose id is impossible: asked under an id that nobody has. */
async function faultsBesideTheId(session: Session, declaration: Declaration): Promise<readonly Fault[]> {
  const { expiresInSeconds, domain } = declaration;
  const { clientId: _, ...body } = declaration.body;
  const path = { domain, clientId: randomUUID() };
  const query = { dryRun: true, expiresInSeconds };
  const answer = await session.answer(session.api.PUT(CLIENT, { params: { path, query }, body }));
  const faults = faultsOf(declaration, answer);
  if (faults.length === 0) await session.done(Promise.resolve(answer));
  return faults;
}

/** The rules that a client breaks, or that its domain is not there. */
function faultsOf(declaration: Declaration, { error, response }: { error?: unknown; response: Response }): Fault[] {
  const sentence = problemSentence(error) ?? '';
  if (response.status === 404 && /domain/.test(sentence)) return [declaration.fault('domain', sentence)];
  return violationsOf(error).map(({ field, message }) => declaration.fault(field, message));
}

function isFaults(answer: Step | readonly Fault[]): answer is readonly Fault[] {
  return Array.isArray(answer);
}

/** Does it; the secret that this made, or null. */
export async function carryOut(session: Session, { declaration, condition }: Step): Promise<string | null> {
  const { domain, clientId, body, expiresInSeconds } = declaration;
  const done = await session.data(
    session.api.PUT(CLIENT, {
      params: { path: { domain, clientId }, query: { expiresInSeconds } },
      body,
      headers: { ...condition, 'idempotency-key': randomUUID() },
    }),
  );
  return (done as V1Schemas['ProvisionedDto']).clientSecret;
}
