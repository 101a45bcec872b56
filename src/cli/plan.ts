import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import type { V1Schemas } from '#api-client';
import type { Declaration } from './declarations.js';
import { CliFailure } from './failure.js';
import { violationsOf } from './problem.js';
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

/** A client that cannot be what its declaration says: what is wrong with that, and where. */
class Refused extends Error {}

/** Asks the server what it would do. What breaks its rules is reported all at once. */
export async function planned(session: Session, declarations: readonly Declaration[]): Promise<Step[]> {
  const bar = await progress('Planning', declarations.length);
  const inTurn = pLimit(CONCURRENCY);
  try {
    const steps = await Promise.all(
      declarations.map((declaration) =>
        inTurn(async () => {
          const step = await stepOf(session, declaration).catch((error: unknown) => {
            if (error instanceof Refused) return error;
            inTurn.clearQueue();
            throw error;
          });
          bar.step();
          return step;
        }),
      ),
    );
    const refused = steps.filter((step) => step instanceof Refused);
    if (refused.length > 0) throw new CliFailure(refused.map(({ message }) => message).join('\n'));
    return steps as Step[];
  } finally {
    bar.stop();
  }
}

async function stepOf(session: Session, declaration: Declaration): Promise<Step> {
  const { domain, clientId, body } = declaration;
  const path = { domain, clientId };
  const found = await session.api.GET(CLIENT, { params: { path } });
  requireNoViolations(declaration, found.error);
  const current = await session.dataOrNothing(Promise.resolve(found)).catch((failure: CliFailure) => {
    const isNoDomain = found.response.status === 404;
    throw isNoDomain ? new Refused(sentenceOf(declaration, 'domain', failure.message)) : failure;
  });
  const condition: Record<string, string> = current ? { 'if-match': current.etag } : { 'if-none-match': '*' };
  const answer = await session.api.PUT(CLIENT, {
    params: { path, query: { dryRun: true } },
    body,
    headers: condition,
  });
  requireNoViolations(declaration, answer.error);
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

function requireNoViolations(declaration: Declaration, problem: unknown): void {
  const violations = violationsOf(problem);
  if (violations.length === 0) return;
  throw new Refused(violations.map(({ field, message }) => sentenceOf(declaration, field, message)).join('\n'));
}

function sentenceOf({ clientId, whereIs }: Declaration, field: string, message: string): string {
  return `${whereIs(field)}: ${clientId}: ${message}`;
}

/** Does it; the secret that this made, or null. */
export async function carryOut(session: Session, { declaration, condition }: Step): Promise<string | null> {
  const { domain, clientId, body } = declaration;
  const done = await session.data(
    session.api.PUT(CLIENT, {
      params: { path: { domain, clientId } },
      body,
      headers: { ...condition, 'idempotency-key': randomUUID() },
    }),
  );
  return (done as V1Schemas['ProvisionedDto']).clientSecret;
}
