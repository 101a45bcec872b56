import type { Client } from './client.entity.js';
import type { ClientSecret } from './client-secret.entity.js';
import { loopbackHostOf } from './redirect-uri.js';

/** The facts that the rules need: of the record, and of what is kept beside it. */
export interface ClientFacts
  extends Pick<Client, 'clientId' | 'clientType' | 'grantTypes' | 'redirectUris' | 'policies' | 'createdAt'> {
  /** The live secrets, oldest first. */
  readonly secrets: readonly SecretFacts[];
  /** The audiences that are not the id of any client in the domain. */
  readonly unknownAudiences: readonly string[];
  /** The last day on which somebody read the client by its id or a secret of it was verified; null = none is on record. */
  readonly seenOn: string | null;
}

export type SecretFacts = Pick<ClientSecret, 'id' | 'name' | 'hint' | 'createdAt' | 'expiresAt' | 'lastUsedOn'>;

/** What the rules compare the facts with. */
export interface FindingsContext {
  /** By the store's clock. */
  readonly now: Date;
  /** After how many days without a sighting a client is a finding. */
  readonly notSeenForDays: number;
  /** The first day on which sightings were recorded. Which clients were seen before is not known. */
  readonly sightingsSince: string;
  /** The rule of the domain; null = the domain has no such rule. */
  readonly maxSecretAgeDays: number | null;
  /** The policies that exist, as the caller says; undefined = not known. The registry has no list of them. */
  readonly policies?: readonly string[];
}

interface Source {
  readonly name: string;
  readonly href: string;
}

/** What all findings with the same code have in common. */
interface Kind {
  /** What the code means, for the documentation. */
  readonly means: string;
  readonly source: Source;
  readonly whatToDo: string;
}

/** A fact about a client that somebody should look at. It breaks no rule of the record. */
export interface Finding {
  readonly code: FindingCode;
  readonly clientId: string;
  /** The secret that it is about, if any. */
  readonly secretId: string | null;
  readonly sentence: string;
  readonly source: Source;
  readonly whatToDo: string;
}

/** After how many days an unused secret is a finding. */
const UNUSED_AFTER_DAYS = 30;
/** The largest number of entries of a list that a sentence names. */
const MOST_NAMED = 3;
const DAY_MS = 86_400_000;

const rfc = (number: number, section: string): Source => ({
  name: `RFC ${number} §${section}`,
  href: `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}`,
});

/** All codes. The findings of one client are in this order. */
export const FINDING_KINDS = {
  not_seen: {
    means:
      'For that many days, nobody has read the client by its id, in any API, and none of its secrets was verified. The server does not see reads of lists and exports, nor what other servers answer from a cache or copy of their own, and it knows nothing about days before the record of sightings began.',
    source: rfc(7592, '2.3'),
    whatToDo:
      'Ask the owner of the client whether it is still used. Only the authorization server knows, if it reads lists or exports, or keeps a copy. Suspend the client first, and delete it when nobody has missed it.',
  },
  secret_never_used: {
    means: `A secret that is older than ${UNUSED_AFTER_DAYS} days and was never verified here.`,
    source: rfc(6819, '5.2.3.6'),
    whatToDo:
      'Remove the secret if nobody holds it. If an authorization server knows it by other means than asking this server, keep it.',
  },
  secret_never_expires: {
    means: 'A secret without an expiry: a thief can use it until somebody notices.',
    source: rfc(7591, '3.2.1'),
    whatToDo:
      'Add a secret that expires, give it to the application, and then remove this one. With `maxSecretAgeDays` in the rules of the domain, every new secret gets an expiry.',
  },
  secret_outlives_rule: {
    means:
      'A secret that expires later than the domain’s rule (`maxSecretAgeDays`) allows, because it was made before the rule. A secret that never expires is a `secret_never_expires` instead.',
    source: rfc(7591, '3.2.1'),
    whatToDo: 'Add a secret, whose expiry follows the rule, give it to the application, and then remove this one.',
  },
  unknown_audience: {
    means: 'Audiences that are not the id of any client in the domain.',
    source: rfc(9700, '2.3'),
    whatToDo:
      'Remove the audience, correct its spelling, or register the client. Until then, anybody who registers a client with that id receives tokens that were meant for another client.',
  },
  unknown_policy: {
    means:
      'Policies that are not among those that the caller names in the parameter `policies`. The registry has no list of policies: without the parameter there is no such finding.',
    source: rfc(9700, '2.3'),
    whatToDo:
      'Remove the policy, correct its spelling, or create it: an authorization server that ignores a policy that it does not know grants more than was meant.',
  },
  no_grants: {
    means:
      'A legacy client: it was registered without grant types, so an authorization server has to guess what it may do.',
    source: rfc(7591, '2'),
    whatToDo: 'Set the grant types that it uses.',
  },
  localhost_beside_https: {
    means:
      'Redirect URIs on `localhost` beside https ones, mostly left over from development; for a Confidential client also those on 127.0.0.1 and [::1], which native apps may have.',
    source: rfc(8252, '8.3'),
    whatToDo:
      'Register a separate client for development, and remove the URI here: any program that listens there on a user’s machine receives that user’s authorization codes. A native app uses 127.0.0.1 or [::1] instead of `localhost`.',
  },
} as const satisfies Record<string, Kind>;

export type FindingCode = keyof typeof FINDING_KINDS;
export const FINDING_CODES = Object.keys(FINDING_KINDS) as FindingCode[];

/** What a rule finds. The rest of a finding follows from its code. */
interface Found {
  readonly sentence: string;
  readonly secretId?: string;
}

type Rule = (facts: ClientFacts, context: FindingsContext) => readonly Found[];

const RULES: Readonly<Record<FindingCode, Rule>> = {
  not_seen: ({ createdAt, secrets, seenOn }, { now, notSeenForDays, sightingsSince }) => {
    const created = dayOf(createdAt);
    const seen = latest([seenOn, ...secrets.map(({ lastUsedOn }) => lastUsedOn)].filter((day) => day !== null));
    const since = latest([seen ?? created, created, sightingsSince])!;
    // The hour of that day is not known, so only the whole days after it count.
    if (daysBetween(since, dayOf(now)) <= notSeenForDays) return [];
    const start =
      since === seen ? '' : since === created ? ', when it was created' : ', when the record of sightings began';
    return [{ sentence: `Not seen here since ${since}${start}: neither read by its id nor verified.` }];
  },
  secret_never_used: ({ secrets }, { now }) =>
    secrets
      .filter(({ lastUsedOn, createdAt }) => lastUsedOn === null && laterBy(createdAt, UNUSED_AFTER_DAYS) < now)
      .map((secret) => about(secret, `made on ${dayOf(secret.createdAt)}, has never been verified here`)),
  secret_never_expires: ({ secrets }) =>
    secrets
      .filter(({ expiresAt }) => expiresAt === null)
      .map((secret) => about(secret, `made on ${dayOf(secret.createdAt)}, never expires`)),
  secret_outlives_rule: ({ secrets }, { maxSecretAgeDays }) =>
    secrets.flatMap((secret) => {
      const { createdAt, expiresAt } = secret;
      if (maxSecretAgeDays === null || expiresAt === null || expiresAt <= laterBy(createdAt, maxSecretAgeDays))
        return [];
      const allowed = `the domain allows ${counted(maxSecretAgeDays, 'day')}`;
      return [about(secret, `made on ${dayOf(createdAt)}, ends on ${dayOf(expiresAt)}; ${allowed}`)];
    }),
  unknown_audience: ({ unknownAudiences }) =>
    listed('audience', unknownAudiences, [
      'is the id of no client in the domain',
      'are ids of no client in the domain',
    ]),
  unknown_policy: ({ policies }, { policies: known }) =>
    known === undefined
      ? []
      : listed(
          'policy',
          policies.filter((policy) => !known.includes(policy)),
          ['is not one of the policies that you named', 'are not among the policies that you named'],
        ),
  no_grants: ({ grantTypes }) => (grantTypes.length > 0 ? [] : [{ sentence: 'It has no grant types.' }]),
  localhost_beside_https: ({ clientType, redirectUris }) => {
    const isLeftOver = (uri: string) => {
      const host = loopbackHostOf(uri);
      return host === 'localhost' || (host !== undefined && clientType === 'confidential');
    };
    if (!redirectUris.some((uri) => uri.startsWith('https:') && loopbackHostOf(uri) === undefined)) return [];
    return listed('redirect URI', redirectUris.filter(isLeftOver), [
      'leads to the user’s own machine, beside https ones',
      'lead to the user’s own machine, beside https ones',
    ]);
  },
};

/** The findings about a client, in the order of the codes. */
export function findingsOf(facts: ClientFacts, context: FindingsContext): Finding[] {
  return FINDING_CODES.flatMap((code) => {
    const { source, whatToDo } = FINDING_KINDS[code];
    return RULES[code](facts, context).map(({ sentence, secretId = null }) => ({
      ...{ code, clientId: facts.clientId, secretId },
      ...{ sentence, source, whatToDo },
    }));
  });
}

function about({ id, name, hint }: SecretFacts, sentence: string): Found {
  const names = [name === null ? '' : ` “${name}”`, hint === '' ? '' : ` …${hint}`];
  return { secretId: id, sentence: `The secret${names.join('')}, ${sentence}.` };
}

/** One sentence about entries of a list. */
function listed(what: string, entries: readonly string[], [one, many]: readonly [string, string]): Found[] {
  if (entries.length === 0) return [];
  const others = entries.length - MOST_NAMED;
  const named = entries.slice(0, MOST_NAMED).join(', ') + (others > 0 ? ` and ${others} more` : '');
  const plural = what.replace(/y$/, 'ie');
  return [{ sentence: entries.length === 1 ? `The ${what} ${named} ${one}.` : `The ${plural}s ${named} ${many}.` }];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** The days have the form `2026-01-31`, so they sort as texts. */
function latest(days: readonly string[]): string | undefined {
  return days.toSorted().at(-1);
}

function dayOf(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

function daysBetween(day: string, other: string): number {
  return (Date.parse(other) - Date.parse(day)) / DAY_MS;
}

function laterBy(instant: Date, days: number): Date {
  return new Date(instant.getTime() + days * DAY_MS);
}
